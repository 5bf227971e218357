/**
 * The InceptionV3 that FID is defined by: the TensorFlow graph of 2015 with its 1008 classes, under pytorch-fid's names. It
 * differs from torchvision's in its pooling: means leave padding out, and the last block takes the maximum. Weights are the
 * user's to download (`pt_inception-2015-12-05-6726825d.pth`). Source: arXiv 1512.00567, `mseitzer/pytorch-fid`.
 */
import { BatchNorm2d, Conv2d, type LayerOptions, Linear, Module } from '@tessera/nn';
import {
  avgPool2d,
  cat,
  formatShape,
  interpolate,
  linear,
  maxPool2d,
  type Pair,
  relu,
  ShapeError,
  scope,
  type Tensor,
  tensor,
} from '@tessera/tensor';

export interface InceptionOptions extends LayerOptions {
  /**
   * How images become 299 by 299 and [-1, 1]. `'pytorch-fid'` (default): bilinear, `2x - 1`. `'tensorflow'`: as in the graph
   * that papers report, which aligns top left corners and computes `(255x - 128) / 128`. The two give different FIDs.
   */
  readonly preprocessing?: 'pytorch-fid' | 'tensorflow';
}

export interface InceptionOutput {
  /** What FID, precision and recall compare: `[batch, 2048]`. */
  readonly features: Tensor;
  /** What sFID compares: the first 7 channels at 17 by 17 positions, `[batch, 2023]`, positions row by row, channels last. */
  readonly spatial: Tensor;
}

interface Window {
  readonly stride?: Pair;
  readonly padding?: Pair;
}

/** Convolution, batch norm, ReLU. */
class BasicConv extends Module {
  readonly #conv: Conv2d;
  readonly #bn: BatchNorm2d;

  constructor(inChannels: number, outChannels: number, kernel: Pair, window: Window, options: LayerOptions) {
    super();
    this.#conv = this.child(
      'conv',
      new Conv2d(inChannels, outChannels, kernel, { ...window, ...options, bias: false }),
    );
    this.#bn = this.child('bn', new BatchNorm2d(outChannels, { eps: 1e-3, ...options }));
  }

  forward(x: Tensor): Tensor {
    return relu(this.#bn.forward(this.#conv.forward(x)));
  }
}

type Convolution = readonly [name: string, filters: number, kernel: Pair, window?: Window];
/** A convolution, two side by side whose results are joined, or a pooling. */
type Step = Convolution | readonly [Convolution, Convolution] | Pooling;
type Pooling = 'mean' | 'max' | 'halve';

const poolings: Readonly<Record<Pooling, (x: Tensor) => Tensor>> = {
  mean: (x) => avgPool2d(x, { kernelSize: 3, stride: 1, padding: 1, countIncludePad: false }),
  max: (x) => maxPool2d(x, { kernelSize: 3, stride: 1, padding: 1 }),
  halve: (x) => maxPool2d(x, { kernelSize: 3, stride: 2 }),
};

/** Branches over one input, joined. */
class Mixed extends Module {
  readonly #branches: readonly (readonly ((x: Tensor) => Tensor)[])[];
  readonly outChannels: number;

  constructor(inChannels: number, branches: readonly (readonly Step[])[], options: LayerOptions) {
    super();
    let total = 0;
    const make = (channels: number, [name, filters, kernel, window = {}]: Convolution) =>
      this.child(name, new BasicConv(channels, filters, kernel, window, options));
    this.#branches = branches.map((steps) => {
      let channels = inChannels;
      const calls = steps.map((step) => {
        if (typeof step === 'string') return poolings[step];
        if (isFork(step)) {
          const [a, b] = [make(channels, step[0]), make(channels, step[1])];
          channels = step[0][1] + step[1][1];
          return (x: Tensor) => cat([a.forward(x), b.forward(x)], { dim: 1 });
        }
        const layer = make(channels, step);
        channels = step[1];
        return (x: Tensor) => layer.forward(x);
      });
      total += channels;
      return calls;
    });
    this.outChannels = total;
  }

  /** Results of the branches. */
  branches(x: Tensor): Tensor[] {
    return this.#branches.map((calls) => scope(() => calls.reduce((h, call) => call(h), x)));
  }

  forward(x: Tensor): Tensor {
    return scope(() => cat(this.branches(x), { dim: 1 }));
  }
}

