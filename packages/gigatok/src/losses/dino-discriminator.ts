/**
 * A discriminator on the features of a frozen DINO ViT-S/16: after the patch embedding and four depths, a head of
 * spectrally normalised 1D convolutions over the row of patches each. Names of the heads' parameters are the released
 * checkpoints'. Source: GigaTok `discriminator_dino.py` (MIT), after StyleGAN-T (arXiv 2301.09515).
 */
import type { TensorSource } from '@tessera/data';
import { loadWeights } from '@tessera/models';
import { init, joinHeads, LayerNorm, Linear, Module, ModuleList, splitHeads } from '@tessera/nn';
import {
  adaptiveAvgPool2d,
  cat,
  checkOptions,
  conv1d,
  conv2d,
  empty,
  interpolate,
  leakyRelu,
  noGrad,
  normal,
  scaledDotProductAttention,
  scope,
  type Tensor,
  tensor,
} from '@tessera/tensor';
import type { Discriminator } from './patchgan.js';

export interface DinoDiscriminatorOptions {
  /** Width of the backbone. Default 384. */
  readonly width?: number;
  /** Default 12. */
  readonly depth?: number;
  /** Default 6. */
  readonly heads?: number;
  /** Side of the images the backbone takes; others are resized. Default 224. */
  readonly imageSize?: number;
  /** Default 16. */
  readonly patchSize?: number;
  /** Blocks after which a head reads. Default [2, 5, 8, 11]. */
  readonly keyDepths?: readonly number[];
  /** Taps of the heads' residual convolution. Default 9. */
  readonly kernelSize?: number;
}

type Resolved = Required<DinoDiscriminatorOptions>;

class Block extends Module {
  readonly #norm1: LayerNorm;
  readonly #norm2: LayerNorm;
  readonly #qkv: Linear;
  readonly #proj: Linear;
  readonly #fc1: Linear;
  readonly #fc2: Linear;

