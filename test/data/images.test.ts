import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  CounterRandom,
  centerCrop,
  cropImage,
  DataLoader,
  decodeImage,
  encodePng,
  flipImage,
  type Image,
  imageDataset,
  openImageDataset,
  openImages,
  randomCrop,
  resizeImage,
  resizeShortSide,
  SafetensorsFile,
  shortSideRange,
  tenCrop,
  toBytes,
  toImage,
  toPixels,
  workerDataset,
} from '@tessera/data';
import { parquetWriteFile } from 'hyparquet-writer';
import tarStream from 'tar-stream';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from './temporary.js';

const data = import.meta.resolve('@tessera/data');
const fixture = fileURLToPath(new URL('../fixtures/gigatok/image_pipeline_a/', import.meta.url));

describe('the reference pipeline', () => {
  const { config, tolerances } = JSON.parse(readFileSync(join(fixture, 'case.json'), 'utf8'));
  const tensors = new Map<string, { shape: readonly number[]; data: ArrayLike<number> }>();
  beforeAll(async () => {
    await using file = await SafetensorsFile.open(join(fixture, 'tensors.safetensors'));
    for (const name of file.names) {
      const { shape, data } = await file.read(name);
      tensors.set(name, { shape, data: data as ArrayLike<number> & typeof data });
    }
  });
  const source = (i: number): Image => {
    const { shape, data } = tensors.get(`in.src${i}`)!;
    return { height: shape[0]!, width: shape[1]!, data: Uint8Array.from(data) };
  };
  function expectPixels(image: Image, name: string, part = 0): void {
    const { shape, data } = tensors.get(name)!;
    expect([image.height, image.width]).toEqual(shape.slice(-3, -1));
    const differences = Array.from(image.data, (value, i) => Math.abs(value - data[part * image.data.length + i]!));
    expect(Math.max(...differences)).toBeLessThanOrEqual(tolerances.uint8_max_abs);
    expect(differences.reduce((a, b) => a + b, 0) / differences.length).toBeLessThanOrEqual(tolerances.uint8_mean_abs);
  }

  it.each([0, 1, 2, 3, 4])('resizes and crops source %i', (i) => {
    expectPixels(resizeShortSide(source(i), config.size), `out.center${i}_before_crop`);
    expectPixels(centerCrop(source(i), config.size), `out.center${i}`);
    const { short_side, crop_y, crop_x } = config[`random${i}`];
    expectPixels(
      cropImage(resizeShortSide(source(i), short_side), crop_x, crop_y, config.size, config.size),
      `out.random${i}`,
    );
    expect(shortSideRange(config.size)).toEqual(config.random_short_side_range);
  });

  it('cuts ten crops and normalises', () => {
    const crops = tenCrop(source(4), config.size, config.tencrop_pre_size);
    expect(crops).toHaveLength(10);
    for (const [i, crop] of crops.entries()) expectPixels(crop, 'out.tencrop_last', i);
    const expected = tensors.get('out.normalised_last')!.data;
    const pixels = toPixels(centerCrop(source(4), config.size));
    for (const [i, value] of pixels.entries())
      expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(2 / 255 + 1e-5);
  });

  it('turns numbers back into bytes', () => {
    expect([...toBytes(Float32Array.from(tensors.get('in.decode')!.data))]).toEqual([
      ...Array.from(tensors.get('out.decode_uint8')!.data),
    ]);
  });
});

/** A picture whose every pixel is different. */
function picture(width: number, height: number): Image {
  return { width, height, data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 7919) % 251) };
}

