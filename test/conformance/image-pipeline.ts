/** Fixtures of kind `image_pipeline`: the resizing, cropping and normalising of image models. */
import { join } from 'node:path';
import {
  centerCrop,
  cropImage,
  type Image,
  openSafetensors,
  resizeShortSide,
  shortSideRange,
  tenCrop,
  toBytes,
  toPixels,
} from '@tessera/data';
import { type Handler, runCase } from './runner.js';

interface Config {
  readonly size: number;
  readonly sources: readonly unknown[];
  readonly random_short_side_range: readonly number[];
  readonly tencrop_pre_size: number;
  readonly [random: `random${number}`]: {
    readonly short_side: number;
    readonly crop_x: number;
    readonly crop_y: number;
  };
}

interface Tolerances {
  readonly uint8_max_abs: number;
  readonly uint8_mean_abs: number;
}

type Values = { readonly shape: readonly number[]; readonly data: ArrayLike<number> };

export const runImagePipelineCases: Handler = async (fixture, options, report) => {
  const config = fixture.content.config as Config;
  const tolerances = fixture.content.tolerances as Tolerances;
  await using file = await openSafetensors(join(fixture.folder, 'tensors.safetensors'));
  const read = async (name: string): Promise<Values> => (await file.read(name, { dtype: 'f32' })) as Values;
  const check = (part: string, body: () => Promise<void>): Promise<void> =>
    runCase(`${fixture.name}/${part}`, options, report, body);
  const { size } = config;

  for (const i of config.sources.keys()) {
    const { shape, data } = await read(`in.src${i}`);
    const source: Image = { height: shape[0]!, width: shape[1]!, data: Uint8Array.from(data) };
    await check(`center${i}`, async () => {
      compareImages([resizeShortSide(source, size)], await read(`out.center${i}_before_crop`), tolerances);
      compareImages([centerCrop(source, size)], await read(`out.center${i}`), tolerances);
    });
    await check(`random${i}`, async () => {
      const drawn = config[`random${i}`]!;
      const range = shortSideRange(size);
      if (range.join() !== config.random_short_side_range.join())
        throw new Error(`short sides are drawn from ${range}`);
      const scaled = resizeShortSide(source, drawn.short_side);
      compareImages(
        [cropImage(scaled, drawn.crop_x, drawn.crop_y, size, size)],
        await read(`out.random${i}`),
        tolerances,
      );
    });
    if (i < config.sources.length - 1) continue;
    await check('tencrop', async () =>
      compareImages(tenCrop(source, size, config.tencrop_pre_size), await read('out.tencrop_last'), tolerances),
    );
    await check('normalised', async () => {
      // a byte may differ by one, which is 2 / 255 here
      const allowed = (2 / 255) * tolerances.uint8_max_abs + 1e-5;
      compareNumbers(toPixels(centerCrop(source, size)), await read('out.normalised_last'), allowed);
    });
  }
  await check('decode', async () => {
    compareNumbers(toBytes(Float32Array.from((await read('in.decode')).data)), await read('out.decode_uint8'), 0);
  });
};

function compareImages(
  images: readonly Image[],
  expected: Values,
  { uint8_max_abs, uint8_mean_abs }: Tolerances,
): void {
  const [height, width] = expected.shape.slice(-3);
  const wrong = images.find((image) => image.height !== height || image.width !== width);
  if (wrong !== undefined) throw new Error(`${wrong.width}x${wrong.height} pixels, expected ${width}x${height}`);
  const bytes = images.flatMap((image) => [...image.data]);
  compareNumbers(bytes, expected, uint8_max_abs);
  const mean = bytes.reduce((sum, value, i) => sum + Math.abs(value - expected.data[i]!), 0) / bytes.length;
  if (!(mean <= uint8_mean_abs)) throw new Error(`bytes differ by ${mean} on average, allowed ${uint8_mean_abs}`);
}

function compareNumbers(actual: ArrayLike<number>, expected: Values, allowed: number): void {
  if (actual.length !== expected.data.length)
    throw new Error(`${actual.length} values, expected ${expected.data.length}`);
  for (let i = 0; i < actual.length; i++) {
    if (Math.abs(actual[i]! - expected.data[i]!) <= allowed) continue;
    throw new Error(`element ${i} is ${actual[i]}, expected ${expected.data[i]} (allowed ${allowed})`);
  }
}
