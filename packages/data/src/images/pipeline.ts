/**
 * From encoded images to what a model takes: decode, crop, flip, normalise. What is drawn at random depends on seed, epoch and index
 * alone, so an epoch is the same in any number of workers and after a resume.
 */
import { checkDataset, checkOptions, shown } from '../check.js';
import { type Dataset, RowDataset } from '../datasets/dataset.js';
import { type ErrorPlace, ImageError, messageOf } from '../errors.js';
import { CounterRandom } from '../random.js';
import { centerCrop, checkFractions, randomCrop, tenCrop } from './crops.js';
import { decodeImage } from './decode.js';
import { channels, flipImage, type Image } from './image.js';
import { toPixels } from './pixels.js';
import type { EncodedImage } from './sources.js';

/** Plain data, so that it travels to workers and into checkpoints. */
export interface ImagePipeline {
  /** Side of the square that comes out. */
  readonly size: number;
  /** `center` where absent. `ten` gives ten crops of each image. */
  readonly crop?: 'center' | 'random' | 'ten';
  /** Share of the short side that a random crop takes; [0.8, 1] where absent. */
  readonly fractions?: readonly [number, number];
  /** Side, in multiples of `size`, of the square that ten crops are cut from; 1.1 where absent. */
  readonly tenCropScale?: number;
  /** Mirrors half of the images. */
  readonly flip?: boolean;
  readonly seed?: number;
}

const pipelineOptions = {
  size: true,
  crop: true,
  fractions: true,
  tenCropScale: true,
  flip: true,
  seed: true,
} as const;

export interface ImageSample {
  readonly name: string;
  readonly label: number | undefined;
  /** [3, size, size] in [-1, 1]; [10, 3, size, size] with ten crops. */
  readonly pixels: Float32Array<ArrayBuffer>;
  readonly shape: readonly number[];
}

/** The images of a collection, each processed when it is asked for. */
export function imageDataset(source: Dataset<EncodedImage>, pipeline: ImagePipeline): Dataset<ImageSample> {
  checkDataset('imageDataset', source);
  return new ProcessedImages(source, pipeline);
}

/** Crops and mirrors one image. */
export function processImage(image: Image, pipeline: ImagePipeline, random: CounterRandom): readonly Image[] {
  checkPipeline(pipeline);
  const { size, crop = 'center', fractions, tenCropScale = 1.1, flip = false } = pipeline;
  if (crop === 'ten') return tenCrop(image, size, Math.floor(size * tenCropScale));
  const square =
    crop === 'random'
      ? randomCrop(image, size, random, fractions === undefined ? {} : { fractions })
      : centerCrop(image, size);
  return [flip && random.uniform() < 0.5 ? flipImage(square) : square];
}

/** Images decoded at a time: as many as libuv has threads. Of more, photographs of full size would pile up in memory. */
const decoders = 4;

class ProcessedImages extends RowDataset<ImageSample> {
  readonly fresh = true;
  readonly #source: Dataset<EncodedImage>;
  readonly #pipeline: ImagePipeline;
  /** The last image that each decoder was given. */
  readonly #lanes: Promise<unknown>[] = new Array(decoders).fill(Promise.resolve());
  #given = 0;

  constructor(source: Dataset<EncodedImage>, pipeline: ImagePipeline) {
    super();
    checkPipeline(pipeline);
    this.#source = source;
    this.#pipeline = pipeline;
  }

  get name(): string {
    return this.#source.name;
  }

  get length(): number {
    return this.#source.length;
  }

  get blocks(): Dataset<EncodedImage>['blocks'] {
    return this.#source.blocks;
  }

  async get(index: number, epoch = 0): Promise<ImageSample> {
    const encoded = await this.#source.get(index, epoch);
    const lane = this.#given++ % decoders;
    const sample = this.#lanes[lane]!.then(() => this.#process(encoded, index, epoch));
    this.#lanes[lane] = sample.catch(() => {});
    return sample;
  }

  async #process({ name, label, bytes }: EncodedImage, index: number, epoch: number): Promise<ImageSample> {
    const { size, seed = 0 } = this.#pipeline;
    const image = await decodeImage(bytes).catch((cause: unknown) => {
      if (!(cause instanceof ImageError)) throw cause;
      throw new ImageError('IMAGE_DECODE', messageOf(cause), { ...this.place(index), cause });
    });
    const squares = processImage(image, this.#pipeline, new CounterRandom(seed, index, epoch));
    const pixels = new Float32Array(squares.length * channels * size * size);
    for (const [i, square] of squares.entries()) toPixels(square, pixels, i * channels * size * size);
    const shape = [channels, size, size];
    return { name, label, pixels, shape: this.#pipeline.crop === 'ten' ? [squares.length, ...shape] : shape };
  }

  place(index: number): ErrorPlace {
    return this.#source.place(index);
  }

  override close(): Promise<void> {
    return this.#source.close();
  }
}

function checkPipeline(pipeline: ImagePipeline): void {
  checkOptions<ImagePipeline>('ImagePipeline', pipeline, pipelineOptions);
  const { size, crop = 'center', fractions, tenCropScale = 1.1 } = pipeline;
  if (!['center', 'random', 'ten'].includes(crop))
    throw new ImageError('IMAGE_OPTION', `crop is center, random or ten; got ${shown(crop)}`);
  if (!Number.isInteger(size) || size < 1)
    throw new ImageError('IMAGE_OPTION', `size must be a whole number from 1 on; got ${size}`);
  checkFractions(fractions);
  if (!(tenCropScale >= 1)) throw new ImageError('IMAGE_OPTION', `tenCropScale must be 1 or more; got ${tenCropScale}`);
}
