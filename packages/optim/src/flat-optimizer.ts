/**
 * The frame of optimizers over flat buffers: parameter groups, learning rate and schedule, clipping, storage precision, state dict.
 * An optimizer adds its `Rule`: which states it keeps, the numbers of a step, and the kernel that computes it in one
 * pass over each flat buffer. A step makes no JavaScript work per tensor and never waits for the device.
 */
import { ArgumentError, checkOptions, dtypes, type ParameterBuffer, type Tensor, tensor, zeros } from '@tessera/tensor';
import { checkFunction, checkNonNegative, checkNumber, checkPositive, checkWhole } from './check.js';
import { FrozenEntries } from './frozen.js';
import { type ClipArguments, clipOptions, GradientClip } from './gradient-clip.js';
import { checkLoss, withLoss } from './loss.js';
import type { Optimizer, OptimizerOptions, StateDict, StepOptions } from './optimizer.js';
import { type GroupedParameters, groupParameters, type ParametersArgument } from './parameters.js';
import type { Begin, Place, Rule } from './rule.js';
import { disposeSegments, type EntryValues, entryValues, type GroupValues, segmentTable } from './segments.js';
import { holdSkipped } from './skipped.js';
import { denseLayout, entryViews, makeState, ownParts, type StateLayout, storedStates, stretchesOf } from './state.js';
import { parameterStates, restoreMemory, restoreParameterStates, snakeCased } from './state-dict.js';

const commonOptions = [
  'lr',
  'schedule',
  'weightDecay',
  'decays',
  'lrFactor',
  'accumulate',
  'maximize',
  ...clipOptions,
  'precision',
  'seed',
  'trackTouched',
] as const;

export abstract class FlatOptimizer implements Optimizer {
  /** Steps taken so far. */
  steps = 0;
  readonly groups: GroupValues[];
  readonly places: readonly Place[];
  protected readonly op: string;
  readonly #rule: Rule;
  readonly #options: OptimizerOptions;
  readonly #hyperparameters: Readonly<Record<string, unknown>>;
  readonly #frozen = new FrozenEntries<Place>();
  /** Flat buffers of its own. */
  readonly #made: readonly ParameterBuffer[];
  readonly #layout: StateLayout;
  readonly #total: number;
  readonly #perEntry: EntryValues;
  #lr: number;
  #gradFactor = 1;
  #scalars: Readonly<Record<string, number>> = {};
  readonly #clip: GradientClip;
  readonly #vectors: ReadonlyMap<string, Tensor>;
  #calls = 0;

