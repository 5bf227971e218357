/**
 * One variant of the demo through the stages of the command: tokenizer, codes, image model, samples, probes. Each stage
 * goes on where it was stopped.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Dataset, type ImageSample, makeFolder, sliceDataset, writeFileAtomic } from '@tessera/data';
import { CodeDataset, extractCodes } from '../ar/codes.js';
import type { ImageModel } from '../ar/model.js';
import { exists } from '../exists.js';
import { compareSets, ImageSetBuilder } from '../metrics/evaluator.js';
import type { FeatureExtractor } from '../metrics/features.js';
import { gridPng } from '../metrics/grid.js';
import { tokenizerConfigs } from '../model/config.js';
import { loadImageModel, loadTokenizer } from '../model/files.js';
import type { VisualTokenizer } from '../model/tokenizer.js';
import { trainImageModelSchema, trainSchema } from '../pipeline/config.js';
import { readyTeacher } from '../pipeline/teacher.js';
import { type StageOptions, trainImageModel, trainTokenizerOn } from '../pipeline/train.js';
import {
  evaluateReconstruction,
  imageModelLoss,
  probeImageModel,
  probeTokenizer,
  sampleImages,
} from '../pipeline/use.js';
import { eachBatch } from '../training/feed.js';
import { heldOutScenes, openDemoJudge, openDemoTeacher, trainingScenes } from './classifiers.js';
import { sceneClasses, sceneSize } from './scenes.js';
import type { DemoStage, DemoVariant, VariantResult } from './settings.js';

/** Scenes that probes are fitted to. */
const probed = 2000;

/** Trains and measures a variant, in its own folder; the result of one that was done is read. */
export async function runVariant(variant: DemoVariant, whole: DemoStage): Promise<VariantResult> {
  const stage = { ...whole, folder: variantFolder(variant, whole.folder) };
  const path = join(stage.folder, 'result.json');
  if (await exists(path)) return JSON.parse(await readFile(path, 'utf8')) as VariantResult;
  await makeFolder(stage.folder);
  const [train, test] = [trainingScenes(stage), heldOutScenes(stage)];
  using tokenizer = await trainVariantTokenizer(variant, train, stage, whole.folder);
  const measured = await measureTokenizer(tokenizer, train, test, stage);
  const codes = await extracted(tokenizer, train, 'codes', stage);
  const heldOut = await extracted(tokenizer, test, 'held-out-codes', stage);
  using model = await trainVariantImageModel(codes, stage);
  const result: VariantResult = {
    name: variant.name,
    ...measured,
    imageModelLoss: await imageModelLoss(model, heldOut),
    imageModelProbe: await probeImageModel(model, sliceDataset(codes, 0, probed), heldOut),
    ...(await sampleAndJudge(model, tokenizer, test, stage, await openDemoJudge(whole.folder))),
  };
  stage.log(
    `image model probe ${result.imageModelProbe.toFixed(3)}, ${(100 * result.classAccuracy).toFixed(0)} % of samples show their class`,
  );
  await writeFileAtomic(path, `${JSON.stringify(result, null, 2)}\n`);
  return result;
}

export function variantFolder({ name }: DemoVariant, folder: string): string {
  return join(folder, name.replace(' + ', '-and-'));
}

/** Options of a stage: its steps are told now and then. */
function stageOptions(what: string, { signal, log }: DemoStage, shown: readonly string[]): StageOptions {
  return {
    signal,
    progress: false,
    onStep: ({ step, metrics }, steps) => {
      const values = shown.flatMap((name) => {
        const value = metrics[name];
        return value === undefined ? [] : [`${name} ${value.toFixed(3)}`];
      });
      if (values.length > 0) log(`${what}: step ${step} of ${steps}, ${values.join(', ')}`);
    },
  };
}

async function trainVariantTokenizer(
  variant: DemoVariant,
  train: Dataset<ImageSample>,
  stage: DemoStage,
  shared: string,
): Promise<VisualTokenizer> {
  const { tokenizerSteps: steps, tokenizerBatch: batch } = stage.settings;
  const { entropyWeight } = tokenizerConfigs.tiny.codebook;
  const config = trainSchema.parse({
    output: join(stage.folder, 'tokenizer-run'),
    data: { path: train.name },
    tokenizer: { base: 'tiny', codebook: { entropyWeight: variant.entropy ? entropyWeight : 0 } },
    init: 'small',
    // Below the default of 0.5: at these few steps it costs some of a decibel, and the probes do without it.
    loss: { shortcutsEnd: Math.floor(0.15 * steps), semanticWeight: 0.35 },
    training: {
      steps,
      batch,
      optimizer: 'muon',
      lr: 6e-3,
      clipNorm: 1,
      schedule: { warmup: Math.min(30, Math.floor(steps / 10)), end: 0.05 },
      seed: stage.seed,
      usageWindow: 8192,
      checkpointEvery: 100,
      logEvery: 50,
      gridEvery: steps,
    },
  });
  const teacher = variant.semantic ? readyTeacher(await openDemoTeacher(shared)) : undefined;
  const options = stageOptions('tokenizer', stage, ['reconstruction', 'usage', 'semantic']);
  return loadTokenizer(await trainTokenizerOn(train, teacher, config, options));
}

