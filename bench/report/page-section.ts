// One scenario on the page: the question, what came out, its charts and tables, what does not
// count, and how to measure it again. Every chart is drawn twice, and the style shows the one that
// fits the screen. Drawing a chart waits for the library that draws; nothing else does.

import { type Html, html, raw } from '../../src/present/html.js';
import { formatCount, sanitize } from '../../src/present/text.js';
import type { ChartImages } from './charts/render-svg.js';
import type { Chart, Section } from './model.js';
import { flag, listOf } from './page-outcomes.js';
import { bareTable, tableOf } from './page-table.js';
import { unbroken } from './unbroken.js';

const TEXT_COLUMNS = 2_000;
/** More than these are folded away. */
const VOIDS_OPEN_MAX = 3;
const VOIDS_MAX = 100;

/** An address inside the page; the name may come from a file. */
export function anchorOf({ scenario }: Section): string {
  return `scenario-${scenario.replace(/[^\w-]+/g, '-').slice(0, 60)}`;
}

/** Loads the libraries that draw; no other part of the program does. */
export async function loadChartRenderer(): Promise<(chart: Chart) => ChartImages> {
  const { parseHTML } = await import('linkedom');
  const { renderChart } = await import('./charts/render-svg.js');
  const { document } = parseHTML('<!doctype html><html></html>');
  return (chart) => renderChart(chart, document);
}

export function scenarioSection(section: Section, render: (chart: Chart) => ChartImages): Html {
  const { scenario, title, says, charts, tables, unavailable, partial } = section;
  const [main, ...more] = tables;
  return html`
<section id="${anchorOf(section)}"><p class="kicker"><code>${sanitize(scenario, 60)}</code></p>
<h2>${sanitize(title, 200)}</h2>
${says.map((text) => html`<p class="says">${unbroken(sanitize(text, TEXT_COLUMNS))}</p>`)}
${flag('partial', partial)}${unavailable.map((reason) => flag('unavailable', reason))}
${charts.map((chart) => showFigure(chart, render(chart)))}
${main === undefined ? null : tableOf(main)}
${more.map((table) => folded(table.caption, bareTable(table)))}
${voidsOf(section)}
${howOf(section)}
</section>`;
}

function showFigure(chart: Chart, { wide, narrow, omitted }: ChartImages): Html {
  const caption = unbroken(sanitize(`${chart.caption} ${omitted}`.trim(), TEXT_COLUMNS));
  return html`<figure id="${chart.id}"><p class="chart">${sanitize(chart.title, 200)}</p>
<div class="wide">${raw(wide)}</div><div class="narrow">${raw(narrow)}</div>
<figcaption>${caption}</figcaption></figure>`;
}

function folded(summary: string, content: Html): Html {
  return html`<details><summary>${sanitize(summary, 200)}</summary>${content}</details>`;
}

/** Shown where they are missing: a reader who counts the runs must find them. */
function voidsOf({ voids }: Section): Html | null {
  if (voids.length === 0) return null;
  const shown = voids.slice(0, VOIDS_MAX);
  const more = voids.length - shown.length;
  const rest = more === 0 ? [] : [`and ${formatCount(more, 'reason')} more: they are in the data`];
  const list = listOf([...shown, ...rest]);
  const says = 'They are in no chart and no table.';
  return html`<div class="said void"><p><strong>Some runs do not count.</strong> ${says}</p>
${voids.length <= VOIDS_OPEN_MAX ? list : folded('Which, and why', list)}</div>`;
}

function howOf({ how, changes, command }: Section): Html {
  return folded(
    'How it was measured, what would change it, and how to repeat it',
    html`<dl class="how"><dt>How it was measured</dt><dd>${sanitize(how, TEXT_COLUMNS)}</dd>
<dt>What would change it</dt><dd>${sanitize(changes, TEXT_COLUMNS)}</dd>
<dt>To repeat it</dt><dd><pre tabindex="0"><code dir="ltr">${command}</code></pre></dd></dl>`,
  );
}
