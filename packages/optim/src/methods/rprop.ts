/**
 * Rprop (Riedmiller & Braun 1993), as torch.optim.Rprop: every parameter has a step size of its own, which grows while the
 * sign of its gradient stays and shrinks when it turns; then the step is left out. For full batches: the size of gradients is not looked at.
 * The learning rate is the first step size; a schedule has no effect later.
 *
 * Memory: 8 bytes per parameter. One pass: 16 bytes read and 12 written per f32 parameter.
 */
import { rpropStep } from '@tessera/tensor/kernels';
import { checkNumber, checkPositive } from '../check.js';
import { elementwiseRule } from '../elementwise.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { ParametersArgument } from '../parameters.js';

export interface RpropOptions extends OptimizerOptions {
  /** Factors of a step size that shrinks and one that grows. Default 0.5 and 1.2. */
  readonly etas?: readonly [number, number];
  /** Least and largest step size. Default 1e-6 and 50. */
  readonly stepSizes?: readonly [number, number];
}

/** Default learning rate 1e-2, no weight decay; weight decay is added to the gradient. */
export class Rprop extends FlatOptimizer {
  constructor(params: ParametersArgument, options: RpropOptions = {}) {
    const op = 'Rprop';
    const { etas = [0.5, 1.2], stepSizes = [1e-6, 50] } = options;
    const [least, most] = stepSizes;
    const own = {
      etas: [
        checkNumber(op, 'etas[0]', etas[0], { min: 0, above: true, max: 1, below: true }),
        checkNumber(op, 'etas[1]', etas[1], { min: 1, above: true }),
      ] as const,
      stepSizes: [
        checkPositive(op, 'stepSizes[0]', least),
        checkNumber(op, 'stepSizes[1]', most, { min: least }),
      ] as const,
    };
    const rule = elementwiseRule(
      rpropStep,
      [{ name: 'prev' }, { name: 'step_size', initial: options.lr ?? 1e-2 }],
      (t, lr) => ({ lr, beta1: etas[0], factor: etas[1], least, most, first: t === 1 ? 1 : 0 }),
      { coupled: true },
    );
    super(params, options, { lr: 1e-2, weightDecay: 0 }, rule, own);
  }
}
