/**
 * Clipping as part of a step. Norms and the factors made of them stay on the device, where the step multiplies each
 * gradient as it reads it: clipping costs one pass over the gradients, and none that writes them.
 */
import { ArgumentError, type Tensor, zeros } from '@tessera/tensor';
import { clipScale, gradNorm, nonFiniteFlag, segmentNorms } from '@tessera/tensor/kernels';
import { checkNonNegative, checkPositive } from './check.js';
import type { Place } from './rule.js';
import type { StateLayout } from './state.js';

export interface ClipOptions {
  /** Scales gradients so that their global norm is at most this, as `clip_grad_norm_` does. */
  readonly clipNorm?: number;
  /** Scales the gradient of each tensor so that its norm is at most this. */
  readonly clipTensorNorm?: number;
  /** What is added to a norm before dividing by it. Default 1e-6 as in PyTorch; optax adds nothing. */
  readonly clipEps?: number;
  /** Leaves everything as it was where a gradient is NaN or infinite. The step is counted all the same. */
  readonly skipNonFinite?: boolean;
}

export const clipOptions = ['clipNorm', 'clipTensorNorm', 'clipEps', 'skipNonFinite'] as const;

export class GradientClip {
  readonly #op: string;
  readonly #options: ClipOptions;
  readonly #layout: StateLayout;
  readonly #places: readonly Place[];
  readonly #scratch: { norm: Tensor; other: Tensor; scale: Tensor; flag: Tensor; otherFlag: Tensor } | null;
  readonly #perTensor: readonly { norms: Tensor; scales: Tensor }[];

  constructor(op: string, options: ClipOptions, layout: StateLayout, places: readonly Place[]) {
    const { clipNorm, clipTensorNorm, clipEps = 1e-6, skipNonFinite = false } = options;
    if (clipNorm !== undefined) checkPositive(op, 'clipNorm', clipNorm);
    if (clipTensorNorm !== undefined) checkPositive(op, 'clipTensorNorm', clipTensorNorm);
    checkNonNegative(op, 'clipEps', clipEps);
    if (clipNorm !== undefined && clipTensorNorm !== undefined) {
      throw new ArgumentError('clipNorm and clipTensorNorm exclude each other.', { op });
    }
    this.#op = op;
    this.#options = options;
    this.#layout = layout;
    this.#places = places;
    const { device } = places[0]!.flat.data;
    const vector = (n: number, dtype: 'f32' | 'i32' = 'f32') => zeros([n], { dtype, device }).keep();
    this.#scratch =
      clipNorm === undefined && !skipNonFinite
        ? null
        : { norm: vector(1), other: vector(1), scale: vector(1), flag: vector(1, 'i32'), otherFlag: vector(1, 'i32') };
    this.#perTensor =
      clipTensorNorm === undefined
        ? []
        : places.map(({ flat: { entries } }) => ({ norms: vector(entries.length), scales: vector(entries.length) }));
  }

  /** The global norm of the last step's gradients, before clipping. */
  get norm(): Tensor {
    if (this.#options.clipNorm === undefined)
      throw new ArgumentError('the norm is known with clipNorm only.', { op: this.#op });
    const { norm, other } = this.#scratch!;
    return this.#places.length % 2 === 1 ? norm : other;
  }

  /** Computes norms and flags, and gives the arguments for the kernels of all flat buffers. */
  prepare(gradFactor: () => number): { gradScale: Tensor | undefined; gradScales: number; skip: Tensor | undefined } {
    const { clipNorm, skipNonFinite } = this.#options;
    const gradScale = clipNorm === undefined ? undefined : this.#scratch!.scale;
    if (clipNorm !== undefined) {
      this.#measure();
      this.#scale(this.norm, gradScale!, clipNorm, gradFactor);
    }
    return { gradScale, gradScales: 1, skip: skipNonFinite ? this.#flag() : undefined };
  }

  /** What replaces those arguments for one flat buffer. */
  perTensor(index: number, gradFactor: () => number): { gradScale?: Tensor; gradScales?: number } {
    const own = this.#perTensor[index];
    if (own === undefined) return {};
    const { flat, segments } = this.#places[index]!;
    const { grad } = flat;
    if (grad.numel !== flat.data.numel) {
      throw new ArgumentError('clipTensorNorm needs whole gradients; the subnetwork keeps compact ones.', {
        op: this.#op,
      });
    }
    const mask = this.#layout.normMask(this.#places[index]!);
    segmentNorms({
      x: grad,
      norms: own.norms,
      segmentStarts: segments.segmentStarts!,
      n: grad.numel,
      segments: segments.segments,
      ...(mask && { mask }),
    });
    this.#scale(own.norms, own.scales, this.#options.clipTensorNorm!, gradFactor);
    return { gradScale: own.scales, gradScales: own.scales.numel };
  }

  /** The arguments that `prepare` and `perTensor` gave last. */
  arguments(index: number): { gradScale: Tensor | undefined; gradScales: number; skip: Tensor | undefined } {
    const { clipNorm, skipNonFinite } = this.#options;
    const own = this.#perTensor[index];
    return {
      gradScale: own?.scales ?? (clipNorm === undefined ? undefined : this.#scratch!.scale),
      gradScales: own?.scales.numel ?? 1,
      skip: skipNonFinite ? this.#flagOut : undefined,
    };
  }

  dispose(): void {
    for (const t of Object.values(this.#scratch ?? {})) t.dispose();
    for (const { norms, scales } of this.#perTensor) {
      norms.dispose();
      scales.dispose();
    }
  }

  /** Factors on top of `gradFactor`, which the norms do not contain. */
  #scale(norm: Tensor, scale: Tensor, maxNorm: number, gradFactor: () => number): void {
    const { clipEps = 1e-6 } = this.#options;
    const factor = () => Math.abs(gradFactor());
    clipScale({ norm, scale, maxNorm: () => maxNorm / factor(), eps: clipEps / factor(), count: norm.numel });
  }

  #measure(): void {
    const { norm, other } = this.#scratch!;
    this.#places.forEach((place, i) => {
      const { grad } = place.flat;
      const mask = this.#layout.normMask(place);
      const [out, prior] = i % 2 === 0 ? [norm, other] : [other, norm];
      gradNorm({ x: grad, norm: out, n: grad.numel, ...(i > 0 && { prior }), ...(mask && { mask }) });
    });
  }

  #flag(): Tensor {
    const { flag, otherFlag } = this.#scratch!;
    this.#places.forEach(({ flat: { grad } }, i) => {
      const [found, prior] = i % 2 === 0 ? [flag, otherFlag] : [otherFlag, flag];
      nonFiniteFlag({ x: grad, found, n: grad.numel, ...(i > 0 && { prior }) });
    });
    return this.#flagOut;
  }

  get #flagOut(): Tensor {
    return this.#places.length % 2 === 1 ? this.#scratch!.flag : this.#scratch!.otherFlag;
  }
}
