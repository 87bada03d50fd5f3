// A stand-in until the charts are merged: the chart's words in a box. Pure.

import { html } from '../../../src/check/page/html.js';
import type { Chart } from '../model.js';

export async function drawn(chart: Chart): Promise<{ wide: string; narrow: string }> {
  return { wide: boxOf(chart, 'wide', 720), narrow: boxOf(chart, 'narrow', 340) };
}

function boxOf({ id, title, description }: Chart, which: string, widthPx: number): string {
  const own = `${id}-${which}`;
  return html`<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 ${widthPx} 120"
 aria-labelledby="${own}-title ${own}-desc"><title id="${own}-title">${title}</title>
<desc id="${own}-desc">${description}</desc><rect x="1" y="1" width="${widthPx - 2}" height="118"
 fill="none" stroke="currentColor"/></svg>`.markup;
}
