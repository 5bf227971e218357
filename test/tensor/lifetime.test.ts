/** Who frees a tensor and when: dispose, scopes, views, graphs; and that steps leave live bytes where they found them. */
import {
  add_,
  crossEntropy,
  DisposedError,
  defaultDevice,
  dropout,
  exp,
  layerNorm,
  linear,
  mul,
  noGrad,
  ParameterBuffer,
  randn,
  Scope,
  scope,
  type Tensor,
  tensor,
} from '@tessera/tensor';
import { describe, expect, test } from 'vitest';

const device = defaultDevice();

async function liveBytes(): Promise<number> {
  await device.synchronize();
  return device.memory().live;
}

describe('dispose', () => {
  test('frees the memory, twice is harmless, use after it names the op', async () => {
    const before = await liveBytes();
    const x = randn([1000]);
    x.dispose();
    x.dispose();
    expect(await liveBytes()).toBe(before);
    expect(x.isDisposed).toBe(true);
    expect(() => exp(x)).toThrow(DisposedError);
    expect(() => exp(x)).toThrow(/^exp: the tensor f32\[1000\] was disposed/);
  });

  test('a view keeps the memory of what it views', async () => {
    const x = tensor([1, 2, 3, 4]);
    const part = x.narrow({ dim: 0, start: 1, length: 2 });
    x.dispose();
    expect(await part.toArray()).toEqual([2, 3]);
    part.dispose();
  });

  test('using frees at the end of the block', async () => {
    const before = await liveBytes();
    {
      using x = randn([64]);
      expect(x.numel).toBe(64);
    }
    expect(await liveBytes()).toBe(before);
  });
});

describe('backward', () => {
  test('that fails frees the gradients it had', async () => {
    const before = await liveBytes();
    scope(() => {
      const w = tensor(new Float32Array(1000)).setRequiresGrad();
      const y = mul(w, w);
      const loss = mul(y, w).sum();
      noGrad(() => add_(y, 1));
      expect(() => loss.backward()).toThrow(/changed in place/);
    });
    expect(await liveBytes()).toBe(before);
  });
});

describe('scopes', () => {
  test('free what they made and keep what they return', async () => {
    const before = await liveBytes();
    const result = scope(() => {
      const a = randn([100]);
      return { sum: a.add(a).sum(), list: [a.mul(2)] };
    });
    expect(await liveBytes()).toBe(before + 4 + 400);
    result.sum.dispose();
    result.list[0]!.dispose();
    expect(await liveBytes()).toBe(before);
  });

  test('nest: a returned tensor belongs to the outer scope', async () => {
    const before = await liveBytes();
    scope(() => {
      const inner = scope(() => randn([10]));
      expect(inner.isDisposed).toBe(false);
    });
    expect(await liveBytes()).toBe(before);
  });

  test('free everything when the body throws', async () => {
    const before = await liveBytes();
    expect(() =>
      scope(() => {
        randn([10]);
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(await liveBytes()).toBe(before);
  });

  test('kept tensors outlive them, and block scopes work across await', async () => {
    let kept: Tensor;
    {
      using _ = new Scope();
      const x = randn([3]);
      kept = x.mul(0).keep();
      await x.data();
    }
    expect(await kept.toArray()).toEqual([0, 0, 0]);
    kept.dispose();
  });
});

describe('graphs', () => {
  test('a graph nobody walks is freed with its result', async () => {
    const before = await liveBytes();
    const w = randn([1000]).setRequiresGrad();
    let y = mul(w, w);
    for (let i = 0; i < 20_000; i++) {
      const next = y.mul(1);
      y.dispose();
      y = next;
    }
    y.dispose();
    w.dispose();
    expect(await liveBytes()).toBe(before);
  });

  test('a thousand training steps leave live bytes where they were', async () => {
    const x = randn([32, 16]);
    const y = tensor(Int32Array.from({ length: 32 }, (_, i) => i % 4));
    const weights = [randn([64, 16]), randn([4, 64])].map((t) => t.setRequiresGrad());
    const scale = tensor(new Float32Array(64).fill(1), { requiresGrad: true });
    const parameters = new ParameterBuffer([...weights, scale].map((t, i) => [`p${i}`, t] as const));
    const step = () =>
      scope(() => {
        const hidden = dropout(layerNorm(linear(x, weights[0]!, undefined, { activation: 'gelu' }), scale), { p: 0.1 });
        const loss = crossEntropy(linear(hidden, weights[1]!), y);
        parameters.zeroGrad();
        loss.backward();
        noGrad(() => add_(parameters.data, parameters.grad, { alpha: -0.01 }));
      });
    step();
    const before = await liveBytes();
    for (let i = 0; i < 1000; i++) step();
    expect(await liveBytes()).toBe(before);
    for (const t of [x, y, ...weights, scale, parameters.data, parameters.grad]) t.dispose();
  });
});
