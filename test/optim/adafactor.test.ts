/** Adafactor beside its definition, in every way that a tensor may be factored and cut. */
import { Adafactor, type AdafactorOptions } from '@tessera/optim';
import { describe, expect, it } from 'vitest';
import { testDevices } from '../support/devices.js';
import { flatOf, noise, setGradient } from './support.js';

const product = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
const rms = (x: readonly number[]) => Math.sqrt(x.reduce((sum, v) => sum + v * v, 0) / x.length);

const furthest = (x: ArrayLike<number>, y: readonly number[]) =>
  y.reduce((most, value, i) => Math.max(most, Math.abs(x[i]! - value)), 0);

/** `steps` steps of one tensor in float64: the definition, with whole tensors for all that is kept of rows and columns. */
function reference(
  start: Float32Array,
  shape: readonly number[],
  gradients: readonly Float32Array[],
  { form = 'torch', lr = 0.01, weightDecay = 0, momentum = 0, minDimSizeToFactor = 128 }: AdafactorOptions,
): number[] {
  const optax = form === 'optax';
  const strides = shape.map((_, d) => product(shape.slice(d + 1)));
  const order = shape.map((_, d) => d).sort((a, b) => shape[a]! - shape[b]! || a - b);
  const [first, last] = optax ? order.slice(-2) : [shape.length - 2, shape.length - 1];
  const factored = shape.length > 1 && (!optax || shape[first!]! >= minDimSizeToFactor);
  /** The mean over one dimension, in the place of each element that goes into it. */
  const mean = (x: readonly number[], dim: number): number[] => {
    const [size, stride] = [shape[dim]!, strides[dim]!];
    const base = x.map((_, i) => i - (Math.floor(i / stride) % size) * stride);
    const sums = new Float64Array(x.length);
    for (const [i, first] of base.entries()) sums[first]! += x[i]! / size;
    return base.map((first) => sums[first]!);
  };
  let p = [...start];
  let [row, column, v, m] = [0, 0, 0, 0].map(() => p.map(() => 0)) as [number[], number[], number[], number[]];
  gradients.forEach((gradient, at) => {
    const t = at + 1;
    const beta2 = 1 - t ** -0.8;
    const least = optax ? 0 : 2 ** -23;
    const g = [...gradient];
    const squares = g.map((x) => x * x + (optax ? 1e-30 : 0));
    const mix = (old: readonly number[], now: readonly number[]) => old.map((x, i) => x + (1 - beta2) * (now[i]! - x));
    let second: number[];
    if (factored) {
      row = mix(row, mean(squares, last!));
      column = mix(column, mean(squares, first!));
      const whole = mean(row, first!);
      second = row.map((r, i) => (r * column[i]!) / Math.max(whole[i]!, least));
    } else {
      v = mix(v, squares);
      second = v;
    }
    const u = g.map((x, i) => x / Math.sqrt(Math.max(second[i]!, least ** 2)));
    const rate = Math.min(lr, optax ? Number.POSITIVE_INFINITY : 1 / Math.sqrt(t)) * Math.max(rms(p), 1e-3);
    const clip = Math.max(1, rms(u));
    const q = u.map((x) => (rate * x) / clip);
    m = q.map((x, i) => (momentum === 0 ? x : momentum * m[i]! + (1 - momentum) * x));
    const keep = 1 - (optax ? weightDecay : lr * weightDecay);
    p = p.map((x, i) => x * keep - m[i]!);
  });
  return p;
}

