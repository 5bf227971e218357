/**
 * What ViT and DINOv2 have in common: patches, positions, attention, with the names of Hugging Face's checkpoints. Images
 * are `[batch, channels, height, width]`, normalised as the checkpoint's image processor says.
 */
import { Conv2d, Dropout, joinHeads, type LayerOptions, Linear, Module, splitHeads } from '@tessera/nn';
import {
  ArgumentError,
  cat,
  type DType,
  formatShape,
  interpolate,
  ShapeError,
  scaledDotProductAttention,
  type Tensor,
  where,
  zeros,
} from '@tessera/tensor';
import type { Size, VisionConfig } from './vit-config.js';

export interface VisionOptions {
  /** `f32` (default) or `bf16`. */
  readonly dtype?: DType;
  /** Default: the default device. */
  readonly device?: LayerOptions['device'];
  /** Of the first weights, which are drawn as transformers draws them. Default 0. */
  readonly seed?: number;
}

export interface VisionOutput {
  /** After the last norm: `[batch, 1 + patches, hiddenSize]`. Row 0 is the class token, the others are patches row by row. */
  readonly lastHiddenState: Tensor;
  /** `[batch, hiddenSize]` (ViT: `[batch, poolerSize]`): what stands for the whole image. */
  readonly poolerOutput: Tensor;
}

export interface MaskOption {
  /** `bool` `[batch, patches]`: patches whose embedding is replaced by the mask token. */
  readonly maskedPatches?: Tensor;
}

export interface LayerSelection {
  /** 0 is the embedding, i the result of block i, before the last norm; negative counts from the end. Default: all. */
  readonly layers?: readonly number[];
}

/** A linear map in a module of its own. */
export class Dense extends Module {
  readonly dense: Linear;

  constructor(inFeatures: number, outFeatures: number, options: LayerOptions) {
    super();
    this.dense = this.child('dense', new Linear(inFeatures, outFeatures, options));
  }
}

class PatchEmbeddings extends Module {
  readonly projection: Conv2d;

  constructor({ channels, hiddenSize, patchSize }: VisionConfig, options: LayerOptions) {
    super();
    this.projection = this.child(
      'projection',
      new Conv2d(channels, hiddenSize, patchSize, { stride: patchSize, ...options }),
    );
  }
}

/** Patches, the class token and positions. */
export class Embeddings extends Module {
  readonly #config: VisionConfig;
  readonly clsToken: Tensor;
  readonly maskToken: Tensor | null;
  readonly positions: Tensor;
  readonly #patches: PatchEmbeddings;
  readonly #dropout: Dropout;

  constructor(config: VisionConfig, maskTokenShape: readonly number[] | null, options: LayerOptions) {
    super();
    const { hiddenSize, imageSize, patchSize, hiddenDropout } = config;
    const { generator: _, ...place } = options;
    const count = Math.floor(imageSize[0] / patchSize[0]) * Math.floor(imageSize[1] / patchSize[1]);
    this.#config = config;
    this.clsToken = this.parameter('cls_token', zeros([1, 1, hiddenSize], place));
    this.maskToken = maskTokenShape && this.parameter('mask_token', zeros(maskTokenShape, place));
    this.positions = this.parameter('position_embeddings', zeros([1, count + 1, hiddenSize], place));
    this.#patches = this.child('patch_embeddings', new PatchEmbeddings(config, options));
    this.#dropout = this.child('dropout', new Dropout(hiddenDropout));
  }

  /** `[batch, 1 + patches, hiddenSize]`. With `interpolated`, sizes other than the config's get interpolated positions. */
  forward(pixels: Tensor, { maskedPatches, interpolated }: MaskOption & { readonly interpolated: boolean }): Tensor {
    const { channels, hiddenSize, imageSize, patchSize, type } = this.#config;
    if (pixels.ndim !== 4 || pixels.shape[1] !== channels) {
      throw new ShapeError(`images must be [batch, ${channels}, height, width]; got ${formatShape(pixels.shape)}.`, {
        op: type,
        actual: pixels.shape,
      });
    }
    const [batch, , height, width] = pixels.shape as [number, number, number, number];
    if (!interpolated && (height !== imageSize[0] || width !== imageSize[1])) {
      throw new ShapeError(
        `images must be ${imageSize.join(' by ')}; got ${height} by ${width}. Pass { interpolatePositions: true } for others.`,
        { op: type, actual: pixels.shape },
      );
    }
    if (height < patchSize[0] || width < patchSize[1]) {
      throw new ShapeError(`images must hold a patch of ${patchSize.join(' by ')}; got ${height} by ${width}.`, {
        op: type,
        actual: pixels.shape,
      });
    }
    const grid = this.#patches.projection.forward(pixels.to(this.positions.dtype));
    const patches = grid.flatten({ startDim: 2 }).transpose({ dim0: 1, dim1: 2 });
    const tokens = maskedPatches === undefined ? patches : this.#masked(patches, maskedPatches);
    const all = cat([this.clsToken.expand([batch, 1, hiddenSize]), tokens], { dim: 1 });
    return this.#dropout.forward(all.add(interpolated ? this.#positionsFor([height, width]) : this.positions));
  }

