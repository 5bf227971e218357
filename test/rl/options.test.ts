/** What trainers are given and cannot use: it is said before anything is computed, with what was expected. */
import { arrayDataset } from '@tessera/data';
import { flatParameters } from '@tessera/nn';
import { cosine, linearDecay, warmup } from '@tessera/optim';
import {
  CpoTrainer,
  chatOptions,
  DpoTrainer,
  dpoLoss,
  GrpoTrainer,
  type GrpoTrainerOptions,
  groupAdvantages,
  grpoLoss,
  KtoTrainer,
  Learner,
  type ListProblem,
  PpoTrainer,
  PrimeTrainer,
  perSample,
  ppoPolicyLoss,
  ReinforceTrainer,
  type Reward,
  RewardTrainer,
  RlError,
  RlooTrainer,
  randomSubnetwork,
  rlooAdvantages,
  rollout,
  SftTrainer,
  taskDataset,
} from '@tessera/rl';
import { defaultDevice } from '@tessera/tensor';
import { describe, expect, test } from 'vitest';
import { partly, preferences, shortLists, tinyModel, unpaired } from './support.js';

const rollouts = {
  dataset: taskDataset(shortLists, { seed: 3 }),
  rewards: partly,
  promptsPerStep: 2,
  numGenerations: 2,
  maxCompletionLength: 3,
  steps: 2,
  onWarning: () => {},
};
const pairs = { dataset: arrayDataset(preferences(4)), steps: 1 };
const score = (give: () => unknown): Reward<ListProblem> => ({
  name: 'mine',
  score: (samples) => samples.map(() => give() as number),
});

