/**
 * FTRL-Proximal (McMahan et al. 2013, Algorithm 1): follow the regularised leader with a rate lr/(beta + sqrt(sum g^2)) per
 * coordinate; parameters whose accumulated gradient stays within `lambda1` are exactly zero. Weight decay is the paper's
 * lambda_2. A step with a learning rate of zero changes nothing, nor does a coordinate move before its first gradient.
 *
 * Memory: 8 bytes per parameter. One pass: 16 bytes read and 12 written per f32 parameter.
 */
import { ftrlStep } from '@tessera/tensor/kernels';
import { checkNonNegative } from '../check.js';
import { elementwiseRule } from '../elementwise.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { ParametersArgument } from '../parameters.js';

export interface FtrlOptions extends OptimizerOptions {
  /** Added to the root of the sum of squares. Default 0. */
  readonly beta?: number;
  /** Weight of the absolute values of the parameters. Default 0. */
  readonly lambda1?: number;
}

/** Default learning rate 1e-3, no weight decay. */
export class FTRL extends FlatOptimizer {
  constructor(params: ParametersArgument, options: FtrlOptions = {}) {
    const { beta = 0, lambda1 = 0 } = options;
    const own = {
      beta: checkNonNegative('FTRL', 'beta', beta),
      lambda1: checkNonNegative('FTRL', 'lambda1', lambda1),
    };
    const states = [{ name: 'z' }, { name: 'n' }];
    const rule = elementwiseRule(ftrlStep, states, (_t, lr) => ({ lr, eps: beta, least: lambda1 }));
    super(params, options, { lr: 1e-3, weightDecay: 0 }, rule, own);
  }
}
