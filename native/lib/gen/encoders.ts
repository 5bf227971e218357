// Generated from native/kernels by `npm run generate`; do not edit.
import { type BufferRef, type CommandWriter, unsupportedTypes } from '../command-writer.js';

export const schemaDigest = 'c5978eeee2917bce';

/** Kernel names by op code minus 16. */
export const kernelNames: readonly string[] = [
  'abs',
  'neg',
  'exp',
  'expm1',
  'log',
  'log1p',
  'sqrt',
  'rsqrt',
  'reciprocal',
  'square',
  'tanh',
  'erf',
  'sigmoid',
  'logSigmoid',
  'softplus',
  'relu',
  'silu',
  'gelu',
  'geluTanh',
  'floor',
  'ceil',
  'round',
  'sign',
  'absBackward',
  'logBackward',
  'log1pBackward',
  'squareBackward',
  'erfBackward',
  'logSigmoidBackward',
  'softplusBackward',
  'siluBackward',
  'geluBackward',
  'geluTanhBackward',
  'sin',
  'cos',
  'sinBackward',
  'cosBackward',
  'expBackward',
  'expm1Backward',
  'sqrtBackward',
  'rsqrtBackward',
  'reciprocalBackward',
  'tanhBackward',
  'sigmoidBackward',
  'reluBackward',
  'addScalar',
  'mulScalar',
  'divScalar',
  'affine',
  'leakyRelu',
  'clamp',
  'powScalar',
  'leakyReluBackward',
  'clampBackward',
  'powScalarBackward',
  'eqScalar',
  'neScalar',
  'ltScalar',
  'leScalar',
  'gtScalar',
  'geScalar',
  'logicalNot',
  'cast',
  'castToBool',
  'addScaled',
  'lerp',
  'add',
  'sub',
  'mul',
  'maximum',
  'minimum',
  'addBroadcast',
  'subBroadcast',
  'mulBroadcast',
  'maximumBroadcast',
  'minimumBroadcast',
  'div',
  'pow',
  'divBroadcast',
  'powBroadcast',
  'divBackwardB',
  'powBackwardA',
  'powBackwardB',
  'maximumBackward',
  'minimumBackward',
  'divBackwardBBroadcast',
  'powBackwardABroadcast',
  'powBackwardBBroadcast',
  'maximumBackwardBroadcast',
  'minimumBackwardBroadcast',
  'eq',
  'ne',
  'lt',
  'le',
  'gt',
  'ge',
  'eqBroadcast',
  'neBroadcast',
  'ltBroadcast',
  'leBroadcast',
  'gtBroadcast',
  'geBroadcast',
  'logicalAnd',
  'logicalOr',
  'logicalXor',
  'logicalAndBroadcast',
  'logicalOrBroadcast',
  'logicalXorBroadcast',
  'where',
  'whereBroadcast',
  'maskedFill',
  'maskedFillBroadcast',
  'copyStrided',
  'copyIntoStrided',
  'fill',
  'arange',
  'pad',
  'tril',
  'triu',
  'oneHot',
  'sum',
  'sumSquares',
  'norm2',
  'sumAbs',
  'logSumExp',
  'prod',
  'max',
  'min',
  'variance',
  'varianceBackward',
  'cumsum',
  'countNonZero',
  'nonFinite',
  'indexSelect',
  'indexAdd',
  'indexCopy',
  'gather',
  'scatter',
  'scatterAdd',
  'uniform',
  'normal',
  'bernoulli',
  'randint',
  'dropout',
  'softmaxForward',
  'softmaxBackward',
  'logSoftmaxForward',
  'logSoftmaxBackward',
  'logSumExpBackward',
  'crossEntropyForward',
  'crossEntropyBackward',
  'ctcLossForward',
  'ctcLossBackward',
  'layerNormForward',
  'layerNormBackward',
  'rmsNormForward',
  'rmsNormBackward',
  'groupNormForward',
  'groupNormBackward',
  'batchNormForward',
  'batchNormBackward',
  'adamStep',
  'sgdStep',
  'lionStep',
  'adagradStep',
  'rmspropStep',
  'adadeltaStep',
  'adamaxStep',
  'scheduleFreeStep',
  'ademamixStep',
  'adoptStep',
  'sophiaStep',
  'momentum',
  'mixPair',
  'averageStep',
  'gradNorm',
  'absoluteNorm',
  'clipUnits',
  'segmentNorms',
  'distanceNorms',
  'distanceStep',
  'clipScale',
  'scaleBy',
  'nonFiniteFlag',
  'maskOffsets',
  'maskSegmentCounts',
  'maskChanged',
  'countChanged',
  'maskSmall',
  'maskFromBytes',
  'maskToBytes',
  'maskFromIndices',
  'maskToIndices',
  'maskOr',
  'maskAnd',
  'maskAndNot',
  'maskXor',
  'gatherMasked',
  'scatterMasked',
  'applyMask',
  'vqLookup',
  'codebookEntropyForward',
  'codebookEntropyBackward',
  'linearCrossEntropyForward',
  'linearCrossEntropyBackward',
  'linearLogProbForward',
  'linearLogProbBackward',
  'sparseAdamStep',
  'sparseSgdStep',
  'sparseLionStep',
  'matmul',
  'conv2dForward',
  'conv2dBackwardInput',
  'conv2dBackwardWeight',
  'attentionForward',
  'attentionBackward',
  'rope',
  'maxPool2d',
  'maxPool2dBackward',
  'avgPool2d',
  'avgPool2dBackward',
  'adaptiveAvgPool2d',
  'adaptiveAvgPool2dBackward',
  'resize',
  'resizeBackward',
  'sort',
  'topk',
  'sampleTokens',
  'dadaptAdamStep',
  'dadaptLionStep',
  'dadaptSgdStep',
  'dadaptAdagradStep',
  'prodigyStep',
  'prodigySlice',
  'prodigyCorrection',
  'distanceEstimate',
  'startNorm',
  'momoMoments',
  'momoEstimate',
  'momoStep',
  'mechanicMeasure',
  'mechanicEstimate',
  'mechanicStep',
  'cocobStep',
  'eigh',
  'orthogonalize',
];

/** y = |x| */
export interface AbsArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const absT = [0, 1, -1, -1, -1, -1, -1];

