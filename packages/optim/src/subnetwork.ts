/**
 * A subnetwork: which parameters of a flat buffer are trained, as a bit each. With it come the number of active
 * parameters before each block of 1024, from which kernels find their place in compact arrays, and the number in each
 * tensor. Masks are made and combined on the device; making one waits for its counts.
 */
import {
  ArgumentError,
  bernoulli,
  type Device,
  type DType,
  empty,
  type Generator,
  ParameterBuffer,
  ShapeError,
  scope,
  type Tensor,
  tensor,
  zeros,
} from '@tessera/tensor';
import {
  applyMask,
  gatherMasked,
  maskAnd,
  maskAndNot,
  maskChanged,
  maskFromBytes,
  maskFromIndices,
  maskOffsets,
  maskOr,
  maskSegmentCounts,
  maskSmall,
  maskToBytes,
  maskToIndices,
  maskXor,
  scatterMasked,
} from '@tessera/tensor/kernels';
import { checkNonNegative, checkNumber } from './check.js';
import type { FlatEntry, FlatParameters } from './parameters.js';
import { int64Tensor } from './segments.js';

export interface EntryCount {
  readonly name: string;
  readonly active: number;
  readonly length: number;
}

export interface Overlap {
  /** Fraction of this mask that the other has too; NaN where this is empty. */
  readonly ofThis: number;
  /** Fraction of the other that this has too. */
  readonly ofOther: number;
  /** What `ofThis` would be for a random other mask of its size: the other's density. */
  readonly chance: number;
}

/**
 * How two values differ: `bitwise`: in their bits; `tolerance`: by more than it; `relative`: by more than it times the
 * larger of their sizes (arXiv 2511.08567; at 1e-3 that is bit equality for normal bf16 numbers).
 */
export type ChangeMode = 'bitwise' | 'tolerance' | 'relative';

export class Subnetwork {
  /** Mask and block offsets of each tensor by itself, while gradients are compact. */
  #ownMasks: Tensor[] | null = null;
  readonly #starts: readonly number[];

