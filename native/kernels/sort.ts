import { family } from '../lib/schema.js';

const types = { T: ['f32', 'bf16', 'i32'] } as const;

/** Order and choice along rows of [rows, cols]. NaN counts as the largest value; equal elements keep their order. */
export default family('sort', {
  sort: {
    doc: 'values = x in ascending order (descending with descending 1), index = where each came from; stable',
    types,
    in: { x: 'T[rows*cols]' },
    out: { values: 'T[rows*cols]', index: 'i32[rows*cols]' },
    params: { rows: 'u64', cols: 'u64', descending: 'u32' },
  },
  topk: {
    doc: 'values = the k largest (smallest with largest 0) elements of x in order, index = where each came from; k <= cols',
    types,
    in: { x: 'T[rows*cols]' },
    out: { values: 'T[rows*k]', index: 'i32[rows*k]' },
    params: { rows: 'u64', cols: 'u64', k: 'u64', largest: 'u32' },
  },
  sampleTokens: {
    doc: 'id = one index per row drawn from softmax(logits / temperature) cut to the topK most likely (0: all), then to the smallest set with probability topP, then to those with at least minP times the largest probability, and renormalised; logProb = its logarithm under softmax(logits / temperature) before the cuts. temperature 0 takes the first largest, with logProb under softmax(logits). Row r uses the first word of Philox block (seeds[r], positions[r]). A row with NaN or without a finite logit fails',
    types: { T: ['f32', 'bf16'] },
    in: { logits: 'T[rows*cols]', seeds: 'i32[rows]', positions: 'i32[rows]' },
    out: { id: 'i32[rows]', logProb: 'f32[rows]' },
    params: { rows: 'u64', cols: 'u64', topK: 'u32', temperature: 'f32', topP: 'f32', minP: 'f32' },
  },
});
