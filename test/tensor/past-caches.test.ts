/**
 * Results too large for the caches are written by other instructions, in blocks: the values are those of smaller tensors,
 * bit for bit, wherever rows begin and end in memory.
 */
import {
  add,
  cat,
  contiguous,
  type DType,
  exp,
  full,
  grad,
  layerNorm,
  logSoftmax,
  maskedFill,
  randn,
  rmsNorm,
  scope,
  softmax,
  type Tensor,
  where,
} from '@tessera/tensor';
import { expect, test } from 'vitest';

const rows = 2051;
const halves = [
  [0, 1023],
  [1023, 1028],
] as const;

function expectSameBits(part: Tensor, whole: Tensor, start: number): void {
  const some = part.dataSync();
  const all = whole.dataSync();
  const same = all.slice(start, start + some.length);
  expect(some.length).toBe(same.length);
  expect(
    Buffer.from(some.buffer, some.byteOffset, some.byteLength).equals(
      Buffer.from(same.buffer, same.byteOffset, same.byteLength),
    ),
  ).toBe(true);
}

type Op = (rows: { x: Tensor; g: Tensor; mask: Tensor }, row: Tensor) => Tensor;

const gradient =
  (op: (x: Tensor, row: Tensor) => Tensor): Op =>
  ({ x, g }, row) => {
    const input = x.detach().setRequiresGrad();
    return grad(op(input, row), [input], { gradient: g })[0]!;
  };

const ops: Record<string, Op> = {
  exp: ({ x }) => exp(x),
  'exp, gradient': gradient((x) => exp(x)),
  'add rows': ({ x, g }) => add(x, g),
  'add a row to all': ({ x }, row) => add(x, row),
  'product, gradient': gradient((x) => x.mul(x)),
  where: ({ x, g, mask }) => where(mask, x, g),
  maskedFill: ({ x, mask }) => maskedFill(x, mask, { value: -1 }),
  softmax: ({ x }) => softmax(x, { dim: 1 }),
  'softmax, gradient': gradient((x) => softmax(x, { dim: 1 })),
  logSoftmax: ({ x }) => logSoftmax(x, { dim: 1 }),
  layerNorm: ({ x }, row) => layerNorm(x, row, row),
  'layerNorm, gradient': gradient((x, row) => layerNorm(x, row, row)),
  rmsNorm: ({ x }, row) => rmsNorm(x, row),
  'columns of a view': ({ x }) => contiguous(x.narrow({ dim: 1, start: 3, length: x.shape[1]! - 3 })),
  'to f32': ({ x }) => x.to('f32'),
  'to bf16': ({ x }) => x.to('bf16'),
};

// Rows of an odd number of elements begin at every alignment; halves of them fit the caches.
test.each(Object.keys(ops).flatMap((name) => (['f32', 'bf16'] as DType[]).map((dtype) => [name, dtype] as const)))(
  '%s of %s',
  (name, dtype) => {
    const op = ops[name]!;
    const columns = dtype === 'f32' ? 4099 : 8197;
    scope(() => {
      const row = randn([columns]).to(dtype);
      const all = { x: randn([rows, columns]).to(dtype), g: randn([rows, columns]).to(dtype) };
      const mask = all.g.gt(0);
      const whole = op({ ...all, mask }, row);
      for (const [start, length] of halves) {
        const half = (t: Tensor) => t.narrow({ dim: 0, start, length });
        const part = op({ x: half(all.x), g: half(all.g), mask: half(mask) }, row);
        expectSameBits(part, whole, start * (whole.numel / rows));
      }
    });
  },
);

test('fills, and copies to where no line begins', () => {
  scope(() => {
    const n = (1 << 23) + 37;
    const filled = full([n], 1.5);
    expect(filled.dataSync().every((v) => v === 1.5)).toBe(true);
    const x = randn([n]);
    const joined = cat([filled.narrow({ dim: 0, start: 0, length: 3 }), x], { dim: 0 });
    expectSameBits(x, joined, 3);
  });
});