describe('images', () => {
  it('are written as PNG and decoded again', async () => {
    const image = picture(23, 9);
    expect(await decodeImage(await encodePng(image))).toEqual(image);
  });

  it('survive the way to numbers and back', () => {
    const image = picture(6, 5);
    expect(toImage(toPixels(image), 6, 5)).toEqual(image);
    expect(flipImage(flipImage(image))).toEqual(image);
    expect(resizeImage(image, 6, 5, 'bicubic')).toEqual(image);
    expect(flipImage(image).data.slice(0, 3)).toEqual(image.data.slice(15, 18));
    expect(() => cropImage(image, 3, 0, 4, 1)).toThrow('does not lie within an image of 6x5');
  });

  it('that cannot be decoded are refused', async () => {
    const png = await encodePng(picture(40, 40));
    for (const bytes of [Buffer.from('no image'), png.subarray(0, 300), Buffer.alloc(0)]) {
      await expect(decodeImage(bytes)).rejects.toMatchObject({ code: 'IMAGE_DECODE' });
    }
  });

  it('of grey, alpha and 16 bits become 8-bit RGB', async () => {
    const sharp = (await import('sharp')).default;
    const grey = sharp({
      create: { width: 4, height: 4, channels: 4, background: { r: 10, g: 20, b: 30, alpha: 0.5 } },
    });
    const withAlpha = await decodeImage(await grey.png().toBuffer());
    expect([...withAlpha.data.slice(0, 3)]).toEqual([10, 20, 30]);
    const single = await decodeImage(
      await sharp(Buffer.from([1, 2, 3, 4]), { raw: { width: 2, height: 2, channels: 1 } })
        .png()
        .toBuffer(),
    );
    expect([...single.data.slice(3, 6)]).toEqual([2, 2, 2]);
    const deep = await sharp(Buffer.alloc(24, 0x80), { raw: { width: 2, height: 2, channels: 3 } })
      .toColourspace('rgb16')
      .png()
      .toBuffer();
    expect((await decodeImage(deep)).data).toHaveLength(12);
  });

  it('need sharp, and say how to get it', () => {
    const hook = `export async function resolve(name, context, next) {
      if (name === 'sharp') throw Object.assign(new Error('not found'), { code: 'ERR_MODULE_NOT_FOUND' });
      return next(name, context);
    }`;
    const url = JSON.stringify(`data:text/javascript,${encodeURIComponent(hook)}`);
    const register = `import { register } from 'node:module'; register(${url});`;
    const script = `import { decodeImage } from '@tessera/data'; await decodeImage(new Uint8Array(9)).catch((e) => console.log(e.code, e.message));`;
    const args = [
      '--import',
      `data:text/javascript,${encodeURIComponent(register)}`,
      '--input-type=module',
      '-e',
      script,
    ];
    const output = execFileSync(process.execPath, args, {
      cwd: dirname(fileURLToPath(import.meta.url)),
      encoding: 'utf8',
    });
    expect(output).toContain('MISSING_SHARP');
    expect(output).toContain('npm install sharp');
  });

  it('are cropped at random, the same for the same seed, epoch and index', () => {
    const image = picture(50, 64);
    const draw = (epoch: number, index: number): string =>
      randomCrop(image, 16, new CounterRandom(4, index, epoch)).data.toString();
    const crops = [draw(0, 0), draw(1, 0), draw(0, 1), draw(2, 7)];
    expect(new Set(crops).size).toBeGreaterThan(2);
    expect(draw(2, 7)).toBe(crops[3]);
  });
});

/** A folder of images in two classes, one of them corrupt. */
async function classFolders(): Promise<string> {
  const root = join(temporaryFolder(), 'train');
  for (const name of ['dog/b.png', 'cat/deep/a.png', 'cat/c.PNG', 'dog/a.png']) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), await encodePng(picture(20 + name.length, 20)));
  }
  writeFileSync(join(root, 'dog', 'notes.txt'), 'no image');
  return root;
}

