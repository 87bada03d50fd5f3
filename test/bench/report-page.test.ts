// The page of a report as text: its parts and their data, that it needs no other file, and that no
// text from a file becomes markup. The browser test sees how it looks; the golden file keeps its words.

import { parseHTML } from 'linkedom';
import * as assert from 'uvu/assert';
import type { Section } from '../../bench/report/model.js';
import { renderPage } from '../../bench/report/page.js';
import { renderProse } from '../../bench/report/page-parts.js';
import { buildReport, type Report } from '../../bench/report/report.js';
import { parseResults } from '../../bench/runner/results-file.js';
import { assertGolden } from '../support/golden.js';
import { suite } from '../support/suite.js';
import { fixtureResults, MAIN_TABLE, madeReport, madeSection } from './made-reports.js';

interface Node {
  readonly id: string;
  readonly className: string;
  readonly textContent: string;
  readonly tagName: string;
  querySelector(selector: string): Node | null;
  querySelectorAll(selector: string): Iterable<Node>;
}

async function open(report: Report): Promise<Node> {
  return parseHTML(await renderPage(report)).document as unknown as Node;
}

const openWith = (change: Partial<Section>) => open(madeReport({ sections: [madeSection(change)] }));
const countMatches = (node: Node, selector: string) => [...node.querySelectorAll(selector)].length;
const readText = (node: Node, selector: string) =>
  node.querySelector(selector)?.textContent.replace(/\s+/g, ' ') ?? '';

function getData(page: string): string {
  return /<script type="application\/x-ndjson" id="results">(.*?)<\/script>/s.exec(page)?.[1] ?? '';
}

const test = suite('report: page');

test('the fixture makes exactly the page of the golden file', async () => {
  assertGolden('report.html', await renderPage(buildReport(fixtureResults(), 1)));
});

test('the same results and seed give the same bytes', async () => {
  const pages = [await renderPage(madeReport()), await renderPage(madeReport())];
  assert.ok(pages[0] === pages[1]);
});

test('question, answer, outcomes, self-test, contents, sections, machine and data', async () => {
  const page = await open(madeReport());
  const order = [
    ...['h1', '.headline', '.answer', '#outcomes', '#self-test', 'nav', '#scenario-dispatch'],
    ...['#scenario-tail', '#where', '#data', '#results'],
  ];
  const all = [...page.querySelectorAll('*')];
  const places = order.map((selector) => all.indexOf(page.querySelector(selector) as Node));
  assert.ok(places.every((place) => place > 0));
  assert.equal(
    places,
    places.toSorted((a, b) => a - b),
  );
  const ids = new Set(all.map(({ id }) => `#${id}`));
  const links = [...(await renderPage(madeReport())).matchAll(/href="(#[^"]+)"/g)];
  assert.ok(links.length > 0 && links.every(([, target = '']) => ids.has(target)));
});

test('a forbidden outcome has a row, and a class of its own where a pair showed it', async () => {
  const page = await open(madeReport());
  const findRow = (seen: string) =>
    [...page.querySelectorAll('#outcomes tr')].find((row) => readText(row, 'th code') === seen);
  const unseen = findRow('2;1');
  assert.is(unseen?.className, 'forbidden unseen');
  assert.is(unseen && countMatches(unseen, 'td.none'), 5);
  const lost = findRow('1,1');
  assert.is(lost?.className, 'forbidden');
  assert.match(lost ? readText(lost, 'td b') : '', '%');
  // Only the topology that failed has a note, and it names the seeded fault.
  const notes = [...page.querySelectorAll('#outcomes .said')];
  assert.equal(
    notes.map(({ className, textContent }) => [className, /racy/.test(textContent)]),
    [['said violated', true]],
  );
  assert.match(notes[0]?.textContent ?? '', 'seeded fault');
});

test('without pair tests and self-tests the page has no empty place for them', async () => {
  const page = await open(buildReport({ ...fixtureResults(), asks: [], selfTests: [] }, 1));
  assert.is(countMatches(page, '#outcomes, #self-test'), 0);
});

