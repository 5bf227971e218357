/**
 * Shapes that kernels cut into parts, tiles and several blocks, which the cases of the registry are too small for: every
 * device against float64 arithmetic on the values the tensors hold.
 */
import {
  argmax,
  contiguous,
  crossEntropy,
  cumsum,
  embedding,
  flip,
  gather,
  indexSelect,
  layerNorm,
  logSoftmax,
  logsumexp,
  max,
  NdArray,
  norm,
  normal,
  randint,
  randn,
  scope,
  softmax,
  std,
  sum,
  type Tensor,
  tensor,
  transpose,
} from '@tessera/tensor';
import { describe, expect, test } from 'vitest';
import { testDevices } from '../support/devices.js';

async function read(x: Tensor): Promise<number[]> {
  const values = [...(await x.data())].map(Number);
  x.dispose();
  return values;
}

/** Lines of x along `dim`, in the order of the reduced result. */
function lines(x: NdArray, dim: number): number[][] {
  const inner = x.shape.slice(dim + 1).reduce((n, s) => n * s, 1);
  const cols = x.shape[dim]!;
  const outer = x.data.length / (cols * inner);
  return Array.from({ length: outer * inner }, (_, out) =>
    Array.from({ length: cols }, (_, c) => x.data[(Math.floor(out / inner) * cols + c) * inner + (out % inner)]!),
  );
}

function expectClose(got: readonly number[], want: readonly number[], rtol: number, atol: number): void {
  expect(got.length).toBe(want.length);
  for (let i = 0; i < want.length; ++i) {
    const allowed = atol + rtol * Math.abs(want[i]!);
    if (!(Math.abs(got[i]! - want[i]!) <= allowed)) expect.fail(`element ${i}: got ${got[i]}, expected ${want[i]}`);
  }
}

const shapes: readonly (readonly [readonly number[], number])[] = [
  [[2, 70_001], 1],
  [[1, 131_073], 1],
  [[5000, 37], 0],
  [[2, 2500, 33], 1],
  [[3, 1500], 1],
];

