/**
 * Training on real text beside PyTorch: a byte-level BPE tokenizer is trained on a text file, and a small Llama on its tokens,
 * here and with transformers: the same first weights, windows in the same order and hyperparameters. Fails where the losses
 * drift apart by more than 1 %.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { CounterRandom, readText, TokenWindows, tokenizeFiles, trainBpeTokenizer } from '@tessera/data';
import { DecoderLM, PackedTokens, parseDecoderConfig, savePretrained } from '@tessera/models';
import { flatParameters } from '@tessera/nn';
import { AdamW } from '@tessera/optim';
import { scope } from '@tessera/tensor';

const help = `Usage: node benchmarks/dist/text-curves.js --text FILE --python PATH [options]

  --text FILE     any text (or TESSERA_TEXT)
  --python PATH   Python with torch and transformers (or TESSERA_PYTHON)
  --steps N       default 300
  --threads N     of PyTorch; ours takes TESSERA_NUM_THREADS. Default 2
`;

const model = {
  vocab_size: 1024,
  hidden_size: 128,
  intermediate_size: 384,
  num_hidden_layers: 4,
  num_attention_heads: 4,
};
const training = { lr: 1e-3, weightDecay: 0.1, betas: [0.9, 0.95], clipNorm: 1 } as const;
const [batch, length] = [8, 128];
/** Largest relative difference of the losses of a step. */
const allowed = 0.01;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      text: { type: 'string', default: process.env.TESSERA_TEXT },
      python: { type: 'string', default: process.env.TESSERA_PYTHON },
      steps: { type: 'string', default: '300' },
      threads: { type: 'string', default: '2' },
      help: { type: 'boolean', default: false },
    },
  });
  const { text, python } = values;
  if (values.help || !text || !python) {
    process.stdout.write(help);
    return values.help ? 0 : 2;
  }
  const folder = await mkdtemp(join(tmpdir(), 'tessera-curves-'));
  try {
    const windows = await windowsOf(text, Number(values.steps));
    const ours = await trainHere(windows, folder);
    const file = join(folder, 'windows.bin');
    await writeFile(file, Int32Array.from(windows.flat(2).flatMap((window) => [...window])));
    const run = { ...training, folder, windows: file, steps: windows.length, batch, threads: Number(values.threads) };
    const script = fileURLToPath(new URL('../peers/text_curves.py', import.meta.url));
    const { stdout } = await promisify(execFile)(python, [script, JSON.stringify(run)], { maxBuffer: 1 << 24 });
    return compare(ours, JSON.parse(stdout) as number[]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Batches of windows of the text's tokens, in an order drawn once for both sides. */
async function windowsOf(text: string, steps: number): Promise<Int32Array[][]> {
  const tokenizer = await trainBpeTokenizer(readText([text]), { vocabSize: model.vocab_size });
  const dataset = new TokenWindows(await tokenizeFiles(tokenizer, [text]), { length, name: text });
  const random = new CounterRandom(1);
  const draw = () => dataset.get(random.integer(dataset.length));
  return Promise.all(Array.from({ length: steps }, () => Promise.all(Array.from({ length: batch }, draw))));
}

/** Saves the first weights, then trains; the loss of each step. */
async function trainHere(windows: readonly Int32Array[][], folder: string): Promise<number[]> {
  using own = new DecoderLM(parseDecoderConfig({ model_type: 'llama', max_position_embeddings: length + 1, ...model }));
  await savePretrained(folder, own);
  const [parameters] = flatParameters(own);
  using optimizer = new AdamW(parameters, training);
  const losses: number[] = [];
  const start = performance.now();
  for (const sequences of windows) {
    using tokens = PackedTokens.of(sequences);
    parameters.zeroGrad();
    using loss = scope(() => {
      const result = own.loss(tokens);
      result.backward();
      return result;
    });
    optimizer.step();
    losses.push(await loss.item());
  }
  console.log(
    `${windows.length} steps of ${batch} x ${length} tokens, ${own.parameterCount()} parameters: ${((performance.now() - start) / 1000).toFixed(1)} s here`,
  );
  return losses;
}

function compare(ours: readonly number[], theirs: readonly number[]): number {
  const differences = ours.map((loss, i) => Math.abs(loss / theirs[i]! - 1));
  for (let i = 0; i < ours.length; i += Math.max(1, Math.floor(ours.length / 10)))
    console.log(`step ${i + 1}: ${ours[i]!.toFixed(5)} here, ${theirs[i]!.toFixed(5)} PyTorch`);
  console.log(`last: ${ours.at(-1)!.toFixed(5)} here, ${theirs.at(-1)!.toFixed(5)} PyTorch`);
  const worst = Math.max(...differences);
  const passed = ours.length === theirs.length && worst <= allowed;
  console.log(`largest relative difference ${worst.toExponential(2)}: ${passed ? 'within' : 'BEYOND'} ${allowed}`);
  return passed ? 0 : 1;
}

process.exitCode = await main();
