/**
 * ADOPT (Taniguchi et al. 2024, Algorithm 2): the gradient is normalised by the second moment of the steps before, which
 * converges for any beta2. The first step only fills the second moment; later ones clip the normalised gradient to
 * +-(t - 1)^(1/4). Weight decay is decoupled.
 *
 * Memory: 8 bytes per parameter. One pass: 16 bytes read and 12 written per f32 parameter.
 */
import { adoptStep } from '@tessera/tensor/kernels';
import { checkBetas, checkPositive } from './check.js';
import { FlatOptimizer } from './flat-optimizer.js';
import type { OptimizerOptions } from './optimizer.js';
import type { ParametersArgument } from './parameters.js';

export interface AdoptOptions extends OptimizerOptions {
  /** Default 0.9 and 0.9999. */
  readonly betas?: readonly [number, number];
  /** Default 1e-6. */
  readonly eps?: number;
}

/** Default learning rate 1e-3, no weight decay. */
export class ADOPT extends FlatOptimizer {
  constructor(params: ParametersArgument, options: AdoptOptions = {}) {
    const { betas = [0.9, 0.9999], eps = 1e-6 } = options;
    const own = { betas: checkBetas('ADOPT', betas), eps: checkPositive('ADOPT', 'eps', eps) };
    const [beta1, beta2] = own.betas;
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
          clip: (t - 1) ** 0.25,
        }),
      },
      own,
    );
  }
}
