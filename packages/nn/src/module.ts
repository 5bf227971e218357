/**
 * Modules: parameters, buffers and modules below, each registered under the name it has in PyTorch's state dicts, which
 * need not be the name of the property that holds it. A module's tensors keep their identity for life: moving them to
 * another dtype or device, loading a state dict, or gathering them in flat buffers changes what they hold, so every
 * reference to a parameter stays a reference to it.
 */
import { ArgumentError, formatShape, formatValue, noGrad, Tensor, type ToTarget, to, toOptions } from '@tessera/tensor';
import { type LoadOptions, type LoadResult, loadTensors, type StateDict } from './state-dict.js';

export interface BufferOptions {
  /** Whether state dicts hold it. Default true. */
  readonly persistent?: boolean;
  /** Stays in its dtype when the module moves to another: statistics that must not lose precision. Default false. */
  readonly fixedDType?: boolean;
}

/** The parameters of all modules. */
const registeredParameters = new WeakSet<Tensor>();

/** A module that maps a tensor to a tensor: what `Sequential` chains. */
export interface Layer extends Module {
  forward(x: Tensor): Tensor;
}

/**
 * What has parameters. Subclasses register them in field initialisers or the constructor and define `forward`:
 *
 * ```ts
 * class Block extends Module {
 *   readonly norm = this.child('norm', new LayerNorm(64));
 *   readonly scale = this.parameter('scale', ones([64]));
 *   forward(x: Tensor): Tensor {
 *     return this.norm.forward(x).mul(this.scale);
 *   }
 * }
 * ```
 */
export abstract class Module {
  readonly #parameters = new Map<string, Tensor>();
  readonly #buffers = new Map<string, { readonly tensor: Tensor } & BufferOptions>();
  readonly #children = new Map<string, Module>();
  #training = true;
  /** Whether it is below some module. */
  #registered = false;

  // --- registration ---

  /** Registers a parameter: it lives as long as the module and asks for gradients. Returns it. */
  protected parameter(name: string, tensor: Tensor): Tensor {
    this.#claim(name);
    this.#parameters.set(name, tensor.keep().setRequiresGrad());
    registeredParameters.add(tensor);
    return tensor;
  }

  /** Registers a tensor that is not trained: a statistic, a table. It lives as long as the module. Returns it. */
  protected buffer(name: string, tensor: Tensor, options: BufferOptions = {}): Tensor {
    this.#claim(name);
    this.#buffers.set(name, { ...options, tensor: tensor.keep() });
    return tensor;
  }

  /** Registers a module below this one. Returns it. */
  protected child<M extends Module>(name: string, module: M): M {
    this.#claim(name);
    if (!(module instanceof Module))
      throw new ArgumentError(
        `'${name}' must be a module; got ${Array.isArray(module) ? 'an array; spread it, or make it a ModuleList' : formatValue(module)}.`,
        { op: this.constructor.name },
      );
    this.#children.set(name, module);
    module.#registered = true;
    return module;
  }

  #claim(name: string): void {
    const op = this.constructor.name;
    if (name === '' || name.includes('.'))
      throw new ArgumentError(`names must not be empty or contain dots; got '${name}'.`, { op, actual: name });
    if (this.#parameters.has(name) || this.#buffers.has(name) || this.#children.has(name))
      throw new ArgumentError(`'${name}' is registered already.`, { op, actual: name });
  }

  // --- walking the tree ---

  /** The modules directly below, with their names. */
  *namedChildren(): Generator<[name: string, module: Module]> {
    yield* this.#children;
  }

  /** The modules directly below. */
  *children(): Generator<Module> {
    yield* this.#children.values();
  }

  /**
   * This module (named `prefix`) and all below it, parents first. A module that is in several places comes once.
   * @throws ArgumentError when a property holds modules or parameters that nobody has registered: they would be missed.
   */
  *namedModules(prefix = ''): Generator<[name: string, module: Module]> {
    const seen = new Set<Module>();
    for (const [name, module] of this.#everywhere(prefix)) {
      if (seen.has(module)) continue;
      seen.add(module);
      yield [name, module];
    }
  }

  /** This module and all below it. */
  *modules(): Generator<Module> {
    for (const [, module] of this.namedModules()) yield module;
  }

  *#everywhere(prefix: string): Generator<[string, Module]> {
    for (const [key, value] of Object.entries(this)) {
      const remedy = Module.#registrationOf(key, value);
      if (remedy === undefined) continue;
      throw new ArgumentError(
        `what '${key}' holds is not registered, so its parameters would be missed. Write ${remedy}, or #${key} to keep it apart.`,
        { op: this.constructor.name },
      );
    }
    yield [prefix, this];
    for (const [name, module] of this.#children) yield* module.#everywhere(join(prefix, name));
  }

