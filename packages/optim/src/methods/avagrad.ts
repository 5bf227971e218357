/**
 * AvaGrad (Savarese et al. 2021, Algorithm 2): Adam with the second moment of the steps before and rates whose mean square over
 * all parameters is one, so that the learning rate and eps do not depend on each other. As kozistr/pytorch_optimizer: the first step does not
 * move, and the mean is taken of the second moments before a step, over all groups together, where that code takes each by itself.
 *
 * Memory: 8 bytes per parameter. One pass: 16 bytes read and 12 written per f32 parameter; the mean is taken in the same
 * pass, and stays on the device.
 */
import { avagradEstimate, avagradStep } from '@tessera/tensor/kernels';
import { checkBetas, checkPositive } from '../check.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { ParametersArgument } from '../parameters.js';
import { adamStates } from './adam.js';

export interface AvaGradOptions extends OptimizerOptions {
  /** Default 0.9 and 0.999. */
  readonly betas?: readonly [number, number];
  /** How little rates adapt: the larger, the closer to SGD. Default 0.1. */
  readonly eps?: number;
}

/** Default learning rate 0.1, no weight decay. */
export class AvaGrad extends FlatOptimizer {
  constructor(params: ParametersArgument, options: AvaGradOptions = {}) {
    const { betas = [0.9, 0.999], eps = 0.1 } = options;
    const own = { betas: checkBetas('AvaGrad', betas), eps: checkPositive('AvaGrad', 'eps', eps) };
    const [beta1, beta2] = own.betas;
    const rootScale = (t: number) => 1 / Math.sqrt(1 - beta2 ** t);
    super(
      params,
      options,
      { lr: 0.1, weightDecay: 0 },
      {
        states: adamStates,
        decoupled: true,
        vectors: [
          { argument: 'estimate', initial: [0], names: { gamma: 0 } },
          { argument: 'sums', initial: [0, 0, 0, 0] },
        ],
        scalars: (t, lr) => ({
          lr,
          beta1,
          beta2,
          eps,
          momentWeight: 1 / (1 - beta1 ** t),
          rootScale: t === 1 ? 1 : rootScale(t - 1),
          nextScale: rootScale(t),
        }),
        step: avagradStep,
        settle: avagradEstimate,
      },
      own,
    );
  }
}
