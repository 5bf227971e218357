/**
 * Yogi (Zaheer et al. 2018, Algorithm 2): Adam whose second moment moves towards g^2 by (1 - beta2) g^2 whatever the distance,
 * v -= (1 - beta2) sign(v - g^2) g^2, so that it forgets large gradients slowly. As optax.yogi: both averages start from
 * `initial` and are bias-corrected all the same, eps is added to the root.
 *
 * Memory: 8 bytes per parameter. One pass: 16 bytes read and 12 written per f32 parameter.
 */
import { yogiStep } from '@tessera/tensor/kernels';
import { checkBetas, checkNonNegative } from '../check.js';
import { corrections, elementwiseRule } from '../elementwise.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { ParametersArgument } from '../parameters.js';

export interface YogiOptions extends OptimizerOptions {
  /** Default 0.9 and 0.999. */
  readonly betas?: readonly [number, number];
  /** Default 1e-3. */
  readonly eps?: number;
  /** What both averages start from. Default 1e-6. */
  readonly initial?: number;
}

/** Default learning rate 1e-2, no weight decay. */
export class Yogi extends FlatOptimizer {
  constructor(params: ParametersArgument, options: YogiOptions = {}) {
    const op = 'Yogi';
    const { betas = [0.9, 0.999], eps = 1e-3, initial = 1e-6 } = options;
    const own = {
      betas: checkBetas(op, betas),
      eps: checkNonNegative(op, 'eps', eps),
      initial: checkNonNegative(op, 'initial', initial),
    };
    const [beta1, beta2] = own.betas;
    const states = [
      { name: 'exp_avg', initial },
      { name: 'exp_avg_sq', initial },
    ];
    const rule = elementwiseRule(yogiStep, states, (t, lr) => ({
      lr,
      beta1,
      beta2,
      eps,
      ...corrections(beta1, beta2, t),
    }));
    super(params, options, { lr: 1e-2, weightDecay: 0 }, rule, own);
  }
}
