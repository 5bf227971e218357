/**
 * Decoder language models: GPT-2, Llama, Mistral, Qwen2, Qwen3 and Gemma 3, in one implementation configured by a `config.json`.
 * Tokens go in packed, losses and log-probabilities come straight from hidden states: a matrix of tokens by vocabulary
 * exists only where logits are asked for.
 */
import {
  Embedding,
  init,
  type LayerNorm,
  type LayerOptions,
  Linear,
  Module,
  ModuleList,
  type RMSNorm,
} from '@tessera/nn';
import {
  ArgumentError,
  attentionVarlen,
  type Device,
  type DType,
  dropout,
  full,
  Generator,
  type LinearCrossEntropyOptions,
  linear,
  linearCrossEntropy,
  linearLogProb,
  noGrad,
  type Tensor,
} from '@tessera/tensor';
import { Block, makeNorm, type Rotary, type Sight } from './block.js';
import type { DecoderConfig } from './config.js';
import { RopeTable } from './rope.js';
import type { PackedKeys, PackedTokens } from './tokens.js';

export interface DecoderOptions {
  /** `f32` (default) or `bf16`. */
  readonly dtype?: DType;
  /** Default: the default device. */
  readonly device?: LayerOptions['device'];
  /** Of the first weights, which are drawn as transformers draws them. Default 0. */
  readonly seed?: number;
}

export interface LossOptions extends Omit<LinearCrossEntropyOptions, 'ignoreIndex'> {
  /** One per token or per place of a padded batch; -100 for none. Shifted here. Default: the tokens themselves. */
  readonly labels?: ArrayLike<number>;
}

export interface LogProbOptions {
  /** Divides the logits. Default 1. */
  readonly temperature?: number;
  /** As for the loss. */
  readonly labels?: ArrayLike<number>;
}

/** Embeddings, blocks and last norm: what checkpoints call `model` or `transformer`. */
class Body extends Module {
  readonly tokens: Embedding;
  readonly positions: Embedding | null;
  readonly layers: ModuleList<Block>;
  readonly norm: LayerNorm | RMSNorm;

  constructor(config: DecoderConfig, options: LayerOptions) {
    super();
    const gpt2 = config.type === 'gpt2';
    const { vocabSize, hiddenSize, maxPositions } = config;
    this.tokens = this.child(gpt2 ? 'wte' : 'embed_tokens', new Embedding(vocabSize, hiddenSize, options));
    this.positions = gpt2 ? this.child('wpe', new Embedding(maxPositions, hiddenSize, options)) : null;
    const blocks = Array.from({ length: config.layers }, (_, i) => new Block(config, i, options));
    this.layers = this.child(gpt2 ? 'h' : 'layers', new ModuleList(blocks));
    this.norm = this.child(gpt2 ? 'ln_f' : 'norm', makeNorm(config, options));
  }
}

/** Causal attention within each sequence. `starts`: where the sequences begin; `keys`: what each sees, where that is more. */
function packedSight(
  maxLength: number,
  starts: Tensor,
  keys: PackedKeys | null,
  rotary: readonly Rotary[],
  training: boolean,
): Sight {
  const seen = (x: Tensor): Tensor => (keys === null ? x : x.indexSelect(keys.rows, { dim: 0 }));
  return {
    rotary,
    training,
    attend: (_layer, q, k, v, options) =>
      attentionVarlen(q, seen(k), seen(v), starts, keys?.cuSeqlens, {
        ...options,
        isCausal: true,
        maxSeqlen: maxLength,
      }),
  };
}

export class DecoderLM extends Module {
  readonly config: DecoderConfig;
  readonly #body: Body;
  readonly #head: Linear | null;
  readonly #ropes: readonly RopeTable[];

  constructor(config: DecoderConfig, { dtype = 'f32', device, seed = 0 }: DecoderOptions = {}) {
    super();
    if (dtype !== 'f32' && dtype !== 'bf16')
      throw new ArgumentError(`dtype must be f32 or bf16; got ${dtype}.`, { op: 'DecoderLM', actual: dtype });
    const options = { dtype, ...(device && { device }) };
    this.config = config;
    this.#ropes = [config.rope, config.slidingRope].filter((rope) => rope !== null).map((rope) => new RopeTable(rope));
    const { hiddenSize, vocabSize } = config;
    [this.#body, this.#head] = init.skipInit(() => [
      new Body(config, options),
      config.tied ? null : new Linear(hiddenSize, vocabSize, { ...options, bias: false }),
    ]);
    this.child(config.type === 'gpt2' ? 'transformer' : 'model', this.#body);
    if (this.#head !== null) this.child('lm_head', this.#head);
    this.#initialise(new Generator(seed));
  }

  /** As transformers does it: normal weights, GPT-2's residual projections smaller by the square root of their number. */
  #initialise(generator: Generator): void {
    const { initializerRange: std, layers, type, centeredNorm } = this.config;
    for (const [name, tensor] of this.namedParameters()) {
      if (name.endsWith('.bias') || (centeredNorm && tensor.ndim === 1)) init.zeros(tensor);
      else if (tensor.ndim === 1) init.ones(tensor);
      else {
        const residual = type === 'gpt2' && name.endsWith('c_proj.weight');
        init.normal(tensor, { std: residual ? std / Math.sqrt(2 * layers) : std, generator });
      }
    }
  }

  get dtype(): DType {
    return this.headWeight.dtype;
  }

  get device(): Device {
    return this.headWeight.device;
  }

  /** The matrix from hidden states to logits, `[vocabSize, hiddenSize]`; the token embedding where they are tied. */
  get headWeight(): Tensor {
    return this.#head?.weight ?? this.#body.tokens.weight;
  }

