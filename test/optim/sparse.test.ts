import { flatParameters, Linear, Sequential } from '@tessera/nn';
import {
  AdamW,
  Lion,
  NadamW,
  type Precision,
  SGD,
  SparseAdamW,
  SparseLion,
  SparseNadamW,
  SparseSGD,
  Subnetwork,
} from '@tessera/optim';
import { type DType, Generator, scope, tensor } from '@tessera/tensor';
import { describe, expect, it } from 'vitest';
import { flatOf, noise, setGradient } from './support.js';

const pairs = [
  { name: 'AdamW', dense: AdamW, sparse: SparseAdamW, options: { lr: 1e-2, weightDecay: 0.1 } },
  { name: 'NadamW', dense: NadamW, sparse: SparseNadamW, options: { lr: 1e-2 } },
  { name: 'SGD', dense: SGD, sparse: SparseSGD, options: { lr: 1e-2, momentum: 0.9, nesterov: true } },
  { name: 'Lion', dense: Lion, sparse: SparseLion, options: { lr: 1e-3 } },
] as const;

const storages: readonly { dtype: DType; precision: Precision }[] = [
  { dtype: 'f32', precision: 'plain' },
  { dtype: 'bf16', precision: 'plain' },
  { dtype: 'bf16', precision: 'master' },
  { dtype: 'bf16', precision: 'compensated' },
  { dtype: 'bf16', precision: 'stochastic' },
];

function maskOf(n: number, density: number): Uint8Array {
  return Uint8Array.from(noise(n, 7), (v) => ((v + 1) / 2 < density ? 1 : 0));
}

describe('a sparse step equals the dense step on masked gradients', () => {
  for (const { name, dense, sparse, options } of pairs) {
    for (const { dtype, precision } of storages) {
      it(`${name}, ${dtype}, ${precision}`, async () => {
        for (const n of [1, 33, 2049, 140_001]) {
          for (const density of n > 10_000 ? [0.2] : [0, 0.001, 0.05, 0.3, 0.5, 1]) {
            const start = noise(n, 1).map((v) => v * 0.1);
            const mask = maskOf(n, density);
            const a = flatOf(start, { dtype });
            const b = flatOf(start, { dtype });
            const before = await a.data.rawData();
            using subnetwork = await Subnetwork.fromBytes(b, tensor(mask, { dtype: 'u8' }));
            expect(subnetwork.active).toBe(mask.reduce((s, v) => s + v, 0));
            using one = new dense(a, { ...options, precision, seed: 3 });
            using two = new sparse(subnetwork, { ...options, precision, seed: 3 });
            for (let step = 0; step < 3; step++) {
              const g = noise(n, 10 + step);
              setGradient(
                a,
                g.map((v, i) => v * mask[i]!),
              );
              setGradient(b, g);
              one.step();
              two.step();
            }
            const x = await a.data.rawData();
            const y = await b.data.rawData();
            const wrong = y.findIndex((v, i) => v !== (mask[i] === 1 ? x[i] : before[i]));
            expect(wrong, `n ${n}, density ${density}`).toBe(-1);
            for (const flat of [a, b]) for (const t of [flat.data, flat.grad]) t.dispose();
          }
        }
      });
    }
  }

  it('with gradients that are compact already', async () => {
    const n = 5000;
    const start = noise(n, 1);
    const a = flatOf(start);
    using first = await Subnetwork.fromBytes(a, tensor(maskOf(n, 0.1), { dtype: 'u8' }));
    setGradient(a, noise(n, 2));
    const b = { ...flatOf(start), grad: first.gather(a.grad).keep() };
    using second = await Subnetwork.fromBytes(b, tensor(maskOf(n, 0.1), { dtype: 'u8' }));
    using one = new SparseAdamW(first);
    using two = new SparseAdamW(second);
    one.step();
    two.step();
    expect(await b.data.rawData()).toEqual(await a.data.rawData());
  });

  it('with gradients gathered during backward, and none computed where nothing is active', async () => {
    for (const dtype of ['f32', 'bf16'] as const) {
      const make = () => {
        const layers = Array.from({ length: 3 }, (_, i) => new Linear(24, 24, { generator: new Generator(i), dtype }));
        const model = new Sequential(...layers);
        return { model, flat: flatParameters(model, { gradDType: 'f32' })[0] };
      };
      const [whole, compact] = [make(), make()];
      // nothing of the last layer's matrix, some of the rest
      const mask = maskOf(whole.flat.length, 0.2);
      const last = whole.flat.entries.find(({ name }) => name === '2.weight')!;
      mask.fill(0, last.offset, last.offset + last.length);
      const x = tensor(noise(8 * 24, 3), { shape: [8, 24] }).to(dtype);
      const train = async ({ model, flat }: ReturnType<typeof make>, gathers: boolean) => {
        using subnetwork = await Subnetwork.fromBytes(flat, tensor(mask, { dtype: 'u8' }));
        if (gathers) subnetwork.compactGradients();
        using optimizer = new SparseAdamW(subnetwork, { lr: 1e-2, clipNorm: 0.1 });
        for (let step = 0; step < 3; step++) {
          optimizer.zeroGrad();
          // twice: gradients add up
          for (const factor of [1, 0.5]) scope(() => model.forward(x.mul(factor)).square().mean().backward());
          optimizer.step();
        }
        expect(flat.grad.numel).toBe(gathers ? subnetwork.active : flat.length);
        expect(flat.entries.find(({ name }) => name === '2.weight')!.tensor.requiresGrad).toBe(!gathers);
      };
      await train(whole, false);
      await train(compact, true);
      expect(await compact.flat.data.rawData()).toEqual(await whole.flat.data.rawData());
      // a disposed subnetwork leaves the buffer as it was
      expect(compact.flat.grad.numel).toBe(compact.flat.length);
      expect(compact.flat.entries.every((entry) => entry.tensor.requiresGrad)).toBe(true);
    }
  });

  it('keeps states for active parameters only', async () => {
    const n = 100_000;
    const flat = flatOf(noise(n, 1));
    using subnetwork = await Subnetwork.random(flat, 0.05);
    using optimizer = new SparseAdamW(subnetwork);
    expect(subnetwork.density).toBeGreaterThan(0.045);
    expect(optimizer.stateBytes).toBe(8 * subnetwork.active);
    const bytes = optimizer.stateBytes + 4 * (subnetwork.mask.numel + subnetwork.offsets.numel);
    expect(bytes / n).toBeLessThanOrEqual(8 * subnetwork.density + 0.25);
  });

  it('reproduces a dense bf16 run from the mask of what it touched', async () => {
    const n = 3000;
    const start = noise(n, 1);
    const [a, b] = [flatOf(start, { dtype: 'bf16' }), flatOf(start, { dtype: 'bf16' })];
    using dense = new AdamW(a, { lr: 1e-4, weightDecay: 0, trackTouched: true });
    const gradients = Array.from({ length: 20 }, (_, step) => noise(n, 20 + step));
    for (const g of gradients) {
      setGradient(a, g);
      dense.step();
    }
    using subnetwork = await Subnetwork.fromMask(b, dense.touched()[0]!);
    expect(subnetwork.density).toBeGreaterThan(0.01);
    expect(subnetwork.density).toBeLessThan(0.9);
    using sparse = new SparseAdamW(subnetwork, { lr: 1e-4, weightDecay: 0 });
    for (const g of gradients) {
      setGradient(b, g);
      sparse.step();
    }
    expect(await b.data.rawData()).toEqual(await a.data.rawData());
  });
});

