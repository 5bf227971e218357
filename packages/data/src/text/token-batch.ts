/** Sequences of different lengths as one rectangle of token ids and its mask. */
import { checkList, checkOptions, checkWhole, refused, shown } from '../check.js';
import { TextError } from '../errors.js';

export type Side = 'left' | 'right';

/** `ids` and `mask` have `rows * columns` elements, row by row. */
export interface TokenBatch {
  readonly ids: Int32Array<ArrayBuffer>;
  /** 1 where a token is, 0 where padding is. */
  readonly mask: Uint8Array<ArrayBuffer>;
  readonly rows: number;
  readonly columns: number;
  readonly lengths: readonly number[];
  /** How many sequences were longer than `maxLength` and lost tokens. */
  readonly truncated: number;
}

export interface PadOptions {
  /** Where padding goes: left for generation, right (the default) for training. */
  readonly padding?: Side;
  readonly maxLength?: number;
  /** Which end loses tokens when a sequence is longer than `maxLength`; right where absent. */
  readonly truncation?: Side;
  /** Columns are rounded up to a multiple of this. */
  readonly multipleOf?: number;
}

/** Cuts a sequence to `maxLength` tokens. */
export function truncateIds(
  ids: readonly number[],
  maxLength: number | undefined,
  side: Side = 'right',
): readonly number[] {
  if (maxLength === undefined || ids.length <= maxLength) return ids;
  if (!Number.isInteger(maxLength) || maxLength < 1) {
    throw new TextError('TOKENIZER_OPTION', `maxLength must be a whole number from 1 on; got ${maxLength}`);
  }
  return side === 'right' ? ids.slice(0, maxLength) : ids.slice(ids.length - maxLength);
}

const padOptions = {
  padding: true,
  maxLength: true,
  truncation: true,
  multipleOf: true,
  addSpecialTokens: true,
} as const;

/** Pads sequences with `padId` to the longest of them. */
export function padSequences(
  sequences: readonly (readonly number[])[],
  padId: number,
  options: PadOptions = {},
): TokenBatch {
  checkList('padSequences', 'sequences', sequences);
  checkOptions<PadOptions & { addSpecialTokens?: boolean }>('padSequences', options, padOptions);
  const { padding = 'right', maxLength, truncation = 'right', multipleOf = 1 } = options;
  checkWhole('padSequences', 'padId', padId, 0);
  checkWhole('padSequences', 'multipleOf', multipleOf);
  for (const [name, side] of Object.entries({ padding, truncation }))
    if (side !== 'left' && side !== 'right')
      throw refused('padSequences', `${name} is left or right; got ${shown(side)}`);
  const odd = sequences.find((ids) => typeof ids?.length !== 'number' || typeof ids === 'string');
  if (sequences.includes(odd as never)) throw refused('padSequences', `a sequence is token ids; got ${shown(odd)}`);
  const cut = sequences.map((ids) => truncateIds(ids, maxLength, truncation));
  const lengths = cut.map((ids) => ids.length);
  const longest = lengths.reduce((a, b) => Math.max(a, b), 0);
  const columns = Math.ceil(longest / multipleOf) * multipleOf;
  const ids = new Int32Array(cut.length * columns).fill(padId);
  const mask = new Uint8Array(cut.length * columns);
  for (const [row, sequence] of cut.entries()) {
    const start = row * columns + (padding === 'left' ? columns - sequence.length : 0);
    ids.set(sequence, start);
    mask.fill(1, start, start + sequence.length);
  }
  const truncated = sequences.filter((sequence, row) => sequence.length > lengths[row]!).length;
  return { ids, mask, rows: cut.length, columns, lengths, truncated };
}
