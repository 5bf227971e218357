/** Opens tables by the names of their files. */

import { readFile, stat } from 'node:fs/promises';
import { checkList } from '../check.js';
import { DatasetError } from '../errors.js';
import { fileProblem, isObject, parseJson } from '../json.js';
import { arrayDataset, concatDatasets, type Dataset } from './dataset.js';
import { listFiles } from './files.js';
import { JsonlDataset, type Row } from './jsonl.js';
import { ParquetDataset } from './parquet.js';

const extensions = ['.jsonl', '.ndjson', '.json', '.parquet'];

/**
 * Opens rows: `.jsonl`, `.json` (a list of objects) and `.parquet` files, or a folder of them in the order of their names. Several paths
 * are one dataset. Throws DatasetError.
 */
export async function openRows(paths: string | readonly string[]): Promise<Dataset<Row>> {
  const opened: Dataset<Row>[] = [];
  const list = typeof paths === 'string' ? [paths] : paths;
  checkList('openRows', 'paths', list);
  try {
    for (const path of list) {
      for (const file of await filesOf(path)) opened.push(await openFile(file));
    }
    if (opened.length === 0) throw new DatasetError('DATASET_OPEN', 'no files given');
    return concatDatasets(opened);
  } catch (error) {
    await Promise.all(opened.map((dataset) => dataset.close()));
    throw error;
  }
}

async function filesOf(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new DatasetError('DATASET_OPEN', fileProblem(cause), { file: path, cause });
  });
  if (!found.isDirectory()) return [path];
  const files = await listFiles(path, extensions);
  if (files.length === 0)
    throw new DatasetError('DATASET_OPEN', `the folder holds no ${extensions.join(', ')} file`, { file: path });
  return files;
}

async function openFile(path: string): Promise<Dataset<Row>> {
  if (path.endsWith('.parquet')) return ParquetDataset.open(path);
  if (path.endsWith('.jsonl') || path.endsWith('.ndjson')) return JsonlDataset.open(path);
  const fail = (problem: string, cause?: unknown): DatasetError =>
    new DatasetError('DATASET_OPEN', problem, { file: path, cause });
  if (!path.endsWith('.json'))
    throw fail(`rows are in ${extensions.join(', ')} files; JsonlDataset.open takes JSON Lines of any name`);
  const rows = parseJson(await readFile(path, 'utf8'), fail);
  if (!Array.isArray(rows) || !rows.every(isObject))
    throw fail('a .json file must hold a list of objects; is it JSON Lines (.jsonl)?');
  return arrayDataset(rows, path);
}
