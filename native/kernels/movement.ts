import { family } from '../lib/schema.js';

const types = { T: ['f32', 'bf16', 'f16', 'i32', 'u8'] } as const;
const numbers = { T: ['f32', 'bf16', 'i32'] } as const;
const contiguous = 'T[shapeExtent(rank, 6, shape)]';

/** Copies between layouts and fills by position. Strides are in elements; a negative stride reads backwards from `start`. */
export default family('movement', {
  copyStrided: {
    doc: 'y = the view of x that begins at xStart with shape and xStrides, as contiguous elements',
    types,
    in: { x: 'T[stridedExtent(xStart, rank, 6, shape, xStrides)]' },
    out: { y: contiguous },
    params: { xStart: 'u64', rank: 'u32', shape: 'u32[6]', xStrides: 'i64[6]' },
  },
  copyIntoStrided: {
    doc: 'the view of y that begins at yStart with shape and yStrides (no two elements in one place) = contiguous x',
    types,
    in: { x: contiguous },
    inout: { y: 'T[stridedExtent(yStart, rank, 6, shape, yStrides)]' },
    params: { yStart: 'u64', rank: 'u32', shape: 'u32[6]', yStrides: 'i64[6]' },
  },
  fill: {
    doc: 'y = value',
    types,
    out: { y: 'T[n]' },
    params: { n: 'u64', value: 'f64' },
    live: ['value'],
  },
  arange: {
    doc: 'y[i] = start + i * step',
    types: numbers,
    out: { y: 'T[n]' },
    params: { n: 'u64', start: 'f64', step: 'f64' },
  },
  pad: {
    doc: 'y[i0, i1, ...] = x[i0 - before0, i1 - before1, ...] where that exists, else value; a negative before crops',
    types,
    in: { x: 'T[shapeExtent(rank, 6, xShape)]' },
    out: { y: contiguous },
    params: { value: 'f64', before: 'i64[6]', rank: 'u32', shape: 'u32[6]', xShape: 'u32[6]' },
  },
  tril: {
    doc: 'y = x where column - row <= diagonal, else 0, for each of batch matrices [rows, cols]',
    types,
    in: { x: 'T[batch*rows*cols]' },
    out: { y: 'T[batch*rows*cols]' },
    params: { batch: 'u64', rows: 'u64', cols: 'u64', diagonal: 'i64' },
  },
  triu: {
    doc: 'y = x where column - row >= diagonal, else 0, for each of batch matrices [rows, cols]',
    types,
    in: { x: 'T[batch*rows*cols]' },
    out: { y: 'T[batch*rows*cols]' },
    params: { batch: 'u64', rows: 'u64', cols: 'u64', diagonal: 'i64' },
  },
  oneHot: {
    doc: 'y[i, c] = c == index[i]; an index outside 0..classes fails',
    types: { T: ['f32', 'bf16', 'i32', 'u8'] },
    in: { index: 'i32[n]' },
    out: { y: 'T[n*classes]' },
    params: { n: 'u64', classes: 'u64' },
  },
});
