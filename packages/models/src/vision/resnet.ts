/**
 * Residual networks with torchvision's names and first values (ResNet 18 to 152; stride in the 3x3 convolution), and the
 * small-image form with a 3x3 stem and no pooling. Source: arXiv 1512.03385.
 */
import { BatchNorm2d, Conv2d, init, type LayerOptions, Linear, Module, Sequential } from '@tessera/nn';
import { ArgumentError, adaptiveAvgPool2d, maxPool2d, relu, type Tensor } from '@tessera/tensor';

export interface ResNetOptions extends LayerOptions {
  /** Two 3x3 convolutions, or a 3x3 between 1x1s that narrow and widen by 4. Default `'basic'`. */
  readonly block?: 'basic' | 'bottleneck';
  /** Blocks in each stage; every stage after the first halves the image and doubles the channels. Default `[2, 2, 2, 2]`. */
  readonly layers?: readonly number[];
  /** Channels of the first stage. Default 64. */
  readonly width?: number;
  /** `'imagenet'` (default): 7x7 with stride 2 and pooling. `'small'`: 3x3, for images such as CIFAR's. */
  readonly stem?: 'imagenet' | 'small';
  /** Default 3. */
  readonly inChannels?: number;
  /** Default 1000. */
  readonly classes?: number;
  /** Start the last norm of each block at zero, so that blocks start as their shortcuts. Default false. */
  readonly zeroInitResidual?: boolean;
}

/** Kernel and stride of the first convolution. */
const stems: Readonly<Record<string, readonly [number, number]>> = { imagenet: [7, 2], small: [3, 1] };

/** Widens its channels by this much. */
const expansions = { basic: 1, bottleneck: 4 } as const;

class Block extends Module {
  readonly #steps: readonly (readonly [Conv2d, BatchNorm2d])[];
  readonly #shortcut: Sequential | null;

  constructor(
    inChannels: number,
    channels: number,
    { stride, kind, layer }: { stride: number; kind: keyof typeof expansions; layer: LayerOptions },
  ) {
    super();
    const outChannels = channels * expansions[kind];
    const step = (i: number, from: number, to: number, kernel: number, by: number) =>
      [
        this.child(`conv${i}`, convolution(from, to, kernel, by, layer)),
        this.child(`bn${i}`, new BatchNorm2d(to, layer)),
      ] as const;
    this.#steps =
      kind === 'basic'
        ? [step(1, inChannels, channels, 3, stride), step(2, channels, channels, 3, 1)]
        : [
            step(1, inChannels, channels, 1, 1),
            step(2, channels, channels, 3, stride),
            step(3, channels, outChannels, 1, 1),
          ];
    this.#shortcut =
      stride === 1 && inChannels === outChannels
        ? null
        : this.child(
            'downsample',
            new Sequential(convolution(inChannels, outChannels, 1, stride, layer), new BatchNorm2d(outChannels, layer)),
          );
  }

  get lastNorm(): BatchNorm2d {
    return this.#steps.at(-1)![1];
  }

  forward(x: Tensor): Tensor {
    const branch = this.#steps.reduce((h, [conv, norm], i) => {
      const normed = norm.forward(conv.forward(h));
      return i < this.#steps.length - 1 ? relu(normed) : normed;
    }, x);
    return relu(branch.add(this.#shortcut === null ? x : this.#shortcut.forward(x)));
  }
}

function convolution(from: number, to: number, kernel: number, stride: number, layer: LayerOptions): Conv2d {
  return new Conv2d(from, to, kernel, { stride, padding: (kernel - 1) / 2, ...layer, bias: false });
}

export class ResNet extends Module {
  readonly #stem: 'imagenet' | 'small';
  readonly #conv1: Conv2d;
  readonly #bn1: BatchNorm2d;
  readonly #stages: readonly Sequential[];
  readonly #fc: Linear;

  constructor(options: ResNetOptions = {}) {
    super();
    const { block: kind = 'basic', layers = [2, 2, 2, 2], width = 64, stem = 'imagenet', inChannels = 3 } = options;
    const { classes = 1000, zeroInitResidual = false, dtype, device, generator } = options;
    for (const [name, value, known] of [
      ['block', kind, ['basic', 'bottleneck']],
      ['stem', stem, ['imagenet', 'small']],
    ] as const) {
      if (!(known as readonly string[]).includes(value))
        throw new ArgumentError(`${name} must be one of ${known.join(', ')}; got '${value}'.`, { op: 'ResNet' });
    }
    const layer: LayerOptions = { ...(dtype && { dtype }), ...(device && { device }), generator };
    this.#stem = stem;
    this.#conv1 = this.child('conv1', convolution(inChannels, width, ...stems[stem]!, layer));
    this.#bn1 = this.child('bn1', new BatchNorm2d(width, layer));
    let channels = width;
    this.#stages = layers.map((count, s) => {
      const blocks = Array.from({ length: count }, (_, i) => {
        const stride = s > 0 && i === 0 ? 2 : 1;
        const block = new Block(channels, width * 2 ** s, { stride, kind, layer });
        channels = width * 2 ** s * expansions[kind];
        if (zeroInitResidual) init.zeros(block.lastNorm.weight!);
        return block;
      });
      return this.child(`layer${s + 1}`, new Sequential(...blocks));
    });
    this.#fc = this.child('fc', new Linear(channels, classes, layer));
    for (const module of this.modules()) {
      if (module instanceof Conv2d)
        init.kaimingNormal(module.weight, { mode: 'fanOut', nonlinearity: 'relu', ...(generator && { generator }) });
    }
  }

  /** Recompute each block's intermediate results in backward. Running statistics then see each batch twice. */
  setCheckpointing(on = true): this {
    for (const stage of this.#stages) stage.setCheckpointing(on);
    return this;
  }

  /** Feature maps of the stages for images `[batch, inChannels, height, width]`. */
  features(images: Tensor): Tensor[] {
    const first = relu(this.#bn1.forward(this.#conv1.forward(images)));
    let x = this.#stem === 'small' ? first : maxPool2d(first, { kernelSize: 3, stride: 2, padding: 1 });
    return this.#stages.map((stage) => (x = stage.forward(x)));
  }

  /** Logits `[batch, classes]`. */
  forward(images: Tensor): Tensor {
    return this.#fc.forward(
      adaptiveAvgPool2d(this.features(images).at(-1)!, { outputSize: 1 }).flatten({ startDim: 1 }),
    );
  }
}
