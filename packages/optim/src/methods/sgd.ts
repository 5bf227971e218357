/**
 * Stochastic gradient descent with momentum (Polyak 1964; Nesterov's form as in Sutskever et al. 2013), as
 * `torch.optim.SGD`: weight decay is added to the gradient before momentum, the buffer starts as the first gradient.
 *
 * Memory: none, or 4 bytes per parameter with momentum. One pass: 8 bytes read and 4 written per f32 parameter, 12 and 8
 * with momentum.
 */
import { ArgumentError } from '@tessera/tensor';
import { sgdStep } from '@tessera/tensor/kernels';
import { checkNumber } from '../check.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { ParametersArgument } from '../parameters.js';
import type { Rule } from '../rule.js';

export interface SgdOptions extends OptimizerOptions {
  /** Default 0: no buffer. */
  readonly momentum?: number;
  /** What the gradient loses on its way into the buffer, from the second step on. Default 0. */
  readonly dampening?: number;
  readonly nesterov?: boolean;
}

export function sgdHyperparameters(op: string, { momentum = 0, dampening = 0, nesterov = false }: SgdOptions) {
  checkNumber(op, 'momentum', momentum, { min: 0 });
  checkNumber(op, 'dampening', dampening);
  if (nesterov && (momentum === 0 || dampening !== 0)) {
    throw new ArgumentError(
      `nesterov needs momentum without dampening; got momentum ${momentum} and dampening ${dampening}.`,
      { op },
    );
  }
  return { momentum, dampening, nesterov };
}

export function sgdRule({ momentum, dampening, nesterov }: ReturnType<typeof sgdHyperparameters>): Rule {
  return {
    states: momentum === 0 ? [] : [{ name: 'momentum_buffer', argument: 'momentumBuffer' }],
    decoupled: false,
    fixed: { nesterov: nesterov ? 1 : 0 },
    step: sgdStep,
    scalars: (t, lr) => ({ lr, momentum, gradGain: t === 1 ? 1 : 1 - dampening }),
  };
}

/** Default learning rate 1e-3, no weight decay. */
export class SGD extends FlatOptimizer {
  constructor(params: ParametersArgument, options: SgdOptions = {}) {
    const own = sgdHyperparameters('SGD', options);
    super(params, options, { lr: 1e-3, weightDecay: 0 }, sgdRule(own), own);
  }
}
