// The look that all pages share: two palettes, text, figures, lists of facts, small screens and
// paper. The hues are those of Okabe and Ito, which colour-blind people can tell apart. They are
// darker or lighter here: texts have a contrast of 4.5, shapes of 3.

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

/** What a page adds to the shared style. */
export interface PageStyle {
  readonly variables?: Sheets;
  readonly rules: string;
  /** Rules for paper, without their media query. */
  readonly print?: string;
}

/** The style sheet of a page. The reader's system chooses light or dark; paper is light. */
export function buildStyle({ variables, rules, print = '' }: PageStyle): string {
  const light = VARIABLES.light + (variables?.light ?? '');
  const dark = VARIABLES.dark + (variables?.dark ?? '');
  return `:root{color-scheme:light dark;${light}}
@media (prefers-color-scheme:dark){:root{${dark}}}
${BASE}${SMALL_SCREEN}${rules}
@media print{
:root{color-scheme:light;${light}}${PRINT}${print}
}
`;
}

const BASE = `
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);
font:1.0625rem/1.6 system-ui,sans-serif;overflow-wrap:break-word}
main{max-width:70rem;margin:0 auto;padding:clamp(1.5rem,5vw,4.5rem) clamp(1rem,4vw,3rem)}
h1{font-size:clamp(1.9rem,5vw,3.25rem);line-height:1.12;letter-spacing:-.02em;margin:.3em 0 .7em;
max-width:20em;text-wrap:balance}
h2{font-size:clamp(1.3rem,2.6vw,1.75rem);line-height:1.25;letter-spacing:-.01em;margin:0 0 .6em;
text-wrap:balance}
p{margin:0 0 1em;max-width:68ch;text-wrap:pretty}
code,pre{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;
font-size:.9em;overflow-wrap:anywhere}
p,li,td,dd{overflow-wrap:anywhere}
small{font-size:.8em;color:var(--soft);font-weight:400}
a{color:var(--link)}
section{margin-top:clamp(3rem,7vw,5rem)}
.kicker{color:var(--soft);margin:0 0 .35em;max-width:none}
.lead,.note{color:var(--soft)}
figure{margin:1.6rem 0;padding:clamp(.7rem,2.4vw,1.5rem);background:var(--surface);
border:1px solid var(--line);border-radius:14px}
figure svg{display:block;width:100%;height:auto}
.narrow{display:none;max-width:30rem;margin:0 auto}
figcaption{margin-top:.9rem;color:var(--soft);font-size:.92rem}
table{border-collapse:collapse;font-size:.95rem;font-variant-numeric:tabular-nums}
th,td{text-align:left;border-bottom:1px solid var(--line)}
.rows div{display:grid;grid-template-columns:12rem minmax(0,1fr);gap:1rem;padding:.5rem 0;
border-bottom:1px solid var(--line)}
.rows dt{color:var(--soft)}
.rows dd{margin:0}
pre{background:var(--surface);border:1px solid var(--line);border-radius:10px;padding:.8rem 1.1rem;
margin:.3rem 0 1rem;white-space:pre-wrap}`;

/** The narrow picture of a figure takes over where letters of the wide one would be too small. */
const SMALL_SCREEN = `
@media screen and (max-width:829px){
.wide{display:none}.narrow{display:block}
.rows div{grid-template-columns:minmax(0,1fr);gap:0}
}`;

const PRINT = `
@page{margin:16mm 14mm}
html{font-size:9.5pt}
body{background:none}
main{padding:0;max-width:none}
section{margin-top:2rem}
figure{padding:.6rem}
figure,tr,pre,.rows div{break-inside:avoid}
h2,.kicker{break-after:avoid}
.save{display:none}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}`;
