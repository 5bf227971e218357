/**
 * Eigenvalues of symmetric matrices on the host, in float64, where float32 would not do: ranks and distances of
 * distributions. Householder's reduction to tridiagonal form, then implicit QL. Rows are contiguous throughout, so that 2048
 * of them take seconds. Source: Golub and Van Loan, chapter 8.
 */
import { ArgumentError, formatValue, TesseraError } from './errors.js';

/** Eigenvalues of a symmetric matrix of `n` rows, row by row; in no particular order. @throws TesseraError where they do not converge. */
export function symmetricEigenvalues(matrix: Float64Array, n: number): Float64Array {
  if (!(matrix instanceof Float64Array) || !Number.isInteger(n) || n < 0 || matrix.length !== n * n) {
    const got = `${formatValue(matrix)} and n ${formatValue(n)}`;
    throw new ArgumentError(`needs a Float64Array of n * n elements; got ${got}.`, { op: 'symmetricEigenvalues' });
  }
  const { diagonal, off } = tridiagonal(matrix, n);
  implicitQl(diagonal, off, n);
  return diagonal;
}

/** Of a matrix whose largest element is 1: where ranks are low, rounding of rounding shrinks to what cannot be squared. */
const nothing = 1e-280;

/** The diagonal of a tridiagonal matrix with the same eigenvalues, and what is beside it. */
function tridiagonal(matrix: Float64Array, n: number) {
  const scale = matrix.reduce((most, x) => Math.max(most, Math.abs(x)), 0) || 1;
  const a = matrix.map((x) => x / scale);
  const diagonal = new Float64Array(n);
  const off = new Float64Array(n);
  for (let k = 0; k < n - 1; k++) {
    const first = k + 1;
    const v = new Float64Array(n);
    let squares = 0;
    for (let i = first; i < n; i++) {
      v[i] = a[i * n + k]!;
      squares += v[i]! ** 2;
    }
    if (squares < nothing) squares = 0;
    const alpha = v[first]! > 0 ? -Math.sqrt(squares) : Math.sqrt(squares);
    v[first]! -= alpha;
    diagonal[k] = scale * a[k * n + k]!;
    off[k] = scale * alpha;
    const length = squares - 2 * alpha * (v[first]! + alpha) + alpha * alpha;
    const beta = squares > 0 ? 2 / length : 0;
    if (beta !== 0) reflect(a, n, first, v, beta);
  }
  if (n > 0) diagonal[n - 1] = scale * a[n * n - 1]!;
  return { diagonal, off };
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

/** Turns `d` (with `e` beside it) into eigenvalues. */
function implicitQl(d: Float64Array, e: Float64Array, n: number): void {
  // Against the whole matrix, not the neighbours: where it is singular, those are rounding themselves.
  const negligible = Number.EPSILON * d.reduce((most, x, i) => Math.max(most, Math.abs(x) + Math.abs(e[i]!)), 0);
  if (!Number.isFinite(negligible)) throw notConverged();
  for (let l = 0; l < n; l++) {
    for (let sweep = 0; ; sweep++) {
      let m = l;
      while (m < n - 1 && Math.abs(e[m]!) > negligible) m++;
      if (m === l) break;
      if (sweep === 100) throw notConverged();
      chase(d, e, l, m);
    }
  }
}

const notConverged = () =>
  new TesseraError('NO_CONVERGENCE', 'eigenvalues did not converge; are there NaN or infinite elements?', {
    op: 'symmetricEigenvalues',
  });

/** One implicit QL sweep over the block from `l` to `m`. */
function chase(d: Float64Array, e: Float64Array, l: number, m: number): void {
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
  }
  d[l]! -= p;
  e[l] = g;
  e[m] = 0;
}
