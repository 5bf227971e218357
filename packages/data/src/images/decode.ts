/**
 * Decoding of image files through sharp, which is an optional package. As the reference pipelines do, alpha is dropped, colour
 * profiles and EXIF orientation are ignored.
 */
import { codeOf, ImageError, MissingPackageError, messageOf } from '../errors.js';
import { channels, type Image } from './image.js';

type Sharp = typeof import('sharp')['default'];

let loading: Promise<Sharp> | undefined;

/** Decodes a JPEG, PNG, WebP or other image that sharp reads. Throws ImageError, or MissingPackageError where sharp is not installed. */
export async function decodeImage(bytes: Uint8Array): Promise<Image> {
  loading ??= loadSharp();
  const sharp = await loading;
  try {
    const decoder = sharp(bytes, { failOn: 'truncated', ignoreIcc: true });
    const { data, info } = await decoder
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== channels) throw new Error(`${info.channels} channels after conversion to RGB`);
    // The same memory: a copy of a large photograph would take as much again.
    const { buffer, byteOffset, byteLength } = data;
    return {
      width: info.width,
      height: info.height,
      data: new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength),
    };
  } catch (cause) {
    throw new ImageError('IMAGE_DECODE', `not a readable image: ${messageOf(cause)}`, { cause });
  }
}

async function loadSharp(): Promise<Sharp> {
  try {
    return (await import('sharp')).default;
  } catch (cause) {
    loading = undefined;
    const absent = codeOf(cause) === 'ERR_MODULE_NOT_FOUND';
    const problem = absent
      ? 'decoding images needs the package sharp. Install it: npm install sharp'
      : `sharp cannot be loaded: ${messageOf(cause)}`;
    throw new MissingPackageError('MISSING_SHARP', problem, { cause });
  }
}
