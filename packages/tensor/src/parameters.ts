/**
 * Parameters of a model in one flat buffer per dtype, their gradients in another. The tensors stay what modules hold;
 * only their memory moves, and only once: a later buffer over the same parameters is a window on the memory they have, so
 * that two optimizers of one model step the same weights. Optimizers, norms, clipping, checkpoints and subnetwork masks
 * each run over the flat buffers in one launch.
 */
import { kernels } from './backend.js';
import type { DType } from './dtype.js';
import { ArgumentError, DeviceError, DTypeError, formatShape, formatValue } from './errors.js';
import { noGrad } from './grad-mode.js';
import { copy_ } from './ops/in-place.js';
import { within } from './origin.js';
import { contiguousStrides, type Shape } from './shape.js';
import { Tensor } from './tensor.js';

export interface ParameterEntry {
  readonly name: string;
  readonly tensor: Tensor;
  readonly shape: Shape;
  /** First element in the flat buffer. */
  readonly offset: number;
  readonly length: number;
}

export interface ParameterBufferOptions {
  /** Dtype of the gradients. Default: that of the parameters. */
  readonly gradDType?: DType;
}

/** Memory in which parameters lie one after another, and at the same positions their gradients, for all windows on it. */
class FlatMemory {
  static readonly #homes = new WeakMap<Tensor, FlatMemory>();

  readonly data: Tensor;
  readonly entries: readonly ParameterEntry[];
  readonly #offsets: ReadonlyMap<Tensor, number>;
  /** Whether gradients of some elements alone are kept. */
  compact = false;
  #grad!: Tensor;
  #windows = 0;

  /** Where a parameter lives, if it does in any. */
  static of(tensor: Tensor): FlatMemory | undefined {
    return FlatMemory.#homes.get(tensor);
  }

  constructor(
    entries: readonly ParameterEntry[],
    readonly gradDType: DType,
  ) {
    const [{ tensor: first }] = entries as [ParameterEntry];
    const { offset, length } = entries.at(-1)!;
    this.entries = entries;
    this.#offsets = new Map(entries.map((entry) => [entry.tensor, entry.offset]));
    this.data = within(op, () => Tensor.empty(first.device, [offset + length], first.dtype).keep());
    const before = entries.map(({ tensor }) => tensor.grad);
    noGrad(() => {
      for (const entry of entries) {
        const { tensor } = entry;
        const place = this.data.view(entry.shape, contiguousStrides(entry.shape), entry.offset, true);
        copy_(place, tensor);
        place.dispose();
        tensor.rebind(this.data.storage, entry.offset);
        FlatMemory.#homes.set(tensor, this);
      }
      this.keepWholeGradients();
      entries.forEach(({ tensor }, i) => {
        if (before[i] == null) return;
        tensor.grad = before[i];
        before[i].dispose();
      });
    });
  }

  get grad(): Tensor {
    return this.#grad;
  }

  offsetOf(tensor: Tensor): number {
    return this.#offsets.get(tensor)!;
  }

  get shared(): boolean {
    return this.#windows > 1;
  }

  keepWholeGradients(): void {
    this.compact = false;
    this.#renewGradients(this.data.numel);
    for (const { tensor, shape, offset } of this.entries) {
      tensor.setRequiresGrad(true);
      const view = this.#grad.view(shape, contiguousStrides(shape), offset).keep();
      tensor.gradientSlot = { tensor: view, written: false };
    }
  }

  keepSomeGradients(parts: readonly GradientPart[]): void {
    this.compact = true;
    this.#renewGradients(parts.reduce((sum, { length }) => sum + length, 0));
    let start = 0;
    this.entries.forEach(({ tensor, shape }, i) => {
      const { length, gather } = parts[i]!;
      tensor.setRequiresGrad(length > 0);
      const whole = () => Tensor.empty(tensor.device, shape, this.gradDType).keep();
      const view = this.#grad.view([length], [1], start).keep();
      tensor.gradientSlot = { tensor: view, written: false, compact: { whole, gather } };
      start += length;
    });
  }

