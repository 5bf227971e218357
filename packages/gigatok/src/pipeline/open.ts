/** Opens what configurations and commands name: images, perceptual distances, discriminators, feature extractors. */
import { basename } from 'node:path';
import { type Dataset, type ImageSample, openImageDataset, openImages, spreadDataset } from '@tessera/data';
import { InceptionV3, Lpips, loadWeights, openWeights } from '@tessera/models';
import { init } from '@tessera/nn';
import { Generator } from '@tessera/tensor';
import type { z } from '@tessera/train';
import { GigatokError } from '../errors.js';
import { DinoDiscriminator } from '../losses/dino-discriminator.js';
import { type Discriminator, PatchGan } from '../losses/patchgan.js';
import type { PerceptualDistance } from '../losses/tokenizer-loss.js';
import { type FeatureExtractor, inceptionExtractor, smallExtractor } from '../metrics/features.js';
import { type TokenizerConfig, tokenizerConfig } from '../model/config.js';
import { ImageFeed } from '../training/feed.js';
import { SmallClassifier, trainClassifier } from '../training/small-encoder.js';
import type { dataSchema, TrainConfig } from './config.js';

export type DataConfig = z.output<typeof dataSchema>;

/** Images of a collection at a size. */
export async function openImageData(data: DataConfig, imageSize: number, seed: number): Promise<Dataset<ImageSample>> {
  const { path, split, workers, limit, crop, fractions, tenCropScale, flip } = data;
  const pipeline = {
    size: imageSize,
    seed,
    ...(crop && { crop }),
    ...(fractions && { fractions }),
    ...(tenCropScale && { tenCropScale }),
    ...(flip !== undefined && { flip }),
  };
  const dataset = await openImageDataset({ path, pipeline, workers, ...(split && { split }) });
  return limit === undefined ? dataset : spreadDataset(dataset, limit);
}

/** Whether an image always gives the same pixels, so that features of it can be kept. */
export function isFixed({ crop, flip }: DataConfig): boolean {
  return crop !== 'random' && flip !== true;
}

/** How the images were cropped, as results state it. */
export function cropName({ crop = 'center', flip }: DataConfig, imageSize: number): string {
  return `ADM ${crop} crop ${imageSize}${flip ? ', flipped' : ''}`;
}

/** A named configuration with the file's values on top; the teacher says how long its features are. */
export function tokenizerOf(given: TrainConfig['tokenizer'], features: number | undefined): TokenizerConfig {
  const { base, cnn, codebook, semantic, ...rest } = typeof given === 'string' ? { base: given } : given;
  const named: Partial<TokenizerConfig> = base === undefined ? {} : tokenizerConfig(base);
  const layer = semantic === undefined ? named.semantic : semantic;
  const whole = {
    ...named,
    ...rest,
    ...((named.cnn || cnn) && { cnn: { ...named.cnn, ...cnn } }),
    ...((named.codebook || codebook) && { codebook: { ...named.codebook, ...codebook } }),
    semantic: layer == null || features === undefined ? null : { layer: layer.layer, features },
  } as TokenizerConfig;
  if (whole.encoder === undefined || whole.decoder === undefined)
    throw new GigatokError('NO_CONFIG', 'tokenizer: needs a base, or encoder and decoder.');
  return whole;
}

/** How many classes a collection has, by its labels alone; undefined where it has none. */
export async function countClasses({ path, split }: DataConfig): Promise<number | undefined> {
  const source = await openImages(path, split === undefined ? {} : { split });
  await using _ = source.images;
  return await source.countClasses();
}

/** LPIPS from one checkpoint. The `lpips` package's names each head a second time, in a list. */
async function wholeLpips(path: string): Promise<Lpips> {
  await using weights = await openWeights(path);
  const lpips = init.skipInit(() => new Lpips());
  await loadWeights(lpips, weights, { ignored: (name) => name.startsWith('lins.') });
  return lpips;
}

/** LPIPS from the files a configuration names. */
export async function openPerceptual(given: TrainConfig['perceptual']): Promise<PerceptualDistance | undefined> {
  if (given === undefined) return undefined;
  const lpips = ('lpips' in given ? await wholeLpips(given.lpips) : await Lpips.load(given)).eval();
  return (a, b) => lpips.forward(a.to('f32'), b.to('f32'));
}

export async function openDiscriminator(given: TrainConfig['discriminator']): Promise<Discriminator | undefined> {
  if (given === undefined) return undefined;
  if (given.kind === 'dino') {
    await using weights = await openWeights(given.weights);
    const discriminator = new DinoDiscriminator();
    await discriminator.loadBackbone(weights);
    return discriminator;
  }
  const { channels, layers } = given;
  return new PatchGan({ ...(channels && { channels }), ...(layers && { layers }) });
}

/** Inception from the weights that FID is defined by (`pt_inception-2015-12-05-6726825d.pth`), prepared as in ADM's evaluation. */
export async function openInceptionExtractor(path: string): Promise<FeatureExtractor> {
  await using weights = await openWeights(path);
  if (weights.has('fc.weight') && weights.info('fc.weight').shape[0] === 1000)
    throw new GigatokError(
      'INCEPTION',
      `${path}: is torchvision's InceptionV3 of ImageNet's 1000 classes. FID is defined by another one, of 2015 and 1008 classes: pt_inception-2015-12-05-6726825d.pth.`,
    );
  const inception = init.skipInit(() => new InceptionV3({ preprocessing: 'tensorflow' }));
  await loadWeights(inception, weights);
  return inceptionExtractor(inception, `InceptionV3 (${basename(path)}, resized as in TensorFlow)`);
}

/** A small classifier trained on the classes of images: what stands in for Inception where its weights are not there. */
export async function trainSmallExtractor(
  data: DataConfig,
  imageSize: number,
  steps: number,
  log: (message: string) => void = () => {},
): Promise<FeatureExtractor> {
  const classes = await countClasses(data);
  if (classes === undefined)
    throw new GigatokError('NO_LABEL', `${data.path}: the images have no classes to train an extractor on.`);
  await using images = await openImageData(data, imageSize, 1);
  const classifier = new SmallClassifier(classes, { channels: 16, generator: new Generator(1) });
  const feed = new ImageFeed(images, { batchSize: Math.min(64, images.length), seed: 1 });
  await trainClassifier(classifier, feed, {
    steps,
    generator: new Generator(2),
    onStep: (step, loss) => log(`extractor: step ${step} of ${steps}, loss ${loss.toFixed(3)}`),
  });
  return smallExtractor(classifier, `small classifier (${steps} steps on ${images.name})`);
}
