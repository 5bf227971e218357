/**
 * Counter-based random numbers (Philox 4x32-10, Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"). What is drawn
 * depends on the seed and the counter alone, so a sample's augmentation is the same in any worker, order or resumed run.
 */

/** One Philox block: four 32-bit words from a counter of four words and a key of two. */
export function philox(
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
): [number, number, number, number] {
  for (let round = 0; round < 10; round++) {
    const high0 = mulHigh(c0, 0xd2511f53);
    const low0 = Math.imul(c0, 0xd2511f53);
    const high1 = mulHigh(c2, 0xcd9e8d57);
    const low1 = Math.imul(c2, 0xcd9e8d57);
    [c0, c1, c2, c3] = [high1 ^ c1 ^ k0, low1, high0 ^ c3 ^ k1, low0];
    k0 = (k0 + 0x9e3779b9) | 0;
    k1 = (k1 + 0xbb67ae85) | 0;
  }
  return [c0 >>> 0, c1 >>> 0, c2 >>> 0, c3 >>> 0];
}

/** Upper half of the 64-bit product of two 32-bit words. */
function mulHigh(a: number, b: number): number {
  const [aLow, aHigh, bLow, bHigh] = [a & 0xffff, a >>> 16, b & 0xffff, b >>> 16];
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  return (aHigh * bHigh + Math.floor((middle + aLow * bHigh) / 0x10000)) | 0;
}

/** A stream of random numbers, one for each seed and up to three stream numbers (such as epoch and index). */
export class CounterRandom {
  readonly #key: readonly [number, number];
  readonly #stream: readonly [number, number];
  #block: readonly number[] = [];
  #drawn = 0;

  /** `seed` is a whole number from 0 to 2^53 - 1; `a` (48 bits) and `b` (32 bits) tell streams of one seed apart. */
  constructor(seed: number, a = 0, b = 0) {
    this.#key = [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0];
    this.#stream = [a >>> 0, ((Math.floor(a / 2 ** 32) << 16) ^ b) >>> 0];
  }

  /** 32 random bits. */
  next(): number {
    const at = this.#drawn++ & 3;
    if (at === 0) this.#block = philox(this.#drawn >>> 2, 0, ...this.#stream, ...this.#key);
    return this.#block[at]!;
  }

  /** A number in [0, 1). */
  uniform(): number {
    return this.next() / 2 ** 32;
  }

  /** A whole number in [0, n). Its bias is at most n / 2^32. */
  integer(n: number): number {
    return Math.floor(this.uniform() * n);
  }
}
