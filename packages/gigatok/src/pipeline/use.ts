/** `reconstruct`, `extract`, `sample`, `eval` and `probe`: what trained tokenizers and image models are for. */
import { join } from 'node:path';
import { type Dataset, type ImageSample, makeFolder, spreadDataset, writeFileAtomic } from '@tessera/data';
import { noGrad, scope, type Tensor, tensor } from '@tessera/tensor';
import { type CodeSample, stackCodes } from '../ar/codes.js';
import { type GenerateOptions, generateTokens } from '../ar/generate.js';
import type { ImageModel } from '../ar/model.js';
import { GigatokError } from '../errors.js';
import { joined } from '../joined.js';
import type { PerceptualDistance } from '../losses/tokenizer-loss.js';
import {
  compareSets,
  type ImageSet,
  ImageSetBuilder,
  type Measurement,
  ReconstructionScores,
  referenceStatistics,
} from '../metrics/evaluator.js';
import type { FeatureExtractor } from '../metrics/features.js';
import { gridPng } from '../metrics/grid.js';
import type { VisualTokenizer } from '../model/tokenizer.js';
import { eachBatch } from '../training/feed.js';
import { larsProbe } from '../training/lars-probe.js';
import { type LabelledFeatures, linearProbe, type ProbeRecipe, stackFeatures } from '../training/probe.js';

const batchSize = 32;

/** Writes grids of `count` originals from all over the dataset (odd rows) and their reconstructions (even rows). */
export async function reconstructImages(
  tokenizer: VisualTokenizer,
  dataset: Dataset<ImageSample>,
  folder: string,
  count: number,
): Promise<string[]> {
  await makeFolder(folder);
  const side = tokenizer.config.imageSize;
  const files: string[] = [];
  const columns = 8;
  for await (const { images } of eachBatch(spreadDataset(dataset, count), columns)) {
    const both = await withReconstructions(tokenizer, images);
    const file = join(folder, `reconstructions-${String(files.length).padStart(4, '0')}.png`);
    await writeFileAtomic(file, await gridPng(both, [side, side], { columns: images.shape[0]! }));
    files.push(file);
    images.dispose();
  }
  return files;
}

/** Pixels of images `[B, 3, size, size]`, then of their reconstructions. */
export async function withReconstructions(tokenizer: VisualTokenizer, images: Tensor): Promise<Float32Array> {
  using again = noGrad(() => scope(() => tokenizer.forward(images).image.to('f32')));
  return joined([(await images.data()) as Float32Array, (await again.data()) as Float32Array], Float32Array);
}

export interface SampleRequest extends GenerateOptions {
  /** Class of each image. */
  readonly classes: Int32Array;
  /** Images at a time. Default 32. */
  readonly batch?: number;
}

/** Images `[B, 3, size, size]`, batch by batch, of the classes asked for. @throws GigatokError for a class the model lacks. */
export async function* sampleImages(
  model: ImageModel,
  tokenizer: VisualTokenizer,
  { classes, batch = batchSize, ...options }: SampleRequest,
): AsyncGenerator<Tensor, void, undefined> {
  const { tokens, vocabulary, classes: known } = model.config;
  if (tokens !== tokenizer.config.tokens || vocabulary !== tokenizer.config.codebook.size) {
    throw new GigatokError(
      'MODELS_DIFFER',
      `the image model makes ${tokens} tokens of ${vocabulary} codes, the tokenizer has ${tokenizer.config.tokens} of ${tokenizer.config.codebook.size}.`,
    );
  }
  const wrong = classes.find((label) => !(label >= 0 && label < known));
  if (wrong !== undefined)
    throw new GigatokError('NO_CLASS', `class ${wrong}: the image model has classes 0 to ${known - 1}.`);
  for (let start = 0; start < classes.length; start += batch) {
    using labels = tensor(classes.slice(start, start + batch));
    using ids = generateTokens(model, labels, { ...options, first: (options.first ?? 0) + start });
    yield noGrad(() => scope(() => tokenizer.decodeIds(ids).to('f32')));
  }
}

/** Draws images and writes them as one grid. */
export async function writeSamples(
  model: ImageModel,
  tokenizer: VisualTokenizer,
  request: SampleRequest,
  file: string,
  columns: number,
): Promise<void> {
  const side = tokenizer.config.imageSize;
  const drawn: Float32Array[] = [];
  for await (const images of sampleImages(model, tokenizer, request)) {
    drawn.push((await images.data()) as Float32Array);
    images.dispose();
  }
  await writeFileAtomic(file, await gridPng(joined(drawn, Float32Array), [side, side], { columns }));
}

export interface EvaluateOptions {
  readonly crop: string;
  readonly extractor?: FeatureExtractor | undefined;
  readonly perceptual?: { readonly name: string; readonly distance: PerceptualDistance } | undefined;
  /** ADM's `.npz` of reference statistics, in the extractor's features; the originals where absent. */
  readonly reference?: string | undefined;
}

/** A tokenizer's reconstructions of a dataset, by pixels, perception, and (with an extractor) features. */
export async function evaluateReconstruction(
  tokenizer: VisualTokenizer,
  dataset: Dataset<ImageSample>,
  { crop, extractor, perceptual, reference }: EvaluateOptions,
): Promise<Measurement[]> {
  const scores = new ReconstructionScores(tokenizer.config.codebook.size, crop, perceptual);
  const originals = extractor && new ImageSetBuilder(dataset.name, crop, extractor);
  const again = extractor && new ImageSetBuilder('reconstructions', crop, extractor);
  for await (const { images } of eachBatch(dataset, batchSize)) {
    const { image, ids } = noGrad(() => scope(() => tokenizer.forward(images)));
    await scores.add(images, image, ids);
    await originals?.add(images);
    await again?.add(image);
    for (const t of [images, image, ids]) t.dispose();
  }
  const found = scores.finish();
  if (again === undefined || originals === undefined) return found;
  const against =
    reference === undefined ? originals.finish() : await referenceStatistics(reference, again.extractor.name);
  return [...found, ...compareSets(again.finish(), against, 'r')];
}

