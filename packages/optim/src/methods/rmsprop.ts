/**
 * RMSprop (Hinton, lecture 6e, 2012; centered as in Graves 2013), as `torch.optim.RMSprop`: eps is added outside the
 * root, momentum averages updates, weight decay is added to the gradient. A centered variance that rounding takes below
 * zero counts as zero, where PyTorch gives NaN.
 *
 * Memory: 4 bytes per parameter, and 4 more each when centered and with momentum. One pass: 12 bytes read and 8 written
 * per f32 parameter, and 8 more for each further state.
 */
import { rmspropStep } from '@tessera/tensor/kernels';
import { checkBeta, checkNonNegative } from '../check.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { ParametersArgument } from '../parameters.js';
import type { StateSpec } from '../rule.js';

export interface RMSpropOptions extends OptimizerOptions {
  /** Decay rate of the average of squares. Default 0.99. */
  readonly alpha?: number;
  /** Default 1e-8. */
  readonly eps?: number;
  /** Default 0: no buffer. */
  readonly momentum?: number;
  /** Subtracts the square of the average gradient. Default false. */
  readonly centered?: boolean;
}

/** Default learning rate 1e-2, no weight decay. */
export class RMSprop extends FlatOptimizer {
  constructor(params: ParametersArgument, options: RMSpropOptions = {}) {
    const { alpha = 0.99, eps = 1e-8, momentum = 0, centered = false } = options;
    const own = {
      alpha: checkBeta('RMSprop', 'alpha', alpha),
      eps: checkNonNegative('RMSprop', 'eps', eps),
      momentum: checkNonNegative('RMSprop', 'momentum', momentum),
      centered,
    };
    const states: StateSpec[] = [{ name: 'square_avg', argument: 'squareAvg' }];
    if (centered) states.push({ name: 'grad_avg', argument: 'gradAvg' });
    if (momentum > 0) states.push({ name: 'momentum_buffer', argument: 'momentumBuffer' });
    super(
      params,
      options,
      { lr: 1e-2, weightDecay: 0 },
      { states, decoupled: false, step: rmspropStep, scalars: (_t, lr) => ({ lr, alpha, momentum, eps }) },
      own,
    );
  }
}
