/**
 * A class-conditional autoregressive model over image tokens: a Llama-like decoder whose first input is the class. Names
 * of parameters are the released checkpoints'. Position t of the input predicts token t: the class predicts token 0.
 * Source: GigaTok `gpt_1d.py` (learned absolute positions) and LlamaGen `gpt.py` (2D RoPE; arXiv 2406.06525), both MIT.
 */
import { Dropout, Embedding, init, Linear, Module, ModuleList, RMSNorm } from '@tessera/nn';
import {
  ArgumentError,
  cat,
  crossEntropy,
  empty,
  formatShape,
  full,
  type Generator,
  linearCrossEntropy,
  rand,
  ShapeError,
  silu,
  type Tensor,
  tensor,
  where,
} from '@tessera/tensor';
import { Block, ImageModelCache, Modulation, modulate, type Place } from './block.js';
import { type ImageModelConfig, type ResolvedImageModelConfig, resolveImageModelConfig } from './config.js';

class ClassEmbedding extends Module {
  readonly table: Embedding;

  constructor(classes: number, width: number) {
    super();
    this.table = this.child('embedding_table', new Embedding(classes, width));
  }
}

export class ImageModel extends Module {
  readonly config: ResolvedImageModelConfig;
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
    this.#layers = this.child(
      'layers',
      new ModuleList(Array.from({ length: layers }, (_, i) => new Block(this.config, i))),
    );
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
    return this.#blocks(this.#placed(x), undefined, count, condition);
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

  /** Trade memory for a second forward pass of each block. */
  setCheckpointing(on = true): this {
    this.#layers.setCheckpointing(on);
    return this;
  }

  /** Memory for keys and values of `batch` images. */
  cache(batch: number): ImageModelCache {
    return new ImageModelCache(this.config, batch, this.#output.weight);
  }

  /** Logits `[B, vocabulary]` of the first token, from the classes alone. Empties the cache and fills its first position. */
  start(classes: Tensor, cache: ImageModelCache): Tensor {
    cache.positions.zero_();
    cache.condition?.dispose();
    cache.condition = this.#condition(classes)?.keep();
    return this.#next(this.#embedClasses(classes), cache);
  }

  /**
   * Logits `[B, vocabulary]` of the token after `ids` (`i32` `[B]`), the newest ones. The commands are the same at every
   * position, so a step that was recorded (`device.record`) can be replayed for the others.
   */
  step(ids: Tensor, cache: ImageModelCache): Tensor {
    cache.advance();
    return this.#next(this.#embedIds(ids.reshape([ids.numel, 1])), cache);
  }

  #next(x: Tensor, cache: ImageModelCache): Tensor {
    const h = this.#blocks(this.#placed(x, cache), cache, this.config.layers, cache.condition);
    return this.#output.forward(this.#normed(h, cache.condition)).reshape([x.shape[0]!, this.config.vocabulary]);
  }

  #embedClasses(classes: Tensor): Tensor {
    return this.#classes.table.forward(classes.reshape([classes.numel, 1]));
  }

  #embedIds(ids: Tensor): Tensor {
    return this.#tokens.forward(ids);
  }

  /** Adds positions, all from the first on or a cache's newest, and drops out. */
  #placed(x: Tensor, cache?: ImageModelCache): Tensor {
    const positions = this.#positions && rowsAt(this.#positions, x.shape[1]!, cache);
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

  #blocks(x: Tensor, cache: ImageModelCache | undefined, count: number, condition: Tensor | undefined): Tensor {
    if (count > this.config.layers)
      throw new ArgumentError(`there are ${this.config.layers} blocks; got ${count}.`, { op: 'ImageModel' });
    const rows = x.shape[1]!;
    const [cos, sin] = [this.#cos && rowsAt(this.#cos, rows, cache), this.#sin && rowsAt(this.#sin, rows, cache)];
    const place: Place = { cache, rope: cos && sin && { cos, sin } };
    const { width } = this.config;
    const shared = this.#sharedModulation?.linear.forward(silu(condition!)).reshape([x.shape[0]!, 1, 6, width]);
    const rest = [shared ?? condition].filter((t) => t !== undefined);
    const body = (block: Block, y: Tensor, ...[given]: Tensor[]) => block.forward(y, place, given);
    return this.#layers.runPart([0, count], body, x, ...rest);
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

/** Of a table by position: the first rows, or the one of a cache's newest position. */
function rowsAt(table: Tensor, rows: number, cache: ImageModelCache | undefined): Tensor {
  return cache === undefined
    ? table.narrow({ dim: 0, start: 0, length: rows })
    : table.indexSelect(cache.position, { dim: 0 });
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
