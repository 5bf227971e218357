/** Softmax and its logarithm along one dimension. */
import { kernels } from '../backend.js';
import { defineOp, differentiable } from '../op.js';
import { normalizeDim } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { along, dense, emptyLike, referenceLogSumExp } from './common.js';

export interface SoftmaxOptions {
  readonly dim: number;
}

const cases = [
  { inputs: [[4, 10]], options: { dim: -1 } },
  { inputs: [[3, 5, 7]], options: { dim: 1 } },
  { inputs: [[2, 1005]], options: { dim: -1 } },
  { inputs: [[3, 1]], options: { dim: -1 } },
] as const;

/** `exp(x)` divided by its sum along `dim`, without overflow. */
export const softmax = defineOp({
  name: 'softmax',
  options: { dim: true },
  forward: (x: Tensor, { dim }: SoftmaxOptions) => {
    const a = along(x.shape, normalizeDim('softmax', dim, x.ndim));
    const y = emptyLike(x);
    kernels.softmaxForward(x.device.commands, { x: dense(x), y, ...a });
    return differentiable(y, [y], (g, [saved]) => {
      const dx = emptyLike(saved!);
      kernels.softmaxBackward(g.device.commands, { y: saved!, g: dense(g), dx, ...a });
      return [dx];
    });
  },
  reference: (x, { dim }) => {
    const d = normalizeDim('softmax', dim, x.shape.length);
    return x.mapLines(d, x.shape[d]!, (line) => {
      const lse = referenceLogSumExp(line);
      return line.map((v) => Math.exp(v - lse));
    });
  },
  cases,
  cost: (x) => ({ flops: 5 * x.numel, bytes: 8 * x.numel }),
});

/** `log(softmax(x))` along `dim`, without loss of precision. */
export const logSoftmax = defineOp({
  name: 'logSoftmax',
  options: { dim: true },
  forward: (x: Tensor, { dim }: SoftmaxOptions) => {
    const a = along(x.shape, normalizeDim('logSoftmax', dim, x.ndim));
    const y = emptyLike(x);
    kernels.logSoftmaxForward(x.device.commands, { x: dense(x), y, ...a });
    return differentiable(y, [y], (g, [saved]) => {
      const dx = emptyLike(saved!);
      kernels.logSoftmaxBackward(g.device.commands, { y: saved!, g: dense(g), dx, ...a });
      return [dx];
    });
  },
  reference: (x, { dim }) => {
    const d = normalizeDim('logSoftmax', dim, x.shape.length);
    return x.mapLines(d, x.shape[d]!, (line) => {
      const lse = referenceLogSumExp(line);
      return line.map((v) => v - lse);
    });
  },
  cases,
  cost: (x) => ({ flops: 5 * x.numel, bytes: 8 * x.numel }),
});
