/**
 * StableAdamW (Wortsman et al. 2023, Algorithm 2): AdamW whose learning rate is divided, in each tensor, by the root mean square of
 * g/sqrt(v) where that is above 1: Adafactor's clipping in the place of clipping gradients. Averages are debiased as they are made.
 *
 * `form: 'pytorch_optimizer'` looks at the v before the step, as kozistr/pytorch_optimizer does: its first step hardly moves.
 *
 * Memory: 8 bytes per parameter. Two passes, as the second waits for the root mean squares: 8 bytes read, then 16 read and 12
 * written per f32 parameter.
 */
import { adamStep, normalizedRates, normalizedTerms } from '@tessera/tensor/kernels';
import { checkBetas, checkOneOf, checkPositive } from '../check.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import { layerRates } from '../layer.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { ParametersArgument } from '../parameters.js';
import { adamStates } from './adam.js';

export interface StableAdamWOptions extends OptimizerOptions {
  /** Default 0.9 and 0.99. */
  readonly betas?: readonly [number, number];
  /** Default 1e-8. */
  readonly eps?: number;
  /** Default `original`. */
  readonly form?: 'original' | 'pytorch_optimizer';
}

/** Default learning rate 1e-3, weight decay 0.01. */
export class StableAdamW extends FlatOptimizer {
  constructor(params: ParametersArgument, options: StableAdamWOptions = {}) {
    const op = 'StableAdamW';
    const { betas = [0.9, 0.99], eps = 1e-8, form = 'original' } = options;
    const own = {
      betas: checkBetas(op, betas),
      eps: checkPositive(op, 'eps', eps),
      form: checkOneOf(op, 'form', form, ['original', 'pytorch_optimizer']),
    };
    const [beta1, beta2] = own.betas;
    /** The decay at step t of an average that is always debiased. */
    const debiased = (beta: number, t: number) => (beta - beta ** t) / (1 - beta ** t);
    super(
      params,
      options,
      { lr: 1e-3, weightDecay: 0.01 },
      {
        states: adamStates,
        decoupled: true,
        step: adamStep,
        scalars: (t, lr) => ({
          lr,
          beta1: debiased(beta1, t),
          beta2: debiased(beta2, t),
          eps,
          momentWeight: 1,
          gradWeight: 0,
          rootScale: 1,
        }),
        ...layerRates({
          op,
          terms: normalizedTerms,
          looksAt: ['exp_avg_sq'],
          rates: normalizedRates,
          numbers: ({ beta2: now }) => ({ beta2: form === 'original' ? now! : 1, eps }),
          use: (rate, decay) => ({ segmentLr: rate, segmentDecay: decay }),
        }),
      },
      own,
    );
  }
}
