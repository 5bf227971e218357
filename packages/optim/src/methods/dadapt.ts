/**
 * D-Adaptation (Defazio & Mishchenko 2023, Algorithms 1, 2 and 5): the step size is an estimate d of the distance to the
 * solution, which only grows. As facebookresearch/dadaptation computes it, or optax (`form: 'optax'`, which always
 * corrects the bias and counts every step).
 *
 * - `DAdaptAdam`: Algorithm 5; num = sqrt(beta2) num + (1 - sqrt(beta2)) <c g, s/(sqrt(v) + eps)> with c = d lr, d =
 *   max(d, num/((1 - sqrt(beta2))|s|_1)).
 * - `DAdaptLion`: the same estimate around Lion.
 * - `DAdaptAdan`: AdaGrad's estimate with averages in the place of sums around Adan, whose moments are not corrected; weight
 *   decay divides by 1 + d lr weightDecay after the step.
 * - `DAdaptSGD`: Algorithm 2; d = max(d, 2 sum c<g, s>/|s|), c = d lr/|g_0|, dual averaging with momentum.
 * - `DAdaptAdaGrad`: Algorithm 3 for coordinates.
 *
 * What differs: the learning rate of a group is relative to `lr` and scales its steps as `layer_scale` does, and at 0 its decay too; a step
 * without information (a zero gradient, a zero learning rate) leaves d as it was where the references divide 0 by 0;
 * |g_0| is the norm of the first gradient that is not zero; `growthRate` limits every form. Weight decay is decoupled by
 * default, multiplied by d lr.
 *
 * Memory: DAdaptAdam 12 bytes per parameter, DAdaptLion 8, DAdaptSGD 8, DAdaptAdaGrad 12, DAdaptAdan 20. One pass: 20 bytes read and 16
 * written per f32 parameter for Adam, 16 and 12 for Lion, 20 and 12 for AdaGrad, 28 and 24 for Adan; SGD 16 and 8. The sums are taken in the same pass, and d stays on the device.
 */
import {
  dadaptAdagradStep,
  dadaptAdamStep,
  dadaptAdanStep,
  dadaptLionStep,
  dadaptSgdStep,
  distanceEstimate,
  startNorm,
  startTerms,
} from '@tessera/tensor/kernels';
import { checkBeta, checkBetas, checkGrowth, checkOneOf, checkPositive } from '../check.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { ParametersArgument } from '../parameters.js';
import type { Rule, VectorSpec } from '../rule.js';
import { adamStates } from './adam.js';

export interface DAdaptOptions extends OptimizerOptions {
  /** The first estimate of d. Default 1e-6. */
  readonly d0?: number;
  /** d grows by at most this factor in a step. Default: no limit. */
  readonly growthRate?: number;
}

export interface DAdaptAdamOptions extends DAdaptOptions {
  /** Default 0.9 and 0.999. */
  readonly betas?: readonly [number, number];
  /** Default 1e-8. */
  readonly eps?: number;
  /** Decays the parameters instead of adding to the gradient. Default true. */
  readonly decouple?: boolean;
  /** Multiplies d by sqrt(1 - beta2^t)/(1 - beta1^t). Default false; always with `form: 'optax'`. */
  readonly biasCorrection?: boolean;
  /** Default `original`. */
  readonly form?: 'original' | 'optax';
}

export interface DAdaptLionOptions extends DAdaptOptions {
  /** Default 0.9 and 0.99. */
  readonly betas?: readonly [number, number];
}

export interface DAdaptAdanOptions extends DAdaptOptions {
  /** Decay of the averages of gradients, of their differences and of squares. Default 0.98, 0.92 and 0.99. */
  readonly betas?: readonly [number, number, number];
  /** Default 1e-8. */
  readonly eps?: number;
  /** Decays before the step, instead of dividing by 1 + d lr weightDecay after it. Default false. */
  readonly noProx?: boolean;
}

export interface DAdaptSGDOptions extends DAdaptOptions {
  /** Share of the old parameters in the new. Default 0. */
  readonly momentum?: number;
}

export interface DAdaptAdaGradOptions extends DAdaptOptions {
  /** Share of the old parameters in the new. Default 0. */
  readonly momentum?: number;
  /** Default 1e-6. */
  readonly eps?: number;
}

/** The vectors of methods that estimate a distance: the estimate, and the sums of a step. */
export function distanceVectors(d0: number): readonly VectorSpec[] {
  return [
    { argument: 'estimate', initial: [d0, d0, 0, 0, 0, 0], names: { d: 0, numerator: 2, denominator: 3 } },
    { argument: 'sums', initial: [0, 0, 0, 0] },
  ];
}

/** Nothing moves before the first gradient that is not zero, whose norm is |g_0|. */
export const waitForGradients: Pick<Rule, 'look' | 'start'> = { look: startTerms, start: startNorm };

function common(op: string, { d0 = 1e-6, growthRate = Number.POSITIVE_INFINITY }: DAdaptOptions) {
  return { d0: checkPositive(op, 'd0', d0), growthRate: checkGrowth(op, growthRate) };
}

