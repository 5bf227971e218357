/** Linear maps, lookups and the feed-forward blocks made of them. */
import {
  type Activation,
  dropout,
  type EmbeddingOptions as EmbeddingOpOptions,
  embedding,
  type LinearOptions as LinearOpOptions,
  linear,
  linearAdd,
  noGrad,
  select,
  type Tensor,
} from '@tessera/tensor';
import * as init from './init.js';
import {
  type BiasOption,
  checkLayerOptions,
  checkPosition,
  checkSizes,
  type LayerOptions,
  unset,
} from './layer-options.js';
import { type Layer, Module } from './module.js';

export interface LinearLayerOptions extends LayerOptions, BiasOption {}

/** `x weightᵀ + bias` for `x` `[..., in]`; `weight` `[out, in]`, `bias` `[out]`, both uniform within `1 / sqrt(in)` at first. */
export class Linear extends Module implements Layer {
  readonly weight: Tensor;
  readonly bias: Tensor | undefined;

  constructor(
    readonly inFeatures: number,
    readonly outFeatures: number,
    options: LinearLayerOptions = {},
  ) {
    super();
    checkLayerOptions('Linear', options, 'bias');
    checkSizes('Linear', { inFeatures, outFeatures });
    const { bias = true, generator } = options;
    this.weight = this.parameter('weight', init.torchDefault(unset([outFeatures, inFeatures], options), generator));
    if (!bias) return;
    const bound = inFeatures > 0 ? 1 / Math.sqrt(inFeatures) : 0;
    this.bias = this.parameter(
      'bias',
      init.uniform(unset([outFeatures], options), { low: -bound, high: bound, generator }),
    );
  }

  /** An activation is applied in the same pass. */
  forward(x: Tensor, options: LinearOpOptions = {}): Tensor {
    return linear(x, this.weight, this.bias, options);
  }

  /** `residual + forward(x)` in one pass. */
  addTo(residual: Tensor, x: Tensor): Tensor {
    return linearAdd(residual, x, this.weight, this.bias);
  }
}

export interface EmbeddingOptions extends LayerOptions, EmbeddingOpOptions {}

/** Rows of `weight` `[numEmbeddings, embeddingDim]`, standard normal at first; that of `paddingIdx` is 0 and stays so. */
export class Embedding extends Module implements Layer {
  readonly weight: Tensor;
  readonly #options: EmbeddingOpOptions;

  constructor(
    readonly numEmbeddings: number,
    readonly embeddingDim: number,
    options: EmbeddingOptions = {},
  ) {
    super();
    checkLayerOptions('Embedding', options, 'paddingIdx');
    checkSizes('Embedding', { numEmbeddings, embeddingDim });
    const { paddingIdx } = options;
    if (paddingIdx !== undefined) checkPosition('Embedding', { paddingIdx }, numEmbeddings);
    this.#options = paddingIdx === undefined ? {} : { paddingIdx };
    this.weight = this.parameter('weight', init.normal(unset([numEmbeddings, embeddingDim], options), options));
    if (paddingIdx === undefined) return;
    noGrad(() => {
      using row = select(this.weight, { dim: 0, index: paddingIdx });
      init.zeros(row);
    });
  }

  /** `indices`: `i32` of any shape. Result: `[...indices, embeddingDim]`. */
  forward(indices: Tensor): Tensor {
    return embedding(this.weight, indices, this.#options);
  }
}

export interface MlpOptions extends LayerOptions, BiasOption {
  /** Default: as many as come in. */
  readonly outFeatures?: number;
  /** Default `'gelu'`. */
  readonly activation?: Activation;
  /** Probability of zeroing a hidden or resulting element in training. Default 0. */
  readonly dropout?: number;
}

/** The feed-forward block of a transformer: `fc1`, activation, `fc2`. */
export class MLP extends Module implements Layer {
  readonly fc1: Linear;
  readonly fc2: Linear;
  readonly activation: Activation;
  readonly #dropout: number;

  constructor(inFeatures: number, hiddenFeatures: number, options: MlpOptions = {}) {
    super();
    checkLayerOptions('MLP', options, 'outFeatures', 'activation', 'dropout', 'bias');
    const { outFeatures = inFeatures, activation = 'gelu', dropout = 0, ...layer } = options;
    checkSizes('MLP', { inFeatures, hiddenFeatures, outFeatures });
    this.activation = activation;
    this.#dropout = dropout;
    this.fc1 = this.child('fc1', new Linear(inFeatures, hiddenFeatures, layer));
    this.fc2 = this.child('fc2', new Linear(hiddenFeatures, outFeatures, layer));
  }

  forward(x: Tensor): Tensor {
    const options = { p: this.#dropout, training: this.training };
    const hidden = dropout(this.fc1.forward(x, { activation: this.activation }), options);
    return dropout(this.fc2.forward(hidden), options);
  }
}

export interface GatedMlpOptions extends LayerOptions, BiasOption {
  /** Of the gate. Default `'silu'`. */
  readonly activation?: Activation;
}

/** Llama's feed-forward block: `down_proj(activation(gate_proj(x)) * up_proj(x))`. Source: arXiv 2002.05202. */
export class GatedMLP extends Module implements Layer {
  readonly gateProj: Linear;
  readonly upProj: Linear;
  readonly downProj: Linear;
  readonly activation: Activation;

  constructor(features: number, hiddenFeatures: number, options: GatedMlpOptions = {}) {
    super();
    checkLayerOptions('GatedMLP', options, 'activation', 'bias');
    checkSizes('GatedMLP', { features, hiddenFeatures });
    const { activation = 'silu', bias = false, ...rest } = options;
    const layer = { ...rest, bias };
    this.activation = activation;
    this.gateProj = this.child('gate_proj', new Linear(features, hiddenFeatures, layer));
    this.upProj = this.child('up_proj', new Linear(features, hiddenFeatures, layer));
    this.downProj = this.child('down_proj', new Linear(hiddenFeatures, features, layer));
  }

  forward(x: Tensor): Tensor {
    return this.downProj.forward(this.#hidden(x));
  }

  /** `residual + forward(x)` in one pass less. */
  addTo(residual: Tensor, x: Tensor): Tensor {
    return this.downProj.addTo(residual, this.#hidden(x));
  }

  #hidden(x: Tensor): Tensor {
    return this.gateProj.forward(x, { activation: this.activation }).mul(this.upProj.forward(x));
  }
}
