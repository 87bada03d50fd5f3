// A chart as SVG: it shows all of its data, its markup is harmless in a page with a strict policy,
// and it names the data that it cannot show. The browser test measures where texts stand.

import { join } from 'node:path';

import fc from 'fast-check';
import { parseHTML } from 'linkedom';
import * as assert from 'uvu/assert';
import { type ChartImages, renderChart } from '../../../bench/report/charts/render-svg.js';
import type { Chart } from '../../../bench/report/model.js';
import { estimateTextPx } from '../../../src/present/scale.js';
import { suite } from '../../support/suite.js';
import { readCode } from '../../tidy/read.js';
import { about, curves, dots, SAMPLES, series } from './chart-samples.js';

const test = suite('bench: charts of a report');

const { document } = parseHTML('<!doctype html><html></html>');
const render = (chart: Chart): ChartImages => renderChart(chart, document);
const renderBoth = (chart: Chart) => Object.values(render(chart)).slice(0, 2);

interface Node {
  readonly tagName: string;
  readonly textContent: string;
  readonly parentElement: Node;
  getAttribute(name: string): string | null;
}

const queryAll = (svg: string, selector: string): Node[] => [
  ...parseHTML(`<html><body>${svg}</body></html>`).document.querySelectorAll(selector),
];
const countMarks = (svg: string, selector: string) => queryAll(svg, selector).length;
const listTexts = (svg: string) => queryAll(svg, 'text').map(({ textContent }) => textContent);

interface Box {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly y: number;
}

/** Where a text stands, from the corner of the picture; its width is the estimate of the layout. */
function measureText(node: Node): Box {
  const [x, y] = [node, node.parentElement]
    .map((one) => /translate\(([-\d.]+),([-\d.]+)\)/.exec(one.getAttribute('transform') ?? ''))
    .reduce(
      ([sumX, sumY], match) => [sumX + Number(match?.[1] ?? 0), sumY + Number(match?.[2] ?? 0)],
      [0, 0],
    );
  const width = estimateTextPx(node.textContent, 13);
  const anchor = node.parentElement.getAttribute('text-anchor') ?? 'middle';
  const left = (x ?? 0) - { start: 0, middle: width / 2, end: width }[anchor as 'start'];
  return { text: node.textContent, left, right: left + width, y: y ?? 0 };
}

