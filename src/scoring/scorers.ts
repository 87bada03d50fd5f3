// Finds a scorer: a built-in one by name, a user's one by module URL. Checks the result of a
// user's scorer before anything is counted. Runs on the thread that scores; it starts no thread.

import { type Assessment, classifyScore, LEVELS, scoreByRules } from './rules.js';
import type { Transaction } from './transaction.js';

/** Scores a transaction; a failing scorer throws (or rejects). */
export type Scorer = (transaction: Transaction) => Assessment | Promise<Assessment>;

const BUILT_IN: ReadonlyMap<string, Scorer> = new Map([['rules', scoreByRules]]);
/** Threads and processes have more time than this to start, so users see this message and not theirs. */
const LOAD_DEADLINE_MS = 30_000;
export const BUILT_IN_NAMES: readonly string[] = [...BUILT_IN.keys()];

/**
 * @param reference a name of `BUILT_IN_NAMES`, or the `file:` URL of a module that exports a
 *   function as `default` or as `score`
 * @throws Error with one line that says what to fix: no such module, or no function in it
 */
export async function findScorer(reference: string, loadMs = LOAD_DEADLINE_MS): Promise<Scorer> {
  const builtIn = BUILT_IN.get(reference);
  if (builtIn !== undefined) return builtIn;
  const module = await loadModule(reference, loadMs).catch((error: unknown) => {
    throw new Error(`Cannot load the scorer ${reference}: ${firstLine(error)}`);
  });
  for (const prototype of [Object.prototype, Array.prototype]) {
    const [added] = Object.keys(prototype);
    if (added === undefined) continue;
    const where = `${prototype.constructor.name}.prototype`;
    throw new Error(`${reference} adds '${added}' to ${where}, so every object of the service would have it`);
  }
  // The default of a CommonJS module is the object of all its exports, and that of TypeScript compiled
  // to CommonJS has a `default` of its own. The more private object comes first: a scorer that uses
  // `this` means the object on which its author wrote it.
  const owners = [module, module.default, module.default?.default].filter(isObject);
  const places = owners.map((owner) => [owner, 'default'] as const);
  const all = [...places, ...owners.toReversed().map((owner) => [owner, 'score'] as const)];
  const found = all.find(([owner, name]) => typeof owner[name] === 'function');
  if (found === undefined) {
    throw new Error(`${reference} has no scorer: export a function as default or as 'score'`);
  }
  const [owner, name] = found;
  const scorer = owner[name] as (this: unknown, transaction: Transaction) => unknown;
  return checkResults((transaction) => scorer.call(owner, transaction));
}

interface ScorerModule {
  readonly score?: unknown;
  readonly default?: ScorerModule | null;
}

/** The timer keeps the event loop alive: Node would end without a word when nothing else is left to do. */
async function loadModule(reference: string, loadMs: number): Promise<ScorerModule> {
  let overdue: NodeJS.Timeout | undefined;
  const timeLimit = new Promise<never>((_resolve, reject) => {
    const reason = `it is not loaded after ${loadMs / 1_000} s; does a top-level await never settle?`;
    overdue = setTimeout(() => reject(new Error(reason)), loadMs);
  });
  try {
    return await Promise.race([import(reference), timeLimit]);
  } finally {
    clearTimeout(overdue);
  }
}

/** The short name in `/health`: `rules`, or the file name without its extension. */
export function scorerName(reference: string): string {
  const file = reference.slice(reference.lastIndexOf('/') + 1);
  return decodeURIComponent(file).replace(/\.[cm]?[jt]s$/, '');
}

function checkResults(scorer: (transaction: Transaction) => unknown): Scorer {
  return (transaction) => {
    const { tx_id } = transaction; // read first: a user's scorer may write to its argument
    const returned = scorer(transaction);
    if (!isThenable(returned)) return readAssessment(returned, tx_id);
    return Promise.resolve(returned).then((value) => readAssessment(value, tx_id));
  };
}

/**
 * A user's scorer must return `score`. The level defaults to that of the score, the rules default to
 * none, and `tx_id` always comes from the transaction. The result keeps only plain data: an object
 * with methods could not cross a thread.
 */
export function readAssessment(returned: unknown, txId: string): Assessment {
  if (typeof returned !== 'object' || returned === null) {
    throw new TypeError(`the scorer returned ${describe(returned)}, not an object with a 'score'`);
  }
  const { score, risk_level: level, triggered_rules: rules } = returned as Partial<Assessment>;
  if (typeof score !== 'number' || !Number.isFinite(score)) {
    throw new TypeError(`the scorer returned a 'score' of ${describe(score)}, not a finite number`);
  }
  if (level !== undefined && !LEVELS.includes(level)) {
    throw new TypeError(`the scorer returned a 'risk_level' that is none of ${LEVELS.join(', ')}`);
  }
  // Spread first: `every` alone passes over the holes of a sparse array.
  const areStrings = Array.isArray(rules) && [...rules].every((one) => typeof one === 'string');
  if (rules !== undefined && !areStrings) {
    throw new TypeError("the scorer returned 'triggered_rules' that are not an array of strings");
  }
  return {
    score,
    risk_level: level ?? classifyScore(score),
    triggered_rules: rules === undefined ? [] : [...rules],
    tx_id: txId,
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

function describe(value: unknown): string {
  if (typeof value === 'number') return String(value);
  return value === null ? 'null' : typeof value;
}

function firstLine(error: unknown): string {
  const text = describeThrown(error instanceof Error ? error.message : error);
  return text.split('\n', 1)[0] ?? text;
}

/** The text of a thrown value. A scorer may throw a value that itself throws when printed. */
export function describeThrown(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return `something of type ${typeof thrown} that has no text`;
  }
}