function isFork(step: Exclude<Step, string>): step is readonly [Convolution, Convolution] {
  return Array.isArray(step[0]);
}

const wide = { padding: [0, 3] } as const;
const tall = { padding: [3, 0] } as const;

/** 35 by 35. */
const blockA = (poolFeatures: number): Step[][] => [
  [['branch1x1', 64, 1]],
  [
    ['branch5x5_1', 48, 1],
    ['branch5x5_2', 64, 5, { padding: 2 }],
  ],
  [
    ['branch3x3dbl_1', 64, 1],
    ['branch3x3dbl_2', 96, 3, { padding: 1 }],
    ['branch3x3dbl_3', 96, 3, { padding: 1 }],
  ],
  ['mean', ['branch_pool', poolFeatures, 1]],
];

/** To 17 by 17. */
const blockB: Step[][] = [
  [['branch3x3', 384, 3, { stride: 2 }]],
  [
    ['branch3x3dbl_1', 64, 1],
    ['branch3x3dbl_2', 96, 3, { padding: 1 }],
    ['branch3x3dbl_3', 96, 3, { stride: 2 }],
  ],
  ['halve'],
];

/** 17 by 17. */
const blockC = (filters: number): Step[][] => [
  [['branch1x1', 192, 1]],
  [
    ['branch7x7_1', filters, 1],
    ['branch7x7_2', filters, [1, 7], wide],
    ['branch7x7_3', 192, [7, 1], tall],
  ],
  [
    ['branch7x7dbl_1', filters, 1],
    ['branch7x7dbl_2', filters, [7, 1], tall],
    ['branch7x7dbl_3', filters, [1, 7], wide],
    ['branch7x7dbl_4', filters, [7, 1], tall],
    ['branch7x7dbl_5', 192, [1, 7], wide],
  ],
  ['mean', ['branch_pool', 192, 1]],
];

/** To 8 by 8. */
const blockD: Step[][] = [
  [
    ['branch3x3_1', 192, 1],
    ['branch3x3_2', 320, 3, { stride: 2 }],
  ],
  [
    ['branch7x7x3_1', 192, 1],
    ['branch7x7x3_2', 192, [1, 7], wide],
    ['branch7x7x3_3', 192, [7, 1], tall],
    ['branch7x7x3_4', 192, 3, { stride: 2 }],
  ],
  ['halve'],
];

/** 8 by 8. */
const blockE = (pooling: Pooling): Step[][] => [
  [['branch1x1', 320, 1]],
  [
    ['branch3x3_1', 384, 1],
    [
      ['branch3x3_2a', 384, [1, 3], { padding: [0, 1] }],
      ['branch3x3_2b', 384, [3, 1], { padding: [1, 0] }],
    ],
  ],
  [
    ['branch3x3dbl_1', 448, 1],
    ['branch3x3dbl_2', 384, 3, { padding: 1 }],
    [
      ['branch3x3dbl_3a', 384, [1, 3], { padding: [0, 1] }],
      ['branch3x3dbl_3b', 384, [3, 1], { padding: [1, 0] }],
    ],
  ],
  [pooling, ['branch_pool', 192, 1]],
];

const side = 299;
const spatialChannels = 7;

/** The network, frozen and in evaluation mode: it is there to measure. */
export class InceptionV3 extends Module {
  readonly #preprocessing: 'pytorch-fid' | 'tensorflow';
  readonly #stem: readonly ((x: Tensor) => Tensor)[];
  readonly #mixed: readonly Mixed[];
  /** Whose first branch sFID looks at. */
  readonly #spatial: Mixed;
  readonly #fc: Linear;

