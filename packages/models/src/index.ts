/**
 * @packageDocumentation
 * Models in Hugging Face's layout: a folder downloaded from there is a model here, and a model here is a folder transformers
 * loads.
 */
export * from './errors.js';
export { generate, generateStream } from './generation/generate.js';
export type { GenerateOptions, Prompt } from './generation/options.js';
export type { Completion, FinishReason, TokenEvent } from './generation/sequence.js';
export { type DecoderConfig, type DecoderType, decoderTypes, parseDecoderConfig } from './language/config.js';
export { DecoderLM, type DecoderOptions, type LogProbOptions, type LossOptions } from './language/decoder.js';
export type { Rope } from './language/rope.js';
export { type Branches, ignoreIndex, type PackedKeys, PackedTokens, type PlaceOptions } from './language/tokens.js';
export {
  type LoadOptions,
  loadModelConfig,
  loadPretrained,
  type PretrainedClass,
  type PretrainedModel,
  readModelJson,
  type SaveOptions,
  savePretrained,
} from './pretrained/pretrained.js';
export { type LoadProgress, loadWeights, openWeights, type WeightLayout } from './pretrained/weights.js';
export { Dinov2ForImageClassification, Dinov2Model } from './vision/dinov2.js';
export { type InceptionOptions, type InceptionOutput, InceptionV3 } from './vision/inception.js';
export { Lpips, type LpipsFiles, type LpipsOptions } from './vision/lpips.js';
export { ResNet, type ResNetOptions } from './vision/resnet.js';
export { UNet, type UNetOptions } from './vision/unet.js';
export { Vgg16Features, type Vgg16Options } from './vision/vgg.js';
export { type InterpolateOption, VitForImageClassification, VitModel, type VitModelOptions } from './vision/vit.js';
export {
  type Dinov2Config,
  parseDinov2Config,
  parseVitConfig,
  type Size,
  type VisionConfig,
  type VitConfig,
} from './vision/vit-config.js';
export type { LayerSelection, MaskOption, VisionOptions, VisionOutput } from './vision/vit-parts.js';
