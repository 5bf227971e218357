/** The user's images for the classification workloads: any collection that `openImages` of the data package reads. */
import { DatasetError, imageDataset, openImages } from '@tessera/data';
import { type Device, tensor } from '@tessera/tensor';
import { Sampler } from './random.js';
import { Samples } from './workload.js';

export interface ImageCollection {
  readonly train: Samples<'image' | 'label'>;
  readonly validation: Samples<'image' | 'label'>;
  readonly classes: number;
}

/**
 * All images with labels below `path`, scaled and cropped to `size` squares with values from -1 to 1, in memory. An eighth,
 * chosen by a fixed seed, is for validation.
 */
export async function readImages(path: string, size: number, device: Device): Promise<ImageCollection> {
  const { images, classes } = await openImages(path);
  if (classes === undefined)
    throw new DatasetError('DATASET_CLASS', 'the images have no classes; put them in class folders', { file: path });
  const dataset = imageDataset(images, { size });
  const order = new Sampler(33).permutation(dataset.length);
  const length = 3 * size * size;
  const pixels = new Float32Array(dataset.length * length);
  const labels = new Int32Array(dataset.length);
  for (const [row, index] of order.entries()) {
    const sample = await dataset.get(index);
    pixels.set(sample.pixels, row * length);
    labels[row] = sample.label ?? 0;
  }
  await dataset.close();
  const part = (start: number, end: number) =>
    new Samples({
      image: tensor(pixels.subarray(start * length, end * length), { device }).reshape([end - start, 3, size, size]),
      label: tensor(labels.subarray(start, end), { device }),
    });
  const split = dataset.length - Math.floor(dataset.length / 8);
  return { train: part(0, split), validation: part(split, dataset.length), classes: classes.length };
}
