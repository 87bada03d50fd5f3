// The look of each series: colours for shapes and for texts, light and dark, a symbol, and a dash
// for seeded faults. The hues are those of Okabe and Ito, which colour-blind people can tell apart.
// They are darker or lighter here: shapes have a contrast of 3, texts of 4.5. Constants only.

import { TOPOLOGIES, TOPOLOGY_NAMES, type TopologyName } from '../../../src/topologies/topology.js';
import { TONES, type Tone } from '../model.js';

type Scheme = 'light' | 'dark';
type TopologyStyle = (typeof TOPOLOGIES)[TopologyName]['chart'];

export interface SeriesColours {
  readonly shape: string;
  readonly text: string;
}

export const SERIES_COLOURS: Readonly<Record<Scheme, Readonly<Record<Tone, SeriesColours>>>> = {
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

/** A symbol of Plot; the rotation in degrees tells two styles with the same symbol apart. */
export interface SeriesSymbol {
  readonly symbol: 'circle' | 'square' | 'diamond' | 'triangle' | 'cross';
  readonly rotate: number;
}

/** Plot has one triangle, which points up. */
function findSymbol({ symbol }: TopologyStyle): SeriesSymbol {
  if (symbol === 'triangle-down') return { symbol: 'triangle', rotate: 180 };
  return { symbol: symbol === 'triangle-up' ? 'triangle' : symbol, rotate: 0 };
}

export const SERIES_SYMBOLS: Readonly<Record<Tone, SeriesSymbol>> = {
  ...mapTopologies(findSymbol),
  other: { symbol: 'cross', rotate: 0 },
  broken: { symbol: 'cross', rotate: 45 },
};

export const SEEDED_FAULT_DASH = '6,4';

/** Each topology's row in its table says how charts draw it. */
function mapTopologies<T>(read: (style: TopologyStyle) => T): Readonly<Record<TopologyName, T>> {
  const entries = TOPOLOGY_NAMES.map((name) => [name, read(TOPOLOGIES[name].chart)]);
  return Object.fromEntries(entries) as Record<TopologyName, T>;
}

export function shapeColour(tone: Tone): string {
  return `var(--series-${tone})`;
}

export function textColour(tone: Tone): string {
  return `var(--series-${tone}-text)`;
}

/** The colours that belong to no series are those of the page, by their names in its palettes. */
export const INK = 'var(--ink)';
export const SOFT = 'var(--soft)';
export const LINE = 'var(--line)';
/** The ground of a figure; outlines of this colour keep lines away from texts and points. */
export const GROUND = 'var(--surface)';

function declareColours(scheme: Scheme): string {
  const series = TONES.map((tone) => {
    const { shape, text } = SERIES_COLOURS[scheme][tone];
    return `--series-${tone}:${shape};--series-${tone}-text:${text};`;
  });
  return series.join('');
}

/** CSS declarations for the root of a page that shows charts. */
export const SERIES_VARIABLES: Readonly<Record<Scheme, string>> = {
  light: declareColours('light'),
  dark: declareColours('dark'),
};
