import {
  BatchNorm2d,
  Conv2d,
  Dropout,
  Embedding,
  Flatten,
  flatParameters,
  init,
  LayerNorm,
  Linear,
  MLP,
  Module,
  ReLU,
  Sequential,
  StateDictError,
} from '@tessera/nn';
import { AdamW } from '@tessera/optim';
import {
  ArgumentError,
  crossEntropy,
  device,
  manualSeed,
  noGrad,
  ones,
  randn,
  scope,
  type Tensor,
  tensor,
} from '@tessera/tensor';
import { beforeEach, describe, expect, test } from 'vitest';
import { testDevices } from '../support/devices.js';

class Net extends Module {
  readonly body = this.child('body', new Sequential(new Linear(3, 4), new ReLU(), new Linear(4, 2, { bias: false })));
  readonly gain = this.parameter('gain', ones([2]));
  readonly table = this.buffer('table', tensor([1, 2]));
  readonly scratch = this.buffer('scratch', tensor([0]), { persistent: false });

  forward(x: Tensor): Tensor {
    return this.body.forward(x).mul(this.gain);
  }
}

/** A layer and a weight that is the layer's. */
class Tied extends Module {
  readonly first = this.child('first', new Linear(3, 3, { bias: false }));
  readonly weight = this.parameter('weight', this.first.weight);
}

const names = (items: Iterable<readonly [string, unknown]>) => [...items].map(([name]) => name);

beforeEach(() => manualSeed(1));

describe('names', () => {
  test('are those of registration, a module before those below it', () => {
    using net = new Net();
    expect(names(net.namedParameters())).toEqual(['gain', 'body.0.weight', 'body.0.bias', 'body.2.weight']);
    expect(names(net.namedBuffers())).toEqual(['table', 'scratch']);
    expect(names(net.namedModules())).toEqual(['', 'body', 'body.0', 'body.1', 'body.2']);
    expect(names(net.namedChildren())).toEqual(['body']);
    expect([...net.stateDict().keys()]).toEqual(['gain', 'table', 'body.0.weight', 'body.0.bias', 'body.2.weight']);
    expect(net.parameterCount()).toBe(2 + 12 + 4 + 8);
  });

  test('a tied parameter is one parameter with two names in the state dict', () => {
    using tied = new Tied();
    expect(names(tied.namedParameters())).toEqual(['weight']);
    expect([...tied.stateDict().keys()]).toEqual(['weight', 'first.weight']);
    expect(tied.parameterCount()).toBe(9);
  });

  test.each([['a.b'], ['']])('%j is not a name', (name) => {
    class Bad extends Module {
      constructor() {
        super();
        this.parameter(name, ones([1]));
      }
    }
    expect(() => new Bad()).toThrow(ArgumentError);
  });

  test('a name is given once', () => {
    class Twice extends Module {
      readonly a = this.parameter('a', ones([1]));
      readonly b = this.buffer('a', ones([1]));
    }
    expect(() => new Twice()).toThrow(/Twice: 'a' is registered already/);
  });
});

test('train and eval reach the whole tree', async () => {
  using net = new Sequential(new Sequential(new Dropout(0.5)), new ReLU());
  expect([...net.modules()].every((m) => m.training)).toBe(true);
  net.eval();
  expect([...net.modules()].some((m) => m.training)).toBe(false);
  const x = ones([100]);
  expect(net.forward(x).dataSync()).toEqual(x.dataSync());
  net.train();
  expect(new Set(net.forward(x).dataSync())).toEqual(new Set([0, 2]));
});

test('frozen parameters get no gradient and enter no flat buffer', () => {
  using net = new Net();
  net.body.setRequiresGrad(false);
  expect(net.parameterCount({ trainable: true })).toBe(2);
  net
    .forward(randn([5, 3]))
    .sum()
    .backward();
  expect(net.gain.grad).not.toBeNull();
  expect([...net.body.parameters()].every((p) => p.grad === null)).toBe(true);
  net.zeroGrad();
  const buffers = flatParameters(net);
  expect(buffers.map((b) => b.entries.map((e) => e.name))).toEqual([['gain']]);
});