/** y = |x| */
export function abs(w: CommandWriter, a: AbsArgs): void {
  const v0 = absT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('abs', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 16 | (variant << 16);
  u[i + 1] = 10;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = -x */
export interface NegArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const negT = [0, 1, -1, -1, -1, -1, -1];

/** y = -x */
export function neg(w: CommandWriter, a: NegArgs): void {
  const v0 = negT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('neg', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 17 | (variant << 16);
  u[i + 1] = 10;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = e^x */
export interface ExpArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const expT = [0, 1, -1, -1, -1, -1, -1];

/** y = e^x */
export function exp(w: CommandWriter, a: ExpArgs): void {
  const v0 = expT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('exp', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 18 | (variant << 16);
  u[i + 1] = 10;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = e^x - 1, accurate near 0 */
export interface Expm1Args {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const expm1T = [0, 1, -1, -1, -1, -1, -1];

/** y = e^x - 1, accurate near 0 */
export function expm1(w: CommandWriter, a: Expm1Args): void {
  const v0 = expm1T[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('expm1', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 19 | (variant << 16);
  u[i + 1] = 10;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = ln x */
export interface LogArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const logT = [0, 1, -1, -1, -1, -1, -1];

/** y = ln x */
export function log(w: CommandWriter, a: LogArgs): void {
  const v0 = logT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('log', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 20 | (variant << 16);
  u[i + 1] = 10;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = ln(1 + x), accurate near 0 */
export interface Log1pArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const log1pT = [0, 1, -1, -1, -1, -1, -1];

/** y = ln(1 + x), accurate near 0 */
export function log1p(w: CommandWriter, a: Log1pArgs): void {
  const v0 = log1pT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('log1p', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 21 | (variant << 16);
  u[i + 1] = 10;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = sqrt(x) */
export interface SqrtArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const sqrtT = [0, 1, -1, -1, -1, -1, -1];

/** y = sqrt(x) */
export function sqrt(w: CommandWriter, a: SqrtArgs): void {
  const v0 = sqrtT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('sqrt', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 22 | (variant << 16);
  u[i + 1] = 10;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = 1 / sqrt(x) */
export interface RsqrtArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const rsqrtT = [0, 1, -1, -1, -1, -1, -1];

/** y = 1 / sqrt(x) */
export function rsqrt(w: CommandWriter, a: RsqrtArgs): void {
  const v0 = rsqrtT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('rsqrt', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 23 | (variant << 16);
  u[i + 1] = 10;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = 1 / x */
export interface ReciprocalArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const reciprocalT = [0, 1, -1, -1, -1, -1, -1];

/** y = 1 / x */
export function reciprocal(w: CommandWriter, a: ReciprocalArgs): void {
  const v0 = reciprocalT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('reciprocal', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 24 | (variant << 16);
  u[i + 1] = 10;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = x * x */
export interface SquareArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const squareT = [0, 1, -1, -1, -1, -1, -1];

/** y = x * x */
export function square(w: CommandWriter, a: SquareArgs): void {
  const v0 = squareT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('square', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 25 | (variant << 16);
  u[i + 1] = 10;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = tanh x */
export interface TanhArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const tanhT = [0, 1, -1, -1, -1, -1, -1];

/** y = tanh x */
export function tanh(w: CommandWriter, a: TanhArgs): void {
  const v0 = tanhT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('tanh', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 26 | (variant << 16);
  u[i + 1] = 10;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = erf x */
export interface ErfArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const erfT = [0, 1, -1, -1, -1, -1, -1];

/** y = erf x */
export function erf(w: CommandWriter, a: ErfArgs): void {
  const v0 = erfT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('erf', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 27 | (variant << 16);
  u[i + 1] = 10;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = 1 / (1 + e^-x) */
export interface SigmoidArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const sigmoidT = [0, 1, -1, -1, -1, -1, -1];

/** y = 1 / (1 + e^-x) */
export function sigmoid(w: CommandWriter, a: SigmoidArgs): void {
  const v0 = sigmoidT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('sigmoid', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 28 | (variant << 16);
  u[i + 1] = 10;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = ln sigmoid(x) */
export interface LogSigmoidArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const logSigmoidT = [0, 1, -1, -1, -1, -1, -1];

/** y = ln sigmoid(x) */
export function logSigmoid(w: CommandWriter, a: LogSigmoidArgs): void {
  const v0 = logSigmoidT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('logSigmoid', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 29 | (variant << 16);
  u[i + 1] = 10;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = ln(1 + e^x) */
export interface SoftplusArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const softplusT = [0, 1, -1, -1, -1, -1, -1];

/** y = ln(1 + e^x) */
export function softplus(w: CommandWriter, a: SoftplusArgs): void {
  const v0 = softplusT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('softplus', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 30 | (variant << 16);
  u[i + 1] = 10;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = max(x, 0); NaN stays NaN */
export interface ReluArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const reluT = [0, 1, -1, -1, -1, -1, -1];

/** y = max(x, 0); NaN stays NaN */
export function relu(w: CommandWriter, a: ReluArgs): void {
  const v0 = reluT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('relu', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 31 | (variant << 16);
  u[i + 1] = 10;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = x * sigmoid(x) */
export interface SiluArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const siluT = [0, 1, -1, -1, -1, -1, -1];

/** y = x * sigmoid(x) */
export function silu(w: CommandWriter, a: SiluArgs): void {
  const v0 = siluT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('silu', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 32 | (variant << 16);
  u[i + 1] = 10;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = x * Phi(x) with the exact normal distribution function */
export interface GeluArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const geluT = [0, 1, -1, -1, -1, -1, -1];

/** y = x * Phi(x) with the exact normal distribution function */
export function gelu(w: CommandWriter, a: GeluArgs): void {
  const v0 = geluT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('gelu', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 33 | (variant << 16);
  u[i + 1] = 10;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) */
export interface GeluTanhArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const geluTanhT = [0, 1, -1, -1, -1, -1, -1];

/** y = 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) */
export function geluTanh(w: CommandWriter, a: GeluTanhArgs): void {
  const v0 = geluTanhT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('geluTanh', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 34 | (variant << 16);
  u[i + 1] = 10;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = the largest integer not above x */
export interface FloorArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const floorT = [0, 1, -1, -1, -1, -1, -1];

/** y = the largest integer not above x */
export function floor(w: CommandWriter, a: FloorArgs): void {
  const v0 = floorT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('floor', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 35 | (variant << 16);
  u[i + 1] = 10;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = the smallest integer not below x */
export interface CeilArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const ceilT = [0, 1, -1, -1, -1, -1, -1];

/** y = the smallest integer not below x */
export function ceil(w: CommandWriter, a: CeilArgs): void {
  const v0 = ceilT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('ceil', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 36 | (variant << 16);
  u[i + 1] = 10;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = the nearest integer, halves to even */
export interface RoundArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const roundT = [0, 1, -1, -1, -1, -1, -1];

/** y = the nearest integer, halves to even */
export function round(w: CommandWriter, a: RoundArgs): void {
  const v0 = roundT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('round', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 37 | (variant << 16);
  u[i + 1] = 10;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = -1, 0 or 1; NaN stays NaN */
export interface SignArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const signT = [0, 1, -1, -1, -1, -1, -1];

/** y = -1, 0 or 1; NaN stays NaN */
export function sign(w: CommandWriter, a: SignArgs): void {
  const v0 = signT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('sign', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 38 | (variant << 16);
  u[i + 1] = 10;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** dx = g * sign(x) */
export interface AbsBackwardArgs {
  readonly x: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
}

const absBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g * sign(x) */
export function absBackward(w: CommandWriter, a: AbsBackwardArgs): void {
  const v0 = absBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('absBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 39 | (variant << 16);
  u[i + 1] = 13;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** dx = g / x */
export interface LogBackwardArgs {
  readonly x: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
}

const logBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g / x */
export function logBackward(w: CommandWriter, a: LogBackwardArgs): void {
  const v0 = logBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('logBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 40 | (variant << 16);
  u[i + 1] = 13;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** dx = g / (1 + x) */
export interface Log1pBackwardArgs {
  readonly x: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
}

const log1pBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g / (1 + x) */
export function log1pBackward(w: CommandWriter, a: Log1pBackwardArgs): void {
  const v0 = log1pBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('log1pBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 41 | (variant << 16);
  u[i + 1] = 13;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** dx = 2 g x */
export interface SquareBackwardArgs {
  readonly x: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
}

const squareBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = 2 g x */
export function squareBackward(w: CommandWriter, a: SquareBackwardArgs): void {
  const v0 = squareBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('squareBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 42 | (variant << 16);
  u[i + 1] = 13;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** dx = g * 2 / sqrt(pi) * e^(-x^2) */
export interface ErfBackwardArgs {
  readonly x: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
}

const erfBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g * 2 / sqrt(pi) * e^(-x^2) */
export function erfBackward(w: CommandWriter, a: ErfBackwardArgs): void {
  const v0 = erfBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('erfBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 43 | (variant << 16);
  u[i + 1] = 13;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** dx = g * sigmoid(-x) */
export interface LogSigmoidBackwardArgs {
  readonly x: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
}

const logSigmoidBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g * sigmoid(-x) */
export function logSigmoidBackward(w: CommandWriter, a: LogSigmoidBackwardArgs): void {
  const v0 = logSigmoidBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('logSigmoidBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 44 | (variant << 16);
  u[i + 1] = 13;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** dx = g * sigmoid(x) */
export interface SoftplusBackwardArgs {
  readonly x: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
}

const softplusBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g * sigmoid(x) */
export function softplusBackward(w: CommandWriter, a: SoftplusBackwardArgs): void {
  const v0 = softplusBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('softplusBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 45 | (variant << 16);
  u[i + 1] = 13;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** dx = g * (s + x s (1 - s)) with s = sigmoid(x) */
export interface SiluBackwardArgs {
  readonly x: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
}

const siluBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g * (s + x s (1 - s)) with s = sigmoid(x) */
export function siluBackward(w: CommandWriter, a: SiluBackwardArgs): void {
  const v0 = siluBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('siluBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 46 | (variant << 16);
  u[i + 1] = 13;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** dx = g * (Phi(x) + x phi(x)) */
export interface GeluBackwardArgs {
  readonly x: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
}

const geluBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g * (Phi(x) + x phi(x)) */
export function geluBackward(w: CommandWriter, a: GeluBackwardArgs): void {
  const v0 = geluBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('geluBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 47 | (variant << 16);
  u[i + 1] = 13;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** dx = g * the derivative of geluTanh at x */
export interface GeluTanhBackwardArgs {
  readonly x: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
}

const geluTanhBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g * the derivative of geluTanh at x */
export function geluTanhBackward(w: CommandWriter, a: GeluTanhBackwardArgs): void {
  const v0 = geluTanhBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('geluTanhBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 48 | (variant << 16);
  u[i + 1] = 13;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** y = sin x */
export interface SinArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const sinT = [0, 1, -1, -1, -1, -1, -1];

/** y = sin x */
export function sin(w: CommandWriter, a: SinArgs): void {
  const v0 = sinT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('sin', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 49 | (variant << 16);
  u[i + 1] = 10;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = cos x */
export interface CosArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const cosT = [0, 1, -1, -1, -1, -1, -1];

/** y = cos x */
export function cos(w: CommandWriter, a: CosArgs): void {
  const v0 = cosT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('cos', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 50 | (variant << 16);
  u[i + 1] = 10;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** dx = g cos x */
export interface SinBackwardArgs {
  readonly x: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
}

const sinBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g cos x */
export function sinBackward(w: CommandWriter, a: SinBackwardArgs): void {
  const v0 = sinBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('sinBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 51 | (variant << 16);
  u[i + 1] = 13;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** dx = -g sin x */
export interface CosBackwardArgs {
  readonly x: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
}

const cosBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = -g sin x */
export function cosBackward(w: CommandWriter, a: CosBackwardArgs): void {
  const v0 = cosBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('cosBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 52 | (variant << 16);
  u[i + 1] = 13;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** dx = g y with y = e^x */
export interface ExpBackwardArgs {
  readonly y: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
}

const expBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g y with y = e^x */
export function expBackward(w: CommandWriter, a: ExpBackwardArgs): void {
  const v0 = expBackwardT[a.y.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('expBackward', [a.y], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 53 | (variant << 16);
  u[i + 1] = 13;
  w.buffer(i + 2, a.y);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** dx = g (y + 1) with y = e^x - 1 */
export interface Expm1BackwardArgs {
  readonly y: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
}

const expm1BackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g (y + 1) with y = e^x - 1 */
export function expm1Backward(w: CommandWriter, a: Expm1BackwardArgs): void {
  const v0 = expm1BackwardT[a.y.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('expm1Backward', [a.y], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 54 | (variant << 16);
  u[i + 1] = 13;
  w.buffer(i + 2, a.y);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** dx = g / (2 y) with y = sqrt(x) */
export interface SqrtBackwardArgs {
  readonly y: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
}

const sqrtBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g / (2 y) with y = sqrt(x) */
export function sqrtBackward(w: CommandWriter, a: SqrtBackwardArgs): void {
  const v0 = sqrtBackwardT[a.y.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('sqrtBackward', [a.y], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 55 | (variant << 16);
  u[i + 1] = 13;
  w.buffer(i + 2, a.y);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** dx = -g y^3 / 2 with y = 1 / sqrt(x) */
export interface RsqrtBackwardArgs {
  readonly y: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
}

const rsqrtBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = -g y^3 / 2 with y = 1 / sqrt(x) */
export function rsqrtBackward(w: CommandWriter, a: RsqrtBackwardArgs): void {
  const v0 = rsqrtBackwardT[a.y.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('rsqrtBackward', [a.y], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 56 | (variant << 16);
  u[i + 1] = 13;
  w.buffer(i + 2, a.y);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** dx = -g y^2 with y = 1 / x */
export interface ReciprocalBackwardArgs {
  readonly y: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
}

const reciprocalBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = -g y^2 with y = 1 / x */
export function reciprocalBackward(w: CommandWriter, a: ReciprocalBackwardArgs): void {
  const v0 = reciprocalBackwardT[a.y.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('reciprocalBackward', [a.y], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 57 | (variant << 16);
  u[i + 1] = 13;
  w.buffer(i + 2, a.y);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** dx = g (1 - y^2) with y = tanh x */
export interface TanhBackwardArgs {
  readonly y: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
}

const tanhBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g (1 - y^2) with y = tanh x */
export function tanhBackward(w: CommandWriter, a: TanhBackwardArgs): void {
  const v0 = tanhBackwardT[a.y.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('tanhBackward', [a.y], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 58 | (variant << 16);
  u[i + 1] = 13;
  w.buffer(i + 2, a.y);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** dx = g y (1 - y) with y = sigmoid(x) */
export interface SigmoidBackwardArgs {
  readonly y: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
}

const sigmoidBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g y (1 - y) with y = sigmoid(x) */
export function sigmoidBackward(w: CommandWriter, a: SigmoidBackwardArgs): void {
  const v0 = sigmoidBackwardT[a.y.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('sigmoidBackward', [a.y], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 59 | (variant << 16);
  u[i + 1] = 13;
  w.buffer(i + 2, a.y);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** dx = g where y > 0, else 0, with y = relu(x) */
export interface ReluBackwardArgs {
  readonly y: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
}

const reluBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g where y > 0, else 0, with y = relu(x) */
export function reluBackward(w: CommandWriter, a: ReluBackwardArgs): void {
  const v0 = reluBackwardT[a.y.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('reluBackward', [a.y], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 60 | (variant << 16);
  u[i + 1] = 13;
  w.buffer(i + 2, a.y);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** y = x + p0 */
export interface AddScalarArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly p0: number | (() => number);
  readonly p1: number | (() => number);
}

const addScalarT = [0, 1, -1, -1, -1, -1, -1];

/** y = x + p0 */
export function addScalar(w: CommandWriter, a: AddScalarArgs): void {
  const v0 = addScalarT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('addScalar', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(12);
  const u = w.words;
  u[i] = 61 | (variant << 16);
  u[i + 1] = 12;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.live(i + 10, 'f32', a.p0);
  w.live(i + 11, 'f32', a.p1);
  w.end(12);
}

/** y = x * p0 */
export interface MulScalarArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly p0: number | (() => number);
  readonly p1: number | (() => number);
}

const mulScalarT = [0, 1, -1, -1, -1, -1, -1];

/** y = x * p0 */
export function mulScalar(w: CommandWriter, a: MulScalarArgs): void {
  const v0 = mulScalarT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('mulScalar', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(12);
  const u = w.words;
  u[i] = 62 | (variant << 16);
  u[i + 1] = 12;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.live(i + 10, 'f32', a.p0);
  w.live(i + 11, 'f32', a.p1);
  w.end(12);
}

/** y = x / p0 */
export interface DivScalarArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly p0: number | (() => number);
  readonly p1: number | (() => number);
}

const divScalarT = [0, 1, -1, -1, -1, -1, -1];

/** y = x / p0 */
export function divScalar(w: CommandWriter, a: DivScalarArgs): void {
  const v0 = divScalarT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('divScalar', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(12);
  const u = w.words;
  u[i] = 63 | (variant << 16);
  u[i + 1] = 12;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.live(i + 10, 'f32', a.p0);
  w.live(i + 11, 'f32', a.p1);
  w.end(12);
}

/** y = x * p0 + p1 */
export interface AffineArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly p0: number | (() => number);
  readonly p1: number | (() => number);
}

const affineT = [0, 1, -1, -1, -1, -1, -1];

/** y = x * p0 + p1 */
export function affine(w: CommandWriter, a: AffineArgs): void {
  const v0 = affineT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('affine', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(12);
  const u = w.words;
  u[i] = 64 | (variant << 16);
  u[i + 1] = 12;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.live(i + 10, 'f32', a.p0);
  w.live(i + 11, 'f32', a.p1);
  w.end(12);
}

/** y = x where x > 0, else p0 * x */
export interface LeakyReluArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly p0: number | (() => number);
  readonly p1: number | (() => number);
}

const leakyReluT = [0, 1, -1, -1, -1, -1, -1];

/** y = x where x > 0, else p0 * x */
export function leakyRelu(w: CommandWriter, a: LeakyReluArgs): void {
  const v0 = leakyReluT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('leakyRelu', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(12);
  const u = w.words;
  u[i] = 65 | (variant << 16);
  u[i + 1] = 12;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.live(i + 10, 'f32', a.p0);
  w.live(i + 11, 'f32', a.p1);
  w.end(12);
}

/** y = min(max(x, p0), p1); NaN stays NaN */
export interface ClampArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly p0: number | (() => number);
  readonly p1: number | (() => number);
}

const clampT = [0, 1, -1, -1, -1, -1, -1];

/** y = min(max(x, p0), p1); NaN stays NaN */
export function clamp(w: CommandWriter, a: ClampArgs): void {
  const v0 = clampT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('clamp', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(12);
  const u = w.words;
  u[i] = 66 | (variant << 16);
  u[i + 1] = 12;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.live(i + 10, 'f32', a.p0);
  w.live(i + 11, 'f32', a.p1);
  w.end(12);
}

/** y = x^p0 with the special cases of C pow */
export interface PowScalarArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly p0: number | (() => number);
  readonly p1: number | (() => number);
}

const powScalarT = [0, 1, -1, -1, -1, -1, -1];

/** y = x^p0 with the special cases of C pow */
export function powScalar(w: CommandWriter, a: PowScalarArgs): void {
  const v0 = powScalarT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('powScalar', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(12);
  const u = w.words;
  u[i] = 67 | (variant << 16);
  u[i + 1] = 12;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.live(i + 10, 'f32', a.p0);
  w.live(i + 11, 'f32', a.p1);
  w.end(12);
}

/** dx = g where x > 0, else p0 * g */
export interface LeakyReluBackwardArgs {
  readonly x: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
  readonly p0: number | (() => number);
  readonly p1: number | (() => number);
}

const leakyReluBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g where x > 0, else p0 * g */
export function leakyReluBackward(w: CommandWriter, a: LeakyReluBackwardArgs): void {
  const v0 = leakyReluBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('leakyReluBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 68 | (variant << 16);
  u[i + 1] = 15;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.live(i + 13, 'f32', a.p0);
  w.live(i + 14, 'f32', a.p1);
  w.end(15);
}

/** dx = g where p0 <= x <= p1, else 0 */
export interface ClampBackwardArgs {
  readonly x: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
  readonly p0: number | (() => number);
  readonly p1: number | (() => number);
}

const clampBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g where p0 <= x <= p1, else 0 */
export function clampBackward(w: CommandWriter, a: ClampBackwardArgs): void {
  const v0 = clampBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('clampBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 69 | (variant << 16);
  u[i + 1] = 15;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.live(i + 13, 'f32', a.p0);
  w.live(i + 14, 'f32', a.p1);
  w.end(15);
}

/** dx = g p0 x^(p0 - 1), 0 where p0 is 0 */
export interface PowScalarBackwardArgs {
  readonly x: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly n: number;
  readonly p0: number | (() => number);
  readonly p1: number | (() => number);
}

const powScalarBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g p0 x^(p0 - 1), 0 where p0 is 0 */
export function powScalarBackward(w: CommandWriter, a: PowScalarBackwardArgs): void {
  const v0 = powScalarBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('powScalarBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 70 | (variant << 16);
  u[i + 1] = 15;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.n);
  w.live(i + 13, 'f32', a.p0);
  w.live(i + 14, 'f32', a.p1);
  w.end(15);
}

/** y = x == p0 */
export interface EqScalarArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly p0: number;
}

const eqScalarT = [0, 1, -1, 2, -1, 3, -1];

/** y = x == p0 */
export function eqScalar(w: CommandWriter, a: EqScalarArgs): void {
  const v0 = eqScalarT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('eqScalar', [a.x], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(12);
  const u = w.words;
  u[i] = 71 | (variant << 16);
  u[i + 1] = 12;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.f64(i + 10, a.p0);
  w.end(12);
}

/** y = x != p0 */
export interface NeScalarArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly p0: number;
}

const neScalarT = [0, 1, -1, 2, -1, 3, -1];

/** y = x != p0 */
export function neScalar(w: CommandWriter, a: NeScalarArgs): void {
  const v0 = neScalarT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('neScalar', [a.x], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(12);
  const u = w.words;
  u[i] = 72 | (variant << 16);
  u[i + 1] = 12;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.f64(i + 10, a.p0);
  w.end(12);
}

/** y = x < p0 */
export interface LtScalarArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly p0: number;
}

const ltScalarT = [0, 1, -1, 2, -1, 3, -1];

/** y = x < p0 */
export function ltScalar(w: CommandWriter, a: LtScalarArgs): void {
  const v0 = ltScalarT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('ltScalar', [a.x], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(12);
  const u = w.words;
  u[i] = 73 | (variant << 16);
  u[i + 1] = 12;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.f64(i + 10, a.p0);
  w.end(12);
}

/** y = x <= p0 */
export interface LeScalarArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly p0: number;
}

const leScalarT = [0, 1, -1, 2, -1, 3, -1];

/** y = x <= p0 */
export function leScalar(w: CommandWriter, a: LeScalarArgs): void {
  const v0 = leScalarT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('leScalar', [a.x], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(12);
  const u = w.words;
  u[i] = 74 | (variant << 16);
  u[i + 1] = 12;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.f64(i + 10, a.p0);
  w.end(12);
}

/** y = x > p0 */
export interface GtScalarArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly p0: number;
}

const gtScalarT = [0, 1, -1, 2, -1, 3, -1];

/** y = x > p0 */
export function gtScalar(w: CommandWriter, a: GtScalarArgs): void {
  const v0 = gtScalarT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('gtScalar', [a.x], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(12);
  const u = w.words;
  u[i] = 75 | (variant << 16);
  u[i + 1] = 12;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.f64(i + 10, a.p0);
  w.end(12);
}

/** y = x >= p0 */
export interface GeScalarArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly p0: number;
}

const geScalarT = [0, 1, -1, 2, -1, 3, -1];

/** y = x >= p0 */
export function geScalar(w: CommandWriter, a: GeScalarArgs): void {
  const v0 = geScalarT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('geScalar', [a.x], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(12);
  const u = w.words;
  u[i] = 76 | (variant << 16);
  u[i + 1] = 12;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.f64(i + 10, a.p0);
  w.end(12);
}

/** y = 1 where x is 0, else 0 */
export interface LogicalNotArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

/** y = 1 where x is 0, else 0 */
export function logicalNot(w: CommandWriter, a: LogicalNotArgs): void {
  const i = w.begin(10);
  const u = w.words;
  u[i] = 77;
  u[i + 1] = 10;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = x in another element type: floats round to nearest even, floats to integers truncate and saturate (NaN to 0), i32 to u8 keeps the low byte */
export interface CastArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const castS = [0, 1, 2, 3, -1, 4, -1];

const castT = [0, 1, 2, 3, -1, 4, -1];

/** y = x in another element type: floats round to nearest even, floats to integers truncate and saturate (NaN to 0), i32 to u8 keeps the low byte */
export function cast(w: CommandWriter, a: CastArgs): void {
  const v0 = castS[a.x.typeCode]!;
  const v1 = castT[a.y.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('cast', [a.x, a.y], 'f32|bf16|f16|i32|u8 x f32|bf16|f16|i32|u8');
  const variant = v0 * 5 + v1;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 78 | (variant << 16);
  u[i + 1] = 10;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y = x != 0 */
export interface CastToBoolArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const castToBoolT = [0, 1, 2, 3, -1, 4, -1];

/** y = x != 0 */
export function castToBool(w: CommandWriter, a: CastToBoolArgs): void {
  const v0 = castToBoolT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('castToBool', [a.x], 'f32|bf16|f16|i32|u8');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 79 | (variant << 16);
  u[i + 1] = 10;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y += alpha * x */
export interface AddScaledArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly alpha: number | (() => number);
}

const addScaledS = [0, 1, -1, -1, -1, -1, -1];

const addScaledT = [0, 1, -1, -1, -1, -1, -1];

/** y += alpha * x */
export function addScaled(w: CommandWriter, a: AddScaledArgs): void {
  const v0 = addScaledS[a.x.typeCode]!;
  const v1 = addScaledT[a.y.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('addScaled', [a.x, a.y], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(11);
  const u = w.words;
  u[i] = 80 | (variant << 16);
  u[i + 1] = 11;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.live(i + 10, 'f32', a.alpha);
  w.end(11);
}

/** y = a + weight * (b - a) */
export interface LerpArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly weight: number | (() => number);
}

const lerpT = [0, 1, -1, -1, -1, -1, -1];

/** y = a + weight * (b - a) */
export function lerp(w: CommandWriter, a: LerpArgs): void {
  const v0 = lerpT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('lerp', [a.a], 'f32|bf16');
  const variant = v0;
  const i = w.begin(14);
  const u = w.words;
  u[i] = 81 | (variant << 16);
  u[i + 1] = 14;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  w.live(i + 13, 'f32', a.weight);
  w.end(14);
}

/** y = a + b */
export interface AddArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

const addT = [0, 1, -1, 2, -1, -1, -1];

/** y = a + b */
export function add(w: CommandWriter, a: AddArgs): void {
  const v0 = addT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('add', [a.a], 'f32|bf16|i32');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 82 | (variant << 16);
  u[i + 1] = 15;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  u[i + 13] = a.aStep;
  u[i + 14] = a.bStep;
  w.end(15);
}

/** y = a - b */
export interface SubArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

const subT = [0, 1, -1, 2, -1, -1, -1];

/** y = a - b */
export function sub(w: CommandWriter, a: SubArgs): void {
  const v0 = subT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('sub', [a.a], 'f32|bf16|i32');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 83 | (variant << 16);
  u[i + 1] = 15;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  u[i + 13] = a.aStep;
  u[i + 14] = a.bStep;
  w.end(15);
}

/** y = a * b */
export interface MulArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

const mulT = [0, 1, -1, 2, -1, -1, -1];

/** y = a * b */
export function mul(w: CommandWriter, a: MulArgs): void {
  const v0 = mulT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('mul', [a.a], 'f32|bf16|i32');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 84 | (variant << 16);
  u[i + 1] = 15;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  u[i + 13] = a.aStep;
  u[i + 14] = a.bStep;
  w.end(15);
}

/** y = max(a, b); NaN wins */
export interface MaximumArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

const maximumT = [0, 1, -1, 2, -1, -1, -1];

/** y = max(a, b); NaN wins */
export function maximum(w: CommandWriter, a: MaximumArgs): void {
  const v0 = maximumT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('maximum', [a.a], 'f32|bf16|i32');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 85 | (variant << 16);
  u[i + 1] = 15;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  u[i + 13] = a.aStep;
  u[i + 14] = a.bStep;
  w.end(15);
}

/** y = min(a, b); NaN wins */
export interface MinimumArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

const minimumT = [0, 1, -1, 2, -1, -1, -1];

/** y = min(a, b); NaN wins */
export function minimum(w: CommandWriter, a: MinimumArgs): void {
  const v0 = minimumT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('minimum', [a.a], 'f32|bf16|i32');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 86 | (variant << 16);
  u[i + 1] = 15;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  u[i + 13] = a.aStep;
  u[i + 14] = a.bStep;
  w.end(15);
}

/** y = a + b, over strided views */
export interface AddBroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const addBroadcastT = [0, 1, -1, 2, -1, -1, -1];

/** y = a + b, over strided views */
export function addBroadcast(w: CommandWriter, a: AddBroadcastArgs): void {
  const v0 = addBroadcastT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('addBroadcast', [a.a], 'f32|bf16|i32');
  const variant = v0;
  const i = w.begin(42);
  const u = w.words;
  u[i] = 87 | (variant << 16);
  u[i + 1] = 42;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.i64Array(i + 11, a.aStrides, 6);
  w.i64Array(i + 23, a.bStrides, 6);
  u[i + 35] = a.rank;
  w.u32Array(i + 36, a.shape, 6);
  w.end(42);
}

/** y = a - b, over strided views */
export interface SubBroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const subBroadcastT = [0, 1, -1, 2, -1, -1, -1];

/** y = a - b, over strided views */
export function subBroadcast(w: CommandWriter, a: SubBroadcastArgs): void {
  const v0 = subBroadcastT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('subBroadcast', [a.a], 'f32|bf16|i32');
  const variant = v0;
  const i = w.begin(42);
  const u = w.words;
  u[i] = 88 | (variant << 16);
  u[i + 1] = 42;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.i64Array(i + 11, a.aStrides, 6);
  w.i64Array(i + 23, a.bStrides, 6);
  u[i + 35] = a.rank;
  w.u32Array(i + 36, a.shape, 6);
  w.end(42);
}

/** y = a * b, over strided views */
export interface MulBroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const mulBroadcastT = [0, 1, -1, 2, -1, -1, -1];

/** y = a * b, over strided views */
export function mulBroadcast(w: CommandWriter, a: MulBroadcastArgs): void {
  const v0 = mulBroadcastT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('mulBroadcast', [a.a], 'f32|bf16|i32');
  const variant = v0;
  const i = w.begin(42);
  const u = w.words;
  u[i] = 89 | (variant << 16);
  u[i + 1] = 42;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.i64Array(i + 11, a.aStrides, 6);
  w.i64Array(i + 23, a.bStrides, 6);
  u[i + 35] = a.rank;
  w.u32Array(i + 36, a.shape, 6);
  w.end(42);
}

/** y = max(a, b); NaN wins, over strided views */
export interface MaximumBroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const maximumBroadcastT = [0, 1, -1, 2, -1, -1, -1];

/** y = max(a, b); NaN wins, over strided views */
export function maximumBroadcast(w: CommandWriter, a: MaximumBroadcastArgs): void {
  const v0 = maximumBroadcastT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('maximumBroadcast', [a.a], 'f32|bf16|i32');
  const variant = v0;
  const i = w.begin(42);
  const u = w.words;
  u[i] = 90 | (variant << 16);
  u[i + 1] = 42;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.i64Array(i + 11, a.aStrides, 6);
  w.i64Array(i + 23, a.bStrides, 6);
  u[i + 35] = a.rank;
  w.u32Array(i + 36, a.shape, 6);
  w.end(42);
}

/** y = min(a, b); NaN wins, over strided views */
export interface MinimumBroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const minimumBroadcastT = [0, 1, -1, 2, -1, -1, -1];

/** y = min(a, b); NaN wins, over strided views */
export function minimumBroadcast(w: CommandWriter, a: MinimumBroadcastArgs): void {
  const v0 = minimumBroadcastT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('minimumBroadcast', [a.a], 'f32|bf16|i32');
  const variant = v0;
  const i = w.begin(42);
  const u = w.words;
  u[i] = 91 | (variant << 16);
  u[i + 1] = 42;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.i64Array(i + 11, a.aStrides, 6);
  w.i64Array(i + 23, a.bStrides, 6);
  u[i + 35] = a.rank;
  w.u32Array(i + 36, a.shape, 6);
  w.end(42);
}

/** y = a / b */
export interface DivArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

const divT = [0, 1, -1, -1, -1, -1, -1];

/** y = a / b */
export function div(w: CommandWriter, a: DivArgs): void {
  const v0 = divT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('div', [a.a], 'f32|bf16');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 92 | (variant << 16);
  u[i + 1] = 15;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  u[i + 13] = a.aStep;
  u[i + 14] = a.bStep;
  w.end(15);
}

/** y = a^b with the special cases of C pow */
export interface PowArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

const powT = [0, 1, -1, -1, -1, -1, -1];

/** y = a^b with the special cases of C pow */
export function pow(w: CommandWriter, a: PowArgs): void {
  const v0 = powT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('pow', [a.a], 'f32|bf16');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 93 | (variant << 16);
  u[i + 1] = 15;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  u[i + 13] = a.aStep;
  u[i + 14] = a.bStep;
  w.end(15);
}

/** y = a / b, over strided views */
export interface DivBroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const divBroadcastT = [0, 1, -1, -1, -1, -1, -1];

/** y = a / b, over strided views */
export function divBroadcast(w: CommandWriter, a: DivBroadcastArgs): void {
  const v0 = divBroadcastT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('divBroadcast', [a.a], 'f32|bf16');
  const variant = v0;
  const i = w.begin(42);
  const u = w.words;
  u[i] = 94 | (variant << 16);
  u[i + 1] = 42;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.i64Array(i + 11, a.aStrides, 6);
  w.i64Array(i + 23, a.bStrides, 6);
  u[i + 35] = a.rank;
  w.u32Array(i + 36, a.shape, 6);
  w.end(42);
}

/** y = a^b with the special cases of C pow, over strided views */
export interface PowBroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const powBroadcastT = [0, 1, -1, -1, -1, -1, -1];

/** y = a^b with the special cases of C pow, over strided views */
export function powBroadcast(w: CommandWriter, a: PowBroadcastArgs): void {
  const v0 = powBroadcastT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('powBroadcast', [a.a], 'f32|bf16');
  const variant = v0;
  const i = w.begin(42);
  const u = w.words;
  u[i] = 95 | (variant << 16);
  u[i + 1] = 42;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.i64Array(i + 11, a.aStrides, 6);
  w.i64Array(i + 23, a.bStrides, 6);
  u[i + 35] = a.rank;
  w.u32Array(i + 36, a.shape, 6);
  w.end(42);
}

/** d = -g a / b^2, the gradient of a / b by b */
export interface DivBackwardBArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly g: BufferRef;
  readonly d: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

const divBackwardBT = [0, 1, -1, -1, -1, -1, -1];

/** d = -g a / b^2, the gradient of a / b by b */
export function divBackwardB(w: CommandWriter, a: DivBackwardBArgs): void {
  const v0 = divBackwardBT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('divBackwardB', [a.a], 'f32|bf16');
  const variant = v0;
  const i = w.begin(18);
  const u = w.words;
  u[i] = 96 | (variant << 16);
  u[i + 1] = 18;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.g);
  w.buffer(i + 11, a.d);
  w.u64(i + 14, a.n);
  u[i + 16] = a.aStep;
  u[i + 17] = a.bStep;
  w.end(18);
}

/** d = g b a^(b - 1), 0 where b is 0: the gradient of a^b by a */
export interface PowBackwardAArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly g: BufferRef;
  readonly d: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

const powBackwardAT = [0, 1, -1, -1, -1, -1, -1];

/** d = g b a^(b - 1), 0 where b is 0: the gradient of a^b by a */
export function powBackwardA(w: CommandWriter, a: PowBackwardAArgs): void {
  const v0 = powBackwardAT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('powBackwardA', [a.a], 'f32|bf16');
  const variant = v0;
  const i = w.begin(18);
  const u = w.words;
  u[i] = 97 | (variant << 16);
  u[i + 1] = 18;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.g);
  w.buffer(i + 11, a.d);
  w.u64(i + 14, a.n);
  u[i + 16] = a.aStep;
  u[i + 17] = a.bStep;
  w.end(18);
}

/** d = g a^b ln a, 0 where a is 0 and b >= 0: the gradient of a^b by b */
export interface PowBackwardBArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly g: BufferRef;
  readonly d: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

const powBackwardBT = [0, 1, -1, -1, -1, -1, -1];

/** d = g a^b ln a, 0 where a is 0 and b >= 0: the gradient of a^b by b */
export function powBackwardB(w: CommandWriter, a: PowBackwardBArgs): void {
  const v0 = powBackwardBT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('powBackwardB', [a.a], 'f32|bf16');
  const variant = v0;
  const i = w.begin(18);
  const u = w.words;
  u[i] = 98 | (variant << 16);
  u[i + 1] = 18;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.g);
  w.buffer(i + 11, a.d);
  w.u64(i + 14, a.n);
  u[i + 16] = a.aStep;
  u[i + 17] = a.bStep;
  w.end(18);
}

/** d = g where a > b, g / 2 where a == b, else 0: the gradient of max(a, b) by a */
export interface MaximumBackwardArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly g: BufferRef;
  readonly d: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

const maximumBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** d = g where a > b, g / 2 where a == b, else 0: the gradient of max(a, b) by a */
export function maximumBackward(w: CommandWriter, a: MaximumBackwardArgs): void {
  const v0 = maximumBackwardT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('maximumBackward', [a.a], 'f32|bf16');
  const variant = v0;
  const i = w.begin(18);
  const u = w.words;
  u[i] = 99 | (variant << 16);
  u[i + 1] = 18;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.g);
  w.buffer(i + 11, a.d);
  w.u64(i + 14, a.n);
  u[i + 16] = a.aStep;
  u[i + 17] = a.bStep;
  w.end(18);
}

/** d = g where a < b, g / 2 where a == b, else 0: the gradient of min(a, b) by a */
export interface MinimumBackwardArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly g: BufferRef;
  readonly d: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

const minimumBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** d = g where a < b, g / 2 where a == b, else 0: the gradient of min(a, b) by a */
export function minimumBackward(w: CommandWriter, a: MinimumBackwardArgs): void {
  const v0 = minimumBackwardT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('minimumBackward', [a.a], 'f32|bf16');
  const variant = v0;
  const i = w.begin(18);
  const u = w.words;
  u[i] = 100 | (variant << 16);
  u[i + 1] = 18;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.g);
  w.buffer(i + 11, a.d);
  w.u64(i + 14, a.n);
  u[i + 16] = a.aStep;
  u[i + 17] = a.bStep;
  w.end(18);
}

/** d = -g a / b^2, the gradient of a / b by b, over strided views */
export interface DivBackwardBBroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly g: BufferRef;
  readonly d: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const divBackwardBBroadcastT = [0, 1, -1, -1, -1, -1, -1];

/** d = -g a / b^2, the gradient of a / b by b, over strided views */
export function divBackwardBBroadcast(w: CommandWriter, a: DivBackwardBBroadcastArgs): void {
  const v0 = divBackwardBBroadcastT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('divBackwardBBroadcast', [a.a], 'f32|bf16');
  const variant = v0;
  const i = w.begin(45);
  const u = w.words;
  u[i] = 101 | (variant << 16);
  u[i + 1] = 45;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.g);
  w.buffer(i + 11, a.d);
  w.i64Array(i + 14, a.aStrides, 6);
  w.i64Array(i + 26, a.bStrides, 6);
  u[i + 38] = a.rank;
  w.u32Array(i + 39, a.shape, 6);
  w.end(45);
}

/** d = g b a^(b - 1), 0 where b is 0: the gradient of a^b by a, over strided views */
export interface PowBackwardABroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly g: BufferRef;
  readonly d: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const powBackwardABroadcastT = [0, 1, -1, -1, -1, -1, -1];

/** d = g b a^(b - 1), 0 where b is 0: the gradient of a^b by a, over strided views */
export function powBackwardABroadcast(w: CommandWriter, a: PowBackwardABroadcastArgs): void {
  const v0 = powBackwardABroadcastT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('powBackwardABroadcast', [a.a], 'f32|bf16');
  const variant = v0;
  const i = w.begin(45);
  const u = w.words;
  u[i] = 102 | (variant << 16);
  u[i + 1] = 45;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.g);
  w.buffer(i + 11, a.d);
  w.i64Array(i + 14, a.aStrides, 6);
  w.i64Array(i + 26, a.bStrides, 6);
  u[i + 38] = a.rank;
  w.u32Array(i + 39, a.shape, 6);
  w.end(45);
}

/** d = g a^b ln a, 0 where a is 0 and b >= 0: the gradient of a^b by b, over strided views */
export interface PowBackwardBBroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly g: BufferRef;
  readonly d: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const powBackwardBBroadcastT = [0, 1, -1, -1, -1, -1, -1];

/** d = g a^b ln a, 0 where a is 0 and b >= 0: the gradient of a^b by b, over strided views */
export function powBackwardBBroadcast(w: CommandWriter, a: PowBackwardBBroadcastArgs): void {
  const v0 = powBackwardBBroadcastT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('powBackwardBBroadcast', [a.a], 'f32|bf16');
  const variant = v0;
  const i = w.begin(45);
  const u = w.words;
  u[i] = 103 | (variant << 16);
  u[i + 1] = 45;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.g);
  w.buffer(i + 11, a.d);
  w.i64Array(i + 14, a.aStrides, 6);
  w.i64Array(i + 26, a.bStrides, 6);
  u[i + 38] = a.rank;
  w.u32Array(i + 39, a.shape, 6);
  w.end(45);
}

/** d = g where a > b, g / 2 where a == b, else 0: the gradient of max(a, b) by a, over strided views */
export interface MaximumBackwardBroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly g: BufferRef;
  readonly d: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const maximumBackwardBroadcastT = [0, 1, -1, -1, -1, -1, -1];

/** d = g where a > b, g / 2 where a == b, else 0: the gradient of max(a, b) by a, over strided views */
export function maximumBackwardBroadcast(w: CommandWriter, a: MaximumBackwardBroadcastArgs): void {
  const v0 = maximumBackwardBroadcastT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('maximumBackwardBroadcast', [a.a], 'f32|bf16');
  const variant = v0;
  const i = w.begin(45);
  const u = w.words;
  u[i] = 104 | (variant << 16);
  u[i + 1] = 45;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.g);
  w.buffer(i + 11, a.d);
  w.i64Array(i + 14, a.aStrides, 6);
  w.i64Array(i + 26, a.bStrides, 6);
  u[i + 38] = a.rank;
  w.u32Array(i + 39, a.shape, 6);
  w.end(45);
}

/** d = g where a < b, g / 2 where a == b, else 0: the gradient of min(a, b) by a, over strided views */
export interface MinimumBackwardBroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly g: BufferRef;
  readonly d: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const minimumBackwardBroadcastT = [0, 1, -1, -1, -1, -1, -1];

/** d = g where a < b, g / 2 where a == b, else 0: the gradient of min(a, b) by a, over strided views */
export function minimumBackwardBroadcast(w: CommandWriter, a: MinimumBackwardBroadcastArgs): void {
  const v0 = minimumBackwardBroadcastT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('minimumBackwardBroadcast', [a.a], 'f32|bf16');
  const variant = v0;
  const i = w.begin(45);
  const u = w.words;
  u[i] = 105 | (variant << 16);
  u[i + 1] = 45;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.g);
  w.buffer(i + 11, a.d);
  w.i64Array(i + 14, a.aStrides, 6);
  w.i64Array(i + 26, a.bStrides, 6);
  u[i + 38] = a.rank;
  w.u32Array(i + 39, a.shape, 6);
  w.end(45);
}

/** y = a == b */
export interface EqArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

const eqT = [0, 1, -1, 2, -1, 3, -1];

/** y = a == b */
export function eq(w: CommandWriter, a: EqArgs): void {
  const v0 = eqT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('eq', [a.a], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 106 | (variant << 16);
  u[i + 1] = 15;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  u[i + 13] = a.aStep;
  u[i + 14] = a.bStep;
  w.end(15);
}

/** y = a != b */
export interface NeArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

const neT = [0, 1, -1, 2, -1, 3, -1];

/** y = a != b */
export function ne(w: CommandWriter, a: NeArgs): void {
  const v0 = neT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('ne', [a.a], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 107 | (variant << 16);
  u[i + 1] = 15;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  u[i + 13] = a.aStep;
  u[i + 14] = a.bStep;
  w.end(15);
}

/** y = a < b */
export interface LtArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

const ltT = [0, 1, -1, 2, -1, 3, -1];

/** y = a < b */
export function lt(w: CommandWriter, a: LtArgs): void {
  const v0 = ltT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('lt', [a.a], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 108 | (variant << 16);
  u[i + 1] = 15;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  u[i + 13] = a.aStep;
  u[i + 14] = a.bStep;
  w.end(15);
}

/** y = a <= b */
export interface LeArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

const leT = [0, 1, -1, 2, -1, 3, -1];

/** y = a <= b */
export function le(w: CommandWriter, a: LeArgs): void {
  const v0 = leT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('le', [a.a], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 109 | (variant << 16);
  u[i + 1] = 15;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  u[i + 13] = a.aStep;
  u[i + 14] = a.bStep;
  w.end(15);
}

/** y = a > b */
export interface GtArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

const gtT = [0, 1, -1, 2, -1, 3, -1];

/** y = a > b */
export function gt(w: CommandWriter, a: GtArgs): void {
  const v0 = gtT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('gt', [a.a], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 110 | (variant << 16);
  u[i + 1] = 15;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  u[i + 13] = a.aStep;
  u[i + 14] = a.bStep;
  w.end(15);
}

/** y = a >= b */
export interface GeArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

const geT = [0, 1, -1, 2, -1, 3, -1];

/** y = a >= b */
export function ge(w: CommandWriter, a: GeArgs): void {
  const v0 = geT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('ge', [a.a], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 111 | (variant << 16);
  u[i + 1] = 15;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  u[i + 13] = a.aStep;
  u[i + 14] = a.bStep;
  w.end(15);
}

/** y = a == b, over strided views */
export interface EqBroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const eqBroadcastT = [0, 1, -1, 2, -1, 3, -1];

/** y = a == b, over strided views */
export function eqBroadcast(w: CommandWriter, a: EqBroadcastArgs): void {
  const v0 = eqBroadcastT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('eqBroadcast', [a.a], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(42);
  const u = w.words;
  u[i] = 112 | (variant << 16);
  u[i + 1] = 42;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.i64Array(i + 11, a.aStrides, 6);
  w.i64Array(i + 23, a.bStrides, 6);
  u[i + 35] = a.rank;
  w.u32Array(i + 36, a.shape, 6);
  w.end(42);
}

/** y = a != b, over strided views */
export interface NeBroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const neBroadcastT = [0, 1, -1, 2, -1, 3, -1];

/** y = a != b, over strided views */
export function neBroadcast(w: CommandWriter, a: NeBroadcastArgs): void {
  const v0 = neBroadcastT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('neBroadcast', [a.a], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(42);
  const u = w.words;
  u[i] = 113 | (variant << 16);
  u[i + 1] = 42;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.i64Array(i + 11, a.aStrides, 6);
  w.i64Array(i + 23, a.bStrides, 6);
  u[i + 35] = a.rank;
  w.u32Array(i + 36, a.shape, 6);
  w.end(42);
}

/** y = a < b, over strided views */
export interface LtBroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const ltBroadcastT = [0, 1, -1, 2, -1, 3, -1];

/** y = a < b, over strided views */
export function ltBroadcast(w: CommandWriter, a: LtBroadcastArgs): void {
  const v0 = ltBroadcastT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('ltBroadcast', [a.a], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(42);
  const u = w.words;
  u[i] = 114 | (variant << 16);
  u[i + 1] = 42;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.i64Array(i + 11, a.aStrides, 6);
  w.i64Array(i + 23, a.bStrides, 6);
  u[i + 35] = a.rank;
  w.u32Array(i + 36, a.shape, 6);
  w.end(42);
}

/** y = a <= b, over strided views */
export interface LeBroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const leBroadcastT = [0, 1, -1, 2, -1, 3, -1];

/** y = a <= b, over strided views */
export function leBroadcast(w: CommandWriter, a: LeBroadcastArgs): void {
  const v0 = leBroadcastT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('leBroadcast', [a.a], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(42);
  const u = w.words;
  u[i] = 115 | (variant << 16);
  u[i + 1] = 42;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.i64Array(i + 11, a.aStrides, 6);
  w.i64Array(i + 23, a.bStrides, 6);
  u[i + 35] = a.rank;
  w.u32Array(i + 36, a.shape, 6);
  w.end(42);
}

/** y = a > b, over strided views */
export interface GtBroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const gtBroadcastT = [0, 1, -1, 2, -1, 3, -1];

/** y = a > b, over strided views */
export function gtBroadcast(w: CommandWriter, a: GtBroadcastArgs): void {
  const v0 = gtBroadcastT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('gtBroadcast', [a.a], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(42);
  const u = w.words;
  u[i] = 116 | (variant << 16);
  u[i + 1] = 42;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.i64Array(i + 11, a.aStrides, 6);
  w.i64Array(i + 23, a.bStrides, 6);
  u[i + 35] = a.rank;
  w.u32Array(i + 36, a.shape, 6);
  w.end(42);
}

/** y = a >= b, over strided views */
export interface GeBroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const geBroadcastT = [0, 1, -1, 2, -1, 3, -1];

/** y = a >= b, over strided views */
export function geBroadcast(w: CommandWriter, a: GeBroadcastArgs): void {
  const v0 = geBroadcastT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('geBroadcast', [a.a], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(42);
  const u = w.words;
  u[i] = 117 | (variant << 16);
  u[i + 1] = 42;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.i64Array(i + 11, a.aStrides, 6);
  w.i64Array(i + 23, a.bStrides, 6);
  u[i + 35] = a.rank;
  w.u32Array(i + 36, a.shape, 6);
  w.end(42);
}

/** y = a and b (nonzero is true) */
export interface LogicalAndArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

/** y = a and b (nonzero is true) */
export function logicalAnd(w: CommandWriter, a: LogicalAndArgs): void {
  const i = w.begin(15);
  const u = w.words;
  u[i] = 118;
  u[i + 1] = 15;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  u[i + 13] = a.aStep;
  u[i + 14] = a.bStep;
  w.end(15);
}

/** y = a or b (nonzero is true) */
export interface LogicalOrArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

/** y = a or b (nonzero is true) */
export function logicalOr(w: CommandWriter, a: LogicalOrArgs): void {
  const i = w.begin(15);
  const u = w.words;
  u[i] = 119;
  u[i + 1] = 15;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  u[i + 13] = a.aStep;
  u[i + 14] = a.bStep;
  w.end(15);
}

/** y = a xor b (nonzero is true) */
export interface LogicalXorArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly aStep: number;
  readonly bStep: number;
}

/** y = a xor b (nonzero is true) */
export function logicalXor(w: CommandWriter, a: LogicalXorArgs): void {
  const i = w.begin(15);
  const u = w.words;
  u[i] = 120;
  u[i + 1] = 15;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  u[i + 13] = a.aStep;
  u[i + 14] = a.bStep;
  w.end(15);
}

/** y = a and b (nonzero is true), over strided views */
export interface LogicalAndBroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

/** y = a and b (nonzero is true), over strided views */
export function logicalAndBroadcast(w: CommandWriter, a: LogicalAndBroadcastArgs): void {
  const i = w.begin(42);
  const u = w.words;
  u[i] = 121;
  u[i + 1] = 42;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.i64Array(i + 11, a.aStrides, 6);
  w.i64Array(i + 23, a.bStrides, 6);
  u[i + 35] = a.rank;
  w.u32Array(i + 36, a.shape, 6);
  w.end(42);
}

/** y = a or b (nonzero is true), over strided views */
export interface LogicalOrBroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

/** y = a or b (nonzero is true), over strided views */
export function logicalOrBroadcast(w: CommandWriter, a: LogicalOrBroadcastArgs): void {
  const i = w.begin(42);
  const u = w.words;
  u[i] = 122;
  u[i + 1] = 42;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.i64Array(i + 11, a.aStrides, 6);
  w.i64Array(i + 23, a.bStrides, 6);
  u[i + 35] = a.rank;
  w.u32Array(i + 36, a.shape, 6);
  w.end(42);
}

/** y = a xor b (nonzero is true), over strided views */
export interface LogicalXorBroadcastArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

/** y = a xor b (nonzero is true), over strided views */
export function logicalXorBroadcast(w: CommandWriter, a: LogicalXorBroadcastArgs): void {
  const i = w.begin(42);
  const u = w.words;
  u[i] = 123;
  u[i + 1] = 42;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.i64Array(i + 11, a.aStrides, 6);
  w.i64Array(i + 23, a.bStrides, 6);
  u[i + 35] = a.rank;
  w.u32Array(i + 36, a.shape, 6);
  w.end(42);
}

/** y = condition ? a : b */
export interface WhereArgs {
  readonly condition: BufferRef;
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly conditionStep: number;
  readonly aStep: number;
  readonly bStep: number;
}

const whereT = [0, 1, -1, 2, -1, 3, -1];

/** y = condition ? a : b */
export function where(w: CommandWriter, a: WhereArgs): void {
  const v0 = whereT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('where', [a.a], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(19);
  const u = w.words;
  u[i] = 124 | (variant << 16);
  u[i + 1] = 19;
  w.buffer(i + 2, a.condition);
  w.buffer(i + 5, a.a);
  w.buffer(i + 8, a.b);
  w.buffer(i + 11, a.y);
  w.u64(i + 14, a.n);
  u[i + 16] = a.conditionStep;
  u[i + 17] = a.aStep;
  u[i + 18] = a.bStep;
  w.end(19);
}

/** y = condition ? a : b, over strided views */
export interface WhereBroadcastArgs {
  readonly condition: BufferRef;
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly aStrides: readonly number[];
  readonly bStrides: readonly number[];
  readonly conditionStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const whereBroadcastT = [0, 1, -1, 2, -1, 3, -1];

/** y = condition ? a : b, over strided views */
export function whereBroadcast(w: CommandWriter, a: WhereBroadcastArgs): void {
  const v0 = whereBroadcastT[a.a.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('whereBroadcast', [a.a], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(57);
  const u = w.words;
  u[i] = 125 | (variant << 16);
  u[i + 1] = 57;
  w.buffer(i + 2, a.condition);
  w.buffer(i + 5, a.a);
  w.buffer(i + 8, a.b);
  w.buffer(i + 11, a.y);
  w.i64Array(i + 14, a.aStrides, 6);
  w.i64Array(i + 26, a.bStrides, 6);
  w.i64Array(i + 38, a.conditionStrides, 6);
  u[i + 50] = a.rank;
  w.u32Array(i + 51, a.shape, 6);
  w.end(57);
}

/** y = value where mask is nonzero (zero with invert 1), else x */
export interface MaskedFillArgs {
  readonly x: BufferRef;
  readonly mask: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly value: number;
  readonly maskStep: number;
  readonly invert: number;
}

const maskedFillT = [0, 1, -1, 2, -1, 3, -1];

/** y = value where mask is nonzero (zero with invert 1), else x */
export function maskedFill(w: CommandWriter, a: MaskedFillArgs): void {
  const v0 = maskedFillT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('maskedFill', [a.x], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(17);
  const u = w.words;
  u[i] = 126 | (variant << 16);
  u[i + 1] = 17;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.mask);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  w.f64(i + 13, a.value);
  u[i + 15] = a.maskStep;
  u[i + 16] = a.invert;
  w.end(17);
}

/** y = value where mask is nonzero (zero with invert 1), else x, over strided views */
export interface MaskedFillBroadcastArgs {
  readonly x: BufferRef;
  readonly mask: BufferRef;
  readonly y: BufferRef;
  readonly xStrides: readonly number[];
  readonly maskStrides: readonly number[];
  readonly value: number;
  readonly rank: number;
  readonly shape: readonly number[];
  readonly invert: number;
}

const maskedFillBroadcastT = [0, 1, -1, 2, -1, 3, -1];

/** y = value where mask is nonzero (zero with invert 1), else x, over strided views */
export function maskedFillBroadcast(w: CommandWriter, a: MaskedFillBroadcastArgs): void {
  const v0 = maskedFillBroadcastT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('maskedFillBroadcast', [a.x], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(45);
  const u = w.words;
  u[i] = 127 | (variant << 16);
  u[i + 1] = 45;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.mask);
  w.buffer(i + 8, a.y);
  w.i64Array(i + 11, a.xStrides, 6);
  w.i64Array(i + 23, a.maskStrides, 6);
  w.f64(i + 35, a.value);
  u[i + 37] = a.rank;
  w.u32Array(i + 38, a.shape, 6);
  u[i + 44] = a.invert;
  w.end(45);
}

/** y = the view of x that begins at xStart with shape and xStrides, as contiguous elements */
export interface CopyStridedArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly xStart: number;
  readonly xStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const copyStridedT = [0, 1, 2, 3, -1, 4, -1];

/** y = the view of x that begins at xStart with shape and xStrides, as contiguous elements */
export function copyStrided(w: CommandWriter, a: CopyStridedArgs): void {
  const v0 = copyStridedT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('copyStrided', [a.x], 'f32|bf16|f16|i32|u8');
  const variant = v0;
  const i = w.begin(29);
  const u = w.words;
  u[i] = 128 | (variant << 16);
  u[i + 1] = 29;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.xStart);
  w.i64Array(i + 10, a.xStrides, 6);
  u[i + 22] = a.rank;
  w.u32Array(i + 23, a.shape, 6);
  w.end(29);
}

/** the view of y that begins at yStart with shape and yStrides (no two elements in one place) = contiguous x */
export interface CopyIntoStridedArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly yStart: number;
  readonly yStrides: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
}

const copyIntoStridedT = [0, 1, 2, 3, -1, 4, -1];

/** the view of y that begins at yStart with shape and yStrides (no two elements in one place) = contiguous x */
export function copyIntoStrided(w: CommandWriter, a: CopyIntoStridedArgs): void {
  const v0 = copyIntoStridedT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('copyIntoStrided', [a.x], 'f32|bf16|f16|i32|u8');
  const variant = v0;
  const i = w.begin(29);
  const u = w.words;
  u[i] = 129 | (variant << 16);
  u[i + 1] = 29;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.yStart);
  w.i64Array(i + 10, a.yStrides, 6);
  u[i + 22] = a.rank;
  w.u32Array(i + 23, a.shape, 6);
  w.end(29);
}

/** y = value */
export interface FillArgs {
  readonly y: BufferRef;
  readonly n: number;
  readonly value: number | (() => number);
}

const fillT = [0, 1, 2, 3, -1, 4, -1];

/** y = value */
export function fill(w: CommandWriter, a: FillArgs): void {
  const v0 = fillT[a.y.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('fill', [a.y], 'f32|bf16|f16|i32|u8');
  const variant = v0;
  const i = w.begin(9);
  const u = w.words;
  u[i] = 130 | (variant << 16);
  u[i + 1] = 9;
  w.buffer(i + 2, a.y);
  w.u64(i + 5, a.n);
  w.live(i + 7, 'f64', a.value);
  w.end(9);
}

/** y[i] = start + i * step */
export interface ArangeArgs {
  readonly y: BufferRef;
  readonly n: number;
  readonly start: number;
  readonly step: number;
}

const arangeT = [0, 1, -1, 2, -1, -1, -1];

/** y[i] = start + i * step */
export function arange(w: CommandWriter, a: ArangeArgs): void {
  const v0 = arangeT[a.y.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('arange', [a.y], 'f32|bf16|i32');
  const variant = v0;
  const i = w.begin(11);
  const u = w.words;
  u[i] = 131 | (variant << 16);
  u[i + 1] = 11;
  w.buffer(i + 2, a.y);
  w.u64(i + 5, a.n);
  w.f64(i + 7, a.start);
  w.f64(i + 9, a.step);
  w.end(11);
}

/** y[i0, i1, ...] = x[i0 - before0, i1 - before1, ...] where that exists, else value; a negative before crops */
export interface PadArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly value: number;
  readonly before: readonly number[];
  readonly rank: number;
  readonly shape: readonly number[];
  readonly xShape: readonly number[];
}

const padT = [0, 1, 2, 3, -1, 4, -1];

/** y[i0, i1, ...] = x[i0 - before0, i1 - before1, ...] where that exists, else value; a negative before crops */
export function pad(w: CommandWriter, a: PadArgs): void {
  const v0 = padT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('pad', [a.x], 'f32|bf16|f16|i32|u8');
  const variant = v0;
  const i = w.begin(35);
  const u = w.words;
  u[i] = 132 | (variant << 16);
  u[i + 1] = 35;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.f64(i + 8, a.value);
  w.i64Array(i + 10, a.before, 6);
  u[i + 22] = a.rank;
  w.u32Array(i + 23, a.shape, 6);
  w.u32Array(i + 29, a.xShape, 6);
  w.end(35);
}

/** y = x where column - row <= diagonal, else 0, for each of batch matrices [rows, cols] */
export interface TrilArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly batch: number;
  readonly rows: number;
  readonly cols: number;
  readonly diagonal: number;
}

const trilT = [0, 1, 2, 3, -1, 4, -1];

/** y = x where column - row <= diagonal, else 0, for each of batch matrices [rows, cols] */
export function tril(w: CommandWriter, a: TrilArgs): void {
  const v0 = trilT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('tril', [a.x], 'f32|bf16|f16|i32|u8');
  const variant = v0;
  const i = w.begin(16);
  const u = w.words;
  u[i] = 133 | (variant << 16);
  u[i + 1] = 16;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.batch);
  w.u64(i + 10, a.rows);
  w.u64(i + 12, a.cols);
  w.i64(i + 14, a.diagonal);
  w.end(16);
}

/** y = x where column - row >= diagonal, else 0, for each of batch matrices [rows, cols] */
export interface TriuArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly batch: number;
  readonly rows: number;
  readonly cols: number;
  readonly diagonal: number;
}

const triuT = [0, 1, 2, 3, -1, 4, -1];

/** y = x where column - row >= diagonal, else 0, for each of batch matrices [rows, cols] */
export function triu(w: CommandWriter, a: TriuArgs): void {
  const v0 = triuT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('triu', [a.x], 'f32|bf16|f16|i32|u8');
  const variant = v0;
  const i = w.begin(16);
  const u = w.words;
  u[i] = 134 | (variant << 16);
  u[i + 1] = 16;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.batch);
  w.u64(i + 10, a.rows);
  w.u64(i + 12, a.cols);
  w.i64(i + 14, a.diagonal);
  w.end(16);
}

/** y[i, c] = c == index[i]; an index outside 0..classes fails */
export interface OneHotArgs {
  readonly index: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly classes: number;
}

const oneHotT = [0, 1, -1, 2, -1, 3, -1];

/** y[i, c] = c == index[i]; an index outside 0..classes fails */
export function oneHot(w: CommandWriter, a: OneHotArgs): void {
  const v0 = oneHotT[a.y.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('oneHot', [a.y], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(12);
  const u = w.words;
  u[i] = 135 | (variant << 16);
  u[i + 1] = 12;
  w.buffer(i + 2, a.index);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.u64(i + 10, a.classes);
  w.end(12);
}

/** y = scale * sum of x over the middle dimension; i32 wraps around and takes no scale */
export interface SumArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly outer: number;
  readonly cols: number;
  readonly inner: number;
  readonly scale: number;
}

const sumT = [0, 1, -1, 2, -1, -1, -1];

/** y = scale * sum of x over the middle dimension; i32 wraps around and takes no scale */
export function sum(w: CommandWriter, a: SumArgs): void {
  const v0 = sumT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('sum', [a.x], 'f32|bf16|i32');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 136 | (variant << 16);
  u[i + 1] = 15;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.outer);
  w.u64(i + 10, a.cols);
  w.u64(i + 12, a.inner);
  w.floats[i + 14] = a.scale;
  w.end(15);
}

/** y = sum of x^2 over the middle dimension */
export interface SumSquaresArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly outer: number;
  readonly cols: number;
  readonly inner: number;
}

const sumSquaresT = [0, 1, -1, -1, -1, -1, -1];

/** y = sum of x^2 over the middle dimension */
export function sumSquares(w: CommandWriter, a: SumSquaresArgs): void {
  const v0 = sumSquaresT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('sumSquares', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(14);
  const u = w.words;
  u[i] = 137 | (variant << 16);
  u[i + 1] = 14;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.outer);
  w.u64(i + 10, a.cols);
  w.u64(i + 12, a.inner);
  w.end(14);
}

/** y = sqrt(sum of x^2) over the middle dimension */
export interface Norm2Args {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly outer: number;
  readonly cols: number;
  readonly inner: number;
}

const norm2T = [0, 1, -1, -1, -1, -1, -1];

/** y = sqrt(sum of x^2) over the middle dimension */
export function norm2(w: CommandWriter, a: Norm2Args): void {
  const v0 = norm2T[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('norm2', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(14);
  const u = w.words;
  u[i] = 138 | (variant << 16);
  u[i + 1] = 14;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.outer);
  w.u64(i + 10, a.cols);
  w.u64(i + 12, a.inner);
  w.end(14);
}

/** y = sum of |x| over the middle dimension */
export interface SumAbsArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly outer: number;
  readonly cols: number;
  readonly inner: number;
}

const sumAbsT = [0, 1, -1, -1, -1, -1, -1];

/** y = sum of |x| over the middle dimension */
export function sumAbs(w: CommandWriter, a: SumAbsArgs): void {
  const v0 = sumAbsT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('sumAbs', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(14);
  const u = w.words;
  u[i] = 139 | (variant << 16);
  u[i + 1] = 14;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.outer);
  w.u64(i + 10, a.cols);
  w.u64(i + 12, a.inner);
  w.end(14);
}

/** y = ln(sum of e^x) over the middle dimension */
export interface LogSumExpArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly outer: number;
  readonly cols: number;
  readonly inner: number;
}

const logSumExpT = [0, 1, -1, -1, -1, -1, -1];

/** y = ln(sum of e^x) over the middle dimension */
export function logSumExp(w: CommandWriter, a: LogSumExpArgs): void {
  const v0 = logSumExpT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('logSumExp', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(14);
  const u = w.words;
  u[i] = 140 | (variant << 16);
  u[i + 1] = 14;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.outer);
  w.u64(i + 10, a.cols);
  w.u64(i + 12, a.inner);
  w.end(14);
}

/** y = product of x over the middle dimension */
export interface ProdArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly outer: number;
  readonly cols: number;
  readonly inner: number;
}

const prodT = [0, 1, -1, -1, -1, -1, -1];

/** y = product of x over the middle dimension */
export function prod(w: CommandWriter, a: ProdArgs): void {
  const v0 = prodT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('prod', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(14);
  const u = w.words;
  u[i] = 141 | (variant << 16);
  u[i + 1] = 14;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.outer);
  w.u64(i + 10, a.cols);
  w.u64(i + 12, a.inner);
  w.end(14);
}

/** y = maximum over the middle dimension (NaN wins), index = where it is first */
export interface MaxArgs {
  readonly x: BufferRef;
  readonly y?: BufferRef | undefined;
  readonly index?: BufferRef | undefined;
  readonly outer: number;
  readonly cols: number;
  readonly inner: number;
}

const maxT = [0, 1, -1, 2, -1, -1, -1];

/** y = maximum over the middle dimension (NaN wins), index = where it is first */
export function max(w: CommandWriter, a: MaxArgs): void {
  const v0 = maxT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('max', [a.x], 'f32|bf16|i32');
  const variant = v0;
  const i = w.begin(17);
  const u = w.words;
  u[i] = 142 | (variant << 16);
  u[i + 1] = 17;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.buffer(i + 8, a.index);
  w.u64(i + 11, a.outer);
  w.u64(i + 13, a.cols);
  w.u64(i + 15, a.inner);
  w.end(17);
}

/** y = minimum over the middle dimension (NaN wins), index = where it is first */
export interface MinArgs {
  readonly x: BufferRef;
  readonly y?: BufferRef | undefined;
  readonly index?: BufferRef | undefined;
  readonly outer: number;
  readonly cols: number;
  readonly inner: number;
}

const minT = [0, 1, -1, 2, -1, -1, -1];

/** y = minimum over the middle dimension (NaN wins), index = where it is first */
export function min(w: CommandWriter, a: MinArgs): void {
  const v0 = minT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('min', [a.x], 'f32|bf16|i32');
  const variant = v0;
  const i = w.begin(17);
  const u = w.words;
  u[i] = 143 | (variant << 16);
  u[i + 1] = 17;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.buffer(i + 8, a.index);
  w.u64(i + 11, a.outer);
  w.u64(i + 13, a.cols);
  w.u64(i + 15, a.inner);
  w.end(17);
}

/** variance = sum of (x - mean)^2 / (cols - correction) over the middle dimension, and the mean in f32 */
export interface VarianceArgs {
  readonly x: BufferRef;
  readonly variance: BufferRef;
  readonly mean?: BufferRef | undefined;
  readonly outer: number;
  readonly cols: number;
  readonly inner: number;
  readonly correction: number;
}

const varianceT = [0, 1, -1, -1, -1, -1, -1];

/** variance = sum of (x - mean)^2 / (cols - correction) over the middle dimension, and the mean in f32 */
export function variance(w: CommandWriter, a: VarianceArgs): void {
  const v0 = varianceT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('variance', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(18);
  const u = w.words;
  u[i] = 144 | (variant << 16);
  u[i + 1] = 18;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.variance);
  w.buffer(i + 8, a.mean);
  w.u64(i + 11, a.outer);
  w.u64(i + 13, a.cols);
  w.u64(i + 15, a.inner);
  w.floats[i + 17] = a.correction;
  w.end(18);
}

/** dx = g * 2 (x - mean) / (cols - correction) */
export interface VarianceBackwardArgs {
  readonly x: BufferRef;
  readonly mean: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly outer: number;
  readonly cols: number;
  readonly inner: number;
  readonly correction: number;
}

const varianceBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g * 2 (x - mean) / (cols - correction) */
export function varianceBackward(w: CommandWriter, a: VarianceBackwardArgs): void {
  const v0 = varianceBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('varianceBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(21);
  const u = w.words;
  u[i] = 145 | (variant << 16);
  u[i + 1] = 21;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.mean);
  w.buffer(i + 8, a.g);
  w.buffer(i + 11, a.dx);
  w.u64(i + 14, a.outer);
  w.u64(i + 16, a.cols);
  w.u64(i + 18, a.inner);
  w.floats[i + 20] = a.correction;
  w.end(21);
}

/** y = running sum of x along the middle dimension, from the end with reverse 1 */
export interface CumsumArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly outer: number;
  readonly cols: number;
  readonly inner: number;
  readonly reverse: number;
}

const cumsumT = [0, 1, -1, 2, -1, -1, -1];

/** y = running sum of x along the middle dimension, from the end with reverse 1 */
export function cumsum(w: CommandWriter, a: CumsumArgs): void {
  const v0 = cumsumT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('cumsum', [a.x], 'f32|bf16|i32');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 146 | (variant << 16);
  u[i + 1] = 15;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.outer);
  w.u64(i + 10, a.cols);
  w.u64(i + 12, a.inner);
  u[i + 14] = a.reverse;
  w.end(15);
}

/** y = how many elements of x along the middle dimension are not 0 */
export interface CountNonZeroArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly outer: number;
  readonly cols: number;
  readonly inner: number;
}

const countNonZeroT = [0, 1, -1, 2, -1, 3, -1];

/** y = how many elements of x along the middle dimension are not 0 */
export function countNonZero(w: CommandWriter, a: CountNonZeroArgs): void {
  const v0 = countNonZeroT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('countNonZero', [a.x], 'f32|bf16|i32|u8');
  const variant = v0;
  const i = w.begin(14);
  const u = w.words;
  u[i] = 147 | (variant << 16);
  u[i + 1] = 14;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.outer);
  w.u64(i + 10, a.cols);
  w.u64(i + 12, a.inner);
  w.end(14);
}

/** y = 1 when any of the n elements of x is NaN or infinite, else 0 */
export interface NonFiniteArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

const nonFiniteT = [0, 1, -1, -1, -1, -1, -1];

/** y = 1 when any of the n elements of x is NaN or infinite, else 0 */
export function nonFinite(w: CommandWriter, a: NonFiniteArgs): void {
  const v0 = nonFiniteT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('nonFinite', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 148 | (variant << 16);
  u[i + 1] = 10;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** y[o, k, i] = x[o, index[k], i]; an embedding lookup has outer 1 */
export interface IndexSelectArgs {
  readonly x: BufferRef;
  readonly index: BufferRef;
  readonly y: BufferRef;
  readonly outer: number;
  readonly cols: number;
  readonly count: number;
  readonly inner: number;
}

const indexSelectT = [0, 1, 2, 3, -1, 4, -1];

/** y[o, k, i] = x[o, index[k], i]; an embedding lookup has outer 1 */
export function indexSelect(w: CommandWriter, a: IndexSelectArgs): void {
  const v0 = indexSelectT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('indexSelect', [a.x], 'f32|bf16|f16|i32|u8');
  const variant = v0;
  const i = w.begin(19);
  const u = w.words;
  u[i] = 149 | (variant << 16);
  u[i + 1] = 19;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.index);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.outer);
  w.u64(i + 13, a.cols);
  w.u64(i + 15, a.count);
  w.u64(i + 17, a.inner);
  w.end(19);
}

/** y[o, index[k], i] += x[o, k, i], the gradient of indexSelect; rows of y that no index names are not touched, and entries with index == ignoreIndex are passed over */
export interface IndexAddArgs {
  readonly x: BufferRef;
  readonly index: BufferRef;
  readonly y: BufferRef;
  readonly outer: number;
  readonly cols: number;
  readonly count: number;
  readonly inner: number;
  readonly ignoreIndex: number;
}

const indexAddS = [0, 1, -1, -1, -1, -1, -1];

const indexAddT = [0, 1, -1, -1, -1, -1, -1];

/** y[o, index[k], i] += x[o, k, i], the gradient of indexSelect; rows of y that no index names are not touched, and entries with index == ignoreIndex are passed over */
export function indexAdd(w: CommandWriter, a: IndexAddArgs): void {
  const v0 = indexAddS[a.x.typeCode]!;
  const v1 = indexAddT[a.y.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('indexAdd', [a.x, a.y], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(20);
  const u = w.words;
  u[i] = 150 | (variant << 16);
  u[i + 1] = 20;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.index);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.outer);
  w.u64(i + 13, a.cols);
  w.u64(i + 15, a.count);
  w.u64(i + 17, a.inner);
  u[i + 19] = a.ignoreIndex;
  w.end(20);
}

/** y[o, index[k], i] = x[o, k, i]; the last of equal indices stays, rows of y that no index names are not touched */
export interface IndexCopyArgs {
  readonly x: BufferRef;
  readonly index: BufferRef;
  readonly y: BufferRef;
  readonly outer: number;
  readonly cols: number;
  readonly count: number;
  readonly inner: number;
}

const indexCopyT = [0, 1, 2, 3, -1, 4, -1];

/** y[o, index[k], i] = x[o, k, i]; the last of equal indices stays, rows of y that no index names are not touched */
export function indexCopy(w: CommandWriter, a: IndexCopyArgs): void {
  const v0 = indexCopyT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('indexCopy', [a.x], 'f32|bf16|f16|i32|u8');
  const variant = v0;
  const i = w.begin(19);
  const u = w.words;
  u[i] = 151 | (variant << 16);
  u[i + 1] = 19;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.index);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.outer);
  w.u64(i + 13, a.cols);
  w.u64(i + 15, a.count);
  w.u64(i + 17, a.inner);
  w.end(19);
}

/** y[o, k, i] = x[o, index[o, k, i], i] */
export interface GatherArgs {
  readonly x: BufferRef;
  readonly index: BufferRef;
  readonly y: BufferRef;
  readonly outer: number;
  readonly cols: number;
  readonly count: number;
  readonly inner: number;
}

const gatherT = [0, 1, 2, 3, -1, 4, -1];

/** y[o, k, i] = x[o, index[o, k, i], i] */
export function gather(w: CommandWriter, a: GatherArgs): void {
  const v0 = gatherT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('gather', [a.x], 'f32|bf16|f16|i32|u8');
  const variant = v0;
  const i = w.begin(19);
  const u = w.words;
  u[i] = 152 | (variant << 16);
  u[i + 1] = 19;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.index);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.outer);
  w.u64(i + 13, a.cols);
  w.u64(i + 15, a.count);
  w.u64(i + 17, a.inner);
  w.end(19);
}

/** y[o, index[o, k, i], i] = x[o, k, i]; the last of equal indices stays */
export interface ScatterArgs {
  readonly x: BufferRef;
  readonly index: BufferRef;
  readonly y: BufferRef;
  readonly outer: number;
  readonly cols: number;
  readonly count: number;
  readonly inner: number;
}

const scatterT = [0, 1, 2, 3, -1, 4, -1];

/** y[o, index[o, k, i], i] = x[o, k, i]; the last of equal indices stays */
export function scatter(w: CommandWriter, a: ScatterArgs): void {
  const v0 = scatterT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('scatter', [a.x], 'f32|bf16|f16|i32|u8');
  const variant = v0;
  const i = w.begin(19);
  const u = w.words;
  u[i] = 153 | (variant << 16);
  u[i + 1] = 19;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.index);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.outer);
  w.u64(i + 13, a.cols);
  w.u64(i + 15, a.count);
  w.u64(i + 17, a.inner);
  w.end(19);
}

/** y[o, index[o, k, i], i] += x[o, k, i], the gradient of gather */
export interface ScatterAddArgs {
  readonly x: BufferRef;
  readonly index: BufferRef;
  readonly y: BufferRef;
  readonly outer: number;
  readonly cols: number;
  readonly count: number;
  readonly inner: number;
}

const scatterAddT = [0, 1, -1, 2, -1, -1, -1];

/** y[o, index[o, k, i], i] += x[o, k, i], the gradient of gather */
export function scatterAdd(w: CommandWriter, a: ScatterAddArgs): void {
  const v0 = scatterAddT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('scatterAdd', [a.x], 'f32|bf16|i32');
  const variant = v0;
  const i = w.begin(19);
  const u = w.words;
  u[i] = 154 | (variant << 16);
  u[i + 1] = 19;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.index);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.outer);
  w.u64(i + 13, a.cols);
  w.u64(i + 15, a.count);
  w.u64(i + 17, a.inner);
  w.end(19);
}

/** y = uniform numbers in [low, high) */
export interface UniformArgs {
  readonly y: BufferRef;
  readonly n: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly low: number;
  readonly high: number;
}

const uniformT = [0, 1, -1, -1, -1, -1, -1];

/** y = uniform numbers in [low, high) */
export function uniform(w: CommandWriter, a: UniformArgs): void {
  const v0 = uniformT[a.y.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('uniform', [a.y], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 155 | (variant << 16);
  u[i + 1] = 13;
  w.buffer(i + 2, a.y);
  w.u64(i + 5, a.n);
  w.u64(i + 7, a.seed);
  w.live(i + 9, 'u64', a.offset);
  w.floats[i + 11] = a.low;
  w.floats[i + 12] = a.high;
  w.end(13);
}

/** y = mean + std * normal numbers (Box-Muller on word pairs) */
export interface NormalArgs {
  readonly y: BufferRef;
  readonly n: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly mean: number;
  readonly std: number;
}

const normalT = [0, 1, -1, -1, -1, -1, -1];

/** y = mean + std * normal numbers (Box-Muller on word pairs) */
export function normal(w: CommandWriter, a: NormalArgs): void {
  const v0 = normalT[a.y.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('normal', [a.y], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 156 | (variant << 16);
  u[i + 1] = 13;
  w.buffer(i + 2, a.y);
  w.u64(i + 5, a.n);
  w.u64(i + 7, a.seed);
  w.live(i + 9, 'u64', a.offset);
  w.floats[i + 11] = a.mean;
  w.floats[i + 12] = a.std;
  w.end(13);
}

/** y = 1 with probability p, else 0 */
export interface BernoulliArgs {
  readonly y: BufferRef;
  readonly n: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly p: number;
}

const bernoulliT = [0, 1, -1, -1, -1, 2, -1];

/** y = 1 with probability p, else 0 */
export function bernoulli(w: CommandWriter, a: BernoulliArgs): void {
  const v0 = bernoulliT[a.y.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('bernoulli', [a.y], 'f32|bf16|u8');
  const variant = v0;
  const i = w.begin(12);
  const u = w.words;
  u[i] = 157 | (variant << 16);
  u[i + 1] = 12;
  w.buffer(i + 2, a.y);
  w.u64(i + 5, a.n);
  w.u64(i + 7, a.seed);
  w.live(i + 9, 'u64', a.offset);
  w.floats[i + 11] = a.p;
  w.end(12);
}

/** y = uniform integers in [low, high) */
export interface RandintArgs {
  readonly y: BufferRef;
  readonly n: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly low: number;
  readonly high: number;
}

/** y = uniform integers in [low, high) */
export function randint(w: CommandWriter, a: RandintArgs): void {
  const i = w.begin(13);
  const u = w.words;
  u[i] = 158;
  u[i + 1] = 13;
  w.buffer(i + 2, a.y);
  w.u64(i + 5, a.n);
  w.u64(i + 7, a.seed);
  w.live(i + 9, 'u64', a.offset);
  u[i + 11] = a.low;
  u[i + 12] = a.high;
  w.end(13);
}

/** y = 0 with probability p, else x / (1 - p); the gradient is the same kernel on g with the same seed and offset */
export interface DropoutArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly p: number;
}

const dropoutT = [0, 1, -1, -1, -1, -1, -1];

/** y = 0 with probability p, else x / (1 - p); the gradient is the same kernel on g with the same seed and offset */
export function dropout(w: CommandWriter, a: DropoutArgs): void {
  const v0 = dropoutT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('dropout', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 159 | (variant << 16);
  u[i + 1] = 15;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.n);
  w.u64(i + 10, a.seed);
  w.live(i + 12, 'u64', a.offset);
  w.floats[i + 14] = a.p;
  w.end(15);
}

/** y = softmax(x) over the middle dimension of [outer, cols, inner] */
export interface SoftmaxForwardArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly outer: number;
  readonly cols: number;
  readonly inner: number;
}

const softmaxForwardT = [0, 1, -1, -1, -1, -1, -1];

/** y = softmax(x) over the middle dimension of [outer, cols, inner] */
export function softmaxForward(w: CommandWriter, a: SoftmaxForwardArgs): void {
  const v0 = softmaxForwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('softmaxForward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(14);
  const u = w.words;
  u[i] = 160 | (variant << 16);
  u[i + 1] = 14;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.outer);
  w.u64(i + 10, a.cols);
  w.u64(i + 12, a.inner);
  w.end(14);
}

/** dx = y (g - sum of g y) over the middle dimension of [outer, cols, inner] */
export interface SoftmaxBackwardArgs {
  readonly y: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly outer: number;
  readonly cols: number;
  readonly inner: number;
}

const softmaxBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = y (g - sum of g y) over the middle dimension of [outer, cols, inner] */
export function softmaxBackward(w: CommandWriter, a: SoftmaxBackwardArgs): void {
  const v0 = softmaxBackwardT[a.y.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('softmaxBackward', [a.y], 'f32|bf16');
  const variant = v0;
  const i = w.begin(17);
  const u = w.words;
  u[i] = 161 | (variant << 16);
  u[i + 1] = 17;
  w.buffer(i + 2, a.y);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.outer);
  w.u64(i + 13, a.cols);
  w.u64(i + 15, a.inner);
  w.end(17);
}

/** y = x - ln(sum of e^x) over the middle dimension of [outer, cols, inner] */
export interface LogSoftmaxForwardArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly outer: number;
  readonly cols: number;
  readonly inner: number;
}

const logSoftmaxForwardT = [0, 1, -1, -1, -1, -1, -1];

/** y = x - ln(sum of e^x) over the middle dimension of [outer, cols, inner] */
export function logSoftmaxForward(w: CommandWriter, a: LogSoftmaxForwardArgs): void {
  const v0 = logSoftmaxForwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('logSoftmaxForward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(14);
  const u = w.words;
  u[i] = 162 | (variant << 16);
  u[i + 1] = 14;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.outer);
  w.u64(i + 10, a.cols);
  w.u64(i + 12, a.inner);
  w.end(14);
}

/** dx = g - e^y * sum of g over the middle dimension of [outer, cols, inner] */
export interface LogSoftmaxBackwardArgs {
  readonly y: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly outer: number;
  readonly cols: number;
  readonly inner: number;
}

const logSoftmaxBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g - e^y * sum of g over the middle dimension of [outer, cols, inner] */
export function logSoftmaxBackward(w: CommandWriter, a: LogSoftmaxBackwardArgs): void {
  const v0 = logSoftmaxBackwardT[a.y.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('logSoftmaxBackward', [a.y], 'f32|bf16');
  const variant = v0;
  const i = w.begin(17);
  const u = w.words;
  u[i] = 163 | (variant << 16);
  u[i + 1] = 17;
  w.buffer(i + 2, a.y);
  w.buffer(i + 5, a.g);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.outer);
  w.u64(i + 13, a.cols);
  w.u64(i + 15, a.inner);
  w.end(17);
}

/** dx = g * e^(x - y) with y = logSumExp(x) over the middle dimension of [outer, cols, inner] */
export interface LogSumExpBackwardArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly outer: number;
  readonly cols: number;
  readonly inner: number;
}

const logSumExpBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g * e^(x - y) with y = logSumExp(x) over the middle dimension of [outer, cols, inner] */
export function logSumExpBackward(w: CommandWriter, a: LogSumExpBackwardArgs): void {
  const v0 = logSumExpBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('logSumExpBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(20);
  const u = w.words;
  u[i] = 164 | (variant << 16);
  u[i + 1] = 20;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.buffer(i + 8, a.g);
  w.buffer(i + 11, a.dx);
  w.u64(i + 14, a.outer);
  w.u64(i + 16, a.cols);
  w.u64(i + 18, a.inner);
  w.end(20);
}

/** loss[r] = (1 - labelSmoothing) (lse - x[r, target]) + labelSmoothing (lse - mean of x[r]); 0 where target == ignoreIndex; another target outside 0..cols fails */
export interface CrossEntropyForwardArgs {
  readonly x: BufferRef;
  readonly target: BufferRef;
  readonly loss: BufferRef;
  readonly lse: BufferRef;
  readonly rows: number;
  readonly cols: number;
  readonly ignoreIndex: number;
  readonly labelSmoothing: number;
}

const crossEntropyForwardT = [0, 1, -1, -1, -1, -1, -1];

/** loss[r] = (1 - labelSmoothing) (lse - x[r, target]) + labelSmoothing (lse - mean of x[r]); 0 where target == ignoreIndex; another target outside 0..cols fails */
export function crossEntropyForward(w: CommandWriter, a: CrossEntropyForwardArgs): void {
  const v0 = crossEntropyForwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('crossEntropyForward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(20);
  const u = w.words;
  u[i] = 165 | (variant << 16);
  u[i + 1] = 20;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.target);
  w.buffer(i + 8, a.loss);
  w.buffer(i + 11, a.lse);
  w.u64(i + 14, a.rows);
  w.u64(i + 16, a.cols);
  u[i + 18] = a.ignoreIndex;
  w.floats[i + 19] = a.labelSmoothing;
  w.end(20);
}

/** dx[r] = g[r] (e^(x[r] - lse[r]) - (1 - labelSmoothing) onehot(target) - labelSmoothing / cols); 0 where target == ignoreIndex; g is one element for all rows with gStep 0 */
export interface CrossEntropyBackwardArgs {
  readonly x: BufferRef;
  readonly target: BufferRef;
  readonly lse: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly rows: number;
  readonly cols: number;
  readonly ignoreIndex: number;
  readonly labelSmoothing: number;
  readonly gStep: number;
}

const crossEntropyBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx[r] = g[r] (e^(x[r] - lse[r]) - (1 - labelSmoothing) onehot(target) - labelSmoothing / cols); 0 where target == ignoreIndex; g is one element for all rows with gStep 0 */
export function crossEntropyBackward(w: CommandWriter, a: CrossEntropyBackwardArgs): void {
  const v0 = crossEntropyBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('crossEntropyBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(24);
  const u = w.words;
  u[i] = 166 | (variant << 16);
  u[i + 1] = 24;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.target);
  w.buffer(i + 8, a.lse);
  w.buffer(i + 11, a.g);
  w.buffer(i + 14, a.dx);
  w.u64(i + 17, a.rows);
  w.u64(i + 19, a.cols);
  u[i + 21] = a.ignoreIndex;
  w.floats[i + 22] = a.labelSmoothing;
  u[i + 23] = a.gStep;
  w.end(24);
}

/** loss[b] = -ln of the sum over alignments of e^(sum of logProbs[t, b, label at t]); infinite where the target does not fit the frames, or 0 with zeroInfinity */
export interface CtcLossForwardArgs {
  readonly logProbs: BufferRef;
  readonly targets: BufferRef;
  readonly inputLengths: BufferRef;
  readonly targetLengths: BufferRef;
  readonly loss: BufferRef;
  readonly alpha: BufferRef;
  readonly frames: number;
  readonly batch: number;
  readonly classes: number;
  readonly targetWidth: number;
  readonly states: number;
  readonly blank: number;
  readonly zeroInfinity: number;
}

const ctcLossForwardT = [0, 1, -1, -1, -1, -1, -1];

/** loss[b] = -ln of the sum over alignments of e^(sum of logProbs[t, b, label at t]); infinite where the target does not fit the frames, or 0 with zeroInfinity */
export function ctcLossForward(w: CommandWriter, a: CtcLossForwardArgs): void {
  const v0 = ctcLossForwardT[a.logProbs.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('ctcLossForward', [a.logProbs], 'f32|bf16');
  const variant = v0;
  const i = w.begin(32);
  const u = w.words;
  u[i] = 167 | (variant << 16);
  u[i + 1] = 32;
  w.buffer(i + 2, a.logProbs);
  w.buffer(i + 5, a.targets);
  w.buffer(i + 8, a.inputLengths);
  w.buffer(i + 11, a.targetLengths);
  w.buffer(i + 14, a.loss);
  w.buffer(i + 17, a.alpha);
  w.u64(i + 20, a.frames);
  w.u64(i + 22, a.batch);
  w.u64(i + 24, a.classes);
  w.u64(i + 26, a.targetWidth);
  w.u64(i + 28, a.states);
  u[i + 30] = a.blank;
  u[i + 31] = a.zeroInfinity;
  w.end(32);
}

/** dx[t, b, c] = -g[b] times the share of all alignments, by probability, that give c at t; 0 beyond inputLengths[b]; NaN where the loss is infinite, or 0 with zeroInfinity; g is one element for all with gStep 0 */
export interface CtcLossBackwardArgs {
  readonly logProbs: BufferRef;
  readonly targets: BufferRef;
  readonly inputLengths: BufferRef;
  readonly targetLengths: BufferRef;
  readonly alpha: BufferRef;
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly frames: number;
  readonly batch: number;
  readonly classes: number;
  readonly targetWidth: number;
  readonly states: number;
  readonly blank: number;
  readonly zeroInfinity: number;
  readonly gStep: number;
}

const ctcLossBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx[t, b, c] = -g[b] times the share of all alignments, by probability, that give c at t; 0 beyond inputLengths[b]; NaN where the loss is infinite, or 0 with zeroInfinity; g is one element for all with gStep 0 */
export function ctcLossBackward(w: CommandWriter, a: CtcLossBackwardArgs): void {
  const v0 = ctcLossBackwardT[a.logProbs.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('ctcLossBackward', [a.logProbs], 'f32|bf16');
  const variant = v0;
  const i = w.begin(36);
  const u = w.words;
  u[i] = 168 | (variant << 16);
  u[i + 1] = 36;
  w.buffer(i + 2, a.logProbs);
  w.buffer(i + 5, a.targets);
  w.buffer(i + 8, a.inputLengths);
  w.buffer(i + 11, a.targetLengths);
  w.buffer(i + 14, a.alpha);
  w.buffer(i + 17, a.g);
  w.buffer(i + 20, a.dx);
  w.u64(i + 23, a.frames);
  w.u64(i + 25, a.batch);
  w.u64(i + 27, a.classes);
  w.u64(i + 29, a.targetWidth);
  w.u64(i + 31, a.states);
  u[i + 33] = a.blank;
  u[i + 34] = a.zeroInfinity;
  u[i + 35] = a.gStep;
  w.end(36);
}

/** y = (x - mean) * rstd * weight + bias over rows of cols elements */
export interface LayerNormForwardArgs {
  readonly x: BufferRef;
  readonly weight?: BufferRef | undefined;
  readonly bias?: BufferRef | undefined;
  readonly y: BufferRef;
  readonly mean: BufferRef;
  readonly rstd: BufferRef;
  readonly rows: number;
  readonly cols: number;
  readonly eps: number;
}

const layerNormForwardT = [0, 1, -1, -1, -1, -1, -1];

/** y = (x - mean) * rstd * weight + bias over rows of cols elements */
export function layerNormForward(w: CommandWriter, a: LayerNormForwardArgs): void {
  const v0 = layerNormForwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('layerNormForward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(25);
  const u = w.words;
  u[i] = 169 | (variant << 16);
  u[i + 1] = 25;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.weight);
  w.buffer(i + 8, a.bias);
  w.buffer(i + 11, a.y);
  w.buffer(i + 14, a.mean);
  w.buffer(i + 17, a.rstd);
  w.u64(i + 20, a.rows);
  w.u64(i + 22, a.cols);
  w.floats[i + 24] = a.eps;
  w.end(25);
}

/** gradients of layerNormForward; dweight and dbias sum over rows */
export interface LayerNormBackwardArgs {
  readonly x: BufferRef;
  readonly weight?: BufferRef | undefined;
  readonly mean: BufferRef;
  readonly rstd: BufferRef;
  readonly g: BufferRef;
  readonly dx?: BufferRef | undefined;
  readonly dweight?: BufferRef | undefined;
  readonly dbias?: BufferRef | undefined;
  readonly rows: number;
  readonly cols: number;
}

const layerNormBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** gradients of layerNormForward; dweight and dbias sum over rows */
export function layerNormBackward(w: CommandWriter, a: LayerNormBackwardArgs): void {
  const v0 = layerNormBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('layerNormBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(30);
  const u = w.words;
  u[i] = 170 | (variant << 16);
  u[i + 1] = 30;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.weight);
  w.buffer(i + 8, a.mean);
  w.buffer(i + 11, a.rstd);
  w.buffer(i + 14, a.g);
  w.buffer(i + 17, a.dx);
  w.buffer(i + 20, a.dweight);
  w.buffer(i + 23, a.dbias);
  w.u64(i + 26, a.rows);
  w.u64(i + 28, a.cols);
  w.end(30);
}

/** y = x * rstd * weight with rstd = 1 / sqrt(mean of x^2 + eps) over rows of cols elements */
export interface RmsNormForwardArgs {
  readonly x: BufferRef;
  readonly weight?: BufferRef | undefined;
  readonly y: BufferRef;
  readonly rstd: BufferRef;
  readonly rows: number;
  readonly cols: number;
  readonly eps: number;
}

const rmsNormForwardT = [0, 1, -1, -1, -1, -1, -1];

/** y = x * rstd * weight with rstd = 1 / sqrt(mean of x^2 + eps) over rows of cols elements */
export function rmsNormForward(w: CommandWriter, a: RmsNormForwardArgs): void {
  const v0 = rmsNormForwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('rmsNormForward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(19);
  const u = w.words;
  u[i] = 171 | (variant << 16);
  u[i + 1] = 19;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.weight);
  w.buffer(i + 8, a.y);
  w.buffer(i + 11, a.rstd);
  w.u64(i + 14, a.rows);
  w.u64(i + 16, a.cols);
  w.floats[i + 18] = a.eps;
  w.end(19);
}

/** gradients of rmsNormForward; dweight sums over rows */
export interface RmsNormBackwardArgs {
  readonly x: BufferRef;
  readonly weight?: BufferRef | undefined;
  readonly rstd: BufferRef;
  readonly g: BufferRef;
  readonly dx?: BufferRef | undefined;
  readonly dweight?: BufferRef | undefined;
  readonly rows: number;
  readonly cols: number;
}

const rmsNormBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** gradients of rmsNormForward; dweight sums over rows */
export function rmsNormBackward(w: CommandWriter, a: RmsNormBackwardArgs): void {
  const v0 = rmsNormBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('rmsNormBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(24);
  const u = w.words;
  u[i] = 172 | (variant << 16);
  u[i + 1] = 24;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.weight);
  w.buffer(i + 8, a.rstd);
  w.buffer(i + 11, a.g);
  w.buffer(i + 14, a.dx);
  w.buffer(i + 17, a.dweight);
  w.u64(i + 20, a.rows);
  w.u64(i + 22, a.cols);
  w.end(24);
}

/** y = (x - mean) * rstd * weight[channel] + bias[channel] over each of groups groups of channels of [batch, channels, spatial]; groups divides channels */
export interface GroupNormForwardArgs {
  readonly x: BufferRef;
  readonly weight?: BufferRef | undefined;
  readonly bias?: BufferRef | undefined;
  readonly y: BufferRef;
  readonly mean: BufferRef;
  readonly rstd: BufferRef;
  readonly batch: number;
  readonly channels: number;
  readonly spatial: number;
  readonly groups: number;
  readonly eps: number;
}

const groupNormForwardT = [0, 1, -1, -1, -1, -1, -1];

/** y = (x - mean) * rstd * weight[channel] + bias[channel] over each of groups groups of channels of [batch, channels, spatial]; groups divides channels */
export function groupNormForward(w: CommandWriter, a: GroupNormForwardArgs): void {
  const v0 = groupNormForwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('groupNormForward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(29);
  const u = w.words;
  u[i] = 173 | (variant << 16);
  u[i + 1] = 29;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.weight);
  w.buffer(i + 8, a.bias);
  w.buffer(i + 11, a.y);
  w.buffer(i + 14, a.mean);
  w.buffer(i + 17, a.rstd);
  w.u64(i + 20, a.batch);
  w.u64(i + 22, a.channels);
  w.u64(i + 24, a.spatial);
  w.u64(i + 26, a.groups);
  w.floats[i + 28] = a.eps;
  w.end(29);
}

/** gradients of groupNormForward; dweight and dbias sum over batch and spatial */
export interface GroupNormBackwardArgs {
  readonly x: BufferRef;
  readonly weight?: BufferRef | undefined;
  readonly mean: BufferRef;
  readonly rstd: BufferRef;
  readonly g: BufferRef;
  readonly dx?: BufferRef | undefined;
  readonly dweight?: BufferRef | undefined;
  readonly dbias?: BufferRef | undefined;
  readonly batch: number;
  readonly channels: number;
  readonly spatial: number;
  readonly groups: number;
}

const groupNormBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** gradients of groupNormForward; dweight and dbias sum over batch and spatial */
export function groupNormBackward(w: CommandWriter, a: GroupNormBackwardArgs): void {
  const v0 = groupNormBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('groupNormBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(34);
  const u = w.words;
  u[i] = 174 | (variant << 16);
  u[i + 1] = 34;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.weight);
  w.buffer(i + 8, a.mean);
  w.buffer(i + 11, a.rstd);
  w.buffer(i + 14, a.g);
  w.buffer(i + 17, a.dx);
  w.buffer(i + 20, a.dweight);
  w.buffer(i + 23, a.dbias);
  w.u64(i + 26, a.batch);
  w.u64(i + 28, a.channels);
  w.u64(i + 30, a.spatial);
  w.u64(i + 32, a.groups);
  w.end(34);
}

/** y = (x - mean) * rstd * weight + bias per channel of [batch, channels, spatial]; training 1: batch statistics, and running = (1 - momentum) running + momentum batch (unbiased variance) where present; training 0: the running statistics */
export interface BatchNormForwardArgs {
  readonly x: BufferRef;
  readonly weight?: BufferRef | undefined;
  readonly bias?: BufferRef | undefined;
  readonly runningMean?: BufferRef | undefined;
  readonly runningVariance?: BufferRef | undefined;
  readonly y: BufferRef;
  readonly mean: BufferRef;
  readonly rstd: BufferRef;
  readonly batch: number;
  readonly channels: number;
  readonly spatial: number;
  readonly eps: number;
  readonly momentum: number;
  readonly training: number;
}

const batchNormForwardT = [0, 1, -1, -1, -1, -1, -1];

/** y = (x - mean) * rstd * weight + bias per channel of [batch, channels, spatial]; training 1: batch statistics, and running = (1 - momentum) running + momentum batch (unbiased variance) where present; training 0: the running statistics */
export function batchNormForward(w: CommandWriter, a: BatchNormForwardArgs): void {
  const v0 = batchNormForwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('batchNormForward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(35);
  const u = w.words;
  u[i] = 175 | (variant << 16);
  u[i + 1] = 35;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.weight);
  w.buffer(i + 8, a.bias);
  w.buffer(i + 11, a.runningMean);
  w.buffer(i + 14, a.runningVariance);
  w.buffer(i + 17, a.y);
  w.buffer(i + 20, a.mean);
  w.buffer(i + 23, a.rstd);
  w.u64(i + 26, a.batch);
  w.u64(i + 28, a.channels);
  w.u64(i + 30, a.spatial);
  w.floats[i + 32] = a.eps;
  w.floats[i + 33] = a.momentum;
  u[i + 34] = a.training;
  w.end(35);
}

/** gradients of batchNormForward from the mean and rstd it wrote; with training 0 they are constants */
export interface BatchNormBackwardArgs {
  readonly x: BufferRef;
  readonly weight?: BufferRef | undefined;
  readonly mean: BufferRef;
  readonly rstd: BufferRef;
  readonly g: BufferRef;
  readonly dx?: BufferRef | undefined;
  readonly dweight?: BufferRef | undefined;
  readonly dbias?: BufferRef | undefined;
  readonly batch: number;
  readonly channels: number;
  readonly spatial: number;
  readonly training: number;
}

const batchNormBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** gradients of batchNormForward from the mean and rstd it wrote; with training 0 they are constants */
export function batchNormBackward(w: CommandWriter, a: BatchNormBackwardArgs): void {
  const v0 = batchNormBackwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('batchNormBackward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(33);
  const u = w.words;
  u[i] = 176 | (variant << 16);
  u[i + 1] = 33;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.weight);
  w.buffer(i + 8, a.mean);
  w.buffer(i + 11, a.rstd);
  w.buffer(i + 14, a.g);
  w.buffer(i + 17, a.dx);
  w.buffer(i + 20, a.dweight);
  w.buffer(i + 23, a.dbias);
  w.u64(i + 26, a.batch);
  w.u64(i + 28, a.channels);
  w.u64(i + 30, a.spatial);
  u[i + 32] = a.training;
  w.end(33);
}

/** m += (1-beta1)(g-m); v = beta2 v + (1-beta2)g^2; p -= lr (momentWeight m + gradWeight g)/(rootScale sqrt(v) + eps): Adam, AdamW, AMSGrad, RAdam, every NAdam and NadamW by their weights */
export interface AdamStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly expAvg: BufferRef;
  readonly expAvgSq: BufferRef;
  readonly maxExpAvgSq?: BufferRef | undefined;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly eps: number | (() => number);
  readonly momentWeight: number | (() => number);
  readonly gradWeight: number | (() => number);
  readonly rootScale: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
}

const adamStepP = [0, 1, -1, -1, -1, -1, -1];

const adamStepG = [0, 1, -1, -1, -1, -1, -1];

/** m += (1-beta1)(g-m); v = beta2 v + (1-beta2)g^2; p -= lr (momentWeight m + gradWeight g)/(rootScale sqrt(v) + eps): Adam, AdamW, AMSGrad, RAdam, every NAdam and NadamW by their weights */
export function adamStep(w: CommandWriter, a: AdamStepArgs): void {
  const v0 = adamStepP[a.param.typeCode]!;
  const v1 = adamStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('adamStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(70);
  const u = w.words;
  u[i] = 177 | (variant << 16);
  u[i + 1] = 70;
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.segmentStarts);
  w.buffer(i + 14, a.segmentLr);
  w.buffer(i + 17, a.segmentDecay);
  w.buffer(i + 20, a.param);
  w.buffer(i + 23, a.master);
  w.buffer(i + 26, a.compensation);
  w.buffer(i + 29, a.touched);
  w.buffer(i + 32, a.expAvg);
  w.buffer(i + 35, a.expAvgSq);
  w.buffer(i + 38, a.maxExpAvgSq);
  w.u64(i + 41, a.n);
  w.u64(i + 43, a.firstIndex);
  w.u64(i + 45, a.seed);
  w.live(i + 47, 'u64', a.offset);
  w.live(i + 49, 'f64', a.beta1);
  w.live(i + 51, 'f64', a.beta2);
  w.live(i + 53, 'f64', a.eps);
  w.live(i + 55, 'f64', a.momentWeight);
  w.live(i + 57, 'f64', a.gradWeight);
  w.live(i + 59, 'f64', a.rootScale);
  w.live(i + 61, 'f64', a.lr);
  w.live(i + 63, 'f64', a.weightDecay);
  w.live(i + 65, 'f32', a.gradFactor);
  u[i + 66] = a.decoupled;
  u[i + 67] = a.rounding;
  u[i + 68] = a.segments;
  u[i + 69] = a.gradScales;
  w.end(70);
}

/** b = momentum b + gradGain g; p -= lr b, with Nesterov p -= lr (g + momentum b), without a buffer p -= lr g */
export interface SgdStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly momentumBuffer?: BufferRef | undefined;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly momentum: number | (() => number);
  readonly gradGain: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly nesterov: number;
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
}

const sgdStepP = [0, 1, -1, -1, -1, -1, -1];

const sgdStepG = [0, 1, -1, -1, -1, -1, -1];

/** b = momentum b + gradGain g; p -= lr b, with Nesterov p -= lr (g + momentum b), without a buffer p -= lr g */
export function sgdStep(w: CommandWriter, a: SgdStepArgs): void {
  const v0 = sgdStepP[a.param.typeCode]!;
  const v1 = sgdStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('sgdStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(57);
  const u = w.words;
  u[i] = 178 | (variant << 16);
  u[i + 1] = 57;
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.segmentStarts);
  w.buffer(i + 14, a.segmentLr);
  w.buffer(i + 17, a.segmentDecay);
  w.buffer(i + 20, a.param);
  w.buffer(i + 23, a.master);
  w.buffer(i + 26, a.compensation);
  w.buffer(i + 29, a.touched);
  w.buffer(i + 32, a.momentumBuffer);
  w.u64(i + 35, a.n);
  w.u64(i + 37, a.firstIndex);
  w.u64(i + 39, a.seed);
  w.live(i + 41, 'u64', a.offset);
  w.live(i + 43, 'f64', a.momentum);
  w.live(i + 45, 'f64', a.gradGain);
  w.live(i + 47, 'f64', a.lr);
  w.live(i + 49, 'f64', a.weightDecay);
  u[i + 51] = a.nesterov;
  w.live(i + 52, 'f32', a.gradFactor);
  u[i + 53] = a.decoupled;
  u[i + 54] = a.rounding;
  u[i + 55] = a.segments;
  u[i + 56] = a.gradScales;
  w.end(57);
}

/** p -= lr sign(beta1 m + (1-beta1)g); m = beta2 m + (1-beta2)g */
export interface LionStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly expAvg: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
}

const lionStepP = [0, 1, -1, -1, -1, -1, -1];

const lionStepG = [0, 1, -1, -1, -1, -1, -1];

/** p -= lr sign(beta1 m + (1-beta1)g); m = beta2 m + (1-beta2)g */
export function lionStep(w: CommandWriter, a: LionStepArgs): void {
  const v0 = lionStepP[a.param.typeCode]!;
  const v1 = lionStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('lionStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(56);
  const u = w.words;
  u[i] = 179 | (variant << 16);
  u[i + 1] = 56;
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.segmentStarts);
  w.buffer(i + 14, a.segmentLr);
  w.buffer(i + 17, a.segmentDecay);
  w.buffer(i + 20, a.param);
  w.buffer(i + 23, a.master);
  w.buffer(i + 26, a.compensation);
  w.buffer(i + 29, a.touched);
  w.buffer(i + 32, a.expAvg);
  w.u64(i + 35, a.n);
  w.u64(i + 37, a.firstIndex);
  w.u64(i + 39, a.seed);
  w.live(i + 41, 'u64', a.offset);
  w.live(i + 43, 'f64', a.beta1);
  w.live(i + 45, 'f64', a.beta2);
  w.live(i + 47, 'f64', a.lr);
  w.live(i + 49, 'f64', a.weightDecay);
  w.live(i + 51, 'f32', a.gradFactor);
  u[i + 52] = a.decoupled;
  u[i + 53] = a.rounding;
  u[i + 54] = a.segments;
  u[i + 55] = a.gradScales;
  w.end(56);
}

/** s += g^2; p -= lr g/(sqrt(s) + eps) */
export interface AdagradStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly sum: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly eps: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
}

const adagradStepP = [0, 1, -1, -1, -1, -1, -1];

const adagradStepG = [0, 1, -1, -1, -1, -1, -1];

/** s += g^2; p -= lr g/(sqrt(s) + eps) */
export function adagradStep(w: CommandWriter, a: AdagradStepArgs): void {
  const v0 = adagradStepP[a.param.typeCode]!;
  const v1 = adagradStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('adagradStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(54);
  const u = w.words;
  u[i] = 180 | (variant << 16);
  u[i + 1] = 54;
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.segmentStarts);
  w.buffer(i + 14, a.segmentLr);
  w.buffer(i + 17, a.segmentDecay);
  w.buffer(i + 20, a.param);
  w.buffer(i + 23, a.master);
  w.buffer(i + 26, a.compensation);
  w.buffer(i + 29, a.touched);
  w.buffer(i + 32, a.sum);
  w.u64(i + 35, a.n);
  w.u64(i + 37, a.firstIndex);
  w.u64(i + 39, a.seed);
  w.live(i + 41, 'u64', a.offset);
  w.live(i + 43, 'f64', a.eps);
  w.live(i + 45, 'f64', a.lr);
  w.live(i + 47, 'f64', a.weightDecay);
  w.live(i + 49, 'f32', a.gradFactor);
  u[i + 50] = a.decoupled;
  u[i + 51] = a.rounding;
  u[i + 52] = a.segments;
  u[i + 53] = a.gradScales;
  w.end(54);
}

/** v = alpha v + (1-alpha)g^2; u = g/(sqrt(v - a^2) + eps) with a the average gradient where there is one; b = momentum b + u where there is a buffer; p -= lr u or lr b */
export interface RmspropStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly squareAvg: BufferRef;
  readonly gradAvg?: BufferRef | undefined;
  readonly momentumBuffer?: BufferRef | undefined;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly alpha: number | (() => number);
  readonly momentum: number | (() => number);
  readonly eps: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
}

const rmspropStepP = [0, 1, -1, -1, -1, -1, -1];

const rmspropStepG = [0, 1, -1, -1, -1, -1, -1];

/** v = alpha v + (1-alpha)g^2; u = g/(sqrt(v - a^2) + eps) with a the average gradient where there is one; b = momentum b + u where there is a buffer; p -= lr u or lr b */
export function rmspropStep(w: CommandWriter, a: RmspropStepArgs): void {
  const v0 = rmspropStepP[a.param.typeCode]!;
  const v1 = rmspropStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('rmspropStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(64);
  const u = w.words;
  u[i] = 181 | (variant << 16);
  u[i + 1] = 64;
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.segmentStarts);
  w.buffer(i + 14, a.segmentLr);
  w.buffer(i + 17, a.segmentDecay);
  w.buffer(i + 20, a.param);
  w.buffer(i + 23, a.master);
  w.buffer(i + 26, a.compensation);
  w.buffer(i + 29, a.touched);
  w.buffer(i + 32, a.squareAvg);
  w.buffer(i + 35, a.gradAvg);
  w.buffer(i + 38, a.momentumBuffer);
  w.u64(i + 41, a.n);
  w.u64(i + 43, a.firstIndex);
  w.u64(i + 45, a.seed);
  w.live(i + 47, 'u64', a.offset);
  w.live(i + 49, 'f64', a.alpha);
  w.live(i + 51, 'f64', a.momentum);
  w.live(i + 53, 'f64', a.eps);
  w.live(i + 55, 'f64', a.lr);
  w.live(i + 57, 'f64', a.weightDecay);
  w.live(i + 59, 'f32', a.gradFactor);
  u[i + 60] = a.decoupled;
  u[i + 61] = a.rounding;
  u[i + 62] = a.segments;
  u[i + 63] = a.gradScales;
  w.end(64);
}

/** v = rho v + (1-rho)g^2; u = g sqrt(d + eps)/sqrt(v + eps); d = rho d + (1-rho)u^2; p -= lr u */
export interface AdadeltaStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly squareAvg: BufferRef;
  readonly accDelta: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly rho: number | (() => number);
  readonly eps: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
}

const adadeltaStepP = [0, 1, -1, -1, -1, -1, -1];

const adadeltaStepG = [0, 1, -1, -1, -1, -1, -1];

/** v = rho v + (1-rho)g^2; u = g sqrt(d + eps)/sqrt(v + eps); d = rho d + (1-rho)u^2; p -= lr u */
export function adadeltaStep(w: CommandWriter, a: AdadeltaStepArgs): void {
  const v0 = adadeltaStepP[a.param.typeCode]!;
  const v1 = adadeltaStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('adadeltaStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(59);
  const u = w.words;
  u[i] = 182 | (variant << 16);
  u[i + 1] = 59;
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.segmentStarts);
  w.buffer(i + 14, a.segmentLr);
  w.buffer(i + 17, a.segmentDecay);
  w.buffer(i + 20, a.param);
  w.buffer(i + 23, a.master);
  w.buffer(i + 26, a.compensation);
  w.buffer(i + 29, a.touched);
  w.buffer(i + 32, a.squareAvg);
  w.buffer(i + 35, a.accDelta);
  w.u64(i + 38, a.n);
  w.u64(i + 40, a.firstIndex);
  w.u64(i + 42, a.seed);
  w.live(i + 44, 'u64', a.offset);
  w.live(i + 46, 'f64', a.rho);
  w.live(i + 48, 'f64', a.eps);
  w.live(i + 50, 'f64', a.lr);
  w.live(i + 52, 'f64', a.weightDecay);
  w.live(i + 54, 'f32', a.gradFactor);
  u[i + 55] = a.decoupled;
  u[i + 56] = a.rounding;
  u[i + 57] = a.segments;
  u[i + 58] = a.gradScales;
  w.end(59);
}

/** m += (1-beta1)(g-m); u = max(beta2 u, |g| + eps); p -= lr momentWeight m/u */
export interface AdamaxStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly expAvg: BufferRef;
  readonly expInf: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly eps: number | (() => number);
  readonly momentWeight: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
}

const adamaxStepP = [0, 1, -1, -1, -1, -1, -1];

const adamaxStepG = [0, 1, -1, -1, -1, -1, -1];

/** m += (1-beta1)(g-m); u = max(beta2 u, |g| + eps); p -= lr momentWeight m/u */
export function adamaxStep(w: CommandWriter, a: AdamaxStepArgs): void {
  const v0 = adamaxStepP[a.param.typeCode]!;
  const v1 = adamaxStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('adamaxStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(63);
  const u = w.words;
  u[i] = 183 | (variant << 16);
  u[i + 1] = 63;
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.segmentStarts);
  w.buffer(i + 14, a.segmentLr);
  w.buffer(i + 17, a.segmentDecay);
  w.buffer(i + 20, a.param);
  w.buffer(i + 23, a.master);
  w.buffer(i + 26, a.compensation);
  w.buffer(i + 29, a.touched);
  w.buffer(i + 32, a.expAvg);
  w.buffer(i + 35, a.expInf);
  w.u64(i + 38, a.n);
  w.u64(i + 40, a.firstIndex);
  w.u64(i + 42, a.seed);
  w.live(i + 44, 'u64', a.offset);
  w.live(i + 46, 'f64', a.beta1);
  w.live(i + 48, 'f64', a.beta2);
  w.live(i + 50, 'f64', a.eps);
  w.live(i + 52, 'f64', a.momentWeight);
  w.live(i + 54, 'f64', a.lr);
  w.live(i + 56, 'f64', a.weightDecay);
  w.live(i + 58, 'f32', a.gradFactor);
  u[i + 59] = a.decoupled;
  u[i + 60] = a.rounding;
  u[i + 61] = a.segments;
  u[i + 62] = a.gradScales;
  w.end(63);
}

/** Schedule-Free: v = beta2 v + (1-beta2)g^2; u = g/(rootScale sqrt(v) + eps) + decay p, without v u = g + decay p; with m = inner m + (1-inner)g in the place of g, times momentWeight; p += average (z - p) + lr gradientShare u; z -= lr u; the parameters hold y */
export interface ScheduleFreeStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly z: BufferRef;
  readonly expAvgSq?: BufferRef | undefined;
  readonly expAvg?: BufferRef | undefined;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta2: number | (() => number);
  readonly eps: number | (() => number);
  readonly rootScale: number | (() => number);
  readonly inner: number | (() => number);
  readonly momentWeight: number | (() => number);
  readonly average: number | (() => number);
  readonly gradientShare: number | (() => number);
  readonly decay: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
}

const scheduleFreeStepP = [0, 1, -1, -1, -1, -1, -1];

const scheduleFreeStepG = [0, 1, -1, -1, -1, -1, -1];

/** Schedule-Free: v = beta2 v + (1-beta2)g^2; u = g/(rootScale sqrt(v) + eps) + decay p, without v u = g + decay p; with m = inner m + (1-inner)g in the place of g, times momentWeight; p += average (z - p) + lr gradientShare u; z -= lr u; the parameters hold y */
export function scheduleFreeStep(w: CommandWriter, a: ScheduleFreeStepArgs): void {
  const v0 = scheduleFreeStepP[a.param.typeCode]!;
  const v1 = scheduleFreeStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('scheduleFreeStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(74);
  const u = w.words;
  u[i] = 184 | (variant << 16);
  u[i + 1] = 74;
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.segmentStarts);
  w.buffer(i + 14, a.segmentLr);
  w.buffer(i + 17, a.segmentDecay);
  w.buffer(i + 20, a.param);
  w.buffer(i + 23, a.master);
  w.buffer(i + 26, a.compensation);
  w.buffer(i + 29, a.touched);
  w.buffer(i + 32, a.z);
  w.buffer(i + 35, a.expAvgSq);
  w.buffer(i + 38, a.expAvg);
  w.u64(i + 41, a.n);
  w.u64(i + 43, a.firstIndex);
  w.u64(i + 45, a.seed);
  w.live(i + 47, 'u64', a.offset);
  w.live(i + 49, 'f64', a.beta2);
  w.live(i + 51, 'f64', a.eps);
  w.live(i + 53, 'f64', a.rootScale);
  w.live(i + 55, 'f64', a.inner);
  w.live(i + 57, 'f64', a.momentWeight);
  w.live(i + 59, 'f64', a.average);
  w.live(i + 61, 'f64', a.gradientShare);
  w.live(i + 63, 'f64', a.decay);
  w.live(i + 65, 'f64', a.lr);
  w.live(i + 67, 'f64', a.weightDecay);
  w.live(i + 69, 'f32', a.gradFactor);
  u[i + 70] = a.decoupled;
  u[i + 71] = a.rounding;
  u[i + 72] = a.segments;
  u[i + 73] = a.gradScales;
  w.end(74);
}

/** m and v as adamStep; s += (1-beta3)(g-s); p -= lr (momentWeight m + slowWeight s)/(rootScale sqrt(v) + eps) */
export interface AdemamixStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly expAvg: BufferRef;
  readonly expAvgSq: BufferRef;
  readonly expAvgSlow: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly beta3: number | (() => number);
  readonly eps: number | (() => number);
  readonly momentWeight: number | (() => number);
  readonly slowWeight: number | (() => number);
  readonly rootScale: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
}

const ademamixStepP = [0, 1, -1, -1, -1, -1, -1];

const ademamixStepG = [0, 1, -1, -1, -1, -1, -1];

/** m and v as adamStep; s += (1-beta3)(g-s); p -= lr (momentWeight m + slowWeight s)/(rootScale sqrt(v) + eps) */
export function ademamixStep(w: CommandWriter, a: AdemamixStepArgs): void {
  const v0 = ademamixStepP[a.param.typeCode]!;
  const v1 = ademamixStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('ademamixStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(72);
  const u = w.words;
  u[i] = 185 | (variant << 16);
  u[i + 1] = 72;
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.segmentStarts);
  w.buffer(i + 14, a.segmentLr);
  w.buffer(i + 17, a.segmentDecay);
  w.buffer(i + 20, a.param);
  w.buffer(i + 23, a.master);
  w.buffer(i + 26, a.compensation);
  w.buffer(i + 29, a.touched);
  w.buffer(i + 32, a.expAvg);
  w.buffer(i + 35, a.expAvgSq);
  w.buffer(i + 38, a.expAvgSlow);
  w.u64(i + 41, a.n);
  w.u64(i + 43, a.firstIndex);
  w.u64(i + 45, a.seed);
  w.live(i + 47, 'u64', a.offset);
  w.live(i + 49, 'f64', a.beta1);
  w.live(i + 51, 'f64', a.beta2);
  w.live(i + 53, 'f64', a.beta3);
  w.live(i + 55, 'f64', a.eps);
  w.live(i + 57, 'f64', a.momentWeight);
  w.live(i + 59, 'f64', a.slowWeight);
  w.live(i + 61, 'f64', a.rootScale);
  w.live(i + 63, 'f64', a.lr);
  w.live(i + 65, 'f64', a.weightDecay);
  w.live(i + 67, 'f32', a.gradFactor);
  u[i + 68] = a.decoupled;
  u[i + 69] = a.rounding;
  u[i + 70] = a.segments;
  u[i + 71] = a.gradScales;
  w.end(72);
}

/** u = g/max(sqrt(v), eps) clipped to +-clip; m += (1-beta1)(u-m); p -= lr m; v = beta2 v + (1-beta2)g^2 */
export interface AdoptStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly expAvg: BufferRef;
  readonly expAvgSq: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly eps: number | (() => number);
  readonly clip: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
}

const adoptStepP = [0, 1, -1, -1, -1, -1, -1];

const adoptStepG = [0, 1, -1, -1, -1, -1, -1];

/** u = g/max(sqrt(v), eps) clipped to +-clip; m += (1-beta1)(u-m); p -= lr m; v = beta2 v + (1-beta2)g^2 */
export function adoptStep(w: CommandWriter, a: AdoptStepArgs): void {
  const v0 = adoptStepP[a.param.typeCode]!;
  const v1 = adoptStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('adoptStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(63);
  const u = w.words;
  u[i] = 186 | (variant << 16);
  u[i + 1] = 63;
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.segmentStarts);
  w.buffer(i + 14, a.segmentLr);
  w.buffer(i + 17, a.segmentDecay);
  w.buffer(i + 20, a.param);
  w.buffer(i + 23, a.master);
  w.buffer(i + 26, a.compensation);
  w.buffer(i + 29, a.touched);
  w.buffer(i + 32, a.expAvg);
  w.buffer(i + 35, a.expAvgSq);
  w.u64(i + 38, a.n);
  w.u64(i + 40, a.firstIndex);
  w.u64(i + 42, a.seed);
  w.live(i + 44, 'u64', a.offset);
  w.live(i + 46, 'f64', a.beta1);
  w.live(i + 48, 'f64', a.beta2);
  w.live(i + 50, 'f64', a.eps);
  w.live(i + 52, 'f64', a.clip);
  w.live(i + 54, 'f64', a.lr);
  w.live(i + 56, 'f64', a.weightDecay);
  w.live(i + 58, 'f32', a.gradFactor);
  u[i + 59] = a.decoupled;
  u[i + 60] = a.rounding;
  u[i + 61] = a.segments;
  u[i + 62] = a.gradScales;
  w.end(63);
}

/** m += (1-beta1)(g-m); p -= lr m momentWeight/max(gamma h, eps), clipped to +-clip before lr; h is an estimate of the Hessian diagonal */
export interface SophiaStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly expAvg: BufferRef;
  readonly hessian: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly gamma: number | (() => number);
  readonly eps: number | (() => number);
  readonly clip: number | (() => number);
  readonly momentWeight: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
}

const sophiaStepP = [0, 1, -1, -1, -1, -1, -1];

const sophiaStepG = [0, 1, -1, -1, -1, -1, -1];

/** m += (1-beta1)(g-m); p -= lr m momentWeight/max(gamma h, eps), clipped to +-clip before lr; h is an estimate of the Hessian diagonal */
export function sophiaStep(w: CommandWriter, a: SophiaStepArgs): void {
  const v0 = sophiaStepP[a.param.typeCode]!;
  const v1 = sophiaStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('sophiaStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(65);
  const u = w.words;
  u[i] = 187 | (variant << 16);
  u[i + 1] = 65;
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.segmentStarts);
  w.buffer(i + 14, a.segmentLr);
  w.buffer(i + 17, a.segmentDecay);
  w.buffer(i + 20, a.param);
  w.buffer(i + 23, a.master);
  w.buffer(i + 26, a.compensation);
  w.buffer(i + 29, a.touched);
  w.buffer(i + 32, a.expAvg);
  w.buffer(i + 35, a.hessian);
  w.u64(i + 38, a.n);
  w.u64(i + 40, a.firstIndex);
  w.u64(i + 42, a.seed);
  w.live(i + 44, 'u64', a.offset);
  w.live(i + 46, 'f64', a.beta1);
  w.live(i + 48, 'f64', a.gamma);
  w.live(i + 50, 'f64', a.eps);
  w.live(i + 52, 'f64', a.clip);
  w.live(i + 54, 'f64', a.momentWeight);
  w.live(i + 56, 'f64', a.lr);
  w.live(i + 58, 'f64', a.weightDecay);
  w.live(i + 60, 'f32', a.gradFactor);
  u[i + 61] = a.decoupled;
  u[i + 62] = a.rounding;
  u[i + 63] = a.segments;
  u[i + 64] = a.gradScales;
  w.end(65);
}

/** m += (1-beta)(g-m); u = momentWeight m + gradWeight g, with g times gradFactor and gradScale: what Muon orthogonalises */
export interface MomentumArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly moment: BufferRef;
  readonly update: BufferRef;
  readonly n: number;
  readonly beta: number | (() => number);
  readonly momentWeight: number | (() => number);
  readonly gradWeight: number | (() => number);
  readonly gradFactor: number | (() => number);
}

const momentumG = [0, 1, -1, -1, -1, -1, -1];

/** m += (1-beta)(g-m); u = momentWeight m + gradWeight g, with g times gradFactor and gradScale: what Muon orthogonalises */
export function momentum(w: CommandWriter, a: MomentumArgs): void {
  const v0 = momentumG[a.grad.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('momentum', [a.grad], 'f32|bf16');
  const variant = v0;
  const i = w.begin(26);
  const u = w.words;
  u[i] = 188 | (variant << 16);
  u[i + 1] = 26;
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.moment);
  w.buffer(i + 14, a.update);
  w.u64(i + 17, a.n);
  w.live(i + 19, 'f64', a.beta);
  w.live(i + 21, 'f64', a.momentWeight);
  w.live(i + 23, 'f64', a.gradWeight);
  w.live(i + 25, 'f32', a.gradFactor);
  w.end(26);
}

/** param = paramOfParam param + paramOfOther other, other = otherOfParam param + otherOfOther other, both of the old values: exchanges and interpolations of two sets of weights; with `master` the parameter is read from it */
export interface MixPairArgs {
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly other: BufferRef;
  readonly n: number;
  readonly paramOfParam: number | (() => number);
  readonly paramOfOther: number | (() => number);
  readonly otherOfParam: number | (() => number);
  readonly otherOfOther: number | (() => number);
}

const mixPairP = [0, 1, -1, -1, -1, -1, -1];

/** param = paramOfParam param + paramOfOther other, other = otherOfParam param + otherOfOther other, both of the old values: exchanges and interpolations of two sets of weights; with `master` the parameter is read from it */
export function mixPair(w: CommandWriter, a: MixPairArgs): void {
  const v0 = mixPairP[a.param.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('mixPair', [a.param], 'f32|bf16');
  const variant = v0;
  const i = w.begin(21);
  const u = w.words;
  u[i] = 189 | (variant << 16);
  u[i + 1] = 21;
  w.buffer(i + 2, a.param);
  w.buffer(i + 5, a.master);
  w.buffer(i + 8, a.other);
  w.u64(i + 11, a.n);
  w.live(i + 13, 'f64', a.paramOfParam);
  w.live(i + 15, 'f64', a.paramOfOther);
  w.live(i + 17, 'f64', a.otherOfParam);
  w.live(i + 19, 'f64', a.otherOfOther);
  w.end(21);
}

/** average += (1-decay)(p - average), with p from `master` where there is one: EMA and weight averaging */
export interface AverageStepArgs {
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly average: BufferRef;
  readonly n: number;
  readonly decay: number | (() => number);
}

const averageStepP = [0, 1, -1, -1, -1, -1, -1];

/** average += (1-decay)(p - average), with p from `master` where there is one: EMA and weight averaging */
export function averageStep(w: CommandWriter, a: AverageStepArgs): void {
  const v0 = averageStepP[a.param.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('averageStep', [a.param], 'f32|bf16');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 190 | (variant << 16);
  u[i + 1] = 15;
  w.buffer(i + 2, a.param);
  w.buffer(i + 5, a.master);
  w.buffer(i + 8, a.average);
  w.u64(i + 11, a.n);
  w.live(i + 13, 'f64', a.decay);
  w.end(15);
}

/** norm = sqrt(prior^2 + sum of x^2), over the elements whose bit in `mask` is set; `prior` chains several buffers */
export interface GradNormArgs {
  readonly x: BufferRef;
  readonly mask?: BufferRef | undefined;
  readonly prior?: BufferRef | undefined;
  readonly norm: BufferRef;
  readonly n: number;
}

const gradNormG = [0, 1, -1, -1, -1, -1, -1];

/** norm = sqrt(prior^2 + sum of x^2), over the elements whose bit in `mask` is set; `prior` chains several buffers */
export function gradNorm(w: CommandWriter, a: GradNormArgs): void {
  const v0 = gradNormG[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('gradNorm', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(16);
  const u = w.words;
  u[i] = 191 | (variant << 16);
  u[i + 1] = 16;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.mask);
  w.buffer(i + 8, a.prior);
  w.buffer(i + 11, a.norm);
  w.u64(i + 14, a.n);
  w.end(16);
}

/** norm = prior + sum of |x|, or with `largest` 1 the maximum of prior and all |x|, NaN where there is one */
export interface AbsoluteNormArgs {
  readonly x: BufferRef;
  readonly prior?: BufferRef | undefined;
  readonly norm: BufferRef;
  readonly n: number;
  readonly largest: number;
}

const absoluteNormG = [0, 1, -1, -1, -1, -1, -1];

/** norm = prior + sum of |x|, or with `largest` 1 the maximum of prior and all |x|, NaN where there is one */
export function absoluteNorm(w: CommandWriter, a: AbsoluteNormArgs): void {
  const v0 = absoluteNormG[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('absoluteNorm', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(14);
  const u = w.words;
  u[i] = 192 | (variant << 16);
  u[i + 1] = 14;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.prior);
  w.buffer(i + 8, a.norm);
  w.u64(i + 11, a.n);
  u[i + 13] = a.largest;
  w.end(14);
}

/** Scales the units of each tensor of `x` in place. Tensor t takes table[4t .. 4t+3] = first element, rows, columns, unit: 0 the whole tensor, 1 each row, 2 each column. A unit of norm N is multiplied by the largest factor up to 1 that brings it to the limit; rule 0: N <= limit, 1: root mean square <= limit, 2: N <= limit max(|p|, eps) with the same unit of `param` */
export interface ClipUnitsArgs {
  readonly param: BufferRef;
  readonly table: BufferRef;
  readonly x: BufferRef;
  readonly n: number;
  readonly limit: number | (() => number);
  readonly eps: number;
  readonly tensors: number;
  readonly rule: number;
}

const clipUnitsG = [0, 1, -1, -1, -1, -1, -1];

const clipUnitsP = [0, 1, -1, -1, -1, -1, -1];

/** Scales the units of each tensor of `x` in place. Tensor t takes table[4t .. 4t+3] = first element, rows, columns, unit: 0 the whole tensor, 1 each row, 2 each column. A unit of norm N is multiplied by the largest factor up to 1 that brings it to the limit; rule 0: N <= limit, 1: root mean square <= limit, 2: N <= limit max(|p|, eps) with the same unit of `param` */
export function clipUnits(w: CommandWriter, a: ClipUnitsArgs): void {
  const v0 = clipUnitsG[a.x.typeCode]!;
  const v1 = clipUnitsP[a.param.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('clipUnits', [a.x, a.param], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(19);
  const u = w.words;
  u[i] = 193 | (variant << 16);
  u[i + 1] = 19;
  w.buffer(i + 2, a.param);
  w.buffer(i + 5, a.table);
  w.buffer(i + 8, a.x);
  w.u64(i + 11, a.n);
  w.live(i + 13, 'f64', a.limit);
  w.f64(i + 15, a.eps);
  u[i + 17] = a.tensors;
  u[i + 18] = a.rule;
  w.end(19);
}

/** norms[s] = sqrt(sum of x^2) over segment s, masked like gradNorm */
export interface SegmentNormsArgs {
  readonly x: BufferRef;
  readonly mask?: BufferRef | undefined;
  readonly segmentStarts: BufferRef;
  readonly norms: BufferRef;
  readonly n: number;
  readonly segments: number;
}

const segmentNormsG = [0, 1, -1, -1, -1, -1, -1];

/** norms[s] = sqrt(sum of x^2) over segment s, masked like gradNorm */
export function segmentNorms(w: CommandWriter, a: SegmentNormsArgs): void {
  const v0 = segmentNormsG[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('segmentNorms', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(17);
  const u = w.words;
  u[i] = 194 | (variant << 16);
  u[i + 1] = 17;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.mask);
  w.buffer(i + 8, a.segmentStarts);
  w.buffer(i + 11, a.norms);
  w.u64(i + 14, a.n);
  u[i + 16] = a.segments;
  w.end(17);
}

/** Over segment s, in one pass: distance[s] = |x - origin|, or |x| without an origin; gradient[s] = |gradFactor grad + decay x| */
export interface DistanceNormsArgs {
  readonly x: BufferRef;
  readonly origin?: BufferRef | undefined;
  readonly grad: BufferRef;
  readonly segmentStarts: BufferRef;
  readonly distance: BufferRef;
  readonly gradient: BufferRef;
  readonly n: number;
  readonly gradFactor: number | (() => number);
  readonly decay: number;
  readonly segments: number;
}

const distanceNormsP = [0, 1, -1, -1, -1, -1, -1];

const distanceNormsG = [0, 1, -1, -1, -1, -1, -1];

/** Over segment s, in one pass: distance[s] = |x - origin|, or |x| without an origin; gradient[s] = |gradFactor grad + decay x| */
export function distanceNorms(w: CommandWriter, a: DistanceNormsArgs): void {
  const v0 = distanceNormsP[a.x.typeCode]!;
  const v1 = distanceNormsG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('distanceNorms', [a.x, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(25);
  const u = w.words;
  u[i] = 195 | (variant << 16);
  u[i + 1] = 25;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.origin);
  w.buffer(i + 8, a.grad);
  w.buffer(i + 11, a.segmentStarts);
  w.buffer(i + 14, a.distance);
  w.buffer(i + 17, a.gradient);
  w.u64(i + 20, a.n);
  w.live(i + 22, 'f32', a.gradFactor);
  w.floats[i + 23] = a.decay;
  u[i + 24] = a.segments;
  w.end(25);
}

/** Distance over gradients, elementwise over `count` groups: furthest = max(furthest, distance); total += gradient^2 (weighted 1: times furthest^2); rate = furthest/(sqrt(total + inside) + outside), squared numerator when weighted; at the first step the given rate where it is not negative */
export interface DistanceStepArgs {
  readonly distance: BufferRef;
  readonly gradient: BufferRef;
  readonly furthest: BufferRef;
  readonly total: BufferRef;
  readonly rate: BufferRef;
  readonly inside: number;
  readonly outside: number;
  readonly firstRate: number | (() => number);
  readonly weighted: number;
  readonly count: number;
}

/** Distance over gradients, elementwise over `count` groups: furthest = max(furthest, distance); total += gradient^2 (weighted 1: times furthest^2); rate = furthest/(sqrt(total + inside) + outside), squared numerator when weighted; at the first step the given rate where it is not negative */
export function distanceStep(w: CommandWriter, a: DistanceStepArgs): void {
  const i = w.begin(25);
  const u = w.words;
  u[i] = 196;
  u[i + 1] = 25;
  w.buffer(i + 2, a.distance);
  w.buffer(i + 5, a.gradient);
  w.buffer(i + 8, a.furthest);
  w.buffer(i + 11, a.total);
  w.buffer(i + 14, a.rate);
  w.f64(i + 17, a.inside);
  w.f64(i + 19, a.outside);
  w.live(i + 21, 'f64', a.firstRate);
  u[i + 23] = a.weighted;
  u[i + 24] = a.count;
  w.end(25);
}

/** scale = min(1, maxNorm/(norm + eps)), elementwise over `count` norms */
export interface ClipScaleArgs {
  readonly norm: BufferRef;
  readonly scale: BufferRef;
  readonly maxNorm: number | (() => number);
  readonly eps: number;
  readonly count: number;
}

/** scale = min(1, maxNorm/(norm + eps)), elementwise over `count` norms */
export function clipScale(w: CommandWriter, a: ClipScaleArgs): void {
  const i = w.begin(13);
  const u = w.words;
  u[i] = 197;
  u[i + 1] = 13;
  w.buffer(i + 2, a.norm);
  w.buffer(i + 5, a.scale);
  w.live(i + 8, 'f64', a.maxNorm);
  w.f64(i + 10, a.eps);
  u[i + 12] = a.count;
  w.end(13);
}

/** x *= scale[0], a number on the device */
export interface ScaleByArgs {
  readonly scale: BufferRef;
  readonly x: BufferRef;
  readonly n: number;
}

const scaleByG = [0, 1, -1, -1, -1, -1, -1];

/** x *= scale[0], a number on the device */
export function scaleBy(w: CommandWriter, a: ScaleByArgs): void {
  const v0 = scaleByG[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('scaleBy', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 198 | (variant << 16);
  u[i + 1] = 10;
  w.buffer(i + 2, a.scale);
  w.buffer(i + 5, a.x);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** found = 1 where x has a NaN or an infinity or `prior` is not zero, else 0 */
export interface NonFiniteFlagArgs {
  readonly x: BufferRef;
  readonly prior?: BufferRef | undefined;
  readonly found: BufferRef;
  readonly n: number;
}

const nonFiniteFlagG = [0, 1, -1, -1, -1, -1, -1];

/** found = 1 where x has a NaN or an infinity or `prior` is not zero, else 0 */
export function nonFiniteFlag(w: CommandWriter, a: NonFiniteFlagArgs): void {
  const v0 = nonFiniteFlagG[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('nonFiniteFlag', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(13);
  const u = w.words;
  u[i] = 199 | (variant << 16);
  u[i + 1] = 13;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.prior);
  w.buffer(i + 8, a.found);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** offsets[b] = bits set in `mask` before block b of 1024 parameters; the last is the number of active parameters */
export interface MaskOffsetsArgs {
  readonly mask: BufferRef;
  readonly offsets: BufferRef;
  readonly n: number;
}

/** offsets[b] = bits set in `mask` before block b of 1024 parameters; the last is the number of active parameters */
export function maskOffsets(w: CommandWriter, a: MaskOffsetsArgs): void {
  const i = w.begin(10);
  const u = w.words;
  u[i] = 200;
  u[i + 1] = 10;
  w.buffer(i + 2, a.mask);
  w.buffer(i + 5, a.offsets);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** counts[s] = bits set in `mask` within segment s, as 64-bit integers */
export interface MaskSegmentCountsArgs {
  readonly mask: BufferRef;
  readonly segmentStarts: BufferRef;
  readonly counts: BufferRef;
  readonly n: number;
  readonly segments: number;
}

/** counts[s] = bits set in `mask` within segment s, as 64-bit integers */
export function maskSegmentCounts(w: CommandWriter, a: MaskSegmentCountsArgs): void {
  const i = w.begin(14);
  const u = w.words;
  u[i] = 201;
  u[i + 1] = 14;
  w.buffer(i + 2, a.mask);
  w.buffer(i + 5, a.segmentStarts);
  w.buffer(i + 8, a.counts);
  w.u64(i + 11, a.n);
  u[i + 13] = a.segments;
  w.end(14);
}

/** bit i = before[i] and after[i] differ: mode 0 in their bits, 1 by more than tolerance, 2 by more than tolerance times the larger of both sizes */
export interface MaskChangedArgs {
  readonly before: BufferRef;
  readonly after: BufferRef;
  readonly mask: BufferRef;
  readonly n: number;
  readonly tolerance: number;
  readonly mode: number;
}

const maskChangedP = [0, 1, 2, -1, -1, -1, -1];

/** bit i = before[i] and after[i] differ: mode 0 in their bits, 1 by more than tolerance, 2 by more than tolerance times the larger of both sizes */
export function maskChanged(w: CommandWriter, a: MaskChangedArgs): void {
  const v0 = maskChangedP[a.before.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('maskChanged', [a.before], 'f32|bf16|f16');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 202 | (variant << 16);
  u[i + 1] = 15;
  w.buffer(i + 2, a.before);
  w.buffer(i + 5, a.after);
  w.buffer(i + 8, a.mask);
  w.u64(i + 11, a.n);
  w.floats[i + 13] = a.tolerance;
  u[i + 14] = a.mode;
  w.end(15);
}

/** counts[c] = elements of before and after that differ by criterion c: modes[c] and tolerances[c], as in maskChanged */
export interface CountChangedArgs {
  readonly before: BufferRef;
  readonly after: BufferRef;
  readonly modes: BufferRef;
  readonly tolerances: BufferRef;
  readonly counts: BufferRef;
  readonly n: number;
  readonly criteria: number;
}

const countChangedP = [0, 1, 2, -1, -1, -1, -1];

/** counts[c] = elements of before and after that differ by criterion c: modes[c] and tolerances[c], as in maskChanged */
export function countChanged(w: CommandWriter, a: CountChangedArgs): void {
  const v0 = countChangedP[a.before.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('countChanged', [a.before], 'f32|bf16|f16');
  const variant = v0;
  const i = w.begin(20);
  const u = w.words;
  u[i] = 203 | (variant << 16);
  u[i + 1] = 20;
  w.buffer(i + 2, a.before);
  w.buffer(i + 5, a.after);
  w.buffer(i + 8, a.modes);
  w.buffer(i + 11, a.tolerances);
  w.buffer(i + 14, a.counts);
  w.u64(i + 17, a.n);
  u[i + 19] = a.criteria;
  w.end(20);
}

/** bit i = |p[i]| < threshold: what a small learning rate can move in 16-bit storage */
export interface MaskSmallArgs {
  readonly p: BufferRef;
  readonly mask: BufferRef;
  readonly n: number;
  readonly threshold: number;
}

const maskSmallP = [0, 1, 2, -1, -1, -1, -1];

/** bit i = |p[i]| < threshold: what a small learning rate can move in 16-bit storage */
export function maskSmall(w: CommandWriter, a: MaskSmallArgs): void {
  const v0 = maskSmallP[a.p.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('maskSmall', [a.p], 'f32|bf16|f16');
  const variant = v0;
  const i = w.begin(11);
  const u = w.words;
  u[i] = 204 | (variant << 16);
  u[i + 1] = 11;
  w.buffer(i + 2, a.p);
  w.buffer(i + 5, a.mask);
  w.u64(i + 8, a.n);
  w.floats[i + 10] = a.threshold;
  w.end(11);
}

/** bit i = bytes[i] is not zero */
export interface MaskFromBytesArgs {
  readonly bytes: BufferRef;
  readonly mask: BufferRef;
  readonly n: number;
}

/** bit i = bytes[i] is not zero */
export function maskFromBytes(w: CommandWriter, a: MaskFromBytesArgs): void {
  const i = w.begin(10);
  const u = w.words;
  u[i] = 205;
  u[i + 1] = 10;
  w.buffer(i + 2, a.bytes);
  w.buffer(i + 5, a.mask);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** bytes[i] = bit i of mask */
export interface MaskToBytesArgs {
  readonly mask: BufferRef;
  readonly bytes: BufferRef;
  readonly n: number;
}

/** bytes[i] = bit i of mask */
export function maskToBytes(w: CommandWriter, a: MaskToBytesArgs): void {
  const i = w.begin(10);
  const u = w.words;
  u[i] = 206;
  u[i + 1] = 10;
  w.buffer(i + 2, a.mask);
  w.buffer(i + 5, a.bytes);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** bit i = i is among `indices` (any order, repeats allowed; an index outside [0, n) sets nothing) */
export interface MaskFromIndicesArgs {
  readonly indices: BufferRef;
  readonly mask: BufferRef;
  readonly n: number;
  readonly count: number;
}

const maskFromIndicesI = [-1, -1, -1, 0, -1, -1, 1];

/** bit i = i is among `indices` (any order, repeats allowed; an index outside [0, n) sets nothing) */
export function maskFromIndices(w: CommandWriter, a: MaskFromIndicesArgs): void {
  const v0 = maskFromIndicesI[a.indices.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('maskFromIndices', [a.indices], 'i32|i64');
  const variant = v0;
  const i = w.begin(12);
  const u = w.words;
  u[i] = 207 | (variant << 16);
  u[i + 1] = 12;
  w.buffer(i + 2, a.indices);
  w.buffer(i + 5, a.mask);
  w.u64(i + 8, a.n);
  w.u64(i + 10, a.count);
  w.end(12);
}

/** indices = positions of the set bits, ascending */
export interface MaskToIndicesArgs {
  readonly mask: BufferRef;
  readonly offsets: BufferRef;
  readonly indices: BufferRef;
  readonly n: number;
  readonly active: number;
}

const maskToIndicesI = [-1, -1, -1, 0, -1, -1, 1];

/** indices = positions of the set bits, ascending */
export function maskToIndices(w: CommandWriter, a: MaskToIndicesArgs): void {
  const v0 = maskToIndicesI[a.indices.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('maskToIndices', [a.indices], 'i32|i64');
  const variant = v0;
  const i = w.begin(15);
  const u = w.words;
  u[i] = 208 | (variant << 16);
  u[i + 1] = 15;
  w.buffer(i + 2, a.mask);
  w.buffer(i + 5, a.offsets);
  w.buffer(i + 8, a.indices);
  w.u64(i + 11, a.n);
  w.u64(i + 13, a.active);
  w.end(15);
}

/** y = a | b */
export interface MaskOrArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

/** y = a | b */
export function maskOr(w: CommandWriter, a: MaskOrArgs): void {
  const i = w.begin(13);
  const u = w.words;
  u[i] = 209;
  u[i + 1] = 13;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** y = a & b */
export interface MaskAndArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

/** y = a & b */
export function maskAnd(w: CommandWriter, a: MaskAndArgs): void {
  const i = w.begin(13);
  const u = w.words;
  u[i] = 210;
  u[i + 1] = 13;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** y = a & ~b */
export interface MaskAndNotArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

/** y = a & ~b */
export function maskAndNot(w: CommandWriter, a: MaskAndNotArgs): void {
  const i = w.begin(13);
  const u = w.words;
  u[i] = 211;
  u[i + 1] = 13;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** y = a ^ b */
export interface MaskXorArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly y: BufferRef;
  readonly n: number;
}

/** y = a ^ b */
export function maskXor(w: CommandWriter, a: MaskXorArgs): void {
  const i = w.begin(13);
  const u = w.words;
  u[i] = 212;
  u[i + 1] = 13;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.y);
  w.u64(i + 11, a.n);
  w.end(13);
}

/** compact = the active elements of dense, in order */
export interface GatherMaskedArgs {
  readonly dense: BufferRef;
  readonly mask: BufferRef;
  readonly offsets: BufferRef;
  readonly compact: BufferRef;
  readonly n: number;
  readonly active: number;
}

const gatherMaskedD = [0, 1, 2, -1, -1, -1, -1];

const gatherMaskedC = [0, 1, 2, -1, -1, -1, -1];

/** compact = the active elements of dense, in order */
export function gatherMasked(w: CommandWriter, a: GatherMaskedArgs): void {
  const v0 = gatherMaskedD[a.dense.typeCode]!;
  const v1 = gatherMaskedC[a.compact.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('gatherMasked', [a.dense, a.compact], 'f32|bf16|f16 x f32|bf16|f16');
  const variant = v0 * 3 + v1;
  const i = w.begin(18);
  const u = w.words;
  u[i] = 213 | (variant << 16);
  u[i + 1] = 18;
  w.buffer(i + 2, a.dense);
  w.buffer(i + 5, a.mask);
  w.buffer(i + 8, a.offsets);
  w.buffer(i + 11, a.compact);
  w.u64(i + 14, a.n);
  w.u64(i + 16, a.active);
  w.end(18);
}

/** the active elements of dense = compact, in order; the others stay */
export interface ScatterMaskedArgs {
  readonly compact: BufferRef;
  readonly mask: BufferRef;
  readonly offsets: BufferRef;
  readonly dense: BufferRef;
  readonly n: number;
  readonly active: number;
}

const scatterMaskedD = [0, 1, 2, -1, -1, -1, -1];

const scatterMaskedC = [0, 1, 2, -1, -1, -1, -1];

/** the active elements of dense = compact, in order; the others stay */
export function scatterMasked(w: CommandWriter, a: ScatterMaskedArgs): void {
  const v0 = scatterMaskedD[a.dense.typeCode]!;
  const v1 = scatterMaskedC[a.compact.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('scatterMasked', [a.dense, a.compact], 'f32|bf16|f16 x f32|bf16|f16');
  const variant = v0 * 3 + v1;
  const i = w.begin(18);
  const u = w.words;
  u[i] = 214 | (variant << 16);
  u[i + 1] = 18;
  w.buffer(i + 2, a.compact);
  w.buffer(i + 5, a.mask);
  w.buffer(i + 8, a.offsets);
  w.buffer(i + 11, a.dense);
  w.u64(i + 14, a.n);
  w.u64(i + 16, a.active);
  w.end(18);
}

/** x = 0 where the bit in mask is not set */
export interface ApplyMaskArgs {
  readonly mask: BufferRef;
  readonly x: BufferRef;
  readonly n: number;
}

const applyMaskD = [0, 1, 2, -1, -1, -1, -1];

/** x = 0 where the bit in mask is not set */
export function applyMask(w: CommandWriter, a: ApplyMaskArgs): void {
  const v0 = applyMaskD[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('applyMask', [a.x], 'f32|bf16|f16');
  const variant = v0;
  const i = w.begin(10);
  const u = w.words;
  u[i] = 215 | (variant << 16);
  u[i + 1] = 10;
  w.buffer(i + 2, a.mask);
  w.buffer(i + 5, a.x);
  w.u64(i + 8, a.n);
  w.end(10);
}

/** ids[i] = the code nearest to z[i] by squared L2 distance (cosine: after normalising both), lowest index on ties; counts += usage; distances = squared distance to that code */
export interface VqLookupArgs {
  readonly z: BufferRef;
  readonly codebook: BufferRef;
  readonly counts?: BufferRef | undefined;
  readonly ids: BufferRef;
  readonly distances?: BufferRef | undefined;
  readonly rows: number;
  readonly codes: number;
  readonly dims: number;
  readonly cosine: number;
}

const vqLookupT = [0, 1, -1, -1, -1, -1, -1];

/** ids[i] = the code nearest to z[i] by squared L2 distance (cosine: after normalising both), lowest index on ties; counts += usage; distances = squared distance to that code */
export function vqLookup(w: CommandWriter, a: VqLookupArgs): void {
  const v0 = vqLookupT[a.z.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('vqLookup', [a.z], 'f32|bf16');
  const variant = v0;
  const i = w.begin(21);
  const u = w.words;
  u[i] = 216 | (variant << 16);
  u[i + 1] = 21;
  w.buffer(i + 2, a.z);
  w.buffer(i + 5, a.codebook);
  w.buffer(i + 8, a.counts);
  w.buffer(i + 11, a.ids);
  w.buffer(i + 14, a.distances);
  u[i + 17] = a.rows;
  u[i + 18] = a.codes;
  u[i + 19] = a.dims;
  u[i + 20] = a.cosine;
  w.end(21);
}

/** With p = softmax(-|z-e|^2/temperature) per row: sampleEntropy = mean entropy of p, codebookEntropy = entropy of the mean of p with epsilon inside its logarithm; saves the rows' log2-sum-exp2 and the mean of p */
export interface CodebookEntropyForwardArgs {
  readonly z: BufferRef;
  readonly codebook: BufferRef;
  readonly sampleEntropy: BufferRef;
  readonly codebookEntropy: BufferRef;
  readonly logSums: BufferRef;
  readonly meanAssignment: BufferRef;
  readonly rowEntropies?: BufferRef | undefined;
  readonly rows: number;
  readonly codes: number;
  readonly dims: number;
  readonly temperature: number;
  readonly epsilon: number;
}

const codebookEntropyForwardT = [0, 1, -1, -1, -1, -1, -1];

/** With p = softmax(-|z-e|^2/temperature) per row: sampleEntropy = mean entropy of p, codebookEntropy = entropy of the mean of p with epsilon inside its logarithm; saves the rows' log2-sum-exp2 and the mean of p */
export function codebookEntropyForward(w: CommandWriter, a: CodebookEntropyForwardArgs): void {
  const v0 = codebookEntropyForwardT[a.z.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('codebookEntropyForward', [a.z], 'f32|bf16');
  const variant = v0;
  const i = w.begin(28);
  const u = w.words;
  u[i] = 217 | (variant << 16);
  u[i + 1] = 28;
  w.buffer(i + 2, a.z);
  w.buffer(i + 5, a.codebook);
  w.buffer(i + 8, a.sampleEntropy);
  w.buffer(i + 11, a.codebookEntropy);
  w.buffer(i + 14, a.logSums);
  w.buffer(i + 17, a.meanAssignment);
  w.buffer(i + 20, a.rowEntropies);
  u[i + 23] = a.rows;
  u[i + 24] = a.codes;
  u[i + 25] = a.dims;
  w.floats[i + 26] = a.temperature;
  w.floats[i + 27] = a.epsilon;
  w.end(28);
}

/** Gradients of codebookEntropyForward for the upstream gradients of its two entropies */
export interface CodebookEntropyBackwardArgs {
  readonly dsampleEntropy?: BufferRef | undefined;
  readonly dcodebookEntropy?: BufferRef | undefined;
  readonly z: BufferRef;
  readonly codebook: BufferRef;
  readonly logSums: BufferRef;
  readonly meanAssignment: BufferRef;
  readonly dz?: BufferRef | undefined;
  readonly dcodebook?: BufferRef | undefined;
  readonly rows: number;
  readonly codes: number;
  readonly dims: number;
  readonly temperature: number;
  readonly epsilon: number;
}

const codebookEntropyBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** Gradients of codebookEntropyForward for the upstream gradients of its two entropies */
export function codebookEntropyBackward(w: CommandWriter, a: CodebookEntropyBackwardArgs): void {
  const v0 = codebookEntropyBackwardT[a.z.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('codebookEntropyBackward', [a.z], 'f32|bf16');
  const variant = v0;
  const i = w.begin(31);
  const u = w.words;
  u[i] = 218 | (variant << 16);
  u[i + 1] = 31;
  w.buffer(i + 2, a.dsampleEntropy);
  w.buffer(i + 5, a.dcodebookEntropy);
  w.buffer(i + 8, a.z);
  w.buffer(i + 11, a.codebook);
  w.buffer(i + 14, a.logSums);
  w.buffer(i + 17, a.meanAssignment);
  w.buffer(i + 20, a.dz);
  w.buffer(i + 23, a.dcodebook);
  u[i + 26] = a.rows;
  u[i + 27] = a.codes;
  u[i + 28] = a.dims;
  w.floats[i + 29] = a.temperature;
  w.floats[i + 30] = a.epsilon;
  w.end(31);
}

/** loss[i] = -sum_v q_v log softmax(logits[i])_v with q = (1-labelSmoothing) onehot(target) + labelSmoothing/classes; saves logSums = logsumexp(logits) */
export interface LinearCrossEntropyForwardArgs {
  readonly hidden: BufferRef;
  readonly weight: BufferRef;
  readonly bias?: BufferRef | undefined;
  readonly targets: BufferRef;
  readonly loss: BufferRef;
  readonly logSums: BufferRef;
  readonly rows: number;
  readonly features: number;
  readonly classes: number;
  readonly ignoreIndex: number;
  readonly scale: number;
  readonly labelSmoothing: number;
}

const linearCrossEntropyForwardT = [0, 1, -1, -1, -1, -1, -1];

/** loss[i] = -sum_v q_v log softmax(logits[i])_v with q = (1-labelSmoothing) onehot(target) + labelSmoothing/classes; saves logSums = logsumexp(logits) */
export function linearCrossEntropyForward(w: CommandWriter, a: LinearCrossEntropyForwardArgs): void {
  const v0 = linearCrossEntropyForwardT[a.hidden.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('linearCrossEntropyForward', [a.hidden], 'f32|bf16');
  const variant = v0;
  const i = w.begin(26);
  const u = w.words;
  u[i] = 219 | (variant << 16);
  u[i + 1] = 26;
  w.buffer(i + 2, a.hidden);
  w.buffer(i + 5, a.weight);
  w.buffer(i + 8, a.bias);
  w.buffer(i + 11, a.targets);
  w.buffer(i + 14, a.loss);
  w.buffer(i + 17, a.logSums);
  u[i + 20] = a.rows;
  u[i + 21] = a.features;
  u[i + 22] = a.classes;
  u[i + 23] = a.ignoreIndex;
  w.floats[i + 24] = a.scale;
  w.floats[i + 25] = a.labelSmoothing;
  w.end(26);
}

/** Gradients of linearCrossEntropyForward for the upstream gradient dloss of each row */
export interface LinearCrossEntropyBackwardArgs {
  readonly dloss: BufferRef;
  readonly hidden: BufferRef;
  readonly weight: BufferRef;
  readonly bias?: BufferRef | undefined;
  readonly targets: BufferRef;
  readonly logSums: BufferRef;
  readonly dhidden?: BufferRef | undefined;
  readonly dweight?: BufferRef | undefined;
  readonly dbias?: BufferRef | undefined;
  readonly rows: number;
  readonly features: number;
  readonly classes: number;
  readonly ignoreIndex: number;
  readonly scale: number;
  readonly labelSmoothing: number;
}

const linearCrossEntropyBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** Gradients of linearCrossEntropyForward for the upstream gradient dloss of each row */
export function linearCrossEntropyBackward(w: CommandWriter, a: LinearCrossEntropyBackwardArgs): void {
  const v0 = linearCrossEntropyBackwardT[a.hidden.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('linearCrossEntropyBackward', [a.hidden], 'f32|bf16');
  const variant = v0;
  const i = w.begin(35);
  const u = w.words;
  u[i] = 220 | (variant << 16);
  u[i + 1] = 35;
  w.buffer(i + 2, a.dloss);
  w.buffer(i + 5, a.hidden);
  w.buffer(i + 8, a.weight);
  w.buffer(i + 11, a.bias);
  w.buffer(i + 14, a.targets);
  w.buffer(i + 17, a.logSums);
  w.buffer(i + 20, a.dhidden);
  w.buffer(i + 23, a.dweight);
  w.buffer(i + 26, a.dbias);
  u[i + 29] = a.rows;
  u[i + 30] = a.features;
  u[i + 31] = a.classes;
  u[i + 32] = a.ignoreIndex;
  w.floats[i + 33] = a.scale;
  w.floats[i + 34] = a.labelSmoothing;
  w.end(35);
}

/** logProb[i] = log softmax(logits[i])[target], entropy[i] = entropy of softmax(logits[i]); saves logSums = logsumexp(logits). Batch-invariant: a row gives the same bits whatever the other rows are */
export interface LinearLogProbForwardArgs {
  readonly hidden: BufferRef;
  readonly weight: BufferRef;
  readonly bias?: BufferRef | undefined;
  readonly targets: BufferRef;
  readonly logProb: BufferRef;
  readonly entropy: BufferRef;
  readonly logSums: BufferRef;
  readonly rows: number;
  readonly features: number;
  readonly classes: number;
  readonly ignoreIndex: number;
  readonly scale: number;
}

const linearLogProbForwardT = [0, 1, -1, -1, -1, -1, -1];

/** logProb[i] = log softmax(logits[i])[target], entropy[i] = entropy of softmax(logits[i]); saves logSums = logsumexp(logits). Batch-invariant: a row gives the same bits whatever the other rows are */
export function linearLogProbForward(w: CommandWriter, a: LinearLogProbForwardArgs): void {
  const v0 = linearLogProbForwardT[a.hidden.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('linearLogProbForward', [a.hidden], 'f32|bf16');
  const variant = v0;
  const i = w.begin(28);
  const u = w.words;
  u[i] = 221 | (variant << 16);
  u[i + 1] = 28;
  w.buffer(i + 2, a.hidden);
  w.buffer(i + 5, a.weight);
  w.buffer(i + 8, a.bias);
  w.buffer(i + 11, a.targets);
  w.buffer(i + 14, a.logProb);
  w.buffer(i + 17, a.entropy);
  w.buffer(i + 20, a.logSums);
  u[i + 23] = a.rows;
  u[i + 24] = a.features;
  u[i + 25] = a.classes;
  u[i + 26] = a.ignoreIndex;
  w.floats[i + 27] = a.scale;
  w.end(28);
}

/** Gradients of linearLogProbForward for the upstream gradients dlogProb and dentropy of each row */
export interface LinearLogProbBackwardArgs {
  readonly dlogProb?: BufferRef | undefined;
  readonly dentropy?: BufferRef | undefined;
  readonly hidden: BufferRef;
  readonly weight: BufferRef;
  readonly bias?: BufferRef | undefined;
  readonly targets: BufferRef;
  readonly logSums: BufferRef;
  readonly entropy: BufferRef;
  readonly dhidden?: BufferRef | undefined;
  readonly dweight?: BufferRef | undefined;
  readonly dbias?: BufferRef | undefined;
  readonly rows: number;
  readonly features: number;
  readonly classes: number;
  readonly ignoreIndex: number;
  readonly scale: number;
}

const linearLogProbBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** Gradients of linearLogProbForward for the upstream gradients dlogProb and dentropy of each row */
export function linearLogProbBackward(w: CommandWriter, a: LinearLogProbBackwardArgs): void {
  const v0 = linearLogProbBackwardT[a.hidden.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('linearLogProbBackward', [a.hidden], 'f32|bf16');
  const variant = v0;
  const i = w.begin(40);
  const u = w.words;
  u[i] = 222 | (variant << 16);
  u[i + 1] = 40;
  w.buffer(i + 2, a.dlogProb);
  w.buffer(i + 5, a.dentropy);
  w.buffer(i + 8, a.hidden);
  w.buffer(i + 11, a.weight);
  w.buffer(i + 14, a.bias);
  w.buffer(i + 17, a.targets);
  w.buffer(i + 20, a.logSums);
  w.buffer(i + 23, a.entropy);
  w.buffer(i + 26, a.dhidden);
  w.buffer(i + 29, a.dweight);
  w.buffer(i + 32, a.dbias);
  u[i + 35] = a.rows;
  u[i + 36] = a.features;
  u[i + 37] = a.classes;
  u[i + 38] = a.ignoreIndex;
  w.floats[i + 39] = a.scale;
  w.end(40);
}

/** adamStep on active parameters: sparse Adam, AdamW, NadamW */
export interface SparseAdamStepArgs {
  readonly mask: BufferRef;
  readonly offsets: BufferRef;
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly expAvg: BufferRef;
  readonly expAvgSq: BufferRef;
  readonly maxExpAvgSq?: BufferRef | undefined;
  readonly n: number;
  readonly active: number;
  readonly gradCount: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly eps: number | (() => number);
  readonly momentWeight: number | (() => number);
  readonly gradWeight: number | (() => number);
  readonly rootScale: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
}

const sparseAdamStepP = [0, 1, -1, -1, -1, -1, -1];

const sparseAdamStepG = [0, 1, -1, -1, -1, -1, -1];

/** adamStep on active parameters: sparse Adam, AdamW, NadamW */
export function sparseAdamStep(w: CommandWriter, a: SparseAdamStepArgs): void {
  const v0 = sparseAdamStepP[a.param.typeCode]!;
  const v1 = sparseAdamStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('sparseAdamStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(80);
  const u = w.words;
  u[i] = 223 | (variant << 16);
  u[i + 1] = 80;
  w.buffer(i + 2, a.mask);
  w.buffer(i + 5, a.offsets);
  w.buffer(i + 8, a.grad);
  w.buffer(i + 11, a.gradScale);
  w.buffer(i + 14, a.skip);
  w.buffer(i + 17, a.segmentStarts);
  w.buffer(i + 20, a.segmentLr);
  w.buffer(i + 23, a.segmentDecay);
  w.buffer(i + 26, a.param);
  w.buffer(i + 29, a.master);
  w.buffer(i + 32, a.compensation);
  w.buffer(i + 35, a.touched);
  w.buffer(i + 38, a.expAvg);
  w.buffer(i + 41, a.expAvgSq);
  w.buffer(i + 44, a.maxExpAvgSq);
  w.u64(i + 47, a.n);
  w.u64(i + 49, a.active);
  w.u64(i + 51, a.gradCount);
  w.u64(i + 53, a.firstIndex);
  w.u64(i + 55, a.seed);
  w.live(i + 57, 'u64', a.offset);
  w.live(i + 59, 'f64', a.beta1);
  w.live(i + 61, 'f64', a.beta2);
  w.live(i + 63, 'f64', a.eps);
  w.live(i + 65, 'f64', a.momentWeight);
  w.live(i + 67, 'f64', a.gradWeight);
  w.live(i + 69, 'f64', a.rootScale);
  w.live(i + 71, 'f64', a.lr);
  w.live(i + 73, 'f64', a.weightDecay);
  w.live(i + 75, 'f32', a.gradFactor);
  u[i + 76] = a.decoupled;
  u[i + 77] = a.rounding;
  u[i + 78] = a.segments;
  u[i + 79] = a.gradScales;
  w.end(80);
}

/** sgdStep on active parameters */
export interface SparseSgdStepArgs {
  readonly mask: BufferRef;
  readonly offsets: BufferRef;
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly momentumBuffer?: BufferRef | undefined;
  readonly n: number;
  readonly active: number;
  readonly gradCount: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly momentum: number | (() => number);
  readonly gradGain: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly nesterov: number;
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
}

const sparseSgdStepP = [0, 1, -1, -1, -1, -1, -1];

const sparseSgdStepG = [0, 1, -1, -1, -1, -1, -1];

/** sgdStep on active parameters */
export function sparseSgdStep(w: CommandWriter, a: SparseSgdStepArgs): void {
  const v0 = sparseSgdStepP[a.param.typeCode]!;
  const v1 = sparseSgdStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('sparseSgdStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(67);
  const u = w.words;
  u[i] = 224 | (variant << 16);
  u[i + 1] = 67;
  w.buffer(i + 2, a.mask);
  w.buffer(i + 5, a.offsets);
  w.buffer(i + 8, a.grad);
  w.buffer(i + 11, a.gradScale);
  w.buffer(i + 14, a.skip);
  w.buffer(i + 17, a.segmentStarts);
  w.buffer(i + 20, a.segmentLr);
  w.buffer(i + 23, a.segmentDecay);
  w.buffer(i + 26, a.param);
  w.buffer(i + 29, a.master);
  w.buffer(i + 32, a.compensation);
  w.buffer(i + 35, a.touched);
  w.buffer(i + 38, a.momentumBuffer);
  w.u64(i + 41, a.n);
  w.u64(i + 43, a.active);
  w.u64(i + 45, a.gradCount);
  w.u64(i + 47, a.firstIndex);
  w.u64(i + 49, a.seed);
  w.live(i + 51, 'u64', a.offset);
  w.live(i + 53, 'f64', a.momentum);
  w.live(i + 55, 'f64', a.gradGain);
  w.live(i + 57, 'f64', a.lr);
  w.live(i + 59, 'f64', a.weightDecay);
  u[i + 61] = a.nesterov;
  w.live(i + 62, 'f32', a.gradFactor);
  u[i + 63] = a.decoupled;
  u[i + 64] = a.rounding;
  u[i + 65] = a.segments;
  u[i + 66] = a.gradScales;
  w.end(67);
}

/** lionStep on active parameters */
export interface SparseLionStepArgs {
  readonly mask: BufferRef;
  readonly offsets: BufferRef;
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly expAvg: BufferRef;
  readonly n: number;
  readonly active: number;
  readonly gradCount: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
}

const sparseLionStepP = [0, 1, -1, -1, -1, -1, -1];

const sparseLionStepG = [0, 1, -1, -1, -1, -1, -1];

/** lionStep on active parameters */
export function sparseLionStep(w: CommandWriter, a: SparseLionStepArgs): void {
  const v0 = sparseLionStepP[a.param.typeCode]!;
  const v1 = sparseLionStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('sparseLionStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(66);
  const u = w.words;
  u[i] = 225 | (variant << 16);
  u[i + 1] = 66;
  w.buffer(i + 2, a.mask);
  w.buffer(i + 5, a.offsets);
  w.buffer(i + 8, a.grad);
  w.buffer(i + 11, a.gradScale);
  w.buffer(i + 14, a.skip);
  w.buffer(i + 17, a.segmentStarts);
  w.buffer(i + 20, a.segmentLr);
  w.buffer(i + 23, a.segmentDecay);
  w.buffer(i + 26, a.param);
  w.buffer(i + 29, a.master);
  w.buffer(i + 32, a.compensation);
  w.buffer(i + 35, a.touched);
  w.buffer(i + 38, a.expAvg);
  w.u64(i + 41, a.n);
  w.u64(i + 43, a.active);
  w.u64(i + 45, a.gradCount);
  w.u64(i + 47, a.firstIndex);
  w.u64(i + 49, a.seed);
  w.live(i + 51, 'u64', a.offset);
  w.live(i + 53, 'f64', a.beta1);
  w.live(i + 55, 'f64', a.beta2);
  w.live(i + 57, 'f64', a.lr);
  w.live(i + 59, 'f64', a.weightDecay);
  w.live(i + 61, 'f32', a.gradFactor);
  u[i + 62] = a.decoupled;
  u[i + 63] = a.rounding;
  u[i + 64] = a.segments;
  u[i + 65] = a.gradScales;
  w.end(66);
}

/** c[batch, m, n] = activation(alpha * a[batch, m, k] b[batch, k, n] + bias[n]) + residual + beta * c, where preactivation gets the argument of the activation; with beta 0, c is not read. activation: 0 none, 1 gelu, 2 geluTanh, 3 silu, 4 relu */
export interface MatmulArgs {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly bias?: BufferRef | undefined;
  readonly residual?: BufferRef | undefined;
  readonly c: BufferRef;
  readonly preactivation?: BufferRef | undefined;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly aRow: number;
  readonly aCol: number;
  readonly bRow: number;
  readonly bCol: number;
  readonly aBatch: readonly number[];
  readonly bBatch: readonly number[];
  readonly batchRank: number;
  readonly batch: readonly number[];
  readonly alpha: number;
  readonly beta: number;
  readonly activation: number;
}

const matmulT = [0, 1, -1, -1, -1, -1, -1];

const matmulC = [0, 1, -1, -1, -1, -1, -1];

/** c[batch, m, n] = activation(alpha * a[batch, m, k] b[batch, k, n] + bias[n]) + residual + beta * c, where preactivation gets the argument of the activation; with beta 0, c is not read. activation: 0 none, 1 gelu, 2 geluTanh, 3 silu, 4 relu */
export function matmul(w: CommandWriter, a: MatmulArgs): void {
  const v0 = matmulT[a.a.typeCode]!;
  const v1 = matmulC[a.c.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('matmul', [a.a, a.c], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(58);
  const u = w.words;
  u[i] = 226 | (variant << 16);
  u[i + 1] = 58;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.b);
  w.buffer(i + 8, a.bias);
  w.buffer(i + 11, a.residual);
  w.buffer(i + 14, a.c);
  w.buffer(i + 17, a.preactivation);
  w.u64(i + 20, a.m);
  w.u64(i + 22, a.n);
  w.u64(i + 24, a.k);
  w.i64(i + 26, a.aRow);
  w.i64(i + 28, a.aCol);
  w.i64(i + 30, a.bRow);
  w.i64(i + 32, a.bCol);
  w.i64Array(i + 34, a.aBatch, 4);
  w.i64Array(i + 42, a.bBatch, 4);
  u[i + 50] = a.batchRank;
  w.u32Array(i + 51, a.batch, 4);
  w.floats[i + 55] = a.alpha;
  w.floats[i + 56] = a.beta;
  u[i + 57] = a.activation;
  w.end(58);
}

/** y = x convolved with weight, plus bias per filter where present */
export interface Conv2dForwardArgs {
  readonly x: BufferRef;
  readonly weight: BufferRef;
  readonly bias?: BufferRef | undefined;
  readonly y: BufferRef;
  readonly batch: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly filters: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padHeight: number;
  readonly padWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly groups: number;
}

const conv2dForwardT = [0, 1, -1, -1, -1, -1, -1];

/** y = x convolved with weight, plus bias per filter where present */
export function conv2dForward(w: CommandWriter, a: Conv2dForwardArgs): void {
  const v0 = conv2dForwardT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('conv2dForward', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(30);
  const u = w.words;
  u[i] = 227 | (variant << 16);
  u[i + 1] = 30;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.weight);
  w.buffer(i + 8, a.bias);
  w.buffer(i + 11, a.y);
  u[i + 14] = a.batch;
  u[i + 15] = a.channels;
  u[i + 16] = a.height;
  u[i + 17] = a.width;
  u[i + 18] = a.filters;
  u[i + 19] = a.kernelHeight;
  u[i + 20] = a.kernelWidth;
  u[i + 21] = a.outHeight;
  u[i + 22] = a.outWidth;
  u[i + 23] = a.strideHeight;
  u[i + 24] = a.strideWidth;
  u[i + 25] = a.padHeight;
  u[i + 26] = a.padWidth;
  u[i + 27] = a.dilationHeight;
  u[i + 28] = a.dilationWidth;
  u[i + 29] = a.groups;
  w.end(30);
}

/** dx = the gradient of conv2dForward by x, plus bias per channel where present (for transposed convolution) */
export interface Conv2dBackwardInputArgs {
  readonly dy: BufferRef;
  readonly weight: BufferRef;
  readonly bias?: BufferRef | undefined;
  readonly dx: BufferRef;
  readonly batch: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly filters: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padHeight: number;
  readonly padWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly groups: number;
}

const conv2dBackwardInputT = [0, 1, -1, -1, -1, -1, -1];

/** dx = the gradient of conv2dForward by x, plus bias per channel where present (for transposed convolution) */
export function conv2dBackwardInput(w: CommandWriter, a: Conv2dBackwardInputArgs): void {
  const v0 = conv2dBackwardInputT[a.dy.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('conv2dBackwardInput', [a.dy], 'f32|bf16');
  const variant = v0;
  const i = w.begin(30);
  const u = w.words;
  u[i] = 228 | (variant << 16);
  u[i + 1] = 30;
  w.buffer(i + 2, a.dy);
  w.buffer(i + 5, a.weight);
  w.buffer(i + 8, a.bias);
  w.buffer(i + 11, a.dx);
  u[i + 14] = a.batch;
  u[i + 15] = a.channels;
  u[i + 16] = a.height;
  u[i + 17] = a.width;
  u[i + 18] = a.filters;
  u[i + 19] = a.kernelHeight;
  u[i + 20] = a.kernelWidth;
  u[i + 21] = a.outHeight;
  u[i + 22] = a.outWidth;
  u[i + 23] = a.strideHeight;
  u[i + 24] = a.strideWidth;
  u[i + 25] = a.padHeight;
  u[i + 26] = a.padWidth;
  u[i + 27] = a.dilationHeight;
  u[i + 28] = a.dilationWidth;
  u[i + 29] = a.groups;
  w.end(30);
}

/** dweight = the gradient of conv2dForward by weight, summed in an order fixed by the shape */
export interface Conv2dBackwardWeightArgs {
  readonly x: BufferRef;
  readonly dy: BufferRef;
  readonly dweight: BufferRef;
  readonly batch: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly filters: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padHeight: number;
  readonly padWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly groups: number;
}

const conv2dBackwardWeightT = [0, 1, -1, -1, -1, -1, -1];

/** dweight = the gradient of conv2dForward by weight, summed in an order fixed by the shape */
export function conv2dBackwardWeight(w: CommandWriter, a: Conv2dBackwardWeightArgs): void {
  const v0 = conv2dBackwardWeightT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('conv2dBackwardWeight', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(27);
  const u = w.words;
  u[i] = 229 | (variant << 16);
  u[i + 1] = 27;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.dy);
  w.buffer(i + 8, a.dweight);
  u[i + 11] = a.batch;
  u[i + 12] = a.channels;
  u[i + 13] = a.height;
  u[i + 14] = a.width;
  u[i + 15] = a.filters;
  u[i + 16] = a.kernelHeight;
  u[i + 17] = a.kernelWidth;
  u[i + 18] = a.outHeight;
  u[i + 19] = a.outWidth;
  u[i + 20] = a.strideHeight;
  u[i + 21] = a.strideWidth;
  u[i + 22] = a.padHeight;
  u[i + 23] = a.padWidth;
  u[i + 24] = a.dilationHeight;
  u[i + 25] = a.dilationWidth;
  u[i + 26] = a.groups;
  w.end(27);
}

/** y = softmax(scale * q k^T, masked) v per head; lse = the logarithm of the sum of exponentials of each row */
export interface AttentionForwardArgs {
  readonly q: BufferRef;
  readonly k: BufferRef;
  readonly v: BufferRef;
  readonly mask?: BufferRef | undefined;
  readonly queryStarts?: BufferRef | undefined;
  readonly keyStarts?: BufferRef | undefined;
  readonly keyLengths?: BufferRef | undefined;
  readonly y: BufferRef;
  readonly lse: BufferRef;
  readonly qBatch: number;
  readonly qHead: number;
  readonly qRow: number;
  readonly kBatch: number;
  readonly kHead: number;
  readonly kRow: number;
  readonly vBatch: number;
  readonly vHead: number;
  readonly vRow: number;
  readonly yBatch: number;
  readonly yHead: number;
  readonly yRow: number;
  readonly lseBatch: number;
  readonly lseHead: number;
  readonly maskBatch: number;
  readonly maskHead: number;
  readonly maskRow: number;
  readonly maskCol: number;
  readonly queryRows: number;
  readonly keyRows: number;
  readonly batch: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly queries: number;
  readonly keys: number;
  readonly dim: number;
  readonly scale: number;
  readonly causal: number;
  readonly causalOffset: number;
  readonly fromEnd: number;
  readonly window: number;
}

const attentionForwardT = [0, 1, -1, -1, -1, -1, -1];

/** y = softmax(scale * q k^T, masked) v per head; lse = the logarithm of the sum of exponentials of each row */
export function attentionForward(w: CommandWriter, a: AttentionForwardArgs): void {
  const v0 = attentionForwardT[a.q.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('attentionForward', [a.q], 'f32|bf16');
  const variant = v0;
  const i = w.begin(80);
  const u = w.words;
  u[i] = 230 | (variant << 16);
  u[i + 1] = 80;
  w.buffer(i + 2, a.q);
  w.buffer(i + 5, a.k);
  w.buffer(i + 8, a.v);
  w.buffer(i + 11, a.mask);
  w.buffer(i + 14, a.queryStarts);
  w.buffer(i + 17, a.keyStarts);
  w.buffer(i + 20, a.keyLengths);
  w.buffer(i + 23, a.y);
  w.buffer(i + 26, a.lse);
  w.i64(i + 29, a.qBatch);
  w.i64(i + 31, a.qHead);
  w.i64(i + 33, a.qRow);
  w.i64(i + 35, a.kBatch);
  w.i64(i + 37, a.kHead);
  w.i64(i + 39, a.kRow);
  w.i64(i + 41, a.vBatch);
  w.i64(i + 43, a.vHead);
  w.i64(i + 45, a.vRow);
  w.i64(i + 47, a.yBatch);
  w.i64(i + 49, a.yHead);
  w.i64(i + 51, a.yRow);
  w.i64(i + 53, a.lseBatch);
  w.i64(i + 55, a.lseHead);
  w.i64(i + 57, a.maskBatch);
  w.i64(i + 59, a.maskHead);
  w.i64(i + 61, a.maskRow);
  w.i64(i + 63, a.maskCol);
  w.u64(i + 65, a.queryRows);
  w.u64(i + 67, a.keyRows);
  u[i + 69] = a.batch;
  u[i + 70] = a.heads;
  u[i + 71] = a.kvHeads;
  u[i + 72] = a.queries;
  u[i + 73] = a.keys;
  u[i + 74] = a.dim;
  w.floats[i + 75] = a.scale;
  u[i + 76] = a.causal;
  u[i + 77] = a.causalOffset;
  u[i + 78] = a.fromEnd;
  u[i + 79] = a.window;
  w.end(80);
}

/** gradients of attentionForward by q, k and v from the upstream gradient dy; dq, dk, dv have the strides of q, k, v where they are not given */
export interface AttentionBackwardArgs {
  readonly q: BufferRef;
  readonly k: BufferRef;
  readonly v: BufferRef;
  readonly y: BufferRef;
  readonly dy: BufferRef;
  readonly lse: BufferRef;
  readonly mask?: BufferRef | undefined;
  readonly queryStarts?: BufferRef | undefined;
  readonly keyStarts?: BufferRef | undefined;
  readonly keyLengths?: BufferRef | undefined;
  readonly dq: BufferRef;
  readonly dk: BufferRef;
  readonly dv: BufferRef;
  readonly qBatch: number;
  readonly qHead: number;
  readonly qRow: number;
  readonly kBatch: number;
  readonly kHead: number;
  readonly kRow: number;
  readonly vBatch: number;
  readonly vHead: number;
  readonly vRow: number;
  readonly yBatch: number;
  readonly yHead: number;
  readonly yRow: number;
  readonly lseBatch: number;
  readonly lseHead: number;
  readonly maskBatch: number;
  readonly maskHead: number;
  readonly maskRow: number;
  readonly maskCol: number;
  readonly queryRows: number;
  readonly keyRows: number;
  readonly dyBatch: number;
  readonly dyHead: number;
  readonly dyRow: number;
  readonly dqBatch: number;
  readonly dqHead: number;
  readonly dqRow: number;
  readonly dkBatch: number;
  readonly dkHead: number;
  readonly dkRow: number;
  readonly dvBatch: number;
  readonly dvHead: number;
  readonly dvRow: number;
  readonly batch: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly queries: number;
  readonly keys: number;
  readonly dim: number;
  readonly scale: number;
  readonly causal: number;
  readonly causalOffset: number;
  readonly fromEnd: number;
  readonly window: number;
}

const attentionBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** gradients of attentionForward by q, k and v from the upstream gradient dy; dq, dk, dv have the strides of q, k, v where they are not given */
export function attentionBackward(w: CommandWriter, a: AttentionBackwardArgs): void {
  const v0 = attentionBackwardT[a.q.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('attentionBackward', [a.q], 'f32|bf16');
  const variant = v0;
  const i = w.begin(116);
  const u = w.words;
  u[i] = 231 | (variant << 16);
  u[i + 1] = 116;
  w.buffer(i + 2, a.q);
  w.buffer(i + 5, a.k);
  w.buffer(i + 8, a.v);
  w.buffer(i + 11, a.y);
  w.buffer(i + 14, a.dy);
  w.buffer(i + 17, a.lse);
  w.buffer(i + 20, a.mask);
  w.buffer(i + 23, a.queryStarts);
  w.buffer(i + 26, a.keyStarts);
  w.buffer(i + 29, a.keyLengths);
  w.buffer(i + 32, a.dq);
  w.buffer(i + 35, a.dk);
  w.buffer(i + 38, a.dv);
  w.i64(i + 41, a.qBatch);
  w.i64(i + 43, a.qHead);
  w.i64(i + 45, a.qRow);
  w.i64(i + 47, a.kBatch);
  w.i64(i + 49, a.kHead);
  w.i64(i + 51, a.kRow);
  w.i64(i + 53, a.vBatch);
  w.i64(i + 55, a.vHead);
  w.i64(i + 57, a.vRow);
  w.i64(i + 59, a.yBatch);
  w.i64(i + 61, a.yHead);
  w.i64(i + 63, a.yRow);
  w.i64(i + 65, a.lseBatch);
  w.i64(i + 67, a.lseHead);
  w.i64(i + 69, a.maskBatch);
  w.i64(i + 71, a.maskHead);
  w.i64(i + 73, a.maskRow);
  w.i64(i + 75, a.maskCol);
  w.u64(i + 77, a.queryRows);
  w.u64(i + 79, a.keyRows);
  w.i64(i + 81, a.dyBatch);
  w.i64(i + 83, a.dyHead);
  w.i64(i + 85, a.dyRow);
  w.i64(i + 87, a.dqBatch);
  w.i64(i + 89, a.dqHead);
  w.i64(i + 91, a.dqRow);
  w.i64(i + 93, a.dkBatch);
  w.i64(i + 95, a.dkHead);
  w.i64(i + 97, a.dkRow);
  w.i64(i + 99, a.dvBatch);
  w.i64(i + 101, a.dvHead);
  w.i64(i + 103, a.dvRow);
  u[i + 105] = a.batch;
  u[i + 106] = a.heads;
  u[i + 107] = a.kvHeads;
  u[i + 108] = a.queries;
  u[i + 109] = a.keys;
  u[i + 110] = a.dim;
  w.floats[i + 111] = a.scale;
  u[i + 112] = a.causal;
  u[i + 113] = a.causalOffset;
  u[i + 114] = a.fromEnd;
  u[i + 115] = a.window;
  w.end(116);
}

/** y = x turned by angles whose cosines and sines are [positions, dim]: first half x1 cos - x2 sin, second half x2 cos + x1 sin (rotate-half); inverse 1 turns back. Row r of a head uses position offset + r */
export interface RopeArgs {
  readonly x: BufferRef;
  readonly cos: BufferRef;
  readonly sin: BufferRef;
  readonly y: BufferRef;
  readonly xBatch: number;
  readonly xHead: number;
  readonly xRow: number;
  readonly yBatch: number;
  readonly yHead: number;
  readonly yRow: number;
  readonly batch: number;
  readonly heads: number;
  readonly rows: number;
  readonly dim: number;
  readonly positions: number;
  readonly offset: number;
  readonly inverse: number;
}

const ropeT = [0, 1, -1, -1, -1, -1, -1];

/** y = x turned by angles whose cosines and sines are [positions, dim]: first half x1 cos - x2 sin, second half x2 cos + x1 sin (rotate-half); inverse 1 turns back. Row r of a head uses position offset + r */
export function rope(w: CommandWriter, a: RopeArgs): void {
  const v0 = ropeT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('rope', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(33);
  const u = w.words;
  u[i] = 232 | (variant << 16);
  u[i + 1] = 33;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.cos);
  w.buffer(i + 8, a.sin);
  w.buffer(i + 11, a.y);
  w.i64(i + 14, a.xBatch);
  w.i64(i + 16, a.xHead);
  w.i64(i + 18, a.xRow);
  w.i64(i + 20, a.yBatch);
  w.i64(i + 22, a.yHead);
  w.i64(i + 24, a.yRow);
  u[i + 26] = a.batch;
  u[i + 27] = a.heads;
  u[i + 28] = a.rows;
  u[i + 29] = a.dim;
  u[i + 30] = a.positions;
  u[i + 31] = a.offset;
  u[i + 32] = a.inverse;
  w.end(33);
}

/** y = the largest element of each window (NaN wins), index = its position in the plane; padding never wins */
export interface MaxPool2dArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly index: BufferRef;
  readonly planes: number;
  readonly height: number;
  readonly width: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padHeight: number;
  readonly padWidth: number;
}

const maxPool2dT = [0, 1, -1, -1, -1, -1, -1];

/** y = the largest element of each window (NaN wins), index = its position in the plane; padding never wins */
export function maxPool2d(w: CommandWriter, a: MaxPool2dArgs): void {
  const v0 = maxPool2dT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('maxPool2d', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(23);
  const u = w.words;
  u[i] = 233 | (variant << 16);
  u[i + 1] = 23;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.buffer(i + 8, a.index);
  w.u64(i + 11, a.planes);
  u[i + 13] = a.height;
  u[i + 14] = a.width;
  u[i + 15] = a.outHeight;
  u[i + 16] = a.outWidth;
  u[i + 17] = a.kernelHeight;
  u[i + 18] = a.kernelWidth;
  u[i + 19] = a.strideHeight;
  u[i + 20] = a.strideWidth;
  u[i + 21] = a.padHeight;
  u[i + 22] = a.padWidth;
  w.end(23);
}

/** dx = g added up at the index of each window, which lies in the window */
export interface MaxPool2dBackwardArgs {
  readonly g: BufferRef;
  readonly index: BufferRef;
  readonly dx: BufferRef;
  readonly planes: number;
  readonly height: number;
  readonly width: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padHeight: number;
  readonly padWidth: number;
}

const maxPool2dBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = g added up at the index of each window, which lies in the window */
export function maxPool2dBackward(w: CommandWriter, a: MaxPool2dBackwardArgs): void {
  const v0 = maxPool2dBackwardT[a.g.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('maxPool2dBackward', [a.g], 'f32|bf16');
  const variant = v0;
  const i = w.begin(23);
  const u = w.words;
  u[i] = 234 | (variant << 16);
  u[i + 1] = 23;
  w.buffer(i + 2, a.g);
  w.buffer(i + 5, a.index);
  w.buffer(i + 8, a.dx);
  w.u64(i + 11, a.planes);
  u[i + 13] = a.height;
  u[i + 14] = a.width;
  u[i + 15] = a.outHeight;
  u[i + 16] = a.outWidth;
  u[i + 17] = a.kernelHeight;
  u[i + 18] = a.kernelWidth;
  u[i + 19] = a.strideHeight;
  u[i + 20] = a.strideWidth;
  u[i + 21] = a.padHeight;
  u[i + 22] = a.padWidth;
  w.end(23);
}

/** y = sum of each window / (kernelHeight * kernelWidth), padding counted as zeros */
export interface AvgPool2dArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly planes: number;
  readonly height: number;
  readonly width: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padHeight: number;
  readonly padWidth: number;
}

const avgPool2dT = [0, 1, -1, -1, -1, -1, -1];

/** y = sum of each window / (kernelHeight * kernelWidth), padding counted as zeros */
export function avgPool2d(w: CommandWriter, a: AvgPool2dArgs): void {
  const v0 = avgPool2dT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('avgPool2d', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(20);
  const u = w.words;
  u[i] = 235 | (variant << 16);
  u[i + 1] = 20;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.planes);
  u[i + 10] = a.height;
  u[i + 11] = a.width;
  u[i + 12] = a.outHeight;
  u[i + 13] = a.outWidth;
  u[i + 14] = a.kernelHeight;
  u[i + 15] = a.kernelWidth;
  u[i + 16] = a.strideHeight;
  u[i + 17] = a.strideWidth;
  u[i + 18] = a.padHeight;
  u[i + 19] = a.padWidth;
  w.end(20);
}

/** dx = the gradient of avgPool2d */
export interface AvgPool2dBackwardArgs {
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly planes: number;
  readonly height: number;
  readonly width: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padHeight: number;
  readonly padWidth: number;
}

const avgPool2dBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = the gradient of avgPool2d */
export function avgPool2dBackward(w: CommandWriter, a: AvgPool2dBackwardArgs): void {
  const v0 = avgPool2dBackwardT[a.g.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('avgPool2dBackward', [a.g], 'f32|bf16');
  const variant = v0;
  const i = w.begin(20);
  const u = w.words;
  u[i] = 236 | (variant << 16);
  u[i + 1] = 20;
  w.buffer(i + 2, a.g);
  w.buffer(i + 5, a.dx);
  w.u64(i + 8, a.planes);
  u[i + 10] = a.height;
  u[i + 11] = a.width;
  u[i + 12] = a.outHeight;
  u[i + 13] = a.outWidth;
  u[i + 14] = a.kernelHeight;
  u[i + 15] = a.kernelWidth;
  u[i + 16] = a.strideHeight;
  u[i + 17] = a.strideWidth;
  u[i + 18] = a.padHeight;
  u[i + 19] = a.padWidth;
  w.end(20);
}

/** y = mean over rows floor(i height / outHeight) to ceil((i + 1) height / outHeight), columns likewise */
export interface AdaptiveAvgPool2dArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly planes: number;
  readonly height: number;
  readonly width: number;
  readonly outHeight: number;
  readonly outWidth: number;
}

const adaptiveAvgPool2dT = [0, 1, -1, -1, -1, -1, -1];

/** y = mean over rows floor(i height / outHeight) to ceil((i + 1) height / outHeight), columns likewise */
export function adaptiveAvgPool2d(w: CommandWriter, a: AdaptiveAvgPool2dArgs): void {
  const v0 = adaptiveAvgPool2dT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('adaptiveAvgPool2d', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(14);
  const u = w.words;
  u[i] = 237 | (variant << 16);
  u[i + 1] = 14;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.planes);
  u[i + 10] = a.height;
  u[i + 11] = a.width;
  u[i + 12] = a.outHeight;
  u[i + 13] = a.outWidth;
  w.end(14);
}

/** dx = the gradient of adaptiveAvgPool2d */
export interface AdaptiveAvgPool2dBackwardArgs {
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly planes: number;
  readonly height: number;
  readonly width: number;
  readonly outHeight: number;
  readonly outWidth: number;
}

const adaptiveAvgPool2dBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = the gradient of adaptiveAvgPool2d */
export function adaptiveAvgPool2dBackward(w: CommandWriter, a: AdaptiveAvgPool2dBackwardArgs): void {
  const v0 = adaptiveAvgPool2dBackwardT[a.g.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('adaptiveAvgPool2dBackward', [a.g], 'f32|bf16');
  const variant = v0;
  const i = w.begin(14);
  const u = w.words;
  u[i] = 238 | (variant << 16);
  u[i + 1] = 14;
  w.buffer(i + 2, a.g);
  w.buffer(i + 5, a.dx);
  w.u64(i + 8, a.planes);
  u[i + 10] = a.height;
  u[i + 11] = a.width;
  u[i + 12] = a.outHeight;
  u[i + 13] = a.outWidth;
  w.end(14);
}

/** y = x resized: output position i reads source position i * scale + shift, by mode 0 nearest (floor), 1 bilinear, 2 bicubic (a = -0.75), clamped to the plane */
export interface ResizeArgs {
  readonly x: BufferRef;
  readonly y: BufferRef;
  readonly planes: number;
  readonly scaleHeight: number;
  readonly scaleWidth: number;
  readonly shiftHeight: number;
  readonly shiftWidth: number;
  readonly height: number;
  readonly width: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly mode: number;
}

const resizeT = [0, 1, -1, -1, -1, -1, -1];

/** y = x resized: output position i reads source position i * scale + shift, by mode 0 nearest (floor), 1 bilinear, 2 bicubic (a = -0.75), clamped to the plane */
export function resize(w: CommandWriter, a: ResizeArgs): void {
  const v0 = resizeT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('resize', [a.x], 'f32|bf16');
  const variant = v0;
  const i = w.begin(23);
  const u = w.words;
  u[i] = 239 | (variant << 16);
  u[i + 1] = 23;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.y);
  w.u64(i + 8, a.planes);
  w.f64(i + 10, a.scaleHeight);
  w.f64(i + 12, a.scaleWidth);
  w.f64(i + 14, a.shiftHeight);
  w.f64(i + 16, a.shiftWidth);
  u[i + 18] = a.height;
  u[i + 19] = a.width;
  u[i + 20] = a.outHeight;
  u[i + 21] = a.outWidth;
  u[i + 22] = a.mode;
  w.end(23);
}

/** dx = the gradient of resize */
export interface ResizeBackwardArgs {
  readonly g: BufferRef;
  readonly dx: BufferRef;
  readonly planes: number;
  readonly scaleHeight: number;
  readonly scaleWidth: number;
  readonly shiftHeight: number;
  readonly shiftWidth: number;
  readonly height: number;
  readonly width: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly mode: number;
}

const resizeBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** dx = the gradient of resize */
export function resizeBackward(w: CommandWriter, a: ResizeBackwardArgs): void {
  const v0 = resizeBackwardT[a.g.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('resizeBackward', [a.g], 'f32|bf16');
  const variant = v0;
  const i = w.begin(23);
  const u = w.words;
  u[i] = 240 | (variant << 16);
  u[i + 1] = 23;
  w.buffer(i + 2, a.g);
  w.buffer(i + 5, a.dx);
  w.u64(i + 8, a.planes);
  w.f64(i + 10, a.scaleHeight);
  w.f64(i + 12, a.scaleWidth);
  w.f64(i + 14, a.shiftHeight);
  w.f64(i + 16, a.shiftWidth);
  u[i + 18] = a.height;
  u[i + 19] = a.width;
  u[i + 20] = a.outHeight;
  u[i + 21] = a.outWidth;
  u[i + 22] = a.mode;
  w.end(23);
}

/** values = x in ascending order (descending with descending 1), index = where each came from; stable */
export interface SortArgs {
  readonly x: BufferRef;
  readonly values: BufferRef;
  readonly index: BufferRef;
  readonly rows: number;
  readonly cols: number;
  readonly descending: number;
}

const sortT = [0, 1, -1, 2, -1, -1, -1];

/** values = x in ascending order (descending with descending 1), index = where each came from; stable */
export function sort(w: CommandWriter, a: SortArgs): void {
  const v0 = sortT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('sort', [a.x], 'f32|bf16|i32');
  const variant = v0;
  const i = w.begin(16);
  const u = w.words;
  u[i] = 241 | (variant << 16);
  u[i + 1] = 16;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.values);
  w.buffer(i + 8, a.index);
  w.u64(i + 11, a.rows);
  w.u64(i + 13, a.cols);
  u[i + 15] = a.descending;
  w.end(16);
}

/** values = the k largest (smallest with largest 0) elements of x in order, index = where each came from; k <= cols */
export interface TopkArgs {
  readonly x: BufferRef;
  readonly values: BufferRef;
  readonly index: BufferRef;
  readonly rows: number;
  readonly cols: number;
  readonly k: number;
  readonly largest: number;
}

const topkT = [0, 1, -1, 2, -1, -1, -1];

/** values = the k largest (smallest with largest 0) elements of x in order, index = where each came from; k <= cols */
export function topk(w: CommandWriter, a: TopkArgs): void {
  const v0 = topkT[a.x.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('topk', [a.x], 'f32|bf16|i32');
  const variant = v0;
  const i = w.begin(18);
  const u = w.words;
  u[i] = 242 | (variant << 16);
  u[i + 1] = 18;
  w.buffer(i + 2, a.x);
  w.buffer(i + 5, a.values);
  w.buffer(i + 8, a.index);
  w.u64(i + 11, a.rows);
  w.u64(i + 13, a.cols);
  w.u64(i + 15, a.k);
  u[i + 17] = a.largest;
  w.end(18);
}

/** id = one index per row drawn from softmax(logits / temperature) cut to the topK most likely (0: all), then to the smallest set with probability topP, then to those with at least minP times the largest probability, and renormalised; logProb = its logarithm under softmax(logits / temperature) before the cuts. temperature 0 takes the first largest, with logProb under softmax(logits). Row r uses the first word of Philox block (seeds[r], positions[r]). A row with NaN or without a finite logit fails */
export interface SampleTokensArgs {
  readonly logits: BufferRef;
  readonly seeds: BufferRef;
  readonly positions: BufferRef;
  readonly id: BufferRef;
  readonly logProb: BufferRef;
  readonly rows: number;
  readonly cols: number;
  readonly topK: number;
  readonly temperature: number;
  readonly topP: number;
  readonly minP: number;
}

const sampleTokensT = [0, 1, -1, -1, -1, -1, -1];

/** id = one index per row drawn from softmax(logits / temperature) cut to the topK most likely (0: all), then to the smallest set with probability topP, then to those with at least minP times the largest probability, and renormalised; logProb = its logarithm under softmax(logits / temperature) before the cuts. temperature 0 takes the first largest, with logProb under softmax(logits). Row r uses the first word of Philox block (seeds[r], positions[r]). A row with NaN or without a finite logit fails */
export function sampleTokens(w: CommandWriter, a: SampleTokensArgs): void {
  const v0 = sampleTokensT[a.logits.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('sampleTokens', [a.logits], 'f32|bf16');
  const variant = v0;
  const i = w.begin(25);
  const u = w.words;
  u[i] = 243 | (variant << 16);
  u[i + 1] = 25;
  w.buffer(i + 2, a.logits);
  w.buffer(i + 5, a.seeds);
  w.buffer(i + 8, a.positions);
  w.buffer(i + 11, a.id);
  w.buffer(i + 14, a.logProb);
  w.u64(i + 17, a.rows);
  w.u64(i + 19, a.cols);
  u[i + 21] = a.topK;
  w.floats[i + 22] = a.temperature;
  w.floats[i + 23] = a.topP;
  w.floats[i + 24] = a.minP;
  w.end(25);
}

/** D-Adaptation Adam with r = the segment's share of lr and c = d lr (bias correction): sums r c<g, s/(sqrt(v) + eps)> of the old s and v and r|s|_1 of the new; m = beta1 m + (1-beta1) r c g; v as Adam; s = sqrt(beta2) s + (1-sqrt(beta2)) c g; p -= m/(sqrt(v) + eps) */
export interface DadaptAdamStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly estimate: BufferRef;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly expAvg: BufferRef;
  readonly expAvgSq: BufferRef;
  readonly s: BufferRef;
  readonly sums: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly eps: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly corrected: number;
  readonly form: number;
  readonly more: number;
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
}

const dadaptAdamStepP = [0, 1, -1, -1, -1, -1, -1];

const dadaptAdamStepG = [0, 1, -1, -1, -1, -1, -1];

/** D-Adaptation Adam with r = the segment's share of lr and c = d lr (bias correction): sums r c<g, s/(sqrt(v) + eps)> of the old s and v and r|s|_1 of the new; m = beta1 m + (1-beta1) r c g; v as Adam; s = sqrt(beta2) s + (1-sqrt(beta2)) c g; p -= m/(sqrt(v) + eps) */
export function dadaptAdamStep(w: CommandWriter, a: DadaptAdamStepArgs): void {
  const v0 = dadaptAdamStepP[a.param.typeCode]!;
  const v1 = dadaptAdamStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('dadaptAdamStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(73);
  const u = w.words;
  u[i] = 244 | (variant << 16);
  u[i + 1] = 73;
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.segmentStarts);
  w.buffer(i + 14, a.segmentLr);
  w.buffer(i + 17, a.segmentDecay);
  w.buffer(i + 20, a.estimate);
  w.buffer(i + 23, a.param);
  w.buffer(i + 26, a.master);
  w.buffer(i + 29, a.compensation);
  w.buffer(i + 32, a.touched);
  w.buffer(i + 35, a.expAvg);
  w.buffer(i + 38, a.expAvgSq);
  w.buffer(i + 41, a.s);
  w.buffer(i + 44, a.sums);
  w.u64(i + 47, a.n);
  w.u64(i + 49, a.firstIndex);
  w.u64(i + 51, a.seed);
  w.live(i + 53, 'u64', a.offset);
  w.live(i + 55, 'f64', a.beta1);
  w.live(i + 57, 'f64', a.beta2);
  w.live(i + 59, 'f64', a.eps);
  w.live(i + 61, 'f64', a.lr);
  w.live(i + 63, 'f64', a.weightDecay);
  u[i + 65] = a.corrected;
  u[i + 66] = a.form;
  u[i + 67] = a.more;
  w.live(i + 68, 'f32', a.gradFactor);
  u[i + 69] = a.decoupled;
  u[i + 70] = a.rounding;
  u[i + 71] = a.segments;
  u[i + 72] = a.gradScales;
  w.end(73);
}

/** D-Adaptation Lion, c = d lr: u = sign(beta1 m + (1-beta1) g); sums c<u, s> of the old s and |s|_1 of the new; p -= c u; m = beta2 m + (1-beta2) c g; s = sqrt(beta2) s + (1-sqrt(beta2)) c u */
export interface DadaptLionStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly estimate: BufferRef;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly expAvg: BufferRef;
  readonly s: BufferRef;
  readonly sums: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly more: number;
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
}

const dadaptLionStepP = [0, 1, -1, -1, -1, -1, -1];

const dadaptLionStepG = [0, 1, -1, -1, -1, -1, -1];

/** D-Adaptation Lion, c = d lr: u = sign(beta1 m + (1-beta1) g); sums c<u, s> of the old s and |s|_1 of the new; p -= c u; m = beta2 m + (1-beta2) c g; s = sqrt(beta2) s + (1-sqrt(beta2)) c u */
export function dadaptLionStep(w: CommandWriter, a: DadaptLionStepArgs): void {
  const v0 = dadaptLionStepP[a.param.typeCode]!;
  const v1 = dadaptLionStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('dadaptLionStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(66);
  const u = w.words;
  u[i] = 245 | (variant << 16);
  u[i + 1] = 66;
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.segmentStarts);
  w.buffer(i + 14, a.segmentLr);
  w.buffer(i + 17, a.segmentDecay);
  w.buffer(i + 20, a.estimate);
  w.buffer(i + 23, a.param);
  w.buffer(i + 26, a.master);
  w.buffer(i + 29, a.compensation);
  w.buffer(i + 32, a.touched);
  w.buffer(i + 35, a.expAvg);
  w.buffer(i + 38, a.s);
  w.buffer(i + 41, a.sums);
  w.u64(i + 44, a.n);
  w.u64(i + 46, a.firstIndex);
  w.u64(i + 48, a.seed);
  w.live(i + 50, 'u64', a.offset);
  w.live(i + 52, 'f64', a.beta1);
  w.live(i + 54, 'f64', a.beta2);
  w.live(i + 56, 'f64', a.lr);
  w.live(i + 58, 'f64', a.weightDecay);
  u[i + 60] = a.more;
  w.live(i + 61, 'f32', a.gradFactor);
  u[i + 62] = a.decoupled;
  u[i + 63] = a.rounding;
  u[i + 64] = a.segments;
  u[i + 65] = a.gradScales;
  w.end(66);
}

/** D-Adaptation SGD, c = d lr/|g_0|: sums c<g, s> of the old s and |s|^2 of the new; s += c g; p = momentum p + (1-momentum)(x0 - s) */
export interface DadaptSgdStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly estimate: BufferRef;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly s: BufferRef;
  readonly x0: BufferRef;
  readonly sums: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly momentum: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly more: number;
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
}

const dadaptSgdStepP = [0, 1, -1, -1, -1, -1, -1];

const dadaptSgdStepG = [0, 1, -1, -1, -1, -1, -1];

/** D-Adaptation SGD, c = d lr/|g_0|: sums c<g, s> of the old s and |s|^2 of the new; s += c g; p = momentum p + (1-momentum)(x0 - s) */
export function dadaptSgdStep(w: CommandWriter, a: DadaptSgdStepArgs): void {
  const v0 = dadaptSgdStepP[a.param.typeCode]!;
  const v1 = dadaptSgdStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('dadaptSgdStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(64);
  const u = w.words;
  u[i] = 246 | (variant << 16);
  u[i + 1] = 64;
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.segmentStarts);
  w.buffer(i + 14, a.segmentLr);
  w.buffer(i + 17, a.segmentDecay);
  w.buffer(i + 20, a.estimate);
  w.buffer(i + 23, a.param);
  w.buffer(i + 26, a.master);
  w.buffer(i + 29, a.compensation);
  w.buffer(i + 32, a.touched);
  w.buffer(i + 35, a.s);
  w.buffer(i + 38, a.x0);
  w.buffer(i + 41, a.sums);
  w.u64(i + 44, a.n);
  w.u64(i + 46, a.firstIndex);
  w.u64(i + 48, a.seed);
  w.live(i + 50, 'u64', a.offset);
  w.live(i + 52, 'f64', a.momentum);
  w.live(i + 54, 'f64', a.lr);
  w.live(i + 56, 'f64', a.weightDecay);
  u[i + 58] = a.more;
  w.live(i + 59, 'f32', a.gradFactor);
  u[i + 60] = a.decoupled;
  u[i + 61] = a.rounding;
  u[i + 62] = a.segments;
  u[i + 63] = a.gradScales;
  w.end(64);
}

/** D-Adaptation AdaGrad, c = d lr: a += g^2; s += c g; D = sqrt(a) + eps; sums s^2/D, c^2 g^2/D and |s|_1; p = momentum p + (1-momentum)(x0 - s/D) */
export interface DadaptAdagradStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly estimate: BufferRef;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly alpha: BufferRef;
  readonly s: BufferRef;
  readonly x0: BufferRef;
  readonly sums: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly momentum: number | (() => number);
  readonly eps: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly more: number;
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
}

const dadaptAdagradStepP = [0, 1, -1, -1, -1, -1, -1];

const dadaptAdagradStepG = [0, 1, -1, -1, -1, -1, -1];

/** D-Adaptation AdaGrad, c = d lr: a += g^2; s += c g; D = sqrt(a) + eps; sums s^2/D, c^2 g^2/D and |s|_1; p = momentum p + (1-momentum)(x0 - s/D) */
export function dadaptAdagradStep(w: CommandWriter, a: DadaptAdagradStepArgs): void {
  const v0 = dadaptAdagradStepP[a.param.typeCode]!;
  const v1 = dadaptAdagradStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('dadaptAdagradStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(69);
  const u = w.words;
  u[i] = 247 | (variant << 16);
  u[i + 1] = 69;
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.segmentStarts);
  w.buffer(i + 14, a.segmentLr);
  w.buffer(i + 17, a.segmentDecay);
  w.buffer(i + 20, a.estimate);
  w.buffer(i + 23, a.param);
  w.buffer(i + 26, a.master);
  w.buffer(i + 29, a.compensation);
  w.buffer(i + 32, a.touched);
  w.buffer(i + 35, a.alpha);
  w.buffer(i + 38, a.s);
  w.buffer(i + 41, a.x0);
  w.buffer(i + 44, a.sums);
  w.u64(i + 47, a.n);
  w.u64(i + 49, a.firstIndex);
  w.u64(i + 51, a.seed);
  w.live(i + 53, 'u64', a.offset);
  w.live(i + 55, 'f64', a.momentum);
  w.live(i + 57, 'f64', a.eps);
  w.live(i + 59, 'f64', a.lr);
  w.live(i + 61, 'f64', a.weightDecay);
  u[i + 63] = a.more;
  w.live(i + 64, 'f32', a.gradFactor);
  u[i + 65] = a.decoupled;
  u[i + 66] = a.rounding;
  u[i + 67] = a.segments;
  u[i + 68] = a.gradScales;
  w.end(69);
}

/** Prodigy, c = d lr (bias correction): m = beta1 m + (1-beta1) d g; v = beta2 v + (1-beta2)(d g)^2; p -= c m/(sqrt(v) + d eps). With s and p0 also sums d/d0 c<g, p0 - p> and |s|_1; s = beta3 s + d/d0 (c, or d with safeguard) g */
export interface ProdigyStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly estimate: BufferRef;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly expAvg: BufferRef;
  readonly expAvgSq: BufferRef;
  readonly s?: BufferRef | undefined;
  readonly p0?: BufferRef | undefined;
  readonly sums: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly beta3: number | (() => number);
  readonly eps: number | (() => number);
  readonly d0: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly corrected: number;
  readonly safeguard: number;
  readonly form: number;
  readonly more: number;
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
}

const prodigyStepP = [0, 1, -1, -1, -1, -1, -1];

const prodigyStepG = [0, 1, -1, -1, -1, -1, -1];

/** Prodigy, c = d lr (bias correction): m = beta1 m + (1-beta1) d g; v = beta2 v + (1-beta2)(d g)^2; p -= c m/(sqrt(v) + d eps). With s and p0 also sums d/d0 c<g, p0 - p> and |s|_1; s = beta3 s + d/d0 (c, or d with safeguard) g */
export function prodigyStep(w: CommandWriter, a: ProdigyStepArgs): void {
  const v0 = prodigyStepP[a.param.typeCode]!;
  const v1 = prodigyStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('prodigyStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(81);
  const u = w.words;
  u[i] = 248 | (variant << 16);
  u[i + 1] = 81;
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.segmentStarts);
  w.buffer(i + 14, a.segmentLr);
  w.buffer(i + 17, a.segmentDecay);
  w.buffer(i + 20, a.estimate);
  w.buffer(i + 23, a.param);
  w.buffer(i + 26, a.master);
  w.buffer(i + 29, a.compensation);
  w.buffer(i + 32, a.touched);
  w.buffer(i + 35, a.expAvg);
  w.buffer(i + 38, a.expAvgSq);
  w.buffer(i + 41, a.s);
  w.buffer(i + 44, a.p0);
  w.buffer(i + 47, a.sums);
  w.u64(i + 50, a.n);
  w.u64(i + 52, a.firstIndex);
  w.u64(i + 54, a.seed);
  w.live(i + 56, 'u64', a.offset);
  w.live(i + 58, 'f64', a.beta1);
  w.live(i + 60, 'f64', a.beta2);
  w.live(i + 62, 'f64', a.beta3);
  w.live(i + 64, 'f64', a.eps);
  w.live(i + 66, 'f64', a.d0);
  w.live(i + 68, 'f64', a.lr);
  w.live(i + 70, 'f64', a.weightDecay);
  u[i + 72] = a.corrected;
  u[i + 73] = a.safeguard;
  u[i + 74] = a.form;
  u[i + 75] = a.more;
  w.live(i + 76, 'f32', a.gradFactor);
  u[i + 77] = a.decoupled;
  u[i + 78] = a.rounding;
  u[i + 79] = a.segments;
  u[i + 80] = a.gradScales;
  w.end(81);
}

/** The sums and s of prodigyStep from every `slice`-th element of each segment: element j of the compact s and p0 from sliceStarts[i] on is element segmentStarts[i] + (j - sliceStarts[i]) slice. Run it before the step */
export interface ProdigySliceArgs {
  readonly grad: BufferRef;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts: BufferRef;
  readonly sliceStarts: BufferRef;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly p0: BufferRef;
  readonly estimate: BufferRef;
  readonly s: BufferRef;
  readonly sums: BufferRef;
  readonly n: number;
  readonly count: number;
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly beta3: number | (() => number);
  readonly d0: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly slice: number;
  readonly corrected: number;
  readonly safeguard: number;
  readonly form: number;
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly segments: number;
  readonly gradScales: number;
  readonly more: number;
}

const prodigySliceP = [0, 1, -1, -1, -1, -1, -1];

const prodigySliceG = [0, 1, -1, -1, -1, -1, -1];

/** The sums and s of prodigyStep from every `slice`-th element of each segment: element j of the compact s and p0 from sliceStarts[i] on is element segmentStarts[i] + (j - sliceStarts[i]) slice. Run it before the step */
export function prodigySlice(w: CommandWriter, a: ProdigySliceArgs): void {
  const v0 = prodigySliceP[a.param.typeCode]!;
  const v1 = prodigySliceG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('prodigySlice', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(66);
  const u = w.words;
  u[i] = 249 | (variant << 16);
  u[i + 1] = 66;
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.param);
  w.buffer(i + 8, a.master);
  w.buffer(i + 11, a.gradScale);
  w.buffer(i + 14, a.skip);
  w.buffer(i + 17, a.segmentStarts);
  w.buffer(i + 20, a.sliceStarts);
  w.buffer(i + 23, a.segmentLr);
  w.buffer(i + 26, a.segmentDecay);
  w.buffer(i + 29, a.p0);
  w.buffer(i + 32, a.estimate);
  w.buffer(i + 35, a.s);
  w.buffer(i + 38, a.sums);
  w.u64(i + 41, a.n);
  w.u64(i + 43, a.count);
  w.live(i + 45, 'f64', a.beta1);
  w.live(i + 47, 'f64', a.beta2);
  w.live(i + 49, 'f64', a.beta3);
  w.live(i + 51, 'f64', a.d0);
  w.live(i + 53, 'f64', a.lr);
  w.live(i + 55, 'f64', a.weightDecay);
  u[i + 57] = a.slice;
  u[i + 58] = a.corrected;
  u[i + 59] = a.safeguard;
  u[i + 60] = a.form;
  w.live(i + 61, 'f32', a.gradFactor);
  u[i + 62] = a.decoupled;
  u[i + 63] = a.segments;
  u[i + 64] = a.gradScales;
  u[i + 65] = a.more;
  w.end(66);
}

/** After distanceEstimate: p += c m/(sqrt(v) + d eps) - c m/(sqrt(v) + d' eps) where the step found d' and used d; no pass where they agree */
export interface ProdigyCorrectionArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly estimate: BufferRef;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly expAvg: BufferRef;
  readonly expAvgSq: BufferRef;
  readonly sums: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly eps: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly corrected: number;
  readonly form: number;
  readonly more: number;
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
}

const prodigyCorrectionP = [0, 1, -1, -1, -1, -1, -1];

const prodigyCorrectionG = [0, 1, -1, -1, -1, -1, -1];

/** After distanceEstimate: p += c m/(sqrt(v) + d eps) - c m/(sqrt(v) + d' eps) where the step found d' and used d; no pass where they agree */
export function prodigyCorrection(w: CommandWriter, a: ProdigyCorrectionArgs): void {
  const v0 = prodigyCorrectionP[a.param.typeCode]!;
  const v1 = prodigyCorrectionG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('prodigyCorrection', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(70);
  const u = w.words;
  u[i] = 250 | (variant << 16);
  u[i + 1] = 70;
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.segmentStarts);
  w.buffer(i + 14, a.segmentLr);
  w.buffer(i + 17, a.segmentDecay);
  w.buffer(i + 20, a.estimate);
  w.buffer(i + 23, a.param);
  w.buffer(i + 26, a.master);
  w.buffer(i + 29, a.compensation);
  w.buffer(i + 32, a.touched);
  w.buffer(i + 35, a.expAvg);
  w.buffer(i + 38, a.expAvgSq);
  w.buffer(i + 41, a.sums);
  w.u64(i + 44, a.n);
  w.u64(i + 46, a.firstIndex);
  w.u64(i + 48, a.seed);
  w.live(i + 50, 'u64', a.offset);
  w.live(i + 52, 'f64', a.beta1);
  w.live(i + 54, 'f64', a.beta2);
  w.live(i + 56, 'f64', a.eps);
  w.live(i + 58, 'f64', a.lr);
  w.live(i + 60, 'f64', a.weightDecay);
  u[i + 62] = a.corrected;
  u[i + 63] = a.form;
  u[i + 64] = a.more;
  w.live(i + 65, 'f32', a.gradFactor);
  u[i + 66] = a.decoupled;
  u[i + 67] = a.rounding;
  u[i + 68] = a.segments;
  u[i + 69] = a.gradScales;
  w.end(70);
}

/** The next d from the sums of a step. rule 0: D-Adaptation Adam and Lion, 1: SGD, 2: AdaGrad, 3: Prodigy. A step without information (a zero denominator) changes nothing; a d that is not finite is not taken; d grows by at most `growth` */
export interface DistanceEstimateArgs {
  readonly sums: BufferRef;
  readonly skip?: BufferRef | undefined;
  readonly estimate: BufferRef;
  readonly decay: number;
  readonly d0: number;
  readonly coefficient: number;
  readonly growth: number;
  readonly lr: number | (() => number);
  readonly rule: number;
  readonly form: number;
}

/** The next d from the sums of a step. rule 0: D-Adaptation Adam and Lion, 1: SGD, 2: AdaGrad, 3: Prodigy. A step without information (a zero denominator) changes nothing; a d that is not finite is not taken; d grows by at most `growth` */
export function distanceEstimate(w: CommandWriter, a: DistanceEstimateArgs): void {
  const i = w.begin(23);
  const u = w.words;
  u[i] = 251;
  u[i + 1] = 23;
  w.buffer(i + 2, a.sums);
  w.buffer(i + 5, a.skip);
  w.buffer(i + 8, a.estimate);
  w.f64(i + 11, a.decay);
  w.f64(i + 13, a.d0);
  w.f64(i + 15, a.coefficient);
  w.f64(i + 17, a.growth);
  w.live(i + 19, 'f64', a.lr);
  u[i + 21] = a.rule;
  u[i + 22] = a.form;
  w.end(23);
}

/** estimate[5] = norm where it is still zero: |g_0| of the first gradient that is not zero */
export interface StartNormArgs {
  readonly norm: BufferRef;
  readonly estimate: BufferRef;
  readonly gradFactor: number | (() => number);
}

/** estimate[5] = norm where it is still zero: |g_0| of the first gradient that is not zero */
export function startNorm(w: CommandWriter, a: StartNormArgs): void {
  const i = w.begin(9);
  const u = w.words;
  u[i] = 252;
  u[i + 1] = 9;
  w.buffer(i + 2, a.norm);
  w.buffer(i + 5, a.estimate);
  w.live(i + 8, 'f32', a.gradFactor);
  w.end(9);
}

/** m = beta1 m + (1-beta1)g, v = beta2 v + (1-beta2)g^2; sums <g, p>, <m, p> and sum of m^2/D, D = rootScale sqrt(v) + eps, or 1 without v */
export interface MomoMomentsArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly estimate: BufferRef;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly expAvg: BufferRef;
  readonly expAvgSq?: BufferRef | undefined;
  readonly sums: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly beta1: number | (() => number);
  readonly beta2: number | (() => number);
  readonly eps: number | (() => number);
  readonly rootScale: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly more: number;
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
}

const momoMomentsP = [0, 1, -1, -1, -1, -1, -1];

const momoMomentsG = [0, 1, -1, -1, -1, -1, -1];

/** m = beta1 m + (1-beta1)g, v = beta2 v + (1-beta2)g^2; sums <g, p>, <m, p> and sum of m^2/D, D = rootScale sqrt(v) + eps, or 1 without v */
export function momoMoments(w: CommandWriter, a: MomoMomentsArgs): void {
  const v0 = momoMomentsP[a.param.typeCode]!;
  const v1 = momoMomentsG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('momoMoments', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(70);
  const u = w.words;
  u[i] = 253 | (variant << 16);
  u[i + 1] = 70;
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.segmentStarts);
  w.buffer(i + 14, a.segmentLr);
  w.buffer(i + 17, a.segmentDecay);
  w.buffer(i + 20, a.estimate);
  w.buffer(i + 23, a.param);
  w.buffer(i + 26, a.master);
  w.buffer(i + 29, a.compensation);
  w.buffer(i + 32, a.touched);
  w.buffer(i + 35, a.expAvg);
  w.buffer(i + 38, a.expAvgSq);
  w.buffer(i + 41, a.sums);
  w.u64(i + 44, a.n);
  w.u64(i + 46, a.firstIndex);
  w.u64(i + 48, a.seed);
  w.live(i + 50, 'u64', a.offset);
  w.live(i + 52, 'f64', a.beta1);
  w.live(i + 54, 'f64', a.beta2);
  w.live(i + 56, 'f64', a.eps);
  w.live(i + 58, 'f64', a.rootScale);
  w.live(i + 60, 'f64', a.lr);
  w.live(i + 62, 'f64', a.weightDecay);
  u[i + 64] = a.more;
  w.live(i + 65, 'f32', a.gradFactor);
  u[i + 66] = a.decoupled;
  u[i + 67] = a.rounding;
  u[i + 68] = a.segments;
  u[i + 69] = a.gradScales;
  w.end(70);
}

/** MoMo: from the sums and the loss of this step its rate tau; estimate [average loss, average <g, p>, lower bound, tau, 0, 0]. beta and correction are those of the averages at this step; adapt 1 adapts the lower bound, which is at least `bound` */
export interface MomoEstimateArgs {
  readonly sums: BufferRef;
  readonly loss: BufferRef;
  readonly skip?: BufferRef | undefined;
  readonly estimate: BufferRef;
  readonly beta: number | (() => number);
  readonly correction: number | (() => number);
  readonly lr: number | (() => number);
  readonly decay: number | (() => number);
  readonly bound: number;
  readonly adapt: number;
}

/** MoMo: from the sums and the loss of this step its rate tau; estimate [average loss, average <g, p>, lower bound, tau, 0, 0]. beta and correction are those of the averages at this step; adapt 1 adapts the lower bound, which is at least `bound` */
export function momoEstimate(w: CommandWriter, a: MomoEstimateArgs): void {
  const i = w.begin(25);
  const u = w.words;
  u[i] = 254;
  u[i + 1] = 25;
  w.buffer(i + 2, a.sums);
  w.buffer(i + 5, a.loss);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.estimate);
  w.live(i + 14, 'f64', a.beta);
  w.live(i + 16, 'f64', a.correction);
  w.live(i + 18, 'f64', a.lr);
  w.live(i + 20, 'f64', a.decay);
  w.f64(i + 22, a.bound);
  u[i + 24] = a.adapt;
  w.end(25);
}

/** p = (p - tau m/D)/w, or with form 1 p/w - tau m/D; w = 1 + lr decay, tau = estimate[3] */
export interface MomoStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly estimate: BufferRef;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly expAvg: BufferRef;
  readonly expAvgSq?: BufferRef | undefined;
  readonly sums: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly eps: number | (() => number);
  readonly rootScale: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly form: number;
  readonly more: number;
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
}

const momoStepP = [0, 1, -1, -1, -1, -1, -1];

const momoStepG = [0, 1, -1, -1, -1, -1, -1];

/** p = (p - tau m/D)/w, or with form 1 p/w - tau m/D; w = 1 + lr decay, tau = estimate[3] */
export function momoStep(w: CommandWriter, a: MomoStepArgs): void {
  const v0 = momoStepP[a.param.typeCode]!;
  const v1 = momoStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('momoStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(67);
  const u = w.words;
  u[i] = 255 | (variant << 16);
  u[i + 1] = 67;
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.segmentStarts);
  w.buffer(i + 14, a.segmentLr);
  w.buffer(i + 17, a.segmentDecay);
  w.buffer(i + 20, a.estimate);
  w.buffer(i + 23, a.param);
  w.buffer(i + 26, a.master);
  w.buffer(i + 29, a.compensation);
  w.buffer(i + 32, a.touched);
  w.buffer(i + 35, a.expAvg);
  w.buffer(i + 38, a.expAvgSq);
  w.buffer(i + 41, a.sums);
  w.u64(i + 44, a.n);
  w.u64(i + 46, a.firstIndex);
  w.u64(i + 48, a.seed);
  w.live(i + 50, 'u64', a.offset);
  w.live(i + 52, 'f64', a.eps);
  w.live(i + 54, 'f64', a.rootScale);
  w.live(i + 56, 'f64', a.lr);
  w.live(i + 58, 'f64', a.weightDecay);
  u[i + 60] = a.form;
  u[i + 61] = a.more;
  w.live(i + 62, 'f32', a.gradFactor);
  u[i + 63] = a.decoupled;
  u[i + 64] = a.rounding;
  u[i + 65] = a.segments;
  u[i + 66] = a.gradScales;
  w.end(67);
}

/** Mechanic after the base step, with S = estimate[0], T = estimate[1]: old = x0 + S delta; e = delta, or delta S/(T + eps) with recompute; q = p, or old with form 1; sums <e, g>, <e, q>, |q|^2, |g|^2; delta = e + p - old */
export interface MechanicMeasureArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly estimate: BufferRef;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly delta: BufferRef;
  readonly x0: BufferRef;
  readonly sums: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly eps: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly recompute: number;
  readonly form: number;
  readonly more: number;
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
}

const mechanicMeasureP = [0, 1, -1, -1, -1, -1, -1];

const mechanicMeasureG = [0, 1, -1, -1, -1, -1, -1];

/** Mechanic after the base step, with S = estimate[0], T = estimate[1]: old = x0 + S delta; e = delta, or delta S/(T + eps) with recompute; q = p, or old with form 1; sums <e, g>, <e, q>, |q|^2, |g|^2; delta = e + p - old */
export function mechanicMeasure(w: CommandWriter, a: MechanicMeasureArgs): void {
  const v0 = mechanicMeasureP[a.param.typeCode]!;
  const v1 = mechanicMeasureG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('mechanicMeasure', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(66);
  const u = w.words;
  u[i] = 256 | (variant << 16);
  u[i + 1] = 66;
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.segmentStarts);
  w.buffer(i + 14, a.segmentLr);
  w.buffer(i + 17, a.segmentDecay);
  w.buffer(i + 20, a.estimate);
  w.buffer(i + 23, a.param);
  w.buffer(i + 26, a.master);
  w.buffer(i + 29, a.compensation);
  w.buffer(i + 32, a.touched);
  w.buffer(i + 35, a.delta);
  w.buffer(i + 38, a.x0);
  w.buffer(i + 41, a.sums);
  w.u64(i + 44, a.n);
  w.u64(i + 46, a.firstIndex);
  w.u64(i + 48, a.seed);
  w.live(i + 50, 'u64', a.offset);
  w.live(i + 52, 'f64', a.eps);
  w.live(i + 54, 'f64', a.lr);
  w.live(i + 56, 'f64', a.weightDecay);
  u[i + 58] = a.recompute;
  u[i + 59] = a.form;
  u[i + 60] = a.more;
  w.live(i + 61, 'f32', a.gradFactor);
  u[i + 62] = a.decoupled;
  u[i + 63] = a.rounding;
  u[i + 64] = a.segments;
  u[i + 65] = a.gradScales;
  w.end(66);
}

/** Mechanic: estimate [S, T, h, 0, s[count], r[count], m[count], v[count]] from the sums; beta_i = 1 - 10^-i; T is the sum of s, S what multiplies delta: max(T, 0), or T with form 1 */
export interface MechanicEstimateArgs {
  readonly sums: BufferRef;
  readonly skip?: BufferRef | undefined;
  readonly estimate: BufferRef;
  readonly decay: number;
  readonly eps: number;
  readonly start: number;
  readonly form: number;
  readonly count: number;
}

/** Mechanic: estimate [S, T, h, 0, s[count], r[count], m[count], v[count]] from the sums; beta_i = 1 - 10^-i; T is the sum of s, S what multiplies delta: max(T, 0), or T with form 1 */
export function mechanicEstimate(w: CommandWriter, a: MechanicEstimateArgs): void {
  const i = w.begin(19);
  const u = w.words;
  u[i] = 257;
  u[i + 1] = 19;
  w.buffer(i + 2, a.sums);
  w.buffer(i + 5, a.skip);
  w.buffer(i + 8, a.estimate);
  w.f64(i + 11, a.decay);
  w.f64(i + 13, a.eps);
  w.f64(i + 15, a.start);
  u[i + 17] = a.form;
  u[i + 18] = a.count;
  w.end(19);
}

/** p = x0 + estimate[0] delta */
export interface MechanicStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly estimate: BufferRef;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly delta: BufferRef;
  readonly x0: BufferRef;
  readonly sums: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly more: number;
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
}

const mechanicStepP = [0, 1, -1, -1, -1, -1, -1];

const mechanicStepG = [0, 1, -1, -1, -1, -1, -1];

/** p = x0 + estimate[0] delta */
export function mechanicStep(w: CommandWriter, a: MechanicStepArgs): void {
  const v0 = mechanicStepP[a.param.typeCode]!;
  const v1 = mechanicStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('mechanicStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(62);
  const u = w.words;
  u[i] = 258 | (variant << 16);
  u[i + 1] = 62;
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.segmentStarts);
  w.buffer(i + 14, a.segmentLr);
  w.buffer(i + 17, a.segmentDecay);
  w.buffer(i + 20, a.estimate);
  w.buffer(i + 23, a.param);
  w.buffer(i + 26, a.master);
  w.buffer(i + 29, a.compensation);
  w.buffer(i + 32, a.touched);
  w.buffer(i + 35, a.delta);
  w.buffer(i + 38, a.x0);
  w.buffer(i + 41, a.sums);
  w.u64(i + 44, a.n);
  w.u64(i + 46, a.firstIndex);
  w.u64(i + 48, a.seed);
  w.live(i + 50, 'u64', a.offset);
  w.live(i + 52, 'f64', a.lr);
  w.live(i + 54, 'f64', a.weightDecay);
  u[i + 56] = a.more;
  w.live(i + 57, 'f32', a.gradFactor);
  u[i + 58] = a.decoupled;
  u[i + 59] = a.rounding;
  u[i + 60] = a.segments;
  u[i + 61] = a.gradScales;
  w.end(62);
}

/** COCOB, c = lr g: L = max(L, |c|); G += |c|; R = max(R - c (p - x0), 0); C -= c; p = x0 + C (L + R)/(L max(G + L, alpha L)) */
export interface CocobStepArgs {
  readonly grad: BufferRef;
  readonly gradScale?: BufferRef | undefined;
  readonly skip?: BufferRef | undefined;
  readonly segmentStarts?: BufferRef | undefined;
  readonly segmentLr?: BufferRef | undefined;
  readonly segmentDecay?: BufferRef | undefined;
  readonly param: BufferRef;
  readonly master?: BufferRef | undefined;
  readonly compensation?: BufferRef | undefined;
  readonly touched?: BufferRef | undefined;
  readonly x0: BufferRef;
  readonly theta: BufferRef;
  readonly largest: BufferRef;
  readonly gradSum: BufferRef;
  readonly reward: BufferRef;
  readonly n: number;
  readonly firstIndex: number;
  readonly seed: number;
  readonly offset: number | (() => number);
  readonly alpha: number | (() => number);
  readonly lr: number | (() => number);
  readonly weightDecay: number | (() => number);
  readonly gradFactor: number | (() => number);
  readonly decoupled: number;
  readonly rounding: number;
  readonly segments: number;
  readonly gradScales: number;
}

const cocobStepP = [0, 1, -1, -1, -1, -1, -1];

const cocobStepG = [0, 1, -1, -1, -1, -1, -1];

/** COCOB, c = lr g: L = max(L, |c|); G += |c|; R = max(R - c (p - x0), 0); C -= c; p = x0 + C (L + R)/(L max(G + L, alpha L)) */
export function cocobStep(w: CommandWriter, a: CocobStepArgs): void {
  const v0 = cocobStepP[a.param.typeCode]!;
  const v1 = cocobStepG[a.grad.typeCode]!;
  if (v0 < 0 || v1 < 0) throw unsupportedTypes('cocobStep', [a.param, a.grad], 'f32|bf16 x f32|bf16');
  const variant = v0 * 2 + v1;
  const i = w.begin(66);
  const u = w.words;
  u[i] = 259 | (variant << 16);
  u[i + 1] = 66;
  w.buffer(i + 2, a.grad);
  w.buffer(i + 5, a.gradScale);
  w.buffer(i + 8, a.skip);
  w.buffer(i + 11, a.segmentStarts);
  w.buffer(i + 14, a.segmentLr);
  w.buffer(i + 17, a.segmentDecay);
  w.buffer(i + 20, a.param);
  w.buffer(i + 23, a.master);
  w.buffer(i + 26, a.compensation);
  w.buffer(i + 29, a.touched);
  w.buffer(i + 32, a.x0);
  w.buffer(i + 35, a.theta);
  w.buffer(i + 38, a.largest);
  w.buffer(i + 41, a.gradSum);
  w.buffer(i + 44, a.reward);
  w.u64(i + 47, a.n);
  w.u64(i + 49, a.firstIndex);
  w.u64(i + 51, a.seed);
  w.live(i + 53, 'u64', a.offset);
  w.live(i + 55, 'f64', a.alpha);
  w.live(i + 57, 'f64', a.lr);
  w.live(i + 59, 'f64', a.weightDecay);
  w.live(i + 61, 'f32', a.gradFactor);
  u[i + 62] = a.decoupled;
  u[i + 63] = a.rounding;
  u[i + 64] = a.segments;
  u[i + 65] = a.gradScales;
  w.end(66);
}

/** Eigenvalues, descending, and eigenvectors, the columns of `vectors`, of symmetric matrices a [batch, n, n]: a v = v diag(values). Householder tridiagonalisation and implicit QL (EISPACK tred2, tql2) */
export interface EighArgs {
  readonly a: BufferRef;
  readonly values: BufferRef;
  readonly vectors: BufferRef;
  readonly n: number;
  readonly batch: number;
}

/** Eigenvalues, descending, and eigenvectors, the columns of `vectors`, of symmetric matrices a [batch, n, n]: a v = v diag(values). Householder tridiagonalisation and implicit QL (EISPACK tred2, tql2) */
export function eigh(w: CommandWriter, a: EighArgs): void {
  const i = w.begin(13);
  const u = w.words;
  u[i] = 260;
  u[i + 1] = 13;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.values);
  w.buffer(i + 8, a.vectors);
  u[i + 11] = a.n;
  u[i + 12] = a.batch;
  w.end(13);
}

/** The factor Q of the QR decomposition of matrices a [batch, n, n] by Householder reflections; columns keep their directions */
export interface OrthogonalizeArgs {
  readonly a: BufferRef;
  readonly q: BufferRef;
  readonly n: number;
  readonly batch: number;
}

/** The factor Q of the QR decomposition of matrices a [batch, n, n] by Householder reflections; columns keep their directions */
export function orthogonalize(w: CommandWriter, a: OrthogonalizeArgs): void {
  const i = w.begin(10);
  const u = w.words;
  u[i] = 261;
  u[i + 1] = 10;
  w.buffer(i + 2, a.a);
  w.buffer(i + 5, a.q);
  u[i + 8] = a.n;
  u[i + 9] = a.batch;
  w.end(10);
}
