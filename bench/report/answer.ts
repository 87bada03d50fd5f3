// The answer in two sentences, computed from what was measured: what two callers at the same moment
// saw, and what counting them costs. Pure.

import type { Results } from '../result-file.js';

export function answerOf({ asks }: Results): readonly string[] {
  return asks.slice(0, 2).map(({ topology, asked }) => `${topology}: ${asked.answer}.`);
}
