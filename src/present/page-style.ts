// What the pages have in common, of a check and of a report: two palettes, light and dark, and how
// running text looks. Hues are those of Okabe and Ito, which colour-blind people tell apart, made
// darker or lighter until texts have a contrast of 4.5 and shapes of 3. Constants, and a function.

type Palette = Readonly<Record<string, string>>;

/** Declarations of the one and of the other. */
type Sheets = Readonly<Record<'light' | 'dark', string>>;

export const PALETTES: Readonly<Record<'light' | 'dark', Palette>> = {
  light: {
    ground: '#fbfaf7',
    surface: '#ffffff',
    ink: '#1a1d21',
    soft: '#565d68',
    line: '#e2e0da',
    add: '#0072b2',
    'add-pale': '#d8eaf6',
    read: '#00795a',
    'read-pale': '#d5efe6',
    plain: '#6b7280',
    'plain-pale': '#ebebee',
    evidence: '#d55e00',
    'evidence-ink': '#a84300',
    band: '#fbe3c8',
    ok: '#006b4f',
    'ok-pale': '#e0f3ec',
    violated: '#a84300',
    'violated-pale': '#fdebdc',
    unknown: '#7a4b73',
    'unknown-pale': '#f5e9f2',
    link: '#005a8e',
  },
  dark: {
    ground: '#14171a',
    surface: '#1c2024',
    ink: '#eef0f2',
    soft: '#a9b1bb',
    line: '#333940',
    add: '#56b4e9',
    'add-pale': '#1f4058',
    read: '#33c49b',
    'read-pale': '#16463a',
    plain: '#98a1ac',
    'plain-pale': '#343a42',
    evidence: '#f0822f',
    'evidence-ink': '#ffab70',
    band: '#4a3421',
    ok: '#4fd6ae',
    'ok-pale': '#14352c',
    violated: '#ffab70',
    'violated-pale': '#40281a',
    unknown: '#dfa3cf',
    'unknown-pale': '#3a2837',
    link: '#7cc4ef',
  },
};

function variables(palette: Palette): string {
  return Object.entries(palette)
    .map(([name, colour]) => `--${name}:${colour};`)
    .join('');
}

/** The palettes as declarations, for the root of a page. */
export const VARIABLES: Sheets = {
  light: variables(PALETTES.light),
  dark: variables(PALETTES.dark),
};

/** The root of a page, by what its reader's system prefers. */
export function themed({ light, dark }: Sheets): string {
  return `:root{color-scheme:light dark;${light}}
@media (prefers-color-scheme:dark){:root{${dark}}}`;
}

export const BASE = `
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
.kicker{color:var(--soft);margin:0 0 .35em;max-width:none}`;
