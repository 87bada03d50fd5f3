// The confidence interval of a share that trials measured, such as how often the self-test caught a
// fault. Pure; any thread.

export interface Proportion {
  readonly count: number;
  readonly n: number;
  /** The 95 % confidence interval of the share, from 0 to 1. */
  readonly low: number;
  readonly high: number;
}

/** The two-sided 95 % quantile of the normal distribution. */
const Z = 1.959964;

/**
 * The 95 % score interval of a proportion (E. B. Wilson, 1927). Unlike the usual interval it is
 * meaningful at 0 of n and at n of n. Without any trial it spans 0 to 1.
 */
export function wilson(count: number, n: number): Proportion {
  if (n === 0) return { count, n, low: 0, high: 1 };
  const share = count / n;
  const spread = Z * Math.sqrt((share * (1 - share)) / n + (Z * Z) / (4 * n * n));
  const middle = share + (Z * Z) / (2 * n);
  const scale = 1 + (Z * Z) / n;
  const low = count === 0 ? 0 : (middle - spread) / scale;
  const high = count === n ? 1 : (middle + spread) / scale;
  return { count, n, low, high };
}
