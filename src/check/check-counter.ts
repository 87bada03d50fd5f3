// The core of the checker: a pure function from a model and a history to a verdict with evidence.
// (To be replaced.)

import type { CounterModel, History } from './history.js';
import type { Judgement } from './judgement.js';

export function checkCounter(model: CounterModel, history: History): Judgement {
  throw new Error(`not yet: ${model.fields.length} ${history.adds.length}`);
}
