// Which field of the model a ticket's cell is, or is a part of. `levels.LOW` is the cell `LOW`, and
// `LOW.3` or `LOW@2` are parts of it: its value is the sum of theirs. Names only; pure.

export interface Place {
  /** Its index in the model. */
  readonly field: number;
  /** A part's own tickets cannot be compared with what a read shows of the field. */
  readonly isPart: boolean;
}

/** What may stand between the name of a field and that of its part. */
const SEPARATORS = /[.@/-]/g;

/** By the last component of its path; null for a name that two fields share. */
function byName(fields: readonly string[]): Map<string, number | null> {
  const names = new Map<string, number | null>();
  for (const [field, path] of fields.entries()) {
    const name = path.slice(path.lastIndexOf('.') + 1);
    names.set(name, names.has(name) ? null : field);
  }
  // A counter that has only one cell need not name it.
  if (fields.length === 1) names.set('', 0);
  return names;
}

/** A function from a cell's name to its place; null for a cell of no field. */
export function placesOf(fields: readonly string[]): (cell: string) => Place | null {
  const names = byName(fields);
  return (cell) => {
    const own = names.get(cell);
    if (own !== undefined) return own === null ? null : { field: own, isPart: false };
    // The longest name wins: a field may itself be called `my-count`.
    const ends = [...cell.matchAll(SEPARATORS)].map(({ index }) => index).reverse();
    for (const end of ends) {
      const whole =
        end === 0 || end === cell.length - 1 ? undefined : names.get(cell.slice(0, end));
      if (whole !== undefined && whole !== null) return { field: whole, isPart: true };
    }
    return null;
  };
}
