import { grad, linearCrossEntropy as loss, randint, randn, scope } from '@tessera/tensor';
import type { Work } from '../work.js';

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
  ours: ({ tokens, dim, vocab, bf16 }, _method, device) => {
    const options = { device, dtype: bf16 ? 'bf16' : 'f32' } as const;
    const hidden = randn([tokens!, dim!], options).setRequiresGrad();
    const head = scope(() => randn([vocab!, dim!], options).mul(dim! ** -0.5)).setRequiresGrad();
    const targets = randint(vocab!, [tokens!], { device });
    const call = () => scope(() => void grad(loss(hidden, head, targets), [hidden, head]));
    const close = () => {
      for (const each of [hidden, head, targets]) each.dispose();
    };
    return { call, resultBytes: (bf16 ? 2 : 4) * (hidden.numel + head.numel), close };
  },
};
