/**
 * Clipping as part of a step. Norms and the factors made of them stay on the device, where the step multiplies each
 * gradient as it reads it: clipping costs one pass over the gradients (adaptive clipping over the parameters too), and none
 * that writes them.
 */
import { ArgumentError, checkOptions, type Tensor, zeros } from '@tessera/tensor';
import { clipScale, gradNorm, nonFiniteFlag, unitScales } from '@tessera/tensor/kernels';
import { checkNonNegative, checkOneOf, checkPositive } from './check.js';
import type { Place } from './rule.js';
import type { StateLayout } from './state.js';
import { noUnits, type UnitArguments, Units } from './units.js';

export interface AdaptiveClipOptions {
  /** Least norm that a unit of parameters counts as. Default 1e-3. */
  readonly eps?: number;
  /**
   * What is clipped by itself: `rows`, the weights into one output in PyTorch's layout [out, in, ...] (default), or
   * `columns`, which are that in JAX's layouts: one index of all dimensions but the first, [in, out] or [in, heads, out],
   * or of the last in a convolution [height, width, in, out]. Vectors are one unit.
   */
  readonly units?: 'rows' | 'columns';
}

export function checkAdaptive(op: string, options: AdaptiveClipOptions): Required<AdaptiveClipOptions> {
  const { eps = 1e-3, units = 'rows' } = options;
  return { eps: checkNonNegative(op, 'eps', eps), units: checkOneOf(op, 'units', units, ['rows', 'columns']) };
}

export interface ClipOptions {
  /** Scales gradients so that their global norm is at most this, as `clip_grad_norm_` does. */
  readonly clipNorm?: number;
  /** Scales the gradient of each tensor so that its norm is at most this. */
  readonly clipTensorNorm?: number;
  /**
   * Adaptive gradient clipping (Brock, De, Smith & Simonyan 2021, equation 3): scales the gradient of each unit so that its
   * norm is at most `limit` max(|w|, eps) of its weights, as `optax.adaptive_grad_clip`. A number is the limit.
   */
  readonly clipAdaptive?: number | ({ readonly limit: number } & AdaptiveClipOptions);
  /** What is added to the norms of `clipNorm` and `clipTensorNorm` before dividing by them. Default 1e-6 as in PyTorch; optax adds nothing. */
  readonly clipEps?: number;
  /** Leaves everything as it was where a gradient is NaN or infinite. The step is counted all the same. */
  readonly skipNonFinite?: boolean;
}

export const clipOptions = ['clipNorm', 'clipTensorNorm', 'clipAdaptive', 'clipEps', 'skipNonFinite'] as const;

/** What is clipped unit by unit, and how. */
interface UnitRule {
  readonly name: keyof ClipOptions;
  readonly kind: 'tensors' | 'rows' | 'columns';
  readonly rule: number;
  readonly limit: number;
  /** Whether `eps` is a part of the norm of the gradient. */
  readonly epsOfGradient: boolean;
  readonly eps: number;
}

function unitRule(op: string, { clipTensorNorm, clipAdaptive, clipEps = 1e-6 }: ClipOptions): UnitRule | null {
  if (clipTensorNorm !== undefined) {
    const limit = checkPositive(op, 'clipTensorNorm', clipTensorNorm);
    return { name: 'clipTensorNorm', kind: 'tensors', rule: 0, limit, eps: clipEps, epsOfGradient: true };
  }
  if (clipAdaptive === undefined) return null;
  const name = `${op}: clipAdaptive`;
  const options = typeof clipAdaptive === 'number' ? { limit: clipAdaptive } : clipAdaptive;
  checkOptions(name, options, ['limit', 'eps', 'units']);
  const { eps, units } = checkAdaptive(name, options);
  const limit = checkPositive(name, 'limit', options.limit);
  return { name: 'clipAdaptive', kind: units, rule: 2, limit, eps, epsOfGradient: false };
}

/** What gradients are multiplied by, and whether a step does nothing, as the kernels of one flat buffer are told. */
export interface ClipArguments extends UnitArguments {
  readonly gradScale: Tensor | undefined;
  readonly gradScales: number;
  readonly skip: Tensor | undefined;
}

