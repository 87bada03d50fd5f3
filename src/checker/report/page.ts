// A check as one page of HTML that needs nothing else: the question, the answer, the evidence with
// timelines of what happened around it, how it was measured, and how to ask again. A string is made
// of a run; nothing is read or written. Bounded whatever the length of the run.

import { renderDocument } from '../../present/document.js';
import { foreign, type Html, html } from '../../present/html.js';
import { formatNumber, sanitize } from '../../present/text.js';
import type { Verdict } from '../../verdict.js';
import type { CheckRun } from '../driver/check-run.js';
import { STYLE } from './check-style.js';
import { commandOf } from './command.js';
import { pageData } from './page-data.js';
import { findingsSection } from './page-findings.js';
import {
  conditionsSection,
  factsSection,
  measuredSection,
  remarksSection,
} from './page-measured.js';

const ANSWER_COLUMNS = 600;
const PLACE_COLUMNS = 120;

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

/** `command` is what reproduces the run: as it was typed, where that is known. */
export function pageOf(run: CheckRun, command = commandOf(run)): string {
  const asked = `${run.target.add.method} ${sanitize(run.target.add.path, PLACE_COLUMNS)}`;
  return renderDocument({
    title: `${run.verdict}: ${asked} · two-callers check`,
    style: STYLE,
    script: '',
    main: html`${heading(run, asked)}
${findingsSection(run)}
${measuredSection(run)}
${factsSection(run)}
${remarksSection(run)}
${conditionsSection(run)}
${reproduce(command)}`,
    data: pageData(run),
  });
}

function heading(run: CheckRun, asked: string): Html {
  const callers = run.callers === 1 ? '1 caller' : `${formatNumber(run.callers)} callers`;
  const together = run.callers === 1 ? '' : ' at the same time';
  const [word, outline, sign] = BADGES[run.verdict];
  const partial = run.partial
    ? html`<p class="partial"><strong>partial</strong> It was stopped before all was asked.</p>`
    : null;
  return html`<header>
<p class="kicker">${callers} called <code>${foreign(asked)}</code> at
<code>${foreign(run.target.origin, PLACE_COLUMNS)}</code>${together}</p>
<h1>Was every acknowledged request counted exactly once?</h1>
<div class="answer ${run.verdict}">
<p class="badge"><svg aria-hidden="true" viewBox="0 0 40 40"><path class="outline"
 d="${outline}"/><path class="sign" d="${sign}"/></svg><strong>${word}</strong></p>
<p class="said">${sanitize(run.answer, ANSWER_COLUMNS)}</p>
${partial}
</div>
</header>`;
}

function reproduce(command: string): Html {
  return html`<section><h2>Ask again</h2>
<pre tabindex="0"><code dir="ltr">${command}</code></pre>
<p><a id="save" class="save" download="two-callers-check.json" hidden>Save the evidence as
JSON</a></p>
</section>
<footer><p>Made by <code>two-callers check</code>. Times are milliseconds since the run began, on
one monotonic clock of the callers.</p></footer>`;
}
