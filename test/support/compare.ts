/** Compares a tensor with expected values: |y - e| <= atol + rtol |e| for every element; NaN never agrees. */
import type { Tensor } from '@tessera/tensor';

export interface Tolerance {
  readonly rtol: number;
  readonly atol: number;
}

export interface Expected {
  readonly data: ArrayLike<number | bigint>;
  readonly shape: readonly number[];
}

/** Throws, naming the worst element, when they disagree. Integer and boolean tensors are compared exactly. */
export async function compare(what: string, actual: Tensor, expected: Expected, tolerance: Tolerance): Promise<void> {
  if (actual.shape.join() !== expected.shape.join()) {
    throw new Error(`${what}: shape [${actual.shape}], expected [${expected.shape}]`);
  }
  const exact = actual.dtype === 'i32' || actual.dtype === 'u8' || actual.dtype === 'bool';
  const { rtol, atol } = exact ? { rtol: 0, atol: 0 } : tolerance;
  compareValues(`${what} [${actual.shape}]`, await actual.data(), expected.data, { rtol, atol });
}

/** Throws, naming the worst element, when the values disagree. */
export function compareValues(
  what: string,
  values: ArrayLike<number>,
  expected: ArrayLike<number | bigint>,
  { rtol, atol }: Tolerance,
): void {
  if (values.length !== expected.length)
    throw new Error(`${what}: ${values.length} values, expected ${expected.length}`);
  let worst = -1;
  let worstExcess = 0;
  for (let i = 0; i < values.length; i++) {
    const e = Number(expected[i]!);
    const y = values[i]!;
    if (y === e) continue;
    const excess = Math.abs(y - e) - (atol + rtol * Math.abs(e));
    if (!(excess <= 0) && !(excess <= worstExcess && worst >= 0)) {
      worst = i;
      worstExcess = excess;
    }
  }
  if (worst >= 0) {
    throw new Error(
      `${what}: element ${worst} is ${values[worst]}, expected ${Number(expected[worst]!)} (rtol ${rtol}, atol ${atol})`,
    );
  }
}
