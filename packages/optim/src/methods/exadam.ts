/**
 * EXAdam (Adly 2024): Adam with the gradient added to the moment and corrections that depend on each other,
 * m (1 + beta2^t v/(v + eps)) and v (1 + beta1^t m^2/(m^2 + eps)). As kozistr/pytorch_optimizer; weight decay is decoupled.
 *
 * Memory: 8 bytes per parameter. One pass: 16 bytes read and 12 written per f32 parameter.
 */
import { exadamStep } from '@tessera/tensor/kernels';
import { checkBetas, checkPositive } from '../check.js';
import { corrections, elementwiseRule, moments } from '../elementwise.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { ParametersArgument } from '../parameters.js';

export interface EXAdamOptions extends OptimizerOptions {
  /** Default 0.9 and 0.999. */
  readonly betas?: readonly [number, number];
  /** Default 1e-8. */
  readonly eps?: number;
}

/** Default learning rate 1e-3, no weight decay. */
export class EXAdam extends FlatOptimizer {
  constructor(params: ParametersArgument, options: EXAdamOptions = {}) {
    const { betas = [0.9, 0.999], eps = 1e-8 } = options;
    const own = { betas: checkBetas('EXAdam', betas), eps: checkPositive('EXAdam', 'eps', eps) };
    const [beta1, beta2] = own.betas;
    const rule = elementwiseRule(exadamStep, moments, (t, lr) => ({
      lr,
      beta1,
      beta2,
      eps,
      factor: beta2 ** t,
      gradWeight: beta1 ** t,
      ...corrections(beta1, beta2, t),
    }));
    super(params, options, { lr: 1e-3, weightDecay: 0 }, rule, own);
  }
}
