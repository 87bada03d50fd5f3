// How two calls lay in time, seen from outside: how long both were outstanding, and how often the
// one released second was counted first. Whether two instructions of the service interleaved nobody
// can see from there. Pure but for its own counts; it keeps no sample.

export interface Interval {
  readonly beginMs: number;
  readonly endMs: number;
}

export interface Meeting {
  /** How long both were on their way; 0 where one ended before the other began. */
  readonly overlapMs: number;
  /** That, as a share of the shorter call. */
  readonly share: number;
  /** Between the two begins. */
  readonly gapMs: number;
  /** The middle of the longer call lies within the shorter one. */
  readonly isAligned: boolean;
}

export function meetingOf(a: Interval, b: Interval): Meeting {
  const overlapMs = Math.max(0, Math.min(a.endMs, b.endMs) - Math.max(a.beginMs, b.beginMs));
  const shorterMs = Math.min(a.endMs - a.beginMs, b.endMs - b.beginMs);
  const apartMs = Math.abs(a.beginMs + a.endMs - (b.beginMs + b.endMs)) / 2;
  return {
    overlapMs,
    share: shorterMs > 0 ? Math.min(1, overlapMs / shorterMs) : 0,
    gapMs: Math.abs(a.beginMs - b.beginMs),
    isAligned: overlapMs > 0 && apartMs <= shorterMs / 2,
  };
}

export interface OverlapReport {
  /** Pairs of which both calls were answered; the others have no end to compare. */
  readonly pairs: number;
  readonly overlapping: number;
  /** By at least half of the shorter call. */
  readonly byHalf: number;
  readonly aligned: number;
  /** Medians, within a hundredth; null without pairs. */
  readonly overlapUs: number | null;
  readonly gapUs: number | null;
  /** Pairs whose numbers say who was counted first. */
  readonly ordered: number;
  /** Of these, how often it was the one released second. */
  readonly overtaken: number;
}

export interface Overlap {
  /** `isFirstA`: A was counted before B; null where nobody can tell. */
  add(a: Interval, b: Interval, isFirstA: boolean | null): Meeting;
  report(): OverlapReport;
}

export function createOverlap(): Overlap {
  const overlapMs = createMedian();
  const gapMs = createMedian();
  const counts = { pairs: 0, overlapping: 0, byHalf: 0, aligned: 0, ordered: 0, overtaken: 0 };
  return {
    add(a, b, isFirstA) {
      const meeting = meetingOf(a, b);
      counts.pairs++;
      if (meeting.overlapMs > 0) counts.overlapping++;
      if (meeting.share >= 0.5) counts.byHalf++;
      if (meeting.isAligned) counts.aligned++;
      if (isFirstA !== null) {
        counts.ordered++;
        if (isFirstA !== a.beginMs < b.beginMs) counts.overtaken++;
      }
      overlapMs.add(meeting.overlapMs);
      gapMs.add(meeting.gapMs);
      return meeting;
    },
    report: () => ({ ...counts, overlapUs: inUs(overlapMs.value()), gapUs: inUs(gapMs.value()) }),
  };
}

function inUs(valueMs: number | null): number | null {
  return valueMs === null ? null : valueMs * 1000;
}

/** Steps of two hundredths, from a hundredth of a microsecond up to a day. */
const STEP = Math.log(1.02);
const LEAST_MS = 1e-5;
const STEPS_MAX = Math.ceil(Math.log(86_400_000 / LEAST_MS) / STEP);

/** The median of any number of durations, in bounded memory. */
function createMedian(): { add(valueMs: number): void; value(): number | null } {
  const counts = new Float64Array(STEPS_MAX + 1);
  let total = 0;
  return {
    add(valueMs) {
      const step = valueMs <= LEAST_MS ? 0 : Math.ceil(Math.log(valueMs / LEAST_MS) / STEP);
      const at = Math.min(step, STEPS_MAX);
      counts[at] = (counts[at] ?? 0) + 1;
      total++;
    },
    value() {
      let before = 0;
      for (const [at, count] of counts.entries()) {
        before += count;
        if (total > 0 && before * 2 >= total) {
          return at === 0 ? 0 : LEAST_MS * Math.exp((at - 0.5) * STEP);
        }
      }
      return null;
    },
  };
}
