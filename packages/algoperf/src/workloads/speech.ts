/**
 * Speech recognition in the manner of LibriSpeech: frames of a spectrum in which each phone draws two moving formants,
 * with gaps, speakers of different pitch and noise, read by a small Conformer (arXiv 2005.08100) under the CTC loss.
 * Training frames and bins are masked in stretches as by SpecAugment.
 */
import { Conv1d, GroupNorm, LayerNorm, Linear, Module, ModuleList } from '@tessera/nn';
import { ctcLoss, type Device, type Generator, relu, silu, type Tensor, tensor } from '@tessera/tensor';
import { Sampler } from '../random.js';
import { SelfAttention } from '../transformer.js';
import { defineWorkload, evaluated, Samples } from '../workload.js';

const bins = 16;
const frames = 48;
const phones = 12;
const longest = 8;
const width = 40;
const trainCount = 6000;
const validationCount = 400;
const batchSize = 24;

interface Recordings {
  readonly samples: Samples<'spectrum' | 'phones' | 'length'>;
  readonly phones: Int32Array;
  readonly lengths: Int32Array;
}

function generate(count: number, stream: number, device: Device): Recordings {
  const world = new Sampler(5);
  const start = Array.from({ length: phones }, () => [world.uniform(1, 14), world.uniform(1, 14)] as const);
  const end = start.map(([a, b]) => [a + world.uniform(-5, 5), b + world.uniform(-5, 5)] as const);
  const sampler = new Sampler(55, stream);
  const spectrum = new Float32Array(count * frames * bins);
  const spoken = new Int32Array(count * longest);
  const lengths = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const length = sampler.integer(4, longest + 1);
    lengths[i] = length;
    let t = sampler.integer(0, 3);
    const pitch = sampler.normal(0, 0.6);
    const loudness = sampler.uniform(0.7, 1.3);
    for (let j = 0; j < length; j++) {
      const phone = sampler.integer(0, phones);
      spoken[i * longest + j] = phone + 1;
      const duration = sampler.integer(3, 7);
      for (let q = 0; q < duration && t < frames; q++, t++) {
        const along = q / Math.max(1, duration - 1);
        const [low, high] = [0, 1].map((f) => start[phone]![f]! * (1 - along) + end[phone]![f]! * along + pitch) as [
          number,
          number,
        ];
        for (let b = 0; b < bins; b++)
          spectrum[(i * frames + t) * bins + b] =
            loudness * (Math.exp(-0.5 * ((b - low) / 0.9) ** 2) + 0.7 * Math.exp(-0.5 * ((b - high) / 1.2) ** 2));
      }
      if (sampler.chance(0.35)) t++;
    }
  }
  for (let i = 0; i < spectrum.length; i++) spectrum[i]! += sampler.normal(0, 0.22);
  const samples = new Samples({
    spectrum: tensor(spectrum, { device }).reshape([count, frames, bins]),
    phones: tensor(spoken, { device }).reshape([count, longest]),
    length: tensor(lengths, { device }),
  });
  return { samples, phones: spoken, lengths };
}

interface Layer {
  readonly device: Device;
  readonly generator: Generator;
}

class FeedForward extends Module {
  readonly norm: LayerNorm;
  readonly fc1: Linear;
  readonly fc2: Linear;

  constructor(layer: Layer) {
    super();
    this.norm = this.child('norm', new LayerNorm(width, layer));
    this.fc1 = this.child('fc1', new Linear(width, 3 * width, layer));
    this.fc2 = this.child('fc2', new Linear(3 * width, width, layer));
  }

  forward(x: Tensor): Tensor {
    return this.fc2.forward(this.fc1.forward(this.norm.forward(x), { activation: 'silu' }));
  }
}

class ConvolutionModule extends Module {
  readonly norm: LayerNorm;
  readonly pointwise1: Linear;
  readonly depthwise: Conv1d;
  readonly innerNorm: LayerNorm | GroupNorm;
  readonly pointwise2: Linear;

  constructor(groupNorm: boolean, layer: Layer) {
    super();
    this.norm = this.child('norm', new LayerNorm(width, layer));
    this.pointwise1 = this.child('pointwise1', new Linear(width, 2 * width, layer));
    this.depthwise = this.child('depthwise', new Conv1d(width, width, 7, { padding: 3, groups: width, ...layer }));
    this.innerNorm = this.child('inner_norm', groupNorm ? new GroupNorm(4, width, layer) : new LayerNorm(width, layer));
    this.pointwise2 = this.child('pointwise2', new Linear(width, width, layer));
  }

  forward(x: Tensor): Tensor {
    const [value, gate] = this.pointwise1.forward(this.norm.forward(x)).chunk({ chunks: 2, dim: -1 }) as [
      Tensor,
      Tensor,
    ];
    const mixed = this.depthwise.forward(value.mul(gate.sigmoid()).transpose());
    const { innerNorm } = this;
    const normed =
      innerNorm instanceof GroupNorm ? innerNorm.forward(mixed).transpose() : innerNorm.forward(mixed.transpose());
    return this.pointwise2.forward(silu(normed));
  }
}

