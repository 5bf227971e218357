/**
 * What a `config.json` says of a decoder language model, checked and in one form for every architecture. Whatever this
 * package cannot honour is an error that names field and value, so that a model that loads computes what it should.
 */
import type { Activation } from '@tessera/tensor';
import { ModelConfigError } from '../errors.js';
import { Fields, type Json } from './fields.js';
import { parseRope, parseRopePair, type Rope } from './rope.js';

/** Values of `model_type`. */
export const decoderTypes = ['gpt2', 'llama', 'mistral', 'qwen2', 'qwen3', 'gemma3_text'] as const;
export type DecoderType = (typeof decoderTypes)[number];

export interface DecoderConfig {
  readonly type: DecoderType;
  /** Name of the class in transformers. */
  readonly architecture: string;
  readonly vocabSize: number;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  /** Longest sequence. */
  readonly maxPositions: number;
  readonly normEps: number;
  readonly activation: Activation;
  /** Biases of the query, key and value projections, of the attention's output, and of the feed-forward block. */
  readonly qkvBias: boolean;
  readonly outBias: boolean;
  readonly mlpBias: boolean;
  /** Whether queries and keys are normalised per head (Qwen3, Gemma 3). */
  readonly qkNorm: boolean;
  /** Whether norms scale by 1 + weight, in f32 (Gemma). */
  readonly centeredNorm: boolean;
  /** Whether what attention and feed-forward block give is normalised too, before it is added (Gemma 3). */
  readonly sandwichNorm: boolean;
  /** Factor of the token embeddings (Gemma: the root of the hidden size). */
  readonly embeddingScale: number;
  /** Probabilities of dropout in training: of the embeddings, of attention weights, and of what the two blocks add. */
  readonly embeddingDropout: number;
  readonly attentionDropout: number;
  readonly residualDropout: number;
  /** Per layer: how many keys a query sees, its own included; 0 for all. */
  readonly slidingWindows: readonly number[];
  /** Per layer: factor of the attention scores. */
  readonly attentionScales: readonly number[];
  /** Null where positions are learned (GPT-2). */
  readonly rope: Rope | null;
  /** Of layers with a sliding window, where they have one of their own (Gemma 3). */
  readonly slidingRope: Rope | null;
  /** Whether the head is the token embedding. */
  readonly tied: boolean;
  readonly initializerRange: number;
  readonly bosTokenId: number | null;
  readonly padTokenId: number | null;
  /** Any of them ends a sequence. */
  readonly eosTokenIds: readonly number[];
  /** Contents of the file and of the `generation_config.json` beside it, written back by `savePretrained`. */
  readonly json: Json;
  readonly generationJson: Json | null;
}

const architectures: Readonly<Record<DecoderType, string>> = {
  gpt2: 'GPT2LMHeadModel',
  llama: 'LlamaForCausalLM',
  mistral: 'MistralForCausalLM',
  qwen2: 'Qwen2ForCausalLM',
  qwen3: 'Qwen3ForCausalLM',
  gemma3_text: 'Gemma3ForCausalLM',
};

/** Hugging Face's names of activations. */
const activations: Readonly<Record<string, Activation>> = {
  silu: 'silu',
  swish: 'silu',
  gelu: 'gelu',
  gelu_new: 'geluTanh',
  gelu_pytorch_tanh: 'geluTanh',
  relu: 'relu',
};

/**
 * Reads the contents of a `config.json`.
 * @param file For messages.
 * @throws ModelConfigError that names what is missing, malformed or not supported.
 */
export function parseDecoderConfig(json: Json, file = 'config.json'): DecoderConfig {
  const config = new Fields(json, file);
  const type = config.string('model_type');
  if (!isDecoderType(type)) return config.unsupported('model_type', decoderTypes.join(', '));
  const architecture = config.strings('architectures')?.[0];
  if (architecture !== undefined && architecture !== architectures[type])
    config.unsupported('architectures', architectures[type]);
  if (config.has('quantization_config')) config.unsupported('quantization_config', 'weights in f32, bf16 or f16');
  if (type === 'gpt2') return parseGpt2(config);
  return type === 'gemma3_text' ? parseGemma(config) : parseLlamaFamily(config, type);
}

