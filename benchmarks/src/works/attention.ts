import type { Work } from '../work.js';
import { pending } from './pending.js';

const size = { batch: 4, heads: 8, tokens: 512, dim: 64 };
/** One T x T x D product per head under the causal mask; forward has two, backward five. */
const product = size.batch * size.heads * size.tokens * size.tokens * size.dim;

export const attention: Work = {
  name: 'attention',
  summary: 'causal scaled dot-product attention',
  cases: [
    {
      label: 'B4 H8 T512 D64 forward',
      size,
      method: 'forward',
      cost: { flops: 2 * product },
      rivals: [{ peer: 'torch', method: 'forward' }],
    },
    {
      label: 'B4 H8 T512 D64 fwd+bwd',
      size,
      method: 'backward',
      cost: { flops: 7 * product },
      rivals: [{ peer: 'torch', method: 'backward', atLeast: 1 }],
    },
  ],
  ours: pending('scaledDotProductAttention'),
};
