/**
 * Distributions on the counter-based stream, for the procedural data of the workloads. Data depends on the seeds written
 * in the workloads and nothing else, so a workload is the same on every machine.
 */
import { CounterRandom } from '@tessera/data';

export class Sampler {
  readonly #stream: CounterRandom;
  #spare: number | null = null;

  constructor(seed: number, stream = 0) {
    this.#stream = new CounterRandom(seed, stream);
  }

  /** In [low, high). */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * this.#stream.uniform();
  }

  /** A whole number in [low, high). */
  integer(low: number, high: number): number {
    return low + this.#stream.integer(high - low);
  }

  /** Normally distributed (Box-Muller, both values used). */
  normal(mean = 0, deviation = 1): number {
    if (this.#spare !== null) {
      const value = this.#spare;
      this.#spare = null;
      return mean + deviation * value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.#stream.uniform()));
    const angle = 2 * Math.PI * this.#stream.uniform();
    this.#spare = radius * Math.sin(angle);
    return mean + deviation * radius * Math.cos(angle);
  }

  /** True with probability `p`. */
  chance(p: number): boolean {
    return this.#stream.uniform() < p;
  }

  /** An index, with the probabilities that `cumulative` adds up to 1. */
  choice(cumulative: ArrayLike<number>): number {
    const u = this.#stream.uniform();
    let low = 0;
    let high = cumulative.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (cumulative[middle]! > u) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** 0 to n - 1 in random order. */
  permutation(n: number): Int32Array {
    const order = Int32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.#stream.integer(i + 1);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    return order;
  }

  /** Gamma-distributed with this shape (Marsaglia and Tsang 2000). */
  gamma(shape: number): number {
    if (shape < 1) return this.gamma(shape + 1) * this.#stream.uniform() ** (1 / shape);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.normal();
      const v = (1 + c * x) ** 3;
      if (v > 0 && Math.log(1 - this.#stream.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
    }
  }
}

/** Running sums of `weights`, scaled to end at 1. */
export function cumulative(weights: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(weights.length);
  let total = 0;
  for (let i = 0; i < weights.length; i++) sums[i] = total += weights[i]!;
  return sums.map((sum) => sum / total);
}