export class GradientClip {
  readonly #op: string;
  readonly #options: ClipOptions;
  readonly #layout: StateLayout;
  readonly #places: readonly Place[];
  readonly #scratch: { norm: Tensor; other: Tensor; scale: Tensor; flag: Tensor; otherFlag: Tensor } | null;
  readonly #unitRule: UnitRule | null;
  readonly #units: readonly Units[];

  constructor(op: string, options: ClipOptions, layout: StateLayout, places: readonly Place[]) {
    const { clipNorm, clipEps = 1e-6, skipNonFinite = false } = options;
    if (clipNorm !== undefined) checkPositive(op, 'clipNorm', clipNorm);
    checkNonNegative(op, 'clipEps', clipEps);
    const [one, other] = (['clipNorm', 'clipTensorNorm', 'clipAdaptive'] as const).filter(
      (name) => options[name] !== undefined,
    );
    if (other !== undefined) throw new ArgumentError(`${one} and ${other} exclude each other.`, { op });
    this.#unitRule = unitRule(op, options);
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
    const { kind } = this.#unitRule ?? {};
    this.#units = kind === undefined ? [] : places.map(({ flat }) => new Units(flat, kind));
  }

  /** The global norm of the last step's gradients, before clipping. */
  get norm(): Tensor {
    if (this.#options.clipNorm === undefined)
      throw new ArgumentError('the norm is known with clipNorm only.', { op: this.#op });
    const { norm, other } = this.#scratch!;
    return this.#places.length % 2 === 1 ? norm : other;
  }

  /** Computes norms and flags. */
  prepare(gradFactor: () => number): void {
    const { clipNorm, skipNonFinite } = this.#options;
    /** The norms do not contain it. 0 makes a gradient of nothing, whatever else it is multiplied by. */
    const factor = () => Math.abs(gradFactor()) || 1;
    if (clipNorm !== undefined) {
      this.#measure();
      const { clipEps = 1e-6 } = this.#options;
      const { scale } = this.#scratch!;
      clipScale({ norm: this.norm, scale, maxNorm: () => clipNorm / factor(), eps: clipEps / factor(), count: 1 });
    }
    for (const index of this.#units.keys()) this.#scaleUnits(index, factor);
    if (skipNonFinite) this.#flag();
  }

  #scaleUnits(index: number, factor: () => number): void {
    const { name, rule, limit, eps, epsOfGradient } = this.#unitRule!;
    const { data, grad } = this.#places[index]!.flat;
    if (grad.numel !== data.numel) {
      throw new ArgumentError(`${name} needs whole gradients; the subnetwork keeps compact ones.`, { op: this.#op });
    }
    const mask = this.#layout.normMask(this.#places[index]!);
    unitScales({
      x: grad,
      param: data,
      ...this.#units[index]!.arguments,
      n: grad.numel,
      rule,
      limit: () => limit / factor(),
      eps: () => (epsOfGradient ? eps / factor() : eps),
      ...(mask && { mask }),
    });
  }

  /** What `prepare` computed, for the kernels of one flat buffer. */
  arguments(index: number): ClipArguments {
    const { clipNorm, skipNonFinite } = this.#options;
    return {
      gradScale: clipNorm === undefined ? undefined : this.#scratch!.scale,
      gradScales: 1,
      skip: skipNonFinite ? this.#flagOut : undefined,
      ...(this.#units[index]?.arguments ?? noUnits),
    };
  }

  /** The scales of the units of one flat buffer. */
  units(index: number): Units | undefined {
    return this.#units[index];
  }

  dispose(): void {
    for (const t of Object.values(this.#scratch ?? {})) t.dispose();
    for (const units of this.#units) units.dispose();
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

  #flag(): void {
    const { flag, otherFlag } = this.#scratch!;
    this.#places.forEach(({ flat: { grad } }, i) => {
      const [found, prior] = i % 2 === 0 ? [flag, otherFlag] : [otherFlag, flag];
      nonFiniteFlag({ x: grad, found, n: grad.numel, ...(i > 0 && { prior }) });
    });
  }

  get #flagOut(): Tensor {
    return this.#places.length % 2 === 1 ? this.#scratch!.flag : this.#scratch!.otherFlag;
  }
}
