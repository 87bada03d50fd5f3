// What the checker is asked about each foreign service, and what it must say. A counter that is
// wrong is asked as a stranger would, one that is right with `--alone`: there nothing that the
// checker thinks it saw could be excused by somebody else's adds. Data only.

import type { Condition } from '../../src/checker/judgement.js';
import type { ServiceName } from './services.js';

export interface Row {
  readonly service: ServiceName;
  /** The words after the URL. */
  readonly options: readonly string[];
  /** `luck`: the code is wrong, and it may take longer than a test to be caught. */
  readonly expect: 'ok' | 'violated' | 'luck';
  /** All of these fail, in every run. */
  readonly surely: readonly Condition[];
  /** Further conditions that may fail too; any other would be a false alarm. */
  readonly perhaps: readonly Condition[];
}

const SCORE = ['--do', 'POST /score', '--body', '{"amount":4200,"category":"electronics"}'];
const STATS = ['--count', 'GET /stats', '--field', 'total'];
const FLASK = [...SCORE, ...STATS, '--requests', '1000'];
const TOY = ['--do', 'POST /hit', '--count', 'GET /count', '--requests', '2000'];
const TOTAL = [...TOY, '--field', 'total'];
const TICKET = [...TOTAL, '--ticket-field', 'n'];
const PARTS = [...TOY, '--field', 'levels.LOW,levels.HIGH', '--sum', 'total'];
/**
 * Connections are kept alive, and one process may get all of them, even of so many: then a read
 * that meets the other one shows too little, and one at rest perhaps all there is.
 */
const MANY = ['--callers', '64'];

type Failing = readonly Condition[];

function right(service: ServiceName, options: readonly string[]): Row {
  return { service, options: [...options, '--alone'], expect: 'ok', surely: [], perhaps: [] };
}

function wrong(service: ServiceName, options: readonly string[], surely: Failing, perhaps: Failing): Row {
  return { service, options, expect: 'violated', surely, perhaps };
}

/** Where a count is lost the number is too low from then on, also for reads on the way. */
const ONE_MEMORY: Failing = ['stale-read', 'non-monotonic-read', 'lost-update'];
/** Whose count a read shows depends on who answers it. */
const MEMORIES: Failing = ['stale-read', 'non-monotonic-read', 'lost-update'];
/** Tickets of which some are given twice: what a read shows may fit neither of the two. */
const TICKETS: Failing = ['ticket-order', 'ticket-gap', 'ticket-start', 'phantom-count'];

export const ROWS: readonly Row[] = [
  {
    service: 'flask, own server',
    options: FLASK,
    expect: 'luck',
    surely: [],
    perhaps: ONE_MEMORY,
  },
  wrong('flask, own server, audit line', FLASK, ['lost-update'], ONE_MEMORY),
  right('flask, own server, audit line, lock', FLASK),
  wrong('gunicorn, 2 processes', FLASK, ['lost-update'], MEMORIES),
  wrong('gunicorn, 2 processes × 4 threads', [...FLASK, ...MANY], ['stale-read'], MEMORIES),
  wrong('gunicorn, 2 processes × 4 threads, lock', [...FLASK, ...MANY], ['stale-read'], MEMORIES),
  wrong('gunicorn, 1 process × 4 threads, audit line', FLASK, ['lost-update'], ONE_MEMORY),
  right('gunicorn, 1 process × 4 threads, audit line, lock', FLASK),
  wrong('node:cluster, 2 processes', TOTAL, ['lost-update'], MEMORIES),
  wrong('node:cluster, 2 processes', TICKET, ['duplicate-ticket', 'lost-update'], [...MEMORIES, ...TICKETS]),
  right('node:cluster, 1 process', TICKET),
  wrong('node, await of a query between', TOTAL, ['lost-update'], ONE_MEMORY),
  wrong(
    'node, await of a query between',
    TICKET,
    ['duplicate-ticket', 'lost-update'],
    [...ONE_MEMORY, ...TICKETS],
  ),
  right('node, await of nothing between', TICKET),
  wrong('node, total kept apart', PARTS, ['snapshot-sum'], []),
  right('node, await before', TICKET),
  right('node, await before', PARTS),
  wrong('redis, GET and SET', TICKET, ['duplicate-ticket', 'lost-update'], [...ONE_MEMORY, ...TICKETS]),
  right('redis, INCR', TICKET),
];

/** The names of the services that one file of tests takes. */
export const PYTHON_ROWS = /^(flask|gunicorn)/;
export const NODE_ROWS = /^(node|redis)/;