describe('openImages', () => {
  it('reads class folders in the order of torchvision', async () => {
    const root = await classFolders();
    const { images, classes, countClasses } = await openImages(dirname(root), { split: 'train' });
    expect(await countClasses()).toBe(2);
    const rows = await Promise.all(Array.from({ length: images.length }, (_, i) => images.get(i)));
    expect(classes).toEqual(['cat', 'dog']);
    expect(rows.map(({ name, label }) => [name, label])).toEqual([
      ['cat/c.PNG', 0],
      ['cat/deep/a.png', 0],
      ['dog/a.png', 1],
      ['dog/b.png', 1],
    ]);
    await expect(openImages(dirname(root))).rejects.toThrow('it holds splits, not classes; name one: train');
    mkdirSync(join(root, 'empty'));
    await expect(openImages(root)).rejects.toThrow('class empty has no image');
    await expect(openImages(root, { split: 'test' })).rejects.toThrow('it has no split test; it holds cat, dog, empty');
    await expect(openImages(join(root, 'none'))).rejects.toThrow('no such file');
  });

  async function tarFile(files: Record<string, string | Uint8Array>): Promise<string> {
    const pack = tarStream.pack();
    for (const [name, content] of Object.entries(files)) pack.entry({ name }, Buffer.from(content as string));
    pack.finalize();
    const parts: Uint8Array[] = [];
    for await (const part of pack) parts.push(part as Uint8Array);
    const path = join(temporaryFolder(), 'x.tar');
    writeFileSync(path, Buffer.concat(parts));
    return path;
  }

  it('reads tars with labels in fields or in folders', async () => {
    const png = await encodePng(picture(8, 8));
    const fields = await openImages(
      await tarFile({ '1.png': png, '1.cls': '3\n', '2.png': png, '2.json': '{"label": 5}', '3.txt': 'x' }),
    );
    expect([fields.images.length, (await fields.images.get(0)).label, (await fields.images.get(1)).label]).toEqual([
      2, 3, 5,
    ]);
    const folders = await openImages(
      await tarFile({ 'test/cat/1.png': png, 'train/dog/2.png': png, 'train/ant/3.png': png }),
      { split: 'train' },
    );
    expect(folders.classes).toEqual(['ant', 'dog']);
    expect([(await folders.images.get(0)).label, (await folders.images.get(1)).label]).toEqual([1, 0]);
    const bad = await openImages(await tarFile({ '1.png': png, '1.cls': 'cat', '2.png': png, '2.cls': '0' }));
    await expect(bad.images.get(0)).rejects.toThrow('x.tar/1: its class must be a whole number');
    expect(await Promise.all([fields, folders, bad].map((source) => source.countClasses()))).toEqual([6, 2, 1]);
    for (const { images } of [fields, folders, bad]) await images.close();
    await expect(openImages(await tarFile({ '1.txt': 'x' }))).rejects.toThrow('no image');
  });

  it('reads parquet with images as bytes or structs', async () => {
    const png = await encodePng(picture(8, 8));
    const path = join(temporaryFolder(), 'x.parquet');
    parquetWriteFile({
      filename: path,
      columnData: [
        { name: 'img', data: [png, png], type: 'BYTE_ARRAY' },
        { name: 'label', data: [4, 2], type: 'INT32' },
      ],
    });
    const { images, countClasses } = await openImages(path);
    expect(await countClasses()).toBe(5);
    const row = await images.get(1);
    expect([row.label, (await decodeImage(row.bytes)).width]).toEqual([2, 8]);
    await images.close();
    const without = join(temporaryFolder(), 'y.parquet');
    parquetWriteFile({ filename: without, columnData: [{ name: 'text', data: ['a'], type: 'STRING' }] });
    await expect(openImages(without)).rejects.toThrow('no column image (or img, jpg, png, webp); it has text');
  });
});

