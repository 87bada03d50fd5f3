// A service started for one suite, reached over the network as its users reach it, and the checks
// that many tests share: the shape of a problem, and that /stats moved by exactly what was sent.
// Each suite runs over every topology named here.

import { Agent, type Dispatcher } from 'undici';
import * as assert from 'uvu/assert';
import { PROBLEMS, type ProblemCode } from '../../src/http/problems.js';
import { LEVELS, type RiskLevel } from '../../src/scoring/rules.js';
import type { ServiceHandle } from '../../src/topologies/listen.js';
import { SERVE_DEFAULTS, type ServeOptions } from '../../src/topologies/options.js';
import { start } from '../../src/topologies/start.js';
import { TOPOLOGIES, TOPOLOGY_NAMES, type TopologyName, unavailable } from '../../src/topologies/topology.js';
import { explainUnsupported, type PromiseName } from '../topologies/unsupported.js';
import { type Metrics, untilMeasured } from './http-metrics.js';
import { collectErrors, type Trouble } from './service-events.js';
import { suite } from './suite.js';

export type Test = ReturnType<typeof suite> & {
  /** A test of whose body /stats shows exactly these moves, and after which the service still answers. */
  counted(title: string, moves: Moves, body: () => Promise<unknown>): void;
};

/** Adds its tests to the suite of one topology. */
type Promises = (test: Test, service: TestService) => void;

export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export interface Stats {
  readonly total: number;
  readonly high: number;
  readonly levels: Readonly<Record<RiskLevel, number>>;
  readonly rejected: number;
}

type Body = NonNullable<Dispatcher.RequestOptions['body']>;
type Headers = Readonly<Record<string, string>>;

/** No orderly end waits for these; on a machine that is held up shorter ones would cut it short. */
const PATIENT = { closeDeadlineMs: 60_000, keepAliveTimeoutMs: 600_000 } as const;

export class TestService {
  readonly topology: TopologyName;
  /** What the service told its operator as errors; a test that expects some takes them. */
  readonly troubles: Trouble[] = [];
  readonly #options: ServeOptions;
  readonly #agent = new Agent();
  /** What is only looked at goes over one connection: no test has to guess how many there are. */
  readonly #looking = new Agent({ connections: 1 });
  #running: ServiceHandle | undefined;

  constructor(topology: TopologyName, options: Partial<ServeOptions> = {}) {
    this.topology = topology;
    // Two threads, however many cores: what is counted must not depend on the machine.
    const own = { port: 0, threads: 2, ...PATIENT, ...options };
    this.#options = { ...SERVE_DEFAULTS, ...own };
  }

  async start(): Promise<void> {
    this.#running = await start(this.topology, this.#options, collectErrors(this.troubles));
  }

