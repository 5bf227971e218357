/**
 * @packageDocumentation
 * Optimizers as fused steps over flat parameter buffers: PyTorch's names and numbers, groups, schedules, clipping and
 * storage precision in the step itself. Sparse ones train a subnetwork with compact states.
 */
export { Adadelta, type AdadeltaOptions } from './adadelta.js';
export { Adagrad, type AdagradOptions } from './adagrad.js';
export { Adam, type AdamOptions, AdamW } from './adam.js';
export { Adamax, type AdamaxOptions } from './adamax.js';
export { AdEMAMix, type AdEMAMixOptions } from './ademamix.js';
export { ADOPT, type AdoptOptions } from './adopt.js';
export { type Decay, exponentialDecay, meanDecay, polynomialDecay, WeightAverage } from './average.js';
export { DoG, type DoGOptions, DoWG, type DoWGOptions, LDoG } from './dog.js';
export { Lion, type LionOptions } from './lion.js';
export { NAdam, type NAdamOptions, NadamW, type NadamWOptions } from './nadam.js';
export { Optimizer, type OptimizerOptions, type Precision, type StateDict, type StepOptions } from './optimizer.js';
export {
  type FlatEntry,
  type FlatParameters,
  type ParameterGroup,
  type ParameterSource,
  type ParametersArgument,
  typedParameters,
} from './parameters.js';
export { RAdam, type RAdamOptions } from './radam.js';
export { RMSprop, type RMSpropOptions } from './rmsprop.js';
export * from './schedule.js';
export {
  ScheduleFreeAdamW,
  type ScheduleFreeAdamWOptions,
  type ScheduleFreeOptions,
  ScheduleFreeRAdam,
  ScheduleFreeSGD,
  type ScheduleFreeSgdOptions,
} from './schedule-free.js';
export { SGD, type SgdOptions } from './sgd.js';
export { SparseAdamW, SparseLion, SparseNadamW, type SparseOptions, SparseSGD } from './sparse.js';
export { type ChangeMode, type EntryCount, type Overlap, Subnetwork } from './subnetwork.js';
