/** Modules in a row, named '0', '1', ... as in PyTorch. Both can recompute their blocks in the backward pass. */
import { ArgumentError, checkpoint, formatValue, type Generator, scope, type Tensor } from '@tessera/tensor';
import { type Layer, Module } from './module.js';

export interface CheckpointingOptions {
  /** Generators the blocks draw from. Default: those of the devices in use. */
  readonly generators?: readonly Generator[];
}

/** A list of modules: indexed, iterated, and run one after another. */
export class ModuleList<M extends Module = Module> extends Module implements Iterable<M> {
  readonly #modules: readonly M[];
  #checkpointing: CheckpointingOptions | null = null;

  constructor(modules: Iterable<M>) {
    super();
    if (typeof modules?.[Symbol.iterator] !== 'function') {
      const got = formatValue(modules);
      throw new ArgumentError(`expected a list of modules; got ${got}. Write [module].`, { op: 'ModuleList' });
    }
    this.#modules = [...modules].map((module, i) => this.child(`${i}`, module));
  }

  get length(): number {
    return this.#modules.length;
  }

  /** The module at an index; negative counts from the end. */
  at(index: number): M | undefined {
    return this.#modules.at(index);
  }

  [Symbol.iterator](): Iterator<M> {
    return this.#modules[Symbol.iterator]();
  }

  /**
   * Gradient checkpointing per block: in training, `run` keeps only what goes into each block, and computes the rest again
   * when its gradient is needed. Memory for one more forward. `false` turns it off. Returns the module.
   */
  setCheckpointing(options: boolean | CheckpointingOptions = true): this {
    this.#checkpointing = options === true ? {} : options === false ? null : options;
    return this;
  }

  /**
   * Chains `body(block, x, ...rest)` over the blocks, starting with `x`. Whatever a block makes besides its result is freed
   * as soon as neither the result nor a gradient needs it. With checkpointing, tensors that need gradients (a condition)
   * must come as `rest`, not through the closure.
   */
  run<Rest extends readonly Tensor[]>(
    body: (block: M, x: Tensor, ...rest: Rest) => Tensor,
    x: Tensor,
    ...rest: Rest
  ): Tensor {
    return this.runPart([0, this.length], body, x, ...rest);
  }

  /** The same over the blocks from the first of `range` to below the second. */
  runPart<Rest extends readonly Tensor[]>(
    range: readonly [from: number, to: number],
    body: (block: M, x: Tensor, ...rest: Rest) => Tensor,
    x: Tensor,
    ...rest: Rest
  ): Tensor {
    let hidden = x;
    for (const block of this.#modules.slice(...range)) {
      const call = (h: Tensor, ...r: Rest) => body(block, h, ...r);
      const input = hidden;
      hidden =
        this.#checkpointing !== null && this.training
          ? checkpoint<readonly [Tensor, ...Rest], Tensor>(call, [input, ...rest], this.#checkpointing)
          : scope(() => call(input, ...rest));
    }
    return hidden;
  }
}

/** Layers chained: each gets what the one before made. */
export class Sequential extends ModuleList<Layer> implements Layer {
  constructor(...layers: readonly Layer[]) {
    super(layers);
  }

  forward(x: Tensor): Tensor {
    return this.run((layer, h) => layer.forward(h), x);
  }
}
