// The page of a check, as a text: what it says, that it is whole without anything else, and that
// nothing a service answers becomes markup. How it looks in a browser is another file's.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as assert from 'uvu/assert';
import type { CheckRun } from '../../src/checker/driver/check-run.js';
import { CONDITIONS, type Condition, type Finding } from '../../src/checker/judgement.js';
import { pageOf } from '../../src/checker/report/page.js';
import { PALETTES } from '../../src/present/page-style.js';
import { suite } from '../support/suite.js';
import { PLANTED } from './planted-runs.js';
import { foundIn, honestRun } from './runs.js';

const GOLDEN = join(import.meta.dirname, '../../../test/fixtures/check/page.html');
const CONDITION_NAMES = Object.keys(PLANTED) as (keyof typeof PLANTED)[];

function findingOf(condition: Condition, part: Partial<Finding>): Finding {
  const none = { cell: null, count: 1, adds: [], reads: [], text: 'something happened' } as const;
  return { condition, verdict: 'violated', ...none, ...part };
}

/** The page without its data, and without markup. */
function textOf(page: string): string {
  const shown = page.replace(/<(script|style|desc)\b[^>]*>.*?<\/\1>/gs, '');
  return shown.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
}

function dataOf(page: string): Record<string, unknown> {
  const [, json = ''] =
    /<script type="application\/json" id="run">(.*?)<\/script>/s.exec(page) ?? [];
  return JSON.parse(json);
}

/** The mark of a condition in the list of all. */
function markOf(page: string, condition: Condition): string | undefined {
  return new RegExp(`<li class="(\\w+)">(?:(?!<li).)*<code>${condition}</code>`, 's').exec(
    page,
  )?.[1];
}

const test = suite('check: page');

test('a small run makes exactly the page that was looked at', () => {
  const page = pageOf(PLANTED['duplicate-ticket']({ callers: 3, requests: 30 }));
  if (process.env.TWO_CALLERS_UPDATE === '1') {
    mkdirSync(dirname(GOLDEN), { recursive: true });
    writeFileSync(GOLDEN, page);
  }
  const how = 'look at both in a browser; if the new one is right: TWO_CALLERS_UPDATE=1';
  assert.ok(readFileSync(GOLDEN, 'utf8') === page, `${GOLDEN} differs: ${how} and run this again`);
});

for (const condition of CONDITION_NAMES) {
  test(`${condition}: the page says what it means, shows it, and names the operations`, () => {
    const run = PLANTED[condition]();
    const page = pageOf(run);
    const text = textOf(page);
    const [finding] = run.judgement.findings;
    const meaning = CONDITIONS[condition];
    assert.ok(page.includes(`<h2>${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}</h2>`));
    assert.ok(text.toLowerCase().includes(finding?.text.toLowerCase() ?? 'no finding'));
    assert.match(page, '<figure class="timeline">');
    assert.is(
      page.includes('<figure class="balance">'),
      ['lost-update', 'overcount'].includes(condition),
    );
    for (const index of finding?.adds ?? [])
      assert.match(page, `<td role="cell" data-label="operation">add ${index}</td>`);
    for (const index of finding?.reads ?? [])
      assert.match(page, `data-label="operation">read ${index}</td>`);
    assert.is(markOf(page, condition), 'failed');
    assert.match(page, '<div class="answer violated">');
  });
}

test('a ticket held twice is seen on both adds, with what each was answered', () => {
  const run = PLANTED['duplicate-ticket']();
  const [finding] = run.judgement.findings;
  const ticket = run.history.adds[finding?.adds[0] ?? 0]?.ticket;
  const page = pageOf(run);
  const wide = /<div class="wide">(.*?)<\/div>/s.exec(page)?.[1] ?? '';
  const tickets = wide.match(new RegExp(`class="got">${ticket?.cell}:${ticket?.value}<`, 'g'));
  assert.is(tickets?.length, 2);
  assert.is(page.match(/data-label="answer">ok, 200</g)?.length, 2);
  assert.match(textOf(page), /were under way together for [\d.]+ ms/);
  assert.match(textOf(page), '16 more failures of this kind.');
});

