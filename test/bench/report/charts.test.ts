// A chart as SVG: everything of its data stands there, its markup is harmless in a page with a
// strict policy, and data that cannot be shown are left out and said.

import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { type Drawn, drawn } from '../../../bench/report/charts/drawn.js';
import { embeddable } from '../../../bench/report/charts/markup.js';
import type { Chart } from '../../../bench/report/model.js';
import { suite } from '../../support/suite.js';
import { about, curves, dots, SAMPLES, series } from './chart-samples.js';

const test = suite('bench: charts of a report');

const SAMPLED = Object.entries(SAMPLES);

function both({ wide, narrow }: Drawn): string[] {
  return [wide, narrow];
}

interface Text {
  readonly said: string;
  readonly x: number;
  readonly y: number;
  readonly anchor: string;
}

/** As a browser shows them, from the corner of the picture. */
function textsOf(svg: string): Text[] {
  const plot = /<g[^>]*transform="translate\(([-\d.]+),([-\d.]+)\)"/.exec(svg);
  const text = /<text([^>]*)translate\(([-\d.]+),([-\d.]+)\)([^>]*)>([^<]*)<\/text>/g;
  return [...svg.matchAll(text)].map(([, before = '', x, y, after = '', said = '']) => ({
    said,
    x: Number(x) + Number(plot?.[1]),
    y: Number(y) + Number(plot?.[2]),
    anchor: /text-anchor="(\w+)"/.exec(before + after)?.[1] ?? 'start',
  }));
}

const saidIn = (svg: string) => textsOf(svg).map(({ said }) => said);

/** What must not stand in a page with a strict policy, and markup that is not whole. */
function faultsOf(svg: string): string[] {
  const markup = svg.replace(/>[^<]*</g, '><');
  const bad = [/\sstyle=/, /\son\w+=/, /href|url\(|xlink/, /font-family/, /NaN|Infinity|undefined/];
  const tags = [...markup.matchAll(/<(\/?\w+)/g)].map(([, tag = '']) => tag);
  const strange = tags.filter((tag) => !/^\/?(svg|title|desc|g|path|line|text)$/.test(tag));
  const closed = tags.filter((tag) => tag.startsWith('/')).length;
  const alone = markup.match(/\/>/g)?.length ?? 0;
  const open = tags.length - 2 * closed - alone;
  return [
    ...bad.filter((pattern) => pattern.test(markup)).map(String),
    ...strange,
    ...(open === 0 ? [] : [`${open} elements stay open`]),
  ];
}

test('every row has its label, its note, its dot and its interval', async () => {
  for (const svg of both(await drawn(dots()))) {
    const said = saidIn(svg);
    for (const label of ['inline', 'pool', 'racy', '0 lost', '37 % lost']) {
      assert.is(said.filter((each) => each === label).length, 2, label);
    }
    for (const each of ['no work', '2 ms of work', 'p99, ms', '10', '100']) {
      assert.ok(said.includes(each), each);
    }
    for (const tone of ['inline', 'pool', 'broken']) {
      const shapes = svg.match(new RegExp(`<path[^>]*fill="var\\(--tone-${tone}\\)"`, 'g'));
      const lines = svg.match(new RegExp(`<line[^>]*stroke="var\\(--tone-${tone}\\)"`, 'g'));
      assert.equal([shapes?.length, lines?.length], [2, 2], tone);
    }
    assert.match(svg, /<line[^>]*--tone-broken[^>]*stroke-dasharray/);
    assert.not.match(svg, /<line[^>]*--tone-pool[^>]*stroke-dasharray/);
  }
});

test('a group stands under its name', async () => {
  const { wide } = await drawn(dots());
  const order = saidIn(wide).filter((said) => said === 'no work' || said === '2 ms of work');
  assert.equal(order, ['no work', '2 ms of work']);
  const yOf = (said: string) =>
    textsOf(wide)
      .filter((text) => text.said === said)
      .map(({ y }) => y);
  const [first = 0, second = 0] = [...yOf('no work'), ...yOf('2 ms of work')];
  const [above = 0, below = 0] = yOf('racy');
  assert.ok(first < above && above < second && second < below);
});

test('every series has its name, a line and a band; units stand at the axes', async () => {
  for (const svg of both(await drawn(curves()))) {
    for (const each of ['batched', 'pool', 'connections', 'answered, requests/s', '256']) {
      assert.ok(saidIn(svg).includes(each), each);
    }
    for (const tone of ['batched', 'pool']) {
      assert.match(svg, new RegExp(`<path[^>]*fill="var\\(--tone-${tone}\\)" fill-opacity`));
      assert.match(
        svg,
        new RegExp(`<path[^>]*stroke="var\\(--tone-${tone}\\)" stroke-width="2.25"`),
      );
    }
  }
});

test('a law is a thin line, and its points have bars and no band', async () => {
  const law = SAMPLES['curves with a law and marks'];
  assert.ok(law);
  for (const svg of both(await drawn(law))) {
    assert.match(svg, /<path[^>]*stroke="var\(--tone-batched\)" stroke-width="1.25"/);
    const bars = svg.match(/<line[^>]*stroke="var\(--tone-batched\)" stroke-width="1.75"/g);
    assert.is(bars?.length, 9);
    assert.not.match(svg, /--tone-batched\)" fill-opacity/);
    for (const mark of ['the law peaks', 'measured best', 'capacity']) {
      assert.ok(saidIn(svg).includes(mark), mark);
    }
  }
});

test('names of lines that end at one height do not overlap, at either width', async () => {
  const names = ['inline', 'pool', 'batched', 'threads', 'cluster'];
  const together = curves({ series: names.map((name) => series(name, 9000)) });
  for (const svg of both(await drawn(together))) {
    const ys = textsOf(svg)
      .filter(({ said }) => names.includes(said))
      .map(({ y }) => y)
      .sort((a, b) => a - b);
    assert.is(ys.length, names.length);
    assert.ok(
      ys.slice(1).every((y, at) => y - (ys[at] ?? 0) >= 16),
      `${ys}`,
    );
  }
});

test('names of lines that end apart stand at their ends', async () => {
  const { wide } = await drawn(curves());
  const [end] = [...wide.matchAll(/<path[^>]*d="([^"]*)"[^>]*--tone-pool\)" stroke-width="2.25"/g)];
  const lastY = Number(end?.[1]?.split(',').at(-1));
  const plotY = Number(/<g[^>]*translate\([-\d.]+,([-\d.]+)\)/.exec(wide)?.[1]);
  const [name] = textsOf(wide).filter(({ said }) => said === 'pool');
  assert.ok(Math.abs((name?.y ?? 0) - plotY - lastY) < 6);
});

