/**
 * @packageDocumentation
 * GigaTok (arXiv 2504.08736): train a visual tokenizer, then an autoregressive image model on its tokens, and evaluate both.
 */

export { ImageModelCache } from './ar/block.js';
export { CodeDataset, type CodeIndex, type CodeSample, type ExtractOptions, extractCodes } from './ar/codes.js';
export * from './ar/config.js';
export {
  type GenerateOptions,
  type Guidance,
  type GuidanceSchedule,
  generateTokens,
  guidanceScale,
} from './ar/generate.js';
export { ImageModel } from './ar/model.js';
export { type DemoOptions, runDemo } from './demo/demo.js';
export { demoNote, demoTable, writeDemoReport } from './demo/report.js';
export { sceneClasses, sceneDataset, sceneSample, sceneSize } from './demo/scenes.js';
export {
  type DemoResult,
  type DemoSettings,
  type DemoVariant,
  demoSettings,
  demoVariants,
  type VariantResult,
} from './demo/settings.js';
export { GigatokError } from './errors.js';
export { type AdversarialLoss, discriminatorLoss, generatorLoss } from './losses/adversarial.js';
export { type DiffAugmentOptions, diffAugment } from './losses/diff-augment.js';
export { DinoDiscriminator, type DinoDiscriminatorOptions } from './losses/dino-discriminator.js';
export { type Discriminator, PatchGan, type PatchGanOptions } from './losses/patchgan.js';
export {
  type GeneratorInputs,
  type GeneratorLosses,
  type LossNetworks,
  type PerceptualDistance,
  TokenizerLoss,
  type TokenizerLossOptions,
} from './losses/tokenizer-loss.js';
export * from './metrics/evaluator.js';
export {
  type ExtractedFeatures,
  type FeatureExtractor,
  inceptionExtractor,
  smallExtractor,
} from './metrics/features.js';
export { FeatureStatistics, frechetDistance, type GaussianStatistics } from './metrics/frechet.js';
export { type GridOptions, gridImage, gridPng } from './metrics/grid.js';
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
export {
  imageModelCost,
  type MemoryOptions,
  type MemoryPlan,
  type PartCost,
  tokenizerCost,
  trainingPlan,
} from './model/cost.js';
export {
  type LoadTokenizerOptions,
  loadImageModel,
  loadTokenizer,
  saveImageModel,
  saveTokenizer,
} from './model/files.js';
export { type FirstSplit, lastLevelMap, multiLevelMap, multiLevelPool } from './model/pyramid.js';
export { type Quantized, type QuantizerLosses, VectorQuantizer } from './model/quantizer.js';
export { initializeSmall } from './model/small-init.js';
export { type Reconstruction, type ReconstructOptions, type Shortcuts, VisualTokenizer } from './model/tokenizer.js';
export { CodeUsage, type CodeUsageOptions } from './model/usage.js';
export {
  dataSchema,
  type TrainConfig,
  type TrainImageModelConfig,
  trainImageModelSchema,
  trainSchema,
} from './pipeline/config.js';
export {
  cropName,
  type DataConfig,
  openImageData,
  openInceptionExtractor,
  openPerceptual,
  trainSmallExtractor,
} from './pipeline/open.js';
export { readyTeacher, type TeacherSource } from './pipeline/teacher.js';
export { type StageOptions, trainImageModel, trainTokenizer, trainTokenizerOn } from './pipeline/train.js';
export {
  type EvaluateOptions,
  evaluateGeneration,
  evaluateReconstruction,
  imageModelLoss,
  probeImageModel,
  probeTokenizer,
  reconstructImages,
  type SampleRequest,
  sampleImages,
  type TokenizerProbes,
  writeSamples,
} from './pipeline/use.js';
export { eachBatch, type ImageBatch, ImageFeed, labelsOf, stackImages } from './training/feed.js';
export { ImageModelTrainer, type ImageModelTrainerOptions } from './training/image-model-trainer.js';
export { Lars, type LarsOptions } from './training/lars.js';
export { type LarsProbeOptions, larsProbe } from './training/lars-probe.js';
export type { OptimizerName } from './training/optimizers.js';
export { type LabelledFeatures, linearProbe, type ProbeOptions, type ProbeRecipe } from './training/probe.js';
export { type ScheduleOptions, trainingSchedule } from './training/schedules.js';
export {
  distorted,
  SmallClassifier,
  SmallEncoder,
  type SmallEncoderOptions,
  type TrainSmallOptions,
  trainClassifier,
  trainContrastive,
} from './training/small-encoder.js';
export { dinov2Teacher, smallTeacher, type Teacher, TeacherCache } from './training/teacher.js';
export { TokenizerTrainer, type TokenizerTrainerOptions } from './training/tokenizer-trainer.js';
export { TrainingWatch, type WatchOptions } from './training/watch.js';
