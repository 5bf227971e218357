/**
 * Token sequences as a model takes them: one after another without padding, so that no work is spent on padding and a
 * sequence's numbers do not depend on what it is batched with. Padded batches are packed on the way in and spread out again.
 */
import type { TokenBatch } from '@tessera/data';
import {
  ArgumentError,
  cat,
  type Device,
  type DeviceName,
  DTypeError,
  formatShape,
  formatValue,
  ShapeError,
  Tensor,
  tensor,
  zeros,
} from '@tessera/tensor';

/** Label of a position that has none: transformers' and PyTorch's convention. */
export const ignoreIndex = -100;

export interface PlaceOptions {
  /** Default: the default device. */
  readonly device?: Device | DeviceName;
}

/** Where the packed tokens stand in a padded rectangle. */
interface Rectangle {
  readonly rows: number;
  readonly columns: number;
  /** Place in the rectangle, row by row, of each token. */
  readonly places: Int32Array<ArrayBuffer>;
}

/** A beginning that sequences share, and what follows it in each: none where it is a sequence of its own. */
export interface Branches {
  readonly prefix: ArrayLike<number>;
  readonly continuations: readonly ArrayLike<number>[];
}

/** The keys that each of several packed sequences sees, where those are not its own tokens alone. */
export interface PackedKeys {
  /** `i32`: the packed row of each key, sequence by sequence. */
  readonly rows: Tensor;
  /** `i32` `[count + 1]`: where each sequence's keys begin, and their number. */
  readonly cuSeqlens: Tensor;
}

export class PackedTokens {
  /** `i32` `[total]`. */
  readonly ids: Tensor;
  /** `i32` `[total]`: each token's position in its sequence. */
  readonly positions: Tensor;
  /** `i32` `[count + 1]`: where each sequence begins, and the total. */
  readonly cuSeqlens: Tensor;
  readonly starts: readonly number[];
  readonly lengths: readonly number[];
  /** Of the longest sequence, with what it continues. */
  readonly maxLength: number;
  /** Null where a sequence sees its own tokens alone. */
  readonly keys: PackedKeys | null;
  readonly #ids: Int32Array<ArrayBuffer>;
  readonly #rectangle: Rectangle | null;

  /** `continued`: of each sequence the one it continues, -1 for none. */
  private constructor(
    ids: Int32Array<ArrayBuffer>,
    lengths: readonly number[],
    rectangle: Rectangle | null,
    options: PlaceOptions,
    continued: readonly number[] = [],
  ) {
    // a model says where it is, too: further names are none of ours
    if (typeof options !== 'object' || options === null) {
      throw new ArgumentError(`options come as an object; got ${formatValue(options)}; expected { device }.`, {
        op: 'PackedTokens',
      });
    }
    const { device } = options;
    const starts = [0];
    for (const length of lengths) starts.push(starts.at(-1)! + length);
    const before = lengths.map((_, s) => lengths[continued[s] ?? -1] ?? 0);
    const positions = new Int32Array(ids.length);
    lengths.forEach((length, s) => {
      for (let i = 0; i < length; i++) positions[starts[s]! + i] = before[s]! + i;
    });
    const place = device === undefined ? {} : { device };
    this.#ids = ids;
    this.#rectangle = rectangle;
    this.lengths = lengths;
    this.starts = starts;
    this.maxLength = lengths.reduce((most, length, s) => Math.max(most, before[s]! + length), 0);
    this.ids = tensor(ids, place);
    this.positions = tensor(positions, place);
    this.cuSeqlens = tensor(Int32Array.from(starts), place);
    this.keys = continued.length === 0 ? null : keysOf(starts, continued, place);
  }

  /** Sequences of token ids, of any lengths. */
  static of(sequences: readonly ArrayLike<number>[], options: PlaceOptions = {}): PackedTokens {
    const { ids, lengths } = joined(sequences);
    return new PackedTokens(ids, lengths, null, options);
  }

  /**
   * Sequences that share beginnings, each of which is computed once: for each of `branches` the prefix and then its
   * continuations, every one of them a sequence here. A token's numbers are those of its whole sequence. The token that
   * follows a prefix is for the caller to say: `targets` gives none.
   */
  static ofBranches(branches: readonly Branches[], options: PlaceOptions = {}): PackedTokens {
    if (!Array.isArray(branches) || !branches.every((b) => Array.isArray(b?.continuations))) {
      const problem = `branches are a list of { prefix, continuations }; got ${formatValue(branches)}.`;
      throw new ArgumentError(problem, { op: 'PackedTokens', actual: branches });
    }
    const sequences = branches.flatMap(({ prefix, continuations }) => [prefix, ...continuations]);
    const { ids, lengths } = joined(sequences);
    const continued: number[] = [];
    for (const { continuations } of branches) {
      const prefix = continued.length;
      continued.push(-1, ...continuations.map(() => prefix));
    }
    return new PackedTokens(ids, lengths, null, options, continued);
  }

  /** A padded batch: the tokens where `mask` is 1, wherever in their row the padding is. */
  static fromBatch(
    batch: Pick<TokenBatch, 'ids' | 'mask' | 'rows' | 'columns'>,
    options: PlaceOptions = {},
  ): PackedTokens {
    const { ids, mask, rows, columns } = batch;
    if (ids.length !== rows * columns || mask.length !== rows * columns) {
      throw new ShapeError(
        `ids and mask must have ${rows} x ${columns} elements; got ${ids.length} and ${mask.length}.`,
        { op: 'PackedTokens' },
      );
    }
    const places = Int32Array.from(mask.keys()).filter((i) => mask[i] !== 0);
    const lengths = new Array<number>(rows).fill(0);
    for (const place of places) lengths[Math.floor(place / columns)]!++;
    return new PackedTokens(
      places.map((i) => ids[i]!),
      lengths,
      { rows, columns, places },
      options,
    );
  }

