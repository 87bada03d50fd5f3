// Reads taken while nobody of us was calling, each compared with the one before it: as much must
// have been counted in between as was acknowledged. Pure but for its own counts.

export type RestKind = 'rest-even' | 'rest-more' | 'rest-fewer';

export interface RestFinding {
  readonly kind: RestKind;
  /** Since the read before. */
  readonly acknowledged: number;
  readonly from: number;
  readonly to: number;
}

export interface AtRest {
  acknowledge(adds: number): void;
  /** Adds without an answer: each may be counted once, now or later. */
  doubt(adds: number): void;
  /** The whole counter; null for the first read. */
  read(total: number): RestFinding | null;
  /** Acknowledged and, at the last read, not counted. */
  readonly lost: number;
  /** Counted, and neither acknowledged nor without an answer. */
  readonly surplus: number;
}

export function createAtRest(): AtRest {
  let last: number | null = null;
  let acknowledged = 0;
  let unanswered = 0;
  let lost = 0;
  let surplus = 0;
  return {
    acknowledge(adds) {
      acknowledged += adds;
    },
    doubt(adds) {
      unanswered += adds;
    },
    read(total) {
      if (last === null) {
        last = total;
        return null;
      }
      const finding = { acknowledged, from: last, to: total };
      let more = total - last - acknowledged;
      last = total;
      acknowledged = 0;
      if (more < 0) {
        lost -= more;
        return { ...finding, kind: 'rest-fewer' };
      }
      // A read that was behind has caught up; or an add without an answer was counted after all.
      const caughtUp = Math.min(more, lost);
      lost -= caughtUp;
      more -= caughtUp;
      const late = Math.min(more, unanswered);
      unanswered -= late;
      more -= late;
      surplus += more;
      return { ...finding, kind: more > 0 ? 'rest-more' : 'rest-even' };
    },
    get lost() {
      return lost;
    },
    get surplus() {
      return surplus;
    },
  };
}
