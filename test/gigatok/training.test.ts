/** Training: it learns, it resumes bit for bit, it notices failure; losses and their switches; images that cannot be read. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { arrayDataset, mapDataset } from '@tessera/data';
import {
  diffAugment,
  eachBatch,
  GigatokError,
  ImageFeed,
  initializeSmall,
  larsProbe,
  linearProbe,
  type OptimizerName,
  PatchGan,
  SmallClassifier,
  SmallEncoder,
  sceneDataset,
  sceneSample,
  smallTeacher,
  TeacherCache,
  TokenizerLoss,
  TokenizerTrainer,
  TrainingWatch,
  trainClassifier,
  trainContrastive,
  trainingSchedule,
} from '@tessera/gigatok';
import { defaultDevice, device, Generator, manualSeed, randn, Scope, type Tensor } from '@tessera/tensor';
import { generatorState, Run } from '@tessera/train';
import { afterAll, describe, expect, it } from 'vitest';
import { scenes, smallTokenizer } from './support.js';

const folder = await mkdtemp(join(tmpdir(), 'gigatok-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

async function number(value: Tensor | number): Promise<number> {
  if (typeof value === 'number') return value;
  using owned = value;
  return owned.item();
}

function setUp(optimizer: OptimizerName) {
  manualSeed(1);
  const tokenizer = smallTokenizer();
  initializeSmall(tokenizer, new Generator(2));
  const discriminator = new PatchGan({ channels: 4, layers: 1 });
  const loss = new TokenizerLoss({ adversarialStart: 2, shortcutsEnd: 3, adaptiveWeight: true }, { discriminator });
  const trainer = new TokenizerTrainer(tokenizer, loss, {
    steps: 6,
    optimizer,
    lr: 2e-3,
    clipNorm: 1,
    ema: 0.9,
    usageWindow: 100,
  });
  const classifier = new SmallClassifier(8, { channels: 4, width: 6, generator: new Generator(3) }).eval();
  const teacher = new TeacherCache(smallTeacher(classifier.encoder, 'untrained'), 8);
  const feed = new ImageFeed(sceneDataset(12, 5), { batchSize: 4, seed: 6 });
  return { tokenizer, trainer, teacher, feed };
}

/** Trains in a folder up to `stop` of six steps; returns the parameters' bits. */
async function train(name: string, stop: number, optimizer: OptimizerName): Promise<Uint8Array[]> {
  const { tokenizer, trainer, teacher, feed } = setUp(optimizer);
  await using run = await Run.open({
    folder: join(folder, name),
    steps: 6,
    checkpointEvery: 2,
    progress: false,
    state: { ...trainer.state(), images: feed.state, random: generatorState(defaultDevice().generator) },
  });
  for await (const { step } of run.steps(async (at) => {
    const { images, indices } = await feed.next();
    using features = await teacher.get(images, indices);
    const metrics = await trainer.step(at, images, features);
    images.dispose();
    return metrics;
  })) {
    if (step === stop) break;
  }
  const bits: Uint8Array[] = [];
  for (const t of tokenizer.stateDict().values()) bits.push(new Uint8Array((await t.rawData()).slice().buffer));
  return bits;
}

