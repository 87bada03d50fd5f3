// Least squares with three non-negative coefficients: those for which a x + b y + c z is nearest to
// 1 over all rows. Exact, for the two dozen rows of a fit. Pure.

export type Coefficients = readonly [number, number, number];

/** Which of the last two may be more than 0; the first always may. */
const FACES = [[0], [0, 1], [0, 2], [0, 1, 2]] as const;

/**
 * The sum of squares is convex, so the constrained minimum is the free minimum on one face, where some
 * coefficients are 0 (C. Lawson and R. Hanson, 1974). NaN where the rows do not determine it.
 */
export function leastSquares(rows: readonly Coefficients[]): Coefficients {
  // Scales columns to equal length, so that rounding hides none.
  const lengths = [0, 1, 2].map((column) => Math.hypot(...rows.map((row) => row[column] ?? 0)));
  const scaled = rows.map((row) => row.map((value, column) => value / (lengths[column] || 1)));
  const solutions = FACES.map((face) => solveOn(face, scaled)).filter((solution) =>
    solution.every((value) => value >= 0),
  );
  const worst = { solution: [Number.NaN, Number.NaN, Number.NaN], left: Number.POSITIVE_INFINITY };
  const { solution } = solutions
    .map((one) => ({ solution: one, left: squaresLeft(one, scaled) }))
    .reduce((least, one) => (one.left < least.left ? one : least), worst);
  const [a = 0, b = 0, c = 0] = solution.map((value, column) => value / (lengths[column] || 1));
  return [a, b, c];
}

function squaresLeft(solution: readonly number[], rows: readonly (readonly number[])[]): number {
  return rows.reduce((sum, row) => {
    const reached = row.reduce((total, value, column) => total + value * (solution[column] ?? 0), 0);
    return sum + (reached - 1) ** 2;
  }, 0);
}

/** By the normal equations of the columns on the face; the others are 0. */
function solveOn(face: readonly number[], rows: readonly (readonly number[])[]): number[] {
  const sum = (of: (row: readonly number[]) => number) => rows.reduce((total, row) => total + of(row), 0);
  const matrix = face.map((i) => [
    ...face.map((j) => sum((row) => (row[i] ?? 0) * (row[j] ?? 0))),
    sum((row) => row[i] ?? 0),
  ]);
  const found = eliminate(matrix);
  return [0, 1, 2].map((column) => found[face.indexOf(column)] ?? 0);
}

/** Gauss's elimination of a symmetric positive matrix, whose last column is the right side. */
function eliminate(matrix: readonly number[][]): number[] {
  const size = matrix.length;
  for (const [pivot, own] of matrix.entries()) {
    for (const row of matrix.slice(pivot + 1)) {
      const factor = (row[pivot] ?? 0) / (own[pivot] ?? 0);
      for (let column = pivot; column <= size; column++) {
        row[column] = (row[column] ?? 0) - factor * (own[column] ?? 0);
      }
    }
  }
  const found = new Array<number>(size).fill(0);
  for (const [pivot, own] of [...matrix.entries()].reverse()) {
    const known = found.reduce((total, value, column) => total + value * (own[column] ?? 0), 0);
    found[pivot] = ((own[size] ?? 0) - known) / (own[pivot] ?? 0);
  }
  return found;
}
