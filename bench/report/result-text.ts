// The results as lines of their file's format, for the page to carry: each session before its runs.
// Metrics that this version does not know are not among them, because no report is made of them.

import { fileFields, SCHEMA } from '../runner/result-lines.js';
import type { Results } from '../runner/results-file.js';

export function formatResultLines({ sessions, runs, asks, selfTests }: Results): string {
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
    lines.push(formatLine(kind, one));
    bySession.set(one.session, lines);
  }
  return [...bySession.values()].flat().join('');
}

function formatLine(kind: string, one: object): string {
  return `${JSON.stringify({ schema: SCHEMA, kind, ...one })}\n`;
}
