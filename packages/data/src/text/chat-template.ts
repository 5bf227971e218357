/** Chat templates: conversations to text, by the model's own Jinja template. */
import { Template } from '@huggingface/jinja';
import { messageOf, TextError } from '../errors.js';
import { isObject } from '../json.js';

/** One message of a conversation. Further fields (tool calls, names, reasoning) are passed on to the template. */
export interface ChatMessage {
  readonly role: string;
  readonly content?: string | null | readonly Readonly<Record<string, unknown>>[];
  readonly [field: string]: unknown;
}

export interface ChatOptions {
  /** Ends the text where the assistant's answer begins. */
  readonly addGenerationPrompt?: boolean;
  /** Which of several templates; where absent `tool_use` if there are tools and there is one, else `default`. */
  readonly template?: string;
  /** Tool definitions (JSON schemas) for templates that take them. */
  readonly tools?: readonly unknown[];
  readonly documents?: readonly unknown[];
  /** Further variables of the template, such as `enable_thinking`. */
  readonly variables?: Readonly<Record<string, unknown>>;
}

export class ChatTemplates {
  readonly #file: string;
  readonly #sources: ReadonlyMap<string, string>;
  readonly #parsed = new Map<string, Template>();

  constructor(file: string, sources: ReadonlyMap<string, string>) {
    this.#file = file;
    this.#sources = sources;
  }

  get names(): readonly string[] {
    return [...this.#sources.keys()];
  }

  /** Renders a conversation. Throws TextError `CHAT_TEMPLATE` or `CHAT_MESSAGES`. */
  render(
    messages: readonly ChatMessage[],
    specials: Readonly<Record<string, string>>,
    options: ChatOptions = {},
  ): string {
    checkMessages(messages, this.#file);
    const template = this.#template(options);
    try {
      return template.render({
        ...specials,
        messages,
        tools: options.tools ?? null,
        documents: options.documents ?? null,
        add_generation_prompt: options.addGenerationPrompt ?? false,
        ...options.variables,
      });
    } catch (cause) {
      throw new TextError('CHAT_TEMPLATE', `the chat template refuses this conversation: ${messageOf(cause)}`, {
        file: this.#file,
        cause,
      });
    }
  }

  #template({ template, tools }: ChatOptions): Template {
    const name = template ?? (tools !== undefined && this.#sources.has('tool_use') ? 'tool_use' : 'default');
    const known = this.#parsed.get(name);
    if (known !== undefined) return known;
    const source = this.#sources.get(name);
    if (source === undefined) {
      const has = this.#sources.size === 0 ? 'it has none' : `it has ${this.names.join(', ')}`;
      const hint = 'Give one as chat_template in tokenizer_config.json or in chat_template.jinja.';
      throw new TextError(
        'CHAT_TEMPLATE',
        `the tokenizer has no chat template ${JSON.stringify(name)}; ${has}. ${hint}`,
        { file: this.#file },
      );
    }
    try {
      const parsed = new Template(source);
      this.#parsed.set(name, parsed);
      return parsed;
    } catch (cause) {
      throw new TextError(
        'CHAT_TEMPLATE',
        `chat template ${JSON.stringify(name)} does not parse: ${messageOf(cause)}`,
        { file: this.#file, cause },
      );
    }
  }
}

function checkMessages(messages: readonly ChatMessage[], file: string): void {
  const problem = conversationProblem(messages);
  if (problem !== undefined) throw new TextError('CHAT_MESSAGES', problem, { file });
}

/** What is wrong with a conversation, or undefined. */
export function conversationProblem(messages: unknown): string | undefined {
  if (!Array.isArray(messages) || messages.length === 0) return 'a conversation is a list of at least one message';
  for (const [i, message] of messages.entries()) {
    if (!isObject(message)) return `message ${i} is not an object with role and content`;
    if (typeof message.role !== 'string' || message.role === '') return `message ${i} has no role`;
    const { content } = message;
    const calls = content === undefined || content === null;
    if (calls ? message.tool_calls === undefined : typeof content !== 'string' && !Array.isArray(content)) {
      return `message ${i} (${message.role}) has no content`;
    }
  }
  return undefined;
}
