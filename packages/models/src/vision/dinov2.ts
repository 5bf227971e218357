/**
 * DINOv2 in Hugging Face's layout: `Dinov2Model` and `Dinov2ForImageClassification`. Images of any size go in: positions are
 * interpolated as transformers interpolates them. Source: arXiv 2304.07193.
 */
import { LayerNorm, type LayerOptions, Linear, MLP, Module, ModuleList } from '@tessera/nn';
import { bernoulli, cat, type DType, full, Generator, silu, type Tensor } from '@tessera/tensor';
import type { Json } from '../language/fields.js';
import type { WeightLayout } from '../pretrained/weights.js';
import { initialise, initialiseLinear } from './vit.js';
import { type Dinov2Config, parseDinov2Config } from './vit-config.js';
import {
  Embeddings,
  hiddenStates,
  type LayerSelection,
  type MaskOption,
  VisionAttention,
  type VisionOptions,
  type VisionOutput,
} from './vit-parts.js';

/** One factor per channel. */
class LayerScale extends Module {
  readonly lambda1: Tensor;

  constructor({ hiddenSize, layerScale }: Dinov2Config, { generator: _, ...place }: LayerOptions) {
    super();
    this.lambda1 = this.parameter('lambda1', full([hiddenSize], layerScale, place));
  }
}

/** The gated feed-forward block: one product makes gate and value. */
class SwigluFfn extends Module {
  readonly #in: Linear;
  readonly #out: Linear;

  constructor({ hiddenSize, intermediateSize }: Dinov2Config, options: LayerOptions) {
    super();
    this.#in = this.child('weights_in', new Linear(hiddenSize, 2 * intermediateSize, options));
    this.#out = this.child('weights_out', new Linear(intermediateSize, hiddenSize, options));
  }

  forward(x: Tensor): Tensor {
    const [gate, value] = this.#in.forward(x).chunk({ chunks: 2, dim: -1 }) as [Tensor, Tensor];
    return this.#out.forward(silu(gate).mul(value));
  }
}

class Dinov2Block extends Module {
  readonly #dropPath: number;
  readonly #norm1: LayerNorm;
  readonly #attention: VisionAttention;
  readonly #scale1: LayerScale;
  readonly #norm2: LayerNorm;
  readonly #mlp: MLP | SwigluFfn;
  readonly #scale2: LayerScale;

  constructor(config: Dinov2Config, options: LayerOptions) {
    super();
    const { hiddenSize, intermediateSize, activation, normEps: eps } = config;
    this.#dropPath = config.dropPath;
    this.#norm1 = this.child('norm1', new LayerNorm(hiddenSize, { eps, ...options }));
    this.#attention = this.child('attention', new VisionAttention(config, options));
    this.#scale1 = this.child('layer_scale1', new LayerScale(config, options));
    this.#norm2 = this.child('norm2', new LayerNorm(hiddenSize, { eps, ...options }));
    this.#mlp = this.child(
      'mlp',
      config.swiglu
        ? new SwigluFfn(config, options)
        : new MLP(hiddenSize, intermediateSize, { activation, ...options }),
    );
    this.#scale2 = this.child('layer_scale2', new LayerScale(config, options));
  }

  forward(x: Tensor): Tensor {
    const mixed = this.#attention.output.dense.forward(this.#attention.mix(this.#norm1.forward(x)));
    const middle = this.#join(x, mixed, this.#scale1);
    return this.#join(middle, this.#mlp.forward(this.#norm2.forward(middle)), this.#scale2);
  }

  /** The residual plus the scaled branch; in training, some images do without the branch (arXiv 1603.09382). */
  #join(residual: Tensor, branch: Tensor, { lambda1 }: LayerScale): Tensor {
    const scaled = branch.mul(lambda1);
    if (this.#dropPath === 0 || !this.training) return scaled.add(residual);
    const keep = 1 - this.#dropPath;
    const { device, dtype } = branch;
    const kept = bernoulli(keep, [branch.shape[0]!, 1, 1], { device, dtype });
    return scaled.mul(kept.mul(1 / keep)).add(residual);
  }
}

class Encoder extends Module {
  readonly layer: ModuleList<Dinov2Block>;

  constructor(config: Dinov2Config, options: LayerOptions) {
    super();
    const blocks = Array.from({ length: config.layers }, () => new Dinov2Block(config, options));
    this.layer = this.child('layer', new ModuleList(blocks));
  }
}

