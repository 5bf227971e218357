/** Modules in a row: what running them holds, and checkpointing. */
import { Dropout, Linear, MLP, Module, ModuleList, Sequential } from '@tessera/nn';
import { device, manualSeed, noGrad, ones, randn, scope, type Tensor } from '@tessera/tensor';
import { beforeEach, describe, expect, test } from 'vitest';

beforeEach(() => manualSeed(1));

describe('checkpointed blocks', () => {
  class Conditioned extends Module {
    readonly mlp = this.child('mlp', new MLP(8, 64));
    forward(x: Tensor, condition: Tensor): Tensor {
      return x.add(this.mlp.forward(x.mul(condition)));
    }
  }

  test('give the same gradients with less memory', async () => {
    using blocks = new ModuleList(Array.from({ length: 6 }, () => new Conditioned()));
    const x = randn([256, 8], { requiresGrad: true });
    const scale = randn([8], { requiresGrad: true });
    const cpu = device('cpu');
    const run = async () => {
      await cpu.synchronize();
      const before = cpu.memory().live;
      const output = scope(() => blocks.run((b, h, c: Tensor) => b.forward(h, c), x, scale.mul(2)).sum());
      await cpu.synchronize();
      const held = cpu.memory().live - before;
      output.backward();
      const gradients = [x, scale, ...blocks.parameters()].map((t) => [...t.grad!.dataSync()]);
      for (const t of [x, scale]) t.grad = null;
      blocks.zeroGrad();
      return { held, gradients, output: await output.item() };
    };
    const plain = await run();
    blocks.setCheckpointing();
    const checkpointed = await run();
    expect(checkpointed.output).toBe(plain.output);
    expect(checkpointed.gradients).toEqual(plain.gradients);
    expect(checkpointed.held).toBeLessThan(plain.held / 4);
    blocks.setCheckpointing(false);
    expect((await run()).held).toBe(plain.held);
  });

  test('run in parts as they run whole', async () => {
    using blocks = new ModuleList(Array.from({ length: 5 }, () => new Linear(4, 4)));
    const body = (block: Linear, h: Tensor) => block.forward(h);
    const x = randn([2, 4]);
    const half = blocks.runPart([0, 2], body, x);
    expect([...(await blocks.runPart([2, 5], body, half).data())]).toEqual([...(await blocks.run(body, x).data())]);
    expect(blocks.runPart([2, 2], body, half)).toBe(half);
  });

  test('drop the same elements when they run again', async () => {
    using net = new Sequential(new Linear(8, 8), new Dropout(0.5));
    const x = randn([16, 8]);
    const gradient = () => {
      manualSeed(5);
      net.zeroGrad();
      scope(() => net.forward(x).sum().backward());
      return [...[...net.parameters()][0]!.grad!.dataSync()];
    };
    const plain = gradient();
    net.setCheckpointing();
    expect(gradient()).toEqual(plain);
  });

  test('work around a frozen block, which leaves nothing behind', async () => {
    using net = new Sequential(new Linear(2, 200), new Linear(200, 2));
    net.at(0)!.setRequiresGrad(false);
    net.setCheckpointing();
    const cpu = device('cpu');
    const step = async () => {
      scope(() =>
        net
          .forward(ones([1, 2]))
          .sum()
          .backward(),
      );
      await cpu.synchronize();
      return cpu.memory().live;
    };
    const live = await step();
    expect(await step()).toBe(live);
    expect([...net.at(1)!.parameters()].every((p) => p.grad !== null)).toBe(true);
    expect([...net.at(0)!.parameters()].every((p) => p.grad === null)).toBe(true);
  });
});

test('run frees what a block makes on the way', async () => {
  using net = new Sequential(...Array.from({ length: 4 }, () => new MLP(16, 512)));
  const x = randn([64, 16]);
  const cpu = device('cpu');
  await cpu.synchronize();
  const before = cpu.memory().live;
  const y = noGrad(() => net.forward(x));
  await cpu.synchronize();
  // The results of four blocks, none of the hidden layers, which are 32 times as large.
  expect(cpu.memory().live - before).toBeLessThanOrEqual(4 * 64 * 16 * 4);
  y.dispose();
});
