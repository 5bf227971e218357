/**
 * @packageDocumentation
 * Optimizers as fused steps over flat parameter buffers: PyTorch's names and numbers, groups, schedules, clipping and
 * storage precision in the step itself. Sparse ones train a subnetwork with compact states.
 */
export { ACProp, AdaBelief, type AdaBeliefOptions } from './adabelief.js';
export { Adadelta, type AdadeltaOptions } from './adadelta.js';
export { Adafactor, type AdafactorOptions } from './adafactor.js';
export { Adagrad, type AdagradOptions } from './adagrad.js';
export { Adam, type AdamOptions, AdamW } from './adam.js';
export { Adamax, type AdamaxOptions } from './adamax.js';
export { AdamC, type AdamCOptions } from './adamc.js';
export { AdamG, type AdamGOptions } from './adamg.js';
export { Adan, type AdanOptions } from './adan.js';
export {
  AdEMAMix,
  type AdEMAMixOptions,
  SimplifiedAdEMAMix,
  type SimplifiedAdEMAMixOptions,
} from './ademamix.js';
export { ADOPT, type AdoptOptions } from './adopt.js';
export { Amos, type AmosOptions } from './amos.js';
export { ASGD, type AsgdOptions } from './asgd.js';
export { AvaGrad, type AvaGradOptions } from './avagrad.js';
export {
  type Decay,
  exponentialDecay,
  LatestAverage,
  meanDecay,
  polynomialDecay,
  WeightAverage,
  type WeightAverageOptions,
} from './average.js';
export { BCOS, type BcosOptions } from './bcos.js';
export { CAME, type CameOptions } from './came.js';
export {
  type AdaptiveClipOptions,
  adaptiveGradientClip,
  type ClipGradNormOptions,
  clipGradNorm,
  clipGradValue,
  clipTensorNorm,
  clipTensorRms,
  normalizeGradients,
} from './clip.js';
export { COCOB, type CocobOptions } from './cocob.js';
export {
  DAdaptAdaGrad,
  type DAdaptAdaGradOptions,
  DAdaptAdam,
  type DAdaptAdamOptions,
  DAdaptAdan,
  type DAdaptAdanOptions,
  DAdaptLion,
  type DAdaptLionOptions,
  type DAdaptOptions,
  DAdaptSGD,
  type DAdaptSGDOptions,
} from './dadapt.js';
export { DoG, type DoGOptions, DoWG, type DoWGOptions, LDoG } from './dog.js';
export { EXAdam, type EXAdamOptions } from './exadam.js';
export type { FlatOptimizer } from './flat-optimizer.js';
export { FTRL, type FtrlOptions } from './ftrl.js';
export { Grams, type GramsOptions } from './grams.js';
export { Kate, type KateOptions } from './kate.js';
export { LAMB, type LambOptions } from './lamb.js';
export { LaProp, type LaPropOptions } from './laprop.js';
export { Fromage, type FromageOptions, LARS, type LarsOptions } from './lars.js';
export { Lion, type LionOptions } from './lion.js';
export { Lookahead, type LookaheadOptions } from './lookahead.js';
export { MADGRAD, type MadgradOptions } from './madgrad.js';
export { MARS, type MarsOptions } from './mars.js';
export type { MatrixTest } from './matrix.js';
export { Mechanic, type MechanicOptions } from './mechanic.js';
export { MoMo, MoMoAdam, type MoMoAdamOptions, type MoMoOptions } from './momo.js';
export { Muon, type MuonOptions } from './muon.js';
export { NAdam, type NAdamOptions, NadamW, type NadamWOptions } from './nadam.js';
export { NovoGrad, type NovoGradOptions } from './novograd.js';
export type { Optimizer, OptimizerOptions, Precision, StateDict, StepOptions } from './optimizer.js';
export {
  type FlatEntry,
  type FlatParameters,
  type ParameterGroup,
  type ParameterSource,
  type ParametersArgument,
  typedParameters,
} from './parameters.js';
export { Plateau, type PlateauOptions, type PlateauState } from './plateau.js';
export { type Preset, type PresetName, preset, presets } from './presets.js';
export { Prodigy, type ProdigyOptions } from './prodigy.js';
export { ProdigyPlus, type ProdigyPlusOptions } from './prodigy-plus.js';
export { RAdam, type RAdamOptions } from './radam.js';
export { RMSprop, type RMSpropOptions } from './rmsprop.js';
export { Rprop, type RpropOptions } from './rprop.js';
export { SAM, type SAMOptions } from './sam.js';
export * from './schedule.js';
export {
  ScheduleFree,
  ScheduleFreeAdamW,
  type ScheduleFreeAdamWOptions,
  type ScheduleFreeOptions,
  ScheduleFreeRAdam,
  type ScheduleFreeRAdamOptions,
  ScheduleFreeSGD,
  type ScheduleFreeSgdOptions,
  type ScheduleFreeWrapperOptions,
} from './schedule-free.js';
export { ScheduleFreePlus, type ScheduleFreePlusOptions } from './schedule-free-plus.js';
export { matricesOnly } from './segments.js';
export { SGD, type SgdOptions } from './sgd.js';
export { Shampoo, type ShampooOptions } from './shampoo.js';
export { SM3, type Sm3Options } from './sm3.js';
export { SOAP, type SoapOptions } from './soap.js';
export { Sophia, type SophiaOptions } from './sophia.js';
export { SparseAdamW, SparseLion, SparseNadamW, type SparseOptions, SparseSGD } from './sparse.js';
export { StableAdamW, type StableAdamWOptions } from './stable-adamw.js';
export { type ChangeMode, type EntryCount, type Overlap, Subnetwork } from './subnetwork.js';
export { Tiger, type TigerOptions } from './tiger.js';
export { Yogi, type YogiOptions } from './yogi.js';
