// An independent judge of a count, for tests alone: it shares no code with the checker, so that the
// two can be held against each other. It compares what a client knows with the counters of a service
// before and after, both read at rest.

import * as assert from 'uvu/assert';

const LEVELS = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const;
type Level = (typeof LEVELS)[number];

export interface Stats {
  readonly total: number;
  readonly high: number;
  readonly levels: Readonly<Record<Level, number>>;
}

/** What a client knows of its requests. */
export interface Ledger {
  readonly acknowledged: readonly { readonly level: Level; readonly ticket: string | null }[];
  readonly refused: number;
  /** Counted at most once, at a level that is not known. */
  readonly unknown: number;
}

type Fault = 'torn-sum' | 'backwards' | 'lost' | 'surplus' | 'ticket' | 'nothing-acknowledged';

export interface OracleFinding {
  readonly fault: Fault;
  readonly verdict: 'violated' | 'unknown';
  readonly text: string;
}

export async function readStats(url: string): Promise<Stats> {
  const response = await fetch(`${url}/stats`);
  assert.is(response.status, 200);
  return (await response.json()) as Stats;
}

interface Item {
  readonly outcome: 'ok' | 'refused' | 'unknown' | 'unsent';
  readonly assessment: { readonly risk_level: Level } | null;
  readonly ticket: string | null;
}

export function keepLedger(items: readonly Item[]): Ledger {
  const acknowledged = items.flatMap(({ assessment, ticket }) =>
    assessment === null ? [] : [{ level: assessment.risk_level, ticket }],
  );
  const count = (outcome: Item['outcome']) => items.filter((one) => one.outcome === outcome).length;
  return { acknowledged, refused: count('refused'), unknown: count('unknown') };
}

/**
 * The findings; none for a count that agrees. Other clients only add, so a loss and a wrong ticket
 * are always violations. A surplus is one only for a client that is alone.
 */
export function findMiscounts(before: Stats, after: Stats, ledger: Ledger, alone: boolean): OracleFinding[] {
  const findings: OracleFinding[] = [];
  const add = (fault: Fault, text: string, verdict: OracleFinding['verdict'] = 'violated') =>
    findings.push({ fault, verdict, text });
  for (const { total, high, levels } of [before, after]) {
    const sum = LEVELS.reduce((before, level) => before + levels[level], 0);
    if (total !== sum) add('torn-sum', `total ${total}, levels ${sum}`);
    if (high !== levels.HIGH + levels.CRITICAL) add('torn-sum', `high ${high}`);
  }
  const { acknowledged, unknown } = ledger;
  let surplus = -unknown;
  for (const level of LEVELS) {
    const growth = after.levels[level] - before.levels[level];
    if (growth < 0) add('backwards', `${level} by ${growth}`);
    const more = growth - acknowledged.filter((one) => one.level === level).length;
    if (more < 0) add('lost', `${-more} at ${level}`);
    // Summed level by level: a loss at one level must not hide a surplus at another.
    surplus += Math.max(0, more);
  }
  if (surplus > 0) add('surplus', String(surplus), alone ? 'violated' : 'unknown');
  for (const text of findTicketFaults(before, after, ledger)) add('ticket', text);
  if (acknowledged.length === 0) add('nothing-acknowledged', '', 'unknown');
  return findings;
}

/** The cell and the value of `CRITICAL:17`; the name of a cell can contain colons. */
export function splitTicket(ticket: string | null): { cell: string; value: number } | null {
  const [, cell, digits] = /^(.{1,100}):(\d{1,16})$/.exec(ticket ?? '') ?? [];
  return cell === undefined ? null : { cell, value: Number(digits) };
}

/** Two adds never produce one value, and a cell never falls below a value that it has had. */
function findTicketFaults(before: Stats, after: Stats, { acknowledged }: Ledger): string[] {
  const cells = new Map<string, Set<number>>();
  const faults: string[] = [];
  for (const { level, ticket } of acknowledged) {
    const { cell, value } = splitTicket(ticket) ?? {};
    if (cell === undefined || value === undefined || !Number.isSafeInteger(value)) continue;
    const values = cells.get(cell) ?? new Set();
    if (values.has(value)) faults.push(`${ticket} twice`);
    cells.set(cell, values.add(value));
    const named = LEVELS.find((one) => one === cell);
    if (named === undefined) continue;
    if (named !== level) faults.push(`${ticket} for ${level}`);
    const isInside = value > before.levels[named] && value <= after.levels[named];
    if (!isInside) faults.push(`${ticket} outside`);
  }
  // A client saw the least and the greatest value of a cell, so every value between was added.
  const ranges = [...cells.values()].map((values) => {
    const sorted = [...values].sort((a, b) => a - b);
    return (sorted.at(-1) ?? 0) - (sorted[0] ?? 0) + 1;
  });
  const adds = ranges.reduce((sum, range) => sum + range, 0);
  const growth = Math.max(0, after.total - before.total);
  return adds > growth ? [...faults, `${adds} adds, grown by ${growth}`] : faults;
}

export function isViolated(findings: readonly OracleFinding[]): boolean {
  return findings.some(({ verdict }) => verdict === 'violated');
}