  constructor({ preprocessing = 'pytorch-fid', ...options }: InceptionOptions = {}) {
    super();
    this.#preprocessing = preprocessing;
    const conv = (name: string, i: number, o: number, kernel: number, window: Window = {}) => {
      const layer = this.child(`Conv2d_${name}`, new BasicConv(i, o, kernel, window, options));
      return (x: Tensor) => layer.forward(x);
    };
    this.#stem = [
      conv('1a_3x3', 3, 32, 3, { stride: 2 }),
      conv('2a_3x3', 32, 32, 3),
      conv('2b_3x3', 32, 64, 3, { padding: 1 }),
      poolings.halve,
      conv('3b_1x1', 64, 80, 1),
      conv('4a_3x3', 80, 192, 3),
      poolings.halve,
    ];
    let channels = 192;
    const mixed = (name: string, branches: Step[][]) => {
      const block = this.child(`Mixed_${name}`, new Mixed(channels, branches, options));
      channels = block.outChannels;
      return block;
    };
    const first = [mixed('5b', blockA(32)), mixed('5c', blockA(64)), mixed('5d', blockA(64)), mixed('6a', blockB)];
    const second = [mixed('6b', blockC(128)), mixed('6c', blockC(160))];
    this.#spatial = mixed('6d', blockC(160));
    const third = [
      mixed('6e', blockC(192)),
      mixed('7a', blockD),
      mixed('7b', blockE('mean')),
      mixed('7c', blockE('max')),
    ];
    this.#mixed = [...first, ...second, this.#spatial, ...third];
    this.#fc = this.child('fc', new Linear(channels, 1008, options));
    this.setRequiresGrad(false).eval();
  }

  /** Features of images `[batch, 3, height, width]` in [0, 1], of any size. */
  forward(images: Tensor): InceptionOutput {
    if (images.ndim !== 4 || images.shape[1] !== 3) {
      throw new ShapeError(`images must be [batch, 3, height, width]; got ${formatShape(images.shape)}.`, {
        op: 'InceptionV3',
        actual: images.shape,
      });
    }
    return scope(() => {
      let x = scope(() => this.#prepared(images.to(this.#fc.weight.dtype)));
      let spatial = x;
      for (const step of this.#stem) x = step(x);
      for (const block of this.#mixed) {
        if (block !== this.#spatial) {
          x = block.forward(x);
          continue;
        }
        const branches = block.branches(x);
        spatial = branches[0]!
          .narrow({ dim: 1, start: 0, length: spatialChannels })
          .permute([0, 2, 3, 1])
          .flatten({ startDim: 1 });
        x = cat(branches, { dim: 1 });
      }
      return { features: x.mean({ dim: [2, 3] }), spatial };
    });
  }

  /**
   * Logits `[batch, 1008]` of features, for the Inception score. The evaluation code of ADM leaves the bias out.
   */
  logits(features: Tensor, { bias = true }: { readonly bias?: boolean } = {}): Tensor {
    return linear(features, this.#fc.weight, bias ? this.#fc.bias : undefined);
  }

  #prepared(x: Tensor): Tensor {
    if (this.#preprocessing === 'tensorflow')
      return resizeFromCorner(x)
        .mul(255 / 128)
        .sub(1);
    return interpolate(x, { size: [side, side], mode: 'bilinear' })
      .mul(2)
      .sub(1);
  }
}

/** TensorFlow 1's bilinear resize: output i reads position `i * size / 299`, without centring pixels. */
function resizeFromCorner(x: Tensor): Tensor {
  const [height, width] = x.shape.slice(2) as [number, number];
  const { device, dtype } = x;
  const weights = (size: number) => tensor(cornerWeights(size), { shape: [side, size], device, dtype });
  return weights(height).matmul(x).matmul(weights(width).transpose());
}

/** `[299, size]`: how much of each row of the input is in each row of the result. */
function cornerWeights(size: number): Float32Array {
  const weights = new Float32Array(side * size);
  for (let i = 0; i < side; i++) {
    const position = (i * size) / side;
    const low = Math.min(Math.floor(position), size - 1);
    const high = Math.min(low + 1, size - 1);
    weights[i * size + low]! += 1 - (position - low);
    weights[i * size + high]! += position - low;
  }
  return weights;
}
