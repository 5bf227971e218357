/**
 * Optimizers that believe a gradient by how far it is from what they expected: the second moment is that of g - m.
 *
 * - `AdaBelief` (Zhuang et al. 2020, Algorithm 2): Adam with v = beta2 v + (1 - beta2)(g - m)^2 + eps in the place of v.
 * - `ACProp` (Zhuang et al. 2021, Algorithm 2): g/sqrt(v) of the v before this step, without momentum; v is made with the m
 *   before this step. The first step divides by 1 + eps.
 *
 * As optax.adabelief and optax.contrib.acprop. What differs: weight decay is decoupled in both.
 *
 * Memory: 8 bytes per parameter. One pass: 16 bytes read and 12 written per f32 parameter.
 */
import { acpropStep, adabeliefStep } from '@tessera/tensor/kernels';
import { checkBetas, checkNonNegative } from '../check.js';
import { corrections, elementwiseRule, moments } from '../elementwise.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { ParametersArgument } from '../parameters.js';

export interface AdaBeliefOptions extends OptimizerOptions {
  /** Decay of the expectation and of the squared surprise. Default 0.9 and 0.999. */
  readonly betas?: readonly [number, number];
  /** Added to the root. Default 1e-16. */
  readonly eps?: number;
  /** Added to the squared surprise at each step. Default 1e-16. */
  readonly epsRoot?: number;
}

function hyperparameters(op: string, { betas = [0.9, 0.999], eps = 1e-16, epsRoot = 1e-16 }: AdaBeliefOptions) {
  return {
    betas: checkBetas(op, betas),
    eps: checkNonNegative(op, 'eps', eps),
    epsRoot: checkNonNegative(op, 'epsRoot', epsRoot),
  };
}

/** Default learning rate 1e-3, no weight decay. */
export class AdaBelief extends FlatOptimizer {
  constructor(params: ParametersArgument, options: AdaBeliefOptions = {}) {
    const own = hyperparameters('AdaBelief', options);
    const [beta1, beta2] = own.betas;
    const { eps, epsRoot } = own;
    const rule = elementwiseRule(adabeliefStep, moments, (t, lr) => ({
      lr,
      beta1,
      beta2,
      eps,
      epsRoot,
      ...corrections(beta1, beta2, t),
    }));
    super(params, options, { lr: 1e-3, weightDecay: 0 }, rule, own);
  }
}

/** Default learning rate 1e-3, no weight decay. */
export class ACProp extends FlatOptimizer {
  constructor(params: ParametersArgument, options: AdaBeliefOptions = {}) {
    const own = hyperparameters('ACProp', options);
    const [beta1, beta2] = own.betas;
    const { eps, epsRoot } = own;
    // At the first step v is zero, and the root in its place is 1.
    const rule = elementwiseRule(acpropStep, moments, (t, lr) => ({
      lr,
      beta1,
      beta2,
      eps: t === 1 ? 1 + eps : eps,
      epsRoot,
      rootScale: t === 1 ? 1 : 1 / Math.sqrt(1 - beta2 ** (t - 1)),
    }));
    super(params, options, { lr: 1e-3, weightDecay: 0 }, rule, own);
  }
}
