/**
 * Trains a byte-level BPE tokenizer on texts, as Hugging Face's BpeTrainer does: special tokens first, then the 256 byte characters
 * in order, then merges by falling count, ties by the smaller pair of ids. The same texts give the same vocabulary.
 */
import { checkOptions } from '../check.js';
import { TextError } from '../errors.js';
import { yieldToEvents } from '../yield.js';
import { ByteLevelPreTokenizer } from './hugging-face.js';
import { MaxHeap, type PairCount } from './pair-heap.js';
import { Tokenizer } from './tokenizer.js';
import { compilePattern, splitWords } from './words.js';

export interface TrainBpeTokenizerOptions {
  /** Size of the vocabulary, special tokens and the 256 bytes included. */
  readonly vocabSize: number;
  /** Special tokens, which get the first ids. `<|endoftext|>` where absent. */
  readonly specialTokens?: readonly string[];
  /** Which special token ends a text, and which pads; the first one where absent. */
  readonly eosToken?: string;
  readonly padToken?: string;
  /** How text is split into words: no token crosses a word. Qwen's pattern (digits one by one) where absent. */
  readonly pattern?: string;
  /** Pairs that are rarer are not merged; 2 where absent. */
  readonly minFrequency?: number;
  readonly chatTemplate?: string;
  readonly signal?: AbortSignal;
  /** Told after every merge. */
  readonly onProgress?: (tokens: number, vocabSize: number) => void;
}

/** The pattern of Qwen 2's tokenizer, without inline flags. */
const defaultPattern =
  "'(?:[sS]|[tT]|[rR][eE]|[vV][eE]|[mM]|[lL][lL]|[dD])|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

const trainOptions = {
  vocabSize: true,
  specialTokens: true,
  eosToken: true,
  padToken: true,
  pattern: true,
  minFrequency: true,
  chatTemplate: true,
  signal: true,
  onProgress: true,
} as const;

/** Trains a tokenizer. The event loop turns while it works. */
export async function trainBpeTokenizer(
  texts: Iterable<string> | AsyncIterable<string>,
  options: TrainBpeTokenizerOptions,
): Promise<Tokenizer> {
  checkOptions<TrainBpeTokenizerOptions>('trainBpeTokenizer', options, trainOptions);
  const { specialTokens = ['<|endoftext|>'], pattern = defaultPattern } = options;
  const split = { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false };
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false };
  const smallest = specialTokens.length + 256;
  if (!Number.isInteger(options.vocabSize) || options.vocabSize < smallest) {
    const problem = `vocabSize must be at least ${smallest} (special tokens and 256 bytes); got ${options.vocabSize}`;
    throw new TextError('TOKENIZER_OPTION', problem);
  }
  for (const named of [options.eosToken, options.padToken]) {
    if (named !== undefined && !specialTokens.includes(named)) {
      throw new TextError('TOKENIZER_OPTION', `${named} is not among specialTokens (${specialTokens.join(', ')})`);
    }
  }
  const counts = await countWords(texts, compilePattern(split.pattern), options.signal);
  const { vocab, merges } = await learnMerges(counts, specialTokens, byteCharacters(), options);
  const added = specialTokens.map((content, id) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  }));
  const tokenizer = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added,
    normalizer: null,
    pre_tokenizer: { type: 'Sequence', pretokenizers: [split, byteLevel] },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(vocab),
      merges,
    },
  };
  const [first] = specialTokens;
  return Tokenizer.fromJson(tokenizer, {
    tokenizer_class: 'PreTrainedTokenizerFast',
    ...(first === undefined ? {} : { eos_token: options.eosToken ?? first, pad_token: options.padToken ?? first }),
    ...(options.chatTemplate === undefined ? {} : { chat_template: options.chatTemplate }),
    clean_up_tokenization_spaces: false,
  });
}

