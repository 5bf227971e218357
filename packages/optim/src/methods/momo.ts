/**
 * MoMo and MoMo-Adam (Schaipp, Ohana, Eickenberg, Defazio & Gower 2024, Algorithms 1 and 2): momentum with the Polyak step
 * size of a model of the loss, tau = min(lr/rho, max(w(f - rho f* - gamma) + <m, x>, 0)/|m|_{1/D}^2). The learning rate is
 * a cap only; f* is a lower bound of the loss, adapted with `adaptLowerBound`. Steps take the loss: `step({ loss })`.
 *
 * As fabian-sp/MoMo, x = (x - tau m/D)/w with w = 1 + lr weightDecay, or as optax (`form: 'optax'`), x = x/w - tau m/D.
 * What differs: a zero gradient takes no step, where the original divides 0 by 0.
 *
 * Memory: 4 bytes per parameter for MoMo, 8 for MoMo-Adam. Two passes, as the second waits for three sums of the first:
 * 12 bytes read and 4 written, then 8 and 4 (MoMo-Adam: 16 and 8, then 12 and 4). tau stays on the device.
 */
import { momoEstimate, momoMoments, momoStep } from '@tessera/tensor/kernels';
import { checkBeta, checkBetas, checkNumber, checkOneOf, checkPositive } from '../check.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { ParametersArgument } from '../parameters.js';
import type { Rule } from '../rule.js';
import { adamStates } from './adam.js';

interface LossOptions extends OptimizerOptions {
  /** A number that the loss is not below. Default 0. */
  readonly lowerBound?: number;
  /** Estimates the lower bound on the way, from `lowerBound` up. Default false. */
  readonly adaptLowerBound?: boolean;
  /** Default `original`. */
  readonly form?: 'original' | 'optax';
}

export interface MoMoOptions extends LossOptions {
  /** Decay of the averages. Default 0.9. */
  readonly beta?: number;
  /** Averages start at zero and are corrected, instead of starting at the first value. Default false. */
  readonly biasCorrection?: boolean;
}

export interface MoMoAdamOptions extends LossOptions {
  /** Default 0.9 and 0.999. */
  readonly betas?: readonly [number, number];
  /** Default 1e-8. */
  readonly eps?: number;
}

function lossHyperparameters(op: string, options: LossOptions) {
  const { lowerBound = 0, adaptLowerBound = false, form = 'original' } = options;
  return {
    lowerBound: checkNumber(op, 'lowerBound', lowerBound),
    adaptLowerBound,
    form: checkOneOf(op, 'form', form, ['original', 'optax']),
  };
}

type Shared = ReturnType<typeof lossHyperparameters>;

function momoRule(
  { lowerBound, adaptLowerBound, form }: Shared,
  decay: () => number,
  states: Rule['states'],
  numbers: (t: number) => { beta1: number; beta2: number; eps: number; rootScale: number; correction: number },
): Rule {
  return {
    states,
    decoupled: true,
    fixed: { bound: lowerBound, adapt: adaptLowerBound ? 1 : 0, form: form === 'optax' ? 1 : 0 },
    vectors: [
      {
        argument: 'estimate',
        initial: [0, 0, lowerBound, 0, 0, 0],
        names: { averageLoss: 0, lowerBound: 2, tau: 3 },
      },
      { argument: 'sums', initial: [0, 0, 0, 0] },
    ],
    scalars: (t, lr) => {
      const at = numbers(t);
      return { lr, ...at, beta: at.beta1, decay: decay() };
    },
    step: momoMoments,
    settle: momoEstimate,
    move: momoStep,
    takesLoss: true,
  };
}

/** Default learning rate (the cap) 1, no weight decay. */
export class MoMo extends FlatOptimizer {
  constructor(params: ParametersArgument, options: MoMoOptions = {}) {
    const op = 'MoMo';
    const { beta = 0.9, biasCorrection = false } = options;
    const own = { beta: checkBeta(op, 'beta', beta), biasCorrection, ...lossHyperparameters(op, options) };
    const rule = momoRule(
      own,
      () => decay(),
      [{ name: 'exp_avg', argument: 'expAvg' }],
      (t) => ({
        beta1: t === 1 && !biasCorrection ? 0 : beta,
        beta2: 0,
        eps: 0,
        rootScale: 1,
        correction: biasCorrection ? 1 - beta ** t : 1,
      }),
    );
    super(params, options, { lr: 1, weightDecay: 0 }, rule, own);
    const decay = () => this.groups[0]!.weightDecay;
  }
}

/** Default learning rate (the cap) 0.01, no weight decay. */
export class MoMoAdam extends FlatOptimizer {
  constructor(params: ParametersArgument, options: MoMoAdamOptions = {}) {
    const op = 'MoMoAdam';
    const { betas = [0.9, 0.999], eps = 1e-8 } = options;
    const own = {
      betas: checkBetas(op, betas),
      eps: checkPositive(op, 'eps', eps),
      ...lossHyperparameters(op, options),
    };
    const [beta1, beta2] = own.betas;
    const rule = momoRule(
      own,
      () => decay(),
      adamStates,
      (t) => ({
        beta1,
        beta2,
        eps,
        rootScale: 1 / Math.sqrt(1 - beta2 ** t),
        correction: 1 - beta1 ** t,
      }),
    );
    super(params, options, { lr: 1e-2, weightDecay: 0 }, rule, own);
    const decay = () => this.groups[0]!.weightDecay;
  }
}
