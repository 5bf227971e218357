/**
 * KATE (Choudhury et al. 2024, Algorithm 1): a scale-invariant AdaGrad, b^2 += g^2, m^2 += delta g^2 + g^2/b^2, p -= lr m g/b^2.
 * As kozistr/pytorch_optimizer: eps is added to b^2 at every step; weight decay is decoupled.
 *
 * Memory: 8 bytes per parameter. One pass: 16 bytes read and 12 written per f32 parameter.
 */
import { kateStep } from '@tessera/tensor/kernels';
import { checkNonNegative, checkPositive } from '../check.js';
import { elementwiseRule } from '../elementwise.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { ParametersArgument } from '../parameters.js';

export interface KateOptions extends OptimizerOptions {
  /** Default 0. */
  readonly delta?: number;
  /** Default 1e-8. */
  readonly eps?: number;
}

/** Default learning rate 1e-3, no weight decay. */
export class Kate extends FlatOptimizer {
  constructor(params: ParametersArgument, options: KateOptions = {}) {
    const { delta = 0, eps = 1e-8 } = options;
    const own = { delta: checkNonNegative('Kate', 'delta', delta), eps: checkPositive('Kate', 'eps', eps) };
    const rule = elementwiseRule(kateStep, [{ name: 'm' }, { name: 'b' }], (_t, lr) => ({ lr, eps, factor: delta }));
    super(params, options, { lr: 1e-3, weightDecay: 0 }, rule, own);
  }
}
