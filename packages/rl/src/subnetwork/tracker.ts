/**
 * Sparsity of an update while it is made: what changed in a step, since the start, and on the way. Keeps two copies of
 * the parameters (at the start, at the last step) and a bit per parameter.
 */
import { type FlatParameters, Subnetwork } from '@tessera/optim';
import { copy_, type Tensor, zeros } from '@tessera/tensor';
import { maskChanged, maskOffsets, maskOr } from '@tessera/tensor/kernels';

export interface ChangeMetrics {
  /** Share of parameters whose bits this step left alone. */
  readonly 'sparsity/step': number;
  /** Share whose bits are as at the start, and those within 1e-5 of it. */
  readonly 'sparsity/total': number;
  readonly 'sparsity/total 1e-5': number;
  /** Share never changed by any step so far. */
  readonly 'sparsity/never': number;
}

/** What became of the parameters over a run (arXiv 2505.11711, section 6): shares of all. */
export interface ChangeShares {
  readonly never: number;
  /** Changed on the way, and back at the end. */
  readonly cancelled: number;
  readonly consistent: number;
}

export class ChangeTracker {
  readonly #flat: FlatParameters;
  /** The parameters as they were when tracking began. */
  readonly start: Tensor;
  readonly #last: Tensor;
  readonly #words: number;
  #touched: Tensor;
  #spare: Tensor;

  /** `start`: a flat tensor to measure against, where a run goes on that began earlier. Default: the parameters now. */
  constructor(flat: FlatParameters, { start = flat.data }: { readonly start?: Tensor } = {}) {
    const { data } = flat;
    this.#flat = flat;
    this.start = copyOf(start);
    this.#last = copyOf(data);
    this.#words = Math.ceil(data.numel / 32);
    this.#touched = words(data, this.#words);
    this.#spare = words(data, this.#words);
  }

  /** Takes note of a step that was made. */
  async update(): Promise<ChangeMetrics> {
    const { data } = this.#flat;
    const n = data.numel;
    using step = this.#changed(this.#last, 0, 0);
    using total = this.#changed(this.start, 0, 0);
    using tolerant = this.#changed(this.start, 1, 1e-5);
    maskOr({ a: this.#touched, b: step, y: this.#spare, n });
    [this.#touched, this.#spare] = [this.#spare, this.#touched];
    copy_(this.#last, data);
    const counts = await Promise.all([step, total, tolerant, this.#touched].map((mask) => this.#count(mask)));
    const [a, b, c, d] = counts.map((count) => 1 - count / n) as [number, number, number, number];
    return { 'sparsity/step': a, 'sparsity/total': b, 'sparsity/total 1e-5': c, 'sparsity/never': d };
  }

  /** Parameters that any step changed. */
  touched(): Promise<Subnetwork> {
    return Subnetwork.fromMask(this.#flat, copyOf(this.#touched));
  }

  /** Where the parameters stand against the start. */
  async shares(): Promise<ChangeShares> {
    const n = this.#flat.data.numel;
    using final = this.#changed(this.start, 0, 0);
    const [touched, consistent] = await Promise.all([this.#count(this.#touched), this.#count(final)]);
    return { never: 1 - touched / n, cancelled: (touched - consistent) / n, consistent: consistent / n };
  }

  dispose(): void {
    for (const t of [this.start, this.#last, this.#touched, this.#spare]) t.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #changed(before: Tensor, mode: number, tolerance: number): Tensor {
    const { data } = this.#flat;
    const mask = words(data, this.#words);
    maskChanged({ before, after: data, mask, n: data.numel, mode, tolerance });
    return mask;
  }

  async #count(mask: Tensor): Promise<number> {
    const n = this.#flat.data.numel;
    const blocks = Math.ceil(n / 1024);
    using offsets = words(mask, blocks + 1);
    maskOffsets({ mask, offsets, n });
    using last = offsets.view([1], [1], offsets.offset + blocks);
    return (await last.item()) >>> 0;
  }
}

function copyOf(source: Tensor): Tensor {
  return copy_(zeros([source.numel], { dtype: source.dtype, device: source.device }), source).keep();
}

function words(like: Tensor, count: number): Tensor {
  return zeros([count], { dtype: 'i32', device: like.device }).keep();
}
