/**
 * Changes of a tensor's memory. They are for parameters, buffers and data, outside the graph: a tensor that requires
 * gradients can only be changed under `noGrad`. Autograd notices when a tensor it saved was changed.
 */
import { kernels } from '../backend.js';
import { dtypes } from '../dtype.js';
import { ArgumentError, AutogradError, formatShape, ShapeError } from '../errors.js';
import { isGradEnabled } from '../grad-mode.js';
import { checkDevices } from '../op.js';
import { scope } from '../scope.js';
import { broadcastShapes, normalizeDim, sameShape } from '../shape.js';
import { Tensor } from '../tensor.js';
import { along, checkIs, checkSameDType, copyInto, dense } from './common.js';
import { cast } from './movement.js';
import { expand } from './views.js';

function changing(op: string, x: Tensor): void {
  if (isGradEnabled() && x.requiresGrad) {
    throw new AutogradError('a tensor that requires gradients cannot be changed in place; do it inside noGrad().', {
      op,
    });
  }
  x.storage.version++;
}

/** `source`, in the shape and dtype of `x`. */
function fitted(op: string, x: Tensor, source: Tensor): Tensor {
  checkDevices(op, x, source);
  if (!sameShape(broadcastShapes(op, x.shape, source.shape), x.shape)) {
    throw new ShapeError(
      `source does not fit; got ${formatShape(source.shape)}; expected ${formatShape(x.shape)} or something that broadcasts to it.`,
      { op },
    );
  }
  const same = cast(source, { dtype: x.dtype });
  return sameShape(same.shape, x.shape) ? same : expand(same, { shape: x.shape });
}

/** Overwrites `x` with `source`, which is cast and broadcast to it. Returns `x`. */
export function copy_(x: Tensor, source: Tensor): Tensor {
  changing('copy_', x);
  scope(() => {
    copyInto(x, fitted('copy_', x, source.detach()), x.shape, x.strides, x.offset);
  });
  return x;
}

/** Sets every element to `value`. Returns `x`. */
export function fill_(x: Tensor, value: number): Tensor {
  changing('fill_', x);
  if (x.isContiguous) {
    kernels.fill(x.device.commands, { y: x, n: x.numel, value });
    return x;
  }
  scope(() => {
    const filled = Tensor.empty(x.device, x.shape, x.dtype);
    kernels.fill(x.device.commands, { y: filled, n: x.numel, value });
    copyInto(x, filled, x.shape, x.strides, x.offset);
  });
  return x;
}

/** Sets every element to 0. Returns `x`. */
export function zero_(x: Tensor): Tensor {
  return fill_(x, 0);
}

export interface AddInPlaceOptions {
  /** Factor of what is added. Default 1. */
  readonly alpha?: number;
}

/** Adds `alpha * source` (broadcast) or a number to `x`. Returns `x`. */
export function add_(x: Tensor, source: Tensor | number, { alpha = 1 }: AddInPlaceOptions = {}): Tensor {
  changing('add_', x);
  scope(() => {
    if (typeof source === 'number') {
      update(x, (dense) =>
        kernels.addScalar(x.device.commands, { x: dense, y: dense, n: x.numel, p0: alpha * source, p1: 0 }),
      );
      return;
    }
    checkDevices('add_', x, source);
    const addend = source.detach();
    const spread = dense(sameShape(addend.shape, x.shape) ? addend : expand(addend, { shape: x.shape }));
    update(x, (target) => kernels.addScaled(x.device.commands, { x: spread, y: target, n: x.numel, alpha }));
  });
  return x;
}

