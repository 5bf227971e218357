/** The same tensor of several models, piece by piece: bounded memory, whatever the size of the checkpoints. */
import { byteSize, elementCount } from '@tessera/data';
import type { StoredWeights, WeightSource } from '../weights.js';

/** Bytes of a piece of the first model. */
export const defaultPieceBytes = 8 << 20;

export class PieceReader {
  readonly #sources: readonly WeightSource[];
  readonly #pieceBytes: number;
  readonly #buffers: Uint8Array<ArrayBuffer>[] = [];

  constructor(sources: readonly WeightSource[], pieceBytes = defaultPieceBytes) {
    this.#sources = sources;
    this.#pieceBytes = pieceBytes;
  }

  /**
   * The elements of tensor `name` in every source, in pieces; the next one is read while one is looked at. A piece is valid
   * until the next but one is asked for.
   */
  async *read(name: string): AsyncGenerator<readonly StoredWeights[], void, undefined> {
    const { shape, dtype } = this.#sources[0]!.info(name);
    const pieces = [...slices(shape, Math.max(1, Math.floor(this.#pieceBytes / byteSize(dtype))))];
    const readPiece = (i: number): Promise<StoredWeights[]> | undefined => {
      const slice = pieces[i];
      if (slice === undefined) return undefined;
      const elements = slice.reduce((count, [from, to], d) => (count / shape[d]!) * (to - from), elementCount(shape));
      // pieces take turns in two buffers of each source: new memory for each would cost more than a comparison
      const parity = (i % 2) * this.#sources.length;
      const all = this.#sources.map((weights, s) => {
        const into = this.#buffer(parity + s, elements * byteSize(weights.info(name).dtype));
        return weights.read(name, { slice, into });
      });
      const read = Promise.all(all);
      read.catch(() => undefined); // awaited in its turn
      return read;
    };
    let next = readPiece(0);
    for (let i = 0; i < pieces.length; i++) {
      const piece = await next!;
      next = readPiece(i + 1);
      yield piece;
    }
  }

  #buffer(place: number, bytes: number): Uint8Array<ArrayBuffer> {
    let held = this.#buffers[place];
    if (held === undefined || held.length < bytes) held = this.#buffers[place] = new Uint8Array(bytes);
    return held.subarray(0, bytes);
  }
}

/** Ranges along leading dimensions that cover a tensor in pieces of at most `most` elements, where rows allow. */
function* slices(shape: readonly number[], most: number): Generator<(readonly [number, number])[]> {
  const [rows = 1, ...rest] = shape;
  const row = elementCount(rest);
  if (shape.length === 0 || elementCount(shape) === 0) {
    if (shape.length === 0) yield [];
    return;
  }
  if (row > most) {
    for (let r = 0; r < rows; r++) for (const inner of slices(rest, most)) yield [[r, r + 1], ...inner];
    return;
  }
  const step = Math.floor(most / row);
  for (let r = 0; r < rows; r += step) yield [[r, Math.min(rows, r + step)]];
}
