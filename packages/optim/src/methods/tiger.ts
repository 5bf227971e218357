/**
 * Tiger (Su 2023, "Tight-fisted Optimizer"): the sign of the momentum, which is Lion with one decay for both of its averages.
 * Weight decay is decoupled.
 *
 * Memory: 4 bytes per parameter. One pass: 12 bytes read and 8 written per f32 parameter.
 */
import { checkBeta } from '../check.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { ParametersArgument } from '../parameters.js';
import { lionRule } from './lion.js';

export interface TigerOptions extends OptimizerOptions {
  /** Decay of the momentum. Default 0.965. */
  readonly beta?: number;
}

/** Default learning rate 1e-3, weight decay 0.01. */
export class Tiger extends FlatOptimizer {
  constructor(params: ParametersArgument, options: TigerOptions = {}) {
    const { beta = 0.965 } = options;
    const own = { beta: checkBeta('Tiger', 'beta', beta) };
    super(params, options, { lr: 1e-3, weightDecay: 0.01 }, lionRule({ betas: [beta, beta] }), own);
  }
}