async function failure(body: () => unknown): Promise<string> {
  try {
    await body();
    return 'none';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('options', () => {
  // biome-ignore lint/suspicious/noExplicitAny: what a caller without types may pass
  const cases: [string, (options: any) => unknown, object, RegExp][] = [
    [
      'loss',
      (o) => new GrpoTrainer(o),
      { loss: { lossType: 'dappo' } },
      /lossType is unknown; got dappo; expected grpo/,
    ],
    [
      'key of the loss',
      (o) => new GrpoTrainer(o),
      { loss: { losType: 'dapo' } },
      /no option 'losType'. Did you mean lossType/,
    ],
    [
      'type of a loss option',
      (o) => new PpoTrainer(o),
      { loss: { clipLow: '0.2' } },
      /clipLow must be a number; got "0.2"/,
    ],
    ['NaN', (o) => new PpoTrainer(o), { loss: { entropyCoef: Number.NaN } }, /entropyCoef must be a number; got NaN/],
    ['dynamic sampling', (o) => new GrpoTrainer(o), { dynamicSampling: {} }, /maxRounds must be a whole number/],
    [
      'key of dynamic sampling',
      (o) => new GrpoTrainer(o),
      { dynamicSampling: { maxRound: 2 } },
      /GrpoTrainer.dynamicSampling: there is no option 'maxRound'. Did you mean maxRounds/,
    ],
    [
      'key of the critic',
      (o) => new PpoTrainer(o),
      { critic: { lrr: 1 } },
      /PpoTrainer.critic: there is no option 'lrr'. Did you mean lr/,
    ],
    ['key of the reward model', (o) => new PrimeTrainer(o), { prm: { betas_: 1 } }, /PrimeTrainer.prm: .*'betas_'/],
    ['key of evaluation', (o) => new GrpoTrainer(o), { evaluate: { evry: 1 } }, /Did you mean every/],
    ['evaluation', (o) => new GrpoTrainer(o), { evaluate: { run: () => {} } }, /evaluate.every must be a whole number/],
    ['discount', (o) => new PpoTrainer(o), { gamma: 2 }, /gamma must be from 0 to 1; got 2/],
    ['KL', (o) => new RlooTrainer(o), { klCoef: 'x' }, /klCoef must be a number from 0 on; got "x"/],
    ['KL', (o) => new PpoTrainer(o), { klCoef: -1 }, /klCoef must be a number from 0 on; got -1/],
    ['adaptive KL', (o) => new PpoTrainer(o), { adaptiveKl: {} }, /adaptiveKl moves klCoef .* and klCoef is 0/],
    ['loss that is no object', (o) => new RlooTrainer(o), { loss: 'rloo' }, /options are an object of epsilonLow/],
    ['scaling', (o) => new GrpoTrainer(o), { scaleRewards: 'groups' }, /scaleRewards is unknown; got groups/],
    [
      'baseline',
      (o) => new ReinforceTrainer(o),
      { baseline: 'grup' },
      /baseline is unknown; got grup; expected none, group/,
    ],
    ['granularity', (o) => new PrimeTrainer(o), { granularity: 'tokn' }, /granularity is unknown; got tokn/],
    ['estimator', (o) => new RlooTrainer(o), { klEstimator: 'k9' }, /klEstimator is unknown; got k9; expected k1/],
    [
      'a flag',
      (o) => new GrpoTrainer(o),
      { gradientCheckpointing: 'no' },
      /gradientCheckpointing must be true or false; got "no"/,
    ],
    ['average', (o) => new GrpoTrainer(o), { ema: { decay: 0.9 } }, /GrpoTrainer: ema must be from 0 to 1/],
    ['average', (o) => new PpoTrainer(o), { critic: { ema: 2 } }, /PpoTrainer.critic: ema must be from 0 to 1; got 2/],
    [
      'advantages',
      (o) => new GrpoTrainer(o),
      { advantageEps: 'no' },
      /advantageEps must be a number from 0 on; got "no"/,
    ],
    [
      'iterations',
      (o) => new GrpoTrainer(o),
      { numIterations: 'no' },
      /numIterations must be a whole number.*got "no"/,
    ],
    [
      'syncing',
      (o) => new GrpoTrainer(o),
      { syncReference: { alpha: 2 } },
      /syncReference.alpha must be from 0 to 1; got 2/,
    ],
    ['syncing', (o) => new GrpoTrainer(o), { syncReference: null }, /syncReference must be an object; got null/],
    [
      'entropy',
      (o) => new GrpoTrainer(o),
      { adaptiveEntropy: { target: 1, delta: 'x' } },
      /adaptiveEntropy.delta must/,
    ],
    [
      'accuracies',
      (o) => new PrimeTrainer(o),
      { accuracyRange: [0.5] },
      /accuracyRange must be \[low, high\]; got \[0.5\]/,
    ],
    ['reference', (o) => new GrpoTrainer(o), { referenceModel: 'base' }, /referenceModel must be a model; got "base"/],
    ['temperature', (o) => new GrpoTrainer(o), { temperature: 0 }, /temperature must be above 0; got 0/],
    ['groups of one', (o) => new GrpoTrainer(o), { numGenerations: 1 }, /numGenerations must be at least 2/],
    ['groups of one', (o) => new RlooTrainer(o), { numGenerations: 1 }, /numGenerations must be at least 2/],
    ['groups of one', (o) => new PrimeTrainer(o), { numGenerations: 1 }, /numGenerations must be at least 2/],
    [
      'few prompts',
      (o) => new GrpoTrainer(o),
      { dataset: arrayDataset([]) },
      /promptsPerStep is 2; the dataset .* has 0 rows/,
    ],
    ['nucleus', (o) => new GrpoTrainer(o), { topP: 7 }, /topP must be from 0 to 1; got 7/],
    ['rate', (o) => new GrpoTrainer(o), { lr: null }, /GrpoTrainer: lr must be a number from 0 on; got null/],
    ['steps', (o) => new GrpoTrainer(o), { steps: undefined }, /GrpoTrainer: steps must be a whole number from 1 on/],
    ['model', (o) => new GrpoTrainer(o), { model: undefined }, /GrpoTrainer: model must be a DecoderLM; got undefined/],
    ['dataset', (o) => new GrpoTrainer(o), { dataset: [1] }, /GrpoTrainer: dataset must be a Dataset; got \[1\]/],
    [
      'reward model',
      (o) => new RewardTrainer(o),
      {},
      /RewardTrainer: rewardModel must be a ScalarModel; got undefined/,
    ],
    ['rewards', (o) => new GrpoTrainer(o), { rewards: [] }, /needs rewards with names of their own; got none/],
    ['rewards', (o) => new GrpoTrainer(o), { rewards: [partly, partly] }, /names of their own; got partly, partly/],
    ['rewards', (o) => new GrpoTrainer(o), { rewards: () => [1] }, /reward 0 is none: expected \{ name, score \}/],
    [
      'rewards',
      (o) => new GrpoTrainer(o),
      { rewards: { ...partly, weight: Number.NaN } },
      /weight of reward partly must be a number/,
    ],
  ];
  test.each(cases)('%s', async (_name, make, options, message) => {
    using model = tinyModel();
    expect(await failure(() => make({ model, ...rollouts, ...options }))).toMatch(message);
  });

  test('are checked without a model, by programs that have none yet', () => {
    const some = { steps: 3 };
    expect(() => GrpoTrainer.checkValues('options', some)).not.toThrow();
    expect(() => GrpoTrainer.checkValues('options', { ...some, temperature: -1 })).toThrow(
      'options: temperature must be above 0; got -1.',
    );
  });

  const trainers = {
    GrpoTrainer,
    RlooTrainer,
    ReinforceTrainer,
    PpoTrainer,
    PrimeTrainer,
    DpoTrainer,
    KtoTrainer,
    SftTrainer,
  };
  test.each(Object.entries(trainers))('%s without any', (name, Kind) => {
    const Made = Kind as unknown as new (options: null) => unknown;
    expect(() => new Made(null)).toThrow(`${name}: options come as an object; got null; expected {`);
  });

  test('of trainers on datasets', async () => {
    using model = tinyModel();
    const bad = { lossType: 'nope' } as never;
    expect(await failure(() => new DpoTrainer({ model, ...pairs, loss: bad }))).toMatch(/dpo: lossType is unknown/);
    expect(await failure(() => new DpoTrainer({ model, ...pairs, loss: { lossType: ['ipo', 'x'] } as never }))).toMatch(
      /got x; expected sigmoid/,
    );
    expect(await failure(() => new CpoTrainer({ model, ...pairs, loss: bad }))).toMatch(/cpo: lossType is unknown/);
    const kto = { model, dataset: arrayDataset(unpaired(4)), steps: 1 };
    expect(await failure(() => new KtoTrainer({ ...kto, loss: bad }))).toMatch(/kto: lossType is unknown/);
    const sft = { model, dataset: arrayDataset([]), steps: 1 };
    expect(await failure(() => new SftTrainer(sft))).toMatch(/the dataset .* has no rows/);
    using subnetwork = await randomSubnetwork(flatParameters(model)[0], 0, { scope: 'global' });
    expect(await failure(() => new DpoTrainer({ model, ...pairs, subnetwork }))).toMatch(/has no parameters/);
  });

  test('null is what null means', () => {
    expect(() => ppoPolicyLoss.check({ clipRatioC: null })).not.toThrow();
    expect(() => grpoLoss.check({ delta: 4, epsilonHigh: undefined as never })).not.toThrow();
    expect(() => dpoLoss.check(undefined)).not.toThrow();
  });
});

describe('rewards that go wrong', () => {
  const run = async (rewards: GrpoTrainerOptions<ListProblem>['rewards']): Promise<unknown> => {
    using model = tinyModel();
    await using trainer = new GrpoTrainer({ model, ...rollouts, rewards });
    return (await trainer.finish())!.metrics;
  };

  test('one that throws is named, with what it threw', async () => {
    const cause = new Error('no connection');
    const reward = perSample<ListProblem>('judge', async () => {
      throw cause;
    });
    const error = await run(reward).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(RlError);
    expect(error).toMatchObject({ code: 'REWARD_FAILED', message: 'reward judge failed: no connection', cause });
  });

  test('what is no number is named', async () => {
    expect(await failure(() => run(score(() => undefined)))).toMatch(/reward mine gave undefined for sample 0/);
    expect(await failure(() => run(score(() => '1')))).toMatch(/reward mine gave "1" for sample 0/);
    expect(await failure(() => run({ name: 'mine', score: () => undefined as never }))).toMatch(
      /reward mine gave no numbers for 4 samples/,
    );
  });

  const kinds = { GrpoTrainer, RlooTrainer, ReinforceTrainer, PpoTrainer, PrimeTrainer };
  test.each(Object.entries(kinds))('%s: one that applies to nothing teaches nothing', async (_name, Kind) => {
    const run = async (rewards: Reward<ListProblem>) => {
      using model = tinyModel();
      await using trainer = new Kind({ model, ...rollouts, rewards, steps: 1 });
      return (await trainer.finish())!.metrics;
    };
    const metrics = await run(score(() => null));
    expect(metrics).toMatchObject({ reward: Number.NaN, loss: 0, grad_norm: 0 });
    // one of four rows has a reward: the others are no zeros beside it
    let row = 0;
    const { reward } = await run(score(() => (row++ === 0 ? 8 : null)));
    expect(reward).toBe(8);
  });

  test('rows without a reward are in no baseline', () => {
    const none = Number.NaN;
    expect([...rlooAdvantages([1, none, 3, none], { groupSize: 4 })]).toEqual([-2, 0, 2, 0]);
    const { advantages, zeroStdShare } = groupAdvantages([[1, none, 3, none, 5, none, none, none]], [1], {
      groupSize: 4,
    });
    expect([...advantages.slice(3)]).toEqual([0, 0, 0, 0, 0]);
    expect(advantages[0]).toBeCloseTo(-Math.SQRT1_2, 3);
    expect(zeroStdShare).toBe(0);
  });
});

test('rows without room for an answer are refused, by what they begin with', async () => {
  using model = tinyModel();
  const long = Int32Array.from({ length: 30 }, (_, i) => i % 10);
  const request = { groupSize: 1, seed: 0 };
  const sampling = { maxCompletionLength: 3 };
  const of = (prompt: Int32Array) => failure(() => rollout(model, { ...request, rows: [{ prompt }] }, sampling));
  expect(await of(long)).toMatch(
    /a prompt has 30 tokens .* 24 positions\. Leave such rows out of the dataset\. It begins \[0,1,2/,
  );
  expect(await of(long.subarray(0, 22))).toMatch(/maxCompletionLength is 3; .* Set maxCompletionLength to 2 at most/);
  expect(await of(new Int32Array(0))).toMatch(/a prompt has no tokens/);
  const dataset = arrayDataset([{ prompt: long, completion: Int32Array.from([1]) }]);
  await using trainer = new SftTrainer({ model, dataset, steps: 1 });
  expect(await failure(() => trainer.finish())).toMatch(/none of 1 rows has a token to train on: within maxLength 24/);
});

test('a trainer that is closed leaves the model alone, and nothing else', async () => {
  const live = async () => {
    await defaultDevice().synchronize();
    return defaultDevice().memory().live;
  };
  const before = await live();
  const model = tinyModel();
  for (const Kind of [GrpoTrainer, PpoTrainer, PrimeTrainer] as (typeof GrpoTrainer)[]) {
    await using trainer = new Kind({ model, ...rollouts });
    await trainer.finish();
  }
  model.dispose();
  expect(await live()).toBe(before);
});

test('a schedule in words is that of a function, warm-up included', () => {
  const rates = (schedule: NonNullable<GrpoTrainerOptions<ListProblem>['schedule']>): number[] => {
    using model = tinyModel();
    const learner = new Learner('test', model, model, { lr: 1, schedule }, 1, 8);
    const { optimizer } = learner;
    const seen = Array.from({ length: 8 }, () => {
      const rate = optimizer.currentLr;
      optimizer.step();
      return rate;
    });
    learner.dispose();
    return seen;
  };
  expect(rates({})).toEqual(rates(linearDecay(8)));
  expect(rates({ warmup: 2, end: 0.5 })).toEqual(rates(warmup(2, linearDecay(6, 0.5))));
  expect(rates({ kind: 'cosine', warmup: 3 })).toEqual(rates(warmup(3, cosine(5))));
  expect(rates({ kind: 'constant', warmup: 2 })).toEqual([0, 0.5, 1, 1, 1, 1, 1, 1]);
  expect(rates({ kind: 'wsd', decay: 0.5, warmup: 1 })).toEqual([
    0,
    1,
    1,
    1,
    ...[0, 1, 2, 3].map((f) => 1 - Math.sqrt(f / 4)),
  ]);
});

test('what a row says to a chat template is checked before it gets there', () => {
  const tool = { type: 'function', function: { name: 'add' } };
  expect(chatOptions({ tools: JSON.stringify([tool]) })).toEqual({ tools: [tool] });
  expect(chatOptions({ tools: null, chat_template_kwargs: null })).toEqual({});
  const refused: [unknown, RegExp][] = [
    [{ tools: '{"a": 1}' }, /column tools must be a list of JSON schemas; got \{"a":1\}/],
    [{ tools: '"text"' }, /got "text"/],
    [{ tools: [1] }, /got \[1\]/],
    [{ tools: 'no' }, /column tools is no JSON: no/],
    [{ chat_template_kwargs: [true] }, /chat_template_kwargs must hold variables by name; got \[true\]/],
  ];
  for (const [row, message] of refused) expect(() => chatOptions(row as never)).toThrow(message);
});
