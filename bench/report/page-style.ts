// The look of a report's page on a projector, a phone and paper, beyond the shared style. Constants only.

import { buildStyle } from '../../src/present/page-style.js';
import { SERIES_VARIABLES } from './charts/series-style.js';

const TEXT = `
.note{font-size:.92rem}
.headline{max-width:60rem;margin:0 0 1.6rem;padding-left:clamp(.9rem,2vw,1.4rem);
border-left:5px solid var(--add)}
.headline p{max-width:none;font-size:clamp(1.25rem,2.6vw,1.7rem);line-height:1.35;
margin:0 0 .55em;font-weight:600;font-variant-numeric:tabular-nums}
.headline p:last-child{margin:0}
.answer{font-variant-numeric:tabular-nums}
.says{font-size:1.15rem;line-height:1.55;font-variant-numeric:tabular-nums}
.flag{margin:.9rem 0;max-width:none;padding:.55rem .9rem;border-radius:8px;font-size:.95rem;
background:var(--plain-pale)}
.flag strong,.said strong{margin-right:.35em}
.flag.partial,.flag.smoke{background:var(--violated-pale)}
.flag.partial strong,.flag.smoke strong{color:var(--violated)}
.flag.discarded,.flag.quick{background:var(--unknown-pale)}
.flag.discarded strong,.flag.quick strong{color:var(--unknown)}
.said{margin:1.2rem 0;padding:.8rem 1.1rem;border-left:4px solid var(--plain);font-size:.95rem;
background:var(--surface);border-radius:0 8px 8px 0}
.said p{margin:0;max-width:none}
.said ul{margin:.5em 0 0;padding-left:1.3em}
.said.violated{border-color:var(--violated)}
.said.unknown,.said.discarded{border-color:var(--unknown)}
.verdict{display:inline-block;white-space:nowrap;font-weight:700;font-size:.85rem;
padding:.05rem .5rem;border-radius:1rem;background:var(--plain-pale);color:var(--soft)}
${['ok', 'violated', 'unknown']
  .map((name) => `.verdict.${name}{background:var(--${name}-pale);color:var(--${name})}`)
  .join('\n')}
nav{margin-top:clamp(3rem,7vw,5rem)}
nav ol{columns:2;column-gap:3rem;margin:0;padding-left:1.6em}
nav li{margin:0 0 .5em;padding-left:.2em;break-inside:avoid}
nav li::marker{color:var(--soft)}
nav code{color:var(--soft);font-size:.8em;white-space:nowrap}
section{scroll-margin-top:1rem}
section+section,nav+section{border-top:1px solid var(--line);
padding-top:clamp(2.2rem,5vw,3.4rem);margin-top:clamp(2.4rem,5vw,3.6rem)}
summary{cursor:pointer;color:var(--link);padding:.35rem 0}
summary::marker{color:var(--soft)}
details{margin:.5rem 0}
.how{margin:.4rem 0 1rem;padding-left:1.1rem;border-left:2px solid var(--line)}
.how dt{color:var(--soft);font-size:.92rem}
.how dd{margin:0 0 .9rem;max-width:68ch}
.rows{margin:0 0 1.6rem}`;

const FIGURES = `
.wide svg{max-width:58rem;margin:0 auto}
.chart{font-weight:600;margin:0 0 .8rem;max-width:none}`;

// Shadows at the sides of a box say that it can be scrolled: they lie under covers that move along.
const TABLES = `
.scroll{overflow-x:auto;margin:1.4rem 0;background:
linear-gradient(90deg,var(--ground) 40%,transparent) 0 0/2.4rem 100% no-repeat local,
linear-gradient(270deg,var(--ground) 40%,transparent) 100% 0/2.4rem 100% no-repeat local,
linear-gradient(90deg,var(--line),transparent) 0 0/.9rem 100% no-repeat scroll,
linear-gradient(270deg,var(--line),transparent) 100% 0/.9rem 100% no-repeat scroll}
.scroll:focus-visible{outline:2px solid var(--link);outline-offset:2px}
table{min-width:100%}
.caption{max-width:none;margin:1.4rem 0 .5rem;font-weight:600}
.caption+.scroll{margin-top:0}
th,td{vertical-align:baseline;padding:.5rem 1.3rem .5rem 0;overflow-wrap:normal}
th:last-child,td:last-child{padding-right:.2rem}
thead th{color:var(--soft);font-weight:600;font-size:.88rem;vertical-align:bottom;
border-bottom:2px solid var(--line)}
tbody th,tfoot th{font-weight:600}
.num{text-align:right}
td.num{white-space:nowrap}
td small,th small{display:block;line-height:1.3}
.none{color:var(--soft)}
th code,.kicker code{overflow-wrap:normal;white-space:nowrap}
.words{min-width:13rem;max-width:24rem}
tr.group th{color:var(--soft);font-size:.88rem;padding-top:1.3rem;border-bottom-width:2px}
tfoot th[scope=row],tfoot td{color:var(--soft)}
tfoot th[scope=row]{font-weight:400}
.outcomes thead .num,.matrix thead .num{min-width:5.2rem}
.outcomes thead .verdict{margin-top:.25rem}
.outcomes thead .num,.outcomes td.num b{color:var(--ink)}
.grade{white-space:nowrap;font-size:.88rem;color:var(--soft)}
.forbidden .grade{color:var(--violated);font-weight:700}
.forbidden td b,.matrix .wrong b{color:var(--violated)}
.forbidden:not(.unseen) th,.forbidden:not(.unseen) td{background:var(--violated-pale)}
.unseen .words,.unseen code{color:var(--soft)}
tr.unknown .grade{color:var(--unknown);font-weight:700}
.matrix .caught b{color:var(--ok)}
.matrix .wrong{background:var(--violated-pale)}`;

const SMALL = `
@media screen and (max-width:829px){
nav ol{columns:1}
th,td{padding-right:1rem}
tbody th[scope=row]:not([colspan]){position:sticky;left:0;background:var(--ground);
max-width:8.5rem;min-width:6rem;box-shadow:1px 0 var(--line)}
.forbidden:not(.unseen) th[scope=row]{background:var(--violated-pale)}
.words{min-width:17rem}
.outcomes tbody th[scope=row]:not([colspan]){min-width:0}
.outcomes thead .num,.matrix thead .num{min-width:0}
figure{margin-left:-.5rem;margin-right:-.5rem;padding:.8rem .3rem}
figcaption,.chart{padding:0 .4rem}
}`;

const PRINT = `
h1{font-size:2.4rem}
section,section+section,nav,nav+section{margin-top:2rem;padding-top:1.4rem}
.flag,.said,nav li{break-inside:avoid}
.caption,.says,summary,.group{break-after:avoid}
thead{display:table-header-group}
tfoot{display:table-row-group}
.scroll{overflow:visible;background:none}
.scroll table{font-size:.84rem}
.scroll th,.scroll td{padding:.3rem .8rem .3rem 0}
td.num{white-space:normal}
.words,.outcomes thead .num,.matrix thead .num{min-width:0}
details::details-content{content-visibility:visible;display:block;block-size:auto}
a{color:inherit;text-decoration:none}`;

export const STYLE = buildStyle({
  variables: SERIES_VARIABLES,
  rules: TEXT + FIGURES + TABLES + SMALL,
  print: PRINT,
});
