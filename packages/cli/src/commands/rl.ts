/** `tessera rl`: train and evaluate language models by reinforcement, and see which weights that moved. */
import { dirname } from 'node:path';
import { makeFolder, openRows, openSafetensors, Tokenizer, writeFileAtomic } from '@tessera/data';
import {
  compareUpdates,
  compareWeights,
  evaluateReward,
  meanRank,
  type SparsityRow,
  sparsity,
  sparsityByLayer,
  sparsityByMatrix,
} from '@tessera/rl';
import { formatTable, interruptible, loadConfig, Progress } from '@tessera/train';
import { Command, Option } from 'commander';
import { realNumber, repeated, wholeNumber } from '../arguments.js';
import { problemsOf, type RewardConfig, rewardsOf } from '../rl-rewards.js';
import { rlConfig, trainFromConfig } from '../rl-run.js';
import { loadModel, withProgress } from '../with-progress.js';
import { initCommand } from './rl-init.js';

/** Of nothing there is no share. */
const percent = (share: number): string => (Number.isNaN(share) ? '-' : `${(100 * share).toFixed(2)} %`);

interface SparsityOptions {
  readonly other?: string;
  readonly rank?: boolean;
  readonly json?: string;
}

async function reportSparsity(base: string, tuned: string, options: SparsityOptions, signal: AbortSignal) {
  await using from = await openSafetensors(base);
  await using to = await openSafetensors(tuned);
  if (options.json !== undefined) await makeFolder(dirname(options.json));
  const found = await withProgress('compared', (onProgress) =>
    compareWeights(from, to, { signal, rank: options.rank ?? false, onProgress }),
  );
  const names = Object.keys(found.unchanged);
  console.log(`${found.parameters.toLocaleString('en')} weights; unchanged:`);
  console.log(formatTable([Object.fromEntries(names.map((name) => [name, percent(sparsity(found, name))]))]));
  const table = (
    title: string,
    column: string,
    rows: readonly SparsityRow[],
    tolerant: readonly SparsityRow[],
  ): void => {
    if (rows.length === 0) return;
    console.log(`\n${title}`);
    console.log(
      formatTable(
        rows.map((row, i) => ({
          [column]: row.name,
          weights: row.parameters.toLocaleString('en'),
          exact: percent(row.sparsity),
          '1e-5': percent(tolerant[i]!.sparsity),
          'mean of tensors': percent(row.tensorMean),
        })),
      ),
    );
  };
  table('By layer', 'layer', sparsityByLayer(found, 'exact'), sparsityByLayer(found, '1e-5'));
  table('By matrix', 'matrix', sparsityByMatrix(found, 'exact'), sparsityByMatrix(found, '1e-5'));
  if (options.rank) console.log(`\nMean rank of the updates: ${percent(meanRank(found))} of full rank`);
  for (const [side, only] of [
    ['base', found.onlyInBase],
    ['tuned', found.onlyInTuned],
  ] as const) {
    if (only.length > 0) console.log(`\nOnly in the ${side} model, not compared: ${only.join(', ')}`);
  }
  let overlap = null;
  if (options.other !== undefined) {
    await using second = await openSafetensors(options.other);
    overlap = await withProgress('overlap', (onProgress) => compareUpdates(from, to, second, { signal, onProgress }));
    console.log('\nOverlap of the two updates');
    console.log(
      formatTable([
        {
          update: tuned,
          weights: overlap.updated1.toLocaleString('en'),
          'also in the other': percent(overlap.o1),
          chance: percent(overlap.chance1),
        },
        {
          update: options.other,
          weights: overlap.updated2.toLocaleString('en'),
          'also in the other': percent(overlap.o2),
          chance: percent(overlap.chance2),
        },
      ]),
    );
    console.log(`Jaccard ${percent(overlap.jaccard)} (chance ${percent(overlap.chanceJaccard)})`);
  }
  if (options.json !== undefined)
    await writeFileAtomic(options.json, `${JSON.stringify({ ...found, overlap }, null, 2)}\n`);
}

interface EvalOptions {
  readonly data: string;
  readonly question: string;
  readonly answer: string;
  readonly template?: string;
  readonly reward: string;
  readonly problems: number;
  readonly samples: number;
  readonly temperature: number;
  readonly maxTokens?: number;
  readonly device?: 'cpu' | 'cuda';
}

async function evaluate(folder: string, options: EvalOptions): Promise<void> {
  const { data, question, answer, template, problems: most, samples, temperature, device } = options;
  const reward: RewardConfig =
    options.reward === 'numeric' || options.reward === 'exact' ? options.reward : { file: options.reward };
  const source = { path: data, columns: { prompt: question, answer }, ...(template !== undefined && { template }) };
  await using rows = await openRows(data);
  const dataset = await problemsOf(rows, source, reward);
  const tokenizer = await Tokenizer.load(folder);
  const model = await loadModel(folder, { device });
  const judged = await rewardsOf(reward);
  const maxCompletionLength = options.maxTokens ?? Math.min(256, Math.floor(model.config.maxPositions / 2));
  const count = Math.min(most, dataset.length);
  const progress = new Progress({ label: 'problems' });
  let sum = 0;
  const batch = 32;
  for (let from = 0; from < count; from += batch) {
    const size = Math.min(batch, count - from);
    const problems = await Promise.all(Array.from({ length: size }, (_, i) => dataset.get(from + i, 0)));
    const mean = await evaluateReward(model, problems, judged, {
      tokenizer,
      samples,
      temperature,
      maxCompletionLength,
      seed: from,
    });
    sum += mean * size;
    progress.update(from + size, count, { reward: sum / (from + size) });
  }
  progress.end();
  console.log(`mean reward over ${count} problems, ${samples} completions each: ${(sum / count).toFixed(4)}`);
  model.dispose();
}

