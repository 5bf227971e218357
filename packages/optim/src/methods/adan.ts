/**
 * Adan (Xie et al. 2022, Algorithm 1): Nesterov momentum from differences of gradients. m averages g, n averages d = g - g_last
 * and v averages (g + beta2 d)^2; p = (p - lr (mhat + beta2 nhat)/(sqrt(vhat) + eps))/(1 + lr weightDecay). As the authors' code: betas are
 * decays, 1 less the paper's. `form: 'optax'` takes 1 - beta2 as the factor of d and n, adds 1e-8 inside the root, and decays
 * before the step.
 *
 * Memory: 16 bytes per parameter. One pass: 24 bytes read and 20 written per f32 parameter.
 */
import { adanStep } from '@tessera/tensor/kernels';
import { checkBeta, checkNonNegative, checkOneOf } from '../check.js';
import { elementwiseRule } from '../elementwise.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { ParametersArgument } from '../parameters.js';

export interface AdanOptions extends OptimizerOptions {
  /** Decay of the averages of gradients, of their differences and of squares. Default 0.98, 0.92 and 0.99. */
  readonly betas?: readonly [number, number, number];
  /** Default 1e-8. */
  readonly eps?: number;
  /** Default `original`. */
  readonly form?: 'original' | 'optax';
}

/** Default learning rate 1e-3, no weight decay. */
export class Adan extends FlatOptimizer {
  constructor(params: ParametersArgument, options: AdanOptions = {}) {
    const op = 'Adan';
    const { betas = [0.98, 0.92, 0.99], eps = 1e-8, form = 'original' } = options;
    const [beta1, beta2, beta3] = betas.map((beta, i) => checkBeta(op, `betas[${i}]`, beta)) as [
      number,
      number,
      number,
    ];
    const own = {
      betas,
      eps: checkNonNegative(op, 'eps', eps),
      form: checkOneOf(op, 'form', form, ['original', 'optax']),
    };
    const optax = form === 'optax';
    const ahead = optax ? 1 - beta2 : beta2;
    const states = [{ name: 'exp_avg' }, { name: 'exp_avg_diff' }, { name: 'exp_avg_sq' }, { name: 'previous_grad' }];
    const rule = elementwiseRule(adanStep, states, (t, lr) => ({
      lr,
      beta1,
      beta2,
      beta3,
      eps,
      epsRoot: optax ? 1e-8 : 0,
      factor: ahead,
      momentWeight: 1 / (1 - beta1 ** t),
      gradWeight: ahead / (1 - beta2 ** t),
      rootScale: 1 / Math.sqrt(1 - beta3 ** t),
      first: t === 1 ? 1 : 0,
      proximal: optax ? 0 : 1,
    }));
    super(params, options, { lr: 1e-3, weightDecay: 0 }, rule, own);
  }
}
