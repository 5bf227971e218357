/** Ops that choose by a boolean mask, element by element with broadcasting. */
import { kernels } from '../backend.js';
import { ArgumentError, formatValue } from '../errors.js';
import { checkDevices, defineOp, differentiable } from '../op.js';
import { broadcastShapes, broadcastStrides, checkRank, collapse, sameShape } from '../shape.js';
import { Tensor } from '../tensor.js';
import { checkIs, checkSameDType, numberTensor } from './common.js';
import { sumTo } from './reduce-to.js';

/** `where` on shapes that already agree or broadcast. */
function select(condition: Tensor, a: Tensor, b: Tensor): Tensor {
  const shape = broadcastShapes('where', broadcastShapes('where', condition.shape, a.shape), b.shape);
  const y = Tensor.empty(a.device, shape, a.dtype);
  const operands = [condition, a, b];
  const n = y.numel;
  const full = operands.map((t) => t.isContiguous && sameShape(t.shape, shape));
  if (operands.every((t, i) => full[i] || t.numel === 1)) {
    const [conditionStep, aStep, bStep] = full.map((f) => (f && n !== 1 ? 1 : 0));
    kernels.where(a.device.commands, {
      condition,
      a,
      b,
      y,
      n,
      conditionStep: conditionStep!,
      aStep: aStep!,
      bStep: bStep!,
    });
    return y;
  }
  const view = collapse(shape, ...operands.map((t) => broadcastStrides(t.shape, t.strides, shape)));
  checkRank('where', view.shape, shape);
  const [conditionStrides, aStrides, bStrides] = view.strides;
  kernels.whereBroadcast(a.device.commands, {
    condition,
    a,
    b,
    y,
    rank: view.shape.length,
    shape: view.shape,
    conditionStrides: conditionStrides!,
    aStrides: aStrides!,
    bStrides: bStrides!,
  });
  return y;
}

/** `condition ? a : b`, broadcast. `condition` is `bool`. */
export const where = defineOp({
  name: 'where',
  forward: (condition: Tensor, a: Tensor, b: Tensor) => {
    checkDevices('where', condition, a, b);
    checkIs('where', 'condition', condition, 'bool', 'u8');
    checkSameDType('where', a, b);
    return differentiable(select(condition, a, b), [condition], (g, [mask], context) => {
      const zero = numberTensor(0, g);
      return [
        null,
        context.needs(1) ? sumTo(select(mask!, g, zero), a.shape) : null,
        context.needs(2) ? sumTo(select(mask!, zero, g), b.shape) : null,
      ];
    });
  },
  reference: (condition, a, b) =>
    a
      .zip(condition, (x, c) => (c ? x : 0))
      .zip(
        b.zip(condition, (y, c) => (c ? 0 : y)),
        (x, y) => x + y,
      ),
  cases: [
    { inputs: [{ shape: [3, 4], dtype: 'bool' }, [3, 4], [3, 4]] },
    { inputs: [{ shape: [2, 3, 4], dtype: 'bool' }, [2, 3, 4], [4]] },
    { inputs: [{ shape: [2, 1, 5], dtype: 'bool' }, [2, 1, 5], [3, 1]] },
  ],
});

export interface MaskedFillOptions {
  /** What masked elements become. */
  readonly value: number;
}

function fillMasked(x: Tensor, mask: Tensor, value: number, invert: number): Tensor {
  const shape = broadcastShapes('maskedFill', x.shape, mask.shape);
  const y = Tensor.empty(x.device, shape, x.dtype);
  const full = (t: Tensor) => t.isContiguous && sameShape(t.shape, shape);
  if (full(x) && (full(mask) || mask.numel === 1)) {
    kernels.maskedFill(x.device.commands, {
      x,
      mask,
      y,
      n: y.numel,
      maskStep: full(mask) && y.numel !== 1 ? 1 : 0,
      value,
      invert,
    });
    return y;
  }
  const view = collapse(
    shape,
    broadcastStrides(x.shape, x.strides, shape),
    broadcastStrides(mask.shape, mask.strides, shape),
  );
  checkRank('maskedFill', view.shape, shape);
  const [xStrides, maskStrides] = view.strides;
  kernels.maskedFillBroadcast(x.device.commands, {
    x,
    mask,
    y,
    rank: view.shape.length,
    shape: view.shape,
    xStrides: xStrides!,
    maskStrides: maskStrides!,
    value,
    invert,
  });
  return y;
}

/** `x` with `value` wherever the `bool` tensor `mask` is true, broadcast. */
export const maskedFill = defineOp({
  name: 'maskedFill',
  options: { value: true },
  forward: (x: Tensor, mask: Tensor, { value }: MaskedFillOptions) => {
    checkDevices('maskedFill', x, mask);
    checkIs('maskedFill', 'mask', mask, 'bool', 'u8');
    if (typeof value !== 'number')
      throw new ArgumentError(`value must be a number; got ${formatValue(value)}.`, { op: 'maskedFill' });
    const shape = x.shape;
    return differentiable(fillMasked(x, mask, value, 0), [mask], (g, [m]) => [
      sumTo(fillMasked(g, m!, 0, 0), shape),
      null,
    ]);
  },
  reference: (x, mask, { value }) => x.zip(mask, (v, m) => (m !== 0 ? value : v)),
  cases: [
    { inputs: [[4, 6], { shape: [4, 6], dtype: 'bool' }], options: { value: -7.5 } },
    { inputs: [[2, 4, 6], { shape: [4, 1], dtype: 'bool' }], options: { value: 1 } },
  ],
});
