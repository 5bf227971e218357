/**
 * What this package uses of `@huggingface/tokenizers`, with types of its own: the library's declarations do not resolve
 * under Node's module rules, which would make everything `any` in silence.
 */
import * as library from '@huggingface/tokenizers';

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
  /** Called with words, gives tokens. */
  readonly model: ((words: string[]) => string[]) & {
    readonly vocab: readonly string[];
    readonly tokens_to_ids: ReadonlyMap<string, number>;
  };
  /** Called with the tokens of a text, gives them with what goes around. */
  readonly post_processor: ((tokens: string[], pair: null, addSpecialTokens: boolean) => { tokens: string[] }) | null;
  /** Ids of words that neither the vocabulary nor an unknown token knows are undefined. */
  encode(text: string, options: { add_special_tokens: boolean }): { ids: (number | undefined)[]; tokens: string[] };
  decode(ids: number[], options: { skip_special_tokens: boolean; clean_up_tokenization_spaces: boolean }): string;
  token_to_id(token: string): number | undefined;
  id_to_token(id: number): string | undefined;
  get_added_tokens_decoder(): Map<number, AddedToken>;
}

type Constructor<Args extends unknown[], T> = new (...args: Args) => T;

export const { Tokenizer, ByteLevelPreTokenizer, SplitPreTokenizer } = library as unknown as {
  Tokenizer: Constructor<[tokenizer: object, config: object], HuggingFaceTokenizer>;
  ByteLevelPreTokenizer: Constructor<[config: object], PreTokenizer>;
  SplitPreTokenizer: Constructor<[config: object], PreTokenizer & { readonly pattern: RegExp | null }>;
};
