/**
 * Image reconstruction in the manner of fastMRI: random-ellipse phantoms, their noisy frequencies masked column by
 * column, and a small U-Net with instance norm that restores the image from the zero-filled magnitude.
 */
import { Conv2d, ConvTranspose2d, InstanceNorm2d, Module } from '@tessera/nn';
import { avgPool2d, cat, type Generator, l1Loss, leakyRelu, type Tensor, tanh, tensor } from '@tessera/tensor';
import { Sampler } from '../random.js';
import { ssim } from '../ssim.js';
import { defineWorkload, evaluatedScalar, Samples } from '../workload.js';

const size = 32;
const pixels = size * size;
const trainCount = 1200;
const validationCount = 160;
const channels = 8;

/** Coordinates of pixel i along one side, from -1 to 1. */
const at = (i: number) => -1 + (2 * i) / (size - 1);

function phantom(sampler: Sampler): Float64Array {
  const image = new Float64Array(pixels);
  const ellipses = sampler.integer(4, 9);
  for (let e = 0; e < ellipses; e++) {
    const [cx, cy] = e > 0 ? [sampler.uniform(-0.5, 0.5), sampler.uniform(-0.5, 0.5)] : [0, 0];
    const [low, high] = e > 0 ? [0.08, 0.45] : [0.7, 0.9];
    const [a, b] = [sampler.uniform(low, high), sampler.uniform(low, high)];
    const turn = sampler.uniform(0, Math.PI);
    const value = e > 0 ? sampler.uniform(-0.4, 0.6) : 0.6;
    for (let p = 0; p < pixels; p++) {
      const [x, y] = [at(p % size) - cx, at(Math.floor(p / size)) - cy];
      const u = (x * Math.cos(turn) + y * Math.sin(turn)) / a;
      const v = (-x * Math.sin(turn) + y * Math.cos(turn)) / b;
      if (u * u + v * v < 1) image[p]! += value;
    }
  }
  const [fx, fy] = [sampler.uniform(3, 9), sampler.uniform(3, 9)];
  const phase = sampler.uniform(0, 6);
  return image.map((value, p) => {
    const texture = 0.05 * Math.sin(fx * at(p % size) + phase) * Math.sin(fy * at(Math.floor(p / size)));
    return Math.min(1.5, Math.max(0, value > 0 ? value + texture : value));
  });
}

const cosines = Float64Array.from({ length: size }, (_, i) => Math.cos((2 * Math.PI * i) / size));
const sines = Float64Array.from({ length: size }, (_, i) => Math.sin((2 * Math.PI * i) / size));

/** The discrete Fourier transform of each row, then a transposition: twice makes the two-dimensional transform. */
function transformRows(re: Float64Array, im: Float64Array, sign: number): [Float64Array, Float64Array] {
  const outRe = new Float64Array(pixels);
  const outIm = new Float64Array(pixels);
  for (let row = 0; row < size; row++) {
    for (let k = 0; k < size; k++) {
      let sumRe = 0;
      let sumIm = 0;
      for (let j = 0; j < size; j++) {
        const angle = (j * k) % size;
        const [c, s] = [cosines[angle]!, sign * sines[angle]!];
        const [a, b] = [re[row * size + j]!, im[row * size + j]!];
        sumRe += a * c - b * s;
        sumIm += a * s + b * c;
      }
      outRe[k * size + row] = sumRe;
      outIm[k * size + row] = sumIm;
    }
  }
  return [outRe, outIm];
}

/** Magnitude of the image that the measured frequencies give: those of the low columns and a fifth of the others. */
function zeroFilled(image: Float64Array, sampler: Sampler): Float64Array {
  let [re, im] = transformRows(...transformRows(image, new Float64Array(pixels), -1), -1);
  const kept = Array.from({ length: size }, (_, column) => {
    const frequency = column < size / 2 ? column : column - size;
    return sampler.chance(0.2) || (frequency >= -3 && frequency < 3);
  });
  const noisy = (value: number, p: number) => (kept[p % size] ? value + sampler.normal(0, 0.35) : 0);
  [re, im] = [re.map(noisy), im.map(noisy)];
  [re, im] = transformRows(...transformRows(re, im, 1), 1);
  return re.map((value, p) => Math.hypot(value, im[p]!) / pixels);
}

interface Phantoms {
  /** Zero-filled images, each normalised by its own mean and deviation. */
  readonly input: Tensor;
  readonly target: Tensor;
  readonly mean: Tensor;
  readonly deviation: Tensor;
}

