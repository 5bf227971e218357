/**
 * A reference model for the price of a subnetwork: while only its parameters are trained, the model they started from is
 * the model with the base's values put back at those places. Kept: one value per active parameter instead of a copy.
 */
import type { Subnetwork } from '@tessera/optim';
import { noGrad, type Tensor } from '@tessera/tensor';

export class ReferenceValues {
  readonly #subnetwork: Subnetwork;
  /** The reference's values of the subnetwork's parameters, in ascending order. */
  readonly base: Tensor;

  /** Takes the parameters as they are now as the reference. */
  constructor(subnetwork: Subnetwork) {
    this.#subnetwork = subnetwork;
    this.base = subnetwork.gather(subnetwork.flat.data).keep();
  }

  /** Bytes that the reference takes. */
  get bytes(): number {
    return this.base.numel * (this.base.dtype === 'f32' ? 4 : 2);
  }

  /**
   * Runs `body` on the reference model, without gradients, and puts the trained values back, whatever happens. Run it
   * before the graph of a step is built, never between a forward and its backward.
   */
  run<T>(body: () => T): T {
    const { flat } = this.#subnetwork;
    const trained = this.#subnetwork.gather(flat.data).keep();
    this.#subnetwork.scatter(this.base, flat.data);
    try {
      return noGrad(body);
    } finally {
      this.#subnetwork.scatter(trained, flat.data);
      trained.dispose();
    }
  }

  dispose(): void {
    this.base.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
