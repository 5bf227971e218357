// Generated from native/kernels by `npm run generate`; do not edit.
import { type BufferRef, type CommandWriter, unsupportedTypes } from '../command-writer.js';

/** c[batch, m, n] = activation(alpha * a[batch, m, k] b[batch, k, n] + bias[n]) + residual + beta * c, where preactivation gets the argument of the activation; with beta 0, c is not read. activation: 0 none, 1 gelu, 2 geluTanh, 3 silu, 4 relu */
export interface MatmulArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly bias?: BufferRef | undefined;
  readonly residual?: BufferRef | undefined;
  readonly c: BufferRef;
  readonly preactivation?: BufferRef | undefined;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly aRow: number;
  readonly aCol: number;
  readonly bRow: number;
  readonly bCol: number;
  readonly aBatch: readonly number[];
  readonly bBatch: readonly number[];
  readonly batchRank: number;
  readonly batch: readonly number[];
  readonly alpha: number;
  readonly beta: number;
  readonly activation: number;
}

const matmulT = [0, 1, -1, -1, -1, -1, -1];

const matmulC = [0, 1, -1, -1, -1, -1, -1];

/** c[batch, m, n] = activation(alpha * a[batch, m, k] b[batch, k, n] + bias[n]) + residual + beta * c, where preactivation gets the argument of the activation; with beta 0, c is not read. activation: 0 none, 1 gelu, 2 geluTanh, 3 silu, 4 relu */
export function matmul(w: CommandWriter, a: MatmulArgs): void {
  const v0 = matmulT[a.a.typeCode]!;
  const v1 = matmulC[a.c.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('matmul', [a.a, a.c], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(58);
  const u = w.words;
  u[i] = 228 | (variant << 16);
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.bias);
  w.buffer(i + 11, a.residual);
  w.buffer(i + 14, a.c);
  w.buffer(i + 17, a.preactivation);
  w.u64(i + 20, a.m);
  w.u64(i + 22, a.n);
  w.u64(i + 24, a.k);
  w.i64(i + 26, a.aRow);
  w.i64(i + 28, a.aCol);
  w.i64(i + 30, a.bRow);
  w.i64(i + 32, a.bCol);
  w.i64Array(i + 34, a.aBatch, 4);
  w.i64Array(i + 42, a.bBatch, 4);
  u[i + 50] = a.batchRank;
  w.u32Array(i + 51, a.batch, 4);
  w.floats[i + 55] = a.alpha;
  w.floats[i + 56] = a.beta;
  u[i + 57] = a.activation;
  w.end(58);
}
