/**
 * Raw text: files as chunks that end at line ends (to train a tokenizer on, or to encode), and token windows for language modelling.
 */

import { createReadStream } from 'node:fs';
import { checkList, checkOptions } from '../check.js';
import { DatasetError, type ErrorPlace, messageOf } from '../errors.js';
import type { Tokenizer } from '../text/tokenizer.js';
import { yieldToEvents } from '../yield.js';
import { RowDataset } from './dataset.js';

/** Text of files, in chunks of about `chunkBytes` (1 MB where absent) that end at a line end where there is one. Throws on bytes that are no UTF-8. */
export async function* readText(
  paths: readonly string[],
  options: { chunkBytes?: number } = {},
): AsyncGenerator<string> {
  checkList('readText', 'paths', paths);
  checkOptions<{ chunkBytes?: number }>('readText', options, { chunkBytes: true });
  const chunkBytes = options.chunkBytes ?? 1 << 20;
  for (const path of paths) {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    let rest = '';
    try {
      for await (const bytes of createReadStream(path, { highWaterMark: chunkBytes })) {
        const text = rest + decoder.decode(bytes as Uint8Array, { stream: true });
        const end = text.lastIndexOf('\n') + 1 || (text.length >= chunkBytes ? lastWhole(text) : 0);
        rest = text.slice(end);
        if (end > 0) yield text.slice(0, end);
      }
      rest += decoder.decode();
    } catch (cause) {
      throw new DatasetError('DATASET_OPEN', `the text cannot be read: ${messageOf(cause)}`, { file: path, cause });
    }
    if (rest !== '') yield rest;
  }
}

/** End of the text, short of half a surrogate pair. */
function lastWhole(text: string): number {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last < 0xdc00 ? text.length - 1 : text.length;
}

export interface TokenizeFilesOptions {
  /** Added after each file; none where absent. */
  readonly endId?: number;
  readonly signal?: AbortSignal;
}

/** All tokens of files, one after another. The event loop turns while it works. */
export async function tokenizeFiles(
  tokenizer: Tokenizer,
  paths: readonly string[],
  options: TokenizeFilesOptions = {},
): Promise<Int32Array<ArrayBuffer>> {
  checkList('tokenizeFiles', 'paths', paths);
  checkOptions<TokenizeFilesOptions>('tokenizeFiles', options, { endId: true, signal: true });
  let tokens = new Int32Array(1 << 20);
  let length = 0;
  const append = (ids: readonly number[]): void => {
    if (length + ids.length > tokens.length) {
      const larger = new Int32Array(Math.max(tokens.length * 2, length + ids.length));
      larger.set(tokens);
      tokens = larger;
    }
    tokens.set(ids, length);
    length += ids.length;
  };
  for (const path of paths) {
    for await (const chunk of readText([path], { chunkBytes: 1 << 13 })) {
      options.signal?.throwIfAborted();
      append(tokenizer.encode(chunk, { addSpecialTokens: false }));
      await yieldToEvents();
    }
    if (options.endId !== undefined) append([options.endId]);
  }
  return tokens.slice(0, length);
}

/** Windows of `length` tokens and the token after each: inputs are all but the last, targets all but the first. */
export class TokenWindows extends RowDataset<Int32Array<ArrayBuffer>> {
  readonly name: string;
  readonly length: number;
  readonly #tokens: Int32Array;
  readonly #window: number;
  readonly #stride: number;

  /** Windows begin every `stride` tokens; `length` where absent, so that they do not overlap. */
  constructor(
    tokens: Int32Array,
    options: { readonly length: number; readonly stride?: number; readonly name?: string },
  ) {
    super();
    checkOptions<typeof options>('TokenWindows', options, { length: true, stride: true, name: true });
    const { length, stride = length, name = 'tokens' } = options;
    if (!Number.isInteger(length) || length < 1 || !Number.isInteger(stride) || stride < 1) {
      throw new DatasetError(
        'DATASET_OPTION',
        `length and stride must be whole numbers from 1 on; got ${length} and ${stride}`,
      );
    }
    if (tokens.length < length + 1) {
      throw new DatasetError(
        'DATASET_OPTION',
        `${tokens.length} tokens hold no window of ${length} and the token after it`,
        { file: name },
      );
    }
    this.name = name;
    this.length = Math.floor((tokens.length - length - 1) / stride) + 1;
    this.#tokens = tokens;
    this.#window = length;
    this.#stride = stride;
  }

  /** Window `index`: `length + 1` tokens. */
  async get(index: number): Promise<Int32Array<ArrayBuffer>> {
    const start = index * this.#stride;
    return this.#tokens.slice(start, start + this.#window + 1) as Int32Array<ArrayBuffer>;
  }

  place(index: number): ErrorPlace {
    return { file: `${this.name}[${index * this.#stride}]` };
  }
}