describe('tokenizer training', () => {
  it.each(['adamw', 'muon'] as const)(
    'resumes bit for bit, with two optimizers (%s), an average and a window of codes',
    async (optimizer) => {
      const whole = await train(`whole-${optimizer}`, 6, optimizer);
      await train(`stopped-${optimizer}`, 3, optimizer);
      const again = await train(`stopped-${optimizer}`, 6, optimizer);
      expect(again.length).toBe(whole.length);
      for (const [i, bytes] of whole.entries()) expect(Buffer.compare(bytes, again[i]!)).toBe(0);
      const metrics = async (name: string) =>
        (await readFile(join(folder, name, 'metrics.jsonl'), 'utf8')).replace(/"time":[\d.]+,/g, '');
      expect(await metrics(`stopped-${optimizer}`)).toBe(await metrics(`whole-${optimizer}`));
    },
  );

  it('learns', async () => {
    manualSeed(1);
    using tokenizer = smallTokenizer({ semantic: null });
    initializeSmall(tokenizer, new Generator(2));
    using trainer = new TokenizerTrainer(tokenizer, new TokenizerLoss({ shortcutsEnd: 20 }), {
      steps: 60,
      lr: 4e-3,
      clipNorm: 1,
    });
    using images = scenes(8);
    const losses: number[] = [];
    for (let step = 0; step < 60; step++) {
      const { reconstruction, ...rest } = await trainer.step(step, images);
      losses.push(await number(reconstruction!));
      for (const value of Object.values(rest)) if (typeof value !== 'number') value.dispose();
    }
    expect(losses.at(-1)).toBeLessThan(0.5 * losses[0]!);
  });

  it('needs a teacher where there is a semantic layer', async () => {
    using tokenizer = smallTokenizer();
    using trainer = new TokenizerTrainer(tokenizer, new TokenizerLoss(), { steps: 1 });
    using images = scenes(1);
    await expect(trainer.step(0, images)).rejects.toThrow(/a teacher is needed, or semanticWeight 0/);
  });

  it('trains a tokenizer in bf16', async () => {
    manualSeed(1);
    using tokenizer = smallTokenizer({ semantic: null }).setDType('bf16');
    using trainer = new TokenizerTrainer(tokenizer, new TokenizerLoss({ shortcutsEnd: 2 }), {
      steps: 3,
      lr: 1e-3,
      ema: 0.9,
    });
    expect(trainer.average!.averages.reduce((n, t) => n + t.numel, 0)).toBe(tokenizer.parameterCount());
    using images = scenes(2);
    for (let step = 0; step < 3; step++) {
      for (const value of Object.values(await trainer.step(step, images)))
        expect(Number.isFinite(await number(value))).toBe(true);
    }
  });

  it('refuses a warm-up as long as the run', () => {
    expect(() => trainingSchedule(30, { warmup: 30 })).toThrow('a warm-up of 30 steps must be shorter than the run');
  });

  it('refuses options it does not have', () => {
    using tokenizer = smallTokenizer();
    expect(() => new TokenizerTrainer(tokenizer, new TokenizerLoss(), { steps: 1, learningRate: 1 } as never)).toThrow(
      /no option 'learningRate'/,
    );
    expect(() => new TokenizerLoss({ semanticWait: 1 } as never)).toThrow(/Did you mean semanticWeight/);
  });
});

describe('the watch', () => {
  it('ends training on a value that is not finite, and names it', () => {
    const watch = new TrainingWatch({ warn: () => {} });
    watch.check(1, { loss: 1, usage: 0.5 });
    expect(() => watch.check(2, { loss: Number.NaN, vq: 1, gradientNorm: Infinity })).toThrow(
      /step 2: loss is NaN, gradientNorm is Infinity\. The last checkpoint is intact/,
    );
  });

  it('warns once of a collapsed codebook', () => {
    const said: string[] = [];
    const watch = new TrainingWatch({ warn: (message) => said.push(message), patience: 10 });
    watch.check(5, { usage: 0.01 });
    expect(said).toEqual([]);
    watch.check(10, { usage: 0.01 });
    watch.check(11, { usage: 0.01 });
    expect(said).toEqual([expect.stringMatching(/1\.0 % of the codes.*entropyWeight/)]);
  });
});

describe('images', () => {
  const broken = mapDataset(arrayDataset([0, 1, 2, 3, 4, 5]), (i) => {
    if (i === 2) throw new GigatokError('BROKEN', 'image 2 is broken');
    return sceneSample(i, 1);
  });

  it('that cannot be read are skipped, counted and named', async () => {
    const feed = new ImageFeed(broken, { batchSize: 3, shuffle: false });
    (await feed.next()).images.dispose();
    expect(feed.loader.skipped.count).toBe(1);
    expect(feed.loader.skipped.samples[0]!.message).toMatch(/image 2 is broken/);
    const seen: number[] = [];
    for await (const { images, indices } of eachBatch(broken, 4)) {
      seen.push(...indices);
      images.dispose();
    }
    expect(seen).toEqual([0, 1, 3, 4, 5]);
  });
});

