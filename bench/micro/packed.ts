// Several texts as bytes in one SharedArrayBuffer: the cost to encode and decode a ring in shared memory.

export interface Packed {
  readonly buffer: SharedArrayBuffer;
  /** Where each text ends, in bytes. */
  readonly ends: readonly number[];
}

export function pack(texts: readonly string[]): Packed {
  const bytes = texts.reduce((sum, one) => sum + Buffer.byteLength(one), 0);
  const buffer = new SharedArrayBuffer(Math.max(1, bytes));
  const view = Buffer.from(buffer);
  const ends: number[] = [];
  let at = 0;
  for (const one of texts) {
    at += view.write(one, at);
    ends.push(at);
  }
  return { buffer, ends };
}

export function unpack({ buffer, ends }: Packed): string[] {
  const view = Buffer.from(buffer);
  return ends.map((end, index) => view.toString('utf8', ends[index - 1] ?? 0, end));
}
