/** Grids of reconstructions that a tokenizer's run writes while it trains, in its folder's `grids`. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Dataset,
  decodeImage,
  type Image,
  type ImageSample,
  makeFolder,
  spreadDataset,
  writeFileAtomic,
} from '@tessera/data';
import { exists } from '../exists.js';
import { gridPng } from '../metrics/grid.js';
import type { VisualTokenizer } from '../model/tokenizer.js';
import { stackImages } from '../training/feed.js';
import { withReconstructions } from './use.js';

const gridsOf = (run: string) => join(run, 'grids');

/** Images from all over a dataset, without those that cannot be read. */
export async function someImages(dataset: Dataset<ImageSample>, count: number): Promise<ImageSample[]> {
  const some = spreadDataset(dataset, count);
  const found: ImageSample[] = [];
  for (let i = 0; i < some.length; i++) {
    const sample = await some.get(i).catch(() => undefined);
    if (sample !== undefined) found.push(sample);
  }
  return found;
}

/** First row originals, second row reconstructions. */
export async function writeGrid(
  run: string,
  step: number,
  tokenizer: VisualTokenizer,
  shown: readonly ImageSample[],
): Promise<void> {
  await makeFolder(gridsOf(run));
  tokenizer.eval();
  using images = stackImages(shown);
  const side = tokenizer.config.imageSize;
  const grid = await gridPng(await withReconstructions(tokenizer, images), [side, side], { columns: shown.length });
  await writeFileAtomic(join(gridsOf(run), `step-${String(step).padStart(8, '0')}.png`), grid);
}

/** The grid that was written last; undefined where there is none. */
export async function lastGrid(run: string): Promise<Image | undefined> {
  if (!(await exists(gridsOf(run)))) return undefined;
  const last = (await readdir(gridsOf(run))).sort().at(-1);
  return last === undefined ? undefined : decodeImage(await readFile(join(gridsOf(run), last)));
}
