/**
 * A class-conditional autoregressive model over image tokens: a Llama-like decoder whose first input is the class. Names
 * of parameters are the released checkpoints'. Position t of the input predicts token t: the class predicts token 0.
 * Source: GigaTok `gpt_1d.py` (learned absolute positions) and LlamaGen `gpt.py` (2D RoPE; arXiv 2406.06525), both MIT.
 */
import {
  Dropout,
  Embedding,
  init,
  joinHeads,
  LayerNorm,
  Linear,
  Module,
  ModuleList,
  RMSNorm,
  splitHeads,
} from '@tessera/nn';
import {
  ArgumentError,
  applyRotaryEmbedding,
  attentionWithCache,
  cat,
  checkpoint,
  crossEntropy,
  empty,
  formatShape,
  full,
  type Generator,
  linearCrossEntropy,
  rand,
  ShapeError,
  scaledDotProductAttention,
  scope,
  silu,
  type Tensor,
  tensor,
  where,
} from '@tessera/tensor';
import { type ImageModelConfig, type ResolvedImageModelConfig, resolveImageModelConfig } from './config.js';

/** Keys and values of the tokens so far, for `batch` images at once. */
export class ImageModelCache {
  /** Per layer, `[batch, kvHeads, tokens, headDim]`. */
  readonly layers: readonly { readonly keys: Tensor; readonly values: Tensor }[];
  /** Positions filled. */
  length = 0;
  /** The classes' embeddings, which modulation needs at every token. */
  condition: Tensor | undefined;

  constructor(
    readonly config: ResolvedImageModelConfig,
    readonly batch: number,
    like: Tensor,
  ) {
    const { layers, kvHeads, tokens, width, heads } = config;
    const make = () =>
      empty([batch, kvHeads, tokens, width / heads], { dtype: like.dtype, device: like.device }).keep();
    this.layers = Array.from({ length: layers }, () => ({ keys: make(), values: make() }));
  }

