/**
 * Schedule-Free learning (Defazio et al. 2024, equations 6-8): the model holds y, gradients are taken there; z takes the
 * plain steps and x is their weighted average, so no schedule needs to know when training ends. As the authors' package
 * (facebookresearch/schedule_free): x is not stored, weights are t^r lrMax^weightLrPower, warmup is the optimizer's own.
 * Evaluate between `evaluate()` and `train()`, which lend the model x; recompute batch-norm statistics there.
 *
 * Memory: 8 bytes per parameter (z and the second moment), 4 for SGD. One pass: 16 bytes read and 12 written per f32
 * parameter; weight decay acts at y and is one number for all groups.
 */
import { copy_, type Tensor, zeros } from '@tessera/tensor';
import { scheduleFreeStep } from '@tessera/tensor/kernels';
import { checkBeta, checkBetas, checkNonNegative } from './check.js';
import { Optimizer, type OptimizerOptions, type Rule, type StateSpec } from './optimizer.js';
import type { ParametersArgument } from './parameters.js';

export interface ScheduleFreeOptions extends OptimizerOptions {
  /** Steps over which the learning rate rises. Default 0. */
  readonly warmupSteps?: number;
  /** Power of the step in the average's weights. Default 0. */
  readonly r?: number;
  /** Power of the largest learning rate so far in the weights. Default 2. */
  readonly weightLrPower?: number;
}

export interface ScheduleFreeAdamWOptions extends ScheduleFreeOptions {
  /** Interpolation between z and x, and decay of the second moment. Default 0.9 and 0.999. */
  readonly betas?: readonly [number, number];
  /** Default 1e-8. */
  readonly eps?: number;
}

export interface ScheduleFreeSgdOptions extends ScheduleFreeOptions {
  /** Interpolation between z and x. Default 0.9. */
  readonly momentum?: number;
}

/** What one step does beside averaging. */
interface Direction {
  /** Factor of the learning rate at step t. */
  rate(t: number): number;
  readonly beta1: number;
  readonly beta2: number;
  readonly states: readonly StateSpec[];
  /** eps and scale of the root at step t. */
  root(t: number): { readonly eps: number; readonly rootScale: number };
}

const z: StateSpec = { name: 'z', argument: 'z', initial: 'parameters' };
const secondMoment: StateSpec = { name: 'exp_avg_sq', argument: 'expAvgSq' };

function averagingRule(
  { warmupSteps, r, weightLrPower }: Required<Pick<ScheduleFreeOptions, 'warmupSteps' | 'r' | 'weightLrPower'>>,
  decay: number,
  direction: Direction,
): Rule {
  let last = { t: 0, lrMax: 0, weightSum: 0 };
  let numbers: ReturnType<Rule['scalars']> = { lr: 0 };
  return {
    states: direction.states,
    decoupled: true,
    step: scheduleFreeStep,
    scalars: (t, lr) => {
      if (t === last.t) return numbers; // asked again about the same step: its weight counts once
      const rising = t <= warmupSteps ? t / warmupSteps : 1;
      const rate = lr * rising * direction.rate(t);
      const lrMax = Math.max(last.lrMax, rate);
      const weight = t ** r * lrMax ** weightLrPower;
      const weightSum = last.weightSum + weight;
      const average = weightSum > 0 ? weight / weightSum : 0;
      last = { t, lrMax, weightSum };
      const { beta1, beta2 } = direction;
      const gradientShare = beta1 * (1 - average) - 1;
      numbers = { lr: rate, beta2, ...direction.root(t), average, gradientShare, decay };
      return numbers;
    },
    memory: {
      save: () => ({ k: last.t, lr_max: last.lrMax, weight_sum: last.weightSum }),
      load: (saved) => {
        last = { t: Number(saved.k), lrMax: Number(saved.lr_max), weightSum: Number(saved.weight_sum) };
      },
    },
  };
}

abstract class ScheduleFreeOptimizer extends Optimizer {
  readonly #beta1: number;
  #saved: Tensor[] | null = null;

