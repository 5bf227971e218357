/**
 * Differentiable augmentation of what a discriminator sees, real and fake alike: shift by up to an eighth, brightness,
 * saturation and contrast, and a square cut out. Source: arXiv 2006.10738, as in StyleGAN-T and GigaTok `diffaug.py`.
 */
import { cat, type Generator, noGrad, pad, rand, scope, type Tensor, tensor } from '@tessera/tensor';

export interface DiffAugmentOptions {
  readonly generator: Generator;
  /** Probability of each of the three kinds, drawn once a batch. Default 1. */
  readonly probability?: number;
  /** Side of the square cut out, over the image's. Default 0.2. */
  readonly cutout?: number;
}

/** An augmentation of images `[B, C, H, W]`; each call draws anew. */
export function diffAugment({
  generator,
  probability = 1,
  cutout = 0.2,
}: DiffAugmentOptions): (images: Tensor) => Tensor {
  return (images) => {
    const [batch, , height, width] = images.shape as [number, number, number, number];
    const drawn = noGrad(() => scope(() => rand([7 * batch + 3], { generator, device: images.device }).dataSync()));
    const row = (i: number) => Array.from({ length: batch }, (_, b) => drawn[3 + i * batch + b]!);
    const [shift, colour, cut] = [0, 1, 2].map((i) => drawn[i]! <= probability) as [boolean, boolean, boolean];
    let x = images;
    if (shift) x = shifted(x, row(0), row(1));
    if (colour) x = recoloured(x, row(2), row(3), row(4));
    if (cut) x = x.mul(holes(x, row(5), row(6), [Math.round(height * cutout), Math.round(width * cutout)]));
    return x;
  };
}

function shifted(x: Tensor, down: readonly number[], across: readonly number[]): Tensor {
  const [, , height, width] = x.shape as [number, number, number, number];
  const [dy, dx] = [Math.round(height / 8), Math.round(width / 8)];
  const padded = pad(x, { padding: [dx, dx, dy, dy] });
  const parts = down.map((v, b) =>
    padded
      .narrow({ dim: 0, start: b, length: 1 })
      .narrow({ dim: 2, start: Math.min(2 * dy, Math.floor(v * (2 * dy + 1))), length: height })
      .narrow({ dim: 3, start: Math.min(2 * dx, Math.floor(across[b]! * (2 * dx + 1))), length: width }),
  );
  return cat(parts, { dim: 0 });
}

function recoloured(
  x: Tensor,
  bright: readonly number[],
  saturation: readonly number[],
  contrast: readonly number[],
): Tensor {
  const perImage = (values: readonly number[]) =>
    tensor(values as number[], { shape: [values.length, 1, 1, 1], device: x.device });
  const brighter = x.add(perImage(bright.map((u) => u - 0.5)));
  const grey = brighter.mean({ dim: 1, keepdim: true });
  const saturated = brighter
    .sub(grey)
    .mul(perImage(saturation.map((u) => 2 * u)))
    .add(grey);
  const level = saturated.mean({ dim: [1, 2, 3], keepdim: true });
  return saturated
    .sub(level)
    .mul(perImage(contrast.map((u) => u + 0.5)))
    .add(level);
}

/** `[B, 1, H, W]`: 0 in a rectangle of each image, 1 elsewhere. */
function holes(
  x: Tensor,
  down: readonly number[],
  across: readonly number[],
  [tall, wide]: readonly [number, number],
): Tensor {
  const [batch, , height, width] = x.shape as [number, number, number, number];
  const mask = new Float32Array(batch * height * width).fill(1);
  for (let b = 0; b < batch; b++) {
    const top = Math.floor(down[b]! * (height + (1 - (tall % 2)))) - Math.floor(tall / 2);
    const left = Math.floor(across[b]! * (width + (1 - (wide % 2)))) - Math.floor(wide / 2);
    for (let i = 0; i < tall; i++) {
      for (let j = 0; j < wide; j++) {
        const row = Math.min(height - 1, Math.max(0, top + i));
        const column = Math.min(width - 1, Math.max(0, left + j));
        mask[(b * height + row) * width + column] = 0;
      }
    }
  }
  return tensor(mask, { shape: [batch, 1, height, width], device: x.device });
}
