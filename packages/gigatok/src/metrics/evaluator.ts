/**
 * The one evaluator: sets of images against a reference, and reconstructions against their originals. Every number comes
 * with what it depends on and papers leave out: extractor, reference, crop, rounding to bytes, and sample count. Images go
 * through ADM's mapping to bytes, `trunc(clamp(127.5 x + 128, 0, 255))`, before anything is measured, but for LPIPS.
 */
import { NumpyFile, toBytes } from '@tessera/data';
import { noGrad, scope, type Tensor, tensor } from '@tessera/tensor';
import { GigatokError } from '../errors.js';
import { joined } from '../joined.js';
import type { PerceptualDistance } from '../losses/tokenizer-loss.js';
import { CodeUsage } from '../model/usage.js';
import type { FeatureExtractor } from './features.js';
import { FeatureStatistics, frechetDistance, type GaussianStatistics } from './frechet.js';
import { type Planes, psnr, ssim } from './image.js';
import { inceptionScore } from './inception-score.js';
import { manifoldScores } from './manifold.js';

/** A number and all it depends on. */
export interface Measurement {
  readonly metric: string;
  /** NaN where there were too few images for it: the convention says how many it needs. */
  readonly value: number;
  /** Network whose features it is of; none where pixels are compared. */
  readonly extractor?: string;
  /** What it is compared with, and of how many images. */
  readonly reference?: string;
  /** How images were cropped, and those of the reference where they were cropped otherwise. */
  readonly crop: string;
  readonly samples: number;
  /** A convention among several, such as SSIM's window. */
  readonly convention?: string;
}

/** Features of images, row by row. */
interface Features {
  readonly data: Float32Array;
  readonly features: number;
}

/** Features of a set of images: statistics, and rows for what needs them. */
export interface ImageSet {
  readonly name: string;
  readonly extractor: string;
  readonly crop: string;
  /** Images, 0 for stored statistics. */
  readonly samples: number;
  /** Undefined of a single image, which has no covariance. */
  readonly statistics: GaussianStatistics | undefined;
  readonly spatial: GaussianStatistics | undefined;
  /** Undefined for stored statistics. */
  readonly rows: Features | undefined;
  readonly probabilities: Float32Array | undefined;
}

/** Images as an evaluator sees them: through bytes, back to [-1, 1]. */
export function throughBytes(pixels: Float32Array): Float32Array {
  return Float32Array.from(toBytes(pixels), (byte) => byte / 127.5 - 1);
}

/** Collects the features of a set of images, batch by batch. */
export class ImageSetBuilder {
  readonly #statistics: FeatureStatistics;
  readonly #spatial: FeatureStatistics | undefined;
  readonly #rows: Float32Array[] = [];
  readonly #probabilities: Float32Array[] = [];

  constructor(
    readonly name: string,
    readonly crop: string,
    readonly extractor: FeatureExtractor,
  ) {
    this.#statistics = new FeatureStatistics(extractor.features);
    if (extractor.spatial !== undefined) this.#spatial = new FeatureStatistics(extractor.spatial);
  }

  /** Takes in images `[B, 3, H, W]` in [-1, 1], clamped and rounded to bytes here. */
  async add(images: Tensor): Promise<void> {
    using rounded = tensor(throughBytes((await images.data()) as Float32Array), { shape: images.shape });
    const { features, probabilities, spatial } = await this.extractor.extract(rounded);
    this.#statistics.add(features);
    this.#rows.push(features);
    if (probabilities !== undefined) this.#probabilities.push(probabilities);
    if (spatial !== undefined) this.#spatial?.add(spatial);
  }

