// The look of a check's page beyond what all pages share: its answer, timelines and tables. Constants only.

import { buildStyle } from '../../present/page-style.js';

const ANSWER = `
.answer>*,.rows dd,.conditions div{min-width:0}
.cells,.more{color:var(--soft)}
footer{margin-top:4rem;border-top:1px solid var(--line);padding-top:1.2rem;color:var(--soft);
font-size:.9rem}
.answer{display:grid;grid-template-columns:auto 1fr;gap:.4rem 1.6rem;align-items:center;
padding:clamp(1.1rem,3vw,1.8rem);border-radius:14px;border:1px solid}
.answer p{margin:0;max-width:none}
.answer .said{font-size:clamp(1.1rem,2.2vw,1.4rem);line-height:1.45}
.badge{display:flex;align-items:center;gap:.7rem;font-size:clamp(1.2rem,2.4vw,1.5rem)}
.badge svg{width:2.6em;height:2.6em;flex:none}
.badge .sign{fill:none;stroke:var(--ground);stroke-width:3.6;stroke-linecap:round;
stroke-linejoin:round}
.partial{grid-column:1/-1;padding-top:.6rem}
.partial strong{border:2px dashed;border-radius:6px;padding:.1em .5em;margin-right:.4em}
${['ok', 'violated', 'unknown']
  .map(
    (verdict) => `.answer.${verdict}{background:var(--${verdict}-pale);border-color:var(--${verdict})}
.${verdict} .badge,.${verdict} .partial strong,.condition.${verdict} .sign{color:var(--${verdict})}
.${verdict} .outline{fill:var(--${verdict})}`,
  )
  .join('\n')}
.answer.unavailable{background:var(--plain-pale);border-color:var(--plain)}
.unavailable .outline{fill:var(--plain)}
.condition .sign{font-weight:800;margin-right:.2em}
article{margin:1.6rem 0 3rem}
.sentence{font-size:1.15rem;line-height:1.5}
.relation{margin:0 0 .8em;color:var(--soft)}`;

const FIGURES = `
figure svg{overflow:hidden}
figure.balance{max-width:44rem}
svg text{fill:var(--ink);font-variant-numeric:tabular-nums}
.panel{fill:var(--ground)}
.grid{stroke:var(--line);stroke-width:1}
.rule{stroke:var(--line);stroke-width:1}
svg .lane,svg .tick,svg .unit,svg .break-label{fill:var(--soft)}
svg .lane.involved{fill:var(--ink);font-weight:700}
.band{fill:var(--band)}
svg .band-label{font-weight:700;fill:var(--evidence-ink)}
.bar{stroke-width:1.25}
.bar.add{fill:var(--add-pale);stroke:var(--add)}
.bar.read{fill:var(--read-pale);stroke:var(--read)}
.bar.failed{fill:var(--plain-pale);stroke:var(--plain)}
.bar.unknown{fill:var(--surface);stroke:var(--add);stroke-dasharray:4 3}
.bar.evidence{fill:var(--evidence);stroke:var(--ink);stroke-width:2}
.bar.unknown.evidence{fill:var(--surface);stroke:var(--evidence);stroke-dasharray:5 3}
.bar.bundle{stroke:var(--add)}
.hatch-ground{fill:var(--add-pale)}
.hatch{stroke:var(--add);stroke-width:1.6}
.tail{fill:none;stroke:var(--add);stroke-width:1.25}
.tail.evidence{stroke:var(--evidence);stroke-width:2}
svg .label{fill:var(--ink)}
svg .count{paint-order:stroke;stroke:var(--add-pale);stroke-width:4px}
svg .callout{font-weight:700}
svg .got{fill:var(--evidence-ink)}
.mark{fill:var(--ink)}
.leader{stroke:var(--ink);stroke-width:1}
.axis,.break{fill:none;stroke:var(--soft);stroke-width:1.25}
.sum{fill:var(--add)}
.sum.counted{fill:var(--read)}
.sum.open{fill:var(--surface);stroke:var(--add);stroke-width:2;stroke-dasharray:5 3}
.sum.difference{fill:var(--band);stroke:var(--evidence);stroke-width:2;stroke-dasharray:5 3}
.cut{stroke:var(--surface);stroke-width:5}
svg .amount{font-weight:700}
figcaption p{margin:.5em 0 0}
.legend{display:flex;flex-wrap:wrap;gap:.35rem 1.5rem;list-style:none;margin:0;padding:0}
.legend li{display:flex;align-items:center;gap:.55rem}
.swatch{flex:none;width:1.6rem;height:.95rem;border:1.5px solid var(--add);border-radius:2px;
background:var(--add-pale)}
.swatch.evidence{background:var(--evidence);border:2px solid var(--ink)}
.swatch.read{background:var(--read-pale);border-color:var(--read);border-radius:1rem}
.swatch.unknown{background:none;border-style:dashed}
.swatch.failed{background:var(--plain-pale);border-color:var(--plain)}
.swatch.bundle{background:
repeating-linear-gradient(45deg,var(--add) 0 1.5px,var(--add-pale) 1.5px 5px)}`;

