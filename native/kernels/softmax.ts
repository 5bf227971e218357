import { family } from '../lib/schema.js';

const types = { T: ['f32', 'bf16'] } as const;

/** Rows are reduced over `cols` elements that lie `inner` apart: element (o, c, i) is at (o*cols + c)*inner + i. */
export default family('softmax', {
  softmaxForward: {
    doc: 'y = softmax(x) over the middle dimension of [outer, cols, inner]',
    types,
    in: { x: 'T[outer*cols*inner]' },
    out: { y: 'T[outer*cols*inner]' },
    params: { outer: 'u64', cols: 'u64', inner: 'u64' },
  },
});
