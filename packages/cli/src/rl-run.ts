/**
 * A reinforcement or finetuning run from a configuration: what `tessera rl train` reads, checks and puts together. What the
 * configuration's `options` may hold is what the algorithm's trainer takes; it names what it does not know.
 */
import { join } from 'node:path';
import {
  checkedRows,
  type Dataset,
  type Json,
  makeFolder,
  mapDataset,
  openRows,
  openSafetensors,
  type Row,
  type RowFormat,
  Tokenizer,
} from '@tessera/data';
import { type DecoderLM, savePretrained } from '@tessera/models';
import { flatParameters } from '@tessera/nn';
import type { FlatParameters, Subnetwork } from '@tessera/optim';
import {
  aprioriSubnetwork,
  CpoTrainer,
  DpoTrainer,
  type EvaluateOptions,
  evaluateReward,
  flatWeights,
  GrpoTrainer,
  KtoTrainer,
  OrpoTrainer,
  PpoTrainer,
  PrimeTrainer,
  ReinforceTrainer,
  type Reward,
  RewardTrainer,
  RlooTrainer,
  randomSubnetwork,
  ScalarModel,
  SftTrainer,
  SimpoTrainer,
  saveRewardModel,
  subnetworkBetween,
  subnetworkOfPatch,
  type Trainer,
  WeightPublisher,
} from '@tessera/rl';
import { Generator, nearestName } from '@tessera/tensor';
import { ConfigError, formatTable, Progress, readCompletions, z } from '@tessera/train';
import {
  type DataConfig,
  dataConfig,
  filled,
  type Problem,
  problemsOf,
  rewardConfig,
  rewardsOf,
} from './rl-rewards.js';
import { loadModel } from './with-progress.js';

const offline = {
  sft: { trainer: SftTrainer, format: 'examples' },
  dpo: { trainer: DpoTrainer, format: 'preference' },
  cpo: { trainer: CpoTrainer, format: 'preference' },
  simpo: { trainer: SimpoTrainer, format: 'preference' },
  orpo: { trainer: OrpoTrainer, format: 'preference' },
  kto: { trainer: KtoTrainer, format: 'unpaired' },
  reward: { trainer: RewardTrainer, format: 'preference' },
} as const;
const onPolicy = {
  grpo: GrpoTrainer,
  rloo: RlooTrainer,
  'reinforce++': ReinforceTrainer,
  ppo: PpoTrainer,
  prime: PrimeTrainer,
} as const;

const algorithms = [...Object.keys(offline), ...Object.keys(onPolicy)] as (
  | keyof typeof offline
  | keyof typeof onPolicy
)[];

export const rlConfig = z.strictObject({
  algorithm: z.enum(algorithms),
  /** Folder in Hugging Face's layout. */
  model: z.string(),
  /** Folder of the run; the trained model is in its `model`. */
  output: z.string(),
  steps: z.int().min(1),
  data: dataConfig,
  /** On-policy algorithms: what is rewarded, or several whose weighted sum is. */
  reward: rewardConfig.default('numeric'),
  dtype: z.enum(['bf16', 'f32']).optional(),
  device: z.enum(['cpu', 'cuda']).optional(),
  seed: z.int().min(0).default(0),
  checkpointEvery: z.int().min(1).default(50),
  /** Greedy reward on other problems, on the way and at the end. */
  evaluate: z
    .strictObject({ path: z.string(), every: z.int().min(1), problems: z.int().min(1).default(100) })
    .nullish(),
  /** Weights of every step for other processes, which `followWeights` reads: patches, with all weights now and then. */
  publish: z.strictObject({ folder: z.string(), anchorEvery: z.int().min(1).default(10) }).optional(),
  /** Train these parameters alone: see the names of `tessera rl train --help`. */
  subnetwork: z
    .union([
      z.strictObject({ patch: z.string() }),
      z.strictObject({
        tuned: z.string(),
        mode: z.enum(['bitwise', 'tolerance', 'relative']).default('bitwise'),
        tolerance: z.number().min(0).default(0),
      }),
      z.strictObject({ random: z.number().min(0).max(1) }),
      z.strictObject({ smallest: z.number().min(0).max(1), scope: z.enum(['global', 'tensor']).default('global') }),
      z.strictObject({ lr: z.number().positive(), steps: z.number().positive().default(1) }),
    ])
    .optional(),
  /** Options of the trainer, such as `lr`, `batchSize`, `numGenerations`, `maxCompletionLength`, `loss`. */
  options: z.record(z.string(), z.unknown()).default({}),
});

