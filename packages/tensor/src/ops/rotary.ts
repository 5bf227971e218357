/** Rotary position embedding. */
import { kernels } from '../backend.js';
import { ArgumentError, formatShape, ShapeError } from '../errors.js';
import { NdArray } from '../ndarray.js';
import { checkDevices, defineOp, differentiable } from '../op.js';
import { contiguousStrides, sameShape } from '../shape.js';
import { Tensor } from '../tensor.js';
import { headsLast, layoutOf, prefixed, rowsOf } from './attention-kernel.js';
import { checkSameDType, dense } from './common.js';
import { sumTo } from './reduce-to.js';

export interface RotaryOptions {
  /** Position of the first row: row r uses row `offset + r` of `cos` and `sin`. Default 0. */
  readonly offset?: number;
}

function turn(x: Tensor, cos: Tensor, sin: Tensor, offset: number, inverse: number): Tensor {
  const source = rowsOf(x);
  const [batch, heads, rows, dim] = x.shape as [number, number, number, number];
  const y = headsLast(x);
  kernels.rope(x.device.commands, {
    x: source,
    cos,
    sin,
    y,
    batch,
    heads,
    rows,
    dim,
    positions: cos.shape[0]!,
    offset,
    inverse,
    ...prefixed('x', layoutOf(source)),
    ...prefixed('y', layoutOf(y)),
  });
  return y;
}

/**
 * Rotary position embedding, rotate-half convention (Hugging Face Llama): `x cos + rotateHalf(x) sin` for `x` `[batch,
 * heads, rows, dim]` or, packed, `[rows, heads, dim]`; `cos` and `sin` `[positions, dim]`. Source: arXiv 2104.09864.
 */
export const applyRotaryEmbedding = defineOp({
  name: 'applyRotaryEmbedding',
  options: { offset: true },
  forward: (given: Tensor, cos: Tensor, sin: Tensor, { offset = 0 }: RotaryOptions = {}) => {
    const op = 'applyRotaryEmbedding';
    checkDevices(op, given, cos, sin);
    checkSameDType(op, given, cos, sin);
    if ((given.ndim !== 4 && given.ndim !== 3) || given.shape.at(-1)! % 2 !== 0) {
      throw new ShapeError(
        `x must be [batch, heads, rows, dim] or [rows, heads, dim] with an even dim; got ${formatShape(given.shape)}.`,
        { op, actual: given.shape },
      );
    }
    const packed = given.ndim === 3;
    const x = packed ? headsFirst(given) : given;
    const rows = x.shape[2]!;
    if (!sameShape(cos.shape, sin.shape) || cos.ndim !== 2 || cos.shape[1] !== x.shape[3]) {
      throw new ShapeError(
        `cos and sin must be [positions, ${x.shape[3]}]; got ${formatShape(cos.shape)} and ${formatShape(sin.shape)}.`,
        { op },
      );
    }
    if (!Number.isInteger(offset) || offset < 0 || offset + rows > cos.shape[0]!) {
      throw new ArgumentError(
        `positions ${offset} to ${offset + rows - 1} are not in cos and sin, which have ${cos.shape[0]}.`,
        { op, actual: offset },
      );
    }
    const [c, s] = [dense(cos), dense(sin)];
    const shaped = (y: Tensor): Tensor => (packed ? y.view(given.shape, contiguousStrides(given.shape), y.offset) : y);
    return differentiable(shaped(turn(x, c, s, offset, 0)), [x, c, s], (upstream, [input, cs, sn], context) => {
      const g = packed ? headsFirst(upstream) : upstream;
      return [
        context.needs(0) ? shaped(turn(g, cs!, sn!, offset, 1)) : null,
        context.needs(1) ? angleGradient(g, input!, cs!, offset) : null,
        context.needs(2) ? angleGradient(g, rotateHalf(input!), cs!, offset) : null,
      ];
    });
  },
  reference: (x, cos, sin, { offset = 0 }) => {
    if (x.shape.length === 3) {
      const half = x.shape[2]! / 2;
      return NdArray.build(x.shape, (index) => {
        const [r, h, d] = index as [number, number, number];
        const other = d < half ? -x.at([r, h, d + half]) : x.at([r, h, d - half]);
        return x.at(index) * cos.at([offset + r, d]) + other * sin.at([offset + r, d]);
      });
    }
    const half = x.shape[3]! / 2;
    return NdArray.build(x.shape, (index) => {
      const [b, h, r, d] = index as [number, number, number, number];
      const other = d < half ? -x.at([b, h, r, d + half]) : x.at([b, h, r, d - half]);
      return x.at(index) * cos.at([offset + r, d]) + other * sin.at([offset + r, d]);
    });
  },
  cases: [
    {
      inputs: [
        [2, 3, 7, 16],
        [7, 16],
        [7, 16],
      ],
    },
    {
      inputs: [
        [1, 2, 3, 4],
        [9, 4],
        [9, 4],
      ],
      options: { offset: 5 },
    },
    {
      inputs: [
        [5, 3, 8],
        [5, 8],
        [5, 8],
      ],
    },
  ],
});

/** Packed `[rows, heads, dim]` as `[1, heads, rows, dim]`. */
function headsFirst(x: Tensor): Tensor {
  const [rows, heads, dim] = x.shape as [number, number, number];
  const [row, head, last] = x.strides as [number, number, number];
  return x.view([1, heads, rows, dim], [0, head, row, last], x.offset);
}

/** The gradient by `cos` (with `x`) or `sin` (with `rotateHalf(x)`): the product summed over batch and heads, at its positions. */
function angleGradient(g: Tensor, x: Tensor, table: Tensor, offset: number): Tensor {
  const product = Tensor.empty(g.device, g.shape, g.dtype);
  kernels.mul(g.device.commands, {
    a: dense(g),
    b: dense(x),
    y: product,
    n: g.numel,
    aStep: g.numel === 1 ? 0 : 1,
    bStep: g.numel === 1 ? 0 : 1,
  });
  const [, , rows, dim] = g.shape as [number, number, number, number];
  const sums = sumTo(product, [rows, dim]);
  const full = Tensor.empty(g.device, table.shape, table.dtype);
  kernels.fill(g.device.commands, { y: full, n: full.numel, value: 0 });
  const part = full.view([rows, dim], [dim, 1], offset * dim);
  kernels.addScaled(g.device.commands, { x: dense(sums), y: part, n: rows * dim, alpha: 1 });
  return full;
}

/** `[-x2, x1]` for the halves `[x1, x2]` of the last dimension. */
function rotateHalf(x: Tensor): Tensor {
  const [batch, heads, rows, dim] = x.shape as [number, number, number, number];
  const zero = Tensor.empty(x.device, [rows, dim], x.dtype);
  const one = Tensor.empty(x.device, [rows, dim], x.dtype);
  kernels.fill(x.device.commands, { y: zero, n: rows * dim, value: 0 });
  kernels.fill(x.device.commands, { y: one, n: rows * dim, value: 1 });
  const y = Tensor.empty(x.device, [batch, heads, rows, dim], x.dtype);
  const source = rowsOf(x);
  // A turn by 90 degrees.
  kernels.rope(x.device.commands, {
    x: source,
    cos: zero,
    sin: one,
    y,
    batch,
    heads,
    rows,
    dim,
    positions: rows,
    offset: 0,
    inverse: 0,
    ...prefixed('x', layoutOf(source)),
    ...prefixed('y', layoutOf(y)),
  });
  return y;
}
