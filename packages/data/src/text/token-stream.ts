/**
 * Text of tokens that arrive one at a time. A token may hold part of a character, and a decoder may treat the first token of a
 * text differently from later ones; so the text of each new token is what it adds to the text of the tokens before it, and bytes
 * that are no whole character yet are held back.
 */

/** How many tokens of context the text of a new token is taken in. */
const contextTokens = 8;

export class TokenStream {
  readonly #decode: (ids: readonly number[]) => string;
  #ids: number[] = [];
  /** `#ids[0, #given)` have been given out as text. */
  #given = 0;

  constructor(decode: (ids: readonly number[]) => string) {
    this.#decode = decode;
  }

  /** Takes a token; returns the text that is now certain, possibly none. */
  push(id: number): string {
    this.#ids.push(id);
    const text = this.#pending();
    if (text.endsWith('\ufffd')) return '';
    // Tokens without text, such as skipped special ones, are no context: they do not take the place of those before them.
    if (text !== '') this.#ids = this.#ids.slice(-contextTokens);
    this.#given = this.#ids.length;
    return text;
  }

  /** The text held back, at the end of the stream. */
  flush(): string {
    const text = this.#pending();
    this.#ids = [];
    this.#given = 0;
    return text;
  }

  #pending(): string {
    return this.#decode(this.#ids).slice(this.#decode(this.#ids.slice(0, this.#given)).length);
  }
}