  /**
   * The same of tensors, as transformers' `input_ids` and `attention_mask`: both `[rows, columns]`, the mask of integers or
   * booleans. Waits for the device, since where tokens stand decides the shapes of everything after.
   */
  static async fromTensors(
    ids: Tensor,
    mask: Tensor,
    options: PlaceOptions = { device: ids?.device },
  ): Promise<PackedTokens> {
    if (!(ids instanceof Tensor) || !(mask instanceof Tensor)) {
      const got = `${formatValue(ids)} and ${formatValue(mask)}`;
      throw new ArgumentError(`ids and mask must be tensors; got ${got}.`, { op: 'PackedTokens' });
    }
    const [rows, columns] = ids.shape as [number, number];
    if (ids.ndim !== 2 || !ids.shape.every((n, d) => n === mask.shape[d]) || mask.ndim !== 2) {
      throw new ShapeError(
        `ids and mask must both be [rows, columns]; got ${formatShape(ids.shape)} and ${formatShape(mask.shape)}.`,
        {
          op: 'PackedTokens',
          actual: [ids.shape, mask.shape],
        },
      );
    }
    for (const [name, { dtype }] of Object.entries({ ids, mask })) {
      if (dtype !== 'i32' && dtype !== 'u8' && !(dtype === 'bool' && name === 'mask'))
        throw new DTypeError(`${name} must be integers; got ${dtype}.`, { op: 'PackedTokens', actual: dtype });
    }
    const [idValues, seen] = await Promise.all([ids.data(), mask.data()]);
    return PackedTokens.fromBatch(
      { ids: Int32Array.from(idValues), mask: Uint8Array.from(seen, (m) => (m === 0 ? 0 : 1)), rows, columns },
      options,
    );
  }

  /** Number of tokens. */
  get total(): number {
    return this.#ids.length;
  }

  /** Number of sequences. */
  get count(): number {
    return this.lengths.length;
  }

  /**
   * What each position should predict, `i32` `[total]`: the label of the next position of its sequence, or `ignoreIndex` at
   * the end. Labels stand under their own tokens, as transformers' do; by default they are the tokens themselves.
   * `labels` has one number per token, or per place of the padded batch.
   */
  targets(labels: ArrayLike<number> = this.#ids): Tensor {
    const { total } = this;
    const places = this.#rectangle?.places;
    const padded = this.#rectangle === null ? total : this.#rectangle.rows * this.#rectangle.columns;
    if (labels.length !== total && labels.length !== padded) {
      throw new ShapeError(
        `needs one label per token, ${total}${places === undefined ? '' : `, or per place of the padded batch, ${padded}`}; got ${labels.length}.`,
        { op: 'targets', actual: labels.length },
      );
    }
    const labelOf = (i: number): number => labels[labels.length === total ? i : places![i]!]!;
    const targets = Int32Array.from({ length: total }, (_, i) => (i + 1 < total ? labelOf(i + 1) : ignoreIndex));
    for (const [s, length] of this.lengths.entries()) if (length > 0) targets[this.starts[s + 1]! - 1] = ignoreIndex;
    return tensor(targets, { device: this.ids.device });
  }

  /** Values per token, `[total, ...]`, in the padded rectangle they came from: `[rows, columns, ...]`, zero at padding. */
  toBatch(values: Tensor): Tensor {
    if (this.#rectangle === null)
      throw new ShapeError('the tokens did not come from a padded batch.', { op: 'toBatch' });
    const { rows, columns, places } = this.#rectangle;
    const rest = values.shape.slice(1);
    const source = new Int32Array(rows * columns).fill(this.total);
    places.forEach((place, i) => {
      source[place] = i;
    });
    const withZero = cat([values, zeros([1, ...rest], { dtype: values.dtype, device: values.device })], { dim: 0 });
    return withZero
      .indexSelect(tensor(source, { device: values.device }), { dim: 0 })
      .reshape([rows, columns, ...rest]);
  }

  dispose(): void {
    for (const t of [this.ids, this.positions, this.cuSeqlens, this.keys?.rows, this.keys?.cuSeqlens]) t?.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

function joined(sequences: readonly ArrayLike<number>[]): { ids: Int32Array<ArrayBuffer>; lengths: number[] } {
  if (!Array.isArray(sequences)) {
    throw new ArgumentError(`sequences come as an array; got ${formatValue(sequences)}.`, { op: 'PackedTokens' });
  }
  const odd = sequences.findIndex((s) => typeof s === 'string' || typeof s?.length !== 'number');
  if (odd >= 0) {
    const got = formatValue(sequences[odd]);
    throw new ArgumentError(`sequence ${odd} is ${got}; a sequence is a list of token ids. Write [[1, 2, 3]].`, {
      op: 'PackedTokens',
      actual: sequences[odd],
    });
  }
  const lengths = sequences.map((s) => s.length);
  const ids = new Int32Array(lengths.reduce((sum, length) => sum + length, 0));
  let at = 0;
  for (const sequence of sequences) {
    ids.set(sequence, at);
    at += sequence.length;
  }
  return { ids, lengths };
}

function keysOf(starts: readonly number[], continued: readonly number[], place: PlaceOptions): PackedKeys {
  const rows: number[] = [];
  const keyStarts = [0];
  continued.forEach((prefix, s) => {
    for (const part of prefix < 0 ? [s] : [prefix, s])
      for (let row = starts[part]!; row < starts[part + 1]!; row++) rows.push(row);
    keyStarts.push(rows.length);
  });
  return { rows: tensor(Int32Array.from(rows), place), cuSeqlens: tensor(Int32Array.from(keyStarts), place) };
}
