// The end of the page: on which machine and by which versions it was measured, when, and with which
// seeds; and the results themselves, to be saved. Pure.

import type { EmbeddedData } from '../../src/present/document.js';
import { foreign, type Html, html, type Piece, raw } from '../../src/present/html.js';
import { formatNumber, sanitize } from '../../src/present/text.js';
import { tableOf } from './page-table.js';
import type { Report } from './report.js';

const SESSIONS_MAX = 50;
const NAMES_MAX = 40;
/** A page of more than this no browser opens with pleasure. */
const DATA_CHARS_MAX = 24 * 1024 * 1024;

export function measuredSection({ environments, sessions, seed }: Report): Html {
  const isChanged = environments.some(({ commit }) => commit.endsWith('+'));
  return html`<section id="where"><h2>Where it was measured</h2>
<div class="machines">${environments.map(machineOf)}</div>
${
  isChanged
    ? html`<p class="note">A commit with a <code>+</code>: files differed from it, so it alone does
not give these numbers again.</p>`
    : null
}
${sessionsOf(sessions)}
<p class="note">Intervals are drawn with seed ${String(seed)}: the same file and the same seed make
the same page.</p></section>`;
}

type Row = readonly [name: string, value: Piece];

function machineOf(environment: Report['environments'][number]): Html {
  const { cpu, cores, node, commit, os, versions, scenarios } = environment;
  const packages = Object.entries(versions).slice(0, NAMES_MAX);
  const rows: readonly Row[] = [
    ['machine', foreign(cpu)],
    ['cores', formatNumber(cores)],
    ['Node.js', foreign(node)],
    ['system', foreign(os)],
    ['packages', foreign(packages.map(([name, version]) => `${name} ${version}`).join(', '))],
    ['commit', html`<code>${foreign(commit, 60)}</code>`],
    ['measured there', foreign(scenarios.slice(0, NAMES_MAX).join(', '), 600)],
  ];
  return html`<dl class="rows">${rows.map(([name, value]) => {
    return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
  })}</dl>`;
}

function sessionsOf(sessions: Report['sessions']): Piece {
  if (sessions.length === 0) return null;
  const shown = sessions.slice(0, SESSIONS_MAX);
  const rows = shown.map(({ startedAt, scenarios, plan, seed }) => [
    startedAt,
    scenarios.slice(0, NAMES_MAX).join(', '),
    plan,
    seed,
  ]);
  const head = ['began, UTC', 'what', 'plan', 'seed'];
  const rest = sessions.length - shown.length;
  const caption = rest === 0 ? 'When' : `When; ${formatNumber(rest)} more are in the data`;
  const commands = [...new Set(shown.map(({ command }) => sanitize(command, 1_000)))];
  return html`${tableOf({ caption, head, rows, numeric: [3] })}
<p>As it was typed:</p><pre tabindex="0"><code dir="ltr">${raw(
    commands.map((command) => html`${command}`.markup).join('\n'),
  )}</code></pre>`;
}

export function dataSection({ data }: Report): Html {
  const lines = formatNumber(data.split('\n').length - 1);
  const says = isCarried(data)
    ? html`All ${lines} lines of results that this page was made of are in it.
<a id="save" class="save" download="results.ndjson" hidden>Save them as results.ndjson</a>`
    : html`The ${lines} lines of results are too long for a page to carry: keep their file.`;
  return html`<section id="data"><h2>The data</h2><p>${says}</p>
<p class="note">Made again, or with another seed, by</p>
<pre tabindex="0"><code>two-callers report results.ndjson --html report.html</code></pre>
</section>`;
}

function isCarried(data: string): boolean {
  return data.length <= DATA_CHARS_MAX;
}

export function pageData({ data }: Report): EmbeddedData {
  return { id: 'results', mediaType: 'application/x-ndjson', text: isCarried(data) ? data : '' };
}
