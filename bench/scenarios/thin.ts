// How much of what node:http can do is left: the service with no added work against a bare handler
// that reads the body and answers a constant.

import { measureScore } from '../runner/measure.js';
import type { Claim, Scenario } from '../runner/scenario.js';
import { claimsOn, rowName, rows, variant } from './variants.js';

const variants = () => rows([variant('bare', 0, 0), variant('inline', 0, 0)]);

function claims(): readonly Claim[] {
  const [bare, inline] = [rowName('bare', 0, 0), rowName('inline', 0, 0)];
  return claimsOn(variants(), [
    { says: inline, metric: 'perSecond', of: inline, against: [bare], target: { atLeast: 0.85 } },
  ]);
}

export const thin: Scenario = {
  about: 'inline against a bare node:http handler, without added work',
  isDefault: true,
  variants,
  claims,
  measure: measureScore,
};
