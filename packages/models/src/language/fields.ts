/** Typed access to the fields of a `config.json`: a field of the wrong kind is an error that names it. */
import { ModelConfigError } from '../errors.js';

export type Json = Readonly<Record<string, unknown>>;

export class Fields {
  constructor(
    readonly json: Json,
    /** For messages: the file, or what stands in for it. */
    readonly file: string,
    private readonly prefix = '',
  ) {
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return;
    throw new ModelConfigError(`${file}: a configuration is an object; got ${JSON.stringify(json)}.`);
  }

  has(key: string): boolean {
    return this.json[key] !== undefined && this.json[key] !== null;
  }

  #wrong(key: string, expected: string): never {
    const actual = this.json[key];
    throw new ModelConfigError(
      `${this.file}: ${this.prefix}${key} must be ${expected}; got ${actual === undefined ? 'nothing' : JSON.stringify(actual)}.`,
      { actual, expected },
    );
  }

  number(key: string, fallback?: number): number {
    if (!this.has(key) && fallback !== undefined) return fallback;
    const value = this.json[key];
    return typeof value === 'number' && Number.isFinite(value) ? value : this.#wrong(key, 'a number');
  }

  /** A whole number from 1 on. */
  count(key: string, fallback?: number): number {
    const value = this.number(key, fallback);
    return Number.isSafeInteger(value) && value >= 1 ? value : this.#wrong(key, 'a whole number from 1 on');
  }

  boolean(key: string, fallback: boolean): boolean {
    if (!this.has(key)) return fallback;
    const value = this.json[key];
    return typeof value === 'boolean' ? value : this.#wrong(key, 'true or false');
  }

  string(key: string, fallback?: string): string {
    if (!this.has(key) && fallback !== undefined) return fallback;
    const value = this.json[key];
    return typeof value === 'string' ? value : this.#wrong(key, 'a string');
  }

  strings(key: string): readonly string[] | null {
    if (!this.has(key)) return null;
    const value = this.json[key];
    return Array.isArray(value) && value.every((v) => typeof v === 'string') ? value : this.#wrong(key, 'strings');
  }

  /** The object at a key, or null where there is none. */
  object(key: string): Fields | null {
    if (!this.has(key)) return null;
    const value = this.json[key];
    if (typeof value !== 'object' || Array.isArray(value)) return this.#wrong(key, 'an object');
    return new Fields(value as Json, this.file, `${this.prefix}${key}.`);
  }

  /** A token id or a list of them. */
  ids(key: string): readonly number[] {
    if (!this.has(key)) return [];
    const value = this.json[key];
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    return list.every((id) => Number.isSafeInteger(id))
      ? (list as number[])
      : this.#wrong(key, 'a token id or several');
  }

  /** Throws that the value of a field is something this package does not have. */
  unsupported(key: string, available: string): never {
    throw new ModelConfigError(
      `${this.file}: ${this.prefix}${key} ${JSON.stringify(this.json[key])} is not supported; available: ${available}.`,
      { actual: this.json[key], expected: available },
    );
  }
}
