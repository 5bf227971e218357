/** Dropout. Its mask is never stored: the gradient draws the same random numbers again. */
import { kernels } from '../backend.js';
import { ArgumentError } from '../errors.js';
import type { Generator } from '../generator.js';
import { defineOp, differentiable } from '../op.js';
import type { Tensor } from '../tensor.js';
import { dense, emptyLike } from './common.js';

export interface DropoutOptions {
  /** Probability of zeroing an element. Default 0.5. */
  readonly p?: number;
  /** Without training, dropout does nothing. Default true. */
  readonly training?: boolean;
  /** Default: the device's. */
  readonly generator?: Generator;
}

/** Zeroes elements with probability `p` and scales the rest by `1 / (1 - p)`. Source: JMLR 15 (2014) 1929. */
export const dropout = defineOp({
  name: 'dropout',
  options: { p: true, training: true, generator: true },
  forward: (x: Tensor, { p = 0.5, training = true, generator = x.device.generator }: DropoutOptions = {}) => {
    if (!(p >= 0 && p <= 1)) throw new ArgumentError(`p must be from 0 to 1; got ${p}.`, { op: 'dropout', actual: p });
    if (!training || p === 0) return x;
    const n = x.numel;
    const { seed, offset, again } = generator.reserve(n);
    const y = emptyLike(x);
    kernels.dropout(x.device.commands, { x: dense(x), y, n, seed, offset, p });
    return differentiable(y, [], (g) => {
      const dx = emptyLike(g);
      kernels.dropout(g.device.commands, { x: dense(g), y: dx, n, seed, offset: again, p });
      return [dx];
    });
  },
  reference: (x) => x,
  cases: [
    { inputs: [[3, 5]], options: { p: 0 } },
    { inputs: [[3, 5]], options: { training: false } },
  ],
});
