// Progress on a clock of the test and a terminal in memory: nobody waits and no terminal is needed.

import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';
import * as assert from 'uvu/assert';
import { NO_COLORS } from '../../src/present/colours.js';
import {
  estimateSecondsLeft,
  formatDuration,
  sumExpectedSeconds,
} from '../../src/present/estimate-duration.js';
import {
  type BlockState,
  createProgress,
  createRunProgress,
  formatBlock,
  PROGRESS_DEFAULTS,
} from '../../src/present/progress.js';
import { createScreen } from '../../src/present/screen.js';
import { suite } from '../support/suite.js';

const test = suite('present: progress');

const COLORED = pc.createColors(true);

/** A terminal that remembers what was written, and can be made narrower. */
function createTerminal(isTTY = true) {
  const written: string[] = [];
  const stream = { isTTY, columns: 80, rows: 24, write: (text: string) => written.push(text) };
  return { stream, written };
}

function createCounter(isTTY: boolean, dumb = false) {
  const { stream, written } = createTerminal(isTTY);
  let nowMs = 1_000;
  const progress = createProgress({ ...PROGRESS_DEFAULTS, stream, dumb, now: () => nowMs });
  const update = (ms: number, done: number, total: number) => {
    nowMs = 1_000 + ms;
    progress.update(done, total);
  };
  return { update, stop: progress.stop, written };
}

for (const isTTY of [true, false]) {
  test(`nothing is shown of what ends within two seconds, ${isTTY ? 'TTY' : 'piped'}`, () => {
    const { update, stop, written } = createCounter(isTTY);
    update(0, 0, 100);
    update(1_999, 100, 100);
    stop();
    assert.equal(written, []);
  });
}

test('piped, there is a plain line every five seconds and no escape', () => {
  const { update, stop, written } = createCounter(false);
  for (let ms = 0; ms <= 12_000; ms += 100) update(ms, ms, 12_000);
  stop();
  assert.equal(written, [
    'scoring: 2,000 of 12,000 (16 %)\n',
    'scoring: 7,000 of 12,000 (58 %)\n',
    'scoring: 12,000 of 12,000 (100 %)\n',
  ]);
});

test('at a terminal a bar is redrawn ten times per second at most, until it is stopped', () => {
  const { update, stop, written } = createCounter(true);
  update(2_500, 5, 10);
  assert.match(written[0] ?? '', /^\rscoring \[={12} {12}\] 5 of 10 \(50 %\)/);
  update(2_550, 6, 10);
  assert.is(written.length, 1);
  update(2_600, 7, 10);
  stop();
  assert.is(written.at(-1), '\r\u001b[J');
  update(9_000, 8, 10);
  stop();
  assert.is(written.length, 3);
});

