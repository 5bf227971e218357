/** Units of tensors that are clipped by themselves, as the kernels see them: `unitScales` in native/kernels/clipping.ts. */
import { type Shape, type Tensor, zeros } from '@tessera/tensor';
import type { FlatParameters } from './parameters.js';
import { int64Tensor } from './segments.js';

/**
 * `tensors`: each as a whole. `rows`: the weights into one output in PyTorch's layout [out, in, ...]. `columns`: the same in
 * JAX's layouts: one index of all dimensions but the first, [in, out] or [in, heads, out], or of the last in a convolution
 * [height, width, in, out]. Vectors are one unit.
 */
export type UnitKind = 'tensors' | 'rows' | 'columns';

/** The arguments of kernels that take the scales of units. */
export interface UnitArguments {
  readonly unitScale?: Tensor;
  readonly unitTable?: Tensor;
  readonly units: number;
  readonly unitTensors: number;
}

export const noUnits: UnitArguments = { units: 0, unitTensors: 0 };

/** The scales of the units of one flat buffer. */
export class Units {
  readonly arguments: Required<UnitArguments>;
  readonly #shapes: readonly Shape[];
  readonly #firsts: readonly number[];

  constructor({ entries, grad: { device } }: FlatParameters, kind: UnitKind) {
    this.#shapes = entries.map(({ shape }) => unitShape(shape, kind));
    const counts = this.#shapes.map((shape) => shape.reduce((a, b) => a * b, 1));
    let units = 0;
    this.#firsts = counts.map((count) => {
      const first = units;
      units += count;
      return first;
    });
    const table = entries.flatMap(({ offset, length }, i) => {
      const [count, first] = [counts[i]!, this.#firsts[i]!];
      if (length === 0) return [offset, 0, 0, 0, 0];
      return kind === 'columns' && count > 1
        ? [offset, length / count, count, 1, first]
        : [offset, count, length / count, 0, first];
    });
    this.arguments = {
      unitScale: zeros([units], { device }).keep(),
      unitTable: int64Tensor(device, table),
      units,
      unitTensors: entries.length,
    };
  }

  /** The scales of entry `index` as a view that is broadcast over it. */
  ofEntry(index: number): Tensor {
    const shape = this.#shapes[index]!;
    const { unitScale } = this.arguments;
    const strides = shape.map((_, d) => shape.slice(d + 1).reduce((a, b) => a * b, 1));
    return unitScale.view(shape, strides, unitScale.offset + this.#firsts[index]!);
  }

  dispose(): void {
    this.arguments.unitScale.dispose();
    this.arguments.unitTable.dispose();
  }
}

/** The shape of an entry with 1 for the dimensions that a unit goes through. */
function unitShape(shape: Shape, kind: UnitKind): Shape {
  const ofTensor = kind === 'tensors' || shape.filter((d) => d > 1).length <= 1;
  if (ofTensor) return shape.map(() => 1);
  const within = (d: number) => (kind === 'rows' ? d > 0 : shape.length > 3 ? d < shape.length - 1 : d === 0);
  return shape.map((size, d) => (within(d) ? 1 : size));
}
