/** Checking what a trainer is given. */
import type { Dataset } from '@tessera/data';
import { ArgumentError, checkOptions, formatValue } from '@tessera/tensor';
import { unknownChoice } from '../losses/common.js';

/** Options but for what has to be read or made first. */
export type Values<Options> = Omit<Options, 'model' | 'tokenizer' | 'dataset' | 'rewards' | 'rewardModel'>;

/** Whole numbers from 1 on. */
export function checkCounts(op: string, counts: Readonly<Record<string, number | undefined>>): void {
  for (const [name, value] of Object.entries(counts)) {
    if (value === undefined || (Number.isSafeInteger(value) && value >= 1)) continue;
    throw new ArgumentError(`${name} must be a whole number from 1 on; got ${formatValue(value)}.`, {
      op,
      actual: value,
    });
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

/** At least two completions of a prompt where they are judged against each other. */
export function checkJudgedInGroups(op: string, numGenerations: number): void {
  if (numGenerations >= 2) return;
  throw new ArgumentError(
    `numGenerations must be at least 2, for the completions of a prompt are judged against each other; got ${numGenerations}.`,
    { op },
  );
}

/** Rows by index. */
export function checkDataset(op: string, dataset: unknown): void {
  if (typeof (dataset as Dataset<unknown> | undefined)?.get === 'function') return;
  throw new ArgumentError(
    `dataset must be a Dataset; got ${formatValue(dataset)}. arrayDataset makes one of an array.`,
    { op, actual: dataset },
  );
}

/** Options that are objects themselves: what each may hold. */
export function checkNested<Options extends object>(
  op: string,
  options: Options,
  nested: { readonly [K in keyof Options]?: readonly string[] },
): void {
  for (const [name, known] of Object.entries(nested) as [keyof Options & string, readonly string[]][]) {
    const value = options[name];
    if (value === null) throw new ArgumentError(`${name} must be an object; got null.`, { op, expected: known });
    if (value !== undefined) checkOptions(`${op}.${name}`, value as object, known);
  }
}

export function checkRange(
  op: string,
  name: string,
  value: number,
  low: number,
  high = Number.POSITIVE_INFINITY,
): void {
  if (typeof value === 'number' && value >= low && value <= high && Number.isFinite(value)) return;
  const range = Number.isFinite(high) ? `from ${low} to ${high}` : `a number from ${low} on`;
  throw new ArgumentError(`${name} must be ${range}; got ${formatValue(value)}.`, { op, actual: value });
}
