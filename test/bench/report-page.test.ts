// The page of a report, as a text: what it says, that it is whole without anything else, and that
// nothing that stands in a file becomes markup. How it looks in a browser is another file's.

import * as assert from 'uvu/assert';
import type { Section } from '../../bench/report/model.js';
import { pageOf } from '../../bench/report/page.js';
import { reportOf } from '../../bench/report/report.js';
import { unbroken } from '../../bench/report/unbroken.js';
import { parseResults } from '../../bench/runner/results-file.js';
import { assertGolden } from '../support/golden.js';
import { suite } from '../support/suite.js';
import { fixtureResults, MAIN_TABLE, madeReport, madeSection } from './made-reports.js';

/** The page without its data, and without markup. */
function textOf(page: string): string {
  const shown = page.replace(/<(script|style|desc)\b[^>]*>.*?<\/\1>/gs, '');
  return shown.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
}

function dataOf(page: string): string {
  return /<script type="application\/x-ndjson" id="results">(.*?)<\/script>/s.exec(page)?.[1] ?? '';
}

function sectionOf(page: string, name: string): string {
  return new RegExp(`<section id="${name}">.*?</section>`, 's').exec(page)?.[0] ?? '';
}

const pageWith = (change: Partial<Section>) =>
  pageOf(madeReport({ sections: [madeSection(change)] }));

const test = suite('report: page');

test('the fixture makes exactly the page that was looked at', async () => {
  assertGolden('report.html', await pageOf(reportOf(fixtureResults(), 1)));
});

test('the same results and seed give the same bytes', async () => {
  const pages = [await pageOf(madeReport()), await pageOf(madeReport())];
  assert.ok(pages[0] === pages[1]);
});

test('question, answer, outcomes, self-test, contents, sections, machine and data', async () => {
  const page = await pageOf(madeReport());
  const places = [
    ...['<h1>What happens if two people', 'Both are answered and both', 'id="outcomes"'],
    ...['id="self-test"', '<nav', 'id="scenario-dispatch"', 'id="scenario-tail"'],
    ...['id="where"', 'id="data"', 'id="results"'],
  ].map((text) => page.indexOf(text));
  assert.ok(places.every((place) => place > 0));
  assert.equal(
    places,
    places.toSorted((a, b) => a - b),
  );
  for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) {
    assert.match(page, `id="${target}"`);
  }
});

test('a forbidden outcome has a row, and stands out where it was seen', async () => {
  const outcomes = sectionOf(await pageOf(madeReport()), 'outcomes');
  const rowOf = (seen: string) =>
    new RegExp(`<tr class="([^"]*)"><th scope="row"><code>${seen}</code>(.*?)</tr>`, 's').exec(
      outcomes,
    );
  const [, never = '', cells = ''] = rowOf('2;1') ?? [];
  assert.is(never, 'forbidden unseen');
  assert.is(cells.match(/>never</g)?.length, 5);
  const [, seen = '', lost = ''] = rowOf('1,1') ?? [];
  assert.is(seen, 'forbidden');
  assert.match(textOf(lost), 'both hold one number');
  assert.match(textOf(outcomes), /batched, racy ?: violated/);
  assert.match(textOf(outcomes), 'broken on purpose');
  assert.not.match(textOf(outcomes), /inline ?: ok/);
});

test('without asks and self-tests there is no empty place for them', async () => {
  const page = await pageOf(reportOf({ ...fixtureResults(), asks: [], selfTests: [] }, 1));
  assert.is(sectionOf(page, 'outcomes'), '');
  assert.is(sectionOf(page, 'self-test'), '');
});

test('a fault that was missed and a false alarm are seen in the matrix and told', async () => {
  const results = fixtureResults();
  const [first] = results.selfTests;
  assert.ok(first);
  const runs = first.selfTest.runs.map((run) => {
    if (run.outcome === 'caught') return { ...run, outcome: 'missed' as const };
    return run.tally === 'striped' ? { ...run, outcome: 'alarm' as const } : run;
  });
  const selfTests = [
    { ...first, selfTest: { ...first.selfTest, runs, verdict: 'violated' as const } },
  ];
  const bad = sectionOf(await pageOf(reportOf({ ...results, selfTests }, 1)), 'self-test');
  assert.match(textOf(bad), 'violated');
  assert.match(textOf(bad), /5 were missed/);
  assert.match(textOf(bad), /missed: racy in pool, seed 1/);
  assert.match(textOf(bad), /false alarm: striped in inline, seed 1/);
  assert.is(bad.match(/<td class="num wrong">/g)?.length, 9);
  const good = sectionOf(await pageOf(madeReport()), 'self-test');
  assert.not.match(good, 'class="num wrong"');
  assert.match(textOf(good), 'every one was caught');
  assert.match(textOf(good), 'no false alarm');
});

test('what is partial says so at the top and in its section; what is whole does not', async () => {
  const page = await pageOf(madeReport());
  const top = page.slice(0, page.indexOf('</header>'));
  assert.match(textOf(top), /partial .*tail: 9 of 35 runs were made/);
  assert.match(textOf(sectionOf(page, 'scenario-tail')), 'partial 9 of 35 runs were made');
  assert.not.match(sectionOf(page, 'scenario-dispatch'), 'flag partial');
  const results = fixtureResults();
  const asks = results.asks.map((ask) => ({ ...ask, asked: { ...ask.asked, partial: true } }));
  const cut = await pageOf(reportOf({ ...results, asks }, 1));
  assert.match(textOf(cut.slice(0, cut.indexOf('</header>'))), /asking \(inline\): 600 of 600/);
});

