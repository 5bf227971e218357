/** Images side by side in one. */
import { encodePng, type Image, toBytes } from '@tessera/data';

export interface GridOptions {
  readonly columns: number;
  /** Each pixel becomes a square of this side. Default: images smaller than 64 pixels grow towards that. */
  readonly scale?: number;
}

const gap = 2;

/** Images `[N, 3, height, width]` in [-1, 1], row by row, on white. */
export function gridImage(
  pixels: Float32Array,
  [height, width]: readonly [number, number],
  { columns, scale = Math.max(1, Math.floor(64 / width)) }: GridOptions,
): Image {
  const size = 3 * height * width;
  const count = Math.floor(pixels.length / size);
  const rows = Math.ceil(count / columns);
  const [cellHeight, cellWidth] = [height * scale + gap, width * scale + gap];
  const [totalHeight, totalWidth] = [Math.max(1, rows * cellHeight), columns * cellWidth];
  const data = new Uint8Array(totalHeight * totalWidth * 3).fill(255);
  for (let i = 0; i < count; i++) {
    const bytes = toBytes(pixels.subarray(i * size, (i + 1) * size));
    const [top, left] = [Math.floor(i / columns) * cellHeight, (i % columns) * cellWidth];
    for (let y = 0; y < height * scale; y++) {
      for (let x = 0; x < width * scale; x++) {
        const from = Math.floor(y / scale) * width + Math.floor(x / scale);
        const to = ((top + y) * totalWidth + left + x) * 3;
        for (let c = 0; c < 3; c++) data[to + c] = bytes[c * height * width + from]!;
      }
    }
  }
  return { width: totalWidth, height: totalHeight, data };
}

/** The bytes of a PNG of `gridImage`. */
export function gridPng(
  pixels: Float32Array,
  size: readonly [number, number],
  options: GridOptions,
): Promise<Uint8Array> {
  return encodePng(gridImage(pixels, size, options));
}
