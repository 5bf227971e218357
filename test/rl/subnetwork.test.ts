/** Sparsity, rank, overlap, masks, tracking and the reference model. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bf16ToF32, openSafetensors, writeSafetensors } from '@tessera/data';
import { savePretrained } from '@tessera/models';
import { flatParameters } from '@tessera/nn';
import { AdamW, SparseAdamW, Subnetwork } from '@tessera/optim';
import {
  aprioriSubnetwork,
  ChangeTracker,
  compareUpdates,
  compareWeights,
  extractSubnetwork,
  flatWeights,
  matrixKind,
  matrixRank,
  meanRank,
  ReferenceValues,
  randomSubnetwork,
  type StoredWeights,
  sparsity,
  sparsityByLayer,
  sparsityByMatrix,
  subnetworkBetween,
  subnetworkOfPatch,
  writePatch,
} from '@tessera/rl';
import { device, Generator, noGrad, ParameterBuffer, tensor, zeros } from '@tessera/tensor';
import { countChanged } from '@tessera/tensor/kernels';
import { describe, expect, test } from 'vitest';
import { runFolder } from '../conformance/runner.js';
import { temporaryFolder } from '../data/temporary.js';
import { configs, makeModel } from '../models/support.js';
import { model, noise, source, tuned } from './weights.js';

test('the reference implementation agrees', async () => {
  const failures: string[] = [];
  let passed = 0;
  for (const name of [
    'metrics_overlap_bf16',
    'metrics_overlap_f32',
    'metrics_sparsity_rank_bf16',
    'metrics_sparsity_rank_f32',
    'sparse_patch_bf16',
    'bf16_round_nearest_even',
  ]) {
    const folder = fileURLToPath(new URL(`../fixtures/rl/${name}`, import.meta.url));
    await runFolder(folder, { device: 'cpu', only: null }, ({ failure }) => {
      if (failure === null) passed++;
      else failures.push(failure);
    });
  }
  expect(failures).toEqual([]);
  expect(passed).toBe(6);
});

describe('comparing weights', () => {
  test('pieces of any size give the same counts, in tables too', async () => {
    const base = model();
    const after = tuned(base);
    const whole = await compareWeights(source(base), source(after), { rank: true });
    for (const pieceBytes of [2, 34, 200]) {
      expect((await compareWeights(source(base), source(after), { rank: true, pieceBytes })).tensors).toEqual(
        whole.tensors,
      );
    }
    expect(whole.parameters).toBe(50 * 16 + 2 * 256 + 32);
    expect(sparsity(whole, 'bitwise')).toBeCloseTo(1 - (0.2 * (800 + 512)) / 1344, 2);
    expect(sparsityByMatrix(whole, 'bitwise').map(({ name }) => name)).toEqual([
      'embed_tokens',
      'self_attn.q_proj',
      'input_layernorm',
      'norm',
    ]);
    const layers = sparsityByLayer(whole, 'bitwise');
    expect(layers.map(({ name, parameters }) => [name, parameters])).toEqual([
      ['0', 272],
      ['1', 256],
    ]);
    expect(layers[0]!.tensorMean).toBeCloseTo((1 + whole.tensors[1]!.unchanged.bitwise! / 256) / 2, 12);
    expect(meanRank(whole)).toBeGreaterThan(0.5);
    expect(whole.tensors.filter(({ rank }) => rank !== undefined)).toHaveLength(3);
  });

  test('bf16 against f32, names that only one has, shapes that differ', async () => {
    const base = model();
    const wide = await compareWeights(source(base), source(model('f32')));
    expect(sparsity(wide, 'relative 1e-3')).toBeLessThan(1);
    const more = new Map([...base, ['extra', base.get('model.norm.weight')!] as const]);
    expect((await compareWeights(source(base), source(more))).onlyInTuned).toEqual(['extra']);
    expect((await compareWeights(source(more), source(base))).onlyInBase).toEqual(['extra']);
    const bent = new Map(base).set('model.norm.weight', { ...base.get('model.norm.weight')!, shape: [4, 4] });
    await expect(compareWeights(source(base), source(bent))).rejects.toThrow(
      /model\.norm\.weight has the shape \[16\]/,
    );
    await expect(compareWeights(source(base), source(new Map()))).rejects.toThrow(/no tensor of floats in common/);
  });

  test('nothing stays in memory', async () => {
    const base = model();
    await device('cpu').synchronize();
    const live = device('cpu').memory().live;
    await compareWeights(source(base), source(tuned(base)), { rank: true });
    await device('cpu').synchronize();
    expect(device('cpu').memory().live).toBe(live);
  });

  test('names', () => {
    expect(
      [
        'transformer.h.3.attn.c_attn.weight',
        'model.layers.12.mlp.up_proj.weight',
        'lm_head.weight',
        'model.norm.weight',
      ].map(matrixKind),
    ).toEqual(['attn.c_attn', 'mlp.up_proj', 'lm_head', 'norm']);
  });
});

test.each(['cpu', 'cuda-emulated'] as const)('changes are counted as they are marked, on %s', async (name) => {
  const n = 5000;
  const before = noise(n, 1);
  const after = before.map((v, i) => (i % 3 === 0 ? v * (1 + (i % 7) * 1e-4) : i % 501 === 1 ? Number.NaN : v));
  const flat = {
    data: tensor(after, { device: name }),
    grad: tensor([0]),
    entries: [],
    zeroGrad() {},
    finishGradients() {},
  };
  using was = tensor(before, { device: name });
  const criteria = [
    { mode: 'bitwise', tolerance: 0 },
    { mode: 'tolerance', tolerance: 1e-4 },
    { mode: 'relative', tolerance: 2e-4 },
  ] as const;
  using modes = tensor(Int32Array.of(0, 1, 2), { dtype: 'i32', device: name });
  using tolerances = tensor(
    criteria.map(({ tolerance }) => tolerance),
    { device: name },
  );
  using counts = zeros([6], { dtype: 'i32', device: name });
  countChanged({ before: was, after: flat.data, modes, tolerances, counts, n, criteria: 3 });
  const found = await counts.data();
  for (const [i, options] of criteria.entries()) {
    using mask = await Subnetwork.changed(flat, was, options);
    using bytes = mask.bytes();
    expect([options.mode, found[2 * i]]).toEqual([
      options.mode,
      [...(await bytes.data())].reduce((a, b) => a + Number(b), 0),
    ]);
  }
  expect(found[0]).toBeGreaterThan(found[2]!);
});

describe('rank', () => {
  /** A product of random factors, so of rank `r`. */
  function product(rows: number, columns: number, r: number): Float32Array {
    const [a, b] = [noise(rows * r, 1), noise(r * columns, 2)];
    return Float32Array.from({ length: rows * columns }, (_, at) => {
      const [i, j] = [Math.floor(at / columns), at % columns];
      let sum = 0;
      for (let k = 0; k < r; k++) sum += a[i * r + k]! * b[k * columns + j]!;
      return sum;
    });
  }

  test.each([
    [1, 1, 1],
    [7, 3, 3],
    [3, 7, 2],
    [40, 64, 40],
    [64, 40, 5],
    [60, 60, 59],
  ])('%i by %i of rank %i', (rows, columns, r) => {
    const { rank, maxRank } = matrixRank(product(rows, columns, r), rows, columns);
    expect([rank, maxRank]).toEqual([r, Math.min(rows, columns)]);
  });

  test('known singular values, zero, and what is not finite', () => {
    const { topSingularValue, stableRank, rank } = matrixRank(Float32Array.of(3, 0, 0, 0, 4, 0), 2, 3);
    expect([topSingularValue, stableRank, rank]).toEqual([4, 25 / 16, 2]);
    expect(matrixRank(new Float32Array(6), 2, 3).rank).toBe(0);
    expect(matrixRank(Float32Array.of(1, Number.NaN), 1, 2).rank).toBeNaN();
    expect(matrixRank(Float32Array.of(1, 0, 0, 2 ** -30), 2, 2).rank).toBe(1);
  });
});

