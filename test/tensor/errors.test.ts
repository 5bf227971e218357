/** Bad input: an error at the call, of the right class, naming the op, what it got and what it expected. */
import { LayerNorm, Linear } from '@tessera/nn';
import {
  ArgumentError,
  AutogradError,
  add,
  arange,
  cat,
  conv2d,
  copy_,
  crossEntropy,
  DeviceError,
  DTypeError,
  device,
  embedding,
  full,
  grad,
  logicalNot,
  matmul,
  narrow,
  noGrad,
  normal,
  OutOfMemoryError,
  ones,
  permute,
  randint,
  randn,
  reshape,
  ShapeError,
  scope,
  share,
  softmax,
  sum,
  tensor,
  topk,
  zerosLike,
} from '@tessera/tensor';
import { describe, expect, test } from 'vitest';

function failure(body: () => unknown): Error & { code: string; op?: string } {
  try {
    body();
  } catch (error) {
    return error as Error & { code: string; op?: string };
  }
  throw new Error('nothing was thrown');
}

const f = (...shape: number[]) => ones(shape);
const leaf = () => ones([2], { requiresGrad: true });

describe('at the call', () => {
  test.each([
    [
      'shapes that do not broadcast',
      () => add(f(2, 3), f(4)),
      ShapeError,
      'SHAPE',
      'add',
      /\[2, 3\] and \[4\].*3 against 4/,
    ],
    [
      'inner sizes',
      () => matmul(f(2, 3), f(4, 5)),
      ShapeError,
      'SHAPE',
      'matmul',
      /\[2, 3\] and \[4, 5\], 3 against 4/,
    ],
    [
      'a reshape that does not fit',
      () => reshape(f(6), { shape: [4, -1] }),
      ShapeError,
      'SHAPE',
      'reshape',
      /6 elements as \[4, -1\]/,
    ],
    [
      'a dim out of range',
      () => softmax(f(2, 3), { dim: 2 }),
      ArgumentError,
      'ARGUMENT',
      'softmax',
      /got 2; expected an integer from -2 to 1/,
    ],
    ['repeated dims', () => sum(f(2, 3), { dim: [0, -2] }), ArgumentError, 'ARGUMENT', 'sum', /repeat/],
    [
      'a permutation that is none',
      () => permute(f(2, 3), [0, 0]),
      ArgumentError,
      'ARGUMENT',
      'permute',
      /each dimension/,
    ],
    [
      'a range that does not fit',
      () => narrow(f(5), { dim: 0, start: 3, length: 3 }),
      ArgumentError,
      'ARGUMENT',
      'narrow',
      /start 3 and length 3/,
    ],
    ['k beyond the row', () => topk(f(3), { k: 4 }), ArgumentError, 'ARGUMENT', 'topk', /from 0 to 3; got 4/],
    ['nothing to join', () => cat([]), ArgumentError, 'ARGUMENT', 'cat', /at least one/],
    [
      'dtypes that differ',
      () => add(f(2), tensor([1, 2], { dtype: 'i32' })),
      DTypeError,
      'DTYPE',
      'add',
      /f32 and i32.*to\('f32'\)/,
    ],
    [
      'float indices',
      () => embedding(f(3, 2), f(2)),
      DTypeError,
      'DTYPE',
      'embedding',
      /indices has dtype f32; expected i32/,
    ],
    [
      'a dtype without kernels',
      () => softmax(ones([2], { dtype: 'f16' }), { dim: 0 }),
      DTypeError,
      'DTYPE',
      'softmax',
      /f16.*f32\|bf16/,
    ],
    [
      'a kernel larger than its input',
      () => conv2d(f(1, 1, 2, 2), f(1, 1, 3, 3)),
      ShapeError,
      'SHAPE',
      'conv2d',
      /larger than the padded input/,
    ],
    [
      'targets of the wrong shape',
      () => crossEntropy(f(4, 3), tensor([0, 1], { dtype: 'i32' })),
      ShapeError,
      'SHAPE',
      'crossEntropy',
      /\[4, 3\] for target \[2\]/,
    ],
    [
      'labels in another dtype',
      () => crossEntropy(f(2, 3), f(2)),
      DTypeError,
      'DTYPE',
      'crossEntropy',
      /target has dtype f32; expected i32\. Convert it with to\('i32'\)/,
    ],
    [
      'a fraction among integers',
      () => add(tensor([1, 2], { dtype: 'i32' }), 0.5),
      DTypeError,
      'DTYPE',
      'add',
      /0\.5 is no i32.*to\('f32'\)/,
    ],
    [
      'the mean of integers',
      () => tensor([1, 2], { dtype: 'i32' }).mean(),
      DTypeError,
      'DTYPE',
      'mean',
      /floating-point tensor; got i32/,
    ],
    [
      'an index out of range',
      () => f(3).select({ dim: 0, index: 3 }),
      ArgumentError,
      'ARGUMENT',
      'select',
      /got 3 for dimension 0 of \[3\]; expected an integer from -3 to 2/,
    ],
    [
      'channels that differ',
      () => conv2d(f(1, 3, 4, 4), f(2, 1, 3, 3)),
      ShapeError,
      'SHAPE',
      'conv2d',
      /got \[2, 1, 3, 3\] and groups 1, for 1 channels, and an input \[1, 3, 4, 4\] of 3/,
    ],
    ['numbers too large', () => tensor([3e9], { dtype: 'i32' }), ArgumentError, 'ARGUMENT', 'tensor', /3000000000/],
    [
      'no number',
      () => tensor([1, Number.NaN], { dtype: 'u8' }),
      ArgumentError,
      'ARGUMENT',
      'tensor',
      /element 1, NaN/,
    ],
    ['ragged data', () => tensor([[1, 2], [3]]), ShapeError, 'SHAPE', 'tensor', /rows differ/],
    ['floats where booleans belong', () => logicalNot(f(2)), DTypeError, 'DTYPE', 'logicalNot', /f32; expected bool/],
    [
      'a gradient in another dtype',
      () => grad(leaf(), [leaf()], { gradient: ones([2], { dtype: 'bf16' }) }),
      DTypeError,
      'DTYPE',
      'backward',
      /bf16; expected f32/,
    ],
    ['a distribution that is none', () => normal([2], { std: -1 }), ArgumentError, 'ARGUMENT', 'normal', /std.*-1/],
    [
      'a generator that is none',
      () => randn([2], { generator: 5 as never }),
      ArgumentError,
      'ARGUMENT',
      'randn',
      /got 5/,
    ],
    [
      'more than any memory',
      () => full([1e9, 1e9], 0),
      OutOfMemoryError,
      'OUT_OF_MEMORY',
      'full',
      /4000000000000000000 bytes/,
    ],
    ['arithmetic by operators', () => +f(2), ArgumentError, 'ARGUMENT', 'operator', /mul\(\)/],
    ['a shape that is none', () => full([2, -1], 0), ShapeError, 'SHAPE', 'full', /non-negative/],
    [
      'an unknown dtype',
      () => ones([1], { dtype: 'f64' as never }),
      ArgumentError,
      'ARGUMENT',
      'ones',
      /f64.*f32, bf16/,
    ],
    ['an unknown device', () => device('tpu' as never), DeviceError, 'DEVICE', 'device', /'tpu'/],
    [
      'sharing what is not stored so',
      () => share(new Float32Array(2), { dtype: 'i32' }),
      DTypeError,
      'DTYPE',
      'share',
      /Float32Array/,
    ],
    [
      'backward without a graph',
      () => f(1).backward(),
      AutogradError,
      'AUTOGRAD',
      'backward',
      /does not require gradients/,
    ],
    [
      'backward from many elements',
      () => randn([3]).setRequiresGrad().mul(2).backward(),
      AutogradError,
      'AUTOGRAD',
      'backward',
      /\[3\]/,
    ],
  ] as const)('%s', (_name, body, type, code, op, message) => {
    const error = failure(body);
    expect(error).toBeInstanceOf(type);
    expect(error.code).toBe(code);
    expect(error.op).toBe(op);
    expect(error.message).toMatch(message);
    expect(error.message.startsWith(`${op}: `)).toBe(true);
  });

  test('an integer tensor has no gradient', () => {
    expect(failure(() => tensor([1], { dtype: 'i32', requiresGrad: true })).code).toBe('AUTOGRAD');
  });

  test('changing a saved tensor in place is noticed', () => {
    const x = randn([3]);
    const y = randn([3]).setRequiresGrad().mul(x).sum();
    x.mul_(2);
    expect(failure(() => y.backward()).message).toMatch(/changed in place/);
  });

  test('a graph is walked once unless it is retained', () => {
    const x = randn([3]).setRequiresGrad();
    const y = x.mul(x).sum();
    y.backward({ retainGraph: true });
    y.backward();
    expect(failure(() => y.backward()).message).toMatch(/retainGraph/);
  });
});

