/** Between bytes and the numbers a model takes: channels first, [-1, 1]. */
import { channels, type Image } from './image.js';

/** `(v / 255 - 0.5) / 0.5` in float32 for every byte, as ToTensor and Normalize compute it. */
const normalised = Float32Array.from({ length: 256 }, (_, v) => Math.fround(Math.fround(v / 255) - 0.5) / 0.5);

/** Pixels of an image as [3, height, width] in [-1, 1], into `out` from `offset` on. */
export function toPixels(
  image: Image,
  out = new Float32Array(image.data.length),
  offset = 0,
): Float32Array<ArrayBuffer> {
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
  const plane = width * height;
  const bytes = toBytes(pixels.subarray(offset, offset + channels * plane));
  const data = new Uint8Array(channels * plane);
  for (let i = 0; i < plane; i++) for (let c = 0; c < channels; c++) data[i * channels + c] = bytes[c * plane + i]!;
  return { width, height, data };
}
