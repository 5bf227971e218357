/**
 * Random number generators: Philox 4x32-10, keyed by a seed and read by position. The same seed gives the same numbers
 * on every device, whatever the number of threads, and the state is two numbers that a checkpoint can hold.
 */
import { ArgumentError } from './errors.js';

export interface GeneratorState {
  readonly seed: number;
  /** Blocks of four numbers handed out so far. */
  readonly offset: number;
}

export class Generator {
  #seed: number;
  #offset = 0;

  /** `seed` is an integer from 0 to 2^53 - 1. */
  constructor(seed: number) {
    this.#seed = checkedSeed(seed);
  }

  get state(): GeneratorState {
    return { seed: this.#seed, offset: this.#offset };
  }

  set state({ seed, offset }: GeneratorState) {
    if (!Number.isSafeInteger(offset) || offset < 0)
      throw new ArgumentError(`offset must be a non-negative integer; got ${offset}.`, { op: 'Generator' });
    this.#seed = checkedSeed(seed);
    this.#offset = offset;
  }

  /** Starts the sequence of `seed` from its beginning. Returns the generator. */
  manualSeed(seed: number): this {
    this.state = { seed, offset: 0 };
    return this;
  }

  /**
   * @internal Reserves the numbers for `count` elements. The offset is a function so that a recorded command reserves
   * fresh numbers at each replay; it must be read once per run of the command.
   */
  reserve(count: number): { seed: number; offset: () => number; first: number } {
    const blocks = Math.ceil(count / 4);
    const first = this.#offset;
    this.#offset += blocks;
    let reserved: number | null = first;
    const offset = () => {
      if (reserved !== null) {
        const at = reserved;
        reserved = null;
        return at;
      }
      const at = this.#offset;
      this.#offset += blocks;
      return at;
    };
    return { seed: this.#seed, offset, first };
  }
}

function checkedSeed(seed: number): number {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new ArgumentError(`a seed is an integer from 0 to ${Number.MAX_SAFE_INTEGER}; got ${seed}.`, {
      op: 'Generator',
      actual: seed,
    });
  }
  return seed;
}

/** Used where no generator is given. Seeded with 0 until `manualSeed` is called, so that programs repeat. */
export const defaultGenerator = new Generator(0);

/** Seeds the default generator. */
export function manualSeed(seed: number): void {
  defaultGenerator.manualSeed(seed);
}