class ConformerBlock extends Module {
  readonly feed1: FeedForward;
  readonly norm: LayerNorm;
  readonly attention: SelfAttention;
  readonly convolution: ConvolutionModule;
  readonly feed2: FeedForward;
  readonly normOut: LayerNorm;

  constructor(groupNorm: boolean, layer: Layer) {
    super();
    this.feed1 = this.child('feed1', new FeedForward(layer));
    this.norm = this.child('norm', new LayerNorm(width, layer));
    this.attention = this.child('attention', new SelfAttention(width, 4, layer));
    this.convolution = this.child('convolution', new ConvolutionModule(groupNorm, layer));
    this.feed2 = this.child('feed2', new FeedForward(layer));
    this.normOut = this.child('norm_out', new LayerNorm(width, layer));
  }

  forward(x: Tensor): Tensor {
    let y = x.add(this.feed1.forward(x).mul(0.5));
    y = y.add(this.attention.forward(this.norm.forward(y)));
    y = y.add(this.convolution.forward(y));
    return this.normOut.forward(y.add(this.feed2.forward(y).mul(0.5)));
  }
}

class Conformer extends Module {
  readonly stem: Conv1d;
  readonly blocks: ModuleList<ConformerBlock>;
  readonly head: Linear;

  constructor(groupNorm: boolean, layer: Layer) {
    super();
    this.stem = this.child('stem', new Conv1d(bins, width, 5, { stride: 2, padding: 2, ...layer }));
    this.blocks = this.child(
      'blocks',
      new ModuleList([new ConformerBlock(groupNorm, layer), new ConformerBlock(groupNorm, layer)]),
    );
    this.head = this.child('head', new Linear(width, phones + 1, layer));
  }

  /** `[batch, frames, bins]` to log-probabilities `[batch, frames / 2, phones + 1]`; 0 is the blank. */
  forward(spectrum: Tensor): Tensor {
    const hidden = relu(this.stem.forward(spectrum.transpose())).transpose();
    return this.head.forward(this.blocks.run((block, x) => block.forward(x), hidden)).logSoftmax({ dim: -1 });
  }
}

/** Two neighbouring bins and three neighbouring frames silenced, for the whole batch. */
function masked(spectrum: Tensor, sampler: Sampler): Tensor {
  const bin = sampler.integer(0, bins - 2);
  const frame = sampler.integer(0, frames - 4);
  const kept = Float32Array.from({ length: frames * bins }, (_, i) => {
    const [t, b] = [Math.floor(i / bins), i % bins];
    return (b >= bin && b < bin + 2) || (t >= frame && t < frame + 3) ? 0 : 1;
  });
  return spectrum.mul(tensor(kept, { device: spectrum.device }).reshape([frames, bins]));
}

/** Insertions, deletions and substitutions that turn `a` into `b`, at least. */
export function editDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const above = row;
    row = [i];
    for (let j = 1; j <= b.length; j++)
      row.push(Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
  }
  return row[b.length]!;
}

export const speech = defineWorkload<Conformer, Record<'spectrum' | 'phones' | 'length', Tensor>>({
  name: 'speech',
  mirrors: 'librispeech_conformer',
  metric: { name: 'phone error rate', higherIsBetter: false },
  batchSize,
  steps: 500,
  evalEvery: 25,
  heldOut: 'group norm in place of layer norm inside the convolution modules',
  open({ device, heldOut }) {
    const train = generate(trainCount, 0, device);
    const outputLengths = tensor(new Int32Array(batchSize).fill(frames / 2), { device }).keep();
    const validation = generate(validationCount, 1, device);
    return {
      model: (generator) => new Conformer(heldOut, { device, generator }),
      batch: (sampler) => {
        const batch = train.samples.draw(sampler, batchSize);
        return { ...batch, spectrum: masked(batch.spectrum, sampler) };
      },
      loss: (model, batch) => {
        const logProbs = model.forward(batch.spectrum).permute([1, 0, 2]);
        return ctcLoss(logProbs, batch.phones, outputLengths, batch.length, { zeroInfinity: true });
      },
      async evaluate(model) {
        const best = await evaluated(() => {
          const { spectrum } = validation.samples.slice(0, validationCount);
          return model.forward(spectrum).argmax({ dim: 2 });
        });
        const steps = best.length / validationCount;
        let errors = 0;
        let total = 0;
        for (let i = 0; i < validationCount; i++) {
          const path = best.slice(i * steps, (i + 1) * steps);
          const heard = path.filter((phone: number, t: number) => phone !== 0 && (t === 0 || phone !== path[t - 1]));
          const length = validation.lengths[i]!;
          errors += editDistance(heard, validation.phones.subarray(i * longest, i * longest + length));
          total += length;
        }
        return errors / total;
      },
      dispose: () => {
        train.samples.dispose();
        validation.samples.dispose();
        outputLengths.dispose();
      },
    };
  },
});