for (const device of testDevices) {
  describe(`large shapes on ${device}`, () => {
    test.each(shapes)('reductions of %j along %i', { timeout: 120_000 }, async (shape, dim) => {
      using x = randn([...shape], { device });
      const values = new NdArray([...shape], Float64Array.from(await x.data()));
      const all = lines(values, dim);
      const total = (line: readonly number[], f = (v: number) => v): number => line.reduce((s, v) => s + f(v), 0);
      const norms = all.map((line) => Math.sqrt(total(line, (v) => v * v)));
      expectClose(
        await read(sum(x, { dim })),
        all.map((line) => total(line)),
        1e-5,
        1e-3,
      );
      expectClose(await read(norm(x, { dim })), norms, 2e-6, 0);
      expectClose(
        await read(logsumexp(x, { dim })),
        all.map((line) => Math.log(total(line, Math.exp))),
        1e-6,
        2e-6,
      );
      expect(await read(argmax(x, { dim }))).toEqual(
        all.map((line) => line.indexOf(line.reduce((a, b) => Math.max(a, b)))),
      );
      const spread = all.map((line) => {
        const mean = total(line) / line.length;
        return Math.sqrt(total(line, (v) => (v - mean) ** 2) / (line.length - 1));
      });
      expectClose(await read(std(x, { dim })), spread, 2e-5, 0);
      const running = all.map((line) => total(line));
      const last = scope(() => cumsum(x, { dim }));
      const sums = new NdArray([...shape], Float64Array.from(await last.data()));
      last.dispose();
      expectClose(
        lines(sums, dim).map((line) => line.at(-1)!),
        running,
        1e-5,
        1e-3,
      );
    });

    test('the first of equal maxima, and NaN before every number', async () => {
      const data = new Float32Array(200_000).fill(1);
      data[150_000] = data[70_000] = data[199_999] = 5;
      using x = tensor(data, { device });
      expect(await read(argmax(x, { dim: 0 }))).toEqual([70_000]);
      data[131_072] = data[180_000] = Number.NaN;
      using y = tensor(data, { device });
      const [value, index] = max(y, { dim: 0 }) as [Tensor, Tensor];
      expect(await read(value)).toEqual([Number.NaN]);
      expect(await read(index)).toEqual([131_072]);
    });

    test('rows longer than a block, and many of them', async () => {
      using x = normal([70, 2100], { device, mean: 1, std: 3 });
      const all = lines(new NdArray([70, 2100], Float64Array.from(await x.data())), 1);
      const soft = all.flatMap((line) => {
        const top = line.reduce((a, b) => Math.max(a, b));
        const e = line.map((v) => Math.exp(v - top));
        const total = e.reduce((a, b) => a + b);
        return e.map((v) => v / total);
      });
      expectClose(await read(softmax(x, { dim: 1 })), soft, 1e-5, 1e-9);
      const layer = all.flatMap((line) => {
        const mean = line.reduce((a, b) => a + b) / line.length;
        const variance = line.reduce((a, b) => a + (b - mean) ** 2, 0) / line.length;
        return line.map((v) => (v - mean) / Math.sqrt(variance + 1e-5));
      });
      expectClose(await read(layerNorm(x)), layer, 1e-5, 4e-6);
      using target = randint(2100, [70], { device });
      const chosen = await target.data();
      const losses = all.map((line, r) => -Math.log(soft[r * 2100 + Number(chosen[r])]!) + 0 * line.length);
      expectClose(await read(crossEntropy(x, target, { reduction: 'none' })), losses, 1e-5, 1e-5);
    });

    test('more short rows than a tile holds', async () => {
      using x = normal([4099, 10], { device, mean: 1, std: 3, requiresGrad: true });
      const all = lines(new NdArray([4099, 10], Float64Array.from(await x.data())), 1);
      const soft = all.map((line) => {
        const top = line.reduce((a, b) => Math.max(a, b));
        const e = line.map((v) => Math.exp(v - top));
        const total = e.reduce((a, b) => a + b);
        return e.map((v) => v / total);
      });
      using y = softmax(x, { dim: 1 });
      expectClose([...(await y.data())].map(Number), soft.flat(), 2e-6, 1e-9);
      const logs = soft.flatMap((line) => line.map(Math.log));
      expectClose(await read(scope(() => logSoftmax(x.detach(), { dim: 1 }))), logs, 2e-6, 2e-6);
      using upstream = randn([4099, 10], { device });
      y.backward({ gradient: upstream });
      const g = lines(new NdArray([4099, 10], Float64Array.from(await upstream.data())), 1);
      const want = soft.flatMap((line, r) => {
        const total = line.reduce((sum, v, c) => sum + v * g[r]![c]!, 0);
        return line.map((v, c) => v * (g[r]![c]! - total));
      });
      expectClose([...(await x.grad!.data())].map(Number), want, 1e-5, 1e-6);
    });

    test('single elements picked from rows, over several parts', async () => {
      using x = randn([700, 130], { device });
      const all = lines(new NdArray([700, 130], Float64Array.from(await x.data())), 1);
      using each = randint(130, [700, 127], { device });
      const index = [...(await each.data())].map(Number);
      const picked = index.map((k, i) => all[Math.floor(i / 127)]![k]!);
      expect(await read(gather(x, each, { dim: 1 }))).toEqual(picked);
      using some = tensor(Int32Array.from(index.slice(0, 127)), { device });
      const selected = all.flatMap((line) => index.slice(0, 127).map((k) => line[k]!));
      expect(await read(indexSelect(x, some, { dim: 1 }))).toEqual(selected);
    });

    test('transposes and flips of matrices with odd edges', async () => {
      using x = randn([3, 77, 130], { device });
      const values = new NdArray([3, 77, 130], Float64Array.from(await x.data()));
      const turned = scope(() => contiguous(transpose(x, { dim0: 1, dim1: 2 })));
      expect(await read(turned)).toEqual([...values.permute([0, 2, 1]).data]);
      const flipped = scope(() => contiguous(flip(x, { dims: [0, 1, 2] })));
      expect(await read(flipped)).toEqual([...values.data].reverse());
    });

    test('an embedding gradient with indices that repeat often', async () => {
      using weight = randn([50, 40], { device, requiresGrad: true });
      using index = randint(50, [3000], { device });
      using upstream = randn([3000, 40], { device });
      using y = embedding(weight, index);
      y.backward({ gradient: upstream });
      const g = Float64Array.from(await upstream.data());
      const want = new Float64Array(50 * 40);
      [...(await index.data())].forEach((row, k) => {
        for (let i = 0; i < 40; ++i) want[Number(row) * 40 + i]! += g[k * 40 + i]!;
      });
      expectClose([...(await weight.grad!.data())].map(Number), [...want], 1e-4, 1e-4);
    });
  });
}
