/**
 * The whole system in minutes on a CPU: tokenizers with and without the entropy loss and semantic regularization, image
 * models on their codes, samples, and probes, on procedural scenes. Settings come from the ablations behind the paper's
 * claims, at a scale where they still show; the stand-in teacher is a small network trained with the scenes' classes,
 * where real use has DINOv2. Distances are in an independent classifier's features, never called FID.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Dataset, type ImageSample, writeFileAtomic } from '@tessera/data';
import { Generator, manualSeed, noGrad, rand, scope, type Tensor, tensor } from '@tessera/tensor';
import { imageModelSizes } from '../ar/config.js';
import { generateTokens } from '../ar/generate.js';
import { ImageModel } from '../ar/model.js';
import { TokenizerLoss } from '../losses/tokenizer-loss.js';
import { compareSets, type ImageSet, ImageSetBuilder, ReconstructionScores } from '../metrics/evaluator.js';
import { type FeatureExtractor, smallExtractor } from '../metrics/features.js';
import { imageGrid } from '../metrics/grid.js';
import { tokenizerConfigs } from '../model/config.js';
import { initializeSmall } from '../model/small-init.js';
import { VisualTokenizer } from '../model/tokenizer.js';
import { eachBatch, ImageFeed } from '../training/feed.js';
import { ImageModelTrainer } from '../training/image-model-trainer.js';
import { type LabelledFeatures, linearProbe, stackFeatures } from '../training/probe.js';
import { SmallClassifier, trainClassifier } from '../training/small-encoder.js';
import { smallTeacher, type Teacher, TeacherCache } from '../training/teacher.js';
import { TokenizerTrainer } from '../training/tokenizer-trainer.js';
import { sceneClasses, sceneDataset, sceneSize } from './scenes.js';

export interface DemoOptions {
  readonly seed?: number;
  /** Where images and results are written; nowhere where absent. */
  readonly folder?: string;
  /** Told what is going on. */
  readonly log?: (message: string) => void;
  /** Smaller or larger than the five-minute run. */
  readonly settings?: Partial<DemoSettings>;
}

export interface DemoSettings {
  readonly trainImages: number;
  readonly testImages: number;
  readonly classifierSteps: number;
  readonly tokenizerSteps: number;
  readonly tokenizerBatch: number;
  readonly imageModelSteps: number;
  readonly imageModelBatch: number;
  readonly samples: number;
  readonly guidance: number;
}

export const demoSettings: DemoSettings = {
  trainImages: 4000,
  testImages: 500,
  classifierSteps: 150,
  tokenizerSteps: 250,
  tokenizerBatch: 32,
  imageModelSteps: 250,
  imageModelBatch: 64,
  samples: 240,
  guidance: 1.5,
};

/** What is switched off to see what it does. */
export const demoVariants = [
  { name: 'entropy + semantic', entropy: true, semantic: true },
  { name: 'entropy', entropy: true, semantic: false },
  { name: 'neither', entropy: false, semantic: false },
] as const;

export interface VariantResult {
  readonly name: string;
  readonly psnr: number;
  readonly usage: number;
  readonly perplexity: number;
  /** Linear probe of the encoder's features, and of the aligned decoder layer's. */
  readonly encoderProbe: number;
  readonly decoderProbe: number;
  readonly imageModelProbe: number;
  /** Cross entropy of held-out codes, nats a token. */
  readonly imageModelLoss: number;
  /** Share of guided samples that the independent classifier sees as their class. */
  readonly classAccuracy: number;
  /** Of guided samples from held-out scenes, in the independent classifier's features. */
  readonly frechetDistance: number;
  readonly seconds: number;
}

export interface DemoResult {
  readonly seed: number;
  readonly extractor: string;
  readonly classifierAccuracy: number;
  readonly variants: readonly VariantResult[];
  readonly seconds: number;
}

interface Stage {
  readonly seed: number;
  readonly settings: DemoSettings;
  readonly train: Dataset<ImageSample>;
  readonly test: Dataset<ImageSample>;
  readonly teacher: Teacher;
  readonly extractor: FeatureExtractor;
  readonly reference: ImageSet;
  readonly folder: string | undefined;
  readonly log: (message: string) => void;
}

