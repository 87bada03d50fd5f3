// A report as one HTML page that needs no other file: the question, the answer, what two callers
// saw, and a section for each scenario. The same report gives the same bytes. Pure, but for loading
// the libraries that draw.

import { renderDocument } from '../../src/present/document.js';
import { type Html, html, raw } from '../../src/present/html.js';
import { formatCount, sanitize } from '../../src/present/text.js';
import type { ChartImages } from './charts/render-svg.js';
import type { Chart, Section } from './model.js';
import { renderOutcomes, renderSelfTest } from './page-outcomes.js';
import {
  renderBareTable,
  renderFlag,
  renderFolded,
  renderList,
  renderProse,
  renderTable,
  TEXT_COLUMNS,
} from './page-parts.js';
import { collectPageData, renderEnvironments, renderResults } from './page-provenance.js';
import { STYLE } from './page-style.js';
import type { Report } from './report.js';

/** The page folds away a longer list of discarded runs. */
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
    style: STYLE,
    script: SCRIPT,
    main: html`${renderHeading(report)}
${report.outcomes === null ? null : renderOutcomes(report.outcomes)}
${report.selfTests.map(renderSelfTest)}
${renderContents(report)}
${report.sections.map((section) => renderSection(section, renderChart))}
${renderEnvironments(report)}
${renderResults(report)}`,
    data: collectPageData(report),
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

/** The style shows the picture that fits the screen. */
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
