import { family, group } from '../lib/schema.js';

const floats = { T: ['f32', 'bf16'] } as const;
const numbers = { T: ['f32', 'bf16', 'i32'] } as const;
const layout = { outer: 'u64', cols: 'u64', inner: 'u64' } as const;
const whole = 'T[outer*cols*inner]';
const reduced = 'outer*inner';

/**
 * Reductions over the middle dimension of [outer, cols, inner]: element (o, c, i) is at (o*cols + c)*inner + i, the
 * result at o*inner + i. Floats accumulate in f32 over fixed blocks, so results do not depend on the number of threads.
 */
export default family('reduce', {
  sum: {
    doc: 'y = scale * sum of x over the middle dimension; i32 wraps around and takes no scale',
    types: numbers,
    in: { x: whole },
    out: { y: `T[${reduced}]` },
    params: { ...layout, scale: 'f32' },
  },
  ...group(
    'Reduce',
    {
      sumSquares: 'y = sum of x^2 over the middle dimension',
      norm2: 'y = sqrt(sum of x^2) over the middle dimension',
      sumAbs: 'y = sum of |x| over the middle dimension',
      logSumExp: 'y = ln(sum of e^x) over the middle dimension',
    },
    { types: floats, in: { x: whole }, out: { y: `T[${reduced}]` }, params: layout },
  ),
  prod: {
    doc: 'y = product of x over the middle dimension; i32 wraps around',
    types: numbers,
    in: { x: whole },
    out: { y: `T[${reduced}]` },
    params: layout,
  },
  ...group(
    'ReduceIndex',
    {
      max: 'y = maximum over the middle dimension (NaN wins), index = where it is first',
      min: 'y = minimum over the middle dimension (NaN wins), index = where it is first',
    },
    {
      types: numbers,
      in: { x: whole },
      out: { y: `T[${reduced}]?`, index: `i32[${reduced}]?` },
      params: layout,
    },
  ),
  variance: {
    doc: 'variance = sum of (x - mean)^2 / (cols - correction) over the middle dimension, and the mean in f32',
    types: floats,
    in: { x: whole },
    out: { variance: `T[${reduced}]`, mean: `f32[${reduced}]?` },
    params: { ...layout, correction: 'f32' },
  },
  varianceBackward: {
    doc: 'dx = g * 2 (x - mean) / (cols - correction)',
    types: floats,
    in: { x: whole, mean: `f32[${reduced}]`, g: `T[${reduced}]` },
    out: { dx: whole },
    params: { ...layout, correction: 'f32' },
  },
  cumsum: {
    doc: 'y = running sum of x along the middle dimension, from the end with reverse 1',
    types: numbers,
    in: { x: whole },
    out: { y: whole },
    params: { ...layout, reverse: 'u32' },
  },
  countNonZero: {
    doc: 'y = how many elements of x along the middle dimension are not 0',
    types: { T: ['f32', 'bf16', 'i32', 'u8'] },
    in: { x: whole },
    out: { y: `i32[${reduced}]` },
    params: layout,
  },
  nonFinite: {
    doc: 'y = 1 when any of the n elements of x is NaN or infinite, else 0',
    types: floats,
    in: { x: 'T[n]' },
    out: { y: 'i32[1]' },
    params: { n: 'u64' },
  },
});