const TABLES = `
table{width:100%}
th{white-space:nowrap;font-weight:600;color:var(--soft);font-size:.88rem}
th,td{padding:.55rem .9rem .55rem 0;vertical-align:top}
td:first-child{font-weight:700}
td:first-child,td[data-label$=ms]{white-space:nowrap}
dl{margin:0}dd{margin:0}
.tiles{display:grid;grid-template-columns:repeat(3,1fr);gap:1rem;
margin-bottom:1.4rem}
.tiles div{background:var(--surface);border:1px solid var(--line);border-radius:12px;
padding:1rem clamp(.8rem,2vw,1.4rem);display:flex;
flex-direction:column-reverse;justify-content:flex-end}
.tiles dt{color:var(--soft);font-size:.95rem}
.tiles dd{font-size:clamp(1.2rem,3vw,1.8rem);font-weight:700;line-height:1.25;
font-variant-numeric:tabular-nums}
.conditions{list-style:none;margin:0;padding:0;display:grid;gap:1.2rem 2.5rem;
grid-template-columns:repeat(auto-fill,minmax(min(100%,26rem),1fr))}
.conditions li{display:grid;grid-template-columns:1.9rem 1fr;gap:.8rem;align-items:start}
.conditions p{margin:0}
.conditions p:first-child{color:var(--soft);font-size:.92rem}
.conditions .sign{width:1.9rem;height:1.9rem;line-height:1.9rem;text-align:center;font-weight:800;
border-radius:50%;background:var(--plain-pale);color:var(--soft)}
.conditions .held .sign{background:var(--ok-pale);color:var(--ok)}
.conditions .failed .sign{background:var(--violated-pale);color:var(--violated);border-radius:4px}
.conditions .open .sign{background:var(--unknown-pale);color:var(--unknown);border-radius:4px}
.conditions .failed p:last-child{font-weight:700}`;

const SMALL = `
@media screen and (max-width:829px){
.tiles{grid-template-columns:repeat(2,1fr);gap:.7rem}
.answer{grid-template-columns:1fr}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
table,tbody,tr,td{display:block}
tr{border:1px solid var(--line);border-radius:12px;padding:.5rem 1rem;margin-bottom:.8rem;
background:var(--surface)}
td{display:grid;grid-template-columns:6.5rem 1fr;gap:.8rem;padding:.3rem 0;border:0}
td::before{content:attr(data-label);color:var(--soft);font-weight:400}
}`;

const PRINT = `
.tiles div,.conditions li,.answer{break-inside:avoid}
.sentence{break-after:avoid}`;

export const STYLE = buildStyle({ rules: ANSWER + FIGURES + TABLES + SMALL, print: PRINT });