describe('state dicts', () => {
  test('go from one module to another', async () => {
    using a = new Net();
    using b = new Net();
    expect(b.loadStateDict(a.stateDict())).toEqual({ missing: [], unexpected: [] });
    const x = randn([2, 3]);
    expect(b.forward(x).dataSync()).toEqual(a.forward(x).dataSync());
  });

  test('that do not fit are refused as a whole, naming every problem', () => {
    using net = new Net();
    const before = net.gain.dataSync().slice();
    const dict = { gain: tensor([7, 8]), 'body.0.weight': ones([4, 4]), other: ones([1]) };
    let error: unknown;
    try {
      net.loadStateDict(dict);
    } catch (e) {
      error = e;
    }
    expect(error).toBeInstanceOf(StateDictError);
    expect(error).toMatchObject({
      code: 'STATE_DICT',
      missing: ['table', 'body.0.bias', 'body.2.weight'],
      unexpected: ['other'],
      mismatched: ['body.0.weight'],
    });
    expect((error as Error).message).toBe(
      [
        'Net: the state dict does not fit.',
        '  1 of another shape: body.0.weight is [4, 4], expected [4, 3]',
        '  3 missing: table, body.0.bias, body.2.weight',
        '  1 unexpected: other',
      ].join('\n'),
    );
    expect(net.gain.dataSync()).toEqual(before);
    expect(() => net.loadStateDict(dict, { strict: false })).toThrow('body.0.weight is [4, 4]');
  });

  test('of another model are counted, with a few of the names', () => {
    using net = new Net();
    const dict = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`layers.${i}.weight`, ones([1])]));
    expect(() => net.loadStateDict(dict)).toThrow(
      'unexpected: layers.0.weight, layers.1.weight, layers.2.weight, and 297 more',
    );
  });

  test('may be partial when not strict', () => {
    using net = new Net();
    const result = net.loadStateDict({ gain: tensor([7, 8]), other: ones([1]) }, { strict: false });
    expect(result.unexpected).toEqual(['other']);
    expect(result.missing).toEqual(['table', 'body.0.weight', 'body.0.bias', 'body.2.weight']);
    expect([...net.gain.dataSync()]).toEqual([7, 8]);
  });

  test('need a tied parameter under one of its names', () => {
    using tied = new Tied();
    const weight = randn([3, 3]);
    tied.loadStateDict({ 'first.weight': weight });
    expect(tied.weight.dataSync()).toEqual(weight.dataSync());
  });

  test('are converted to the dtype that is there', () => {
    using net = new Linear(2, 2, { bias: false, dtype: 'bf16' });
    net.loadStateDict({ weight: tensor([1, 2, 3, 4.001], { shape: [2, 2] }) });
    expect(net.weight.dtype).toBe('bf16');
    expect([...net.weight.dataSync()]).toEqual([1, 2, 3, 4]);
  });

  test('assigned, they bring their memory and dtype; statistics stay f32', () => {
    using net = init.skipInit(() => new Sequential(new Conv2d(1, 2, 1), new BatchNorm2d(2)));
    using source = new Sequential(new Conv2d(1, 2, 1), new BatchNorm2d(2));
    const bf16 = new Map([...source.stateDict()].map(([name, t]) => [name, t.to('bf16').detach()]));
    const weight = [...net.parameters()][0]!;
    net.loadStateDict(bf16, { assign: true });
    expect([...net.parameters()][0]).toBe(weight);
    expect(weight.storage).toBe(bf16.get('0.weight')!.storage);
    expect([...net.stateDict()].map(([name, t]) => `${name} ${t.dtype}`)).toEqual([
      '0.weight bf16',
      '0.bias bf16',
      '1.weight bf16',
      '1.bias bf16',
      '1.running_mean f32',
      '1.running_var f32',
      '1.num_batches_tracked f32',
    ]);
    expect(net.forward(ones([2, 1, 3, 3], { dtype: 'bf16' })).shape).toEqual([2, 2, 3, 3]);
  });
});

