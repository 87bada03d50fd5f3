// A report as one page of HTML that needs nothing else: the question, the answer, what two callers
// saw, and one section for each scenario. It is made of a report and nothing is read, written or
// measured. The same report gives the same bytes.

import { renderDocument } from '../../src/present/document.js';
import { type Html, html } from '../../src/present/html.js';
import { sanitize } from '../../src/present/text.js';
import { dataSection, measuredSection, pageData } from './page-measured.js';
import { flag, outcomesSection, selfTestSection } from './page-outcomes.js';
import { anchorOf, loadChartRenderer, scenarioSection } from './page-section.js';
import { STYLE } from './page-style.js';
import type { Report } from './report.js';
import { unbroken } from './unbroken.js';

const TEXT_COLUMNS = 1_000;

/** Paper shows what the screen folds away. */
const SCRIPT = `let folded = [];
addEventListener('beforeprint', () => {
  folded = [...document.querySelectorAll('details:not([open])')];
  for (const each of folded) each.open = true;
});
addEventListener('afterprint', () => {
  for (const each of folded) each.open = false;
});`;

export async function pageOf(report: Report): Promise<string> {
  const render = await loadChartRenderer();
  return renderDocument({
    title: `${report.question} · two-callers report`,
    style: STYLE,
    script: SCRIPT,
    main: html`${heading(report)}
${report.outcomes === null ? null : outcomesSection(report.outcomes)}
${report.selfTests.map(selfTestSection)}
${contents(report)}
${report.sections.map((section) => scenarioSection(section, render))}
${measuredSection(report)}
${dataSection(report)}`,
    data: pageData(report),
  });
}

function heading(report: Report): Html {
  const { question, headline, answer, notices, environments, sessions } = report;
  const said = (sentences: readonly string[]) =>
    sentences.map((sentence) => html`<p>${unbroken(sanitize(sentence, TEXT_COLUMNS))}</p>`);
  const began = sessions.map(({ startedAt }) => startedAt.slice(0, 10)).sort();
  const days = [...new Set([began[0], began.at(-1)])].filter((day) => day !== undefined);
  const where = environments.map(({ cpu, cores, node }) => {
    return `${cpu}, ${cores === 1 ? '1 core' : `${cores} cores`}, Node.js ${node}`;
  });
  const line = [...new Set(where), days.join(' to ')].filter((word) => word !== '');
  return html`<header>
<p class="kicker">two-callers · what was measured</p>
<h1>${question}</h1>
<div class="said-large">${said(headline)}</div>
<div class="rests">${said(answer)}</div>
<p class="kicker">${sanitize(line.join(' · '), 400)}</p>
${notices.map(({ kind, says }) => flag(kind, says))}
</header>`;
}

function contents({ sections }: Report): Html {
  return html`<nav aria-labelledby="contents"><h2 id="contents">What was measured</h2>
<ol>${sections.map((section) => {
    return html`<li><a href="#${anchorOf(section)}">${sanitize(section.title, 200)}</a>
<code>${sanitize(section.scenario, 60)}</code></li>`;
  })}
<li><a href="#where">Where it was measured</a></li>
<li><a href="#data">The data</a></li></ol></nav>`;
}
