/**
 * The block that all decoder language models share: attention and a feed-forward network, each after a norm and added to
 * the residual stream. What differs between architectures is read from the config; parameters have the names they have
 * in Hugging Face's checkpoints. Tokens are packed, `[rows, features]`; how keys and values of other rows are reached is the
 * affair of a `Sight`, so that training, prefill and decoding run the same code, and give a row the same bits.
 */
import { GatedMLP, LayerNorm, type LayerOptions, Linear, Module, RMSNorm } from '@tessera/nn';
import {
  applyRotaryEmbedding,
  dropout,
  type LinearOptions,
  linear,
  linearAdd,
  rmsNorm,
  type Tensor,
  zeros,
} from '@tessera/tensor';
import type { DecoderConfig } from './config.js';

/** Cosines and sines of the rows' positions, `[rows, headDim]`. */
export type Rotary = readonly [cos: Tensor, sin: Tensor];

/** What the rows of one pass see of each other, and where they stand. */
export interface Sight {
  /** Of the config's `rope` and `slidingRope`, as far as it has them. */
  readonly rotary: readonly Rotary[];
  /** Whether the config's dropout is applied. */
  readonly training: boolean;
  /** The rows of a block's result that are wanted, where not all are: an `i32` vector, for the last block. */
  readonly wanted?: Tensor | undefined;
  /** Attention of `q` `[rows, heads, headDim]` over `k` and `v` `[rows, kvHeads, headDim]` and what came before. */
  attend(layer: number, q: Tensor, k: Tensor, v: Tensor, options: SightOptions): Tensor;
}

export interface SightOptions {
  /** Factor of the scores. */
  readonly scale: number;
  /** How many keys, its own included, a query sees at most; 0 for all. */
  readonly slidingWindow: number;
  /** Probability of zeroing an attention weight. */
  readonly dropoutP: number;
}

/** Scales by 1 + weight, computed in f32. */
class CenteredRMSNorm extends RMSNorm {
  override forward(x: Tensor): Tensor {
    return rmsNorm(x.to('f32'), this.weight!.to('f32').add(1), { eps: this.eps }).to(x.dtype);
  }
}

type Norm = LayerNorm | RMSNorm;

/** A norm over the features, or over `size` of them. */
export function makeNorm(config: DecoderConfig, options: LayerOptions, size = config.hiddenSize): Norm {
  const kind = config.type === 'gpt2' ? LayerNorm : config.centeredNorm ? CenteredRMSNorm : RMSNorm;
  return new kind(size, { ...options, eps: config.normEps });
}

/** A linear map whose weight is `[in, out]`: GPT-2's checkpoints have it this way, under transformers' name. */
class Conv1D extends Module {
  readonly weight: Tensor;
  readonly bias: Tensor;

  constructor(inFeatures: number, outFeatures: number, { dtype, device }: LayerOptions) {
    super();
    const place = { ...(dtype && { dtype }), ...(device && { device }) };
    this.weight = this.parameter('weight', zeros([inFeatures, outFeatures], place));
    this.bias = this.parameter('bias', zeros([outFeatures], place));
  }

  forward(x: Tensor, options: LinearOptions = {}): Tensor {
    return linear(x, this.weight, this.bias, { ...options, inFirst: true });
  }

  /** `residual + forward(x)` in one pass. */
  addTo(residual: Tensor, x: Tensor): Tensor {
    return linearAdd(residual, x, this.weight, this.bias, { inFirst: true });
  }
}

/** Causal self-attention. GPT-2 has one matrix for queries, keys and values; the others have three. */
class Attention extends Module {
  readonly #config: DecoderConfig;
  readonly #layer: number;
  readonly #qkv: readonly (Linear | Conv1D)[];
  readonly #out: Linear | Conv1D;
  readonly #norms: readonly [query: Norm, key: Norm] | null;

  constructor(config: DecoderConfig, layer: number, options: LayerOptions) {
    super();
    const { hiddenSize, headDim, qkvBias, outBias } = config;
    this.#config = config;
    this.#layer = layer;
    const [q, kv] = [config.heads * headDim, config.kvHeads * headDim];
    if (config.type === 'gpt2') {
      this.#qkv = [this.child('c_attn', new Conv1D(hiddenSize, q + 2 * kv, options))];
      this.#out = this.child('c_proj', new Conv1D(q, hiddenSize, options));
    } else {
      const project = (name: string, outputs: number): Linear =>
        this.child(name, new Linear(hiddenSize, outputs, { ...options, bias: qkvBias }));
      this.#qkv = [project('q_proj', q), project('k_proj', kv), project('v_proj', kv)];
      this.#out = this.child('o_proj', new Linear(q, hiddenSize, { ...options, bias: outBias }));
    }
    const norm = (name: string): Norm => this.child(name, makeNorm(config, options, headDim));
    this.#norms = config.qkNorm ? [norm('q_norm'), norm('k_norm')] : null;
  }

  /** Attention of `x` `[rows, hiddenSize]`. */
  forward(x: Tensor, sight: Sight): Tensor {
    return this.#out.forward(this.#mix(x, sight));
  }

