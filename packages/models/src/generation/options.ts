/** What can be asked of generation, checked: an option out of range, or one that does not exist, is an error that names it. */
import type { ChatMessage, Tokenizer } from '@tessera/data';
import { GenerationError } from '../errors.js';
import type { DecoderLM } from '../language/decoder.js';

/** Token ids, or text or a conversation where there is a tokenizer. */
export type Prompt = ArrayLike<number> | string | readonly ChatMessage[];

export interface GenerateOptions {
  /** Tokens per completion at most. Default: as many as the model has positions left. */
  readonly maxNewTokens?: number;
  /** 0 picks the most likely token. Default 1. */
  readonly temperature?: number;
  /** Sample among this many of the most likely tokens; 0 for all. Default 0. */
  readonly topK?: number;
  /** Then among the smallest set with at least this share of the probability. Default 1. */
  readonly topP?: number;
  /** Then among those with at least this share of the largest probability. Default 0. */
  readonly minP?: number;
  /** Above 1, makes tokens of the prompt and the completion less likely. Default 1. Source: arXiv 1909.05858. */
  readonly repetitionPenalty?: number;
  /** Completions per prompt; they share the prompt's prefill. Default 1. */
  readonly n?: number;
  /** What is drawn depends on this and the completion's place alone. Default 0. */
  readonly seed?: number;
  /** A seed per completion (prompt by prompt, `n` each) instead. */
  readonly seeds?: readonly number[];
  /** Any of them ends a completion, as its last token. Default: the model's end tokens. */
  readonly stopTokens?: readonly number[];
  /** A completion ends when its text holds one of them. Needs `tokenizer`. */
  readonly stopStrings?: readonly string[];
  /** Encodes prompts given as text or conversations and decodes completions. */
  readonly tokenizer?: Tokenizer;
  /** Completions computed together at most; a finished one's place goes to the next. Default: up to 256, by memory. */
  readonly maxBatch?: number;
  /** Ends generation after the pass under way, be it a token or a prefill: the call rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** The options with defaults filled in. */
export interface GenerationPlan {
  readonly prompts: readonly Int32Array[];
  /** Per prompt. */
  readonly maxNewTokens: readonly number[];
  readonly sampling: {
    readonly temperature: number;
    readonly topK: number;
    readonly topP: number;
    readonly minP: number;
  };
  readonly repetitionPenalty: number;
  readonly n: number;
  /** Per completion. */
  readonly seeds: Int32Array;
  readonly stopTokens: ReadonlySet<number>;
  readonly stopStrings: readonly string[];
  readonly tokenizer: Tokenizer | null;
  /** Null: by memory. */
  readonly maxBatch: number | null;
  readonly signal: AbortSignal | null;
}

const known: Readonly<Record<keyof GenerateOptions, true>> = {
  maxNewTokens: true,
  temperature: true,
  topK: true,
  topP: true,
  minP: true,
  repetitionPenalty: true,
  n: true,
  seed: true,
  seeds: true,
  stopTokens: true,
  stopStrings: true,
  tokenizer: true,
  maxBatch: true,
  signal: true,
};

function check(name: string, value: number, fits: boolean, expected: string): number {
  if (typeof value !== 'number' || !fits)
    throw new GenerationError(`${name} must be ${expected}; got ${value}.`, { actual: value, expected });
  return value;
}

const count = (name: string, value: number): number =>
  check(name, value, Number.isSafeInteger(value) && value >= 1, 'a whole number from 1 on');

/** @throws GenerationError that names the prompt or the option that cannot be honoured. */
export function planGeneration(model: DecoderLM, given: readonly Prompt[], options: GenerateOptions): GenerationPlan {
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(known, name))
      throw new GenerationError(`unknown option '${name}'; expected ${Object.keys(known).join(', ')}.`);
  }
  const { tokenizer = null, seed = 0, n = 1, stopStrings = [], signal = null, repetitionPenalty = 1 } = options;
  const { temperature = 1, topK = 0, topP = 1, minP = 0 } = options;
  const sampling = {
    temperature: check(
      'temperature',
      temperature,
      temperature >= 0 && temperature < Infinity,
      'finite and not negative',
    ),
    topK: check('topK', topK, Number.isSafeInteger(topK) && topK >= 0, 'a whole number from 0 on'),
    topP: check('topP', topP, topP > 0 && topP <= 1, 'above 0 and at most 1'),
    minP: check('minP', minP, minP >= 0 && minP <= 1, 'from 0 to 1'),
  };
  check('repetitionPenalty', repetitionPenalty, repetitionPenalty > 0 && repetitionPenalty < Infinity, 'positive');
  count('n', n);
  const { vocabSize, eosTokenIds } = model.config;
  if (!Array.isArray(given))
    throw new GenerationError(`prompts come as a list; got ${JSON.stringify(given)}. Write [prompt].`, {
      actual: given,
    });
  const prompts = given.map((prompt, i) => checkIds(`prompt ${i}`, encode(prompt, i, tokenizer), vocabSize));
  const stopTokens = options.stopTokens ?? eosTokenIds;
  if (!Array.isArray(stopTokens) || !stopTokens.every(Number.isInteger))
    throw new GenerationError(`stopTokens must be a list of token ids; got ${JSON.stringify(stopTokens)}.`);
  if (!Array.isArray(stopStrings) || !stopStrings.every((text) => typeof text === 'string'))
    throw new GenerationError(`stopStrings must be a list of texts; got ${JSON.stringify(stopStrings)}.`);
  if (stopStrings.length > 0 && tokenizer === null) throw new GenerationError('stopStrings need a tokenizer.');
  if (stopStrings.includes('')) throw new GenerationError('a stop string is empty.');
  return {
    prompts,
    maxNewTokens: prompts.map((prompt, i) => room(prompt.length, i, options.maxNewTokens, model.config.maxPositions)),
    sampling,
    repetitionPenalty,
    n,
    seeds: seedsOf(seed, options.seeds, prompts.length * n),
    stopTokens: new Set(stopTokens),
    stopStrings,
    tokenizer,
    maxBatch: options.maxBatch === undefined ? null : count('maxBatch', options.maxBatch),
    signal,
  };
}

