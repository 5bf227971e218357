/**
 * The tensor: a strided view of a storage with a dtype, and its place in the autograd graph. Ops are functions (see
 * `ops/`); most are methods too (see `methods.ts`). A tensor is freed by `dispose()`, by its scope, or as a last
 * resort by the garbage collector.
 */
import { type GradientSlot, type Node, runBackward } from './autograd.js';
import type { Device } from './device.js';
import { type DType, decodeNumbers, dtypes, type NumberArray, type RawArrays, rawArray } from './dtype.js';
import { ArgumentError, AutogradError, DisposedError, formatShape, ShapeError } from './errors.js';
import { currentScope, type Scope } from './scope.js';
import { contiguousStrides, isContiguous, numel, type Shape, sameShape } from './shape.js';
import { Storage } from './storage.js';

/** What a forgotten tensor must give back; the finalizer holds it instead of the tensor. */
interface Holding {
  storage: Storage | null;
  node: Node | null;
}

const forgotten = new FinalizationRegistry<Holding>((holding) => {
  holding.storage?.release();
  holding.storage = null;
  holding.node?.release();
  holding.node = null;
});

export class Tensor {
  readonly shape: Shape;
  #strides: readonly number[];
  #offset: number;
  /** Element type. Only {@link setData} changes it. */
  readonly dtype: DType;
  /** @internal */
  readonly typeCode: number;
  /** The gradient that `backward()` left here; only leaves with `requiresGrad` get one. */
  grad: Tensor | null = null;
  /** @internal Where gradients are written instead of a tensor of their own. */
  gradientSlot: GradientSlot | null = null;
  /** @internal Which output of its node this is. */
  outputIndex = 0;
  /** @internal The scope that will dispose it. */
  scope: Scope | null;
  #storage: Storage;
  #holding: Holding | null;
  #node: Node | null = null;
  #leafRequiresGrad = false;

