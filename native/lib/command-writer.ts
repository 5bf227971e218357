/**
 * The block of command words that encoders append to. It knows nothing about devices: whoever owns it submits a block
 * when it is full and schedules a later submission when one is started.
 */
import type { ElementType } from './schema.js';

/** Element types in the order of their codes in variant tables. */
export const elementTypes: readonly ElementType[] = ['f32', 'bf16', 'f16', 'i32', 'u32', 'u8', 'i64'];

/** What an encoder needs to know of a tensor: the handle of its storage, where it starts, and its element type. */
export interface BufferRef {
  readonly handle: number;
  readonly byteOffset: number;
  /** Index into `elementTypes`. */
  readonly typeCode: number;
}

/** A parameter of a recorded command that is read anew before each replay. */
export interface LivePatch {
  /** Position in the recorded words. */
  readonly word: number;
  readonly type: 'u32' | 'i32' | 'f32' | 'u64' | 'i64' | 'f64';
  readonly value: () => number;
}

const twoTo32 = 2 ** 32;

/**
 * Which call of the program the commands belong to that are written now: a number below 2^16 that whoever sets it can turn
 * into a name, 0 for none. It stands beside the command's length, and a failure that shows later brings it back.
 */
export const origin = { current: 0 };

export interface CommandWriterEvents {
  /** The next command does not fit, or the block has `maxCommands` of them. Must clear the writer. */
  full(): void;
  /** A first command is about to be written to an empty block. */
  started(): void;
}

export class CommandWriter {
  readonly words: Uint32Array<ArrayBuffer>;
  readonly floats: Float32Array<ArrayBuffer>;
  /** Words written since the last `clear`. */
  length = 0;
  /** Commands written since the last `clear`. */
  commands = 0;
  /** Live parameters seen while recording, at positions in this block; null when not recording. */
  patches: LivePatch[] | null = null;
  readonly #maxCommands: number;
  readonly #events: CommandWriterEvents;
  readonly #f64 = new Float64Array(1);
  readonly #f64Words = new Uint32Array(this.#f64.buffer);

  constructor(capacity: number, maxCommands: number, events: CommandWriterEvents) {
    this.words = new Uint32Array(capacity);
    this.floats = new Float32Array(this.words.buffer);
    this.#maxCommands = maxCommands;
    this.#events = events;
  }

  /**
   * Makes room for a command of `count` words, writes that and the {@link origin} as its second word, and returns its
   * position. It counts once {@link end} is called.
   */
  begin(count: number): number {
    if (this.length + count > this.words.length || this.commands >= this.#maxCommands) this.#events.full();
    if (this.length === 0) this.#events.started();
    this.words[this.length + 1] = count | (origin.current << 16);
    return this.length;
  }

  /** The command is written. One whose writing threw half-way was never there. */
  end(count: number): void {
    this.length += count;
    this.commands++;
  }

  /** Forgets what was written, after it was submitted or copied. */
  clear(): void {
    this.length = 0;
    this.commands = 0;
  }

  buffer(at: number, ref: BufferRef | undefined): void {
    const u = this.words;
    if (ref === undefined) {
      u[at] = 0;
      u[at + 1] = 0;
      u[at + 2] = 0;
      return;
    }
    u[at] = ref.handle;
    const offset = ref.byteOffset;
    u[at + 1] = offset;
    u[at + 2] = offset < twoTo32 ? 0 : offset / twoTo32;
  }

  u64(at: number, value: number): void {
    this.words[at] = value;
    this.words[at + 1] = value < twoTo32 ? 0 : value / twoTo32;
  }

  i64(at: number, value: number): void {
    this.words[at] = value;
    this.words[at + 1] = Math.floor(value / twoTo32);
  }

  f64(at: number, value: number): void {
    this.#f64[0] = value;
    this.words[at] = this.#f64Words[0]!;
    this.words[at + 1] = this.#f64Words[1]!;
  }

  /** A parameter that may be a function: its value now, and again at each replay when recording. */
  live(at: number, type: LivePatch['type'], value: number | (() => number)): void {
    if (typeof value === 'number') {
      this.scalar(at, type, value);
      return;
    }
    this.patches?.push({ word: at, type, value });
    this.scalar(at, type, value());
  }

  scalar(at: number, type: LivePatch['type'], value: number): void {
    if (type === 'u32' || type === 'i32') this.words[at] = value;
    else if (type === 'f32') this.floats[at] = value;
    else this[type](at, value);
  }

  u32Array(at: number, values: readonly number[], length: number): void {
    for (let k = 0; k < length; k++) this.words[at + k] = values[k] ?? 0;
  }

  i32Array(at: number, values: readonly number[], length: number): void {
    this.u32Array(at, values, length);
  }

  f32Array(at: number, values: readonly number[], length: number): void {
    for (let k = 0; k < length; k++) this.floats[at + k] = values[k] ?? 0;
  }

  u64Array(at: number, values: readonly number[], length: number): void {
    for (let k = 0; k < length; k++) this.u64(at + 2 * k, values[k] ?? 0);
  }

  i64Array(at: number, values: readonly number[], length: number): void {
    for (let k = 0; k < length; k++) this.i64(at + 2 * k, values[k] ?? 0);
  }
}

/** Thrown by encoders when a kernel has no variant for the element types at hand. */
export class UnsupportedTypesError extends Error {
  constructor(
    readonly kernel: string,
    readonly got: readonly ElementType[],
    readonly supported: string,
  ) {
    super(`${kernel}: no kernel for ${got.join(' x ')}; there is one for ${supported}.`);
    this.name = 'UnsupportedTypesError';
  }
}

export function unsupportedTypes(kernel: string, refs: readonly (BufferRef | undefined)[], supported: string): Error {
  return new UnsupportedTypesError(
    kernel,
    refs.map((ref) => elementTypes[ref?.typeCode ?? 0]!),
    supported,
  );
}
