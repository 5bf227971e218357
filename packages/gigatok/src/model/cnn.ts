/**
 * The convolutional encoder and decoder of VQGAN around the transformers: their size is the same whatever the
 * tokenizer's. Names of parameters are the released checkpoints'. Source: GigaTok `blocks.py` (MIT), arXiv 2012.09841.
 */
import { Conv2d, Dropout, GroupNorm, Linear, Module, ModuleList } from '@tessera/nn';
import { checkpoint, interpolate, pad, scaledDotProductAttention, scope, silu, type Tensor } from '@tessera/tensor';
import type { CnnConfig } from './config.js';

export type ResolvedCnn = Required<CnnConfig>;

const eps = 1e-6;

function groupsOf(channels: number, { normGroups, normGroupWidth }: ResolvedCnn): number {
  return Math.max(1, Math.min(normGroups, Math.floor(channels / normGroupWidth)));
}

function norm(channels: number, cnn: ResolvedCnn): GroupNorm {
  return new GroupNorm(groupsOf(channels, cnn), channels, { eps });
}

/** Moves channels into space: channel `(dy * size + dx) * C + c` becomes channel c at (dy, dx). `[B, size² C, H, W]` to `[B, C, size H, size W]`. */
export function depthToSpace(x: Tensor, size: number): Tensor {
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  const out = channels / (size * size);
  return x
    .reshape([batch, size, size, out, height, width])
    .permute([0, 3, 4, 1, 5, 2])
    .reshape([batch, out, height * size, width * size]);
}

/** Norm, SiLU, 3x3 convolution, twice, beside the input (through a 1x1 convolution where the channels change). */
export class ResnetBlock extends Module {
  readonly norm1: GroupNorm;
  readonly conv1: Conv2d;
  readonly norm2: GroupNorm;
  readonly conv2: Conv2d;
  readonly shortcut: Conv2d | undefined;
  readonly #dropout: Dropout;

  constructor(inputs: number, outputs: number, cnn: ResolvedCnn, dropout = 0) {
    super();
    this.norm1 = this.child('norm1', norm(inputs, cnn));
    this.conv1 = this.child('conv1', new Conv2d(inputs, outputs, 3, { padding: 1 }));
    this.norm2 = this.child('norm2', norm(outputs, cnn));
    this.#dropout = this.child('dropout', new Dropout(dropout));
    this.conv2 = this.child('conv2', new Conv2d(outputs, outputs, 3, { padding: 1 }));
    if (inputs !== outputs) this.shortcut = this.child('nin_shortcut', new Conv2d(inputs, outputs, 1));
  }

  forward(x: Tensor): Tensor {
    const h = this.conv1.forward(silu(this.norm1.forward(x)));
    const y = this.conv2.forward(this.#dropout.forward(silu(this.norm2.forward(h))));
    return (this.shortcut?.forward(x) ?? x).add(y);
  }
}

/** Single-head attention over the positions of a map, beside the input. */
export class AttnBlock extends Module {
  readonly norm: GroupNorm;
  readonly q: Conv2d;
  readonly k: Conv2d;
  readonly v: Conv2d;
  readonly projOut: Conv2d;

  constructor(channels: number, cnn: ResolvedCnn) {
    super();
    this.norm = this.child('norm', norm(channels, cnn));
    this.q = this.child('q', new Conv2d(channels, channels, 1));
    this.k = this.child('k', new Conv2d(channels, channels, 1));
    this.v = this.child('v', new Conv2d(channels, channels, 1));
    this.projOut = this.child('proj_out', new Conv2d(channels, channels, 1));
  }

  forward(x: Tensor): Tensor {
    const [batch, channels, height, width] = x.shape as [number, number, number, number];
    const h = this.norm.forward(x);
    const rows = (map: Tensor) =>
      map
        .reshape([batch, 1, channels, height * width])
        .transpose()
        .contiguous();
    const y = scaledDotProductAttention(rows(this.q.forward(h)), rows(this.k.forward(h)), rows(this.v.forward(h)));
    return x.add(this.projOut.forward(y.transpose().reshape([batch, channels, height, width])));
  }
}

/** Halves the resolution: a 3x3 convolution with stride 2 that pads one zero on the right and below. */
export class Downsample extends Module {
  readonly conv: Conv2d;

