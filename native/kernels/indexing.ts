import { family } from '../lib/schema.js';

const types = { T: ['f32', 'bf16', 'f16', 'i32', 'u8'] } as const;
const numbers = { T: ['f32', 'bf16', 'i32'] } as const;
const along = { outer: 'u64', cols: 'u64', count: 'u64', inner: 'u64' } as const;
const whole = 'T[outer*cols*inner]';
const picked = 'outer*count*inner';

/**
 * Reads and writes at indices along the middle dimension of [outer, cols, inner]. An index outside 0..cols touches no
 * memory (it reads as 0) and fails the command with code INDEX. Repeated indices accumulate in index order.
 */
export default family('indexing', {
  indexSelect: {
    doc: 'y[o, k, i] = x[o, index[k], i]; an embedding lookup has outer 1',
    types,
    in: { x: whole, index: 'i32[count]' },
    out: { y: `T[${picked}]` },
    params: along,
  },
  indexAdd: {
    doc: 'y[o, index[k], i] += x[o, k, i], the gradient of indexSelect; rows of y that no index names are not touched, and entries with index == ignoreIndex are passed over',
    types: { S: ['f32', 'bf16'], T: ['f32', 'bf16'] },
    in: { x: `S[${picked}]`, index: 'i32[count]' },
    inout: { y: whole },
    params: { ...along, ignoreIndex: 'i32' },
  },
  indexCopy: {
    doc: 'y[o, index[k], i] = x[o, k, i]; the last of equal indices stays, rows of y that no index names are not touched',
    types,
    in: { x: `T[${picked}]`, index: 'i32[count]' },
    inout: { y: whole },
    params: along,
  },
  gather: {
    doc: 'y[o, k, i] = x[o, index[o, k, i], i]',
    types,
    in: { x: whole, index: `i32[${picked}]` },
    out: { y: `T[${picked}]` },
    params: along,
  },
  scatter: {
    doc: 'y[o, index[o, k, i], i] = x[o, k, i]; the last of equal indices stays',
    types,
    in: { x: `T[${picked}]`, index: `i32[${picked}]` },
    inout: { y: whole },
    params: along,
  },
  scatterAdd: {
    doc: 'y[o, index[o, k, i], i] += x[o, k, i], the gradient of gather',
    types: numbers,
    in: { x: `T[${picked}]`, index: `i32[${picked}]` },
    inout: { y: whole },
    params: along,
  },
});
