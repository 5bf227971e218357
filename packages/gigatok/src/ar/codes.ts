/**
 * Codes of a collection of images, extracted once and read in training: a folder of safetensors shards, each with codes
 * `[images, crops, tokens]` and classes `[images]`, and an index written last. An extraction that was stopped goes on at
 * its first missing shard. Source: GigaTok `extract_codes_c2i.py` (ten crops of each image, one drawn per epoch).
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CounterRandom,
  DataLoader,
  type Dataset,
  type ImageSample,
  type Json,
  makeFolder,
  openSafetensors,
  RowDataset,
  SafetensorsFile,
  sliceDataset,
  writeFileAtomic,
  writeSafetensors,
} from '@tessera/data';
import { noGrad, scope, type Tensor, tensor } from '@tessera/tensor';
import { GigatokError } from '../errors.js';
import { exists } from '../exists.js';
import { joined } from '../joined.js';
import type { VisualTokenizer } from '../model/tokenizer.js';
import { firstImage, labelsOf, stackImages } from '../training/feed.js';

export interface CodeIndex {
  readonly version: 1;
  readonly tokens: number;
  readonly vocabulary: number;
  readonly crops: number;
  readonly classes: number;
  readonly images: number;
  readonly shardSize: number;
  /** Images in each shard. */
  readonly shards: readonly number[];
  /** Images left out because they could not be read. */
  readonly skipped: readonly string[];
  /** Of the tokenizer's parameters. */
  readonly tokenizer: string;
}

export interface ExtractOptions {
  readonly folder: string;
  /** Images at a time. Default 64. */
  readonly batchSize?: number;
  /** Images of a shard. Default 10000. */
  readonly shardSize?: number;
  /** This process and how many share the work: shard i is done by process `i % world`. */
  readonly rank?: number;
  readonly world?: number;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** What a shard was made of; kept in it, so that an extraction never goes on with another one's. */
interface Origin {
  /** A digest of the tokenizer's parameters. */
  readonly tokenizer: string;
  /** The collection, how it is cropped and cut into shards. */
  readonly images: string;
}

const shardName = (shard: number) => `codes-${String(shard).padStart(5, '0')}.safetensors`;

/** Extracts the codes of a dataset; samples with ten crops give ten rows of codes. Returns the index, or undefined while shards of other processes are missing. */
export async function extractCodes(
  tokenizer: VisualTokenizer,
  dataset: Dataset<ImageSample>,
  options: ExtractOptions,
): Promise<CodeIndex | undefined> {
  const { folder, batchSize = 64, shardSize = 10000, rank = 0, world = 1, onProgress, signal } = options;
  await makeFolder(folder);
  const { shape } = await firstImage(dataset);
  const crops = shape.length === 4 ? shape[0]! : 1;
  const origin: Origin = {
    tokenizer: await fingerprint(tokenizer),
    images: `${dataset.name} (${dataset.length} images, crops: ${crops}, a shard: ${shardSize})`,
  };
  const count = Math.ceil(dataset.length / shardSize);
  const training = tokenizer.training;
  tokenizer.eval();
  try {
    for (let shard = rank; shard < count; shard += world) {
      const path = join(folder, shardName(shard));
      if (await exists(path)) {
        await (await openShard(path, origin)).close();
        continue;
      }
      const part = sliceDataset(dataset, shard * shardSize, Math.min(dataset.length, (shard + 1) * shardSize));
      await extractShard(tokenizer, part, path, { batchSize, origin, ...(signal && { signal }) });
      onProgress?.(Math.min(dataset.length, (shard + 1) * shardSize), dataset.length);
    }
  } finally {
    tokenizer.train(training);
  }
  return writeIndex(tokenizer, folder, count, { shardSize, crops, origin });
}

async function extractShard(
  tokenizer: VisualTokenizer,
  part: Dataset<ImageSample>,
  path: string,
  { batchSize, origin, signal }: { batchSize: number; origin: Origin; signal?: AbortSignal },
): Promise<void> {
  const rows: Int32Array[] = [];
  const labels: number[] = [];
  let crops = 1;
  const loader = new DataLoader(part, { batchSize, epochs: 1, onBadSample: 'skip', ...(signal && { signal }) });
  for await (const { samples } of loader) {
    if (samples.length === 0) continue;
    const classes = labelsOf(samples, part.name);
    if (classes === undefined)
      throw new GigatokError(
        'NO_LABEL',
        `${part.name}: the image ${samples[0]!.name} has no class; an image model is conditioned on it.`,
      );
    using stacked = stackImages(samples);
    crops = stacked.ndim === 5 ? stacked.shape[1]! : 1;
    using ids = noGrad(() => scope(() => tokenizer.encode(stacked.reshape([-1, ...stacked.shape.slice(-3)])).ids));
    rows.push((await ids.data()) as Int32Array);
    labels.push(...classes);
  }
  const { tokens } = tokenizer.config;
  const codes = joined(rows, Int32Array);
  const skipped = loader.skipped.samples.map(({ message }) => message);
  await writeSafetensors(
    path,
    [
      { name: 'codes', dtype: 'i32', shape: [labels.length, crops, tokens], data: codes },
      { name: 'labels', dtype: 'i32', shape: [labels.length], data: Int32Array.from(labels) },
    ],
    { metadata: { ...origin, skipped: JSON.stringify(skipped) } },
  );
}

/** Opens a shard. @throws GigatokError where it is of another tokenizer or of other images. */
async function openShard(path: string, origin: Origin): Promise<SafetensorsFile> {
  const file = await SafetensorsFile.open(path);
  const { tokenizer, images } = file.metadata;
  const differs =
    tokenizer !== origin.tokenizer
      ? 'was made by another tokenizer'
      : images === undefined
        ? 'was extracted by an earlier version, which did not note of which images, so that it cannot be added to. Training takes a whole extraction, one with an index.json, as it is'
        : images !== origin.images
          ? `holds codes of ${images}, not of ${origin.images}`
          : undefined;
  if (differs === undefined) return file;
  await file.close();
  throw new GigatokError('CODES_MIXED', `${path}: ${differs}. Extract into another folder, or remove this one.`);
}

async function writeIndex(
  tokenizer: VisualTokenizer,
  folder: string,
  count: number,
  { shardSize, crops, origin }: { shardSize: number; crops: number; origin: Origin },
): Promise<CodeIndex | undefined> {
  const shards: number[] = [];
  const skipped: string[] = [];
  let classes = 0;
  for (let shard = 0; shard < count; shard++) {
    const path = join(folder, shardName(shard));
    if (!(await exists(path))) return undefined;
    await using file = await openShard(path, origin);
    skipped.push(...(JSON.parse(file.metadata.skipped ?? '[]') as string[]));
    shards.push(file.info('codes').shape[0]!);
    for (const label of (await file.read('labels')).data as Int32Array) classes = Math.max(classes, label + 1);
  }
  const { tokens, codebook } = tokenizer.config;
  const index: CodeIndex = {
    version: 1,
    tokens,
    vocabulary: codebook.size,
    crops,
    classes,
    images: shards.reduce((a, b) => a + b, 0),
    shardSize,
    shards,
    skipped,
    tokenizer: origin.tokenizer,
  };
  await writeFileAtomic(join(folder, 'index.json'), `${JSON.stringify(index, null, 2)}\n`);
  return index;
}

/** A digest of the parameters that make codes. */
async function fingerprint(tokenizer: VisualTokenizer): Promise<string> {
  const hash = createHash('sha256');
  for (const [name, parameter] of tokenizer.namedParameters()) {
    if (name.includes('decoder.')) continue;
    const raw = await parameter.rawData();
    hash.update(name).update(new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength));
  }
  return hash.digest('hex');
}

