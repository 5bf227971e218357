/**
 * AdEMAMix (Pagliardini, Ablin & Grangier 2024, Algorithm 1): AdamW with a second, much slower average of the gradient,
 * which is not bias-corrected. alpha rises linearly over `warmup` steps and beta3 from beta1 so that its half-life does;
 * without `warmup` both are constant. Weight decay is decoupled.
 *
 * Memory: 12 bytes per parameter. One pass: 20 bytes read and 16 written per f32 parameter.
 */
import { ademamixStep } from '@tessera/tensor/kernels';
import { checkBeta, checkNonNegative } from './check.js';
import { FlatOptimizer } from './flat-optimizer.js';
import type { OptimizerOptions } from './optimizer.js';
import type { ParametersArgument } from './parameters.js';

export interface AdEMAMixOptions extends OptimizerOptions {
  /** Decay of the fast average, the second moment and the slow average. Default 0.9, 0.999 and 0.9999. */
  readonly betas?: readonly [number, number, number];
  /** Weight of the slow average. Default 5. */
  readonly alpha?: number;
  /** Steps over which alpha and beta3 reach their values. Default 0. */
  readonly warmup?: number;
  /** Default 1e-8. */
  readonly eps?: number;
}

/** Default learning rate 1e-3, no weight decay. */
export class AdEMAMix extends FlatOptimizer {
  constructor(params: ParametersArgument, options: AdEMAMixOptions = {}) {
    const { betas = [0.9, 0.999, 0.9999], alpha = 5, warmup = 0, eps = 1e-8 } = options;
    const [beta1, beta2, beta3] = betas.map((beta, i) => checkBeta('AdEMAMix', `betas[${i}]`, beta)) as [
      number,
      number,
      number,
    ];
    const own = {
      betas,
      alpha: checkNonNegative('AdEMAMix', 'alpha', alpha),
      warmup: checkNonNegative('AdEMAMix', 'warmup', warmup),
      eps: checkNonNegative('AdEMAMix', 'eps', eps),
    };
    const slowDecay = (t: number): number => {
      if (warmup === 0 || t >= warmup) return beta3;
      const [from, to] = [Math.log(beta1), Math.log(beta3)];
      const part = t / warmup;
      return Math.min(Math.exp((from * to) / ((1 - part) * to + part * from)), beta3);
    };
    super(
      params,
      options,
      { lr: 1e-3, weightDecay: 0 },
      {
        states: [
          { name: 'exp_avg', argument: 'expAvg' },
          { name: 'exp_avg_sq', argument: 'expAvgSq' },
          { name: 'exp_avg_slow', argument: 'expAvgSlow' },
        ],
        decoupled: true,
        step: ademamixStep,
        scalars: (t, lr) => ({
          lr,
          beta1,
          beta2,
          beta3: slowDecay(t),
          eps,
          momentWeight: 1 / (1 - beta1 ** t),
          slowWeight: warmup === 0 ? alpha : Math.min((alpha * t) / warmup, alpha),
          rootScale: 1 / Math.sqrt(1 - beta2 ** t),
        }),
      },
      own,
    );
  }
}
