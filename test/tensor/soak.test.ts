/** A thousand training steps leave memory where the first ones put it: on the device, in JavaScript, in the process. */
import {
  crossEntropy,
  device,
  layerNorm,
  linear,
  noGrad,
  ParameterBuffer,
  randn,
  scaledDotProductAttention,
  scope,
  tensor,
} from '@tessera/tensor';
import { expect, test } from 'vitest';

test('a thousand steps hold no memory', async () => {
  const cpu = device('cpu');
  const [batch, tokens, dim, classes] = [2, 8, 16, 5];
  const x = randn([batch, tokens, dim]);
  const targets = tensor(
    Int32Array.from({ length: batch * tokens }, (_, i) => i % classes),
    { shape: [batch, tokens] },
  );
  const qkv = scope(() => randn([3 * dim, dim]).mul(0.2)).setRequiresGrad();
  const head = scope(() => randn([classes, dim]).mul(0.2)).setRequiresGrad();
  const parameters = new ParameterBuffer([
    ['qkv', qkv],
    ['head', head],
  ]);
  const step = (): void =>
    scope(() => {
      const heads = linear(layerNorm(x), qkv)
        .split({ sizes: dim, dim: -1 })
        .map((t) => t.reshape([batch, tokens, 2, dim / 2]).transpose({ dim0: 1, dim1: 2 }));
      const mixed = scaledDotProductAttention(heads[0]!, heads[1]!, heads[2]!, { isCausal: true });
      const hidden = mixed.transpose({ dim0: 1, dim1: 2 }).reshape([batch, tokens, dim]);
      parameters.zeroGrad();
      crossEntropy(linear(hidden, head), targets).backward();
      noGrad(() => parameters.data.add_(parameters.grad, { alpha: -0.1 }));
    });
  const measure = async () => {
    await cpu.synchronize();
    const { live, cached } = cpu.memory();
    return { live, cached, resident: process.memoryUsage().rss };
  };
  for (let i = 0; i < 100; i++) step();
  const before = await measure();
  for (let i = 0; i < 1000; i++) {
    step();
    if (i % 100 === 99) await cpu.synchronize();
  }
  const after = await measure();
  expect(after.live).toBe(before.live);
  expect(after.cached).toBeLessThanOrEqual(before.cached + 2 ** 20);
  // A leak of one tensor a step would show here even where the device does not know of it: 1000 nodes and their closures.
  expect(after.resident - before.resident).toBeLessThan(96 * 2 ** 20);
});
