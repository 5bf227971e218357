/** Checking what a trainer is given. */
import { ArgumentError } from '@tessera/tensor';
import { unknownChoice } from '../losses/common.js';

/** Whole numbers from 1 on. */
export function checkCounts(op: string, counts: Readonly<Record<string, number | undefined>>): void {
  for (const [name, value] of Object.entries(counts)) {
    if (value === undefined || (Number.isSafeInteger(value) && value >= 1)) continue;
    throw new ArgumentError(`${name} must be a whole number from 1 on; got ${value}.`, { op, actual: value });
  }
}

/** One of a few names. */
export function checkChoice(op: string, name: string, value: unknown, choices: readonly string[]): void {
  if (value === undefined || choices.includes(value as string)) return;
  throw unknownChoice(op, name, value, choices);
}

/** True or false: `no`, which YAML takes for text, would count as true. */
export function checkFlags(op: string, flags: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(flags)) {
    if (value === undefined || typeof value === 'boolean') continue;
    throw new ArgumentError(`${name} must be true or false; got ${JSON.stringify(value)}.`, { op, actual: value });
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