  protected constructor(
    params: ParametersArgument,
    options: OptimizerOptions,
    defaults: { readonly lr: number; readonly weightDecay: number },
    rule: Rule,
    hyperparameters: Readonly<Record<string, unknown>> = {},
    layout: StateLayout = denseLayout,
  ) {
    const op = new.target.name;
    this.op = op;
    checkOptions(op, options, [...commonOptions, ...Object.keys(hyperparameters)]);
    const { lr = defaults.lr, weightDecay = defaults.weightDecay, seed = 0, accumulate = 1 } = options;
    this.#lr = checkNonNegative(op, 'lr', lr);
    checkNonNegative(op, 'weightDecay', weightDecay);
    checkWhole(op, 'seed', seed, 0);
    for (const name of ['schedule', 'decays', 'lrFactor'] as const) checkFunction(op, name, options[name]);
    checkWhole(op, 'accumulate', accumulate, 1);
    this.#rule = rule;
    this.#options = options;
    this.#hyperparameters = hyperparameters;
    this.#layout = layout;
    this.#perEntry = {
      decays: options.decays,
      lrFactor: options.lrFactor,
    };
    const { groups, places, made } = groupParameters(op, params);
    this.#made = made;
    this.groups = groups.map((group, g) => ({
      lr: group.lr === undefined ? lr : checkNonNegative(op, `groups[${g}].lr`, group.lr),
      weightDecay:
        group.weightDecay === undefined
          ? weightDecay
          : checkNonNegative(op, `groups[${g}].weightDecay`, group.weightDecay),
    }));
    if (lr === 0 || (options.lr === undefined && groups.some((g) => g.lr !== undefined))) this.#lr = this.#largestLr();
    let total = 0;
    this.places = places.map((place) => {
      const first = total;
      total += Math.ceil(place.flat.data.numel / 8) * 8;
      return this.#makePlace(place, first);
    });
    this.#total = total;
    const { device } = this.places[0]!.flat.data;
    this.#vectors = new Map(
      (rule.vectors ?? []).map(({ argument, initial }) => [
        argument,
        tensor(Float32Array.from(initial), { device }).keep(),
      ]),
    );
    rule.attach?.(this.places);
    this.#clip = new GradientClip(op, options, layout, this.places);
  }

  // --- hyperparameters ---

  /** The learning rate before the schedule: the option, or the largest one of the groups where that is 0 or absent. Setting it scales all groups. */
  get lr(): number {
    return this.#lr;
  }

  set lr(value: number) {
    checkPositive(this.op, 'lr', value);
    this.groups.forEach((group, g) => {
      this.groups[g] = { ...group, lr: this.#lr === 0 ? value : (group.lr / this.#lr) * value };
    });
    this.#lr = value;
  }

  /** The learning rate of the step that comes next. */
  get currentLr(): number {
    const { schedule } = this.#options;
    if (schedule === undefined) return this.#lr;
    return this.#lr * checkNonNegative(this.op, `schedule at step ${this.steps}`, schedule(this.steps));
  }

  /** Changes the options of one group, from the next step on. */
  setGroup(index: number, values: Partial<GroupValues>): void {
    checkOptions(`${this.op}.setGroup`, values, ['lr', 'weightDecay']);
    const group = this.groups[index];
    if (group === undefined)
      throw new ArgumentError(`there is no group ${index}; there are ${this.groups.length}.`, { op: this.op });
    if (values.lr !== undefined) checkNonNegative(this.op, 'lr', values.lr);
    if (values.weightDecay !== undefined) checkNonNegative(this.op, 'weightDecay', values.weightDecay);
    this.groups[index] = { ...group, ...values };
    if (this.#lr === 0) this.#lr = this.#largestLr();
    this.#renewSegments();
  }

  /** What the rates of groups are relative to, where the option says nothing or 0. */
  #largestLr(): number {
    return Math.max(...this.groups.map((g) => g.lr));
  }

  // --- stepping ---

  /** One step on the gradients at hand. Nothing is returned and nothing waited for. */
  step(options: StepOptions = {}): void {
    const { op } = this;
    checkOptions(`${op}.step`, options, ['gradFactor', 'loss']);
    const { gradFactor = 1, loss } = options;
    checkNumber(op, 'gradFactor', gradFactor);
    const { accumulate = 1, maximize = false } = this.#options;
    if (this.#rule.takesLoss) checkLoss(op, loss);
    this.#calls++;
    if (this.pending > 0) return;
    if (this.#frozen.look(this.places)) this.#renewSegments();
    const { states, memoryOf } = this.#rule;
    const restore = this.#frozen.hold((place, index) => {
      const stretches = stretchesOf(this.#layout, place, index, states);
      return memoryOf === undefined || stretches.length === 0 ? stretches : [...stretches, memoryOf(place, index)];
    });
    try {
      this.#step(loss, ((maximize ? -1 : 1) * gradFactor) / accumulate);
    } finally {
      restore();
    }
  }

  #step(loss: StepOptions['loss'], gradFactor: number): void {
    this.#gradFactor = gradFactor;
    const rule = this.#rule;
    for (const { flat } of this.places) flat.finishGradients();
    this.#clip.prepare(() => this.#gradFactor);
    const vectors = Object.fromEntries(this.#vectors);
    const { skip } = this.#clip.arguments(0);
    const states = this.places.flatMap((place) => [...place.states.values()]);
    const unless = rule.ignoresSkip && skip ? holdSkipped(states, skip) : null;
    const run = (kernel: (args: never) => void, args: unknown) => (kernel as (args: unknown) => void)(args);
    this.#scalars = rule.scalars(this.steps + 1, this.currentLr);
    const everywhere = this.places.map((place, i) => ({
      ...this.#arguments(place),
      ...vectors,
      ...this.gradientArguments(i),
      clipUnits: this.#clip.units(i),
      place,
      more: i > 0 ? 1 : 0,
    }));
    if (rule.look !== undefined) for (const args of everywhere) run(rule.look, { ...args, offset: 0 });
    if (rule.start !== undefined) run(rule.start, { ...vectors, skip });
    const offset = () => (this.steps - 1) * (this.#total / 8);
    const counted =
      (number: () => number): (() => number) =>
      () => {
        this.#advance();
        return number();
      };
    const seconds = everywhere.map((given, i) => {
      const { place } = given;
      let waiting = i === 0;
      const begin: Begin = (number) => {
        const first = waiting;
        waiting = false;
        return first ? counted(number) : number;
      };
      const args = { ...given, laterOffset: offset };
      const own = rule.before?.(place, args, begin);
      run(rule.step, { ...args, offset: begin(offset), ...own });
      return () => run(rule.move!, { ...args, offset, ...own });
    });
    if (rule.settle !== undefined) {
      const numbers = Object.keys(this.#scalars).map((key) => [key, () => this.#scalars[key]!] as const);
      const args = { ...Object.fromEntries(numbers), ...rule.fixed, ...vectors, skip };
      const { device } = this.places[0]!.flat.data;
      if (rule.takesLoss) withLoss(loss!, device, (value) => run(rule.settle!, { ...args, loss: value }));
      else run(rule.settle, args);
    }
    if (rule.move !== undefined) for (const second of seconds) second();
    unless?.();
  }

  get pending(): number {
    return this.#calls % (this.#options.accumulate ?? 1);
  }

  /** Forgets the gradients; between the steps of an optimizer that accumulates, keeps them. */
  zeroGrad(): void {
    if (this.pending > 0) return;
    for (const { flat } of this.places) flat.zeroGrad();
  }

  /** Norm of the gradients before clipping, as of the last step with `clipNorm`. */
  get gradientNorm(): Tensor {
    return this.#clip.norm;
  }

  /** What the optimizer found out about its rates, as views on the device (d, tau, ...): reading them waits, a step does not. */
  telemetry(): Readonly<Record<string, Tensor>> {
    const result: Record<string, Tensor> = { ...this.#rule.telemetry?.() };
    for (const { argument, names = {} } of this.#rule.vectors ?? []) {
      const vector = this.#vectors.get(argument)!;
      for (const [name, index] of Object.entries(names)) result[name] = vector.view([1], [1], index);
    }
    return result;
  }

  /** Resolves when the steps so far are done. */
  async synchronize(): Promise<void> {
    await this.places[0]!.flat.data.device.synchronize();
  }

  /** Views of the parameters, by name. */
  evalParams(): ReadonlyMap<string, Tensor> {
    return entryViews(this.places, (place) => place.flat.data);
  }

  /** What the gradients of the last step were multiplied by, for wrappers that look at them too. */
  gradientArguments(index: number): ClipArguments & { readonly gradFactor: () => number } {
    return { ...this.#clip.arguments(index), gradFactor: () => this.#gradFactor };
  }

  /** Bytes of the optimizer's own memory: states, master values, compensation and masks. */
  get stateBytes(): number {
    let bytes = 0;
    for (const place of this.places) {
      for (const t of [...place.states.values(), place.master, place.touched, place.compensation]) {
        if (t !== undefined) bytes += t.numel * dtypes[t.dtype].bytes;
      }
    }
    return bytes;
  }

  /** A bit per parameter of each flat buffer (32 to a word), set where the stored value has changed so far. */
  touched(): readonly Tensor[] {
    return this.places.map(({ touched }) => {
      if (touched === undefined) throw new ArgumentError('needs the option trackTouched.', { op: this.op });
      return touched;
    });
  }

  dispose(): void {
    for (const { states, master, compensation, touched, segments } of this.places) {
      for (const t of [...states.values(), master, compensation, touched]) t?.dispose();
      disposeSegments(segments);
    }
    for (const t of this.#vectors.values()) t.dispose();
    this.#rule.dispose?.();
    this.#clip.dispose();
    for (const flat of this.#made) flat.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  // --- state ---

  /** Everything that the next step depends on beside parameters and gradients. */
  stateDict(): StateDict {
    const { steps } = this;
    const { states, derived } = this.#rule;
    const state = parameterStates(this.op, storedStates(this.#layout, this.places, states), (group) => ({
      step: steps,
      ...derived?.(steps, this.groups[group]!.lr),
    }));
    const { schedule: _s, decays: _d, lrFactor: _l, ...common } = this.#options;
    const groups = this.groups.map((group, g) => ({
      ...snakeCased({ ...common, ...this.#hyperparameters }),
      lr: group.lr,
      base_lr: this.#lr,
      weight_decay: group.weightDecay,
      params: this.places.flatMap((p) => p.flat.entries.filter((_e, i) => p.groupOf[i] === g).map((e) => e.name)),
    }));
    const memory = { ...this.#rule.memory?.save(), ...Object.fromEntries(this.#remembered()) };
    return { state, param_groups: groups, ...(Object.keys(memory).length > 0 && { memory }) };
  }

  /**
   * Takes over what `stateDict` gave, PyTorch's too: the next steps are those that would have followed it, bit for bit, where
   * this optimizer was made with the same options. Of those, learning rates and weight decay are taken over.
   */
  loadStateDict(dict: StateDict): void {
    const op = `${this.op}.loadStateDict`;
    if (typeof dict?.state !== 'object' || !Array.isArray(dict.param_groups)) {
      throw new ArgumentError('expected what stateDict gave: an object with state and param_groups.', { op });
    }
    if (dict.param_groups.length !== this.groups.length) {
      throw new ArgumentError(
        `the state dict has ${dict.param_groups.length} parameter groups; expected ${this.groups.length}.`,
        { op },
      );
    }
    const stored = storedStates(this.#layout, this.places, this.#rule.states);
    this.steps = restoreParameterStates(op, stored, dict.state, this.steps);
    restoreMemory(op, this.#remembered(), this.#rule.memory, dict.memory);
    dict.param_groups.forEach((group, g) => {
      const lr = group.lr;
      const weightDecay = group.weight_decay;
      if (typeof lr === 'number' && typeof weightDecay === 'number') this.groups[g] = { lr, weightDecay };
    });
    const baseLr = dict.param_groups[0]?.base_lr;
    this.#lr = typeof baseLr === 'number' && baseLr > 0 ? baseLr : this.#largestLr();
    this.#renewSegments();
  }

  /** The vectors on the device that are part of the state. */
  #remembered(): (readonly [string, Tensor])[] {
    const named = (this.#rule.vectors ?? []).filter((v) => v.names !== undefined);
    return named.map(({ argument }) => [argument, this.#vectors.get(argument)!] as const);
  }

  #renewSegments(): void {
    for (const place of this.places) {
      disposeSegments(place.segments);
      place.segments = segmentTable(place, this.groups, this.#lr, this.#perEntry);
    }
  }

  #makePlace(place: GroupedParameters, firstIndex: number): Place {
    const { data } = place.flat;
    const { device } = data;
    const n = this.#layout.length(place);
    const { precision = 'plain', trackTouched = false } = this.#options;
    const half = data.dtype !== 'f32';
    if (!['plain', 'master', 'compensated', 'stochastic'].includes(precision)) {
      throw new ArgumentError(
        `precision is unknown; got ${String(precision)}; expected plain, master, compensated or stochastic.`,
        { op: this.op, actual: precision },
      );
    }
    const states = new Map(this.#rule.states.map((spec) => [spec.name, makeState(this.#layout, place, spec)] as const));
    const shaped = this.#rule.states.flatMap(({ name, shapeOf }) => (shapeOf === undefined ? [] : [{ name, shapeOf }]));
    return {
      ...place,
      states,
      ownParts: new Map(shaped.map(({ name, shapeOf }) => [name, ownParts(place.flat.entries, shapeOf)])),
      master: half && precision === 'master' ? this.#layout.master(place) : undefined,
      compensation: half && precision === 'compensated' ? zeros([n], { dtype: 'bf16', device }).keep() : undefined,
      touched: trackTouched ? zeros([Math.ceil(data.numel / 32)], { dtype: 'i32', device }).keep() : undefined,
      firstIndex,
      segments: segmentTable(place, this.groups, this.#lr, this.#perEntry),
      entryValues: () => entryValues(place, this.groups, this.#lr, this.#perEntry),
    };
  }

  /** The arguments of the kernels of one flat buffer; numbers that change from step to step are read when it is encoded. */
  #arguments(place: Place): Record<string, unknown> {
    const rule = this.#rule;
    const live = Object.keys(this.#scalars).map((key) => [key, () => this.#scalars[key]!] as const);
    return {
      ...Object.fromEntries(rule.states.map((s) => [s.argument, place.states.get(s.name)])),
      ...rule.fixed,
      ...Object.fromEntries(live),
      ...place.segments,
      ...this.#layout.arguments(place),
      param: place.flat.data,
      master: place.master,
      compensation: place.compensation,
      touched: place.touched,
      n: place.flat.data.numel,
      firstIndex: place.firstIndex,
      seed: this.#options.seed ?? 0,
      weightDecay: () => this.groups[0]!.weightDecay,
      decoupled: rule.decoupled === 'own' ? 2 : Number(rule.decoupled),
      rounding: this.#options.precision === 'stochastic' ? 1 : 0,
    };
  }

  /** Counts the step, when the first number of its first kernel is read. */
  #advance(): void {
    const lr = this.currentLr;
    this.steps++;
    this.#scalars = this.#rule.scalars(this.steps, lr);
  }
}
