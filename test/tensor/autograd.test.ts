/** Autograd beyond single ops: accumulation, partial gradients, flat buffers, checkpoints, recorded steps. */
import {
  add_,
  checkpoint,
  defaultDevice,
  defineOp,
  device,
  differentiable,
  dropout,
  embedding,
  fill_,
  full,
  Generator,
  grad,
  linear,
  linearAdd,
  manualSeed,
  mseLoss,
  noGrad,
  ParameterBuffer,
  rand,
  randn,
  scope,
  share,
  type Tensor,
  tensor,
} from '@tessera/tensor';
import { describe, expect, test } from 'vitest';

describe('backward', () => {
  test('gradients of several uses add up, and of several calls', async () => {
    const x = tensor([1, 2, 3], { requiresGrad: true });
    x.mul(x).add(x).sum().backward();
    expect(await x.grad!.toArray()).toEqual([3, 5, 7]);
    x.sum().backward();
    expect(await x.grad!.toArray()).toEqual([4, 6, 8]);
  });

  test('bf16 leaves get bf16 gradients', async () => {
    const x = tensor([1, 2], { dtype: 'bf16', requiresGrad: true });
    x.to('f32').mul(3).sum().backward();
    expect(x.grad!.dtype).toBe('bf16');
    expect(await x.grad!.toArray()).toEqual([3, 3]);
  });

  test('noGrad and detach stay out of the graph', () => {
    const x = tensor([1], { requiresGrad: true });
    expect(noGrad(() => x.mul(2)).requiresGrad).toBe(false);
    expect(x.detach().requiresGrad).toBe(false);
    expect(() => fill_(x, 0)).toThrow(/noGrad/);
    noGrad(() => fill_(x, 5));
  });

  test('a graph of 50,000 ops is walked without exhausting the stack', async () => {
    const x = tensor([1], { requiresGrad: true });
    scope(() => {
      let y: Tensor = x;
      for (let i = 0; i < 50_000; i++) y = y.add(0);
      y.backward();
    });
    expect(await x.grad!.item()).toBe(1);
  });
});

describe('grad', () => {
  test('gives gradients of leaves and intermediates and touches no grad', async () => {
    const x = tensor([2, 3], { requiresGrad: true });
    const y = x.mul(x);
    const [gx, gy] = grad(y.sum(), [x, y]);
    expect(await gx!.toArray()).toEqual([4, 6]);
    expect(await gy!.toArray()).toEqual([1, 1]);
    expect(x.grad).toBeNull();
  });

  test('an unused input is an error or null', () => {
    const x = tensor([1], { requiresGrad: true });
    const z = tensor([1], { requiresGrad: true });
    expect(() => grad(x.mul(2).sum(), [z])).toThrow(/input 0/);
    expect(grad(x.mul(2).sum(), [z], { allowUnused: true })).toEqual([null]);
  });
});

describe('ParameterBuffer', () => {
  test('keeps values, gathers gradients, adds up micro-batches, zeroes what no backward reached', async () => {
    const w = randn([4, 3]).setRequiresGrad();
    const b = tensor([1, 2, 3, 4], { requiresGrad: true });
    const table = randn([5, 3]).setRequiresGrad();
    const unused = randn([7]).setRequiresGrad();
    const values = await w.data();
    const flat = new ParameterBuffer([
      ['w', w],
      ['b', b],
      ['table', table],
      ['unused', unused],
      ['tied', w],
    ]);
    expect(flat.length).toBe(12 + 4 + 15 + 7);
    expect(await w.data()).toEqual(values);
    const index = tensor([0, 2, 2], { dtype: 'i32' });
    const loss = () => scope(() => linear(embedding(table, index), w, b).sum().backward());
    flat.zeroGrad();
    loss();
    flat.finishGradients();
    const once = await flat.grad.data();
    flat.zeroGrad();
    loss();
    loss();
    flat.finishGradients();
    const twice = await flat.grad.data();
    for (let i = 0; i < once.length; i++) expect(twice[i]).toBeCloseTo(2 * once[i]!, 4);
    expect(Array.from(once.slice(12, 16))).toEqual([3, 3, 3, 3]);
    expect(Array.from(once.slice(31)).every((v) => v === 0)).toBe(true);
    noGrad(() => add_(flat.data, flat.grad, { alpha: -1 }));
    expect((await b.data())[0]).toBe(1 - 6);
  });
});

