/**
 * Rank of an update matrix as torch.linalg.matrix_rank counts it: singular values above max(m, n) * eps_f32 * the
 * largest. They are the roots of the eigenvalues of the smaller Gram matrix, computed in float64 by Householder
 * tridiagonalisation and the QL method with implicit shifts (Martin, Reinsch & Wilkinson 1968). Squaring costs half the
 * digits: what is left (1e-8 of the largest) is far below the threshold, which float32's eps sets.
 */

export interface RankInfo {
  readonly rank: number;
  readonly maxRank: number;
  readonly topSingularValue: number;
  /** Squared Frobenius norm over squared largest singular value. */
  readonly stableRank: number;
}

/** Rank of a `rows` by `columns` matrix in row-major order. NaN throughout where an element is not finite. */
export function matrixRank(matrix: ArrayLike<number>, rows: number, columns: number): RankInfo {
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

/** Eigenvalues of a symmetric matrix, which is overwritten, in no particular order. */
function symmetricEigenvalues(a: Float64Array, n: number): Float64Array {
  const diagonal = new Float64Array(n);
  const off = new Float64Array(n);
  tridiagonalise(a, n, diagonal, off);
  implicitQl(diagonal, off, n);
  return diagonal;
}

function tridiagonalise(a: Float64Array, n: number, d: Float64Array, e: Float64Array): void {
  for (let i = n - 1; i > 0; i--) {
    const row = i * n;
    let scale = 0;
    for (let k = 0; k < i; k++) scale += Math.abs(a[row + k]!);
    if (i === 1 || scale === 0) {
      e[i] = a[row + i - 1]!;
      continue;
    }
    let h = 0;
    for (let k = 0; k < i; k++) {
      a[row + k]! /= scale;
      h += a[row + k]! ** 2;
    }
    let f = a[row + i - 1]!;
    const g = f >= 0 ? -Math.sqrt(h) : Math.sqrt(h);
    e[i] = scale * g;
    h -= f * g;
    a[row + i - 1] = f - g;
    f = 0;
    for (let j = 0; j < i; j++) {
      let sum = 0;
      for (let k = 0; k <= j; k++) sum += a[j * n + k]! * a[row + k]!;
      for (let k = j + 1; k < i; k++) sum += a[k * n + j]! * a[row + k]!;
      e[j] = sum / h;
      f += e[j]! * a[row + j]!;
    }
    const half = f / (h + h);
    for (let j = 0; j < i; j++) {
      const u = a[row + j]!;
      e[j]! -= half * u;
      for (let k = 0; k <= j; k++) a[j * n + k]! -= u * e[k]! + e[j]! * a[row + k]!;
    }
  }
  for (let i = 0; i < n; i++) d[i] = a[i * n + i]!;
  e[0] = 0;
}

function implicitQl(d: Float64Array, e: Float64Array, n: number): void {
  e.copyWithin(0, 1);
  e[n - 1] = 0;
  for (let l = 0; l < n; l++) {
    for (let turn = 0; turn < 60; turn++) {
      let m = l;
      for (; m < n - 1; m++) {
        const size = Math.abs(d[m]!) + Math.abs(d[m + 1]!);
        if (Math.abs(e[m]!) <= Number.EPSILON * size) break;
      }
      if (m === l) break;
      let g = (d[l + 1]! - d[l]!) / (2 * e[l]!);
      let r = Math.hypot(g, 1);
      g = d[m]! - d[l]! + e[l]! / (g + (g >= 0 ? r : -r));
      let [s, c, p] = [1, 1, 0];
      let i = m - 1;
      for (; i >= l; i--) {
        const f = s * e[i]!;
        const b = c * e[i]!;
        r = Math.hypot(f, g);
        e[i + 1] = r;
        if (r === 0) {
          d[i + 1]! -= p;
          e[m] = 0;
          break;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1]! - p;
        r = (d[i]! - g) * s + 2 * c * b;
        p = s * r;
        d[i + 1] = g + p;
        g = c * r - b;
      }
      if (r === 0 && i >= l) continue;
      d[l]! -= p;
      e[l] = g;
      e[m] = 0;
    }
  }
}
