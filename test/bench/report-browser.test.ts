// The page of a report in a browser: on a phone and on a wide screen, in light and in dark, it asks
// the network for nothing, complains of nothing and fits; every figure can be read out; what it
// carries can be saved; on paper it is light and nothing is folded. Each check is seen to fire.

import * as assert from 'uvu/assert';
import { pageOf } from '../../bench/report/page.js';
import { type Report, reportOf } from '../../bench/report/report.js';
import {
  type Browser,
  findBrowser,
  NO_BROWSER,
  type View,
  withBrowser,
} from '../support/browser.js';
import { suite } from '../support/suite.js';
import { fixtureResults, madeReport, madeSection } from './made-reports.js';

const test = suite('report: page in a browser');
// A browser starts in a second or two, and in many where everything is tested at once.
test.timeout(120_000);

const VIEWS: readonly View[] = [360, 1280].flatMap((widthPx) => [
  { widthPx, colorScheme: 'light' as const },
  { widthPx, colorScheme: 'dark' as const },
]);
const PHONE: View = { widthPx: 360, colorScheme: 'light' };

const OVERFLOW = `document.documentElement.scrollWidth - document.documentElement.clientWidth`;
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
const FIGURES = `[...document.querySelectorAll('figure')].map((figure) =>
  [...figure.querySelectorAll('.wide, .narrow')]
    .filter((each) => each.getBoundingClientRect().width > 0).length)`;
const GROUND = `getComputedStyle(document.body).backgroundColor`;

/** What is wrong with the page as it is open now; empty where nothing is. */
async function faultsOf(browser: Browser): Promise<string[]> {
  const [overflowPx, cutOff, mute] = [
    Number(await browser.evaluate(OVERFLOW)),
    (await browser.evaluate(CUT_OFF)) as string[],
    (await browser.evaluate(MUTE)) as string[],
  ];
  return [
    ...browser.complaints.map((text) => `complaint: ${text}`),
    ...browser.requests.map((url) => `request: ${url}`),
    ...(overflowPx > 0 ? [`overflow: ${overflowPx} px`] : []),
    ...cutOff.map((tag) => `cut off: ${tag}`),
    ...mute.map((tag) => `no words: ${tag}`),
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

const REPORTS: Readonly<Record<string, () => Report>> = {
  'the fixture': () => reportOf(fixtureResults(), 1),
  'everything at once': () => madeReport(),
  'long words': hardReport,
  'nothing but a session': () => {
    const none = { runs: [], asks: [], selfTests: [] };
    return reportOf({ ...fixtureResults(), ...none }, 1);
  },
};

const path = findBrowser();
if (path === null) {
  test.unavailable('it fits, asks for nothing, and can be read out and saved', NO_BROWSER);
} else {
  for (const [name, make] of Object.entries(REPORTS)) {
    test(`${name}: it fits and asks for nothing, on a phone and on a wide screen`, async () => {
      const page = await pageOf(make());
      await withBrowser(path, async (browser) => {
        for (const view of VIEWS) {
          const shown = `${view.widthPx} px, ${view.colorScheme}`;
          await browser.open(page, view);
          assert.equal(await faultsOf(browser), [], shown);
          const figures = (await browser.evaluate(FIGURES)) as number[];
          assert.ok(
            figures.every((count) => count === 1),
            `${shown}: one of two is shown`,
          );
        }
      });
    });
  }

  test('what it carries can be saved by a link, which is hidden without scripts', async () => {
    const report = madeReport();
    const page = await pageOf(report);
    assert.match(page, /<a id="save"[^>]* hidden>/);
    await withBrowser(path, async (browser) => {
      await browser.open(page, PHONE);
      const link = `document.getElementById('save')`;
      assert.is(await browser.evaluate(`${link}.hidden`), false);
      assert.is(await browser.evaluate(`${link}.download`), 'results.ndjson');
      assert.match(String(await browser.evaluate(`${link}.href`)), /^blob:/);
      // The page may fetch nothing; what the link saves is what the script element holds.
      const text = `document.getElementById('results').textContent`;
      const lines = String(await browser.evaluate(text))
        .trim()
        .split('\n');
      assert.equal(
        lines.map((line) => JSON.parse(line)),
        report.data
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line)),
      );
    });
  });

  test('dark is dark and light is light; on paper it is light and nothing is folded', async () => {
    const page = await pageOf(madeReport());
    await withBrowser(path, async (browser) => {
      await browser.open(page, PHONE);
      assert.is(await browser.evaluate(GROUND), 'rgb(251, 250, 247)');
      await browser.open(page, { ...PHONE, colorScheme: 'dark' });
      assert.is(await browser.evaluate(GROUND), 'rgb(20, 23, 26)');
      const open = `document.querySelectorAll('details[open]').length`;
      const all = await browser.evaluate(`document.querySelectorAll('details').length`);
      assert.is(await browser.evaluate(open), 0);
      await browser.evaluate(`dispatchEvent(new Event('beforeprint'))`);
      assert.is(await browser.evaluate(open), all);
      await browser.evaluate(`dispatchEvent(new Event('afterprint'))`);
      assert.is(await browser.evaluate(open), 0);
    });
  });

  for (const [fault, planted, seen] of [
    ['is too wide', '<div style="width:2000px">.</div>', /^overflow: /m],
    ['complains', '<script>console.error("bad")</script>', /^complaint: /m],
    ['throws', '<script>throw new Error("bad")</script>', /^complaint: /m],
    [
      'asks the network',
      '<img alt="an image of it" src="http://127.0.0.1:9/x.png">',
      /^request: /m,
    ],
    [
      'shows a figure without words',
      '<svg width="90" height="9"><path d="M0 0h9"/></svg>',
      /^no words: svg/m,
    ],
    ['shows an image without words', '<img width="90" height="9" src="data:,">', /^no words: IMG/m],
    [
      'has a box that is cut off',
      '<p style="position:fixed;left:300px;width:90px">.</p>',
      /^cut off: P/m,
    ],
  ] as const) {
    test(`a page that ${fault} is seen by the same checks`, async () => {
      const good = await pageOf(reportOf(fixtureResults(), 1));
      // Its policy would stop what is planted, so this twin has none.
      const free = good.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '');
      await withBrowser(path, async (browser) => {
        await browser.open(free, PHONE);
        assert.equal(await faultsOf(browser), []);
        await browser.open(free.replace('</main>', `${planted}</main>`), PHONE);
        assert.match((await faultsOf(browser)).join('\n'), seen);
      });
    });
  }

  test('the policy stops a script and a request that got into the page', async () => {
    const page = await pageOf(reportOf(fixtureResults(), 1));
    const planted = '<script>document.title = "got in"</script>';
    await withBrowser(path, async (browser) => {
      await browser.open(page.replace('</main>', `${planted}</main>`), PHONE);
      assert.is.not(await browser.evaluate('document.title'), 'got in');
      assert.match((await faultsOf(browser)).join('\n'), 'Content Security Policy');
    });
  });
}

test.run();
