/**
 * Grams (Cao, Li & Song 2024, Algorithm 1): the size of Adam's step with the sign of the gradient,
 * u = sign(g) |mhat/(sqrt(vhat) + eps)|. Weight decay is decoupled.
 *
 * `form: 'pytorch_optimizer'` computes what kozistr/pytorch_optimizer does: m = (1 - beta1) m + beta1 g, and v is divided by
 * the root of its bias.
 *
 * Memory: 8 bytes per parameter. One pass: 16 bytes read and 12 written per f32 parameter.
 */
import { gramsStep } from '@tessera/tensor/kernels';
import { checkBetas, checkNonNegative, checkOneOf } from '../check.js';
import { corrections, elementwiseRule, moments } from '../elementwise.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { ParametersArgument } from '../parameters.js';

export interface GramsOptions extends OptimizerOptions {
  /** Default 0.9 and 0.999. */
  readonly betas?: readonly [number, number];
  /** Default 1e-6. */
  readonly eps?: number;
  /** Default `original`. */
  readonly form?: 'original' | 'pytorch_optimizer';
}

/** Default learning rate 1e-3, no weight decay. */
export class Grams extends FlatOptimizer {
  constructor(params: ParametersArgument, options: GramsOptions = {}) {
    const op = 'Grams';
    const { betas = [0.9, 0.999], eps = 1e-6, form = 'original' } = options;
    const own = {
      betas: checkBetas(op, betas),
      eps: checkNonNegative(op, 'eps', eps),
      form: checkOneOf(op, 'form', form, ['original', 'pytorch_optimizer']),
    };
    const [beta1, beta2] = own.betas;
    const original = form === 'original';
    const rule = elementwiseRule(gramsStep, moments, (t, lr) => {
      const { momentWeight, rootScale } = corrections(beta1, beta2, t);
      return {
        lr,
        beta1: original ? beta1 : 1 - beta1,
        beta2,
        eps,
        momentWeight,
        rootScale: original ? rootScale : Math.sqrt(rootScale),
      };
    });
    super(params, options, { lr: 1e-3, weightDecay: 0 }, rule, own);
  }
}
