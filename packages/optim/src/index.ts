/**
 * @packageDocumentation
 * Optimizers as fused steps over flat parameter buffers: PyTorch's names and numbers, groups, schedules, clipping and
 * storage precision in the step itself. Sparse ones train a subnetwork with compact states.
 */

export {
  type Decay,
  type ExponentialDecayOptions,
  exponentialDecay,
  LatestAverage,
  meanDecay,
  polynomialDecay,
  WeightAverage,
  type WeightAverageOptions,
} from './average.js';
export {
  adaptiveGradientClip,
  type ClipGradNormOptions,
  clipGradNorm,
  clipGradValue,
  clipTensorNorm,
  clipTensorRms,
  normalizeGradients,
} from './clip.js';
export type { FlatOptimizer } from './flat-optimizer.js';
export type { AdaptiveClipOptions, ClipOptions } from './gradient-clip.js';
export type { MatrixTest } from './matrix.js';
export { ACProp, AdaBelief, type AdaBeliefOptions } from './methods/adabelief.js';
export { Adadelta, type AdadeltaOptions } from './methods/adadelta.js';
export { Adafactor, type AdafactorOptions } from './methods/adafactor.js';
export { Adagrad, type AdagradOptions } from './methods/adagrad.js';
export { Adam, type AdamOptions, AdamW } from './methods/adam.js';
export { Adamax, type AdamaxOptions } from './methods/adamax.js';
export { AdamC, type AdamCOptions } from './methods/adamc.js';
export { AdamG, type AdamGOptions } from './methods/adamg.js';
export { Adan, type AdanOptions } from './methods/adan.js';
export {
  AdEMAMix,
  type AdEMAMixOptions,
  SimplifiedAdEMAMix,
  type SimplifiedAdEMAMixOptions,
} from './methods/ademamix.js';
export { ADOPT, type AdoptOptions } from './methods/adopt.js';
export { Amos, type AmosOptions } from './methods/amos.js';
export { ASGD, type AsgdOptions } from './methods/asgd.js';
export { AvaGrad, type AvaGradOptions } from './methods/avagrad.js';
export { BCOS, type BcosOptions } from './methods/bcos.js';
export { CAME, type CameOptions } from './methods/came.js';
export { COCOB, type CocobOptions } from './methods/cocob.js';
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
} from './methods/dadapt.js';
export { DoG, type DoGOptions, DoWG, type DoWGOptions, LDoG } from './methods/dog.js';
export { EXAdam, type EXAdamOptions } from './methods/exadam.js';
export { FTRL, type FtrlOptions } from './methods/ftrl.js';
export { Grams, type GramsOptions } from './methods/grams.js';
export { Kate, type KateOptions } from './methods/kate.js';
export { LAMB, type LambOptions } from './methods/lamb.js';
export { LaProp, type LaPropOptions } from './methods/laprop.js';
export { Fromage, type FromageOptions, LARS, type LarsOptions } from './methods/lars.js';
export { Lion, type LionOptions } from './methods/lion.js';
export { Lookahead, type LookaheadOptions } from './methods/lookahead.js';
export { MADGRAD, type MadgradOptions } from './methods/madgrad.js';
export { MARS, type MarsOptions } from './methods/mars.js';
export { Mechanic, type MechanicOptions } from './methods/mechanic.js';
export { MoMo, MoMoAdam, type MoMoAdamOptions, type MoMoOptions } from './methods/momo.js';
export { Muon, type MuonOptions } from './methods/muon.js';
export { NAdam, type NAdamOptions, NadamW, type NadamWOptions } from './methods/nadam.js';
export { NovoGrad, type NovoGradOptions } from './methods/novograd.js';
export { Prodigy, type ProdigyOptions } from './methods/prodigy.js';
export { ProdigyPlus, type ProdigyPlusOptions } from './methods/prodigy-plus.js';
export { RAdam, type RAdamOptions } from './methods/radam.js';
export { RMSprop, type RMSpropOptions } from './methods/rmsprop.js';
export { Rprop, type RpropOptions } from './methods/rprop.js';
export { SAM, type SAMOptions } from './methods/sam.js';
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
} from './methods/schedule-free.js';
export { ScheduleFreePlus, type ScheduleFreePlusOptions } from './methods/schedule-free-plus.js';
export { SGD, type SgdOptions } from './methods/sgd.js';
export { Shampoo, type ShampooOptions } from './methods/shampoo.js';
export { SM3, type Sm3Options } from './methods/sm3.js';
export { SOAP, type SoapOptions } from './methods/soap.js';
export { Sophia, type SophiaOptions } from './methods/sophia.js';
export { SparseAdamW, SparseLion, SparseNadamW, type SparseOptions, SparseSGD } from './methods/sparse.js';
export { StableAdamW, type StableAdamWOptions } from './methods/stable-adamw.js';
export { Tiger, type TigerOptions } from './methods/tiger.js';
export { Yogi, type YogiOptions } from './methods/yogi.js';
export type { Optimizer, OptimizerOptions, Precision, StateDict, StepOptions } from './optimizer.js';
export {
  type FlatEntry,
  type FlatParameters,
  type ParameterGroup,
  type ParameterSource,
  type ParametersArgument,
  type TypedParametersOptions,
  typedParameters,
} from './parameters.js';
export { Plateau, type PlateauOptions, type PlateauState } from './plateau.js';
export { type Preset, type PresetName, preset, presets } from './presets.js';
export * from './schedule.js';
export { type GroupValues, matricesOnly } from './segments.js';
export { type ChangeMode, type EntryCount, type Overlap, Subnetwork } from './subnetwork.js';
