// Supervision (src/topologies/supervisor.ts) of members that live and die as the test says: who dies is
// replaced, whose replacements die too is given up, and the end is in order or forced.

import * as assert from 'uvu/assert';
import type { ListenerCommand } from '../../src/topologies/listener.js';
import { type LaunchEvents, Supervisor } from '../../src/topologies/supervisor.js';
import { collectErrors, type Trouble } from '../support/service-events.js';
import { suite } from '../support/suite.js';

/** No program listens on it. */
const PORT = 5;
const CLOSING = { readyDelayMs: 0, closeDeadlineMs: 1 };
/** Longer than any test. */
const HOUR_MS = 3_600_000;

interface Fake extends LaunchEvents {
  readonly index: number;
  readonly port: number;
  readonly told: ListenerCommand[];
  isEnded: boolean;
}

/** `act` is what each does when it is launched; the default listens. */
function createHarness(count: number, act: (fake: Fake, launched: number) => void = listens, deadlineMs = 0) {
  const fakes: Fake[] = [];
  const troubles: Trouble[] = [];
  const supervisor = new Supervisor({
    count,
    log: collectErrors(troubles),
    limits: { deadlineMs, scorerTimeoutMs: 1 },
    onHung() {},
    launch(index, port, events) {
      const fake: Fake = { index, port, told: [], isEnded: false, ...events };
      const launched = fakes.push(fake);
      queueMicrotask(() => act(fake, launched));
      return {
        listener: 'process',
        id: launched,
        send: (command) => fake.told.push(command),
        kill() {
          if (fake.isEnded) return;
          fake.isEnded = true;
          queueMicrotask(() => events.onExit('ended'));
        },
      };
    },
  });
  return { supervisor, fakes, troubles };
}

function listens({ onEvent, port }: Fake): void {
  onEvent({ type: 'listening', url: `http://127.0.0.1:${port === 0 ? 4711 : port}` });
}

function dies(fake: Fake): void {
  fake.isEnded = true;
  fake.onExit('exit code 3');
}