function encode(prompt: Prompt, i: number, tokenizer: Tokenizer | null): ArrayLike<number> {
  const text = typeof prompt === 'string';
  if (typeof (prompt as Partial<ArrayLike<number>> | undefined)?.length !== 'number') {
    throw new GenerationError(
      `prompt ${i} is ${String(prompt)}; a prompt is token ids ([1, 2, 3]), text or a conversation.`,
      { actual: prompt },
    );
  }
  if (!text && typeof prompt[0] !== 'object') return prompt as ArrayLike<number>;
  if (tokenizer === null)
    throw new GenerationError(
      `prompt ${i} is ${text ? 'text' : 'a conversation'}, which needs a tokenizer. Or give token ids.`,
    );
  return text
    ? tokenizer.encode(prompt)
    : tokenizer.encodeChat(prompt as readonly ChatMessage[], { addGenerationPrompt: true });
}

function checkIds(what: string, ids: ArrayLike<number>, vocabSize: number): Int32Array {
  const list = Array.from(ids);
  if (list.length === 0)
    throw new GenerationError(`${what} is empty. Begin with a token such as the tokenizer's first.`);
  const wrong = list.find((id) => !Number.isInteger(id) || id < 0 || id >= vocabSize);
  if (wrong !== undefined)
    throw new GenerationError(`${what} holds the token ${wrong}; the model has tokens 0 to ${vocabSize - 1}.`, {
      actual: wrong,
    });
  return Int32Array.from(list);
}

/** How many tokens may follow a prompt. */
function room(length: number, i: number, maxNewTokens: number | undefined, positions: number): number {
  const left = positions - length;
  if (left < 1)
    throw new GenerationError(
      `prompt ${i} has ${length} tokens, which leaves no room in the model's ${positions} positions.`,
    );
  if (maxNewTokens === undefined) return left;
  if (count('maxNewTokens', maxNewTokens) > left) {
    throw new GenerationError(
      `prompt ${i} has ${length} tokens and maxNewTokens is ${maxNewTokens}; the model has ${positions} positions. Leave maxNewTokens out to fill them.`,
      { actual: length + maxNewTokens, expected: positions },
    );
  }
  return maxNewTokens;
}

function seedsOf(seed: number, seeds: readonly number[] | undefined, completions: number): Int32Array {
  check('seed', seed, Number.isSafeInteger(seed) && seed >= 0, 'a whole number from 0 on');
  if (seeds === undefined) return Int32Array.from({ length: completions }, (_, i) => Math.imul(seed, 0x9e3779b1) + i);
  if (seeds.length !== completions || !seeds.every(Number.isSafeInteger))
    throw new GenerationError(`seeds must be ${completions} whole numbers, one per completion; got ${seeds.length}.`);
  return Int32Array.from(seeds);
}
