/** Batches of images as tensors, endlessly, in an order that a checkpoint remembers. */
import { type Batch, DataLoader, type Dataset, type ImageSample, type LoaderOptions } from '@tessera/data';
import { type Tensor, tensor } from '@tessera/tensor';
import { loaderState, type Stateful } from '@tessera/train';
import { GigatokError } from '../errors.js';
import { joined } from '../joined.js';

export interface ImageBatch {
  /** `[B, 3, size, size]` in [-1, 1]. */
  readonly images: Tensor;
  /** Class of each image; undefined where the collection has none. */
  readonly labels: Int32Array | undefined;
  /** Row of the dataset that each image is. */
  readonly indices: readonly number[];
}

/** Images of samples as one tensor: `[B, 3, size, size]`, or `[B, crops, 3, size, size]` of samples with several crops. */
export function stackImages(samples: readonly ImageSample[]): Tensor {
  const { shape, pixels: first } = samples[0]!;
  const other = samples.find(({ pixels }) => pixels.length !== first.length);
  if (other !== undefined)
    throw new GigatokError('IMAGE_SHAPE', `${other.name}: is [${other.shape}], the first of its batch [${shape}].`);
  const values = joined(
    samples.map(({ pixels }) => pixels),
    Float32Array,
  );
  return tensor(values, { shape: [samples.length, ...shape] });
}

/**
 * Classes of samples of the collection named `collection`; undefined where none has one.
 * @throws GigatokError naming the sample where only some have.
 */
export function labelsOf(samples: readonly ImageSample[], collection: string): Int32Array | undefined {
  if (samples.every(({ label }) => label === undefined)) return undefined;
  return Int32Array.from(samples, ({ label, name }) => {
    if (label !== undefined) return label;
    throw new GigatokError('NO_LABEL', `${collection}: the image ${name} has no class, others have.`);
  });
}

/** The first image that can be read. @throws DatasetError where none can. */
export async function firstImage(dataset: Dataset<ImageSample>): Promise<ImageSample> {
  const loader = new DataLoader(dataset, { batchSize: 1, ahead: 1, onBadSample: 'skip' });
  const { value } = await loader[Symbol.asyncIterator]().next();
  return value!.samples[0]!;
}

export class ImageFeed {
  readonly loader: DataLoader<ImageSample>;
  /** The loader's place, for checkpoints. */
  readonly state: Stateful;
  #batches: AsyncIterator<Batch<ImageSample>> | undefined;

  constructor(dataset: Dataset<ImageSample>, options: Omit<LoaderOptions, 'lastBatch' | 'epochs'>) {
    // A collection of one batch gives what of it can be read.
    const lastBatch = options.batchSize < dataset.length ? 'drop' : 'keep';
    const always = { shuffle: true, epochs: Number.POSITIVE_INFINITY, onBadSample: 'skip' } as const;
    this.loader = new DataLoader(dataset, { ...always, ...options, lastBatch });
    this.state = loaderState(this.loader);
  }

  async next(): Promise<ImageBatch> {
    // Made at the first batch, so that a restored place is taken up.
    this.#batches ??= this.loader[Symbol.asyncIterator]();
    const { done, value } = await this.#batches.next();
    if (done) throw new GigatokError('NO_IMAGES', `${this.loader.dataset.name}: no images are left.`);
    const { samples, indices } = value;
    return { images: stackImages(samples), labels: labelsOf(samples, this.loader.dataset.name), indices };
  }
}

/** All images of a dataset in its order, `batchSize` at a time. Rows that cannot be read are skipped and named to `onSkip`. */
export async function* eachBatch(
  dataset: Dataset<ImageSample>,
  batchSize: number,
  options: Pick<LoaderOptions, 'onSkip'> = {},
): AsyncGenerator<ImageBatch & { readonly samples: readonly ImageSample[] }, void, undefined> {
  const loader = new DataLoader(dataset, { batchSize, epochs: 1, onBadSample: 'skip', ...options });
  for await (const { samples, indices } of loader) {
    if (samples.length === 0) continue;
    yield { images: stackImages(samples), labels: labelsOf(samples, dataset.name), indices, samples };
  }
}