test('the matrix shows a missed fault and a false alarm, and lists each wrong run', async () => {
  const results = fixtureResults();
  const [first] = results.selfTests;
  assert.ok(first);
  const runs = first.selfTest.runs.map((run) => {
    if (run.outcome === 'caught') return { ...run, outcome: 'missed' as const };
    return run.tally === 'striped' ? { ...run, outcome: 'alarm' as const } : run;
  });
  const selfTest = { ...first.selfTest, runs, verdict: 'violated' as const };
  const bad = await open(buildReport({ ...results, selfTests: [{ ...first, selfTest }] }, 1));
  assert.is(countMatches(bad, '#self-test .verdict.violated'), 1);
  assert.is(countMatches(bad, '#self-test td.wrong'), 9);
  const wrong = readText(bad, '#self-test .said ul');
  assert.match(wrong, /missed: racy in pool, seed 1/);
  assert.match(wrong, /false alarm: striped in inline, seed 1/);
  const good = await open(madeReport());
  assert.is(countMatches(good, '#self-test td.wrong, #self-test .said'), 0);
  assert.is(countMatches(good, '#self-test .verdict.ok'), 1);
});

test('a partial measurement has a flag at the top and in its section; a full one has none', async () => {
  const page = await open(madeReport());
  assert.match(readText(page, 'header .flag.partial'), 'tail: 9 of 35 runs');
  assert.match(readText(page, '#scenario-tail .flag.partial'), '9 of 35 runs');
  assert.is(countMatches(page, '#scenario-dispatch .flag.partial'), 0);
  const results = fixtureResults();
  const asks = results.asks.map((ask) => ({ ...ask, asked: { ...ask.asked, partial: true } }));
  const cut = await open(buildReport({ ...results, asks }, 1));
  assert.match(readText(cut, 'header .flag.partial'), /\(inline\): 600 of 600/);
});

test('each section lists its discarded runs with their reasons', async () => {
  const page = await open(madeReport());
  assert.match(readText(page, '#scenario-dispatch .discarded li'), 'took 2.2 times its best');
  const tail = readText(page, '#scenario-tail .discarded ul');
  for (const round of [1, 9]) assert.match(tail, `inline + 500 us, round ${round}: the machine`);
  assert.match(readText(page, '#scenario-tail .flag.unavailable'), 'threads: it needs Node 22.12');
  assert.is(countMatches(page, '#scenario-tallies .discarded'), 0);
});

test('a note names two cores as too few to scale, and eight cores have none', async () => {
  const results = fixtureResults();
  assert.is(countMatches(await open(buildReport(results, 1)), 'header .flag.cores'), 1);
  const sessions = results.sessions.map((one) => ({ ...one, cores: 8 }));
  const runs = results.runs.map((one) => ({ ...one, cores: 8 }));
  const many = await open(buildReport({ ...results, sessions, runs }, 1));
  assert.is(countMatches(many, 'header .flag.cores'), 0);
  assert.match(readText(many, '#where .rows'), 'cores8');
});

test('the page explains a commit with changed files, and adds nothing to a clean one', async () => {
  const report = madeReport();
  const [first] = report.environments;
  assert.ok(first);
  const changed = await open({ ...report, environments: [{ ...first, commit: 'abc1234+' }] });
  const count = (page: Node) => countMatches(page, '#where .note');
  assert.is(count(changed), count(await open(report)) + 1);
});

test('the data are the results: reading them gives the same report again', async () => {
  const report = buildReport(fixtureResults(), 1);
  const page = await renderPage(report);
  const again = buildReport(parseResults(getData(page), 'the page'), 1);
  assert.is(again.data, report.data);
  assert.ok((await renderPage(again)) === page);
});

const HOSTILE = '</script><img src=x onerror=alert(1)>"\'&\u202eevil\u0000\u001b[2J\u2028\ud800';

