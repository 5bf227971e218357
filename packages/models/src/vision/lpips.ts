/**
 * LPIPS 0.1 over VGG16: distance of images as people see it, from weighted differences of normalised features. Names are
 * those of the checkpoints (`net.slice1.0.weight`, `lin0.model.1.weight`). Source: arXiv 1801.03924,
 * `richzhang/PerceptualSimilarity`.
 */
import { basename } from 'node:path';
import { loadTensor } from '@tessera/data/tensors';
import { Conv2d, init, type LayerOptions, Module } from '@tessera/nn';
import { dropout, formatShape, ShapeError, scope, type Tensor, tensor } from '@tessera/tensor';
import { WeightsError } from '../errors.js';
import { openWeights } from '../pretrained/weights.js';
import { Vgg16Features, type Vgg16Options } from './vgg.js';

export interface LpipsOptions extends Vgg16Options {
  /**
   * Probability of zeroing a squared difference in training. The reference has 0.5 there, and code that puts its loss into
   * training mode (GigaTok's, LlamaGen's) trains with it; a distance needs none. Default 0.
   */
  readonly headDropout?: number;
}

/** Where the two downloads are: safetensors or what `torch.save` wrote. */
export interface LpipsFiles {
  /** torchvision's VGG16: `features.0.weight`, ... Its classifier is not read. */
  readonly vgg16: string;
  /** The heads, version 0.1: `lin0.model.1.weight`, ... */
  readonly heads: string;
}

/** From images in [-1, 1] to what VGG16 was trained on. */
class ScalingLayer extends Module {
  readonly #shift: Tensor;
  readonly #scale: Tensor;

  constructor({ dtype = 'f32', device }: LayerOptions) {
    super();
    const place = { shape: [1, 3, 1, 1], dtype, ...(device && { device }) };
    this.#shift = this.buffer('shift', tensor([-0.03, -0.088, -0.188], place));
    this.#scale = this.buffer('scale', tensor([0.458, 0.448, 0.45], place));
  }

  forward(x: Tensor): Tensor {
    return x.sub(this.#shift).div(this.#scale);
  }
}

/** The weights of one depth, at the place in a Sequential where the checkpoints have them. */
class Head extends Module {
  readonly convolution: Conv2d;

  constructor(channels: number, options: LayerOptions) {
    super();
    class Model extends Module {
      readonly convolution = this.child('1', new Conv2d(channels, 1, 1, { ...options, bias: false }));
    }
    this.convolution = this.child('model', new Model()).convolution;
  }
}

/** Added to the length of a feature before it is divided by it. */
const eps = 1e-10;

/** The distance. Its weights are frozen: gradients go to the images. */
export class Lpips extends Module {
  readonly #scaling: ScalingLayer;
  readonly #net: Vgg16Features;
  readonly #heads: readonly Head[];
  readonly #dropout: number;

  constructor({ headDropout = 0, ...options }: LpipsOptions = {}) {
    super();
    const { channels: _, ...layer } = options;
    this.#dropout = headDropout;
    this.#scaling = this.child('scaling_layer', new ScalingLayer(layer));
    this.#net = this.child('net', new Vgg16Features(options));
    this.#heads = this.#net.channels.map((channels, i) => this.child(`lin${i}`, new Head(channels, layer)));
    this.setRequiresGrad(false);
  }

  /**
   * The distance from the two downloads it is made of. Options are the constructor's.
   * @throws WeightsError naming file and tensor where one is missing or has another shape.
   */
  static async load({ vgg16, heads }: LpipsFiles, options: LpipsOptions = {}): Promise<Lpips> {
    await using features = await openWeights(vgg16);
    await using weights = await openWeights(heads);
    const lpips = init.skipInit(() => new Lpips(options));
    try {
      for (const [name, own] of lpips.stateDict()) {
        const [, part] = /^net\.slice\d\.(.*)$/.exec(name) ?? [];
        if (name.startsWith('scaling_layer.')) continue;
        const [source, key] = part === undefined ? [weights, name] : [features, `features.${part}`];
        if (!source.has(key)) throw new WeightsError('missing; LPIPS needs it.', basename(source.path), key);
        const { shape } = source.info(key);
        if (formatShape(shape) !== formatShape(own.shape)) {
          const problem = `has the shape ${formatShape(shape)}; LPIPS needs ${formatShape(own.shape)}.`;
          throw new WeightsError(problem, basename(source.path), key);
        }
        using read = await loadTensor(source, key, { device: own.device, dtype: own.dtype });
        own.setData(read);
      }
    } catch (error) {
      lpips.dispose();
      throw error;
    }
    return lpips;
  }

  /** Distances `[batch]` of images `a` and `b`, both `[batch, 3, height, width]` in [-1, 1], at least 16 by 16. */
  forward(a: Tensor, b: Tensor): Tensor {
    if (a.ndim !== 4 || a.shape[1] !== 3 || formatShape(a.shape) !== formatShape(b.shape)) {
      throw new ShapeError(
        `images must be [batch, 3, height, width], both of one shape; got ${formatShape(a.shape)} and ${formatShape(b.shape)}.`,
        { op: 'Lpips', actual: [a.shape, b.shape] },
      );
    }
    return scope(() => {
      const [left, right] = [this.features(a), this.features(b)];
      return this.#heads
        .map(({ convolution }, i) => scope(() => this.#distance(left[i]!, right[i]!, convolution)))
        .reduce((sum, distance) => sum.add(distance));
    });
  }

  /** VGG16's features at five depths of images in [-1, 1]. */
  features(images: Tensor): Tensor[] {
    return this.#net.forward(this.#scaling.forward(images));
  }

  /** The weighted mean of squared differences at one depth, `[batch]`. */
  #distance(a: Tensor, b: Tensor, { weight }: Conv2d): Tensor {
    const squares = unit(a).sub(unit(b)).square();
    const kept = dropout(squares, { p: this.#dropout, training: this.training });
    // Weights and mean change places: the mean is over positions, the weights over channels.
    return kept
      .mean({ dim: [2, 3] })
      .matmul(weight.reshape([-1, 1]))
      .squeeze({ dim: 1 });
  }
}

/** Features of length 1 at each position. The gradient of a feature that is all zero is zero, not NaN. */
function unit(x: Tensor): Tensor {
  return x.div(x.norm({ dim: 1, keepdim: true }).add(eps));
}
