/**
 * Kernels that have no place in a graph of ops: optimizer steps, gradient norms, subnetwork masks. They read and write
 * whole flat buffers, and their arguments are those of the kernel schema (native/kernels/{optimizer,moment,adafactor,
 * adaptive,layer,clipping,sparse,subnetwork}.ts, which say what each computes). For packages that build on flat buffers; user code has optimizers.
 */
import { type BufferRef, type CommandWriter, kernels } from './backend.js';
import { ArgumentError } from './errors.js';
import { checkDevices } from './op.js';
import { within } from './origin.js';
import { Tensor } from './tensor.js';

/** The arguments of a kernel with tensors for its buffers. */
export type KernelArgs<A> = {
  readonly [K in keyof A]: BufferRef extends NonNullable<A[K]> ? Tensor | Extract<A[K], undefined> : A[K];
};

type Encoder<A> = (w: CommandWriter, a: A) => void;

/** `changed` names the buffers that the kernel writes. */
function kernel<A extends object>(name: string, encode: Encoder<A>, changed: readonly (keyof A & string)[]) {
  return (args: KernelArgs<A>): void => {
    const tensors: Tensor[] = [];
    for (const key in args) {
      const value: unknown = args[key];
      if (!(value instanceof Tensor)) continue;
      if (!value.isContiguous) throw new ArgumentError(`${key} must be contiguous; got ${value}.`, { op: name });
      tensors.push(value);
    }
    checkDevices(name, ...tensors);
    for (const key of changed) {
      const tensor = args[key] as Tensor | undefined;
      if (tensor !== undefined) tensor.storage.version++;
    }
    within(name, () => encode(tensors[0]!.device.commands, args as unknown as A));
  };
}

const stored = ['param', 'master', 'compensation', 'touched'] as const;

export const adamStep = kernel<kernels.AdamStepArgs>('adamStep', kernels.adamStep, [
  ...stored,
  'expAvg',
  'expAvgSq',
  'maxExpAvgSq',
]);
export const adafactorStep = kernel<kernels.AdafactorStepArgs>('adafactorStep', kernels.adafactorStep, [
  ...stored,
  'rowVar',
  'colVar',
  'variance',
  'expAvg',
]);
export const sgdStep = kernel<kernels.SgdStepArgs>('sgdStep', kernels.sgdStep, [...stored, 'momentumBuffer']);
export const lionStep = kernel<kernels.LionStepArgs>('lionStep', kernels.lionStep, [...stored, 'expAvg']);
export const adagradStep = kernel<kernels.AdagradStepArgs>('adagradStep', kernels.adagradStep, [...stored, 'sum']);
export const rmspropStep = kernel<kernels.RmspropStepArgs>('rmspropStep', kernels.rmspropStep, [
  ...stored,
  'squareAvg',
  'gradAvg',
  'momentumBuffer',
]);
export const adadeltaStep = kernel<kernels.AdadeltaStepArgs>('adadeltaStep', kernels.adadeltaStep, [
  ...stored,
  'squareAvg',
  'accDelta',
]);
export const adamaxStep = kernel<kernels.AdamaxStepArgs>('adamaxStep', kernels.adamaxStep, [
  ...stored,
  'expAvg',
  'expInf',
]);
export const scheduleFreeStep = kernel<kernels.ScheduleFreeStepArgs>('scheduleFreeStep', kernels.scheduleFreeStep, [
  ...stored,
  'z',
  'expAvgSq',
  'expAvg',
]);
export const ademamixStep = kernel<kernels.AdemamixStepArgs>('ademamixStep', kernels.ademamixStep, [
  ...stored,
  'expAvg',
  'expAvgSq',
  'expAvgSlow',
]);
export const adoptStep = kernel<kernels.AdoptStepArgs>('adoptStep', kernels.adoptStep, [
  ...stored,
  'expAvg',
  'expAvgSq',
]);
export const sophiaStep = kernel<kernels.SophiaStepArgs>('sophiaStep', kernels.sophiaStep, [...stored, 'expAvg']);
export const multiplyMatrices = kernel<kernels.MatmulArgs>('multiplyMatrices', kernels.matmul, ['c']);
export const momentum = kernel<kernels.MomentumArgs>('momentum', kernels.momentum, ['moment', 'update']);
export const eigh = kernel<kernels.EighArgs>('eigh', kernels.eigh, ['values', 'vectors']);
export const orthogonalize = kernel<kernels.OrthogonalizeArgs>('orthogonalize', kernels.orthogonalize, ['q']);
export const mixPair = kernel<kernels.MixPairArgs>('mixPair', kernels.mixPair, ['param', 'master', 'other']);
export const averageStep = kernel<kernels.AverageStepArgs>('averageStep', kernels.averageStep, ['average']);

