/**
 * What a workload is: data, a model, a loss, a validation metric and a budget of steps. An optimizer sees none of it but
 * parameters, gradients and losses. Data comes from fixed seeds; the training seed decides the initial weights and the
 * order of the batches.
 */
import type { Module } from '@tessera/nn';
import {
  type Device,
  indexSelect,
  type NumberArray,
  noGrad,
  type Generator as RandomGenerator,
  scope,
  type Tensor,
  tensor,
} from '@tessera/tensor';
import type { Sampler } from './random.js';

export interface Metric {
  readonly name: string;
  readonly higherIsBetter: boolean;
}

export interface OpenOptions {
  readonly device: Device;
  /** Trains the held-out variant: the same data and one change of the model. */
  readonly heldOut: boolean;
  /** Folder with real data, where the workload can use one. */
  readonly data?: string | undefined;
}

/** Tensors by name, of the same shapes each time. */
export type Batch = Readonly<Record<string, Tensor>>;

/** A workload with its data in memory. */
export interface OpenWorkload<M extends Module = Module, B extends Batch = Batch> {
  /** A fresh model; the same seed gives the same weights. */
  model(generator: RandomGenerator): M;
  /** The batch that `sampler` draws next. Tensors belong to the caller's scope. */
  batch(sampler: Sampler): B;
  /** Scalar, in training mode. Depends on the tensors of the batch alone, so that a step can be recorded and replayed. */
  loss(model: M, batch: B): Tensor;
  /** The validation metric, in evaluation mode. */
  evaluate(model: M): Promise<number>;
  /** Runs a batch forward in training mode, to renew batch-norm statistics for averaged weights. */
  readonly refresh?: (model: M, batch: B) => void;
  /** Frees the data. */
  dispose(): void;
}

export interface Workload {
  readonly name: string;
  /** The workload of AlgoPerf whose domain it mirrors. */
  readonly mirrors: string;
  readonly metric: Metric;
  readonly batchSize: number;
  /** Budget of the quick tier. */
  readonly steps: number;
  /** Steps between evaluations in the quick tier. */
  readonly evalEvery: number;
  /** What the held-out variant changes. */
  readonly heldOut: string;
  open(options: OpenOptions): OpenWorkload | Promise<OpenWorkload>;
}

/** Forgets the types that only the workload itself needs. */
export function defineWorkload<M extends Module, B extends Batch>(
  workload: Omit<Workload, 'open'> & {
    open(options: OpenOptions): OpenWorkload<M, B> | Promise<OpenWorkload<M, B>>;
  },
): Workload {
  return workload as unknown as Workload;
}

/** Samples in columns, one row each, on the device; batches are rows drawn with replacement. */
export class Samples<Names extends string> {
  readonly #columns: Readonly<Record<Names, Tensor>>;
  readonly count: number;

  constructor(columns: Readonly<Record<Names, Tensor>>) {
    this.#columns = columns;
    for (const column of this.#tensors()) column.keep();
    this.count = this.#tensors()[0]!.size(0);
  }

  #tensors(): Tensor[] {
    return Object.values(this.#columns);
  }

  /** Rows `indices` of each column. */
  rows(indices: Int32Array): Record<Names, Tensor> {
    const index = tensor(indices, { device: this.#tensors()[0]!.device });
    return this.#each((column) => indexSelect(column, index, { dim: 0 }));
  }

  /** `count` rows of each column, drawn independently. */
  draw(sampler: Sampler, count: number): Record<Names, Tensor> {
    return this.rows(Int32Array.from({ length: count }, () => sampler.integer(0, this.count)));
  }

  /** Rows `start` to `start + length`, as views. */
  slice(start: number, length: number): Record<Names, Tensor> {
    return this.#each((column) => column.narrow({ dim: 0, start, length }));
  }

  /** All rows, in slices of at most `length`. */
  *slices(length: number): Generator<Record<Names, Tensor>> {
    for (let start = 0; start < this.count; start += length)
      yield this.slice(start, Math.min(length, this.count - start));
  }

  #each(f: (column: Tensor) => Tensor): Record<Names, Tensor> {
    return Object.fromEntries(
      Object.entries<Tensor>(this.#columns).map(([name, column]) => [name, f(column)]),
    ) as Record<Names, Tensor>;
  }

  dispose(): void {
    for (const column of this.#tensors()) column.dispose();
  }
}

/** The values of a tensor computed without gradients, and nothing else left in memory. */
export async function evaluated(compute: () => Tensor): Promise<NumberArray> {
  using result = scope(() => noGrad(compute));
  return await result.data();
}

/** The value of a scalar computed without gradients. */
export async function evaluatedScalar(compute: () => Tensor): Promise<number> {
  return (await evaluated(compute))[0]!;
}
