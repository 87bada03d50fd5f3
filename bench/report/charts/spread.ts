// Names at the ends of lines that end close together: each as near to its line as it can be, none
// over another. Pure: heights and wishes in, places out.

export interface Wish {
  /** Where its middle would be. */
  readonly y: number;
  readonly heightPx: number;
}

interface Block {
  members: number[];
  /** Where the first member's middle would be, for each member. */
  wishes: number[];
  first: number;
}

/**
 * The middles, in the order of the wishes: the least squares of the distances, by pooling those
 * that violate their order (M. Ayer and others, 1955), then moved into the room. What has no room
 * at all stands on past its end.
 */
export function spread(wishes: readonly Wish[], room: readonly [top: number, end: number]) {
  const order = wishes.map((_, index) => index);
  order.sort((a, b) => wishOf(wishes, a) - wishOf(wishes, b) || a - b);
  // How far below the first each must be at least: with it taken away, places only have to rise.
  const offsets: number[] = [];
  for (const [at, index] of order.entries()) {
    const before = order[at - 1];
    const own = wishes[index]?.heightPx ?? 0;
    const gap = before === undefined ? 0 : ((wishes[before]?.heightPx ?? 0) + own) / 2;
    offsets.push((offsets[at - 1] ?? 0) + gap);
  }
  const blocks: Block[] = [];
  for (const [at, index] of order.entries()) {
    const wish = (wishes[index]?.y ?? 0) - (offsets[at] ?? 0);
    blocks.push({ members: [at], wishes: [wish], first: wish });
    pool(blocks);
  }
  const lowest = room[0] + (wishes[order[0] ?? 0]?.heightPx ?? 0) / 2;
  const lastHeight = wishes[order.at(-1) ?? 0]?.heightPx ?? 0;
  const highest = room[1] - lastHeight / 2 - (offsets.at(-1) ?? 0);
  const places = new Array<number>(wishes.length).fill(0);
  for (const { members, first } of blocks) {
    const begin = Math.max(lowest, Math.min(highest, first));
    for (const at of members) places[order[at] ?? 0] = begin + (offsets[at] ?? 0);
  }
  return places;
}

function wishOf(wishes: readonly Wish[], index: number): number {
  return wishes[index]?.y ?? 0;
}

function pool(blocks: Block[]): void {
  for (;;) {
    const [above, below] = blocks.slice(-2);
    if (above === undefined || below === undefined || above.first <= below.first) return;
    const both = [...above.wishes, ...below.wishes];
    const first = both.reduce((sum, wish) => sum + wish, 0) / both.length;
    blocks.splice(-2, 2, { members: [...above.members, ...below.members], wishes: both, first });
  }
}
