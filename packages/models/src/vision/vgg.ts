/** The convolutions of VGG16 up to five depths, with torchvision's indices as names. Source: arXiv 1409.1556. */
import { Conv2d, type LayerOptions, Module } from '@tessera/nn';
import { maxPool2d, relu, type Tensor } from '@tessera/tensor';

/** How many convolutions there are before each pooling. */
const stages = [2, 2, 3, 3, 3] as const;

export interface Vgg16Options extends LayerOptions {
  /** Channels of the five stages. Default: VGG16's. */
  readonly channels?: readonly number[];
}

/** Convolutions with ReLUs, all but the first stage after a pooling. Names are those within torchvision's `features`. */
class Slice extends Module {
  readonly #convolutions: readonly Conv2d[];
  readonly #pool: boolean;

  constructor(first: number, widths: readonly number[], pool: boolean, options: LayerOptions) {
    super();
    this.#pool = pool;
    this.#convolutions = widths
      .slice(1)
      .map((width, i) => this.child(`${first + 2 * i}`, new Conv2d(widths[i]!, width, 3, { padding: 1, ...options })));
  }

  forward(x: Tensor): Tensor {
    const input = this.#pool ? maxPool2d(x, { kernelSize: 2 }) : x;
    return this.#convolutions.reduce((h, convolution) => relu(convolution.forward(h)), input);
  }
}

/** VGG16 as LPIPS names its parts: `slice1.0.weight` to `slice5.28.bias`. */
export class Vgg16Features extends Module {
  readonly channels: readonly number[];
  readonly #slices: readonly Slice[];

  constructor({ channels = [64, 128, 256, 512, 512], ...options }: Vgg16Options = {}) {
    super();
    this.channels = channels;
    let index = 0;
    this.#slices = stages.map((count, s) => {
      const widths = [s === 0 ? 3 : channels[s - 1]!, ...new Array<number>(count).fill(channels[s]!)];
      const first = s === 0 ? 0 : index + 1;
      index = first + 2 * count;
      return this.child(`slice${s + 1}`, new Slice(first, widths, s > 0, options));
    });
  }

  /** Features after `relu1_2`, `relu2_2`, `relu3_3`, `relu4_3` and `relu5_3` of images `[batch, 3, height, width]`. */
  forward(x: Tensor): Tensor[] {
    const features: Tensor[] = [];
    for (const slice of this.#slices) features.push(slice.forward(features.at(-1) ?? x));
    return features;
  }
}
