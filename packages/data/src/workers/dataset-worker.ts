/** A worker thread that opens a dataset by module and function, and reads its rows. */
import { workerData } from 'node:worker_threads';
import type { Dataset } from '../datasets/dataset.js';
import { DatasetError } from '../errors.js';
import { Moved, serve } from './serve.js';

/** How to open the dataset: the worker's `workerData`. */
export interface DatasetRecipe {
  readonly module: string;
  readonly function: string;
  readonly options: unknown;
}

export interface RemoteShape {
  readonly name: string;
  readonly length: number;
  readonly blocks: Dataset<unknown>['blocks'];
}

/** Opened by the first call, so that a worker that replaces a lost one needs no call of its own. */
let opening: Promise<Dataset<unknown>> | undefined;

async function open(): Promise<Dataset<unknown>> {
  const { module, function: name, options } = workerData as DatasetRecipe;
  const exported = ((await import(module)) as Record<string, unknown>)[name];
  if (typeof exported !== 'function') throw new DatasetError('WORKER_MODULE', `${module} exports no function ${name}`);
  return (await exported(options)) as Dataset<unknown>;
}

async function shape(): Promise<RemoteShape> {
  opening ??= open();
  const { name, length, blocks } = await opening;
  return { name, length, blocks };
}

async function get(index: number, epoch: number): Promise<unknown> {
  opening ??= open();
  const dataset = await opening;
  const row = await dataset.get(index, epoch);
  return dataset.fresh === true ? new Moved(row) : row;
}

serve({ shape, get });
