/**
 * Schedule-Free learning (Defazio et al. 2024, equations 6-8): the model holds y, gradients are taken there; z takes the
 * plain steps and x is their weighted average, so no schedule needs to know when training ends. As the authors' package
 * (facebookresearch/schedule_free): x is not stored, weights are t^r lrMax^weightLrPower, warmup is the optimizer's own.
 * `evalParams()` gives x without touching the model; `evaluate()` and `train()` lend it to the model and take it
 * back: recompute batch-norm statistics in between.
 *
 * Memory: 8 bytes per parameter (z and the second moment), 12 with `innerMomentum`, 4 for SGD. One pass: 16 bytes read and 12 written per f32
 * parameter; weight decay acts at y, as a part of the step.
 */
import { ArgumentError, checkOptions, copy_, type Tensor, zeros } from '@tessera/tensor';
import { mixPair, scheduleFreeStep } from '@tessera/tensor/kernels';
import { EvaluationWeights } from '../average.js';
import { checkBeta, checkBetas, checkNonNegative, checkOneOf, checkPositive } from '../check.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import type { OptimizerOptions, StepOptions } from '../optimizer.js';
import type { ParametersArgument } from '../parameters.js';
import type { Place, Rule, StateSpec } from '../rule.js';
import { holdSkipped } from '../skipped.js';
import { Wrapper } from '../wrapper.js';

export interface ScheduleFreeOptions extends OptimizerOptions {
  /** Steps over which the learning rate rises. Default 0. */
  readonly warmupSteps?: number;
  /** Power of the step in the average's weights. Default 0. */
  readonly r?: number;
  /** Power of the largest learning rate so far in the weights. Default 2. */
  readonly weightLrPower?: number;
  /**
   * How warmup counts: `original` from 1/warmupSteps on; `optax` weighs with the rate of the next step and steps with that
   * of this one, the first of which is 0. Default `original`.
   */
  readonly form?: 'original' | 'optax';
}

export interface ScheduleFreeAdamWOptions extends ScheduleFreeOptions {
  /** Decay of an average of the gradient that takes its place in the steps. Default 0: none. */
  readonly innerMomentum?: number;
  /** Folds sqrt(1 - beta2^t) into the learning rate, as the paper does, instead of correcting v. Default false. */
  readonly paper?: boolean;
  /** Interpolation between z and x, and decay of the second moment. Default 0.9 and 0.999. */
  readonly betas?: readonly [number, number];
  /** Default 1e-8. */
  readonly eps?: number;
}

export interface ScheduleFreeRAdamOptions extends Omit<ScheduleFreeAdamWOptions, 'innerMomentum' | 'paper'> {
  /** Waits until the variance of the second moment can be estimated, instead of taking plain gradient steps. Default true. */
  readonly silentSgdPhase?: boolean;
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
  readonly inner: number;
  /** eps and scale of the root at step t. */
  root(t: number): { readonly eps: number; readonly rootScale: number };
}

const z: StateSpec = { name: 'z', argument: 'z', initial: 'parameters' };
const secondMoment: StateSpec = { name: 'exp_avg_sq', argument: 'expAvgSq' };

type Averaging = Required<Pick<ScheduleFreeOptions, 'warmupSteps' | 'r' | 'weightLrPower' | 'form'>>;