const cases: readonly { readonly name: string; readonly options: AdafactorOptions; readonly shapes: number[][] }[] = [
  {
    name: 'torch: matrices, a batch of them, vectors, nothing',
    options: {},
    shapes: [[37, 45], [3, 2, 33, 70], [1, 9], [9, 1], [131], [], [0, 4], [5000], [4100, 3], [3, 1500]],
  },
  { name: 'torch with decay', options: { weightDecay: 0.1, lr: 0.05 }, shapes: [[40, 30], [7]] },
  {
    name: 'optax: the largest dimensions wherever they are',
    options: { form: 'optax', minDimSizeToFactor: 8, lr: 0.05 },
    shapes: [
      [40, 30],
      [30, 40],
      [40, 9, 3, 3],
      [8, 50, 2],
      [50, 3, 8],
      [3, 3, 20, 30],
      [3, 3, 30, 20],
      [20, 20],
      [300, 5],
      [9],
    ],
  },
  {
    name: 'optax with momentum and decay',
    options: { form: 'optax', minDimSizeToFactor: 8, momentum: 0.9, weightDecay: 0.01, lr: 0.05 },
    shapes: [[40, 30], [12, 3, 10], [17]],
  },
];

describe.each(testDevices)('Adafactor on %s', (where) => {
  it.each(cases)('$name', async ({ options, shapes }) => {
    const sizes = shapes.map(product);
    const n = sizes.reduce((a, b) => a + b, 0);
    const values = noise(n, 1);
    const gradients = [2, 3, 4, 5].map((seed) => noise(n, seed));
    const flat = flatOf(values, { shapes, device: where });
    using optimizer = new Adafactor(flat, options);
    for (const gradient of gradients) {
      setGradient(flat, gradient);
      optimizer.step();
    }
    const found = await flat.data.data();
    let offset = 0;
    for (const [i, shape] of shapes.entries()) {
      const part = (x: Float32Array) => x.subarray(offset, offset + sizes[i]!);
      const expected = reference(part(values), shape, gradients.map(part), options);
      expect(furthest(part(found as Float32Array), expected), `shape ${shape}`).toBeLessThan(1e-5);
      offset += sizes[i]!;
    }
  });

  it('bounds updates of tiny gradients by eps, rows of zeros and single values among them', async () => {
    const shape = [50, 40];
    const [values, gradient] = [noise(2000, 1), noise(2000, 2)];
    const sizes = [0, 1e-12, 1e-9, 1e-8, 1e-7, 1e-5, 1];
    const scaled = gradient.map((x, i) => x * sizes[Math.floor(i / 40) % 7]! * (i % 40 === 5 ? 1e-6 : 1));
    const gradients = [scaled, noise(2000, 3).map((x, i) => x * scaled[i]!)];
    const flat = flatOf(values, { shapes: [shape], device: where });
    using optimizer = new Adafactor(flat, { lr: 0.05 });
    for (const g of gradients) {
      setGradient(flat, g);
      optimizer.step();
    }
    const found = await flat.data.data();
    const expected = reference(values, shape, gradients, { lr: 0.05 });
    expect(furthest(found as Float32Array, expected)).toBeLessThan(1e-5);
  });

  it('notes what it touched, and steps bf16 parameters by their copies', async () => {
    const shapes = [[33, 35], [41]];
    const values = noise(1196, 1);
    const at = async (dtype: 'f32' | 'bf16') => {
      const flat = flatOf(values, { shapes, dtype, device: where });
      const precision = dtype === 'bf16' ? 'master' : 'plain';
      using optimizer = new Adafactor(flat, { lr: 0.05, precision, trackTouched: true });
      const gradient = noise(1196, 2);
      gradient.fill(0, 1155);
      setGradient(flat, gradient);
      optimizer.step();
      const touched = (await optimizer.touched()[0]!.data()) as Int32Array;
      return { values: [...(await flat.data.to('f32').data())], touched: [...touched] };
    };
    const [full, half] = [await at('f32'), await at('bf16')];
    expect(furthest(half.values, full.values)).toBeLessThan(0.008);
    const bit = (i: number) => (full.touched[i >> 5]! >> (i % 32)) & 1;
    for (let i = 0; i < 1155; i++) expect(bit(i)).toBe(1);
    for (let i = 1155; i < 1196; i++) expect(bit(i)).toBe(0);
  });
});
