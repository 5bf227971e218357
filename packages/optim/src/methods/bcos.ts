/**
 * BCOS (Jiang & Xiao 2025, the conditional form): momentum divided by an estimate of its second moment that is made of the
 * momentum and the gradient at hand, v = (3b^2 - 2b^3) m^2 + (1 - b)^2 g^2 + 2b(1 - b)^2 m g, so that no second state is
 * kept. As kozistr/pytorch_optimizer: m is the momentum after this step and starts at the first gradient; weight decay is decoupled.
 *
 * Memory: 4 bytes per parameter. One pass: 12 bytes read and 8 written per f32 parameter.
 */
import { bcosStep } from '@tessera/tensor/kernels';
import { checkBeta, checkPositive } from '../check.js';
import { elementwiseRule } from '../elementwise.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { ParametersArgument } from '../parameters.js';

export interface BcosOptions extends OptimizerOptions {
  /** Decay of the momentum. Default 0.9. */
  readonly beta?: number;
  /** Default 1e-6. */
  readonly eps?: number;
}

/** Default learning rate 1e-3, weight decay 0.1. */
export class BCOS extends FlatOptimizer {
  constructor(params: ParametersArgument, options: BcosOptions = {}) {
    const { beta = 0.9, eps = 1e-6 } = options;
    const own = { beta: checkBeta('BCOS', 'beta', beta), eps: checkPositive('BCOS', 'eps', eps) };
    const rest = 1 - beta;
    const rule = elementwiseRule(bcosStep, [{ name: 'm' }], (t, lr) => ({
      lr,
      beta1: t === 1 ? 0 : beta,
      eps,
      momentWeight: 3 * beta ** 2 - 2 * beta ** 3,
      gradWeight: rest ** 2,
      factor: 2 * beta * rest ** 2,
    }));
    super(params, options, { lr: 1e-3, weightDecay: 0.1 }, rule, own);
  }
}