const trainHelp = `
A configuration (YAML; TypeScript and JSON work too):

  algorithm: grpo            # or sft dpo cpo simpo orpo kto reward rloo reinforce++ ppo prime
  model: Qwen2.5-0.5B        # a folder downloaded from Hugging Face
  output: runs/math
  steps: 200
  data: { path: gsm8k/train.jsonl, columns: { prompt: question, answer: answer } }
  reward: numeric            # the last number of a completion is the answer; or exact, { model: runs/reward/model },
                             # { file: short.ts }, or several: [{ name: numeric, weight: 2 }, { file: short.ts }]
  evaluate: { path: gsm8k/test.jsonl, every: 50, problems: 100 }
  options: { lr: 1.0e-6, promptsPerStep: 8, numGenerations: 8, maxCompletionLength: 256 }
  # options: { schedule: { kind: cosine, warmup: 10 } }   # or linear (to 0, the default), wsd, constant
  # publish: { folder: runs/math/weights }       # every step's weights, as patches, for another process to follow
  # train a subnetwork alone: one of
  # subnetwork: { tuned: runs/first/model }      # what an earlier run moved
  # subnetwork: { patch: p.safetensors }         # what a patch moves
  # subnetwork: { random: 0.01 }                 # a share of each tensor
  # subnetwork: { smallest: 0.2 }                # the smallest weights
  # subnetwork: { lr: 1.0e-6 }                   # what that learning rate can move in bf16

A reward of your own, short.ts, gets all completions of a step; \`row\` is the line of the data they answer:

  export default (samples) => samples.map(({ text, tokens, row }) => (tokens.length <= row.limit ? 1 : 0));

Examples:
  tessera rl train math.yaml
  tessera rl train math.yaml --set options.lr=2e-6 --set output=runs/math2`;

export function rlCommand(): Command {
  const rl = new Command('rl').description('Reinforcement learning of language models, and the subnetworks it moves.');
  rl.addCommand(initCommand());
  rl.command('train')
    .description(
      'Finetune a model by reinforcement, preferences or examples. Running it again goes on where it stopped.',
    )
    .argument('<config>', 'YAML, JSON or TypeScript file')
    .option('--set <key=value>', 'take precedence over the file (repeatable)', repeated)
    .addHelpText('after', trainHelp)
    .action(async (path: string, { set = [] }: { set?: string[] }) => {
      const config = await loadConfig(path, rlConfig, { set });
      await interruptible((signal) => trainFromConfig(config, signal));
    });
  rl.command('eval')
    .description('Mean reward of a model on problems with answers.')
    .argument('<model>', 'model folder')
    .requiredOption('--data <path>', 'problems: JSON Lines or parquet')
    .option('--question <column>', 'column of the problem', 'question')
    .option('--answer <column>', 'column of the answer', 'answer')
    .option('--template <text>', 'makes the prompt; {prompt} stands for the problem')
    .option('--reward <name>', 'how an answer is judged: numeric, exact, or a module of your own', 'numeric')
    .option('--problems <number>', 'at most', wholeNumber(1), 200)
    .option('--samples <number>', 'completions of each', wholeNumber(1), 1)
    .option('--temperature <number>', '0 takes the likeliest token', realNumber(0), 0)
    .option('--max-tokens <number>', "of a completion; default: 256, or half of the model's positions", wholeNumber(1))
    .addOption(new Option('--device <name>', 'where to run').choices(['cpu', 'cuda']))
    .addHelpText('after', '\nExample:\n  tessera rl eval runs/math/model --data gsm8k/test.jsonl --problems 100')
    .action(evaluate);
  rl.command('sparsity')
    .description('Which weights differ between two models, overall, by layer and by kind of matrix. Streams: any size.')
    .argument('<base>', "model folder in Hugging Face's layout, or a safetensors file")
    .argument('<tuned>', 'the same model after training')
    .option('--other <model>', 'another update of the base: how far both move the same weights')
    .option('--rank', "also the rank of every matrix's update (holds a matrix in memory; cubic work)")
    .option('--json <file>', 'write every number there')
    .addHelpText(
      'after',
      '\nExamples:\n  tessera rl sparsity Qwen2.5-0.5B runs/math/model\n  tessera rl sparsity base tuned --other tuned-2 --rank --json sparsity.json',
    )
    .action((base: string, tuned: string, options: SparsityOptions) =>
      interruptible((signal) => reportSparsity(base, tuned, options, signal), { resumes: false }),
    );
  return rl;
}