describe('Subnetwork', () => {
  it('counts per entry, lists indices, combines, gathers and scatters', async () => {
    const flat = flatOf(
      Float32Array.from({ length: 100 }, (_, i) => i),
      { lengths: [40, 25, 35] },
    );
    using a = await Subnetwork.fromIndices(flat, Int32Array.of(99, 0, 39, 40, 41, 64, 0));
    expect(a.counts.map((c) => c.active)).toEqual([2, 3, 1]);
    expect([...(await a.indices())]).toEqual([0, 39, 40, 41, 64, 99]);
    using b = await Subnetwork.fromIndices(flat, Int32Array.of(1, 40, 99));
    using both = await a.intersection(b);
    using all = await a.union(b);
    using only = await a.difference(b);
    using either = await a.symmetricDifference(b);
    expect([both.active, all.active, only.active, either.active]).toEqual([2, 7, 4, 5]);
    const overlap = await a.overlap(b);
    expect(overlap.ofThis).toBeCloseTo(2 / 6);
    expect(overlap.chance).toBeCloseTo(0.03);
    const compact = a.gather(flat.data);
    expect([...(await compact.data())]).toEqual([0, 39, 40, 41, 64, 99]);
    a.scatter(tensor([-1, -2, -3, -4, -5, -6]), flat.data);
    a.apply(flat.data);
    const values = await flat.data.data();
    expect([values[0], values[39], values[64], values[99], values[1]]).toEqual([-1, -2, -5, -6, 0]);
  });

  it('finds what changed, bit by bit or by more than a tolerance', async () => {
    const before = tensor([1, 1, 1, 0, -0, Number.NaN, 1, 100, 1]);
    const flat = flatOf(Float32Array.of(1, 1.00001, 1.5, -0, -0, Number.NaN, Number.NaN, 101, 1.0202));
    const active = async (options?: Parameters<typeof Subnetwork.changed>[2]) => {
      using found = await Subnetwork.changed(flat, before, options);
      return [...(await found.indices())];
    };
    expect(await active()).toEqual([1, 2, 3, 6, 7, 8]);
    expect(await active({ mode: 'tolerance', tolerance: 1e-4 })).toEqual([2, 6, 7, 8]);
    // the larger of both sizes counts: 0.0202 is within 0.02 of 1.0202
    expect(await active({ mode: 'relative', tolerance: 0.02 })).toEqual([2, 6]);
  });

  it('refuses masks and indices that do not fit', async () => {
    const flat = flatOf(noise(50, 1));
    await expect(Subnetwork.fromIndices(flat, Int32Array.of(50))).rejects.toThrow('index 50 is outside 0 to 49');
    await expect(Subnetwork.random(flat, 1.5)).rejects.toThrow('density is out of range; got 1.5');
    await expect(Subnetwork.fromBytes(flat, tensor([1, 0], { dtype: 'u8' }))).rejects.toThrow('needs a bool or u8');
  });
});
