/** ViT in Hugging Face's layout: `ViTModel` and `ViTForImageClassification`. Source: arXiv 2010.11929. */
import { init, LayerNorm, type LayerOptions, Linear, Module, ModuleList } from '@tessera/nn';
import { type DType, dropout, Generator, type Tensor } from '@tessera/tensor';
import type { Json } from '../language/fields.js';
import type { WeightLayout } from '../pretrained/weights.js';
import { parseVitConfig, type VitConfig } from './vit-config.js';
import {
  Dense,
  Embeddings,
  hiddenStates,
  type LayerSelection,
  VisionAttention,
  type VisionOptions,
  type VisionOutput,
} from './vit-parts.js';

class VitBlock extends Module {
  readonly #config: VitConfig;
  readonly #attention: VisionAttention;
  readonly #intermediate: Dense;
  readonly #output: Dense;
  readonly #before: LayerNorm;
  readonly #after: LayerNorm;

  constructor(config: VitConfig, options: LayerOptions) {
    super();
    const { hiddenSize, intermediateSize, normEps: eps } = config;
    this.#config = config;
    this.#attention = this.child('attention', new VisionAttention(config, options));
    this.#intermediate = this.child('intermediate', new Dense(hiddenSize, intermediateSize, options));
    this.#output = this.child('output', new Dense(intermediateSize, hiddenSize, options));
    this.#before = this.child('layernorm_before', new LayerNorm(hiddenSize, { eps, ...options }));
    this.#after = this.child('layernorm_after', new LayerNorm(hiddenSize, { eps, ...options }));
  }

  forward(x: Tensor): Tensor {
    const { activation } = this.#config;
    const mixed = this.#attention.mix(this.#before.forward(x));
    const middle = this.#join(x, this.#attention.output.dense, mixed);
    const hidden = this.#intermediate.dense.forward(this.#after.forward(middle), { activation });
    return this.#join(middle, this.#output.dense, hidden);
  }

  #join(residual: Tensor, layer: Linear, x: Tensor): Tensor {
    const p = this.#config.hiddenDropout;
    if (p === 0 || !this.training) return layer.addTo(residual, x);
    return residual.add(dropout(layer.forward(x), { p }));
  }
}

class Encoder extends Module {
  readonly layer: ModuleList<VitBlock>;

  constructor(config: VitConfig, options: LayerOptions) {
    super();
    const blocks = Array.from({ length: config.layers }, () => new VitBlock(config, options));
    this.layer = this.child('layer', new ModuleList(blocks));
  }
}

export interface VitModelOptions extends VisionOptions {
  /** Whether there is a pooler, as `ViTModel` has; classifiers and DINO's checkpoints have none. Default true. */
  readonly pooler?: boolean;
}

export interface InterpolateOption {
  /** Take images of any size: positions are interpolated. Default false. */
  readonly interpolatePositions?: boolean;
}

/** The encoder. Without a pooler, `poolerOutput` is the class token. */
export class VitModel extends Module {
  readonly config: VitConfig;
  readonly architecture = 'ViTModel';
  readonly weightLayout: WeightLayout = { basePrefix: 'vit.' };
  readonly #embeddings: Embeddings;
  readonly #encoder: Encoder;
  readonly #norm: LayerNorm;
  readonly #pooler: Dense | null;

  constructor(config: VitConfig, { dtype = 'f32', device, seed = 0, pooler = true }: VitModelOptions = {}) {
    super();
    const { hiddenSize, normEps: eps } = config;
    const options = { dtype, ...(device && { device }), generator: new Generator(seed) };
    this.config = config;
    this.#embeddings = this.child('embeddings', new Embeddings(config, null, options));
    this.#encoder = this.child('encoder', new Encoder(config, options));
    this.#norm = this.child('layernorm', new LayerNorm(hiddenSize, { eps, ...options }));
    this.#pooler = pooler ? this.child('pooler', new Dense(hiddenSize, config.poolerSize, options)) : null;
    initialise(this, config, options.generator);
  }

  static parseConfig(json: Json, file?: string): VitConfig {
    return parseVitConfig(json, file);
  }

  /** Whether a checkpoint has a pooler. */
  static optionsFor(names: readonly string[]): VitModelOptions {
    return { pooler: names.includes('pooler.dense.weight') };
  }

  get dtype(): DType {
    return this.#embeddings.positions.dtype;
  }

  /** Recompute each block's intermediate results in backward instead of keeping them. */
  setCheckpointing(on = true): this {
    this.#encoder.layer.setCheckpointing(on);
    return this;
  }

  forward(pixels: Tensor, { interpolatePositions = false }: InterpolateOption = {}): VisionOutput {
    const embedded = this.#embeddings.forward(pixels, { interpolated: interpolatePositions });
    const lastHiddenState = this.#norm.forward(this.#encoder.layer.run((block, x) => block.forward(x), embedded));
    const first = lastHiddenState.select({ dim: 1, index: 0 });
    return { lastHiddenState, poolerOutput: this.#pooler === null ? first : this.#pooler.dense.forward(first).tanh() };
  }

  /** Hidden states of chosen layers, each `[batch, 1 + patches, hiddenSize]`. */
  hiddenStates(
    pixels: Tensor,
    { interpolatePositions = false, ...selection }: InterpolateOption & LayerSelection = {},
  ): Tensor[] {
    const embedded = this.#embeddings.forward(pixels, { interpolated: interpolatePositions });
    return hiddenStates(embedded, [...this.#encoder.layer], selection);
  }
}

/** Classes from the class token of the last hidden state. */
export class VitForImageClassification extends Module {
  readonly config: VitConfig;
  readonly architecture = 'ViTForImageClassification';
  readonly weightLayout: WeightLayout = {};
  readonly vit: VitModel;
  readonly #classifier: Linear;

  constructor(config: VitConfig, { dtype = 'f32', device, seed = 0 }: VisionOptions = {}) {
    super();
    const place = { dtype, ...(device && { device }) };
    this.config = config;
    this.vit = this.child('vit', new VitModel(config, { ...place, seed, pooler: false }));
    this.#classifier = this.child('classifier', new Linear(config.hiddenSize, config.labels, place));
    initialiseLinear(this.#classifier, config.initializerRange, new Generator(seed + 1));
  }

  static parseConfig(json: Json, file?: string): VitConfig {
    return parseVitConfig(json, file);
  }

  get dtype(): DType {
    return this.vit.dtype;
  }

  /** Recompute each block's intermediate results in backward instead of keeping them. */
  setCheckpointing(on = true): this {
    this.vit.setCheckpointing(on);
    return this;
  }

  /** Logits `[batch, labels]`. */
  forward(pixels: Tensor, options: InterpolateOption = {}): Tensor {
    return this.#classifier.forward(this.vit.forward(pixels, options).poolerOutput);
  }
}

/** As transformers draws them: truncated normal weights and positions, biases 0. */
export function initialise(
  model: Module,
  { initializerRange: std }: { readonly initializerRange: number },
  generator: Generator,
): void {
  for (const [name, tensor] of model.namedParameters()) {
    if (name.endsWith('.bias')) init.zeros(tensor);
    else if (/(position_embeddings|cls_token)$/.test(name) || (tensor.ndim > 1 && name.endsWith('.weight')))
      init.truncNormal(tensor, { std, generator });
  }
}

/** A linear map as transformers draws it. */
export function initialiseLinear(layer: Linear, std: number, generator: Generator): void {
  init.truncNormal(layer.weight, { std, generator });
  if (layer.bias !== undefined) init.zeros(layer.bias);
}