describe('checkpoint', () => {
  test('a block that fails when it runs again leaves the generator where it was', () => {
    const { generator } = device('cpu');
    let runs = 0;
    const block = (h: Tensor): Tensor => {
      if (runs++ > 0) throw new Error('again');
      return dropout(h, { p: 0.5 });
    };
    const y = checkpoint(block, [randn([4], { requiresGrad: true })]).sum();
    randn([100]);
    const before = generator.state;
    expect(() => y.backward()).toThrow('again');
    expect(generator.state).toEqual(before);
  });

  test('draws the same numbers again from every generator it is told of', async () => {
    const run = async (wrap: (block: (h: Tensor) => Tensor, x: Tensor, generators: Generator[]) => Tensor) => {
      const generators = [new Generator(1), new Generator(2)];
      const [a, b] = generators;
      const block = (h: Tensor) => dropout(dropout(h, { p: 0.5, generator: a! }).mul(3), { p: 0.4, generator: b! });
      const x = full([64], 1).setRequiresGrad();
      const y = wrap(block, x, generators);
      y.sum().backward();
      return { y: await y.data(), grad: await x.grad!.data(), states: generators.map((g) => g.state) };
    };
    const plain = await run((block, x) => block(x));
    expect(await run((block, x, generators) => checkpoint(block, [x], { generators }))).toEqual(plain);
    expect(plain.grad).toEqual(plain.y);
  });

  test('gives the same values and gradients, dropout included, for less memory', async () => {
    const w = randn([64, 64]).setRequiresGrad();
    const x = randn([512, 64]);
    const block = (h: Tensor) => linearAdd(h, dropout(linear(h, w).mul(0.1).tanh(), { p: 0.2 }), w);
    const run = async (wrap: (h: Tensor) => Tensor) => {
      manualSeed(3);
      w.grad = null;
      const device = defaultDevice();
      await device.synchronize();
      device.resetPeakMemory();
      const value = scope(() => {
        let h: Tensor = x;
        for (let i = 0; i < 6; i++) h = wrap(h);
        const loss = h.square().mean();
        loss.backward();
        return loss.detach();
      });
      const result = { loss: await value.item(), grad: await w.grad!.data(), peak: device.memory().peak };
      value.dispose();
      return result;
    };
    const plain = await run(block);
    const saved = await run((h) => checkpoint(block, [h]));
    expect(saved.loss).toBe(plain.loss);
    for (let i = 0; i < plain.grad.length; i++) expect(saved.grad[i]).toBeCloseTo(plain.grad[i]!, 5);
    expect(saved.peak).toBeLessThan(plain.peak);
  });
});

describe('a checkpoint of several results', () => {
  test('hands on the gradients of those that were used', async () => {
    const block = (h: Tensor): [Tensor, Tensor] => [h.mul(2), h.square()];
    const x = tensor([1, 3], { requiresGrad: true });
    const [double, square] = checkpoint(block, [x]);
    double.add(square).sum().backward();
    expect(await x.grad!.toArray()).toEqual([4, 8]);
    x.grad = null;
    checkpoint(block, [x])[1].sum().backward();
    expect(await x.grad!.toArray()).toEqual([2, 6]);
  });

  test('indices among them have no gradient', async () => {
    const x = tensor([1, 5], { requiresGrad: true });
    const [value, index] = checkpoint((h: Tensor) => h.max({ dim: 0 }), [x]);
    expect(index.requiresGrad).toBe(false);
    value.backward();
    expect(await x.grad!.toArray()).toEqual([0, 1]);
  });

  test('a block that gives no tensor is refused', () => {
    const x = tensor([1], { requiresGrad: true });
    expect(() => checkpoint((() => 3) as never, [x])).toThrow('checkpoint: the block must return a tensor');
    expect(() => checkpoint((async (h: Tensor) => h) as never, [x])).toThrow(
      'checkpoint: the function must not be async',
    );
  });
});

