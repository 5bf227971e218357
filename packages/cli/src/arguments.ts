/** Parsers of option values that several commands take. What cannot be parsed is refused with what was expected. */
import { InvalidArgumentError } from 'commander';

/** A whole number from `min` on. */
export function wholeNumber(min = 0): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (value.trim() === '' || !Number.isSafeInteger(number) || number < min) {
      throw new InvalidArgumentError(`expected a whole number from ${min}.`);
    }
    return number;
  };
}

/** A finite number, from `min` to `max`. */
export function realNumber(min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY): (value: string) => number {
  const bounds = `${Number.isFinite(min) ? ` from ${min}` : ''}${Number.isFinite(max) ? ` to ${max}` : ''}`;
  return (value) => {
    const number = Number(value);
    if (value.trim() === '' || !Number.isFinite(number) || number < min || number > max) {
      throw new InvalidArgumentError(`expected a number${bounds}.`);
    }
    return number;
  };
}

/** `a,b`. */
export function names(value: string): string[] {
  return value.split(',').map((name) => name.trim());
}

/** `0,3` or `0-9`, or both. */
export function wholeNumbers(value: string): number[] {
  const whole = wholeNumber();
  return value.split(',').flatMap((part) => {
    const [first, last = first, ...more] = part.split('-').map(whole) as [number, ...number[]];
    if (more.length > 0 || last < first) throw new InvalidArgumentError(`${part} is not a range such as 0-9.`);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

/** Values of an option that may be given several times. */
export function repeated(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
