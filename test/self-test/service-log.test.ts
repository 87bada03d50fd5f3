// What is read out of a service's log: the lines here are those that it writes.

import { PassThrough } from 'node:stream';
import * as assert from 'uvu/assert';
import { followLog } from '../../src/self-test/started-service.js';
import { suite } from '../support/suite.js';

const test = suite('the log of a started service');

const NEVER = new AbortController().signal;

const LISTENING = { event: 'listening', url: 'http://a:1', processes: [11, 12] };

function logOf(...lines: readonly (object | string)[]) {
  const stdout = new PassThrough();
  const log = followLog(stdout);
  const say = (line: object | string) => {
    stdout.write(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`);
  };
  for (const line of lines) say(line);
  return { log, say, end: () => stdout.end() };
}

test('the address and the processes are those of the line that says it listens', async () => {
  const { log, end } = logOf('a scorer speaks', '17', { event: 'seeded-fault' }, LISTENING);
  assert.is(await log.url, 'http://a:1');
  assert.equal(log.processes(), [11, 12]);
  end();
});

test('a service that ends before it listens has no address', async () => {
  const { log, end } = logOf({ event: 'seeded-fault' });
  end();
  assert.is(await log.url, undefined);
});

test('a dead process is gone from the list, and its replacement is in it', async () => {
  const { log, say, end } = logOf(LISTENING);
  say({ event: 'listener-died', listener: 'process', id: 11 });
  say({ event: 'listener-replaced', listener: 'process', id: 13 });
  await log.untilReplaced(1, NEVER);
  assert.equal(log.processes(), [12, 13]);
  assert.is(log.replaced(), 1);
  end();
});

test('a listening thread is replaced too, and is no process', async () => {
  const { log, say, end } = logOf({ event: 'listening', url: 'http://a:1' });
  const replaced = log.untilReplaced(1, NEVER);
  say({ event: 'listener-died', listener: 'listening thread', id: 2 });
  say({ event: 'listener-replaced', listener: 'listening thread', id: 5 });
  await replaced;
  assert.equal(log.processes(), []);
  end();
});

test('nobody waits for a replacement longer than the log or the time lasts', async () => {
  const { log, end } = logOf(LISTENING);
  await log.untilReplaced(1, AbortSignal.abort());
  const replaced = log.untilReplaced(1, NEVER);
  end();
  await replaced;
  await log.untilReplaced(1, NEVER);
  assert.is(log.replaced(), 0);
});

test.run();
