// What Vega draws, as markup that may stand in our page: only elements and attributes that are on
// the lists below, numbers rounded, no fonts, no styles, no addresses. Pure.

import { html, raw } from '../../../src/present/html.js';

const ELEMENTS = new Set(['g', 'path', 'line', 'rect', 'text', 'tspan']);
const ATTRIBUTES = new Set([
  ...['transform', 'd', 'x', 'y', 'x1', 'x2', 'y1', 'y2', 'width', 'height', 'dx', 'dy'],
  ...['fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-opacity', 'stroke-dasharray'],
  ...['stroke-linecap', 'stroke-linejoin', 'text-anchor', 'font-size', 'font-weight', 'opacity'],
]);
/** Of these a tenth of a pixel is enough. */
const PLACES = /^(?:transform|d|[xy][12]?|width|height|dx|dy)$/;
const NUMBER = /-?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/gi;
/** The letters stand on their outline. */
const BEHIND = ' paint-order="stroke" stroke-linejoin="round"';
const SAFE_VALUE = /^[-\w\s.,#()%]*$/;
const TAG = /<(\/?)([\w:]+)([^>]*?)(\/?)>/g;
const ATTRIBUTE = /([\w:-]+)="([^"]*)"/g;

interface Told {
  /** Unique in the page, for the ids of title and description. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** `drawn` is what Vega's SVG renderer gives, and nothing else. */
export function embeddable(drawn: string, told: Told): string {
  const id = told.id.replace(/[^\w-]/g, '-');
  const inside = drawn.slice(drawn.indexOf('>') + 1, drawn.lastIndexOf('</svg>'));
  return html`<svg role="img" aria-labelledby="${id}-title ${id}-desc"
 viewBox="0 0 ${told.widthPx} ${Math.ceil(told.heightPx)}">
<title id="${id}-title">${told.title}</title>
<desc id="${id}-desc">${told.description}</desc>
${raw(cleaned(inside))}
</svg>`.markup;
}

function cleaned(markup: string): string {
  const safe = withoutDefinitions(markup).replace(
    TAG,
    (_, end: string, name: string, rest: string, alone: string) => {
      if (!ELEMENTS.has(name)) throw new Error(`Vega drew an element that is not ours: ${name}`);
      const kept = attributesOf(rest);
      const behind = name === 'text' && kept.includes(' stroke=') ? BEHIND : '';
      return `<${end}${name}${kept}${behind}${alone}>`;
    },
  );
  return withoutEmpty(safe);
}

/** Nothing of ours is clipped. */
function withoutDefinitions(markup: string): string {
  return markup.replace(/<defs>.*?<\/defs>/gs, '');
}

function attributesOf(text: string): string {
  return [...text.matchAll(ATTRIBUTE)]
    .map(([, name = '', value = '']) => [name, PLACES.test(name) ? rounded(value) : value] as const)
    .filter(([name, value]) => ATTRIBUTES.has(name) && !isDefault(name, value))
    .map(([name, value]) => {
      if (!SAFE_VALUE.test(value))
        throw new Error(`Vega drew what is not ours: ${name}="${value}"`);
      return ` ${name}="${value}"`;
    })
    .join('');
}

function isDefault(name: string, value: string): boolean {
  return value === '' || (name === 'opacity' && value === '1');
}

function rounded(value: string): string {
  return value.replace(NUMBER, (number) => String(Math.round(Number(number) * 10) / 10 + 0));
}

/** Frames and groups of which nothing is left. */
function withoutEmpty(markup: string): string {
  const less = markup
    .replace(/<path(?: d="M[-\d.,]*h[-\d.]*v[-\d.]*h[-\d.]*Z")?\/>/g, '')
    .replace(/<g[^>/]*(?:\/>|><\/g>)/g, '');
  return less === markup ? markup : withoutEmpty(less);
}
