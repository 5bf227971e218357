/** What layers refuse: unknown options, wrong shapes; and attention by both of its ways. */
import * as nn from '@tessera/nn';
import { BatchNorm2d, Conv2d, LayerNorm, Linear, Module, MultiheadAttention } from '@tessera/nn';
import { ArgumentError, grad, manualSeed, ones, randn, ShapeError, type Tensor, tensor } from '@tessera/tensor';
import { beforeEach, expect, test } from 'vitest';

beforeEach(() => manualSeed(1));

test.each<[string, (o: object) => unknown]>([
  ['Linear', (o) => new nn.Linear(2, 2, o)],
  ['Embedding', (o) => new nn.Embedding(2, 2, o)],
  ['MLP', (o) => new nn.MLP(2, 2, o)],
  ['GatedMLP', (o) => new nn.GatedMLP(2, 2, o)],
  ['MultiheadAttention', (o) => new nn.MultiheadAttention(2, 1, o)],
  ['TransformerEncoderLayer', (o) => new nn.TransformerEncoderLayer(2, 1, o)],
  ['LayerNorm', (o) => new nn.LayerNorm(2, o)],
  ['RMSNorm', (o) => new nn.RMSNorm(2, o)],
  ['GroupNorm', (o) => new nn.GroupNorm(1, 2, o)],
  ['InstanceNorm2d', (o) => new nn.InstanceNorm2d(2, o)],
  ['BatchNorm2d', (o) => new nn.BatchNorm2d(2, o)],
  ['Conv1d', (o) => new nn.Conv1d(2, 2, 1, o)],
  ['Conv2d', (o) => new nn.Conv2d(2, 2, 1, o)],
  ['ConvTranspose2d', (o) => new nn.ConvTranspose2d(2, 2, 1, o)],
])('%s refuses an option it does not have', (name, make) => {
  expect(() => make({ dtyp: 'bf16' })).toThrow(`${name}: there is no option 'dtyp'. Did you mean dtype?`);
  expect(() => make({ nonsense: 1 })).toThrow('dtype, device, generator.');
});

test('attention without dropout and with it agree when nothing is dropped', async () => {
  using plain = new MultiheadAttention(8, 2);
  using dropping = new MultiheadAttention(8, 2, { dropout: 1e-9 });
  dropping.loadStateDict(plain.stateDict());
  const x = randn([2, 5, 8]);
  const mask = tensor([
    [true, true, false, true, true],
    [false, false, false, false, false],
  ]).reshape([2, 1, 1, 5]);
  for (const options of [{}, { mask }, { isCausal: true }, { mask, isCausal: true }]) {
    const expected = await plain.forward(x, x, x, options).data();
    const actual = await dropping.forward(x, x, x, options).data();
    for (let i = 0; i < expected.length; i++) expect(actual[i]).toBeCloseTo(expected[i]!, 5);
  }
  expect(grad(plain.forward(x).sum(), [plain.inProjWeight])[0]!.shape).toEqual([24, 8]);
});

test.each([
  [() => new LayerNorm([2, 3]).forward(ones([3, 2])), /LayerNorm: the last dimensions must be \[2, 3\]; got \[3, 2\]/],
  [() => new BatchNorm2d(3).forward(ones([2, 3])), /BatchNorm2d: needs \[batch, 3, \.\.\.\] of rank 4; got \[2, 3\]/],
  [() => new MultiheadAttention(4, 2).forward(ones([3, 4])), /needs \[batch, rows, 4\]; got \[3, 4\]/],
  [
    () => new Linear(3, 4).forward(ones([2, 4])),
    /an input \[\.\.\., in\] and a weight \[out, in\] of one size in; got \[2, 4\] and \[4, 3\]/,
  ],
])('input of a wrong shape is an error that says so %#', (call, message) => {
  expect(call).toThrow(ShapeError);
  expect(call).toThrow(message);
});

