// A report as one self-contained HTML page: the question, the answer, what callers saw, and each scenario.
// The same report gives the same bytes. Pure, except that it loads the libraries that draw.

import { foreign, type Html, html, type Piece, raw, renderDocument } from '../../src/present/html.js';
import { buildStyle } from '../../src/present/page-style.js';
import { formatCount, formatNumber, sanitize } from '../../src/present/text.js';
import type { ChartImages } from './charts/render-svg.js';
import { SERIES_VARIABLES } from './charts/series-style.js';
import type { Chart, Section } from './model.js';
import {
  renderBareTable,
  renderFlag,
  renderFolded,
  renderList,
  renderOutcomes,
  renderProse,
  renderSelfTest,
  renderTable,
  TEXT_COLUMNS,
} from './page-parts.js';
import type { Report } from './report.js';

const DISCARDED_OPEN_MAX = 3;
const DISCARDED_MAX = 100;

/** Paper shows what the screen folds away. */
const SCRIPT = `let folded = [];
addEventListener('beforeprint', () => {
  folded = [...document.querySelectorAll('details:not([open])')];
  for (const each of folded) each.open = true;
});
addEventListener('afterprint', () => {
  for (const each of folded) each.open = false;
});`;

export async function renderPage(report: Report): Promise<string> {
  const renderChart = await loadChartRenderer();
  return renderDocument({
    title: `${report.question} · two-callers report`,
    style: buildStyle('bench/report/report.css', SERIES_VARIABLES),
    script: SCRIPT,
    main: html`${renderHeading(report)}
${report.outcomes === null ? null : renderOutcomes(report.outcomes)}
${report.selfTests.map(renderSelfTest)}
${renderContents(report)}
${report.sections.map((section) => renderSection(section, renderChart))}
${renderEnvironments(report)}
${renderResults(report)}`,
    data: {
      id: 'results',
      mediaType: 'application/x-ndjson',
      text: isEmbedded(report.data) ? report.data : '',
    },
  });
}

type ChartRenderer = (chart: Chart) => ChartImages;

/** Plot and linkedom take 0.1 s to load, so only a program that makes a page loads them. */
async function loadChartRenderer(): Promise<ChartRenderer> {
  const { parseHTML } = await import('linkedom');
  const { renderChart } = await import('./charts/render-svg.js');
  const { document } = parseHTML('<!doctype html><html></html>');
  return (chart) => renderChart(chart, document);
}

function renderHeading(report: Report): Html {
  const { question, headline, answer, notices, environments, sessions } = report;
  const paragraphs = (texts: readonly string[]) => texts.map((text) => html`<p>${renderProse(text)}</p>`);
  const dates = sessions.map(({ startedAt }) => startedAt.slice(0, 10)).sort();
  const days = [...new Set([dates[0], dates.at(-1)])].filter((day) => day !== undefined);
  const machines = environments.map(({ cpu, cores, node }) => {
    return `${cpu}, ${formatCount(cores, 'core')}, Node.js ${node}`;
  });
  const line = [...new Set(machines), days.join(' to ')].filter((part) => part !== '');
  return html`<header>
<p class="kicker">two-callers · benchmark report</p>
<h1>${question}</h1>
<div class="headline">${paragraphs(headline)}</div>
<div class="answer">${paragraphs(answer)}</div>
<p class="kicker">${sanitize(line.join(' · '), 400)}</p>
${notices.map(({ kind, says }) => renderFlag(kind, says))}
</header>`;
}

function renderContents({ sections }: Report): Html {
  return html`<nav aria-labelledby="contents"><h2 id="contents">Contents</h2>
<ol>${sections.map((section) => {
    return html`<li><a href="#${createAnchor(section)}">${sanitize(section.title, 200)}</a>
<code>${sanitize(section.scenario, 60)}</code></li>`;
  })}
<li><a href="#where">Where it was measured</a></li>
<li><a href="#data">The data</a></li></ol></nav>`;
}

/** The name may come from a file. */
function createAnchor({ scenario }: Section): string {
  return `scenario-${scenario.replace(/[^\w-]+/g, '-').slice(0, 60)}`;
}

function renderSection(section: Section, renderChart: ChartRenderer): Html {
  const { scenario, title, says, charts, tables, unavailable, partial } = section;
  const [main, ...more] = tables;
  return html`
<section id="${createAnchor(section)}"><p class="kicker"><code>${sanitize(scenario, 60)}</code></p>
<h2>${sanitize(title, 200)}</h2>
${says.map((text) => html`<p class="says">${renderProse(text)}</p>`)}
${renderFlag('partial', partial)}${unavailable.map((why) => renderFlag('unavailable', why))}
${charts.map((chart) => renderFigure(chart, renderChart(chart)))}
${main === undefined ? null : renderTable(main)}
${more.map((table) => renderFolded(table.caption, renderBareTable(table)))}
${renderDiscarded(section)}
${renderMethod(section)}
</section>`;
}

