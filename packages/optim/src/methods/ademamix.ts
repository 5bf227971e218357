/**
 * AdEMAMix (Pagliardini, Ablin & Grangier 2024, Algorithm 1): AdamW with a second, much slower average of the gradient,
 * which is not bias-corrected. alpha rises linearly over `warmup` steps and beta3 from beta1 so that its half-life does;
 * without `warmup` both are constant. Weight decay is decoupled. kozistr/pytorch_optimizer (`form: 'pytorch_optimizer'`)
 * corrects the bias of the slow average as if it were the fast one.
 *
 * Memory: 12 bytes per parameter. One pass: 20 bytes read and 16 written per f32 parameter.
 *
 * Simplified AdEMAMix (Morwani et al. 2025) needs no slow average: one average m that is the sum of beta1^i g_(t-i) and the gradient
 * itself, p -= lr (m + alpha g)/(sqrt(vhat) + eps). As optax.contrib; `form: 'pytorch_optimizer'` takes the mean for the sum and, where v
 * should be divided by 1 - beta2^t, multiplies by it.
 *
 * Memory: 8 bytes per parameter. One pass: 16 bytes read and 12 written per f32 parameter.
 */
import { adamStep, ademamixStep } from '@tessera/tensor/kernels';
import { checkBeta, checkBetas, checkNonNegative, checkOneOf } from '../check.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { ParametersArgument } from '../parameters.js';
import { adamStates } from './adam.js';

export interface AdEMAMixOptions extends OptimizerOptions {
  /** Decay of the fast average, the second moment and the slow average. Default 0.9, 0.999 and 0.9999. */
  readonly betas?: readonly [number, number, number];
  /** Weight of the slow average. Default 5. */
  readonly alpha?: number;
  /** Steps over which alpha and beta3 reach their values. Default 0. */
  readonly warmup?: number;
  /** Default 1e-8. */
  readonly eps?: number;
  /** Default `original`. */
  readonly form?: 'original' | 'pytorch_optimizer';
}

export interface SimplifiedAdEMAMixOptions extends OptimizerOptions {
  /** Decay of the average and of the second moment. Default 0.99 and 0.95. */
  readonly betas?: readonly [number, number];
  /** Weight of the gradient. Default 0. */
  readonly alpha?: number;
  /** Default 1e-8. */
  readonly eps?: number;
  /** Default `original`. */
  readonly form?: 'original' | 'pytorch_optimizer';
}

/** Default learning rate 1e-3, no weight decay. */
export class AdEMAMix extends FlatOptimizer {
  constructor(params: ParametersArgument, options: AdEMAMixOptions = {}) {
    const { betas = [0.9, 0.999, 0.9999], alpha = 5, warmup = 0, eps = 1e-8, form = 'original' } = options;
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
      form: checkOneOf('AdEMAMix', 'form', form, ['original', 'pytorch_optimizer']),
    };
    const slowCorrection = (t: number) => (form === 'original' ? 1 : 1 / (1 - beta1 ** t));
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
          slowWeight: slowCorrection(t) * (warmup === 0 ? alpha : Math.min((alpha * t) / warmup, alpha)),
          rootScale: 1 / Math.sqrt(1 - beta2 ** t),
        }),
      },
      own,
    );
  }
}

/** Default learning rate 1e-4, no weight decay. */
export class SimplifiedAdEMAMix extends FlatOptimizer {
  constructor(params: ParametersArgument, options: SimplifiedAdEMAMixOptions = {}) {
    const op = 'SimplifiedAdEMAMix';
    const { betas = [0.99, 0.95], alpha = 0, eps = 1e-8, form = 'original' } = options;
    const own = {
      betas: checkBetas(op, betas),
      alpha: checkNonNegative(op, 'alpha', alpha),
      eps: checkNonNegative(op, 'eps', eps),
      form: checkOneOf(op, 'form', form, ['original', 'pytorch_optimizer']),
    };
    const [beta1, beta2] = own.betas;
    const original = form === 'original';
    super(
      params,
      options,
      { lr: 1e-4, weightDecay: 0 },
      {
        states: adamStates,
        decoupled: true,
        step: adamStep,
        scalars: (t, lr) => {
          const bias = 1 - beta2 ** t;
          return {
            lr,
            beta1,
            beta2,
            eps: original ? eps : eps * bias,
            momentWeight: original ? 1 / (1 - beta1) : 1,
            gradWeight: alpha,
            rootScale: original ? 1 / Math.sqrt(bias) : Math.sqrt(bias),
          };
        },
      },
      own,
    );
  }
}