test('an honest run shows what overlapped, and every condition held', () => {
  const page = pageOf(honestRun());
  assert.match(page, '<h2>What overlapped</h2>');
  assert.match(textOf(page), /At one moment of it \d requests were under way/);
  for (const condition of CONDITION_NAMES) assert.is(markOf(page, condition), 'held');
});

test('what could not be looked at does not count as held', () => {
  const run = honestRun();
  for (const add of run.history.adds) add.ticket = null;
  const page = pageOf(foundIn(run, []));
  assert.is(markOf(page, 'ticket-gap'), 'untested');
  assert.is(markOf(page, 'stale-read'), 'held');
  const silent = { ...run.judgement, verdict: 'unknown' } as const;
  const unjudged = pageOf({ ...run, judgement: silent, verdict: 'unknown' });
  for (const condition of CONDITION_NAMES) assert.is(markOf(unjudged, condition), 'untested');
});

test('a finding that somebody else would explain is open, not a violation', () => {
  const finding = findingOf('ticket-gap', { verdict: 'unknown', adds: [40] });
  const page = pageOf(foundIn(honestRun(), [finding]));
  assert.is(markOf(page, 'ticket-gap'), 'open');
  assert.match(textOf(page), 'Somebody else who added to this counter would explain it.');
  assert.match(page, '<div class="answer unknown">');
});

test('a run that was stopped says so', () => {
  assert.match(pageOf({ ...honestRun(), partial: true }), '<strong>partial</strong>');
  assert.not.match(pageOf(honestRun()), '<strong>partial</strong>');
});

test('a history without a single operation has a page too', () => {
  const run = honestRun();
  const empty = {
    ...foundIn({ ...run, history: { adds: [], reads: [] } }, []),
    verdict: 'unknown',
  };
  const page = pageOf(empty as CheckRun);
  assert.not.match(page, '<figure');
  assert.match(page, '<div class="answer unknown">');
  const broken = honestRun();
  for (const add of broken.history.adds) add.endMs = Number.NaN;
  assert.match(pageOf(broken), '</html>');
});

const HOSTILE = '</script><img src=x onerror=alert(1)>"\'&\u202eevil\u0000\u001b[2J\u2028\ud800';

