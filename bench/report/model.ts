// What a report says, before it is drawn: sections made of sentences, charts and tables, all of
// them data. Sections (sections/) make it from results; charts/ draws a chart; page.ts and
// markdown.ts show the whole. Types only.

import { TOPOLOGY_NAMES, type TopologyName } from '../../src/topologies/topology.js';
import type { ConfidenceInterval } from '../stats/statistics.js';

/** One scenario, told. */
export interface Section {
  readonly scenario: string;
  /** A question, as a heading. */
  readonly title: string;
  /** The answer, in one or two sentences computed from the data. */
  readonly says: readonly string[];
  readonly charts: readonly Chart[];
  readonly tables: readonly Table[];
  /** How it was measured; what would change it. */
  readonly how: string;
  readonly changes: string;
  /** What repeats it. */
  readonly command: string;
  /** What cannot be had here, and why. */
  readonly unavailable: readonly string[];
  /** Why runs do not count, a line a reason, with which they are; in no chart and no table. */
  readonly voids: readonly string[];
  /** Runs that were planned and not made: `9 of 35 runs were made`; empty where all were. */
  readonly partial: string;
}

export type Chart = DotChart | CurveChart;

interface AnyChart {
  /** Of the file's anchors, unique in the report: `dispatch-throughput`. */
  readonly id: string;
  readonly title: string;
  /** The chart in words with its main numbers, for whoever does not see it. */
  readonly description: string;
  /** Below it: n, what the bars are. */
  readonly caption: string;
}

/** A row for each label: a dot at the median, a line from low to high. */
export interface DotChart extends AnyChart {
  readonly kind: 'dots';
  /** With its unit: `answered, requests/s`. */
  readonly axis: string;
  readonly scale: 'linear' | 'log';
  readonly rows: readonly DotRow[];
}

export interface DotRow {
  readonly label: string;
  /** Rows of one group stand together, under its name; empty: no groups. */
  readonly group: string;
  readonly interval: ConfidenceInterval;
  /** At the right of it: `0 lost`. */
  readonly note?: string;
  /** Which colour and shape; rows of one tone are alike. */
  readonly tone: Tone;
}

/** Lines over a number, each with a band from low to high, its name at its end. */
export interface CurveChart extends AnyChart {
  readonly kind: 'curves';
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  /** A line across the whole chart, such as `capacity`. */
  readonly marks?: readonly Mark[];
}

export interface Mark {
  readonly axis: 'x' | 'y';
  readonly at: number;
  readonly says: string;
}

export interface Axis {
  /** With its unit. */
  readonly title: string;
  /** `steps`: the values one beside the other, whatever their distance. */
  readonly scale: 'linear' | 'log' | 'steps';
}

export interface Series {
  readonly name: string;
  readonly tone: Tone;
  readonly points: readonly { readonly x: number; readonly interval: ConfidenceInterval }[];
  /** A law that was fitted to the points: drawn as a thin line, and the points as dots. */
  readonly law?: readonly { readonly x: number; readonly y: number }[];
}

/** Colour-blind safe, and each with a shape of its own. `broken` is for what is planted. */
export type Tone = TopologyName | 'other' | 'broken';
export const TONES: readonly Tone[] = [...TOPOLOGY_NAMES, 'other', 'broken'];

export interface Table {
  readonly caption: string;
  readonly head: readonly string[];
  /** As many cells as the head has; the first names the row. */
  readonly rows: readonly (readonly string[])[];
  /** Columns of numbers, by their index: aligned at the right. */
  readonly numeric: readonly number[];
}
