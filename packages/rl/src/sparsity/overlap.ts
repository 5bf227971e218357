/**
 * How two updates of one base agree: which parameters both moved (o1, o2 and Jaccard, beside what chance gives two masks
 * of these sizes), and how near the results are. Definitions: arXiv 2505.11711, section 5 and appendix E.
 */
import { elementCount, type FileDType } from '@tessera/data';
import { RlError } from '../errors.js';
import { namedAs, type WeightSource } from '../weights.js';
import { toF32 } from './compare.js';
import { PieceReader } from './pieces.js';

export interface UpdateOverlap {
  readonly parameters: number;
  readonly updated1: number;
  readonly updated2: number;
  readonly both: number;
  /** Share of the first update's parameters that the second moved too, and the other way round. */
  readonly o1: number;
  readonly o2: number;
  /** The same for masks drawn at random with these sizes: the densities. */
  readonly chance1: number;
  readonly chance2: number;
  readonly jaccard: number;
  readonly chanceJaccard: number;
  /** Share of parameters whose two results are within a tolerance, by the tolerance. */
  readonly agreement: Readonly<Record<string, number>>;
  /** Norm of the difference of the updates over the norm of the first. */
  readonly relativeDistance: number;
  /** Cosine between the updates. */
  readonly cosine: number;
}

export interface OverlapOptions {
  /** An update within it counts as none. Default 0. */
  readonly tolerance?: number;
  /** Default 0, 1e-5, 1e-4, 1e-3. */
  readonly agreementAt?: readonly number[];
  readonly signal?: AbortSignal;
  /** Told of parameters compared so far. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Compares two updates of one base. All three must have the same tensors, which stream through in pieces. Equal elements
 * are unmoved and agree, whatever they are; others are compared in f32.
 */
export async function compareUpdates(
  base: WeightSource,
  first: WeightSource,
  second: WeightSource,
  { tolerance = 0, agreementAt = [0, 1e-5, 1e-4, 1e-3], signal, onProgress }: OverlapOptions = {},
): Promise<UpdateOverlap> {
  const sources = [base, namedAs(first, base.names), namedAs(second, base.names)];
  for (const name of base.names) {
    const [a, b, c] = sources.map((s) => (s.has(name) ? s.info(name).shape.join() : null));
    if (b === null || c === null) throw new RlError('COMPARE_NAMES', `${name} is missing in one of the updates.`);
    if (a !== b || a !== c) throw new RlError('COMPARE_SHAPE', `${name} has other shapes in the updates.`);
  }
  const limits = agreementAt.map((limit) => Math.fround(limit));
  const limit = Math.fround(tolerance);
  const agreeing = limits.map(() => 0);
  const parameters = base.names.reduce((sum, name) => sum + elementCount(base.info(name).shape), 0);
  let [done, updated1, updated2, both, still] = [0, 0, 0, 0, 0];
  let [dot, norm1, norm2, distance] = [0, 0, 0, 0];
  const reader = new PieceReader(sources);
  for (const name of base.names) {
    for await (const piece of reader.read(name)) {
      signal?.throwIfAborted();
      // Of 16-bit floats the bits are compared, and only what differs is decoded.
      const decoded = piece.every(({ dtype }) => dtype === piece[0]!.dtype) ? tableOf(piece[0]!.dtype) : undefined;
      const [x, a, b] = (
        decoded === undefined ? piece.map(toF32) : piece.map(({ data }) => data as Uint16Array)
      ) as Elements;
      for (let i = 0; i < x.length; i++) {
        if (a[i] === x[i] && b[i] === x[i]) {
          still++; // most elements, of most updates
          continue;
        }
        const at = decoded === undefined ? x[i]! : decoded[x[i]!]!;
        const at1 = decoded === undefined ? a[i]! : decoded[a[i]!]!;
        const at2 = decoded === undefined ? b[i]! : decoded[b[i]!]!;
        const d1 = difference(at1, at);
        const d2 = difference(at2, at);
        const moved1 = !(Math.abs(d1) <= limit);
        const moved2 = !(Math.abs(d2) <= limit);
        if (moved1) updated1++;
        if (moved2) updated2++;
        if (moved1 && moved2) both++;
        const apart = Math.abs(difference(at1, at2));
        for (let t = 0; t < limits.length; t++) if (apart <= limits[t]!) agreeing[t]!++;
        dot += d1 * d2;
        norm1 += d1 * d1;
        norm2 += d2 * d2;
        distance += (d1 - d2) ** 2;
      }
      done += x.length;
      onProgress?.(done, parameters);
    }
  }
  const [p, q] = [updated1 / parameters, updated2 / parameters];
  return {
    parameters,
    updated1,
    updated2,
    both,
    o1: both / updated1,
    o2: both / updated2,
    chance1: q,
    chance2: p,
    jaccard: both / (updated1 + updated2 - both),
    chanceJaccard: (p * q) / (p + q - p * q),
    agreement: Object.fromEntries(agreementAt.map((at, t) => [String(at), (still + agreeing[t]!) / parameters])),
    relativeDistance: Math.sqrt(distance / norm1),
    cosine: dot / Math.sqrt(norm1 * norm2),
  };
}

type Elements = [Float32Array, Float32Array, Float32Array] | [Uint16Array, Uint16Array, Uint16Array];

/** In f32; 0 of a number that is no number from itself. */
function difference(a: number, b: number): number {
  return Object.is(a, b) ? 0 : Math.fround(a - b);
}

const tables = new Map<FileDType, Float32Array>();

/** The value of every bit pattern of a 16-bit float; undefined for other dtypes. */
function tableOf(dtype: FileDType): Float32Array | undefined {
  if (dtype !== 'bf16' && dtype !== 'f16') return undefined;
  let table = tables.get(dtype);
  if (table === undefined) {
    const data = Uint16Array.from({ length: 1 << 16 }, (_, bits) => bits);
    table = toF32({ dtype, shape: [data.length], data });
    tables.set(dtype, table);
  }
  return table;
}
