/**
 * Lion (Chen et al. 2023, Algorithm 2): the sign of an interpolation between momentum and gradient. Weight decay is
 * decoupled: the parameters are multiplied by 1 - lr*weightDecay before the step. The sign of zero is zero.
 *
 * Memory: 4 bytes per parameter. One pass: 12 bytes read and 8 written per f32 parameter.
 */
import { lionStep } from '@tessera/tensor/kernels';
import { checkBetas } from '../check.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { ParametersArgument } from '../parameters.js';
import type { Rule } from '../rule.js';

export interface LionOptions extends OptimizerOptions {
  /** Weights of the momentum in the update and in its own average. Default 0.9 and 0.99. */
  readonly betas?: readonly [number, number];
}

export function lionHyperparameters(op: string, { betas = [0.9, 0.99] }: LionOptions) {
  return { betas: checkBetas(op, betas) };
}

export function lionRule({ betas: [beta1, beta2] }: ReturnType<typeof lionHyperparameters>): Rule {
  return {
    states: [{ name: 'exp_avg', argument: 'expAvg' }],
    decoupled: true,
    step: lionStep,
    scalars: (_t, lr) => ({ lr, beta1, beta2 }),
  };
}

/** Default learning rate 1e-4, no weight decay. */
export class Lion extends FlatOptimizer {
  constructor(params: ParametersArgument, options: LionOptions = {}) {
    const own = lionHyperparameters('Lion', options);
    super(params, options, { lr: 1e-4, weightDecay: 0 }, lionRule(own), own);
  }
}
