/**
 * Rectified Adam (Liu et al. 2020, Algorithm 2), as `torch.optim.RAdam`: while the variance of the second moment cannot
 * be estimated (rho_t <= 5) the step is momentum alone, afterwards Adam's scaled by the rectification term. eps is added
 * before the second moment's bias is corrected.
 *
 * Memory: 8 bytes per parameter. One pass: 16 bytes read and 12 written per f32 parameter.
 */
import { adamStep } from '@tessera/tensor/kernels';
import { checkBetas, checkNonNegative } from '../check.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { ParametersArgument } from '../parameters.js';
import { adamStates } from './adam.js';

export interface RAdamOptions extends OptimizerOptions {
  /** Default 0.9 and 0.999. */
  readonly betas?: readonly [number, number];
  /** Default 1e-8. */
  readonly eps?: number;
  /** Decays the parameters themselves instead of adding to the gradient. Default false. */
  readonly decoupledWeightDecay?: boolean;
}

/** Default learning rate 1e-3, no weight decay. */
export class RAdam extends FlatOptimizer {
  constructor(params: ParametersArgument, options: RAdamOptions = {}) {
    const { betas = [0.9, 0.999], eps = 1e-8, decoupledWeightDecay = false } = options;
    const own = {
      betas: checkBetas('RAdam', betas),
      eps: checkNonNegative('RAdam', 'eps', eps),
      decoupledWeightDecay,
    };
    const [beta1, beta2] = own.betas;
    const rhoInfinity = 2 / (1 - beta2) - 1;
    super(
      params,
      options,
      { lr: 1e-3, weightDecay: 0 },
      {
        states: adamStates,
        decoupled: decoupledWeightDecay,
        step: adamStep,
        scalars: (t, lr) => {
          const corrected = 1 - beta2 ** t;
          const rho = rhoInfinity - (2 * t * beta2 ** t) / corrected;
          const momentWeight = 1 / (1 - beta1 ** t);
          const shared = { lr, beta1, beta2, gradWeight: 0 };
          if (rho <= 5) return { ...shared, momentWeight, rootScale: 0, eps: 1 };
          const rectification = Math.sqrt(
            ((rho - 4) * (rho - 2) * rhoInfinity) / ((rhoInfinity - 4) * (rhoInfinity - 2) * rho),
          );
          return { ...shared, momentWeight: momentWeight * rectification * Math.sqrt(corrected), rootScale: 1, eps };
        },
      },
      own,
    );
  }
}
