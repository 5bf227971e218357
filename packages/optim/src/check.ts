/** Checks of hyperparameters. Messages name the optimizer, the hyperparameter and the bad value. */
import { ArgumentError } from '@tessera/tensor';

interface Range {
  readonly min?: number;
  /** The value must be above `min`, not at it. */
  readonly above?: boolean;
  readonly max?: number;
  /** The value must be below `max`, not at it. */
  readonly below?: boolean;
}

/** `value`, if it is a finite number in range. */
export function checkNumber(op: string, name: string, value: unknown, range: Range = {}): number {
  const { min = Number.NEGATIVE_INFINITY, above = false, max = Number.POSITIVE_INFINITY, below = false } = range;
  const fits =
    typeof value === 'number' &&
    Number.isFinite(value) &&
    (above ? value > min : value >= min) &&
    (below ? value < max : value <= max);
  if (fits) return value;
  const low = Number.isFinite(min) ? `${above ? 'above' : 'at least'} ${min}` : '';
  const high = Number.isFinite(max) ? `${below ? 'below' : 'at most'} ${max}` : '';
  const expected = ['a finite number', [low, high].filter(Boolean).join(' and ')].filter(Boolean).join(' ');
  throw new ArgumentError(`${name} is out of range; got ${shown(value)}; expected ${expected}.`, {
    op,
    actual: value,
    expected,
  });
}

function shown(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** A decay rate: from 0 to below 1. */
export function checkBeta(op: string, name: string, value: unknown): number {
  return checkNumber(op, name, value, { min: 0, max: 1, below: true });
}

export function checkBetas(op: string, betas: readonly [number, number]): readonly [number, number] {
  if (!Array.isArray(betas) || betas.length !== 2) {
    throw new ArgumentError(`betas must be two numbers; got ${String(betas)}.`, { op, actual: betas });
  }
  return [checkBeta(op, 'betas[0]', betas[0]), checkBeta(op, 'betas[1]', betas[1])];
}

export function checkPositive(op: string, name: string, value: unknown): number {
  return checkNumber(op, name, value, { min: 0, above: true });
}

export function checkNonNegative(op: string, name: string, value: unknown): number {
  return checkNumber(op, name, value, { min: 0 });
}

/** A factor of growth: from 1, and infinity for no limit. */
export function checkGrowth(op: string, value: unknown): number {
  return value === Number.POSITIVE_INFINITY ? value : checkNumber(op, 'growthRate', value, { min: 1 });
}

/** A whole number from `least`. */
export function checkWhole(op: string, name: string, value: number, least: 0 | 1): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new ArgumentError(`${name} must be a whole number from ${least}; got ${String(value)}.`, { op, actual: value });
}

/** A function, where there is one. */
export function checkFunction<T>(op: string, name: string, value: T): T {
  if (value === undefined || typeof value === 'function') return value;
  throw new ArgumentError(`${name} must be a function; got ${JSON.stringify(value)}.`, { op, actual: value });
}

/** One of a few names. */
export function checkOneOf<T extends string>(op: string, name: string, value: T, known: readonly T[]): T {
  if (known.includes(value)) return value;
  throw new ArgumentError(`${name} is unknown; got ${String(value)}; expected ${known.join(' or ')}.`, {
    op,
    actual: value,
    expected: known,
  });
}
