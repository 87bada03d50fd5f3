// Asks the checker about a foreign service as anybody would: by its command line, in a process of
// its own. What it answers is told here; whether that is right is for the tests.

import * as assert from 'uvu/assert';
import type { RunningProgram } from '../../bench/peers/program.js';
import type { Add } from '../../src/checker/history.js';
import type { Facts, Finding } from '../../src/checker/judgement.js';
import type { Verdict } from '../../src/verdict.js';
import { runCli } from '../support/process.js';
import type { Row } from './rows.js';
import { withForeign } from './services.js';

/** What `check --json` prints, as far as it is looked at here. */
export interface Report {
  readonly verdict: Verdict;
  readonly answer: string;
  readonly findings: readonly (Finding & { readonly operations: readonly Partial<Add>[] })[];
  readonly failures: Readonly<Partial<Record<Finding['condition'], number>>>;
  readonly facts: Facts;
  readonly partial: boolean;
}

export interface Asked {
  readonly code: number | null;
  readonly report: Report;
  /** What the service says itself afterwards, asked once more without the checker. */
  readonly counted: number;
}

/** The value of an option of the row. */
export function optionOf({ options }: Row, name: string): string {
  return options[options.indexOf(name) + 1] ?? '';
}

async function countOf({ url }: RunningProgram, row: Row): Promise<number> {
  const [, path = ''] = optionOf(row, '--count').split(' ');
  const answer = await fetch(`${url}${path}`, { headers: { connection: 'close' } });
  return ((await answer.json()) as { total: number }).total;
}

/** Starts the service of the row, has it checked, and ends it. */
export function ask(row: Row): Promise<Asked> {
  return withForeign(row.service, async (service) => {
    const ended = await runCli(['check', service.url, ...row.options, '--json']);
    assert.ok(ended.stdout !== '', `no report: ${ended.stderr}`);
    const report = JSON.parse(ended.stdout) as Report;
    return { code: ended.code, report, counted: await countOf(service, row) };
  });
}

/** A row as its tests and the page call it: two rows of one service differ in what is asked. */
export function titleOf({ service, options }: Row): string {
  if (options.includes('--ticket-field')) return `${service}, with tickets`;
  return options.includes('--sum') ? `${service}, as a snapshot` : service;
}