export const dadaptAdamStep = kernel<kernels.DadaptAdamStepArgs>('dadaptAdamStep', kernels.dadaptAdamStep, [
  ...stored,
  'expAvg',
  'expAvgSq',
  's',
  'sums',
]);
export const dadaptLionStep = kernel<kernels.DadaptLionStepArgs>('dadaptLionStep', kernels.dadaptLionStep, [
  ...stored,
  'expAvg',
  's',
  'sums',
]);
export const dadaptSgdStep = kernel<kernels.DadaptSgdStepArgs>('dadaptSgdStep', kernels.dadaptSgdStep, [
  ...stored,
  's',
  'sums',
]);
export const dadaptAdagradStep = kernel<kernels.DadaptAdagradStepArgs>('dadaptAdagradStep', kernels.dadaptAdagradStep, [
  ...stored,
  'alpha',
  's',
  'sums',
]);
export const prodigyStep = kernel<kernels.ProdigyStepArgs>('prodigyStep', kernels.prodigyStep, [
  ...stored,
  'expAvg',
  'expAvgSq',
  's',
  'sums',
]);
export const prodigySlice = kernel<kernels.ProdigySliceArgs>('prodigySlice', kernels.prodigySlice, ['s', 'sums']);
export const prodigyCorrection = kernel<kernels.ProdigyCorrectionArgs>('prodigyCorrection', kernels.prodigyCorrection, [
  ...stored,
]);
export const distanceEstimate = kernel<kernels.DistanceEstimateArgs>('distanceEstimate', kernels.distanceEstimate, [
  'estimate',
]);
export const startTerms = kernel<kernels.StartTermsArgs>('startTerms', kernels.startTerms, ['sums']);
export const startNorm = kernel<kernels.StartNormArgs>('startNorm', kernels.startNorm, ['estimate']);
export const momoMoments = kernel<kernels.MomoMomentsArgs>('momoMoments', kernels.momoMoments, [
  'expAvg',
  'expAvgSq',
  'sums',
]);
export const momoEstimate = kernel<kernels.MomoEstimateArgs>('momoEstimate', kernels.momoEstimate, ['estimate']);
export const momoStep = kernel<kernels.MomoStepArgs>('momoStep', kernels.momoStep, [...stored]);
export const mechanicMeasure = kernel<kernels.MechanicMeasureArgs>('mechanicMeasure', kernels.mechanicMeasure, [
  'delta',
  'sums',
]);
export const mechanicEstimate = kernel<kernels.MechanicEstimateArgs>('mechanicEstimate', kernels.mechanicEstimate, [
  'estimate',
]);
export const mechanicStep = kernel<kernels.MechanicStepArgs>('mechanicStep', kernels.mechanicStep, [...stored]);
export const dadaptAdanStep = kernel<kernels.DadaptAdanStepArgs>('dadaptAdanStep', kernels.dadaptAdanStep, [
  ...stored,
  'expAvg',
  'expAvgDiff',
  'expAvgSq',
  's',
  'lastGrad',
  'sums',
]);
export const scheduleFreePlusTerms = kernel<kernels.ScheduleFreePlusTermsArgs>(
  'scheduleFreePlusTerms',
  kernels.scheduleFreePlusTerms,
  ['sums'],
);
export const scheduleFreePlusEstimate = kernel<kernels.ScheduleFreePlusEstimateArgs>(
  'scheduleFreePlusEstimate',
  kernels.scheduleFreePlusEstimate,
  ['estimate'],
);
export const scheduleFreePlusStep = kernel<kernels.ScheduleFreePlusStepArgs>(
  'scheduleFreePlusStep',
  kernels.scheduleFreePlusStep,
  [...stored, 'z', 'expAvg', 'expAvgSq'],
);
export const avagradStep = kernel<kernels.AvagradStepArgs>('avagradStep', kernels.avagradStep, [
  ...stored,
  'expAvg',
  'expAvgSq',
  'sums',
]);
export const avagradEstimate = kernel<kernels.AvagradEstimateArgs>('avagradEstimate', kernels.avagradEstimate, [
  'estimate',
]);
export const cocobStep = kernel<kernels.CocobStepArgs>('cocobStep', kernels.cocobStep, [
  ...stored,
  'theta',
  'largest',
  'gradSum',
  'reward',
]);