/** What a page with a strict policy must not hold, and markup that is not well formed. */
function listFaults(svg: string): string[] {
  const markup = svg.replace(/>[^<]*</g, '><');
  const bad = [/\sstyle=/, /\son\w+=/, /href|url\(|xlink/, /font-family/, /NaN|Infinity|undefined/];
  const tags = [...markup.matchAll(/<(\/?\w+)/g)].map(([, tag = '']) => tag);
  const strange = tags.filter((tag) => !/^\/?(svg|title|desc|g|path|line|circle|text)$/.test(tag));
  const closed = tags.filter((tag) => tag.startsWith('/')).length;
  const alone = markup.match(/\/>/g)?.length ?? 0;
  const open = tags.length - 2 * closed - alone;
  return [
    ...bad.filter((pattern) => pattern.test(markup)).map(String),
    ...strange,
    ...(open === 0 ? [] : [`${open} elements stay open`]),
  ];
}

function getSample(name: string): Chart {
  const sample = SAMPLES[name];
  assert.ok(sample, name);
  return sample;
}

test('every row has its label, its note, its dot and its interval', () => {
  for (const svg of renderBoth(dots())) {
    const texts = listTexts(svg);
    for (const label of ['inline', 'pool', 'racy', '0 lost', '37 % lost']) {
      assert.is(texts.filter((each) => each === label).length, 2, label);
    }
    for (const each of ['no work', '2 ms of work', 'p99, ms', '10', '100']) {
      assert.ok(texts.includes(each), each);
    }
    for (const tone of ['inline', 'pool', 'broken']) {
      assert.is(countMarks(svg, `[fill="var(--series-${tone})"]`), 2, `${tone}: dots`);
      assert.is(countMarks(svg, `line[stroke="var(--series-${tone})"]`), 2, `${tone}: intervals`);
    }
    assert.is(countMarks(svg, 'g[stroke-dasharray="6,4"] line[stroke*=broken]'), 2);
    assert.is(countMarks(svg, 'g[stroke-dasharray] line[stroke*=pool]'), 0);
  }
});

test('the rows of a group stand under its name', () => {
  const boxes = queryAll(render(dots()).wide, 'text').map(measureText);
  const [first = 0, second = 0] = ['no work', '2 ms of work'].map((name) => {
    return boxes.find(({ text }) => text === name)?.y ?? 0;
  });
  const [above = 0, below = 0] = boxes.filter(({ text }) => text === 'racy').map(({ y }) => y);
  assert.ok(first < above && above < second && second < below);
});

test('every series has its name, a line and a band; units stand at the axes', () => {
  for (const svg of renderBoth(curves())) {
    for (const each of ['batched', 'pool', 'connections', 'answered, requests/s', '256']) {
      assert.ok(listTexts(svg).includes(each), each);
    }
    for (const tone of ['batched', 'pool']) {
      assert.is(countMarks(svg, `[fill="var(--series-${tone})"][fill-opacity] path`), 1);
      assert.is(countMarks(svg, `[stroke="var(--series-${tone})"][stroke-width="2.25"] path`), 1);
      // Nine points, and the symbol before the name.
      assert.is(countMarks(svg, `path[fill="var(--series-${tone})"]`), 10);
    }
  }
});

test('a law is a thin line, and its points have bars and no band', () => {
  for (const svg of renderBoth(getSample('curves with a law and marks'))) {
    const own = '[stroke="var(--series-batched)"]';
    assert.is(countMarks(svg, `${own}[stroke-width="1.25"] path`), 1);
    assert.is(countMarks(svg, `${own}[stroke-width="1.75"] line`), 9);
    assert.is(countMarks(svg, '[fill="var(--series-batched)"][fill-opacity]'), 0);
    for (const mark of ['the law peaks', 'measured best', 'capacity']) {
      assert.ok(listTexts(svg).includes(mark), mark);
    }
  }
});

test('the second series of one style has a dotted line and open points', () => {
  const twice = curves({ series: [series('x1', 9), series('x2', 5)] });
  for (const svg of renderBoth(twice)) {
    assert.is(countMarks(svg, '[stroke="var(--series-batched)"][stroke-dasharray="1.5,3"]'), 1);
    assert.is(countMarks(svg, 'path[fill="var(--surface)"][stroke="var(--series-batched)"]'), 10);
  }
});

test('names of lines that end at one height do not overlap; names apart stand at their ends', () => {
  const names = ['inline', 'pool', 'batched', 'threads', 'cluster'];
  const together = curves({ series: names.map((name) => series(name, 9000)) });
  for (const svg of renderBoth(together)) {
    const own = queryAll(svg, 'text').map(measureText);
    const ys = own.filter(({ text }) => names.includes(text)).map(({ y }) => y);
    ys.sort((a, b) => a - b);
    assert.is(ys.length, names.length);
    assert.ok(
      ys.slice(1).every((y, at) => y - (ys[at] ?? 0) >= 16),
      `${ys}`,
    );
  }
  const { wide } = render(curves());
  const [line] = queryAll(wide, '[stroke="var(--series-pool)"][stroke-width="2.25"] path');
  const endY = Number(line?.getAttribute('d')?.split(',').at(-1));
  const name = queryAll(wide, 'text')
    .map(measureText)
    .find(({ text }) => text === 'pool');
  assert.ok(Math.abs((name?.y ?? 0) - endY) < 6);
});

test('it is an image with title and description; ids belong to this chart and width', () => {
  const { wide, narrow } = render(dots());
  for (const [svg, name, width] of [
    [wide, 'wide', 760],
    [narrow, 'narrow', 340],
  ] as const) {
    const id = `isolation-${name}`;
    assert.match(svg, `<svg role="img" aria-labelledby="${id}-title ${id}-desc"`);
    assert.match(svg, `<title id="${id}-title">How much is answered</title>`);
    assert.match(svg, `<desc id="${id}-desc">In words.</desc>`);
    assert.match(svg, `viewBox="0 0 ${width} `);
    assert.is(countMarks(svg, '[id]'), 2);
    assert.is(svg.match(/aria-|role=/g)?.length, 2);
  }
});

test('texts from a file stay texts', () => {
  const evil = '<script>alert("1")</script>\u202e&amp;';
  const row = { label: evil, group: evil, note: evil, tone: 'pool', interval: about(3) } as const;
  const own = { id: 'a" onload="x', title: evil, description: evil };
  const axis = { title: evil, scale: 'linear' } as const;
  const charts: Chart[] = [
    dots({ ...own, axis: evil, rows: [row] }),
    curves({
      ...{ ...own, x: axis, y: axis, series: [series(evil, 9)] },
      marks: [{ axis: 'x', at: 3, says: evil }],
    }),
  ];
  for (const svg of charts.flatMap(renderBoth)) {
    assert.equal(listFaults(svg), []);
    assert.not.match(svg, /<script|\u202e|"x"/);
    assert.match(svg, '&lt;script&gt;');
  }
});

test('the check for harmless markup sees each fault', () => {
  const seeded: Readonly<Record<string, string>> = {
    style: '<g style="fill:red"></g>',
    address: '<path fill="url(#a)"/>',
    number: '<path d="M0,NaN"/>',
    script: '<script></script>',
    open: '<g><g></g>',
  };
  for (const [name, inside] of Object.entries(seeded)) {
    assert.not.equal(listFaults(`<svg>${inside}</svg>`), [], name);
  }
  assert.equal(listFaults('<svg><g><path d="M0,1"/></g></svg>'), []);
});

test('the same chart gives the same text, whatever was drawn before it', () => {
  const first = render(curves());
  render(dots());
  assert.equal(render(curves()), first);
});

test('every sample is harmless markup inside its picture, and Plot warns of nothing', () => {
  const warnings: unknown[] = [];
  const { warn } = console;
  console.warn = (...words) => warnings.push(words);
  try {
    for (const [name, chart] of Object.entries(SAMPLES)) {
      for (const svg of renderBoth(chart)) {
        assert.equal(listFaults(svg), [], name);
        assert.is(countMarks(svg, 'g:empty'), 0, name);
        const [, width = 0, height = 0] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg)?.map(Number) ?? [];
        for (const { text, left, right, y } of queryAll(svg, 'text').map(measureText)) {
          const isInside = left >= -1 && right <= width + 1 && y > 0 && y < height;
          assert.ok(isInside, `${name}: ${text} from ${left} to ${right} at ${y}`);
        }
      }
    }
  } finally {
    console.warn = warn;
  }
  assert.equal(warnings, []);
});

