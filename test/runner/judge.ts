// What the events of one test file and the way its process ended amount to: a pure function, so
// that every way of failing can be tested without a process. It prints nothing and knows no exit
// codes of the runner itself.
import type { TestEvent, TestName, Thrown, Unavailable } from './events.js';

export interface Failure extends TestName {
  readonly errors: readonly Thrown[];
}

export interface FileReport {
  readonly file: string;
  readonly durationMs: number;
  readonly passedCount: number;
  readonly failures: readonly Failure[];
  readonly skipped: readonly TestName[];
  readonly unavailable: readonly Unavailable[];
  /** What the file wrote to stdout and stderr: its end, where it was long. */
  readonly output: string;
}

/** How the process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: string | null;
  /** The limit that the runner ended it for, or 0. */
  readonly timedOutAfterMs: number;
  readonly durationMs: number;
  readonly output: string;
}

function countEach(resources: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const resource of resources) counts.set(resource, (counts.get(resource) ?? 0) + 1);
  return [...counts].map(([resource, count]) => `${resource} x ${count}`).join(', ');
}

/** The test that had started and not ended: where to look when a process dies or hangs. */
function runningTest(events: readonly TestEvent[]): string {
  let running = 'the tests were being loaded';
  for (const event of events) {
    if (event.kind === 'started') running = `running: ${event.suite} > ${event.title}`;
    else if (event.kind === 'finished') running = 'every test had ended';
    else if ('title' in event) running = `last ended: ${event.suite} > ${event.title}`;
  }
  return running;
}

/** Why the file fails as a whole, or undefined. The first cause found explains the later ones. */
function problemOf(events: readonly TestEvent[], ending: Ending): string | undefined {
  const { code, signal, timedOutAfterMs } = ending;
  const where = runningTest(events);
  if (timedOutAfterMs > 0) return `the file ran longer than ${timedOutAfterMs} ms (${where})`;
  for (const event of events) {
    if (event.kind !== 'leaked') continue;
    const handles = countEach(event.resources);
    return `the process did not end after its tests; leaked handles: ${handles || 'unknown'}`;
  }
  const how = signal === null ? `exited with code ${code}` : `was ended by ${signal}`;
  if (!events.some((event) => event.kind === 'finished')) {
    return `the process ${how} before its tests had ended (${where})`;
  }
  if (code !== 0) return `the process ${how} although its tests had ended`;
  // A suite that never ran, or a file that could not be loaded, has already said why.
  return events.some((event) => 'title' in event) ? undefined : 'the file holds no tests';
}

/** The report of one file, from what it told and how it ended. */
export function judge(file: string, events: readonly TestEvent[], ending: Ending): FileReport {
  const failures: Failure[] = [];
  const skipped: TestName[] = [];
  const unavailable: Unavailable[] = [];
  let passedCount = 0;
  for (const event of events) {
    if (event.kind === 'passed') passedCount += 1;
    else if (event.kind === 'failed' || event.kind === 'broken') failures.push(event);
    else if (event.kind === 'skipped') skipped.push(event);
    else if (event.kind === 'unavailable') unavailable.push(event);
  }
  const message = problemOf(events, ending);
  if (message !== undefined) {
    const thrown = { where: 'file', name: 'Error', message, diff: '', stack: '' };
    failures.push({ suite: '', title: '(file)', errors: [thrown] });
  }
  const { durationMs, output } = ending;
  return { file, durationMs, passedCount, failures, skipped, unavailable, output };
}