describe('small networks', () => {
  it('learn classes, and without classes to tell images apart', async () => {
    manualSeed(3);
    const feed = new ImageFeed(sceneDataset(32, 4), { batchSize: 16, seed: 1 });
    using classifier = new SmallClassifier(8, { channels: 4, width: 16, generator: new Generator(1) });
    const losses: number[] = [];
    const options = { steps: 50, generator: new Generator(2), onStep: (_: number, loss: number) => losses.push(loss) };
    await trainClassifier(classifier, feed, options);
    expect(losses.at(-1)).toBeLessThan(Math.log(8));
    using encoder = new SmallEncoder({ channels: 4, width: 16, generator: new Generator(1) });
    await trainContrastive(encoder, feed, options);
    expect(losses.at(-1)).toBeLessThan(Math.log(16));
  });

  it('need classes to learn classes', async () => {
    const rows = Array.from({ length: 4 }, (_, i) => ({ ...sceneSample(i, 1), label: undefined }));
    const feed = new ImageFeed(arrayDataset(rows, 'nameless'), { batchSize: 4 });
    using classifier = new SmallClassifier(2, { channels: 4, width: 8 });
    await expect(trainClassifier(classifier, feed, { steps: 1, generator: new Generator(1) })).rejects.toThrow(
      /nameless: the images have no classes/,
    );
  });
});

it('a linear probe finds what is linear, and no more', async () => {
  const rows = (seed: number, n: number) => {
    using values = randn([n, 3], { generator: new Generator(seed) });
    const data = values.dataSync() as Float32Array;
    const labels = Int32Array.from({ length: n }, (_, i) => (data[3 * i]! - 2 * data[3 * i + 1]! > 0 ? 1 : 0));
    return { data, features: 3, labels };
  };
  expect(await linearProbe(rows(1, 300), rows(2, 200))).toBeGreaterThan(0.93);
  expect(await larsProbe(rows(1, 300), rows(2, 200), { batch: 64, lr: 20 })).toBeGreaterThan(0.9);
});

describe('what discriminators see', () => {
  it('is augmented differentiably, reproducibly, anew each time', async () => {
    using _scope = new Scope();
    const images = scenes(3).setRequiresGrad();
    const augment = diffAugment({ generator: new Generator(1) });
    const [a, b] = [augment(images), augment(images)];
    expect(a.shape).toEqual([3, 3, 32, 32]);
    const same = diffAugment({ generator: new Generator(1) })(images);
    expect(await a.sub(same).abs().sum().item()).toBe(0);
    expect(await a.sub(b).abs().sum().item()).toBeGreaterThan(0);
    a.sum().backward();
    expect(await images.grad!.abs().sum().item()).toBeGreaterThan(0);
    const untouched = diffAugment({ generator: new Generator(1), probability: 0 })(images);
    expect(await untouched.sub(images).abs().sum().item()).toBe(0);
  });
});

it('a step of both networks leaves live bytes where it found them', async () => {
  const { trainer, teacher, feed } = setUp('adamw');
  const step = async (at: number) => {
    const { images, indices } = await feed.next();
    using features = await teacher.get(images, indices);
    for (const value of Object.values(await trainer.step(at, images, features)))
      if (typeof value !== 'number') value.dispose();
    images.dispose();
  };
  for (const at of [0, 4, 4]) await step(at); // the third is recorded
  await device('cpu').synchronize();
  const before = device('cpu').memory().live;
  for (let i = 0; i < 3; i++) await step(4);
  await device('cpu').synchronize();
  expect(device('cpu').memory().live).toBe(before);
});
