/**
 * LAMB (You et al. 2020, Algorithm 2): Adam's step with its decay, u = mhat/(sqrt(vhat) + eps) + weightDecay p, scaled in each tensor
 * to the size of its parameters, p -= lr |p|/|u| u. As optax.lamb: a norm of zero leaves u as it is, and |p| is not bounded.
 *
 * Memory: 8 bytes per parameter. Two passes, as the second waits for the norms: 16 bytes read, then 16 read and 12 written per
 * f32 parameter.
 */
import { adamStep, adamTerms, lambRates } from '@tessera/tensor/kernels';
import { checkBetas, checkNonNegative } from '../check.js';
import { corrections } from '../elementwise.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import { layerRates } from '../layer.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { ParametersArgument } from '../parameters.js';
import { adamStates } from './adam.js';

export interface LambOptions extends OptimizerOptions {
  /** Default 0.9 and 0.999. */
  readonly betas?: readonly [number, number];
  /** Default 1e-6. */
  readonly eps?: number;
}

/** Default learning rate 1e-3, no weight decay. */
export class LAMB extends FlatOptimizer {
  constructor(params: ParametersArgument, options: LambOptions = {}) {
    const { betas = [0.9, 0.999], eps = 1e-6 } = options;
    const own = { betas: checkBetas('LAMB', betas), eps: checkNonNegative('LAMB', 'eps', eps) };
    const [beta1, beta2] = own.betas;
    super(
      params,
      options,
      { lr: 1e-3, weightDecay: 0 },
      {
        states: adamStates,
        decoupled: true,
        step: adamStep,
        scalars: (t, lr) => ({ lr, beta1, beta2, eps, gradWeight: 0, ...corrections(beta1, beta2, t) }),
        ...layerRates({
          op: 'LAMB',
          terms: adamTerms,
          looksAt: ['exp_avg', 'exp_avg_sq'],
          rates: lambRates,
          numbers: ({ momentWeight, rootScale }) => ({
            beta1,
            beta2,
            eps,
            momentWeight: momentWeight!,
            rootScale: rootScale!,
          }),
          use: (rate, decay) => ({ segmentLr: rate, segmentDecay: decay }),
        }),
      },
      own,
    );
  }
}
