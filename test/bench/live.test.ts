// What is shown while a run is under way: lines made from a state, a block that is redrawn in
// place on a terminal in memory, plain lines elsewhere. The clock is planted; nobody waits.

import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';
import * as assert from 'uvu/assert';
import { interimTable } from '../../bench/runner/live/interim.js';
import { type LiveState, liveLines } from '../../bench/runner/live/lines.js';
import { createLive } from '../../bench/runner/live/live.js';
import { createScreen } from '../../bench/runner/live/screen.js';
import { PLAN_QUICK } from '../../bench/runner/plan.js';
import type { Sample } from '../../bench/runner/scenario.js';
import { dispatch } from '../../bench/scenarios/dispatch.js';
import { suite } from '../support/suite.js';

const test = suite('bench: live progress');

const PLAIN = pc.createColors(false);
const COLORED = pc.createColors(true);
const SIZE = { columns: 100, rows: 30 };

const ROWS = Array.from({ length: 20 }, (_, at) => [`variant ${at}`, '3', '1234', '5.67']);
const STATE: LiveState = {
  now: 'dispatch: batched x2 + 100 us, round 3 of 7',
  done: 23,
  total: 63,
  leftSeconds: 245,
  table: { head: ['medians so far', 'n', 'answered, /s', 'p99, ms'], rows: ROWS, current: 12 },
};

test('it says what runs, how much is done, how long is left, and what is known so far', () => {
  const [now, progress, head, ...rows] = liveLines(STATE, SIZE, PLAIN);
  assert.is(now, 'dispatch: batched x2 + 100 us, round 3 of 7');
  assert.is(progress, '[=========               ] 23 of 63 runs, about 4 min left');
  assert.is(head, 'medians so far  n  answered, /s  p99, ms');
  assert.ok(rows.includes('variant 12      3          1234     5.67'), rows.join('\n'));
});

for (const columns of [1, 10, 39, 40, 60, 71, 200]) {
  for (const rows of [1, 4, 5, 8, 50]) {
    test(`${columns} columns and ${rows} rows are not exceeded`, () => {
      const lines = liveLines(STATE, { columns, rows }, COLORED).map(stripVTControlCharacters);
      assert.ok(lines.length <= Math.max(2, rows - 1), `${lines.length} lines`);
      for (const line of lines) assert.ok(line.length <= Math.max(1, columns - 1), line);
    });
  }
}

test('of many rows those around the current one are shown', () => {
  const lines = liveLines(STATE, { columns: 100, rows: 9 }, PLAIN).slice(3);
  const names = lines.map((line) => line.slice(0, 10));
  assert.equal(names, ['variant 10', 'variant 11', 'variant 12', 'variant 13', 'variant 14']);
});

test('without colours there is no escape, also where a name has one', () => {
  const bad = { ...STATE, now: 'a \u001b[31mred\u001b[0m name' };
  const text = liveLines(bad, SIZE, PLAIN).join('\n');
  assert.not.ok(text.includes('\u001b'));
});

/** A terminal that remembers what was written, and can be made narrower. */
function terminal(isTTY = true) {
  const written: string[] = [];
  const stream = { isTTY, columns: 80, rows: 24, write: (text: string) => written.push(text) };
  return { stream, written };
}

test('a block is redrawn in place, each time in one write', () => {
  const { stream, written } = terminal();
  const screen = createScreen(stream);
  screen.draw(['one', 'two', 'three']);
  screen.draw(['four', 'five']);
  assert.equal(written, [
    '\rone\u001b[K\ntwo\u001b[K\nthree\u001b[K\u001b[J',
    '\r\u001b[2Afour\u001b[K\nfive\u001b[K\u001b[J',
  ]);
});

test('what has not changed is not drawn again', () => {
  const { stream, written } = terminal();
  const screen = createScreen(stream);
  screen.draw(['one']);
  screen.draw(['one']);
  assert.is(written.length, 1);
});

test('a line that stays is put above the block, and the end leaves nothing of the block', () => {
  const { stream, written } = terminal();
  const screen = createScreen(stream);
  screen.draw(['one', 'two']);
  screen.say('void');
  screen.clear();
  screen.clear();
  assert.equal(written.slice(1), [
    '\r\u001b[1Avoid\u001b[K\none\u001b[K\ntwo\u001b[K\u001b[J',
    '\r\u001b[1A\u001b[J',
  ]);
});

test('a terminal that became narrower has wrapped the block: all of it is overwritten', () => {
  const { stream, written } = terminal();
  const screen = createScreen(stream);
  screen.draw(['x'.repeat(70), 'y']);
  stream.columns = 35;
  screen.draw(['z']);
  assert.is(written.at(-1), '\r\u001b[2Az\u001b[K\u001b[J');
});

const STAGES = [{ name: 'thin', runs: 2, expectedSeconds: 10 }];

test('at a terminal the time left follows from what the runs took, and void runs stay', () => {
  const { stream, written } = terminal();
  let nowMs = 0;
  const now = () => nowMs;
  const live = createLive({ stages: STAGES, stream, dumb: false, colors: PLAIN, now });
  live.begins('thin', 'the first');
  assert.match(written.at(-1) ?? '', /the first.*0 of 2 runs, about 20 s left/s);
  nowMs += 120_000;
  live.ends('thin', 'void: busy', { stay: true });
  live.begins('thin', 'the second');
  assert.match(written.at(-1) ?? '', /the second.*1 of 2 runs, about 2 min left/s);
  assert.ok(written.some((text) => /^\r.*void: busy/.test(text)));
  live.stop();
  live.stop();
  assert.ok(written.at(-1)?.endsWith('\u001b[J'));
  const count = written.length;
  live.begins('thin', 'after the end');
  assert.is(written.length, count, 'nothing is drawn any more');
});

for (const [what, isTTY, dumb] of [
  ['into a pipe', false, false],
  ['at a terminal that cannot move its cursor', true, true],
] as const) {
  test(`${what} there is a plain line a run, and no escape`, () => {
    const { stream, written } = terminal(isTTY);
    const live = createLive({ stages: STAGES, stream, dumb, colors: COLORED, now: () => 0 });
    live.say('2 runs');
    live.begins('thin', 'the first');
    live.ends('thin', 'the first: 5 ms');
    live.ends('thin', 'the second: 6 ms', { stay: true });
    live.stop();
    assert.equal(written, [
      '2 runs\n',
      'the first: 5 ms (1 of 2)\n',
      'the second: 6 ms (2 of 2)\n',
    ]);
  });
}

function sample(perSecond: number, change: Partial<Sample> = {}): Sample {
  const row = { scenario: 'dispatch', variant: 'inline + 0 us', topology: 'inline', threads: 0 };
  const values = { perSecond, p99Ms: Number.NaN, generatorCpu: 0.5, totalMeanMs: 1 };
  return { ...row, workUs: 0, round: 1, order: 1, values, discardReason: undefined, ...change };
}

test('interim medians are of valid runs and known values, with their number', () => {
  const busy = sample(1, { discardReason: 'busy' });
  const samples = [sample(100), sample(300), sample(200), busy];
  const { head, rows, current } = interimTable(dispatch, PLAN_QUICK, samples, 'inline + 0 us');
  assert.equal(head, ['medians so far', 'n', 'answered, /s', 'p99, ms']);
  assert.equal(rows[0], ['inline + 0 us', '3', '200', '']);
  assert.equal([rows.length, current], [dispatch.variants(PLAN_QUICK).length, 0]);
  assert.equal(rows[1]?.slice(1), ['0', '', '']);
});

test.run();
