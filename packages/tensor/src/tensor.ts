/**
 * The tensor, a strided view of a storage with a dtype, and the node that remembers which op made it: together the graph
 * that autograd walks (see `autograd.ts`). Ops are functions (see `ops/`); most are methods too (see `methods.ts`). A
 * tensor is freed by `dispose()`, by its scope, or as a last resort by the garbage collector.
 */
import { kernels } from './backend.js';
import type { Device } from './device.js';
import { type DType, dtypes } from './dtype.js';
import { ArgumentError, AutogradError, DisposedError, DTypeError, formatShape, ShapeError } from './errors.js';
import { currentScope, type Owned, type Scope } from './scope.js';
import { checkRank, collapse, contiguousStrides, isContiguous, numel, type Shape, sameShape } from './shape.js';
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

export class Tensor implements Owned {
  readonly shape: Shape;
  #strides: readonly number[];
  #offset: number;
  /** Element type. Only {@link setData} changes it. */
  readonly dtype: DType;
  /** @internal */
  readonly typeCode: number;
  #grad: Tensor | null = null;
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

  /** @internal Makes this tensor a contiguous view of another storage. */
  rebind(storage: Storage, offset: number, dtype: DType = this.dtype): void {
    this.storage.release();
    this.#storage = storage.retain();
    if (this.#holding !== null) this.#holding.storage = storage;
    this.#strides = contiguousStrides(this.shape);
    this.#offset = offset;
    const own = this as { -readonly [K in 'dtype' | 'typeCode']: Tensor[K] };
    own.dtype = dtype;
    own.typeCode = dtypes[dtype].code;
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

  /**
   * The gradient that `backward()` left here, which the next one adds to; only leaves with `requiresGrad` get one. It can be
   * set: null forgets it, a tensor is taken over (copied, where the gradient lives in a flat buffer).
   */
  get grad(): Tensor | null {
    const slot = this.gradientSlot;
    if (slot === null) return this.#grad;
    return slot.written && slot.compact === undefined ? slot.tensor : null;
  }

  set grad(gradient: Tensor | null) {
    if (gradient !== null && !sameShape(gradient.shape, this.shape)) {
      throw new ShapeError(
        `a gradient has the shape of its tensor; got ${formatShape(gradient.shape)}; expected ${formatShape(this.shape)}.`,
        { op: 'grad', actual: gradient.shape, expected: this.shape },
      );
    }
    if (gradient !== null && !dtypes[gradient.dtype].float) {
      throw new DTypeError(
        `a gradient is floating-point; got ${gradient.dtype}; expected ${this.dtype}. Convert it with to('${this.dtype}').`,
        { op: 'grad', actual: gradient.dtype, expected: this.dtype },
      );
    }
    const slot = this.gradientSlot;
    if (slot === null) this.#grad = gradient?.keep() ?? null;
    else if (gradient === null) slot.written = false;
    else if (slot.compact !== undefined)
      throw new AutogradError('the gradients of a subnetwork are kept alone; this one cannot be set.', { op: 'grad' });
    else {
      if (gradient !== slot.tensor) slot.tensor.copy_(gradient);
      slot.written = true;
    }
  }

  /** @internal Frees the gradient; in a flat buffer, the next backward writes where it would have added. */
  dropGrad(): void {
    if (this.gradientSlot === null) this.#grad?.dispose();
    this.grad = null;
  }

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

  /** The same values outside the graph. Shares memory. */
  detach(): Tensor {
    return this.view(this.shape, this.strides, this.offset);
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

  toString(): string {
    return `Tensor(${this.dtype}${formatShape(this.shape)}, ${this.device.name}${this.requiresGrad ? ', requiresGrad' : ''}${this.isDisposed ? ', disposed' : ''})`;
  }

  /** Else `a * b` would be NaN, and `a < b` a comparison of descriptions. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint !== 'number') return this.toString();
    throw new ArgumentError(`JavaScript's know no tensors; got ${this}. Use add(), mul(), lt(), or await item().`, {
      op: 'operator',
    });
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  /** @internal A contiguous copy, outside the graph. */
  copyDense(): Tensor {
    const y = Tensor.empty(this.device, this.shape, this.dtype);
    const { shape, strides } = collapse(this.shape, this.strides);
    checkRank('contiguous', shape, this.shape);
    kernels.copyStrided(this.device.commands, {
      x: { handle: this.handle, byteOffset: 0, typeCode: this.typeCode },
      y,
      xStart: this.offset,
      rank: shape.length,
      shape,
      xStrides: strides[0]!,
    });
    return y;
  }
}

// --- the graph ---

let sequence = 0;

/** What a gradient function can ask about the pass it runs in. */
export interface BackwardContext {
  /** Whether input `i`'s gradient is wanted. One that is not may be returned as null. */
  needs(i: number): boolean;
  /**
   * Where input `i`'s gradient may be written directly (added to, when `accumulate`), for ops that can; null where
   * the gradient must be returned. After writing, return null for that input.
   */
  into(i: number): { readonly tensor: Tensor; readonly accumulate: boolean } | null;
  /** Whether the saved tensors serve for the last time: those that the op alone has may be overwritten and returned. */
  readonly last: boolean;
}

export type Gradients = readonly (Tensor | null)[];

export type BackwardFunction = (
  gradOutputs: readonly (Tensor | null)[],
  saved: readonly Tensor[],
  context: BackwardContext,
) => Gradients;

/** Where a gradient goes next: the node that made an input, or the input itself when it is a leaf. */
export type Source = Node | Tensor | null;

/**
 * An op on tensors that require gradients: where its inputs came from, the tensors its gradient needs, and the function
 * that computes it. Nodes are counted like storages, so that a graph nobody will walk is freed at once.
 */
export class Node {
  readonly sequence = sequence++;
  readonly sources: Source[];
  readonly sourceIndices: number[];
  #saved: Tensor[] | null;
  readonly #versions: number[];
  #holders = 0;

  constructor(
    readonly name: string,
    inputs: readonly Tensor[],
    saved: readonly Tensor[],
    readonly backward: BackwardFunction,
    readonly outputs: number,
    /** Runs although no input needs a gradient, because tensors it closes over may. */
    readonly always = false,
  ) {
    this.sources = inputs.map((t) => (t.node !== null ? t.node.retain() : t.requiresGrad ? t : null));
    this.sourceIndices = inputs.map((t) => t.outputIndex);
    this.#saved = saved.map((t) => t.view(t.shape, t.strides, t.offset, true));
    this.#versions = saved.map((t) => t.storage.version);
  }

  retain(): this {
    this.#holders++;
    return this;
  }

  /** Frees what the node holds when nobody can walk to it any more. Long chains are freed without recursion. */
  release(): void {
    const pending: Node[] = [this];
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      if (--node.#holders > 0) continue;
      node.freeSaved();
      for (const source of node.sources.splice(0)) if (source instanceof Node) pending.push(source);
    }
  }

  freeSaved(): void {
    for (const t of this.#saved ?? []) t.dispose();
    this.#saved = null;
  }

  saved(): readonly Tensor[] {
    if (this.#saved === null) {
      throw new AutogradError(
        'the graph was already freed by an earlier backward(). Pass { retainGraph: true } to the first one.',
        { op: this.name },
      );
    }
    this.#saved.forEach((t, i) => {
      if (t.storage.version !== this.#versions[i]) {
        throw new AutogradError(
          `a tensor that its gradient needs, ${t.dtype}${formatShape(t.shape)}, was changed in place after the op used it. Copy it first with clone().`,
          { op: this.name },
        );
      }
    });
    return this.#saved;
  }
}

/** Gradients of a parameter that lives in a flat buffer: where they go, and whether this step wrote any yet. */
export interface GradientSlot {
  readonly tensor: Tensor;
  written: boolean;
  /** Where `tensor` is a vector of some of the gradient's elements: how to take them from a whole one. */
  readonly compact?: {
    /** An unset gradient of the parameter's shape; the caller's. */
    whole(): Tensor;
    /** The elements that are kept; the caller's. */
    gather(whole: Tensor): Tensor;
  };
}
