/** `tessera chat`: talk to a model folder. */
import { createInterface } from 'node:readline/promises';
import { type ChatMessage, Tokenizer } from '@tessera/data';
import { generateStream } from '@tessera/models';
import { ConfigError, interruptible } from '@tessera/train';
import { Command, Option } from 'commander';
import { realNumber, wholeNumber } from '../arguments.js';
import { loadModel } from '../with-progress.js';

interface ChatOptions {
  readonly temperature: number;
  readonly topP: number;
  readonly maxTokens?: number;
  readonly seed: number;
  readonly system?: string;
  readonly prompt?: string;
  readonly device?: 'cpu' | 'cuda';
}

async function chat(folder: string, options: ChatOptions, signal: AbortSignal): Promise<void> {
  const tokenizer = await Tokenizer.load(folder);
  const templated = tokenizer.chatTemplates.length > 0;
  if (!templated && options.system !== undefined) {
    throw new ConfigError('--system', [
      { key: '', problem: `${folder} has no chat template, so nothing is said there.` },
    ]);
  }
  using model = await loadModel(folder, options);
  signal.throwIfAborted();
  const messages: ChatMessage[] = options.system === undefined ? [] : [{ role: 'system', content: options.system }];
  let turn = 0;
  const answer = async (content: string, signal: AbortSignal): Promise<void> => {
    messages.push({ role: 'user', content });
    const ids = templated ? tokenizer.encodeChat(messages, { addGenerationPrompt: true }) : tokenizer.encode(content);
    const stream = generateStream(model, [ids], {
      tokenizer,
      temperature: options.temperature,
      topP: options.topP,
      seed: options.seed + turn++,
      signal,
      ...(options.maxTokens !== undefined && { maxNewTokens: options.maxTokens }),
    });
    let text = '';
    try {
      for await (const event of stream) {
        process.stdout.write(event.text);
        text += event.text;
      }
    } finally {
      process.stdout.write('\n');
      messages.push({ role: 'assistant', content: text });
    }
  };
  if (options.prompt === undefined) await converse(answer, signal);
  else await answer(options.prompt, signal);
}

/** Answers lines as they are typed or piped, up to an empty one. On a terminal Ctrl-C stops an answer, and between answers ends. */
async function converse(
  answer: (line: string, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const terminal = process.stdin.isTTY;
  const lines = createInterface({ input: process.stdin, output: process.stdout, terminal });
  if (terminal) console.log('An empty line ends; Ctrl-C stops an answer.');
  lines.setPrompt(terminal ? '> ' : '');
  let stop: AbortController | null = null;
  lines.on('SIGINT', () => (stop === null ? lines.close() : stop.abort()));
  lines.prompt();
  for await (const line of lines) {
    if (line.trim() === '') break;
    stop = new AbortController();
    try {
      await answer(line, AbortSignal.any([signal, stop.signal]));
    } catch (error) {
      if (!stop.signal.aborted) throw error;
    }
    stop = null;
    lines.prompt();
  }
  lines.close();
}

export function chatCommand(): Command {
  return new Command('chat')
    .description("Talk to a language model in a folder of Hugging Face's layout.")
    .argument('<model>', 'model folder with tokenizer.json')
    .option('--prompt <text>', 'answer this and end')
    .option('--system <text>', 'system message')
    .option('--temperature <number>', '0 takes the likeliest token', realNumber(0), 0.7)
    .option('--top-p <number>', 'sample among the likeliest tokens of this share', realNumber(0, 1), 1)
    .option('--max-tokens <number>', 'of an answer; default: until the model ends or is full', wholeNumber(1))
    .option('--seed <number>', 'of the samples', wholeNumber(), 0)
    .addOption(new Option('--device <name>', 'where to run').choices(['cpu', 'cuda']))
    .addHelpText(
      'after',
      '\nExamples:\n  tessera chat runs/quickstart/models/dense --prompt 31524S --temperature 0\n  tessera chat Qwen2.5-0.5B-Instruct',
    )
    .action((folder: string, options: ChatOptions) =>
      interruptible((signal) => chat(folder, options, signal), { resumes: false }),
    );
}
