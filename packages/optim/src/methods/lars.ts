/**
 * Rates of layers without second moments:
 *
 * - `LARS` (You, Gitman & Ginsburg 2017, Algorithm 1): SGD with momentum of steps whose size in each tensor is
 *   lr trustCoefficient |p|, b = momentum b + lr trustCoefficient |p|/|u| u with u = g + weightDecay p.
 * - `Fromage` (Bernstein et al. 2020, Algorithm 1): p = (p - lr |p|/|g| g)/sqrt(1 + lr^2).
 *
 * As optax: a norm of zero leaves the gradient as it is in LARS; in Fromage norms are at least `minNorm`. Groups with a
 * learning rate of their own scale Fromage's step, not its division.
 *
 * Memory: 4 bytes per parameter for LARS, none for Fromage. Two passes, as the second waits for the norms: 8 bytes read, then 12 read
 * and 8 written per f32 parameter (Fromage: 8 and 4).
 */
import { fromageRates, gradientTerms, larsRates, sgdStep } from '@tessera/tensor/kernels';
import { checkBeta, checkPositive } from '../check.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import { layerRates } from '../layer.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { ParametersArgument } from '../parameters.js';

export interface LarsOptions extends OptimizerOptions {
  /** Default 0.9. */
  readonly momentum?: number;
  /** Looks ahead by the momentum. Default false. */
  readonly nesterov?: boolean;
  /** Size of a step, relative to the parameters and lr. Default 1e-3. */
  readonly trustCoefficient?: number;
}

export interface FromageOptions extends OptimizerOptions {
  /** The least norm of parameters and gradients. Default 1e-6. */
  readonly minNorm?: number;
}

/** Default learning rate 0.1, no weight decay. */
export class LARS extends FlatOptimizer {
  constructor(params: ParametersArgument, options: LarsOptions = {}) {
    const op = 'LARS';
    const { momentum = 0.9, nesterov = false, trustCoefficient = 1e-3 } = options;
    const own = {
      momentum: checkBeta(op, 'momentum', momentum),
      nesterov,
      trustCoefficient: checkPositive(op, 'trustCoefficient', trustCoefficient),
    };
    super(
      params,
      options,
      { lr: 0.1, weightDecay: 0 },
      {
        states: [{ name: 'momentum_buffer', argument: 'momentumBuffer' }],
        decoupled: false,
        step: sgdStep,
        fixed: { nesterov: nesterov ? 1 : 0 },
        scalars: (_t, lr) => ({ lr, momentum, gradGain: 1 }),
        ...layerRates({
          op,
          terms: gradientTerms,
          coupled: true,
          rates: larsRates,
          numbers: () => ({ rates: { factor: trustCoefficient } }),
          // The buffer holds steps: the rates are part of what is added to it.
          use: (rate, decay) => ({
            lr: 1,
            segmentLr: undefined,
            gradScale: rate,
            gradScales: rate.numel,
            segmentDecay: decay,
          }),
        }),
      },
      own,
    );
  }
}

/** Default learning rate 1e-2. */
export class Fromage extends FlatOptimizer {
  constructor(params: ParametersArgument, options: FromageOptions = {}) {
    const { minNorm = 1e-6 } = options;
    const own = { minNorm: checkPositive('Fromage', 'minNorm', minNorm) };
    super(
      params,
      options,
      { lr: 1e-2, weightDecay: 0 },
      {
        states: [],
        decoupled: true,
        step: sgdStep,
        fixed: { nesterov: 0 },
        scalars: (_t, lr) => {
          const shrink = 1 / Math.sqrt(1 + lr ** 2);
          // (p - lr u) shrink, as a step of lr shrink after a decay of 1 - shrink
          return { lr: lr * shrink, momentum: 0, gradGain: 1, decay: lr === 0 ? 0 : (1 - shrink) / (lr * shrink) };
        },
        ...layerRates({
          op: 'Fromage',
          terms: gradientTerms,
          rates: fromageRates,
          numbers: () => ({ rates: { eps: minNorm } }),
          use: (rate, _decay, { decay }) => ({
            segmentLr: undefined,
            segmentDecay: undefined,
            weightDecay: decay,
            gradScale: rate,
            gradScales: rate.numel,
          }),
        }),
      },
      own,
    );
  }
}
