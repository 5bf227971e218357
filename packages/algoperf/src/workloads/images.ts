/**
 * Image classification in the manner of ImageNet, by a residual network and by a vision transformer: ten classes of
 * shape, texture and colour at 16 x 16, turned, moved, recoloured and covered with noise; or the user's CIFAR-10.
 */
import { BatchNorm2d, Conv2d, init, LayerNorm, Linear, Module, ModuleList } from '@tessera/nn';
import { crossEntropy, type Device, type Generator, randn, relu, silu, type Tensor, tensor } from '@tessera/tensor';
import { type ImageCollection, readImages } from '../image-collection.js';
import { Sampler } from '../random.js';
import { Block } from '../transformer.js';
import { defineWorkload, evaluated, type OpenOptions, type OpenWorkload, Samples } from '../workload.js';

const size = 16;
const classes = 10;
const trainCount = 12_000;
const validationCount = 1_500;
const batchSize = 64;

interface Images extends ImageCollection {
  readonly size: number;
}

const coordinate = (i: number) => -1 + (2 * i) / (size - 1);

/** Whether a point in the shape's own coordinates belongs to it. */
const shapes: readonly ((u: number, v: number, r: number) => boolean)[] = [
  (u, v, r) => u * u + v * v < r * r,
  (u, v, r) => Math.abs(u) < r && Math.abs(v) < r * 0.6,
  (u, v, r) => Math.abs(u) + Math.abs(v) < r,
  (u, v, r) => u * u + v * v < r * r && u * u + v * v > (r * 0.55) ** 2,
  (u, v, r) => Math.abs(u) < r * 0.25 || Math.abs(v) < r * 0.25,
];

function generate(seed: number, count: number, device: Device): Samples<'image' | 'label'> {
  const world = new Sampler(7);
  const draw = (low: number, high: number, n: number) => Array.from({ length: n }, () => world.uniform(low, high));
  const frequencies = Array.from({ length: classes }, () => draw(2, 7, 2));
  const angles = Array.from({ length: classes }, () => draw(0, Math.PI, 2));
  const colours = Array.from({ length: classes }, () => draw(-1, 1, 3));
  const sampler = new Sampler(seed);
  const plane = size * size;
  const images = new Float32Array(count * 3 * plane);
  const labels = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const label = sampler.integer(0, classes);
    labels[i] = label;
    const [cx, cy] = [sampler.uniform(-0.35, 0.35), sampler.uniform(-0.35, 0.35)];
    const radius = sampler.uniform(0.35, 0.65);
    const turn = sampler.uniform(-0.5, 0.5);
    const [angle, backAngle] = angles[label]!.map((a) => a + sampler.normal(0, 0.12)) as [number, number];
    const scale = sampler.uniform(0.85, 1.15);
    const [frequency, backFrequency] = frequencies[label]!.map((f) => f * scale) as [number, number];
    const [phase, backPhase] = [sampler.uniform(0, 2 * Math.PI), sampler.uniform(0, 2 * Math.PI)];
    const backWeight = 0.35 * sampler.uniform(0.3, 1);
    const tint = colours[label]!.map((c) => 0.6 + 0.4 * (c * 0.35 + sampler.normal(0, 0.55)));
    for (let p = 0; p < plane; p++) {
      const [x, y] = [coordinate(p % size), coordinate(Math.floor(p / size))];
      const u = (x - cx) * Math.cos(turn) + (y - cy) * Math.sin(turn);
      const v = -(x - cx) * Math.sin(turn) + (y - cy) * Math.cos(turn);
      const inside = shapes[label % shapes.length]!(u, v, radius);
      const texture = Math.sin(frequency * 3 * (x * Math.cos(angle) + y * Math.sin(angle)) + phase);
      const back = Math.sin(backFrequency * 2 * (x * Math.cos(backAngle) + y * Math.sin(backAngle)) + backPhase);
      for (let c = 0; c < 3; c++) {
        const value = inside ? texture * tint[c]! : backWeight * back;
        images[(i * 3 + c) * plane + p] = value + sampler.normal(0, 0.45);
      }
    }
  }
  return new Samples({
    image: tensor(images, { device }).reshape([count, 3, size, size]),
    label: tensor(labels, { device }),
  });
}

async function open({ device, data }: OpenOptions): Promise<Images> {
  if (data !== undefined) return { ...(await readImages(data, 32, device)), size: 32 };
  return {
    train: generate(33, trainCount, device),
    validation: generate(34, validationCount, device),
    classes,
    size,
  };
}

interface Classifier extends Module {
  forward(images: Tensor): Tensor;
}

type Batch = Record<'image' | 'label', Tensor>;

function classification<M extends Classifier>(
  images: Images,
  model: (generator: Generator) => M,
): OpenWorkload<M, Batch> {
  const { train, validation } = images;
  return {
    model,
    // Half of the batches are moved sideways by up to a pixel, around the edge.
    batch: (sampler) => {
      const { image, label } = train.draw(sampler, batchSize);
      const shift = sampler.chance(0.5) ? sampler.integer(-1, 2) : 0;
      return { image: rolled(image, shift), label };
    },
    loss: (m, { image, label }) => crossEntropy(m.forward(image), label),
    async evaluate(m) {
      let right = 0;
      for (const { image, label } of validation.slices(500)) {
        const hits = await evaluated(() => m.forward(image).argmax({ dim: 1 }).eq(label));
        for (const hit of hits) right += hit;
        image.dispose();
        label.dispose();
      }
      return right / validation.count;
    },
    refresh: (m, { image }) => void m.forward(image),
    dispose: () => {
      train.dispose();
      validation.dispose();
    },
  };
}

