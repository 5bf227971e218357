/**
 * Optimizers around optimizers. A wrapper steps its base on the same flat buffers and keeps states of its own beside the
 * base's; it owns the base and is used in its place. Parameters are f32, because wrappers compute with what a step moved.
 */
import { ArgumentError, DTypeError, type Tensor } from '@tessera/tensor';
import { FlatOptimizer } from './flat-optimizer.js';
import { FrozenEntries } from './frozen.js';
import type { Optimizer, StateDict, StepOptions } from './optimizer.js';
import type { Place, StateSpec } from './rule.js';
import { denseLayout, entryViews, makeState, restoreState, storedStates, stretchesOf } from './state.js';

export abstract class Wrapper implements Optimizer {
  /** The optimizer that makes the steps. */
  readonly base: FlatOptimizer;
  readonly #op: string;
  readonly #specs: readonly StateSpec[];
  readonly #frozen = new FrozenEntries<Place>();
  /** The base's flat buffers with the wrapper's states. */
  protected readonly own: readonly Place[];

  protected constructor(base: FlatOptimizer, specs: readonly StateSpec[]) {
    this.#op = new.target.name;
    if (!(base instanceof FlatOptimizer)) {
      throw new ArgumentError('goes around an optimizer that is no wrapper itself; give one as the first argument.', {
        op: this.#op,
      });
    }
    for (const { flat } of base.places) {
      if (flat.data.dtype !== 'f32') {
        throw new DTypeError(`needs f32 parameters; got ${flat.data.dtype}.`, { op: this.#op });
      }
    }
    this.base = base;
    this.#specs = specs;
    this.own = base.places.map((place) => ({
      ...place,
      master: undefined,
      compensation: undefined,
      states: new Map(specs.map((spec) => [spec.name, makeState(denseLayout, place, spec)] as const)),
    }));
  }

  step(options: StepOptions = {}): void {
    this.#frozen.look(this.own);
    const restore = this.#frozen.hold((place, index) => stretchesOf(denseLayout, place, index, this.#specs));
    try {
      this.advance(options);
    } finally {
      restore();
    }
  }

  /** The base's step and what the wrapper adds to it. */
  protected abstract advance(options: StepOptions): void;

  /** Numbers and vectors beside the states per parameter. */
  protected abstract save(): Readonly<Record<string, Tensor | number>>;
  protected abstract load(saved: Readonly<Record<string, Tensor | number>>): void;
  protected abstract free(): void;

  get steps(): number {
    return this.base.steps;
  }

  get pending(): number {
    return this.base.pending;
  }

  get places(): readonly Place[] {
    return this.base.places;
  }

  get lr(): number {
    return this.base.lr;
  }

  set lr(value: number) {
    this.base.lr = value;
  }

  get currentLr(): number {
    return this.base.currentLr;
  }

  zeroGrad(): void {
    this.base.zeroGrad();
  }

  get gradientNorm(): Tensor {
    return this.base.gradientNorm;
  }

  telemetry(): Readonly<Record<string, Tensor>> {
    return this.base.telemetry();
  }

  evalParams(): ReadonlyMap<string, Tensor> {
    return entryViews(this.places, (place) => place.flat.data);
  }

  async synchronize(): Promise<void> {
    await this.base.synchronize();
  }

  get stateBytes(): number {
    const states = this.own.flatMap((place) => [...place.states.values()]);
    return this.base.stateBytes + states.reduce((bytes, state) => bytes + 4 * state.numel, 0);
  }

  stateDict(): StateDict {
    const { state, param_groups, memory = {} } = this.base.stateDict();
    const merged = { ...state };
    for (const { entry, parts } of storedStates(denseLayout, this.own, this.#specs)) {
      merged[entry.name] = { ...merged[entry.name], ...Object.fromEntries(parts.map((p) => [p.name, p.view()])) };
    }
    const own = Object.entries(this.save()).map(([name, value]) => [`${this.#op}.${name}`, value] as const);
    return { state: merged, param_groups, memory: { ...memory, ...Object.fromEntries(own) } };
  }

  loadStateDict(dict: StateDict): void {
    const op = `${this.#op}.loadStateDict`;
    this.base.loadStateDict(dict);
    for (const { entry, parts } of storedStates(denseLayout, this.own, this.#specs)) {
      for (const part of parts) restoreState(op, entry, part, dict.state[entry.name]?.[part.name]);
    }
    const prefix = `${this.#op}.`;
    const mine = Object.entries(dict.memory ?? {}).filter(([name]) => name.startsWith(prefix));
    this.load(Object.fromEntries(mine.map(([name, value]) => [name.slice(prefix.length), value])));
  }

  dispose(): void {
    for (const { states } of this.own) for (const state of states.values()) state.dispose();
    this.free();
    this.base.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
