/** Flat buffers with contents of their own, for tests of optimizers. */
import type { FlatEntry, FlatParameters } from '@tessera/optim';
import { type DeviceName, type DType, tensor, zeros } from '@tessera/tensor';

/** A repeatable sequence in (-1, 1). */
export function noise(n: number, seed: number): Float32Array {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return Float32Array.from({ length: n }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 31 - 1) * 0.999;
  });
}

/** `n` parameters in entries of the given lengths, gradients to be written by the test. */
export function flatOf(
  values: Float32Array,
  {
    dtype = 'f32',
    gradDType = 'f32',
    lengths = [values.length],
    shapes = lengths.map((length) => [length]),
    prefix = 'p',
    device = 'cpu',
  }: {
    dtype?: DType;
    gradDType?: DType;
    lengths?: readonly number[];
    shapes?: readonly (readonly number[])[];
    prefix?: string;
    device?: DeviceName;
  } = {},
): FlatParameters {
  const entries: FlatEntry[] = [];
  let offset = 0;
  shapes.forEach((shape, i) => {
    const length = shape.reduce((a, b) => a * b, 1);
    entries.push({ name: `${prefix}${i}`, shape, offset, length });
    offset += length;
  });
  return {
    data: tensor(values, { dtype, device }).keep(),
    grad: zeros([values.length], { dtype: gradDType, device }).keep(),
    entries,
    zeroGrad: () => {},
    finishGradients: () => {},
  };
}

export function setGradient(flat: FlatParameters, values: Float32Array): void {
  using fresh = tensor(values, { dtype: flat.grad.dtype, device: flat.grad.device });
  flat.grad.copy_(fresh);
}
