/**
 * Rank of an update matrix as torch.linalg.matrix_rank counts it: singular values above max(m, n) * eps_f32 * the
 * largest. They are the roots of the eigenvalues of the smaller Gram matrix, in float64. Squaring costs half the digits:
 * what is left (1e-8 of the largest) is far below the threshold, which float32's eps sets.
 */
import { ArgumentError, formatValue, symmetricEigenvalues } from '@tessera/tensor';

export interface RankInfo {
  readonly rank: number;
  readonly maxRank: number;
  readonly topSingularValue: number;
  /** Squared Frobenius norm over squared largest singular value. */
  readonly stableRank: number;
}

/** Rank of a `rows` by `columns` matrix in row-major order. NaN throughout where an element is not finite. */
export function matrixRank(matrix: ArrayLike<number>, rows: number, columns: number): RankInfo {
  if (!Number.isInteger(rows) || !Number.isInteger(columns) || matrix?.length !== rows * columns) {
    const got = `${matrix?.length} for ${formatValue(rows)} by ${formatValue(columns)}`;
    throw new ArgumentError(`needs rows * columns elements; got ${got}.`, { op: 'matrixRank' });
  }
  const maxRank = Math.min(rows, columns);
  let squares = 0;
  for (let i = 0; i < matrix.length; i++) squares += matrix[i]! * matrix[i]!;
  if (!Number.isFinite(squares))
    return { rank: Number.NaN, maxRank, topSingularValue: Number.NaN, stableRank: Number.NaN };
  if (squares === 0) return { rank: 0, maxRank, topSingularValue: 0, stableRank: 0 };
  const eigenvalues = symmetricEigenvalues(gram(matrix, rows, columns), maxRank);
  const top = Math.sqrt(Math.max(0, ...eigenvalues));
  const threshold = Math.max(rows, columns) * 2 ** -23 * top;
  const rank = eigenvalues.reduce((count, value) => count + (Math.sqrt(Math.max(0, value)) > threshold ? 1 : 0), 0);
  return { rank, maxRank, topSingularValue: top, stableRank: squares / (top * top) };
}

/** A Aᵀ or Aᵀ A, whichever is smaller, full and symmetric. */
function gram(a: ArrayLike<number>, rows: number, columns: number): Float64Array {
  const wide = rows <= columns;
  const [n, k] = wide ? [rows, columns] : [columns, rows];
  // vectors in rows, so that the inner loop runs along memory
  const v = new Float64Array(n * k);
  for (let i = 0; i < n; i++) for (let j = 0; j < k; j++) v[i * k + j] = wide ? a[i * k + j]! : a[j * n + i]!;
  const g = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let t = 0, p = i * k, q = j * k; t < k; t++) sum += v[p + t]! * v[q + t]!;
      g[i * n + j] = sum;
      g[j * n + i] = sum;
    }
  }
  return g;
}
