import { family } from '../lib/schema.js';

const operand = (batchStrides: string, rows: string, rowStride: string, cols: string, colStride: string) =>
  `T[matrixExtent(batchRank, 4, batch, ${batchStrides}, ${rows}, ${rowStride}, ${cols}, ${colStride})]`;
const result = 'C[shapeExtent(batchRank, 4, batch)*m*n]';

/**
 * Matrix products. Operands are strided, so that transposes and broadcast batches cost nothing; results are
 * contiguous. bf16 operands accumulate in f32. An element is one chain of multiply-adds over ascending k: its bits do
 * not depend on m, on its place, or on the number of threads.
 */
export default family('gemm', {
  matmul: {
    doc: 'c[batch, m, n] = activation(alpha * a[batch, m, k] b[batch, k, n] + bias[n]) + residual + beta * c, where preactivation gets the argument of the activation; with beta 0, c is not read. activation: 0 none, 1 gelu, 2 geluTanh, 3 silu, 4 relu',
    types: { T: ['f32', 'bf16'], C: ['f32', 'bf16'] },
    in: {
      a: operand('aBatch', 'm', 'aRow', 'k', 'aCol'),
      b: operand('bBatch', 'k', 'bRow', 'n', 'bCol'),
      bias: 'C[n]?',
      residual: `${result}?`,
    },
    inout: { c: result },
    out: { preactivation: `${result}?` },
    params: {
      m: 'u64',
      n: 'u64',
      k: 'u64',
      aRow: 'i64',
      aCol: 'i64',
      bRow: 'i64',
      bCol: 'i64',
      aBatch: 'i64[4]',
      bBatch: 'i64[4]',
      batchRank: 'u32',
      batch: 'u32[4]',
      alpha: 'f32',
      beta: 'f32',
      activation: 'u32',
    },
  },
});
