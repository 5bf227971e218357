/**
 * AdamG (Pan, Chen & Liu 2024, "Towards Stability of Parameter-free Optimization", Algorithm 2): no learning rate, by the golden
 * step size: the moment averages r g, where r is an average of p v^q, and steps are at most 1/sqrt(t). As
 * kozistr/pytorch_optimizer and the entry to AlgoPerf: v is not corrected where r is made of it.
 *
 * Memory: 12 bytes per parameter. One pass: 20 bytes read and 16 written per f32 parameter.
 */
import { adamgStep } from '@tessera/tensor/kernels';
import { checkBeta, checkNonNegative, checkPositive } from '../check.js';
import { corrections, elementwiseRule } from '../elementwise.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { ParametersArgument } from '../parameters.js';

export interface AdamGOptions extends OptimizerOptions {
  /** Decay of the moment, of v and of r. Default 0.95, 0.999 and 0.95. */
  readonly betas?: readonly [number, number, number];
  /** Factor of the numerator. Default 0.2. */
  readonly p?: number;
  /** Power of v in the numerator. Default 0.24. */
  readonly q?: number;
  /** Default 1e-8. */
  readonly eps?: number;
}

/** Default learning rate (the largest) 1, no weight decay; weight decay is added to the gradient. */
export class AdamG extends FlatOptimizer {
  constructor(params: ParametersArgument, options: AdamGOptions = {}) {
    const op = 'AdamG';
    const { betas = [0.95, 0.999, 0.95], p = 0.2, q = 0.24, eps = 1e-8 } = options;
    const [beta1, beta2, beta3] = betas.map((beta, i) => checkBeta(op, `betas[${i}]`, beta)) as [
      number,
      number,
      number,
    ];
    const own = {
      betas,
      p: checkPositive(op, 'p', p),
      q: checkPositive(op, 'q', q),
      eps: checkNonNegative(op, 'eps', eps),
    };
    const rule = elementwiseRule(
      adamgStep,
      [{ name: 'm' }, { name: 'v' }, { name: 'r' }],
      (t, lr) => ({
        lr,
        most: 1 / Math.sqrt(t),
        beta1,
        beta2,
        beta3,
        eps,
        factor: p,
        power: q,
        ...corrections(beta1, beta2, t),
      }),
      { coupled: true },
    );
    super(params, options, { lr: 1, weightDecay: 0 }, rule, own);
  }
}