  /** `residual` + attention of `x`, both `[rows, hiddenSize]`, in one pass less. */
  addTo(residual: Tensor, x: Tensor, sight: Sight): Tensor {
    return this.#out.addTo(residual, this.#mix(x, sight));
  }

  /** The heads' results side by side, of the rows that are wanted. */
  #mix(x: Tensor, sight: Sight): Tensor {
    const { heads, kvHeads, headDim, attentionScales, attentionDropout, slidingWindows, slidingRope } = this.#config;
    const slidingWindow = slidingWindows[this.#layer]!;
    const rows = x.shape[0]!;
    const projected = this.#qkv.map((projection) => projection.forward(x));
    const parts = projected.length > 1 ? projected : projected[0]!.split({ sizes: heads * headDim, dim: -1 });
    let [q, k, v] = parts.map((part, i) => part.reshape([rows, i === 0 ? heads : kvHeads, headDim])) as [
      Tensor,
      Tensor,
      Tensor,
    ];
    if (this.#norms !== null) [q, k] = [this.#norms[0].forward(q), this.#norms[1].forward(k)];
    const rotary = sight.rotary[slidingRope !== null && slidingWindow > 0 ? 1 : 0];
    if (rotary !== undefined) {
      const [cos, sin] = rotary;
      [q, k] = [applyRotaryEmbedding(q, cos, sin), applyRotaryEmbedding(k, cos, sin)];
    }
    const mixed = sight.attend(this.#layer, q, k, v, {
      scale: attentionScales[this.#layer]!,
      slidingWindow,
      dropoutP: sight.training ? attentionDropout : 0,
    });
    return rowsOf(mixed.reshape([rows, heads * headDim]), sight.wanted);
  }
}

/** GPT-2's feed-forward network. */
class PlainMlp extends Module {
  readonly #up: Conv1D;
  readonly #down: Conv1D;

  constructor(
    private readonly config: DecoderConfig,
    options: LayerOptions,
  ) {
    super();
    const { hiddenSize, intermediateSize } = config;
    this.#up = this.child('c_fc', new Conv1D(hiddenSize, intermediateSize, options));
    this.#down = this.child('c_proj', new Conv1D(intermediateSize, hiddenSize, options));
  }

  forward(x: Tensor): Tensor {
    return this.#down.forward(this.#hidden(x));
  }

  addTo(residual: Tensor, x: Tensor): Tensor {
    return this.#down.addTo(residual, this.#hidden(x));
  }

  #hidden(x: Tensor): Tensor {
    return this.#up.forward(x, { activation: this.config.activation });
  }
}

function rowsOf(x: Tensor, wanted: Tensor | undefined): Tensor {
  return wanted === undefined ? x : x.indexSelect(wanted, { dim: 0 });
}

export class Block extends Module {
  readonly #norm1: Norm;
  readonly #norm2: Norm;
  readonly #attention: Attention;
  readonly #mlp: PlainMlp | GatedMLP;
  /** Of what attention and feed-forward block give. */
  readonly #postNorms: readonly [attention: Norm, mlp: Norm] | null;
  readonly #dropout: number;

  constructor(config: DecoderConfig, layer: number, options: LayerOptions) {
    super();
    const gpt2 = config.type === 'gpt2';
    const { hiddenSize, intermediateSize, activation, mlpBias, sandwichNorm } = config;
    const norm = (name: string): Norm => this.child(name, makeNorm(config, options));
    this.#dropout = config.residualDropout;
    this.#norm1 = norm(gpt2 ? 'ln_1' : 'input_layernorm');
    this.#attention = this.child(gpt2 ? 'attn' : 'self_attn', new Attention(config, layer, options));
    this.#norm2 = norm(gpt2 ? 'ln_2' : sandwichNorm ? 'pre_feedforward_layernorm' : 'post_attention_layernorm');
    this.#postNorms = sandwichNorm ? [norm('post_attention_layernorm'), norm('post_feedforward_layernorm')] : null;
    this.#mlp = this.child(
      'mlp',
      gpt2
        ? new PlainMlp(config, options)
        : new GatedMLP(hiddenSize, intermediateSize, { ...options, activation, bias: mlpBias }),
    );
  }

  /** `x` `[rows, hiddenSize]`; the result has the rows that are wanted. */
  forward(x: Tensor, sight: Sight): Tensor {
    const residual = rowsOf(x, sight.wanted);
    const p = sight.training ? this.#dropout : 0;
    if (this.#postNorms === null && p === 0) {
      const attended = this.#attention.addTo(residual, this.#norm1.forward(x), sight);
      return this.#mlp.addTo(attended, this.#norm2.forward(attended));
    }
    const [norm1, norm2] = this.#postNorms ?? [];
    const branch = (result: Tensor, norm: Norm | undefined): Tensor => dropout(norm?.forward(result) ?? result, { p });
    const attended = residual.add(branch(this.#attention.forward(this.#norm1.forward(x), sight), norm1));
    return attended.add(branch(this.#mlp.forward(this.#norm2.forward(attended)), norm2));
  }
}
