/**
 * Adadelta (Zeiler 2012, Algorithm 1), as `torch.optim.Adadelta`: weight decay is added to the gradient.
 *
 * Memory: 8 bytes per parameter. One pass: 16 bytes read and 12 written per f32 parameter.
 */
import { adadeltaStep } from '@tessera/tensor/kernels';
import { checkBeta, checkNonNegative } from '../check.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { ParametersArgument } from '../parameters.js';

export interface AdadeltaOptions extends OptimizerOptions {
  /** Decay rate of both averages. Default 0.9. */
  readonly rho?: number;
  /** Default 1e-6. */
  readonly eps?: number;
}

/** Default learning rate 1, no weight decay. */
export class Adadelta extends FlatOptimizer {
  constructor(params: ParametersArgument, options: AdadeltaOptions = {}) {
    const { rho = 0.9, eps = 1e-6 } = options;
    const own = { rho: checkBeta('Adadelta', 'rho', rho), eps: checkNonNegative('Adadelta', 'eps', eps) };
    super(
      params,
      options,
      { lr: 1, weightDecay: 0 },
      {
        states: [
          { name: 'square_avg', argument: 'squareAvg' },
          { name: 'acc_delta', argument: 'accDelta' },
        ],
        decoupled: false,
        step: adadeltaStep,
        scalars: (_t, lr) => ({ lr, rho, eps }),
      },
      own,
    );
  }
}