function flatModel(dtype: 'bf16' | 'f32' = 'bf16') {
  return new ParameterBuffer(
    [...model(dtype)].map(
      ([name, { shape, data }]) => [name, tensor(data as Uint16Array, { dtype, shape }).setRequiresGrad()] as const,
    ),
  );
}

describe('masks', () => {
  test('of an update: in memory, on disk, in a patch', async () => {
    const flat = flatModel();
    const [base, after] = [model(), tuned(model())];
    const path = join(temporaryFolder(), 'p.safetensors');
    await writePatch(path, source(base), source(after));
    using between = await subnetworkBetween(flat, source(base), source(after));
    using patched = await subnetworkOfPatch(flat, path);
    using other = await extractSubnetwork(flat, source(after));
    const expected = [...(await between.indices())];
    expect(expected.length).toBeGreaterThan(100);
    expect([...(await patched.indices())]).toEqual(expected);
    expect([...(await other.indices())]).toEqual(expected);
    using tolerant = await subnetworkBetween(flat, source(base), source(after), { mode: 'tolerance', tolerance: 5e-3 });
    expect(tolerant.active).toBeLessThan(between.active);
  });

  test('folders of a GPT-2 have its layout, with and without the prefix of the names', async () => {
    using gpt2 = makeModel(configs.gpt2);
    const [flat] = flatParameters(gpt2);
    const [before, bare, after] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
    await savePretrained(before, gpt2);
    await using stored = await openSafetensors(before);
    const tensors = stored.names.map(async (name) => ({
      name: name.replace(/^transformer\./, ''),
      ...(await stored.read(name)),
    }));
    await writeSafetensors(join(bare, 'model.safetensors'), await Promise.all(tensors));
    // one element of a matrix that is not square, and one of a square one
    const moved = ['transformer.h.0.attn.c_attn.weight', 'transformer.h.1.attn.c_proj.weight'].map(
      (name) => flat.entries.find((entry) => entry.name === name)!.offset + 37,
    );
    const values = await flat.data.data();
    for (const i of moved) values[i]! += 1;
    using changed = tensor(values);
    noGrad(() => flat.data.copy_(changed));
    await savePretrained(after, gpt2);
    const path = join(after, 'p.safetensors');
    await using tunedWeights = await openSafetensors(after);
    for (const folder of [before, bare]) {
      await using base = await openSafetensors(folder);
      using between = await subnetworkBetween(flat, base, tunedWeights);
      expect([...(await between.indices())]).toEqual(moved);
      const { unchanged, parameters, onlyInBase } = await compareWeights(base, tunedWeights);
      expect([parameters - unchanged.exact!, parameters, onlyInBase]).toEqual([2, flat.length, []]);
      await writePatch(path, base, tunedWeights);
      using patched = await subnetworkOfPatch(flat, path);
      expect([...(await patched.indices())]).toEqual(moved);
    }
  });

  test('a-priori and random: sizes, per tensor and over all', async () => {
    const flat = flatModel();
    const sizes = (await flat.data.data()).map(Math.abs);
    using global = await aprioriSubnetwork(flat, { density: 0.25 });
    expect(global.active).toBe(Math.round(0.25 * flat.length));
    const chosen = new Set(await global.indices());
    const limit = Math.max(...[...chosen].map((i) => sizes[i]!));
    expect(sizes.every((size, i) => chosen.has(i) || size >= limit)).toBe(true);
    using each = await aprioriSubnetwork(flat, { density: 0.25, scope: 'tensor' });
    expect(each.counts.every(({ active, length }) => active === Math.round(0.25 * length))).toBe(true);
    using visible = await aprioriSubnetwork(flat, { lr: 1e-4 });
    expect(visible.active).toBe(sizes.filter((size) => size < Math.fround(0.0256)).length);
    using random = await randomSubnetwork(flat, 0.1, { scope: 'tensor', generator: new Generator(1) });
    expect(random.counts.every(({ active, length }) => active === Math.round(0.1 * length))).toBe(true);
    using same = await randomSubnetwork(flat, 0.1, { scope: 'tensor', generator: new Generator(1) });
    expect(await same.indices()).toEqual(await random.indices());
    using empty = await randomSubnetwork(flat, 0, { scope: 'global' });
    expect(empty.active).toBe(0);
    await expect(aprioriSubnetwork(flat, {})).rejects.toThrow(/one of lr and density/);
    await expect(randomSubnetwork(flat, 1.5)).rejects.toThrow(/from 0 to 1; got 1.5/);
  });

  test('two updates overlap as their sets do', async () => {
    const base = model();
    const [a, b] = [tuned(base, 4, 0), tuned(base, 6, 0)];
    const found = await compareUpdates(source(base), source(a), source(b));
    const flat = flatModel();
    using first = await subnetworkBetween(flat, source(base), source(a));
    using second = await subnetworkBetween(flat, source(base), source(b));
    const sets = await first.overlap(second);
    expect([found.updated1, found.updated2]).toEqual([first.active, second.active]);
    expect([found.o1, found.o2, found.chance1]).toEqual([sets.ofThis, sets.ofOther, sets.chance]);
    expect(found.agreement['0.001']).toBeGreaterThan(found.agreement['0']!);
    // bits are compared of 16-bit weights, numbers of others
    const f32 = (weights: Map<string, StoredWeights>) =>
      source(
        new Map(
          [...weights].map(([name, { shape, data }]) => [
            name,
            { dtype: 'f32' as const, shape, data: bf16ToF32(data as Uint16Array) },
          ]),
        ),
      );
    expect(await compareUpdates(f32(base), f32(a), f32(b))).toEqual(found);
    expect(await compareUpdates(source(base), f32(a), source(b))).toEqual(found);
    await expect(compareUpdates(source(base), source(a), source(new Map()))).rejects.toThrow(/is missing in one/);
  });

  test('what is no number and stays it has not moved', async () => {
    const of = (...data: number[]) =>
      source(new Map([['w', { dtype: 'f32' as const, shape: [3], data: Float32Array.from(data) }]]));
    const found = await compareUpdates(of(Number.NaN, 1, 2), of(Number.NaN, 1, 3), of(Number.NaN, Number.NaN, 2));
    expect([found.updated1, found.updated2, found.both]).toEqual([1, 1, 0]);
    expect(found.agreement['0']).toBeCloseTo(1 / 3);
  });
});