describe('moves', () => {
  test('to another dtype keep tensors, training flags and statistics', async () => {
    using net = new Sequential(new Linear(3, 4), new Embedding(2, 2), new BatchNorm2d(2));
    const before = [...net.parameters()];
    before[0]!.setRequiresGrad(false);
    net.to('bf16');
    const after = [...net.parameters()];
    expect(after.every((p, i) => p === before[i])).toBe(true);
    expect(after.map((p) => p.dtype)).toEqual(after.map(() => 'bf16'));
    expect(after.map((p) => p.requiresGrad)).toEqual([false, ...after.slice(1).map(() => true)]);
    expect([...net.namedBuffers()].every(([, b]) => b.dtype === 'f32')).toBe(true);
  });

  test('drop gradients and leave no memory behind', async () => {
    const cpu = device('cpu');
    await cpu.synchronize();
    const start = cpu.memory().live;
    {
      using net = new Linear(64, 64);
      scope(() =>
        net
          .forward(ones([1, 64]))
          .sum()
          .backward(),
      );
      await cpu.synchronize();
      const f32 = cpu.memory().live - start;
      net.to('bf16');
      expect(net.weight.grad).toBeNull();
      await cpu.synchronize();
      expect(cpu.memory().live - start).toBeLessThan(f32 / 2);
    }
    await cpu.synchronize();
    expect(cpu.memory().live).toBe(start);
  });

  test.each(testDevices.filter((name) => name !== 'cpu'))('to %s, where it computes the same', async (name) => {
    using net = new Sequential(new Linear(3, 4), new LayerNorm(4));
    const x = randn([2, 3]);
    const expected = await net.forward(x).data();
    net.to({ device: name });
    const actual = await net.forward(x.to({ device: name })).data();
    for (let i = 0; i < expected.length; i++) expect(actual[i]).toBeCloseTo(expected[i]!, 5);
  });

  test('are refused once an optimizer holds the parameters', () => {
    using net = new Linear(3, 4);
    flatParameters(net);
    expect(() => net.to('bf16')).toThrow(/setData: the tensor lives in a flat ParameterBuffer/);
  });
});

describe('flat buffers', () => {
  test('hold the parameters a module goes on to use', async () => {
    using net = new Net();
    const x = randn([2, 3]);
    const before = net.forward(x).dataSync();
    const [buffer] = flatParameters(net);
    expect(buffer.length).toBe(net.parameterCount());
    expect(net.forward(x).dataSync()).toEqual(before);
    noGrad(() => buffer.data.mul_(2));
    expect([...net.gain.dataSync()]).toEqual([2, 2]);
    net.forward(x).sum().backward();
    buffer.finishGradients();
    expect(net.gain.grad!.storage).toBe(buffer.grad.storage);
  });

  test('are one per dtype', () => {
    using net = new Sequential(new Linear(2, 2), new Linear(2, 2, { dtype: 'bf16' }));
    expect(flatParameters(net).map((b) => [b.data.dtype, b.length])).toEqual([
      ['f32', 6],
      ['bf16', 6],
    ]);
    expect(flatParameters(new Linear(1, 1, { dtype: 'bf16' }), { gradDType: 'f32' })[0].grad.dtype).toBe('f32');
  });
});

test('a small network learns, and a step leaves live bytes where it found them', async () => {
  using net = new Sequential(new Flatten(), new MLP(4, 32, { activation: 'relu', outFeatures: 2 }));
  const x = randn([64, 2, 2]);
  const y = x.flatten({ startDim: 1 }).sum({ dim: 1 }).gt(0).to('i32');
  const optimizer = new AdamW(net.namedParameters(), { lr: 1e-2 });
  const step = () =>
    scope(() => {
      const loss = crossEntropy(net.forward(x), y);
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
      return loss.detach();
    });
  const first = await step().item();
  const cpu = device('cpu');
  await cpu.synchronize();
  const live = cpu.memory().live;
  for (let i = 0; i < 60; i++) step().dispose();
  await cpu.synchronize();
  expect(cpu.memory().live).toBe(live);
  expect(await step().item()).toBeLessThan(first / 3);
});

test('dispose frees the tree, what its modules hold beside parameters and buffers included', () => {
  const table = ones([3]).keep();
  class Holder extends Module {
    override dispose(): void {
      table.dispose();
      super.dispose();
    }
  }
  const net = new Sequential(new Linear(2, 2), new Sequential(new Linear(2, 2)));
  const outer = new (class extends Module {
    readonly net = this.child('net', net);
    readonly holder = this.child('holder', new Holder());
  })();
  const tensors = [...net.parameters(), table];
  outer.dispose();
  expect(tensors.every((t) => t.isDisposed)).toBe(true);
});
