// The results as the lines that they were read from, for the page to carry: a session before what
// was measured in it. Pure. What a report was not made of is not in them either: metrics that this
// version does not know.

import { fileFields, SCHEMA } from '../runner/result-lines.js';
import type { Results } from '../runner/results-file.js';

export function dataOf({ sessions, runs, asks, selfTests }: Results): string {
  const plain = runs.map(({ line, conditions, ...run }) => ({
    session: run.session,
    ...fileFields(run),
  }));
  const all = [
    ...sessions.map((one) => ['session', one] as const),
    ...plain.map((one) => ['run', one] as const),
    ...asks.map((one) => ['ask', one] as const),
    ...selfTests.map((one) => ['self-test', one] as const),
  ];
  const bySession = new Map<string, string[]>();
  for (const [kind, one] of all) {
    const lines = bySession.get(one.session) ?? [];
    lines.push(lineOf(kind, one));
    bySession.set(one.session, lines);
  }
  return [...bySession.values()].flat().join('');
}

function lineOf(kind: string, one: object): string {
  return `${JSON.stringify({ schema: SCHEMA, kind, ...one })}\n`;
}
