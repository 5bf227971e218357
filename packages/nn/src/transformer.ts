/** The transformer's encoder block with PyTorch's parameters and options. */
import { type Activation, dropout, type Tensor } from '@tessera/tensor';
import { type AttendOptions, MultiheadAttention } from './attention.js';
import { type BiasOption, checkLayerOptions, checkSizes, type LayerOptions } from './layer-options.js';
import { Linear } from './linear.js';
import { Module } from './module.js';
import { LayerNorm } from './norm.js';

export interface TransformerEncoderLayerOptions extends LayerOptions, BiasOption {
  /** Features between the two linear maps. Default 2048. */
  readonly dimFeedforward?: number;
  /** Probability of zeroing an attention weight, a hidden feature, or a feature of a branch, in training. Default 0.1. */
  readonly dropout?: number;
  /** Default `'relu'`. */
  readonly activation?: Activation;
  /** Default 1e-5. */
  readonly layerNormEps?: number;
  /** Norms before the branches rather than after the sums. Default false. */
  readonly normFirst?: boolean;
}

/**
 * Self-attention and a feed-forward branch over `[batch, rows, dModel]`, each added to its input. Source: arXiv 1706.03762,
 * `torch.nn.TransformerEncoderLayer` with `batch_first`.
 */
export class TransformerEncoderLayer extends Module {
  readonly selfAttn: MultiheadAttention;
  readonly linear1: Linear;
  readonly linear2: Linear;
  readonly norm1: LayerNorm;
  readonly norm2: LayerNorm;
  readonly activation: Activation;
  readonly normFirst: boolean;
  readonly #dropout: number;

  constructor(dModel: number, numHeads: number, options: TransformerEncoderLayerOptions = {}) {
    super();
    const own = ['dimFeedforward', 'dropout', 'activation', 'layerNormEps', 'normFirst', 'bias'];
    checkLayerOptions('TransformerEncoderLayer', options, ...own);
    const {
      dimFeedforward = 2048,
      dropout = 0.1,
      activation = 'relu',
      layerNormEps = 1e-5,
      normFirst = false,
    } = options;
    checkSizes('TransformerEncoderLayer', { dModel, dimFeedforward });
    const { bias = true, dtype, device, generator } = options;
    const layer = { bias, generator, ...(dtype && { dtype }), ...(device && { device }) };
    this.activation = activation;
    this.normFirst = normFirst;
    this.#dropout = dropout;
    this.selfAttn = this.child('self_attn', new MultiheadAttention(dModel, numHeads, { ...layer, dropout }));
    this.linear1 = this.child('linear1', new Linear(dModel, dimFeedforward, layer));
    this.linear2 = this.child('linear2', new Linear(dimFeedforward, dModel, layer));
    this.norm1 = this.child('norm1', new LayerNorm(dModel, { ...layer, eps: layerNormEps }));
    this.norm2 = this.child('norm2', new LayerNorm(dModel, { ...layer, eps: layerNormEps }));
  }

  forward(x: Tensor, options: AttendOptions = {}): Tensor {
    const attend = (h: Tensor) => this.#drop(this.selfAttn.forward(h, h, h, options));
    if (this.normFirst) {
      const middle = x.add(attend(this.norm1.forward(x)));
      return this.#feedForward(middle, this.norm2.forward(middle));
    }
    const middle = this.norm1.forward(x.add(attend(x)));
    return this.norm2.forward(this.#feedForward(middle, middle));
  }

  /** `residual` plus the feed-forward branch of `x`. */
  #feedForward(residual: Tensor, x: Tensor): Tensor {
    const hidden = this.#drop(this.linear1.forward(x, { activation: this.activation }));
    if (this.#dropout === 0 || !this.training) return this.linear2.addTo(residual, hidden);
    return residual.add(this.#drop(this.linear2.forward(hidden)));
  }

  #drop(x: Tensor): Tensor {
    return dropout(x, { p: this.#dropout, training: this.training });
  }
}