/** Multiplies `x` by a number or, element by element, by a tensor. Returns `x`. */
export function mul_(x: Tensor, factor: Tensor | number): Tensor {
  changing('mul_', x);
  scope(() => {
    if (typeof factor === 'number') {
      update(x, (target) =>
        kernels.mulScalar(x.device.commands, { x: target, y: target, n: x.numel, p0: factor, p1: 0 }),
      );
      return;
    }
    checkSameDType('mul_', x, factor);
    const spread = dense(fitted('mul_', x, factor.detach()));
    update(x, (target) =>
      kernels.mul(x.device.commands, { a: target, b: spread, y: target, n: x.numel, aStep: 1, bStep: 1 }),
    );
  });
  return x;
}

/** Moves `x` towards `end` by the fraction `weight`. Returns `x`. */
export function lerp_(x: Tensor, end: Tensor, weight: number): Tensor {
  changing('lerp_', x);
  scope(() => {
    const target = dense(fitted('lerp_', x, end.detach()));
    update(x, (own) => kernels.lerp(x.device.commands, { a: own, b: target, y: own, n: x.numel, weight }));
  });
  return x;
}

/**
 * Overwrites the slices of `x` at positions `index` (`i32` `[count]`) along `dim` with those of `source`. The last of equal
 * positions stays; an index out of range fails on the device. `x` and the rest of its slices are not copied. Returns `x`.
 */
export function indexCopy_(x: Tensor, index: Tensor, source: Tensor, { dim }: { readonly dim: number }): Tensor {
  const op = 'indexCopy_';
  changing(op, x);
  checkDevices(op, x, index, source);
  checkSameDType(op, x, source);
  checkIs(op, 'index', index, 'i32');
  const d = normalizeDim(op, dim, x.ndim);
  const expected = x.shape.map((n, i) => (i === d ? index.numel : n));
  if (index.ndim !== 1 || !sameShape(source.shape, expected)) {
    throw new ShapeError(
      `index must be [count] and source ${formatShape(expected)}; got ${formatShape(index.shape)} and ${formatShape(source.shape)}.`,
      { op, actual: source.shape, expected },
    );
  }
  scope(() => {
    const [rows, positions] = [dense(source.detach()), dense(index)];
    update(x, (target) =>
      kernels.indexCopy(x.device.commands, {
        x: rows,
        index: positions,
        y: target,
        ...along(x.shape, d),
        count: index.numel,
      }),
    );
  });
  return x;
}

/** Runs a kernel that works in place on contiguous memory, on `x` itself or on a copy that is then written back. */
function update(x: Tensor, run: (target: Tensor) => void): void {
  const target = x.isContiguous ? x : x.copyDense();
  run(target);
  if (target !== x) copyInto(x, target, x.shape, x.strides, x.offset);
}

/**
 * Makes the leaf `x` hold the values of `source`, with its dtype, device and memory, which are shared where it is contiguous
 * (PyTorch's `param.data = source`): how modules move to another dtype or device while all who hold the tensor still hold
 * the parameter. Its gradient is dropped. Returns `x`.
 * @throws ShapeError when the shapes differ, ArgumentError for a parameter that lives in a `ParameterBuffer`.
 */
export function setData(x: Tensor, source: Tensor): Tensor {
  const op = 'setData';
  if (!x.isLeaf) throw new AutogradError('only leaves can be given other values.', { op });
  if (!sameShape(source.shape, x.shape)) {
    throw new ShapeError(`shapes differ; got ${formatShape(source.shape)}; expected ${formatShape(x.shape)}.`, {
      op,
      actual: source.shape,
      expected: x.shape,
    });
  }
  if (x.gradientSlot !== null) {
    throw new ArgumentError(
      'the tensor lives in a flat ParameterBuffer, which has one dtype and device. Move the module before its optimizer is made, or when that is disposed.',
      { op },
    );
  }
  if (x.requiresGrad && !dtypes[source.dtype].float)
    throw new AutogradError(`only floating-point tensors have gradients; got ${source.dtype}.`, { op });
  x.dropGrad();
  const held = source.isContiguous ? source : source.copyDense();
  x.rebind(held.storage, held.offset, held.dtype);
  if (held !== source) held.dispose();
  return x;
}
