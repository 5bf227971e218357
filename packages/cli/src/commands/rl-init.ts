/** `tessera rl init`: a model to pretrain: random weights by a config.json, a tokenizer trained on the text. */
import { existsSync } from 'node:fs';
import { extname, join } from 'node:path';
import { checkedRows, openRows, readText, trainBpeTokenizer } from '@tessera/data';
import { DecoderLM, loadModelConfig, parseDecoderConfig, savePretrained } from '@tessera/models';
import { ConfigError, interruptible, Progress } from '@tessera/train';
import { Command } from 'commander';
import { names, wholeNumber } from '../arguments.js';

interface InitOptions {
  readonly config: string;
  readonly text: readonly string[];
  readonly columns: readonly string[];
  readonly seed: number;
}

/** Texts of files: whole plain files, or columns of rows. */
async function* texts(files: readonly string[], columns: readonly string[]): AsyncGenerator<string> {
  for (const file of files) {
    if (!['.jsonl', '.parquet'].includes(extname(file))) {
      yield* readText([file]);
      continue;
    }
    await using rows = await openRows(file);
    for (const column of columns) {
      const checked = checkedRows(rows, 'text', { columns: { text: column } });
      for (let i = 0; i < rows.length; i++) yield (await checked.get(i, 0)).text;
    }
  }
}

async function init(folder: string, options: InitOptions, signal: AbortSignal): Promise<void> {
  const { config: shape, text, columns, seed } = options;
  if (existsSync(join(folder, 'config.json'))) {
    throw new ConfigError(folder, [
      { key: '', problem: 'there is a model already. Give a new folder, or remove this one.' },
    ]);
  }
  const config = await loadModelConfig(shape);
  const progress = new Progress({ label: 'tokens' });
  const tokenizer = await trainBpeTokenizer(texts(text, columns), {
    vocabSize: config.vocabSize,
    signal,
    onProgress: (tokens, size) => progress.update(tokens, size),
  });
  progress.end();
  const end = tokenizer.specialId('eos');
  using model = new DecoderLM(parseDecoderConfig({ ...config.json, eos_token_id: end, pad_token_id: end }), {
    dtype: 'bf16',
    seed,
  });
  await savePretrained(folder, model, { tokenizer });
  console.log(
    `${folder}: ${model.parameterCount().toLocaleString('en')} random weights, a tokenizer of ${tokenizer.vocabSize} tokens`,
  );
}

export function initCommand(): Command {
  return new Command('init')
    .description('Make a model to pretrain: random weights, and a byte-level BPE tokenizer trained on your text.')
    .argument('<folder>', 'model folder to write')
    .requiredOption('--config <folder>', "shape of the model: a folder with a config.json in Hugging Face's format")
    .requiredOption('--text <files...>', 'plain text, or rows (.jsonl, .parquet)')
    .option('--columns <names>', 'columns of rows that are text', names, ['text'])
    .option('--seed <number>', 'of the weights', wholeNumber(), 0)
    .addHelpText(
      'after',
      '\nExample:\n  tessera rl init runs/gsm8k/new --config examples/gsm8k --text gsm8k/train.jsonl --columns question,answer',
    )
    .action((folder: string, options: InitOptions) =>
      interruptible((signal) => init(folder, options, signal), { resumes: false }),
    );
}
