/**
 * What this package uses of `@huggingface/tokenizers`, with types of its own: the library's declarations do not resolve
 * under Node's module rules, which would make everything `any` in silence.
 */
import * as library from '@huggingface/tokenizers';
import { isObject } from '../json.js';

/** Splits text, or each of several texts. */
export type PreTokenizer = (text: string) => string[];

export interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly lstrip: boolean;
  readonly rstrip: boolean;
  readonly normalized: boolean;
  readonly special: boolean;
  /** Not within a word. */
  readonly single_word: boolean;
}

export interface HuggingFaceTokenizer {
  readonly normalizer: ((text: string) => string) | null;
  /** `section_index` is 0 where the text is how the whole begins. */
  readonly pre_tokenizer: ((text: string, options: { section_index: number }) => string[]) | null;
  /** Called with words, gives tokens. */
  readonly model: ((words: string[]) => string[]) & {
    readonly vocab: string[];
    readonly tokens_to_ids: ReadonlyMap<string, number>;
    readonly unk_token_id: number | undefined;
  };
  /** Called with the tokens of a text, gives them with what goes around. */
  readonly post_processor: ((tokens: string[], pair: null, addSpecialTokens: boolean) => { tokens: string[] }) | null;
  decode(ids: number[], options: { skip_special_tokens: boolean; clean_up_tokenization_spaces: boolean }): string;
  token_to_id(token: string): number | undefined;
  id_to_token(id: number): string | undefined;
  /** What decoding takes as it is written, and what it leaves out with `skip_special_tokens`. */
  readonly added_tokens: AddedToken[];
  readonly special_tokens: string[];
}

type Constructor<Args extends unknown[], T> = new (...args: Args) => T;

export const { Tokenizer, ByteLevelPreTokenizer, SplitPreTokenizer } = library as unknown as {
  Tokenizer: Constructor<[tokenizer: object, config: object], HuggingFaceTokenizer>;
  ByteLevelPreTokenizer: Constructor<[config: object], PreTokenizer>;
  SplitPreTokenizer: Constructor<[config: object], PreTokenizer & { readonly pattern: RegExp | null }>;
};

/** Letters, marks, digits and what joins them: `\w` of Rust. */
export const wordCharacters = '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}';

/**
 * A tokenizer.json for the library: without added tokens (added-tokens.ts sees to them), and with the parts whose meaning the
 * library gets wrong written as others that mean the same.
 */
export function libraryForm(tokenizer: Record<string, unknown>): Record<string, unknown> {
  const { pre_tokenizer, decoder } = tokenizer;
  return { ...tokenizer, added_tokens: [], pre_tokenizer: splitWhitespace(pre_tokenizer), decoder: keepSpace(decoder) };
}

/** The library's `Whitespace` knows the letters of English alone. */
function splitWhitespace(config: unknown): unknown {
  if (!isObject(config)) return config;
  if (Array.isArray(config.pretokenizers)) {
    return { ...config, pretokenizers: config.pretokenizers.map(splitWhitespace) };
  }
  if (config.type !== 'Whitespace') return config;
  const pattern = { Regex: `[${wordCharacters}]+|[^${wordCharacters}\\p{White_Space}]+` };
  return { type: 'Split', pattern, behavior: 'Removed', invert: true };
}

/** The library's `Metaspace` drops a space before the text though none was put there. */
function keepSpace(config: unknown): unknown {
  if (!isObject(config) || config.type !== 'Metaspace' || config.prepend_scheme !== 'never') return config;
  return { type: 'Replace', pattern: { String: config.replacement ?? '\u2581' }, content: ' ' };
}
