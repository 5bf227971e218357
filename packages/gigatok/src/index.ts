/**
 * @packageDocumentation
 * GigaTok (arXiv 2504.08736): train a visual tokenizer, then an autoregressive image model on its tokens, and evaluate both.
 */

export * from './ar/config.js';
export {
  type GenerateOptions,
  type Guidance,
  type GuidanceSchedule,
  generateTokens,
  guidanceScale,
} from './ar/generate.js';
export { ImageModel, ImageModelCache } from './ar/model.js';
export { LatentDecoder, LatentEncoder } from './model/bridges.js';
export {
  AdaptiveGroupNorm,
  AttnBlock,
  CnnDecoder,
  CnnEncoder,
  Downsample,
  depthToSpace,
  ResnetBlock,
} from './model/cnn.js';
export * from './model/config.js';
export { type FirstSplit, lastLevelMap, multiLevelMap, multiLevelPool } from './model/pyramid.js';
export { type Quantized, type QuantizerLosses, VectorQuantizer } from './model/quantizer.js';
export { type Reconstruction, type ReconstructOptions, type Shortcuts, Tokenizer } from './model/tokenizer.js';
export { CodeUsage, type CodeUsageOptions } from './model/usage.js';
