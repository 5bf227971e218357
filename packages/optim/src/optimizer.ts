/**
 * The frame of every optimizer: parameter groups, learning rate and schedule, clipping, storage precision, state dict.
 * An optimizer adds its `Rule`: which states it keeps, the numbers of a step, and the kernel that computes it in one
 * pass over each flat buffer. A step makes no JavaScript work per tensor and never waits for the device.
 */
import { ArgumentError, copy_, Tensor, zeros } from '@tessera/tensor';
import { clipScale, gradNorm, nonFiniteFlag } from '@tessera/tensor/kernels';
import { checkKnown, checkNonNegative, checkNumber, checkPositive } from './check.js';
import { type FlatEntry, type GroupedParameters, groupParameters, type ParametersArgument } from './parameters.js';
import type { Schedule } from './schedule.js';
import { disposeSegments, type GroupValues, type SegmentTable, segmentTable } from './segments.js';
import { denseLayout, type StateLayout, type StoredState } from './state.js';

/**
 * How 16-bit parameters are stored between steps. `plain`: rounded to nearest, so that steps below half a unit in the
 * last place are lost. `master`: an f32 copy is stepped and rounded (4 bytes per parameter). `compensated`: what
 * rounding lost is kept in bf16 and added to the next step (2 bytes). `stochastic`: rounded up or down with
 * probabilities that keep the mean (no memory; deterministic by seed, step and index).
 */
export type Precision = 'plain' | 'master' | 'compensated' | 'stochastic';

export interface OptimizerOptions {
  readonly lr?: number;
  /** Factor of the learning rate at each step, from 0. */
  readonly schedule?: Schedule;
  readonly weightDecay?: number;
  /** Steps uphill. */
  readonly maximize?: boolean;
  /** Scales gradients so that their global norm is at most this, as `clip_grad_norm_` does. */
  readonly clipNorm?: number;
  /** Leaves everything as it was where a gradient is NaN or infinite. The step is counted all the same. */
  readonly skipNonFinite?: boolean;
  readonly precision?: Precision;
  /** Seed of stochastic rounding. */
  readonly seed?: number;
  /** Keeps a bit per parameter, set once the stored value has changed: see `touched()`. */
  readonly trackTouched?: boolean;
}

const commonOptions = [
  'lr',
  'schedule',
  'weightDecay',
  'maximize',
  'clipNorm',
  'skipNonFinite',
  'precision',
  'seed',
  'trackTouched',
] as const;

export interface StateSpec {
  /** PyTorch's name, which the state dict uses. */
  readonly name: string;
  /** The kernel's argument. */
  readonly argument: string;
  /** What it starts from: a number (default 0), or the parameters as they are then. */
  readonly initial?: number | 'parameters';
}

/** What distinguishes one optimizer from another. */
export interface Rule {
  readonly states: readonly StateSpec[];
  readonly decoupled: boolean;
  /** The rule's numbers at step t, counted from 1; the same keys each time. `lr` may be changed on the way. */
  scalars(t: number, lr: number): Readonly<Record<string, number>> & { readonly lr: number };
  /** Parameters of the kernel that never change. */
  readonly fixed?: Readonly<Record<string, number>>;
  readonly step: (args: never) => void;
  /** Runs before the kernel of each flat buffer; what it returns takes the place of the kernel's arguments. */
  readonly before?: (place: Place, firstStep: () => boolean) => Readonly<Record<string, unknown>>;
  /** What the rule remembers beside its states. */
  readonly memory?: RuleMemory;
}

export interface RuleMemory {
  save(): Readonly<Record<string, Tensor | number>>;
  load(saved: Readonly<Record<string, Tensor | number>>): void;
}

/** One flat buffer with everything a step needs. */
export interface Place extends GroupedParameters {
  readonly states: ReadonlyMap<string, Tensor>;
  readonly master: Tensor | undefined;
  readonly compensation: Tensor | undefined;
  readonly touched: Tensor | undefined;
  /** Where this buffer starts among all parameters: what random rounding goes by. */
  readonly firstIndex: number;
  segments: SegmentTable;
}

