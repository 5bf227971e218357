/**
 * Amos (Tian & Parikh 2022, Algorithm 1): rates from the size that a tensor's weights are expected to have, lowered by a weight decay
 * that it finds itself. With v the average of mean(g^2) in a tensor, h = 1/vhat and D what has decayed so far: q = c lr^2 h mean(g^2),
 * u = a (lr size sqrt(h) g + q p/2), where a and c fall as D grows. As kozistr/pytorch_optimizer, whose sizes are 1/2 for vectors,
 * sqrt(2/columns) for matrices and sqrt(1/columns) for others. `weightDecay` is subtracted from q (the paper's extra L2, negated).
 *
 * Memory: 8 bytes per tensor, and 4 per parameter with momentum. Two passes, as the second waits for the means: 8 bytes read, then 12
 * read and 8 written per f32 parameter.
 */
import { amosRates, gradientTerms, sgdStep } from '@tessera/tensor/kernels';
import { checkBeta, checkNonNegative, checkPositive } from '../check.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import { layerRates } from '../layer.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { FlatEntry, ParametersArgument } from '../parameters.js';

export interface AmosOptions extends OptimizerOptions {
  /** Decay of the mean squares. Default 0.999. */
  readonly beta?: number;
  /** Decay of an average of the updates; 0 (default) for none. */
  readonly momentum?: number;
  /** How fast the weight decay falls. Default 0.25. */
  readonly cCoef?: number;
  /** How fast updates fall. Default 0.25. */
  readonly dCoef?: number;
  /** Default 1e-18. */
  readonly eps?: number;
  /** The size that weights of a tensor are expected to have. */
  readonly size?: (entry: FlatEntry) => number;
}

const expectedSize = ({ shape }: FlatEntry): number =>
  shape.length < 2 ? 0.5 : Math.sqrt((shape.length === 2 ? 2 : 1) / shape[1]!);

/** Default learning rate 1e-3, no weight decay of its own. */
export class Amos extends FlatOptimizer {
  constructor(params: ParametersArgument, options: AmosOptions = {}) {
    const op = 'Amos';
    const { beta = 0.999, momentum = 0, cCoef = 0.25, dCoef = 0.25, eps = 1e-18, size = expectedSize } = options;
    const own = {
      beta: checkBeta(op, 'beta', beta),
      momentum: checkBeta(op, 'momentum', momentum),
      cCoef: checkNonNegative(op, 'cCoef', cCoef),
      dCoef: checkNonNegative(op, 'dCoef', dCoef),
      eps: checkPositive(op, 'eps', eps),
      size: undefined,
    };
    super(
      params,
      options,
      { lr: 1e-3, weightDecay: 0 },
      {
        states: momentum > 0 ? [{ name: 'exp_avg', argument: 'momentumBuffer' }] : [],
        decoupled: false,
        step: sgdStep,
        fixed: { nesterov: 0 },
        scalars: (t, lr) => ({ lr, momentum, gradGain: 1 - momentum, correction: 1 - beta ** t }),
        ...layerRates({
          op,
          terms: gradientTerms,
          rates: amosRates,
          remembers: true,
          size,
          numbers: ({ correction }) => ({
            rates: { beta, eps, factor: cCoef, coefficient: dCoef, correction: correction! },
          }),
          // The update is (rate g + decay p), and the step is as long.
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
