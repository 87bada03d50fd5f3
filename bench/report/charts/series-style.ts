// The look of each series: colours, symbol, and a dash for seeded faults. Okabe and Ito chose the hues for
// colour-blind readers; we shift them to a contrast of 3 for shapes, 4.5 for texts. Constants only.

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

/** A symbol of Plot, and its rotation in degrees. */
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

/** Colours that belong to no series are those of the page, by their names in its palettes. */
export const INK = 'var(--ink)';
export const SOFT = 'var(--soft)';
export const LINE = 'var(--line)';
/** The background of a figure; outlines of this colour keep lines away from texts and points. */
export const GROUND = 'var(--surface)';

function declareColours(scheme: Scheme): string {
  const colours = SERIES_COLOURS[scheme];
  return TONES.map((tone) => {
    return `--series-${tone}:${colours[tone].shape};--series-${tone}-text:${colours[tone].text};`;
  }).join('');
}

/** CSS declarations for the root of a page that shows charts. */
export const SERIES_VARIABLES: Readonly<Record<Scheme, string>> = {
  light: declareColours('light'),
  dark: declareColours('dark'),
};
