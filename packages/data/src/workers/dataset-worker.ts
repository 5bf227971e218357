/** A worker thread that opens a dataset by module and function, and reads its rows. */
import type { Dataset } from '../datasets/dataset.js';
import { DatasetError } from '../errors.js';
import { Moved, serve } from './serve.js';

let dataset: Dataset<unknown> | undefined;

export interface RemoteShape {
  readonly name: string;
  readonly length: number;
  readonly blocks: Dataset<unknown>['blocks'];
}

async function open(module: string, name: string, options: unknown): Promise<RemoteShape> {
  const exported = ((await import(module)) as Record<string, unknown>)[name];
  if (typeof exported !== 'function') throw new DatasetError('WORKER_MODULE', `${module} exports no function ${name}`);
  dataset ??= (await exported(options)) as Dataset<unknown>;
  const { length, blocks } = dataset;
  return { name: dataset.name, length, blocks };
}

async function get(index: number, epoch: number): Promise<unknown> {
  const row = await dataset!.get(index, epoch);
  return dataset!.fresh === true ? new Moved(row) : row;
}

serve({ open, get });
