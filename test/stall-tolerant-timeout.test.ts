// The stall-tolerant timeout: it outlasts a machine that was held up, where a plain timer gives up too early.

import { type AddressInfo, createServer } from 'node:net';
import { setImmediate as turnsEnd } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import * as assert from 'uvu/assert';
import { readStats } from '../src/checker/driver/assessment.js';
import { openConnection } from '../src/checker/driver/connection.js';
import { StallTolerantTimeout } from '../src/stall-tolerant-timeout.js';
import { freeze } from './support/freeze.js';
import { suite } from './support/suite.js';

const WAIT_MS = 50;
const FROZEN_MS = 2 * WAIT_MS;

type Wait = (ms: number, onTimeout: () => void) => Pick<StallTolerantTimeout, 'cancel'>;

const inSlices: Wait = (ms, onTimeout) => new StallTolerantTimeout(ms, onTimeout);

/** What it is better than. */
const oneTimer: Wait = (ms, giveUp) => {
  const timer = setTimeout(giveUp, ms);
  return { cancel: () => clearTimeout(timer) };
};

/**
 * Waits for an answer on a port, and is held up for longer than that. The answer is there before,
 * or whoever gives it was held up too and needs a few turns more.
 */
async function heldUp(wait: Wait, isThereBefore: boolean): Promise<string> {
  const { port1: asking, port2: answering } = new MessageChannel();
  await turnsEnd(); // the timers come next, and then it is looked what has arrived
  const outcome = new Promise<string>((resolve) => {
    const waiting = wait(WAIT_MS, () => resolve('gave up'));
    asking.once('message', () => {
      waiting.cancel();
      resolve('answered');
    });
  });
  if (isThereBefore) answering.postMessage('answer');
  freeze(FROZEN_MS);
  if (!isThereBefore) {
    for (let turn = 0; turn < 3; turn++) await turnsEnd();
    answering.postMessage('answer');
  }
  const found = await outcome;
  asking.close();
  return found;
}

/** A wait whose timer comes when the test says so; `delays` are those that it asked for. */
function withHeldTimer(ms: number, giveUp: () => void) {
  const real = globalThis.setTimeout;
  const delays: number[] = [];
  let due: (() => void) | undefined;
  const held = (callback: (...given: unknown[]) => void, delayMs: number, ...given: unknown[]) => {
    const refresh = () => {
      delays.push(delayMs);
      due = () => callback(...given);
    };
    refresh();
    return { refresh };
  };
  Object.assign(globalThis, { setTimeout: held });
  const wait = new StallTolerantTimeout(ms, giveUp);
  Object.assign(globalThis, { setTimeout: real });
  const untilLastPart = () => {
    while (due !== undefined) {
      const part = due;
      due = undefined;
      part();
    }
  };
  return { wait, delays, untilLastPart };
}

const test = suite('stall-tolerant timeout');

test('held up, it sees the answer that is there; one timer would give up on it', async () => {
  assert.is(await heldUp(inSlices, true), 'answered');
  assert.is(await heldUp(oneTimer, true), 'gave up');
});

test('who was held up as well still has time to answer; one timer leaves none', async () => {
  assert.is(await heldUp(inSlices, false), 'answered');
  assert.is(await heldUp(oneTimer, false), 'gave up');
});

test('when nothing comes it gives up, and not before its time', async () => {
  const beganAt = performance.now();
  await new Promise<void>((resolve) => {
    new StallTolerantTimeout(WAIT_MS, resolve);
  });
  // To the event loop a time is whole milliseconds.
  assert.ok(performance.now() - beganAt > WAIT_MS - 1);
});

test('one that was ended never gives up', async () => {
  let gaveUp = false;
  const ended = new StallTolerantTimeout(WAIT_MS, () => {
    gaveUp = true;
  });
  ended.cancel();
  await new Promise<void>((resolve) => {
    new StallTolerantTimeout(WAIT_MS, resolve); // as long, and begun later
  });
  assert.not(gaveUp);
  ended.cancel(); // once more is nothing
});

test('its parts add up to the wait, within ten milliseconds', () => {
  for (const ms of [0, 1, 7, 10, 11, 15, 91, 100, 501, 800, 600_000]) {
    const { wait, delays, untilLastPart } = withHeldTimer(ms, () => {});
    untilLastPart();
    wait.cancel();
    const sum = delays.reduce((before, delay) => before + delay, 0);
    assert.ok(sum >= ms && sum < ms + 10, `${ms} ms became ${delays.join(' + ')}`);
    assert.ok(delays.length >= 1 && delays.length <= 10);
  }
});

test('after its last part it looks once more: an answer ends it, silence does not', async () => {
  for (const [isAnswered, expected] of [
    [true, []],
    [false, ['gave up']],
  ] as const) {
    const { port1: asking, port2: answering } = new MessageChannel();
    const outcomes: string[] = [];
    const { wait, untilLastPart } = withHeldTimer(WAIT_MS, () => outcomes.push('gave up'));
    asking.once('message', () => wait.cancel());
    await turnsEnd();
    if (isAnswered) answering.postMessage('answer');
    untilLastPart();
    assert.equal(outcomes, [], 'not at once');
    await turnsEnd();
    await turnsEnd();
    assert.equal(outcomes, expected);
    asking.close();
  }
});

/** The status that each was told. */
const WAITING: Readonly<Record<string, (url: string) => Promise<unknown>>> = {
  async 'a caller of the checker'(url) {
    const connection = openConnection({ origin: url, timeoutMs: WAIT_MS });
    const { answer, error } = await connection.send({ method: 'GET', path: '/' }, {}, '');
    await connection.close();
    return answer?.status ?? String(error);
  },
  async 'who reads the counters'(url) {
    const said = await readStats(url, WAIT_MS).catch(String);
    return /\/stats: (\d+)/.exec(String(said))?.[1] === '503' ? 503 : said;
  },
};
const ANSWER = 'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n';

for (const [who, ask] of Object.entries(WAITING)) {
  test(`${who} is told what was answered, though all are held up meanwhile`, async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => {
        socket.write(ANSWER);
        freeze(FROZEN_MS);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      assert.is(await ask(`http://127.0.0.1:${port}`), 503);
    } finally {
      server.close();
    }
  });
}

test.run();
