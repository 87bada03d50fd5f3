// The end of the report's page: machines, versions, commits, sessions and seeds of the results, and
// the results themselves, for the reader to save. Pure.

import type { EmbeddedData } from '../../src/present/document.js';
import { foreign, type Html, html, type Piece, raw } from '../../src/present/html.js';
import { formatNumber, sanitize } from '../../src/present/text.js';
import { renderTable } from './page-parts.js';
import type { Report } from './report.js';

const SESSIONS_MAX = 50;
const NAMES_MAX = 40;
/** Browsers open a larger page slowly or not at all. */
const DATA_CHARS_MAX = 24 * 1024 * 1024;

export function renderEnvironments({ environments, sessions, seed }: Report): Html {
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

export function renderResults({ data }: Report): Html {
  const lines = formatNumber(data.split('\n').length - 1);
  const text = isEmbedded(data)
    ? html`This page carries all ${lines} lines of its results.
<a id="save" class="save" download="results.ndjson" hidden>Save them as results.ndjson</a>`
    : html`The ${lines} lines of results are too long for a page: keep their file.`;
  return html`<section id="data"><h2>The data</h2><p>${text}</p>
<p class="note">This command makes the page again, also with another <code>--seed</code>:</p>
<pre tabindex="0"><code>two-callers report results.ndjson --html report.html</code></pre>
</section>`;
}

function isEmbedded(data: string): boolean {
  return data.length <= DATA_CHARS_MAX;
}

export function collectPageData({ data }: Report): EmbeddedData {
  return { id: 'results', mediaType: 'application/x-ndjson', text: isEmbedded(data) ? data : '' };
}
