import { family } from '../lib/schema.js';

const types = { T: ['f32', 'bf16'] } as const;
const params = { outer: 'u64', cols: 'u64', inner: 'u64' } as const;
const whole = 'T[outer*cols*inner]';

/** Rows are reduced over `cols` elements that lie `inner` apart: element (o, c, i) is at (o*cols + c)*inner + i. */
export default family('softmax', {
  softmaxForward: {
    doc: 'y = softmax(x) over the middle dimension of [outer, cols, inner]',
    types,
    in: { x: whole },
    out: { y: whole },
    params,
  },
  softmaxBackward: {
    doc: 'dx = y (g - sum of g y) over the middle dimension of [outer, cols, inner]',
    types,
    in: { y: whole, g: whole },
    out: { dx: whole },
    params,
  },
  logSoftmaxForward: {
    doc: 'y = x - ln(sum of e^x) over the middle dimension of [outer, cols, inner]',
    types,
    in: { x: whole },
    out: { y: whole },
    params,
  },
  logSoftmaxBackward: {
    doc: 'dx = g - e^y * sum of g over the middle dimension of [outer, cols, inner]',
    types,
    in: { y: whole, g: whole },
    out: { dx: whole },
    params,
  },
  logSumExpBackward: {
    doc: 'dx = g * e^(x - y) with y = logSumExp(x) over the middle dimension of [outer, cols, inner]',
    types,
    in: { x: whole, y: 'T[outer*inner]', g: 'T[outer*inner]' },
    out: { dx: whole },
    params,
  },
});
