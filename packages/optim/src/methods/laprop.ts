/**
 * LaProp (Ziyin, Wang & Ueda 2020, Algorithm 1): Adam with the order turned round, momentum of normalised gradients instead
 * of normalised momentum, so that beta1 and beta2 do not depend on each other. As its authors' code: weight decay is decoupled and acts
 * after the step, 1e-15 is added inside the root; a schedule multiplies the step, as in the paper, where that code averages it with the momentum.
 *
 * Memory: 8 bytes per parameter. One pass: 16 bytes read and 12 written per f32 parameter.
 */
import { lapropStep } from '@tessera/tensor/kernels';
import { checkBetas, checkPositive } from '../check.js';
import { corrections, elementwiseRule, moments } from '../elementwise.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { ParametersArgument } from '../parameters.js';

export interface LaPropOptions extends OptimizerOptions {
  /** Default 0.9 and 0.999. */
  readonly betas?: readonly [number, number];
  /** Default 1e-15. */
  readonly eps?: number;
}

/** Default learning rate 4e-4, no weight decay. */
export class LaProp extends FlatOptimizer {
  constructor(params: ParametersArgument, options: LaPropOptions = {}) {
    const { betas = [0.9, 0.999], eps = 1e-15 } = options;
    const own = { betas: checkBetas('LaProp', betas), eps: checkPositive('LaProp', 'eps', eps) };
    const [beta1, beta2] = own.betas;
    const rule = elementwiseRule(lapropStep, moments, (t, lr) => ({
      lr,
      beta1,
      beta2,
      eps,
      epsRoot: 1e-15,
      ...corrections(beta1, beta2, t),
    }));
    super(params, options, { lr: 4e-4, weightDecay: 0 }, rule, own);
  }
}