/** Until something is so that is not waited for by a promise. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise(setImmediate);
}

function lastReady({ told }: Fake): boolean | undefined {
  return told.flatMap((command) => (command.type === 'ready' ? [command.ready] : [])).at(-1);
}

const test = suite('supervision');

test('all listen where the first one does, and are ready when all do', async () => {
  const { supervisor, fakes } = createHarness(3);
  assert.is(await supervisor.start(0), 'http://127.0.0.1:4711');
  assert.equal(
    fakes.map(({ index, port }) => [index, port]),
    [
      [0, 0],
      [1, 4711],
      [2, 4711],
    ],
  );
  assert.equal(fakes.map(lastReady), [true, true, true]);
});

test('one that cannot start ends all the others, with its own words', async () => {
  const { supervisor, fakes } = createHarness(3, (fake, launched) => {
    if (launched !== 2) return listens(fake);
    fake.onEvent({ type: 'failed', error: { name: 'Error', message: 'no scorer', stack: undefined } });
    dies(fake);
  });
  const error = await supervisor.start(PORT).catch((reason: Error) => reason);
  assert.is(String(error), 'Error: no scorer');
  assert.ok(fakes.every(({ isEnded }) => isEnded));
});

test('one that dies is replaced in its place, and the new one is ready at once', async () => {
  const { supervisor, fakes, troubles } = createHarness(2);
  await supervisor.start(PORT);
  const line = { event: 'request-failed', message: 'about to die', fields: {} } as const;
  fakes[1]?.onEvent({ type: 'log', ...line, error: 'alas' });
  dies(fakes[1] as Fake);
  await until(() => fakes.length === 3 && lastReady(fakes[2] as Fake) === true);
  assert.equal([fakes[2]?.index, fakes[2]?.port], [1, PORT]);
  const dead = { listener: 'process', id: 2, how: 'exit code 3', willReplace: true };
  assert.equal(
    troubles.map(({ event, data }) => ({ event, data })),
    [
      { event: 'request-failed', data: { error: 'alas' } },
      { event: 'listener-died', data: dead },
    ],
  );
});

test('a listener that shows no progress is ended and replaced; one that does is left alone', async () => {
  const { supervisor, fakes, troubles } = createHarness(2, listens, 100);
  await supervisor.start(PORT);
  const beat = setInterval(() => fakes[0]?.onEvent({ type: 'progress', pending: 7 }), 1);
  await until(() => fakes.length === 3 && lastReady(fakes[2] as Fake) === true);
  clearInterval(beat);
  assert.equal([fakes[0]?.isEnded, fakes[1]?.isEnded, fakes[2]?.index], [false, true, 1]);
  assert.equal(
    troubles.map(({ event, data }) => [event, data.id]),
    [
      ['listener-hung', 2],
      ['listener-died', 2],
    ],
  );
  const closing = supervisor.close(CLOSING);
  assert.is(await closing, 7 + 1, 'what was open when they were last seen, and at least one');
});

test('five starts that fail in a row are the last; who is left says it is not ready', async () => {
  const { supervisor, fakes, troubles } = createHarness(2, (fake, launched) => {
    if (launched <= 2) listens(fake);
    else dies(fake);
  });
  await supervisor.start(PORT);
  dies(fakes[1] as Fake);
  await until(() => troubles.some(({ event }) => event === 'replacing-stopped'));
  assert.is(fakes.length, 2 + 5);
  assert.is(lastReady(fakes[0] as Fake), false);
  dies(fakes[0] as Fake);
  await until(() => troubles.filter(({ event }) => event === 'replacing-stopped').length === 2);
  assert.is(fakes.length, 7, 'and nobody is started again');
  assert.is(await supervisor.close(CLOSING), 0, 'nothing was left to close');
});

test('a start that succeeds forgives those that failed before it', async () => {
  const fails = [3, 4, 5, 6, 8, 9, 10, 11];
  const { supervisor, fakes } = createHarness(1, (fake, launched) => {
    if (fails.includes(launched - 1)) dies(fake);
    else listens(fake);
  });
  await supervisor.start(PORT);
  for (const count of [2, 3, 8, 13]) {
    dies(fakes.at(-1) as Fake);
    await until(() => fakes.length === count && lastReady(fakes.at(-1) as Fake) === true);
  }
});

test('closing sums up what was cut off, and is not ready first', async () => {
  const { supervisor, fakes } = createHarness(2);
  await supervisor.start(PORT);
  const closing = supervisor.close({ readyDelayMs: 0, closeDeadlineMs: HOUR_MS });
  await until(() => fakes.every(({ told }) => told.at(-1)?.type === 'close'));
  for (const [index, fake] of fakes.entries()) {
    assert.equal(fake.told.slice(-2), [
      { type: 'ready', ready: false },
      { type: 'close', deadlineMs: HOUR_MS },
    ]);
    fake.onEvent({ type: 'closed', cutOff: 2 + index });
    dies(fake);
  }
  assert.is(await closing, 5);
});

test('who does not end by the deadline is ended, and counts as a request cut off', async () => {
  const { supervisor, fakes, troubles } = createHarness(2);
  await supervisor.start(PORT);
  const closing = supervisor.close(CLOSING);
  fakes[0]?.onEvent({ type: 'closed', cutOff: 0 });
  dies(fakes[0] as Fake);
  assert.is(await closing, 1);
  assert.ok(fakes[1]?.isEnded);
  assert.equal(
    troubles.map(({ event, data }) => [event, data.id]),
    [['listener-overdue', 2]],
  );
});

test('one that is starting while all close is ended, and is no trouble', async () => {
  const { supervisor, fakes, troubles } = createHarness(1, (fake, launched) => {
    if (launched === 1) listens(fake);
  });
  await supervisor.start(PORT);
  dies(fakes[0] as Fake);
  await until(() => fakes.length === 2);
  assert.is(await supervisor.close(CLOSING), 0);
  assert.is(troubles.length, 1);
});

test.run();