/** The encoder. `poolerOutput` is the class token of the last hidden state. */
export class Dinov2Model extends Module {
  readonly config: Dinov2Config;
  readonly architecture = 'Dinov2Model';
  readonly weightLayout: WeightLayout = { basePrefix: 'dinov2.' };
  readonly #embeddings: Embeddings;
  readonly #encoder: Encoder;
  readonly #norm: LayerNorm;

  constructor(config: Dinov2Config, { dtype = 'f32', device, seed = 0 }: VisionOptions = {}) {
    super();
    const { hiddenSize, normEps: eps } = config;
    const options = { dtype, ...(device && { device }), generator: new Generator(seed) };
    this.config = config;
    this.#embeddings = this.child(
      'embeddings',
      new Embeddings(config, config.maskToken ? [1, hiddenSize] : null, options),
    );
    this.#encoder = this.child('encoder', new Encoder(config, options));
    this.#norm = this.child('layernorm', new LayerNorm(hiddenSize, { eps, ...options }));
    initialise(this, config, options.generator);
  }

  static parseConfig(json: Json, file?: string): Dinov2Config {
    return parseDinov2Config(json, file);
  }

  get dtype(): DType {
    return this.#embeddings.positions.dtype;
  }

  /** Recompute each block's intermediate results in backward instead of keeping them. */
  setCheckpointing(on = true): this {
    this.#encoder.layer.setCheckpointing(on);
    return this;
  }

  /** Patches are `lastHiddenState` without its first row, row by row of the image. */
  forward(pixels: Tensor, options: MaskOption = {}): VisionOutput {
    const embedded = this.#embeddings.forward(pixels, { ...options, interpolated: true });
    const lastHiddenState = this.#norm.forward(this.#encoder.layer.run((block, x) => block.forward(x), embedded));
    return { lastHiddenState, poolerOutput: lastHiddenState.select({ dim: 1, index: 0 }) };
  }

  /**
   * Hidden states of chosen layers, each `[batch, 1 + patches, hiddenSize]`. With `norm`, the last norm is applied to each,
   * as DINOv2's `get_intermediate_layers` and transformers' backbone do. Default false.
   */
  hiddenStates(
    pixels: Tensor,
    { norm = false, layers, ...options }: MaskOption & LayerSelection & { readonly norm?: boolean } = {},
  ): Tensor[] {
    const embedded = this.#embeddings.forward(pixels, { ...options, interpolated: true });
    const states = hiddenStates(embedded, [...this.#encoder.layer], { ...(layers && { layers }) });
    return norm ? states.map((state) => this.#norm.forward(state)) : states;
  }
}

/** Classes from the class token and the mean of the patches. */
export class Dinov2ForImageClassification extends Module {
  readonly config: Dinov2Config;
  readonly architecture = 'Dinov2ForImageClassification';
  readonly weightLayout: WeightLayout = {};
  readonly dinov2: Dinov2Model;
  readonly #classifier: Linear;

  constructor(config: Dinov2Config, { dtype = 'f32', device, seed = 0 }: VisionOptions = {}) {
    super();
    const place = { dtype, ...(device && { device }) };
    this.config = config;
    this.dinov2 = this.child('dinov2', new Dinov2Model(config, { ...place, seed }));
    this.#classifier = this.child('classifier', new Linear(2 * config.hiddenSize, config.labels, place));
    initialiseLinear(this.#classifier, config.initializerRange, new Generator(seed + 1));
  }

  static parseConfig(json: Json, file?: string): Dinov2Config {
    return parseDinov2Config(json, file);
  }

  get dtype(): DType {
    return this.dinov2.dtype;
  }

  /** Recompute each block's intermediate results in backward instead of keeping them. */
  setCheckpointing(on = true): this {
    this.dinov2.setCheckpointing(on);
    return this;
  }

  /** Logits `[batch, labels]`. */
  forward(pixels: Tensor): Tensor {
    const { lastHiddenState, poolerOutput } = this.dinov2.forward(pixels);
    const patches = lastHiddenState.narrow({ dim: 1, start: 1, length: lastHiddenState.size(1) - 1 });
    return this.#classifier.forward(cat([poolerOutput, patches.mean({ dim: 1 })], { dim: 1 }));
  }
}
