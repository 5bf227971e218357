/**
 * A small convolutional network for what needs features and has no downloaded weights: a stand-in teacher, and the
 * extractor and classifier of demos. It is trained on the user's own images: with their classes where there are any, else
 * by telling apart two distorted views of each (SimCLR, arXiv 2002.05709), which is a weak teacher at this size.
 */
import { BatchNorm2d, Conv2d, init, Linear, Module, ModuleList } from '@tessera/nn';
import { AdamW } from '@tessera/optim';
import {
  cat,
  crossEntropy,
  flip,
  type Generator,
  matmul,
  max,
  noGrad,
  normalize,
  rand,
  relu,
  scope,
  type Tensor,
  tensor,
} from '@tessera/tensor';
import { GigatokError } from '../errors.js';
import type { ImageFeed } from './feed.js';

export interface SmallEncoderOptions {
  /** Channels of the first convolution. Default 24. */
  readonly channels?: number;
  /** Length of a feature. Default 64. */
  readonly width?: number;
  /** How often the side is halved. Default 2: 32 pixels become a map of 8. */
  readonly halvings?: number;
  /**
   * How positions become one feature. `max` (the default) keeps small things and classifies best; `mean` makes every
   * position say what it shows, which is what a teacher is for.
   */
  readonly pooling?: 'max' | 'mean';
  readonly generator?: Generator;
}

export class SmallEncoder extends Module {
  readonly width: number;
  readonly #pooling: 'max' | 'mean';
  readonly #convs: ModuleList<Conv2d>;
  readonly #norms: ModuleList<BatchNorm2d>;

  constructor({ channels = 24, width = 64, halvings = 2, pooling = 'max', generator }: SmallEncoderOptions = {}) {
    super();
    this.width = width;
    this.#pooling = pooling;
    const place = { ...(generator && { generator }) };
    const convs: Conv2d[] = [];
    let inputs = 3;
    const layer = (outputs: number, stride: number) => {
      convs.push(new Conv2d(inputs, outputs, 3, { stride, padding: 1, bias: false, ...place }));
      inputs = outputs;
    };
    layer(channels, 1);
    for (let i = 0; i < halvings; i++) {
      const wide = i === halvings - 1 ? width : 2 * channels;
      layer(wide, 2);
      layer(wide, 1);
    }
    layer(width, 1);
    for (const conv of convs) init.kaimingNormal(conv.weight, { nonlinearity: 'relu', ...place });
    this.#convs = this.child('convs', new ModuleList(convs));
    this.#norms = this.child(
      'norms',
      new ModuleList(convs.slice(0, -1).map((conv) => new BatchNorm2d(conv.weight.shape[0]!))),
    );
  }

  /** `[B, width, side, side]` of images in [-1, 1]. */
  map(images: Tensor): Tensor {
    let h = images;
    for (let i = 0; i < this.#convs.length; i++) {
      const input = h;
      const norm = this.#norms.at(i);
      h = scope(() => {
        const y = this.#convs.at(i)!.forward(input);
        return norm === undefined ? y : relu(norm.forward(y));
      });
    }
    return h;
  }

  /** One feature per image, `[B, width]`. */
  forward(images: Tensor): Tensor {
    const map = this.map(images).flatten({ startDim: 2 });
    if (this.#pooling === 'mean') return map.mean({ dim: 2 });
    return max(map, { dim: 2 })[0]!;
  }
}

/** A small encoder with a linear layer to classes. */
export class SmallClassifier extends Module {
  readonly encoder: SmallEncoder;
  readonly head: Linear;

  constructor(
    readonly classes: number,
    options: SmallEncoderOptions = {},
  ) {
    super();
    this.encoder = this.child('encoder', new SmallEncoder(options));
    this.head = this.child(
      'head',
      new Linear(this.encoder.width, classes, { ...(options.generator && { generator: options.generator }) }),
    );
  }

