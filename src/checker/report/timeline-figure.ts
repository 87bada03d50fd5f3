// One figure of the page: a timeline drawn twice, for a screen and for a phone (the style shows one
// of them), with a legend of what occurs in it. Pure.

import { type Html, html } from '../../present/html.js';
import { formatNumber } from '../../present/text.js';
import type { Relation } from './operation-words.js';
import type { Excerpt, Operation } from './timeline.js';
import { layOut } from './timeline-layout.js';
import { NARROW, WIDE } from './timeline-scale.js';
import { type Told, timelineSvg } from './timeline-svg.js';

interface Key {
  readonly swatch: string;
  readonly says: string;
  readonly is: (bar: Operation) => boolean;
}

const KEYS: readonly Key[] = [
  { swatch: 'evidence', says: 'the evidence', is: ({ isEvidence }) => isEvidence },
  {
    swatch: 'add',
    says: 'an acknowledged add, with its ticket',
    is: (bar) => isPlain(bar, 'add') && bar.outcome === 'ok' && bar.label !== '',
  },
  {
    swatch: 'add',
    says: 'an acknowledged add',
    is: (bar) => isPlain(bar, 'add') && bar.outcome === 'ok' && bar.label === '',
  },
  { swatch: 'read', says: 'a read, with what it showed', is: (bar) => isPlain(bar, 'read') },
  {
    swatch: 'unknown',
    says: 'no answer: it may count at any later time',
    is: ({ outcome }) => outcome === 'unknown',
  },
  {
    swatch: 'failed',
    says: 'refused, so not counted',
    is: ({ outcome }) => outcome === 'failed',
  },
  { swatch: 'bundle', says: 'several, too short to be told apart', is: ({ count }) => count > 1 },
];

function isPlain(bar: Operation, kind: Operation['kind']): boolean {
  return bar.kind === kind && bar.count === 1 && !bar.isEvidence;
}

export function timelineFigure(excerpt: Excerpt, relation: Relation | null, told: Told): Html {
  const wide = timelineSvg(layOut(excerpt, relation, WIDE), { ...told, id: `${told.id}-wide` });
  const narrow = layOut(excerpt, relation, NARROW);
  const bars = excerpt.lanes.flatMap(({ operations }) => operations);
  const keys = KEYS.filter(({ is }) => bars.some(is));
  return html`<figure class="timeline">
<div class="wide">${wide}</div>
<div class="narrow">${timelineSvg(narrow, { ...told, id: `${told.id}-narrow` })}</div>
<figcaption>
<ul class="legend">${keys.map(({ swatch, says }) => {
    return html`<li><span class="swatch ${swatch}"></span>${says}</li>`;
  })}</ul>
${leftOut(excerpt)}
</figcaption>
</figure>`;
}

function leftOut({ callersLeftOut, stretches }: Excerpt): Html | null {
  const were = callersLeftOut === 1 ? 'caller was' : 'callers were';
  const more = `${formatNumber(callersLeftOut)} more ${were} at it and not drawn. `;
  const callers = callersLeftOut === 0 ? '' : more;
  const time = stretches.length === 1 ? '' : 'The axis is broken where time is left out.';
  return callers + time === '' ? null : html`<p>${callers}${time}</p>`;
}
