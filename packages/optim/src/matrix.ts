/**
 * What optimizers that treat matrices as matrices share: they go tensor by tensor, with products on the way, and end in the
 * same fused steps as all others, on views of the flat buffers. The number of kernels grows with the number of tensors.
 */
import { ArgumentError, copy_, type DType, type Shape, scope, Tensor } from '@tessera/tensor';
import { adamStep, multiplyMatrices, sgdStep } from '@tessera/tensor/kernels';
import type { OptimizerOptions } from './optimizer.js';
import type { FlatEntry } from './parameters.js';
import type { Arguments, Place } from './rule.js';
import type { GroupValues } from './segments.js';
import { strides } from './state.js';
import type { Units } from './units.js';

/** Whether a parameter is a matrix to the optimizer: by default everything with two or more dimensions above 1. */
export type MatrixTest = (name: string, shape: Shape) => boolean;

export const hasTwoDimensions: MatrixTest = (_name, shape) => shape.filter((d) => d > 1).length > 1;

/** Rows and columns: the first dimension, and all others together. */
export function matrixShape({ shape, length }: FlatEntry): readonly [rows: number, columns: number] {
  const rows = shape[0] ?? 1;
  return [rows, length / rows];
}

/** A contiguous part of a flat tensor; undefined stays undefined. */
export function partOf<T extends Tensor | undefined>(flat: T, offset: number, length: number): T {
  return flat?.view([length], [1], flat.offset + offset) as T;
}

type Live = () => number;

/** One step over one flat buffer, tensor by tensor. */
export class TensorSteps {
  readonly place: Place;
  readonly lr: Live;
  readonly gradFactor: Live;
  readonly gradScale: Tensor | undefined;
  readonly skip: Tensor | undefined;
  readonly #units: Units | undefined;
  readonly #seed: number;
  readonly #rounding: number;
  readonly #args: Arguments;
  #counted = false;

  constructor(args: Arguments) {
    this.#args = args;
    this.place = args.place as Place;
    this.lr = args.lr as Live;
    this.gradFactor = args.gradFactor as Live;
    this.gradScale = args.gradScale as Tensor | undefined;
    this.skip = args.skip as Tensor | undefined;
    this.#units = args.clipUnits as Units | undefined;
    this.#seed = args.seed as number;
    this.#rounding = args.rounding as number;
  }

  /** A number of the step; the first that is read counts the step. */
  live(number: Live): Live {
    const offset = this.#offset();
    return () => {
      offset();
      return number();
    };
  }

  /**
   * Entries, by their indices in order, as runs: those that lie one after another and share rate and decay take one step.
   * Each stays by itself where tensors are clipped by themselves.
   */
  runs(indices: readonly number[], values: readonly GroupValues[]): readonly Run[] {
    const { entries } = this.place.flat;
    const runs: Run[] = [];
    for (const index of indices) {
      const last = runs.at(-1);
      const { offset, length } = entries[index]!;
      const { lr, weightDecay } = values[index]!;
      if (
        last !== undefined &&
        this.#units === undefined &&
        entries[last.index]!.offset + last.length === offset &&
        values[last.index]!.lr === lr &&
        values[last.index]!.weightDecay === weightDecay
      ) {
        last.length += length;
      } else runs.push({ index, length });
    }
    return runs;
  }

  /** p = p (1 - lr decay) - lr scale u with the storage precision of the optimizer. */
  move(entry: FlatEntry, update: Tensor, { lr = this.lr, scale = 1, decay = 0, gradScale }: MoveOptions = {}): void {
    const { offset, length } = entry;
    const { flat, master, compensation, firstIndex } = this.place;
    sgdStep({
      param: partOf(flat.data, offset, length),
      master: partOf(master, offset, length),
      compensation: partOf(compensation, offset, length),
      grad: update,
      gradScale,
      skip: this.skip,
      n: length,
      firstIndex: firstIndex + offset,
      seed: this.#seed,
      rounding: this.#rounding,
      offset: this.#offset(),
      gradFactor: 1,
      lr: () => lr() * scale,
      weightDecay: () => (typeof decay === 'function' ? decay() : decay) / scale,
      decoupled: 1,
      momentum: 0,
      gradGain: 1,
      nesterov: 0,
      segments: 0,
      gradScales: 1,
      units: 0,
      unitTensors: 0,
    });
  }