  constructor(
    width: number,
    readonly heads: number,
  ) {
    super();
    const norm = () => new LayerNorm(width, { eps: 1e-6 });
    class Attention extends Module {
      readonly qkv = this.child('qkv', new Linear(width, 3 * width));
      readonly proj = this.child('proj', new Linear(width, width));
    }
    class Mlp extends Module {
      readonly fc1 = this.child('fc1', new Linear(width, 4 * width));
      readonly fc2 = this.child('fc2', new Linear(4 * width, width));
    }
    this.#norm1 = this.child('norm1', norm());
    const attn = this.child('attn', new Attention());
    this.#norm2 = this.child('norm2', norm());
    const mlp = this.child('mlp', new Mlp());
    [this.#qkv, this.#proj, this.#fc1, this.#fc2] = [attn.qkv, attn.proj, mlp.fc1, mlp.fc2];
  }

  forward(x: Tensor): Tensor {
    const [q, k, v] = this.#qkv
      .forward(this.#norm1.forward(x))
      .chunk({ chunks: 3, dim: -1 })
      .map((part) => splitHeads(part, this.heads)) as [Tensor, Tensor, Tensor];
    const h = x.add(this.#proj.forward(joinHeads(scaledDotProductAttention(q, k, v))));
    return h.add(this.#fc2.forward(this.#fc1.forward(this.#norm2.forward(h), { activation: 'geluTanh' })));
  }
}

/** The frozen backbone; parameters have DINO's names. */
class Backbone extends Module {
  readonly #config: Resolved;
  readonly #classToken: Tensor;
  readonly #positions: Tensor;
  readonly #projection: { readonly weight: Tensor; readonly bias: Tensor };
  readonly #blocks: ModuleList<Block>;

  constructor(config: Resolved) {
    super();
    const { width, depth, heads, imageSize, patchSize } = config;
    const patches = (imageSize / patchSize) ** 2;
    this.#config = config;
    this.#classToken = this.parameter('cls_token', init.zeros(empty([1, 1, width])));
    this.#positions = this.parameter('pos_embed', init.zeros(empty([1, patches + 1, width])));
    class Projection extends Module {
      readonly weight = this.parameter(
        'weight',
        init.truncNormal(empty([width, 3, patchSize, patchSize]), { std: 0.02 }),
      );
      readonly bias = this.parameter('bias', init.zeros(empty([width])));
    }
    class PatchEmbed extends Module {
      readonly proj = this.child('proj', new Projection());
    }
    this.#projection = this.child('patch_embed', new PatchEmbed()).proj;
    this.#blocks = this.child('blocks', new ModuleList(Array.from({ length: depth }, () => new Block(width, heads))));
    this.child('norm', new LayerNorm(width, { eps: 1e-6 }));
    this.setRequiresGrad(false);
  }

  /** Features `[B, width, patches]` of images in [-1, 1], at each depth that a head reads. */
  forward(images: Tensor): Tensor[] {
    const { imageSize, patchSize, width, keyDepths } = this.#config;
    const place = { shape: [1, 3, 1, 1], device: images.device };
    const scaled = images
      .mul(tensor([0.5 / 0.229, 0.5 / 0.224, 0.5 / 0.225], place))
      .add(tensor([(0.5 - 0.485) / 0.229, (0.5 - 0.456) / 0.224, (0.5 - 0.406) / 0.225], place));
    // The released code takes a random crop of larger images half of the time; resizing keeps all of every image.
    const resized =
      images.shape[2]! > imageSize
        ? adaptiveAvgPool2d(scaled, { outputSize: imageSize })
        : images.shape[2] === imageSize
          ? scaled
          : interpolate(scaled, { size: imageSize, mode: 'bicubic' });
    const batch = images.shape[0]!;
    const patches = conv2d(resized, this.#projection.weight, this.#projection.bias, { stride: patchSize });
    const rows = patches.flatten({ startDim: 2 }).transpose();
    let x = cat([this.#classToken.expand([batch, 1, width]), rows], { dim: 1 }).add(this.#positions);
    const found = [readout(x)];
    for (let i = 0; i < this.#blocks.length && i <= Math.max(...keyDepths); i++) {
      const input = x;
      x = scope(() => this.#blocks.at(i)!.forward(input));
      if (keyDepths.includes(i)) found.push(readout(x));
    }
    return found;
  }
}

/** Each patch with the class token added, channels first. */
function readout(x: Tensor): Tensor {
  const own = x.narrow({ dim: 1, start: 0, length: 1 });
  return x
    .narrow({ dim: 1, start: 1, length: x.shape[1]! - 1 })
    .add(own)
    .transpose();
}

/** A 1D convolution whose weight is divided by its largest singular value, estimated by one power iteration a call in training. */
class SpectralConv1d extends Module {
  readonly weight: Tensor;
  readonly bias: Tensor;
  readonly #u: Tensor;
  readonly #v: Tensor;

  constructor(
    inputs: number,
    outputs: number,
    readonly kernel: number,
  ) {
    super();
    const bound = 1 / Math.sqrt(inputs * kernel);
    this.bias = this.parameter('bias', init.uniform(empty([outputs]), { low: -bound, high: bound }));
    this.weight = this.parameter(
      'weight_orig',
      init.uniform(empty([outputs, inputs, kernel]), { low: -bound, high: bound }),
    );
    const direction = (n: number) => noGrad(() => scope(() => unit(normal([n]))));
    this.#u = this.buffer('weight_u', direction(outputs));
    this.#v = this.buffer('weight_v', direction(inputs * kernel));
  }

  forward(x: Tensor): Tensor {
    const matrix = this.weight.flatten({ startDim: 1 });
    if (this.training) {
      noGrad(() =>
        scope(() => {
          const fixed = matrix.detach();
          this.#v.copy_(unit(fixed.transpose().matmul(this.#u)));
          this.#u.copy_(unit(fixed.matmul(this.#v)));
        }),
      );
    }
    // Copies: the next call moves the vectors before this one's gradient is taken.
    const largest = matrix.matmul(this.#v.clone()).mul(this.#u.clone()).sum();
    const half = Math.floor(this.kernel / 2);
    const length = x.shape[2]!;
    const around =
      half === 0
        ? x
        : cat(
            [x.narrow({ dim: 2, start: length - half, length: half }), x, x.narrow({ dim: 2, start: 0, length: half })],
            { dim: 2 },
          );
    return conv1d(around, this.weight.div(largest), this.bias);
  }
}

function unit(x: Tensor): Tensor {
  return x.div(x.norm().clamp({ min: 1e-12 }));
}

/** Batch norm over virtual batches of eight images at most, without running statistics. */
class LocalBatchNorm extends Module {
  readonly weight: Tensor;
  readonly bias: Tensor;

  constructor(width: number) {
    super();
    this.weight = this.parameter('weight', init.ones(empty([width])));
    this.bias = this.parameter('bias', init.zeros(empty([width])));
  }

  forward(x: Tensor): Tensor {
    const [batch, width, length] = x.shape as [number, number, number];
    const groups = smallestDivisor(batch, Math.ceil(batch / 8));
    const grouped = x.reshape([groups, batch / groups, width, length]);
    const centred = grouped.sub(grouped.mean({ dim: [1, 3], keepdim: true }));
    const variance = centred.square().mean({ dim: [1, 3], keepdim: true });
    const normed = centred.div(variance.add(1e-6).sqrt()).reshape(x.shape);
    return normed.mul(this.weight.reshape([1, width, 1])).add(this.bias.reshape([1, width, 1]));
  }
}

/** The smallest divisor of `n` from `least` on: virtual batches must be of one size. */
function smallestDivisor(n: number, least: number): number {
  for (let d = least; d <= n; d++) if (n % d === 0) return d;
  return n;
}

class HeadBlock extends Module {
  readonly #conv: SpectralConv1d;
  readonly #norm: LocalBatchNorm;

  constructor(width: number, kernel: number) {
    super();
    this.#conv = this.child('0', new SpectralConv1d(width, width, kernel));
    this.#norm = this.child('1', new LocalBatchNorm(width));
  }

  forward(x: Tensor): Tensor {
    return leakyRelu(this.#norm.forward(this.#conv.forward(x)), { negativeSlope: 0.2 });
  }
}

class Head extends Module {
  readonly #first: HeadBlock;
  readonly #residual: HeadBlock;
  readonly #last: SpectralConv1d;

  constructor(width: number, kernel: number) {
    super();
    class Residual extends Module {
      readonly fn = this.child('fn', new HeadBlock(width, kernel));
    }
    this.#first = this.child('0', new HeadBlock(width, 1));
    this.#residual = this.child('1', new Residual()).fn;
    this.#last = this.child('2', new SpectralConv1d(width, 1, 1));
  }

  /** Logits `[B, patches]`. */
  forward(x: Tensor): Tensor {
    const h = this.#first.forward(x);
    const y = this.#residual.forward(h).add(h).mul(Math.SQRT1_2);
    return this.#last.forward(y).flatten({ startDim: 1 });
  }
}

export class DinoDiscriminator extends Module implements Discriminator {
  readonly #backbone: Backbone;
  readonly #heads: ModuleList<Head>;

  constructor(options: DinoDiscriminatorOptions = {}) {
    super();
    const config: Resolved = {
      width: 384,
      depth: 12,
      heads: 6,
      imageSize: 224,
      patchSize: 16,
      keyDepths: [2, 5, 8, 11],
      kernelSize: 9,
      ...options,
    };
    checkOptions('DinoDiscriminator', options, Object.keys(config));
    // Not a child: the checkpoints hold the heads alone, and the backbone is frozen.
    this.#backbone = new Backbone(config);
    const count = config.keyDepths.length + 1;
    this.#heads = this.child(
      'heads',
      new ModuleList(Array.from({ length: count }, () => new Head(config.width, config.kernelSize))),
    );
  }

  /**
   * Reads DINO's weights (`dino_deitsmall16_pretrain.pth`) into the backbone, which stays frozen. Key biases, which change
   * nothing, are set to 0 as released. @throws WeightsError naming the file and what in it does not fit.
   */
  async loadBackbone(weights: TensorSource): Promise<void> {
    await loadWeights(this.#backbone, weights);
    noGrad(() => {
      for (const [name, parameter] of this.#backbone.namedParameters()) {
        if (!name.endsWith('attn.qkv.bias')) continue;
        const width = parameter.numel / 3;
        using keys = parameter.narrow({ dim: 0, start: width, length: width });
        keys.zero_();
      }
    });
  }

  /** Logits `[B, heads * patches]` of images in [-1, 1]. */
  forward(images: Tensor): Tensor {
    const logits = this.#backbone
      .forward(images)
      .map((features, i) => scope(() => this.#heads.at(i)!.forward(features)));
    return cat(logits, { dim: 1 });
  }

  override dispose(): void {
    super.dispose();
    this.#backbone.dispose();
  }
}