  protected constructor(
    op: string,
    params: ParametersArgument,
    options: ScheduleFreeOptions,
    defaults: { readonly lr: number; readonly weightDecay: number },
    direction: Direction,
    own: Readonly<Record<string, unknown>>,
  ) {
    const { warmupSteps = 0, r = 0, weightLrPower = 2, weightDecay = defaults.weightDecay } = options;
    const averaging = {
      warmupSteps: checkNonNegative(op, 'warmupSteps', warmupSteps),
      r: checkNonNegative(op, 'r', r),
      weightLrPower: checkNonNegative(op, 'weightLrPower', weightLrPower),
    };
    checkNonNegative(op, 'weightDecay', weightDecay);
    // The frame's decay would act on y before the step; this one is part of the direction.
    const { weightDecay: _, ...rest } = options;
    super(
      params,
      { ...rest, weightDecay: 0 },
      { ...defaults, weightDecay: 0 },
      averagingRule(averaging, weightDecay, direction),
      {
        ...own,
        ...averaging,
      },
    );
    this.#beta1 = direction.beta1;
  }

  /** Puts the average x = y + (1 - 1/beta1)(z - y) in place of the parameters, until `train()`. */
  evaluate(): void {
    if (this.#saved !== null) return;
    this.#saved = this.places.map(({ flat: { data } }) =>
      copy_(zeros([data.numel], { dtype: data.dtype, device: data.device }), data).keep(),
    );
    for (const { flat, states } of this.places) flat.data.lerp_(states.get('z')!, 1 - 1 / this.#beta1);
  }

  /** Takes the training weights back, exactly as they were. */
  train(): void {
    this.#saved?.forEach((saved, i) => {
      copy_(this.places[i]!.flat.data, saved);
      saved.dispose();
    });
    this.#saved = null;
  }
}

/** Default learning rate 0.0025, no weight decay. */
export class ScheduleFreeAdamW extends ScheduleFreeOptimizer {
  constructor(params: ParametersArgument, options: ScheduleFreeAdamWOptions = {}) {
    const op = 'ScheduleFreeAdamW';
    const { betas = [0.9, 0.999], eps = 1e-8 } = options;
    const [beta1, beta2] = checkBetas(op, betas);
    checkNonNegative(op, 'eps', eps);
    const direction: Direction = {
      rate: () => 1,
      beta1,
      beta2,
      states: [z, secondMoment],
      root: (t) => ({ eps, rootScale: 1 / Math.sqrt(1 - beta2 ** t) }),
    };
    super(op, params, options, { lr: 0.0025, weightDecay: 0 }, direction, { betas, eps });
  }
}

/** Steps wait until the variance of the second moment can be estimated (rho_t > 4). Default learning rate 0.0025. */
export class ScheduleFreeRAdam extends ScheduleFreeOptimizer {
  constructor(params: ParametersArgument, options: ScheduleFreeAdamWOptions = {}) {
    const op = 'ScheduleFreeRAdam';
    const { betas = [0.9, 0.999], eps = 1e-8 } = options;
    const [beta1, beta2] = checkBetas(op, betas);
    checkNonNegative(op, 'eps', eps);
    const rhoInfinity = 2 / (1 - beta2) - 1;
    const direction: Direction = {
      rate: (t) => {
        const rho = rhoInfinity - (2 * t * beta2 ** t) / (1 - beta2 ** t);
        if (rho <= 4) return 0;
        return Math.sqrt(((rho - 4) * (rho - 2) * rhoInfinity) / ((rhoInfinity - 4) * (rhoInfinity - 2) * rho));
      },
      beta1,
      beta2,
      states: [z, secondMoment],
      root: (t) => ({ eps, rootScale: 1 / Math.sqrt(1 - beta2 ** t) }),
    };
    super(op, params, options, { lr: 0.0025, weightDecay: 0 }, direction, { betas, eps });
  }
}

/** Default learning rate 1, no weight decay. */
export class ScheduleFreeSGD extends ScheduleFreeOptimizer {
  constructor(params: ParametersArgument, options: ScheduleFreeSgdOptions = {}) {
    const op = 'ScheduleFreeSGD';
    const { momentum = 0.9 } = options;
    checkBeta(op, 'momentum', momentum);
    const direction: Direction = {
      rate: () => 1,
      beta1: momentum,
      beta2: 0,
      states: [z],
      root: () => ({ eps: 0, rootScale: 1 }),
    };
    super(op, params, options, { lr: 1, weightDecay: 0 }, direction, { momentum });
  }
}
