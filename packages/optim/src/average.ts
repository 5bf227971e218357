/**
 * Averages of the weights, for evaluation. They live in f32 flat buffers beside the parameters and are updated by one
 * pass; `apply` lends them to the model, `restore` takes the training weights back.
 */
import { copy_, type Tensor, zeros } from '@tessera/tensor';
import { averageStep } from '@tessera/tensor/kernels';
import { checkNonNegative, checkNumber } from './check.js';
import { type FlatParameters, groupParameters, type ParametersArgument } from './parameters.js';

/** Weight of the old average at the update numbered t, from 1. */
export type Decay = (t: number) => number;

/** Exponential moving average; while young, the decay is at most (1 + t)/(10 + t) if `warmup`. */
export function exponentialDecay(decay = 0.999, { warmup = false }: { warmup?: boolean } = {}): Decay {
  checkNumber('exponentialDecay', 'decay', decay, { min: 0, max: 1 });
  return (t) => (warmup ? Math.min(decay, (1 + t) / (10 + t)) : decay);
}

/** The plain mean of all weights seen (stochastic weight averaging). */
export function meanDecay(): Decay {
  return (t) => (t - 1) / t;
}

/** Weights grow polynomially: c_t = (gamma + 1)/(gamma + t), as DoG evaluates with gamma = 8. */
export function polynomialDecay(gamma = 8): Decay {
  checkNonNegative('polynomialDecay', 'gamma', gamma);
  return (t) => 1 - (gamma + 1) / (gamma + t);
}

export class WeightAverage {
  /** Updates so far. */
  updates = 0;
  /** The averages, one per flat buffer. */
  readonly averages: readonly Tensor[];
  readonly #flats: readonly FlatParameters[];
  readonly #decay: Decay;
  #saved: readonly Tensor[] | null = null;

  /** The average starts as the parameters are now; `decay` is a number for an exponential average. */
  constructor(params: ParametersArgument, decay: Decay | number = exponentialDecay()) {
    this.#flats = groupParameters('WeightAverage', params).places.map((place) => place.flat);
    this.#decay = typeof decay === 'number' ? exponentialDecay(decay) : decay;
    this.averages = this.#flats.map(({ data }) => copy_(zeros([data.numel], { device: data.device }), data).keep());
  }

  /** Takes in the parameters as they are now. */
  update(): void {
    this.#flats.forEach(({ data }, i) => {
      const decay = () => {
        if (i === 0) this.updates++;
        return this.#decay(this.updates);
      };
      averageStep({ param: data, average: this.averages[i]!, n: data.numel, decay });
    });
  }

  /** Puts the averages in place of the parameters until `restore`. */
  apply(): void {
    if (this.#saved !== null) return;
    this.#saved = this.#flats.map(({ data }) =>
      copy_(zeros([data.numel], { dtype: data.dtype, device: data.device }), data).keep(),
    );
    this.#flats.forEach(({ data }, i) => void copy_(data, this.averages[i]!));
  }

  /** Takes the training weights back, exactly as they were. */
  restore(): void {
    this.#saved?.forEach((saved, i) => {
      copy_(this.#flats[i]!.data, saved);
      saved.dispose();
    });
    this.#saved = null;
  }

  dispose(): void {
    for (const t of [...this.averages, ...(this.#saved ?? [])]) t.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
