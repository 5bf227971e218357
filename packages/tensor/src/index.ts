/**
 * @packageDocumentation
 * Tensors and autograd on CPU and CUDA. Names follow PyTorch in camelCase: data positional, everything else in one
 * options object. Ops are functions and, most of them, methods; they return at once while a native thread computes.
 */
import './methods.js';

export { type BackwardOptions, type GradOptions, grad } from './autograd.js';
export type { DeviceInfo } from './backend.js';
export { type CheckpointOptions, checkpoint } from './checkpoint.js';
export * from './creation.js';
export {
  type Device,
  type DeviceName,
  type DeviceType,
  defaultDevice,
  device,
  devices,
  type MemoryStatistics,
  manualSeed,
  setDefaultDevice,
} from './device.js';
export { type DType, type DTypeInfo, dtypes, type NumberArray, type TypedArray } from './dtype.js';
export * from './errors.js';
export { Generator, type GeneratorState } from './generator.js';
export { enableGrad, isGradEnabled, noGrad } from './grad-mode.js';
export { type ToOptions, type ToTarget, to, toOptions } from './methods.js';
export { NdArray } from './ndarray.js';
export {
  defineOp,
  differentiable,
  differentiableAll,
  type InputSpec,
  type Op,
  type OpCase,
  type OpCost,
  type OpDefinition,
} from './op.js';
export * from './ops/index.js';
export { checkOptions, nearestName } from './options.js';
export { type GradientPart, ParameterBuffer, type ParameterBufferOptions, type ParameterEntry } from './parameters.js';
export type { NestedArray } from './reading.js';
export { RecordedStep } from './recorded-step.js';
export type { Recording } from './recording.js';
export { Scope, scope } from './scope.js';
export type { Shape } from './shape.js';
export { symmetricEigenvalues } from './symmetric-eigen.js';
export { type BackwardContext, type BackwardFunction, type Gradients, Tensor } from './tensor.js';
