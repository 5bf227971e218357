/**
 * Tokens as a pyramid of regions of a square map: 2^n tokens are the global mean twice, then means over 2, 4, ...,
 * 2^(n-1) regions, row by row within a level. Each level splits the width first (`row`) or the height (`col`).
 * Source: arXiv 2504.08736, section 3.2; GigaTok `blocks.py` (MIT).
 */
import { avgPool2d, cat, interpolate, type Tensor } from '@tessera/tensor';

/** Which side the first split cuts. */
export type FirstSplit = 'row' | 'col';

/** Regions [down, across] of a level. */
function regions(level: number, first: FirstSplit): readonly [number, number] {
  const [more, less] = [2 ** Math.ceil(level / 2), 2 ** Math.floor(level / 2)];
  return first === 'row' ? [less, more] : [more, less];
}

/** `[B, C, H, W]` to `[B, 2^levels, C]`. */
export function multiLevelPool(map: Tensor, levels: number, first: FirstSplit = 'row'): Tensor {
  const [batch, channels, height, width] = map.shape as [number, number, number, number];
  const groups = Array.from({ length: levels + 1 }, (_, i) => {
    const [down, across] = regions(Math.max(i - 1, 0), first);
    return avgPool2d(map, { kernelSize: [height / down, width / across] }).reshape([batch, channels, down * across]);
  });
  return cat(groups, { dim: 2 }).transpose();
}

/** The finest level of tokens `[B, 2^levels, C]` spread over a map: `[B, C, side, side]`. */
export function lastLevelMap(tokens: Tensor, side: number, first: FirstSplit = 'row'): Tensor {
  const levels = Math.log2(tokens.shape[1]!);
  return levelMap(tokens, levels - 1, tokens.shape[1]! / 2, side, first);
}

/**
 * The mean over levels of each level spread over a map, as released: its levels all start at token 0 (level l is tokens 0
 * to 2^l), where those of `multiLevelPool` start at token 2^l.
 */
export function multiLevelMap(tokens: Tensor, side: number, first: FirstSplit = 'row'): Tensor {
  const levels = Math.log2(tokens.shape[1]!);
  const maps = Array.from({ length: levels }, (_, level) => levelMap(tokens, level, 0, side, first));
  return maps.reduce((a, b) => a.add(b)).mul(1 / levels);
}

/** The regions of a level, whose tokens begin at `start`, spread over a map. The coarsest is the mean of the first two tokens. */
function levelMap(tokens: Tensor, level: number, start: number, side: number, first: FirstSplit): Tensor {
  const [batch, , channels] = tokens.shape as [number, number, number];
  const [down, across] = regions(level, first);
  const rows =
    level === 0
      ? tokens.narrow({ dim: 1, start: 0, length: 2 }).mean({ dim: 1, keepdim: true })
      : tokens.narrow({ dim: 1, start, length: 2 ** level });
  const map = rows.transpose().reshape([batch, channels, down, across]);
  return interpolate(map, { size: [side, side], mode: 'nearest' });
}
