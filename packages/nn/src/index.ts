/**
 * @packageDocumentation
 * Modules and layers with PyTorch's names, defaults and state dicts. Losses are ops of `@tessera/tensor` (`crossEntropy`,
 * `mseLoss`, ...): they hold nothing, so there are no modules for them.
 */
export * from './activation.js';
export {
  type AttendOptions,
  joinHeads,
  MultiheadAttention,
  type MultiheadAttentionOptions,
  splitHeads,
} from './attention.js';
export { type CheckpointingOptions, ModuleList, Sequential } from './containers.js';
export * from './conv.js';
export * as init from './init.js';
export type { BiasOption, LayerOptions } from './layer-options.js';
export * from './linear.js';
export { type BufferOptions, type Layer, Module } from './module.js';
export * from './norm.js';
export { flatParameters } from './parameters.js';
export { type LoadOptions, type LoadResult, type StateDict, StateDictError } from './state-dict.js';
export { TransformerEncoderLayer, type TransformerEncoderLayerOptions } from './transformer.js';