export async function runDemo(options: DemoOptions = {}): Promise<DemoResult> {
  const { seed = 0, folder, log = () => {} } = options;
  const settings = { ...demoSettings, ...options.settings };
  const started = performance.now();
  if (folder !== undefined) await mkdir(folder, { recursive: true });
  manualSeed(seed);
  const train = sceneDataset(settings.trainImages, 1000 + seed);
  const test = sceneDataset(settings.testImages, 2000 + seed);
  log(`${train.length} training scenes and ${test.length} for tests, ${sceneClasses.length} classes`);
  const classifier = async (name: string, own: number, data: Dataset<ImageSample>) => {
    const model = new SmallClassifier(sceneClasses.length, { channels: 8, generator: new Generator(own) });
    const feed = new ImageFeed(data, { batchSize: 64, seed: own });
    await trainClassifier(model, feed, {
      steps: settings.classifierSteps,
      lr: 6e-3,
      generator: new Generator(own + 1),
    });
    const accuracy = await accuracyOf(model, test);
    log(`${name}: ${(100 * accuracy).toFixed(1)} % of held-out scenes right`);
    return { model, accuracy };
  };
  // Trained apart from the judge, on the training scenes; the judge sees other scenes.
  const guide = await classifier('stand-in teacher (supervised)', 10 + seed, train);
  const judge = await classifier('independent classifier', 20 + seed, sceneDataset(settings.trainImages, 3000 + seed));
  const extractor = smallExtractor(judge.model, 'small scene classifier');
  const held = new ImageSetBuilder(`${test.length} held-out scenes`, 'none', extractor);
  for await (const { images } of eachBatch(test, 250)) {
    await held.add(images);
    images.dispose();
  }
  const teacher = smallTeacher(guide.model.encoder, 'small scene classifier');
  const stage: Stage = { seed, settings, train, test, teacher, extractor, reference: held.finish(), folder, log };
  const variants: VariantResult[] = [];
  for (const variant of demoVariants) variants.push(await runVariant(variant, stage));
  const result = {
    seed,
    extractor: extractor.name,
    classifierAccuracy: judge.accuracy,
    variants,
    seconds: (performance.now() - started) / 1000,
  };
  guide.model.dispose();
  judge.model.dispose();
  if (folder !== undefined) await writeFileAtomic(join(folder, 'result.json'), `${JSON.stringify(result, null, 2)}\n`);
  return result;
}

async function accuracyOf(model: SmallClassifier, dataset: Dataset<ImageSample>): Promise<number> {
  let hits = 0;
  for await (const { images, labels } of eachBatch(dataset, 250)) {
    using guesses = noGrad(() => scope(() => model.forward(images).argmax({ dim: 1 })));
    const values = await guesses.data();
    labels!.forEach((label, i) => {
      if (values[i] === label) hits++;
    });
    images.dispose();
  }
  return hits / dataset.length;
}

async function runVariant(variant: (typeof demoVariants)[number], stage: Stage): Promise<VariantResult> {
  const { settings, train, test, log } = stage;
  const started = performance.now();
  using tokenizer = await trainDemoTokenizer(variant, stage);
  const coded = await encodeAll(tokenizer, train);
  const codedTest = await encodeAll(tokenizer, test);
  const scores = new ReconstructionScores(tokenizer.config.codebook.size, 'none');
  for await (const { images } of eachBatch(test, 100)) {
    const { image, ids } = noGrad(() => scope(() => tokenizer.forward(images)));
    await scores.add(images, image, ids);
    for (const t of [images, image, ids]) t.dispose();
  }
  const measured = new Map(scores.finish().map(({ metric, value }) => [metric, value]));
  await writeReconstructions(variant.name, tokenizer, stage);
  const probe = async (of: 'encoder' | 'decoder') =>
    linearProbe(await pooledFeatures(tokenizer, train, of, 2000), await pooledFeatures(tokenizer, test, of));
  const [encoderProbe, decoderProbe] = [await probe('encoder'), await probe('decoder')];
  log(
    `${variant.name}: PSNR ${measured.get('PSNR')!.toFixed(2)} dB, ${(100 * measured.get('codebook usage')!).toFixed(0)} % of codes used, probes ${encoderProbe.toFixed(3)} (encoder) ${decoderProbe.toFixed(3)} (decoder)`,
  );
  using model = new ImageModel({
    ...imageModelSizes.tiny,
    vocabulary: tokenizer.config.codebook.size,
    tokens: tokenizer.config.tokens,
    classes: sceneClasses.length,
    multipleOf: 32,
  });
  await trainDemoImageModel(model, coded, stage);
  const imageModelLoss = await lossOn(model, codedTest);
  const half = Math.floor(model.config.layers / 2);
  const imageModelProbe = await linearProbe(
    await hiddenFeatures(model, slice(coded, 2000), half),
    await hiddenFeatures(model, codedTest, half),
  );
  const sampled = await sampleAndJudge(variant.name, model, tokenizer, stage);
  const result: VariantResult = {
    name: variant.name,
    psnr: measured.get('PSNR')!,
    usage: measured.get('codebook usage')!,
    perplexity: measured.get('codebook perplexity')!,
    encoderProbe,
    decoderProbe,
    imageModelProbe,
    imageModelLoss,
    ...sampled,
    seconds: (performance.now() - started) / 1000,
  };
  log(
    `${variant.name}: image model probe ${imageModelProbe.toFixed(3)}, ${(100 * sampled.classAccuracy).toFixed(0)} % of samples (guidance ${settings.guidance}) show their class; ${result.seconds.toFixed(0)} s`,
  );
  return result;
}

