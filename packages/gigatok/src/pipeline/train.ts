/**
 * `train` and `train-ar`: a folder of images to a tokenizer, codes to an image model. The run's folder holds checkpoints
 * from which it goes on bit for bit, metrics, grids of reconstructions, a report, and the result in a folder of its own.
 */
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { DataLoader, type Dataset, type ImageSample, type Json } from '@tessera/data';
import { defaultDevice, Generator, manualSeed, tensor } from '@tessera/tensor';
import { generatorState, loaderState, Report, Run, readMetrics, type StepReport } from '@tessera/train';
import { CodeDataset, type CodeSample, stackCodes } from '../ar/codes.js';
import { imageModelSize } from '../ar/config.js';
import { ImageModel } from '../ar/model.js';
import { diffAugment } from '../losses/diff-augment.js';
import { TokenizerLoss, type TokenizerLossOptions } from '../losses/tokenizer-loss.js';
import { resolveTokenizerConfig } from '../model/config.js';
import { saveImageModel, saveTokenizer } from '../model/files.js';
import { initializeSmall } from '../model/small-init.js';
import { VisualTokenizer } from '../model/tokenizer.js';
import { ImageFeed } from '../training/feed.js';
import { ImageModelTrainer, type ImageModelTrainerOptions } from '../training/image-model-trainer.js';
import type { ScheduleOptions } from '../training/schedules.js';
import { TeacherCache } from '../training/teacher.js';
import { TokenizerTrainer, type TokenizerTrainerOptions } from '../training/tokenizer-trainer.js';
import { TrainingWatch } from '../training/watch.js';
import type { TrainConfig, TrainImageModelConfig } from './config.js';
import { lastGrid, someImages, writeGrid } from './grids.js';
import { isFixed, openDiscriminator, openImageData, openPerceptual, tokenizerOf } from './open.js';
import { type TeacherSource, teacherSource } from './teacher.js';

export interface StageOptions {
  readonly signal?: AbortSignal;
  readonly log?: (message: string) => void;
  /** The progress line; `false` for none. */
  readonly progress?: false;
  /** Told of each step, and of how many there are. */
  readonly onStep?: (report: StepReport, steps: number) => void;
}

