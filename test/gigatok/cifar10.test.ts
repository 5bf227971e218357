/**
 * Photographs: a few steps of the whole system on CIFAR-10 as class folders (`train/`, `test/`), which TESSERA_CIFAR10
 * names. examples/cifar10 has the run that learns something.
 */
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CodeDataset,
  evaluateReconstruction,
  extractCodes,
  loadImageModel,
  loadTokenizer,
  openImageData,
  sampleImages,
  trainImageModel,
  trainImageModelSchema,
  trainSchema,
  trainTokenizer,
} from '@tessera/gigatok';
import { afterAll, describe, expect, it } from 'vitest';

const given = process.env.TESSERA_CIFAR10;
const there =
  given !== undefined &&
  (await access(join(given, 'train')).then(
    () => true,
    () => false,
  ));

describe.skipIf(!there)('CIFAR-10 (set TESSERA_CIFAR10 to its folder)', () => {
  const folder = there ? mkdtemp(join(tmpdir(), 'cifar10-')) : Promise.resolve('');
  afterAll(async () => there && rm(await folder, { recursive: true }));
  const images = (part: string, limit: number) => openImageData({ path: join(given!, part), workers: 0, limit }, 32, 0);

  it('becomes codes, and codes become images', { timeout: 300_000 }, async () => {
    const config = trainSchema.parse({
      output: join(await folder, 'tokenizer'),
      data: { path: join(given!, 'train') },
      tokenizer: 'tiny',
      init: 'small',
      loss: { semanticWeight: 0 },
      training: { steps: 80, batch: 24, optimizer: 'muon', lr: 0.006, schedule: { warmup: 5, end: 0.05 } },
    });
    using tokenizer = await loadTokenizer(await trainTokenizer(config, { progress: false }));
    await using held = await images('test', 100);
    const measured = await evaluateReconstruction(tokenizer, held, { crop: 'center' });
    expect(measured.find(({ metric }) => metric === 'PSNR')!.value).toBeGreaterThan(14);

    await using some = await images('train', 1200);
    const codes = join(await folder, 'codes');
    await extractCodes(tokenizer, some, { folder: codes });
    const extracted = await CodeDataset.open(codes);
    expect(extracted.length).toBe(1200);
    const path = await trainImageModel(
      trainImageModelSchema.parse({
        output: join(await folder, 'image-model'),
        codes,
        model: { size: 'tiny', multipleOf: 32 },
        training: { steps: 10, batch: 24, lr: 0.002 },
      }),
      { progress: false },
    );
    using model = await loadImageModel(path);
    for await (const drawn of sampleImages(model, tokenizer, { classes: Int32Array.of(0, 1), scale: 1.5 })) {
      expect(drawn.shape).toEqual([2, 3, 32, 32]);
      expect((await drawn.data()).every(Number.isFinite)).toBe(true);
      drawn.dispose();
    }
  });
});
