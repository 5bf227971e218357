/** Every trainer on a model of a few thousand parameters: it learns, micro-batches change nothing, memory stays where it was. */
import { arrayDataset } from '@tessera/data';
import { constant } from '@tessera/optim';
import {
  CpoTrainer,
  DpoTrainer,
  GrpoTrainer,
  KtoTrainer,
  OrpoTrainer,
  PpoTrainer,
  PrimeTrainer,
  ReinforceTrainer,
  RlooTrainer,
  SftTrainer,
  SimpoTrainer,
  type Trainer,
  type TrainerOptions,
  taskDataset,
} from '@tessera/rl';
import { defaultDevice } from '@tessera/tensor';
import { describe, expect, test } from 'vitest';
import { largestDifference, partly, preferences, shortLists, tinyModel, unpaired, valuesOf } from './support.js';

const rollouts = {
  dataset: taskDataset(shortLists, { seed: 3 }),
  rewards: partly,
  promptsPerStep: 4,
  numGenerations: 4,
  maxCompletionLength: 4,
  onWarning: () => {},
};
type Common = Pick<TrainerOptions, 'model' | 'steps' | 'lr' | 'microBatchSize' | 'schedule'>;
const pairs = { dataset: arrayDataset(preferences(16)), batchSize: 6 };

const trainers: Readonly<Record<string, (o: Common) => Trainer>> = {
  sft: (o) =>
    new SftTrainer({
      ...o,
      dataset: arrayDataset(preferences(16).map(({ prompt, chosen }) => ({ prompt, completion: chosen }))),
      batchSize: 6,
    }),
  dpo: (o) => new DpoTrainer({ ...o, ...pairs }),
  'dpo, several losses, WPO': (o) =>
    new DpoTrainer({
      ...o,
      ...pairs,
      useWeighting: true,
      loss: { lossType: ['sigmoid', 'bco_pair'], lossWeights: [0.8, 0.2], ldAlpha: 0.5 },
    }),
  cpo: (o) => new CpoTrainer({ ...o, ...pairs }),
  simpo: (o) => new SimpoTrainer({ ...o, ...pairs }),
  orpo: (o) => new OrpoTrainer({ ...o, ...pairs }),
  kto: (o) => new KtoTrainer({ ...o, dataset: arrayDataset(unpaired(16)), batchSize: 6 }),
  grpo: (o) => new GrpoTrainer({ ...o, ...rollouts }),
  'grpo with KL, several updates': (o) =>
    new GrpoTrainer({
      ...o,
      ...rollouts,
      numIterations: 2,
      updatesPerIteration: 2,
      loss: { beta: 0.04, lossType: 'grpo', entropyCoef: 0.01 },
    }),
  'grpo, tokens of high entropy': (o) =>
    new GrpoTrainer({ ...o, ...rollouts, loss: { topEntropyQuantile: 0.4, entropyCoef: 0.05 } }),
  gspo: (o) => new GrpoTrainer({ ...o, ...rollouts, loss: { lossType: 'grpo', importanceSamplingLevel: 'sequence' } }),
  rloo: (o) => new RlooTrainer({ ...o, ...rollouts }),
  'reinforce++': (o) => new ReinforceTrainer({ ...o, ...rollouts }),
  remax: (o) => new ReinforceTrainer({ ...o, ...rollouts, baseline: 'greedy', klCoef: 0 }),
  ppo: (o) => new PpoTrainer({ ...o, ...rollouts, klCoef: 0.05, adaptiveKl: {}, numIterations: 2, lam: 0.95 }),
  prime: (o) => new PrimeTrainer({ ...o, ...rollouts }),
};

describe.each(Object.entries(trainers))('%s', (_name, make) => {
  test('changes the weights by what it reports, and leaves memory as it was', async () => {
    using model = tinyModel();
    const before = await valuesOf(model);
    const trainer = make({ model, steps: 4, lr: 1e-3, schedule: constant() });
    const live: number[] = [];
    for await (const { metrics } of trainer.steps()) {
      for (const [name, value] of Object.entries(metrics)) expect(value, name).not.toBeNaN();
      expect(metrics).toHaveProperty('loss');
      await defaultDevice().synchronize();
      live.push(defaultDevice().memory().live);
    }
    expect(live[3]).toBe(live[1]);
    expect(largestDifference(await valuesOf(model), before)).toBeGreaterThan(1e-4);
    await trainer.close();
  });

  test('micro-batches add up to the batch', async () => {
    const after = async (microBatchSize?: number): Promise<Float32Array> => {
      using model = tinyModel();
      // SGD's step is the gradient itself.
      const options = { model, steps: 1, lr: 0.1, optimizer: 'sgd', schedule: constant(), clipNorm: null } as const;
      await using trainer = make({ ...options, ...(microBatchSize && { microBatchSize }) });
      await trainer.finish();
      return valuesOf(model);
    };
    const [whole, parts] = [await after(), await after(2)];
    using start = tinyModel();
    const moved = largestDifference(whole, await valuesOf(start));
    expect(moved).toBeGreaterThan(1e-5);
    expect(largestDifference(whole, parts)).toBeLessThan(1e-4 * moved + 1e-7);
  });
});
