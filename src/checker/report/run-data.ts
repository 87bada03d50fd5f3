// A run as JSON: the document that --json prints, and the data inside the page. Both hold the verdict,
// the findings and the operations that these name, but not the whole history. Also the command that repeats
// a run. None of them holds values of header fields, which may be secret. Pure; main thread.

import type { EmbeddedData } from '../../present/html.js';
import { sanitize } from '../../present/text.js';
import type { CheckRun } from '../driver/check-run.js';
import type { CheckTarget } from '../driver/target.js';
import { OWN } from '../driver/target-options.js';
import type { Finding } from '../judgement.js';

/** Grows when the document changes in a way that its readers must know. */
const SCHEMA = 1;
/** Names listed; a service may give each request its own cell. */
const NAMES_MAX = 100;
const TEXT_COLUMNS = 600;
const OPERATIONS_MAX = 200;

/** The document for `--json`. */
export function buildRunDocument(run: CheckRun): object {
  const { target, model, history, judgement, verdict, answer, remarks, partial } = run;
  const { add, read, origin, fields, sum, okStatuses } = target;
  return {
    schema: SCHEMA,
    verdict,
    answer,
    partial,
    findings: judgement.findings.map((finding) => ({
      ...finding,
      operations: [
        ...finding.adds.map((index) => ({ add: index, ...history.adds[index] })),
        ...finding.reads.map((index) => ({ read: index, ...history.reads[index] })),
      ],
    })),
    failures: judgement.failures,
    facts: { ...judgement.facts, cells: judgement.facts.cells.slice(0, NAMES_MAX) },
    remarks,
    target: { origin, add, read, fields, sum, okStatuses },
    model,
    callers: run.callers,
    readsPerSecond: run.readsPerSecond,
    requests: history.adds.length,
    reads: history.reads.length,
    seed: run.seed,
    startedAt: run.startedAt,
    durationMs: run.durationMs,
  };
}

/** The data inside the page: bounded, with texts shortened and made safe. */
export function collectPageData(run: CheckRun, findings: readonly Finding[]): EmbeddedData {
  const { history, target, verdict, answer, partial, remarks } = run;
  const { origin, add, read, givenHeaders, bodies, okStatuses, fields, sum, ticket, timeoutMs } = target;
  const pick = (kind: 'adds' | 'reads') => {
    const places = new Set(findings.flatMap((finding) => finding[kind].slice(0, NAMES_MAX)));
    const known = [...places].filter((index) => history[kind][index] !== undefined);
    return known.sort((a, b) => a - b).slice(0, OPERATIONS_MAX);
  };
  const data = {
    ...{ verdict, answer, partial, remarks },
    target: {
      origin,
      add: `${add.method} ${add.path}`,
      read: `${read.method} ${read.path}`,
      headers: givenHeaders,
      bodies: bodies.length,
      ...{ okStatuses, fields, sum, ticket, timeoutMs },
    },
    ...{ callers: run.callers, seed: run.seed, durationMs: run.durationMs, startedAt: run.startedAt },
    ...{ model: run.model, facts: run.judgement.facts, failures: run.judgement.failures, findings },
    adds: pick('adds').map((index) => ({ index, ...history.adds[index] })),
    reads: pick('reads').map((index) => ({ index, ...history.reads[index] })),
  };
  const limit = (_key: string, value: unknown) => {
    if (typeof value === 'string') return sanitize(value, TEXT_COLUMNS);
    const isPicked = value === data.adds || value === data.reads;
    return Array.isArray(value) && !isPicked ? value.slice(0, NAMES_MAX) : value;
  };
  return { id: 'run', mediaType: 'application/json', text: JSON.stringify(data, limit, 1) };
}

const OK_STATUSES = '200';
/** The command names a file instead of a longer body. */
const BODY_CHARS_MAX = 1000;
const BODIES_FILE = 'BODIES.jsonl';

const PLAIN = /^[\w@%+=:,./-]+$/;
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** One line for a POSIX shell, without options at their defaults. Unprintable characters need bash or zsh. */
export function formatCommand(run: CheckRun): string {
  const { origin } = run.target;
  const counts = [
    ...['--callers', String(run.callers)],
    ...['--requests', String(Math.max(1, run.history.adds.length))],
    ...['--reads-per-second', String(run.readsPerSecond)],
    ...['--seed', String(run.seed)],
    ...(run.model.alone ? ['--alone'] : []),
  ];
  return ['npx', 'two-callers', 'check', origin, ...listTargetOptions(run.target), ...counts]
    .map(quoteForShell)
    .join(' ');
}

/** The word in the form that makes a shell pass on exactly this word. */
export function quoteForShell(word: string): string {
  if (PLAIN.test(word)) return word;
  if (!UNPRINTABLE.test(word)) return `'${word.replaceAll("'", "'\\''")}'`;
  return `$'${Array.from(word, escapeAnsiC).join('')}'`;
}

function escapeAnsiC(char: string): string {
  if (char === '\\' || char === "'") return `\\${char}`;
  if (char === '\n') return '\\n';
  if (char === '\t') return '\\t';
  if (!UNPRINTABLE.test(char)) return char;
  const code = (char.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`;
}

function listTargetOptions(target: CheckTarget): string[] {
  const { okStatuses, givenHeaders, fields, sum, ticket, bodies } = target;
  const add = `${target.add.method} ${target.add.path}`;
  const read = `${target.read.method} ${target.read.path}`;
  const isOwn = add === OWN.do && read === OWN.count;
  const hasOwnFields = isOwn && fields.join() === OWN.fields.join() && sum === OWN.sum;
  const ok = okStatuses.join(',');
  return [
    ...(isOwn ? [] : ['--do', add]),
    ...listBodyOptions(bodies, isOwn),
    ...(isOwn ? [] : ['--count', read]),
    ...(hasOwnFields ? [] : ['--field', fields.join(','), ...(sum === null ? [] : ['--sum', sum])]),
    ...listTicketOptions(ticket, isOwn),
    ...(ok === OK_STATUSES ? [] : ['--ok', ok]),
    ...givenHeaders.flatMap((name) => ['--header', `${name}: …`]),
  ];
}

function listTicketOptions(ticket: CheckTarget['ticket'], isOwn: boolean): string[] {
  if (ticket === null) return [];
  if ('field' in ticket) return ['--ticket-field', ticket.field];
  return isOwn && !ticket.isRequired ? [] : ['--ticket-header', ticket.header];
}

function listBodyOptions(bodies: readonly string[], isOwn: boolean): string[] {
  const [first] = bodies;
  if (first === undefined) return [];
  if (bodies.length === 1 && first.length <= BODY_CHARS_MAX) return ['--body', first];
  return isOwn ? [] : ['--file', BODIES_FILE];
}
