// A scorer of the advisor's validation: one transaction in a hundred takes 20 ms of CPU work, the
// others next to nothing. Runs where scores are computed.

export { score } from '../../scenarios/heavy-tail-scorer.js';
