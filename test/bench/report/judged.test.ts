// What a section dares to say: only the whole interval decides, and what is not known is said.
import * as assert from 'uvu/assert';
import { sectionsOf } from '../../../bench/report/sections.js';
import { suite } from '../../support/suite.js';
import { type Made, type PlantedRow, read, runLines, type Values } from './planted.js';
import { dispatchRows, ISOLATION, OVERLOAD, RATES, TAIL, TALLIES, THIN } from './rows.js';

const test = suite('what a section dares to say');

function saying(scenario: string, rows: readonly PlantedRow[], made: Made = {}): string {
  const [section] = sectionsOf(read(runLines(scenario, rows, made)), 1);
  const cells = section?.tables.flatMap((table) => table.rows.flat()) ?? [];
  return [...(section?.says ?? []), ...cells].join('\n');
}

/** The second row's rate is so many times the first's, from round to round. */
function thinRows(factors: readonly number[]): readonly PlantedRow[] {
  const [bare, inline] = THIN;
  if (bare === undefined || inline === undefined) throw new Error('no rows');
  const values = (round: number) => ({ perSecond: 1_000 * (factors[round - 1] ?? 1), p99Ms: 5 });
  return [
    { ...bare, values: () => ({ perSecond: 1_000, p99Ms: 5 }) },
    { ...inline, values },
  ];
}

test('an interval that straddles 1 shows no difference; any other is slower or faster', () => {
  const straddles = saying('thin', thinRows([0.8, 0.9, 0.95, 1, 1.05, 1.1, 1.2]));
  assert.match(straddles, /No difference seen: inline answers 1\.00/);
  assert.match(straddles, /no difference seen/);
  assert.not.match(straddles, /slower|faster/);
  const slower = saying('thin', thinRows([0.8, 0.81, 0.82, 0.83, 0.84, 0.85, 0.86]));
  assert.match(slower, /Not all of it: inline answers 0\.83/);
  assert.match(slower, /\nslower\n/);
  const faster = saying('thin', thinRows([1.1, 1.11, 1.12, 1.13, 1.14, 1.15, 1.16]));
  assert.match(faster, /More than all of it/);
  assert.match(faster, /\nfaster\n/);
});

test('with fewer than five rounds it says that there are too few, whatever the ratio', () => {
  for (const [scenario, rows] of [
    ['thin', THIN],
    ['isolation', ISOLATION],
    ['overload', OVERLOAD],
    ['tail', TAIL],
    ['dispatch', dispatchRows()],
  ] as const) {
    const few = saying(scenario, rows, { rounds: 4 });
    assert.match(few, /too few rounds to say/i, scenario);
    assert.not.match(few, /\b(faster|slower|Better|Not all of it|grows)\b/, scenario);
    assert.not.match(saying(scenario, rows, { rounds: 5 }), /too few rounds/i, scenario);
  }
});

test('threads pay from the first work at which they are faster, and exceptions are told', () => {
  const always = { ...RATES, batched: [11_000, 9_000, 7_500] as const };
  assert.match(saying('dispatch', dispatchRows(always)), /Batched x2 pays even with no added work/);
  const gap = { ...RATES, batched: [11_000, 6_000, 7_500] as const };
  const found = saying('dispatch', dispatchRows(gap));
  assert.match(found, /even with no added work.*, though at 20 µs it is slower \(0\.75/);
  const never = { ...RATES, batched: [9_000, 7_000, 4_000] as const };
  assert.match(saying('dispatch', dispatchRows(never)), /Batched x2 is not seen to be faster/);
});

test('voids that leave one work with too few rounds leave the others their verdict', () => {
  const busy = { 1: 'busy', 2: 'busy', 3: 'busy' };
  const rows = dispatchRows().map((row) => {
    return row.variant === 'batched x2 + 20 us' ? { ...row, voidAt: busy } : row;
  });
  const found = saying('dispatch', rows);
  assert.match(found, /Batched x2 pays from 100 µs/);
  assert.match(found, /at 20 µs there are too few rounds to say \(n = 4\)/);
});

test('a value that is unknown is said to be unknown, and compared with nothing', () => {
  const [inline, batched] = ISOLATION;
  if (inline === undefined || batched === undefined) throw new Error('no rows');
  const values: Values = { perSecond: 450, healthP50Ms: 100, healthP99Ms: null };
  const found = saying('isolation', [{ ...inline, values }, batched]);
  assert.match(found, /Not measured: the p99 of \/health is unknown inline/);
  assert.not.match(found, /NaN|Infinity|undefined/);
  assert.not.match(found, /Better/);
});

test('a variant of which every run is void is not compared, and nothing fails', () => {
  const [bare, inline] = THIN;
  if (bare === undefined || inline === undefined) throw new Error('no rows');
  const voidAt = Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map((round) => [round, 'busy']));
  const found = saying('thin', [{ ...bare, voidAt }, inline]);
  assert.match(found, /were not both measured/);
});