function isDecoderType(type: string): type is DecoderType {
  return (decoderTypes as readonly string[]).includes(type);
}

/** Fields that every architecture has under the same name. */
function common(config: Fields, type: DecoderType) {
  return {
    type,
    architecture: architectures[type],
    vocabSize: config.count('vocab_size'),
    initializerRange: config.number('initializer_range', 0.02),
    bosTokenId: config.ids('bos_token_id')[0] ?? null,
    padTokenId: config.ids('pad_token_id')[0] ?? null,
    eosTokenIds: config.ids('eos_token_id'),
    centeredNorm: false,
    sandwichNorm: false,
    embeddingScale: 1,
    embeddingDropout: 0,
    attentionDropout:
      type === 'gpt2' ? probability(config, 'attn_pdrop', 0.1) : probability(config, 'attention_dropout', 0),
    residualDropout: 0,
    slidingRope: null,
    json: config.json,
    generationJson: null,
  };
}

export function parseActivation(config: Fields, key: string, fallback?: string): Activation {
  const activation = activations[config.string(key, fallback)];
  return activation ?? config.unsupported(key, Object.keys(activations).join(', '));
}

function headsOf(config: Fields, hiddenSize: number, heads: number): number {
  if (hiddenSize % heads !== 0)
    throw new ModelConfigError(`${config.file}: ${heads} attention heads do not divide the hidden size ${hiddenSize}.`);
  return hiddenSize / heads;
}

function probability(config: Fields, key: string, fallback: number): number {
  const p = config.number(key, fallback);
  if (!(p >= 0 && p < 1)) throw new ModelConfigError(`${config.file}: ${key} must be from 0 to below 1; got ${p}.`);
  return p;
}

function parseGpt2(config: Fields): DecoderConfig {
  for (const [key, only] of [
    ['add_cross_attention', false],
    ['scale_attn_weights', true],
  ] as const)
    if (config.boolean(key, only) !== only) config.unsupported(key, String(only));
  const hiddenSize = config.count('n_embd');
  const layers = config.count('n_layer');
  const heads = config.count('n_head');
  const headDim = headsOf(config, hiddenSize, heads);
  const byLayer = config.boolean('scale_attn_by_inverse_layer_idx', false);
  return {
    ...common(config, 'gpt2'),
    hiddenSize,
    intermediateSize: config.count('n_inner', 4 * hiddenSize),
    layers,
    heads,
    kvHeads: heads,
    headDim,
    maxPositions: config.count('n_positions', 1024),
    normEps: config.number('layer_norm_epsilon', 1e-5),
    activation: parseActivation(config, 'activation_function', 'gelu_new'),
    qkvBias: true,
    outBias: true,
    mlpBias: true,
    qkNorm: false,
    embeddingDropout: probability(config, 'embd_pdrop', 0.1),
    residualDropout: probability(config, 'resid_pdrop', 0.1),
    slidingWindows: new Array<number>(layers).fill(0),
    attentionScales: Array.from({ length: layers }, (_, i) => 1 / Math.sqrt(headDim) / (byLayer ? i + 1 : 1)),
    rope: null,
    tied: config.boolean('tie_word_embeddings', true),
  };
}

function parseLlamaFamily(config: Fields, type: Exclude<DecoderType, 'gpt2' | 'gemma3_text'>): DecoderConfig {
  const hiddenSize = config.count('hidden_size');
  const layers = config.count('num_hidden_layers');
  const heads = config.count('num_attention_heads');
  const kvHeads = config.count('num_key_value_heads', { llama: heads, mistral: 8, qwen2: 32, qwen3: 32 }[type]);
  checkGroups(config, heads, kvHeads);
  const headDim =
    config.has('head_dim') || type === 'qwen3' ? config.count('head_dim', 128) : headsOf(config, hiddenSize, heads);
  const maxPositions = config.count(
    'max_position_embeddings',
    { llama: 2048, mistral: 131072, qwen2: 32768, qwen3: 32768 }[type],
  );
  const attentionBias = (type === 'llama' || type === 'qwen3') && config.boolean('attention_bias', false);
  return {
    ...common(config, type),
    hiddenSize,
    intermediateSize: config.count('intermediate_size'),
    layers,
    heads,
    kvHeads,
    headDim,
    maxPositions,
    normEps: config.number('rms_norm_eps', 1e-6),
    activation: parseActivation(config, 'hidden_act', 'silu'),
    qkvBias: type === 'qwen2' || attentionBias,
    outBias: attentionBias,
    mlpBias: type === 'llama' && config.boolean('mlp_bias', false),
    qkNorm: type === 'qwen3',
    slidingWindows: parseWindows(config, type, layers),
    attentionScales: new Array<number>(layers).fill(1 / Math.sqrt(headDim)),
    rope: parseRope(config, headDim, maxPositions),
    tied: config.boolean('tie_word_embeddings', false),
  };
}