export interface CodeSample {
  /** `[tokens]`. */
  readonly ids: Int32Array;
  readonly label: number;
}

/** Codes of samples `i32` `[B, tokens]`, and their classes. */
export function stackCodes(samples: readonly CodeSample[]): { readonly ids: Tensor; readonly labels: Int32Array } {
  const ids = joined(
    samples.map((sample) => sample.ids),
    Int32Array,
  );
  return {
    ids: tensor(ids, { shape: [samples.length, ids.length / samples.length] }),
    labels: Int32Array.from(samples, ({ label }) => label),
  };
}

/** The images of an extraction; of several crops, one is drawn per image and epoch. */
export class CodeDataset extends RowDataset<CodeSample> {
  readonly #shards: readonly { readonly codes: Int32Array; readonly labels: Int32Array }[];
  readonly #seed: number;

  private constructor(
    readonly name: string,
    readonly index: CodeIndex,
    shards: readonly { codes: Int32Array; labels: Int32Array }[],
    seed: number,
  ) {
    super();
    this.#shards = shards;
    this.#seed = seed;
  }

  /** Opens the folder of an extraction that is complete. Codes stay in memory: 4 bytes a token. */
  static async open(folder: string, { seed = 0 }: { readonly seed?: number } = {}): Promise<CodeDataset> {
    const path = join(folder, 'index.json');
    const text = await readFile(path, 'utf8').catch((cause: unknown) => {
      throw new GigatokError(
        'CODES_MISSING',
        `${path}: there is no extraction, or it is not complete. Run it again to go on.`,
        { cause },
      );
    });
    const index = parseIndex(path, text);
    const shards = [];
    for (const [shard, images] of index.shards.entries()) {
      const file = join(folder, shardName(shard));
      await using source = await openSafetensors(file);
      const codes = (await source.read('codes')).data as Int32Array;
      const labels = (await source.read('labels')).data as Int32Array;
      if (labels.length !== images || codes.length !== images * index.crops * index.tokens)
        throw new GigatokError('CODES_SHAPE', `${file}: holds ${labels.length} images; expected ${images}.`);
      const wrong = codes.find((id) => !(id >= 0 && id < index.vocabulary));
      if (wrong !== undefined)
        throw new GigatokError(
          'CODE_RANGE',
          `${file}: code ${wrong} is out of range; the codebook has ${index.vocabulary}.`,
        );
      shards.push({ codes, labels });
    }
    return new CodeDataset(folder, index, shards, seed);
  }

  get length(): number {
    return this.index.images;
  }

  async get(row: number, epoch = 0): Promise<CodeSample> {
    let [shard, at] = [0, row];
    while (at >= this.index.shards[shard]!) at -= this.index.shards[shard++]!;
    const { codes, labels } = this.#shards[shard]!;
    const { crops, tokens } = this.index;
    const crop =
      crops === 1 ? 0 : Math.min(crops - 1, Math.floor(crops * new CounterRandom(this.#seed, row, epoch).uniform()));
    const start = (at * crops + crop) * tokens;
    return { ids: codes.slice(start, start + tokens), label: labels[at]! };
  }

  place(row: number) {
    return { file: this.name, line: row };
  }
}

function parseIndex(path: string, text: string): CodeIndex {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (cause) {
    throw new GigatokError('CODES_INDEX', `${path}: is not JSON.`, { cause });
  }
  const index = value as unknown as CodeIndex;
  if (index?.version !== 1 || !Array.isArray(index.shards))
    throw new GigatokError('CODES_INDEX', `${path}: is not an index of codes.`);
  return index;
}
