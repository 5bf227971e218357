/** The edges of ops, where PyTorch has an answer: no elements, no dimensions, negative positions, default dimensions. */
import * as nn from '@tessera/nn';
import * as t from '@tessera/tensor';
import { describe, expect, test } from 'vitest';

const { tensor, zeros, ones } = t;
const list = (x: t.Tensor): number[] => [...x.dataSync()];
const ids = (...values: number[]) => tensor(values, { dtype: 'i32' });

describe('views without elements, wherever they begin', () => {
  const views: [string, () => t.Tensor][] = [
    ['a column', () => zeros([0, 3]).select({ dim: 1, index: 2 })],
    ['columns', () => zeros([0, 3]).narrow({ dim: 1, start: 1, length: 2 })],
    ['nothing, from the end', () => zeros([3]).narrow({ dim: 0, start: 3, length: 0 })],
    ['nothing, from the end of a row', () => zeros([2, 3]).narrow({ dim: 1, start: 3, length: 0 })],
  ];
  test.each(views)('%s', async (_, make) => {
    const x = make().detach().setRequiresGrad();
    const loss = x
      .exp()
      .add(x)
      .sum()
      .add(t.cat([x, x]).mul(2).sum());
    loss.backward();
    expect(await loss.item()).toBe(0);
    expect(x.grad!.shape).toEqual(x.shape);
  });

  test('through the gradient of stack', async () => {
    const parts = [zeros([0], { requiresGrad: true }), zeros([0], { requiresGrad: true })];
    t.stack(parts, { dim: 1 }).exp().sum().backward();
    for (const { grad } of parts) expect([...(await grad!.exp().data())]).toEqual([]);
  });
});

test('a number is gathered, scattered to and chosen from as one element', async () => {
  const x = tensor(5, { requiresGrad: true });
  const picked = t.gather(x, tensor(0, { dtype: 'i32' }), { dim: 0 });
  expect(await picked.item()).toBe(5);
  picked.backward();
  expect(await x.grad!.item()).toBe(1);
  const sum = t.scatterAdd(tensor(5), tensor(0, { dtype: 'i32' }), tensor(2), { dim: -1 });
  expect([sum.shape, await sum.item()]).toEqual([[], 7]);
  const [value, index] = t.topk(tensor(3), { k: 1 }) as [t.Tensor, t.Tensor];
  expect([value.shape, index.shape]).toEqual([[], []]);
});

test('the padding row may count from the end, and must be one', async () => {
  const weight = ones([3, 2], { requiresGrad: true });
  t.embedding(weight, ids(0, 2, 2), { paddingIdx: -1 })
    .sum()
    .backward();
  expect(list(weight.grad!)).toEqual([1, 1, 0, 0, 0, 0]);
  using table = new nn.Embedding(3, 2, { paddingIdx: -1 });
  expect(list(table.weight).slice(4)).toEqual([0, 0]);
  const problem = /^\w+: paddingIdx is out of range; got 3; expected an integer from -3 to 2\.$/;
  expect(() => t.embedding(weight, ids(0), { paddingIdx: 3 })).toThrow(problem);
  expect(() => new nn.Embedding(3, 2, { paddingIdx: 3 })).toThrow(problem);
});

test("normalize and cosineSimilarity work along dimension 1 by default, as PyTorch's do", () => {
  expect(list(t.normalize(ones([1, 4, 2])))).toEqual(Array(8).fill(0.5));
  expect(t.cosineSimilarity(ones([2, 3, 4]), ones([2, 3, 4])).shape).toEqual([2, 4]);
});

test('no helper of the ops is mistaken for one', () => {
  // torch.multiply is mul
  for (const name of ['multiply', 'transposed', 'mergedRows', 'referenceErf', 'referenceLogSumExp'])
    expect(t).not.toHaveProperty(name);
});

describe('wrong arguments', () => {
  const nothing = null as never;
  const cases: [string, () => unknown, RegExp][] = [
    ['rand', () => t.rand([2], nothing), /^rand: options come as an object; got null/],
    ['randn', () => t.randn([2], nothing), /^randn: options come as an object; got null/],
    ['uniform', () => t.uniform([2], nothing), /^uniform: options come as an object; got null/],
    ['normal', () => t.normal([2], nothing), /^normal: options come as an object; got null/],
    ['randint', () => t.randint(3, [2], nothing), /^randint: options come as an object; got null/],
    ['bernoulli', () => t.bernoulli(0.5, [2], nothing), /^bernoulli: options come as an object; got null/],
    ['a symbol', () => t.arange(Symbol('s') as never), /^arange: not a finite range; .* end Symbol\(s\)/],
    ['no device', () => t.device({} as never), /^device: unknown device; got \{\}/],
    ['no seed', () => t.manualSeed(Symbol('s') as never), /^Generator: a seed is .* got Symbol\(s\)/],
    [
      'results for one',
      () => t.sum(t.max(ones([2]), { dim: 0 }) as never),
      /^sum: the arguments do not fit; got \(\[f32\[\], i32\[\]\]\)/,
    ],
    [
      'a matrix of another size',
      () => t.symmetricEigenvalues(new Float64Array(4), 2 ** 31),
      /^symmetricEigenvalues: needs a Float64Array of n \* n elements; got .* and n 2147483648\.$/,
    ],
    ['no module', () => nn.flatParameters(nothing), /^flatParameters: expected a Module; got null/],
    ['no modules', () => new nn.ModuleList(nothing), /^ModuleList: expected a list of modules; got null/],
    ['no embedding options', () => new nn.Embedding(2, 2, nothing), /^Embedding: options come as an object; got null/],
    ['heads of nothing', () => nn.splitHeads(nothing, 2), /^splitHeads: needs a tensor of 3 dimensions; got null/],
    ['heads that do not divide', () => nn.splitHeads(ones([1, 2, 3]), 2), /^splitHeads: heads must divide 3 features/],
    ['heads to join', () => nn.joinHeads(ones([2])), /^joinHeads: needs a tensor of 4 dimensions; got \[2\]/],
  ];
  test.each(cases)('%s', (_, body, message) => {
    expect(body).toThrow(message);
  });
});
