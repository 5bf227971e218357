import type { Work } from '../work.js';
import { pending } from './pending.js';

const size = { tokens: 2048, dim: 512, vocab: 32000 };

export const linearCrossEntropy: Work = {
  name: 'linear-cross-entropy',
  summary: 'loss of a language-model head from hidden states, with both gradients, no logits kept',
  cases: [
    {
      label: '2048 x 512 x 32000',
      size,
      cost: { flops: 3 * 2 * size.tokens * size.dim * size.vocab },
      rivals: [
        { peer: 'torch', method: 'eager', atLeast: 1.5, memoryAtMost: 1 / 20 },
        { peer: 'torch', method: 'compile' },
      ],
      memory: true,
    },
  ],
  ours: pending('linearCrossEntropy'),
};
