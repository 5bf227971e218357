/**
 * Changes of a tensor's memory. They are for parameters, buffers and data, outside the graph: a tensor that requires
 * gradients can only be changed under `noGrad`. Autograd notices when a tensor it saved was changed.
 */
import { kernels } from '../backend.js';
import { checkFits, dtypes } from '../dtype.js';
import { ArgumentError, AutogradError, formatShape, ShapeError } from '../errors.js';
import { isGradEnabled } from '../grad-mode.js';
import { checkDevices, withOp } from '../op.js';
import { checkFinite, checkOptions } from '../options.js';
import { within } from '../origin.js';
import { scope } from '../scope.js';
import { broadcastShapes, normalizeDim, sameShape } from '../shape.js';
import { Tensor } from '../tensor.js';
import { add, mul } from './binary.js';
import { along, checkIs, checkSameDType, copyInto, dense } from './common.js';
import type { IndexDimOptions } from './indexing.js';
import { cast } from './movement.js';
import { expand } from './views.js';

/** Changes `x` by `body`, in a scope of its own. Errors from below it get the name of the op. */
function change(op: string, x: Tensor, given: readonly unknown[], body: () => void): Tensor {
  checkDevices(op, x);
  if (isGradEnabled() && x.requiresGrad) {
    throw new AutogradError('a tensor that requires gradients cannot be changed in place; do it inside noGrad().', {
      op,
    });
  }
  try {
    within(op, () => scope(body));
  } catch (error) {
    throw withOp(error, op, [], [x, ...given]);
  }
  x.storage.version++;
  return x;
}

/** Refuses a tensor that repeats elements: what becomes of one that is changed several times would depend on the order. */
function checkUnrepeated(op: string, x: Tensor): void {
  if (x.numel > 0 && x.shape.some((n, d) => n > 1 && x.strides[d] === 0)) {
    throw new ArgumentError(
      `the tensor ${formatShape(x.shape)} repeats elements, as expand() makes it; expected memory of its own for each. Copy it first with clone().`,
      { op, actual: x.strides },
    );
  }
}

function checkBroadcasts(op: string, x: Tensor, source: Tensor): void {
  checkDevices(op, x, source);
  if (!sameShape(broadcastShapes(op, x.shape, source.shape), x.shape)) {
    throw new ShapeError(
      `source does not fit; got ${formatShape(source.shape)}; expected ${formatShape(x.shape)} or something that broadcasts to it.`,
      { op },
    );
  }
}

/** `source`, in the shape and dtype of `x`. */
function fitted(op: string, x: Tensor, source: Tensor): Tensor {
  checkBroadcasts(op, x, source);
  const same = cast(source, { dtype: x.dtype });
  return sameShape(same.shape, x.shape) ? same : expand(same, { shape: x.shape });
}

/** Overwrites `x` with `source`, which is cast and broadcast to it. Returns `x`. */
export function copy_(x: Tensor, source: Tensor): Tensor {
  const op = 'copy_';
  return change(op, x, [source], () => {
    checkUnrepeated(op, x);
    copyInto(x, apart(x, fitted(op, x, source.detach())), x.shape, x.strides, x.offset);
  });
}