/** The steps of one form, by formula. */
const moment = (name: string, encode: Encoder<kernels.AdanStepArgs>) =>
  kernel<kernels.AdanStepArgs>(name, encode, [...stored, 's0', 's1', 's2', 's3']);

export const adabeliefStep = moment('adabeliefStep', kernels.adabeliefStep);
export const acpropStep = moment('acpropStep', kernels.acpropStep);
export const yogiStep = moment('yogiStep', kernels.yogiStep);
export const adamcStep = moment('adamcStep', kernels.adamcStep);
export const lapropStep = moment('lapropStep', kernels.lapropStep);
export const gramsStep = moment('gramsStep', kernels.gramsStep);
export const adamgStep = moment('adamgStep', kernels.adamgStep);
export const exadamStep = moment('exadamStep', kernels.exadamStep);
export const bcosStep = moment('bcosStep', kernels.bcosStep);
export const kateStep = moment('kateStep', kernels.kateStep);
export const ftrlStep = moment('ftrlStep', kernels.ftrlStep);
export const madgradStep = moment('madgradStep', kernels.madgradStep);
export const asgdStep = moment('asgdStep', kernels.asgdStep);
export const rpropStep = moment('rpropStep', kernels.rpropStep);
export const adanStep = moment('adanStep', kernels.adanStep);

/** Sums over each tensor, by formula. */
const layerTerms = (name: string, encode: Encoder<kernels.AdamTermsArgs>) =>
  kernel<kernels.AdamTermsArgs>(name, encode, ['sums']);

export const gradientTerms = layerTerms('gradientTerms', kernels.gradientTerms);
export const adamTerms = layerTerms('adamTerms', kernels.adamTerms);
export const normalizedTerms = layerTerms('normalizedTerms', kernels.normalizedTerms);
export const prodigyPlusTerms = layerTerms('prodigyPlusTerms', kernels.prodigyPlusTerms);
export const prodigyPlusMask = layerTerms('prodigyPlusMask', kernels.prodigyPlusMask);

/** Rates of each tensor, by formula. */
const layerRates = (name: string, encode: Encoder<kernels.LambRatesArgs>) =>
  kernel<kernels.LambRatesArgs>(name, encode, ['state', 'rate', 'decay']);

export const lambRates = layerRates('lambRates', kernels.lambRates);
export const normalizedRates = layerRates('normalizedRates', kernels.normalizedRates);
export const larsRates = layerRates('larsRates', kernels.larsRates);
export const fromageRates = layerRates('fromageRates', kernels.fromageRates);
export const novogradRates = layerRates('novogradRates', kernels.novogradRates);
export const amosRates = layerRates('amosRates', kernels.amosRates);
export const rmsScale = layerRates('rmsScale', kernels.rmsScale);
export const maskScale = layerRates('maskScale', kernels.maskScale);

export const prodigyPlusStep = kernel<kernels.ProdigyPlusStepArgs>('prodigyPlusStep', kernels.prodigyPlusStep, [
  ...stored,
  'expAvgSq',
  'z',
  'expAvg',
]);
export const prodigyPlusSlices = kernel<kernels.ProdigyPlusSlicesArgs>('prodigyPlusSlices', kernels.prodigyPlusSlices, [
  's',
  'slices',
]);
export const prodigyPlusGather = kernel<kernels.ProdigyPlusGatherArgs>('prodigyPlusGather', kernels.prodigyPlusGather, [
  'history',
  'sums',
]);
export const prodigyPlusEstimate = kernel<kernels.ProdigyPlusEstimateArgs>(
  'prodigyPlusEstimate',
  kernels.prodigyPlusEstimate,
  ['estimate'],
);

