// The known word that a mistyped one was probably meant to be, for refusals that help. Pure.

/** Undefined when no word is known. */
export function nearest<T extends string>(word: string, known: readonly T[]): T | undefined {
  return known.toSorted((a, b) => distance(word, a) - distance(word, b))[0];
}

/** The number of single-character edits from one word to the other (Levenshtein). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let line = 1; line <= from.length; line++) {
    const above = row;
    row = [line];
    for (let column = 1; column <= to.length; column++) {
      const swap = (above[column - 1] ?? 0) + (from[line - 1] === to[column - 1] ? 0 : 1);
      row.push(Math.min(swap, (above[column] ?? 0) + 1, (row[column - 1] ?? 0) + 1));
    }
  }
  return row[to.length] ?? 0;
}
