/** Checking what a trainer is given. */
import { ArgumentError } from '@tessera/tensor';

/** Whole numbers from 1 on. */
export function checkCounts(op: string, counts: Readonly<Record<string, number | undefined>>): void {
  for (const [name, value] of Object.entries(counts)) {
    if (value === undefined || (Number.isSafeInteger(value) && value >= 1)) continue;
    throw new ArgumentError(`${name} must be a whole number from 1 on; got ${value}.`, { op, actual: value });
  }
}

export function checkRange(
  op: string,
  name: string,
  value: number,
  low: number,
  high = Number.POSITIVE_INFINITY,
): void {
  if (value >= low && value <= high) return;
  throw new ArgumentError(`${name} must be from ${low} to ${high}; got ${value}.`, { op, actual: value });
}
