// The page of a check as text: it says what failed and shows it, it needs nothing else, and nothing
// that a service answers becomes markup. Another file tests how it looks in a browser.
import * as assert from 'uvu/assert';
import { checkCounter } from '../../../src/checker/check-counter.js';
import type { CheckRun } from '../../../src/checker/driver/check-run.js';
import { CONDITIONS, type Condition, type Finding } from '../../../src/checker/judgement.js';
import { createPage } from '../../../src/checker/report/page.js';
import { PALETTE } from '../../../src/present/page-style.js';
import { computeContrast } from '../../support/contrast.js';
import { assertGolden } from '../../support/golden.js';
import { suite } from '../../support/suite.js';
import { FAULTY_CONDITIONS, makeFaultyRun } from './faulty-runs.js';
import { makeCorrectRun, withFindings } from './made-runs.js';

function makeFinding(condition: Condition, part: Partial<Finding>): Finding {
  const none = { cell: null, count: 1, adds: [], reads: [], text: 'it failed' } as const;
  return { condition, verdict: 'violated', ...none, ...part };
}

/** The page without its data and without markup. */
function readText(page: string): string {
  const shown = page.replace(/<(script|style|desc)\b[^>]*>.*?<\/\1>/gs, '');
  return shown.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
}

function readData(page: string): Record<string, unknown> {
  const [, json = ''] = /<script type="application\/json" id="run">(.*?)<\/script>/s.exec(page) ?? [];
  return JSON.parse(json);
}

/** The state of a condition in the list of all. */
function readState(page: string, condition: Condition): string | undefined {
  const item = new RegExp(`<li class="(\\w+)">(?:(?!<li).)*<code>${condition}</code>`, 's');
  return item.exec(page)?.[1];
}

const test = suite('check: page');

test('a small run makes exactly the golden page', () => {
  const run = makeFaultyRun('duplicate-ticket', { callers: 3, requests: 30 });
  assertGolden('check-page.html', createPage(run));
});

for (const condition of FAULTY_CONDITIONS) {
  test(`${condition}: the page says what it means, shows it, and names the operations`, () => {
    const run = makeFaultyRun(condition);
    const page = createPage(run);
    const text = readText(page).toLowerCase();
    const [finding] = run.judgement.findings;
    assert.ok(text.includes(CONDITIONS[condition]));
    assert.ok(text.includes(finding?.text.toLowerCase() ?? 'no finding'));
    assert.match(page, '<figure class="timeline">');
    const isCount = condition === 'lost-update' || condition === 'overcount';
    assert.is(page.includes('<figure class="balance">'), isCount);
    for (const index of finding?.adds ?? [])
      assert.match(page, `<td role="cell" data-label="operation">add ${index}</td>`);
    for (const index of finding?.reads ?? []) assert.match(page, `data-label="operation">read ${index}</td>`);
    assert.is(readState(page, condition), 'failed');
    assert.match(page, '<div class="answer violated">');
  });
}

test('a duplicate ticket appears on both adds, with their answers and how they overlapped', () => {
  const run = makeFaultyRun('duplicate-ticket');
  const [finding] = run.judgement.findings;
  const ticket = run.history.adds[finding?.adds[0] ?? 0]?.ticket;
  const page = createPage(withFindings(run, run.judgement.findings, { 'duplicate-ticket': 17 }));
  const wide = /<div class="wide">(.*?)<\/div>/s.exec(page)?.[1] ?? '';
  const tickets = wide.match(new RegExp(`class="got">${ticket?.cell}:${ticket?.value}<`, 'g'));
  assert.is(tickets?.length, 2);
  assert.is(page.match(/data-label="answer">ok, 200</g)?.length, 2);
  assert.match(page, /<p class="relation">[^<]* overlapped for [\d.]+ ms/);
  assert.match(page, /<p class="more">16 /);
});