  constructor(channels: number) {
    super();
    this.conv = this.child('conv', new Conv2d(channels, channels, 3, { stride: 2 }));
  }

  forward(x: Tensor): Tensor {
    return this.conv.forward(pad(x, { padding: [0, 1, 0, 1] }));
  }
}

/** Doubles the resolution by nearest neighbour, then a 3x3 convolution. */
class Upsample extends Module {
  readonly conv: Conv2d;

  constructor(channels: number) {
    super();
    this.conv = this.child('conv', new Conv2d(channels, channels, 3, { padding: 1 }));
  }

  forward(x: Tensor): Tensor {
    return this.conv.forward(interpolate(x, { scaleFactor: 2, mode: 'nearest' }));
  }
}

/** Doubles the resolution: a 3x3 convolution to four times the channels, which move into space. */
class DepthToSpaceUpsample extends Module {
  readonly conv: Conv2d;

  constructor(channels: number) {
    super();
    this.conv = this.child('conv1', new Conv2d(channels, 4 * channels, 3, { padding: 1 }));
  }

  forward(x: Tensor): Tensor {
    return depthToSpace(this.conv.forward(x), 2);
  }
}

/**
 * Group norm whose scale and shift per channel are linear in the standard deviation (unbiased) and the mean, over
 * positions, of a style map. Source: MAGVIT-v2 (arXiv 2310.05737) as released with GigaTok.
 */
export class AdaptiveGroupNorm extends Module {
  readonly gn: GroupNorm;
  readonly gamma: Linear;
  readonly beta: Linear;

  constructor(styleChannels: number, channels: number, cnn: ResolvedCnn) {
    super();
    this.gn = this.child('gn', new GroupNorm(groupsOf(channels, cnn), channels, { eps, affine: false }));
    this.gamma = this.child('gamma', new Linear(styleChannels, channels));
    this.beta = this.child('beta', new Linear(styleChannels, channels));
  }

  forward(x: Tensor, style: Tensor): Tensor {
    const [batch, channels] = x.shape as [number, number];
    const flat = style.flatten({ startDim: 2 });
    const deviation = flat.to('f32').var({ dim: 2, correction: 1 }).add(eps).sqrt().to(style.dtype);
    const scale = this.gamma.forward(deviation).reshape([batch, channels, 1, 1]);
    const shift = this.beta.forward(flat.mean({ dim: 2 })).reshape([batch, channels, 1, 1]);
    return this.gn.forward(x).mul(scale).add(shift);
  }
}

/** Residual blocks (each followed by attention, at the lowest resolution, where there is any), then a change of resolution. */
class Level extends Module {
  /** Recompute each block in the backward pass instead of keeping what it made. */
  checkpointing = false;
  readonly res: ModuleList<ResnetBlock>;
  readonly attn: ModuleList<AttnBlock>;
  readonly resample: Downsample | Upsample | DepthToSpaceUpsample | undefined;

  constructor(
    res: readonly ResnetBlock[],
    attn: readonly AttnBlock[],
    resample?: readonly [name: string, module: Downsample | Upsample | DepthToSpaceUpsample],
  ) {
    super();
    this.res = this.child('res', new ModuleList(res));
    this.attn = this.child('attn', new ModuleList(attn));
    if (resample !== undefined) this.resample = this.child(...resample);
  }

  forward(x: Tensor): Tensor {
    let h = x;
    for (let i = 0; i < this.res.length; i++) {
      h = this.#run(this.res.at(i)!, h);
      const attention = this.attn.at(i);
      if (attention !== undefined) h = this.#run(attention, h);
    }
    return this.resample === undefined ? h : this.resample.forward(h);
  }

  #run(block: ResnetBlock | AttnBlock, x: Tensor): Tensor {
    if (this.checkpointing && this.training) return checkpoint((y: Tensor) => block.forward(y), [x]);
    return scope(() => block.forward(x));
  }
}

function middle(channels: number, cnn: ResolvedCnn, dropout: number): ModuleList<ResnetBlock | AttnBlock> {
  const block = () => new ResnetBlock(channels, channels, cnn, dropout);
  return new ModuleList(cnn.attention ? [block(), new AttnBlock(channels, cnn), block()] : [block(), block()]);
}

