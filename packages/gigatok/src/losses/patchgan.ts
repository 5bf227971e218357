/**
 * PatchGAN (pix2pix, arXiv 1611.07004): convolutions that judge overlapping patches. Names of parameters are the
 * released checkpoints'. Source: GigaTok `discriminator_patchgan.py` (MIT).
 */
import { BatchNorm2d, Conv2d, init, type Layer, LeakyReLU, Module, Sequential } from '@tessera/nn';
import { checkOptions, type Tensor } from '@tessera/tensor';
import { checkWhole } from '../check.js';

export interface PatchGanOptions {
  /** Channels of the first convolution. Default 64. */
  readonly channels?: number;
  /** Convolutions between the first and the last. Default 3. */
  readonly layers?: number;
  /** Side of the convolutions' windows. Default 4. */
  readonly kernelSize?: number;
  /** Channels of the images. Default 3. */
  readonly inputChannels?: number;
}

/** What judges images: higher logits for real ones. */
export interface Discriminator extends Module {
  forward(images: Tensor): Tensor;
}

export class PatchGan extends Module implements Discriminator {
  readonly main: Sequential;

  constructor(options: PatchGanOptions = {}) {
    super();
    checkOptions('PatchGan', options, ['channels', 'layers', 'kernelSize', 'inputChannels']);
    const { channels = 64, layers = 3, kernelSize = 4, inputChannels = 3 } = options;
    checkWhole('PatchGan', 'layers', layers, 1);
    const wide = (n: number) => channels * Math.min(2 ** n, 8);
    const padding = 1;
    const stack: Layer[] = [
      new Conv2d(inputChannels, channels, kernelSize, { stride: 2, padding }),
      new LeakyReLU(0.2),
    ];
    for (let n = 1; n <= layers; n++) {
      const stride = n < layers ? 2 : 1;
      stack.push(
        new Conv2d(wide(n - 1), wide(n), kernelSize, { stride, padding, bias: false }),
        new BatchNorm2d(wide(n)),
        new LeakyReLU(0.2),
      );
    }
    stack.push(new Conv2d(wide(layers), 1, kernelSize, { padding }));
    this.main = this.child('main', new Sequential(...stack));
    for (const layer of stack) {
      if (layer instanceof Conv2d) init.normal(layer.weight, { std: 0.02 });
      if (layer instanceof BatchNorm2d) init.normal(layer.weight!, { mean: 1, std: 0.02 });
    }
  }

  /** `[B, 3, H, W]` in [-1, 1] to a map of logits `[B, 1, h, w]`. */
  forward(images: Tensor): Tensor {
    return this.main.forward(images);
  }
}
