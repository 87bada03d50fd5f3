// What a second listener brings at 500 us of work: threads that share a port, and processes.

import { measureScore } from '../runner/measure.js';
import type { Claim, Scenario } from '../runner/scenario.js';
import { claimsOn, isKnown, rowName, rows, variant } from './variants.js';

const WORK_US = 500;

/** Several listeners on one port of one process: `reusePort` came with these versions. */
export function hasReusePort(version: string): boolean {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major > 23 || (major === 23 && minor >= 1) || (major === 22 && minor >= 12);
}

function variants() {
  const names = hasReusePort(process.version) ? ['threads', 'cluster'] : ['cluster'];
  return rows(names.flatMap((name) => [variant(name, 1, WORK_US), variant(name, 2, WORK_US)]));
}

function claims(): readonly Claim[] {
  const claim = (name: string, target: Claim['target']): Claim => {
    const [one, two] = [1, 2].map((threads) => rowName(name, threads, WORK_US)) as [string, string];
    return { says: two, metric: 'perSecond', of: two, against: [one], target };
  };
  return claimsOn(variants(), [claim('threads', { atLeast: 1.8 }), claim('cluster', undefined)]);
}

function unavailable() {
  const version = process.version;
  if (!isKnown('threads') || hasReusePort(version)) return [];
  const reason = `needs Node 22.12 or 23.1 for listeners that share a port; this is ${version}`;
  return [['threads x2 / threads x1', reason]] as const;
}

export const threads: Scenario = {
  about: 'two listening threads or processes against one, at 500 us of work',
  isDefault: true,
  variants,
  claims,
  measure: measureScore,
  unavailable,
};