export interface StepOptions {
  /** Multiplies the gradients: 1/n after accumulating n micro-batches. Default 1. */
  readonly gradFactor?: number;
}

/** What `stateDict` gives: tensors are views of the optimizer's memory, named as PyTorch names them. */
export interface StateDict {
  readonly state: Readonly<Record<string, Readonly<Record<string, Tensor | number>>>>;
  readonly param_groups: readonly Readonly<Record<string, unknown>>[];
  /** What an optimizer remembers beside states per parameter. */
  readonly memory?: Readonly<Record<string, Tensor | number>>;
}

export abstract class Optimizer {
  /** Steps taken so far. */
  steps = 0;
  readonly groups: GroupValues[];
  readonly places: readonly Place[];
  protected readonly op: string;
  readonly #rule: Rule;
  readonly #options: OptimizerOptions;
  readonly #hyperparameters: Readonly<Record<string, unknown>>;
  readonly #layout: StateLayout;
  readonly #total: number;
  #lr: number;
  #gradFactor = 1;
  #scalars: Readonly<Record<string, number>> = {};
  readonly #norms: { norm: Tensor; scale: Tensor; other: Tensor; flag: Tensor; otherFlag: Tensor } | null;

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
    checkKnown(op, options, [...commonOptions, ...Object.keys(hyperparameters)]);
    const { lr = defaults.lr, weightDecay = defaults.weightDecay, clipNorm, seed = 0 } = options;
    this.#lr = checkNonNegative(op, 'lr', lr);
    checkNonNegative(op, 'weightDecay', weightDecay);
    if (clipNorm !== undefined) checkPositive(op, 'clipNorm', clipNorm);
    if (!Number.isSafeInteger(seed) || seed < 0) checkNumber(op, 'seed', Number.NaN);
    this.#rule = rule;
    this.#options = options;
    this.#hyperparameters = hyperparameters;
    this.#layout = layout;
    const { groups, places } = groupParameters(op, params);
    this.groups = groups.map((group, g) => ({
      lr: group.lr === undefined ? lr : checkNonNegative(op, `groups[${g}].lr`, group.lr),
      weightDecay:
        group.weightDecay === undefined
          ? weightDecay
          : checkNonNegative(op, `groups[${g}].weightDecay`, group.weightDecay),
    }));
    if (groups.some((g) => g.lr !== undefined)) this.#lr = Math.max(...this.groups.map((g) => g.lr));
    let total = 0;
    this.places = places.map((place) => {
      const first = total;
      total += Math.ceil(place.flat.data.numel / 8) * 8;
      return this.#makePlace(place, first);
    });
    this.#total = total;
    const device = this.places[0]!.flat.data.device;
    this.#norms =
      clipNorm === undefined && !options.skipNonFinite
        ? null
        : {
            norm: zeros([1], { device }).keep(),
            other: zeros([1], { device }).keep(),
            scale: zeros([1], { device }).keep(),
            flag: zeros([1], { dtype: 'i32', device }).keep(),
            otherFlag: zeros([1], { dtype: 'i32', device }).keep(),
          };
  }

  // --- hyperparameters ---

  /** The learning rate before the schedule; the largest one where groups differ. Setting it scales all groups. */
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
    return this.#lr * (this.#options.schedule?.(this.steps) ?? 1);
  }

  /** Changes the options of one group, from the next step on. */
  setGroup(index: number, values: Partial<GroupValues>): void {
    const group = this.groups[index];
    if (group === undefined)
      throw new ArgumentError(`there is no group ${index}; there are ${this.groups.length}.`, { op: this.op });
    if (values.lr !== undefined) checkNonNegative(this.op, 'lr', values.lr);
    if (values.weightDecay !== undefined) checkNonNegative(this.op, 'weightDecay', values.weightDecay);
    this.groups[index] = { ...group, ...values };
    this.#renewSegments();
  }

  // --- stepping ---

  /** One step on the gradients at hand. Nothing is returned and nothing waited for. */
  step({ gradFactor = 1 }: StepOptions = {}): void {
    checkNumber(this.op, 'gradFactor', gradFactor);
    this.#gradFactor = this.#options.maximize ? -gradFactor : gradFactor;
    for (const { flat } of this.places) flat.finishGradients();
    const gradScale = this.#options.clipNorm === undefined ? undefined : this.#clip(this.#options.clipNorm);
    const skip = this.#options.skipNonFinite ? this.#check() : undefined;
    this.places.forEach((place, i) => {
      const own = this.#rule.before?.(place, () => this.steps === 0);
      (this.#rule.step as (args: unknown) => void)({ ...this.#arguments(place, i === 0), gradScale, skip, ...own });
    });
  }

  /** Forgets the gradients. */
  zeroGrad(): void {
    for (const { flat } of this.places) flat.zeroGrad();
  }

  /** Norm of the gradients before clipping, as of the last step with `clipNorm`. */
  get gradientNorm(): Tensor {
    if (this.#norms === null) throw new ArgumentError('the norm is known with clipNorm only.', { op: this.op });
    return this.places.length % 2 === 1 ? this.#norms.norm : this.#norms.other;
  }

  /** Resolves when the steps so far are done. */
  async synchronize(): Promise<void> {
    await this.places[0]!.flat.data.device.synchronize();
  }

  /** Bytes of the optimizer's own memory: states, master values, compensation and masks. */
  get stateBytes(): number {
    let bytes = 0;
    for (const place of this.places) {
      for (const t of [...place.states.values(), place.master, place.touched]) bytes += 4 * (t?.numel ?? 0);
      bytes += 2 * (place.compensation?.numel ?? 0);
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
    for (const t of Object.values(this.#norms ?? {})) t.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  // --- state ---

  /** Everything that the next step depends on beside parameters and gradients. */
  stateDict(): StateDict {
    const state: Record<string, Record<string, Tensor | number>> = {};
    for (const { entry, parts } of this.#entries()) {
      state[entry.name] = { step: this.steps, ...Object.fromEntries(parts.map((p) => [p.name, p.view()])) };
    }
    const { schedule: _, ...common } = this.#options;
    const groups = this.groups.map((group, g) => ({
      ...common,
      ...this.#hyperparameters,
      lr: group.lr,
      weight_decay: group.weightDecay,
      params: this.places.flatMap((p) => p.flat.entries.filter((_e, i) => p.groupOf[i] === g).map((e) => e.name)),
    }));
    const { memory } = this.#rule;
    return { state, param_groups: groups, ...(memory && { memory: memory.save() }) };
  }

  /** Takes over what `stateDict` gave: the next steps are those that would have followed it, bit for bit. */
  loadStateDict(dict: StateDict): void {
    const op = `${this.op}.loadStateDict`;
    let steps: number | undefined;
    for (const { entry, parts } of this.#entries()) {
      const saved = dict.state[entry.name];
      if (saved === undefined) throw new ArgumentError(`there is no state for ${entry.name}.`, { op });
      for (const { name, view } of parts) {
        const value = saved[name];
        if (!(value instanceof Tensor)) throw new ArgumentError(`${entry.name} has no state ${name}.`, { op });
        using target = view();
        if (value.numel !== target.numel) {
          throw new ArgumentError(`${name} of ${entry.name} has ${value.numel} elements; expected ${target.numel}.`, {
            op,
          });
        }
        using flat = value.view([value.numel], [1], value.offset);
        copy_(target.shape.length === 1 ? target : target.view([target.numel], [1], target.offset), flat);
      }
      const step = Number(saved.step instanceof Tensor ? saved.step.itemSync() : saved.step);
      if (!Number.isSafeInteger(step) || step < 0 || (steps !== undefined && steps !== step)) {
        throw new ArgumentError(`step of ${entry.name} is ${step}; expected one count for all.`, { op });
      }
      steps = step;
    }
    this.steps = steps ?? 0;
    if (this.#rule.memory !== undefined) {
      if (dict.memory === undefined) throw new ArgumentError('the state dict has no memory.', { op });
      this.#rule.memory.load(dict.memory);
    }
    dict.param_groups.forEach((group, g) => {
      const lr = group.lr;
      const weightDecay = group.weight_decay;
      if (g < this.groups.length && typeof lr === 'number' && typeof weightDecay === 'number') {
        this.groups[g] = { lr, weightDecay };
      }
    });
    this.#lr = Math.max(...this.groups.map((g) => g.lr));
    this.#renewSegments();
  }

  #renewSegments(): void {
    for (const place of this.places) {
      disposeSegments(place.segments);
      place.segments = segmentTable(place, this.groups, this.#lr);
    }
  }

  *#entries(): Generator<{ entry: FlatEntry; parts: readonly StoredState[] }> {
    for (const place of this.places) {
      const tensors: [string, Tensor | undefined][] = [
        ...place.states,
        ['master', place.master],
        ['compensation', place.compensation],
      ];
      for (const entry of place.flat.entries) {
        const { offset, shape } = this.#layout.part(place, entry);
        const parts = tensors.flatMap(([name, flat]) =>
          flat === undefined ? [] : [{ name, view: () => flat.view(shape, strides(shape), flat.offset + offset) }],
        );
        yield { entry, parts };
      }
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
    const states = new Map(
      this.#rule.states.map(({ name, initial = 0 }) => {
        if (initial === 'parameters') return [name, this.#layout.master(place)] as const;
        const state = zeros([n], { device }).keep();
        if (initial !== 0) state.fill_(initial);
        return [name, state] as const;
      }),
    );
    return {
      ...place,
      states,
      master: half && precision === 'master' ? this.#layout.master(place) : undefined,
      compensation: half && precision === 'compensated' ? zeros([n], { dtype: 'bf16', device }).keep() : undefined,
      touched: trackTouched ? zeros([Math.ceil(data.numel / 32)], { dtype: 'i32', device }).keep() : undefined,
      firstIndex,
      segments: segmentTable(place, this.groups, this.#lr),
    };
  }

  /** The shared arguments of a step. The first kernel of a step counts it, in replays too, when its numbers are read. */
  #arguments(place: Place, first: boolean): Record<string, unknown> {
    const rule = this.#rule;
    const n = place.flat.data.numel;
    if (first) this.#scalars = rule.scalars(this.steps + 1, this.currentLr);
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
      n,
      firstIndex: place.firstIndex,
      seed: this.#options.seed ?? 0,
      offset: () => {
        if (first) this.#advance();
        return (this.steps - 1) * (this.#total / 8);
      },
      weightDecay: () => this.groups[0]!.weightDecay,
      gradFactor: () => this.#gradFactor,
      decoupled: rule.decoupled ? 1 : 0,
      rounding: this.#options.precision === 'stochastic' ? 1 : 0,
      gradScales: 1,
    };
  }

  #advance(): void {
    const lr = this.currentLr;
    this.steps++;
    this.#scalars = this.#rule.scalars(this.steps, lr);
  }

  /** Global norm over all flat buffers, and the factor that clips it, on the device. */
  #clip(clipNorm: number): Tensor {
    const { norm, other, scale } = this.#norms!;
    this.places.forEach((place, i) => {
      const { grad } = place.flat;
      const mask = this.#layout.normMask(place);
      const [out, prior] = i % 2 === 0 ? [norm, other] : [other, norm];
      gradNorm({ x: grad, norm: out, n: grad.numel, ...(i > 0 && { prior }), ...(mask && { mask }) });
    });
    const factor = () => Math.abs(this.#gradFactor);
    clipScale({
      norm: this.gradientNorm,
      scale,
      maxNorm: () => clipNorm / factor(),
      eps: 1e-6 / factor(),
      count: 1,
    });
    return scale;
  }

  #check(): Tensor {
    const { flag, otherFlag } = this.#norms!;
    this.places.forEach(({ flat: { grad } }, i) => {
      const [found, prior] = i % 2 === 0 ? [flag, otherFlag] : [otherFlag, flag];
      nonFiniteFlag({ x: grad, found, n: grad.numel, ...(i > 0 && { prior }) });
    });
    return this.places.length % 2 === 1 ? flag : otherFlag;
  }
}

function strides(shape: readonly number[]): number[] {
  const result = new Array<number>(shape.length).fill(1);
  for (let d = shape.length - 2; d >= 0; d--) result[d] = result[d + 1]! * shape[d + 1]!;
  return result;
}