/** Sets every element to `value`. Returns `x`. */
export function fill_(x: Tensor, value: number): Tensor {
  const op = 'fill_';
  return change(op, x, [value], () => {
    checkFits(op, x.dtype, value);
    const filled = x.isContiguous ? x : Tensor.empty(x.device, x.shape, x.dtype);
    kernels.fill(x.device.commands, { y: filled, n: x.numel, value });
    if (filled !== x) copyInto(x, filled, x.shape, x.strides, x.offset);
  });
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
export function add_(x: Tensor, source: Tensor | number, options: AddInPlaceOptions = {}): Tensor {
  const op = 'add_';
  checkOptions(op, options, ['alpha']);
  const { alpha = 1 } = options;
  checkFinite(op, 'alpha', alpha);
  return change(op, x, [source, options], () => {
    if (x.dtype === 'i32') return replace(op, x, add(x.detach(), alpha === 1 ? source : scaled(source, alpha)));
    if (typeof source === 'number') {
      update(op, x, (target) =>
        kernels.addScalar(x.device.commands, { x: target, y: target, n: x.numel, p0: alpha * source, p1: 0 }),
      );
      return;
    }
    checkBroadcasts(op, x, source);
    const addend = source.detach();
    const spread = apart(x, sameShape(addend.shape, x.shape) ? addend : expand(addend, { shape: x.shape }));
    update(op, x, (target) => kernels.addScaled(x.device.commands, { x: spread, y: target, n: x.numel, alpha }));
  });
}

/** Multiplies `x` by a number or, element by element, by a tensor. Returns `x`. */
export function mul_(x: Tensor, factor: Tensor | number): Tensor {
  const op = 'mul_';
  return change(op, x, [factor], () => {
    if (x.dtype === 'i32') return replace(op, x, mul(x.detach(), factor));
    if (typeof factor === 'number') {
      update(op, x, (target) =>
        kernels.mulScalar(x.device.commands, { x: target, y: target, n: x.numel, p0: factor, p1: 0 }),
      );
      return;
    }
    checkSameDType(op, x, factor);
    const spread = apart(x, fitted(op, x, factor.detach()));
    update(op, x, (target) =>
      kernels.mul(x.device.commands, { a: target, b: spread, y: target, n: x.numel, aStep: 1, bStep: 1 }),
    );
  });
}

/** Moves `x` towards `end` by the fraction `weight`. Returns `x`. */
export function lerp_(x: Tensor, end: Tensor, weight: number): Tensor {
  const op = 'lerp_';
  return change(op, x, [end, weight], () => {
    checkFinite(op, 'weight', weight);
    const target = apart(x, fitted(op, x, end.detach()));
    update(op, x, (own) => kernels.lerp(x.device.commands, { a: own, b: target, y: own, n: x.numel, weight }));
  });
}

/**
 * Overwrites the slices of `x` at positions `index` (`i32` `[count]`) along `dim` with those of `source`. The last of equal
 * positions stays; an index out of range fails on the device. `x` and the rest of its slices are not copied. Returns `x`.
 */
export function indexCopy_(x: Tensor, index: Tensor, source: Tensor, options: IndexDimOptions): Tensor {
  const op = 'indexCopy_';
  checkOptions(op, options, ['dim']);
  return change(op, x, [index, source, options], () => {
    checkDevices(op, x, index, source);
    checkSameDType(op, x, source);
    checkIs(op, 'index', index, 'i32');
    const d = normalizeDim(op, options.dim, x.ndim);
    const expected = x.shape.map((n, i) => (i === d ? index.numel : n));
    if (index.ndim !== 1 || !sameShape(source.shape, expected)) {
      throw new ShapeError(
        `index must be [count] and source ${formatShape(expected)}; got ${formatShape(index.shape)} and ${formatShape(source.shape)}.`,
        { op, actual: source.shape, expected },
      );
    }
    const [rows, positions] = [apart(x, source.detach()), dense(index)];
    update(op, x, (target) =>
      kernels.indexCopy(x.device.commands, {
        x: rows,
        index: positions,
        y: target,
        ...along(x.shape, d),
        count: index.numel,
      }),
    );
  });
}

/** `source` as contiguous memory that the change of `x` does not reach before it is read. */
function apart(x: Tensor, source: Tensor): Tensor {
  const ready = dense(source);
  const same = ready.offset === x.offset && sameShape(ready.shape, x.shape) && x.isContiguous;
  const overlap = ready.storage === x.storage && ready.offset < end(x) && x.offset < end(ready);
  return overlap && !same ? ready.copyDense() : ready;
}

/** Behind the last element, counted from the start of the storage. */
function end(x: Tensor): number {
  return x.shape.reduce((last, n, d) => last + (n - 1) * x.strides[d]!, x.offset + 1);
}

/** `factor * x`. */
function scaled(x: Tensor | number, factor: number): Tensor | number {
  return typeof x === 'number' ? x * factor : mul(x.detach(), factor);
}

/** Overwrites `x` with `value`, for dtypes whose kernels do not work in place. */
function replace(op: string, x: Tensor, value: Tensor): void {
  checkBroadcasts(op, x, value);
  checkUnrepeated(op, x);
  copyInto(x, value, x.shape, x.strides, x.offset);
}

/** Runs a kernel that works in place on contiguous memory, on `x` itself or on a copy that is then written back. */
function update(op: string, x: Tensor, run: (target: Tensor) => void): void {
  checkUnrepeated(op, x);
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
  checkDevices(op, x); // which may differ from the source's
  checkDevices(op, source);
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