function renderFigure(chart: Chart, { wide, narrow, omitted }: ChartImages): Html {
  const caption = renderProse(`${chart.caption} ${omitted}`.trim());
  return html`<figure id="${chart.id}"><p class="chart">${sanitize(chart.title, 200)}</p>
<div class="wide">${raw(wide)}</div><div class="narrow">${raw(narrow)}</div>
<figcaption>${caption}</figcaption></figure>`;
}

function renderDiscarded({ voids: discarded }: Section): Html | null {
  if (discarded.length === 0) return null;
  const shown = discarded.slice(0, DISCARDED_MAX);
  const more = discarded.length - shown.length;
  const rest = more === 0 ? [] : [`and ${formatCount(more, 'reason')} more, in the data`];
  const list = renderList([...shown, ...rest]);
  const isOpen = discarded.length <= DISCARDED_OPEN_MAX;
  return html`<div class="said discarded"><p><strong>Some runs are discarded.</strong>
No chart and no table includes them.</p>
${isOpen ? list : renderFolded('The runs and the reasons', list)}</div>`;
}

function renderMethod({ how, changes, command }: Section): Html {
  const list = html`<dl class="how"><dt>How it was measured</dt><dd>${sanitize(how, TEXT_COLUMNS)}</dd>
<dt>What would change the result</dt><dd>${sanitize(changes, TEXT_COLUMNS)}</dd>
<dt>How to repeat it</dt><dd><pre tabindex="0"><code dir="ltr">${command}</code></pre></dd></dl>`;
  return renderFolded('Method, limits, and the command that repeats it', list);
}

const SESSIONS_MAX = 50;
const NAMES_MAX = 40;
/** Browsers open a larger page slowly or not at all. */
const DATA_CHARS_MAX = 24 * 1024 * 1024;

function renderEnvironments({ environments, sessions, seed }: Report): Html {
  const isChanged = environments.some(({ commit }) => commit.endsWith('+'));
  const note = html`<p class="note">A <code>+</code> after a commit: the files had changes that were
not committed, so the commit alone does not reproduce these numbers.</p>`;
  return html`<section id="where"><h2>Where it was measured</h2>
<div class="machines">${environments.map(renderEnvironment)}</div>
${isChanged ? note : null}
${renderSessions(sessions)}
<p class="note">The bootstrap intervals use seed ${String(seed)}: the same file and the same seed
give the same page.</p></section>`;
}

function renderEnvironment(environment: Report['environments'][number]): Html {
  const { cpu, cores, node, commit, os, versions, scenarios } = environment;
  const packages = Object.entries(versions).slice(0, NAMES_MAX);
  const facts: readonly (readonly [name: string, value: Piece])[] = [
    ['machine', foreign(cpu)],
    ['cores', formatNumber(cores)],
    ['Node.js', foreign(node)],
    ['system', foreign(os)],
    ['packages', foreign(packages.map(([name, version]) => `${name} ${version}`).join(', '))],
    ['commit', html`<code>${foreign(commit, 60)}</code>`],
    ['scenarios', foreign(scenarios.slice(0, NAMES_MAX).join(', '), 600)],
  ];
  return html`<dl class="rows">${facts.map(([name, value]) => {
    return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
  })}</dl>`;
}

function renderSessions(sessions: Report['sessions']): Html | null {
  if (sessions.length === 0) return null;
  const shown = sessions.slice(0, SESSIONS_MAX);
  const rows = shown.map(({ startedAt, scenarios, plan, seed }) => {
    return [startedAt, scenarios.slice(0, NAMES_MAX).join(', '), plan, seed];
  });
  const head = ['start, UTC', 'scenarios', 'plan', 'seed'];
  const more = sessions.length - shown.length;
  const caption = more === 0 ? 'Sessions' : `Sessions; the data hold ${formatNumber(more)} more`;
  const commands = [...new Set(shown.map(({ command }) => sanitize(command, 1_000)))];
  return html`${renderTable({ caption, head, rows, numeric: [3] })}
<p>The commands:</p><pre tabindex="0"><code dir="ltr">${raw(
    commands.map((command) => html`${command}`.markup).join('\n'),
  )}</code></pre>`;
}

function renderResults({ data }: Report): Html {
  const lines = formatNumber(data.split('\n').length - 1);
  const text = isEmbedded(data)
    ? html`This page carries all ${lines} lines of its results.
<a id="save" class="save" download="results.ndjson" hidden>Save them as results.ndjson</a>`
    : html`The ${lines} lines of results are too long for a page: keep their file.`;
  return html`<section id="data"><h2>The data</h2><p>${text}</p>
<p class="note">This command makes the page again, also with another <code>--seed</code>:</p>
<pre tabindex="0"><code>npx two-callers report results.ndjson --html report.html</code></pre>
</section>`;
}

function isEmbedded(data: string): boolean {
  return data.length <= DATA_CHARS_MAX;
}
