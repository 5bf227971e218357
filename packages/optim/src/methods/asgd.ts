/**
 * Averaged SGD (Polyak & Juditsky 1992; Bottou 2010), as torch.optim.ASGD: p = p (1 - lambd eta) - eta g with
 * eta_t = lr/(1 + lambd lr (t - 1))^alpha, and an average of the parameters that follows them until step t0 and is a plain mean
 * from there on: `evalParams()`. Weight decay is added to the gradient. A schedule acts at once, where PyTorch's step takes the learning rate
 * of the step before.
 *
 * Memory: 4 bytes per parameter. One pass: 12 bytes read and 8 written per f32 parameter.
 */
import type { Tensor } from '@tessera/tensor';
import { asgdStep } from '@tessera/tensor/kernels';
import { EvaluationWeights } from '../average.js';
import { checkNonNegative } from '../check.js';
import { elementwiseRule } from '../elementwise.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { ParametersArgument } from '../parameters.js';
import type { Place } from '../rule.js';

export interface AsgdOptions extends OptimizerOptions {
  /** Decay of the parameters, and of the learning rate with it. Default 1e-4. */
  readonly lambd?: number;
  /** Power of the learning rate's decay. Default 0.75. */
  readonly alpha?: number;
  /** The step after which the average begins. Default 1e6. */
  readonly t0?: number;
}

/** Default learning rate 1e-2, no weight decay. */
export class ASGD extends FlatOptimizer {
  readonly #average: EvaluationWeights<Place>;

  constructor(params: ParametersArgument, options: AsgdOptions = {}) {
    const op = 'ASGD';
    const { lambd = 1e-4, alpha = 0.75, t0 = 1e6 } = options;
    const own = {
      lambd: checkNonNegative(op, 'lambd', lambd),
      alpha: checkNonNegative(op, 'alpha', alpha),
      t0: checkNonNegative(op, 't0', t0),
    };
    const rule = elementwiseRule(
      asgdStep,
      [{ name: 'ax', initial: 'parameters' }],
      (t, lr) => ({
        lr,
        factor: lambd,
        power: alpha,
        most: t - 1,
        momentWeight: 1 / Math.max(1, t - 1 - t0),
      }),
      { coupled: true },
    );
    const derived = (steps: number, lr: number) => ({
      eta: lr / (1 + lambd * lr * steps) ** alpha,
      mu: 1 / Math.max(1, steps - t0),
    });
    super(params, options, { lr: 1e-2, weightDecay: 0 }, { ...rule, derived }, own);
    this.#average = new EvaluationWeights(this.places, ({ states }) => states.get('ax')!.clone());
  }

  /** The average, as copies. */
  override evalParams(): ReadonlyMap<string, Tensor> {
    return this.#average.copies();
  }
}
