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
export { type AdversarialLoss, discriminatorLoss, generatorLoss } from './losses/adversarial.js';
export { type Discriminator, PatchGan, type PatchGanOptions } from './losses/patchgan.js';
export {
  type GeneratorInputs,
  type GeneratorLosses,
  type LossNetworks,
  type PerceptualDistance,
  TokenizerLoss,
  type TokenizerLossOptions,
} from './losses/tokenizer-loss.js';
export { type SymmetricEigen, symmetricEigen } from './metrics/eigen.js';
export { FeatureStatistics, frechetDistance, type GaussianStatistics } from './metrics/frechet.js';
export { meanSquaredError, type Planes, psnr, type SsimOptions, ssim } from './metrics/image.js';
export { type InceptionScoreOptions, inceptionScore } from './metrics/inception-score.js';
export { type FeatureRows, type ManifoldScores, manifoldScores, nearestRadii } from './metrics/manifold.js';
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
export { Lars, type LarsOptions } from './training/lars.js';
export { type ScheduleOptions, trainingSchedule } from './training/schedules.js';