async function trainDemoTokenizer(variant: (typeof demoVariants)[number], stage: Stage): Promise<VisualTokenizer> {
  const { seed, settings, train, teacher, log } = stage;
  const { tiny } = tokenizerConfigs;
  manualSeed(100 + seed);
  const tokenizer = new VisualTokenizer({
    ...tiny,
    codebook: { ...tiny.codebook, entropyWeight: variant.entropy ? tiny.codebook.entropyWeight : 0 },
    semantic: { ...tiny.semantic, features: teacher.features },
  });
  initializeSmall(tokenizer, new Generator(200 + seed));
  const steps = settings.tokenizerSteps;
  const loss = new TokenizerLoss({ shortcutsEnd: Math.floor(steps / 2), semanticWeight: variant.semantic ? 0.5 : 0 });
  using trainer = new TokenizerTrainer(tokenizer, loss, {
    steps,
    lr: 2e-3,
    clipNorm: 1,
    schedule: { warmup: Math.min(30, Math.floor(steps / 10)), end: 0.05 },
    usageWindow: 8192,
  });
  const feed = new ImageFeed(train, { batchSize: settings.tokenizerBatch, seed: 300 + seed });
  const cache = new TeacherCache(teacher, tokenizer.config.grid);
  for (let step = 0; step < steps; step++) {
    const { images, indices } = await feed.next();
    const features = variant.semantic ? await cache.get(images, indices) : undefined;
    const metrics = await trainer.step(step, images, features);
    if (step % 50 === 49) {
      const value = async (name: string) => Number(await (metrics[name] as Tensor).item()).toFixed(4);
      log(
        `  step ${step + 1}: reconstruction ${await value('reconstruction')}, usage ${(metrics.usage as number).toFixed(2)}`,
      );
    }
    for (const t of Object.values(metrics)) if (typeof t !== 'number') t.dispose();
    images.dispose();
    features?.dispose();
  }
  return tokenizer.eval();
}

interface Coded {
  readonly ids: Int32Array;
  readonly labels: Int32Array;
  readonly tokens: number;
}

async function encodeAll(tokenizer: VisualTokenizer, dataset: Dataset<ImageSample>): Promise<Coded> {
  const { tokens } = tokenizer.config;
  const ids = new Int32Array(dataset.length * tokens);
  const labels = new Int32Array(dataset.length);
  let at = 0;
  for await (const batch of eachBatch(dataset, 250)) {
    using coded = noGrad(() => scope(() => tokenizer.encode(batch.images).ids));
    ids.set((await coded.data()) as Int32Array, at * tokens);
    labels.set(batch.labels!, at);
    at += batch.indices.length;
    batch.images.dispose();
  }
  return { ids, labels, tokens };
}

function slice({ ids, labels, tokens }: Coded, count: number): Coded {
  return { ids: ids.subarray(0, count * tokens), labels: labels.subarray(0, count), tokens };
}

async function pooledFeatures(
  tokenizer: VisualTokenizer,
  dataset: Dataset<ImageSample>,
  of: 'encoder' | 'decoder',
  limit = dataset.length,
): Promise<LabelledFeatures> {
  const parts: Float32Array[] = [];
  const labels: number[] = [];
  for await (const batch of eachBatch(dataset, 250)) {
    using pooled = noGrad(() =>
      scope(() =>
        of === 'encoder'
          ? tokenizer.features(batch.images).mean({ dim: [2, 3] })
          : tokenizer.decoderFeatures(batch.images).mean({ dim: 1 }),
      ),
    );
    parts.push((await pooled.data()) as Float32Array);
    labels.push(...batch.labels!);
    batch.images.dispose();
    if (labels.length >= limit) break;
  }
  return stackFeatures(parts, labels);
}

/** Hidden states of the middle of an image model, averaged over positions, without a class: as the paper probes. */
async function hiddenFeatures(
  model: ImageModel,
  { ids, labels, tokens }: Coded,
  layers: number,
): Promise<LabelledFeatures> {
  const parts: Float32Array[] = [];
  model.eval();
  for (let start = 0; start < labels.length; start += 250) {
    const end = Math.min(labels.length, start + 250);
    using pooled = noGrad(() =>
      scope(() => {
        const codes = tensor(ids.slice(start * tokens, end * tokens), { shape: [end - start, tokens] });
        const none = tensor(new Int32Array(end - start).fill(model.nullClass));
        return model.hidden(codes, none, layers).mean({ dim: 1 });
      }),
    );
    parts.push((await pooled.data()) as Float32Array);
  }
  return stackFeatures(parts, [...labels]);
}

