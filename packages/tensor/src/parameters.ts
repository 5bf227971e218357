/**
 * Parameters of a model in one flat buffer per dtype, their gradients in another. The tensors stay what modules hold;
 * only their memory moves. Optimizers, norms, clipping, checkpoints and subnetwork masks each run over the flat buffers
 * in one launch.
 */

import { kernels } from './backend.js';
import type { DType } from './dtype.js';
import { ArgumentError, DeviceError, DTypeError, formatShape } from './errors.js';
import { noGrad } from './grad-mode.js';
import { copy_ } from './ops/in-place.js';
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

export class ParameterBuffer {
  /** All parameters, one after another, without gaps. */
  readonly data: Tensor;
  readonly #gradDType: DType;
  #grad!: Tensor;
  readonly entries: readonly ParameterEntry[];

  /**
   * Moves `parameters`, leaves of one dtype on one device, into a flat buffer in the given order. A tensor that appears
   * twice (a tied weight) is stored once, under its first name.
   */
  constructor(parameters: Iterable<readonly [name: string, tensor: Tensor]>, options: ParameterBufferOptions = {}) {
    const op = 'ParameterBuffer';
    const named = new Map<Tensor, string>();
    for (const [name, tensor] of parameters) if (!named.has(tensor)) named.set(tensor, name);
    const [first] = named.keys();
    if (first === undefined) throw new ArgumentError('needs at least one parameter; got none.', { op });
    let length = 0;
    const entries: ParameterEntry[] = [];
    for (const [tensor, name] of named) {
      if (tensor.dtype !== first.dtype) {
        throw new DTypeError(
          `${name} is ${tensor.dtype} where the others are ${first.dtype}; use one buffer per dtype.`,
          { op },
        );
      }
      if (tensor.device !== first.device)
        throw new DeviceError(`${name} is on ${tensor.device} where the others are on ${first.device}.`, { op });
      if (!tensor.isLeaf)
        throw new ArgumentError(`${name} ${formatShape(tensor.shape)} was made by an op; parameters are leaves.`, {
          op,
        });
      entries.push({ name, tensor, shape: tensor.shape, offset: length, length: tensor.numel });
      length += tensor.numel;
    }
    this.entries = entries;
    this.data = Tensor.empty(first.device, [length], first.dtype).keep();
    this.#gradDType = options.gradDType ?? first.dtype;
    noGrad(() => {
      for (const { tensor, shape, offset } of entries) {
        const strides = contiguousStrides(shape);
        const place = this.data.view(shape, strides, offset, true);
        copy_(place, tensor);
        place.dispose();
        tensor.rebind(this.data.storage, offset);
      }
    });
    this.keepWholeGradients();
  }

  /**
   * All gradients, at the same positions, or what {@link keepSomeGradients} keeps of them. Read it after
   * {@link finishGradients}.
   */
  get grad(): Tensor {
    return this.#grad;
  }

  /** Gradients of every element, the default. Those at hand are dropped. */
  keepWholeGradients(): void {
    this.#renewGradients(this.length);
    for (const { tensor, shape, offset } of this.entries) {
      tensor.setRequiresGrad(true);
      const view = this.#grad.view(shape, contiguousStrides(shape), offset);
      tensor.gradientSlot = { tensor: view.keep(), written: false };
    }
  }

  /**
   * Gradients of some elements from now on: `parts` names, for each entry in order, how many of its elements are kept
   * and how they are taken from its gradient. {@link grad} becomes a vector of these, gathered tensor by tensor while
   * backward runs. An entry of which nothing is kept asks for no gradient, so that none is computed.
   */
  keepSomeGradients(parts: readonly { readonly length: number; readonly gather: (whole: Tensor) => Tensor }[]): void {
    this.#renewGradients(parts.reduce((sum, { length }) => sum + length, 0));
    let start = 0;
    this.entries.forEach(({ tensor, shape }, i) => {
      const { length, gather } = parts[i]!;
      tensor.setRequiresGrad(length > 0);
      if (length === 0) return;
      const whole = () => Tensor.empty(tensor.device, shape, this.#gradDType).keep();
      const view = this.#grad.view([length], [1], start).keep();
      tensor.gradientSlot = { tensor: view, written: false, compact: { whole, gather } };
      start += length;
    });
  }

  #renewGradients(length: number): void {
    this.#dropGradients();
    this.#grad = Tensor.empty(this.data.device, [length], this.#gradDType).keep();
  }

  #dropGradients(): void {
    for (const { tensor } of this.entries) {
      tensor.gradientSlot?.tensor.dispose();
      tensor.gradientSlot = null;
    }
    this.#grad?.dispose();
  }

  get length(): number {
    return this.data.shape[0]!;
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

  /**
   * Frees the gradients and lets go of the flat tensors. The parameters keep their values; their next gradients are
   * tensors of their own.
   */
  dispose(): void {
    this.#dropGradients();
    this.data.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
