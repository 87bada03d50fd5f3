// How a tone looks: a colour for shapes and one for texts, in light and in dark, a shape of its
// own, and a dash for what is planted. Hues are those of Okabe and Ito, as on the page of a check,
// darkened or lightened until shapes have a contrast of 3 and texts of 4.5. Constants only.

import { PALETTES } from '../../../src/present/page-style.js';
import { TOPOLOGIES, TOPOLOGY_NAMES, type TopologyName } from '../../../src/topologies/topology.js';
import { TONES, type Tone } from '../model.js';

type Scheme = 'light' | 'dark';
type TopologyChart = (typeof TOPOLOGIES)[TopologyName]['chart'];

export interface ToneColours {
  /** Of points, lines and bands. */
  readonly shape: string;
  /** Of a name beside them. */
  readonly text: string;
}

export const TONE_COLOURS: Readonly<Record<Scheme, Readonly<Record<Tone, ToneColours>>>> = {
  light: {
    ...mapTopologies(({ light }) => light),
    other: { shape: '#7b8490', text: '#626b77' },
    broken: { shape: '#d1440c', text: '#c23b00' },
  },
  dark: {
    ...mapTopologies(({ dark }) => dark),
    other: { shape: '#98a1ac', text: '#a9b1bb' },
    broken: { shape: '#ff7a45', text: '#ff9466' },
  },
};

/** Each topology's own row says how it looks. */
function mapTopologies<T>(read: (chart: TopologyChart) => T): Readonly<Record<TopologyName, T>> {
  const entries = TOPOLOGY_NAMES.map((name) => [name, read(TOPOLOGIES[name].chart)]);
  return Object.fromEntries(entries) as Record<TopologyName, T>;
}

/** What of a chart is of no tone, by its name in the palettes of the page of a check. */
const FRAME = { ink: 'ink', soft: 'soft', line: 'line', ground: 'surface' } as const;

/** A shape of Vega's, or a path of which 1 is the half of a point's width. */
export const TONE_SHAPES: Readonly<Record<Tone, string>> = {
  ...mapTopologies(({ symbol }) => symbol),
  other: 'cross',
  // A cross of two strokes, as the pen makes it.
  broken: 'M-1.3,-.8L-.8,-1.3L0,-.5L.8,-1.3L1.3,-.8L.5,0L1.3,.8L.8,1.3L0,.5L-.8,1.3L-1.3,.8L-.5,0Z',
};

export const BROKEN_DASH: readonly number[] = [6, 4];

export function shapeColour(tone: Tone): string {
  return `var(--tone-${tone})`;
}

export function textColour(tone: Tone): string {
  return `var(--tone-${tone}-text)`;
}

export const INK = 'var(--chart-ink)';
export const SOFT = 'var(--chart-soft)';
export const LINE = 'var(--chart-line)';
/** What a chart stands on: around texts and shapes, so that lines keep clear of them. */
export const GROUND = 'var(--chart-ground)';

function declarations(scheme: Scheme): string {
  const tones = TONES.map((tone) => {
    const { shape, text } = TONE_COLOURS[scheme][tone];
    return `--tone-${tone}:${shape};--tone-${tone}-text:${text};`;
  });
  const frame = Object.entries(FRAME).map(([name, of]) => {
    return `--chart-${name}:${PALETTES[scheme][of]};`;
  });
  return [...tones, ...frame].join('');
}

/** For `:root` of the page's style sheet, and for its `:root` in the dark. */
export const CHART_VARIABLES: Readonly<Record<Scheme, string>> = {
  light: declarations('light'),
  dark: declarations('dark'),
};
