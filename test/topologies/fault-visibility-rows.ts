// The rows that docs/reference/seeded-faults.md must have, made of the table in
// src/topologies/fault-visibility.ts: topologies in which a fault shows alike share one.

import { SEEDED_FAULT_NAMES } from '../../src/tally/faults/seeded-faults.js';
import { FAULT_VISIBILITY, type VisibilityRule } from '../../src/topologies/fault-visibility.js';
import { TOPOLOGY_NAMES } from '../../src/topologies/topology.js';

/** `fault | topologies | can fail | how, or why not | conditions`, as the page has it. */
export function listVisibilityRows(): string[] {
  return SEEDED_FAULT_NAMES.flatMap((fault) => {
    const shared = new Map<string, string[]>();
    for (const topology of TOPOLOGY_NAMES) {
      const said = describe(FAULT_VISIBILITY[fault][topology]);
      shared.set(said, [...(shared.get(said) ?? []), `\`${topology}\``]);
    }
    return [...shared].map(([said, names]) => `\`${fault}\` | ${names.join(', ')} | ${said}`);
  });
}

function describe(failing: VisibilityRule): string {
  if (failing.from === 'never') return `never | ${failing.why} | –`;
  const conditions = failing.conditions.map((name) => `\`${name}\``).join(', ');
  if (failing.from === 1) return `yes | ${failing.how} | ${conditions}`;
  return `with 2 or more | ${failing.how}; not with 1: ${failing.whyNotAlone} | ${conditions}`;
}