  get running(): ServiceHandle {
    if (this.#running === undefined) throw new Error('the service is not started');
    return this.#running;
  }

  get url(): string {
    return this.running.url;
  }

  /** Whether a score is computed where its request was accepted: nothing queues before it. */
  get scoresInline(): boolean {
    return TOPOLOGIES[this.topology].executor === 'inline';
  }

  /** The path goes out as it is given. */
  async ask(method: string, path: string, headers: Headers = {}, body?: Body): Promise<Answer> {
    const agent = method === 'GET' ? this.#looking : this.#agent;
    const response = await agent.request({
      origin: this.url,
      method: method as Dispatcher.HttpMethod,
      path,
      headers,
      body: body ?? null,
    });
    const fields = Object.entries(response.headers).map(([name, value]) => [name, `${value}`]);
    return {
      status: response.statusCode,
      headers: new Map(fields as [string, string][]),
      body: await response.body.text(),
    };
  }

  get(path: string): Promise<Answer> {
    return this.ask('GET', path);
  }

  /** The body goes out as it is given. */
  postText(path: string, body: Body, headers: Headers = {}): Promise<Answer> {
    return this.ask('POST', path, { 'content-type': 'application/json', ...headers }, body);
  }

  post(path: string, value: unknown): Promise<Answer> {
    return this.postText(path, JSON.stringify(value));
  }

  /** What /stats says; it must add up in itself. */
  async stats(): Promise<Stats> {
    const answer = await this.get('/stats');
    assert.is(answer.status, 200);
    assert.match(answer.headers.get('snapshot') ?? '', /^exact; collects=\d+$/);
    const stats = JSON.parse(answer.body) as Stats;
    assert.equal(Object.keys(stats), ['total', 'high', 'levels', 'rejected']);
    assert.equal(Object.keys(stats.levels), [...LEVELS]);
    const { LOW, MEDIUM, HIGH, CRITICAL } = stats.levels;
    assert.is(stats.total, LOW + MEDIUM + HIGH + CRITICAL);
    assert.is(stats.high, HIGH + CRITICAL);
    return stats;
  }

  async metrics(): Promise<Metrics> {
    return untilMeasured(async () => (await this.get('/metrics')).body);
  }

  /** One of the service's own metrics; 0 while nothing with these labels was seen. */
  async metric(name: string, labels: Readonly<Record<string, string>> = {}): Promise<number> {
    const { families, value } = await this.metrics();
    const family = `two_callers_${name}`;
    assert.ok(families.has(family), `there is no ${family}`);
    return value(family, labels) ?? 0;
  }

  /** Transactions that wait or are being scored, at one moment. */
  async onTheirWay(): Promise<number> {
    const metrics = await this.metrics();
    const value = (name: string) => metrics.value(`two_callers_${name}`) ?? 0;
    return value('busy_jobs') + value('queue_depth');
  }

  /** Asks for the metrics, again and again, until one is as it should be. */
  async untilMetric(name: string, wanted: number | ((value: number) => boolean)): Promise<void> {
    const isWanted = typeof wanted === 'number' ? (value: number) => value === wanted : wanted;
    while (!isWanted(await this.metric(name)));
  }

  /** The troubles since the last call. */
  takeTroubles(): Trouble[] {
    return this.troubles.splice(0);
  }

  async close(): Promise<void> {
    await Promise.all([this.#agent.destroy(), this.#looking.destroy()]);
    await this.#running?.close();
    this.#running = undefined;
  }
}

type Own = Partial<ServeOptions>;

/** A service for the time of `body`. */
export async function withTestService<T>(
  topology: TopologyName,
  options: Own,
  body: (service: TestService) => Promise<T>,
): Promise<T> {
  const service = new TestService(topology, options);
  await service.start();
  try {
    return await body(service);
  } finally {
    await service.close();
  }
}

/**
 * One suite for each topology, with a service that lives as long as the suite. `named` is the
 * promise that all of the suite is about, where there are topologies that cannot keep it.
 */
export function overTopologies(
  title: string,
  promises: Promises | readonly Promises[],
  options: Own | ((topology: TopologyName) => Own) = {},
  named?: PromiseName,
): void {
  for (const topology of TOPOLOGY_NAMES) {
    const test = suite(`${title} (${topology})`);
    const missing = unavailable(topology);
    const why = named === undefined ? undefined : explainUnsupported(topology, named);
    if (why !== undefined) test.skip(`${named}: ${why}`);
    else if (missing !== undefined) {
      test.unavailable('every promise of this suite', missing, { installable: false });
    } else {
      const own = typeof options === 'function' ? options(topology) : options;
      const service = new TestService(topology, own);
      test.before(() => service.start());
      test.after(async () => {
        await service.close();
        assert.equal(service.takeTroubles(), [], 'nobody expected this in the log');
      });
      const counted: Test['counted'] = (what, moves, body) =>
        test(what, () => expectCounted(service, moves, body));
      for (const promise of [promises].flat()) promise(Object.assign(test, { counted }), service);
    }
    test.run();
  }
}

/** So that a level has one cell: processes have a cell each, and share none. */
export function oneCell(topology: TopologyName): Partial<ServeOptions> {
  return TOPOLOGIES[topology].listener === 'cluster' ? { threads: 1 } : {};
}

/** The level and the value of a ticket, without the process that gave it. */
export function plainTicket(ticket: string | undefined): string {
  return `${ticket}`.replace(/@\d+/, '');
}

/** How far /stats is to move; what is not named is not to move at all. */
export type Moves = Partial<Record<RiskLevel | 'rejected', number>>;

type Counting = Pick<TestService, 'stats' | 'get'>;

/** Runs `body`, then: the counters moved exactly so, and the service still answers. */
export async function expectCounted<T>(service: Counting, moves: Moves, body: () => Promise<T>): Promise<T> {
  const before = await service.stats();
  const result = await body();
  const after = await service.stats();
  assert.equal(difference(before, after), { ...NO_MOVES, ...moves }, 'moved in /stats');
  assert.is((await service.get('/health')).status, 200);
  return result;
}

const NO_MOVES = { LOW: 0, MEDIUM: 0, HIGH: 0, CRITICAL: 0, rejected: 0 };

export function difference(before: Stats, after: Stats): Required<Moves> {
  const moved = (level: RiskLevel) => after.levels[level] - before.levels[level];
  return {
    LOW: moved('LOW'),
    MEDIUM: moved('MEDIUM'),
    HIGH: moved('HIGH'),
    CRITICAL: moved('CRITICAL'),
    rejected: after.rejected - before.rejected,
  };
}

interface Expected {
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail?: RegExp | string;
  /** Of `errors`, in order; without it there is no such member. */
  readonly pointers?: readonly string[];
}

/** An answer that is this problem in the form of RFC 9457, and shows nothing from inside. */
export function expectProblem(answer: Answer, expected: Expected): void {
  assert.is(answer.status, expected.status, `${answer.status}: ${answer.body}`);
  const type = answer.headers.get('content-type');
  assert.is(type, 'application/problem+json; charset=utf-8');
  expectProblemBody(JSON.parse(answer.body), expected);
}

/** The same for a problem that stands inside an answer. */
export function expectProblemBody(value: unknown, { status, code, detail, pointers }: Expected) {
  const { errors, ...problem } = value as Record<string, unknown> & { errors?: unknown };
  const says = `${problem.detail}`;
  assert.equal(problem, {
    type: `urn:two-callers:problem:${code}`,
    title: PROBLEMS[code].title,
    status,
    detail: says,
    error: says,
  });
  assert.not.match(says, /\n\s*at |node:|\.js\b/);
  if (typeof detail === 'string') assert.is(says, detail);
  else assert.match(says, detail ?? /\w/);
  const found = errors as readonly { pointer: string; detail: string }[] | undefined;
  assert.equal(
    found?.map(({ pointer }) => pointer),
    pointers,
  );
  if (found !== undefined) assert.is(found.map((error) => error.detail).join('; '), says);
}