test('runs that do not count are shown in their place, each with its reason', async () => {
  const page = await pageOf(madeReport());
  assert.match(
    textOf(sectionOf(page, 'scenario-dispatch')),
    /Some runs do not count\. They are in no chart/,
  );
  assert.match(sectionOf(page, 'scenario-dispatch'), 'took 2.2 times its best');
  const tail = textOf(sectionOf(page, 'scenario-tail'));
  assert.match(tail, 'Some runs do not count.');
  for (const round of [1, 9]) assert.match(tail, `inline + 500 us, round ${round}: the machine`);
  assert.match(tail, 'unavailable threads: it needs Node 22.12');
  assert.not.match(sectionOf(page, 'scenario-tallies'), 'not count');
});

test('two cores are said to be few, and eight are not', async () => {
  const results = fixtureResults();
  const few = 'Two cores shared by generator and service cannot show scaling beyond contention';
  assert.match(await pageOf(reportOf(results, 1)), few);
  const { environments } = reportOf(results, 1);
  const many = environments.map((one) => ({ ...one, cores: 8 }));
  assert.match(await pageOf(madeReport({ environments: many, notices: [] })), '<dd>8</dd>');
  const sessions = results.sessions.map((one) => ({ ...one, cores: 8 }));
  const runs = results.runs.map((one) => ({ ...one, cores: 8 }));
  assert.not.match(
    await pageOf(reportOf({ ...results, sessions, runs }, 1)),
    'cannot show scaling',
  );
});

test('a commit with changed files is explained, a clean one is not', async () => {
  const report = madeReport();
  const [first] = report.environments;
  assert.ok(first);
  const page = await pageOf({ ...report, environments: [{ ...first, commit: 'abc1234+' }] });
  assert.match(page, 'files differed from it');
  assert.not.match(await pageOf(report), 'files differed from it');
});

test('the data are the results: reading them gives the same report again', async () => {
  const report = reportOf(fixtureResults(), 1);
  const page = await pageOf(report);
  const again = reportOf(parseResults(dataOf(page), 'the page'), 1);
  assert.is(again.data, report.data);
  assert.ok((await pageOf(again)) === page);
});

const HOSTILE = '</script><img src=x onerror=alert(1)>"\'&\u202eevil\u0000\u001b[2J\u2028\ud800';

test('whatever stands in a file stays text', async () => {
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
    return { ...run, scenario: HOSTILE, variant: HOSTILE, discardReason: HOSTILE, commit: HOSTILE };
  });
  const sessions = results.sessions.map((one) => {
    return { ...one, command: HOSTILE, startedAt: HOSTILE, cpu: HOSTILE, node: HOSTILE };
  });
  const told = madeSection({
    ...{ scenario: HOSTILE, title: HOSTILE, says: [HOSTILE], how: HOSTILE, changes: HOSTILE },
    ...{ command: HOSTILE, unavailable: [HOSTILE], voids: [HOSTILE], partial: HOSTILE },
    tables: [{ ...MAIN_TABLE, caption: HOSTILE, rows: [MAIN_TABLE.head.map(() => HOSTILE)] }],
    charts: madeSection().charts.map((chart) => {
      const said = { title: HOSTILE, description: HOSTILE, caption: HOSTILE };
      return chart.kind === 'dots'
        ? { ...chart, ...said, rows: chart.rows.map((one) => ({ ...one, label: HOSTILE })) }
        : { ...chart, ...said };
    }),
  });
  const report = reportOf({ sessions, runs, asks, selfTests }, 1);
  const sections = [...report.sections, told];
  const page = await pageOf({ ...report, headline: [HOSTILE], answer: [HOSTILE], sections });
  assert.not.match(page, '<img');
  assert.is(page.match(/<script\b/g)?.length, 2);
  assert.is(page.match(/<\/script>/g)?.length, 2);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there
  assert.not.match(page, /[\u0000-\u0009\u000b-\u001f\u202e\u2028\ud800]/);
});

test('the page loads nothing, and only addresses itself', async () => {
  const page = await pageOf(madeReport());
  assert.not.match(
    page.replace(/xmlns(:\w+)?="[^"]*"/g, ''),
    /\s(?:src|action|data|poster|srcset)\s*=/,
  );
  assert.not.match(page, /\shref="(?!#)/);
  assert.not.match(page, /@import|@font-face|url\((?!#)/);
  assert.match(page, 'content="default-src &#39;none&#39;');
});

test('data that are too long are not carried, and that is said', async () => {
  const page = await pageOf(madeReport({ data: '{"a":"x"}\n'.repeat(2_700_000) }));
  assert.is(dataOf(page), '');
  assert.match(textOf(page), 'The 2,700,000 lines of results are too long for a page to carry');
  assert.not.match(page, 'id="save"');
});

test('an interval, a number with its unit and n stay in one line', () => {
  const text = unbroken('p99 is 281 [241, 506] ms (n = 6), 62 % more than in 2 servers');
  assert.is(
    text.replaceAll('\u00a0', '~'),
    'p99 is 281 [241,~506] ms (n~=~6), 62~% more than in 2 servers',
  );
});

test('a section without charts, tables and words has a place too', async () => {
  const page = await pageWith({ charts: [], tables: [], says: [] });
  assert.not.match(sectionOf(page, 'scenario-dispatch'), '<figure');
  assert.match(sectionOf(page, 'scenario-dispatch'), '<h2>');
});

test.run();
