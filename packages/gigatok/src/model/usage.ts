/**
 * How many of the codes are in use, and how evenly, over a window of the most recent choices: a share of one batch says
 * little where a batch has fewer vectors than there are codes. The released window is 65,536 choices.
 */
import { ArgumentError } from '@tessera/tensor';

export interface CodeUsageOptions {
  /** Choices that are remembered. Default 65536. */
  readonly window?: number;
  /** A code that the window is full of at first, as the released one is of code 0. Default none. */
  readonly initial?: number;
}

export class CodeUsage {
  /** How often each code stands in the window. */
  readonly counts: Int32Array;
  readonly #window: Int32Array;
  #at = 0;
  #filled = 0;

  constructor(
    readonly codes: number,
    { window = 65536, initial }: CodeUsageOptions = {},
  ) {
    this.counts = new Int32Array(codes);
    this.#window = new Int32Array(window);
    if (initial === undefined) return;
    this.#window.fill(initial);
    this.counts[initial] = window;
    this.#filled = window;
  }

  /** Takes in the choices of a batch, the newest last. */
  add(ids: ArrayLike<number>): void {
    const size = this.#window.length;
    for (let i = Math.max(0, ids.length - size); i < ids.length; i++) {
      const id = ids[i]!;
      if (!(id >= 0 && id < this.codes))
        throw new ArgumentError(`code ${id} is out of range; there are ${this.codes}.`, {
          op: 'CodeUsage',
          actual: id,
        });
      if (this.#filled === size) this.counts[this.#window[this.#at]!]!--;
      else this.#filled++;
      this.#window[this.#at] = id;
      this.counts[id]!++;
      this.#at = (this.#at + 1) % size;
    }
  }

  /** Codes that stand in the window at least once. */
  get used(): number {
    return this.counts.reduce((n, count) => n + (count > 0 ? 1 : 0), 0);
  }

  /** Share of the codes that are used. */
  get usage(): number {
    return this.used / this.codes;
  }

  /** exp of the entropy of the choices: as many equally frequent codes would be as even. 0 while the window is empty. */
  get perplexity(): number {
    if (this.#filled === 0) return 0;
    let entropy = 0;
    for (const count of this.counts) {
      const p = count / this.#filled;
      if (p > 0) entropy -= p * Math.log(p);
    }
    return Math.exp(entropy);
  }

  /** Everything it remembers, oldest first. */
  save(): Int32Array {
    const start = this.#filled === this.#window.length ? this.#at : 0;
    return Int32Array.from({ length: this.#filled }, (_, i) => this.#window[(start + i) % this.#window.length]!);
  }
}
