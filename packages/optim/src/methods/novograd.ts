/**
 * NovoGrad (Ginsburg et al. 2019, Algorithm 1): Adam with one second moment for each tensor, v = beta2 v + (1 - beta2)|g|^2, and
 * momentum of g/(sqrt(v) + eps) + weightDecay p. As optax.novograd: v starts at the first |g|^2, and the momentum is a sum.
 *
 * Memory: 4 bytes per parameter and 8 per tensor. Two passes, as the second waits for the norms: 8 bytes read, then 12 read and 8
 * written per f32 parameter.
 */
import { gradientTerms, novogradRates, sgdStep } from '@tessera/tensor/kernels';
import { checkBetas, checkPositive } from '../check.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import { layerRates } from '../layer.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { ParametersArgument } from '../parameters.js';

export interface NovoGradOptions extends OptimizerOptions {
  /** Default 0.9 and 0.25. */
  readonly betas?: readonly [number, number];
  /** Default 1e-6. */
  readonly eps?: number;
}

/** Default learning rate 1e-3, no weight decay. */
export class NovoGrad extends FlatOptimizer {
  constructor(params: ParametersArgument, options: NovoGradOptions = {}) {
    const op = 'NovoGrad';
    const { betas = [0.9, 0.25], eps = 1e-6 } = options;
    const own = { betas: checkBetas(op, betas), eps: checkPositive(op, 'eps', eps) };
    const [beta1, beta2] = own.betas;
    super(
      params,
      options,
      { lr: 1e-3, weightDecay: 0 },
      {
        states: [{ name: 'exp_avg', argument: 'momentumBuffer' }],
        decoupled: false,
        step: sgdStep,
        fixed: { nesterov: 0 },
        scalars: (t, lr) => ({ lr, momentum: beta1, gradGain: 1, first: t === 1 ? 1 : 0 }),
        ...layerRates({
          op,
          terms: gradientTerms,
          rates: novogradRates,
          remembers: true,
          numbers: ({ first }) => ({ rates: { beta: beta2, eps, first: first! } }),
          use: (rate) => ({ gradScale: rate, gradScales: rate.numel }),
        }),
      },
      own,
    );
  }
}