  /** How the value of a property should have been registered; undefined where it is, or need not be. */
  static #registrationOf(key: string, value: unknown): string | undefined {
    const lost = (item: unknown): boolean => item instanceof Module && !item.#registered;
    if (lost(value)) return `${key} = this.child('${key}', ...)`;
    if (Array.isArray(value) && value.some(lost)) return `${key} = this.child('${key}', new ModuleList(...))`;
    if (value instanceof Tensor && value.requiresGrad && value.isLeaf && !registeredParameters.has(value))
      return `${key} = this.parameter('${key}', ...)`;
    return undefined;
  }

  /** All parameters of the tree by their full names, in order of registration. A tied one comes once, by its first name. */
  *namedParameters(): Generator<[name: string, parameter: Tensor]> {
    const seen = new Set<Tensor>();
    for (const [prefix, module] of this.namedModules()) {
      for (const [name, tensor] of module.#parameters) {
        if (seen.has(tensor)) continue;
        seen.add(tensor);
        yield [join(prefix, name), tensor];
      }
    }
  }

  /** All parameters of the tree, tied ones once. */
  *parameters(): Generator<Tensor> {
    for (const [, tensor] of this.namedParameters()) yield tensor;
  }

  /** All buffers of the tree by their full names, those that are not persistent included. */
  *namedBuffers(): Generator<[name: string, buffer: Tensor]> {
    for (const [prefix, module] of this.namedModules())
      for (const [name, { tensor }] of module.#buffers) yield [join(prefix, name), tensor];
  }

  /** Number of elements of all parameters; of those that ask for gradients with `trainable`. */
  parameterCount({ trainable = false }: { readonly trainable?: boolean } = {}): number {
    let count = 0;
    for (const tensor of this.parameters()) if (tensor.requiresGrad || !trainable) count += tensor.numel;
    return count;
  }

  // --- modes ---

  /** Whether layers that behave differently in training (dropout, batch norm) do so. */
  get training(): boolean {
    return this.#training;
  }

  /** Sets the mode of the tree. Returns the module. */
  train(mode = true): this {
    for (const module of this.modules()) module.#training = mode;
    return this;
  }

  /** `train(false)`. */
  eval(): this {
    return this.train(false);
  }

  /** Asks for (or, to freeze, stops asking for) gradients of every parameter of the tree. Returns the module. */
  setRequiresGrad(value = true): this {
    for (const tensor of this.parameters()) tensor.setRequiresGrad(value);
    return this;
  }

  /** Forgets the gradients of the tree. */
  zeroGrad(): void {
    for (const tensor of this.parameters()) tensor.dropGrad();
  }

  /**
   * Moves parameters and buffers to another dtype, device, or both, in place, one tensor at a time. A dtype applies to
   * floating-point tensors. Gradients are dropped. Do it before an optimizer gathers the parameters. Returns the module.
   */
  to(target: ToTarget): this {
    const { dtype, device } = toOptions(target);
    const move = (tensor: Tensor, fixedDType: boolean): void => {
      const typed = dtype === undefined || fixedDType || !isFloat(tensor) ? tensor.dtype : dtype;
      const moved = noGrad(() => to(tensor, device === undefined ? typed : { dtype: typed, device }));
      if (moved === tensor) return;
      tensor.setData(moved);
      moved.dispose();
    };
    for (const tensor of this.parameters()) move(tensor, false);
    for (const module of this.modules())
      for (const { tensor, fixedDType = false } of module.#buffers.values()) move(tensor, fixedDType);
    return this;
  }

  // --- state ---

  /**
   * Parameters and persistent buffers by PyTorch's names: the tensors themselves, not copies. A tied parameter is there
   * under each of its names.
   */
  stateDict(): Map<string, Tensor> {
    const found = new Map<string, Tensor>();
    for (const [prefix, module] of this.#everywhere('')) {
      for (const [name, tensor] of module.#parameters) found.set(join(prefix, name), tensor);
      for (const [name, { tensor, persistent = true }] of module.#buffers)
        if (persistent) found.set(join(prefix, name), tensor);
    }
    return found;
  }

  /**
   * Copies values by name into parameters and buffers, converting dtype and device. Nothing is changed unless all of it
   * fits. `dict` keeps its tensors. A name that is missing is fine where its tensor is given under another (tied) name.
   * @returns the names that were missing and unexpected; both empty when `strict`.
   * @throws StateDictError that lists every shape that differs and, when `strict`, every missing and unexpected name.
   */
  loadStateDict(dict: StateDict, options: LoadOptions = {}): LoadResult {
    const fixed = new Set<Tensor>();
    for (const module of this.modules())
      for (const { tensor, fixedDType } of module.#buffers.values()) if (fixedDType) fixed.add(tensor);
    return loadTensors(this.constructor.name, this.stateDict(), fixed, dict, options);
  }

  /** Frees parameters, buffers and gradients of the tree, child by child. A module that holds more overrides it. */
  dispose(): void {
    for (const child of this.#children.values()) child.dispose();
    for (const tensor of this.#parameters.values()) {
      tensor.dropGrad();
      tensor.dispose();
    }
    for (const { tensor } of this.#buffers.values()) tensor.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** The tree, a line a module: its name, class, and the shapes of its own parameters. */
  toString(): string {
    const own = [...this.#parameters].map(([name, { shape }]) => `${name} ${formatShape(shape)}`).join(', ');
    const lines = [...this.#children].map(([name, module]) => `  (${name}): ${module}`.replaceAll('\n', '\n  '));
    const inside = [...(own === '' ? [] : [own]), ...lines];
    if (lines.length === 0) return `${this.constructor.name}(${own})`;
    return `${this.constructor.name}(\n${own === '' ? '' : '  '}${inside.join('\n')}\n)`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

function isFloat({ dtype }: Tensor): boolean {
  return dtype === 'f32' || dtype === 'bf16' || dtype === 'f16';
}

function join(prefix: string, name: string): string {
  return prefix === '' ? name : `${prefix}.${name}`;
}
