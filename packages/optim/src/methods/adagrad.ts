/**
 * Adagrad (Duchi et al. 2011), as `torch.optim.Adagrad`: the learning rate falls as lr/(1 + (t-1) lrDecay), weight decay
 * is added to the gradient.
 *
 * Memory: 4 bytes per parameter. One pass: 12 bytes read and 8 written per f32 parameter.
 */
import { adagradStep } from '@tessera/tensor/kernels';
import { checkNonNegative } from '../check.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { ParametersArgument } from '../parameters.js';

export interface AdagradOptions extends OptimizerOptions {
  /** Default 0. */
  readonly lrDecay?: number;
  /** What the sums of squares start from. Default 0. */
  readonly initialAccumulatorValue?: number;
  /** Default 1e-10. */
  readonly eps?: number;
}

/** Default learning rate 1e-2, no weight decay. */
export class Adagrad extends FlatOptimizer {
  constructor(params: ParametersArgument, options: AdagradOptions = {}) {
    const { lrDecay = 0, initialAccumulatorValue = 0, eps = 1e-10 } = options;
    const own = {
      lrDecay: checkNonNegative('Adagrad', 'lrDecay', lrDecay),
      initialAccumulatorValue: checkNonNegative('Adagrad', 'initialAccumulatorValue', initialAccumulatorValue),
      eps: checkNonNegative('Adagrad', 'eps', eps),
    };
    super(
      params,
      options,
      { lr: 1e-2, weightDecay: 0 },
      {
        states: [{ name: 'sum', argument: 'sum', initial: initialAccumulatorValue }],
        decoupled: false,
        step: adagradStep,
        scalars: (t, lr) => ({ lr: lr / (1 + (t - 1) * lrDecay), eps }),
      },
      own,
    );
  }
}
