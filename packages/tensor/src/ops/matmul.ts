/** Matrix products. Transposed and broadcast operands are read through their strides, never copied. */
import { kernels } from '../backend.js';
import { ArgumentError, formatShape, ShapeError } from '../errors.js';
import { isGradEnabled } from '../grad-mode.js';
import { NdArray } from '../ndarray.js';
import { checkDevices, defineOp, differentiable } from '../op.js';
import { broadcastShapes, contiguousStrides, numel, type Shape } from '../shape.js';
import { Tensor } from '../tensor.js';
import { checkSameDType, dense, emptyLike } from './common.js';
import { type Activation, activations, mergedRows, multiply, product, transposed } from './product.js';
import { sumTo } from './reduce-to.js';

export type { Activation } from './product.js';

/**
 * Matrix product of `[..., m, k]` and `[..., k, n]`; leading dimensions broadcast. A vector counts as one row (left) or
 * one column (right), and that dimension is dropped from the result, as in PyTorch. bf16 accumulates in f32.
 */
export const matmul = defineOp({
  name: 'matmul',
  forward: (a: Tensor, b: Tensor) => {
    const op = 'matmul';
    checkDevices(op, a, b);
    checkSameDType(op, a, b);
    if (a.ndim === 0 || b.ndim === 0)
      throw new ShapeError(
        `needs at least one dimension each; got ${formatShape(a.shape)} and ${formatShape(b.shape)}.`,
        { op },
      );
    const left = a.ndim === 1 ? a.view([1, ...a.shape], [0, ...a.strides], a.offset) : a;
    const right = b.ndim === 1 ? b.view([...b.shape, 1], [...b.strides, 0], b.offset) : b;
    if (left.shape.at(-1) !== right.shape.at(-2)) {
      throw new ShapeError(
        `inner sizes differ; got ${formatShape(a.shape)} and ${formatShape(b.shape)}, ${left.shape.at(-1)} against ${right.shape.at(-2)}.`,
        { op, actual: [a.shape, b.shape] },
      );
    }
    const c = right.ndim === 2 && left.ndim > 2 ? product(mergedRows(left), right) : product(left, right);
    const full = [
      ...broadcastShapes(op, left.shape.slice(0, -2), right.shape.slice(0, -2)),
      left.shape.at(-2)!,
      right.shape.at(-1)!,
    ];
    const shape = full.filter(
      (_, d) => !(a.ndim === 1 && d === full.length - 2) && !(b.ndim === 1 && d === full.length - 1),
    );
    const y = c.view(shape, contiguousStrides(shape), 0);
    return differentiable(y, [left, right], (g, [x, w], context) => {
      const upstream = dense(g).view(full, contiguousStrides(full), dense(g).offset);
      return [
        context.needs(0) ? shaped(gradientA(upstream, w!, x!.shape), a.shape) : null,
        context.needs(1) ? shaped(gradientB(upstream, x!, w!.shape), b.shape) : null,
      ];
    });
  },
  reference: (a, b) => {
    const left = a.shape.length === 1 ? a.reshape([1, ...a.shape]) : a;
    const right = b.shape.length === 1 ? b.reshape([...b.shape, 1]) : b;
    const batch = broadcastShapes('matmul', left.shape.slice(0, -2), right.shape.slice(0, -2));
    const [m, k, n] = [left.shape.at(-2)!, left.shape.at(-1)!, right.shape.at(-1)!];
    const x = left.expand([...batch, m, k]);
    const y = right.expand([...batch, k, n]);
    const c = NdArray.build([...batch, m, n], (index) => {
      const at = index.slice(0, -2);
      let sum = 0;
      for (let i = 0; i < k; i++) sum += x.at([...at, index.at(-2)!, i]) * y.at([...at, i, index.at(-1)!]);
      return sum;
    });
    return c.reshape(
      c.shape.filter(
        (_, d) =>
          !(a.shape.length === 1 && d === c.shape.length - 2) && !(b.shape.length === 1 && d === c.shape.length - 1),
      ),
    );
  },
  cases: [
    {
      inputs: [
        [5, 7],
        [7, 3],
      ],
    },
    {
      inputs: [
        [2, 4, 6],
        [2, 6, 5],
      ],
    },
    {
      inputs: [
        [3, 1, 4, 6],
        [2, 6, 5],
      ],
    },
    {
      inputs: [
        [2, 3, 8],
        [8, 9],
      ],
    },
    {
      inputs: [
        [37, 70],
        [70, 41],
      ],
    },
    {
      inputs: [
        [1, 300],
        [300, 1],
      ],
    },
    { inputs: [[7], [7, 3]] },
    { inputs: [[2, 5, 7], [7]] },
    {
      inputs: [
        [3, 0],
        [0, 4],
      ],
    },
  ],
  cost: (a, b) => {
    const c =
      numel(broadcastShapes('matmul', a.shape.slice(0, -2), b.shape.slice(0, -2))) *
      (a.shape.at(-2) ?? 1) *
      (b.shape.at(-1) ?? 1);
    return { flops: 2 * c * a.shape.at(-1)!, bytes: 4 * (a.numel + b.numel + c) };
  },
});

