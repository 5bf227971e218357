/** What reductions say of integers, truth values, nothing at all and what is not a number. */
import { all, any, flip, isfinite, isinf, isnan, ones, prod, tensor, zeros } from '@tessera/tensor';
import { describe, expect, test } from 'vitest';
import { testDevices } from '../support/devices.js';

describe.each(testDevices)('on %s', (device) => {
  test('products of integers are integers and wrap around', async () => {
    const x = tensor([3, 5, 65536, 65536, -7, 1], { dtype: 'i32', shape: [3, 2], device });
    const y = prod(x, { dim: 1 });
    expect(y.dtype).toBe('i32');
    expect(await y.toArray()).toEqual([15, 0, -7]);
    expect(
      await tensor([[true, false, true]], { device })
        .prod({ dim: 0 })
        .toArray(),
    ).toEqual([1, 0, 1]);
    expect(await prod(tensor([5, 60], { dtype: 'u8', device })).item()).toBe(300);
  });

  test("a product's gradient reaches zeros", async () => {
    const x = tensor([0, 2, 3, 0, 5, 0, 7, 2, 1], { shape: [3, 3], device }).setRequiresGrad();
    prod(x, { dim: 1 }).sum().backward();
    expect(await x.grad!.toArray()).toEqual([
      [6, 0, 0],
      [0, 0, 0],
      [2, 7, 14],
    ]);
    const alone = tensor([0], { device }).setRequiresGrad();
    prod(alone).backward();
    expect(await alone.grad!.item()).toBe(1);
  });

  test('over nothing a product is 1, all is true and any is false', async () => {
    const x = zeros([2, 0], { device });
    expect(await prod(x, { dim: 1 }).toArray()).toEqual([1, 1]);
    expect(await all(x, { dim: 1 }).toArray()).toEqual([true, true]);
    expect(await any(x, { dim: 1 }).toArray()).toEqual([false, false]);
    expect(all(x, { dim: 0 }).shape).toEqual([0]);
  });

  test('NaN is true, and is found', async () => {
    const x = tensor([Number.NaN, 0, Number.NEGATIVE_INFINITY], { device });
    expect(await x.narrow({ dim: 0, start: 0, length: 1 }).all().item()).toBe(1);
    expect(await x.any().toArray()).toBe(true);
    expect(await isnan(x).toArray()).toEqual([true, false, false]);
    expect(await isinf(x).toArray()).toEqual([false, false, true]);
    expect(await isfinite(x).toArray()).toEqual([false, true, false]);
    const whole = tensor([1, 2], { dtype: 'i32', device });
    expect(await isfinite(whole).all().toArray()).toBe(true);
    expect(await isnan(whole).any().toArray()).toBe(false);
  });

  test('dimensions given twice are refused', () => {
    expect(() => prod(ones([2, 2], { device }), { dim: [1, -1] })).toThrow(/dims repeat/);
    expect(() => flip(ones([2, 2], { device }), { dims: [0, 0] })).toThrow(/dims repeat/);
  });
});
