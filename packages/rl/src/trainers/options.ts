/** Checking what a trainer is given: an option that does not exist is an error that names it and its nearest neighbour. */

import { ArgumentError } from '@tessera/tensor';
import { nearest } from '@tessera/train';

export function checkKnown(op: string, options: object, known: readonly string[]): void {
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue;
    const near = nearest(key, known);
    const hint = near === undefined ? `It has ${known.join(', ')}.` : `Did you mean ${near}?`;
    throw new ArgumentError(`there is no option '${key}'. ${hint}`, { op, actual: key, expected: known });
  }
}

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
