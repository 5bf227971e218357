/**
 * How much of a model an update left alone: unchanged elements of every tensor, under several notions of equality at
 * once. Weights stream through in pieces of a few megabytes, two in flight, compared by native kernels: bounded memory,
 * whatever the size of the checkpoints.
 *
 * Definitions: arXiv 2505.11711, section 2 (`tolerance` 1e-5, subtraction in f32 of the stored values; over parameters
 * with tied weights once) and arXiv 2511.08567 (`relative` 1e-3). They follow the bits first: equal bits are equal, NaN too.
 */
import { elementCount, type FileDType } from '@tessera/data';
import type { ChangeMode } from '@tessera/optim';
import { type DType, share, type Tensor, tensor, zeros } from '@tessera/tensor';
import { countChanged } from '@tessera/tensor/kernels';
import { RlError } from '../errors.js';
import { namedAs, type StoredWeights, type WeightSource } from '../weights.js';
import { defaultPieceBytes, PieceReader } from './pieces.js';
import { matrixRank, type RankInfo } from './rank.js';

/** A notion of equality. */
export interface Equality {
  readonly mode: ChangeMode;
  readonly tolerance?: number;
}

/** What is counted where nothing else is asked for. `exact` takes 0.0 and -0.0 as equal, `bitwise` does not. */
export const defaultEqualities: Readonly<Record<string, Equality>> = {
  bitwise: { mode: 'bitwise' },
  exact: { mode: 'tolerance', tolerance: 0 },
  '1e-5': { mode: 'tolerance', tolerance: 1e-5 },
  'relative 1e-3': { mode: 'relative', tolerance: 1e-3 },
};

export interface TensorComparison {
  readonly name: string;
  readonly shape: readonly number[];
  readonly parameters: number;
  /** Unchanged elements, by the name of the equality. */
  readonly unchanged: Readonly<Record<string, number>>;
  /** Of the update, where it was asked for and the tensor is a matrix. */
  readonly rank?: RankInfo;
}

export interface WeightComparison {
  readonly tensors: readonly TensorComparison[];
  readonly parameters: number;
  readonly unchanged: Readonly<Record<string, number>>;
  /** Tensors that only one of the two has. */
  readonly onlyInBase: readonly string[];
  readonly onlyInTuned: readonly string[];
}