async function lossOn(model: ImageModel, { ids, labels, tokens }: Coded): Promise<number> {
  model.eval();
  let sum = 0;
  for (let start = 0; start < labels.length; start += 250) {
    const end = Math.min(labels.length, start + 250);
    using loss = noGrad(() =>
      scope(() => {
        const codes = tensor(ids.slice(start * tokens, end * tokens), { shape: [end - start, tokens] });
        return model.loss(codes, tensor(labels.slice(start, end)));
      }),
    );
    sum += (await loss.item()) * (end - start);
  }
  return sum / labels.length;
}

async function trainDemoImageModel(model: ImageModel, { ids, labels, tokens }: Coded, stage: Stage): Promise<void> {
  const { settings, seed } = stage;
  const generator = new Generator(400 + seed);
  using trainer = new ImageModelTrainer(model, {
    steps: settings.imageModelSteps,
    lr: 3e-3,
    schedule: { kind: 'wsd', warmup: Math.min(20, Math.floor(settings.imageModelSteps / 10)) },
    generator,
  });
  const order = new Order(labels.length, 500 + seed);
  for (let step = 0; step < settings.imageModelSteps; step++) {
    const rows = order.next(settings.imageModelBatch);
    const codes = new Int32Array(rows.length * tokens);
    for (const [i, row] of rows.entries()) codes.set(ids.subarray(row * tokens, (row + 1) * tokens), i * tokens);
    using x = tensor(codes, { shape: [rows.length, tokens] });
    using classes = tensor(Int32Array.from(rows, (row) => labels[row]!));
    for (const t of Object.values(trainer.step(x, classes))) if (typeof t !== 'number') t.dispose();
    if (step % 25 === 24) await trainer.optimizer.synchronize();
  }
}

/** Rows drawn with replacement, reproducibly. */
class Order {
  readonly #random: Generator;
  readonly #count: number;

  constructor(count: number, seed: number) {
    this.#count = count;
    this.#random = new Generator(seed);
  }

  next(size: number): number[] {
    const values = scope(() => rand([size], { generator: this.#random }).dataSync());
    return Array.from(values, (u) => Math.min(this.#count - 1, Math.floor(u * this.#count)));
  }
}

async function sampleAndJudge(
  name: string,
  model: ImageModel,
  tokenizer: VisualTokenizer,
  { settings, extractor, reference, folder, seed }: Stage,
): Promise<{ classAccuracy: number; frechetDistance: number }> {
  const classes = Int32Array.from({ length: settings.samples }, (_, i) => i % sceneClasses.length);
  const builder = new ImageSetBuilder(name, 'none', extractor);
  let hits = 0;
  const shown: Float32Array[] = [];
  for (let start = 0; start < classes.length; start += 120) {
    const wanted = classes.slice(start, start + 120);
    using given = tensor(wanted);
    using ids = generateTokens(model, given, { scale: settings.guidance, seed: 600 + seed, first: start });
    using images = noGrad(() => scope(() => tokenizer.decodeIds(ids)));
    await builder.add(images);
    const { probabilities } = await extractor.extract(images);
    const width = extractor.classes!;
    wanted.forEach((label, i) => {
      const row = probabilities!.subarray(i * width, (i + 1) * width);
      if (row.indexOf(Math.max(...row)) === label) hits++;
    });
    shown.push((await images.data()) as Float32Array);
  }
  if (folder !== undefined) {
    const grid = await imageGrid(shown[0]!, [sceneSize, sceneSize], { columns: sceneClasses.length, scale: 2 });
    await writeFileAtomic(join(folder, `samples ${name}.png`), grid);
  }
  const [distance] = compareSets(builder.finish(), reference, 'g');
  return { classAccuracy: hits / classes.length, frechetDistance: distance!.value };
}

async function writeReconstructions(name: string, tokenizer: VisualTokenizer, { folder, test }: Stage): Promise<void> {
  if (folder === undefined) return;
  for await (const { images } of eachBatch(test, 16)) {
    using again = noGrad(() => scope(() => tokenizer.forward(images).image));
    const [a, b] = [(await images.data()) as Float32Array, (await again.data()) as Float32Array];
    const both = new Float32Array(a.length + b.length);
    both.set(a);
    both.set(b, a.length);
    const grid = await imageGrid(both, [sceneSize, sceneSize], { columns: 16, scale: 2 });
    await writeFileAtomic(join(folder, `reconstructions ${name}.png`), grid);
    images.dispose();
    return;
  }
}
