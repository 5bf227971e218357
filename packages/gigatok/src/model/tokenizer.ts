/**
 * The tokenizer: images to codes and back. Names of parameters are the released checkpoints', so those load as they
 * are. Images are `[B, 3, size, size]` in [-1, 1]. Source: arXiv 2504.08736; GigaTok `vq_vit_model.py` (MIT).
 */
import { Conv2d, init, Linear, Module } from '@tessera/nn';
import { ArgumentError, cosineSimilarity, formatShape, mseLoss, ShapeError, type Tensor } from '@tessera/tensor';
import { LatentDecoder, LatentEncoder } from './bridges.js';
import { CnnDecoder, CnnEncoder } from './cnn.js';
import { type ResolvedTokenizerConfig, resolveTokenizerConfig, type TokenizerConfig } from './config.js';
import { type Quantized, type QuantizerLosses, VectorQuantizer } from './quantizer.js';

export interface Reconstruction {
  /** `[B, 3, size, size]`, not clamped. */
  readonly image: Tensor;
  /** `i32` `[B, tokens]`. */
  readonly ids: Tensor;
  /** Present in training. */
  readonly quantizer: QuantizerLosses | undefined;
  /** The aligned layer's features through the projection, `[B, grid², features]`; present with `semantic`. */
  readonly semantic: Tensor | undefined;
  /** Present with `shortcuts`. */
  readonly shortcuts: Shortcuts | undefined;
}

/** Ways around the transformers and the quantizer, for the start of training. */
export interface Shortcuts {
  /** The CNN encoder's map straight through the CNN decoder. */
  readonly image: Tensor;
  /** How far the decoder transformer's map is from the CNN encoder's, which gets no gradient from it. */
  readonly featureLoss: Tensor;
}

export interface ReconstructOptions {
  /** Whether to give the projected features. Default false. */
  readonly semantic?: boolean;
  /** Whether to take the shortcuts too. Default false. */
  readonly shortcuts?: boolean;
  /** `i32` `[codes]`: added to for each code chosen. */
  readonly counts?: Tensor;
}

export class VisualTokenizer extends Module {
  readonly config: ResolvedTokenizerConfig;
  readonly encoder: CnnEncoder;
  readonly latentEncoder: LatentEncoder;
  readonly latentDecoder: LatentDecoder;
  readonly decoder: CnnDecoder;
  readonly quantizer: VectorQuantizer;
  readonly quantConv: Conv2d;
  readonly postQuantConv: Conv2d;

  constructor(config: TokenizerConfig) {
    super();
    this.config = resolveTokenizerConfig(config);
    const { cnn, latentChannels, dropout, kind, codebook } = this.config;
    const names = kind === '1d' ? ['s2to1encoder', 's1to2decoder'] : ['s2dencoder', 's2ddecoder'];
    this.encoder = this.child('encoder', new CnnEncoder(cnn, latentChannels, dropout));
    this.latentEncoder = this.child(names[0]!, new LatentEncoder(this.config));
    this.latentDecoder = this.child(names[1]!, new LatentDecoder(this.config));
    this.decoder = this.child('decoder', new CnnDecoder(cnn, latentChannels, dropout));
    initialize(this);
    this.quantizer = this.child('quantize', new VectorQuantizer(codebook));
    this.quantConv = this.child('quant_conv', new Conv2d(latentChannels, codebook.dim, 1));
    this.postQuantConv = this.child('post_quant_conv', new Conv2d(codebook.dim, latentChannels, 1));
  }