export type RlConfig = z.output<typeof rlConfig>;

/** What `options` may not say, for the configuration has keys of its own for it. */
const ownKeys = {
  model: 'model',
  tokenizer: 'model',
  dataset: 'data',
  steps: 'steps',
  seed: 'seed',
  folder: 'output',
  checkpointEvery: 'checkpointEvery',
  rewards: 'reward',
  rewardModel: 'model',
  subnetwork: 'subnetwork',
  evaluate: 'evaluate',
} as const;

/** Trains what a configuration says. The same configuration and folder go on where a run was stopped. */
export async function trainFromConfig(config: RlConfig, signal: AbortSignal): Promise<void> {
  checkTrainerOptions(config);
  const tokenizer = await Tokenizer.load(config.model);
  await using rows = await openRows(config.data.path);
  await using evaluated = config.evaluate ? await openRows(config.evaluate.path) : null;
  const rewards = config.algorithm in onPolicy ? await rewardsOf(config.reward) : [];
  await makeFolder(config.output);
  const model = await loadModel(config.model, config);
  const subnetwork = await subnetworkOf(config, model);
  if (subnetwork !== undefined) {
    console.log(
      `subnetwork: ${subnetwork.active.toLocaleString('en')} parameters, ${(100 * subnetwork.density).toFixed(2)} %`,
    );
  }
  const scored = config.algorithm === 'reward' ? new ScalarModel(model) : null;
  const trainer = await trainerOf(config, { model, tokenizer, subnetwork, scored, rows, evaluated, rewards });
  try {
    const { publish } = config;
    const publisher = publish && (await WeightPublisher.open(publish.folder, { anchorEvery: publish.anchorEvery }));
    const weights = flatWeights(trainer.learner.flats[0]!);
    for await (const { step } of trainer.steps({ signal })) await publisher?.publish(step, weights);
    const folder = join(config.output, 'model');
    await trainer.learner.withAverage(() =>
      scored === null ? savePretrained(folder, model, { tokenizer }) : saveRewardModel(folder, scored, { tokenizer }),
    );
    await showCompletions(config.output);
    console.log(`${folder}: the trained model. Which weights moved: tessera rl sparsity ${config.model} ${folder}`);
  } finally {
    await trainer.close();
    subnetwork?.dispose();
    model.dispose();
  }
}

/** Refuses what the trainer would refuse, before the model is read. */
function checkTrainerOptions({ algorithm, options, steps }: RlConfig): void {
  const trainer: Pick<typeof Trainer, 'optionNames' | 'checkValues'> =
    algorithm in offline
      ? offline[algorithm as keyof typeof offline].trainer
      : onPolicy[algorithm as keyof typeof onPolicy];
  const known = trainer.optionNames.filter((name) => !Object.hasOwn(ownKeys, name));
  const problems = Object.keys(options).flatMap((name) => {
    const key = `options.${name}`;
    if (Object.hasOwn(ownKeys, name))
      return { key, problem: `is the configuration's ${ownKeys[name as keyof typeof ownKeys]}.` };
    if (known.includes(name)) return [];
    const meant = nearestName(name, known);
    const hint = meant === undefined ? `Known: ${known.join(', ')}.` : `Did you mean ${meant}?`;
    return { key, problem: `${algorithm} has no such option. ${hint}` };
  });
  if (problems.length > 0) throw new ConfigError('configuration', problems);
  trainer.checkValues('options', { ...options, steps });
}

/** What the model wrote last, as a table. */
async function showCompletions(folder: string): Promise<void> {
  const all = await readCompletions(join(folder, 'completions.jsonl'));
  const last = all.at(-1);
  if (last === undefined) return;
  const shown = all.filter(({ step }) => step === last.step).slice(0, 5);
  console.log(`completions of step ${last.step} (${join(folder, 'completions.jsonl')} has more):`);
  console.log(formatTable(shown, { columns: ['prompt', 'completion', 'reward'], maxWidth: 48 }));
}

interface RunParts {
  readonly model: DecoderLM;
  readonly tokenizer: Tokenizer;
  readonly subnetwork: Subnetwork | undefined;
  /** The model that is trained as a reward model. */
  readonly scored: ScalarModel | null;
  readonly rows: Dataset<Row>;
  readonly evaluated: Dataset<Row> | null;
  readonly rewards: readonly Reward<Problem>[];
}

