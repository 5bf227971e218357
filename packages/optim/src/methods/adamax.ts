/**
 * Adamax (Kingma & Ba 2015, Algorithm 2), as `torch.optim.Adamax`: eps is added to |g| inside the maximum, weight decay
 * to the gradient.
 *
 * Memory: 8 bytes per parameter. One pass: 16 bytes read and 12 written per f32 parameter.
 */
import { adamaxStep } from '@tessera/tensor/kernels';
import { checkBetas, checkNonNegative } from '../check.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { ParametersArgument } from '../parameters.js';

export interface AdamaxOptions extends OptimizerOptions {
  /** Default 0.9 and 0.999. */
  readonly betas?: readonly [number, number];
  /** Default 1e-8. */
  readonly eps?: number;
}

/** Default learning rate 2e-3, no weight decay. */
export class Adamax extends FlatOptimizer {
  constructor(params: ParametersArgument, options: AdamaxOptions = {}) {
    const { betas = [0.9, 0.999], eps = 1e-8 } = options;
    const own = { betas: checkBetas('Adamax', betas), eps: checkNonNegative('Adamax', 'eps', eps) };
    const [beta1, beta2] = own.betas;
    super(
      params,
      options,
      { lr: 2e-3, weightDecay: 0 },
      {
        states: [
          { name: 'exp_avg', argument: 'expAvg' },
          { name: 'exp_inf', argument: 'expInf' },
        ],
        decoupled: false,
        step: adamaxStep,
        scalars: (t, lr) => ({ lr, beta1, beta2, eps, momentWeight: 1 / (1 - beta1 ** t) }),
      },
      own,
    );
  }
}