  dispose(): void {
    this.condition?.dispose();
    for (const { keys, values } of this.layers) {
      keys.dispose();
      values.dispose();
    }
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** Where a forward pass stands: the first position of its rows, and the cache that it fills, if any. */
interface Place {
  readonly start: number;
  readonly cache: ImageModelCache | undefined;
  /** Positions known to each image of the cache, these rows included; `i32` `[B]`. */
  readonly lengths: Tensor | undefined;
  readonly rope: { readonly cos: Tensor; readonly sin: Tensor } | undefined;
}

class Attention extends Module {
  readonly wqkv: Linear;
  readonly wo: Linear;
  readonly #qNorm: LayerNorm | undefined;
  readonly #kNorm: LayerNorm | undefined;
  readonly #config: ResolvedImageModelConfig;

  constructor(config: ResolvedImageModelConfig) {
    super();
    const { width, heads, kvHeads, qkNorm } = config;
    const dim = width / heads;
    this.#config = config;
    this.wqkv = this.child('wqkv', new Linear(width, (heads + 2 * kvHeads) * dim, { bias: false }));
    this.wo = this.child('wo', new Linear(width, width, { bias: false }));
    if (!qkNorm) return;
    this.#qNorm = this.child('q_norm', new LayerNorm(dim));
    this.#kNorm = this.child('k_norm', new LayerNorm(dim));
  }

  forward(x: Tensor, layer: number, { start, cache, lengths, rope }: Place): Tensor {
    const { heads, kvHeads, width } = this.#config;
    const dim = width / heads;
    const [queries, keys, values] = this.wqkv
      .forward(x)
      .split({ sizes: [heads * dim, kvHeads * dim, kvHeads * dim], dim: -1 }) as [Tensor, Tensor, Tensor];
    const turn = (t: Tensor) =>
      rope === undefined ? t : applyRotaryEmbedding(pairsApart(t), rope.cos, rope.sin, { offset: start });
    const q = turn(this.#normed(this.#qNorm, splitHeads(queries, heads)));
    const k = turn(this.#normed(this.#kNorm, splitHeads(keys, kvHeads)));
    const v = splitHeads(values, kvHeads);
    const attended =
      cache === undefined
        ? scaledDotProductAttention(q, k, v, undefined, { isCausal: true, enableGqa: kvHeads !== heads })
        : withCache(cache.layers[layer]!, start, lengths!, q, k, v);
    return this.wo.forward(joinHeads(attended));
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

type LayerCache = ImageModelCache['layers'][number];

function withCache(
  { keys, values }: LayerCache,
  start: number,
  lengths: Tensor,
  q: Tensor,
  k: Tensor,
  v: Tensor,
): Tensor {
  const part = { dim: 2, start, length: q.shape[2]! };
  keys.narrow(part).copy_(k);
  values.narrow(part).copy_(v);
  return attentionWithCache(q, keys, values, lengths);
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
    return this.w2.forward(this.w1.forward(x, { activation: 'silu' }).mul(this.w3.forward(x)));
  }
}

class Block extends Module {
  readonly attention: Attention;
  readonly feedForward: FeedForward;
  readonly attentionNorm: RMSNorm;
  readonly ffnNorm: RMSNorm;
  readonly dropout: Dropout;
  readonly #modulation: Modulation | undefined;
  readonly #offset: Tensor | undefined;

  constructor(config: ResolvedImageModelConfig) {
    super();
    const { width, modulation } = config;
    this.attention = this.child('attention', new Attention(config));
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
  forward(x: Tensor, layer: number, place: Place, condition?: Tensor): Tensor {
    const attend = (y: Tensor) => this.dropout.forward(this.attention.forward(y, layer, place));
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

function modulate(x: Tensor, shift: Tensor, scale: Tensor): Tensor {
  return x.mul(scale.add(1)).add(shift);
}

/** SiLU and a linear layer, zero at first, to `parts` vectors of the width (DiT's adaLN-zero, arXiv 2212.09748). */
class Modulation extends Module {
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

class ClassEmbedding extends Module {
  readonly table: Embedding;

  constructor(classes: number, width: number) {
    super();
    this.table = this.child('embedding_table', new Embedding(classes, width));
  }
}

export class ImageModel extends Module {
  readonly config: ResolvedImageModelConfig;
  /** Recompute each block in the backward pass instead of keeping what it made. */
  checkpointing = false;
  readonly #positions: Tensor | undefined;
  readonly #classes: ClassEmbedding;
  readonly #tokens: Embedding;
  readonly #dropout: Dropout;
  readonly #layers: ModuleList<Block>;
  readonly #norm: RMSNorm;
  readonly #output: Linear;
  readonly #sharedModulation: Modulation | undefined;
  readonly #finalModulation: Modulation | undefined;
  readonly #cos: Tensor | undefined;
  readonly #sin: Tensor | undefined;

  constructor(config: ImageModelConfig) {
    super();
    this.config = resolveImageModelConfig(config);
    const { width, layers, vocabulary, tokens, classes, classDropout, positions, dropout, normEps, modulation } =
      this.config;
    if (positions === 'learned') {
      this.#positions = this.parameter(
        'positional_embedding',
        init.normal(empty([tokens + 1, width]), { std: width ** -0.5 }),
      );
    }
    this.#classes = this.child('cls_embedding', new ClassEmbedding(classes + (classDropout > 0 ? 1 : 0), width));
    this.#tokens = this.child('tok_embeddings', new Embedding(vocabulary, width));
    this.#dropout = this.child('tok_dropout', new Dropout(dropout));
    this.#layers = this.child('layers', new ModuleList(Array.from({ length: layers }, () => new Block(this.config))));
    this.#norm = this.child('norm', new RMSNorm(width, { eps: normEps }));
    this.#output = this.child('output', new Linear(width, vocabulary, { bias: false }));
    if (modulation === 'shared') this.#sharedModulation = this.child('adaLN', new Modulation(width, 6));
    if (modulation !== 'none') this.#finalModulation = this.child('final_adaLN', new Modulation(width, 2));
    this.#initialize();
    if (positions === 'learned') return;
    const { cos, sin } = rope2d(this.config);
    this.#cos = this.buffer('cos', cos, { persistent: false });
    this.#sin = this.buffer('sin', sin, { persistent: false });
  }

  /** The class that stands for none. */
  get nullClass(): number {
    return this.config.classes;
  }

  /** The weight of the last layer, `[vocabulary, width]`. */
  get head(): Tensor {
    return this.#output.weight;
  }

  /**
   * Logits `[B, T, vocabulary]` where position t predicts token t, of the classes `i32` `[B]` and the first T - 1 tokens
   * (`i32` `[B, T - 1]`; more are ignored up to the length of an image).
   */
  forward(ids: Tensor, classes: Tensor): Tensor {
    const condition = this.#condition(classes);
    return this.#output.forward(this.#normed(this.#states(ids, classes, this.config.layers, condition), condition));
  }

  /** Hidden states `[B, T, width]` after the first `count` blocks (default all), before the last norm: what probes read. */
  hidden(ids: Tensor, classes: Tensor, count = this.config.layers): Tensor {
    return this.#states(ids, classes, count, this.#condition(classes));
  }

  #states(ids: Tensor, classes: Tensor, count: number, condition: Tensor | undefined): Tensor {
    const { tokens } = this.config;
    const known = ids.shape[1]! >= tokens ? ids.narrow({ dim: 1, start: 0, length: tokens - 1 }) : ids;
    const x = cat([this.#embedClasses(classes), this.#embedIds(known)], { dim: 1 });
    return this.#blocks(this.#place(x, 0), { start: 0, cache: undefined, lengths: undefined }, count, condition);
  }

  /** Mean cross entropy over all tokens of whole images `i32` `[B, tokens]`. Classes are dropped in training. */
  loss(ids: Tensor, classes: Tensor, options: { readonly generator?: Generator } = {}): Tensor {
    const { tokens, vocabulary } = this.config;
    if (ids.ndim !== 2 || ids.shape[1] !== tokens)
      throw new ShapeError(`needs ids [batch, ${tokens}]; got ${formatShape(ids.shape)}.`, { op: 'ImageModel.loss' });
    const given = this.training ? this.dropClasses(classes, options.generator) : classes;
    const condition = this.#condition(given);
    const h = this.#normed(this.#states(ids, given, this.config.layers, condition), condition);
    const rows = h.reshape([ids.numel, this.config.width]);
    return vocabulary >= 2048
      ? linearCrossEntropy(rows, this.#output.weight, ids.reshape([ids.numel]))
      : crossEntropy(this.#output.forward(rows), ids.reshape([ids.numel]));
  }

  /** Replaces the configured share of classes by the null class. */
  dropClasses(classes: Tensor, generator?: Generator): Tensor {
    const { classDropout } = this.config;
    if (classDropout === 0) return classes;
    const drawn = rand([classes.numel], { device: classes.device, ...(generator && { generator }) });
    const none = full([classes.numel], this.nullClass, { dtype: 'i32', device: classes.device });
    return where(drawn.lt(classDropout), none, classes);
  }

  /** Memory for keys and values of `batch` images. */
  cache(batch: number): ImageModelCache {
    return new ImageModelCache(this.config, batch, this.#output.weight);
  }

  /** Logits `[B, vocabulary]` of the first token, from the classes alone. Fills the cache. */
  start(classes: Tensor, cache: ImageModelCache): Tensor {
    cache.length = 0;
    cache.condition?.dispose();
    cache.condition = this.#condition(classes)?.keep();
    return this.#next(this.#embedClasses(classes), cache);
  }

  /** Logits `[B, vocabulary]` of the token after `ids` (`i32` `[B]`), the newest ones. */
  step(ids: Tensor, cache: ImageModelCache): Tensor {
    return this.#next(this.#embedIds(ids.reshape([ids.numel, 1])), cache);
  }

  #next(x: Tensor, cache: ImageModelCache): Tensor {
    const start = cache.length++;
    const { condition } = cache;
    const lengths = full([cache.batch], cache.length, { dtype: 'i32', device: x.device });
    const h = this.#blocks(this.#place(x, start), { start, cache, lengths }, this.config.layers, condition);
    return this.#output.forward(this.#normed(h, condition)).reshape([x.shape[0]!, this.config.vocabulary]);
  }

  #embedClasses(classes: Tensor): Tensor {
    return this.#classes.table.forward(classes.reshape([classes.numel, 1]));
  }

  #embedIds(ids: Tensor): Tensor {
    return this.#tokens.forward(ids);
  }

  /** Adds positions from `start` on, and drops out. */
  #place(x: Tensor, start: number): Tensor {
    const positions = this.#positions?.narrow({ dim: 0, start, length: x.shape[1]! });
    return this.#dropout.forward(positions === undefined ? x : x.add(positions));
  }

  /** What modulation is computed from, `[B, 1, width]`: the class's embedding at its position. */
  #condition(classes: Tensor): Tensor | undefined {
    if (this.config.modulation === 'none') return undefined;
    const embedded = this.#embedClasses(classes);
    return this.#positions === undefined
      ? embedded
      : embedded.add(this.#positions.narrow({ dim: 0, start: 0, length: 1 }));
  }

  #normed(h: Tensor, condition: Tensor | undefined): Tensor {
    const normed = this.#norm.forward(h);
    if (this.#finalModulation === undefined) return normed;
    const [shift, scale] = this.#finalModulation.forward(condition!) as [Tensor, Tensor];
    return modulate(normed, shift, scale);
  }

  #blocks(x: Tensor, at: Omit<Place, 'rope'>, count: number, condition: Tensor | undefined): Tensor {
    if (count > this.config.layers)
      throw new ArgumentError(`there are ${this.config.layers} blocks; got ${count}.`, { op: 'ImageModel' });
    const place = { ...at, rope: this.#cos && this.#sin ? { cos: this.#cos, sin: this.#sin } : undefined };
    const { width } = this.config;
    const shared = this.#sharedModulation?.linear.forward(silu(condition!)).reshape([x.shape[0]!, 1, 6, width]);
    const rest = [shared ?? condition].filter((t) => t !== undefined);
    let h = x;
    for (let layer = 0; layer < count; layer++) {
      const block = this.#layers.at(layer)!;
      const call = (y: Tensor, ...c: Tensor[]) => block.forward(y, layer, place, c[0]);
      const input = h;
      h = this.checkpointing && this.training ? checkpoint(call, [input, ...rest]) : scope(() => call(input, ...rest));
    }
    return h;
  }

  /** The released initialisation: weights of deviation 0.02; outputs and modulations start at zero. */
  #initialize(): void {
    for (const module of this.modules()) {
      if (module instanceof Linear || module instanceof Embedding) init.normal(module.weight, { std: 0.02 });
      if (module instanceof Linear && module.bias !== undefined) init.zeros(module.bias);
    }
    for (const module of this.modules()) {
      if (module instanceof Modulation) init.zeros(module.linear.weight);
    }
    init.zeros(this.#output.weight);
  }
}

/** Angles of a square map, first half of the pairs by row, second by column; zeros for the class, whose q and k vanish. */
function rope2d({ tokens, width, heads, ropeBase }: ResolvedImageModelConfig): { cos: Tensor; sin: Tensor } {
  const side = Math.round(Math.sqrt(tokens));
  const dim = width / heads;
  const half = dim / 2;
  const cos = new Float32Array((tokens + 1) * dim);
  const sin = new Float32Array((tokens + 1) * dim);
  for (let position = 0; position < tokens; position++) {
    const place = [Math.floor(position / side), position % side];
    for (let pair = 0; pair < half; pair++) {
      const axis = pair < half / 2 ? 0 : 1;
      const frequency = ropeBase ** (-(2 * (pair - axis * (half / 2))) / half);
      const angle = place[axis]! * frequency;
      for (const at of [pair, pair + half]) {
        cos[(position + 1) * dim + at] = Math.cos(angle);
        sin[(position + 1) * dim + at] = Math.sin(angle);
      }
    }
  }
  const shape = [tokens + 1, dim];
  return { cos: tensor(cos, { shape }), sin: tensor(sin, { shape }) };
}