/** Columns moved right by `shift`; those pushed out come in on the other side. */
function rolled(image: Tensor, shift: number): Tensor {
  if (shift === 0) return image;
  const width = image.size(3);
  const index = Int32Array.from({ length: width }, (_, x) => (x - shift + width) % width);
  return image.indexSelect(tensor(index, { device: image.device }), { dim: 3 });
}

type Activation = (x: Tensor) => Tensor;

/** Two convolutions around a shortcut; the last norm starts at zero, so the block starts as the shortcut. */
class ResidualBlock extends Module {
  readonly conv1: Conv2d;
  readonly norm1: BatchNorm2d;
  readonly conv2: Conv2d;
  readonly norm2: BatchNorm2d;
  readonly shortcut: Conv2d | undefined;
  readonly shortcutNorm: BatchNorm2d | undefined;
  readonly #activation: Activation;

  constructor(inChannels: number, outChannels: number, stride: number, activation: Activation, layer: Layer) {
    super();
    this.#activation = activation;
    const conv = { bias: false, padding: 1, ...layer };
    this.conv1 = this.child('conv1', new Conv2d(inChannels, outChannels, 3, { stride, ...conv }));
    this.norm1 = this.child('norm1', new BatchNorm2d(outChannels, layer));
    this.conv2 = this.child('conv2', new Conv2d(outChannels, outChannels, 3, conv));
    this.norm2 = this.child('norm2', new BatchNorm2d(outChannels, layer));
    init.zeros(this.norm2.weight!);
    if (stride === 1 && inChannels === outChannels) return;
    this.shortcut = this.child('shortcut', new Conv2d(inChannels, outChannels, 1, { stride, bias: false, ...layer }));
    this.shortcutNorm = this.child('shortcut_norm', new BatchNorm2d(outChannels, layer));
  }

  forward(x: Tensor): Tensor {
    const hidden = this.#activation(this.norm1.forward(this.conv1.forward(x)));
    const branch = this.norm2.forward(this.conv2.forward(hidden));
    const straight = this.shortcut ? this.shortcutNorm!.forward(this.shortcut.forward(x)) : x;
    return this.#activation(straight.add(branch));
  }
}

interface Layer {
  readonly device: Device;
  readonly generator: Generator;
}

class ResNet extends Module {
  readonly stem: Conv2d;
  readonly norm: BatchNorm2d;
  readonly blocks: ModuleList<ResidualBlock>;
  readonly head: Linear;
  readonly #activation: Activation;

  constructor(classCount: number, layer: Layer, activation: Activation) {
    super();
    this.#activation = activation;
    this.stem = this.child('stem', new Conv2d(3, 12, 3, { padding: 1, bias: false, ...layer }));
    this.norm = this.child('norm', new BatchNorm2d(12, layer));
    this.blocks = this.child(
      'blocks',
      new ModuleList([
        new ResidualBlock(12, 12, 1, activation, layer),
        new ResidualBlock(12, 24, 2, activation, layer),
        new ResidualBlock(24, 48, 2, activation, layer),
      ]),
    );
    this.head = this.child('head', new Linear(48, classCount, layer));
    for (const module of this.modules())
      if (module instanceof Conv2d)
        init.kaimingNormal(module.weight, { mode: 'fanOut', nonlinearity: 'relu', generator: layer.generator });
  }

  forward(images: Tensor): Tensor {
    const first = this.#activation(this.norm.forward(this.stem.forward(images)));
    const features = this.blocks.run((block, x) => block.forward(x), first);
    return this.head.forward(features.mean({ dim: [2, 3] }));
  }
}

const patch = 4;
const width = 48;

class VisionTransformer extends Module {
  readonly patches: Conv2d;
  readonly position: Tensor;
  readonly blocks: ModuleList<Block>;
  readonly norm: LayerNorm;
  readonly head: Linear;

  constructor({ size: imageSize, classes: classCount }: Images, postNorm: boolean, layer: Layer) {
    super();
    this.patches = this.child('patches', new Conv2d(3, width, patch, { stride: patch, ...layer }));
    this.position = this.parameter('position', randn([(imageSize / patch) ** 2, width], layer).mul_(0.02));
    this.blocks = this.child(
      'blocks',
      new ModuleList(Array.from({ length: 3 }, () => new Block({ features: width, heads: 4, postNorm, ...layer }))),
    );
    this.norm = this.child('norm', new LayerNorm(width, layer));
    this.head = this.child('head', new Linear(width, classCount, layer));
  }

  forward(images: Tensor): Tensor {
    const tokens = this.patches.forward(images).flatten({ startDim: 2 }).transpose().add(this.position);
    const features = this.norm.forward(this.blocks.run((block, x) => block.forward(x), tokens));
    return this.head.forward(features.mean({ dim: 1 }));
  }
}

export const resnet = defineWorkload({
  name: 'resnet',
  mirrors: 'imagenet_resnet',
  metric: { name: 'accuracy', higherIsBetter: true },
  batchSize,
  steps: 500,
  evalEvery: 20,
  heldOut: 'SiLU in place of ReLU',
  async open(options) {
    const { device, heldOut } = options;
    const images = await open(options);
    return classification(
      images,
      (generator) => new ResNet(images.classes, { device, generator }, heldOut ? silu : relu),
    );
  },
});

export const vit = defineWorkload({
  name: 'vit',
  mirrors: 'imagenet_vit',
  metric: { name: 'accuracy', higherIsBetter: true },
  batchSize,
  steps: 500,
  evalEvery: 20,
  heldOut: 'norms after the residual sums',
  async open(options) {
    const { device, heldOut } = options;
    const images = await open(options);
    return classification(images, (generator) => new VisionTransformer(images, heldOut, { device, generator }));
  },
});