  /** Logits `[B, classes]`. */
  forward(images: Tensor): Tensor {
    return this.head.forward(this.encoder.forward(images));
  }
}

export interface TrainSmallOptions {
  readonly steps: number;
  /** Default 3e-3. */
  readonly lr?: number;
  readonly generator: Generator;
  /** Told the loss now and then. */
  readonly onStep?: (step: number, loss: number) => void;
}

/** Trains a classifier on the classes of a feed's images, under small distortions. Leaves it in evaluation mode. */
export async function trainClassifier(
  model: SmallClassifier,
  feed: ImageFeed,
  options: TrainSmallOptions,
): Promise<void> {
  await train(model, feed, options, (batch, labels) => {
    if (labels === undefined)
      throw new GigatokError('NO_LABEL', `${feed.loader.dataset.name}: the images have no classes to train on.`);
    return crossEntropy(model.forward(distorted(batch, options.generator)), tensor(labels));
  });
}

/** Trains an encoder to tell images apart whatever their distortion. Leaves it in evaluation mode. */
export async function trainContrastive(
  encoder: SmallEncoder,
  feed: ImageFeed,
  options: TrainSmallOptions,
): Promise<void> {
  await train(encoder, feed, options, (images) => {
    const views = [0, 1].map(() => normalize(encoder.map(distorted(images, options.generator)).mean({ dim: [2, 3] })));
    const scores = matmul(views[0]!, views[1]!.transpose()).mul(10);
    const same = tensor(Int32Array.from({ length: images.shape[0]! }, (_, i) => i));
    return crossEntropy(scores, same).add(crossEntropy(scores.transpose().contiguous(), same)).mul(0.5);
  });
}

async function train(
  model: Module,
  feed: ImageFeed,
  { steps, lr = 3e-3, onStep }: TrainSmallOptions,
  lossOf: (images: Tensor, labels: Int32Array | undefined) => Tensor,
): Promise<void> {
  const schedule = (step: number) => Math.min(1, (step + 1) / 30) * 0.5 * (1 + Math.cos((Math.PI * step) / steps));
  using optimizer = new AdamW(model.namedParameters(), { lr, weightDecay: 1e-3, schedule });
  model.train();
  for (let step = 0; step < steps; step++) {
    const { images, labels } = await feed.next();
    using loss = scope(() => {
      const value = lossOf(images, labels);
      value.backward();
      optimizer.step();
      optimizer.zeroGrad();
      return value.detach();
    });
    images.dispose();
    if (onStep !== undefined && (step % 50 === 49 || step === steps - 1)) onStep(step + 1, await loss.item());
  }
  model.eval();
}

/** The batch mirrored, with exchanged and sometimes inverted colours, and shifted by a few pixels: one draw for all. */
export function distorted(images: Tensor, generator: Generator): Tensor {
  const drawn = noGrad(() => scope(() => rand([6], { generator, device: images.device }).dataSync()));
  const [mirror, invert, order, dx, dy] = drawn as unknown as [number, number, number, number, number];
  let x = mirror < 0.5 ? images : flip(images, { dims: [3] });
  const orders = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ];
  const chosen = Int32Array.from(orders[Math.min(5, Math.floor(6 * order))]!);
  x = x.indexSelect(tensor(chosen, { device: x.device }), { dim: 1 });
  if (invert < 0.5) x = x.neg();
  return rolled(rolled(x, 2, shiftOf(dy)), 3, shiftOf(dx));
}

function shiftOf(u: number): number {
  return Math.min(3, Math.floor(7 * u) - 3);
}

/** Moved along `dim`, what leaves coming in on the other side. */
function rolled(x: Tensor, dim: number, by: number): Tensor {
  const size = x.shape[dim]!;
  const shift = ((by % size) + size) % size;
  if (shift === 0) return x;
  const parts = [
    x.narrow({ dim, start: size - shift, length: shift }),
    x.narrow({ dim, start: 0, length: size - shift }),
  ];
  return cat(parts, { dim });
}