test('refusals that the service did not count as seen are said first of all', () => {
  const [row] = OVERLOAD;
  if (row === undefined || typeof row.values === 'function') throw new Error('no row');
  const off = saying('overload', [{ ...row, values: { ...row.values, shedCounted: 4_000 } }]);
  assert.match(off, /NOT counted as seen: only in 0 of 7 runs/);
});

test('an honest tally that lost an add is VIOLATED, though its runs are void', () => {
  const lost = TALLIES.map((row): PlantedRow => {
    if (row.variant !== 'atomic x2, 1 cell') return row;
    const values = { nsPerAdd: 40, lostPercent: 0.1, adds: 1_000_000 };
    return { ...row, values, voidAt: { 3: '1000 of 1000000 adds were lost' } };
  });
  const [section] = sectionsOf(read(runLines('tallies', lost)), 1);
  assert.match(
    section?.says[0] ?? '',
    /^VIOLATED: an honest tally lost or invented adds in 1 run\./,
  );
  const only = lost.filter(({ voidAt }) => voidAt !== undefined);
  const all = only.map((row) => ({ ...row, voidAt: { 1: '1000 of 1000000 adds were lost' } }));
  const [alone] = sectionsOf(read(runLines('tallies', all, { rounds: 1 })), 1);
  assert.match(alone?.says[0] ?? '', /^VIOLATED/);
  assert.match(alone?.says[1] ?? '', /Nothing can be said: none of 1 run counts/);
  const [sound] = sectionsOf(read(runLines('tallies', TALLIES)), 1);
  assert.not.match(sound?.says.join('') ?? '', /VIOLATED/);
});

test('the same seed gives the same report, and a number is the same wherever it stands', () => {
  const noisy = thinRows([0.8, 0.85, 0.83, 0.9, 0.78, 0.86, 0.82]);
  const results = read([...runLines('thin', noisy), ...runLines('isolation', ISOLATION)]);
  assert.equal(sectionsOf(results, 3), sectionsOf(results, 3));
  const [thin] = sectionsOf(read(runLines('thin', noisy)), 3);
  assert.equal(sectionsOf(results, 3)[0], thin);
  const [, interval = ''] = /answers (0\.83 \[[^\]]+\])/.exec(thin?.says[0] ?? '') ?? [];
  assert.ok(thin?.tables[0]?.rows[0]?.includes(interval), interval);
});

test('each topology is told at the load that it was measured at, past the peak', () => {
  const all = TAIL.flatMap((row): PlantedRow[] => {
    if (row.topology !== 'inline' || row.at?.value !== 1.2) return [row];
    const busy = Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map((round) => [round, 'busy']));
    return [{ ...row, voidAt: busy }];
  });
  assert.match(saying('tail', TAIL), /Past the peak, at 1\.2 of it, inline answers/);
  const apart = saying('tail', all);
  assert.match(apart, /Past the peak, at 1\.2 of it, (pool|batched)/);
  assert.not.match(apart, /Past the peak, at 0\.4/);
});

test.run();