function averagingRule({ warmupSteps, r, weightLrPower, form }: Averaging, direction: Direction): Rule {
  let last = { t: 0, lrMax: 0, weightSum: 0 };
  let numbers: ReturnType<Rule['scalars']> = { lr: 0 };
  return {
    states: direction.states,
    decoupled: 'own',
    step: scheduleFreeStep,
    scalars: (t, lr) => {
      if (t === last.t) return numbers; // asked again about the same step: its weight counts once
      const rise = (at: number) => (at < warmupSteps ? at / warmupSteps : 1);
      const next = lr * rise(t) * direction.rate(t);
      const rate = form === 'optax' ? lr * rise(t - 1) : next;
      const lrMax = Math.max(last.lrMax, next);
      const weight = t ** r * lrMax ** weightLrPower;
      const weightSum = last.weightSum + weight;
      const average = weightSum > 0 ? weight / weightSum : 0;
      last = { t, lrMax, weightSum };
      const { beta1, beta2, inner } = direction;
      const gradientShare = beta1 * (1 - average) - 1;
      const momentWeight = 1 / (1 - inner ** t);
      numbers = { lr: rate, beta2, ...direction.root(t), inner, momentWeight, average, gradientShare };
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

abstract class ScheduleFreeOptimizer extends FlatOptimizer {
  readonly #beta1: number;
  readonly #average: EvaluationWeights<Place>;

  protected constructor(
    op: string,
    params: ParametersArgument,
    options: ScheduleFreeOptions,
    defaults: { readonly lr: number; readonly weightDecay: number },
    direction: Direction,
    own: Readonly<Record<string, unknown>>,
  ) {
    const { warmupSteps = 0, r = 0, weightLrPower = 2, form = 'original' } = options;
    const averaging = {
      form: checkOneOf(op, 'form', form, ['original', 'optax']),
      warmupSteps: checkNonNegative(op, 'warmupSteps', warmupSteps),
      r: checkNonNegative(op, 'r', r),
      weightLrPower: checkNonNegative(op, 'weightLrPower', weightLrPower),
    };
    super(params, options, defaults, averagingRule(averaging, direction), { ...own, ...averaging });
    this.#beta1 = direction.beta1;
    this.#average = new EvaluationWeights(this.places, ({ flat, states }) =>
      copy_(zeros([flat.data.numel], { device: flat.data.device }), flat.data).lerp_(
        states.get('z')!,
        1 - 1 / this.#beta1,
      ),
    );
  }

  /** The average x = y + (1 - 1/beta1)(z - y), as copies. */
  override evalParams(): ReadonlyMap<string, Tensor> {
    return this.#average.copies();
  }

  /** Puts x in place of the parameters, until `train()`. */
  evaluate(): void {
    this.#average.lend();
  }

  /** Takes the training weights back, exactly as they were. */
  train(): void {
    this.#average.takeBack();
  }

  override dispose(): void {
    this.#average.dispose();
    super.dispose();
  }
}

/** Default learning rate 0.0025, no weight decay. */
export class ScheduleFreeAdamW extends ScheduleFreeOptimizer {
  constructor(params: ParametersArgument, options: ScheduleFreeAdamWOptions = {}) {
    const op = 'ScheduleFreeAdamW';
    const { betas = [0.9, 0.999], eps = 1e-8, innerMomentum = 0, paper = false } = options;
    const [beta1, beta2] = checkBetas(op, betas);
    checkNonNegative(op, 'eps', eps);
    checkBeta(op, 'innerMomentum', innerMomentum);
    const correction = (t: number) => Math.sqrt(1 - beta2 ** t);
    const direction: Direction = {
      rate: (t) => (paper ? correction(t) : 1),
      beta1,
      beta2,
      inner: innerMomentum,
      states: innerMomentum > 0 ? [z, secondMoment, { name: 'exp_avg', argument: 'expAvg' }] : [z, secondMoment],
      root: (t) => ({ eps, rootScale: paper ? 1 : 1 / correction(t) }),
    };
    super(op, params, options, { lr: 0.0025, weightDecay: 0 }, direction, { betas, eps, innerMomentum, paper });
  }
}

/** Rectified steps, once the variance of the second moment can be estimated (rho_t > 4). Default learning rate 0.0025. */
export class ScheduleFreeRAdam extends ScheduleFreeOptimizer {
  constructor(params: ParametersArgument, options: ScheduleFreeRAdamOptions = {}) {
    const op = 'ScheduleFreeRAdam';
    const { betas = [0.9, 0.999], eps = 1e-8, silentSgdPhase = true } = options;
    const [beta1, beta2] = checkBetas(op, betas);
    checkNonNegative(op, 'eps', eps);
    const rhoInfinity = 2 / (1 - beta2) - 1;
    const rhoAt = (t: number) => rhoInfinity - (2 * t * beta2 ** t) / (1 - beta2 ** t);
    const direction: Direction = {
      rate: (t) => {
        const rho = rhoAt(t);
        if (rho <= 4) return silentSgdPhase ? 0 : 1;
        return Math.sqrt(((rho - 4) * (rho - 2) * rhoInfinity) / ((rhoInfinity - 4) * (rhoInfinity - 2) * rho));
      },
      beta1,
      beta2,
      inner: 0,
      states: [z, secondMoment],
      // Before that the direction is the gradient itself: g/(0 sqrt(v) + 1).
      root: (t) => (rhoAt(t) > 4 ? { eps, rootScale: 1 / Math.sqrt(1 - beta2 ** t) } : { eps: 1, rootScale: 0 }),
    };
    super(op, params, options, { lr: 0.0025, weightDecay: 0 }, direction, { betas, eps, silentSgdPhase });
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
      inner: 0,
      states: [z],
      root: () => ({ eps: 0, rootScale: 1 }),
    };
    super(op, params, options, { lr: 1, weightDecay: 0 }, direction, { momentum });
  }
}

export interface ScheduleFreeWrapperOptions {
  /** Interpolation between z and x: beta in the paper. Default 0.9. */
  readonly momentum?: number;
  /** Decay that acts at y instead of where the base puts it. Default 0. */
  readonly weightDecayAtY?: number;
  /** Power of the step in the average's weights. Default 0. */
  readonly r?: number;
  /** Power of the largest learning rate so far in the weights. Default 2. */
  readonly weightLrPower?: number;
}

/**
 * Schedule-Free around any optimizer, as `schedulefree.ScheduleFreeWrapper`: the base steps z, the model holds y. The base
 * is without momentum of its own. Memory: 4 bytes per parameter beside the base's; two passes beside the base's, each
 * reading and writing 8 bytes.
 */
export class ScheduleFree extends Wrapper {
  readonly #options: Required<ScheduleFreeWrapperOptions>;
  readonly #weights: EvaluationWeights<Place>;
  #lrMax = 0;
  #weightSum = 0;

  constructor(base: FlatOptimizer, options: ScheduleFreeWrapperOptions = {}) {
    const op = 'ScheduleFree';
    checkOptions(op, options, ['momentum', 'weightDecayAtY', 'r', 'weightLrPower']);
    const { momentum = 0.9, weightDecayAtY = 0, r = 0, weightLrPower = 2 } = options;
    checkBeta(op, 'momentum', momentum);
    checkPositive(op, 'momentum', momentum);
    checkNonNegative(op, 'weightDecayAtY', weightDecayAtY);
    checkNonNegative(op, 'r', r);
    checkNonNegative(op, 'weightLrPower', weightLrPower);
    super(base, [z]);
    this.#options = { momentum, weightDecayAtY, r, weightLrPower };
    this.#weights = new EvaluationWeights(this.own, ({ flat, states }) =>
      copy_(zeros([flat.data.numel], { device: flat.data.device }), flat.data).lerp_(
        states.get('z')!,
        1 - 1 / momentum,
      ),
    );
  }

  protected advance(options: StepOptions): void {
    const { momentum, weightDecayAtY, r, weightLrPower } = this.#options;
    const lr = this.base.currentLr;
    const decay = lr * weightDecayAtY;
    const before = this.base.steps;
    const { skip } = this.base.gradientArguments(0);
    const both = this.own.flatMap(({ flat, states }) => [flat.data, states.get('z')!]);
    const unless = skip ? holdSkipped(both, skip) : null;
    // The parameters become z, less the decay at y, and the state becomes x = y + (1 - 1/momentum)(z - y).
    this.#mix([-decay, 1], [1 / momentum, 1 - 1 / momentum]);
    this.base.step(options);
    if (this.base.steps === before) {
      throw new ArgumentError('the base must not accumulate: pass gradFactor instead.', { op: 'ScheduleFree' });
    }
    this.#lrMax = Math.max(this.#lrMax, lr);
    const weight = (before + 1) ** r * this.#lrMax ** weightLrPower;
    this.#weightSum += weight;
    const c = this.#weightSum > 0 ? weight / this.#weightSum : 0;
    // x = (1 - c) x + c z, y = momentum x + (1 - momentum) z, and the state is z again.
    this.#mix([momentum * c + 1 - momentum, momentum * (1 - c)], [1, 0]);
    unless?.();
  }

  #mix([pp, po]: readonly [number, number], [op, oo]: readonly [number, number]): void {
    for (const { flat, states } of this.own) {
      mixPair({
        param: flat.data,
        other: states.get('z')!,
        n: flat.data.numel,
        paramOfParam: pp,
        paramOfOther: po,
        otherOfParam: op,
        otherOfOther: oo,
      });
    }
  }

  override evalParams(): ReadonlyMap<string, Tensor> {
    return this.#weights.copies();
  }

  /** Puts the average x in place of the parameters, until `train()`. */
  evaluate(): void {
    this.#weights.lend();
  }

  /** Takes the training weights back, exactly as they were. */
  train(): void {
    this.#weights.takeBack();
  }

  protected save(): Readonly<Record<string, Tensor | number>> {
    return { lr_max: this.#lrMax, weight_sum: this.#weightSum };
  }

  protected load(saved: Readonly<Record<string, Tensor | number>>): void {
    this.#lrMax = Number(saved.lr_max);
    this.#weightSum = Number(saved.weight_sum);
  }

  protected free(): void {
    this.#weights.dispose();
  }
}
