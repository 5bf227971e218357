/** Between bytes and the numbers a model takes: channels first, [-1, 1]. */
import { checkArray, checkWhole } from '../check.js';
import { ImageError } from '../errors.js';
import { channels, checkImage, type Image } from './image.js';

/** `(v / 255 - 0.5) / 0.5` in float32 for every byte, as ToTensor and Normalize compute it. */
const normalised = Float32Array.from({ length: 256 }, (_, v) => Math.fround(Math.fround(v / 255) - 0.5) / 0.5);

/** Pixels of an image as [3, height, width] in [-1, 1], into `into` from `offset` on where it is given. */
export function toPixels(image: Image, into?: Float32Array<ArrayBuffer>, offset = 0): Float32Array<ArrayBuffer> {
  checkImage('toPixels', image);
  const out = into ?? new Float32Array(offset + image.data.length);
  checkArray('toPixels', 'pixels', out, Float32Array);
  checkRoom('toPixels', out, image.width, image.height, offset);
  const plane = image.width * image.height;
  for (let i = 0; i < plane; i++) {
    for (let c = 0; c < channels; c++) out[offset + c * plane + i] = normalised[image.data[i * channels + c]!]!;
  }
  return out;
}

/** Bytes of pixels in [-1, 1]: `clamp(127.5 x + 128, 0, 255)` without its fraction, the mapping of ADM's evaluation. NaN becomes 0. */
export function toBytes(pixels: Float32Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(pixels, (x) => Math.min(255, Math.max(0, 127.5 * x + 128)));
}

/** An image of pixels [3, height, width] in [-1, 1], starting at `offset`. */
export function toImage(pixels: Float32Array, width: number, height: number, offset = 0): Image {
  checkArray('toImage', 'pixels', pixels, Float32Array);
  checkWhole('toImage', 'width', width, 0);
  checkWhole('toImage', 'height', height, 0);
  checkRoom('toImage', pixels, width, height, offset);
  const plane = width * height;
  const bytes = toBytes(pixels.subarray(offset, offset + channels * plane));
  const data = new Uint8Array(channels * plane);
  for (let i = 0; i < plane; i++) for (let c = 0; c < channels; c++) data[i * channels + c] = bytes[c * plane + i]!;
  return { width, height, data };
}

function checkRoom(op: string, pixels: Float32Array, width: number, height: number, offset: number): void {
  checkWhole(op, 'offset', offset, 0);
  if (offset + channels * width * height <= pixels.length) return;
  const wanted = `${channels} x ${height} x ${width} from ${offset} on`;
  throw new ImageError('IMAGE', `${op}: there are ${pixels.length} pixels, which do not hold ${wanted}`);
}
