/** `tessera chat`: talk to a model folder. */
import { createInterface } from 'node:readline/promises';
import { type ChatMessage, Tokenizer } from '@tessera/data';
import { generateStream, loadPretrained } from '@tessera/models';
import { ConfigError, interruptible } from '@tessera/train';
import { Command, Option } from 'commander';
import { realNumber, wholeNumber } from '../arguments.js';

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
  const model = await loadPretrained(folder, options.device === undefined ? {} : { device: options.device });
  const templated = tokenizer.chatTemplates.length > 0;
  if (!templated && options.system !== undefined) {
    throw new ConfigError('--system', [
      { key: '', problem: `${folder} has no chat template, so nothing is said there.` },
    ]);
  }
  const messages: ChatMessage[] = options.system === undefined ? [] : [{ role: 'system', content: options.system }];
  let turn = 0;
  const answer = async (content: string): Promise<void> => {
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
    for await (const event of stream) {
      process.stdout.write(event.text);
      text += event.text;
    }
    process.stdout.write('\n');
    messages.push({ role: 'assistant', content: text });
  };
  try {
    if (options.prompt !== undefined) return await answer(options.prompt);
    const lines = createInterface({ input: process.stdin, output: process.stdout, terminal: process.stdin.isTTY });
    if (process.stdin.isTTY) console.log('An empty line ends.');
    lines.setPrompt(process.stdin.isTTY ? '> ' : '');
    lines.prompt();
    for await (const line of lines) {
      if (line.trim() === '') break;
      await answer(line);
      lines.prompt();
    }
    lines.close();
  } finally {
    model.dispose();
  }
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
    .action((folder: string, options: ChatOptions) => interruptible((signal) => chat(folder, options, signal)));
}
