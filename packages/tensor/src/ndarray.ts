/**
 * Float64 arrays for the reference definitions of ops: plain loops, no speed, no devices. What an op means is written
 * with these once, and every device is tested against it.
 */
import { formatShape, ShapeError } from './errors.js';
import { broadcastShapes, broadcastStrides, contiguousStrides, numel, type Shape } from './shape.js';

export class NdArray {
  constructor(
    readonly shape: Shape,
    readonly data: Float64Array,
  ) {
    if (numel(shape) !== data.length)
      throw new ShapeError(`${data.length} values do not fill the shape ${formatShape(shape)}.`, { op: 'NdArray' });
  }

  static full(shape: Shape, value: number): NdArray {
    return new NdArray(shape, new Float64Array(numel(shape)).fill(value));
  }

  /** `f` of each index. */
  static build(shape: Shape, f: (index: readonly number[]) => number): NdArray {
    const out = NdArray.full(shape, 0);
    forEachIndex(shape, (index, i) => {
      out.data[i] = f(index);
    });
    return out;
  }

  /** Element at an index; sizes of one are broadcast. */
  at(index: readonly number[]): number {
    return this.data[this.flat(index)]!;
  }

  flat(index: readonly number[]): number {
    let flat = 0;
    for (let d = 0; d < this.shape.length; d++) flat = flat * this.shape[d]! + (this.shape[d] === 1 ? 0 : index[d]!);
    return flat;
  }

  map(f: (value: number, i: number) => number): NdArray {
    return new NdArray(this.shape, this.data.map(f));
  }

  /** `f` of the elements of both, broadcast. */
  zip(other: NdArray | number, f: (a: number, b: number) => number): NdArray {
    if (typeof other === 'number') return this.map((a) => f(a, other));
    const shape = broadcastShapes('zip', this.shape, other.shape);
    const a = this.expand(shape);
    const b = other.expand(shape);
    return a.map((value, i) => f(value, b.data[i]!));
  }

  expand(shape: Shape): NdArray {
    const strides = broadcastStrides(this.shape, contiguousStrides(this.shape), shape);
    return NdArray.build(shape, (index) => this.data[index.reduce((n, x, d) => n + x * strides[d]!, 0)]!);
  }

  reshape(shape: Shape): NdArray {
    return new NdArray(shape, this.data);
  }

  permute(dims: readonly number[]): NdArray {
    return NdArray.build(
      dims.map((d) => this.shape[d]!),
      (index) => {
        const source = new Array<number>(dims.length);
        dims.forEach((d, i) => {
          source[d] = index[i]!;
        });
        return this.at(source);
      },
    );
  }

  /** `f` of the values along `dims` (in index order), which become size 1 or vanish. */
  reduce(dims: readonly number[], keepdim: boolean, f: (values: Float64Array) => number): NdArray {
    const kept = this.shape.map((n, d) => (dims.includes(d) ? 1 : n));
    const size = dims.reduce((n, d) => n * this.shape[d]!, 1);
    const inner = dims.map((d) => this.shape[d]!);
    const values = new Float64Array(size);
    const out = NdArray.build(kept, (index) => {
      forEachIndex(inner, (position, i) => {
        const at = [...index];
        dims.forEach((d, k) => {
          at[d] = position[k]!;
        });
        values[i] = this.at(at);
      });
      return f(values);
    });
    return keepdim ? out : out.reshape(this.shape.filter((_, d) => !dims.includes(d)));
  }

  /** `f` turns each line along `dim` into another of length `size`. */
  mapLines(dim: number, size: number, f: (line: Float64Array) => ArrayLike<number>): NdArray {
    const shape = this.shape.map((n, d) => (d === dim ? size : n));
    const out = NdArray.full(shape, 0);
    const lines = this.shape.map((n, d) => (d === dim ? 1 : n));
    forEachIndex(lines, (index) => {
      const line = Float64Array.from({ length: this.shape[dim]! }, (_, k) =>
        this.at(index.map((x, d) => (d === dim ? k : x))),
      );
      const result = f(line);
      for (let k = 0; k < size; k++) out.data[out.flat(index.map((x, d) => (d === dim ? k : x)))] = result[k]!;
    });
    return out;
  }

  sum(): number {
    return this.data.reduce((a, b) => a + b, 0);
  }

  static scalar(value: number): NdArray {
    return new NdArray([], Float64Array.of(value));
  }
}

export function forEachIndex(shape: Shape, body: (index: number[], flat: number) => void): void {
  const count = numel(shape);
  const index = new Array<number>(shape.length).fill(0);
  for (let flat = 0; flat < count; flat++) {
    body(index, flat);
    for (let d = shape.length - 1; d >= 0; d--) {
      index[d]!++;
      if (index[d]! < shape[d]!) break;
      index[d] = 0;
    }
  }
}
