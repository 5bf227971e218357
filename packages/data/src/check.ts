/**
 * What programs whose types nobody checks may pass, refused at the call: no JavaScript error from within, and no misspelled
 * option that keeps its default in silence.
 */
import { DataError } from './errors.js';

/** @throws DataError `ARGUMENT` unless `options` is an object that has no names but those `known`. */
export function checkOptions<Options extends object>(
  op: string,
  options: Options,
  known: Readonly<Record<keyof Options, true>>,
): void {
  const names = Object.keys(known).join(', ');
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw refused(op, `options come as an object of ${names}; got ${shown(options)}`);
  for (const name of Object.keys(options))
    if (!Object.hasOwn(known, name)) throw refused(op, `there is no option '${name}'; it has ${names}`);
}

/** @throws DataError `ARGUMENT` unless `value` is a list, such as one of paths: a text is one of letters. */
export function checkList(op: string, name: string, value: unknown): void {
  if (!Array.isArray(value)) throw refused(op, `${name} come as an array; got ${shown(value)}`);
}

/** @throws DataError `ARGUMENT` unless `source` has rows by index. */
export function checkDataset(op: string, source: { readonly get: unknown }): void {
  if (typeof source?.get === 'function') return;
  throw refused(op, `needs a dataset; got ${shown(source)}. arrayDataset makes one of an array`);
}

/** @throws DataError `ARGUMENT` unless `value` is a whole number from `least` on. */
export function checkWhole(op: string, name: string, value: unknown, least = 1): void {
  if (Number.isSafeInteger(value) && (value as number) >= least) return;
  throw refused(op, `${name} must be a whole number from ${least} on; got ${shown(value)}`);
}

/** @throws DataError `ARGUMENT` unless `value` is a `kind`, such as Uint16Array. */
export function checkArray<T>(op: string, name: string, value: T, kind: new (length: number) => T): void {
  if (!(value instanceof kind)) throw refused(op, `${name} come as a ${kind.name}; got ${shown(value)}`);
}

export function refused(op: string, problem: string): DataError {
  return new DataError('ARGUMENT', `${op}: ${problem}`);
}

/** Anything as it stands in messages. */
export function shown(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null)
    return typeof value === 'string' ? JSON.stringify(value) : String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  const name = Object.getPrototypeOf(value)?.constructor?.name ?? 'Object';
  return name === 'Object' ? 'an object' : `a ${name}`;
}
