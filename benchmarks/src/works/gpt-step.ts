import type { Work } from '../work.js';
import { type GptSize, trainGpt } from './gpt.js';

export const gptSize = { layers: 4, dim: 256, heads: 8, tokens: 256, batch: 8, vocab: 4096 };
const gpt2 = { layers: 12, dim: 768, heads: 12, tokens: 1024, batch: 16, vocab: 50257, bf16: 1 };

/** Three passes over the matrix parameters (forward, and two in backward) and over the causal half of attention. */
function flops({ layers, dim, tokens, batch, vocab }: typeof gptSize): number {
  const matrices = layers * 12 * dim * dim + dim * vocab;
  return 3 * batch * tokens * (2 * matrices + layers * 2 * tokens * dim);
}

export const gptStep: Work = {
  name: 'gpt-step',
  summary: 'one training step of a small GPT: forward, backward, AdamW',
  cases: [
    {
      label: '4L d256 T256 B8 V4096',
      size: gptSize,
      cost: { flops: flops(gptSize) },
      rivals: [
        { peer: 'torch', method: 'eager', atLeast: 1.5, memoryAtMost: 1 },
        { peer: 'torch', method: 'compile', atLeast: 1 },
      ],
      memory: true,
    },
    {
      label: 'GPT-2 124M T1024 B16 bf16',
      device: 'cuda',
      size: gpt2,
      cost: { flops: flops(gpt2), rate: 'bf16' },
      rivals: [
        { peer: 'torch', method: 'eager', atLeast: 1 },
        { peer: 'torch', method: 'compile', atLeast: 0.85 },
      ],
      memory: true,
    },
  ],
  ours: (size, _method, device) => {
    const { step, dispose } = trainGpt(size as unknown as GptSize, device);
    return { call: step, close: dispose };
  },
};
