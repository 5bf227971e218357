/** Flat buffers over parameters that are in one already: windows on the same memory, whatever the set and the order. */
import { device, ParameterBuffer, type ParameterEntry, scope, type Tensor, tensor } from '@tessera/tensor';
import { expect, test } from 'vitest';

const named = (...tensors: readonly Tensor[]) => tensors.map((t, i) => [`p${i}`, t] as const);
const names = (buffer: ParameterBuffer) => buffer.entries.map(({ name }: ParameterEntry) => name);

function three(): [Tensor, Tensor, Tensor] {
  return [tensor([1, 2]), tensor([3]), tensor([[4, 5]])];
}

test('a second buffer over the same parameters has the same memory and gradients', async () => {
  const [a, b, c] = three();
  using first = new ParameterBuffer(named(a, b, c));
  using second = new ParameterBuffer(named(a, b, c));
  second.data.mul_(10);
  expect(await first.data.toArray()).toEqual([10, 20, 30, 40, 50]);
  expect(await c.toArray()).toEqual([[40, 50]]);
  a.mul(2).sum().backward();
  for (const buffer of [first, second]) {
    buffer.finishGradients();
    expect(await buffer.grad.toArray()).toEqual([2, 2, 0, 0, 0]);
  }
});

test('some of the parameters in any order are as many windows as they have stretches; new ones get memory of their own', async () => {
  const [a, b, c] = three();
  using whole = new ParameterBuffer(named(a, b, c));
  const other = tensor([6]);
  const buffers = ParameterBuffer.over([
    ['c', c],
    ['other', other],
    ['a', a],
    ['c again', c],
  ]);
  expect(buffers.map(names)).toEqual([['a'], ['c'], ['other']]);
  expect(await Promise.all(buffers.map((buffer) => buffer.data.toArray()))).toEqual([[1, 2], [4, 5], [6]]);
  c.mul(3).sum().backward();
  whole.finishGradients();
  expect(await buffers[1]!.grad.toArray()).toEqual([3, 3]);
  buffers[1]!.zeroGrad();
  expect(c.grad).toBeNull();
  expect(a.grad).not.toBeNull();
  for (const buffer of buffers) buffer.dispose();
  const [stretch] = ParameterBuffer.over(named(c, b));
  expect(names(stretch!)).toEqual(['p1', 'p0']);
  stretch!.dispose();
});

test('one buffer cannot be over parameters that do not lie one after another', () => {
  const [a, b, c] = three();
  using _whole = new ParameterBuffer(named(a, b, c));
  expect(() => new ParameterBuffer(named(a, c))).toThrow(/p1 does not follow those before it.*ParameterBuffer\.over/);
  expect(() => new ParameterBuffer(named(tensor([0]), a))).toThrow(/p1 does not follow/);
  expect(() => new ParameterBuffer(named(a), { gradDType: 'bf16' })).toThrow(/p0 lives in a buffer with f32 gradients/);
});

test('what is no list of named parameters is refused', () => {
  expect(() => new ParameterBuffer(null as never)).toThrow(/parameters are pairs of a name and a tensor.*got null/);
  expect(() => new ParameterBuffer(three() as never)).toThrow(/parameters are pairs of a name and a tensor/);
  expect(() => new ParameterBuffer([['p0', [1, 2]]] as never)).toThrow(/parameters are pairs of a name and a tensor/);
});

test('the memory lives until the last buffer over it is disposed; values and gradients stay', async () => {
  const live = async () => {
    await device('cpu').synchronize();
    return device('cpu').memory().live;
  };
  const before = await live();
  const [a, b] = [tensor([1, 2]), tensor([3])];
  const first = new ParameterBuffer(named(a, b));
  const second = new ParameterBuffer(named(a, b));
  scope(() => b.mul(4).sum().backward());
  first.dispose();
  first.dispose();
  scope(() => b.mul(4).sum().backward());
  second.finishGradients();
  expect(await second.grad.toArray()).toEqual([0, 0, 8]);
  second.dispose();
  expect(await b.grad!.toArray()).toEqual([8]);
  scope(() => b.mul(1).sum().backward());
  expect(await b.grad!.toArray()).toEqual([9]);
  using again = new ParameterBuffer(named(a, b));
  expect(await again.grad.toArray()).toEqual([0, 0, 9]);
  again.dispose();
  for (const t of [a, b]) {
    t.dropGrad();
    t.dispose();
  }
  expect(await live()).toBe(before);
});

test('gradients of some elements are for a buffer that has its parameters alone', () => {
  const [a, b, c] = three();
  using whole = new ParameterBuffer(named(a, b, c));
  const second = new ParameterBuffer(named(b));
  const parts = whole.entries.map(() => ({ length: 0, gather: (t: Tensor) => t }));
  expect(() => whole.keepSomeGradients(parts)).toThrow(/another buffer or optimizer needs the gradients/);
  expect(() => second.keepSomeGradients(parts)).toThrow(/another buffer or optimizer needs the gradients/);
  second.dispose();
  whole.keepSomeGradients(parts);
  expect(() => new ParameterBuffer(named(a))).toThrow(/gradients of some elements/);
});

test('when a buffer that kept some gradients is disposed, all its parameters have gradients again, in any order of disposal', async () => {
  const [a, b] = three();
  const buffer = new ParameterBuffer(named(a, b));
  const [none, all] = [0, 1].map((length) => ({ length, gather: (t: Tensor) => t.clone().keep() }));
  buffer.keepSomeGradients([none!, all!]);
  expect([a.requiresGrad, b.requiresGrad]).toEqual([false, true]);
  buffer.dispose();
  buffer.keepWholeGradients();
  expect([a.requiresGrad, b.requiresGrad]).toEqual([true, true]);
  a.mul(2).sum().backward();
  expect(await a.grad!.toArray()).toEqual([2, 2]);
  a.setData(tensor([7, 8]));
});

test('grad can be set and forgotten, in a flat buffer or not', async () => {
  for (const flat of [false, true]) {
    const w = tensor([1, 2]).setRequiresGrad();
    using buffer = flat ? new ParameterBuffer([['w', w]]) : null;
    w.grad = tensor([5, 6]);
    w.sum().backward();
    expect(await w.grad!.toArray()).toEqual([6, 7]);
    w.grad = null;
    w.sum().backward();
    expect(await w.grad!.toArray()).toEqual([1, 1]);
    buffer?.finishGradients();
    expect(() => {
      w.grad = tensor([1]);
    }).toThrow('grad: a gradient has the shape of its tensor; got [1]; expected [2].');
  }
});
