/**
 * A fast way through byte-level BPE tokenizers (GPT-2, Llama 3, Qwen): text is split into words as the tokenizer splits it, and the
 * ids of each word are remembered. The words' ids come from the tokenizer itself, so the result is the same; tokenizers of any other
 * make have no WordEncoder and go the long way.
 */
import { isObject } from '../json.js';
import { type AddedToken, ByteLevelPreTokenizer, type HuggingFaceTokenizer } from './hugging-face.js';
import { compilePattern, splitWords } from './words.js';

/** Words remembered, and the longest that are. */
const maxWords = 200_000;
const maxWordLength = 64;

export class WordEncoder {
  readonly #base: HuggingFaceTokenizer;
  readonly #pattern: RegExp;
  readonly #toBytes = new ByteLevelPreTokenizer({ type: 'ByteLevel', use_regex: false, add_prefix_space: false });
  readonly #added: ReadonlyMap<string, number>;
  readonly #addedPattern: RegExp | undefined;
  readonly #words = new Map<string, readonly number[]>();

  private constructor(base: HuggingFaceTokenizer, pattern: RegExp, added: readonly AddedToken[]) {
    this.#base = base;
    this.#pattern = pattern;
    this.#added = new Map(added.map(({ content, id }) => [content, id]));
    // of several added tokens at one place the longest counts
    const longestFirst = [...added].sort((a, b) => b.content.length - a.content.length);
    if (longestFirst.length > 0) this.#addedPattern = new RegExp(`(${longestFirst.map(patternOf).join('|')})`, 'u');
  }

  /** An encoder for this tokenizer, or undefined where its make is another. */
  static for(base: HuggingFaceTokenizer, tokenizer: Record<string, unknown>): WordEncoder | undefined {
    const pattern = byteLevelPattern(tokenizer.pre_tokenizer);
    const added = [...base.get_added_tokens_decoder().values()];
    const plain = added.every(
      (token) =>
        !token.lstrip && !token.rstrip && token.content !== '' && !(token.normalized && base.normalizer !== null),
    );
    if (pattern === undefined || !plain || !isObject(tokenizer.model) || tokenizer.model.type !== 'BPE')
      return undefined;
    return new WordEncoder(base, pattern, added);
  }

  /** Ids of a text, without what a post-processor would add. */
  encode(text: string): number[] {
    const ids: number[] = [];
    for (const section of this.#addedPattern === undefined ? [text] : text.split(this.#addedPattern)) {
      const added = this.#added.get(section);
      if (added !== undefined) ids.push(added);
      else if (section !== '') this.#encodeSection(section, ids);
    }
    return ids;
  }

  #encodeSection(section: string, ids: number[]): void {
    const { normalizer } = this.#base;
    const text = normalizer === null ? section : normalizer(section);
    for (const word of splitWords(text, this.#pattern)) {
      let known = this.#words.get(word);
      if (known === undefined) {
        known = this.#encodeWord(word);
        if (this.#words.size >= maxWords) this.#words.clear();
        if (word.length <= maxWordLength) this.#words.set(word, known);
      }
      for (const id of known) ids.push(id);
    }
  }

  #encodeWord(word: string): readonly number[] {
    const { model } = this.#base;
    return model(this.#toBytes(word)).map((token) => model.tokens_to_ids.get(token)!);
  }
}

/** The pattern by which a byte-level pre-tokenizer splits words, if that is what this is. */
function byteLevelPattern(config: unknown): RegExp | undefined {
  if (!isObject(config)) return undefined;
  const list = config.type === 'Sequence' ? config.pretokenizers : [config];
  if (!Array.isArray(list) || list.length > 2) return undefined;
  const byteLevel: unknown = list.at(-1);
  if (!isObject(byteLevel) || byteLevel.type !== 'ByteLevel' || byteLevel.add_prefix_space === true) return undefined;
  if (list.length === 1) return byteLevel.use_regex === false ? undefined : compilePattern({ Regex: gpt2Pattern });
  const split: unknown = list[0];
  const isolated = isObject(split) && split.type === 'Split' && split.behavior === 'Isolated' && split.invert === false;
  return isolated && isObject(split.pattern) && byteLevel.use_regex === false
    ? compilePattern(split.pattern)
    : undefined;
}

/** How the ByteLevel pre-tokenizer splits by itself (GPT-2). */
const gpt2Pattern = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

/** What matches an added token. The dash stays as it is: outside of brackets it means nothing, and `u` refuses to have it escaped. */
function patternOf({ content, single_word }: AddedToken): string {
  const text = content.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return single_word ? `(?<![\\p{L}\\p{M}\\p{N}\\p{Pc}])${text}(?![\\p{L}\\p{M}\\p{N}\\p{Pc}])` : text;
}
