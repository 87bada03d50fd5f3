// The question itself: two callers, each with a connection of its own, call at the same moment, so
// many times; what each was told is compared with the other and with what was known before. Main
// thread. It judges nothing by itself: outcomes.ts says what a pair shows, asked.ts what all do.

import { performance } from 'node:perf_hooks';
import { clientError, isClientError } from '../client/error.js';
import { clip, printable } from '../client/text.js';
import { judgeAdd, judgeRead } from './answers.js';
import { callOne, callTwo } from './ask-calls.js';
import { type AskRun, concluded, type Found } from './asked.js';
import { createAtRest } from './at-rest.js';
import { createBases } from './bases.js';
import { openConnection } from './connection.js';
import { pairText, restText } from './evidence.js';
import { createOutcomes, createRestOutcomes } from './graded.js';
import { type Call, outcomeOf, type Pair, type Way } from './outcomes.js';
import { createOverlap } from './overlap.js';
import { createRelease } from './release.js';
import type { Target } from './target.js';

export interface AskOptions {
  readonly target: Target;
  readonly pairs: number;
  /** Nobody but us counts: what only somebody else could explain is forbidden. */
  readonly alone: boolean;
  readonly seed: number;
  /** Stops it between two pairs, or in the middle of one, which is then left out. */
  readonly signal: AbortSignal | null;
  readonly onProgress: (done: number, total: number) => void;
}
