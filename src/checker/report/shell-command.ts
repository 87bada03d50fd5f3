// The command that repeats a run, built from the run itself and quoted for a shell. It leaves out the values
// of header fields, which may be secrets, and options at their defaults. Pure; main thread.

import type { CheckRun } from '../driver/check-run.js';
import type { CheckTarget } from '../driver/target.js';
import { OWN } from '../driver/target-options.js';

const OK_STATUSES = '200';
/** The command names a file instead of a longer body. */
const BODY_CHARS_MAX = 1000;
const BODIES_FILE = 'BODIES.jsonl';

const PLAIN = /^[\w@%+=:,./-]+$/;
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** One line for any POSIX shell; for bash or zsh where it holds unprintable characters. */
export function formatCommand(run: CheckRun): string {
  const { origin } = run.target;
  const counts = [
    ...['--callers', String(run.callers)],
    ...['--requests', String(Math.max(1, run.history.adds.length))],
    ...['--reads-per-second', String(run.readsPerSecond)],
    ...['--seed', String(run.seed)],
    ...(run.model.alone ? ['--alone'] : []),
  ];
  return ['two-callers', 'check', origin, ...listTargetOptions(run.target), ...counts]
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
