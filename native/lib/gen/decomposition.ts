// Generated from native/kernels by `npm run generate`; do not edit.
import { type BufferRef, type CommandWriter } from '../command-writer.js';

/** Eigenvalues, descending, and eigenvectors, the columns of `vectors`, of symmetric matrices a [batch, n, n]: a v = v diag(values). Householder tridiagonalisation and implicit QL (EISPACK tred2, tql2) */
export interface EighArgs {
  readonly a: BufferRef;
  readonly values: BufferRef;
  readonly vectors: BufferRef;
  readonly n: number;
  readonly batch: number;
}

/** Eigenvalues, descending, and eigenvectors, the columns of `vectors`, of symmetric matrices a [batch, n, n]: a v = v diag(values). Householder tridiagonalisation and implicit QL (EISPACK tred2, tql2) */
export function eigh(w: CommandWriter, a: EighArgs): void {
  const i = w.begin(13);
  const u = w.words;
  u[i] = 270;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.values);
  w.buffer(i + 8, a.vectors);
  u[i + 11] = a.n;
  u[i + 12] = a.batch;
  w.end(13);
}

/** The factor Q of the QR decomposition of matrices a [batch, n, n] by Householder reflections; columns keep their directions */
export interface OrthogonalizeArgs {
  readonly a: BufferRef;
  readonly q: BufferRef;
  readonly n: number;
  readonly batch: number;
}

/** The factor Q of the QR decomposition of matrices a [batch, n, n] by Householder reflections; columns keep their directions */
export function orthogonalize(w: CommandWriter, a: OrthogonalizeArgs): void {
  const i = w.begin(10);
  const u = w.words;
  u[i] = 271;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.q);
  u[i + 8] = a.n;
  u[i + 9] = a.batch;
  w.end(10);
}
