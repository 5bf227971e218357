/**
 * LARS for linear probes: SGD with momentum whose step per weight matrix is in proportion to the matrix. Weight decay and
 * the proportion are for parameters of two dimensions or more. Source: arXiv 1708.03888, as in MAE's and GigaTok's probes.
 */
import { checkOptions, noGrad, onesLike, scope, type Tensor, where, zerosLike } from '@tessera/tensor';

export interface LarsOptions {
  readonly lr: number;
  /** Default 0. */
  readonly weightDecay?: number;
  /** Default 0.9. */
  readonly momentum?: number;
  /** Step over size of a parameter, at learning rate 1. Default 0.001. */
  readonly trustCoefficient?: number;
}

export class Lars {
  lr: number;
  readonly #parameters: readonly Tensor[];
  readonly #momenta: readonly Tensor[];
  readonly #options: Required<LarsOptions>;

  constructor(parameters: Iterable<Tensor>, options: LarsOptions) {
    checkOptions('Lars', options, ['lr', 'weightDecay', 'momentum', 'trustCoefficient']);
    this.#options = { weightDecay: 0, momentum: 0.9, trustCoefficient: 1e-3, ...options };
    this.lr = options.lr;
    this.#parameters = [...parameters];
    this.#momenta = this.#parameters.map((p) => zerosLike(p).keep());
  }

  /** Steps along the gradients at hand; a parameter without one stays. */
  step(): void {
    const { weightDecay, momentum, trustCoefficient } = this.#options;
    for (const [i, p] of this.#parameters.entries()) {
      const { grad } = p;
      if (grad === null) continue;
      noGrad(() =>
        scope(() => {
          let g = grad;
          if (p.ndim > 1) {
            g = g.add(p.mul(weightDecay));
            const [size, change] = [p.norm(), g.norm()];
            const ratio = size.mul(trustCoefficient).div(change);
            g = g.mul(where(size.mul(change).gt(0), ratio, onesLike(ratio)));
          }
          p.add_(this.#momenta[i]!.mul_(momentum).add_(g), { alpha: -this.lr });
        }),
      );
    }
  }

  dispose(): void {
    for (const m of this.#momenta) m.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