function shaped(x: Tensor, shape: Shape): Tensor {
  return x.view(shape, contiguousStrides(shape), x.offset);
}

/** `g bᵀ`, summed over the batches in which `a` was broadcast. */
function gradientA(g: Tensor, b: Tensor, shape: Shape): Tensor {
  if (b.ndim === 2 && g.ndim > 2) return shaped(product(mergedRows(g), transposed(b)), shape);
  return sumTo(product(g, transposed(b)), shape);
}

/** `aᵀ g`, summed over the batches in which `b` was broadcast. */
function gradientB(g: Tensor, a: Tensor, shape: Shape): Tensor {
  if (shape.length === 2 && g.ndim > 2) return product(transposed(mergedRows(a)), mergedRows(g));
  return sumTo(product(transposed(a), g), shape);
}

export interface WeightLayoutOptions {
  /** The weight is `[in, out]`, as GPT-2's checkpoints hold it. Default false. */
  readonly inFirst?: boolean;
}

export interface LinearOptions extends WeightLayoutOptions {
  /** Applied to the result in the same pass. Default `'none'`. */
  readonly activation?: Activation;
}

const activationGradients = {
  gelu: kernels.geluBackward,
  geluTanh: kernels.geluTanhBackward,
  silu: kernels.siluBackward,
  relu: null,
} as const;

/** The upstream gradient of `preactivation`. */
function throughActivation(g: Tensor, activation: Exclude<Activation, 'none'>, saved: Tensor): Tensor {
  const dx = emptyLike(saved);
  const params = { g: dense(g), dx, n: g.numel };
  const kernel = activationGradients[activation];
  if (kernel === null) kernels.reluBackward(g.device.commands, { y: saved, ...params });
  else kernel(g.device.commands, { x: saved, ...params });
  return dx;
}

/** How many features come out. */
function checkLinear(
  op: string,
  x: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
  { inFirst = false }: WeightLayoutOptions,
): number {
  checkDevices(op, x, weight, bias);
  checkSameDType(op, x, weight, bias);
  if (weight.ndim !== 2 || x.ndim === 0 || x.shape.at(-1) !== weight.shape[inFirst ? 0 : 1]) {
    throw new ShapeError(
      `needs an input [..., in] and a weight ${inFirst ? '[in, out]' : '[out, in]'} of one size in; got ${formatShape(x.shape)} and ${formatShape(weight.shape)}.`,
      { op, actual: [x.shape, weight.shape] },
    );
  }
  const out = weight.shape[inFirst ? 1 : 0]!;
  if (bias !== undefined && (bias.ndim !== 1 || bias.shape[0] !== out)) {
    throw new ShapeError(`bias must be [${out}]; got ${formatShape(bias.shape)}.`, { op, actual: bias.shape });
  }
  return out;
}

/** Gradients of `x weightᵀ + bias` (`x weight + bias` with `inFirst`), the weight's and bias's straight into their buffers where they have one. */
function linearGradients(
  g: Tensor,
  x: Tensor,
  weight: Tensor,
  biasShape: Shape | undefined,
  first: number,
  inFirst: boolean,
  context: {
    needs(i: number): boolean;
    into(i: number): { readonly tensor: Tensor; readonly accumulate: boolean } | null;
  },
): (Tensor | null)[] {
  const rows = mergedRows(g);
  const dx = context.needs(first) ? shaped(product(rows, inFirst ? transposed(weight) : weight), x.shape) : null;
  let dweight: Tensor | null = null;
  if (context.needs(first + 1)) {
    const target = context.into(first + 1);
    dweight = target === null ? Tensor.empty(g.device, weight.shape, weight.dtype) : null;
    const [left, right] = inFirst ? [mergedRows(x), rows] : [rows, mergedRows(x)];
    multiply(transposed(left), right, dweight ?? target!.tensor, [], { accumulate: target?.accumulate ?? false });
  }
  if (biasShape === undefined) return [dx, dweight];
  let dbias: Tensor | null = null;
  if (context.needs(first + 2)) {
    dbias = Tensor.empty(g.device, biasShape, g.dtype);
    kernels.sum(g.device.commands, {
      x: dense(rows),
      y: dbias,
      outer: 1,
      cols: rows.shape[0]!,
      inner: rows.shape[1]!,
      scale: 1,
    });
  }
  return [dx, dweight, dbias];
}

