/**
 * Adam (Kingma & Ba 2015, Algorithm 1), AMSGrad (Reddi et al. 2018, Algorithm 2) and AdamW (Loshchilov & Hutter 2019,
 * Algorithm 2), as `torch.optim` computes them: AdamW decays the parameters by 1 - lr*weightDecay before the step, Adam
 * adds weightDecay * p to the gradient; AMSGrad takes the maximum of the raw second moments and corrects its bias after.
 *
 * Memory: 8 bytes per parameter (12 with amsgrad). One pass: 16 bytes read and 12 written per f32 parameter.
 */
import { adamStep } from '@tessera/tensor/kernels';
import { checkBetas, checkNonNegative } from '../check.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { ParametersArgument } from '../parameters.js';
import type { Rule } from '../rule.js';

export interface AdamOptions extends OptimizerOptions {
  /** Decay rates of the first and second moment. Default 0.9 and 0.999. */
  readonly betas?: readonly [number, number];
  /** Default 1e-8. */
  readonly eps?: number;
  /** Divides by the largest second moment so far. Default false. */
  readonly amsgrad?: boolean;
}

/** The states of the Adam family, by PyTorch's names. */
export const adamStates = [
  { name: 'exp_avg', argument: 'expAvg' },
  { name: 'exp_avg_sq', argument: 'expAvgSq' },
] as const;

export function adamHyperparameters(op: string, { betas = [0.9, 0.999], eps = 1e-8, amsgrad = false }: AdamOptions) {
  return { betas: checkBetas(op, betas), eps: checkNonNegative(op, 'eps', eps), amsgrad };
}

export function adamRule(
  { betas: [beta1, beta2], eps, amsgrad }: ReturnType<typeof adamHyperparameters>,
  decoupled: boolean,
): Rule {
  return {
    states: amsgrad ? [...adamStates, { name: 'max_exp_avg_sq', argument: 'maxExpAvgSq' }] : adamStates,
    decoupled,
    step: adamStep,
    scalars: (t, lr) => ({
      lr,
      beta1,
      beta2,
      eps,
      momentWeight: 1 / (1 - beta1 ** t),
      gradWeight: 0,
      rootScale: 1 / Math.sqrt(1 - beta2 ** t),
    }),
  };
}

/** Adam with L2 weight decay (default none). Default learning rate 1e-3. */
export class Adam extends FlatOptimizer {
  constructor(params: ParametersArgument, options: AdamOptions = {}) {
    const own = adamHyperparameters('Adam', options);
    super(params, options, { lr: 1e-3, weightDecay: 0 }, adamRule(own, false), own);
  }
}

/** Adam with decoupled weight decay, 0.01 by default. Default learning rate 1e-3. */
export class AdamW extends FlatOptimizer {
  constructor(params: ParametersArgument, options: AdamOptions = {}) {
    const own = adamHyperparameters('AdamW', options);
    super(params, options, { lr: 1e-3, weightDecay: 0.01 }, adamRule(own, true), own);
  }
}
