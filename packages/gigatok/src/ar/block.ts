/**
 * The blocks of an image model, the cache of keys and values they fill, and the modulation of their norms by the class.
 * Names of parameters are the released checkpoints'. Source: GigaTok `gpt_1d.py`, LlamaGen `gpt.py` (MIT).
 */
import { Dropout, init, joinHeads, LayerNorm, Linear, Module, RMSNorm, splitHeads } from '@tessera/nn';
import {
  applyRotaryEmbedding,
  attentionWithCache,
  empty,
  scaledDotProductAttention,
  silu,
  type Tensor,
  tensor,
  zeros,
} from '@tessera/tensor';
import type { ResolvedImageModelConfig } from './config.js';

/** Keys and values of the tokens so far, for `batch` images at once, and where they stand: on the device, so that steps can be replayed. */
export class ImageModelCache {
  /** Per layer, `[batch, kvHeads, tokens, headDim]`. */
  readonly layers: readonly { readonly keys: Tensor; readonly values: Tensor }[];
  /** The newest position of each image, the same for all; `i32` `[batch]`. */
  readonly positions: Tensor;
  /** The number after each position: integers have no addition on the device. */
  readonly #after: Tensor;
  /** The classes' embeddings, which modulation needs at every token. */
  condition: Tensor | undefined;

