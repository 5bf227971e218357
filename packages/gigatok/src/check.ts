/** Checks of options: a misspelt one must not silently keep its default. */
import { ArgumentError } from '@tessera/tensor';
import { nearest } from '@tessera/train';

/** Refuses keys that are not in `known`, by name. */
export function checkKeys(op: string, options: object, known: readonly string[]): void {
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue;
    const meant = nearest(key, known);
    const hint = meant === undefined ? `Known: ${known.join(', ')}.` : `Did you mean ${meant}?`;
    throw new ArgumentError(`there is no option '${key}'. ${hint}`, { op, actual: key, expected: known });
  }
}

/** `value`, if it is a whole number from `min` on. */
export function checkWhole(op: string, name: string, value: unknown, min: number): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min) return value;
  throw new ArgumentError(`${name} must be a whole number from ${min} on; got ${String(value)}.`, {
    op,
    actual: value,
  });
}
