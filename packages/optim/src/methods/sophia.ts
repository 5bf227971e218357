/**
 * Sophia (Liu, Li, Hall, Liang & Ma 2024, Algorithm 3): momentum divided by an estimate of the Hessian's diagonal and clipped
 * elementwise, u = clip(m/max(gamma h, eps), +-1), with decoupled weight decay. As optax.contrib.sophia: m is bias-corrected.
 * The estimate is yours to make every few steps: `updateHessian` takes it, or makes the Gauss-Newton-Bartlett estimate from
 * the gradients of a loss on labels drawn from the model (Algorithm 2: batch size times g^2).
 *
 * Memory: 8 bytes per parameter. One pass: 16 bytes read and 8 written per f32 parameter; an update of the Hessian reads 8
 * and writes 4.
 */
import { ArgumentError, type Tensor } from '@tessera/tensor';
import { averageStep, sophiaStep } from '@tessera/tensor/kernels';
import { checkBetas, checkPositive } from '../check.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { ParametersArgument } from '../parameters.js';

export interface SophiaOptions extends OptimizerOptions {
  /** Decay of the momentum and of the Hessian. Default 0.965 and 0.99. */
  readonly betas?: readonly [number, number];
  /** Default 1e-8. */
  readonly eps?: number;
  /** Share of the elements that are clipped goes down with it. Default 0.01. */
  readonly gamma?: number;
  /** Default 1. */
  readonly clip?: number;
}

/** Default learning rate 1e-4, weight decay 0.1. */
export class Sophia extends FlatOptimizer {
  readonly #beta2: number;

  constructor(params: ParametersArgument, options: SophiaOptions = {}) {
    const op = 'Sophia';
    const { betas = [0.965, 0.99], eps = 1e-8, gamma = 0.01, clip = 1 } = options;
    const own = {
      betas: checkBetas(op, betas),
      eps: checkPositive(op, 'eps', eps),
      gamma: checkPositive(op, 'gamma', gamma),
      clip: checkPositive(op, 'clip', clip),
    };
    const [beta1, beta2] = own.betas;
    super(
      params,
      options,
      { lr: 1e-4, weightDecay: 0.1 },
      {
        states: [
          { name: 'exp_avg', argument: 'expAvg' },
          { name: 'hessian', argument: 'hessian' },
        ],
        decoupled: true,
        scalars: (t, lr) => ({ lr, beta1, gamma, eps, clip, momentWeight: 1 / (1 - beta1 ** t) }),
        step: sophiaStep,
      },
      own,
    );
    this.#beta2 = beta2;
  }

  /**
   * h = beta2 h + (1 - beta2) estimate. `estimate` is a flat f32 tensor for each of `places`; or a batch size, to take that
   * times the square of the gradients at hand.
   */
  updateHessian(estimate: readonly Tensor[] | number): void {
    this.places.forEach((place, i) => {
      const { flat, states } = place;
      const update = (param: Tensor) =>
        averageStep({ param, average: states.get('hessian')!, n: flat.data.numel, decay: this.#beta2 });
      if (typeof estimate === 'number') {
        flat.finishGradients();
        using grad = flat.grad.to('f32').square();
        update(grad.mul_(checkPositive('Sophia', 'batch', estimate)));
        return;
      }
      const given = estimate[i];
      if (given?.numel !== flat.data.numel || given.dtype !== 'f32') {
        throw new ArgumentError(`needs an f32 estimate of ${flat.data.numel} elements for flat buffer ${i}.`, {
          op: 'Sophia.updateHessian',
        });
      }
      update(given);
    });
  }
}