test('whatever a service says stays text', () => {
  const run = honestRun();
  for (const add of run.history.adds) {
    const ticket = { cell: HOSTILE, value: add.ticket?.value ?? 1 };
    Object.assign(add, { name: HOSTILE, error: HOSTILE, ticket });
  }
  const finding = findingOf('duplicate-ticket', {
    text: HOSTILE,
    cell: HOSTILE,
    adds: [40, 41],
    reads: [3],
  });
  const found = foundIn(run, [finding, { ...finding, condition: 'lost-update' }]);
  const asked = { method: HOSTILE, path: HOSTILE };
  const target = { ...run.target, origin: HOSTILE, add: asked, read: asked, sum: HOSTILE };
  const said = { answer: HOSTILE, remarks: [HOSTILE], startedAt: HOSTILE };
  const fields = [HOSTILE, HOSTILE, HOSTILE, HOSTILE];
  const model = { ...run.model, fields };
  const ticket = { header: HOSTILE, isRequired: true };
  const page = pageOf({ ...found, ...said, model, target: { ...target, fields, ticket } });
  assert.not.match(page, '<img');
  assert.is(page.match(/<script\b/g)?.length, 2);
  assert.is(page.match(/<\/script>/g)?.length, 2);
  assert.not.match(page, /onerror=alert\(1\)>(?!&|\\)[^"]*"\s/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there
  assert.not.match(page, /[\u0000-\u0009\u000b-\u001f\u202e\u2028\ud800]/);
  assert.ok(dataOf(page).answer);
});

test('every figure has a text alternative of its own', () => {
  for (const condition of CONDITION_NAMES) {
    const page = pageOf(PLANTED[condition]());
    const figures = page.match(/<svg (?!aria-hidden)[^>]*>/g) ?? [];
    assert.ok(figures.length >= 2);
    for (const svg of figures) {
      const [, title = '', desc = ''] = /role="img" aria-labelledby="(\S+) (\S+)"/.exec(svg) ?? [];
      assert.match(page, new RegExp(`<title id="${title}">[^<]{10,}</title>`));
      assert.match(page, new RegExp(`<desc id="${desc}">[^<]{10,}</desc>`));
    }
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    assert.is(new Set(ids).size, ids.length, 'an id stands twice');
  }
});

test('the page loads nothing', () => {
  const page = pageOf(PLANTED['lost-update']());
  assert.not.match(page, /\s(?:src|href|action|data|poster|srcset)\s*=/);
  assert.not.match(page, /@import|@font-face|url\((?!#)/);
  assert.match(page, /content="default-src &#39;none&#39;|content="default-src 'none'/);
});

test('the values of header fields, which may be secrets, are nowhere', () => {
  const run = honestRun();
  const headers = { authorization: 'Bearer geheim-4711' };
  const page = pageOf({
    ...run,
    target: { ...run.target, headers, givenHeaders: ['authorization'] },
  });
  assert.not.match(page, 'geheim');
  assert.match(page, 'authorization');
});

test('the data holds the findings and their operations, and nothing of the rest', () => {
  const run = PLANTED['stale-read']();
  const data = dataOf(pageOf(run));
  const [finding] = run.judgement.findings;
  const indexes = (value: unknown) => (value as { index: number }[]).map(({ index }) => index);
  assert.equal(data.findings, [finding]);
  assert.equal(indexes(data.adds), finding?.adds);
  assert.equal(indexes(data.reads), finding?.reads);
});

test('a long run, a long text and many findings make no large page', () => {
  const run = honestRun({ callers: 64, requests: 100_000, meanMs: 0.4, readEveryMs: 1 });
  const findings = CONDITION_NAMES.flatMap((condition) =>
    Array.from({ length: 30 }, (_, at) => {
      const adds = [at * 1000, at * 1000 + 50_000, at * 1000 + 50_003];
      return findingOf(condition, { adds, reads: [at * 3], text: 'x'.repeat(100_000) });
    }),
  );
  const cells = Array.from({ length: 5000 }, (_, at) => `${at}${'y'.repeat(500)}`);
  const found = foundIn(run, findings, { 'duplicate-ticket': 12_345 });
  const { facts } = found.judgement;
  const judgement = { ...found.judgement, facts: { ...facts, cells } };
  const remarks = Array.from({ length: 500 }, () => 'z'.repeat(10_000));
  const page = pageOf({ ...found, judgement, remarks, answer: 'a'.repeat(1_000_000) });
  assert.ok(page.length < 600_000, `${page.length} characters`);
  assert.match(textOf(page), '12,341 more failures of this kind.');
});

function luminance(colour: string): number {
  const parts = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255);
  const [r = 0, g = 0, b = 0] = parts.map((part) =>
    part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

test('texts have a contrast of 4.5, and shapes one of 3, in light and in dark', () => {
  for (const [name, palette] of Object.entries(PALETTES)) {
    const contrast = (one: string, other: string) => {
      const [a, b] = [luminance(palette[one] ?? ''), luminance(palette[other] ?? '')];
      return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    };
    const enough = (least: number, pairs: string) => {
      for (const pair of pairs.split(', ')) {
        const [one = '', other = ''] = pair.split(' on ');
        assert.ok(contrast(one, other) >= least, `${name}: ${pair}: ${contrast(one, other)}`);
      }
    };
    enough(4.5, 'ink on ground, ink on surface, soft on ground, soft on surface, link on ground');
    enough(4.5, 'ink on add-pale, ink on read-pale, ink on plain-pale, ink on band');
    enough(4.5, 'evidence-ink on surface, evidence-ink on ground, evidence-ink on band');
    enough(4.5, 'ok on ok-pale, violated on violated-pale, unknown on unknown-pale');
    enough(4.5, 'ink on ok-pale, ink on violated-pale, ink on unknown-pale');
    enough(3, 'add on surface, read on surface, plain on surface, evidence on surface');
    enough(3, 'add on ground, read on ground, plain on ground, evidence on ground');
  }
});

test.run();
