// How much a repeated test repeats: less in the usual run, more with `npm test -- --thorough`. Both
// keep the same promise; more repetitions find a rarer race.

export function chooseCount(usual: number, thorough: number): number {
  return process.env.TWO_CALLERS_THOROUGH === '1' ? thorough : usual;
}