export const sparseAdamStep = kernel<kernels.SparseAdamStepArgs>('sparseAdamStep', kernels.sparseAdamStep, [
  ...stored,
  'expAvg',
  'expAvgSq',
  'maxExpAvgSq',
]);
export const sparseSgdStep = kernel<kernels.SparseSgdStepArgs>('sparseSgdStep', kernels.sparseSgdStep, [
  ...stored,
  'momentumBuffer',
]);
export const sparseLionStep = kernel<kernels.SparseLionStepArgs>('sparseLionStep', kernels.sparseLionStep, [
  ...stored,
  'expAvg',
]);

export const gradNorm = kernel<kernels.GradNormArgs>('gradNorm', kernels.gradNorm, ['norm']);
export const distanceNorms = kernel<kernels.DistanceNormsArgs>('distanceNorms', kernels.distanceNorms, [
  'distance',
  'gradient',
]);
export const absoluteNorm = kernel<kernels.AbsoluteNormArgs>('absoluteNorm', kernels.absoluteNorm, ['norm']);
export const unitScales = kernel<kernels.UnitScalesArgs>('unitScales', kernels.unitScales, ['unitScale']);
export const scaleUnits = kernel<kernels.ScaleUnitsArgs>('scaleUnits', kernels.scaleUnits, ['x']);
export const distanceStep = kernel<kernels.DistanceStepArgs>('distanceStep', kernels.distanceStep, [
  'furthest',
  'total',
  'rate',
]);
export const clipScale = kernel<kernels.ClipScaleArgs>('clipScale', kernels.clipScale, ['scale']);
export const scaleBy = kernel<kernels.ScaleByArgs>('scaleBy', kernels.scaleBy, ['x']);
export const nonFiniteFlag = kernel<kernels.NonFiniteFlagArgs>('nonFiniteFlag', kernels.nonFiniteFlag, ['found']);

export const maskOffsets = kernel<kernels.MaskOffsetsArgs>('maskOffsets', kernels.maskOffsets, ['offsets']);
export const countChanged = kernel<kernels.CountChangedArgs>('countChanged', kernels.countChanged, ['counts']);
export const maskSegmentCounts = kernel<kernels.MaskSegmentCountsArgs>('maskSegmentCounts', kernels.maskSegmentCounts, [
  'counts',
]);
export const maskChanged = kernel<kernels.MaskChangedArgs>('maskChanged', kernels.maskChanged, ['mask']);
export const maskSmall = kernel<kernels.MaskSmallArgs>('maskSmall', kernels.maskSmall, ['mask']);
export const maskFromBytes = kernel<kernels.MaskFromBytesArgs>('maskFromBytes', kernels.maskFromBytes, ['mask']);
export const maskToBytes = kernel<kernels.MaskToBytesArgs>('maskToBytes', kernels.maskToBytes, ['bytes']);
export const maskFromIndices = kernel<kernels.MaskFromIndicesArgs>('maskFromIndices', kernels.maskFromIndices, [
  'mask',
]);
export const maskToIndices = kernel<kernels.MaskToIndicesArgs>('maskToIndices', kernels.maskToIndices, ['indices']);
export const maskOr = kernel<kernels.MaskOrArgs>('maskOr', kernels.maskOr, ['y']);
export const maskAnd = kernel<kernels.MaskAndArgs>('maskAnd', kernels.maskAnd, ['y']);
export const maskAndNot = kernel<kernels.MaskAndNotArgs>('maskAndNot', kernels.maskAndNot, ['y']);
export const maskXor = kernel<kernels.MaskXorArgs>('maskXor', kernels.maskXor, ['y']);
export const gatherMasked = kernel<kernels.GatherMaskedArgs>('gatherMasked', kernels.gatherMasked, ['compact']);
export const scatterMasked = kernel<kernels.ScatterMaskedArgs>('scatterMasked', kernels.scatterMasked, ['dense']);
export const applyMask = kernel<kernels.ApplyMaskArgs>('applyMask', kernels.applyMask, ['x']);