async function measureTokenizer(
  tokenizer: VisualTokenizer,
  train: Dataset<ImageSample>,
  test: Dataset<ImageSample>,
  { log }: DemoStage,
): Promise<Pick<VariantResult, 'psnr' | 'usage' | 'perplexity' | 'encoderProbe' | 'decoderProbe'>> {
  const measured = await evaluateReconstruction(tokenizer, test, { crop: 'none' });
  const value = (name: string) => measured.find(({ metric }) => metric === name)!.value;
  const probes = await probeTokenizer(tokenizer, sliceDataset(train, 0, probed), test);
  const found = {
    psnr: value('PSNR'),
    usage: value('codebook usage'),
    perplexity: value('codebook perplexity'),
    encoderProbe: probes.encoder,
    decoderProbe: probes.decoder,
  };
  log(
    `PSNR ${found.psnr.toFixed(2)} dB, ${(100 * found.usage).toFixed(0)} % of codes used, probes ${found.encoderProbe.toFixed(3)} (encoder) ${found.decoderProbe.toFixed(3)} (decoder)`,
  );
  return found;
}

async function extracted(
  tokenizer: VisualTokenizer,
  dataset: Dataset<ImageSample>,
  name: string,
  { folder, signal }: DemoStage,
): Promise<CodeDataset> {
  const to = join(folder, name);
  await extractCodes(tokenizer, dataset, { folder: to, signal });
  return CodeDataset.open(to);
}

async function trainVariantImageModel(codes: CodeDataset, stage: DemoStage): Promise<ImageModel> {
  const { imageModelSteps: steps, imageModelBatch: batch } = stage.settings;
  const config = trainImageModelSchema.parse({
    output: join(stage.folder, 'image-model-run'),
    codes: codes.name,
    model: { size: 'tiny', multipleOf: 32 },
    training: {
      steps,
      batch,
      optimizer: 'muon',
      lr: 4e-3,
      schedule: { kind: 'wsd', warmup: Math.min(20, Math.floor(steps / 10)) },
      seed: stage.seed,
      checkpointEvery: 100,
      logEvery: 50,
    },
  });
  return loadImageModel(await trainImageModel(config, stageOptions('image model', stage, ['loss'])));
}

async function sampleAndJudge(
  model: ImageModel,
  tokenizer: VisualTokenizer,
  test: Dataset<ImageSample>,
  { settings, folder, seed }: DemoStage,
  { extractor }: { readonly extractor: FeatureExtractor },
): Promise<Pick<VariantResult, 'classAccuracy' | 'frechetDistance'>> {
  const reference = new ImageSetBuilder(`${test.length} held-out scenes`, 'none', extractor);
  for await (const { images } of eachBatch(test, 250)) {
    await reference.add(images);
    images.dispose();
  }
  const classes = Int32Array.from({ length: settings.samples }, (_, i) => i % sceneClasses.length);
  const samples = new ImageSetBuilder('samples', 'none', extractor);
  const width = extractor.classes!;
  const [hits, shown]: [number[], Float32Array[]] = [[], []];
  for await (const images of sampleImages(model, tokenizer, { classes, batch: 120, scale: settings.guidance, seed })) {
    await samples.add(images);
    const { probabilities } = await extractor.extract(images);
    for (let i = 0; i < images.shape[0]!; i++) {
      const row = probabilities!.subarray(i * width, (i + 1) * width);
      hits.push(row.indexOf(Math.max(...row)) === classes[hits.length] ? 1 : 0);
    }
    shown.push((await images.data()) as Float32Array);
    images.dispose();
  }
  const grid = await gridPng(shown[0]!, [sceneSize, sceneSize], { columns: sceneClasses.length });
  await writeFileAtomic(join(folder, 'samples.png'), grid);
  const [distance] = compareSets(samples.finish(), reference.finish(), 'g');
  return { classAccuracy: hits.reduce((a, b) => a + b, 0) / classes.length, frechetDistance: distance!.value };
}