describe('what returns its input', () => {
  const reversal = defineOp({
    name: 'reversal',
    forward: (x: Tensor) => differentiable(x, [], (g) => [g.neg()]),
    reference: (x) => x,
    cases: [],
  });

  test.each([
    ['an op of its own gradient', (x: Tensor) => reversal(x), -1],
    ['a checkpointed block', (x: Tensor) => checkpoint((h: Tensor) => h, [x]), 1],
  ])('%s leaves that a leaf', async (_, run, slope) => {
    const x = tensor([1, 2], { requiresGrad: true });
    scope(() => run(x).mul(3).sum().backward());
    expect(x.isLeaf).toBe(true);
    expect(await x.toArray()).toEqual([1, 2]);
    expect(await x.grad!.toArray()).toEqual([3 * slope, 3 * slope]);
  });
});

describe('record', () => {
  test.each([
    ['', (h: Tensor) => dropout(h, { p: 0.3 })],
    [
      ', checkpoints included',
      (h: Tensor) => checkpoint((x) => dropout(dropout(x, { p: 0.3 }).tanh(), { p: 0.1 }), [h]),
    ],
  ])('replays a step with live parameters and fresh random numbers, equal to running it anew%s', async (_, block) => {
    const device = defaultDevice();
    const run = async (recorded: boolean) => {
      manualSeed(11);
      const w = rand([8, 8]).setRequiresGrad();
      const x = rand([16, 8]);
      const flat = new ParameterBuffer([['w', w]]);
      const step = () =>
        scope(() => {
          const loss = mseLoss(block(linear(x, w)), x);
          flat.zeroGrad();
          loss.backward();
          noGrad(() => add_(flat.data, flat.grad, { alpha: -0.1 }));
          return loss.detach();
        });
      const losses: number[] = [];
      if (!recorded) {
        for (let i = 0; i < 5; i++) losses.push(await step().item());
      } else {
        const { recording, result } = device.record(step);
        losses.push(await result.item());
        for (let i = 1; i < 5; i++) {
          recording.replay();
          losses.push(await result.item());
        }
        recording.dispose();
        result.dispose();
      }
      return { losses, weights: await w.data() };
    };
    const anew = await run(false);
    const replayed = await run(true);
    expect(replayed).toEqual(anew);
  });

  test('a step that throws leaves nothing behind', async () => {
    const device = defaultDevice();
    const x = rand([100]);
    const failing = () =>
      scope(() => {
        x.add(1);
        throw new Error('half-way');
      });
    const record = () => expect(() => device.record(failing)).toThrow('half-way');
    record();
    await device.synchronize();
    const { live } = device.memory();
    using before = rand([1]);
    for (let i = 0; i < 10; i++) record();
    using after = rand([1]);
    await device.synchronize();
    expect(device.memory().live - live).toBeLessThan(1024);
    // Slots are used again.
    expect(after.handle % 2 ** 22).toBeLessThanOrEqual((before.handle % 2 ** 22) + 1);
  });

  test('a disposed recording gives its memory back and cannot replay', async () => {
    const device = defaultDevice();
    const x = randn([100]);
    await device.synchronize();
    const before = device.memory().live;
    const { recording, result } = device.record(() => scope(() => x.exp().add(1)));
    result.dispose();
    recording.replay();
    recording.replay();
    recording.dispose();
    await device.synchronize();
    expect(device.memory().live).toBe(before);
    expect(() => recording.replay()).toThrow(/disposed/);
  });
});

describe('share', () => {
  test('computes in the memory of a typed array', async () => {
    const array = Float32Array.of(1, 2, 3, 4);
    const t = share(array, { shape: [2, 2] });
    t.mul_(10);
    await t.device.synchronize();
    expect(Array.from(array)).toEqual([10, 20, 30, 40]);
    array[0] = 7;
    expect(await t.sum().item()).toBe(97);
    t.dispose();
  });
});
