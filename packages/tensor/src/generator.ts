/**
 * Random number generators: Philox 4x32-10, keyed by a seed and read by position. The same seed gives the same numbers
 * on every device, whatever the number of threads, and the state is two numbers that a checkpoint can hold.
 */
import { ArgumentError, formatValue } from './errors.js';

/** Plain JSON. */
export type GeneratorState = {
  readonly seed: number;
  /** Blocks of four numbers handed out so far. */
  readonly offset: number;
};

/**
 * @internal Numbers that a command draws. The offset is a function so that a recorded command reserves fresh numbers at
 * each replay; it must be read once per run of the command. `again` is what `offset` gave last: for the gradient of a run,
 * which draws the same numbers.
 */
export interface Reservation {
  readonly seed: number;
  /** Of four numbers. */
  readonly blocks: number;
  readonly offset: () => number;
  readonly again: () => number;
}

export class Generator {
  #seed: number;
  #offset = 0;
  /** Where reservations are noted. */
  #collected: Reservation[] | null = null;
  /** Gives earlier reservations in place of fresh ones. */
  #repeated: ((blocks: number) => Reservation) | null = null;

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

  /** @internal Reserves the numbers for `count` elements. */
  reserve(count: number): Reservation {
    const blocks = Math.ceil(count / 4);
    const reservation = this.#repeated === null ? this.#fresh(blocks) : this.#repeated(blocks);
    this.#collected?.push(reservation);
    return reservation;
  }

  /** @internal Runs `body`, whose reservations are added to `into`. */
  collect<T>(into: Reservation[], body: () => T): T {
    const outer = this.#collected;
    const own: Reservation[] = [];
    this.#collected = own;
    try {
      return body();
    } finally {
      this.#collected = outer;
      into.push(...own);
      outer?.push(...own);
    }
  }

  /** @internal Runs `body`, which reserves what it did before: it draws the same numbers, and uses up none. */
  repeat<T>(reservations: readonly Reservation[], body: () => T): T {
    const outer = this.#repeated;
    let next = 0;
    this.#repeated = (blocks) => {
      const found = reservations[next++];
      if (found?.blocks === blocks) return { ...found, offset: found.again };
      throw new ArgumentError('the block drew other random numbers when it was run again than at first.', {
        op: 'checkpoint',
      });
    };
    try {
      return body();
    } finally {
      this.#repeated = outer;
    }
  }

  #fresh(blocks: number): Reservation {
    const first = this.#offset;
    this.#offset += blocks;
    let last: number | null = null;
    const offset = () => {
      if (last === null) {
        last = first;
      } else {
        last = this.#offset;
        this.#offset += blocks;
      }
      return last;
    };
    return { seed: this.#seed, blocks, offset, again: () => last ?? first };
  }
}

function checkedSeed(seed: number): number {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new ArgumentError(`a seed is an integer from 0 to ${Number.MAX_SAFE_INTEGER}; got ${formatValue(seed)}.`, {
      op: 'Generator',
      actual: seed,
    });
  }
  return seed;
}
