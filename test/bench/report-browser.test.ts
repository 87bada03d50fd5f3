// The page of a report in a browser: on a phone and on a wide screen, in light and in dark, it asks
// the network for nothing, complains of nothing and fits; every figure can be read out; what it
// carries can be saved; on paper it is light and nothing is folded. Each check is seen to fire.

import * as assert from 'uvu/assert';
import { renderPage } from '../../bench/report/page.js';
import { buildReport, type Report } from '../../bench/report/report.js';
import {
  closeBrowser,
  findBrowser,
  GROUND,
  NO_BROWSER,
  OVERFLOW,
  type ShownPage,
  showPage,
  type View,
} from '../support/browser.js';
import { suite } from '../support/suite.js';
import { fixtureResults, madeReport, madeSection } from './made-reports.js';
import { SAMPLES } from './report/chart-samples.js';

const test = suite('report: page in a browser');
// A browser starts in a second or two, and in many where everything is tested at once.
test.timeout(120_000);
test.after(closeBrowser);

const VIEWS: readonly View[] = [
  { widthPx: 360, colorScheme: 'light' },
  { widthPx: 360, colorScheme: 'dark' },
  // The narrowest screen with wide charts, so with their smallest letters.
  { widthPx: 830, colorScheme: 'light' },
  { widthPx: 1280, colorScheme: 'light' },
  { widthPx: 1280, colorScheme: 'dark' },
];
const PHONE: View = { widthPx: 360, colorScheme: 'light' };

/** Boxes wider than the screen that do not scroll by themselves: they would be cut off. */
const CUT_OFF = `[...document.querySelectorAll('main *')]
  .filter((each) => each.closest('.scroll, svg, .narrow, .wide') === null)
  .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
  .map((each) => each.tagName)`;
/** What is shown as an image and has no words of its own. */
const MUTE = `[...document.querySelectorAll('svg, img, canvas')]
  .filter((each) => each.getBoundingClientRect().width > 0)
  .filter((each) => each.closest('[aria-hidden=true]') === null)
  .filter((each) => {
    const ids = (each.getAttribute('aria-labelledby') ?? '').split(' ').filter(Boolean);
    const named = ids.map((id) => document.getElementById(id)?.textContent ?? '').join(' ');
    const said = each.getAttribute('aria-label') ?? each.getAttribute('alt') ?? named;
    const isImage = each.tagName === 'IMG' || each.getAttribute('role') === 'img';
    return said.trim().length < 10 || !isImage;
  })
  .map((each) => each.tagName)`;
/** Texts of charts that overlap, leave their picture, or have letters below 12 pixels. */
const BAD_CHART_TEXTS = `[...document.querySelectorAll('figure svg')]
  .filter((svg) => svg.getBoundingClientRect().width > 0)
  .flatMap((svg) => {
    const picture = svg.getBoundingClientRect();
    const zoom = picture.width / svg.viewBox.baseVal.width;
    const texts = [...svg.querySelectorAll('text')].map((each) => ({
      says: each.textContent,
      box: each.getBoundingClientRect(),
      fontPx: parseFloat(getComputedStyle(each).fontSize) * zoom,
    }));
    const meet = (a, b) =>
      a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3;
    return texts.flatMap(({ says, box, fontPx }, at) => [
      ...(fontPx < 12 ? ['small letters: ' + says] : []),
      ...(box.left < picture.left - 1 || box.right > picture.right + 1 ? ['outside: ' + says] : []),
      ...texts.slice(at + 1)
        .filter((other) => meet(box, other.box))
        .map((other) => 'overlap: ' + says + ', ' + other.says),
    ]);
  })`;
const FIGURES = `[...document.querySelectorAll('figure')].map((figure) =>
  [...figure.querySelectorAll('.wide, .narrow')]
    .filter((each) => each.getBoundingClientRect().width > 0).length)`;

/** What is wrong with the page; empty where nothing is. */
async function findFaults({ evaluate, complaints, requests }: ShownPage): Promise<string[]> {
  const [overflowPx, cutOff, mute, texts] = [
    Number(await evaluate(OVERFLOW)),
    (await evaluate(CUT_OFF)) as string[],
    (await evaluate(MUTE)) as string[],
    (await evaluate(BAD_CHART_TEXTS)) as string[],
  ];
  return [
    ...complaints.map((text) => `complaint: ${text}`),
    ...requests.map((url) => `request: ${url}`),
    ...(overflowPx > 0 ? [`overflow: ${overflowPx} px`] : []),
    ...cutOff.map((tag) => `cut off: ${tag}`),
    ...mute.map((tag) => `no words: ${tag}`),
    ...texts,
  ];
}

function hardReport(): Report {
  const long = 'x'.repeat(300);
  const words = 'a sentence that goes on and on '.repeat(40);
  const [chart] = madeSection().charts;
  assert.ok(chart);
  const table = {
    ...{ caption: long, numeric: [1] },
    head: ['variant', ...Array.from({ length: 14 }, (_, at) => `column ${at}`)],
    rows: [Array.from({ length: 15 }, () => long)],
  };
  const section = madeSection({
    ...{ title: long, says: [long, words], how: long, changes: words, command: long },
    ...{ unavailable: [long], voids: [long, words], partial: long },
    charts: [{ ...chart, title: words, caption: long, description: words }],
    tables: [table, table],
  });
  return madeReport({ headline: [long], answer: [long, words], sections: [section] });
}

