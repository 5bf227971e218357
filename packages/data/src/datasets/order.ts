/**
 * The order of an epoch: which row comes at a position. Shuffled orders are computed position by position from seed and epoch, by a
 * Feistel network over Philox, so that they take no memory and a run resumes at any position.
 */
import { philox } from '../random.js';
import { blockOf, type RowBlocks, startsOf } from './dataset.js';

/** Row at a position of the epoch. */
export type Order = (position: number) => number;

export const sequentialOrder: Order = (position) => position;

const rounds = 8;

/** A pseudorandom permutation of [0, n). */
export function permutation(n: number, seed: number, epoch: number, stream = 0): Order {
  // halves of at least 4 bits: the network mixes poorly below
  const halfBits = Math.max(4, Math.ceil(Math.log2(Math.max(2, n)) / 2));
  const half = 2 ** halfBits;
  const [keyLow, keyHigh] = [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0];
  const scramble = (value: number): number => {
    let [left, right] = [Math.floor(value / half), value % half];
    for (let round = 0; round < rounds; round++) {
      const [word] = philox(right, round, epoch, stream, keyLow, keyHigh);
      [left, right] = [right, (left ^ word) & (half - 1)];
    }
    return left * half + right;
  };
  return (position) => {
    let value = scramble(position);
    while (value >= n) value = scramble(value);
    return value;
  };
}

/** Shuffles blocks, and the rows of `blocks.kept` blocks at a time: never more blocks at once than memory keeps. */
export function blockPermutation(blocks: RowBlocks, seed: number, epoch: number): Order {
  const { sizes, kept } = blocks;
  const rowStarts = startsOf(sizes);
  const blockAt = permutation(sizes.length, seed, epoch, 1);
  const order = sizes.map((_, position) => blockAt(position));
  const windows: number[][] = [];
  const width = Math.max(1, Math.min(kept, order.length));
  for (let i = 0; i < order.length; i += width) windows.push(order.slice(i, i + width));
  const windowStarts = startsOf(windows.map((window) => window.reduce((sum, block) => sum + sizes[block]!, 0)));
  return (position) => {
    const w = blockOf(windowStarts, position);
    const start = windowStarts[w]!;
    const within = permutation(windowStarts[w + 1]! - start, seed, epoch, w + 2)(position - start);
    const window = windows[w]!;
    const starts = startsOf(window.map((block) => sizes[block]!));
    const i = blockOf(starts, within);
    return rowStarts[window[i]!]! + within - starts[i]!;
  };
}
