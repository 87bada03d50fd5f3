// The page of a check in a browser, on a phone and on a wide screen, in light and in dark: it loads
// nothing, logs no error, fits, and its labels do not overlap.
import * as assert from 'uvu/assert';
import type { CheckRun } from '../../../src/checker/driver/check-run.js';
import { createPage } from '../../../src/checker/report/page.js';
import {
  closeBrowser,
  findBrowser,
  GROUND,
  NO_BROWSER,
  OVERFLOW,
  showPage,
  type View,
} from '../../support/browser.js';
import { suite } from '../../support/suite.js';
import { makeFaultyRun } from './faulty-runs.js';
import { type MadeRun, makeCorrectRun } from './made-runs.js';

const test = suite('check: page in a browser');
// A browser starts in a second or two, and in many where everything is tested at once.
test.timeout(120_000);
test.after(closeBrowser);

const VIEWS: readonly View[] = [360, 760, 1280].flatMap((widthPx) => [
  { widthPx, colorScheme: 'light' as const },
  { widthPx, colorScheme: 'dark' as const },
]);

/** Pairs of texts of one figure that overlap, and texts that leave it. */
const CROWDED = `[...document.querySelectorAll('svg[role=img]')]
  .filter((svg) => svg.getBoundingClientRect().width > 0)
  .flatMap((svg) => {
    const frame = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll('text')].map((text) => {
      const { left, right, top, bottom } = text.getBoundingClientRect();
      // Ascent and descent are more than the letters take.
      const slack = (bottom - top) * 0.2;
      return { said: text.textContent, left, right, top: top + slack, bottom: bottom - slack };
    });
    const outside = texts.filter(({ left, right, bottom }) =>
      left < frame.left - 1 || right > frame.right + 1 || bottom > frame.bottom + 1);
    const touching = texts.flatMap((a, at) => texts.slice(at + 1)
      .filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
      .map((b) => a.said + ' / ' + b.said));
    return [...outside.map(({ said }) => said + ' / frame'), ...touching];
  })`;

const FIGURES = `[...document.querySelectorAll('.timeline svg')]
  .filter((svg) => svg.getBoundingClientRect().width > 0).length`;

function harden(run: MadeRun): CheckRun {
  const long = 'x'.repeat(300);
  for (const add of run.history.adds.slice(40, 60)) {
    const unanswered = { outcome: 'unknown', status: null, ticket: null, error: long, name: long };
    Object.assign(add, unanswered);
  }
  return { ...run, answer: long, remarks: [long, '<b>not bold</b>'], partial: true };
}

const RUNS: Readonly<Record<string, () => CheckRun>> = {
  'two adds with one ticket': () => makeFaultyRun('duplicate-ticket', { callers: 64, requests: 2000 }),
  'two snapshots': () => makeFaultyRun('snapshot-order'),
  'lost counts': () => makeFaultyRun('lost-update', { requests: 5000 }),
  'more than all unanswered adds explain': () => {
    const { judgement, ...run } = makeFaultyRun('overcount');
    const facts = { ...judgement.facts, acknowledged: 1_000_000, unknown: 12_345 };
    return { ...run, judgement: { ...judgement, facts } };
  },
  'a correct run': () => makeCorrectRun(),
  'long texts and unanswered adds': () => harden(makeFaultyRun('ticket-gap')),
};

async function checkPage(run: CheckRun, view: View): Promise<void> {
  const shown = `${view.widthPx} px, ${view.colorScheme}`;
  await showPage(createPage(run), view, async ({ evaluate, complaints, requests }) => {
    assert.equal(complaints, [], shown);
    // The link that saves the data makes its address inside the page.
    assert.equal(requests, [], shown);
    assert.is(await evaluate(OVERFLOW), 0, `${shown}: wider than the screen`);
    assert.equal(await evaluate(CROWDED), [], shown);
    const groups = Math.max(1, run.judgement.findings.length);
    assert.is(await evaluate(FIGURES), groups, `${shown}: one of two figures is shown`);
  });
}

const PHONE: View = { widthPx: 360, colorScheme: 'light' };

if (findBrowser() === null) {
  test.unavailable('it fits, is legible and asks for nothing, on a phone and on a wide screen', NO_BROWSER);
} else {
  test('it fits, is legible and asks for nothing, on a phone and on a wide screen', async () => {
    for (const make of Object.values(RUNS)) {
      for (const view of VIEWS) await checkPage(make(), view);
    }
  });

  test('dark is dark, light is light, and the evidence can be saved', async () => {
    const markup = createPage(makeFaultyRun('stale-read'));
    await showPage(markup, { widthPx: 1280, colorScheme: 'light' }, async ({ evaluate }) => {
      assert.is(await evaluate(GROUND), 'rgb(251, 250, 247)');
    });
    await showPage(markup, { widthPx: 1280, colorScheme: 'dark' }, async ({ evaluate }) => {
      assert.is(await evaluate(GROUND), 'rgb(20, 23, 26)');
      const link = `document.getElementById('save')`;
      assert.match(String(await evaluate(`${link}.href`)), /^blob:/);
      assert.is(await evaluate(`${link}.hidden`), false);
      const data = `JSON.parse(document.getElementById('run').textContent).findings.length`;
      assert.is(await evaluate(data), 1);
    });
  });

  // The test of the report's page seeds complaints, requests and overflow into the same checks.
  test('texts that overlap are seen', async () => {
    const two = '<text x="5" y="20">one</text><text x="9" y="20">two</text>';
    const figure = `<svg role="img" width="200" height="40">${two}</svg>`;
    await showPage(figure, PHONE, async ({ evaluate }) => {
      assert.equal(await evaluate(CROWDED), ['one / two']);
    });
  });
}

test.run();
