// A strict reader of the Prometheus text format 0.0.4
// (https://prometheus.io/docs/instrumenting/exposition_formats/). It throws at the first line that
// a lenient scraper might forgive. test/http/detectors.test.ts shows what it objects to.

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface Family {
  readonly help: string;
  type: string;
  readonly samples: Sample[];
}

const COMMENT = /^# (HELP|TYPE) ([a-zA-Z_:][\w:]*) (.+)$/;
const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/y;
const TYPES = ['counter', 'gauge', 'histogram', 'summary'];
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['', '_sum', '_count'],
};

export interface Metrics {
  readonly families: ReadonlyMap<string, Family>;
  /** The value of the one sample with this name and these labels, and no others. */
  value(name: string, labels?: Readonly<Record<string, string>>): number | undefined;
}

/**
 * What `ask` brings from /metrics. Who asks all processes of a cluster does without those that are
 * too busy to answer, and may be left with nothing that was measured: then it is asked again.
 */
export async function untilMeasured(ask: () => Promise<string>): Promise<Metrics> {
  for (;;) {
    const metrics = readMetrics(await ask());
    if (metrics.families.has('two_callers_connections')) return metrics;
  }
}

/** @throws Error that names the line or the family */
export function readMetrics(text: string): Metrics {
  const families = parse(text);
  for (const [name, family] of families) checkFamily(name, family);
  const samples = [...families.values()].flatMap((family) => family.samples);
  const values = new Map(samples.map((sample) => [seriesKey(sample), sample.value]));
  return { families, value: (name, labels = {}) => values.get(seriesKey({ name, labels })) };
}

function parse(text: string): Map<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const families = new Map<string, Family>();
  let current: [string, Family] | undefined;
  for (const line of text.slice(0, -1).split('\n')) {
    if (line === '') continue;
    const [, kind, name = '', rest = ''] = COMMENT.exec(line) ?? [];
    if (kind === 'HELP') {
      if (families.has(name)) throw new Error(`a family twice: ${name}`);
      current = [name, { help: rest, type: '', samples: [] }];
      families.set(...current);
    } else if (kind === 'TYPE') {
      const family = current?.[0] === name ? current[1] : undefined;
      if (family === undefined || family.type !== '') throw new Error(`TYPE out of place: ${line}`);
      if (!TYPES.includes(rest)) throw new Error(`no such type: ${line}`);
      family.type = rest;
    } else addSample(current, parseSample(line), line);
  }
  return families;
}

function parseSample(line: string): Sample {
  const [, name, inner = '', number = ''] = SAMPLE.exec(line) ?? [];
  if (name === undefined) throw new Error(`not a sample: ${line}`);
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < inner.length) {
    const [, label, value = ''] = LABEL.exec(inner) ?? [];
    if (label === undefined || label in labels) throw new Error(`bad labels: ${line}`);
    labels[label] = value;
  }
  return { name, labels, value: parseNumber(number, line) };
}

function parseNumber(text: string, line: string): number {
  if (text === 'NaN') return Number.NaN;
  const value = Number(text.replace(/^([+-]?)Inf$/, '$1Infinity'));
  if (Number.isNaN(value)) throw new Error(`not a number: ${line}`);
  return value;
}

function addSample(current: [string, Family] | undefined, sample: Sample, line: string): void {
  const [name, family] = current ?? ['', undefined];
  if (family === undefined || family.type === '') throw new Error(`no HELP and TYPE: ${line}`);
  const names = (SUFFIXES[family.type] ?? ['']).map((suffix) => name + suffix);
  if (!names.includes(sample.name)) throw new Error(`not of the family ${name}: ${line}`);
  family.samples.push(sample);
}

function seriesKey({ name, labels }: Pick<Sample, 'name' | 'labels'>): string {
  return JSON.stringify([name, Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
}

function checkFamily(name: string, { type, samples }: Family): void {
  if (type === '') throw new Error(`no TYPE: ${name}`);
  if (new Set(samples.map(seriesKey)).size < samples.length) {
    throw new Error(`a series twice in ${name}`);
  }
  if (type === 'counter' && !samples.every(({ value }) => value >= 0)) {
    throw new Error(`a counter below 0: ${name}`);
  }
  if (type === 'histogram') checkHistogram(name, samples);
}

/** For each set of labels: bounds rise, counts never fall, the last bound is +Inf and has all. */
function checkHistogram(name: string, samples: readonly Sample[]): void {
  const groups = new Map<string, { buckets: [number, number][]; ends: Record<string, number> }>();
  for (const { name: part, labels, value } of samples) {
    const { le, ...others } = labels;
    const key = seriesKey({ name, labels: others });
    const group = groups.get(key) ?? { buckets: [], ends: {} };
    groups.set(key, group);
    if (part === `${name}_bucket`) group.buckets.push([parseNumber(le ?? '', `${part} le`), value]);
    else group.ends[part] = value;
  }
  for (const { buckets, ends } of groups.values()) {
    for (const [index, [bound, count]] of buckets.entries()) {
      const [boundBefore, countBefore] = buckets[index - 1] ?? [Number.NEGATIVE_INFINITY, 0];
      if (!(bound > boundBefore)) throw new Error(`bounds of ${name} do not rise at ${bound}`);
      if (!(count >= countBefore)) throw new Error(`buckets of ${name} fall at ${bound}`);
    }
    const [bound, count] = buckets.at(-1) ?? [];
    if (bound !== Number.POSITIVE_INFINITY) throw new Error(`${name} has no bucket +Inf`);
    if (count !== ends[`${name}_count`]) throw new Error(`+Inf of ${name} is not its _count`);
    if (!((ends[`${name}_sum`] ?? Number.NaN) >= 0)) throw new Error(`${name} has no _sum`);
  }
}
