import { family } from '../lib/schema.js';

const types = { T: ['f32', 'bf16'] } as const;

/** Losses over rows of logits. `lse` is ln(sum of e^x) of each row, saved for the gradient. */
export default family('loss', {
  crossEntropyForward: {
    doc: 'loss[r] = (1 - labelSmoothing) (lse - x[r, target]) + labelSmoothing (lse - mean of x[r]); 0 where target == ignoreIndex; another target outside 0..cols fails',
    types,
    in: { x: 'T[rows*cols]', target: 'i32[rows]' },
    out: { loss: 'f32[rows]', lse: 'f32[rows]' },
    params: { rows: 'u64', cols: 'u64', ignoreIndex: 'i32', labelSmoothing: 'f32' },
  },
  crossEntropyBackward: {
    doc: 'dx[r] = g[r] (e^(x[r] - lse[r]) - (1 - labelSmoothing) onehot(target) - labelSmoothing / cols); 0 where target == ignoreIndex; g is one element for all rows with gStep 0',
    types,
    in: { x: 'T[rows*cols]', target: 'i32[rows]', lse: 'f32[rows]', g: 'f32[steppedExtent(rows, gStep)]' },
    out: { dx: 'T[rows*cols]' },
    params: { rows: 'u64', cols: 'u64', ignoreIndex: 'i32', labelSmoothing: 'f32', gStep: 'u32' },
  },
});
