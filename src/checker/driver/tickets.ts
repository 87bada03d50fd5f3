// What the tickets of a run prove. A ticket is the cell and the value that a request's own add
// produced, so other callers cannot excuse what it shows: two adds never produce one value, and a
// cell never falls below a value it has had. Pure. The order of tickets in time is the checker's.

import { formatCount, formatNumber, sanitize } from '../../present/text.js';
import { LEVELS, type Level } from './answer.js';
import type { Acknowledged, Ledger } from './ledger.js';
import type { Stats } from './stats.js';

export interface TicketReport {
  /** Each is a proof, in a sentence. Bounded. */
  readonly faults: readonly string[];
  /** Acknowledged requests with a readable ticket. */
  readonly ticketed: number;
}

const FAULTS_MAX = 10;

interface Cell {
  readonly holders: Map<number, Acknowledged>;
  min: number;
  max: number;
}

/** The cell and value of `CRITICAL:17`; a cell's name may itself hold colons. */
export function parseTicket(ticket: string): { cell: string; value: number } | null {
  const [, cell, digits] = /^(.{1,100}):(\d{1,16})$/.exec(ticket) ?? [];
  if (cell === undefined) return null;
  const value = Number(digits);
  return Number.isSafeInteger(value) ? { cell, value } : null;
}

export function judgeTickets(before: Stats, after: Stats, ledger: Ledger): TicketReport {
  const cells = new Map<string, Cell>();
  const faults: string[] = [];
  let ticketed = 0;
  for (const request of ledger.acknowledged) {
    const ticket = request.ticket === null ? null : parseTicket(request.ticket);
    if (ticket === null) continue;
    ticketed++;
    const cell = cells.get(ticket.cell) ?? { holders: new Map(), min: Infinity, max: 0 };
    cells.set(ticket.cell, cell);
    const holder = cell.holders.get(ticket.value);
    if (holder !== undefined) faults.push(collision(holder, request));
    else cell.holders.set(ticket.value, request);
    cell.min = Math.min(cell.min, ticket.value);
    cell.max = Math.max(cell.max, ticket.value);
    const misplaced = outOfPlace(ticket, request, before, after);
    if (misplaced !== null) faults.push(misplaced);
  }
  let adds = 0;
  for (const { min, max } of cells.values()) adds += max - min + 1;
  // Every value from a cell's least ticket to its greatest was produced by an add of this run: the
  // least by a request of ours, which began after the first read, and the others after it.
  const growth = after.total - before.total;
  if (faults.length === 0 && adds > growth) {
    faults.push(
      `the tickets prove ${formatCount(adds, 'add')}, but the total grew by ${formatNumber(growth)}`,
    );
  }
  return { faults: bounded(faults), ticketed };
}

function collision(first: Acknowledged, second: Acknowledged): string {
  const ticket = shownTicket(first);
  const lost = 'two adds produced one value, so one of them was lost';
  return `${first.name} and ${second.name} both hold ticket ${ticket}: ${lost}`;
}

/** Cells that bear a level's name are those of `GET /stats`, so their values can be compared. */
function outOfPlace(
  ticket: { cell: string; value: number },
  request: Acknowledged,
  before: Stats,
  after: Stats,
): string | null {
  const level: Level | undefined = LEVELS.find((each) => each === ticket.cell);
  if (level === undefined) return null;
  const shown = `${request.name} holds ticket ${shownTicket(request)}`;
  if (level !== request.level) return `${shown}, but its answer says ${request.level}`;
  if (ticket.value <= before.levels[level]) {
    return `${shown}, but ${level} stood at ${before.levels[level]} before it was sent`;
  }
  if (ticket.value > after.levels[level]) {
    return `${shown}, but ${level} stood at ${after.levels[level]} after it was answered`;
  }
  return null;
}

function shownTicket(request: Acknowledged): string {
  return sanitize(request.ticket ?? '', 60);
}

function bounded(faults: readonly string[]): string[] {
  if (faults.length <= FAULTS_MAX) return [...faults];
  const rest = formatNumber(faults.length - FAULTS_MAX);
  return [...faults.slice(0, FAULTS_MAX), `and ${rest} more of the kind`];
}