test('a value that a scale cannot show is named with its reason, and breaks its line', () => {
  const zero = { ...dots().rows[0], label: 'none', interval: about(0) } as never;
  const { wide, omitted } = render(dots({ rows: [zero] }));
  assert.match(omitted, /none: .*log scale/);
  assert.ok(wide.includes(omitted), 'in the description too');
  assert.match(listTexts(wide).join(' '), /log scale/);
  const points = series('gap', 9).points.map((point) =>
    point.x === 8 ? { ...point, interval: about(Number.NaN) } : point,
  );
  const gap = render(curves({ series: [series('gap', 9, { points })] }));
  assert.match(gap.omitted, 'gap at 8: not measured');
  assert.is(countMarks(gap.wide, '[stroke="var(--series-batched)"][stroke-width="2.25"]'), 2);
  assert.is(render(curves()).omitted, '');
  for (const name of ['no rows', 'no series', 'a series without points']) {
    for (const svg of renderBoth(getSample(name))) assert.match(svg, 'Nothing to show.');
  }
});

test('no file outside charts/ imports the libraries that draw before it draws', () => {
  const draws = /\/(?:plot|linkedom|render-svg|chart-parts|dot-chart|curve-chart|curve-data)(?:\.js)?$/;
  const listImports = (text: string) =>
    [...text.matchAll(/^(?:import(?! type)|\} from)[^;]*? '([^']+)';/gms)].map(([, name = '']) => name);
  const findEager = (path: string, text: string) =>
    /^(?:src|bench)\/(?!report\/charts\/)/.test(path)
      ? listImports(text).filter((name) => draws.test(`/${name}`))
      : [];
  const seeded = "import { a } from 'b';\nimport { renderChart } from './charts/render-svg.js';\n";
  assert.equal(findEager('bench/report/page.ts', seeded), ['./charts/render-svg.js']);
  const files = readCode(join(import.meta.dirname, '../../../..'));
  assert.equal(
    files.flatMap(({ path, text }) => findEager(path, text)),
    [],
  );
});

test('no numbers break a picture', () => {
  const number = fc.oneof(fc.double(), fc.constantFrom(0, 1, 10, Number.NaN, 1e-320));
  const interval = fc.record({ median: number, low: number, high: number, n: fc.nat() });
  const scale = fc.constantFrom('linear', 'log', 'steps');
  const point = fc.record({ x: number, interval });
  fc.assert(
    fc.property(fc.array(point, { maxLength: 8 }), scale, scale, (points, x, y) => {
      const chart = curves({
        x: { title: 'x', scale: x as 'log' },
        y: { title: 'y', scale: y as 'log' },
        series: [series('a', 1, { points }), series('b', 1, { points: points.slice(1) })],
      });
      for (const svg of renderBoth(chart)) assert.equal(listFaults(svg), []);
    }),
    { numRuns: 25, seed: 5 },
  );
});

test.run();
