/** Images ready for a model, in one call; decoded and cropped in worker threads where asked for. */
import { checkOptions } from '../check.js';
import type { Dataset } from '../datasets/dataset.js';
import { workerDataset } from '../workers/worker-dataset.js';
import { type ImagePipeline, type ImageSample, imageDataset } from './pipeline.js';
import { type OpenImagesOptions, openImages } from './sources.js';

export interface ImageDatasetOptions extends OpenImagesOptions {
  /** What `openImages` takes. */
  readonly path: string;
  readonly pipeline: ImagePipeline;
  /** Threads that read, decode and crop; none where absent: it then runs on the main thread. */
  readonly workers?: number;
}

/** Opens a collection of images behind a pipeline. */
export async function openImageDataset(options: ImageDatasetOptions): Promise<Dataset<ImageSample>> {
  checkOptions<ImageDatasetOptions>('openImageDataset', options, {
    path: true,
    split: true,
    pipeline: true,
    workers: true,
  });
  const { workers = 0, path, split, pipeline } = options;
  const own = { path, pipeline, ...(split === undefined ? {} : { split }) };
  if (workers > 0)
    return workerDataset({ module: new URL(import.meta.url), function: 'openImageDataset', options: own, workers });
  const { images } = await openImages(path, own);
  return imageDataset(images, pipeline);
}