/** `[B, 3, size, size]` in [-1, 1] to `[B, latentChannels, grid, grid]`. */
export class CnnEncoder extends Module {
  readonly convIn: Conv2d;
  readonly levels: ModuleList<Level>;
  readonly mid: ModuleList<ResnetBlock | AttnBlock>;
  readonly normOut: GroupNorm;
  readonly convOut: Conv2d;

  constructor(cnn: ResolvedCnn, latentChannels: number, dropout = 0) {
    super();
    const { channels, encoderMultipliers: multipliers, resBlocks } = cnn;
    this.convIn = this.child('conv_in', new Conv2d(3, channels, 3, { padding: 1 }));
    let inputs = channels;
    const levels = multipliers.map((multiplier, i) => {
      const outputs = channels * multiplier;
      const last = i === multipliers.length - 1;
      const res = Array.from(
        { length: resBlocks },
        (_, j) => new ResnetBlock(j === 0 ? inputs : outputs, outputs, cnn, dropout),
      );
      const attn = last && cnn.attention ? res.map(() => new AttnBlock(outputs, cnn)) : [];
      inputs = outputs;
      return new Level(res, attn, last ? undefined : ['downsample', new Downsample(outputs)]);
    });
    this.levels = this.child('conv_blocks', new ModuleList(levels));
    this.mid = this.child('mid', middle(inputs, cnn, dropout));
    this.normOut = this.child('norm_out', norm(inputs, cnn));
    this.convOut = this.child('conv_out', new Conv2d(inputs, latentChannels, 3, { padding: 1 }));
  }

  forward(x: Tensor): Tensor {
    const levels = this.levels.run((level, h) => level.forward(h), this.convIn.forward(x));
    const h = this.mid.run((block, y) => block.forward(y), levels);
    return this.convOut.forward(silu(this.normOut.forward(h)));
  }
}

/** `[B, latentChannels, grid, grid]` to `[B, 3, size, size]`, without an activation at the end. */
export class CnnDecoder extends Module {
  readonly convIn: Conv2d;
  readonly mid: ModuleList<ResnetBlock | AttnBlock>;
  readonly levels: ModuleList<Level>;
  readonly adaptive: ModuleList<AdaptiveGroupNorm> | undefined;
  readonly normOut: GroupNorm;
  readonly convOut: Conv2d;

  constructor(cnn: ResolvedCnn, latentChannels: number, dropout = 0) {
    super();
    const { channels, decoderMultipliers: multipliers, resBlocks } = cnn;
    let inputs = channels * multipliers.at(-1)!;
    this.convIn = this.child('conv_in', new Conv2d(latentChannels, inputs, 3, { padding: 1 }));
    this.mid = this.child('mid', middle(inputs, cnn, dropout));
    const adaptive: AdaptiveGroupNorm[] = [];
    const levels = multipliers.toReversed().map((multiplier, i) => {
      const outputs = channels * multiplier;
      if (cnn.adaptiveGroupNorm) adaptive.push(new AdaptiveGroupNorm(latentChannels, inputs, cnn));
      const res = Array.from(
        { length: resBlocks + 1 },
        (_, j) => new ResnetBlock(j === 0 ? inputs : outputs, outputs, cnn, dropout),
      );
      const attn = i === 0 && cnn.attention ? res.map(() => new AttnBlock(outputs, cnn)) : [];
      inputs = outputs;
      const up = () => (cnn.depthToSpace ? new DepthToSpaceUpsample(outputs) : new Upsample(outputs));
      return new Level(res, attn, i === multipliers.length - 1 ? undefined : ['upsample', up()]);
    });
    this.levels = this.child('conv_blocks', new ModuleList(levels));
    if (cnn.adaptiveGroupNorm) this.adaptive = this.child('adaptive', new ModuleList(adaptive));
    this.normOut = this.child('norm_out', norm(inputs, cnn));
    this.convOut = this.child('conv_out', new Conv2d(inputs, 3, 3, { padding: 1 }));
  }

  /** The map after `mid`: what the levels start from. */
  middle(z: Tensor): Tensor {
    return this.mid.run((block, y) => block.forward(y), this.convIn.forward(z));
  }

  forward(z: Tensor): Tensor {
    let h = this.middle(z);
    for (let i = 0; i < this.levels.length; i++) {
      const input = h;
      h = scope(() => this.levels.at(i)!.forward(this.adaptive?.at(i)?.forward(input, z) ?? input));
    }
    return this.convOut.forward(silu(this.normOut.forward(h)));
  }
}