function generate(count: number, stream: number, device: Tensor['device']): Phantoms {
  const sampler = new Sampler(22, stream);
  const input = new Float32Array(count * pixels);
  const target = new Float32Array(count * pixels);
  const mean = new Float32Array(count);
  const deviation = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const image = phantom(sampler);
    const blurred = zeroFilled(image, sampler);
    mean[i] = blurred.reduce((sum, v) => sum + v, 0) / pixels;
    deviation[i] = Math.sqrt(blurred.reduce((sum, v) => sum + (v - mean[i]!) ** 2, 0) / pixels);
    target.set(image, i * pixels);
    input.set(
      blurred.map((v) => (v - mean[i]!) / deviation[i]!),
      i * pixels,
    );
  }
  const planes = (data: Float32Array) => tensor(data, { device }).reshape([count, 1, size, size]);
  const scalars = (data: Float32Array) => tensor(data, { device }).reshape([count, 1, 1, 1]);
  return { input: planes(input), target: planes(target), mean: scalars(mean), deviation: scalars(deviation) };
}

type Activation = (x: Tensor) => Tensor;

/** Two convolutions, each with instance norm and an activation. */
class ConvBlock extends Module {
  readonly conv1: Conv2d;
  readonly conv2: Conv2d;
  readonly norm: InstanceNorm2d;
  readonly #activation: Activation;

  constructor(
    inChannels: number,
    outChannels: number,
    generator: Generator,
    activation: Activation,
    device: Tensor['device'],
  ) {
    super();
    const options = { padding: 1, bias: false, generator, device };
    this.#activation = activation;
    this.conv1 = this.child('conv1', new Conv2d(inChannels, outChannels, 3, options));
    this.conv2 = this.child('conv2', new Conv2d(outChannels, outChannels, 3, options));
    this.norm = this.child('norm', new InstanceNorm2d(outChannels));
  }

  forward(x: Tensor): Tensor {
    const half = (conv: Conv2d, h: Tensor) => this.#activation(this.norm.forward(conv.forward(h)));
    return half(this.conv2, half(this.conv1, x));
  }
}

class UNet extends Module {
  readonly down1: ConvBlock;
  readonly down2: ConvBlock;
  readonly bottom: ConvBlock;
  readonly up2: ConvTranspose2d;
  readonly join2: ConvBlock;
  readonly up1: ConvTranspose2d;
  readonly join1: ConvBlock;
  readonly out: Conv2d;

  constructor(device: Tensor['device'], generator: Generator, activation: Activation) {
    super();
    const c = channels;
    const block = (i: number, o: number) => new ConvBlock(i, o, generator, activation, device);
    const up = { stride: 2, bias: false, generator, device };
    this.down1 = this.child('down1', block(1, c));
    this.down2 = this.child('down2', block(c, 2 * c));
    this.bottom = this.child('bottom', block(2 * c, 4 * c));
    this.up2 = this.child('up2', new ConvTranspose2d(4 * c, 2 * c, 2, up));
    this.join2 = this.child('join2', block(4 * c, 2 * c));
    this.up1 = this.child('up1', new ConvTranspose2d(2 * c, c, 2, up));
    this.join1 = this.child('join1', block(2 * c, c));
    this.out = this.child('out', new Conv2d(c, 1, 1, { generator, device }));
  }

  forward(x: Tensor): Tensor {
    const halve = (h: Tensor) => avgPool2d(h, { kernelSize: 2 });
    const high = this.down1.forward(x);
    const middle = this.down2.forward(halve(high));
    const low = this.bottom.forward(halve(middle));
    const joined2 = this.join2.forward(cat([this.up2.forward(low), middle], { dim: 1 }));
    return this.out.forward(this.join1.forward(cat([this.up1.forward(joined2), high], { dim: 1 })));
  }
}

export const mri = defineWorkload<UNet, Record<keyof Phantoms, Tensor>>({
  name: 'mri',
  mirrors: 'fastmri',
  metric: { name: 'SSIM', higherIsBetter: true },
  batchSize: 16,
  steps: 400,
  evalEvery: 20,
  heldOut: 'tanh in place of leaky ReLU',
  open({ device, heldOut }) {
    const train = new Samples({ ...generate(trainCount, 0, device) });
    const validation = new Samples({ ...generate(validationCount, 1, device) });
    const activation: Activation = heldOut ? tanh : (x) => leakyRelu(x, { negativeSlope: 0.2 });
    return {
      model: (generator) => new UNet(device, generator, activation),
      batch: (sampler) => train.draw(sampler, 16),
      loss: (model, { input, target, mean, deviation }) =>
        l1Loss(model.forward(input), target.sub(mean).div(deviation)),
      evaluate: (model) =>
        evaluatedScalar(() => {
          const { input, target, mean, deviation } = validation.slice(0, validation.count);
          return ssim(model.forward(input).mul(deviation).add(mean), target);
        }),
      dispose: () => {
        train.dispose();
        validation.dispose();
      },
    };
  },
});