test('a text from a file stays text', async () => {
  const results = fixtureResults();
  const row = { kind: 'same', seen: HOSTILE, samples: 3, grade: 'forbidden', meaning: HOSTILE };
  const asks = results.asks.map((ask) => ({
    ...{ ...ask, topology: HOSTILE, tally: HOSTILE },
    asked: {
      ...ask.asked,
      ...{ answer: HOSTILE, verdict: 'violated' as const },
      outcomes: [{ ...row, evidence: [HOSTILE] }] as typeof ask.asked.outcomes,
    },
  }));
  const selfTests = results.selfTests.map((one) => {
    const runs = one.selfTest.runs.map((run) => ({
      ...{ ...run, outcome: 'missed' as const, answer: HOSTILE },
      ...{ tally: HOSTILE as typeof run.tally, topology: HOSTILE as typeof run.topology },
    }));
    return { ...one, selfTest: { ...one.selfTest, runs } };
  });
  const runs = results.runs.map((run) => {
    return { ...run, scenario: HOSTILE, variant: HOSTILE, discarded: HOSTILE, commit: HOSTILE };
  });
  const sessions = results.sessions.map((one) => {
    return { ...one, command: HOSTILE, startedAt: HOSTILE, cpu: HOSTILE, node: HOSTILE };
  });
  const section = madeSection({
    ...{ scenario: HOSTILE, title: HOSTILE, says: [HOSTILE], how: HOSTILE, changes: HOSTILE },
    ...{ command: HOSTILE, unavailable: [HOSTILE], voids: [HOSTILE], partial: HOSTILE },
    tables: [{ ...MAIN_TABLE, caption: HOSTILE, rows: [MAIN_TABLE.head.map(() => HOSTILE)] }],
    charts: madeSection().charts.map((chart) => {
      const texts = { title: HOSTILE, description: HOSTILE, caption: HOSTILE };
      return chart.kind === 'dots'
        ? { ...chart, ...texts, rows: chart.rows.map((one) => ({ ...one, label: HOSTILE })) }
        : { ...chart, ...texts };
    }),
  });
  const report = buildReport({ sessions, runs, asks, selfTests }, 1);
  const sections = [...report.sections, section];
  const page = await renderPage({ ...report, headline: [HOSTILE], answer: [HOSTILE], sections });
  assert.not.match(page, '<img');
  assert.is(page.match(/<script\b/g)?.length, 2);
  assert.is(page.match(/<\/script>/g)?.length, 2);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there
  assert.not.match(page, /[\u0000-\u0009\u000b-\u001f\u202e\u2028\ud800]/);
});

test('the page loads nothing, and links only to itself', async () => {
  const page = await renderPage(madeReport());
  assert.not.match(page, /\s(?:src|action|data|poster|srcset)\s*=/);
  assert.not.match(page, /\shref="(?!#)/);
  assert.not.match(page, /@import|@font-face|url\((?!#)/);
  assert.match(page, 'content="default-src &#39;none&#39;');
});

test('a page does not carry data that are too long, and names their length', async () => {
  const report = madeReport({ data: '{"a":"x"}\n'.repeat(2_700_000) });
  const page = await renderPage(report);
  assert.is(getData(page), '');
  assert.match(page, '2,700,000 lines');
  assert.not.match(page, 'id="save"');
});

test('an interval, a number with its unit and n stay on one line', () => {
  const text = renderProse('p99 is 281 [241, 506] ms (n = 6), 62 % more than in 2 servers');
  assert.is(text.replaceAll('\u00a0', '~'), 'p99 is 281 [241,~506] ms (n~=~6), 62~% more than in 2 servers');
});

test('a section without charts, tables and sentences has its place too', async () => {
  const page = await openWith({ charts: [], tables: [], says: [] });
  assert.is(countMatches(page, '#scenario-dispatch figure'), 0);
  assert.is(countMatches(page, '#scenario-dispatch h2'), 1);
});

test.run();