function referenceLinear(x: NdArray, weight: NdArray, bias: NdArray | undefined, inFirst = false): NdArray {
  const [features, out] = inFirst ? weight.shape : [weight.shape[1], weight.shape[0]];
  return NdArray.build([...x.shape.slice(0, -1), out!], (index) => {
    const row = index.slice(0, -1);
    const o = index.at(-1)!;
    let sum = bias?.data[o] ?? 0;
    for (let i = 0; i < features!; i++) sum += x.at([...row, i]) * weight.at(inFirst ? [i, o] : [o, i]);
    return sum;
  });
}

/**
 * `activation(x weightᵀ + bias)` for `x` `[..., in]`, `weight` `[out, in]`, `bias` `[out]` (optional), in one pass.
 * With `inFirst` the weight is `[in, out]`.
 */
export const linear = defineOp({
  name: 'linear',
  options: { activation: true, inFirst: true },
  forward: (x: Tensor, weight: Tensor, bias?: Tensor, options: LinearOptions = {}) => {
    const { activation = 'none', inFirst = false } = options;
    const out = checkLinear('linear', x, weight, bias, options);
    if (!Object.hasOwn(activations, activation)) {
      throw new ArgumentError(
        `unknown activation; got '${activation}'; expected ${Object.keys(activations).join(', ')}.`,
        { op: 'linear', actual: activation },
      );
    }
    const y = Tensor.empty(x.device, [...x.shape.slice(0, -1), out], x.dtype);
    // relu's gradient reads its result; the others read what they were applied to, where there will be a gradient.
    const recorded = isGradEnabled() && (x.requiresGrad || weight.requiresGrad || bias?.requiresGrad);
    const preactivation = activation === 'none' || activation === 'relu' || !recorded ? undefined : emptyLike(y);
    const columns = inFirst ? weight : transposed(weight);
    multiply(mergedRows(x), columns, y, [], { bias: bias && dense(bias), activation, preactivation });
    const saved = activation === 'none' ? [x, weight] : [x, weight, preactivation ?? y];
    return differentiable(y, saved, (g, [input, w, active], context) => {
      const upstream = activation === 'none' ? g : throughActivation(g, activation, active!);
      return linearGradients(upstream, input!, w!, bias?.shape, 0, inFirst, context);
    });
  },
  reference: (x, weight, bias, { activation = 'none', inFirst }) => {
    if (activation !== 'none') throw new Error('the reference of linear has no activation; compose it');
    return referenceLinear(x, weight, bias, inFirst);
  },
  optionalInputs: 3,
  cases: [
    { inputs: [[2, 9, 33], [20, 33], [20]] },
    {
      inputs: [
        [2, 9, 33],
        [20, 33],
      ],
    },
    { inputs: [[33], [4, 33], [4]] },
    { inputs: [[0, 5], [3, 5], [3]] },
    { inputs: [[2, 9, 33], [33, 20], [20]], options: { inFirst: true } },
  ],
  cost: (x, weight) => {
    const rows = x.numel / x.shape.at(-1)!;
    const flops = 2 * rows * weight.numel;
    return { flops, bytes: 4 * (x.numel + weight.numel + flops / 2 / x.shape.at(-1)!) };
  },
});

/**
 * `residual + x weightᵀ + bias` in one pass: the end of a transformer block. `residual` has the shape of the result.
 * With `inFirst` the weight is `[in, out]`.
 */
export const linearAdd = defineOp({
  name: 'linearAdd',
  options: { inFirst: true },
  forward: (residual: Tensor, x: Tensor, weight: Tensor, bias?: Tensor, options: WeightLayoutOptions = {}) => {
    const { inFirst = false } = options;
    const out = checkLinear('linearAdd', x, weight, bias, options);
    checkDevices('linearAdd', residual, x);
    checkSameDType('linearAdd', residual, x);
    const shape = [...x.shape.slice(0, -1), out];
    if (formatShape(residual.shape) !== formatShape(shape)) {
      throw new ShapeError(`residual must be ${formatShape(shape)}; got ${formatShape(residual.shape)}.`, {
        op: 'linearAdd',
        actual: residual.shape,
        expected: shape,
      });
    }
    const y = Tensor.empty(x.device, shape, x.dtype);
    const columns = inFirst ? weight : transposed(weight);
    multiply(mergedRows(x), columns, y, [], { bias: bias && dense(bias), residual: dense(residual) });
    return differentiable(y, [x, weight], (g, [input, w], context) => [
      g,
      ...linearGradients(g, input!, w!, bias?.shape, 1, inFirst, context),
    ]);
  },
  reference: (residual, x, weight, bias, { inFirst }) =>
    residual.zip(referenceLinear(x, weight, bias, inFirst), (a, b) => a + b),
  optionalInputs: 4,
  cases: [
    { inputs: [[2, 9, 20], [2, 9, 33], [20, 33], [20]] },
    {
      inputs: [
        [9, 20],
        [9, 33],
        [20, 33],
      ],
    },
    { inputs: [[9, 20], [9, 33], [33, 20], [20]], options: { inFirst: true } },
  ],
});
