/**
 * Eigenvalues and eigenvectors of symmetric matrices on the host, in float64, where float32 would not do: ranks and
 * distances of distributions. Householder's reduction to tridiagonal form, then implicit QL. Rows are contiguous
 * throughout, so 2048 of them take seconds. Source: Golub and Van Loan, chapter 8.
 */
import { TesseraError } from './errors.js';

export interface SymmetricEigen {
  /** In no particular order. */
  readonly values: Float64Array;
  /** Row i, `[n]`, belongs to value i; orthonormal. */
  readonly vectors: Float64Array;
}

/** Eigenvalues and eigenvectors of a symmetric matrix of `n` rows, row by row. @throws TesseraError where they do not converge. */
export function symmetricEigen(matrix: Float64Array, n: number): SymmetricEigen {
  const { diagonal, off, reflectors } = tridiagonal(matrix, n);
  const vectors = basisOf(reflectors, n);
  implicitQl(diagonal, off, n, vectors);
  return { values: diagonal, vectors };
}

/** The eigenvalues alone, for a fraction of the work; in no particular order. @throws TesseraError where they do not converge. */
export function symmetricEigenvalues(matrix: Float64Array, n: number): Float64Array {
  const { diagonal, off } = tridiagonal(matrix, n);
  implicitQl(diagonal, off, n);
  return diagonal;
}

/** `H = 1 - beta v vᵀ`. */
interface Reflector {
  readonly v: Float64Array;
  readonly beta: number;
}

/** `A = Qᵀ T Q` with T tridiagonal and Q the product of the reflectors, transposed. */
function tridiagonal(matrix: Float64Array, n: number) {
  const a = matrix.slice();
  const diagonal = new Float64Array(n);
  const off = new Float64Array(n);
  const reflectors: Reflector[] = [];
  for (let k = 0; k < n - 1; k++) {
    const first = k + 1;
    const v = new Float64Array(n);
    let squares = 0;
    for (let i = first; i < n; i++) {
      v[i] = a[i * n + k]!;
      squares += v[i]! ** 2;
    }
    const alpha = v[first]! > 0 ? -Math.sqrt(squares) : Math.sqrt(squares);
    v[first]! -= alpha;
    diagonal[k] = a[k * n + k]!;
    off[k] = alpha;
    const length = squares - 2 * alpha * (v[first]! + alpha) + alpha * alpha;
    const beta = length > 0 ? 2 / length : 0;
    reflectors.push({ v, beta });
    if (beta !== 0) reflect(a, n, first, v, beta);
  }
  if (n > 0) diagonal[n - 1] = a[n * n - 1]!;
  return { diagonal, off, reflectors };
}

/** `A := H A H` for `H = 1 - beta v vᵀ`, on rows and columns from `first` on. */
function reflect(a: Float64Array, n: number, first: number, v: Float64Array, beta: number): void {
  const p = new Float64Array(n);
  let along = 0;
  for (let i = first; i < n; i++) {
    let sum = 0;
    for (let j = first, at = i * n + first; j < n; j++, at++) sum += a[at]! * v[j]!;
    p[i] = beta * sum;
    along += v[i]! * p[i]!;
  }
  for (let i = first; i < n; i++) p[i]! -= (beta / 2) * along * v[i]!;
  for (let i = first; i < n; i++) {
    const [vi, wi] = [v[i]!, p[i]!];
    for (let j = first, at = i * n + first; j < n; j++, at++) a[at]! -= vi * p[j]! + wi * v[j]!;
  }
}

/** The product of the reflectors, transposed. */
function basisOf(reflectors: readonly Reflector[], n: number): Float64Array {
  const q = new Float64Array(n * n);
  for (let i = 0; i < n; i++) q[i * n + i] = 1;
  for (let k = reflectors.length - 1; k >= 0; k--) {
    const { v, beta } = reflectors[k]!;
    if (beta === 0) continue;
    const sums = new Float64Array(n);
    for (let i = k + 1; i < n; i++) for (let j = 0, at = i * n; j < n; j++, at++) sums[j]! += v[i]! * q[at]!;
    for (let i = k + 1; i < n; i++) {
      const factor = beta * v[i]!;
      for (let j = 0, at = i * n; j < n; j++, at++) q[at]! -= factor * sums[j]!;
    }
  }
  const rows = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) rows[j * n + i] = q[i * n + j]!;
  return rows;
}

/** Turns `d` (with `e` beside it) into eigenvalues and the rows of `z`, where given, into eigenvectors. */
function implicitQl(d: Float64Array, e: Float64Array, n: number, z?: Float64Array): void {
  // Against the whole matrix, not the neighbours: where it is singular, those are rounding themselves.
  const negligible = Number.EPSILON * d.reduce((most, x, i) => Math.max(most, Math.abs(x) + Math.abs(e[i]!)), 0);
  if (!Number.isFinite(negligible)) throw notConverged();
  for (let l = 0; l < n; l++) {
    for (let sweep = 0; ; sweep++) {
      let m = l;
      while (m < n - 1 && Math.abs(e[m]!) > negligible) m++;
      if (m === l) break;
      if (sweep === 100) throw notConverged();
      chase(d, e, n, l, m, z);
    }
  }
}

const notConverged = () =>
  new TesseraError('NO_CONVERGENCE', 'eigenvalues did not converge; are there NaN or infinite elements?', {
    op: 'symmetricEigen',
  });

/** One implicit QL sweep over the block from `l` to `m`. */
function chase(d: Float64Array, e: Float64Array, n: number, l: number, m: number, z?: Float64Array): void {
  let g = (d[l + 1]! - d[l]!) / (2 * e[l]!);
  let r = Math.hypot(g, 1);
  g = d[m]! - d[l]! + e[l]! / (g + (g >= 0 ? r : -r));
  let [s, c, p] = [1, 1, 0];
  for (let i = m - 1; i >= l; i--) {
    const [f, b] = [s * e[i]!, c * e[i]!];
    r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1]! -= p;
      e[m] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    g = d[i + 1]! - p;
    r = (d[i]! - g) * s + 2 * c * b;
    p = s * r;
    d[i + 1] = g + p;
    g = c * r - b;
    if (z === undefined) continue;
    for (let k = 0, lower = i * n, upper = lower + n; k < n; k++, lower++, upper++) {
      const [x, y] = [z[lower]!, z[upper]!];
      z[upper] = s * x + c * y;
      z[lower] = c * x - s * y;
    }
  }
  d[l]! -= p;
  e[l] = g;
  e[m] = 0;
}
