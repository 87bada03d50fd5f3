// From which work on threads pay, of the topologies that a report has beside inline. Pure.

import type { Paying } from './sections/dispatch.js';
import { ratioOf, type View } from './sections/view.js';
import { decided } from './sections/words.js';

/** `batched`, unless `pool` is seen to answer more at the most work. */
export function bestOf(speed: View, paying: readonly Paying[]): Paying | undefined {
  const [batched, pool] = ['batched', 'pool'].map((name) =>
    paying.find(({ label }) => label.startsWith(name)),
  );
  if (batched === undefined || pool === undefined) return paying[0];
  const most = Math.max(...batched.points.map(({ workUs }) => workUs));
  const [of, against] = [pool, batched].map(({ label }) => `${label} + ${most} us`);
  const ratio = ratioOf(speed, of ?? '', against ?? '', 'perSecond');
  return decided(ratio) === 'more' ? pool : batched;
}

type Point = Paying['points'][number];

export function judgedOf({ points }: Paying): readonly Point[] {
  return points.filter(({ ratio }) => !['few', 'unknown'].includes(decided(ratio)));
}

/** The first work at which it is faster, as it is at every larger one that can be judged. */
export function breakEven(paying: Paying): Point | undefined {
  const judged = judgedOf(paying);
  const last = judged.findLastIndex(({ ratio }) => decided(ratio) !== 'more');
  return judged[last + 1];
}
