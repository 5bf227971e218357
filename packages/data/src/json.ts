/**
 * JSON that must come back as it went: what JSON.stringify would drop or change in silence is refused with its path.
 */
import { codeOf, DataError, type ErrorPlace, messageOf } from './errors.js';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Text of a value, or DataError `JSON_VALUE` naming the path of what JSON cannot hold (NaN, Infinity, bigint, a class instance). */
export function stringifyExactly(value: Json, place: ErrorPlace = {}): string {
  refuseLoss(value, 'state', place);
  return `${JSON.stringify(value, null, 2)}\n`;
}

function refuseLoss(value: unknown, path: string, place: ErrorPlace): void {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return;
  if (typeof value === 'number' && Number.isFinite(value)) return;
  if (Array.isArray(value)) {
    value.forEach((item, i) => {
      refuseLoss(item, `${path}[${i}]`, place);
    });
    return;
  }
  if (typeof value === 'object' && [Object.prototype, null].includes(Object.getPrototypeOf(value))) {
    for (const [key, item] of Object.entries(value)) refuseLoss(item, `${path}.${key}`, place);
    return;
  }
  const what = typeof value === 'object' ? `a ${value.constructor?.name ?? 'object'}` : String(value);
  throw new DataError('JSON_VALUE', `${path} is ${what}, which JSON cannot hold`, place);
}

/** Parses JSON; `fail` makes the error from a description of what is wrong. */
export function parseJson(text: string, fail: (problem: string, cause: unknown) => Error): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw fail(`not JSON: ${messageOf(cause)}`, cause);
  }
}

/** Whether a value is an object that is no array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A short description of a file system failure, for messages. */
export function fileProblem(error: unknown): string {
  return codeOf(error) === 'ENOENT' ? 'no such file' : messageOf(error);
}
