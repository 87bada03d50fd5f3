// The `suite` every test file uses: uvu's own suite, which still orders and runs the tests, with
// the failures that uvu 0.5.6 swallows made visible (hooks that throw, values that are not Errors,
// hanging tests, a forgotten run). Runs in the test's process; assertions come from 'uvu/assert'.
// TWO_CALLERS_PLAIN_UVU=1 hands out uvu's suite itself, to show what it misses.
import { suite as uvuSuite } from 'uvu';
import { isCI } from '../runner/ci.js';
import type { TestEvent } from '../runner/events.js';
import { attempt, emit, emitBroken, type MadeSuite, madeSuite } from '../runner/session.js';
import { describeThrown } from '../runner/thrown.js';

// In CI a change is judged, not luck: there properties are tried on the same values every time.
if (isCI()) (await import('fast-check')).default.configureGlobal({ seed: 1 });

const TIMEOUT_DEFAULT_MS = 20_000;

type Crumbs = { __suite__: string; __test__: string };
type Body<T> = (context: T & Crumbs) => unknown;

interface Hook<T> {
  (hook: Body<T>): void;
  each(hook: Body<T>): void;
}

interface Suite<T> {
  (title: string, body: Body<T>): void;
  /** Refused when CI=true. */
  only(title: string, body: Body<T>): void;
  skip(title: string, body?: Body<T>): void;
  /**
   * This test cannot run here, and why. It fails in CI, where everything should be installed,
   * unless `installable` is false.
   */
  unavailable(title: string, reason: string, options?: { installable?: boolean }): void;
  before: Hook<T>;
  after: Hook<T>;
  /** Milliseconds that each test and each hook of this suite may take; 20,000 if never called. */
  timeout(limitMs: number): void;
  run(): void;
}

/** What was added since the last `run()`; uvu too starts anew there. */
interface Group<T> {
  readonly titles: string[];
  readonly announcements: TestEvent[];
  readonly beforeEach: Body<T>[];
  readonly afterEach: Body<T>[];
  onlyCount: number;
  isBeforeBroken: boolean;
}

function newGroup<T>(): Group<T> {
  return {
    titles: [],
    announcements: [],
    beforeEach: [],
    afterEach: [],
    onlyCount: 0,
    isBeforeBroken: false,
  };
}

interface Failure {
  readonly error: Error;
  readonly where: string;
}

/** The each-hooks run here and not in uvu, which forgets a failed test if its after.each throws. */
async function runTest<T>(
  group: Group<T>,
  body: Body<T>,
  context: T & Crumbs,
  limitMs: number,
): Promise<Failure[]> {
  if (group.isBeforeBroken) {
    return [{ error: new Error('not run, because the before hook failed'), where: 'before' }];
  }
  const failures: Failure[] = [];
  const step = async (task: Body<T>, where: string) => {
    const error = await attempt(() => task(context), limitMs);
    if (error !== undefined) failures.push({ error, where });
  };
  for (const hook of group.beforeEach) {
    if (failures.length === 0) await step(hook, 'before.each');
  }
  if (failures.length === 0) await step(body, 'test');
  for (const hook of group.afterEach) await step(hook, 'after.each');
  return failures;
}

/** One suite; `plain` is uvu's. */
interface State<T> {
  readonly name: string;
  readonly plain: ReturnType<typeof uvuSuite<T>>;
  readonly made: MadeSuite;
  group: Group<T>;
  limitMs: number;
}

function wrapTest<T>(state: State<T>, title: string, body: Body<T>) {
  const { name: suiteName, group } = state;
  state.made.waiting += 1;
  return async (context: T & Crumbs) => {
    emit({ kind: 'started', suite: suiteName, title });
    const begunMs = performance.now();
    const failures = await runTest(group, body, context, state.limitMs);
    const [first] = failures;
    if (first === undefined) {
      const durationMs = performance.now() - begunMs;
      emit({ kind: 'passed', suite: suiteName, title, durationMs });
      return;
    }
    const errors = failures.map(({ error, where }) => describeThrown(error, where));
    emit({ kind: 'failed', suite: suiteName, title, errors });
    throw first.error; // uvu has to know too
  };
}

/** Thrown on, uvu would drop every test of the suite and still exit 0: report it and go on. */
function wrapOuterHook<T>(state: State<T>, where: 'before' | 'after', hook: Body<T>) {
  const { name: suiteName, group } = state;
  return async (context: T & Crumbs) => {
    if (where === 'before' && group.isBeforeBroken) return;
    const title = `(${where} hook)`;
    emit({ kind: 'started', suite: suiteName, title });
    const error = await attempt(() => hook(context), state.limitMs);
    if (error === undefined) {
      emit({ kind: 'ended', suite: suiteName, title });
      return;
    }
    if (where === 'before') group.isBeforeBroken = true;
    emitBroken({ suite: suiteName, title }, error, where);
  };
}

/** Tests that will not run are told when the suite runs: a forgotten `run()` tells nothing. */
function announce<T>(state: State<T>, event: TestEvent): void {
  state.made.waiting += 1;
  state.group.announcements.push(event);
  state.plain.skip();
}

function runSuite<T>(state: State<T>): void {
  const { name: suiteName, group } = state;
  for (const event of group.announcements) emit(event);
  if (group.onlyCount > 0) {
    for (const title of group.titles) emit({ kind: 'skipped', suite: suiteName, title });
    const name = { suite: suiteName, title: '(suite)' };
    if (isCI()) emitBroken(name, new Error('.only must not be left in: CI would skip tests'), 'file');
  }
  state.made.runs += 1;
  state.made.waiting = 0;
  state.group = newGroup();
  state.plain.run();
}

/** A suite named `name`; `context` is handed to every test and hook. Close it with `.run()`. */
export function suite<T extends object = Record<string, unknown>>(name: string, context?: T): Suite<T> {
  const plain = uvuSuite<T>(name, context);
  // Only the broken fixtures run this way, and they use nothing that uvu lacks.
  if (process.env.TWO_CALLERS_PLAIN_UVU === '1') return plain as unknown as Suite<T>;

  const made = madeSuite(name);
  const state: State<T> = { name, plain, made, group: newGroup(), limitMs: TIMEOUT_DEFAULT_MS };
  const test = (title: string, body: Body<T>) => {
    state.group.titles.push(title);
    plain(title, wrapTest(state, title, body));
  };
  return Object.assign(test, {
    only: (title: string, body: Body<T>) => {
      state.group.onlyCount += 1;
      plain.only(title, wrapTest(state, title, body));
    },
    skip: (title: string) => announce(state, { kind: 'skipped', suite: name, title }),
    unavailable: (title: string, reason: string, options?: { installable?: boolean }) => {
      const installable = options?.installable ?? true;
      announce(state, { kind: 'unavailable', suite: name, title, reason, installable });
    },
    before: Object.assign((hook: Body<T>) => plain.before(wrapOuterHook(state, 'before', hook)), {
      each: (hook: Body<T>) => void state.group.beforeEach.push(hook),
    }),
    after: Object.assign((hook: Body<T>) => plain.after(wrapOuterHook(state, 'after', hook)), {
      each: (hook: Body<T>) => void state.group.afterEach.push(hook),
    }),
    timeout: (limitMs: number) => {
      state.limitMs = limitMs;
    },
    run: () => runSuite(state),
  });
}
