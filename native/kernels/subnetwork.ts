/**
 * Subnetworks: a bit per parameter (bit i of word w is parameter 32w + i, bits past n are ignored), and `offsets`, the
 * number of active parameters before each block of 1024 (one more than there are blocks). Here are the operations on
 * masks and between dense and compact values; `sparse` has the optimizer steps.
 */
import { family, group } from '../lib/schema.js';

const words = 'u32[(n+31)/32]';
const offsets = 'u32[(n+1023)/1024+1]';

export default family('subnetwork', {
  maskOffsets: {
    doc: 'offsets[b] = bits set in `mask` before block b of 1024 parameters; the last is the number of active parameters',
    in: { mask: words },
    out: { offsets },
    params: { n: 'u64' },
  },
  maskSegmentCounts: {
    doc: 'counts[s] = bits set in `mask` within segment s, as 64-bit integers',
    in: { mask: words, segmentStarts: 'i64[segments+1]' },
    out: { counts: 'i64[segments]' },
    params: { n: 'u64', segments: 'u32' },
  },
  maskChanged: {
    doc: 'bit i = before[i] and after[i] differ: mode 0 in their bits, 1 by more than tolerance, 2 by more than tolerance times the larger of both sizes',
    types: { P: ['f32', 'bf16', 'f16'] },
    in: { before: 'P[n]', after: 'P[n]' },
    out: { mask: words },
    params: { n: 'u64', tolerance: 'f32', mode: 'u32' },
  },
  countChanged: {
    doc: 'counts[c] = elements of before and after that differ by criterion c: modes[c] and tolerances[c], as in maskChanged',
    types: { P: ['f32', 'bf16', 'f16'] },
    in: { before: 'P[n]', after: 'P[n]', modes: 'u32[criteria]', tolerances: 'f32[criteria]' },
    out: { counts: 'i64[criteria]' },
    params: { n: 'u64', criteria: 'u32' },
  },
  maskSmall: {
    doc: 'bit i = |p[i]| < threshold: what a small learning rate can move in 16-bit storage',
    types: { P: ['f32', 'bf16', 'f16'] },
    in: { p: 'P[n]' },
    out: { mask: words },
    params: { n: 'u64', threshold: 'f32' },
  },
  maskFromBytes: {
    doc: 'bit i = bytes[i] is not zero',
    in: { bytes: 'u8[n]' },
    out: { mask: words },
    params: { n: 'u64' },
  },
  maskToBytes: {
    doc: 'bytes[i] = bit i of mask',
    in: { mask: words },
    out: { bytes: 'u8[n]' },
    params: { n: 'u64' },
  },
  maskFromIndices: {
    doc: 'bit i = i is among `indices` (any order, repeats allowed; an index outside [0, n) sets nothing)',
    types: { I: ['i32', 'i64'] },
    in: { indices: 'I[count]' },
    out: { mask: words },
    params: { n: 'u64', count: 'u64' },
  },
  maskToIndices: {
    doc: 'indices = positions of the set bits, ascending',
    types: { I: ['i32', 'i64'] },
    in: { mask: words, offsets },
    out: { indices: 'I[active]' },
    params: { n: 'u64', active: 'u64' },
  },
  ...group(
    'MaskCombine',
    { maskOr: 'y = a | b', maskAnd: 'y = a & b', maskAndNot: 'y = a & ~b', maskXor: 'y = a ^ b' },
    { in: { a: words, b: words }, out: { y: words }, params: { n: 'u64' } },
  ),
  gatherMasked: {
    doc: 'compact = the active elements of dense, in order',
    types: { D: ['f32', 'bf16', 'f16'], C: ['f32', 'bf16', 'f16'] },
    in: { dense: 'D[n]', mask: words, offsets },
    out: { compact: 'C[active]' },
    params: { n: 'u64', active: 'u64' },
  },
  scatterMasked: {
    doc: 'the active elements of dense = compact, in order; the others stay',
    types: { D: ['f32', 'bf16', 'f16'], C: ['f32', 'bf16', 'f16'] },
    in: { compact: 'C[active]', mask: words, offsets },
    inout: { dense: 'D[n]' },
    params: { n: 'u64', active: 'u64' },
  },
  applyMask: {
    doc: 'x = 0 where the bit in mask is not set',
    types: { D: ['f32', 'bf16', 'f16'] },
    in: { mask: words },
    inout: { x: 'D[n]' },
    params: { n: 'u64' },
  },
});
