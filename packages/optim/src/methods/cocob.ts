/**
 * COCOB-Backprop (Orabona & Tommasi 2017, Algorithm 2): every coordinate bets a fraction of what it has won so far, and
 * needs no learning rate. As optax: the learning rate (with its schedule) multiplies the gradient, so that it only weighs
 * gradients against each other; weight decay is added to the gradient.
 *
 * Memory: 20 bytes per parameter. One pass: 28 bytes read and 20 written per f32 parameter (x_0 is not written).
 */
import { cocobStep } from '@tessera/tensor/kernels';
import { checkPositive } from '../check.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { ParametersArgument } from '../parameters.js';

export interface CocobOptions extends OptimizerOptions {
  /** Bets no more than 1/alpha at first. Default 100. */
  readonly alpha?: number;
  /** The largest gradient that is assumed before there is one. Default 1e-8. */
  readonly eps?: number;
}

/** Default learning rate 1, no weight decay. */
export class COCOB extends FlatOptimizer {
  constructor(params: ParametersArgument, options: CocobOptions = {}) {
    const { alpha = 100, eps = 1e-8 } = options;
    const own = { alpha: checkPositive('COCOB', 'alpha', alpha), eps: checkPositive('COCOB', 'eps', eps) };
    super(
      params,
      options,
      { lr: 1, weightDecay: 0 },
      {
        states: [
          { name: 'x0', argument: 'x0', initial: 'parameters' },
          { name: 'theta', argument: 'theta' },
          { name: 'largest', argument: 'largest', initial: eps },
          { name: 'grad_sum', argument: 'gradSum' },
          { name: 'reward', argument: 'reward' },
        ],
        decoupled: false,
        scalars: (_t, lr) => ({ lr, alpha }),
        step: cocobStep,
      },
      own,
    );
  }
}
