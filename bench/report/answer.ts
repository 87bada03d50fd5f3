// A stand-in until the answer is merged. Pure.

import type { Results } from '../result-file.js';

export function answerOf({ runs, asks }: Results, _seed = 1): readonly string[] {
  return [
    asks.length === 0
      ? 'Nobody asked: whether both are counted is not in this file.'
      : 'Both are answered, and both are counted.',
    `${runs.length} runs say what each topology costs.`,
  ];
}
