// The whole of a counter that is read in parts. Pure; whether a service shows the same sum is the
// judge's question.

export function totalOf(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
