/** Shape arithmetic: sizes, strides, broadcasting and the checks of `dim` arguments. No tensors here. */
import { ArgumentError, formatShape, formatValue, ShapeError } from './errors.js';

export type Shape = readonly number[];

export function numel(shape: Shape): number {
  let n = 1;
  for (let d = 0; d < shape.length; d++) n *= shape[d]!;
  return n;
}

/** Row-major strides in elements. */
export function contiguousStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    strides[d] = step;
    step *= shape[d]!;
  }
  return strides;
}

/** Whether the elements lie in row-major order without gaps; dimensions of size one may have any stride. */
export function isContiguous(shape: Shape, strides: readonly number[]): boolean {
  let step = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    if (shape[d] === 0) return true;
    if (shape[d] !== 1) {
      if (strides[d] !== step) return false;
      step *= shape[d]!;
    }
  }
  return true;
}

export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let d = 0; d < a.length; d++) if (a[d] !== b[d]) return false;
  return true;
}

export function broadcastShapes(op: string, a: Shape, b: Shape): Shape {
  if (sameShape(a, b)) return a;
  const rank = Math.max(a.length, b.length);
  const shape = new Array<number>(rank);
  for (let d = 0; d < rank; d++) {
    const x = a[a.length - rank + d] ?? 1;
    const y = b[b.length - rank + d] ?? 1;
    if (x !== y && x !== 1 && y !== 1) {
      throw new ShapeError(
        `shapes do not broadcast; got ${formatShape(a)} and ${formatShape(b)}, which differ in size ${x} against ${y}; expected equal sizes or 1, aligned from the last dimension.`,
        { op, actual: [a, b] },
      );
    }
    shape[d] = x === 1 ? y : x;
  }
  return shape;
}

/** Strides that read a tensor of `shape` as if it had `target`: 0 where it is repeated. Both must broadcast. */
export function broadcastStrides(shape: Shape, strides: readonly number[], target: Shape): number[] {
  const lead = target.length - shape.length;
  return target.map((size, d) => (d < lead || (shape[d - lead] === 1 && size !== 1) ? 0 : strides[d - lead]!));
}

/** A `dim` counted from the front; negative counts from the end. `rank` 0 is treated as rank 1, as PyTorch does. */
export function normalizeDim(op: string, dim: number, rank: number): number {
  const limit = Math.max(rank, 1);
  if (!Number.isInteger(dim) || dim < -limit || dim >= limit) {
    throw new ArgumentError(`dim is out of range; got ${dim}; expected an integer from ${-limit} to ${limit - 1}.`, {
      op,
      actual: dim,
    });
  }
  return dim < 0 ? dim + limit : dim;
}

/** The position that `index` of `count` means; negative ones count from the end. */
export function checkIndex(op: string, name: string, index: number, count: number): number {
  if (!Number.isInteger(index) || index < -count || index >= count) {
    throw new ArgumentError(
      `${name} is out of range; got ${formatValue(index)}; expected an integer from ${-count} to ${count - 1}.`,
      { op, actual: index },
    );
  }
  return index < 0 ? index + count : index;
}

/** Several dims, or all when undefined, sorted and distinct. */
export function normalizeDims(op: string, dim: number | readonly number[] | undefined, rank: number): number[] {
  if (dim === undefined) return Array.from({ length: rank }, (_, d) => d);
  const dims = (typeof dim === 'number' ? [dim] : dim).map((d) => normalizeDim(op, d, rank));
  if (new Set(dims).size !== dims.length) {
    throw new ArgumentError(
      `dims repeat; got ${formatShape(typeof dim === 'number' ? [dim] : dim)}; expected distinct dims.`,
      { op },
    );
  }
  return dims.sort((a, b) => a - b);
}

/** Checks a shape given by a user: non-negative integers. */
export function checkShape(op: string, shape: unknown): Shape {
  if (!Array.isArray(shape) || !shape.every((n) => Number.isSafeInteger(n) && n >= 0)) {
    throw new ShapeError(`not a shape; got ${formatValue(shape)}; expected an array of non-negative integers.`, {
      op,
      actual: shape,
    });
  }
  return shape;
}

/** Resolves one -1 in a requested shape so that it holds `count` elements. */
export function inferShape(op: string, requested: Shape, count: number): Shape {
  const unknown = requested.indexOf(-1);
  const known = requested.reduce((n, size, d) => (d === unknown ? n : n * size), 1);
  const valid = requested.every((n, d) => d === unknown || (Number.isSafeInteger(n) && n >= 0));
  const shape = unknown < 0 ? requested : requested.map((n, d) => (d === unknown ? count / known : n));
  if (!valid || (unknown >= 0 && known === 0) || numel(shape) !== count || !shape.every(Number.isInteger)) {
    throw new ShapeError(`cannot view ${count} elements as ${formatShape(requested)}.`, {
      op,
      actual: requested,
      expected: count,
    });
  }
  return shape;
}

/** Strides of a view with `target` shape over the same memory, or null when the elements do not line up. */
export function reshapeStrides(shape: Shape, strides: readonly number[], target: Shape): number[] | null {
  if (isContiguous(shape, strides)) return contiguousStrides(target);
  const sizes = shape.filter((n) => n !== 1);
  const steps = strides.filter((_, d) => shape[d] !== 1);
  const result = new Array<number>(target.length).fill(1);
  let t = 0;
  for (let d = 0; d < sizes.length; ) {
    // Grow a group of source dims that are contiguous among themselves until target dims fill it exactly.
    let end = d + 1;
    while (end < sizes.length && steps[end - 1] === steps[end]! * sizes[end]!) end++;
    let available = 1;
    for (let i = d; i < end; i++) available *= sizes[i]!;
    let step = available * steps[end - 1]!;
    while (t < target.length && (available > 1 || target[t] === 1)) {
      if (available % target[t]! !== 0) return null;
      available /= target[t]!;
      step /= target[t]!;
      result[t++] = step;
    }
    if (available !== 1) return null;
    d = end;
  }
  return t === target.length || target.slice(t).every((n) => n === 1) ? result : null;
}

/** Drops dims of size one and merges dims that are contiguous in every one of the strides, for kernels with a rank limit. */
export function collapse(
  shape: Shape,
  ...strides: readonly (readonly number[])[]
): { shape: number[]; strides: number[][] } {
  const outShape: number[] = [];
  const outStrides: number[][] = strides.map(() => []);
  for (let d = 0; d < shape.length; d++) {
    const size = shape[d]!;
    if (size === 1) continue;
    const last = outShape.length - 1;
    if (last >= 0 && strides.every((s, i) => outStrides[i]![last] === s[d]! * size)) {
      outShape[last]! *= size;
      for (let i = 0; i < strides.length; i++) outStrides[i]![last] = strides[i]![d]!;
      continue;
    }
    outShape.push(size);
    for (let i = 0; i < strides.length; i++) outStrides[i]!.push(strides[i]![d]!);
  }
  return { shape: outShape, strides: outStrides };
}

/** Kernels that take strides take this many of them. */
const maxRank = 6;

export function checkRank(op: string, collapsed: Shape, original: Shape): void {
  if (collapsed.length > maxRank) {
    throw new ShapeError(
      `too many dimensions that cannot be merged; got ${formatShape(original)}; expected at most ${maxRank}. Reorder fewer of them at a time, with contiguous() between.`,
      { op },
    );
  }
}
