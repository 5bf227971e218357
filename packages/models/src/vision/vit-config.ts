/**
 * What a `config.json` says of a vision transformer, checked and in one form for ViT and DINOv2. Whatever this package
 * cannot honour is an error that names field and value.
 */
import type { Activation } from '@tessera/tensor';
import { ModelConfigError } from '../errors.js';
import { parseActivation } from '../language/config.js';
import { Fields, type Json } from '../language/fields.js';

/** Height and width. */
export type Size = readonly [height: number, width: number];

export interface VisionConfig {
  readonly type: 'vit' | 'dinov2';
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly imageSize: Size;
  readonly patchSize: Size;
  readonly channels: number;
  readonly activation: Activation;
  readonly normEps: number;
  /** Whether the query, key and value projections have biases. */
  readonly qkvBias: boolean;
  readonly hiddenDropout: number;
  readonly attentionDropout: number;
  readonly initializerRange: number;
  /** Classes of the classifier, where there is one. */
  readonly labels: number;
  /** Contents of the file, written back by `savePretrained`. */
  readonly json: Json;
}

export interface VitConfig extends VisionConfig {
  readonly type: 'vit';
  readonly poolerSize: number;
}

export interface Dinov2Config extends VisionConfig {
  readonly type: 'dinov2';
  /** First value of the layer scales. */
  readonly layerScale: number;
  /** Probability of leaving a residual branch of an image out, in training. */
  readonly dropPath: number;
  /** Whether the feed-forward blocks are gated (those of the giant model). */
  readonly swiglu: boolean;
  /** Whether there is an embedding for masked patches. */
  readonly maskToken: boolean;
}

/** Reads a `config.json` of `model_type` `vit`. Absent fields have transformers' defaults. `file` is for messages. */
export function parseVitConfig(json: Json, file = 'config.json'): VitConfig {
  const config = open(json, file, 'vit', ['ViTModel', 'ViTForImageClassification']);
  if (config.string('pooler_act', 'tanh') !== 'tanh') config.unsupported('pooler_act', 'tanh');
  const hiddenSize = config.count('hidden_size', 768);
  return {
    ...common(config, hiddenSize, { patchSize: 16, normEps: 1e-12 }),
    type: 'vit',
    intermediateSize: config.count('intermediate_size', 3072),
    poolerSize: config.count('pooler_output_size', hiddenSize),
  };
}

/** Reads a `config.json` of `model_type` `dinov2`. Absent fields have transformers' defaults. `file` is for messages. */
export function parseDinov2Config(json: Json, file = 'config.json'): Dinov2Config {
  const config = open(json, file, 'dinov2', ['Dinov2Model', 'Dinov2ForImageClassification', 'Dinov2Backbone']);
  const hiddenSize = config.count('hidden_size', 768);
  const hidden = Math.trunc(hiddenSize * config.number('mlp_ratio', 4));
  const swiglu = config.boolean('use_swiglu_ffn', false);
  return {
    ...common(config, hiddenSize, { patchSize: 14, normEps: 1e-6 }),
    type: 'dinov2',
    // Two thirds of the hidden size, rounded up to a multiple of 8.
    intermediateSize: swiglu ? Math.floor((Math.trunc((hidden * 2) / 3) + 7) / 8) * 8 : hidden,
    layerScale: config.number('layerscale_value', 1),
    dropPath: probability(config, 'drop_path_rate'),
    swiglu,
    maskToken: config.boolean('use_mask_token', true),
  };
}

function open(json: Json, file: string, type: string, architectures: readonly string[]): Fields {
  const config = new Fields(json, file);
  if (config.string('model_type') !== type) config.unsupported('model_type', type);
  const architecture = config.strings('architectures')?.[0];
  if (architecture !== undefined && !architectures.includes(architecture))
    config.unsupported('architectures', architectures.join(', '));
  if (config.has('quantization_config')) config.unsupported('quantization_config', 'weights in f32, bf16 or f16');
  return config;
}

function common(config: Fields, hiddenSize: number, defaults: { patchSize: number; normEps: number }) {
  const heads = config.count('num_attention_heads', 12);
  if (hiddenSize % heads !== 0)
    throw new ModelConfigError(`${config.file}: ${heads} attention heads do not divide the hidden size ${hiddenSize}.`);
  const imageSize = size(config, 'image_size', 224);
  const patchSize = size(config, 'patch_size', defaults.patchSize);
  if (imageSize[0] < patchSize[0] || imageSize[1] < patchSize[1])
    throw new ModelConfigError(`${config.file}: image_size [${imageSize}] is smaller than patch_size [${patchSize}].`);
  return {
    hiddenSize,
    layers: config.count('num_hidden_layers', 12),
    heads,
    imageSize,
    patchSize,
    channels: config.count('num_channels', 3),
    activation: parseActivation(config, 'hidden_act', 'gelu'),
    normEps: config.number('layer_norm_eps', defaults.normEps),
    qkvBias: config.boolean('qkv_bias', true),
    hiddenDropout: probability(config, 'hidden_dropout_prob'),
    attentionDropout: probability(config, 'attention_probs_dropout_prob'),
    initializerRange: config.number('initializer_range', 0.02),
    labels: labels(config),
    json: config.json,
  };
}

/** One number for both sides, or `[height, width]`. */
function size(config: Fields, key: string, fallback: number): Size {
  const value = config.json[key];
  if (!Array.isArray(value)) {
    const side = config.count(key, fallback);
    return [side, side];
  }
  if (value.length === 2 && value.every((n) => Number.isSafeInteger(n) && n >= 1)) return [value[0], value[1]];
  return config.unsupported(key, 'a whole number or [height, width]');
}

function probability(config: Fields, key: string): number {
  const value = config.number(key, 0);
  return value >= 0 && value < 1 ? value : config.unsupported(key, 'a number from 0 to below 1');
}

/** transformers counts the names of labels, writes them only when there are not two, and reads `num_labels` too. */
function labels(config: Fields): number {
  const names = config.object('id2label');
  return names === null ? config.count('num_labels', 2) : Object.keys(names.json).length;
}
