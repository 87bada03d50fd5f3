// A scorer of the advisor's validation: the rules alone. Runs where scores are computed.

export { scoreByRules as score } from '../../../src/scoring/rules.js';