  /** Images to codes. */
  encode(images: Tensor, options: { readonly counts?: Tensor } = {}): Quantized {
    return this.quantizer.forward(this.latents(this.encoder.forward(this.#checked(images))), options);
  }

  /** What is quantised, `[B, dim, 1, tokens]` (or a map in 2D), of the CNN encoder's map. */
  latents(map: Tensor): Tensor {
    return this.quantConv.forward(this.latentEncoder.forward(map));
  }

  /** Encoder transformer features for probes: `[B, width, 1, tokens]` (or a map in 2D). */
  features(images: Tensor): Tensor {
    return this.latentEncoder.features(this.encoder.forward(this.#checked(images)));
  }

  /** The aligned decoder layer's features for probes, `[B, grid², width]`, of the encoder's (`features`). */
  decoderFeatures(features: Tensor): Tensor {
    const layer = this.config.semantic?.layer ?? Math.ceil(this.config.decoder.layers / 2);
    const { quantized } = this.quantizer.forward(this.quantConv.forward(this.latentEncoder.project(features)));
    return this.latentDecoder.tokensAfter(this.postQuantConv.forward(quantized), layer);
  }

  /** Quantised latents `[B, dim, H, W]` to images. */
  decode(quantized: Tensor): Tensor {
    return this.decoder.forward(this.latentDecoder.forward(this.postQuantConv.forward(quantized)).map);
  }

  /** Ids `i32` `[B, tokens]` to images. @throws ShapeError for another number of tokens. */
  decodeIds(ids: Tensor): Tensor {
    const { tokens, grid, kind } = this.config;
    if (ids.ndim !== 2 || ids.shape[1] !== tokens) {
      throw new ShapeError(`needs ids [batch, ${tokens}]; got ${formatShape(ids.shape)}.`, {
        op: 'decodeIds',
        actual: ids.shape,
      });
    }
    const [height, width] = kind === '1d' ? [1, tokens] : [grid, grid];
    return this.decode(this.quantizer.lookup(ids, height, width).to(this.postQuantConv.weight.dtype));
  }

  /** Images through codes and back, with what the losses need. */
  forward(images: Tensor, options: ReconstructOptions = {}): Reconstruction {
    const map = this.encoder.forward(this.#checked(images));
    const { quantized, ids, losses } = this.quantizer.forward(this.latents(map), {
      ...(options.counts && { counts: options.counts }),
    });
    const decoded = this.latentDecoder.forward(this.postQuantConv.forward(quantized));
    return {
      image: this.decoder.forward(decoded.map),
      ids,
      quantizer: losses,
      semantic: options.semantic ? this.latentDecoder.distill(decoded.inner) : undefined,
      shortcuts: options.shortcuts
        ? {
            image: this.decoder.forward(map),
            featureLoss: this.#featureLoss(map.detach().to('f32'), decoded.map.to('f32')),
          }
        : undefined,
    };
  }

  /** The weight whose gradients balance the adversarial loss: the last layer of the CNN decoder. */
  get lastLayer(): Tensor {
    return this.decoder.convOut.weight;
  }

  /** Trade memory for a second forward pass of each transformer layer and each residual block of the CNNs. */
  setCheckpointing(on = true): this {
    this.latentEncoder.layers.setCheckpointing(on);
    this.latentDecoder.layers.setCheckpointing(on);
    for (const { levels, mid } of [this.encoder, this.decoder]) {
      for (const level of levels) level.checkpointing = on;
      mid.setCheckpointing(on);
    }
    return this;
  }

  /** Moves everything but the quantizer, which stays in f32, to `dtype`. Before an optimizer takes the parameters. */
  setDType(dtype: 'f32' | 'bf16'): this {
    for (const part of this.children()) if (part !== this.quantizer) part.to(dtype);
    return this;
  }

  #featureLoss(target: Tensor, map: Tensor): Tensor {
    if (this.config.featureLoss === 'mse') return mseLoss(map, target);
    return cosineSimilarity(target, map, { dim: 1 }).mean().neg().add(1);
  }

  #checked(images: Tensor): Tensor {
    const { imageSize } = this.config;
    if (images.ndim !== 4 || images.shape[1] !== 3)
      throw new ShapeError(`needs images [batch, 3, ${imageSize}, ${imageSize}]; got ${formatShape(images.shape)}.`, {
        op: 'VisualTokenizer',
      });
    if (images.shape[2] !== imageSize || images.shape[3] !== imageSize) {
      throw new ArgumentError(
        `this tokenizer works at ${imageSize}x${imageSize} alone, for its positions are learned; got ${images.shape[3]}x${images.shape[2]}. Resize and crop the images, or train a tokenizer at that size.`,
        { op: 'VisualTokenizer', actual: images.shape, expected: [imageSize, imageSize] },
      );
    }
    return images.to(this.encoder.convIn.weight.dtype);
  }
}

/** The released initialisation of all but the quantizer: truncated normal weights of deviation 0.02, biases 0. */
function initialize(tokenizer: VisualTokenizer): void {
  for (const part of [tokenizer.encoder, tokenizer.latentEncoder, tokenizer.latentDecoder, tokenizer.decoder]) {
    for (const module of part.modules()) {
      if (module instanceof Linear || module instanceof Conv2d) {
        init.truncNormal(module.weight, { std: 0.02 });
        if (module.bias !== undefined) init.zeros(module.bias);
      }
    }
  }
}
