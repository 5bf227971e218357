/** The product kernel and what its operands become before it: for the ops that are matrix products inside. */
import { kernels } from '../backend.js';
import { formatShape, ShapeError } from '../errors.js';
import { broadcastShapes, broadcastStrides, collapse, numel, type Shape } from '../shape.js';
import { Tensor } from '../tensor.js';
import { dense } from './common.js';

export const activations = { none: 0, gelu: 1, geluTanh: 2, silu: 3, relu: 4 } as const;

/** What `linear` can apply to its result in the same pass. */
export type Activation = keyof typeof activations;

interface Epilogue {
  readonly bias?: Tensor | undefined;
  readonly residual?: Tensor | undefined;
  readonly preactivation?: Tensor | undefined;
  readonly activation?: Activation;
  /** Add to what `c` holds. */
  readonly accumulate?: boolean;
}

/** `c = a b` for `[..., m, k]` and `[..., k, n]`; leading dimensions broadcast, `c` is contiguous in the common shape. */
export function multiply(a: Tensor, b: Tensor, c: Tensor, batchShape: Shape, epilogue: Epilogue = {}): void {
  const batch = collapse(batchShape, batchStrides(a, batchShape), batchStrides(b, batchShape));
  if (batch.shape.length > 4) {
    throw new ShapeError(
      `too many batch dimensions that cannot be merged; got ${formatShape(batchShape)}; expected at most 4.`,
      { op: 'matmul' },
    );
  }
  kernels.matmul(c.device.commands, {
    a,
    b,
    bias: epilogue.bias,
    residual: epilogue.residual,
    c,
    preactivation: epilogue.preactivation,
    m: a.shape.at(-2)!,
    n: b.shape.at(-1)!,
    k: a.shape.at(-1)!,
    aRow: a.strides.at(-2)!,
    aCol: a.strides.at(-1)!,
    bRow: b.strides.at(-2)!,
    bCol: b.strides.at(-1)!,
    aBatch: batch.strides[0]!,
    bBatch: batch.strides[1]!,
    batchRank: batch.shape.length,
    batch: batch.shape,
    alpha: 1,
    beta: epilogue.accumulate ? 1 : 0,
    activation: activations[epilogue.activation ?? 'none'],
  });
}

function batchStrides(x: Tensor, batchShape: Shape): number[] {
  return broadcastStrides(x.shape.slice(0, -2), x.strides.slice(0, -2), batchShape);
}

/** `x` with its last two dimensions swapped. */
export function transposed(x: Tensor): Tensor {
  const order = x.shape.map((_, d) => d);
  order.splice(-2, 2, x.ndim - 1, x.ndim - 2);
  return x.view(
    order.map((d) => x.shape[d]!),
    order.map((d) => x.strides[d]!),
    x.offset,
  );
}

/** `a b` in new memory. */
export function product(a: Tensor, b: Tensor): Tensor {
  const batchShape = broadcastShapes('matmul', a.shape.slice(0, -2), b.shape.slice(0, -2));
  const c = Tensor.empty(a.device, [...batchShape, a.shape.at(-2)!, b.shape.at(-1)!], a.dtype);
  multiply(a, b, c, batchShape);
  return c;
}

/** `a` `[..., m, k]` and `b` `[..., k, n]` flattened to two dimensions where `b` has no batch: one large product. */
export function mergedRows(x: Tensor): Tensor {
  if (x.ndim === 2) return x;
  const rows = numel(x.shape.slice(0, -1));
  const cols = x.shape.at(-1)!;
  const source = dense(x);
  return source.view([rows, cols], [cols, 1], source.offset);
}
