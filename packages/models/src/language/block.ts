/**
 * The block that all decoder language models share: attention and a feed-forward network, each after a norm and added to
 * the residual stream. What differs between architectures is read from the config; parameters have the names they have
 * in Hugging Face's checkpoints. Tokens are packed, `[rows, features]`; how keys and values of other rows are reached is the
 * affair of a `Sight`, so that training, prefill and decoding run the same code, and give a row the same bits.
 */
import { GatedMLP, LayerNorm, type LayerOptions, Linear, Module, RMSNorm } from '@tessera/nn';
import { applyRotaryEmbedding, type Tensor } from '@tessera/tensor';
import type { DecoderConfig } from './config.js';

/** What the rows of one pass see of each other, and where they stand. */
export interface Sight {
  /** Cosines and sines of the rows' positions, `[rows, headDim]`; null where positions are learned. */
  readonly rotary: readonly [cos: Tensor, sin: Tensor] | null;
  /** Attention of `q` `[rows, heads, headDim]` over `k` and `v` `[rows, kvHeads, headDim]` and what came before. */
  attend(layer: number, q: Tensor, k: Tensor, v: Tensor, options: SightOptions): Tensor;
}

export interface SightOptions {
  /** Factor of the scores. */
  readonly scale: number;
  /** How many keys, its own included, a query sees at most; 0 for all. */
  readonly slidingWindow: number;
}

/** A norm over the features. */
export function makeNorm(config: DecoderConfig, options: LayerOptions): LayerNorm | RMSNorm {
  const eps = config.normEps;
  return config.type === 'gpt2'
    ? new LayerNorm(config.hiddenSize, { ...options, eps })
    : new RMSNorm(config.hiddenSize, { ...options, eps });
}

/** Causal self-attention. GPT-2 has one matrix for queries, keys and values; the others have three. */
class Attention extends Module {
  readonly #config: DecoderConfig;
  readonly #layer: number;
  readonly #qkv: readonly Linear[];
  readonly #out: Linear;
  readonly #norms: readonly [query: RMSNorm, key: RMSNorm] | null;

  constructor(config: DecoderConfig, layer: number, options: LayerOptions) {
    super();
    const { hiddenSize, headDim, qkvBias, outBias } = config;
    this.#config = config;
    this.#layer = layer;
    const [q, kv] = [config.heads * headDim, config.kvHeads * headDim];
    const project = (name: string, outputs: number): Linear =>
      this.child(name, new Linear(hiddenSize, outputs, { ...options, bias: qkvBias }));
    const gpt2 = config.type === 'gpt2';
    this.#qkv = gpt2
      ? [project('c_attn', q + 2 * kv)]
      : [project('q_proj', q), project('k_proj', kv), project('v_proj', kv)];
    this.#out = this.child(gpt2 ? 'c_proj' : 'o_proj', new Linear(q, hiddenSize, { ...options, bias: outBias }));
    const norm = (name: string): RMSNorm => this.child(name, new RMSNorm(headDim, { ...options, eps: config.normEps }));
    this.#norms = config.qkNorm ? [norm('q_norm'), norm('k_norm')] : null;
  }

  /** `residual` + attention of `x`, both `[rows, hiddenSize]`. */
  addTo(residual: Tensor, x: Tensor, sight: Sight): Tensor {
    const { heads, kvHeads, headDim, attentionScales, slidingWindows } = this.#config;
    const rows = x.shape[0]!;
    const projected = this.#qkv.map((projection) => projection.forward(x));
    const parts = projected.length > 1 ? projected : projected[0]!.split({ sizes: heads * headDim, dim: -1 });
    let [q, k, v] = parts.map((part, i) => part.reshape([rows, i === 0 ? heads : kvHeads, headDim])) as [
      Tensor,
      Tensor,
      Tensor,
    ];
    if (this.#norms !== null) [q, k] = [this.#norms[0].forward(q), this.#norms[1].forward(k)];
    if (sight.rotary !== null) {
      const [cos, sin] = sight.rotary;
      [q, k] = [applyRotaryEmbedding(q, cos, sin), applyRotaryEmbedding(k, cos, sin)];
    }
    const mixed = sight.attend(this.#layer, q, k, v, {
      scale: attentionScales[this.#layer]!,
      slidingWindow: slidingWindows[this.#layer]!,
    });
    return this.#out.addTo(residual, mixed.reshape([rows, heads * headDim]));
  }
}

/** GPT-2's feed-forward network. */
class PlainMlp extends Module {
  readonly #up: Linear;
  readonly #down: Linear;

  constructor(
    private readonly config: DecoderConfig,
    options: LayerOptions,
  ) {
    super();
    const { hiddenSize, intermediateSize, mlpBias } = config;
    this.#up = this.child('c_fc', new Linear(hiddenSize, intermediateSize, { ...options, bias: mlpBias }));
    this.#down = this.child('c_proj', new Linear(intermediateSize, hiddenSize, { ...options, bias: mlpBias }));
  }

  addTo(residual: Tensor, x: Tensor): Tensor {
    return this.#down.addTo(residual, this.#up.forward(x, { activation: this.config.activation }));
  }
}

export class Block extends Module {
  readonly #norm1: LayerNorm | RMSNorm;
  readonly #norm2: LayerNorm | RMSNorm;
  readonly #attention: Attention;
  readonly #mlp: PlainMlp | GatedMLP;

  constructor(config: DecoderConfig, layer: number, options: LayerOptions) {
    super();
    const gpt2 = config.type === 'gpt2';
    const { hiddenSize, intermediateSize, activation, mlpBias } = config;
    this.#norm1 = this.child(gpt2 ? 'ln_1' : 'input_layernorm', makeNorm(config, options));
    this.#attention = this.child(gpt2 ? 'attn' : 'self_attn', new Attention(config, layer, options));
    this.#norm2 = this.child(gpt2 ? 'ln_2' : 'post_attention_layernorm', makeNorm(config, options));
    this.#mlp = this.child(
      'mlp',
      gpt2
        ? new PlainMlp(config, options)
        : new GatedMLP(hiddenSize, intermediateSize, { ...options, activation, bias: mlpBias }),
    );
  }

  /** `x` `[rows, hiddenSize]`. */
  forward(x: Tensor, sight: Sight): Tensor {
    const attended = this.#attention.addTo(x, this.#norm1.forward(x), sight);
    return this.#mlp.addTo(attended, this.#norm2.forward(attended));
  }
}
