/** What every optimizer is: options that all share, a step, a state that can be saved and resumed. */
import type { Shape, Tensor } from '@tessera/tensor';
import type { ClipOptions } from './gradient-clip.js';
import type { Place } from './rule.js';
import type { Schedule } from './schedule.js';

/**
 * How 16-bit parameters are stored between steps. `plain`: rounded to nearest, so that steps below half a unit in the
 * last place are lost. `master`: an f32 copy is stepped and rounded (4 bytes per parameter). `compensated`: what
 * rounding lost is kept in bf16 and added to the next step (2 bytes). `stochastic`: rounded up or down with
 * probabilities that keep the mean (no memory; deterministic by seed, step and index).
 */
export type Precision = 'plain' | 'master' | 'compensated' | 'stochastic';

export interface OptimizerOptions extends ClipOptions {
  readonly lr?: number;
  /** Factor of the learning rate at each step, from 0. */
  readonly schedule?: Schedule;
  readonly weightDecay?: number;
  /** Which parameters decay: `matricesOnly` leaves out biases and gains. Default: all. */
  readonly decays?: (name: string, shape: Shape) => boolean;
  /** Factor of the learning rate of each parameter: layer-wise rates, width-dependent rates. Default 1. */
  readonly lrFactor?: (name: string, shape: Shape) => number;
  /** Steps at every n-th call of `step` only, on the mean of what n backward passes added up. Default 1. */
  readonly accumulate?: number;
  /** Steps uphill. */
  readonly maximize?: boolean;
  /** Leaves everything as it was where a gradient is NaN or infinite. The step is counted all the same. */
  readonly skipNonFinite?: boolean;
  readonly precision?: Precision;
  /** Seed of stochastic rounding. */
  readonly seed?: number;
  /** Keeps a bit per parameter, set once the stored value has changed: see `touched()`. */
  readonly trackTouched?: boolean;
}

export interface StepOptions {
  /** Multiplies the gradients: 1/n after accumulating n micro-batches. Default 1. */
  readonly gradFactor?: number;
  /** The loss that the gradients are of, for optimizers that look at it: a number, or a tensor of one element. */
  readonly loss?: Tensor | number;
}

/** What `stateDict` gives: tensors are views of the optimizer's memory, named as PyTorch names them. */
export interface StateDict {
  readonly state: Readonly<Record<string, Readonly<Record<string, Tensor | number>>>>;
  readonly param_groups: readonly Readonly<Record<string, unknown>>[];
  /** What an optimizer remembers beside states per parameter. */
  readonly memory?: Readonly<Record<string, Tensor | number>>;
}

export interface Optimizer {
  /** Steps taken so far. */
  readonly steps: number;
  /** Backward passes that an optimizer which accumulates has added up since its last step. */
  readonly pending: number;
  /** The flat buffers it steps. */
  readonly places: readonly Place[];
  /** The learning rate before the schedule: the option, or the largest one of the groups. Setting it scales all groups. */
  lr: number;
  /** The learning rate of the step that comes next. */
  readonly currentLr: number;
  /** One step on the gradients at hand. Nothing is returned and nothing waited for. */
  step(options?: StepOptions): void;
  /** Forgets the gradients; between the steps of an optimizer that accumulates, keeps them. */
  zeroGrad(): void;
  /** Norm of the gradients before clipping, as of the last step with `clipNorm`. */
  readonly gradientNorm: Tensor;
  /** What the optimizer found out about its rates (d, tau, ...), as views on the device: reading them waits, a step does not. */
  telemetry(): Readonly<Record<string, Tensor>>;
  /**
   * The weights to evaluate and to save, by name: copies where the method averages, otherwise views of the parameters.
   * Training weights are not touched. Dispose what is returned.
   */
  evalParams(): ReadonlyMap<string, Tensor>;
  /** Everything that the next step depends on beside parameters and gradients. */
  stateDict(): StateDict;
  /** Takes over what `stateDict` of an optimizer with the same options gave: the next steps are those that would have followed it, bit for bit. */
  loadStateDict(dict: StateDict): void;
  /** Resolves when the steps so far are done. */
  synchronize(): Promise<void>;
  /** Bytes of the optimizer's own memory: states, master values, compensation and masks. */
  readonly stateBytes: number;
  dispose(): void;
  [Symbol.dispose](): void;
}
