/** What the fused quantizer and language-model head kernels promise beyond their values: ties, NaN, usage, batches. */
import {
  codebookEntropies,
  type DeviceName,
  grad,
  linearCrossEntropy,
  linearLogProb,
  mul,
  narrow,
  sum,
  type Tensor,
  tensor,
  vqLookup,
  zeros,
} from '@tessera/tensor';
import { describe, expect, test } from 'vitest';
import { testDevices } from '../support/devices.js';
import { Numbers } from '../support/numbers.js';

function random(seed: number, shape: readonly number[], device: DeviceName, range = 1): Tensor {
  const numbers = new Numbers(seed);
  const size = shape.reduce((a, b) => a * b, 1);
  return tensor(
    Float32Array.from({ length: size }, () => numbers.uniform(-range, range)),
    { shape, device },
  );
}

for (const device of testDevices) {
  describe(device, () => {
    test('vqLookup takes the lowest of equal codes, leaves out NaN and counts usage', async () => {
      const values = new Numbers(1);
      const codes = Float32Array.from({ length: 300 * 8 }, () => values.uniform(-1, 1));
      codes.copyWithin(250 * 8, 17 * 8, 18 * 8);
      codes.copyWithin(299 * 8, 17 * 8, 18 * 8);
      codes[40 * 8 + 3] = Number.NaN;
      const rows = new Float32Array(3 * 8);
      rows.set(codes.subarray(17 * 8, 18 * 8));
      rows.set(codes.subarray(40 * 8, 41 * 8), 8);
      rows.set(codes.subarray(299 * 8, 300 * 8), 16);
      const counts = zeros([300], { dtype: 'i32', device });
      const codebook = tensor(codes, { shape: [300, 8], device });
      const ids = await vqLookup(tensor(rows, { shape: [3, 8], device }), codebook, { counts }).data();
      expect([...ids]).toEqual([17, 0, 17]); // a vector with NaN has no nearest code: 0
      vqLookup(tensor(rows, { shape: [3, 8], device }), codebook, { counts });
      const used = await counts.data();
      expect([used[17], used[0], [...used].reduce((a: number, b) => a + Number(b), 0)]).toEqual([4, 2, 6]);
    });

    test('vqLookup of nothing, and of one code', async () => {
      const one = random(3, [1, 5], device);
      expect((await vqLookup(random(4, [0, 5], device), one).data()).length).toBe(0);
      expect([...(await vqLookup(random(5, [4, 5], device), one).data())]).toEqual([0, 0, 0, 0]);
    });

    test('the entropies of certain and of even assignments', async () => {
      const corners = tensor([1, 0, 0, 1, -1, 0, 0, -1], { shape: [4, 2], device });
      const [sure, used] = codebookEntropies(corners, corners, { temperature: 1e-3, eps: 0 });
      expect((await sure!.data())[0]).toBeCloseTo(0, 6);
      expect((await used!.data())[0]).toBeCloseTo(Math.log(4), 5);
      const [unsure] = codebookEntropies(corners, corners, { temperature: 1e6, eps: 0 });
      expect((await unsure!.data())[0]).toBeCloseTo(Math.log(4), 5);
    });

    test('gradients of nearly certain assignments are not lost in rounding', async () => {
      const [rows, count, dims, temperature] = [18, 64, 32, 0.01];
      const unit = (x: Tensor) => x.div(x.square().sum({ dim: 1, keepdim: true }).sqrt());
      const z = unit(random(11, [rows, dims], device))
        .detach()
        .setRequiresGrad();
      const codebook = unit(random(12, [count, dims], device));
      const [sample] = codebookEntropies(z, codebook, { temperature });
      const got = await grad(sample!, [z])[0]!.data();
      const [vectors, codes] = [await z.data(), await codebook.data()];
      const at = (values: ArrayLike<number>, row: number, d: number) => Number(values[row * dims + d]);
      const indices = Array.from({ length: dims }, (_, d) => d);
      let [error, size] = [0, 0];
      for (let i = 0; i < rows; i++) {
        const scores = Array.from({ length: count }, (_, k) =>
          indices.reduce((s, d) => s - (at(vectors, i, d) - at(codes, k, d)) ** 2 / temperature, 0),
        );
        const top = Math.max(...scores);
        const logSum = top + Math.log(scores.reduce((s, x) => s + Math.exp(x - top), 0));
        const logs = scores.map((s) => s - logSum);
        const entropy = -logs.reduce((s, x) => s + Math.exp(x) * x, 0);
        for (const d of indices) {
          const slope = logs.reduce((s, x, k) => s - Math.exp(x) * (x + entropy) * at(codes, k, d), 0);
          const want = (2 * slope) / (temperature * rows);
          error += (at(got, i, d) - want) ** 2;
          size += want ** 2;
        }
      }
      expect(Math.sqrt(error / size)).toBeLessThan(1e-3);
    });

    test('linearLogProb gives a token the same bits in any batch', async () => {
      const hidden = random(6, [37, 24], device);
      const weight = random(7, [2500, 24], device);
      const tokens = tensor(
        Int32Array.from({ length: 37 }, (_, i) => (i * 613) % 2500),
        { shape: [37], dtype: 'i32', device },
      );
      const [all, entropies] = linearLogProb(hidden, weight, tokens, { temperature: 0.7 });
      const [allData, entropyData] = [await all!.data(), await entropies!.data()];
      for (const [start, length] of [
        [0, 1],
        [5, 1],
        [11, 16],
        [36, 1],
      ] as const) {
        const part = { dim: 0, start, length };
        const [logProb, entropy] = linearLogProb(narrow(hidden, part), weight, narrow(tokens, part), {
          temperature: 0.7,
        });
        expect([...(await logProb!.data())]).toEqual([...allData.slice(start, start + length)]);
        expect([...(await entropy!.data())]).toEqual([...entropyData.slice(start, start + length)]);
      }
    });

    test('gradients made with the loss are those made after it, for many rows and classes', async () => {
      const features = 6;
      // Several blocks of rows on the CPU; the emulator would take half a minute.
      const [rows, classes] = device === 'cuda-emulated' ? [41, 1103] : [410, 11003];
      const hidden = random(10, [rows, features], device).setRequiresGrad();
      const weight = random(11, [classes, features], device).setRequiresGrad();
      const bias = random(12, [classes], device).setRequiresGrad();
      const labels = Int32Array.from({ length: rows }, (_, i) => (i % 50 === 49 ? -100 : (i * 7919) % classes));
      const targets = tensor(labels, { shape: [rows], device });
      const options = { labelSmoothing: 0.1, temperature: 1.5 };
      const together = linearCrossEntropy(hidden, weight, targets, bias, { ...options, reduction: 'sum' });
      const alone = linearCrossEntropy(hidden, weight, targets, bias, { ...options, reduction: 'none' });
      expect(await together.data()).toEqual(await sum(alone).data());
      const expected = grad(sum(mul(alone, 3)), [hidden, weight, bias]);
      const tripled = mul(together, 3);
      const again = grad(tripled, [hidden, weight, bias], { retainGraph: true });
      const gradients = grad(tripled, [hidden, weight, bias]);
      for (const [i, gradient] of gradients.entries()) expect(await gradient!.data()).toEqual(await again[i]!.data());
      for (const [i, gradient] of gradients.entries()) {
        const reference = await expected[i]!.data();
        const largest = Math.max(...Array.from(reference, (value) => Math.abs(Number(value))));
        const values = await gradient!.data();
        for (const [at, value] of values.entries())
          expect(Math.abs(Number(value) - Number(reference[at]))).toBeLessThan(1e-5 * largest);
      }
    });

    test('ignored targets have neither loss nor gradient; targets outside the classes give NaN', async () => {
      const hidden = random(8, [3, 6], device).setRequiresGrad();
      const weight = random(9, [10, 6], device);
      const targets = tensor(Int32Array.of(2, -100, 7), { shape: [3], dtype: 'i32', device });
      const loss = linearCrossEntropy(hidden, weight, targets, { reduction: 'none' });
      const values = await loss.data();
      expect(values[1]).toBe(0);
      const [dhidden] = grad(sum(mul(loss, loss)), [hidden]);
      const gradient = await dhidden!.data();
      expect([...gradient.slice(6, 12)]).toEqual([0, 0, 0, 0, 0, 0]);
      expect(Math.abs(Number(gradient[0]))).toBeGreaterThan(0);
      const outside = tensor(Int32Array.of(10, 0, 0), { shape: [3], dtype: 'i32', device });
      expect((await linearCrossEntropy(hidden, weight, outside, { reduction: 'none' }).data())[0]).toBeNaN();
    });
  });
}