export interface CompareOptions {
  readonly equalities?: Readonly<Record<string, Equality>>;
  /** Also compute the rank of every matrix's update. Needs the matrix in memory, and n³ work. */
  readonly rank?: boolean;
  /** Bytes of a piece. Default 8 MiB. */
  readonly pieceBytes?: number;
  readonly signal?: AbortSignal;
  /** Told of parameters compared so far. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Compares the tensors that both sources have. Throws RlError where shapes differ or nothing is in common. */
export async function compareWeights(
  base: WeightSource,
  tunedWeights: WeightSource,
  options: CompareOptions = {},
): Promise<WeightComparison> {
  const { equalities = defaultEqualities, rank = false, pieceBytes = defaultPieceBytes, signal, onProgress } = options;
  const tuned = namedAs(tunedWeights, base.names);
  const names = base.names.filter((name) => tuned.has(name) && isFloat(base.info(name).dtype));
  if (names.length === 0) throw new RlError('COMPARE_NAMES', 'the two models have no tensor of floats in common.');
  for (const name of names) {
    const [a, b] = [base.info(name).shape, tuned.info(name).shape];
    if (a.join() !== b.join())
      throw new RlError('COMPARE_SHAPE', `${name} has the shape [${a}] in the base and [${b}] in the tuned model.`);
  }
  const total = names.reduce((sum, name) => sum + elementCount(base.info(name).shape), 0);
  using counter = new Counter(equalities);
  const reader = new PieceReader([base, tuned], pieceBytes);
  const tensors: TensorComparison[] = [];
  let done = 0;
  for (const name of names) {
    const { shape } = base.info(name);
    const unchanged = Object.fromEntries(Object.keys(equalities).map((key) => [key, 0]));
    for await (const [before, after] of reader.read(name) as AsyncGenerator<[StoredWeights, StoredWeights]>) {
      signal?.throwIfAborted();
      const changed = await counter.changed(before, after);
      for (const [key, count] of Object.entries(changed)) unchanged[key]! += before.data.length - count;
      done += before.data.length;
      onProgress?.(done, total);
    }
    const matrix = rank && shape.length === 2 && !isNorm(name);
    const rankInfo = matrix ? await rankOfUpdate(await base.read(name), await tuned.read(name)) : undefined;
    tensors.push({ name, shape, parameters: elementCount(shape), unchanged, ...(rankInfo && { rank: rankInfo }) });
  }
  return {
    tensors,
    parameters: total,
    unchanged: Object.fromEntries(
      Object.keys(equalities).map((key) => [key, tensors.reduce((sum, t) => sum + t.unchanged[key]!, 0)]),
    ),
    onlyInBase: base.names.filter((name) => !tuned.has(name)),
    onlyInTuned: tuned.names.filter((name) => !base.has(name)),
  };
}

/** Norms are vectors with the exception of some models' two-dimensional ones; the paper leaves them out of ranks. */
function isNorm(name: string): boolean {
  return /norm|(^|\.)ln_/i.test(name);
}

async function rankOfUpdate(before: StoredWeights, after: StoredWeights): Promise<RankInfo> {
  const [rows, columns] = before.shape as [number, number];
  const [a, b] = [toF32(before), toF32(after)];
  for (let i = 0; i < b.length; i++) b[i]! -= a[i]!;
  return matrixRank(b, rows, columns);
}

function isFloat(dtype: FileDType): dtype is 'f32' | 'bf16' | 'f16' {
  return dtype === 'f32' || dtype === 'bf16' || dtype === 'f16';
}

/** A copy of the elements as f32, which may be written. */
export function toF32({ data, dtype }: StoredWeights): Float32Array<ArrayBuffer> {
  if (dtype === 'f32') return (data as Float32Array<ArrayBuffer>).slice();
  using half = share(data as Uint16Array, { dtype: dtype as DType });
  return half.dataSync() as Float32Array<ArrayBuffer>;
}

/** Counts changed elements of pieces on the CPU, under several equalities in one pass. */
class Counter {
  readonly #names: readonly string[];
  readonly #modes: Tensor;
  readonly #tolerances: Tensor;
  readonly #counts: Tensor;

  constructor(equalities: Readonly<Record<string, Equality>>) {
    this.#names = Object.keys(equalities);
    const all = Object.values(equalities);
    const numbers = all.map(({ mode }) => ({ bitwise: 0, tolerance: 1, relative: 2 })[mode]);
    this.#modes = tensor(Int32Array.from(numbers), { dtype: 'i32', device: 'cpu' }).keep();
    const tolerances = all.map(({ tolerance = 0 }) => tolerance);
    this.#tolerances = tensor(Float32Array.from(tolerances), { device: 'cpu' }).keep();
    this.#counts = zeros([2 * all.length], { dtype: 'i32', device: 'cpu' }).keep(); // 64-bit integers
  }

  async changed(before: StoredWeights, after: StoredWeights): Promise<Record<string, number>> {
    const n = before.data.length;
    const same = before.dtype === after.dtype;
    using a = same ? shared(before) : share(toF32(before));
    using b = same ? shared(after) : share(toF32(after));
    const counts = this.#counts;
    const criteria = this.#names.length;
    countChanged({ before: a, after: b, modes: this.#modes, tolerances: this.#tolerances, counts, n, criteria });
    const found = await counts.data();
    return Object.fromEntries(this.#names.map((name, i) => [name, found[2 * i]! >>> 0]));
  }

  [Symbol.dispose](): void {
    for (const t of [this.#modes, this.#tolerances, this.#counts]) t.dispose();
  }
}

function shared({ data, dtype }: StoredWeights): Tensor {
  return share(data as Float32Array | Uint16Array, { dtype: dtype as DType });
}
