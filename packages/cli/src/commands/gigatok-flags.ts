/** Options that several commands of `tessera gigatok` take. */
import type { Dataset, ImageSample } from '@tessera/data';
import {
  type DataConfig,
  dataSchema,
  type GuidanceSchedule,
  loadTokenizer,
  openImageData,
  type SampleRequest,
} from '@tessera/gigatok';
import { parseConfig } from '@tessera/train';
import { type Command, Option } from 'commander';
import { realNumber, wholeNumber } from '../arguments.js';

/** Where commands say what they are doing; results go to standard output. */
export const log = (message: string): void => console.error(message);

export interface DataFlags {
  readonly data: string;
  readonly split?: string;
  readonly crop?: 'center' | 'random' | 'ten';
  readonly limit?: number;
  readonly workers: number;
}

export function withData(command: Command, what = 'images: class folders, tars or parquet'): Command {
  return command
    .requiredOption('--data <path>', what)
    .option('--split <name>', 'part of the collection')
    .option('--limit <number>', 'use n of the images, at even distances', wholeNumber(1))
    .option('--workers <number>', 'threads that decode', wholeNumber(), 0);
}

export function dataOf({ data: path, split, crop, limit, workers }: DataFlags): DataConfig {
  const given = { path, workers, ...(split && { split }), ...(crop && { crop }), ...(limit && { limit }) };
  return parseConfig(given, dataSchema, '--data');
}

/** The images that a command measures or shows. Those that cannot be read are left out, named once each, and counted at the end. */
export async function openImages(data: DataConfig, imageSize: number): Promise<Dataset<ImageSample>> {
  const images = await openImageData(data, imageSize, 0);
  const named = new Set<number>();
  const { name, length, blocks } = images;
  const close = () => {
    if (named.size > 0) log(`${named.size} of ${length} images could not be read and were skipped.`);
    return images.close();
  };
  return {
    name,
    length,
    blocks,
    get: (index, epoch) =>
      images.get(index, epoch).catch((error: unknown) => {
        if (!named.has(index)) log(`skipped: ${error instanceof Error ? error.message : String(error)}`);
        named.add(index);
        throw error;
      }),
    place: (index) => images.place(index),
    close,
    [Symbol.asyncDispose]: close,
  };
}

export function withTokenizer(command: Command): Command {
  return command
    .requiredOption('--tokenizer <path>', 'folder of a trained tokenizer, or a checkpoint (.pt, .safetensors)')
    .option('--config <name>', 'configuration of a checkpoint, such as B-L');
}

export interface TokenizerFlags {
  readonly tokenizer: string;
  readonly config?: string;
}

export const openTokenizer = ({ tokenizer, config }: TokenizerFlags) =>
  loadTokenizer(tokenizer, config === undefined ? {} : { config });

/** How images are drawn. */
export interface DrawFlags {
  readonly scale: number;
  readonly schedule: GuidanceSchedule;
  readonly windowStart?: number;
  readonly windowEnd?: number;
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
  readonly seed: number;
}

export function withDrawing(command: Command): Command {
  const schedules = ['constant', 'linear', 'linear_re', 'triangular', 'rectangular', 'step', 'cosine'];
  return command
    .option('--scale <number>', 'classifier-free guidance; 1 for none', realNumber(1), 1)
    .addOption(new Option('--schedule <name>', 'guidance over the tokens').choices(schedules).default('constant'))
    .option('--window-start <number>', 'share of the tokens at which guidance starts', realNumber(0, 1))
    .option('--window-end <number>', 'share of the tokens at which it ends', realNumber(0, 1))
    .option('--temperature <number>', '0 takes the most likely token', realNumber(0), 1)
    .option('--top-k <number>', 'keep the n most likely tokens; 0 for all', wholeNumber(), 0)
    .option('--top-p <number>', 'then those with this share of the probability', realNumber(0, 1), 1)
    .option('--seed <number>', 'the same seed draws the same images', wholeNumber(), 0);
}

export function requestOf(flags: DrawFlags, classes: readonly number[], perClass: number): SampleRequest {
  const { scale, schedule, windowStart, windowEnd, temperature, topK, topP, seed } = flags;
  return {
    classes: Int32Array.from(classes.flatMap((label) => new Array<number>(perClass).fill(label))),
    scale,
    schedule,
    temperature,
    topK,
    topP,
    seed,
    ...(windowStart !== undefined && { windowStart }),
    ...(windowEnd !== undefined && { windowEnd }),
  };
}
