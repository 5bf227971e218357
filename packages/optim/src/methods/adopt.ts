/**
 * ADOPT (Taniguchi et al. 2024, Algorithm 2): the gradient is normalised by the second moment of the steps before, which
 * converges for any beta2. The first step only fills the second moment; later ones clip the normalised gradient to
 * +-(t - 1)^(1/4), or +-t^(1/4) with `form: 'pytorch_optimizer'`. `nesterov` looks ahead as optax.contrib.adopt does.
 * Weight decay is decoupled.
 *
 * Memory: 8 bytes per parameter. One pass: 16 bytes read and 12 written per f32 parameter.
 */
import { adoptStep } from '@tessera/tensor/kernels';
import { checkBetas, checkOneOf, checkPositive } from '../check.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { ParametersArgument } from '../parameters.js';

export interface AdoptOptions extends OptimizerOptions {
  /** Default 0.9 and 0.9999. */
  readonly betas?: readonly [number, number];
  /** Default 1e-6. */
  readonly eps?: number;
  /** Steps by beta1 m + (1 - beta1) u in the place of m. Default false. */
  readonly nesterov?: boolean;
  /** Whether normalised gradients are clipped. Default true. */
  readonly clipping?: boolean;
  /** Default `original`. */
  readonly form?: 'original' | 'pytorch_optimizer';
}

/** Default learning rate 1e-3, no weight decay. */
export class ADOPT extends FlatOptimizer {
  constructor(params: ParametersArgument, options: AdoptOptions = {}) {
    const op = 'ADOPT';
    const { betas = [0.9, 0.9999], eps = 1e-6, nesterov = false, clipping = true, form = 'original' } = options;
    const own = {
      betas: checkBetas(op, betas),
      eps: checkPositive(op, 'eps', eps),
      nesterov,
      clipping,
      form: checkOneOf(op, 'form', form, ['original', 'pytorch_optimizer']),
    };
    const [beta1, beta2] = own.betas;
    const limit = (t: number) => (clipping ? (form === 'original' ? t - 1 : t) ** 0.25 : Number.POSITIVE_INFINITY);
    super(
      params,
      options,
      { lr: 1e-3, weightDecay: 0 },
      {
        states: [
          { name: 'exp_avg', argument: 'expAvg' },
          { name: 'exp_avg_sq', argument: 'expAvgSq' },
        ],
        decoupled: true,
        step: adoptStep,
        // At the first step the direction is clipped to zero, and v becomes g^2.
        scalars: (t, lr) => ({
          lr,
          beta1,
          beta2: t === 1 ? 0 : beta2,
          eps,
          clip: t === 1 ? 0 : limit(t),
          momentWeight: nesterov ? beta1 : 1,
          gradWeight: nesterov ? 1 - beta1 : 0,
        }),
      },
      own,
    );
  }
}
