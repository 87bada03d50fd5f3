// The style sheets of pages: two palettes, and the sheets in .css files. The hues are those of Okabe
// and Ito, which colour-blind people can tell apart. They are darker or lighter here: texts have a contrast
// of 4.5, shapes of 3.

import { readFileSync } from 'node:fs';

/** CSS declarations for each scheme. */
type Sheets = Readonly<Record<'light' | 'dark', string>>;

/** By the name of a colour. */
export const PALETTE: Readonly<Record<string, readonly [light: string, dark: string]>> = {
  ground: ['#fbfaf7', '#14171a'],
  surface: ['#ffffff', '#1c2024'],
  ink: ['#1a1d21', '#eef0f2'],
  soft: ['#565d68', '#a9b1bb'],
  line: ['#e2e0da', '#333940'],
  add: ['#0072b2', '#56b4e9'],
  'add-pale': ['#d8eaf6', '#1f4058'],
  read: ['#00795a', '#33c49b'],
  'read-pale': ['#d5efe6', '#16463a'],
  plain: ['#6b7280', '#98a1ac'],
  'plain-pale': ['#ebebee', '#343a42'],
  evidence: ['#d55e00', '#f0822f'],
  'evidence-ink': ['#a84300', '#ffab70'],
  band: ['#fbe3c8', '#4a3421'],
  ok: ['#006b4f', '#4fd6ae'],
  'ok-pale': ['#e0f3ec', '#14352c'],
  violated: ['#a84300', '#ffab70'],
  'violated-pale': ['#fdebdc', '#40281a'],
  unknown: ['#7a4b73', '#dfa3cf'],
  'unknown-pale': ['#f5e9f2', '#3a2837'],
  link: ['#005a8e', '#7cc4ef'],
};

function declareColours(scheme: 0 | 1): string {
  return Object.entries(PALETTE)
    .map(([name, colours]) => `--${name}:${colours[scheme]};`)
    .join('');
}

const VARIABLES: Sheets = { light: declareColours(0), dark: declareColours(1) };

interface Sheet {
  readonly rules: string;
  /** Rules for paper, without their media query. */
  readonly print: string;
}

/** The sheets are files beside their modules in the source, since tsc copies none. */
function readSheet(path: string): Sheet {
  const file = new URL(`../../../${path}`, import.meta.url);
  const text = readFileSync(file, 'utf8').replace(/\/\*.*?\*\//gs, '');
  const [rules = '', print = ''] = text.replace(/\s*\n\s*/g, '').split('@media print {');
  return { rules, print: print.slice(0, -1) };
}

/**
 * The style sheet of a page: its own, from the root of the project, after the shared one. The reader's system
 * chooses light or dark; paper is light.
 */
export function buildStyle(path: string, variables?: Sheets): string {
  const light = VARIABLES.light + (variables?.light ?? '');
  const dark = VARIABLES.dark + (variables?.dark ?? '');
  const [shared, own] = [readSheet('src/present/page.css'), readSheet(path)];
  return `:root{color-scheme:light dark;${light}}
@media (prefers-color-scheme:dark){:root{${dark}}}
${shared.rules}${own.rules}
@media print{
:root{color-scheme:light;${light}}${shared.print}${own.print}
}
`;
}