  private constructor(
    readonly flat: FlatParameters,
    /** Bit i of word w is parameter 32w + i. */
    readonly mask: Tensor,
    readonly offsets: Tensor,
    /** Active parameters, per entry. */
    readonly counts: readonly EntryCount[],
  ) {
    let start = 0;
    this.#starts = counts.map(({ active }) => {
      const at = start;
      start += active;
      return at;
    });
    this.active = start;
  }

  /** Number of active parameters. */
  readonly active: number;

  // --- making one ---

  /** From mask words of its own, an i32 tensor that the subnetwork takes over. */
  static async fromMask(flat: FlatParameters, mask: Tensor): Promise<Subnetwork> {
    const n = flat.data.numel;
    if (mask.dtype !== 'i32' || mask.numel !== Math.ceil(n / 32)) {
      throw new ShapeError(
        `a mask of ${n} parameters is i32 with ${Math.ceil(n / 32)} words; got ${mask.dtype} with ${mask.numel}.`,
        { op: 'Subnetwork.fromMask' },
      );
    }
    const { device } = flat.data;
    mask.keep();
    const offsets = words(device, Math.ceil(n / 1024) + 1);
    maskOffsets({ mask, offsets, n });
    const segments = flat.entries.length;
    const segmentStarts = int64Tensor(device, [...flat.entries.map((e) => e.offset), n]);
    const counts = words(device, 2 * segments);
    maskSegmentCounts({ mask, segmentStarts, counts, n, segments });
    const raw = await counts.rawData();
    const numbers = new BigInt64Array(raw.buffer, raw.byteOffset, segments);
    counts.dispose();
    segmentStarts.dispose();
    const entries = flat.entries.map(({ name, length }, i) => ({ name, active: Number(numbers[i]), length }));
    return new Subnetwork(flat, mask, offsets, entries);
  }

  /** Parameters that differ from `before`, a flat tensor of the same dtype. */
  static async changed(
    flat: FlatParameters,
    before: Tensor,
    { mode = 'bitwise', tolerance = 0 }: { readonly mode?: ChangeMode; readonly tolerance?: number } = {},
  ): Promise<Subnetwork> {
    const op = 'Subnetwork.changed';
    const modes = ['bitwise', 'tolerance', 'relative'];
    if (!modes.includes(mode)) {
      throw new ArgumentError(`mode is unknown; got ${String(mode)}; expected ${modes.join(', ')}.`, { op });
    }
    checkNonNegative(op, 'tolerance', tolerance);
    const n = flat.data.numel;
    if (before.numel !== n || before.dtype !== flat.data.dtype) {
      throw new ShapeError(`before is ${before}; expected ${n} elements of ${flat.data.dtype}.`, { op });
    }
    const mask = words(flat.data.device, Math.ceil(n / 32));
    maskChanged({ before, after: flat.data, mask, n, tolerance, mode: modes.indexOf(mode) });
    return Subnetwork.fromMask(flat, mask);
  }

  /** Parameters below `threshold` in size: what a small learning rate can move in 16-bit storage. */
  static async small(flat: FlatParameters, threshold: number): Promise<Subnetwork> {
    checkNonNegative('Subnetwork.small', 'threshold', threshold);
    const n = flat.data.numel;
    const mask = words(flat.data.device, Math.ceil(n / 32));
    maskSmall({ p: flat.data, mask, n, threshold });
    return Subnetwork.fromMask(flat, mask);
  }

  /** Each parameter with probability `density`. */
  static async random(
    flat: FlatParameters,
    density: number,
    options: { readonly generator?: Generator } = {},
  ): Promise<Subnetwork> {
    checkNumber('Subnetwork.random', 'density', density, { min: 0, max: 1 });
    const { device } = flat.data;
    using bytes = scope(() => bernoulli(density, [flat.data.numel], { dtype: 'u8', device, ...options }));
    return await Subnetwork.fromBytes(flat, bytes);
  }

  /** From a `bool` or `u8` tensor with an element per parameter. */
  static async fromBytes(flat: FlatParameters, bytes: Tensor): Promise<Subnetwork> {
    const n = flat.data.numel;
    if (bytes.numel !== n || (bytes.dtype !== 'bool' && bytes.dtype !== 'u8')) {
      throw new ShapeError(`needs a bool or u8 element per parameter (${n}); got ${bytes}.`, {
        op: 'Subnetwork.fromBytes',
      });
    }
    const mask = words(flat.data.device, Math.ceil(n / 32));
    maskFromBytes({ bytes, mask, n });
    return Subnetwork.fromMask(flat, mask);
  }

  /** From the positions of the active parameters, in any order. */
  static async fromIndices(flat: FlatParameters, indices: Int32Array): Promise<Subnetwork> {
    const n = flat.data.numel;
    const bad = indices.find((i) => i < 0 || i >= n);
    if (bad !== undefined) {
      throw new ArgumentError(`index ${bad} is outside 0 to ${n - 1}.`, { op: 'Subnetwork.fromIndices', actual: bad });
    }
    const { device } = flat.data;
    const mask = words(device, Math.ceil(n / 32));
    using list = tensor(indices, { dtype: 'i32', device });
    maskFromIndices({ indices: list, mask, n, count: indices.length });
    return Subnetwork.fromMask(flat, mask);
  }

  // --- sets ---

  async union(other: Subnetwork): Promise<Subnetwork> {
    return this.#combine(maskOr, other);
  }

  async intersection(other: Subnetwork): Promise<Subnetwork> {
    return this.#combine(maskAnd, other);
  }

  /** What is in this one and not in the other. */
  async difference(other: Subnetwork): Promise<Subnetwork> {
    return this.#combine(maskAndNot, other);
  }

  async symmetricDifference(other: Subnetwork): Promise<Subnetwork> {
    return this.#combine(maskXor, other);
  }

  async overlap(other: Subnetwork): Promise<Overlap> {
    using both = await this.intersection(other);
    return { ofThis: both.active / this.active, ofOther: both.active / other.active, chance: other.density };
  }

  // --- what it holds ---

  /** Fraction of the parameters that are active. */
  get density(): number {
    return this.active / this.flat.data.numel;
  }

  /** Where an entry's active parameters lie in compact arrays. */
  compactRange(entry: FlatEntry): { readonly offset: number; readonly length: number } {
    const i = this.flat.entries.indexOf(entry);
    return { offset: this.#starts[i]!, length: this.counts[i]!.active };
  }

  /** Positions of the active parameters in the flat buffer, ascending. */
  async indices(): Promise<Int32Array> {
    using indices = words(this.flat.data.device, this.active);
    maskToIndices({ mask: this.mask, offsets: this.offsets, indices, n: this.#n, active: this.active });
    return (await indices.data()) as Int32Array;
  }

  /** The mask as a `bool` tensor with an element per parameter. */
  bytes(): Tensor {
    const bytes = zeros([this.#n], { dtype: 'bool', device: this.flat.data.device });
    maskToBytes({ mask: this.mask, bytes, n: this.#n });
    return bytes;
  }

  // --- dense and compact ---

  /** The active elements of a flat tensor, in order. */
  gather(dense: Tensor, options: { readonly dtype?: DType } = {}): Tensor {
    this.#checkDense('gather', dense);
    const compact = zeros([this.active], { dtype: options.dtype ?? dense.dtype, device: dense.device });
    gatherMasked({ dense, mask: this.mask, offsets: this.offsets, compact, n: this.#n, active: this.active });
    return compact;
  }

  /** Writes `compact` to the active elements of a flat tensor; the others stay. */
  scatter(compact: Tensor, dense: Tensor): void {
    this.#checkDense('scatter', dense);
    if (compact.numel !== this.active) {
      throw new ShapeError(`compact has ${compact.numel} elements; expected ${this.active}.`, {
        op: 'Subnetwork.scatter',
      });
    }
    scatterMasked({ compact, mask: this.mask, offsets: this.offsets, dense, n: this.#n, active: this.active });
  }

  /** Zeroes the elements of a flat tensor that are not active. */
  apply(x: Tensor): void {
    this.#checkDense('apply', x);
    applyMask({ mask: this.mask, x, n: this.#n });
  }

  /**
   * Lets the flat buffer keep the gradients of active parameters alone, until the subnetwork is disposed. They are gathered
   * tensor by tensor during backward, and a tensor without active parameters gets no gradient at all. The active ones
   * are what they would be, bit for bit.
   */
  compactGradients(): void {
    const { flat } = this;
    if (!(flat instanceof ParameterBuffer)) {
      throw new ArgumentError(
        'the parameters are not in a ParameterBuffer, which alone sees gradients as they are made.',
        {
          op: 'Subnetwork.compactGradients',
        },
      );
    }
    if (this.#ownMasks !== null) return;
    const own: Tensor[] = [];
    using bytes = this.bytes();
    const parts = this.counts.map(({ active, length: n }, i) => {
      if (active === 0) return { length: 0, gather: (whole: Tensor) => whole };
      const { device } = bytes;
      const [mask, offsets] = [words(device, Math.ceil(n / 32)), words(device, Math.ceil(n / 1024) + 1)];
      own.push(mask, offsets);
      using part = bytes.view([n], [1], flat.entries[i]!.offset);
      maskFromBytes({ bytes: part, mask, n });
      maskOffsets({ mask, offsets, n });
      const gather = (whole: Tensor): Tensor => {
        const compact = empty([active], { dtype: whole.dtype, device }).keep();
        gatherMasked({ dense: whole, mask, offsets, compact, n, active });
        return compact;
      };
      return { length: active, gather };
    });
    flat.keepSomeGradients(parts);
    this.#ownMasks = own;
  }

  dispose(): void {
    this.mask.dispose();
    this.offsets.dispose();
    if (this.#ownMasks === null) return;
    (this.flat as ParameterBuffer).keepWholeGradients();
    for (const t of this.#ownMasks) t.dispose();
    this.#ownMasks = null;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  get #n(): number {
    return this.flat.data.numel;
  }

  async #combine(kernel: typeof maskOr, other: Subnetwork): Promise<Subnetwork> {
    if (other.#n !== this.#n) {
      throw new ShapeError(`masks are of ${this.#n} and ${other.#n} parameters; expected the same buffer.`, {
        op: 'Subnetwork',
      });
    }
    const y = words(this.flat.data.device, this.mask.numel);
    kernel({ a: this.mask, b: other.mask, y, n: this.#n });
    return Subnetwork.fromMask(this.flat, y);
  }

  #checkDense(method: string, dense: Tensor): void {
    if (dense.numel !== this.#n) {
      throw new ShapeError(`the tensor has ${dense.numel} elements; expected ${this.#n}.`, {
        op: `Subnetwork.${method}`,
      });
    }
  }
}

function words(device: Device, count: number): Tensor {
  return zeros([count], { dtype: 'i32', device }).keep();
}
