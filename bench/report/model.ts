// The contents of a report as data: sections of sentences, charts and tables. Scenarios make them; the
// terminal, the page, the Markdown and the documentation render them.

import { TOPOLOGY_NAMES, type TopologyName } from '../../src/topologies/topology.js';
import type { Scenario } from '../runner/scenario.js';
import type { ScenarioData } from '../stats/scenario-data.js';
import type { ConfidenceInterval } from '../stats/statistics.js';

export interface SectionContent {
  readonly title: string;
  readonly says: readonly string[];
  readonly charts: readonly Chart[];
  readonly tables: readonly Table[];
  /** How it was measured. */
  readonly how: string;
  /** What would change it. */
  readonly changes: string;
}

export interface ReportedScenario extends Scenario {
  /** Never throws, whatever is missing. `how` leaves out what the runs say of themselves. */
  readonly describe: (data: ScenarioData) => SectionContent;
}

export interface Section extends SectionContent {
  readonly scenario: string;
  readonly command: string;
  /** What cannot be had here, and why. */
  readonly unavailable: readonly string[];
  /** Why runs were discarded, a line for each reason. */
  readonly voids: readonly string[];
  /** `9 of 35 runs were made`; empty where all were. */
  readonly partial: string;
}

export type Chart = DotChart | CurveChart;

interface AnyChart {
  /** For anchors; unique in the report: `dispatch-throughput`. */
  readonly id: string;
  readonly title: string;
  /** For readers who cannot see the chart. */
  readonly description: string;
  readonly caption: string;
}

/** A dot at the median, a line from low to high. */
export interface DotChart extends AnyChart {
  readonly kind: 'dots';
  /** With its unit: `answered, requests/s`. */
  readonly axis: string;
  readonly scale: 'linear' | 'log';
  readonly rows: readonly DotRow[];
}

export interface DotRow {
  readonly label: string;
  /** Rows of one group are together, under its name; empty: no groups. */
  readonly group: string;
  readonly interval: ConfidenceInterval;
  readonly note?: string;
  readonly tone: Tone;
}

/** Lines, each with a band from low to high. */
export interface CurveChart extends AnyChart {
  readonly kind: 'curves';
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  readonly marks?: readonly Mark[];
}

/** A line across the whole chart, such as `capacity`. */
export interface Mark {
  readonly axis: 'x' | 'y';
  readonly at: number;
  readonly says: string;
}

export interface Axis {
  /** With its unit. */
  readonly title: string;
  /** `steps`: the values side by side, whatever their distance. */
  readonly scale: 'linear' | 'log' | 'steps';
}

export interface Series {
  readonly name: string;
  readonly tone: Tone;
  readonly points: readonly { readonly x: number; readonly interval: ConfidenceInterval }[];
  /** A fitted law; the points are then dots. */
  readonly law?: readonly { readonly x: number; readonly y: number }[];
}

/** Colour-blind safe, and each has a distinct shape. `broken` is for seeded faults. */
export type Tone = TopologyName | 'other' | 'broken';
export const TONES: readonly Tone[] = [...TOPOLOGY_NAMES, 'other', 'broken'];

export interface Table {
  readonly caption: string;
  readonly head: readonly string[];
  /** Each row has as many cells as the head; the first names the row. */
  readonly rows: readonly (readonly string[])[];
  /** Columns of numbers, by their index: aligned at the right. */
  readonly numeric: readonly number[];
}