  #renewGradients(length: number): void {
    for (const { tensor } of this.entries) tensor.gradientSlot?.tensor.dispose();
    this.#grad?.dispose();
    this.#grad = within(op, () => Tensor.empty(this.data.device, [length], this.gradDType).keep());
  }

  retain(): this {
    this.#windows++;
    return this;
  }

  /** The last window's: parameters keep their values and gradients, as tensors with no part in this. */
  release(): void {
    if (--this.#windows > 0) return;
    for (const { tensor } of this.entries) {
      const { grad, gradientSlot: slot } = tensor;
      FlatMemory.#homes.delete(tensor);
      tensor.gradientSlot = null;
      tensor.grad = grad;
      if (this.compact) tensor.setRequiresGrad(true);
      if (grad === null) slot?.tensor.dispose();
    }
    this.#grad.dispose();
    this.data.dispose();
  }
}

/** How many of a parameter's elements have their gradients kept, and how these are taken from the whole gradient. */
export interface GradientPart {
  readonly length: number;
  readonly gather: (whole: Tensor) => Tensor;
}

export class ParameterBuffer {
  /** All parameters, one after another, without gaps. */
  readonly data: Tensor;
  readonly entries: readonly ParameterEntry[];
  readonly #memory: FlatMemory;
  readonly #start: number;
  #grad!: Tensor;

