// The operations that show a failure, as a table: who, what, when, and what was answered. On a
// phone the style shows each row as a card, so the roles are written out. Pure.

import { foreign, type Html, html, type Piece } from '../../present/html.js';
import type { CheckRun } from '../driver/check-run.js';
import type { Finding } from '../judgement.js';
import { answerText, momentText, ticketText, valuesText } from './operation-words.js';

const ROWS_MAX = 10;

interface Row {
  readonly beginMs: number;
  /** In the order of the heads; null for nothing. */
  readonly cells: readonly Piece[];
}

export function evidenceTable(run: CheckRun, finding: Finding): Html | null {
  const rows = [...addRows(run, finding), ...readRows(run, finding)];
  if (rows.length === 0) return null;
  rows.sort((a, b) => a.beginMs - b.beginMs);
  const got =
    finding.reads.length === 0
      ? 'ticket'
      : finding.adds.length === 0
        ? 'values'
        : 'ticket or values';
  const heads = ['operation', 'caller', 'sent', 'begin, ms', 'end, ms', 'answer', got];
  const columns = [...heads.keys()].filter((at) => rows.some(({ cells }) => cells[at] !== null));
  return html`<table role="table">
<thead role="rowgroup"><tr role="row">${columns.map((at) => {
    return html`<th role="columnheader" scope="col">${heads[at] ?? ''}</th>`;
  })}</tr></thead>
<tbody role="rowgroup">${rows.map(({ cells }) => {
    return html`
<tr role="row">${columns.map((at) => {
      return html`<td role="cell" data-label="${heads[at] ?? ''}">${cells[at] ?? '–'}</td>`;
    })}</tr>`;
  })}
</tbody></table>`;
}

function addRows({ history }: CheckRun, { adds }: Finding): Row[] {
  return adds.slice(0, ROWS_MAX).flatMap((index): Row[] => {
    const add = history.adds[index];
    if (add === undefined) return [];
    const { beginMs, endMs, ticket, name, caller } = add;
    const who = [`add ${index}`, String(caller), name === null ? null : foreign(name, 40)];
    const times = [momentText(beginMs), momentText(endMs)];
    const said = [answerText(add), ticket === null ? null : ticketText(ticket)];
    return [{ beginMs, cells: [...who, ...times, ...said] }];
  });
}

function readRows(run: CheckRun, { reads }: Finding): Row[] {
  return reads.slice(0, ROWS_MAX).flatMap((index): Row[] => {
    const read = run.history.reads[index];
    if (read === undefined) return [];
    const { beginMs, endMs, isAtRest } = read;
    const times = [momentText(beginMs), momentText(endMs)];
    const said = [isAtRest ? 'answered, at rest' : 'answered', valuesText(run, read)];
    return [{ beginMs, cells: [`read ${index}`, null, null, ...times, ...said] }];
  });
}
