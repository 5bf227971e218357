/**
 * Rows of text, conversations or token ids as what losses take: whole sequences, and which of their tokens are trained on.
 * Column names and formats are TRL's. A conversation's prompt must be a prefix of the whole under the chat template, token by
 * token; where it is not, the row is refused rather than trained on something else than what is generated.
 */
import type { ChatMessage, ChatOptions, Tokenizer } from '@tessera/data';
import { ArgumentError } from '@tessera/tensor';
import type { ScoredRow } from '../rollouts/scoring.js';

/** Text, a conversation, or token ids. */
export type Content = string | readonly ChatMessage[] | ArrayLike<number>;

/** What a row tells its chat template beside the messages, in TRL's columns. */
export interface ChatColumns {
  /** Definitions of tools, or JSON text of them, as parquet files hold it. */
  readonly tools?: readonly unknown[] | string | null;
  /** Variables of the template, such as `enable_thinking`. */
  readonly chat_template_kwargs?: Readonly<Record<string, unknown>> | null;
}

/** A row's columns as options of the tokenizer. Throws ArgumentError for what no template can take. */
export function chatOptions({ tools, chat_template_kwargs: variables }: ChatColumns): ChatOptions {
  const list = typeof tools === 'string' ? parseJson(tools) : tools;
  if (list != null && !(Array.isArray(list) && list.every(isRecord))) {
    throw new ArgumentError(`column tools must be a list of JSON schemas; got ${shown(list)}.`, { op, actual: list });
  }
  if (variables != null && !isRecord(variables)) {
    throw new ArgumentError(`column chat_template_kwargs must hold variables by name; got ${shown(variables)}.`, {
      op,
      actual: variables,
    });
  }
  return { ...(list != null && { tools: list as readonly unknown[] }), ...(variables && { variables }) };
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 60);
}

function parseJson(tools: string): unknown {
  try {
    return JSON.parse(tools);
  } catch (cause) {
    throw new ArgumentError(`column tools is no JSON: ${tools.slice(0, 60)}`, { op, actual: tools, cause });
  }
}

export interface EncodeRowOptions {
  readonly tokenizer?: Tokenizer | undefined;
  /** Tokens of a sequence at most; what is beyond is cut off. Default 1024. */
  readonly maxLength?: number | undefined;
  /** Adds the end token to completions given as text that lack it. Default true. */
  readonly appendEnd?: boolean | undefined;
  /** What the row tells its chat template: see `chatOptions`. */
  readonly chat?: ChatOptions | undefined;
}

export interface EncodedRow extends ScoredRow {
  readonly ids: Int32Array;
  /** Whether tokens were cut off. */
  readonly truncated: boolean;
}

const op = 'encode';

function isMessages(content: Content): content is readonly ChatMessage[] {
  return typeof content !== 'string' && typeof content[0] === 'object';
}

function needTokenizer(tokenizer: Tokenizer | undefined): Tokenizer {
  if (tokenizer === undefined) throw new ArgumentError('the rows are text, which needs a tokenizer.', { op });
  return tokenizer;
}

/** Prompt and completion, of which the completion is trained on. */
export function encodeCompletion(prompt: Content, completion: Content, options: EncodeRowOptions = {}): EncodedRow {
  const { tokenizer } = options;
  if (isMessages(prompt) || isMessages(completion)) {
    if (!isMessages(prompt) || !isMessages(completion)) {
      throw new ArgumentError('prompt and completion must both be conversations, or neither.', { op });
    }
    const own = needTokenizer(tokenizer);
    const start = own.encodeChat(prompt, { ...options.chat, addGenerationPrompt: true });
    const whole = own.encodeChat([...prompt, ...completion], options.chat);
    checkPrefix(start, whole);
    return cut(Int32Array.from(whole), start.length, undefined, options);
  }
  const start = typeof prompt === 'string' ? needTokenizer(tokenizer).encode(prompt) : Array.from(prompt);
  let rest: number[];
  if (typeof completion === 'string') {
    rest = needTokenizer(tokenizer).encode(completion, { addSpecialTokens: false });
    const end = tokenizer!.specialId('eos');
    if ((options.appendEnd ?? true) && end !== undefined && rest.at(-1) !== end) rest.push(end);
  } else rest = Array.from(completion);
  return cut(Int32Array.from([...start, ...rest]), start.length, undefined, options);
}

/** Plain text, all of which is trained on. */
export function encodeText(text: Content, options: EncodeRowOptions = {}): EncodedRow {
  if (isMessages(text)) return encodeConversation(text, options);
  let ids: number[];
  if (typeof text === 'string') {
    ids = needTokenizer(options.tokenizer).encode(text);
    const end = options.tokenizer!.specialId('eos');
    if ((options.appendEnd ?? true) && end !== undefined && ids.at(-1) !== end) ids.push(end);
  } else ids = Array.from(text);
  return cut(Int32Array.from(ids), 1, undefined, options);
}

/** A whole conversation. With `assistantOnly`, what the assistant says is trained on, else everything. */
export function encodeConversation(
  messages: readonly ChatMessage[],
  options: EncodeRowOptions & { readonly assistantOnly?: boolean | undefined } = {},
): EncodedRow {
  const tokenizer = needTokenizer(options.tokenizer);
  const whole = tokenizer.encodeChat(messages, options.chat);
  if (!options.assistantOnly) return cut(Int32Array.from(whole), 1, undefined, options);
  const mask = new Uint8Array(whole.length - 1);
  messages.forEach(({ role }, i) => {
    if (role !== 'assistant') return;
    const before = tokenizer.encodeChat(messages.slice(0, i), { ...options.chat, addGenerationPrompt: true });
    const after = i === messages.length - 1 ? whole : tokenizer.encodeChat(messages.slice(0, i + 1), options.chat);
    checkPrefix(before, after);
    checkPrefix(after, whole);
    mask.fill(1, before.length - 1, after.length - 1);
  });
  return cut(Int32Array.from(whole), 1, mask, options);
}

function checkPrefix(start: readonly number[], whole: readonly number[]): void {
  if (start.length <= whole.length && start.every((id, i) => id === whole[i])) return;
  throw new ArgumentError(
    'the chat template is not prefix preserving: the prompt alone has other tokens than within the whole conversation. Use a template without conditions on later messages.',
    { op },
  );
}

function cut(
  ids: Int32Array,
  from: number,
  mask: Uint8Array | undefined,
  { maxLength = 1024 }: EncodeRowOptions,
): EncodedRow {
  if (from < 1) throw new ArgumentError('a prompt is empty. Begin with a token such as the tokenizer’s first.', { op });
  const truncated = ids.length > maxLength;
  const kept = truncated ? ids.slice(0, maxLength) : ids;
  return { ids: kept, from, truncated, ...(mask && { mask: mask.slice(0, Math.max(0, kept.length - from)) }) };
}

/** Whether a row still has tokens to train on. */
export function hasTokens({ ids, from, mask }: ScoredRow): boolean {
  return ids.length > from && (mask === undefined || Array.from(mask).some((m) => m !== 0));
}
