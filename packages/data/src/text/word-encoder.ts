/**
 * A fast way through byte-level BPE tokenizers (GPT-2, Llama 3, Qwen): text is split into words as the tokenizer splits it, and the
 * ids of each word are remembered. The words' ids come from the tokenizer itself, so the result is the same; tokenizers of any other
 * make have no WordEncoder and go the long way.
 */
import { isObject } from '../json.js';
import { ByteLevelPreTokenizer, type HuggingFaceTokenizer } from './hugging-face.js';
import { compilePattern, splitWords } from './words.js';

/** Words remembered, and the longest that are. */
const maxWords = 200_000;
const maxWordLength = 64;

export class WordEncoder {
  readonly #base: HuggingFaceTokenizer;
  readonly #pattern: RegExp;
  readonly #toBytes = new ByteLevelPreTokenizer({ type: 'ByteLevel', use_regex: false, add_prefix_space: false });
  readonly #words = new Map<string, readonly number[]>();

  private constructor(base: HuggingFaceTokenizer, pattern: RegExp) {
    this.#base = base;
    this.#pattern = pattern;
  }

  /** An encoder for this tokenizer, or undefined where its make is another. */
  static for(base: HuggingFaceTokenizer, tokenizer: Record<string, unknown>): WordEncoder | undefined {
    const pattern = byteLevelPattern(tokenizer.pre_tokenizer);
    if (pattern === undefined || !isObject(tokenizer.model) || tokenizer.model.type !== 'BPE') return undefined;
    return new WordEncoder(base, pattern);
  }

  /** Appends the ids of normalised text that holds no added token. */
  encode(text: string, ids: number[]): void {
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
