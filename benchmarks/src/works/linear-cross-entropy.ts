import type { Work } from '../work.js';
import { pending } from './pending.js';

const size = { tokens: 2048, dim: 512, vocab: 32000 };
const large = { tokens: 8192, dim: 4096, vocab: 128256, bf16: 1 };

/** The logits and both gradients. */
const flops = ({ tokens, dim, vocab }: typeof size) => 3 * 2 * tokens * dim * vocab;

export const linearCrossEntropy: Work = {
  name: 'linear-cross-entropy',
  summary: 'loss of a language-model head from hidden states, with both gradients, no logits kept',
  cases: [
    {
      label: '2048 x 512 x 32000',
      size,
      cost: { flops: flops(size) },
      rivals: [
        { peer: 'torch', method: 'eager', atLeast: 1.5, memoryAtMost: 1 / 20 },
        { peer: 'torch', method: 'compile' },
      ],
      memory: true,
    },
    {
      label: '8192 x 4096 x 128256 bf16',
      device: 'cuda',
      size: large,
      cost: { flops: flops(large), rate: 'bf16' },
      rivals: [{ peer: 'torch', method: 'eager', atLeast: 0.9, memoryAtMost: 1 / 20 }],
      memory: true,
    },
  ],
  ours: pending('linearCrossEntropy'),
};