async function countWords(
  texts: Iterable<string> | AsyncIterable<string>,
  pattern: RegExp,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, number>> {
  const toBytes = new ByteLevelPreTokenizer({ type: 'ByteLevel', use_regex: false, add_prefix_space: false });
  const raw = new Map<string, number>();
  for await (const text of texts) {
    signal?.throwIfAborted();
    let words = 0;
    for (const word of splitWords(text, pattern)) {
      raw.set(word, (raw.get(word) ?? 0) + 1);
      if (++words % 1024 === 0) await yieldToEvents();
    }
    await yieldToEvents();
  }
  const counts = new Map<string, number>();
  for (const [word, count] of raw) {
    counts.set(toBytes(word).join(''), count);
    if (counts.size % 1024 === 0) await yieldToEvents();
  }
  return counts;
}

/** One distinct word: its tokens so far, and how often it occurs. */
interface Word {
  readonly tokens: number[];
  readonly count: number;
}

/** Pairs of ids as one number; ids stay below this. */
const pairBase = 2 ** 24;

async function learnMerges(
  counts: ReadonlyMap<string, number>,
  specialTokens: readonly string[],
  alphabet: readonly string[],
  options: TrainBpeTokenizerOptions,
): Promise<{ vocab: ReadonlyMap<string, number>; merges: readonly [string, string][] }> {
  const { vocabSize, minFrequency = 2, signal, onProgress } = options;
  const texts = [...specialTokens, ...alphabet];
  const vocab = new Map(texts.map((token, id) => [token, id]));
  const words: Word[] = [...counts].map(([word, count]) => ({ tokens: Array.from(word, (c) => vocab.get(c)!), count }));
  const pairs = await PairTable.of(words);
  const merges: [string, string][] = [];
  while (vocab.size < vocabSize) {
    const best = pairs.takeBest();
    if (best === undefined || best.count < Math.max(1, minFrequency)) break;
    const [left, right] = [Math.floor(best.pair / pairBase), best.pair % pairBase];
    const text = texts[left]! + texts[right]!;
    // two ways to the same text share one id
    const id = vocab.get(text) ?? vocab.size;
    vocab.set(text, id);
    texts[id] = text;
    merges.push([texts[left]!, texts[right]!]);
    await pairs.merge(left, right, id);
    onProgress?.(vocab.size, vocabSize);
    signal?.throwIfAborted();
    await yieldToEvents();
  }
  return { vocab, merges };
}

/** How often each pair of neighbours occurs, and in which words. */
class PairTable {
  readonly #words: readonly Word[];
  readonly #counts = new Map<number, number>();
  readonly #where = new Map<number, Set<number>>();
  readonly #heap = new MaxHeap();

  private constructor(words: readonly Word[]) {
    this.#words = words;
  }

  static async of(words: readonly Word[]): Promise<PairTable> {
    const table = new PairTable(words);
    for (const [index, { tokens, count }] of words.entries()) {
      for (let i = 0; i + 1 < tokens.length; i++) table.#change(tokens[i]!, tokens[i + 1]!, count, index);
      if (index % 1024 === 0) await yieldToEvents();
    }
    for (const [pair, count] of table.#counts) table.#heap.push({ pair, count });
    return table;
  }

  /** The most frequent pair; of several the one with the smallest ids. */
  takeBest(): PairCount | undefined {
    for (;;) {
      const top = this.#heap.pop();
      if (top === undefined) return undefined;
      const count = this.#counts.get(top.pair) ?? 0;
      if (count === top.count) return top;
      // it became rarer since it was pushed
      if (count > 0 && count < top.count) this.#heap.push({ pair: top.pair, count });
    }
  }

  /** Replaces the pair by `id` in every word, and counts the neighbours anew. */
  async merge(left: number, right: number, id: number): Promise<void> {
    const pair = left * pairBase + right;
    const grown = new Set<number>();
    let visited = 0;
    for (const index of this.#where.get(pair) ?? []) {
      if (++visited % 1024 === 0) await yieldToEvents();
      const { tokens, count } = this.#words[index]!;
      for (let i = 0; i + 1 < tokens.length; i++) {
        if (tokens[i] !== left || tokens[i + 1] !== right) continue;
        const [before, after] = [tokens[i - 1], tokens[i + 2]];
        if (before !== undefined) {
          this.#change(before, left, -count, index);
          grown.add(this.#change(before, id, count, index));
        }
        if (after !== undefined) {
          this.#change(right, after, -count, index);
          grown.add(this.#change(id, after, count, index));
        }
        tokens.splice(i, 2, id);
      }
    }
    this.#counts.delete(pair);
    this.#where.delete(pair);
    for (const changed of grown) {
      const count = this.#counts.get(changed) ?? 0;
      if (count > 0) this.#heap.push({ pair: changed, count });
    }
  }

  #change(left: number, right: number, by: number, word: number): number {
    const pair = left * pairBase + right;
    this.#counts.set(pair, (this.#counts.get(pair) ?? 0) + by);
    if (by > 0) {
      const words = this.#where.get(pair);
      if (words === undefined) this.#where.set(pair, new Set([word]));
      else words.add(word);
    }
    return pair;
  }
}

/** The characters that stand for the 256 bytes, in the order of their code points. */
function byteCharacters(): readonly string[] {
  const bytes = Array.from({ length: 256 }, (_, byte) => byte);
  const visible = bytes.filter((b) => (b >= 0x21 && b <= 0x7e) || (b >= 0xa1 && b <= 0xac) || b >= 0xae);
  const shifted = bytes.filter((b) => !visible.includes(b)).map((_, i) => 256 + i);
  return [...visible, ...shifted].map((code) => String.fromCharCode(code));
}