  finish(): ImageSet {
    const samples = this.#statistics.count;
    return {
      name: this.name,
      extractor: this.extractor.name,
      crop: this.crop,
      samples,
      statistics: samples < 2 ? undefined : this.#statistics.finish(),
      spatial: samples < 2 ? undefined : this.#spatial?.finish(),
      rows: { data: joined(this.#rows, Float32Array), features: this.extractor.features },
      probabilities: this.#probabilities.length === 0 ? undefined : joined(this.#probabilities, Float32Array),
    };
  }
}

/** ADM's reference files (`.npz`): stored `mu` and `sigma`, and `mu_s`, `sigma_s` for sFID. */
export async function referenceStatistics(path: string, extractor: string): Promise<ImageSet> {
  await using file = await NumpyFile.open(path);
  const load = async (mean: string, covariance: string) => {
    if (!file.has(mean) || !file.has(covariance)) return undefined;
    const [mu, sigma] = [await file.read(mean, { dtype: 'f64' }), await file.read(covariance, { dtype: 'f64' })];
    return FeatureStatistics.of(mu.data as Float64Array, sigma.data as Float64Array, 0);
  };
  const statistics = await load('mu', 'sigma');
  if (statistics === undefined)
    throw new GigatokError('REFERENCE', `${path}: has no arrays mu and sigma; it holds ${file.names.join(', ')}.`);
  return {
    name: path,
    extractor,
    crop: 'as stored',
    samples: 0,
    statistics,
    spatial: await load('mu_s', 'sigma_s'),
    rows: undefined,
    probabilities: undefined,
  };
}

/** Of precision and recall. */
const neighbours = 3;

export interface CompareOptions {
  /** Most images of each side that precision and recall look at. Default 10000. */
  readonly manifoldSamples?: number;
}

/** A set against a reference: Fréchet distances, inception score, precision and recall. `purpose` says which: `rFID`, `gFID`. */
export function compareSets(
  set: ImageSet,
  reference: ImageSet,
  purpose: 'r' | 'g',
  { manifoldSamples = 10000 }: CompareOptions = {},
): Measurement[] {
  if (set.extractor !== reference.extractor)
    throw new GigatokError(
      'EXTRACTOR',
      `${set.name} has features of ${set.extractor}, ${reference.name} of ${reference.extractor}.`,
    );
  const own = { extractor: set.extractor, crop: set.crop, samples: set.samples };
  /** Of a comparison that looks at so many images of each side at most. */
  const comparing = (most = Number.POSITIVE_INFINITY) => ({
    extractor: set.extractor,
    reference:
      reference.samples === 0 ? reference.name : `${reference.name}, ${Math.min(reference.samples, most)} images`,
    crop: set.crop === reference.crop ? set.crop : `${set.crop}; reference: ${reference.crop}`,
    samples: Math.min(set.samples, most),
  });
  const about = comparing();
  const few = (least: number) => `needs ${least} images or more of each side`;
  // FID is the name of Inception's; any other network's distance must not pass for it.
  const inception = set.extractor.startsWith('Inception');
  const name = inception ? 'FID' : 'Fréchet distance';
  const found: Measurement[] = [];
  if (set.statistics && reference.statistics) {
    const value = frechetDistance(set.statistics, reference.statistics);
    found.push({ metric: `${purpose}${name}`, value, ...about });
  } else found.push({ metric: `${purpose}${name}`, value: Number.NaN, convention: few(2), ...about });
  if (set.spatial && reference.spatial) {
    found.push({ metric: `${purpose}s${name}`, value: frechetDistance(set.spatial, reference.spatial), ...about });
  }
  if (set.probabilities !== undefined) {
    const metric = inception ? 'inception score' : 'class score';
    const { mean } = inceptionScore(set.probabilities, set.probabilities.length / set.samples);
    found.push({ metric, value: mean, ...own });
  }
  if (set.rows !== undefined && reference.rows !== undefined) {
    const some = (rows: Features) => spreadRows(rows, manifoldSamples);
    const enough = Math.min(set.samples, reference.samples) > neighbours;
    const { precision, recall } = enough
      ? manifoldScores(some(reference.rows), some(set.rows), neighbours)
      : { precision: Number.NaN, recall: Number.NaN };
    const convention = `k = ${neighbours}${enough ? '' : `: ${few(neighbours + 1)}`}`;
    const compared = comparing(manifoldSamples);
    found.push({ metric: 'precision', value: precision, convention, ...compared });
    found.push({ metric: 'recall', value: recall, convention, ...compared });
  }
  return found;
}

/** At most `most` of the rows, at even distances: the first ones of sorted folders would be of the first classes. */
function spreadRows({ data, features }: Features, most: number): Features {
  const count = data.length / features;
  if (count <= most) return { data, features };
  const kept = new Float32Array(most * features);
  for (let i = 0; i < most; i++) {
    const row = Math.floor((i * count) / most);
    kept.set(data.subarray(row * features, (row + 1) * features), i * features);
  }
  return { data: kept, features };
}

/** Reconstructions against their originals, image by image. */
export class ReconstructionScores {
  readonly #sums = new Map<string, number>();
  readonly #usage: CodeUsage;
  #count = 0;

  constructor(
    readonly codes: number,
    readonly crop: string,
    readonly perceptual?: { readonly name: string; readonly distance: PerceptualDistance },
  ) {
    this.#usage = new CodeUsage(codes, { window: 2 ** 24 });
  }

  /** Takes in originals and reconstructions `[B, 3, H, W]` in [-1, 1], and the codes of the latter. */
  async add(images: Tensor, reconstructions: Tensor, ids: Tensor): Promise<void> {
    const [batch, channels, height, width] = images.shape as [number, number, number, number];
    const unit = (pixels: Float32Array) => Float64Array.from(pixels, (x) => (x + 1) / 2);
    const originals = unit((await images.data()) as Float32Array);
    const rounded = unit(throughBytes((await reconstructions.data()) as Float32Array));
    const size = channels * height * width;
    for (let i = 0; i < batch; i++) {
      const planes = (data: Float64Array): Planes => ({
        data: data.subarray(i * size, (i + 1) * size),
        channels,
        height,
        width,
      });
      const [a, b] = [planes(originals), planes(rounded)];
      this.#add('PSNR', psnr(a, b));
      if (height >= 7 && width >= 7) {
        this.#add('SSIM', ssim(a, b));
        this.#add('SSIM (range 2)', ssim(a, b, { dataRange: 2 }));
      }
    }
    if (this.perceptual !== undefined) {
      using total = noGrad(() => scope(() => this.perceptual!.distance(images, reconstructions.to('f32')).sum()));
      this.#add('LPIPS', await total.item());
    }
    this.#usage.add(await ids.data());
    this.#count += batch;
  }

  #add(name: string, value: number): void {
    this.#sums.set(name, (this.#sums.get(name) ?? 0) + value);
  }

  finish(): Measurement[] {
    const about = { crop: this.crop, samples: this.#count, reference: 'the originals' };
    const conventions: Record<string, string> = {
      PSNR: 'range 1, bytes against unrounded originals',
      SSIM: 'uniform 7x7, range 1',
      'SSIM (range 2)': 'uniform 7x7, range 2 as in the paper, inflates',
    };
    const found: Measurement[] = [...this.#sums].map(([metric, sum]) => ({
      metric,
      value: sum / this.#count,
      ...about,
      ...(conventions[metric] && { convention: conventions[metric] }),
      ...(metric === 'LPIPS' && { extractor: this.perceptual!.name }),
    }));
    const { reference: _, ...own } = about;
    found.push({ metric: 'codebook usage', value: this.#usage.usage, ...own, convention: `of ${this.codes} codes` });
    found.push({
      metric: 'codebook perplexity',
      value: this.#usage.perplexity,
      ...own,
      convention: `of ${this.codes} codes`,
    });
    return found;
  }
}

/** A table of measurements, with everything they depend on. */
export function formatMeasurements(measurements: readonly Measurement[]): string {
  const rows = measurements.map((m) => [
    m.metric,
    Number.isInteger(m.value) ? String(m.value) : m.value.toPrecision(5),
    m.extractor ?? '',
    m.reference ?? '',
    m.crop,
    String(m.samples),
    m.convention ?? '',
  ]);
  const header = ['metric', 'value', 'extractor', 'reference', 'crop', 'samples', 'convention'];
  const widths = header.map((title, c) => Math.max(title.length, ...rows.map((row) => row[c]!.length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, c) => cell.padEnd(widths[c]!))
      .join('  ')
      .trimEnd();
  return [line(header), line(widths.map((n) => '-'.repeat(n))), ...rows.map(line)].join('\n');
}
