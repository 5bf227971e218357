/**
 * MADGRAD (Defazio & Jelassi 2022, Algorithm 1): dual averaging with AdaGrad's denominator under a cube root, and momentum.
 * With l = lr sqrt(t): v += l g^2, s += l g, z = x_0 - s/(cbrt(v) + eps), x = momentum x + (1 - momentum) z. As
 * optax.contrib.madgrad: eps is added to the learning rate too; weight decay is added to the gradient.
 *
 * Memory: 12 bytes per parameter. One pass: 20 bytes read and 12 written per f32 parameter (x_0 is not written).
 */
import { madgradStep } from '@tessera/tensor/kernels';
import { checkBeta, checkPositive } from '../check.js';
import { elementwiseRule } from '../elementwise.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { ParametersArgument } from '../parameters.js';

export interface MadgradOptions extends OptimizerOptions {
  /** Share of the old parameters in the new. Default 0.9. */
  readonly momentum?: number;
  /** Default 1e-6. */
  readonly eps?: number;
}

/** Default learning rate 1e-2, no weight decay. */
export class MADGRAD extends FlatOptimizer {
  constructor(params: ParametersArgument, options: MadgradOptions = {}) {
    const { momentum = 0.9, eps = 1e-6 } = options;
    const own = { momentum: checkBeta('MADGRAD', 'momentum', momentum), eps: checkPositive('MADGRAD', 'eps', eps) };
    const rule = elementwiseRule(
      madgradStep,
      [{ name: 'grad_sum_sq' }, { name: 's' }, { name: 'x0', initial: 'parameters' }],
      (t, lr) => ({ lr: (lr + eps) * Math.sqrt(t), beta1: momentum, eps }),
      { coupled: true },
    );
    super(params, options, { lr: 1e-2, weightDecay: 0 }, rule, own);
  }
}
