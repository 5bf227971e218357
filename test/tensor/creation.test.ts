/** Tensors from nothing: counted, filled, and in the likeness of others. */
import { arange, eye, fullLike, linspace, onesLike, randn, type Tensor, tensor, zerosLike } from '@tessera/tensor';
import { expect, test } from 'vitest';

const list = (x: Tensor): number[] => [...x.dataSync()];

test('linspace begins and ends where it was told, in any number of steps', () => {
  for (const [start, end] of [
    [0, 1],
    [-3, 7],
    [0.1, 0.7],
  ] as const) {
    for (let count = 2; count < 100; count++) {
      const values = list(linspace(start, end, count));
      expect([values.length, values[0], values.at(-1)]).toEqual([count, Math.fround(start), Math.fround(end)]);
    }
  }
  expect(list(linspace(2, 3, 1))).toEqual([2]);
  expect(linspace(2, 3, 0).shape).toEqual([0]);
});

test('arange stops below its end, is of integers where it can be, and exact beyond 2^24', () => {
  expect(arange(1, { step: 0.1 }).shape).toEqual([10]);
  expect(arange(3).dtype).toBe('i32');
  expect(arange(1, { step: 0.5 }).dtype).toBe('f32');
  expect(list(arange(0, { start: 3, step: -2 }))).toEqual([3, 1]);
  expect(list(arange(2, { start: 5 }))).toEqual([]);
  expect(list(arange(2 ** 24 + 2, { start: 2 ** 24 }))).toEqual([2 ** 24, 2 ** 24 + 1]);
});

test('what is made in the likeness of a tensor has its shape and dtype, not its gradient', () => {
  const x = randn([2, 3], { dtype: 'bf16', requiresGrad: true });
  for (const [y, value] of [
    [zerosLike(x), 0],
    [onesLike(x), 1],
    [fullLike(x, -2), -2],
  ] as const) {
    expect([y.shape, y.dtype, y.requiresGrad]).toEqual([[2, 3], 'bf16', false]);
    expect(list(y)).toEqual(Array(6).fill(value));
  }
  expect(zerosLike(x, { dtype: 'i32' }).dtype).toBe('i32');
});

test('the identity, in any dtype', () => {
  for (const dtype of ['f32', 'bf16', 'i32', 'u8', 'bool'] as const)
    expect(list(eye(2, { dtype }))).toEqual([1, 0, 0, 1]);
});

test('fractions are cut off on the way to integers; bit patterns are taken as they are', () => {
  expect(list(tensor([1.7, -1.7], { dtype: 'i32' }))).toEqual([1, -1]);
  expect(list(tensor([0, 0.5, Number.NaN, Number.POSITIVE_INFINITY], { dtype: 'bool' }))).toEqual([0, 1, 1, 1]);
  expect(list(tensor(Uint16Array.of(0x3f80, 0xc000), { dtype: 'bf16' }))).toEqual([1, -2]);
});
