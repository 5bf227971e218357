/** The transformer blocks that the workloads share: attention with one packed projection, pre- or post-norm. */
import { LayerNorm, type LayerOptions, Linear, MLP, Module } from '@tessera/nn';
import { scaledDotProductAttention, type Tensor } from '@tessera/tensor';

/** `[batch, rows, features]` as `[batch, heads, rows, features / heads]`. */
function heads(x: Tensor, count: number): Tensor {
  const [batch, rows, features] = x.shape as [number, number, number];
  return x.reshape([batch, rows, count, features / count]).permute([0, 2, 1, 3]);
}

export interface AttentionOptions {
  readonly isCausal?: boolean;
  /** Keys and values come from here instead of `x`. */
  readonly memory?: Tensor | undefined;
}

export class SelfAttention extends Module {
  readonly query: Linear;
  readonly keyValue: Linear;
  readonly out: Linear;
  readonly #heads: number;

  constructor(features: number, headCount: number, options: LayerOptions) {
    super();
    this.#heads = headCount;
    this.query = this.child('query', new Linear(features, features, options));
    this.keyValue = this.child('key_value', new Linear(features, 2 * features, options));
    this.out = this.child('out', new Linear(features, features, options));
  }

  forward(x: Tensor, { isCausal = false, memory = x }: AttentionOptions = {}): Tensor {
    const [key, value] = this.keyValue.forward(memory).chunk({ chunks: 2, dim: -1 }) as [Tensor, Tensor];
    const [q, k, v] = [this.query.forward(x), key, value].map((t) => heads(t, this.#heads)) as [Tensor, Tensor, Tensor];
    const mixed = scaledDotProductAttention(q, k, v, undefined, { isCausal });
    return this.out.forward(mixed.permute([0, 2, 1, 3]).reshape(x.shape));
  }
}

export interface BlockOptions extends LayerOptions {
  readonly features: number;
  readonly heads: number;
  /** Also attends to a memory. */
  readonly cross?: boolean;
  /** Normalises after each residual sum instead of before each branch. */
  readonly postNorm?: boolean;
}

export class Block extends Module {
  readonly norm1: LayerNorm;
  readonly attention: SelfAttention;
  readonly normCross: LayerNorm | undefined;
  readonly cross: SelfAttention | undefined;
  readonly norm2: LayerNorm;
  readonly mlp: MLP;
  readonly #postNorm: boolean;

  constructor({ features, heads: headCount, cross = false, postNorm = false, ...layer }: BlockOptions) {
    super();
    this.#postNorm = postNorm;
    this.norm1 = this.child('norm1', new LayerNorm(features, layer));
    this.attention = this.child('attention', new SelfAttention(features, headCount, layer));
    if (cross) {
      this.normCross = this.child('norm_cross', new LayerNorm(features, layer));
      this.cross = this.child('cross', new SelfAttention(features, headCount, layer));
    }
    this.norm2 = this.child('norm2', new LayerNorm(features, layer));
    this.mlp = this.child('mlp', new MLP(features, 4 * features, layer));
  }

  forward(x: Tensor, { isCausal = false, memory }: AttentionOptions = {}): Tensor {
    let y = this.#residual(x, this.norm1, (h) => this.attention.forward(h, { isCausal }));
    if (this.cross !== undefined && this.normCross !== undefined) {
      const { cross } = this;
      y = this.#residual(y, this.normCross, (h) => cross.forward(h, { memory }));
    }
    return this.#residual(y, this.norm2, (h) => this.mlp.forward(h));
  }

  #residual(x: Tensor, norm: LayerNorm, branch: (h: Tensor) => Tensor): Tensor {
    return this.#postNorm ? norm.forward(x.add(branch(x))) : x.add(branch(norm.forward(x)));
  }
}