test('it is an image with title and description; ids are of this chart and width', async () => {
  const { wide, narrow } = await drawn(dots());
  for (const [svg, width] of [
    [wide, 'wide'],
    [narrow, 'narrow'],
  ] as const) {
    const id = `isolation-${width}`;
    assert.match(svg, `<svg role="img" aria-labelledby="${id}-title ${id}-desc"`);
    assert.match(svg, `<title id="${id}-title">How much is answered</title>`);
    assert.match(svg, `<desc id="${id}-desc">In words.</desc>`);
    assert.is(svg.match(/\sid=/g)?.length, 2);
    assert.is(svg.match(/aria-|role=/g)?.length, 2);
  }
  assert.match(wide, 'viewBox="0 0 760 ');
  assert.match(narrow, 'viewBox="0 0 340 ');
});

test('texts of others stay texts', async () => {
  const evil = '<script>alert("1")</script>\u202e&amp;';
  const row = { label: evil, group: evil, note: evil, tone: 'pool', interval: about(3) } as const;
  const told = { id: 'a" onload="x', title: evil, description: evil };
  const charts: Chart[] = [
    dots({ ...told, axis: evil, rows: [row] }),
    curves({
      ...told,
      x: { title: evil, scale: 'linear' },
      y: { title: evil, scale: 'linear' },
      series: [series(evil, 9)],
      marks: [{ axis: 'x', at: 3, says: evil }],
    }),
  ];
  for (const chart of charts) {
    for (const svg of both(await drawn(chart))) {
      assert.equal(faultsOf(svg), []);
      assert.not.match(svg, /<script|\u202e|"x"/);
      assert.match(svg, '&lt;script&gt;');
    }
  }
});