test.each<[string, () => unknown, RegExp]>([
  [
    "PyTorch's positional options",
    () => f(2, 3).sum(1 as never),
    /^sum: options come as an object; got 1; expected \{ dim, keepdim \}\.$/,
  ],
  [
    "the bounds of PyTorch's randint",
    () => randint(0, 10 as never, [2] as never),
    /^randint: the shape comes second and low is an option; got 0 and 10\. Write randint\(10, shape, \{ low: 0 \}\)\.$/,
  ],
  ['a BigInt', () => add(5n as never, f(2)), /^add: .*got 5n/],
  ['what JSON refuses', () => sum([5n] as never), /^sum: .*got (\(\[5n\]\)|\[5n\])/],
  [
    'no options',
    () =>
      leaf()
        .sum()
        .backward(null as never),
    /^backward: options come as an object; got null; expected \{ gradient/,
  ],
  ['nothing to change', () => copy_(undefined as never, f(2)), /^copy_: expected a tensor; got undefined/],
  ['nothing to be like', () => zerosLike(null as never), /^zerosLike: expected a tensor; got null/],
  ['nothing to run', () => noGrad(3 as never), /^noGrad: expected a function; got 3/],
  ['one input', () => grad(leaf().sum(), leaf() as never), /^grad: the inputs come as an array; got /],
  [
    'a buffer to share',
    () => share(new ArrayBuffer(4) as never),
    /^share: expected a Float32Array, .*tensor\(\) copies/,
  ],
  [
    'a start before the end',
    () => arange(1, 5 as never),
    /^arange: options come as an object; got 5; expected \{ dtype, /,
  ],
  [
    'options instead of a size',
    () => new LayerNorm({ eps: 1 } as never),
    /^LayerNorm: normalizedShape must be .*got {"eps":1}/,
  ],
  ['a size as a BigInt', () => new Linear(2n as never, 2), /^Linear: inFeatures must be .*got 2n/],
  [
    'a bias instead of options',
    () => new Linear(2, 2, false as never),
    /^Linear: options come as an object; got false/,
  ],
  [
    '64-bit integers',
    () => tensor(new BigInt64Array(1) as never),
    /^tensor: 64-bit integers have no dtype here; got a Big/,
  ],
  [
    'what is no tensor',
    () => add(f(2), '1' as never),
    /^add: expected a tensor; got "1"\. Make one with tensor\(\)\.$/,
  ],
  [
    'what is missing',
    () => f(2).add(undefined as never),
    /^add: the arguments do not fit; got \(f32\[2\], undefined\)\.$/,
  ],
  [
    'options that are missing',
    () => f(2).softmax(undefined as never),
    /^softmax: the arguments do not fit; got \(f32\[2\], undefined\)\. Its options are \{ dim \}\.$/,
  ],
  [
    'another name of an option of backward',
    () =>
      randn([1], { requiresGrad: true })
        .sum()
        .backward({ retain_graph: true } as never),
    /^backward: there is no option 'retain_graph'\. Did you mean retainGraph\?$/,
  ],
  [
    'gradients of gradients',
    () => grad(randn([1], { requiresGrad: true }).sum(), [], { createGraph: true } as never),
    /^grad: there is no option 'createGraph'\./,
  ],
  ['a value that is no number', () => full([2], 'x' as never), /^full: value must be a number; got "x"\.$/],
  [
    'sizes one by one',
    () => ones(2 as never),
    /^ones: not a shape; got 2; expected an array of non-negative integers\.$/,
  ],
  [
    'a place that is none',
    () => f(2).to('gpu' as never),
    /^to: neither a dtype nor a device; got 'gpu'; expected f32, /,
  ],
  ['an async scope', () => scope(async () => {}), /^scope: the function must not be async/],
  ['an async noGrad', () => noGrad(async () => {}), /^noGrad: the function must not be async/],
])('%s is said to be wrong, in programs that nobody type-checks', (_, call, message) => {
  expect(failure(call).message).toMatch(message);
});

test('what is true is counted, as i32', async () => {
  const hits = tensor([1, 2, 3]).ge(2);
  const count = hits.sum();
  expect(count.dtype).toBe('i32');
  expect(await count.item()).toBe(2);
  expect(await tensor(new Uint8Array(300).fill(255)).sum().item()).toBe(76_500);
});

test('to takes a dtype, a device, its name, or both', () => {
  const x = f(2);
  expect(x.to('bf16').dtype).toBe('bf16');
  for (const place of ['cpu', device('cpu'), { device: 'cpu' }] as const) expect(x.to(place)).toBe(x);
});

test('an error without a cause shows none', () => {
  const thrown = (f: () => unknown): Error => {
    try {
      f();
    } catch (error) {
      return error as Error;
    }
    throw new Error('did not throw');
  };
  expect(thrown(() => ones([2.5]))).not.toHaveProperty('cause');
});