/** Default learning rate 1, no weight decay. */
export class DAdaptAdam extends FlatOptimizer {
  constructor(params: ParametersArgument, options: DAdaptAdamOptions = {}) {
    const op = 'DAdaptAdam';
    const { betas = [0.9, 0.999], eps = 1e-8, decouple = true, biasCorrection = false, form = 'original' } = options;
    const own = {
      ...common(op, options),
      betas: checkBetas(op, betas),
      eps: checkPositive(op, 'eps', eps),
      decouple,
      biasCorrection,
      form: checkOneOf(op, 'form', form, ['original', 'optax']),
    };
    const [beta1, beta2] = own.betas;
    const optax = form === 'optax';
    super(
      params,
      options,
      { lr: 1, weightDecay: 0 },
      {
        states: [...adamStates, { name: 's', argument: 's' }],
        decoupled: decouple,
        fixed: {
          corrected: biasCorrection || optax ? 1 : 0,
          form: optax ? 1 : 0,
          rule: 0,
          decay: Math.sqrt(beta2),
          d0: own.d0,
          growth: own.growthRate,
          coefficient: 1,
        },
        vectors: distanceVectors(own.d0),
        scalars: (_t, lr) => ({ lr, beta1, beta2, eps }),
        ...(!optax && waitForGradients),
        step: dadaptAdamStep,
        settle: distanceEstimate,
      },
      own,
    );
  }
}

/** Default learning rate 1, no weight decay. */
export class DAdaptLion extends FlatOptimizer {
  constructor(params: ParametersArgument, options: DAdaptLionOptions = {}) {
    const op = 'DAdaptLion';
    const { betas = [0.9, 0.99] } = options;
    const own = { ...common(op, options), betas: checkBetas(op, betas) };
    const [beta1, beta2] = own.betas;
    super(
      params,
      options,
      { lr: 1, weightDecay: 0 },
      {
        states: [
          { name: 'exp_avg', argument: 'expAvg' },
          { name: 's', argument: 's' },
        ],
        decoupled: true,
        fixed: {
          form: 0,
          rule: 5,
          decay: Math.sqrt(beta2),
          d0: own.d0,
          growth: own.growthRate,
          coefficient: 1,
        },
        vectors: distanceVectors(own.d0),
        scalars: (_t, lr) => ({ lr, beta1, beta2 }),
        step: dadaptLionStep,
        settle: distanceEstimate,
      },
      own,
    );
  }
}

/** Default learning rate 1, weight decay 0.02. */
export class DAdaptAdan extends FlatOptimizer {
  constructor(params: ParametersArgument, options: DAdaptAdanOptions = {}) {
    const op = 'DAdaptAdan';
    const { betas = [0.98, 0.92, 0.99], eps = 1e-8, noProx = false } = options;
    const [beta1, beta2, beta3] = betas.map((beta, i) => checkBeta(op, `betas[${i}]`, beta)) as [
      number,
      number,
      number,
    ];
    const own = { ...common(op, options), betas, eps: checkPositive(op, 'eps', eps), noProx };
    super(
      params,
      options,
      { lr: 1, weightDecay: 0.02 },
      {
        states: [
          { name: 'exp_avg', argument: 'expAvg' },
          { name: 'exp_avg_diff', argument: 'expAvgDiff' },
          { name: 'exp_avg_sq', argument: 'expAvgSq' },
          { name: 's', argument: 's' },
          { name: 'pre_grad', argument: 'lastGrad' },
        ],
        decoupled: true,
        fixed: { form: 0, rule: 4, decay: beta3, d0: own.d0, growth: own.growthRate, coefficient: 1 },
        vectors: distanceVectors(own.d0),
        scalars: (_t, lr) => ({ lr, beta1, beta2, beta3, eps, proximal: noProx ? 0 : 1 }),
        ...waitForGradients,
        step: dadaptAdanStep,
        settle: distanceEstimate,
      },
      own,
    );
  }
}

/** Default learning rate 1, no weight decay. */
export class DAdaptSGD extends FlatOptimizer {
  constructor(params: ParametersArgument, options: DAdaptSGDOptions = {}) {
    const op = 'DAdaptSGD';
    const { momentum = 0 } = options;
    const own = { ...common(op, options), momentum: checkBeta(op, 'momentum', momentum) };
    super(
      params,
      options,
      { lr: 1, weightDecay: 0 },
      {
        states: [
          { name: 's', argument: 's' },
          { name: 'x0', argument: 'x0', initial: 'parameters' },
        ],
        decoupled: false,
        fixed: { form: 0, rule: 1, decay: 0, d0: own.d0, growth: own.growthRate, coefficient: 1 },
        vectors: distanceVectors(own.d0),
        scalars: (_t, lr) => ({ lr, momentum }),
        ...waitForGradients,
        look: (args: Parameters<typeof startTerms>[0]) => startTerms({ ...args, decoupled: 1 }), // |g_0| is without decay
        step: dadaptSgdStep,
        settle: distanceEstimate,
      },
      own,
    );
  }
}

/** Default learning rate 1, no weight decay. */
export class DAdaptAdaGrad extends FlatOptimizer {
  constructor(params: ParametersArgument, options: DAdaptAdaGradOptions = {}) {
    const op = 'DAdaptAdaGrad';
    const { momentum = 0, eps = 1e-6 } = options;
    const own = {
      ...common(op, options),
      momentum: checkBeta(op, 'momentum', momentum),
      eps: checkPositive(op, 'eps', eps),
    };
    super(
      params,
      options,
      { lr: 1, weightDecay: 0 },
      {
        states: [
          { name: 'alphak', argument: 'alpha', initial: 1e-6 },
          { name: 'sk', argument: 's' },
          { name: 'x0', argument: 'x0', initial: 'parameters' },
        ],
        decoupled: false,
        fixed: { form: 0, rule: 2, decay: 0, d0: own.d0, growth: own.growthRate, coefficient: 1 },
        vectors: distanceVectors(own.d0),
        scalars: (_t, lr) => ({ lr, momentum, eps }),
        step: dadaptAdagradStep,
        settle: distanceEstimate,
      },
      own,
    );
  }
}
