/**
 * Averages of the weights, for evaluation. They live in f32 flat buffers beside the parameters and are updated by one
 * pass; `evalParams` gives copies, `apply` lends them to the model and `restore` takes the training weights back.
 */
import { ArgumentError, copy_, type ParameterBuffer, type Tensor, zeros } from '@tessera/tensor';
import { averageStep } from '@tessera/tensor/kernels';
import { checkNonNegative, checkNumber, checkWhole } from './check.js';
import { type FlatParameters, groupParameters, type ParametersArgument } from './parameters.js';

/**
 * Weights that are not those being trained: copies of them, and lending them to the model. What is lent comes in the place
 * of the training weights, which are kept and taken back exactly as they were.
 */
export class EvaluationWeights<P extends { readonly flat: FlatParameters }> {
  readonly #places: readonly P[];
  readonly #make: (place: P, index: number) => Tensor;
  #saved: readonly Tensor[] | null = null;

  /** `make` gives the weights of a flat buffer as a new f32 tensor. */
  constructor(places: readonly P[], make: (place: P, index: number) => Tensor) {
    this.#places = places;
    this.#make = make;
  }

  /** The weights by name, independent of the optimizer. */
  copies(): ReadonlyMap<string, Tensor> {
    const result = new Map<string, Tensor>();
    this.#places.forEach((place, i) => {
      using flat = this.#make(place, i);
      for (const { name, shape, offset, length } of place.flat.entries) {
        using part = flat.view([length], [1], flat.offset + offset);
        result.set(name, part.clone().reshape(shape).keep());
      }
    });
    return result;
  }

  lend(): void {
    if (this.#saved !== null) return;
    this.#saved = this.#places.map(({ flat: { data } }) => data.clone().keep());
    this.#places.forEach((place, i) => {
      using weights = this.#make(place, i);
      copy_(place.flat.data, weights);
    });
  }

  takeBack(): void {
    this.#saved?.forEach((saved, i) => {
      copy_(this.#places[i]!.flat.data, saved);
      saved.dispose();
    });
    this.#saved = null;
  }

  dispose(): void {
    for (const saved of this.#saved ?? []) saved.dispose();
    this.#saved = null;
  }
}

/** Weight of the old average at the update numbered t, from 1. */
export type Decay = (t: number) => number;

export interface ExponentialDecayOptions {
  /** While young, the decay is at most (1 + t)/(10 + t). */
  readonly warmup?: boolean;
  /**
   * Weighs what was seen so far as if the average had started at the first update: decay (1 - decay^(t-1))/(1 - decay^t),
   * which is the average from zero divided by 1 - decay^t.
   */
  readonly debias?: boolean;
}

/** Exponential moving average. Default decay 0.999. */
export function exponentialDecay(
  decay = 0.999,
  { warmup = false, debias = false }: ExponentialDecayOptions = {},
): Decay {
  checkNumber('exponentialDecay', 'decay', decay, { min: 0, max: 1 });
  if (debias) return (t) => (decay === 1 ? (t - 1) / t : (decay * (1 - decay ** (t - 1))) / (1 - decay ** t));
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

interface Averaged {
  readonly flat: FlatParameters;
}

/** What averages share: copies and lending. */
abstract class Average {
  /** Updates so far. */
  updates = 0;
  protected readonly flats: readonly FlatParameters[];
  readonly #weights: EvaluationWeights<Averaged>;
  readonly #made: readonly ParameterBuffer[];

  protected constructor(op: string, params: ParametersArgument, make: (flat: FlatParameters, index: number) => Tensor) {
    const { places, made } = groupParameters(op, params);
    this.#made = made;
    this.flats = places.map((place) => place.flat);
    this.#weights = new EvaluationWeights<Averaged>(places, ({ flat }, i) => make(flat, i));
  }

  /** Takes in the parameters as they are now. */
  abstract update(): void;

  /** The averages by name, as f32 copies. */
  evalParams(): ReadonlyMap<string, Tensor> {
    return this.#weights.copies();
  }

  /** Puts the averages in place of the parameters until `restore`. */
  apply(): void {
    this.#weights.lend();
  }

  /** Takes the training weights back, exactly as they were. */
  restore(): void {
    this.#weights.takeBack();
  }

  dispose(): void {
    this.#weights.dispose();
    for (const flat of this.#made) flat.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

export interface WeightAverageOptions {
  /** What the average starts from: the parameters as they are now (default), or zero. */
  readonly start?: 'parameters' | 'zero';
}

/** A running average. Memory: 4 bytes per parameter; an update reads 8 and writes 4. */
export class WeightAverage extends Average {
  /** The averages, one per flat buffer. */
  readonly averages: readonly Tensor[];
  readonly #decay: Decay;

  /** `decay` is a number for an exponential average. */
  constructor(
    params: ParametersArgument,
    decay: Decay | number = exponentialDecay(),
    { start = 'parameters' }: WeightAverageOptions = {},
  ) {
    if (typeof decay === 'object') {
      throw new ArgumentError(
        `the second argument is the decay, a number or a function such as exponentialDecay(); got ${JSON.stringify(decay)}.`,
        { op: 'WeightAverage', actual: decay },
      );
    }
    super('WeightAverage', params, (_flat, i) => this.averages[i]!.clone());
    this.#decay = typeof decay === 'function' ? decay : exponentialDecay(decay);
    this.averages = this.flats.map(({ data }) => {
      const average = zeros([data.numel], { device: data.device }).keep();
      return start === 'zero' ? average : copy_(average, data);
    });
  }

  update(): void {
    this.flats.forEach(({ data }, i) => {
      const decay = () => {
        if (i === 0) this.updates++;
        return this.#decay(this.updates);
      };
      averageStep({ param: data, average: this.averages[i]!, n: data.numel, decay });
    });
  }

  override dispose(): void {
    for (const average of this.averages) average.dispose();
    super.dispose();
  }
}

/**
 * The mean of the last `count` weights (LAWA: Kaddour 2022). Memory: 4 count bytes per parameter; an update copies.
 */
export class LatestAverage extends Average {
  readonly #kept: (readonly Tensor[])[] = [];
  readonly #count: number;

  constructor(params: ParametersArgument, count: number) {
    checkWhole('LatestAverage', 'count', count, 1);
    super('LatestAverage', params, (flat, i) => {
      const mean = zeros([flat.data.numel], { device: flat.data.device });
      if (this.#kept.length === 0) return copy_(mean, flat.data);
      for (const weights of this.#kept) mean.add_(weights[i]!, { alpha: 1 / this.#kept.length });
      return mean;
    });
    this.#count = count;
  }

  update(): void {
    const oldest = this.#kept.length === this.#count ? this.#kept.shift()! : null;
    const next = oldest ?? this.flats.map(({ data }) => zeros([data.numel], { device: data.device }).keep());
    this.flats.forEach(({ data }, i) => void copy_(next[i]!, data));
    this.#kept.push(next);
    this.updates++;
  }

  override dispose(): void {
    for (const weights of this.#kept) for (const t of weights) t.dispose();
    super.dispose();
  }
}
