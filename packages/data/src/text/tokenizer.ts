/**
 * A Hugging Face tokenizer: text to ids and back, batches, chat templates. `@huggingface/tokenizers` does the work; this adds files,
 * special tokens by role, padding, streaming, and a fast way for byte-level BPE (word-encoder.ts). Ids in, ids out: nothing is
 * re-encoded behind the caller's back.
 */
import { join } from 'node:path';
import { writeFileAtomic } from '../atomic-file.js';
import { messageOf, TextError } from '../errors.js';
import { makeFolder } from '../folder.js';
import { AddedTokens, readAddedTokens, type Section } from './added-tokens.js';
import { type ChatMessage, type ChatOptions, ChatTemplates } from './chat-template.js';
import { Tokenizer as BaseTokenizer, type HuggingFaceTokenizer, libraryForm } from './hugging-face.js';
import { type PadOptions, padSequences, type Side, type TokenBatch, truncateIds } from './token-batch.js';
import { TokenStream } from './token-stream.js';
import { normaliseFiles, readTokenizerFiles, type SpecialRole, type TokenizerFiles } from './tokenizer-files.js';
import { WordEncoder } from './word-encoder.js';

export interface EncodeOptions {
  /** Adds what the tokenizer puts around a text (such as a first token); true where absent. */
  readonly addSpecialTokens?: boolean;
  readonly maxLength?: number;
  readonly truncation?: Side;
}

export interface DecodeOptions {
  /** Leaves special tokens out; false where absent. */
  readonly skipSpecialTokens?: boolean;
}

export class Tokenizer {
  readonly #files: TokenizerFiles;
  readonly #base: HuggingFaceTokenizer;
  readonly #words: WordEncoder | undefined;
  readonly #added: AddedTokens;
  readonly #addedIds: ReadonlyMap<string, number>;
  readonly #chat: ChatTemplates;
  readonly #before: readonly number[];
  readonly #after: readonly number[];
  /** One more than the largest id: the least number of rows an embedding needs. */
  readonly vocabSize: number;