test.each([
  [() => new Conv2d(3, 4, 3, { groups: 2 }), /Conv2d: groups must divide the 3 channels; got 2/],
  [() => new MultiheadAttention(4, 3), /numHeads must divide embedDim; got 3 and 4/],
  [() => new Linear(-1, 2), /^Linear: inFeatures must be a whole number from 0 on; got -1\.$/],
  [() => new Linear(2, '2' as never), /^Linear: outFeatures must be .*; got "2"/],
  [() => new nn.Embedding(2.5, 2), /^Embedding: numEmbeddings must be/],
  [() => new nn.MLP(2, Number.NaN), /^MLP: hiddenFeatures must be/],
  [() => new LayerNorm([2, -3]), /^LayerNorm: normalizedShape must be/],
  [() => new BatchNorm2d(-1), /^BatchNorm2d: numFeatures must be/],
  [() => new nn.GroupNorm(0.5, 2), /^GroupNorm: numGroups must be/],
  [() => new Conv2d(-1, 2, 3), /^Conv2d: inChannels must be/],
  [() => new nn.Conv1d(1, 2, [3, 3] as never), /^Conv1d: kernelSize must be a whole number from 1 on; got \[3,3\]\.$/],
  [() => new Conv2d(1, 2, 0), /^Conv2d: kernelSize must be a whole number from 1 on, or \[height, width\]; got 0/],
  [() => new nn.ConvTranspose2d(1, 2, [3, 3, 3] as never), /^ConvTranspose2d: kernelSize must be .*got \[3,3,3\]/],
])('arguments that do not fit are errors %#', (call, message) => {
  expect(call).toThrow(ArgumentError);
  expect(call).toThrow(message);
});

test('a module that is not registered, or is none, is an error, not a layer that never learns', () => {
  class Forgetful extends Module {
    readonly proj = new Linear(2, 2);
    readonly #apart = new Linear(2, 2);
    forward = (x: Tensor): Tensor => this.proj.forward(this.#apart.forward(x));
  }
  expect(() => [...new Forgetful().parameters()]).toThrow(
    "Forgetful: what 'proj' holds is not registered, so its parameters would be missed. Write proj = this.child('proj', ...), or #proj to keep it apart.",
  );
  class Listing extends Module {
    readonly layers = [new Linear(2, 2), new Linear(2, 2)];
  }
  expect(() => new Listing().train()).toThrow(
    /'layers' .* Write layers = this\.child\('layers', new ModuleList\(\.\.\.\)\)/,
  );
  class Loose extends Module {
    readonly scale = ones([2], { requiresGrad: true });
  }
  expect(() => new Loose().stateDict()).toThrow(/'scale' .* Write scale = this\.parameter\('scale', \.\.\.\)/);
  expect(() => new nn.Sequential((() => ones([1])) as never)).toThrow("Sequential: '0' must be a module; got ");
  expect(() => new nn.Sequential([new nn.ReLU()] as never)).toThrow("'0' must be a module; got an array; spread it");
});

test('a module may hold what is registered elsewhere, and what no gradient is for', () => {
  class Tied extends Module {
    readonly first = this.child('first', new Linear(2, 2));
    readonly same = this.first.weight;
    readonly both = [this.first];
    readonly table = ones([2]);
  }
  expect([...new Tied().namedParameters()].map(([name]) => name)).toEqual(['first.weight', 'first.bias']);
});

test('a batch of one has no statistics to train on', () => {
  using norm = new nn.BatchNorm1d(3);
  expect(() => norm.forward(ones([1, 3]))).toThrow(/training needs more than one value per channel; got \[1, 3\]/);
  expect(norm.eval().forward(ones([1, 3])).shape).toEqual([1, 3]);
});

test('modules print as a tree', () => {
  using net = new nn.Sequential(new Linear(2, 3), new nn.Sequential(new nn.ReLU()));
  expect(String(net)).toBe(
    'Sequential(\n  (0): Linear(weight [3, 2], bias [3])\n  (1): Sequential(\n    (0): ReLU()\n  )\n)',
  );
});
