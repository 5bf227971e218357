/**
 * The crops of the ADM (guided-diffusion) pipeline, which LlamaGen and GigaTok share: halve by BOX while the short side is at least
 * twice what is wanted, finish by BICUBIC, cut out a square. Sides are rounded half to even, as Python does.
 */
import { checkOptions, checkWhole, refused, shown } from '../check.js';
import { roundHalfEven } from '../convert.js';
import { ImageError } from '../errors.js';
import type { CounterRandom } from '../random.js';
import { checkImage, cropImage, flipImage, type Image } from './image.js';
import { resizeImage } from './resize.js';

/** Scales an image so that its short side is `size`. */
export function resizeShortSide(image: Image, size: number): Image {
  checkImage('resizeShortSide', image);
  checkWhole('resizeShortSide', 'size', size);
  let current = image;
  while (Math.min(current.width, current.height) >= 2 * size) {
    current = resizeImage(current, Math.floor(current.width / 2), Math.floor(current.height / 2), 'box');
  }
  const scale = size / Math.min(current.width, current.height);
  return resizeImage(current, roundHalfEven(current.width * scale), roundHalfEven(current.height * scale), 'bicubic');
}

/** The central square of `size`, of an image scaled to it. */
export function centerCrop(image: Image, size: number): Image {
  const scaled = resizeShortSide(image, size);
  const [x, y] = [Math.floor((scaled.width - size) / 2), Math.floor((scaled.height - size) / 2)];
  return cropImage(scaled, x, y, size, size);
}

export interface RandomCropOptions {
  /** The square's share of the short side is drawn between these; [0.8, 1] where absent. */
  readonly fractions?: readonly [number, number];
}

/** @throws ImageError `IMAGE_OPTION` unless they are absent, or shares of a side, the smaller first. */
export function checkFractions(fractions: readonly [number, number] | undefined): void {
  if (fractions === undefined) return;
  const isPair = Array.isArray(fractions) && fractions.length === 2;
  if (isPair && 0 < fractions[0] && fractions[0] <= fractions[1] && fractions[1] <= 1) return;
  const given = Array.isArray(fractions) ? `[${fractions.map(shown).join(', ')}]` : shown(fractions);
  throw new ImageError('IMAGE_OPTION', `fractions must be two numbers, 0 < low <= high <= 1; got ${given}`);
}

/** Sides between which the short side is drawn for a random crop of `size`. */
export function shortSideRange(
  size: number,
  [low, high]: readonly [number, number] = [0.8, 1],
): readonly [number, number] {
  return [Math.ceil(size / high), Math.ceil(size / low)];
}

/** A random square of `size`, of an image scaled at random. */
export function randomCrop(image: Image, size: number, random: CounterRandom, options: RandomCropOptions = {}): Image {
  checkImage('randomCrop', image);
  checkWhole('randomCrop', 'size', size);
  if (typeof random?.integer !== 'function')
    throw refused('randomCrop', `random is a CounterRandom; got ${shown(random)}`);
  checkOptions<RandomCropOptions>('randomCrop', options, { fractions: true });
  checkFractions(options.fractions);
  const [low, high] = shortSideRange(size, options.fractions);
  const scaled = resizeShortSide(image, low + random.integer(high - low + 1));
  const y = random.integer(scaled.height - size + 1);
  const x = random.integer(scaled.width - size + 1);
  return cropImage(scaled, x, y, size, size);
}

/**
 * Ten squares of `size`: the four corners and the center of the central square of `preSize`, then those of its mirror image.
 * The order is torchvision's TenCrop.
 */
export function tenCrop(image: Image, size: number, preSize: number): readonly Image[] {
  const square = centerCrop(image, preSize);
  return [...fiveCrops(square, size), ...fiveCrops(flipImage(square), size)];
}

function fiveCrops(square: Image, size: number): readonly Image[] {
  const far = square.width - size;
  const middle = roundHalfEven(far / 2);
  const corners = [
    [0, 0],
    [far, 0],
    [0, far],
    [far, far],
    [middle, middle],
  ] as const;
  return corners.map(([x, y]) => cropImage(square, x, y, size, size));
}
