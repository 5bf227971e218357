/**
 * Weights by name, wherever they are: in files (every `TensorSource` of @tessera/data is one), in the flat buffer of a
 * model, in memory. What compares, patches and ships weights takes these and need not know which it is.
 */
import { type ElementArray, elementCount, type FileDType } from '@tessera/data';
import type { FlatParameters } from '@tessera/optim';
import { RlError } from './errors.js';

export interface StoredWeights {
  readonly dtype: FileDType;
  readonly shape: readonly number[];
  /** Elements as they are stored; 16-bit floats as their bits. */
  readonly data: ElementArray;
}

export interface WeightSource {
  readonly names: readonly string[];
  has(name: string): boolean;
  info(name: string): { readonly dtype: FileDType; readonly shape: readonly number[] };
  read(
    name: string,
    options?: {
      readonly slice?: readonly (readonly [start: number, end: number] | null)[];
      /** Memory that may be used for the elements: exactly as many bytes. */
      readonly into?: Uint8Array<ArrayBuffer>;
    },
  ): Promise<StoredWeights>;
}

/** The parameters of a flat buffer as they are when read. */
export function flatWeights(flat: FlatParameters): WeightSource {
  const entries = new Map(flat.entries.map((entry) => [entry.name, entry]));
  const dtype = flat.data.dtype;
  return memorySource([...entries.keys()], (name) => {
    const { offset, length, shape } = entries.get(name)!;
    return { dtype, shape, read: () => readFlat(flat, offset, length) };
  });
}

async function readFlat(flat: FlatParameters, offset: number, length: number): Promise<ElementArray> {
  using view = flat.data.view([length], [1], flat.data.offset + offset);
  return view.rawData();
}

/** Weights in memory, used as they are. */
export function weightsInMemory(weights: ReadonlyMap<string, StoredWeights>): WeightSource {
  return memorySource([...weights.keys()], (name) => {
    const { dtype, shape, data } = weights.get(name)!;
    return { dtype, shape, read: async () => data };
  });
}

interface Held {
  readonly dtype: FileDType;
  readonly shape: readonly number[];
  read(): Promise<ElementArray>;
}

function memorySource(names: readonly string[], held: (name: string) => Held): WeightSource {
  const known = new Set(names);
  return {
    names,
    has: (name) => known.has(name),
    info: (name) => held(name),
    read: async (name, { slice = [] } = {}) => {
      const { dtype, shape, read } = held(name);
      const data = await read();
      let [start, length] = [0, data.length];
      const extents = [...shape];
      for (const [d, range] of slice.entries()) {
        if (length !== elementCount(shape.slice(d))) {
          throw new RlError('WEIGHTS_SLICE', `${name}: only the last range of a slice may span several rows.`);
        }
        const [from, to] = range ?? [0, shape[d]!];
        const row = length / shape[d]!;
        [start, length, extents[d]] = [start + from * row, (to - from) * row, to - from];
      }
      return { dtype, shape: extents, data: data.subarray(start, start + length) as ElementArray };
    },
  };
}

/** Prefixes of a language model's body, which some writers of checkpoints leave out. */
const bodies = ['transformer.', 'model.'];

/** How the names of one checkpoint read in another of the same model: with the body's prefix, without it, or as they are. */
export function renaming(from: readonly string[], to: readonly string[]): (name: string) => string {
  const known = new Set(to);
  const ways = [
    (name: string) => name,
    ...bodies.map((body) => (name: string) => (known.has(body + name) ? body + name : name)),
    ...bodies.map((body) => (name: string) => (name.startsWith(body) ? name.slice(body.length) : name)),
  ];
  const matches = ways.map((way) => from.filter((name) => known.has(way(name))).length);
  return ways[matches.indexOf(Math.max(...matches))]!;
}

/** `weights` by the names that another checkpoint of the same model has for them. */
export function namedAs(weights: WeightSource, names: readonly string[]): WeightSource {
  const rename = renaming(weights.names, names);
  const own = new Map(weights.names.map((name) => [rename(name), name]));
  return {
    names: [...own.keys()],
    has: (name) => own.has(name),
    info: (name) => weights.info(own.get(name) ?? name),
    read: (name, options) => weights.read(own.get(name) ?? name, options),
  };
}
