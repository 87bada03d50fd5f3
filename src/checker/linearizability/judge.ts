// Judges a history that is one: every counter on its line, then what holds between the fields. The
// argument for it, lemma by lemma, is docs/reference/checking.md. Pure; errors are its caller's.

import { formatNumber } from '../../present/text.js';
import type { CounterModel, History } from '../history.js';
import type { Judgement } from '../judgement.js';
import { type Counter, type Counters, countersOf, joined } from './counters.js';
import { type Account, explain, isFaulty } from './explain.js';
import { type Filling, fillLine, fillTogether } from './filling.js';
import { createFindings, type Findings } from './findings.js';
import type { Line } from './line.js';
import type { Operations } from './operations.js';
import { saySum, sayTwoSnapshots, whole } from './sentences.js';
import { barriersOf, chainOf } from './snapshots.js';
import { countingFrom, keysOf } from './sorted-order.js';

const NONE = new Float64Array(0);

/** Indices of reads whose values are claimed to have held at one moment. */
function snapshotsOf({ reads }: History): Uint32Array {
  return countingFrom(0, reads.length).filter((index) => reads[index]?.isSnapshot === true);
}

/** Their begins, ascending. */
function begins(groups: readonly Uint32Array[], { begin }: Operations): Float64Array {
  return keysOf(joined(groups), begin).sort();
}

/** Adds whose ticket is refuted: they were counted somewhere, and excuse what they can. */
function misplaced(counters: readonly Counter[]): Uint32Array {
  return Uint32Array.from(
    counters.flatMap(({ line }) => [...line.below, ...line.twins.map(([, second]) => second)]),
  );
}

function fillFields(
  counters: Counters,
  lines: readonly Line[],
  spare: Float64Array,
  operations: Operations,
): Filling[] {
  const hasFloating = counters.fields.some(({ floating }) => floating.length > 0);
  if (lines.length === 1 || hasFloating) {
    return counters.fields.map(({ floating }, field) =>
      fillLine(lines[field] as Line, floating, spare, operations),
    );
  }
  const slots = lines.map((line) => line.slots);
  return fillTogether(slots, spare);
}

/** The lines, with what snapshots add to the limits of their slots. */
function judgeSnapshots(
  counters: Counters,
  { reads }: History,
  operations: Operations,
  findings: Findings,
): Line[] {
  const lines = counters.fields.map(({ line }) => line);
  for (const read of counters.snapshots) {
    const said = reads[read]?.sum ?? null;
    const made = operations.sums[read] ?? 0;
    if (said !== null && said !== made) {
      findings.report('snapshot-sum', () => saySum(read, said, made));
    }
  }
  if (lines.length === 1) return lines;
  const chain = chainOf(counters.snapshots, operations);
  for (const [first, second] of chain.broken) {
    findings.report('snapshot-order', () => sayTwoSnapshots(first, second, lines, operations));
  }
  if (chain.broken.length > 0) return lines;
  const barriers = barriersOf(chain, lines, operations);
  for (let index = 0; index < barriers.crossingCount; index++) {
    findings.report('snapshot-order', () => {
      const { shown = 0, hidden = 0, read = 0 } = barriers.crossings[index] ?? {};
      const order = `which had ended before add ${shown} began`;
      const text = `read ${read} shows add ${shown} and not add ${hidden}, ${order}`;
      return { cell: null, count: 1, adds: [hidden, shown], reads: [read], text };
    });
  }
  return lines.map((line, field) => {
    const beginMax = barriers.beginMax[field] ?? line.slots.beginMax;
    return { ...line, slots: { ...line.slots, beginMax } };
  });
}

