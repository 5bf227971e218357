/** Checks of options. */
import { ArgumentError } from '@tessera/tensor';

/** `value`, if it is a whole number from `min` on. */
export function checkWhole(op: string, name: string, value: unknown, min: number): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min) return value;
  throw new ArgumentError(`${name} must be a whole number from ${min} on; got ${String(value)}.`, {
    op,
    actual: value,
  });
}