  /**
   * Moves `parameters`, leaves of one dtype on one device, into flat memory in the given order, with the gradients at hand,
   * and asks for their gradients. A tensor that appears twice (a tied weight) is stored once, under its first name.
   * Parameters that lie one after another in the memory of another buffer stay there, and both buffers serve.
   * @throws ArgumentError when only some of them live in another buffer, or not in this order: see {@link over}.
   */
  constructor(parameters: Iterable<readonly [name: string, tensor: Tensor]>, options: ParameterBufferOptions = {}) {
    this.entries = entriesOf(parameters);
    const [{ tensor: first }] = this.entries as [ParameterEntry];
    const home = FlatMemory.of(first);
    if (home !== undefined && (options.gradDType ?? home.gradDType) !== home.gradDType) {
      throw new DTypeError(
        `${this.entries[0]!.name} lives in a buffer with ${home.gradDType} gradients; got gradDType ${options.gradDType}. Dispose that buffer first.`,
        { op },
      );
    }
    this.#start = home?.offsetOf(first) ?? 0;
    for (const { name, tensor, offset } of this.entries) {
      if (FlatMemory.of(tensor) === home && (home === undefined || home.offsetOf(tensor) === this.#start + offset))
        continue;
      throw new ArgumentError(
        `${name} does not follow those before it in the flat memory of a buffer or optimizer made earlier, or they are not there. Dispose that one first, or use ParameterBuffer.over.`,
        { op },
      );
    }
    if (home?.compact) {
      throw new ArgumentError(
        `${this.entries[0]!.name} lives in a buffer that keeps the gradients of some elements, for a subnetwork. Dispose that first.`,
        { op },
      );
    }
    this.#memory = (home ?? new FlatMemory(this.entries, options.gradDType ?? first.dtype)).retain();
    this.data = this.#memory.data.view([this.length], [1], this.#start).keep();
    this.#viewGradients();
  }

  /**
   * Buffers over `parameters`, as few as can be: one per dtype and device, and one per stretch of those that lie in the
   * memory of buffers made earlier, where they stay.
   */
  static over(
    parameters: Iterable<readonly [name: string, tensor: Tensor]>,
    options: ParameterBufferOptions = {},
  ): ParameterBuffer[] {
    const together = new Map<FlatMemory | string, Map<Tensor, string>>();
    for (const [name, tensor] of parameters) {
      const place = FlatMemory.of(tensor) ?? `${tensor.dtype} ${tensor.device}`;
      const group = together.get(place) ?? new Map<Tensor, string>();
      if (!group.has(tensor)) group.set(tensor, name);
      together.set(place, group);
    }
    return [...together].flatMap(([place, group]) => {
      const named = [...group].map(([tensor, name]) => [name, tensor] as const);
      const stretches = typeof place === 'string' ? [named] : stretchesOf(place, named);
      return stretches.map((stretch) => new ParameterBuffer(stretch, options));
    });
  }

  /**
   * All gradients, at the same positions, or what {@link keepSomeGradients} keeps of them. Read it after
   * {@link finishGradients}.
   */
  get grad(): Tensor {
    return this.#grad;
  }

  /** Gradients of every element, the default. Those at hand are dropped. A buffer that was disposed has none. */
  keepWholeGradients(): void {
    if (this.data.isDisposed) return;
    this.#memory.keepWholeGradients();
    this.#viewGradients();
  }

  /**
   * Gradients of some elements from now on, for each entry in order. {@link grad} becomes a vector of these, gathered tensor
   * by tensor while backward runs. An entry of which nothing is kept asks for no gradient, so that none is computed.
   * @throws ArgumentError when another buffer or optimizer has these parameters too, whose gradients it needs whole.
   */
  keepSomeGradients(parts: readonly GradientPart[]): void {
    if (this.#memory.shared || this.length !== this.#memory.data.numel) {
      throw new ArgumentError(
        'another buffer or optimizer needs the gradients of these parameters whole. Dispose it first.',
        { op: 'keepSomeGradients' },
      );
    }
    this.#memory.keepSomeGradients(parts);
    this.#viewGradients();
  }

  #viewGradients(): void {
    const { grad } = this.#memory;
    const [length, start] = this.length === this.#memory.data.numel ? [grad.numel, 0] : [this.length, this.#start];
    this.#grad?.dispose();
    this.#grad = grad.view([length], [1], start).keep();
  }

  /** Number of elements. */
  get length(): number {
    const { offset, length } = this.entries.at(-1)!;
    return offset + length;
  }

  /** Forgets the gradients. No memory is touched: the next backward writes where it would have added. */
  zeroGrad(): void {
    for (const { tensor } of this.entries) tensor.dropGrad();
  }

  /** Zeroes the gradients of parameters that no backward reached, so that `grad` is valid throughout. */
  finishGradients(): void {
    for (const { tensor } of this.entries) {
      const slot = tensor.gradientSlot;
      if (slot === null || slot.written) continue;
      kernels.fill(slot.tensor.device.commands, { y: slot.tensor, n: slot.tensor.numel, value: 0 });
      slot.written = true;
    }
  }

  /** The part of a flat tensor of this length (an optimizer's state, a mask) that belongs to a parameter, as a view. */
  viewOf(flat: Tensor, entry: ParameterEntry): Tensor {
    return flat.view(entry.shape, contiguousStrides(entry.shape), flat.offset + entry.offset);
  }

  /** Lets go of the flat tensors. The parameters keep their values and gradients; their next gradients are tensors of their own. */
  dispose(): void {
    if (this.data.isDisposed) return;
    this.data.dispose();
    this.#grad.dispose();
    this.#memory.release();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

const op = 'ParameterBuffer';

/** One after another, each tensor once. */
function entriesOf(parameters: Iterable<readonly [name: string, tensor: Tensor]>): ParameterEntry[] {
  const wanted = 'parameters are pairs of a name and a tensor, as namedParameters() gives them';
  if (typeof parameters?.[Symbol.iterator] !== 'function')
    throw new ArgumentError(`${wanted}; got ${formatValue(parameters)}.`, { op, actual: parameters });
  const named = new Map<Tensor, string>();
  for (const pair of parameters) {
    const [name, tensor] = Array.isArray(pair) ? (pair as [string, Tensor]) : [];
    if (!(tensor instanceof Tensor))
      throw new ArgumentError(`${wanted}; got ${formatValue(pair)}.`, { op, actual: pair });
    if (!named.has(tensor)) named.set(tensor, String(name));
  }
  const [first] = named.keys();
  if (first === undefined) throw new ArgumentError('needs at least one parameter; got none.', { op });
  let end = 0;
  return [...named].map(([tensor, name]) => {
    if (tensor.dtype !== first.dtype) {
      throw new DTypeError(
        `${name} is ${tensor.dtype} where the others are ${first.dtype}; use one buffer per dtype.`,
        { op },
      );
    }
    if (tensor.device !== first.device)
      throw new DeviceError(`${name} is on ${tensor.device} where the others are on ${first.device}.`, { op });
    if (!tensor.isLeaf) {
      throw new ArgumentError(`${name} ${formatShape(tensor.shape)} was made by an op; parameters are leaves.`, { op });
    }
    const entry = { name, tensor, shape: tensor.shape, offset: end, length: tensor.numel };
    end += tensor.numel;
    return entry;
  });
}

/** Cut where neighbours in memory are missing. */
function stretchesOf(
  memory: FlatMemory,
  named: readonly (readonly [string, Tensor])[],
): (readonly [string, Tensor])[][] {
  const stretches: (readonly [string, Tensor])[][] = [];
  let end = -1;
  for (const item of named.toSorted(([, a], [, b]) => memory.offsetOf(a) - memory.offsetOf(b))) {
    const [, tensor] = item;
    if (memory.offsetOf(tensor) === end) stretches.at(-1)!.push(item);
    else stretches.push([item]);
    end = memory.offsetOf(tensor) + tensor.numel;
  }
  return stretches;
}
