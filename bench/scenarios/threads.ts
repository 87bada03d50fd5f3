// What a second listener brings at 500 us of work: threads that share a port, and processes.

import { unavailable } from '../../src/topologies/topology.js';
import { measureScore } from '../runner/measure.js';
import type { Claim, Scenario } from '../runner/scenario.js';
import { claimsOn, rowName, rows, variant } from './variants.js';

const WORK_US = 500;

function variants() {
  const names = ['threads', 'cluster'];
  return rows(names.flatMap((name) => [variant(name, 1, WORK_US), variant(name, 2, WORK_US)]));
}

function claims(): readonly Claim[] {
  const claim = (name: string, target: Claim['target']): Claim => {
    const [one, two] = [1, 2].map((threads) => rowName(name, threads, WORK_US)) as [string, string];
    return { says: two, metric: 'perSecond', of: two, against: [one], target };
  };
  return claimsOn(variants(), [claim('threads', { atLeast: 1.8 }), claim('cluster', undefined)]);
}

function listUnavailable() {
  const reason = unavailable('threads');
  return reason === undefined ? [] : [['threads x2 / threads x1', reason] as const];
}

export const threads: Scenario = {
  about: 'two listening threads or processes against one, at 500 us of work',
  isDefault: true,
  variants,
  claims,
  measure: measureScore,
  unavailable: listUnavailable,
};
