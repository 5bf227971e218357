/** Images in memory: 8-bit RGB, row by row, the three channels of a pixel together. */
import { shown } from '../check.js';
import { ImageError } from '../errors.js';

export interface Image {
  readonly width: number;
  readonly height: number;
  /** `height * width * 3` bytes. */
  readonly data: Uint8Array<ArrayBuffer>;
}

export const channels = 3;

/** Refuses what is no image, naming the function that was given it. */
export function checkImage(op: string, image: Image): void {
  const { width, height, data } = image ?? {};
  if (data instanceof Uint8Array && data.length === width! * height! * channels) return;
  throw new ImageError(
    'IMAGE',
    `${op}: needs an image { width, height, data } of 3 bytes a pixel; got ${shown(image)}`,
  );
}

/** The rectangle of `width` by `height` whose upper left corner is at (x, y). Throws ImageError where it does not lie within the image. */
export function cropImage(image: Image, x: number, y: number, width: number, height: number): Image {
  checkImage('cropImage', image);
  if (
    ![x, y, width, height].every(Number.isInteger) ||
    x < 0 ||
    y < 0 ||
    x + width > image.width ||
    y + height > image.height
  ) {
    const wanted = `${width}x${height} at (${x}, ${y})`;
    throw new ImageError(
      'IMAGE_CROP',
      `a crop of ${wanted} does not lie within an image of ${image.width}x${image.height}`,
    );
  }
  const row = width * channels;
  const data = new Uint8Array(height * row);
  for (let i = 0; i < height; i++) {
    const from = ((y + i) * image.width + x) * channels;
    data.set(image.data.subarray(from, from + row), i * row);
  }
  return { width, height, data };
}

/** Left and right exchanged. */
export function flipImage(image: Image): Image {
  checkImage('flipImage', image);
  const { width, height } = image;
  const data = new Uint8Array(image.data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * channels;
      const to = (y * width + width - 1 - x) * channels;
      for (let c = 0; c < channels; c++) data[to + c] = image.data[from + c]!;
    }
  }
  return { width, height, data };
}
