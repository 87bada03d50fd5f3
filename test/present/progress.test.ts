// The progress reporter on a planted clock and a stream in memory: nobody waits and no terminal
// is needed.

import { Writable } from 'node:stream';
import * as assert from 'uvu/assert';
import { createProgress, PROGRESS_DEFAULTS, type Progress } from '../../src/present/progress.js';
import { suite } from '../support/suite.js';

const test = suite('client: progress');

interface Setting {
  readonly progress: Progress;
  readonly written: () => string;
  /** Moves the planted clock. */
  readonly at: (ms: number) => void;
}

function setting(isTTY: boolean, dumb = false): Setting {
  const parts: string[] = [];
  const sink = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      parts.push(chunk);
      done();
    },
  });
  let nowMs = 1_000;
  const stream = Object.assign(sink, { isTTY, columns: 80 });
  const progress = createProgress({ ...PROGRESS_DEFAULTS, stream, dumb, now: () => nowMs });
  const at = (ms: number): void => {
    nowMs = 1_000 + ms;
  };
  return { progress, written: () => parts.join(''), at };
}

for (const isTTY of [true, false]) {
  test(`nothing is shown of what ends within two seconds, ${isTTY ? 'TTY' : 'piped'}`, () => {
    const { progress, written, at } = setting(isTTY);
    progress.update(0, 100);
    at(1_999);
    progress.update(100, 100);
    progress.stop();
    assert.is(written(), '');
  });
}

test('piped, there is a plain line every five seconds and no escape', () => {
  const { progress, written, at } = setting(false);
  for (let ms = 0; ms <= 12_000; ms += 100) {
    at(ms);
    progress.update(ms, 12_000);
  }
  progress.stop();
  assert.is(
    written(),
    [
      'scoring: 2,000 of 12,000 (16 %)\n',
      'scoring: 7,000 of 12,000 (58 %)\n',
      'scoring: 12,000 of 12,000 (100 %)\n',
    ].join(''),
  );
});

test('on a terminal a bar stands until it is stopped, and leaves an empty line', () => {
  const { progress, written, at } = setting(true);
  at(2_500);
  progress.update(5, 10);
  assert.match(written(), /scoring \[={15} {15}\] 5 of 10/);
  progress.stop();
  // To the first column, and the line erased.
  assert.ok(written().endsWith('\u001b[1G\u001b[2K'));
  const length = written().length;
  progress.update(6, 10);
  progress.stop();
  assert.is(written().length, length);
});

test('the bar has no colour, so there is none to switch off', () => {
  const { progress, written, at } = setting(true);
  at(2_500);
  progress.update(5, 10);
  progress.stop();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence is looked for
  assert.not.match(written(), /\u001b\[[0-9;]*m/);
});

test('a terminal that cannot move its cursor gets plain lines', () => {
  const { progress, written, at } = setting(true, true);
  at(2_500);
  progress.update(5, 10);
  progress.stop();
  assert.is(written(), 'scoring: 5 of 10 (50 %)\n');
});

test.run();