async function trainerOf(config: RlConfig, parts: RunParts): Promise<Trainer> {
  const { algorithm, seed, steps, output, checkpointEvery, options, evaluate } = config;
  const { model, tokenizer, subnetwork, scored, rows, evaluated, rewards } = parts;
  // where it is written and how often is no part of what is computed
  const { output: _, checkpointEvery: __, publish: ___, ...compared } = config;
  const common = {
    model,
    tokenizer,
    steps,
    seed,
    folder: output,
    checkpointEvery,
    config: JSON.parse(JSON.stringify(compared)) as Json,
    progress: new Progress({ label: algorithm }),
    onWarning: (message: string) => console.error(`warning: ${message}`),
    ...(subnetwork && { subnetwork }),
  };
  if (algorithm in offline) {
    const { trainer, format } = offline[algorithm as keyof typeof offline];
    const found = format === 'examples' ? await exampleFormat(rows, config.data) : format;
    const dataset = mapDataset(checkedRows(rows, found, columnsOf(config.data)), (row) =>
      withTemplate(row, config.data),
    );
    return new trainer({
      ...common,
      dataset: dataset as never,
      ...(scored && { rewardModel: scored }),
      ...options,
    } as never);
  }
  // Evaluated answers end where those end that are trained on.
  const { maxCompletionLength = 512, stopTokens, stopStrings } = options as Partial<EvaluateOptions>;
  const sampling = {
    tokenizer,
    maxCompletionLength,
    ...(stopTokens !== undefined && { stopTokens }),
    ...(stopStrings !== undefined && { stopStrings }),
  };
  const problems =
    evaluated && (await firstProblems(await problemsOf(evaluated, config.data, config.reward), evaluate!.problems));
  const Kind = onPolicy[algorithm as keyof typeof onPolicy] as typeof GrpoTrainer<Problem>;
  return new Kind({
    ...common,
    show: ['reward', 'eval/reward', 'completions/mean_length'],
    dataset: await problemsOf(rows, config.data, config.reward),
    rewards,
    logCompletionsEvery: checkpointEvery,
    ...(problems && {
      evaluate: {
        every: evaluate!.every,
        run: async () => ({ 'eval/reward': await evaluateReward(model, problems, rewards, sampling) }),
      },
    }),
    ...options,
  });
}

function firstProblems<Row>(dataset: Dataset<Row>, most: number): Promise<Row[]> {
  const count = Math.min(most, dataset.length);
  return Promise.all(Array.from({ length: count }, (_, i) => dataset.get(i, 0)));
}

/** What supervised rows hold: conversations (`messages`), plain `text`, or a `prompt` with a `completion`. */
async function exampleFormat(rows: Dataset<Row>, { columns = {} }: DataConfig): Promise<RowFormat> {
  if (rows.length === 0) return 'promptCompletion'; // the trainer says so
  const row = await rows.get(0, 0);
  const has = (column: string): boolean => (columns[column] ?? column) in row;
  return has('messages') ? 'conversation' : has('text') && !has('prompt') ? 'text' : 'promptCompletion';
}

function columnsOf({ columns }: DataConfig) {
  return columns === undefined ? {} : { columns };
}

function withTemplate<T extends object>(row: T, source: DataConfig): T {
  return 'prompt' in row && typeof row.prompt === 'string' ? { ...row, prompt: filled(source, row.prompt) } : row;
}

async function subnetworkOf(config: RlConfig, model: DecoderLM): Promise<Subnetwork | undefined> {
  const chosen = config.subnetwork;
  if (chosen === undefined) return undefined;
  const [flat] = flatParameters(model, { gradDType: 'f32' }) as readonly FlatParameters[] as [FlatParameters];
  if ('patch' in chosen) return subnetworkOfPatch(flat, chosen.patch);
  if ('random' in chosen)
    return randomSubnetwork(flat, chosen.random, { scope: 'tensor', generator: new Generator(config.seed) });
  if ('smallest' in chosen) return aprioriSubnetwork(flat, { density: chosen.smallest, scope: chosen.scope });
  if ('lr' in chosen) return aprioriSubnetwork(flat, { lr: chosen.lr, steps: chosen.steps });
  await using base = await openSafetensors(config.model);
  await using tuned = await openSafetensors(chosen.tuned);
  const { mode, tolerance } = chosen;
  return await subnetworkBetween(flat, base, tuned, mode === 'bitwise' ? { mode } : { mode, tolerance });
}