/** A figure with one good text and another. */
function chartWith(text: string): string {
  const good = '<text font-size="20" x="90" y="20">ab</text>';
  const title = '<title id="t">A chart with two texts</title>';
  const svg = `<svg viewBox="0 0 300 90" role="img" aria-labelledby="t" font-size="20">`;
  return `<figure><div class="narrow">${svg}${title}${good}${text}</svg></div></figure>`;
}

const REPORTS: Readonly<Record<string, () => Report>> = {
  'the fixture': () => buildReport(fixtureResults(), 1),
  'everything at once': () => madeReport(),
  'long words': hardReport,
  'every sample of a chart': () => {
    const charts = Object.values(SAMPLES).map((chart, at) => ({ ...chart, id: `chart-${at}` }));
    return madeReport({ sections: [madeSection({ charts })] });
  },
  'nothing but a session': () => {
    const none = { runs: [], asks: [], selfTests: [] };
    return buildReport({ ...fixtureResults(), ...none }, 1);
  },
};

if (findBrowser() === null) {
  test.unavailable('it fits, asks for nothing, and can be read out and saved', NO_BROWSER);
} else {
  for (const [name, make] of Object.entries(REPORTS)) {
    test(`${name}: it fits and asks for nothing, on a phone and on a wide screen`, async () => {
      const markup = await renderPage(make());
      for (const view of VIEWS) {
        const shown = `${view.widthPx} px, ${view.colorScheme}`;
        await showPage(markup, view, async (page) => {
          assert.equal(await findFaults(page), [], shown);
          const figures = (await page.evaluate(FIGURES)) as number[];
          assert.ok(
            figures.every((count) => count === 1),
            shown,
          );
        });
      }
    });
  }

  test('what it carries can be saved by a link, which is hidden without scripts', async () => {
    const report = madeReport();
    const markup = await renderPage(report);
    assert.match(markup, /<a id="save"[^>]* hidden>/);
    await showPage(markup, PHONE, async ({ evaluate }) => {
      const link = `document.getElementById('save')`;
      assert.is(await evaluate(`${link}.hidden`), false);
      assert.is(await evaluate(`${link}.download`), 'results.ndjson');
      assert.match(String(await evaluate(`${link}.href`)), /^blob:/);
      // The page may fetch nothing; what the link saves is what the script element holds.
      const text = String(await evaluate(`document.getElementById('results').textContent`));
      const parse = (lines: string) =>
        lines
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line));
      assert.equal(parse(text), parse(report.data));
    });
  });

  test('dark is dark and light is light; on paper it is light and nothing is folded', async () => {
    const markup = await renderPage(madeReport());
    await showPage(markup, PHONE, async ({ evaluate }) => {
      assert.is(await evaluate(GROUND), 'rgb(251, 250, 247)');
    });
    await showPage(markup, { ...PHONE, colorScheme: 'dark' }, async ({ evaluate }) => {
      assert.is(await evaluate(GROUND), 'rgb(20, 23, 26)');
      const open = `document.querySelectorAll('details[open]').length`;
      const all = await evaluate(`document.querySelectorAll('details').length`);
      assert.is(await evaluate(open), 0);
      await evaluate(`dispatchEvent(new Event('beforeprint'))`);
      assert.is(await evaluate(open), all);
      await evaluate(`dispatchEvent(new Event('afterprint'))`);
      assert.is(await evaluate(open), 0);
    });
  });

  for (const [fault, seeded, seen] of [
    ['is too wide', '<div style="width:2000px">.</div>', /^overflow: /m],
    ['complains', '<script>console.error("bad")</script>', /^complaint: /m],
    ['throws', '<script>throw new Error("bad")</script>', /^complaint: /m],
    ['asks the network', '<img alt="an image of it" src="http://127.0.0.1:9/x.png">', /^request: /m],
    [
      'shows a figure without words',
      '<svg width="90" height="9"><path d="M0 0h9"/></svg>',
      /^no words: svg/m,
    ],
    ['shows an image without words', '<img width="90" height="9" src="data:,">', /^no words: IMG/m],
    ['has a box that is cut off', '<p style="position:fixed;left:300px;width:90px">.</p>', /^cut off: P/m],
    ['has texts of a chart that overlap', chartWith('<text x="90" y="20">ab</text>'), /^overlap/m],
    ['has a text outside its chart', chartWith('<text x="500" y="20">ab</text>'), /^outside/m],
    ['has small letters', chartWith('<text font-size="9" x="9" y="60">a</text>'), /^small/m],
  ] as const) {
    test(`a page that ${fault} is seen by the same checks`, async () => {
      const good = await renderPage(buildReport(fixtureResults(), 1));
      // The page's policy would stop the seeded fault, so this copy has none.
      const free = good.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '');
      const bad = free.replace('</main>', `${seeded}</main>`);
      assert.equal(await showPage(free, PHONE, findFaults), []);
      assert.match((await showPage(bad, PHONE, findFaults)).join('\n'), seen);
    });
  }

  test('the policy stops a script and a request that got into the page', async () => {
    const page = await renderPage(buildReport(fixtureResults(), 1));
    const injected = '<script>document.title = "got in"</script>';
    await showPage(page.replace('</main>', `${injected}</main>`), PHONE, async (shown) => {
      assert.is.not(await shown.evaluate('document.title'), 'got in');
      assert.match((await findFaults(shown)).join('\n'), 'Content Security Policy');
    });
  });
}

test.run();
