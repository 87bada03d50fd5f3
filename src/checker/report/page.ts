// A check as one self-contained HTML page: the question, the answer, the evidence with timelines,
// how the run was made, and the command that repeats it. Makes a string of a run and does no I/O.
// The size of the page is bounded, however long the run. Main thread.

import { renderDocument } from '../../present/document.js';
import { foreign, type Html, html } from '../../present/html.js';
import { formatCount, sanitize } from '../../present/text.js';
import type { Verdict } from '../../verdict.js';
import type { CheckRun } from '../driver/check-run.js';
import { STYLE } from './check-style.js';
import { createFindingsSection, selectFindings } from './page-findings.js';
import {
  createConditionsSection,
  createFactsSection,
  createRemarksSection,
  createSetupSection,
} from './page-sections.js';
import { collectPageData } from './run-data.js';
import { formatCommand } from './shell-command.js';

const ANSWER_COLUMNS = 600;
const PATH_COLUMNS = 120;

/** Shape and word say the same as the colour. */
const BADGES: Readonly<Record<Verdict, readonly [word: string, outline: string, sign: string]>> = {
  ok: ['ok', 'M20 3a17 17 0 1 0 .01 0z', 'M12 20.5l5.5 5.5L28.5 15'],
  violated: ['violated', 'M13 3h14l10 10v14L27 37H13L3 27V13z', 'M14 14l12 12M26 14L14 26'],
  unknown: [
    'unknown',
    'M20 1l19 19-19 19L1 20z',
    'M15.5 16a4.5 4.5 0 1 1 6.5 4q-2 1-2 3.5M20 27.5v1',
  ],
  unavailable: ['unavailable', 'M4 4h32v32H4z', 'M12 20h16'],
};

/** `command` repeats the run; the default is built from the run. */
export function createPage(run: CheckRun, command = formatCommand(run)): string {
  const request = `${run.target.add.method} ${sanitize(run.target.add.path, PATH_COLUMNS)}`;
  return renderDocument({
    title: `${run.verdict}: ${request} · two-callers check`,
    style: STYLE,
    script: '',
    main: html`${createHeader(run, request)}
${createFindingsSection(run)}
${createSetupSection(run)}
${createFactsSection(run)}
${createRemarksSection(run)}
${createConditionsSection(run)}
${createCommandSection(command)}`,
    data: collectPageData(run, selectFindings(run).flat()),
  });
}

function createHeader(run: CheckRun, request: string): Html {
  const [word, outline, sign] = BADGES[run.verdict];
  const partial = run.partial
    ? html`<p class="partial"><strong>partial</strong> The run was stopped before its end.</p>`
    : null;
  return html`<header>
<p class="kicker">${formatCount(run.callers, 'caller')} called <code>${foreign(request)}</code> at
<code>${foreign(run.target.origin, PATH_COLUMNS)}</code>${
    run.callers === 1 ? '' : ' at the same time'
  }</p>
<h1>Was every acknowledged request counted exactly once?</h1>
<div class="answer ${run.verdict}">
<p class="badge"><svg aria-hidden="true" viewBox="0 0 40 40"><path class="outline"
 d="${outline}"/><path class="sign" d="${sign}"/></svg><strong>${word}</strong></p>
<p class="said">${sanitize(run.answer, ANSWER_COLUMNS)}</p>
${partial}
</div>
</header>`;
}

function createCommandSection(command: string): Html {
  return html`<section><h2>Run it again</h2>
<pre tabindex="0"><code dir="ltr">${command}</code></pre>
<p><a id="save" class="save" download="two-callers-check.json" hidden>Save the evidence as
JSON</a></p>
</section>
<footer><p>Made by <code>two-callers check</code>. Times are milliseconds since the run began, on
one monotonic clock of the callers.</p></footer>`;
}
