/**
 * Schedule-Free+ (facebookresearch/schedule_free, AdamC with Schedule-Free averaging and Polyak's step size): neither a learning
 * rate nor a schedule. The rate of a step is max(f + <g, z - x>, 0)/L with f the loss, L = sqrt(pi/2) |g|_1 averaged with `polyakBeta`; z takes
 * AdamW's step with it, x is the weighted average of z, and the model holds y = a x + (1 - a) z, where a rises from `ahead[0]` to
 * `ahead[1]` over `aheadSteps`. Weight decay is multiplied by the square of the rate (AdamC): values are 20 or 50, not 0.1. Steps take the
 * loss: `step({ loss })`.
 *
 * As the authors' code: what is averaged with `polyakBeta` is the corrected L of the step before, weights are t^r largest
 * rate^weightLrPower, and x is z for the first `averagingWarmup` steps. What differs: x is not stored, a zero gradient takes no step,
 * and weights go by the learning rate of the optimizer where groups have their own.
 *
 * Memory: 12 bytes per parameter. Two passes, as the second waits for two sums of the first: 12 bytes read, then 20 read and 16
 * written per f32 parameter. The rate stays on the device.
 */
import { copy_, type Tensor, zeros } from '@tessera/tensor';
import { scheduleFreePlusEstimate, scheduleFreePlusStep, scheduleFreePlusTerms } from '@tessera/tensor/kernels';
import { EvaluationWeights } from '../average.js';
import { checkBeta, checkBetas, checkNonNegative, checkNumber } from '../check.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { ParametersArgument } from '../parameters.js';
import type { Place } from '../rule.js';
import { adamStates } from './adam.js';

export interface ScheduleFreePlusOptions extends OptimizerOptions {
  /** Decay of the moments. Default 0.9 and 0.95. */
  readonly betas?: readonly [number, number];
  /** Default 1e-8. */
  readonly eps?: number;
  /** Share of the average in the weights of the model, at first and after `aheadSteps`. Default 0.9 and 0.965. */
  readonly ahead?: readonly [number, number];
  /** Steps over which the share goes from one to the other; 0 (default) stays at the first. */
  readonly aheadSteps?: number;
  /** Power of the step in the average's weights. Default 0. */
  readonly r?: number;
  /** Power of the largest rate so far in the weights. Default 2. */
  readonly weightLrPower?: number;
  /** Decay of the average of the gradient's size. Default 0: the gradient at hand. */
  readonly polyakBeta?: number;
  /** Steps for which the average is z itself. Default 0. */
  readonly averagingWarmup?: number;
}

/** Default learning rate (a factor of the rate) 1, no weight decay. */
export class ScheduleFreePlus extends FlatOptimizer {
  readonly #average: EvaluationWeights<Place>;

  constructor(params: ParametersArgument, options: ScheduleFreePlusOptions = {}) {
    const op = 'ScheduleFreePlus';
    const { betas = [0.9, 0.95], eps = 1e-8, ahead = [0.9, 0.965], aheadSteps = 0 } = options;
    const { r = 0, weightLrPower = 2, polyakBeta = 0, averagingWarmup = 0 } = options;
    const share = (i: 0 | 1) => checkNumber(op, `ahead[${i}]`, ahead[i], { min: 0, above: true, max: 1, below: true });
    const own = {
      betas: checkBetas(op, betas),
      eps: checkNonNegative(op, 'eps', eps),
      ahead: [share(0), share(1)] as const,
      aheadSteps: checkNonNegative(op, 'aheadSteps', aheadSteps),
      r: checkNonNegative(op, 'r', r),
      weightLrPower: checkNonNegative(op, 'weightLrPower', weightLrPower),
      polyakBeta: checkBeta(op, 'polyakBeta', polyakBeta),
      averagingWarmup: checkNonNegative(op, 'averagingWarmup', averagingWarmup),
    };
    const [beta1, beta2] = own.betas;
    const [from, to] = own.ahead;
    /** The share at step t: 1 - share goes evenly in its logarithm. */
    const shareAt = (t: number): number => {
      if (aheadSteps === 0) return from;
      const part = Math.min((t - 1) / aheadSteps, 1);
      return 1 - (1 - from) ** (1 - part) * (1 - to) ** part;
    };
    super(
      params,
      options,
      { lr: 1, weightDecay: 0 },
      {
        states: [{ name: 'z', argument: 'z', initial: 'parameters' }, ...adamStates],
        decoupled: true,
        vectors: [
          {
            argument: 'estimate',
            initial: [0, 0, 0, 0, 0, 0],
            names: { gradientSize: 0, rate: 1, largestRate: 2, weightSum: 3 },
          },
          { argument: 'sums', initial: [0, 0, 0, 0] },
        ],
        scalars: (t, lr) => ({
          lr: Math.max(lr, eps),
          beta1,
          beta2,
          eps,
          momentWeight: 1 / (1 - beta1 ** t),
          rootScale: 1 / Math.sqrt(1 - beta2 ** t),
          ahead: shareAt(t),
          before: shareAt(Math.max(1, t - 1)),
          correction: 1 - polyakBeta ** t,
          stepWeight: t ** r,
          warm: t <= averagingWarmup ? 1 : 0,
        }),
        fixed: { power: weightLrPower, beta: polyakBeta },
        step: scheduleFreePlusTerms,
        settle: scheduleFreePlusEstimate,
        move: scheduleFreePlusStep,
        takesLoss: true,
      },
      own,
    );
    // y = share x + (1 - share) z
    this.#average = new EvaluationWeights(this.places, ({ flat: { data }, states }) =>
      copy_(zeros([data.numel], { device: data.device }), data).lerp_(
        states.get('z')!,
        1 - 1 / shareAt(Math.max(1, this.steps)),
      ),
    );
  }

  /** The average x, as copies. */
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
