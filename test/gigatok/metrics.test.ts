/** Metrics at their edges, the evaluator's words, usage over a window, grids. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSafetensors } from '@tessera/data';
import { tensorToWrite } from '@tessera/data/tensors';
import {
  CodeUsage,
  compareSets,
  type FeatureExtractor,
  FeatureStatistics,
  formatMeasurements,
  frechetDistance,
  gridImage,
  type ImageSet,
  ImageSetBuilder,
  inceptionExtractor,
  inceptionScore,
  manifoldScores,
  openInceptionExtractor,
  openPerceptual,
  psnr,
  ReconstructionScores,
  ssim,
} from '@tessera/gigatok';
import { InceptionV3, Lpips } from '@tessera/models';
import { manualSeed, noGrad, tensor, zeros } from '@tessera/tensor';
import { describe, expect, it } from 'vitest';
import { scenes } from './support.js';

const noise = (n: number, seed: number) =>
  Float64Array.from({ length: n }, (_, i) => Math.abs(Math.sin(i * 12.9898 + seed) * 43758.5453) % 1);

describe('the Fréchet distance', () => {
  it('of shifted sets is the squared shift, at any offset', () => {
    const rows = noise(400, 1);
    const a = new FeatureStatistics(4).add(rows).finish();
    const far = new FeatureStatistics(4).add(rows.map((v) => v + 1e4)).finish();
    const farther = new FeatureStatistics(4).add(rows.map((v) => v + 1e4 + 2)).finish();
    expect(frechetDistance(far, farther)).toBeCloseTo(16, 6);
    expect(Math.abs(frechetDistance(a, a))).toBeLessThan(1e-9);
  });

  it('needs two samples, and rows of one length', () => {
    expect(() => new FeatureStatistics(4).add([1, 2, 3, 4]).finish()).toThrow(/two samples or more; got 1/);
    expect(() => new FeatureStatistics(4).add([1, 2, 3])).toThrow(/rows must have 4 features; got 3/);
  });

  it('is the same both ways where features repeat and images are few', () => {
    const few = (seed: number) => {
      const rows = noise(15, seed);
      return new FeatureStatistics(60).add(
        Array.from({ length: 180 }, (_, i) => rows[5 * Math.floor(i / 60) + (i % 5)]!),
      );
    };
    const [a, b] = [few(1).finish(), few(2).finish()];
    expect(frechetDistance(a, b)).toBeCloseTo(frechetDistance(b, a), 9);
    expect(Math.abs(frechetDistance(a, a))).toBeLessThan(1e-6);
  });

  it('of NaN ends with an error, not with a number', () => {
    const bad = new FeatureStatistics(3).add(noise(30, 1).fill(Number.NaN, 0, 1)).finish();
    const good = new FeatureStatistics(3).add(noise(30, 2)).finish();
    expect(() => frechetDistance(bad, good)).toThrow(/NaN or infinite/);
    expect(() => frechetDistance(good, bad)).toThrow(/NaN or infinite/);
  });
});

describe('images', () => {
  const plane = (data: ArrayLike<number>) => ({ data, channels: 1, height: 8, width: 8 });
  it('that are equal are perfect', () => {
    const a = plane(noise(64, 1));
    expect(psnr(a, a)).toBe(Number.POSITIVE_INFINITY);
    expect(ssim(a, a)).toBeCloseTo(1, 12);
    expect(psnr(plane(new Float64Array(64)), plane(new Float64Array(64).fill(0.1)))).toBeCloseTo(20, 9);
  });

  it('must have one shape, and room for the window', () => {
    const a = plane(noise(64, 1));
    expect(() => psnr(a, { ...a, height: 4, data: noise(32, 1) })).toThrow(/one shape; got 1x8x8 and 1x4x8/);
    expect(() => ssim(a, a, { window: 'gaussian' })).toThrow(/at least as large as the window, 11; got 8x8/);
  });
});

it('the inception score is the number of classes for sure and even images, 1 for images that say nothing', () => {
  const rows = Array.from({ length: 8 }, (_, i) => [0, 1, 2, 3].map((k) => (i % 4 === k ? 1 : 0))).flat();
  expect(inceptionScore(rows, 4).mean).toBeCloseTo(4, 9);
  expect(inceptionScore(new Array(32).fill(0.25), 4).mean).toBeCloseTo(1, 9);
  expect(() => inceptionScore([], 4)).toThrow(/rows of 4 probabilities/);
});

it('precision and recall tell what is missing from what is wrong', () => {
  const cluster = (at: number, n: number) =>
    Array.from({ length: n }, (_, i) => [at + 0.01 * (i % 5), 0.01 * Math.floor(i / 5)]).flat();
  const both = { data: [...cluster(0, 20), ...cluster(9, 20)], features: 2 };
  const one = { data: cluster(0, 20), features: 2 };
  expect(manifoldScores(both, one)).toMatchObject({ precision: 1, recall: 0.5 });
  expect(manifoldScores(one, both)).toMatchObject({ precision: 0.5, recall: 1 });
  expect(() => manifoldScores(one, { data: [1, 2], features: 2 })).toThrow(/more than 3 rows; got 1/);
});

describe('usage', () => {
  it('is over the most recent choices', () => {
    const usage = new CodeUsage(4, { window: 4 });
    expect(usage.perplexity).toBe(0);
    usage.add([0, 0, 1, 1]);
    expect(usage.usage).toBe(0.5);
    expect(usage.perplexity).toBeCloseTo(2, 12);
    usage.add([2, 2, 2]);
    expect(Array.from(usage.counts)).toEqual([0, 1, 3, 0]);
    expect(Array.from(usage.save())).toEqual([1, 2, 2, 2]);
    usage.add([0, 1, 2, 3, 3, 3, 3]);
    expect(usage.used).toBe(1);
    expect(() => usage.add([4])).toThrow(/code 4 is out of range; there are 4/);
  });
});

describe('the evaluator', () => {
  const extractor: FeatureExtractor = {
    name: 'mean colour',
    features: 3,
    classes: 2,
    spatial: undefined,
    extract: async (images) => {
      using means = images.mean({ dim: [2, 3] });
      const rows = (await means.data()) as Float32Array;
      return {
        features: rows,
        probabilities: Float32Array.from({ length: 2 * images.shape[0]! }, () => 0.5),
        spatial: undefined,
      };
    },
  };

  it('says what every number depends on', async () => {
    using images = scenes(8);
    using other = scenes(8, 1);
    const build = async (name: string, batch: typeof images) => {
      const set = new ImageSetBuilder(name, 'center crop 32', extractor);
      await set.add(batch);
      return set.finish();
    };
    const measured = compareSets(await build('samples', images), await build('scenes', other), 'g');
    expect(measured.map(({ metric }) => metric)).toEqual(['gFréchet distance', 'class score', 'precision', 'recall']);
    const text = formatMeasurements(measured);
    for (const word of ['extractor', 'mean colour', 'scenes', 'center crop 32', 'samples', 'k = 3'])
      expect(text).toContain(word);
    expect(text).not.toContain('FID');
    const generated = { ...(await build('samples', images)), crop: 'none (generated)' };
    const [distance, , precision] = compareSets(generated, await build('scenes', other), 'g', { manifoldSamples: 5 });
    expect(distance).toMatchObject({
      reference: 'scenes, 8 images',
      crop: 'none (generated); reference: center crop 32',
      samples: 8,
    });
    expect(precision).toMatchObject({ reference: 'scenes, 5 images', samples: 5 });
    const named = { ...(await build('a', images)), extractor: 'Inception v3' };
    expect(() => compareSets(named, { ...named, extractor: 'other' }, 'r')).toThrow(
      /features of Inception v3.*of other/,
    );
    expect(compareSets(named, named, 'r')[0]).toMatchObject({ metric: 'rFID', extractor: 'Inception v3' });
  });

  it('takes the images of precision and recall from all over both sides', () => {
    const rows = (values: readonly number[]): ImageSet => ({
      name: 'numbers',
      extractor: 'value',
      crop: 'none',
      samples: values.length,
      statistics: undefined,
      spatial: undefined,
      rows: { data: Float32Array.from(values), features: 1 },
      probabilities: undefined,
    });
    // Two classes, one after the other: samples miss the second.
    const both = rows(Array.from({ length: 40 }, (_, i) => (i < 20 ? i / 100 : 100 + i / 100)));
    const one = rows(Array.from({ length: 40 }, (_, i) => i / 200));
    const recall = compareSets(one, both, 'g', { manifoldSamples: 20 }).find(({ metric }) => metric === 'recall')!;
    expect(recall.value).toBeCloseTo(0.5, 1);
  });

  it('measures what it can of few images, and says what the rest needs', async () => {
    const measure = async (count: number) => {
      using images = scenes(count);
      const set = new ImageSetBuilder('few', 'none', extractor);
      await set.add(images);
      return compareSets(set.finish(), set.finish(), 'r');
    };
    const three = await measure(3);
    expect(three.map(({ value }) => value)).toEqual([expect.closeTo(0, 6), 1, Number.NaN, Number.NaN]);
    expect(three[2]!.convention).toBe('k = 3: needs 4 images or more of each side');
    const [distance, score] = await measure(1);
    expect(distance).toMatchObject({ value: Number.NaN, convention: 'needs 2 images or more of each side' });
    expect(score!.value).toBe(1);
    expect((await measure(4)).map(({ value }) => value)).toEqual([expect.closeTo(0, 6), 1, 1, 1]);
  });

  it('takes FID features, spatial ones and class probabilities from Inception', async () => {
    manualSeed(3);
    using inception = new InceptionV3({ preprocessing: 'tensorflow' });
    const named = inceptionExtractor(inception);
    using images = scenes(1);
    const { features, probabilities, spatial } = await named.extract(images);
    expect([features.length, spatial!.length, probabilities!.length]).toEqual([
      named.features,
      named.spatial,
      named.classes,
    ]);
    expect(probabilities!.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 4);
    using again = noGrad(() => inception.forward(images.add(1).div(2)).features);
    expect(Math.max(...features.map((x, i) => Math.abs(x - (again.dataSync() as Float32Array)[i]!)))).toBeLessThan(
      1e-4,
    );
    await expect(openInceptionExtractor('test/fixtures/gigatok/is_a/tensors.safetensors')).rejects.toThrow(
      /in\.probs.*no such tensor|missing; the model needs it/s,
    );
  });

  it("tells torchvision's Inception from the one FID is defined by", async () => {
    const folder = await mkdtemp(join(tmpdir(), 'inception-'));
    const path = join(folder, 'inception_v3_google.safetensors');
    using fc = zeros([1000, 2048]);
    await writeSafetensors(path, [tensorToWrite('fc.weight', fc)]);
    await expect(openInceptionExtractor(path)).rejects.toThrow(
      /inception_v3_google.*torchvision's.*FID is defined by another.*pt_inception-2015-12-05/,
    );
    await rm(folder, { recursive: true });
  });

  it('measures reconstructions through bytes', async () => {
    using images = scenes(3);
    using ids = tensor(Int32Array.from([0, 1, 1, 2]), { shape: [2, 2] });
    const scores = new ReconstructionScores(8, 'none');
    await scores.add(images, images, ids);
    const found = new Map(scores.finish().map((m) => [m.metric, m]));
    expect(found.get('PSNR')!.value).toBeGreaterThan(50);
    expect(found.get('SSIM')!.value).toBeCloseTo(1, 3);
    expect(found.get('codebook usage')!.value).toBe(3 / 8);
    expect(found.get('PSNR')!.samples).toBe(3);
  });
});

it("LPIPS loads from one checkpoint, the lpips package's with its heads listed twice", {
  timeout: 60_000,
}, async () => {
  manualSeed(4);
  using lpips = new Lpips();
  const folder = await mkdtemp(join(tmpdir(), 'lpips-'));
  const path = join(folder, 'lpips.safetensors');
  const listed = (name: string) => name.replace(/^lin(\d)/, 'lins.$1');
  const state = [...lpips.stateDict()];
  await writeSafetensors(path, [
    ...state.map(([name, t]) => tensorToWrite(name, t)),
    ...state.filter(([name]) => name.startsWith('lin')).map(([name, t]) => tensorToWrite(listed(name), t)),
  ]);
  const distance = await openPerceptual({ lpips: path });
  await rm(folder, { recursive: true });
  using a = scenes(2);
  using b = a.neg();
  const [found, expected] = noGrad(() => [distance!(a, b), lpips.forward(a, b)]);
  expect(await found.data()).toEqual(await expected.data());
});

it('a grid puts images side by side on white', () => {
  const grid = gridImage(new Float32Array(3 * 3 * 4).fill(-1), [2, 2], { columns: 2, scale: 2 });
  expect([grid.width, grid.height]).toEqual([12, 12]);
  expect(grid.data[0]).toBe(0);
  expect(grid.data[3 * 4]).toBe(255);
});
