/**
 * The scalable part: DETR's decoder layer as a Q-Former layer, and a plain pre-norm layer. Positions are added to
 * queries and keys of every attention, never to values. Tensors are `[batch, tokens, width]`; the checkpoints' position
 * parameters are `[tokens, 1, width]` as in the released code. Source: GigaTok `blocks.py` (MIT), arXiv 2005.12872.
 */
import { Dropout, joinHeads, LayerNorm, Linear, Module, MultiheadAttention, splitHeads } from '@tessera/nn';
import { scaledDotProductAttention, type Tensor } from '@tessera/tensor';
import type { TransformerSize } from './config.js';

export interface LayerConfig extends TransformerSize {
  readonly mlpRatio: number;
  readonly dropout: number;
  readonly qkNorm: boolean;
}

interface Attention {
  forward(query: Tensor, key: Tensor, value: Tensor): Tensor;
}

/** Attention whose queries and keys are normalised per head; its projections are separate parameters. */
class NormalizedAttention extends Module implements Attention {
  readonly #heads: number;
  readonly #q: Linear;
  readonly #k: Linear;
  readonly #v: Linear;
  readonly #out: Linear;
  readonly #qNorm: LayerNorm;
  readonly #kNorm: LayerNorm;
  readonly #dropout: Dropout;

  constructor({ width, heads, dropout }: LayerConfig) {
    super();
    this.#heads = heads;
    this.#q = this.child('q_proj', new Linear(width, width));
    this.#k = this.child('k_proj', new Linear(width, width));
    this.#v = this.child('v_proj', new Linear(width, width));
    this.#out = this.child('wo', new Linear(width, width));
    this.#qNorm = this.child('q_norm', new LayerNorm(width / heads));
    this.#kNorm = this.child('k_norm', new LayerNorm(width / heads));
    this.#dropout = this.child('resid_dropout', new Dropout(dropout));
  }

  forward(query: Tensor, key: Tensor, value: Tensor): Tensor {
    const split = (x: Tensor) => splitHeads(x, this.#heads);
    const q = this.#qNorm.forward(split(this.#q.forward(query)));
    const k = this.#kNorm.forward(split(this.#k.forward(key)));
    const y = scaledDotProductAttention(q, k, split(this.#v.forward(value)));
    return this.#dropout.forward(this.#out.forward(joinHeads(y)));
  }
}

function attention(config: LayerConfig): Module & Attention {
  const { width, heads, dropout, qkNorm } = config;
  return qkNorm ? new NormalizedAttention(config) : new MultiheadAttention(width, heads, { dropout });
}

/** The Q-Former layer: queries attend to themselves, then to a memory, then pass through the feed-forward block. */
export class TransformerDecoderLayer extends Module {
  readonly selfAttn: Module & Attention;
  readonly crossAttn: Module & Attention;
  readonly linear1: Linear;
  readonly linear2: Linear;
  readonly norm1: LayerNorm;
  readonly norm2: LayerNorm;
  readonly norm3: LayerNorm;
  readonly #dropout: Dropout;

  constructor(config: LayerConfig) {
    super();
    const { width, mlpRatio, dropout } = config;
    this.selfAttn = this.child('self_attn', attention(config));
    this.crossAttn = this.child('multihead_attn', attention(config));
    this.linear1 = this.child('linear1', new Linear(width, Math.trunc(width * mlpRatio)));
    this.linear2 = this.child('linear2', new Linear(Math.trunc(width * mlpRatio), width));
    this.norm1 = this.child('norm1', new LayerNorm(width));
    this.norm2 = this.child('norm2', new LayerNorm(width));
    this.norm3 = this.child('norm3', new LayerNorm(width));
    this.#dropout = this.child('dropout', new Dropout(dropout));
  }

  /** `keys` is the memory with its positions added; the same for all layers. */
  forward(x: Tensor, memory: Tensor, keys: Tensor, positions: Tensor): Tensor {
    const drop = (y: Tensor) => this.#dropout.forward(y);
    const u = this.norm1.forward(x);
    const own = u.add(positions);
    const t = x.add(drop(this.selfAttn.forward(own, own, u)));
    const v = this.norm2.forward(t).add(positions);
    const s = t.add(drop(this.crossAttn.forward(v, keys, memory)));
    const hidden = drop(this.linear1.forward(this.norm3.forward(s), { activation: 'gelu' }));
    return s.add(drop(this.linear2.forward(hidden)));
  }
}

/** The plain layer of 2D tokenizers: positions were added to its input once. */
export class TransformerLayer extends Module {
  readonly selfAttn: Module & Attention;
  readonly linear1: Linear;
  readonly linear2: Linear;
  readonly norm1: LayerNorm;
  readonly norm2: LayerNorm;
  readonly #dropout: Dropout;

  constructor(config: LayerConfig) {
    super();
    const { width, mlpRatio, dropout } = config;
    this.selfAttn = this.child('self_attn', attention(config));
    this.linear1 = this.child('linear1', new Linear(width, Math.trunc(width * mlpRatio)));
    this.linear2 = this.child('linear2', new Linear(Math.trunc(width * mlpRatio), width));
    this.norm1 = this.child('norm1', new LayerNorm(width));
    this.norm2 = this.child('norm2', new LayerNorm(width));
    this.#dropout = this.child('dropout', new Dropout(dropout));
  }

  forward(x: Tensor): Tensor {
    const drop = (y: Tensor) => this.#dropout.forward(y);
    const u = this.norm1.forward(x);
    const t = x.add(drop(this.selfAttn.forward(u, u, u)));
    const hidden = drop(this.linear1.forward(this.norm2.forward(t), { activation: 'gelu' }));
    return t.add(drop(this.linear2.forward(hidden)));
  }
}