  /** Recompute each block's intermediate results in backward instead of keeping them: same numbers, less memory. */
  setCheckpointing(on = true): this {
    this.#body.layers.setCheckpointing(on);
    return this;
  }

  /**
   * Last hidden states, after the final norm: `[total, hiddenSize]`, or those of the packed rows `wanted` alone (an `i32`
   * vector), which spares the last block the others.
   * @throws ArgumentError when a sequence is longer than `config.maxPositions`.
   */
  hiddenStates(tokens: PackedTokens, { wanted }: { readonly wanted?: Tensor } = {}): Tensor {
    const { maxLength, cuSeqlens, keys, ids, positions } = tokens;
    this.checkLength(maxLength);
    const { training } = this;
    const last = this.#body.layers.at(-1);
    const tables = this.rotary(positions, maxLength).flat();
    // Tensors go through `run`, which holds them for the recomputation of checkpointing.
    const hidden = this.#body.layers.run(
      (block, x, starts: Tensor, ...held: readonly Tensor[]) => {
        const rotary = this.#ropes.map((_, i): Rotary => [held[2 * i]!, held[2 * i + 1]!]);
        const [rows, keyStarts] = held.slice(tables.length);
        const seen = keys === null ? null : { rows: rows!, cuSeqlens: keyStarts! };
        const sight = packedSight(maxLength, starts, seen, rotary, training);
        return block.forward(x, block === last && wanted !== undefined ? { ...sight, wanted: held.at(-1)! } : sight);
      },
      this.embed(ids, positions, training),
      cuSeqlens,
      ...tables,
      ...(keys === null ? [] : [keys.rows, keys.cuSeqlens]),
      ...(wanted === undefined ? [] : [wanted]),
    );
    return this.#body.norm.forward(hidden);
  }

  /**
   * The embeddings, the result of each block but the last, and the last hidden states after the final norm: transformers'
   * `hidden_states`, each `[total, hiddenSize]`. Not checkpointed.
   */
  layerHiddenStates(tokens: PackedTokens): Tensor[] {
    const { maxLength, cuSeqlens, keys, ids, positions } = tokens;
    this.checkLength(maxLength);
    const sight = packedSight(maxLength, cuSeqlens, keys, this.rotary(positions, maxLength), this.training);
    const states = [this.embed(ids, positions, this.training)];
    for (const block of this.#body.layers) states.push(block.forward(states.at(-1)!, sight));
    return [...states.slice(0, -1), this.#body.norm.forward(states.at(-1)!)];
  }

  /** Logits of hidden states, `[..., vocabSize]`, in the model's dtype. */
  logits(hidden: Tensor): Tensor {
    return linear(hidden, this.headWeight);
  }

  /** Logits of every token, `[total, vocabSize]`. */
  forward(tokens: PackedTokens): Tensor {
    return this.logits(this.hiddenStates(tokens));
  }

  /** Cross-entropy of each next token: transformers' loss, without its logits. `reduction: 'none'` gives `[total]`. */
  loss(tokens: PackedTokens, { labels, ...options }: LossOptions = {}): Tensor {
    return linearCrossEntropy(this.hiddenStates(tokens), this.headWeight, tokens.targets(labels), undefined, options);
  }

  /**
   * `[logProb, entropy]`, f32 `[total]`: the log-probability of the token that follows each position and the entropy of
   * its distribution; zero at the end of a sequence. The bits are those that generation reports for the same tokens.
   */
  logProbs(tokens: PackedTokens, { labels, temperature = 1 }: LogProbOptions = {}): [logProb: Tensor, entropy: Tensor] {
    const targets = tokens.targets(labels);
    const [logProb, entropy] = linearLogProb(this.hiddenStates(tokens), this.headWeight, targets, undefined, {
      temperature,
    });
    return [logProb!, entropy!];
  }

  /** @internal */
  checkLength(length: number): void {
    const { maxPositions, type } = this.config;
    if (length > maxPositions) {
      throw new ArgumentError(
        `a sequence of ${length} tokens is longer than the ${maxPositions} positions of this ${type} model.`,
        {
          op: 'DecoderLM',
          actual: length,
          expected: maxPositions,
        },
      );
    }
  }

  /** @internal Cosines and sines of positions below `end`, for each rotary embedding of the config. */
  rotary(positions: Tensor, end: number): Rotary[] {
    return this.#ropes.map((rope) => rope.rows(positions, end, this.dtype));
  }

  /** @internal The same of all positions below `end`, as views. */
  rotaryTables(end: number): Rotary[] {
    return this.#ropes.map((rope) => rope.views(end, this.device, this.dtype));
  }

  /** @internal */
  embed(ids: Tensor, positions: Tensor, training = false): Tensor {
    const { embeddingScale, embeddingDropout } = this.config;
    let x = this.#body.tokens.forward(ids);
    // The factor is rounded to the model's dtype, as transformers rounds it.
    if (embeddingScale !== 1) x = x.mul(full([1], embeddingScale, { dtype: x.dtype, device: x.device }));
    if (this.#body.positions !== null) x = x.add(this.#body.positions.forward(positions));
    return dropout(x, { p: training ? embeddingDropout : 0 });
  }

  /** @internal The blocks and the final norm over rows that a generator lays out, or those `wanted`. No gradient. */
  pass(ids: Tensor, positions: Tensor, { wanted, ...sight }: Sight): Tensor {
    return noGrad(() => {
      let x = this.embed(ids, positions);
      const last = this.#body.layers.at(-1);
      for (const block of this.#body.layers) x = block.forward(x, block === last ? { ...sight, wanted } : sight);
      return this.#body.norm.forward(x);
    });
  }

  override dispose(): void {
    for (const rope of this.#ropes) rope.dispose();
    super.dispose();
  }
}