  constructor(
    { layers, kvHeads, tokens, width, heads }: ResolvedImageModelConfig,
    readonly batch: number,
    like: Tensor,
  ) {
    const { dtype, device } = like;
    const make = () => empty([batch, kvHeads, tokens, width / heads], { dtype, device }).keep();
    this.layers = Array.from({ length: layers }, () => ({ keys: make(), values: make() }));
    this.positions = zeros([batch], { dtype: 'i32', device }).keep();
    this.#after = tensor(
      Int32Array.from({ length: tokens }, (_, i) => i + 1),
      { device },
    ).keep();
  }

  /** The newest position, `i32` `[1]`. */
  get position(): Tensor {
    return this.positions.narrow({ dim: 0, start: 0, length: 1 });
  }

  /** Positions known to each image, the newest included; `i32` `[batch]`. */
  lengths(): Tensor {
    return this.#after.indexSelect(this.positions, { dim: 0 });
  }

  /** Makes room for one more token. */
  advance(): void {
    this.positions.copy_(this.lengths());
  }

  dispose(): void {
    this.condition?.dispose();
    for (const { keys, values } of this.layers) {
      keys.dispose();
      values.dispose();
    }
    this.positions.dispose();
    this.#after.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** Where a forward pass stands: at the newest position of a cache, which it fills, or at the first of whole sequences. */
export interface Place {
  readonly cache: ImageModelCache | undefined;
  /** Rotary factors of the rows' positions. */
  readonly rope: { readonly cos: Tensor; readonly sin: Tensor } | undefined;
}

class Attention extends Module {
  readonly wqkv: Linear;
  readonly wo: Linear;
  readonly #qNorm: LayerNorm | undefined;
  readonly #kNorm: LayerNorm | undefined;
  readonly #config: ResolvedImageModelConfig;
  readonly #index: number;

  constructor(config: ResolvedImageModelConfig, index: number) {
    super();
    const { width, heads, kvHeads, qkNorm } = config;
    const dim = width / heads;
    this.#config = config;
    this.#index = index;
    this.wqkv = this.child('wqkv', new Linear(width, (heads + 2 * kvHeads) * dim, { bias: false }));
    this.wo = this.child('wo', new Linear(width, width, { bias: false }));
    if (!qkNorm) return;
    this.#qNorm = this.child('q_norm', new LayerNorm(dim));
    this.#kNorm = this.child('k_norm', new LayerNorm(dim));
  }

  forward(x: Tensor, place: Place): Tensor {
    return this.wo.forward(this.#attended(x, place));
  }

  /** `residual + forward(x)` in one pass less. */
  addTo(residual: Tensor, x: Tensor, place: Place): Tensor {
    return this.wo.addTo(residual, this.#attended(x, place));
  }

  #attended(x: Tensor, { cache, rope }: Place): Tensor {
    const { heads, kvHeads, width } = this.#config;
    const dim = width / heads;
    const [queries, keys, values] = this.wqkv
      .forward(x)
      .split({ sizes: [heads * dim, kvHeads * dim, kvHeads * dim], dim: -1 }) as [Tensor, Tensor, Tensor];
    const turn = (t: Tensor) => (rope === undefined ? t : applyRotaryEmbedding(pairsApart(t), rope.cos, rope.sin));
    const q = turn(this.#normed(this.#qNorm, splitHeads(queries, heads)));
    const k = turn(this.#normed(this.#kNorm, splitHeads(keys, kvHeads)));
    const v = splitHeads(values, kvHeads);
    const attended =
      cache === undefined
        ? scaledDotProductAttention(q, k, v, undefined, { isCausal: true, enableGqa: kvHeads !== heads })
        : withCache(cache, this.#index, q, k, v);
    return joinHeads(attended);
  }

  #normed(norm: LayerNorm | undefined, x: Tensor): Tensor {
    return norm === undefined ? x : norm.forward(x);
  }
}

/** Pairs (0, 1), (2, 3), ... of each head moved to (0, dim/2), (1, dim/2 + 1), ...: the layout the rotary op turns. */
function pairsApart(x: Tensor): Tensor {
  const [batch, heads, rows, dim] = x.shape as [number, number, number, number];
  return x
    .reshape([batch, heads, rows, dim / 2, 2])
    .transpose()
    .reshape([batch, heads, rows, dim]);
}

/** Attention of the newest token, whose keys and values join the cache. */
function withCache(cache: ImageModelCache, layer: number, q: Tensor, k: Tensor, v: Tensor): Tensor {
  const { keys, values } = cache.layers[layer]!;
  keys.indexCopy_(cache.position, k, { dim: 2 });
  values.indexCopy_(cache.position, v, { dim: 2 });
  return attentionWithCache(q, keys, values, cache.lengths());
}

class FeedForward extends Module {
  readonly w1: Linear;
  readonly w2: Linear;
  readonly w3: Linear;

  constructor({ width, hidden }: ResolvedImageModelConfig) {
    super();
    this.w1 = this.child('w1', new Linear(width, hidden, { bias: false }));
    this.w3 = this.child('w3', new Linear(width, hidden, { bias: false }));
    this.w2 = this.child('w2', new Linear(hidden, width, { bias: false }));
  }

  forward(x: Tensor): Tensor {
    return this.w2.forward(this.#hidden(x));
  }

  /** `residual + forward(x)` in one pass less. */
  addTo(residual: Tensor, x: Tensor): Tensor {
    return this.w2.addTo(residual, this.#hidden(x));
  }

  #hidden(x: Tensor): Tensor {
    return this.w1.forward(x, { activation: 'silu' }).mul(this.w3.forward(x));
  }
}

export class Block extends Module {
  readonly attention: Attention;
  readonly feedForward: FeedForward;
  readonly attentionNorm: RMSNorm;
  readonly ffnNorm: RMSNorm;
  readonly dropout: Dropout;
  readonly #modulation: Modulation | undefined;
  readonly #offset: Tensor | undefined;

  /** `index` says which of a cache's layers is this block's. */
  constructor(config: ResolvedImageModelConfig, index: number) {
    super();
    const { width, modulation } = config;
    this.attention = this.child('attention', new Attention(config, index));
    this.feedForward = this.child('feed_forward', new FeedForward(config));
    this.attentionNorm = this.child('attention_norm', new RMSNorm(config.width, { eps: config.normEps }));
    this.ffnNorm = this.child('ffn_norm', new RMSNorm(config.width, { eps: config.normEps }));
    this.dropout = this.child('dropout', new Dropout(config.dropout));
    if (modulation === 'block') this.#modulation = this.child('adaLN_modulation', new Modulation(width, 6));
    if (modulation === 'shared') {
      this.#offset = this.parameter('ada_gss', init.normal(empty([1, 1, 6, width]), { std: width ** -0.5 }));
    }
  }

  /** `condition` is `[B, 1, width]` with modulation per block, `[B, 1, 6, width]` with a shared one. */
  forward(x: Tensor, place: Place, condition?: Tensor): Tensor {
    if (condition === undefined && (this.dropout.p === 0 || !this.training)) {
      const h = this.attention.addTo(x, this.attentionNorm.forward(x), place);
      return this.feedForward.addTo(h, this.ffnNorm.forward(h));
    }
    const attend = (y: Tensor) => this.dropout.forward(this.attention.forward(y, place));
    const feed = (y: Tensor) => this.dropout.forward(this.feedForward.forward(y));
    if (condition === undefined) {
      const h = x.add(attend(this.attentionNorm.forward(x)));
      return h.add(feed(this.ffnNorm.forward(h)));
    }
    const [shift, scale, gate, shift2, scale2, gate2] = this.#parts(condition) as Six;
    const h = x.add(gate.mul(attend(modulate(this.attentionNorm.forward(x), shift, scale))));
    return h.add(gate2.mul(feed(modulate(this.ffnNorm.forward(h), shift2, scale2))));
  }

  #parts(condition: Tensor): Tensor[] {
    if (this.#modulation !== undefined) return this.#modulation.forward(condition);
    const all = condition.add(this.#offset!);
    return Array.from({ length: 6 }, (_, i) => all.select({ dim: 2, index: i }));
  }
}

type Six = [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];

export function modulate(x: Tensor, shift: Tensor, scale: Tensor): Tensor {
  return x.mul(scale.add(1)).add(shift);
}

/** SiLU and a linear layer, zero at first, to `parts` vectors of the width (DiT's adaLN-zero, arXiv 2212.09748). */
export class Modulation extends Module {
  readonly linear: Linear;

  constructor(
    width: number,
    readonly parts: number,
  ) {
    super();
    this.linear = this.child('1', new Linear(width, parts * width));
  }

  /** Of `[B, 1, width]`: `parts` tensors `[B, 1, width]`. */
  forward(condition: Tensor): Tensor[] {
    return this.linear.forward(silu(condition)).chunk({ chunks: this.parts, dim: -1 });
  }
}