test('what a page must not hold is seen, and refused when Vega draws it', () => {
  const planted: Readonly<Record<string, string>> = {
    style: '<g style="fill:red"></g>',
    address: '<path fill="url(#a)"/>',
    number: '<path d="M0,NaN"/>',
    script: '<script></script>',
    open: '<g><g></g>',
  };
  for (const [name, inside] of Object.entries(planted)) {
    assert.not.equal(faultsOf(`<svg>${inside}</svg>`), [], name);
  }
  assert.equal(faultsOf('<svg><g><path d="M0,1"/></g></svg>'), []);
  const told = { id: 'a', title: 'b', description: 'c', widthPx: 9, heightPx: 9 };
  assert.throws(() => embeddable('<svg><image/></svg>', told), /not ours: image/);
  assert.throws(() => embeddable('<svg><g fill="url(x:1)"></g></svg>', told), /not ours/);
  const clean = embeddable(
    '<svg a="b"><g style="c" class="d" fill="red"><path d="M0,.123"/></g></svg>',
    told,
  );
  assert.match(clean, '\n<g fill="red"><path d="M0,0.1"/></g>\n</svg>');
});

test('the same chart gives the same text, whatever was drawn before it', async () => {
  const first = await drawn(curves());
  await drawn(dots());
  assert.equal(await drawn(curves()), first);
});

test('every sample is harmless markup, inside its picture, and Vega warns of nothing', async () => {
  const warned: unknown[] = [];
  const { warn } = console;
  console.warn = (...words) => warned.push(words);
  try {
    for (const [name, chart] of SAMPLED) {
      for (const svg of both(await drawn(chart))) {
        assert.equal(faultsOf(svg), [], name);
        const [, width = 0, height = 0] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg)?.map(Number) ?? [];
        for (const { said, x, y, anchor } of textsOf(svg)) {
          const isInside = x >= 0 && x <= width && y > 0 && y < height;
          assert.ok(isInside && !(anchor === 'start' && x > width - 8), `${name}: ${said}`);
        }
      }
    }
  } finally {
    console.warn = warn;
  }
  assert.equal(warned, []);
});

test('what cannot be shown is said, in the picture and in its description', async () => {
  const zero = dots({ rows: [{ ...dots().rows[0], label: 'none', interval: about(0) } as never] });
  const said = 'none: 0 has no place on a log scale';
  for (const svg of both(await drawn(zero))) {
    assert.match(saidIn(svg).join(' '), '0 has no place on a log scale');
    assert.match(svg, said);
  }
  const gap = series('gap', 9);
  const points = gap.points.map((point) =>
    point.x === 8 ? { ...point, interval: about(Number.NaN) } : point,
  );
  for (const svg of both(await drawn(curves({ series: [{ ...gap, points }] })))) {
    assert.match(saidIn(svg).join(' '), 'gap at 8: not measured');
    assert.match(svg, /<desc[^>]*>[^<]*gap at 8: not measured/);
    const lines = svg.match(/<path[^>]*stroke="var\(--tone-batched\)" stroke-width="2.25"/g);
    assert.is(lines?.length, 2, 'the line breaks where a value is missing');
  }
  for (const name of ['no rows', 'no series', 'a series without points']) {
    const sample = SAMPLES[name];
    assert.ok(sample);
    for (const svg of both(await drawn(sample)))
      assert.ok(saidIn(svg).includes('Nothing to show.'));
  }
});

test('no numbers break a picture', async () => {
  const number = fc.oneof(fc.double(), fc.constantFrom(0, 1, 10, Number.NaN, 1e-320));
  const interval = fc.record({ median: number, low: number, high: number, n: fc.nat() });
  const scale = fc.constantFrom('linear', 'log', 'steps');
  const point = fc.record({ x: number, interval });
  await fc.assert(
    fc.asyncProperty(fc.array(point, { maxLength: 8 }), scale, scale, async (points, x, y) => {
      const chart = curves({
        x: { title: 'x', scale: x as 'log' },
        y: { title: 'y', scale: y as 'log' },
        series: [series('a', 1, { points }), series('b', 1, { points: points.slice(1) })],
      });
      for (const svg of both(await drawn(chart))) assert.equal(faultsOf(svg), []);
    }),
    { numRuns: 25, seed: 5 },
  );
});

test.run();