  #masked(patches: Tensor, mask: Tensor): Tensor {
    const { type } = this.#config;
    if (this.maskToken === null) throw new ArgumentError('the model has no mask token.', { op: type });
    if (formatShape(mask.shape) !== formatShape(patches.shape.slice(0, 2))) {
      throw new ShapeError(
        `maskedPatches must be ${formatShape(patches.shape.slice(0, 2))}; got ${formatShape(mask.shape)}.`,
        { op: type, actual: mask.shape },
      );
    }
    return where(mask.unsqueeze({ dim: 2 }), this.maskToken.reshape([1, 1, -1]), patches);
  }

  /**
   * Positions of a grid of another size: those of the patches, taken as a square, resized bicubically in f32. As in
   * transformers, nothing is resized for a square image with as many patches, and everything for other images.
   */
  #positionsFor([height, width]: Size): Tensor {
    const { hiddenSize, patchSize, type } = this.#config;
    const count = this.positions.shape[1]! - 1;
    const rows = Math.floor(height / patchSize[0]);
    const cols = Math.floor(width / patchSize[1]);
    if (rows * cols === count && height === width) return this.positions;
    const side = Math.trunc(Math.sqrt(count));
    if (side * side !== count) {
      throw new ShapeError(`only positions of square images are interpolated; this model has ${count} patches.`, {
        op: type,
        actual: count,
      });
    }
    const [cls, patches] = this.positions.split({ sizes: [1, count], dim: 1 }) as [Tensor, Tensor];
    const grid = patches.reshape([1, side, side, hiddenSize]).permute([0, 3, 1, 2]).to('f32');
    const resized = interpolate(grid, { size: [rows, cols], mode: 'bicubic' }).to(this.positions.dtype);
    return cat([cls, resized.permute([0, 2, 3, 1]).reshape([1, rows * cols, hiddenSize])], { dim: 1 });
  }
}

class Projections extends Module {
  readonly query: Linear;
  readonly key: Linear;
  readonly value: Linear;

  constructor({ hiddenSize, qkvBias }: VisionConfig, options: LayerOptions) {
    super();
    const make = (name: string) => this.child(name, new Linear(hiddenSize, hiddenSize, { ...options, bias: qkvBias }));
    this.query = make('query');
    this.key = make('key');
    this.value = make('value');
  }
}

/** Attention of all tokens to all; its output projection is left to the block. */
export class VisionAttention extends Module {
  readonly #heads: number;
  readonly #dropout: number;
  readonly #projections: Projections;
  readonly output: Dense;

  constructor(config: VisionConfig, options: LayerOptions) {
    super();
    this.#heads = config.heads;
    this.#dropout = config.attentionDropout;
    this.#projections = this.child('attention', new Projections(config, options));
    this.output = this.child('output', new Dense(config.hiddenSize, config.hiddenSize, options));
  }

  /** What goes into the output projection. */
  mix(x: Tensor): Tensor {
    const { query, key, value } = this.#projections;
    const heads = (layer: Linear) => splitHeads(layer.forward(x), this.#heads);
    const dropoutP = this.training ? this.#dropout : 0;
    return joinHeads(scaledDotProductAttention(heads(query), heads(key), heads(value), { dropoutP }));
  }
}

/** Runs blocks, keeping the hidden states that `layers` names, in its order; no block after the last that is needed runs. */
export function hiddenStates<B extends { forward(x: Tensor): Tensor }>(
  embedding: Tensor,
  blocks: readonly B[],
  { layers = Array.from({ length: blocks.length + 1 }, (_, i) => i) }: LayerSelection,
): Tensor[] {
  const wanted = layers.map((layer) => {
    const index = layer < 0 ? layer + blocks.length + 1 : layer;
    if (Number.isInteger(index) && index >= 0 && index <= blocks.length) return index;
    throw new ArgumentError(`layers are 0 (the embedding) to ${blocks.length}; got ${layer}.`, {
      op: 'hiddenStates',
      actual: layer,
    });
  });
  const states = [embedding];
  for (const block of blocks.slice(0, Math.max(0, ...wanted))) states.push(block.forward(states.at(-1)!));
  return wanted.map((index) => states[index]!);
}