test('a correct run shows what overlapped, and every condition held', () => {
  const page = createPage(makeCorrectRun());
  assert.is(page.match(/<figure class="timeline">/g)?.length, 1);
  assert.match(page, /<p class="lead">[^<]* \d requests overlapped/);
  for (const condition of FAULTY_CONDITIONS) assert.is(readState(page, condition), 'held');
});

test('a condition that the history cannot fail does not count as held', () => {
  const run = makeCorrectRun();
  for (const add of run.history.adds) add.ticket = null;
  const judgement = checkCounter(run.model, run.history);
  const page = createPage({ ...run, judgement });
  for (const condition of FAULTY_CONDITIONS) {
    const isTested = !condition.includes('ticket');
    assert.is(readState(page, condition), isTested ? 'held' : 'untested', condition);
  }
  const unjudged = createPage({ ...run, judgement: { ...judgement, verdict: 'unknown' } });
  for (const condition of FAULTY_CONDITIONS) assert.is(readState(unjudged, condition), 'untested');
});

test('a finding that third-party adds could explain is open, not a violation', () => {
  const finding = makeFinding('ticket-gap', { verdict: 'unknown', adds: [40] });
  const page = createPage(withFindings(makeCorrectRun(), [finding]));
  assert.is(readState(page, 'ticket-gap'), 'open');
  assert.match(page, '<section class="condition unknown">');
  assert.match(page, '<div class="answer unknown">');
});

test('only the page of a stopped run says partial', () => {
  assert.match(createPage({ ...makeCorrectRun(), partial: true }), '<strong>partial</strong>');
  assert.not.match(createPage(makeCorrectRun()), '<strong>partial</strong>');
});

test('a history without operations or without valid times has a page too', () => {
  const empty = { ...makeCorrectRun(), history: { adds: [], reads: [] } };
  const page = createPage({ ...empty, verdict: 'unknown' });
  assert.not.match(page, '<figure');
  assert.match(page, '<div class="answer unknown">');
  const broken = makeCorrectRun();
  for (const add of broken.history.adds) add.endMs = Number.NaN;
  assert.match(createPage(broken), '</html>');
});

const HOSTILE = '</script><img src=x onerror=alert(1)>"\'&\u202eevil\u0000\u001b[2J\u2028\ud800';