/** An image model's samples against a dataset, or against stored statistics. */
export async function evaluateGeneration(
  model: ImageModel,
  tokenizer: VisualTokenizer,
  request: SampleRequest,
  reference: Dataset<ImageSample> | string,
  { crop, extractor }: EvaluateOptions & { readonly extractor: FeatureExtractor },
): Promise<Measurement[]> {
  const samples = new ImageSetBuilder('samples', 'none (generated)', extractor);
  for await (const images of sampleImages(model, tokenizer, request)) {
    await samples.add(images);
    images.dispose();
  }
  const against =
    typeof reference === 'string'
      ? await referenceStatistics(reference, extractor.name)
      : await setOf(reference, crop, extractor);
  return compareSets(samples.finish(), against, 'g');
}

async function setOf(dataset: Dataset<ImageSample>, crop: string, extractor: FeatureExtractor): Promise<ImageSet> {
  const builder = new ImageSetBuilder(dataset.name, crop, extractor);
  for await (const { images } of eachBatch(dataset, batchSize)) {
    await builder.add(images);
    images.dispose();
  }
  return builder.finish();
}

const fitProbe = { fit: linearProbe, lars: larsProbe };

/** Accuracies of linear layers on a tokenizer's features, averaged over tokens. */
export interface TokenizerProbes {
  /** On the encoder transformer's. */
  readonly encoder: number;
  /** On those of the decoder layer that is aligned with a teacher. */
  readonly decoder: number;
}

/** Fits linear probes to a tokenizer's features of one dataset, and measures them on another. */
export async function probeTokenizer(
  tokenizer: VisualTokenizer,
  train: Dataset<ImageSample>,
  test: Dataset<ImageSample>,
  recipe: ProbeRecipe = 'fit',
): Promise<TokenizerProbes> {
  const [fitted, tested] = [await pooledFeatures(tokenizer, train), await pooledFeatures(tokenizer, test)];
  const fit = fitProbe[recipe];
  return {
    encoder: await fit(fitted.encoder, tested.encoder),
    decoder: await fit(fitted.decoder, tested.decoder),
  };
}

async function pooledFeatures(
  tokenizer: VisualTokenizer,
  dataset: Dataset<ImageSample>,
): Promise<Readonly<Record<keyof TokenizerProbes, LabelledFeatures>>> {
  const parts = { encoder: [] as Float32Array[], decoder: [] as Float32Array[] };
  const labels: number[] = [];
  for await (const { images, labels: own } of eachBatch(dataset, batchSize)) {
    if (own === undefined) throw new GigatokError('NO_LABEL', `${dataset.name}: the images have no classes to probe.`);
    const { encoder, decoder } = noGrad(() =>
      scope(() => {
        const features = tokenizer.features(images);
        return {
          encoder: features.to('f32').mean({ dim: [2, 3] }),
          decoder: tokenizer.decoderFeatures(features).to('f32').mean({ dim: 1 }),
        };
      }),
    );
    parts.encoder.push((await encoder.data()) as Float32Array);
    parts.decoder.push((await decoder.data()) as Float32Array);
    labels.push(...own);
    for (const t of [images, encoder, decoder]) t.dispose();
  }
  return { encoder: stackFeatures(parts.encoder, labels), decoder: stackFeatures(parts.decoder, labels) };
}

/** Codes of a dataset with the classes of its images, `batchSize` at a time. */
async function* eachCodes(codes: Dataset<CodeSample>): AsyncGenerator<{ ids: Tensor; labels: Int32Array }> {
  for (let start = 0; start < codes.length; start += batchSize) {
    const count = Math.min(batchSize, codes.length - start);
    const rows = await Promise.all(Array.from({ length: count }, (_, i) => codes.get(start + i)));
    yield stackCodes(rows);
  }
}

/** Mean cross entropy of codes given their classes, nats a token: what AR probing compares tokenizers of one codebook size by. */
export async function imageModelLoss(model: ImageModel, codes: Dataset<CodeSample>): Promise<number> {
  model.eval();
  let sum = 0;
  for await (const { ids, labels } of eachCodes(codes)) {
    using loss = noGrad(() => scope(() => model.loss(ids, tensor(labels))));
    sum += (await loss.item()) * labels.length;
    ids.dispose();
  }
  return sum / codes.length;
}

/** Accuracy of a linear layer on an image model's hidden states after half of its blocks, averaged over positions, without a class. */
export async function probeImageModel(
  model: ImageModel,
  train: Dataset<CodeSample>,
  test: Dataset<CodeSample>,
  recipe: ProbeRecipe = 'fit',
): Promise<number> {
  model.eval();
  const half = Math.floor(model.config.layers / 2);
  const features = async (codes: Dataset<CodeSample>): Promise<LabelledFeatures> => {
    const parts: Float32Array[] = [];
    const classes: number[] = [];
    for await (const { ids, labels } of eachCodes(codes)) {
      using pooled = noGrad(() =>
        scope(() => {
          const none = tensor(new Int32Array(labels.length).fill(model.nullClass));
          return model.hidden(ids, none, half).mean({ dim: 1 });
        }),
      );
      parts.push((await pooled.data()) as Float32Array);
      classes.push(...labels);
      ids.dispose();
    }
    return stackFeatures(parts, classes);
  };
  return fitProbe[recipe](await features(train), await features(test));
}