test('the bar has no colour, so there is none to switch off', () => {
  const { update, written } = createCounter(true);
  update(2_500, 5, 10);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence is looked for
  assert.not.match(written.join(''), /\u001b\[[0-9;]*m/);
});

test('a terminal that cannot move its cursor gets plain lines', () => {
  const { update, written } = createCounter(true, true);
  update(2_500, 5, 10);
  assert.equal(written, ['scoring: 5 of 10 (50 %)\n']);
});

test('a block is redrawn in place, each time in one write, and only when it has changed', () => {
  const { stream, written } = createTerminal();
  const screen = createScreen(stream);
  screen.draw(['one', 'two', 'three']);
  screen.draw(['one', 'two', 'three']);
  screen.draw(['four', 'five']);
  assert.equal(written, [
    '\rone\u001b[K\ntwo\u001b[K\nthree\u001b[K\u001b[J',
    '\r\u001b[2Afour\u001b[K\nfive\u001b[K\u001b[J',
  ]);
});

test('a line that stays is put above the block, and the end leaves nothing of the block', () => {
  const { stream, written } = createTerminal();
  const screen = createScreen(stream);
  screen.draw(['one', 'two']);
  screen.say('discarded');
  screen.clear();
  screen.clear();
  assert.equal(written.slice(1), [
    '\r\u001b[1Adiscarded\u001b[K\none\u001b[K\ntwo\u001b[K\u001b[J',
    '\r\u001b[1A\u001b[J',
  ]);
});

test('a terminal that became narrower has wrapped the block: all of it is overwritten', () => {
  const { stream, written } = createTerminal();
  const screen = createScreen(stream);
  screen.draw(['x'.repeat(70), 'y']);
  stream.columns = 35;
  screen.draw(['z']);
  assert.is(written.at(-1), '\r\u001b[2Az\u001b[K\u001b[J');
});

const SIZE = { columns: 100, rows: 30 };
const ROWS = Array.from({ length: 20 }, (_, at) => [`variant ${at}`, '3', '1234', '5.67']);
const STATE: BlockState = {
  what: 'dispatch: batched x2 + 100 us, round 3 of 7',
  done: 23,
  total: 63,
  leftSeconds: 245,
  table: { titles: ['medians so far', 'n', 'answered, /s', 'p99, ms'], rows: ROWS, current: 12 },
};

test('a block says what runs, how much is done, the time left, and what is known so far', () => {
  const [what, progress, titles, ...rows] = formatBlock(STATE, SIZE, NO_COLORS);
  assert.is(what, STATE.what);
  assert.is(progress, '[=========               ] 23 of 63 runs, about 4 min left');
  assert.is(titles, 'medians so far  n  answered, /s  p99, ms');
  assert.ok(rows.includes('variant 12      3          1234     5.67'), rows.join('\n'));
});

for (const columns of [1, 10, 39, 40, 60, 71, 200]) {
  for (const rows of [1, 4, 5, 8, 50]) {
    test(`${columns} columns and ${rows} rows are not exceeded`, () => {
      const lines = formatBlock(STATE, { columns, rows }, COLORED).map(stripVTControlCharacters);
      assert.ok(lines.length <= Math.max(2, rows - 1), `${lines.length} lines`);
      for (const line of lines) assert.ok(line.length <= Math.max(1, columns - 1), line);
    });
  }
}

test('of many rows the ones around the current one are shown', () => {
  const lines = formatBlock(STATE, { columns: 100, rows: 9 }, NO_COLORS).slice(3);
  const names = lines.map((line) => line.slice(0, 10));
  assert.equal(names, ['variant 10', 'variant 11', 'variant 12', 'variant 13', 'variant 14']);
});

test('without colours there is no escape, also where a name has one', () => {
  const bad = { ...STATE, what: 'a \u001b[31mred\u001b[0m name' };
  assert.not.ok(formatBlock(bad, SIZE, NO_COLORS).join('\n').includes('\u001b'));
});

const STAGES = [{ name: 'thin', runs: 2, expectedSeconds: 10 }];

test('at a terminal the time left follows from completed runs, and marked lines stay', () => {
  const { stream, written } = createTerminal();
  let nowMs = 0;
  const options = { stages: STAGES, stream, dumb: false, colors: NO_COLORS, now: () => nowMs };
  const progress = createRunProgress(options);
  progress.beginRun('the first');
  assert.match(written.at(-1) ?? '', /the first.*0 of 2 runs, about 20 s left/s);
  nowMs += 120_000;
  progress.endRun('thin', 'discarded: busy', { stay: true });
  progress.beginRun('the second');
  assert.match(written.at(-1) ?? '', /the second.*1 of 2 runs, about 2 min left/s);
  assert.ok(written.some((text) => /^\r.*discarded: busy/.test(text)));
  progress.stop();
  progress.stop();
  assert.ok(written.at(-1)?.endsWith('\u001b[J'));
  const count = written.length;
  progress.beginRun('after the end');
  assert.is(written.length, count, 'nothing is drawn any more');
});

for (const [what, isTTY, dumb] of [
  ['into a pipe', false, false],
  ['at a terminal that cannot move its cursor', true, true],
] as const) {
  test(`${what} there is a plain line per run, and no escape`, () => {
    const { stream, written } = createTerminal(isTTY);
    const options = { stages: STAGES, stream, dumb, colors: COLORED, now: () => 0 };
    const progress = createRunProgress(options);
    progress.say('2 runs');
    progress.beginRun('the first');
    progress.endRun('thin', 'the first: 5 ms');
    progress.endRun('thin', 'the second: 6 ms', { stay: true });
    progress.stop();
    assert.equal(written, ['2 runs\n', 'the first: 5 ms (1 of 2)\n', 'the second: 6 ms (2 of 2)\n']);
  });
}

const TWO_STAGES = [
  { name: 'a', runs: 10, expectedSeconds: 1 },
  { name: 'b', runs: 4, expectedSeconds: 5 },
];

for (const [what, completed, seconds] of [
  ['before the first run the plan is left', {}, 30],
  [
    'a stage goes on as it did, and later ones are as slow',
    { a: { runs: 5, seconds: 10 } },
    5 * 2 + 4 * 5 * 2,
  ],
  ['after the last run nothing is left', { a: { runs: 10, seconds: 10 }, b: { runs: 4, seconds: 1 } }, 0],
] as const) {
  test(what, () => {
    assert.is(estimateSecondsLeft(TWO_STAGES, new Map(Object.entries(completed))), seconds);
  });
}

test('a plan takes its runs times what each is expected to take', () => {
  assert.is(sumExpectedSeconds(TWO_STAGES), 30);
});

for (const [seconds, says] of [
  [0, 'a few seconds'],
  [5, 'about 5 s'],
  [42, 'about 40 s'],
  [58, 'about 1 min'],
  [245, 'about 4 min'],
  [7_200, 'about 2.0 h'],
] as const) {
  test(`${seconds} s are ${says}`, () => assert.is(formatDuration(seconds), says));
}

test.run();