  /** The gradient of one tensor, flat, before `gradFactor` and `gradScale`. */
  raw(entry: FlatEntry): Tensor {
    const { offset, length, shape } = entry;
    const grad = partOf(this.place.flat.grad, offset, length);
    if (this.#units === undefined) return grad;
    const scale = this.#units.ofEntry(this.place.flat.entries.indexOf(entry));
    const g = grad.to('f32');
    const scaled = g.view(shape, strides(shape), g.offset).mul(scale);
    return scaled.view([length], [1], scaled.offset);
  }

  /** The gradient of one tensor as the step takes it: scaled, in f32, and flat. */
  gradient(entry: FlatEntry): Tensor {
    const grad = this.raw(entry).to('f32');
    const factor = this.gradFactor();
    const scaled = factor === 1 ? grad : grad.mul(factor);
    return this.gradScale ? scaled.mul(this.gradScale) : scaled;
  }

  /** An AdamW step of one tensor (or of a run that starts with it), on its gradient or on another direction with a factor of its own. */
  adamw(
    entry: FlatEntry,
    states: { expAvg: Tensor; expAvgSq: Tensor },
    numbers: AdamNumbers,
    decay: number,
    { length = entry.length, direction, scale }: AdamOptions = {},
  ): void {
    const { offset } = entry;
    const { flat, master, compensation, firstIndex } = this.place;
    const grad = direction ?? (length === entry.length ? this.raw(entry) : partOf(flat.grad, offset, length));
    adamStep({
      param: partOf(flat.data, offset, length),
      master: partOf(master, offset, length),
      compensation: partOf(compensation, offset, length),
      grad,
      gradScale: scale ?? this.gradScale,
      skip: this.skip,
      expAvg: states.expAvg,
      expAvgSq: states.expAvgSq,
      n: length,
      firstIndex: firstIndex + offset,
      seed: this.#seed,
      rounding: this.#rounding,
      offset: this.#offset(),
      gradFactor: direction ? 1 : this.gradFactor,
      beta1: numbers.beta1,
      beta2: numbers.beta2,
      eps: numbers.eps,
      momentWeight: numbers.momentWeight,
      gradWeight: numbers.gradWeight,
      rootScale: numbers.rootScale,
      lr: numbers.lr,
      weightDecay: decay,
      decoupled: 1,
      segments: 0,
      gradScales: 1,
      units: 0,
      unitTensors: 0,
    });
  }

  #offset(): Live {
    const first = !this.#counted;
    this.#counted = true;
    return (first ? this.#args.offset : this.#args.laterOffset) as Live;
  }
}

/** Neighbours in a flat buffer that take the same step. */
interface Run {
  /** Of the first entry. */
  readonly index: number;
  /** Elements of all. */
  length: number;
}

interface MoveOptions {
  readonly lr?: Live;
  readonly scale?: number;
  readonly decay?: number | Live;
  /** A factor of the update on the device. */
  readonly gradScale?: Tensor;
}

interface AdamNumbers {
  readonly lr: Live;
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number | Live;
  readonly momentWeight: Live;
  readonly gradWeight: number | Live;
  readonly rootScale: Live;
}

interface AdamOptions {
  /** Elements from the entry's first on. Default: its own. */
  readonly length?: number;
  /** What is stepped along in place of the gradient. */
  readonly direction?: Tensor;
  /** A factor of it on the device in place of the clipping's. */
  readonly scale?: Tensor;
}

interface ProductOptions {
  readonly alpha?: number;
  /** c keeps beta of what it holds. Default 0. */
  readonly beta?: number;
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/** c = alpha op(a) op(b) + beta c for [batch, rows, columns], of which c is contiguous; returns c. */
export function product(a: Tensor, b: Tensor, c: Tensor, options: ProductOptions = {}): Tensor {
  const { alpha = 1, beta = 0, transposeA = false, transposeB = false } = options;
  const [batch, m, n] = c.shape as [number, number, number];
  const [aBatch, aRow, aCol] = a.strides as [number, number, number];
  const [bBatch, bRow, bCol] = b.strides as [number, number, number];
  multiplyMatrices({
    a: memoryOf(a),
    b: memoryOf(b),
    c,
    m,
    n,
    k: a.shape[transposeA ? 1 : 2]!,
    aRow: transposeA ? aCol : aRow,
    aCol: transposeA ? aRow : aCol,
    bRow: transposeB ? bCol : bRow,
    bCol: transposeB ? bRow : bCol,
    aBatch: [aBatch],
    bBatch: [bBatch],
    batchRank: 1,
    batch: [batch],
    alpha,
    beta,
    activation: 0,
  });
  return c;
}

/** From a tensor's first element to its last, for kernels that are told the strides. */
function memoryOf(x: Tensor): Tensor {
  const last = x.shape.reduce((sum, size, d) => sum + (size - 1) * x.strides[d]!, 0);
  return x.view([last + 1], [1], x.offset);
}

/**
 * c = alpha a a' + beta base for [batch, rows, columns] and contiguous symmetric [batch, rows, rows], of which only what is
 * on and below the diagonal is computed, in blocks of rows: five eighths of the work for large matrices.
 */
export function symmetricProduct(a: Tensor, c: Tensor, { alpha = 1, beta = 0, base = c }: SymmetricOptions = {}): void {
  const [batch, rows, columns] = a.shape as [number, number, number];
  if (rows <= leastBlock) {
    if (base !== c) copy_(c, base);
    product(a, a, c, { transposeB: true, alpha, beta });
    return;
  }
  const height = Math.max(leastBlock, Math.ceil(rows / 4));
  for (let top = 0; top < rows; top += height) {
    scope(() => {
      const end = Math.min(rows, top + height);
      const block = (x: Tensor) => x.view([batch, end - top, end], [rows * rows, rows, 1], x.offset + top * rows);
      const part = scratch(c, [batch, end - top, end], c.dtype);
      if (beta !== 0) copy_(part, block(base));
      product(
        a.view([batch, end - top, columns], a.strides, a.offset + top * a.strides[1]!),
        a.view([batch, end, columns], a.strides, a.offset),
        part,
        { transposeB: true, alpha, beta },
      );
      copy_(block(c), part);
      if (top === 0) return;
      const left = part.view([batch, end - top, top], part.strides, part.offset);
      copy_(c.view([batch, end - top, top], [rows * rows, 1, rows], c.offset + top), left);
    });
  }
}

/** Smaller blocks of rows than this cost more than they spare. */
const leastBlock = 256;

interface SymmetricOptions {
  readonly alpha?: number;
  readonly beta?: number;
  /** Another matrix than c. */
  readonly base?: Tensor;
}

/** An uninitialised tensor of the current scope. */
export function scratch(like: Tensor, shape: Shape, dtype: DType = 'f32'): Tensor {
  return Tensor.empty(like.device, shape, dtype);
}

/** Matrix optimizers go tensor by tensor: what needs whole flat buffers is refused by name. */
export function refuseFlatOptions(op: string, { trackTouched }: OptimizerOptions): void {
  if (trackTouched) throw new ArgumentError('trackTouched is for optimizers over whole flat buffers.', { op });
}
