/**
 * CUDA kernels in the element types and sizes that the registry's cases leave out: integers and f16, long rows, more units
 * of work than there are blocks. They give what the CPU gives.
 */
import {
  arange,
  cat,
  type DeviceName,
  type DType,
  full,
  indexCopy_,
  logSoftmax,
  oneHot,
  pad,
  scatterAdd,
  softmax,
  sort,
  type Tensor,
  tensor,
  topk,
  tril,
  where,
} from '@tessera/tensor';
import { absoluteNorm, clipScale, gradNorm, nonFiniteFlag, scaleBy } from '@tessera/tensor/kernels';
import { describe, expect, test } from 'vitest';
import { compareValues } from '../support/compare.js';
import { testDevices } from '../support/devices.js';
import { Numbers } from '../support/numbers.js';

const types = ['f32', 'bf16', 'f16', 'i32', 'u8', 'bool'] as const;
const computed = types.filter((type) => type !== 'f16');
const compared = ['eq', 'ne', 'lt', 'le', 'gt', 'ge'] as const;

/** Makes tensors of whole numbers from -9 to 9, from 0 in bytes: every type holds them. */
class Maker {
  readonly #numbers = new Numbers(5);
  constructor(readonly device: DeviceName) {}

  of(dtype: DType, ...shape: number[]): Tensor {
    const low = dtype === 'u8' || dtype === 'bool' ? 0 : -9;
    const n = shape.reduce((a, b) => a * b, 1);
    const values = Float32Array.from({ length: n }, () => this.#numbers.integer(low, dtype === 'bool' ? 1 : 9));
    return tensor(values, { shape, dtype, device: this.device });
  }
  fractions(dtype: DType, ...shape: number[]): Tensor {
    const n = shape.reduce((a, b) => a * b, 1);
    return tensor(
      Float32Array.from({ length: n }, () => this.#numbers.uniform(-2, 2)),
      { shape, dtype, device: this.device },
    );
  }
  index(most: number, ...shape: number[]): Tensor {
    const n = shape.reduce((a, b) => a * b, 1);
    return tensor(
      Float32Array.from({ length: n }, () => this.#numbers.integer(0, most - 1)),
      { shape, dtype: 'i32', device: this.device },
    );
  }
}

async function valuesOf(tensors: readonly Tensor[]): Promise<number[][]> {
  return Promise.all(tensors.map(async (t) => Array.from(await t.data(), Number)));
}

/** What is the same to the last bit on every device. */
const exact: Record<string, (make: Maker) => Tensor[]> = {
  casts: (make) => types.flatMap((from) => types.map((to) => make.of(from, 37).to(to).to('f32'))),
  'comparisons of every type': (make) =>
    computed.flatMap((type) =>
      compared.flatMap((name) => [
        make.of(type, 5, 70)[name](make.of(type, 5, 70)),
        make.of(type, 5, 70)[name](make.of(type, 70)),
        make.of(type, 300)[name](type === 'bool' ? 1 : 3),
      ]),
    ),
  'arithmetic of integers': (make) => {
    const [x, y, row] = [make.of('i32', 9, 31), make.of('i32', 9, 31), make.of('i32', 31)];
    return [y, row].flatMap((other) => [x.add(other), x.sub(other), x.mul(other), x.maximum(other), x.minimum(other)]);
  },
  'copies in every type': (make) =>
    types.flatMap((type) => {
      const x = make.of(type, 4, 70, 90);
      return [
        x.permute([0, 2, 1]).contiguous(),
        x.permute([2, 0, 1]).contiguous(),
        x.narrow({ dim: 2, start: 1, length: 17 }).contiguous(),
        cat([x.select({ dim: 0, index: 1 }), x.select({ dim: 0, index: 0 })], { dim: 1 }),
        pad(x, { padding: [1, 2, 3, 0] }),
        tril(x, { diagonal: 3 }),
        full([300], 2, { dtype: type, device: make.device }),
        ...(type === 'f16' ? [] : [where(make.of('bool', 70, 90), x, x.select({ dim: 0, index: 2 }))]),
      ].map((t) => t.to('f32'));
    }),
  'indexing in every type': (make) =>
    types.flatMap((type) => {
      const x = make.of(type, 20, 30);
      return [
        x.indexSelect(make.index(20, 50), { dim: 0 }),
        x.gather(make.index(30, 20, 12), { dim: 1 }),
        indexCopy_(x.clone(), tensor([3, 1, 17], { dtype: 'i32', device: make.device }), make.of(type, 3, 30), {
          dim: 0,
        }),
      ].map((t) => t.to('f32'));
    }),
  ranges: ({ device }) =>
    (['f32', 'bf16', 'i32'] as const).map((dtype) => arange(800, { start: 3, step: 7, dtype, device })),
  'one-hot rows': (make) => [oneHot(make.index(11, 60), { numClasses: 11 })],
  'sums of integers': (make) => [
    scatterAdd(make.of('i32', 30, 8), make.index(30, 90, 8), make.of('i32', 90, 8), { dim: 0 }),
    make.of('i32', 7, 3000).sum({ dim: 1 }),
    make.of('i32', 7, 3000).max({ dim: 1 })[0],
    make.of('i32', 7, 3000).cumsum({ dim: 1 }),
  ],
  'orders of more rows than blocks': (make) => [
    ...sort(make.fractions('f32', 40, 50)),
    ...topk(make.fractions('bf16', 40, 150), { k: 7 }),
  ],
};

/** What sums in another order. */
const close: Record<string, (make: Maker, dtype: 'f32' | 'bf16') => Tensor[]> = {
  'reductions of long rows, and of more columns than blocks': (make, dtype) => {
    const x = make.fractions(dtype, 3, 70_000).add(2);
    const wide = make.fractions(dtype, 50, 40, 70);
    return [
      ...[x.mean({ dim: 1 }), x.logsumexp({ dim: 1 }), x.norm({ dim: 1 }), x.var({ dim: 1 }), ...x.max({ dim: 1 })],
      ...[
        wide.mean({ dim: 1 }),
        wide.logsumexp({ dim: 1 }),
        ...wide.min({ dim: 1 }),
        wide.sum({ dim: 0 }),
        wide.mean(),
      ],
      ...[softmax, logSoftmax].map((f) => f(make.fractions(dtype, 40, 1027), { dim: 1 })),
      make.fractions(dtype, 40, 600).cumsum({ dim: 1 }),
      ...[make.fractions(dtype, 70, 1500).mean({ dim: 1 }), x.transpose().contiguous().mean({ dim: 0 })],
    ];
  },
  'in-place sums of two types, powers and their gradients': (make, dtype) => {
    const x = make.fractions(dtype, 300);
    const other = make.fractions(dtype === 'f32' ? 'bf16' : 'f32', 300);
    const positive = make.fractions(dtype, 300).abs().detach().setRequiresGrad();
    positive.pow(2.5).sum().backward();
    return [
      x.clone().add_(other, { alpha: 0.5 }),
      x.clone().lerp_(make.fractions(dtype, 300), 0.3),
      x.mul(2).add(1),
      positive.grad!,
    ];
  },
  'norms and clipping of gradients': (make, dtype) => {
    const x = make.fractions(dtype, 70_001);
    const mask = tensor(new Int32Array(2188).fill(0x0f0f3355), { device: make.device });
    const empty = (n = 1) => full([n], 0, { device: make.device });
    const [norm, masked, sum, largest, scale] = [empty(), empty(), empty(), empty(), empty()];
    const [fine, bad] = [
      full([1], 7, { dtype: 'i32', device: make.device }),
      full([1], 7, { dtype: 'i32', device: make.device }),
    ];
    gradNorm({ x, norm, n: x.numel });
    gradNorm({ x, norm: masked, mask, prior: norm, n: x.numel });
    absoluteNorm({ x, norm: sum, n: x.numel, largest: 0 });
    absoluteNorm({ x, norm: largest, n: x.numel, largest: 1 });
    clipScale({ norm, scale, maxNorm: 3, eps: 1e-6, count: 1 });
    const clipped = x.clone();
    scaleBy({ x: clipped, scale, n: x.numel });
    nonFiniteFlag({ x, found: fine, n: x.numel });
    nonFiniteFlag({ x: x.clone().div(0), found: bad, n: x.numel });
    return [norm, masked, sum, largest, scale, clipped, fine, bad];
  },
};

describe.each(testDevices.filter((d) => d !== 'cpu'))('%s', (device) => {
  test.each(Object.entries(exact))('%s', async (_, body) => {
    const [actual, expected] = [await valuesOf(body(new Maker(device))), await valuesOf(body(new Maker('cpu')))];
    expect(actual).toEqual(expected);
  });

  for (const dtype of ['f32', 'bf16'] as const) {
    test.each(Object.entries(close))(`%s, ${dtype}`, async (_, body) => {
      const [actual, expected] = [
        await valuesOf(body(new Maker(device), dtype)),
        await valuesOf(body(new Maker('cpu'), dtype)),
      ];
      expect(actual.length).toBe(expected.length);
      expected.forEach((values, i) => {
        const largest = Math.max(...values.map(Math.abs));
        const tolerance = dtype === 'f32' ? 2e-5 : 8e-3;
        compareValues(`result ${i}`, actual[i]!, values, { rtol: tolerance, atol: tolerance * largest });
      });
    });
  }
});
