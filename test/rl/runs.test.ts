/** Runs of trainers: stopped, killed and resumed bit for bit; averages, evaluation, warnings, what is kept in the folder. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { arrayDataset } from '@tessera/data';
import { constant } from '@tessera/optim';
import {
  DpoTrainer,
  type DpoTrainerOptions,
  evaluateReward,
  exactTokens,
  GrpoTrainer,
  type GrpoTrainerOptions,
  type ListProblem,
  overlongPenalty,
  PpoTrainer,
  problemsOf,
  Scoring,
  SftTrainer,
  taskDataset,
} from '@tessera/rl';
import { noGrad, scope } from '@tessera/tensor';
import { readCompletions, readMetrics } from '@tessera/train';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { largestDifference, partly, preferences, shortLists, tinyModel, valuesOf } from './support.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rl-run-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function options(extra: Partial<GrpoTrainerOptions<ListProblem>> = {}): Omit<GrpoTrainerOptions<ListProblem>, 'model'> {
  return {
    dataset: taskDataset(shortLists, { seed: 3 }),
    rewards: partly,
    promptsPerStep: 4,
    numGenerations: 4,
    maxCompletionLength: 4,
    steps: 6,
    lr: 3e-3,
    onWarning: () => {},
    ...extra,
  };
}

test.each([
  ['f32', {}],
  ['bf16 with a master copy, KL, EMA', { precision: 'master', loss: { beta: 0.04 }, ema: 0.9, numIterations: 2 }],
  ['dynamic sampling', { dynamicSampling: { maxRounds: 3 } }],
] as const)('a stopped run goes on bit for bit: %s', async (name, extra) => {
  const dtype = name.startsWith('bf16') ? 'bf16' : 'f32';
  using whole = tinyModel({ dtype });
  await using uninterrupted = new GrpoTrainer({ ...options(extra), model: whole });
  await uninterrupted.finish();

  using first = tinyModel({ dtype });
  await using begun = new GrpoTrainer({ ...options(extra), model: first, folder });
  const abort = new AbortController();
  await expect(async () => {
    for await (const { step } of begun.steps({ signal: abort.signal }))
      if (step === 3) abort.abort(new Error('enough'));
  }).rejects.toThrow('enough');

  // Other first weights: everything must come from the checkpoint, the reference model included.
  using second = tinyModel({ dtype, seed: 99 });
  await using resumed = new GrpoTrainer({ ...options(extra), model: second, folder });
  const report = await resumed.finish();
  expect(report!.step).toBe(6);
  expect(await valuesOf(second)).toEqual(await valuesOf(whole));
});

test('PPO resumes its value model too', async () => {
  const make = (model: ReturnType<typeof tinyModel>, own?: string) =>
    new PpoTrainer({ ...options({ steps: 4 }), model, klCoef: 0.05, adaptiveKl: {}, ...(own && { folder: own }) });
  using whole = tinyModel();
  await using uninterrupted = make(whole);
  await uninterrupted.finish();
  using first = tinyModel();
  await using begun = make(first, folder);
  for await (const { step } of begun.steps()) if (step === 2) break;
  using second = tinyModel();
  await using resumed = make(second, folder);
  await resumed.finish();
  expect(await valuesOf(second)).toEqual(await valuesOf(whole));
  const weights = (m: PpoTrainer<ListProblem>) => m.valueModel.score.weight.data();
  expect(await weights(resumed)).toEqual(await weights(uninterrupted));
});

test('a run that is killed at any moment goes on bit for bit', async () => {
  const victim = fileURLToPath(new URL('./victim.mjs', import.meta.url));
  const run = (own: string, killAfter?: number) =>
    new Promise<string>((resolve, reject) => {
      const child = spawn(process.execPath, [victim, own], { stdio: ['ignore', 'pipe', 'inherit'] });
      let output = '';
      child.stdout.on('data', (data) => {
        output += String(data);
        const steps = output.split('step').length - 1;
        if (killAfter !== undefined && steps >= killAfter) child.kill('SIGKILL');
      });
      child.on('error', reject);
      child.on('close', () => resolve(output));
    });
  const whole = await run(join(folder, 'whole'));
  await run(join(folder, 'killed'), 3);
  await run(join(folder, 'killed'), 4);
  const resumed = await run(join(folder, 'killed'));
  const digest = (output: string) => /digest (\w+)/.exec(output)![1];
  expect(digest(resumed)).toBe(digest(whole));
  const metrics = async (name: string) =>
    (await readMetrics(join(folder, name, 'metrics.jsonl'))).map(({ step, metrics: m }) => [step, m.reward, m.loss]);
  expect(await metrics('killed')).toEqual(await metrics('whole'));
});

test('rollouts have the log-probabilities that training computes, to the bit', async () => {
  for (const dtype of ['f32', 'bf16'] as const) {
    using model = tinyModel({ dtype });
    await using trainer = new GrpoTrainer({
      ...options({ temperature: 0.7, steps: 2, loss: { entropyCoef: 1e-3 } }),
      model,
    });
    for await (const { metrics } of trainer.steps()) expect(metrics['sampling/logp_difference_max']).toBe(0);
  }
});

test('gradient checkpointing changes no bit', async () => {
  const after = async (gradientCheckpointing: boolean) => {
    using model = tinyModel();
    await using trainer = new GrpoTrainer({ ...options({ gradientCheckpointing, steps: 2 }), model });
    await trainer.finish();
    return valuesOf(model);
  };
  expect(await after(true)).toEqual(await after(false));
});

test('evaluation sees the averaged weights, training its own', async () => {
  using model = tinyModel();
  const seen: Float32Array[] = [];
  await using trainer = new SftTrainer({
    model,
    dataset: arrayDataset(preferences(8).map(({ prompt, chosen }) => ({ prompt, completion: chosen }))),
    steps: 3,
    lr: 1e-2,
    ema: 0.5,
    evaluate: {
      every: 3,
      run: async () => {
        seen.push(await valuesOf(model));
        return { 'eval/one': 1 };
      },
    },
  });
  const report = await trainer.finish();
  expect(report!.metrics['eval/one']).toBe(1);
  const own = await valuesOf(model);
  expect(seen[0]).not.toEqual(own);
});

test('sft learns a task that greedy decoding then solves', async () => {
  using model = tinyModel();
  const rows = problemsOf(shortLists, 100, 1);
  await using trainer = new SftTrainer({
    model,
    dataset: arrayDataset(rows.map(({ prompt, answer }) => ({ prompt, completion: answer }))),
    batchSize: 32,
    steps: 150,
    lr: 1e-2,
    schedule: constant(),
  });
  await trainer.finish();
  const accuracy = await evaluateReward(model, rows, exactTokens(), { maxCompletionLength: 4 });
  expect(accuracy).toBeGreaterThan(0.9);
  const { eval_loss: loss } = await trainer.evaluateLoss(
    arrayDataset([{ prompt: rows[0]!.prompt, completion: rows[0]!.answer }]),
  );
  expect(loss).toBeLessThan(0.5);
});

test('grpo raises the reward, dpo the margin', async () => {
  using policy = tinyModel();
  await using grpo = new GrpoTrainer({
    ...options({ steps: 40, promptsPerStep: 8, numGenerations: 8, lr: 1e-2 }),
    model: policy,
  });
  const rewards: number[] = [];
  for await (const { metrics } of grpo.steps()) rewards.push(metrics.reward!);
  const mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length;
  expect(mean(rewards.slice(-5))).toBeGreaterThan(mean(rewards.slice(0, 5)) + 0.2);

  using model = tinyModel();
  await using dpo = new DpoTrainer({
    model,
    dataset: arrayDataset(preferences(32)),
    batchSize: 16,
    steps: 20,
    lr: 1e-2,
  });
  const margins: number[] = [];
  for await (const { metrics } of dpo.steps()) margins.push(metrics['rewards/margins']!);
  expect(margins[0]).toBeCloseTo(0, 5);
  expect(margins.at(-1)).toBeGreaterThan(0.1);
});

test('completions at the length limit are warned of once, masked on request, and kept in the folder', async () => {
  using model = tinyModel();
  const warnings: string[] = [];
  await using trainer = new GrpoTrainer({
    ...options({ maxCompletionLength: 2, steps: 3, maskTruncatedCompletions: true, logCompletionsEvery: 2 }),
    rewards: [partly, overlongPenalty({ maxLength: 2, buffer: 1, weight: 0.5 })],
    model,
    folder,
    onWarning: (message) => warnings.push(message),
  });
  await trainer.finish();
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(/of the completions of step 1 ran into maxCompletionLength 2/);
  const kept = await readCompletions(join(folder, 'completions.jsonl'));
  expect(new Set(kept.map(({ step }) => step))).toEqual(new Set([1, 3]));
  expect(kept[0]).toHaveProperty(['rewards/overlong']);
  const config = await readFile(join(folder, 'metrics.jsonl'), 'utf8');
  expect(config).toContain('completions/clipped_ratio');
});

test('dpo with reference log-probabilities of columns is dpo with the reference model', async () => {
  using start = tinyModel();
  const rows = preferences(8);
  const sums = async (side: 'chosen' | 'rejected') => {
    const scoring = new Scoring(rows.map((row) => ({ ids: [...row.prompt, ...row[side]], from: row.prompt.length })));
    return noGrad(() => scope(() => scoring.logProbs(start).logProbs.sum({ dim: -1 }))).data();
  };
  const [chosen, rejected] = [await sums('chosen'), await sums('rejected')];
  const columns = rows.map((row, i) => ({ ...row, ref_chosen_logps: chosen[i]!, ref_rejected_logps: rejected[i]! }));
  const after = async (extra: Partial<DpoTrainerOptions>) => {
    using model = tinyModel();
    const dataset = arrayDataset(columns);
    await using trainer = new DpoTrainer({ model, dataset, steps: 3, lr: 1e-2, ...extra });
    await trainer.finish();
    return valuesOf(model);
  };
  expect(largestDifference(await after({ referenceModel: 'columns' }), await after({}))).toBeLessThan(1e-5);
  await expect(after({ referenceModel: 'columns', dataset: arrayDataset(rows) })).rejects.toThrow(
    /lacks ref_chosen_logps/,
  );
});

test('an adaptive entropy bonus grows while the entropy is below its target', async () => {
  const grown = async (target: number) => {
    using model = tinyModel();
    const adaptiveEntropy = { target, delta: 0.5, max: 10 };
    await using trainer = new GrpoTrainer({ ...options({ steps: 6, adaptiveEntropy }), model });
    return (await trainer.finish())!.metrics.entropy!;
  };
  expect(await grown(100)).toBeGreaterThan((await grown(0)) + 0.01);
});

test('options are checked by name', () => {
  using model = tinyModel();
  const make = (extra: object) => () => new GrpoTrainer({ ...options(), model, ...extra });
  expect(make({ learningRate: 1 })).toThrow(/GrpoTrainer: there is no option 'learningRate'/);
  expect(make({ numGeneration: 4 })).toThrow(/Did you mean numGenerations\?/);
  expect(make({ promptsPerStep: 0 })).toThrow(/promptsPerStep must be a whole number from 1 on; got 0/);
  expect(make({ rewards: [partly, partly] })).toThrow(/names of their own; got partly, partly/);
  expect(make({ optimizer: 'adam' })).toThrow(/optimizer is unknown; got adam; expected adamw, /);
  expect(make({ optimizer: 'sgd', betas: [0.9, 0.99] })).toThrow(/sgd has no option betas/);
  expect(
    () =>
      new DpoTrainer({
        model,
        dataset: arrayDataset(preferences(4)),
        steps: 1,
        loss: { lossType: 'aot' },
        microBatchSize: 2,
      }),
  ).toThrow(/aot sorts the whole batch/);
});
