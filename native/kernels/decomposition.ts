/**
 * Decompositions of small dense matrices, for preconditioners. They compute in double whatever they store; matrices of a
 * batch are worked on side by side.
 */
import { family } from '../lib/schema.js';

export default family('decomposition', {
  eigh: {
    doc:
      'Eigenvalues, descending, and eigenvectors, the columns of `vectors`, of symmetric matrices a [batch, n, n]: a v = v diag(values). ' +
      'Householder tridiagonalisation and implicit QL (EISPACK tred2, tql2)',
    in: { a: 'f32[batch*n*n]' },
    out: { values: 'f32[batch*n]', vectors: 'f32[batch*n*n]' },
    params: { n: 'u32', batch: 'u32' },
  },
  orthogonalize: {
    doc: 'The factor Q of the QR decomposition of matrices a [batch, n, n] by Householder reflections; columns keep their directions',
    in: { a: 'f32[batch*n*n]' },
    out: { q: 'f32[batch*n*n]' },
    params: { n: 'u32', batch: 'u32' },
  },
});