/** Options without keys that were left out. */
function given<T extends object>(options: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

/** Trains a tokenizer; returns the folder it is in. Opening the same folder again goes on. */
export async function trainTokenizer(config: TrainConfig, options: StageOptions = {}): Promise<string> {
  const { imageSize, grid } = resolveTokenizerConfig(tokenizerOf(config.tokenizer, 1));
  await using dataset = await openImageData(config.data, imageSize, config.training.seed);
  const { log, signal } = options;
  const teacher = await teacherSource(config, dataset, { grid, imageSize, ...given({ log, signal }) });
  return await trainTokenizerOn(dataset, teacher, config, options);
}

/**
 * Trains a tokenizer on images that are open; returns the folder it is in. The teacher is opened last, which may take
 * long: what is wrong with the settings or the folder has shown by then.
 */
export async function trainTokenizerOn(
  dataset: Dataset<ImageSample>,
  source: TeacherSource | undefined,
  config: TrainConfig,
  options: StageOptions = {},
): Promise<string> {
  const { signal, log = () => {}, progress, onStep } = options;
  const { training, data, output } = config;
  const { seed, steps } = training;
  manualSeed(seed);
  const tokenizer = new VisualTokenizer(tokenizerOf(config.tokenizer, source?.features));
  if (config.init === 'small') initializeSmall(tokenizer, new Generator(seed + 4));
  if (training.dtype === 'bf16') tokenizer.setDType('bf16');
  tokenizer.setCheckpointing(training.checkpointing);
  await returnSpareMemory();
  const discriminator = await openDiscriminator(config.discriminator);
  const augmentation = new Generator(seed + 5);
  const loss = new TokenizerLoss(given(config.loss) as TokenizerLossOptions, {
    discriminator,
    perceptual: await openPerceptual(config.perceptual),
    augment: config.discriminator?.kind === 'dino' ? diffAugment({ generator: augmentation }) : undefined,
  });
  const { optimizer, lr, betas, weightDecay, clipNorm, schedule, ema, usageWindow } = training;
  using trainer = new TokenizerTrainer(
    tokenizer,
    loss,
    given({
      steps,
      optimizer,
      lr,
      betas,
      weightDecay,
      clipNorm,
      schedule: schedule && (given(schedule) as ScheduleOptions),
      ema,
      usageWindow,
    }) as TokenizerTrainerOptions,
  );
  await returnSpareMemory();
  const skipped = new Set<number>();
  const feed = new ImageFeed(dataset, {
    batchSize: training.batch,
    seed,
    onSkip: ({ index, message }) => {
      if (!skipped.has(index)) log(`skipped: ${message}`);
      skipped.add(index);
    },
  });
  await using run = await Run.open({
    folder: output,
    steps,
    config: config as unknown as Json,
    logEvery: training.logEvery,
    show: ['loss', 'reconstruction', 'usage'],
    state: {
      ...trainer.state(),
      images: feed.state,
      random: generatorState(defaultDevice().generator),
      augmentation: generatorState(augmentation),
    },
    ...(training.checkpointEvery !== undefined && { checkpointEvery: training.checkpointEvery }),
    ...(progress === false && { progress }),
  });
  const teacher = run.isDone ? undefined : await source?.open();
  const { grid } = tokenizer.config;
  const fits = teacher && TeacherCache.bytesFor(dataset.length, teacher, grid) <= totalmem() / 4;
  const cache = teacher && isFixed(data) && fits ? new TeacherCache(teacher, grid) : undefined;
  const watch = new TrainingWatch({ warn: log });
  const shown = await someImages(dataset, 16);
  const count = tokenizer.parameterCount();
  log(
    `${dataset.length} images, ${(count / 1e6).toFixed(2)} million parameters${teacher ? `, teacher: ${teacher.name}` : ''}`,
  );
  const body = async (step: number) => {
    const { images, indices } = await feed.next();
    const features = teacher && (cache ? await cache.get(images, indices) : teacher.features2d(images, grid));
    const metrics = await trainer.step(step, images, features);
    images.dispose();
    features?.dispose();
    return metrics;
  };
  for await (const report of run.steps(body, { ...(signal && { signal }) })) {
    const { step, metrics } = report;
    watch.check(step, metrics);
    onStep?.(report, steps);
    if (step % training.gridEvery === 0 || step === steps) await writeGrid(output, step, tokenizer, shown);
  }
  trainer.average?.apply();
  const folder = join(output, 'tokenizer');
  await saveTokenizer(folder, tokenizer);
  trainer.average?.restore();
  if (skipped.size > 0) log(`${skipped.size} of ${dataset.length} images could not be read and were skipped.`);
  await writeReport(output, 'GigaTok tokenizer');
  tokenizer.dispose();
  return folder;
}

/** Gives back what making a model or an optimizer took and training will not: as much as large models themselves. */
async function returnSpareMemory(): Promise<void> {
  const device = defaultDevice();
  await device.synchronize();
  device.emptyCache();
}

/** Trains an image model on extracted codes; returns the folder it is in. */
export async function trainImageModel(config: TrainImageModelConfig, options: StageOptions = {}): Promise<string> {
  const { signal, log = () => {}, progress, onStep } = options;
  const { training, output } = config;
  const { seed, steps } = training;
  manualSeed(seed);
  await using codes = await CodeDataset.open(config.codes, { seed });
  const { size, ...rest } = config.model;
  const { tokens, vocabulary, classes } = codes.index;
  const model = new ImageModel({
    ...(typeof size === 'string' ? imageModelSize(size) : size),
    ...given(rest),
    tokens,
    vocabulary,
    classes,
  } as ConstructorParameters<typeof ImageModel>[0]);
  if (training.dtype === 'bf16') model.to('bf16');
  model.setCheckpointing(training.checkpointing);
  const { optimizer, lr, betas, weightDecay, clipNorm, schedule } = training;
  const generator = new Generator(seed + 1);
  using trainer = new ImageModelTrainer(
    model,
    given({
      steps,
      optimizer,
      lr,
      betas,
      weightDecay,
      clipNorm,
      schedule: schedule && (given(schedule) as ScheduleOptions),
      generator,
    }) as ImageModelTrainerOptions,
  );
  await returnSpareMemory();
  const loader = new DataLoader(codes, {
    batchSize: training.batch,
    shuffle: true,
    seed,
    epochs: Number.POSITIVE_INFINITY,
    lastBatch: 'drop',
  });
  log(`${codes.length} images of ${tokens} tokens, ${(model.parameterCount() / 1e6).toFixed(2)} million parameters`);
  await using run = await Run.open({
    folder: output,
    steps,
    config: config as unknown as Json,
    logEvery: training.logEvery,
    show: ['loss'],
    state: { ...trainer.state(), codes: loaderState(loader), random: generatorState(defaultDevice().generator) },
    ...(training.checkpointEvery !== undefined && { checkpointEvery: training.checkpointEvery }),
    ...(progress === false && { progress }),
  });
  const watch = new TrainingWatch({ warn: log });
  const batches = loader[Symbol.asyncIterator]();
  const body = async () => {
    const { value } = (await batches.next()) as { value: { samples: readonly CodeSample[] } };
    const { ids, labels } = stackCodes(value.samples);
    using x = ids;
    using classes = tensor(labels);
    return trainer.step(x, classes);
  };
  for await (const report of run.steps(body, { ...(signal && { signal }) })) {
    watch.check(report.step, report.metrics);
    onStep?.(report, steps);
  }
  const folder = join(output, 'image-model');
  await saveImageModel(folder, model);
  await writeReport(output, 'GigaTok image model');
  model.dispose();
  return folder;
}

/** A curve of each of the run's metrics, and its last grid, in one file. */
async function writeReport(folder: string, title: string): Promise<void> {
  const records = await readMetrics(join(folder, 'metrics.jsonl'));
  const report = new Report(title);
  const names = new Set(records.flatMap(({ metrics }) => Object.keys(metrics)));
  for (const name of names) report.metrics(name, records, [name]);
  const grid = await lastGrid(folder);
  if (grid !== undefined) {
    await report.pictures('Reconstructions', [{ image: grid, caption: 'originals above, reconstructions below' }]);
  }
  await report.write(join(folder, 'report.html'));
}
