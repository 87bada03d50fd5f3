// The operations that show a failure, as a table: who, what, when, and what was answered. On a
// phone the style shows each row as a card, so the roles are written out. Pure.

import { foreign, type Html, html, type Piece } from './html.js';
import type { Finding } from './judgement.js';
import { answerText, momentText, ticketText, valuesText } from './operation-words.js';
import type { CheckRun } from './run.js';
import type { Stretch } from './timeline-window.js';

const ROWS_MAX = 10;

interface Row {
  readonly name: string;
  readonly caller: string;
  readonly sent: Piece;
  readonly beginMs: number;
  readonly endMs: number;
  readonly answer: string;
  readonly got: string;
}

export function evidenceTable(run: CheckRun, span: Stretch, finding: Finding): Html | null {
  const rows = rowsOf(run, finding).toSorted((a, b) => a.beginMs - b.beginMs);
  if (rows.length === 0) return null;
  const hasAdds = finding.adds.length > 0;
  const got = finding.reads.length === 0 ? 'ticket' : hasAdds ? 'ticket or values' : 'values';
  const heads = ['operation', 'caller', 'sent', 'begin, ms', 'end, ms', 'answer', got];
  const cellsOf = (row: Row): readonly Piece[] => {
    const begin = momentText(row.beginMs - span.fromMs);
    const end = momentText(row.endMs - span.fromMs);
    return [row.name, row.caller, row.sent, begin, end, row.answer, row.got];
  };
  return html`<table role="table">
<thead role="rowgroup"><tr role="row">${heads.map((head) => {
    return html`<th role="columnheader" scope="col">${head}</th>`;
  })}</tr></thead>
<tbody role="rowgroup">${rows.map((row) => {
    return html`
<tr role="row">${cellsOf(row).map((cell, at) => {
      return html`<td role="cell" data-label="${heads[at] ?? ''}">${cell}</td>`;
    })}</tr>`;
  })}
</tbody></table>`;
}

function rowsOf(run: CheckRun, { adds, reads }: Finding): Row[] {
  const { history } = run;
  const ofAdds = adds.slice(0, ROWS_MAX).flatMap((index): Row[] => {
    const add = history.adds[index];
    if (add === undefined) return [];
    const { beginMs, endMs, ticket, name, caller } = add;
    const sent = name === null ? '–' : foreign(name, 40);
    const got = ticket === null ? '–' : ticketText(ticket);
    const who = { name: `add ${index}`, caller: String(caller), sent };
    return [{ ...who, beginMs, endMs, answer: answerText(add), got }];
  });
  const ofReads = reads.slice(0, ROWS_MAX).flatMap((index): Row[] => {
    const read = history.reads[index];
    if (read === undefined) return [];
    const { beginMs, endMs, isAtRest } = read;
    const answer = isAtRest ? 'answered, at rest' : 'answered';
    const who = { name: `read ${index}`, caller: '–', sent: '–' };
    return [{ ...who, beginMs, endMs, answer, got: valuesText(run, read) }];
  });
  return [...ofAdds, ...ofReads];
}