function checkGroups(config: Fields, heads: number, kvHeads: number): void {
  if (heads % kvHeads !== 0)
    throw new ModelConfigError(
      `${config.file}: num_key_value_heads ${kvHeads} does not divide num_attention_heads ${heads}.`,
    );
}

/** The text model of Gemma 3. */
function parseGemma(config: Fields): DecoderConfig {
  for (const key of ['attn_logit_softcapping', 'final_logit_softcapping'])
    if (config.has(key)) config.unsupported(key, 'null');
  if (config.boolean('use_bidirectional_attention', false)) config.unsupported('use_bidirectional_attention', 'false');
  const hiddenSize = config.count('hidden_size', 2304);
  const layers = config.count('num_hidden_layers', 26);
  const heads = config.count('num_attention_heads', 8);
  const kvHeads = config.count('num_key_value_heads', 4);
  checkGroups(config, heads, kvHeads);
  const headDim = config.count('head_dim', 256);
  const maxPositions = config.count('max_position_embeddings', 131072);
  const attentionBias = config.boolean('attention_bias', false);
  const [rope, slidingRope] = parseRopePair(config, headDim, maxPositions);
  return {
    ...common(config, 'gemma3_text'),
    hiddenSize,
    intermediateSize: config.count('intermediate_size', 9216),
    layers,
    heads,
    kvHeads,
    headDim,
    maxPositions,
    normEps: config.number('rms_norm_eps', 1e-6),
    activation: parseActivation(config, 'hidden_activation', 'gelu_pytorch_tanh'),
    qkvBias: attentionBias,
    outBias: attentionBias,
    mlpBias: false,
    qkNorm: true,
    centeredNorm: true,
    sandwichNorm: true,
    embeddingScale: Math.sqrt(hiddenSize),
    slidingWindows: parseGemmaWindows(config, layers),
    attentionScales: new Array<number>(layers).fill(1 / Math.sqrt(config.number('query_pre_attn_scalar', 256))),
    rope,
    slidingRope,
    tied: config.boolean('tie_word_embeddings', true),
  };
}

/** Gemma slides in the layers that `layer_types` names, or in all but each `sliding_window_pattern`-th. */
function parseGemmaWindows(config: Fields, layers: number): readonly number[] {
  const window = config.count('sliding_window', 4096);
  const pattern = config.count('sliding_window_pattern', 6);
  return (
    windowsByType(config, layers, window) ?? Array.from({ length: layers }, (_, i) => ((i + 1) % pattern ? window : 0))
  );
}

/** Mistral slides in every layer, Qwen in those that `layer_types` (or `max_window_layers`) names. */
function parseWindows(config: Fields, type: DecoderType, layers: number): readonly number[] {
  const none = new Array<number>(layers).fill(0);
  if (type === 'llama' || config.json.sliding_window === null) return none;
  const window = config.count('sliding_window', 4096);
  if (type === 'mistral') return none.fill(window);
  if (!config.boolean('use_sliding_window', false)) return none;
  const first = config.number('max_window_layers', 28);
  return windowsByType(config, layers, window) ?? none.map((_, i) => (i >= first ? window : 0));
}

function windowsByType(config: Fields, layers: number, window: number): readonly number[] | null {
  const types = config.strings('layer_types');
  if (types === null) return null;
  const known = { full_attention: 0, sliding_attention: window };
  if (types.length !== layers || types.some((t) => !Object.hasOwn(known, t)))
    config.unsupported('layer_types', `${layers} of full_attention, sliding_attention`);
  return types.map((t) => known[t as keyof typeof known]);
}
