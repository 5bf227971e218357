/**
 * Adam with Nesterov momentum (Dozat 2016), in the three forms that are in use. They differ by factors of order one in
 * the first 1/(1 - beta1) steps:
 *
 * - `NAdam`: `torch.optim.NAdam`, with the momentum schedule mu_t = beta1 (1 - 0.5 * 0.96^(t * momentumDecay)).
 * - `NadamW` (default): the baseline of AlgoPerf (mlcommons/algorithmic-efficiency), whose update is
 *   (beta1 m + (1 - beta1) g)/(1 - beta1^t), one bias correction for both terms.
 * - `NadamW` with `correction: 'separate'`: optax, beta1 m/(1 - beta1^(t+1)) + (1 - beta1) g/(1 - beta1^t).
 *
 * Memory: 8 bytes per parameter. One pass: 16 bytes read and 12 written per f32 parameter.
 */
import { adamStep } from '@tessera/tensor/kernels';
import { checkBetas, checkNonNegative } from '../check.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { ParametersArgument } from '../parameters.js';
import type { Rule } from '../rule.js';
import { adamStates } from './adam.js';

export interface NadamWOptions extends OptimizerOptions {
  /** Default 0.9 and 0.999. */
  readonly betas?: readonly [number, number];
  /** Default 1e-8. */
  readonly eps?: number;
  /** `joint` as in AlgoPerf's baseline (default), `separate` as in optax. */
  readonly correction?: 'joint' | 'separate';
}

export function nadamwHyperparameters(
  op: string,
  { betas = [0.9, 0.999], eps = 1e-8, correction = 'joint' }: NadamWOptions,
) {
  return { betas: checkBetas(op, betas), eps: checkNonNegative(op, 'eps', eps), correction };
}

export function nadamwRule({ betas: [beta1, beta2], eps, correction }: ReturnType<typeof nadamwHyperparameters>): Rule {
  return {
    states: adamStates,
    decoupled: true,
    step: adamStep,
    scalars: (t, lr) => ({
      lr,
      beta1,
      beta2,
      eps,
      momentWeight: beta1 / (1 - beta1 ** (correction === 'joint' ? t : t + 1)),
      gradWeight: (1 - beta1) / (1 - beta1 ** t),
      rootScale: 1 / Math.sqrt(1 - beta2 ** t),
    }),
  };
}

/** Decoupled weight decay, 0.01 by default. Default learning rate 1e-3. */
export class NadamW extends FlatOptimizer {
  constructor(params: ParametersArgument, options: NadamWOptions = {}) {
    const own = nadamwHyperparameters('NadamW', options);
    super(params, options, { lr: 1e-3, weightDecay: 0.01 }, nadamwRule(own), own);
  }
}

export interface NAdamOptions extends OptimizerOptions {
  /** Default 0.9 and 0.999. */
  readonly betas?: readonly [number, number];
  /** Default 1e-8. */
  readonly eps?: number;
  /** Default 4e-3. */
  readonly momentumDecay?: number;
  /** Decays the parameters themselves instead of adding to the gradient. Default false. */
  readonly decoupledWeightDecay?: boolean;
}

/** Default learning rate 2e-3, no weight decay. */
export class NAdam extends FlatOptimizer {
  constructor(params: ParametersArgument, options: NAdamOptions = {}) {
    const { betas = [0.9, 0.999], eps = 1e-8, momentumDecay = 4e-3, decoupledWeightDecay = false } = options;
    const own = {
      betas: checkBetas('NAdam', betas),
      eps: checkNonNegative('NAdam', 'eps', eps),
      momentumDecay: checkNonNegative('NAdam', 'momentumDecay', momentumDecay),
      decoupledWeightDecay,
    };
    const [beta1, beta2] = own.betas;
    const mu = (t: number) => beta1 * (1 - 0.5 * 0.96 ** (t * momentumDecay));
    // The product of mu_1 ... mu_t; it goes on from the last one asked for, and starts over after a state was loaded.
    let product = 1;
    let upTo = 0;
    const muProduct = (t: number) => {
      if (t < upTo) {
        product = 1;
        upTo = 0;
      }
      while (upTo < t) product *= mu(++upTo);
      return product;
    };
    super(
      params,
      options,
      { lr: 2e-3, weightDecay: 0 },
      {
        states: adamStates,
        decoupled: decoupledWeightDecay,
        step: adamStep,
        derived: (steps) => ({ mu_product: muProduct(steps) }),
        scalars: (t, lr) => {
          const now = muProduct(t);
          return {
            lr,
            beta1,
            beta2,
            eps,
            momentWeight: mu(t + 1) / (1 - now * mu(t + 1)),
            gradWeight: (1 - mu(t)) / (1 - now),
            rootScale: 1 / Math.sqrt(1 - beta2 ** t),
          };
        },
      },
      own,
    );
  }
}
