/**
 * U-Net as fastMRI trains it, with its names: instance norm and leaky ReLU, mean pooling down, transposed convolutions up.
 * Images of any size go in. Source: arXiv 1505.04597, `facebookresearch/fastMRI`.
 */
import {
  Conv2d,
  ConvTranspose2d,
  Dropout2d,
  InstanceNorm2d,
  type LayerOptions,
  LeakyReLU,
  Module,
  ModuleList,
  Sequential,
} from '@tessera/nn';
import { ArgumentError, avgPool2d, cat, formatShape, ShapeError, type Tensor } from '@tessera/tensor';

export interface UNetOptions extends LayerOptions {
  /** Default 1. */
  readonly inChannels?: number;
  /** Default 1. */
  readonly outChannels?: number;
  /** Channels of the first level; each level below has twice as many. Default 32. */
  readonly channels?: number;
  /** How many times the image is halved. Default 4. */
  readonly poolLayers?: number;
  /** Probability of zeroing a channel in training. Default 0. */
  readonly dropout?: number;
}

/** Layers one after another, as `layers`. */
class Layers extends Module {
  readonly #layers: Sequential;

  constructor(layers: Sequential) {
    super();
    this.#layers = this.child('layers', layers);
  }

  forward(x: Tensor): Tensor {
    return this.#layers.forward(x);
  }
}

function convolutions(from: number, to: number, dropout: number, layer: LayerOptions): Layers {
  const half = (channels: number) => [
    new Conv2d(channels, to, 3, { padding: 1, ...layer, bias: false }),
    new InstanceNorm2d(to),
    new LeakyReLU(0.2),
    new Dropout2d(dropout),
  ];
  return new Layers(new Sequential(...half(from), ...half(to)));
}

function enlargement(from: number, to: number, layer: LayerOptions): Layers {
  const up = new ConvTranspose2d(from, to, 2, { stride: 2, ...layer, bias: false });
  return new Layers(new Sequential(up, new InstanceNorm2d(to), new LeakyReLU(0.2)));
}

export class UNet extends Module {
  readonly #down: ModuleList<Layers>;
  readonly #bottom: Layers;
  readonly #up: ModuleList<Layers>;
  readonly #join: ModuleList<Layers | Sequential>;
  readonly #poolLayers: number;

  constructor(options: UNetOptions = {}) {
    super();
    const { inChannels = 1, outChannels = 1, channels = 32, poolLayers = 4, dropout = 0, ...layer } = options;
    if (!(Number.isInteger(poolLayers) && poolLayers >= 1))
      throw new ArgumentError(`poolLayers must be a whole number from 1 on; got ${poolLayers}.`, { op: 'UNet' });
    this.#poolLayers = poolLayers;
    const at = (level: number) => channels * 2 ** level;
    const levels = Array.from({ length: poolLayers }, (_, i) => i);
    const upwards = [...levels].reverse();
    const join = (level: number) => convolutions(2 * at(level), at(level), dropout, layer);
    this.#down = this.child(
      'down_sample_layers',
      new ModuleList(levels.map((i) => convolutions(i === 0 ? inChannels : at(i - 1), at(i), dropout, layer))),
    );
    this.#bottom = this.child('conv', convolutions(at(poolLayers - 1), at(poolLayers), dropout, layer));
    this.#join = this.child(
      'up_conv',
      new ModuleList(
        upwards.map((i) => (i > 0 ? join(i) : new Sequential(join(0), new Conv2d(at(0), outChannels, 1, layer)))),
      ),
    );
    this.#up = this.child(
      'up_transpose_conv',
      new ModuleList(upwards.map((i) => enlargement(at(i + 1), at(i), layer))),
    );
  }

  /** `[batch, inChannels, height, width]` to `[batch, outChannels, height, width]`. */
  forward(x: Tensor): Tensor {
    const least = 2 ** (this.#poolLayers + 1);
    if (x.ndim !== 4 || Math.min(...x.shape.slice(2)) < least) {
      throw new ShapeError(
        `images must be [batch, channels, height, width] of at least ${least} by ${least}; got ${formatShape(x.shape)}.`,
        { op: 'UNet', actual: x.shape },
      );
    }
    const skipped: Tensor[] = [];
    let h = x;
    for (const block of this.#down) {
      skipped.push(block.forward(h));
      h = avgPool2d(skipped.at(-1)!, { kernelSize: 2 });
    }
    h = this.#bottom.forward(h);
    const joins = [...this.#join];
    for (const [i, up] of [...this.#up].entries()) {
      const skip = skipped.pop()!;
      h = joins[i]!.forward(cat([reflected(up.forward(h), skip), skip], { dim: 1 }));
    }
    return h;
  }
}

/** `x`, with its last row and column reflected where an odd size lost one. */
function reflected(x: Tensor, like: Tensor): Tensor {
  return [2, 3].reduce((h, dim) => {
    if (h.shape[dim] === like.shape[dim]) return h;
    return cat([h, h.narrow({ dim, start: h.shape[dim]! - 2, length: 1 })], { dim });
  }, x);
}
