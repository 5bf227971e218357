/**
 * What distinguishes one optimizer from another: the states it keeps, the numbers of a step, and the kernels that compute
 * it in one pass over each flat buffer. A rule whose rate comes from sums over all parameters reads it from a small vector
 * on the device, and `settle` makes the next one there: no step waits for the host.
 */
import type { Shape, Tensor } from '@tessera/tensor';
import type { Stretch } from './frozen.js';
import type { FlatEntry, GroupedParameters } from './parameters.js';
import type { GroupValues, SegmentTable } from './segments.js';

/** Where a parameter's state lies in the flat one. */
export interface StatePart {
  /** First element in the flat state. */
  readonly offset: number;
  readonly shape: Shape;
}

export interface StateSpec {
  /** PyTorch's name, which the state dict uses. */
  readonly name: string;
  /** The kernel's argument. */
  readonly argument: string;
  /** What it starts from: a number (default 0), or the parameters as they are then. */
  readonly initial?: number | 'parameters';
  /** Keeps every n-th element of each tensor only. */
  readonly slice?: number;
  /** Of a state with `slice`. Default f32. */
  readonly dtype?: 'f32' | 'bf16';
  /** The shape of an entry's part where it is not that of the entry; null where the entry has none. Starts from zero. */
  readonly shapeOf?: (entry: FlatEntry) => Shape | null;
}

/** A short f32 vector on the device that the kernels of all flat buffers share. */
export interface VectorSpec {
  /** The kernels' argument. */
  readonly argument: string;
  readonly initial: readonly number[];
  /** Names of elements that users may look at: see `Optimizer.telemetry`. Named vectors are part of the state dict. */
  readonly names?: Readonly<Record<string, number>>;
}

export type Arguments = Readonly<Record<string, unknown>>;

type Kernel = (args: never) => void;

export interface Rule {
  readonly states: readonly StateSpec[];
  /** Whether weight decay shrinks the parameter or is added to the gradient; with `own` the kernel does what its doc says. */
  readonly decoupled: boolean | 'own';
  /** The rule's numbers at step t, counted from 1; the same keys each time. `lr` may be changed on the way. */
  scalars(t: number, lr: number): Readonly<Record<string, number>> & { readonly lr: number };
  /** Parameters of the kernels that never change. */
  readonly fixed?: Readonly<Record<string, number>>;
  /** What PyTorch's state has beside tensors and follows from the steps taken and the learning rate: written for it, not read. */
  readonly derived?: (steps: number, lr: number) => Readonly<Record<string, number>>;
  readonly vectors?: readonly VectorSpec[];
  /** Runs once, when the optimizer has its flat buffers. */
  readonly attach?: (places: readonly Place[]) => void;
  /** A pass over every flat buffer before any is stepped. */
  readonly look?: Kernel;
  /** Runs when all flat buffers are looked at, on the sums that were left. */
  readonly start?: Kernel;
  /**
   * Runs before the kernel of each flat buffer; what it returns takes the place of the kernel's arguments. A kernel that
   * it starts with numbers of the step wraps the first of them in `begin`, which counts the step, in replays too.
   */
  readonly before?: (place: Place, args: Arguments, begin: Begin) => Arguments;
  readonly step: Kernel;
  /** The step changes states by kernels that do not take `skip`. */
  readonly ignoresSkip?: boolean;
  /** Runs when all flat buffers are through, on the sums they left. */
  readonly settle?: Kernel;
  /** A second pass over every flat buffer. */
  readonly move?: Kernel;
  /** Whether a step takes the loss, as `loss` among the arguments of `settle`. */
  readonly takesLoss?: boolean;
  /** What the rule remembers beside its states and named vectors. */
  readonly memory?: RuleMemory;
  /** The part of that memory that belongs to one entry. */
  readonly memoryOf?: (place: Place, index: number) => Stretch;
  /** Frees what the rule made for itself. */
  readonly dispose?: () => void;
  /** Numbers on the device that users may look at, beside those of named vectors. */
  readonly telemetry?: () => Readonly<Record<string, Tensor>>;
}

export type Begin = (number: () => number) => () => number;

export interface RuleMemory {
  save(): Readonly<Record<string, Tensor | number>>;
  load(saved: Readonly<Record<string, Tensor | number>>): void;
}

/** One flat buffer with everything a step needs. */
export interface Place extends GroupedParameters {
  readonly states: ReadonlyMap<string, Tensor>;
  /** Where each entry's part lies in the states whose parts have shapes of their own; null where it has none. */
  readonly ownParts: ReadonlyMap<string, readonly (StatePart | null)[]>;
  readonly master: Tensor | undefined;
  readonly compensation: Tensor | undefined;
  readonly touched: Tensor | undefined;
  /** Where this buffer starts among all parameters: what random rounding goes by. */
  readonly firstIndex: number;
  segments: SegmentTable;
  /** Learning rate, relative to the optimizer's, and weight decay of each entry. */
  entryValues(): readonly GroupValues[];
}
