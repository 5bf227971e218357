/** Changes in place: views, memory that overlaps, integers, and what is refused. */
import * as t from '@tessera/tensor';
import { describe, expect, test } from 'vitest';

const { tensor } = t;
const sequence = (n: number) => t.arange(n).to('f32');
const part = (x: t.Tensor, start: number, length: number) => x.narrow({ dim: 0, start, length });

describe('a source that shares memory with what changes is read as it was before', () => {
  test.each([
    ['copy_', (a: t.Tensor, b: t.Tensor) => a.copy_(b), (_: number, y: number) => y],
    ['add_', (a: t.Tensor, b: t.Tensor) => a.add_(b), (x: number, y: number) => x + y],
    ['mul_', (a: t.Tensor, b: t.Tensor) => a.mul_(b), (x: number, y: number) => x * y],
    ['lerp_', (a: t.Tensor, b: t.Tensor) => a.lerp_(b, 0.5), (x: number, y: number) => (x + y) / 2],
  ] as const)('%s', async (_, change, expected) => {
    // Long enough for several vectors and threads.
    for (const n of [2, 5, 300_000]) {
      for (const [to, from] of [
        [1, 0],
        [0, 1],
      ] as const) {
        const x = sequence(n);
        change(part(x, to, n - 1), part(x, from, n - 1));
        const got = Array.from((await x.data()).subarray(to, to + n - 1));
        expect(got).toEqual(got.map((_, i) => Math.fround(expected(i + to, i + from))));
      }
    }
  });

  test('the same elements in another order', async () => {
    const square = tensor([
      [0, 1],
      [2, 3],
    ]);
    square.transpose().copy_(square);
    expect(await square.toArray()).toEqual([
      [0, 2],
      [1, 3],
    ]);
    square.add_(square.transpose());
    expect(await square.toArray()).toEqual([
      [0, 3],
      [3, 6],
    ]);
  });

  test('slices by index', async () => {
    const x = sequence(6);
    part(x, 0, 4).indexCopy_(tensor([1, 0], { dtype: 'i32' }), part(x, 1, 2), { dim: 0 });
    expect(await x.toArray()).toEqual([2, 1, 2, 3, 4, 5]);
  });
});

test('a view changes what it is a view of', async () => {
  const x = t.zeros([2, 3]);
  x.narrow({ dim: 1, start: 1, length: 2 }).copy_(tensor([7, 8]));
  x.transpose().select({ dim: 0, index: 0 }).add_(1);
  expect(await x.toArray()).toEqual([
    [1, 7, 8],
    [1, 7, 8],
  ]);
});

test('integers count', async () => {
  const count = tensor([[1, 2]], { dtype: 'i32' });
  count.add_(1).add_(tensor([10, 20], { dtype: 'i32' }), { alpha: 2 });
  expect(await count.mul_(-1).toArray()).toEqual([[-22, -43]]);
  const column = t.zeros([2, 2], { dtype: 'i32' });
  column.select({ dim: 1, index: 1 }).add_(3);
  expect(await column.toArray()).toEqual([
    [0, 3],
    [0, 3],
  ]);
  expect(() => count.add_(0.5)).toThrow(t.DTypeError);
});

test('filling follows the rule of tensor(): fractions are cut off, what does not fit is refused', async () => {
  expect(await tensor([1, 1], { dtype: 'i32' }).fill_(-2.7).toArray()).toEqual([-2, -2]);
  expect(() => tensor([1], { dtype: 'u8' }).fill_(300)).toThrow('fill_: 300 does not fit u8; expected 0 to 255.');
  expect(() => t.full([2], Number.NaN, { dtype: 'i32' })).toThrow('full: NaN does not fit i32');
});

describe('what is refused', () => {
  const repeated = () => t.zeros([1]).expand([3]);
  test.each([
    ['repeated elements, added to', () => repeated().add_(1), 'ARGUMENT', /^add_: .*repeats elements.*clone\(\)/],
    ['repeated elements, copied to', () => repeated().copy_(tensor([1, 2, 3])), 'ARGUMENT', /^copy_: .*repeats/],
    [
      'a source that is too large',
      () => tensor([1]).add_(tensor([1, 2])),
      'SHAPE',
      /^add_: source does not fit; got \[2\]/,
    ],
    ['another dtype', () => tensor([1]).add_(tensor([1], { dtype: 'i32' })), 'DTYPE', /^add_: .*to\(\)/],
    ['a dtype without arithmetic', () => tensor([true]).mul_(2), 'DTYPE', /^mul_: not available in bool/],
    ['a number that is none', () => tensor([1]).add_(1, { alpha: Number.NaN }), 'ARGUMENT', /^add_: alpha/],
    ['an option that is none', () => tensor([1]).add_(1, { scale: 2 } as never), 'ARGUMENT', /no option 'scale'/],
    ['an array', () => tensor([1]).copy_([2] as never), 'ARGUMENT', /^copy_: the arguments do not fit/],
  ] as const)('%s', (_, body, code, message) => {
    expect(body).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
  });

  test('and leaves what autograd saved as it was', () => {
    const x = tensor([1, 2], { requiresGrad: true });
    const y = x.exp();
    expect(() => t.noGrad(() => y.add_(tensor([1, 2, 3])))).toThrow(t.ShapeError);
    expect(() => y.sum().backward()).not.toThrow();
  });
});
