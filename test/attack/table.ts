// All attacks, in the order in which they run.

import type { TopologyName } from '../../src/topologies/topology.js';
import type { Attack } from './attack.js';
import * as deaths from './deaths.js';
import { condaHost, foreignHosts } from './environment.js';
import { fuzz } from './fuzz.js';
import * as hoards from './hoards.js';
import { sigtermUnderPipelines } from './sigterm-pipelines.js';
import * as stalls from './stalls.js';

function explainNoLoop(topology: TopologyName): string | undefined {
  return topology === 'inline' ? 'its only event loop is blocked, and only SIGKILL ends it' : undefined;
}

function explainNoUlimit(): string | undefined {
  return process.platform === 'linux' ? undefined : 'needs ulimit -v';
}

export const ATTACKS: readonly Attack[] = [
  { name: 'fuzz', run: fuzz },
  { name: 'hosts', run: foreignHosts },
  { name: 'kills', run: deaths.kills },
  { name: 'sigterm-pipelined', run: sigtermUnderPipelines },
  { name: 'sigterm-loading', run: deaths.sigtermLoading },
  { name: 'crash-signals', run: deaths.crashSignals },
  { name: 'ulimit', run: deaths.noMemory, unavailable: explainNoUlimit },
  { name: 'hung-loop', run: stalls.hungScorers.bind(null, 'loop'), unavailable: explainNoLoop },
  { name: 'hung-promise', run: stalls.hungScorers.bind(null, 'promise') },
  { name: 'log-dev-full', run: stalls.logOnDevFull, unavailable: stalls.explainNoDevFull },
  { name: 'log-tmpfs', run: stalls.logOnTmpfs, unavailable: stalls.explainNoMount },
  { name: 'log-stalled', run: stalls.stalledLog },
  { name: 'endless-bodies', run: hoards.endlessBodies },
  { name: 'one-byte-chunks', run: hoards.oneByteChunks },
  { name: 'unread-answers', run: hoards.unreadAnswers },
  { name: 'metrics-flood', run: hoards.metricsFlood },
  { name: 'conda-host', run: condaHost },
];