  /** @internal Takes over one hold on `storage`. */
  constructor(storage: Storage, shape: Shape, strides: readonly number[], offset: number, dtype: DType, owned = false) {
    this.shape = shape;
    this.#strides = strides;
    this.#offset = offset;
    this.dtype = dtype;
    this.typeCode = dtypes[dtype].code;
    this.#storage = storage;
    this.#holding = { storage, node: null };
    this.scope = owned ? null : currentScope();
    if (this.scope !== null) this.scope.adopt(this);
    else if (!owned) forgotten.register(this, this.#holding);
  }

  /** @internal A new contiguous tensor with unset contents. */
  static empty(device: Device, shape: Shape, dtype: DType): Tensor {
    const storage = Storage.allocate(device, numel(shape) * dtypes[dtype].bytes);
    return new Tensor(storage, shape, contiguousStrides(shape), 0, dtype);
  }

  /** @internal Another tensor over the same memory; it has no part in autograd. `owned`: no scope, no finalizer. */
  view(shape: Shape, strides: readonly number[], offset: number, owned = false): Tensor {
    return new Tensor(this.storage.retain(), shape, strides, offset, this.dtype, owned);
  }

  /** Steps in elements from one index to the next, per dimension; 0 where a dimension is broadcast. */
  get strides(): readonly number[] {
    return this.#strides;
  }

  /** First element, counted from the start of the storage. */
  get offset(): number {
    return this.#offset;
  }

  /** @internal Makes this tensor a contiguous view of another storage, which holds the same values. */
  rebind(storage: Storage, offset: number): void {
    this.storage.release();
    this.#storage = storage.retain();
    if (this.#holding !== null) this.#holding.storage = storage;
    this.#strides = contiguousStrides(this.shape);
    this.#offset = offset;
  }

  /** @internal */
  get storage(): Storage {
    if (this.#holding === null) {
      throw new DisposedError(
        `the tensor ${this.dtype}${formatShape(this.shape)} was disposed, by its scope or by dispose(); expected a live tensor. Return it from the scope, or keep() it.`,
      );
    }
    return this.#storage;
  }

  get device(): Device {
    return this.#storage.device;
  }

  /** @internal Handle of the storage, for encoders. */
  get handle(): number {
    return this.storage.handle;
  }

  /** @internal */
  get byteOffset(): number {
    return this.offset * dtypes[this.dtype].bytes;
  }

  /** Number of dimensions. */
  get ndim(): number {
    return this.shape.length;
  }

  /** Number of elements. */
  get numel(): number {
    return numel(this.shape);
  }

  get isDisposed(): boolean {
    return this.#holding === null;
  }

  /** Whether the elements lie in row-major order without gaps. */
  get isContiguous(): boolean {
    return isContiguous(this.shape, this.strides);
  }

  /** Size of a dimension; negative counts from the end. */
  size(dim: number): number {
    const size = this.shape.at(dim);
    if (size === undefined) {
      throw new ArgumentError(`dim is out of range; got ${dim} for ${formatShape(this.shape)}.`, {
        op: 'size',
        actual: dim,
      });
    }
    return size;
  }

  // --- autograd ---

  get requiresGrad(): boolean {
    return this.#leafRequiresGrad || this.#node !== null;
  }

  /** Whether `backward()` leaves a gradient here: made by the user rather than by an op on tensors that require one. */
  get isLeaf(): boolean {
    return this.#node === null;
  }

  /** @internal The op that made this tensor, when it takes part in autograd. */
  get node(): Node | null {
    return this.#node;
  }

  /** @internal */
  attach(node: Node, outputIndex: number): void {
    this.#node = node.retain();
    this.outputIndex = outputIndex;
    if (this.#holding !== null) this.#holding.node = node;
  }

  /** Asks for (or stops asking for) gradients of a leaf, in place. Returns the tensor. */
  setRequiresGrad(value = true): this {
    if (this.#node !== null) {
      throw new AutogradError(
        'only leaves can be told whether they require gradients; this tensor was made by an op. Use detach().',
        { op: 'setRequiresGrad' },
      );
    }
    if (value && !dtypes[this.dtype].float) {
      throw new AutogradError(`only floating-point tensors have gradients; got ${this.dtype}.`, {
        op: 'setRequiresGrad',
      });
    }
    this.#leafRequiresGrad = value;
    return this;
  }

  /**
   * Makes this leaf hold the values of `source`, with its dtype, device and memory, which are shared where it is contiguous
   * (PyTorch's `param.data = source`): how modules move to another dtype or device while all who hold the tensor still
   * hold the parameter. Its gradient is dropped. Returns the tensor.
   * @throws ShapeError when the shapes differ, ArgumentError for a parameter that lives in a `ParameterBuffer`.
   */
  setData(source: Tensor): this {
    const op = 'setData';
    if (this.#node !== null) throw new AutogradError('only leaves can be given other values.', { op });
    if (!sameShape(source.shape, this.shape)) {
      throw new ShapeError(`shapes differ; got ${formatShape(source.shape)}; expected ${formatShape(this.shape)}.`, {
        op,
        actual: source.shape,
        expected: this.shape,
      });
    }
    if (this.gradientSlot !== null) {
      throw new ArgumentError(
        'the tensor lives in a flat ParameterBuffer, which has one dtype and device. Move the module before its optimizer is made.',
        { op },
      );
    }
    if (this.requiresGrad && !dtypes[source.dtype].float) {
      throw new AutogradError(`only floating-point tensors have gradients; got ${source.dtype}.`, { op });
    }
    this.grad?.dispose();
    this.grad = null;
    const dense = source.isContiguous ? source : Tensor.makeContiguous(source);
    this.rebind(dense.storage, dense.offset);
    if (dense !== source) dense.dispose();
    const own = this as { -readonly [K in 'dtype' | 'typeCode']: Tensor[K] };
    own.dtype = source.dtype;
    own.typeCode = source.typeCode;
    return this;
  }

  /** The same values outside the graph. Shares memory. */
  detach(): Tensor {
    return this.view(this.shape, this.strides, this.offset);
  }

  /**
   * Gradients of this tensor with respect to every leaf that requires one, added to their `grad`. The graph is freed
   * on the way unless `retainGraph`. `gradient` is the upstream gradient, which only a one-element tensor can omit.
   */
  backward(options: { gradient?: Tensor; retainGraph?: boolean } = {}): void {
    runBackward(this, options);
  }

  // --- lifetime ---

  /** Frees the tensor. Its memory goes when no view and no graph needs it. Disposing twice is harmless. */
  dispose(): void {
    const holding = this.#holding;
    if (holding === null) return;
    this.#holding = null;
    holding.storage = null;
    holding.node = null;
    this.#storage.release();
    this.#node?.release();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Takes the tensor out of every scope: it now lives until `dispose()`. Returns the tensor. */
  keep(): this {
    if (this.scope !== null) this.moveTo(null);
    return this;
  }

  /** @internal */
  moveTo(scope: Scope | null): void {
    this.scope = scope;
    if (scope !== null) scope.adopt(this);
    else if (this.#holding !== null) forgotten.register(this, this.#holding);
  }

  // --- reading ---

  /** The elements in row-major order; `bf16` and `f16` as floats. Waits for the device without blocking the event loop. */
  async data(): Promise<NumberArray> {
    return decodeNumbers(this.dtype, await this.rawData());
  }

  /** As `data()`, but blocks the event loop. For scripts. */
  dataSync(): NumberArray {
    using dense = this.#dense();
    return decodeNumbers(
      this.dtype,
      rawArray(this.dtype, this.device.readSync(dense.handle, dense.byteOffset, this.#bytes)),
    );
  }

  /** The elements as they are stored: 16-bit patterns for `bf16` and `f16`. */
  async rawData(): Promise<RawArrays[DType]> {
    using dense = this.#dense();
    const pending = this.device.read(dense.handle, dense.byteOffset, this.#bytes);
    return rawArray(this.dtype, await pending);
  }

  /** The value of a tensor with one element. */
  async item(): Promise<number> {
    this.#checkOne();
    return (await this.data())[0]!;
  }

  /** As `item()`, but blocks the event loop. */
  itemSync(): number {
    this.#checkOne();
    return this.dataSync()[0]!;
  }

  /** Nested arrays in the tensor's shape; a number for a tensor of rank 0. */
  async toArray(): Promise<NestedArray> {
    const values = await this.data();
    let at = 0;
    const build = (d: number): NestedArray => {
      if (d === this.shape.length) {
        const value = values[at++]!;
        return this.dtype === 'bool' ? value !== 0 : value;
      }
      return Array.from({ length: this.shape[d]! }, () => build(d + 1));
    };
    return build(0);
  }

  toString(): string {
    return `Tensor(${this.dtype}${formatShape(this.shape)}, ${this.device.name}${this.requiresGrad ? ', requiresGrad' : ''}${this.isDisposed ? ', disposed' : ''})`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  get #bytes(): number {
    return this.numel * dtypes[this.dtype].bytes;
  }

  /** A contiguous tensor with the same elements, to be disposed by the caller. */
  #dense(): Tensor {
    return this.isContiguous ? this.view(this.shape, this.strides, this.offset, true) : Tensor.makeContiguous(this);
  }

  /** @internal Set by the movement ops, which this file cannot import. */
  static makeContiguous: (x: Tensor) => Tensor;

  #checkOne(): void {
    if (this.numel !== 1) {
      throw new ShapeError(
        `a single value needs a tensor with one element; got ${formatShape(this.shape)}. Use data().`,
        { op: 'item', actual: this.shape },
      );
    }
  }
}

export type NestedArray = number | boolean | NestedArray[];