/** Where others may add, what is missing was theirs: told once for a counter and a condition. */
function tellStrangers(
  { line, filling }: Account,
  { addCount }: Operations,
  findings: Findings,
): void {
  const found = { 'ticket-gap': { count: 0, id: -1 }, overcount: { count: 0, id: -1 } };
  for (let slot = 0; slot < line.slots.count; slot++) {
    const count = filling.missing[slot] ?? 0;
    if (count === 0) continue;
    const id = line.ids[line.slots.next[slot] ?? 0] ?? 0;
    const of = found[id < addCount ? 'ticket-gap' : 'overcount'];
    of.count += count;
    if (of.id < 0) of.id = id;
  }
  for (const condition of ['ticket-gap', 'overcount'] as const) {
    const { count, id } = found[condition];
    if (count === 0) continue;
    findings.report(condition, () => {
      const isAdd = id < addCount;
      const where = isAdd ? `add ${id} holds` : `read ${id - addCount} shows`;
      const values = `${formatNumber(count)} of the values of ${whole(line.name)}`;
      const text = `somebody else must have made ${values}; the first is one that ${where}`;
      const own = isAdd ? { adds: [id], reads: [] } : { adds: [], reads: [id - addCount] };
      return { verdict: 'unknown', cell: line.name, count, ...own, text };
    });
  }
}

function judgeAccount(account: Account, operations: Operations, findings: Findings): void {
  // What is refuted anyway needs no strangers to explain it.
  if (isFaulty(account)) explain(account, operations, findings);
  else if (!account.alone) tellStrangers(account, operations, findings);
}

/** The sum repeats what a field said already: of that only a greater loss is worth a finding. */
function judgeSum(account: Account, operations: Operations, findings: Findings): void {
  const own = createFindings();
  judgeAccount(account, operations, own);
  const total = (of: Findings, condition: string) =>
    of
      .list()
      .filter((finding) => finding.condition === condition)
      .reduce((sum, { count }) => sum + count, 0);
  findings.merge(own, (condition) => {
    const isCount = condition === 'lost-update' || condition === 'overcount';
    if (!findings.has(condition)) return true;
    return isCount && total(own, condition) > total(findings, condition);
  });
}

function verdictOf(findings: Judgement['findings'], acknowledged: number): Judgement['verdict'] {
  if (findings.some(({ verdict }) => verdict === 'violated')) return 'violated';
  return findings.length > 0 || acknowledged === 0 ? 'unknown' : 'ok';
}

export function judge(model: CounterModel, history: History, operations: Operations): Judgement {
  const findings = createFindings();
  const { alone } = model;
  const { unknown } = operations;
  const counters = countersOf(model, snapshotsOf(history), operations);
  const { fields, hidden, sum, unassigned, ticketless } = counters;
  const missing = { fields: 0, hidden: 0, sum: 0 };

  const lines = judgeSnapshots(counters, history, operations, findings);
  const spareBegins = begins([unknown, unassigned], operations);
  const lenient = begins([unknown, unassigned, misplaced(fields)], operations);
  for (const [field, filling] of fillFields(counters, lines, lenient, operations).entries()) {
    const { acknowledged } = fields[field] as Counter;
    const line = lines[field] as Line;
    missing.fields += filling.missingCount;
    judgeAccount({ line, acknowledged, spareBegins, alone, filling }, operations, findings);
  }

  const besides =
    hidden.length === 0 ? NONE : begins([unknown, ticketless, misplaced(hidden)], operations);
  const slots = hidden.map(({ line }) => line.slots);
  for (const [index, filling] of fillTogether(slots, besides).entries()) {
    const { line, acknowledged } = hidden[index] as Counter;
    missing.hidden += filling.missingCount;
    const account = { line, acknowledged, spareBegins: besides, alone, filling };
    judgeAccount(account, operations, findings);
  }

  if (sum !== null) {
    const spare = begins([unknown], operations);
    const filling = fillLine(sum.line, sum.floating, spare, operations);
    missing.sum = filling.missingCount;
    judgeSum({ ...sum, spareBegins: spare, alone, filling }, operations, findings);
  }

  const list = findings.list();
  const acknowledged = operations.acknowledged.length;
  return {
    verdict: verdictOf(list, acknowledged),
    findings: list,
    failures: findings.failures(),
    facts: {
      acknowledged,
      failed: operations.failedCount,
      unknown: unknown.length,
      reads: operations.readCount,
      ticketed: acknowledged - ticketless.length,
      cells: operations.cells,
      // The same stranger may show in a part, in its field and in the sum.
      strangers: Math.max(missing.fields, missing.hidden, missing.sum),
    },
  };
}
