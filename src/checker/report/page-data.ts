// The evidence as JSON inside the page, for programs and for who saves it: findings and the
// operations they name, never the whole history, and no values of header fields. Pure.

import type { EmbeddedData } from '../../present/document.js';
import { sanitize } from '../../present/text.js';
import type { CheckRun } from '../driver/check-run.js';
import type { Finding } from '../judgement.js';
import { shownFindings } from './page-findings.js';

const TEXT_COLUMNS = 600;
const NAMES_MAX = 100;
const OPERATIONS_MAX = 200;

export function pageData(run: CheckRun): EmbeddedData {
  const text = JSON.stringify(collectEvidence(run), null, 1);
  return { id: 'run', mediaType: 'application/json', text };
}

function collectEvidence(run: CheckRun): object {
  const { judgement, history } = run;
  const findings = shownFindings(run).flat();
  const { facts } = judgement;
  return {
    ...{ verdict: run.verdict, answer: text(run.answer), partial: run.partial },
    remarks: run.remarks.slice(0, NAMES_MAX).map(text),
    target: parseTarget(run),
    ...{ callers: run.callers, seed: run.seed, durationMs: run.durationMs },
    startedAt: text(run.startedAt),
    model: { ...run.model, fields: texts(run.model.fields), start: some(run.model.start) },
    facts: { ...facts, cells: texts(facts.cells) },
    failures: judgement.failures,
    findings: findings.map((finding) => ({
      ...finding,
      cell: finding.cell === null ? null : text(finding.cell),
      ...{ adds: some(finding.adds), reads: some(finding.reads), text: text(finding.text) },
    })),
    adds: pick(findings, 'adds').flatMap((index) => {
      const add = history.adds[index];
      if (add === undefined) return [];
      const { ticket, error, name } = add;
      const cell = ticket === null ? null : { ...ticket, cell: text(ticket.cell) };
      const said = { error: error && text(error), name: name && text(name) };
      return [{ index, ...add, ticket: cell, ...said }];
    }),
    reads: pick(findings, 'reads').flatMap((index) => {
      const read = history.reads[index];
      return read === undefined ? [] : [{ index, ...read, values: some(read.values) }];
    }),
  };
}

function parseTarget({ target }: CheckRun): object {
  const { add, read, givenHeaders, bodies, okStatuses, fields, sum, ticket, timeoutMs } = target;
  const asked = ({ method, path }: typeof add) => `${text(method)} ${text(path)}`;
  return {
    origin: text(target.origin),
    ...{ add: asked(add), read: asked(read) },
    headers: texts(givenHeaders),
    bodies: bodies.length,
    okStatuses: some(okStatuses),
    ...{ fields: texts(fields), sum: sum && text(sum) },
    ticket: ticketOf(ticket),
    timeoutMs,
  };
}

function ticketOf(ticket: CheckRun['target']['ticket']): CheckRun['target']['ticket'] {
  if (ticket === null) return null;
  return 'header' in ticket
    ? { ...ticket, header: text(ticket.header) }
    : { field: text(ticket.field) };
}

function text(value: string): string {
  return sanitize(value, TEXT_COLUMNS);
}

function texts(values: readonly string[]): string[] {
  return some(values).map(text);
}

function some<T>(values: readonly T[]): T[] {
  return values.slice(0, NAMES_MAX);
}

function pick(findings: readonly Finding[], kind: 'adds' | 'reads'): number[] {
  const places = new Set(findings.flatMap((finding) => some(finding[kind])));
  return [...places].sort((a, b) => a - b).slice(0, OPERATIONS_MAX);
}