describe('training on a subnetwork', () => {
  /** Steps on gradients that depend on the parameters, so that runs that differ anywhere drift apart. */
  async function train(
    optimizer: AdamW | SparseAdamW,
    flat: ParameterBuffer,
    steps: number,
    each?: () => Promise<unknown>,
  ) {
    for (let step = 0; step < steps; step++) {
      const values = (await flat.data.data()) as Float32Array;
      const push = noise(values.length, step + 50);
      flat.grad.copy_(
        tensor(
          values.map((v, i) => 0.1 * Math.sin(40 * v) + push[i]!),
          { dtype: flat.grad.dtype },
        ),
      );
      for (const { tensor: t } of flat.entries) t.gradientSlot!.written = true;
      optimizer.step();
      await each?.();
    }
  }
  const options = { lr: 1e-4, weightDecay: 0 };

  test('the touched set replays the dense bf16 run bit for bit; the tracker knows it', async () => {
    const dense = flatModel();
    using tracker = new ChangeTracker(dense);
    using adam = new AdamW(dense, { ...options, trackTouched: true });
    const metrics: Record<string, number>[] = [];
    await train(adam, dense, 25, async () => metrics.push({ ...(await tracker.update()) }));
    using touched = await extractSubnetwork(dense, tracker.start, { mode: 'touched', optimizer: adam });
    using seen = await tracker.touched();
    expect(await seen.indices()).toEqual(await touched.indices());
    const [window] = ParameterBuffer.over(dense.entries.map(({ name, tensor }) => [name, tensor]));
    using again = await extractSubnetwork(window!, tracker.start, { mode: 'touched', optimizer: adam });
    expect(await again.indices()).toEqual(await touched.indices());
    window!.dispose();
    const { never, cancelled, consistent } = await tracker.shares();
    expect(never + cancelled + consistent).toBeCloseTo(1, 12);
    expect(1 - never).toBeCloseTo(touched.density, 12);
    expect(cancelled).toBeGreaterThan(0);
    expect(metrics.at(-1)!['sparsity/total']).toBeCloseTo(1 - consistent, 12);
    expect(metrics[0]!['sparsity/never']).toBeGreaterThanOrEqual(metrics[20]!['sparsity/never']!);

    const sparse = flatModel();
    using mask = await Subnetwork.fromIndices(sparse, await touched.indices());
    using optimizer = new SparseAdamW(mask, options);
    await train(optimizer, sparse, 25);
    expect(await sparse.data.rawData()).toEqual(await dense.data.rawData());
    expect(optimizer.stateBytes / sparse.length).toBeLessThanOrEqual(8 * mask.density + 0.25);
  });

  test('the reference model is the base, for the price of the subnetwork', async () => {
    const flat = flatModel();
    const base = await flat.data.rawData();
    using mask = await randomSubnetwork(flat, 0.2, { generator: new Generator(3) });
    using reference = new ReferenceValues(mask);
    expect(reference.bytes).toBe(2 * mask.active);
    using optimizer = new SparseAdamW(mask, { lr: 0.1 });
    await train(optimizer, flat, 3);
    const trained = await flat.data.rawData();
    expect(trained).not.toEqual(base);
    const seen = reference.run(() => flat.data.rawData());
    expect(await seen).toEqual(base);
    expect(await flat.data.rawData()).toEqual(trained);
    expect(() =>
      reference.run(() => {
        throw new Error('inside');
      }),
    ).toThrow('inside');
    expect(await flat.data.rawData()).toEqual(trained);
    expect((await flatWeights(flat).read('model.norm.weight')).data).toHaveLength(16);
  });
});
