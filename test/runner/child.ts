// The main module of every test process: loads one test file, runs the suites that it queued with
// uvu and reports over IPC. The runner forks it, one process per file; it is not for use by hand.
// It never sets an exit code, so that any other than 0 was set by the test file.
import { pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import type { Envelope, TestEvent } from './events.js';
import { startPatience } from './patience.js';
import { connect, emit, emitBroken, emitForgotten, isSuiteHeading, reportCrash } from './session.js';
import { toError } from './thrown.js';

/** What uvu's `suite.run()` queues; it resolves to [errors, passed, skipped, total]. */
type QueuedRun = () => Promise<readonly [unknown, number, number, number]>;

const FILE = { suite: '', title: '(file)' };
const UVU_PROGRESS = /^(?:[•✘] | {2}\(\d+ \/ \d+\)\n)$/;
const [, , testFile = '', graceMs = '3000'] = process.argv;

let passedCount = 0;

function send(event: TestEvent): void {
  if (event.kind === 'passed') passedCount += 1;
  const envelope: Envelope = { strictRunner: event };
  process.send?.(envelope);
}

/** uvu prints a dot per test; the runner has a line per file, so only the test's output is kept. */
function dropUvuProgress(): void {
  const write = process.stdout.write.bind(process.stdout);
  const filtered = (chunk: string | Uint8Array, ...rest: []) => {
    const text = typeof chunk === 'string' ? stripVTControlCharacters(chunk) : '';
    return UVU_PROGRESS.test(text) || isSuiteHeading(text) || write(chunk, ...rest);
  };
  process.stdout.write = filtered;
}

async function runQueue(queue: readonly QueuedRun[]): Promise<void> {
  for (const run of queue) {
    const before = passedCount;
    const [, uvuPassed] = await run();
    const told = passedCount - before;
    // Both counts come from different code: if they part, the wrapping itself lost a failure.
    if (uvuPassed === told) continue;
    emitBroken(FILE, new Error(`uvu saw ${uvuPassed} tests pass, the runner ${told}`), 'file');
  }
}

/** A wait that does not hold the process open: if it ever ends, something else does. */
function watchForLeaks(baseline: readonly string[]): void {
  const report = () => {
    const resources = [...process.getActiveResourcesInfo()];
    for (const known of baseline) {
      const index = resources.indexOf(known);
      if (index >= 0) resources.splice(index, 1);
    }
    emit({ kind: 'leaked', resources });
  };
  startPatience(Number(graceMs), report, { holdsOpen: false });
}

process.on('uncaughtException', (error) => reportCrash(error, 'uncaught exception'));
process.on('unhandledRejection', (error) => reportCrash(error, 'unhandled rejection'));
// A runner that was killed must not leave its children behind.
process.on('disconnect', () => process.exit(1));
process.channel?.unref();
process.setSourceMapsEnabled(true);
connect(send);

const baseline = process.getActiveResourcesInfo();
const queue: QueuedRun[] = [];
// To be set before uvu is loaded: it would otherwise run the suites, and set the exit code, itself.
Object.assign(globalThis, { UVU_DEFER: 1, UVU_INDEX: 0, UVU_QUEUE: [queue] });

try {
  await import(pathToFileURL(testFile).href);
} catch (thrown) {
  emitBroken(FILE, toError(thrown), 'file');
}
dropUvuProgress();
await runQueue(queue);
emitForgotten();
emit({ kind: 'finished' });
watchForLeaks(baseline);
