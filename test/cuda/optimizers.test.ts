/** Steps of every optimizer on CUDA devices beside the CPU's: the same rules, so the same bits, but for sums over tensors. */
import { type Optimizer, SparseAdamW, SparseLion, SparseSGD, Subnetwork } from '@tessera/optim';
import { type DeviceName, type DType, tensor } from '@tessera/tensor';
import { eigh, orthogonalize } from '@tessera/tensor/kernels';
import { describe, expect, test } from 'vitest';
import { flatOptimizers, matrixOptimizers } from '../optim/families.js';
import { flatOf, noise, setGradient } from '../optim/support.js';
import { testDevices } from '../support/devices.js';

/** Parameters after a few steps, and what the optimizer keeps. */
async function run(optimizer: Optimizer, steps = 4): Promise<number[]> {
  const found: number[] = [];
  for (let s = 0; s < steps; s++) {
    for (const { flat } of optimizer.places) setGradient(flat, noise(flat.data.numel, 100 + s));
    optimizer.step({ loss: 1 + 0.1 * s });
  }
  await optimizer.synchronize();
  for (const { flat } of optimizer.places) found.push(...(await flat.data.to('f32').data()));
  optimizer.dispose();
  return found;
}

function expectClose(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  const far = actual.findIndex((x, i) => !(Math.abs(x - expected[i]!) <= tolerance * (1 + Math.abs(expected[i]!))));
  expect(far === -1 ? '' : `${far}: ${actual[far]}, not ${expected[far]}`).toBe('');
}

/** Those whose every parameter goes its own way. */
const elementwise =
  /^(SGD|Adam|Nadam|NAdam|RAdam|Adagrad|Adadelta|RMSprop|Adamax|Lion|AdEMAMix|ADOPT|Sophia|ScheduleFree|Lookahead)/;

describe.each(testDevices.filter((d) => d !== 'cpu'))('%s', (device) => {
  // Odd numbers of parameters, two segments, several of the words that a warp takes at a time.
  const lengths = [701, 1350];
  const on = (where: DeviceName, dtype: DType, gradDType: DType) =>
    flatOf(noise(2051, 1), { lengths, dtype, gradDType, device: where });

  for (const { name, make } of flatOptimizers) {
    const wrapper = /^(Mechanic|ScheduleFree |Lookahead)/.test(name); // of f32 parameters alone
    test.each(wrapper ? (['f32'] as const) : (['f32', 'bf16'] as const))(`${name} %s`, async (dtype) => {
      for (const gradDType of ['f32', 'bf16'] as const) {
        const at = (where: DeviceName) => run(make(on(where, dtype, gradDType)));
        const [actual, expected] = [await at(device), await at('cpu')];
        if (elementwise.test(name)) expect(actual).toEqual(expected);
        else expectClose(actual, expected, dtype === 'f32' ? 1e-5 : 1e-2);
      }
    });
  }

  for (const units of ['rows', 'columns'] as const) {
    // One of each kernel that looks at gradients, and the sparse step.
    const samples = flatOptimizers.filter(({ name }) =>
      /^(AdamW|Yogi|LAMB|DoG|DAdaptAdam|Prodigy slice|ProdigyPlus speed|Mechanic SGD)$/.test(name),
    );
    const options = { clipAdaptive: { limit: 0.05, units } };
    test.each(samples)(`$name clipped by ${units}`, async ({ make }) => {
      const shapes = [[13, 17], [301], [3, 5, 7], [2, 3, 4, 6], [1200, 1], [4, 200]];
      const at = (where: DeviceName) => run(make(flatOf(noise(2771, 1), { shapes, device: where }), options));
      expectClose(await at(device), await at('cpu'), 1e-5);
    });
    test(`sparse AdamW clipped by ${units}`, async () => {
      const at = async (where: DeviceName) => {
        const flat = flatOf(noise(2000, 1), { shapes: [[40, 50]], device: where });
        const mask = Uint8Array.from(noise(2000, 7), (v) => (v > 0.5 ? 1 : 0));
        const subnetwork = await Subnetwork.fromBytes(flat, tensor(mask, { dtype: 'u8', device: where }));
        return run(new SparseAdamW(subnetwork, options));
      };
      expectClose(await at(device), await at('cpu'), 1e-5);
    });
  }

  test.each(matrixOptimizers)('$name', async ({ make }) => {
    // Square: the bases of what a gradient of lower rank leaves out are anybody's.
    const at = (where: DeviceName) => run(make(flatOf(noise(1156, 1), { shapes: [[34, 34]], device: where })));
    expectClose(await at(device), await at('cpu'), 1e-4);
  });

  for (const [name, make] of [
    ['AdamW', (s: Subnetwork, precision: 'plain' | 'stochastic') => new SparseAdamW(s, { precision, seed: 3 })],
    ['SGD', (s: Subnetwork) => new SparseSGD(s, { lr: 1e-2, momentum: 0.9 })],
    ['Lion', (s: Subnetwork) => new SparseLion(s)],
  ] as const) {
    test.each([0.002, 0.05, 0.3, 1])(`sparse ${name}, density %d`, async (density) => {
      for (const [dtype, precision] of [
        ['f32', 'plain'],
        ['bf16', 'stochastic'],
      ] as const) {
        const at = async (where: DeviceName) => {
          const flat = flatOf(noise(5001, 1), { dtype, device: where });
          const mask = Uint8Array.from(noise(5001, 7), (v) => ((v + 1) / 2 < density ? 1 : 0));
          const subnetwork = await Subnetwork.fromBytes(flat, tensor(mask, { dtype: 'u8', device: where }));
          return run(make(subnetwork, precision));
        };
        expect(await at(device)).toEqual(await at('cpu'));
      }
    });
  }

  test('sparse AdamW over more parameters than its blocks take at once, and what it touched', async () => {
    const n = 300_000;
    const at = async (where: DeviceName) => {
      const flat = flatOf(noise(n, 1), { device: where });
      const mask = Uint8Array.from(noise(n, 7), (v) => (v > 0.8 ? 1 : 0));
      const subnetwork = await Subnetwork.fromBytes(flat, tensor(mask, { dtype: 'u8', device: where }));
      const optimizer = new SparseAdamW(subnetwork, { trackTouched: true });
      setGradient(flat, noise(n, 3));
      optimizer.step();
      const touched = [...(await optimizer.touched()[0]!.data())];
      return [...touched, ...(await flat.data.data())];
    };
    expect(await at(device)).toEqual(await at('cpu'));
  });

  test.each([1, 2, 3, 33, 70])('eigenvectors and orthogonal factors of %d rows', async (n) => {
    const half = noise(2 * n * n, n);
    const gram = half.map((_, at) => {
      const [b, i, j] = [Math.floor(at / (n * n)), Math.floor(at / n) % n, at % n];
      let sum = 0;
      for (let k = 0; k < n; k++) sum += half[(b * n + i) * n + k]! * half[(b * n + j) * n + k]!;
      return sum;
    });
    const at = async (where: DeviceName) => {
      const empty = (size: number) => tensor(new Float32Array(size), { device: where });
      const [values, vectors, q] = [empty(2 * n), empty(2 * n * n), empty(2 * n * n)];
      eigh({ a: tensor(gram, { device: where }), values, vectors, n, batch: 2 });
      orthogonalize({ a: tensor(half, { device: where }), q, n, batch: 2 });
      return Promise.all([values, vectors, q].map(async (t) => [...(await t.data())]));
    };
    const [actual, expected] = [await at(device), await at('cpu')];
    for (const [i, values] of expected.entries()) expectClose(actual[i]!, values, 1e-5);
  });
});