describe('image datasets', () => {
  const pipeline = { size: 16, crop: 'random', flip: true, seed: 3 } as const;

  it('are the same on the main thread and in any number of workers', async () => {
    const path = await classFolders();
    const read = async (workers: number): Promise<unknown[]> => {
      await using dataset = await openImageDataset({ path, pipeline, workers });
      const loader = new DataLoader(dataset, { batchSize: 4, shuffle: true, seed: 1, epochs: 3 });
      const rows: unknown[] = [];
      for await (const { samples } of loader) rows.push(...samples);
      return rows;
    };
    const here = await read(0);
    expect(here).toHaveLength(12);
    expect(here[0]).toMatchObject({ shape: [3, 16, 16] });
    expect(await read(1)).toEqual(here);
    expect(await read(2)).toEqual(here);
  });

  it('skip, count and name a corrupt image', async () => {
    const path = await classFolders();
    writeFileSync(join(path, 'cat/c.PNG'), 'broken');
    for (const workers of [0, 1]) {
      await using dataset = await openImageDataset({ path, pipeline: { size: 8 }, workers });
      const loader = new DataLoader(dataset, { batchSize: 2, epochs: 1, onBadSample: 'skip' });
      let rows = 0;
      for await (const { samples } of loader) rows += samples.length;
      expect([rows, loader.skipped.count]).toEqual([3, 1]);
      expect(loader.skipped.samples[0]!.message).toContain(join('cat', 'c.PNG'));
    }
  });

  it('give ten crops and check their options', async () => {
    const { images } = await openImages(await classFolders());
    const ten = await imageDataset(images, { size: 10, crop: 'ten', tenCropScale: 1.2 }).get(0);
    expect([ten.shape, ten.pixels.length]).toEqual([[10, 3, 10, 10], 3000]);
    expect(() => imageDataset(images, { size: 0 })).toThrow('size must be');
    expect(() => imageDataset(images, { size: 8, fractions: [0.9, 0.5] })).toThrow('fractions');
  });

  it('decodes a few images at a time, however many are asked for', { timeout: 60_000 }, () => {
    // 40 images of 12 MB each, asked for at once: most memory that the process ever had, in MB.
    const program = `
      const { arrayDataset, encodePng, imageDataset } = await import(${JSON.stringify(data)});
      const side = 2000;
      const bytes = await encodePng({ width: side, height: side, data: new Uint8Array(3 * side * side) });
      const before = process.resourceUsage().maxRSS;
      const rows = Array.from({ length: 40 }, (_, i) => ({ name: String(i), label: 0, bytes }));
      const images = imageDataset(arrayDataset(rows), { size: 8 });
      await Promise.all(rows.map((_, i) => images.get(i)));
      console.log((process.resourceUsage().maxRSS - before) / 1024);`;
    const grown = Number(execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' }));
    expect(grown).toBeLessThan(320);
  });
});

describe('workerDataset', () => {
  it('reports what fails: an unknown module, function or file', async () => {
    await expect(workerDataset({ module: 'no-such-package', function: 'open' })).rejects.toThrow('no-such-package');
    await expect(workerDataset({ module: '@tessera/data', function: 'nothing' })).rejects.toThrow(
      'exports no function nothing',
    );
    const missing = workerDataset({ module: '@tessera/data', function: 'openRows', options: '/nowhere.jsonl' });
    await expect(missing).rejects.toMatchObject({ code: 'DATASET_OPEN', message: '/nowhere.jsonl: no such file' });
  });

  it('outlives the loss of a worker', async () => {
    const folder = temporaryFolder();
    const module = join(folder, 'fragile.mjs');
    writeFileSync(
      module,
      `export const open = () => ({ name: 'fragile', length: 3, get: (i) => (i === 1 ? process.exit(3) : i) });`,
    );
    await using rows = await workerDataset<number>({ module: pathToFileURL(module), function: 'open' });
    expect(await rows.get(0)).toBe(0);
    await expect(rows.get(1)).rejects.toMatchObject({ code: 'WORKER_EXIT' });
    expect(await rows.get(2)).toBe(2);
  });

  it('reads shared rows without taking them away', async () => {
    const path = join(temporaryFolder(), 'x.jsonl');
    writeFileSync(path, '{"a":1}\n{"a":2}\nbroken\n');
    const rows = await workerDataset<{ a: number }>({
      module: '@tessera/data',
      function: 'openRows',
      options: path,
      workers: 2,
    });
    expect(await Promise.all([0, 1, 0, 1].map((i) => rows.get(i)))).toEqual([{ a: 1 }, { a: 2 }, { a: 1 }, { a: 2 }]);
    await expect(rows.get(2)).rejects.toMatchObject({ code: 'DATASET_ROW' });
    await rows.close();
    await expect(rows.get(0)).rejects.toMatchObject({ code: 'WORKER_CLOSED' });
  });
});
