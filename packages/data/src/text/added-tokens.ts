/**
 * Added tokens: the strings that a text is cut at before the tokenizer's model sees what lies between. The rules are those of
 * Hugging Face's tokenizers in Rust (`AddedVocabulary`), which the JavaScript library follows only in part.
 */
import { isObject } from '../json.js';
import { type AddedToken, type HuggingFaceTokenizer, wordCharacters } from './hugging-face.js';

/** What lies between added tokens: normalised text, and whether it is how the whole text begins. */
export interface Section {
  readonly text: string;
  readonly first: boolean;
}

/** A match of an added token, from `start` to `end` with the space that it takes in. */
interface Match {
  readonly id: number;
  readonly start: number;
  readonly end: number;
}

/** The `added_tokens` of tokenizer.json. */
export function readAddedTokens(list: unknown): AddedToken[] {
  if (!Array.isArray(list)) throw new Error('added_tokens is not a list');
  return list.map((token: unknown) => {
    if (!isObject(token) || typeof token.content !== 'string' || !Number.isInteger(token.id))
      throw new Error(`an added token needs a content and an id; got ${JSON.stringify(token)}`);
    const { id, content, special = false } = token;
    const flag = (value: unknown, otherwise = false): boolean => (value === undefined ? otherwise : value === true);
    return {
      id: id as number,
      content,
      special: flag(special),
      lstrip: flag(token.lstrip),
      rstrip: flag(token.rstrip),
      normalized: flag(token.normalized, special !== true),
      single_word: flag(token.single_word),
    };
  });
}

export class AddedTokens {
  /** With contents as they stand in normalised text, where they are matched there. */
  readonly #tokens: readonly AddedToken[];
  readonly #normalize: (text: string) => string;
  readonly #raw: Matcher;
  readonly #normalized: Matcher;

  constructor(tokens: readonly AddedToken[], normalizer: ((text: string) => string) | null) {
    this.#normalize = normalizer ?? ((text) => text);
    this.#tokens = tokens.map((t) => (t.normalized ? { ...t, content: this.#normalize(t.content) } : t));
    this.#raw = new Matcher(this.#tokens.filter((t) => !t.normalized));
    this.#normalized = new Matcher(this.#tokens.filter((t) => t.normalized));
  }

  /** Teaches a tokenizer to decode the tokens. To its model they are no words or parts of words. */
  register(base: HuggingFaceTokenizer): void {
    for (const token of this.#tokens) {
      base.model.vocab[token.id] = token.content;
      base.added_tokens.push(token);
      if (token.special) base.special_tokens.push(token.content);
    }
  }

  /** The ids of added tokens in a text, and the sections between them. */
  *split(text: string): Generator<number | Section> {
    for (const piece of this.#raw.split(text)) {
      if (typeof piece === 'number') {
        yield piece;
        continue;
      }
      for (const part of this.#normalized.split(this.#normalize(piece.text))) {
        yield typeof part === 'number' ? part : { text: part.text, first: part.first && piece.first };
      }
    }
  }
}

/** What a `single_word` token does not touch. */
const wordEnds = new RegExp(`[${wordCharacters}]$`, 'u');
const wordStarts = new RegExp(`^[${wordCharacters}]`, 'u');
const spaceBefore = /\p{White_Space}*$/u;
const spaceAfter = /^\p{White_Space}*/u;

class Matcher {
  readonly #tokens: ReadonlyMap<string, AddedToken>;
  readonly #pattern: RegExp | undefined;

  constructor(tokens: readonly AddedToken[]) {
    this.#tokens = new Map(tokens.filter((t) => t.content !== '').map((t) => [t.content, t]));
    // Of several at one place the longest counts.
    const longestFirst = [...this.#tokens.keys()].sort((a, b) => b.length - a.length);
    if (longestFirst.length > 0) this.#pattern = new RegExp(longestFirst.map(escaped).join('|'), 'gu');
  }

  *split(text: string): Generator<number | Section> {
    let at = 0;
    for (const { id, start, end } of this.#matches(text)) {
      if (start > at) yield { text: text.slice(at, start), first: at === 0 };
      yield id;
      at = end;
    }
    if (at < text.length) yield { text: text.slice(at), first: at === 0 };
  }

  *#matches(text: string): Generator<Match> {
    if (this.#pattern === undefined) return;
    let before = 0;
    for (const { 0: written, index } of text.matchAll(this.#pattern)) {
      const { id, single_word, lstrip, rstrip } = this.#tokens.get(written)!;
      let start = index;
      let end = index + written.length;
      if (single_word && (wordEnds.test(around(text, start, -1)) || wordStarts.test(around(text, end, 1)))) continue;
      if (lstrip) start = before + text.slice(before, start).search(spaceBefore);
      if (rstrip) end += spaceAfter.exec(text.slice(end))![0].length;
      yield { id, start, end };
      before = end;
    }
  }
}

/** The character before (-1) or after (1) a position, of one or two code units. */
function around(text: string, at: number, side: -1 | 1): string {
  return side < 0 ? text.slice(Math.max(0, at - 2), at) : text.slice(at, at + 2);
}

/** The dash stays as it is: outside of brackets it means nothing, and `u` refuses to have it escaped. */
function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