test('whatever a service says stays text', () => {
  const run = makeCorrectRun();
  for (const add of run.history.adds) {
    const ticket = { cell: HOSTILE, value: add.ticket?.value ?? 1 };
    Object.assign(add, { name: HOSTILE, error: HOSTILE, ticket });
  }
  const evidence = { text: HOSTILE, cell: HOSTILE, adds: [40, 41], reads: [3] };
  const found = withFindings(run, [
    makeFinding('duplicate-ticket', evidence),
    makeFinding('lost-update', evidence),
  ]);
  const request = { method: HOSTILE, path: HOSTILE };
  const fields = [HOSTILE, HOSTILE, HOSTILE, HOSTILE];
  const page = createPage({
    ...found,
    ...{ answer: HOSTILE, remarks: [HOSTILE], startedAt: HOSTILE },
    model: { ...run.model, fields },
    target: {
      ...run.target,
      ...{ origin: HOSTILE, add: request, read: request, sum: HOSTILE, fields },
      ticket: { header: HOSTILE, isRequired: true },
    },
  });
  assert.not.match(page, '<img');
  assert.is(page.match(/<script\b/g)?.length, 2);
  assert.is(page.match(/<\/script>/g)?.length, 2);
  assert.not.match(page, /onerror=alert\(1\)>(?!&|\\)[^"]*"\s/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there
  assert.not.match(page, /[\u0000-\u0009\u000b-\u001f\u202e\u2028\ud800]/);
  assert.ok(readData(page).answer);
});

test('every figure has its own text alternative', () => {
  for (const condition of FAULTY_CONDITIONS) {
    const page = createPage(makeFaultyRun(condition));
    const figures = page.match(/<svg (?!aria-hidden)[^>]*>/g) ?? [];
    assert.ok(figures.length >= 2);
    for (const svg of figures) {
      const [, title = '', desc = ''] = /role="img" aria-labelledby="(\S+) (\S+)"/.exec(svg) ?? [];
      assert.match(page, new RegExp(`<title id="${title}">[^<]{10,}</title>`));
      assert.match(page, new RegExp(`<desc id="${desc}">[^<]{10,}</desc>`));
    }
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    assert.is(new Set(ids).size, ids.length, 'each id is unique');
  }
});

test('the page loads nothing', () => {
  const page = createPage(makeFaultyRun('lost-update'));
  assert.not.match(page, /\s(?:src|href|action|data|poster|srcset)\s*=/);
  assert.not.match(page, /@import|@font-face|url\((?!#)/);
  assert.match(page, /content="default-src &#39;none&#39;|content="default-src 'none'/);
});

test('the values of header fields, which may be secrets, are nowhere', () => {
  const run = makeCorrectRun();
  const headers = { authorization: 'Bearer geheim-4711' };
  const target = { ...run.target, headers, givenHeaders: ['authorization'] };
  const page = createPage({ ...run, target });
  assert.not.match(page, 'geheim');
  assert.match(page, 'authorization');
});

test('the data holds the findings and their operations, and nothing of the rest', () => {
  const run = makeFaultyRun('stale-read');
  const data = readData(createPage(run));
  const [finding] = run.judgement.findings;
  const indexes = (value: unknown) => (value as { index: number }[]).map(({ index }) => index);
  assert.equal(data.findings, [finding]);
  assert.equal(indexes(data.adds), finding?.adds);
  assert.equal(indexes(data.reads), finding?.reads);
});

test('a long run, long texts and many findings make no large page', () => {
  const run = makeCorrectRun({ callers: 64, requests: 100_000, meanMs: 0.4, readEveryMs: 1 });
  const text = 'x'.repeat(100_000);
  const findings = FAULTY_CONDITIONS.flatMap((condition) =>
    Array.from({ length: 30 }, (_, at) => {
      const adds = [at * 1000, at * 1000 + 50_000, at * 1000 + 50_003];
      return makeFinding(condition, { adds, reads: [at * 3], text });
    }),
  );
  const found = withFindings(run, findings, { 'duplicate-ticket': 12_345 });
  const cells = Array.from({ length: 5000 }, (_, at) => `${at}${'y'.repeat(500)}`);
  const facts = { ...found.judgement.facts, cells };
  const long: CheckRun = {
    ...found,
    judgement: { ...found.judgement, facts },
    remarks: Array.from({ length: 500 }, () => 'z'.repeat(10_000)),
    answer: 'a'.repeat(1_000_000),
  };
  const page = createPage(long);
  assert.ok(page.length < 600_000, `${page.length} characters`);
  assert.match(page, /<p class="more">12,341 /);
});

/** The least contrast, and the pairs of colours: foregrounds on each background. */
const CONTRASTS: readonly (readonly [least: number, on: string, colours: string])[] = [
  [4.5, 'ground', 'ink soft link evidence-ink'],
  [4.5, 'surface', 'ink soft evidence-ink'],
  [4.5, 'band', 'ink evidence-ink'],
  ...['add-pale', 'read-pale', 'plain-pale'].map((on) => [4.5, on, 'ink'] as const),
  ...['ok', 'violated', 'unknown'].map((name) => [4.5, `${name}-pale`, `ink ${name}`] as const),
  ...['ground', 'surface'].map((on) => [3, on, 'add read plain evidence'] as const),
];

test('texts have a contrast of 4.5, and shapes one of 3, in light and in dark', () => {
  for (const [least, on, colours] of CONTRASTS) {
    for (const colour of colours.split(' ')) {
      for (const scheme of [0, 1] as const) {
        const contrast = computeContrast(PALETTE[colour]?.[scheme] ?? '', PALETTE[on]?.[scheme] ?? '');
        assert.ok(contrast >= least, `${scheme}: ${colour} on ${on}: ${contrast}`);
      }
    }
  }
});

test.run();