  private constructor(files: TokenizerFiles) {
    this.#files = files;
    try {
      this.#base = new BaseTokenizer(libraryForm(files.tokenizer), unknownTokenOf(files));
      const added = readAddedTokens(files.tokenizer.added_tokens);
      this.#added = new AddedTokens(added, this.#base.normalizer);
      this.#addedIds = new Map(added.map(({ content, id }) => [content, id]));
      this.#added.register(this.#base);
      this.#words = WordEncoder.for(this.#base, files.tokenizer);
    } catch (cause) {
      throw new TextError('TOKENIZER_FILES', `not a tokenizer that can be used: ${messageOf(cause)}`, {
        file: files.path,
        cause,
      });
    }
    this.vocabSize = this.#base.model.vocab.length;
    this.#chat = new ChatTemplates(files.path, files.templates);
    [this.#before, this.#after] = this.#addedAround();
  }

  /** Loads tokenizer.json and, where present, tokenizer_config.json, special_tokens_map.json and chat templates of a folder. */
  static async load(folder: string): Promise<Tokenizer> {
    return new Tokenizer(await readTokenizerFiles(folder));
  }

  /** A tokenizer from the parsed contents of tokenizer.json and tokenizer_config.json. */
  static fromJson(tokenizer: Record<string, unknown>, config: Record<string, unknown> = {}): Tokenizer {
    return new Tokenizer(normaliseFiles('tokenizer.json', tokenizer, config));
  }

  /** Writes tokenizer.json and tokenizer_config.json into a folder. */
  async save(folder: string): Promise<void> {
    await makeFolder(folder);
    const { tokenizer, config, templates } = this.#files;
    const list = [...templates].map(([name, template]) => ({ name, template }));
    const chat =
      list.length === 0
        ? {}
        : { chat_template: list.length === 1 && list[0]!.name === 'default' ? list[0]!.template : list };
    await writeFileAtomic(join(folder, 'tokenizer.json'), `${JSON.stringify(tokenizer, null, 2)}\n`);
    await writeFileAtomic(
      join(folder, 'tokenizer_config.json'),
      `${JSON.stringify({ ...config, ...chat }, null, 2)}\n`,
    );
  }

  /** Text of a special token, if the tokenizer has one of this role. */
  specialToken(role: SpecialRole): string | undefined {
    return this.#files.specials[role];
  }

  /** Id of a special token, if the tokenizer has one of this role. */
  specialId(role: SpecialRole): number | undefined {
    const token = this.#files.specials[role];
    return token === undefined ? undefined : this.tokenToId(token);
  }

  /** Id used for padding: the pad token, else the end token. Throws TextError `TOKENIZER_NO_PAD` where there is neither. */
  get padId(): number {
    const id = this.specialId('pad') ?? this.specialId('eos');
    if (id !== undefined) return id;
    throw new TextError('TOKENIZER_NO_PAD', 'the tokenizer has neither a pad nor an end token', {
      file: this.#files.path,
    });
  }

  tokenToId(token: string): number | undefined {
    return this.#addedIds.get(token) ?? this.#base.token_to_id(token);
  }

  idToToken(id: number): string | undefined {
    return this.#base.id_to_token(id);
  }

  encode(text: string, options: EncodeOptions = {}): number[] {
    const { addSpecialTokens = true, maxLength, truncation } = options;
    const ids = this.#encodeText(text);
    if (!addSpecialTokens || this.#before.length + this.#after.length === 0)
      return [...truncateIds(ids, maxLength, truncation)];
    const room = maxLength === undefined ? undefined : maxLength - this.#before.length - this.#after.length;
    return [...this.#before, ...truncateIds(ids, room, truncation), ...this.#after];
  }

  encodeBatch(texts: readonly string[], options: PadOptions & { addSpecialTokens?: boolean } = {}): TokenBatch {
    const { addSpecialTokens = true } = options;
    return this.pad(
      texts.map((text) => this.encode(text, { addSpecialTokens })),
      options,
    );
  }

  /** Pads sequences of ids to one rectangle. */
  pad(sequences: readonly (readonly number[])[], options: PadOptions = {}): TokenBatch {
    return padSequences(sequences, this.padId, options);
  }

  /** Text of ids. Ids that the vocabulary does not have (rows that pad an embedding) give no text. */
  decode(ids: Iterable<number>, options: DecodeOptions = {}): string {
    const known = [...ids].filter((id) => this.#base.id_to_token(id) !== undefined);
    if (known.length === 0) return '';
    return this.#base.decode(known, {
      skip_special_tokens: options.skipSpecialTokens ?? false,
      clean_up_tokenization_spaces: this.#files.config.clean_up_tokenization_spaces === true,
    });
  }

  /** Decodes tokens as they arrive. */
  stream(options: DecodeOptions = {}): TokenStream {
    return new TokenStream((ids) => this.decode(ids, options));
  }

  /** Names of the chat templates. */
  get chatTemplates(): readonly string[] {
    return this.#chat.names;
  }

  /** Text of a conversation by the model's chat template. */
  formatChat(messages: readonly ChatMessage[], options?: ChatOptions): string {
    const specials = Object.fromEntries(
      Object.entries(this.#files.specials).map(([role, token]) => [`${role}_token`, token]),
    );
    return this.#chat.render(messages, specials, options);
  }

  /** Ids of a conversation. The template writes the special tokens, so none are added. */
  encodeChat(
    messages: readonly ChatMessage[],
    options: ChatOptions & Omit<EncodeOptions, 'addSpecialTokens'> = {},
  ): number[] {
    return this.encode(this.formatChat(messages, options), { ...options, addSpecialTokens: false });
  }

  /** Ids of a text, without what the post-processor adds. */
  #encodeText(text: string): number[] {
    const ids: number[] = [];
    for (const section of this.#added.split(text)) {
      if (typeof section === 'number') ids.push(section);
      else if (this.#words !== undefined) this.#words.encode(section.text, ids);
      else this.#encodeSection(section, ids);
    }
    return ids;
  }

  #encodeSection({ text, first }: Section, ids: number[]): void {
    const { pre_tokenizer, model } = this.#base;
    const words = pre_tokenizer === null ? [text] : pre_tokenizer(text, { section_index: first ? 0 : 1 });
    for (const token of model(words)) {
      const id = model.tokens_to_ids.get(token) ?? model.unk_token_id;
      if (id === undefined) {
        const problem = `${JSON.stringify(token)} is not in the vocabulary, and the tokenizer has no unknown token`;
        throw new TextError('TOKENIZER_TEXT', problem, { file: this.#files.path });
      }
      ids.push(id);
    }
  }

  /** What the post-processor puts before and after a text. */
  #addedAround(): [readonly number[], readonly number[]] {
    const text = 'text';
    const tokens = this.#base.post_processor?.([text], null, true).tokens ?? [text];
    const at = tokens.indexOf(text);
    const ids = (list: readonly string[]): number[] =>
      list.map((token) => this.tokenToId(token) ?? this.#unknown(token));
    return [ids(tokens.slice(0, at)), ids(tokens.slice(at + 1))];
  }

  #unknown(token: string): never {
    const problem = `its post-processor adds ${JSON.stringify(token)}, which is not in the vocabulary`;
    throw new TextError('TOKENIZER_FILES', problem, { file: this.#files.path });
  }
}

/** The configuration, with the unknown token of a vocabulary of whole words: the library looks for it there alone. */
function unknownTokenOf({ tokenizer, config }: TokenizerFiles): Record<string, unknown> {
  const { type, unk_token } = tokenizer.model as Record<string, unknown>;
  return type === 'WordLevel' && unk_token !== undefined ? { ...config, unk_token } : config;
}
