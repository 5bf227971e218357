/** Multi-head attention with PyTorch's parameters, over the attention op. */
import {
  ArgumentError,
  formatShape,
  formatValue,
  linear,
  type Shape,
  ShapeError,
  scaledDotProductAttention,
  Tensor,
} from '@tessera/tensor';
import * as init from './init.js';
import { type BiasOption, checkLayerOptions, checkSizes, type LayerOptions, unset } from './layer-options.js';
import { Linear } from './linear.js';
import { Module } from './module.js';

export interface MultiheadAttentionOptions extends LayerOptions, BiasOption {
  /** Probability of zeroing an attention weight in training. Default 0. */
  readonly dropout?: number;
}

export interface AttendOptions {
  /** `bool`, broadcasts to `[batch, heads, queries, keys]`; true means attend (PyTorch's `attn_mask` means the opposite). */
  readonly mask?: Tensor;
  /** Query i sees keys 0 to i only. Default false. */
  readonly isCausal?: boolean;
}

/**
 * Attention over `[batch, rows, embedDim]`: projections of queries, keys and values packed in `in_proj_weight`
 * `[3 embedDim, embedDim]` (Xavier uniform at first) and `in_proj_bias`, then `out_proj`. Source: arXiv 1706.03762,
 * `torch.nn.MultiheadAttention` with `batch_first`.
 */
export class MultiheadAttention extends Module {
  readonly inProjWeight: Tensor;
  readonly inProjBias: Tensor | undefined;
  readonly outProj: Linear;
  readonly #dropout: number;

  constructor(
    readonly embedDim: number,
    readonly numHeads: number,
    options: MultiheadAttentionOptions = {},
  ) {
    super();
    checkLayerOptions('MultiheadAttention', options, 'dropout', 'bias');
    checkSizes('MultiheadAttention', { embedDim });
    const { dropout = 0, ...layer } = options;
    const { bias = true, generator } = layer;
    if (!(Number.isInteger(numHeads) && numHeads > 0 && embedDim % numHeads === 0)) {
      throw new ArgumentError(`numHeads must divide embedDim; got ${formatValue(numHeads)} and ${embedDim}.`, {
        op: 'MultiheadAttention',
        actual: numHeads,
      });
    }
    this.#dropout = dropout;
    const xavier = { ...(generator && { generator }) };
    this.inProjWeight = this.parameter(
      'in_proj_weight',
      init.xavierUniform(unset([3 * embedDim, embedDim], options), xavier),
    );
    if (bias) this.inProjBias = this.parameter('in_proj_bias', init.zeros(unset([3 * embedDim], options)));
    this.outProj = this.child('out_proj', new Linear(embedDim, embedDim, layer));
    if (this.outProj.bias !== undefined) init.zeros(this.outProj.bias);
  }

  /** `query` `[batch, queries, embedDim]`; `key` (default: the query) and `value` (default: the key) `[batch, keys, embedDim]`. */
  forward(query: Tensor, key: Tensor = query, value: Tensor = key, options: AttendOptions = {}): Tensor {
    for (const t of [query, key, value]) {
      if (t.ndim === 3 && t.shape[2] === this.embedDim) continue;
      throw new ShapeError(`needs [batch, rows, ${this.embedDim}]; got ${formatShape(t.shape)}.`, {
        op: 'MultiheadAttention',
        actual: t.shape,
      });
    }
    const [q, k, v] = this.#project(query, key, value).map((x) => splitHeads(x, this.numHeads)) as Heads;
    const { mask, isCausal = false } = options;
    const dropoutP = this.training ? this.#dropout : 0;
    return this.outProj.forward(joinHeads(scaledDotProductAttention(q, k, v, mask, { isCausal, dropoutP })));
  }

  /** Projects inputs that are the same tensor with one product. */
  #project(query: Tensor, key: Tensor, value: Tensor): Tensor[] {
    if (query === key && key === value) return this.#part(query, 0, 3);
    if (key === value) return [...this.#part(query, 0, 1), ...this.#part(key, 1, 2)];
    return [...this.#part(query, 0, 1), ...this.#part(key, 1, 1), ...this.#part(value, 2, 1)];
  }

  #part(x: Tensor, first: number, count: number): Tensor[] {
    const rows = { dim: 0, start: first * this.embedDim, length: count * this.embedDim };
    const whole = count === 3;
    const weight = whole ? this.inProjWeight : this.inProjWeight.narrow(rows);
    const bias = whole ? this.inProjBias : this.inProjBias?.narrow(rows);
    return linear(x, weight, bias).chunk({ chunks: count, dim: -1 });
  }
}

type Heads = [q: Tensor, k: Tensor, v: Tensor];

function sizesOf(op: string, x: Tensor, ndim: number): Shape {
  if (x instanceof Tensor && x.ndim === ndim) return x.shape;
  const got = x instanceof Tensor ? formatShape(x.shape) : formatValue(x);
  throw new ShapeError(`needs a tensor of ${ndim} dimensions; got ${got}.`, { op, actual: x });
}

/** `[batch, rows, heads * dim]` as `[batch, heads, rows, dim]`, without a copy. */
export function splitHeads(x: Tensor, heads: number): Tensor {
  const [batch, rows, features] = sizesOf('splitHeads', x, 3) as [number, number, number];
  if (!(Number.isInteger(heads) && heads > 0 && features % heads === 0)) {
    throw new ArgumentError(`heads must divide ${features} features; got ${formatValue(heads)}.`, { op: 'splitHeads' });
  }
  return x.reshape([batch, rows, heads, features / heads]).permute([0, 2, 1, 3]);
}

/** `[batch, heads, rows, dim]` as `[batch, rows, heads * dim]`; without a copy for results of the attention ops. */
export function joinHeads(x: Tensor): Tensor {
  const [batch, heads, rows, dim] = sizesOf('joinHeads', x, 4) as [number, number, number, number];
  return x.permute([0, 2, 1, 3]).reshape([batch, rows, heads * dim]);
}
