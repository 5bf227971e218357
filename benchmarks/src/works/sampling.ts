import { randn, sampleTokens as sampleTokensOp, tensor } from '@tessera/tensor';
import type { Work } from '../work.js';

const size = { rows: 64, columns: 128_256 };

export const sampleTokens: Work = {
  name: 'sample-tokens',
  summary: 'one token per row of logits, temperature 0.8, the smallest set with probability 0.95',
  cases: [
    {
      label: '64 x 128256',
      size,
      cost: { bytes: 4 * size.rows * size.columns },
      rivals: [{ peer: 'torch', method: '' }],
    },
    {
      label: '64 x 128256',
      device: 'cuda',
      size,
      cost: { bytes: 4 * size.rows * size.columns },
      rivals: [{ peer: 'torch', method: '', atLeast: 1 }],
    },
  ],
  ours: ({ rows, columns }, _method, device) => {
    const logits = randn([rows!, columns!], { device });
    const seeds = tensor(
      Array.from({ length: rows! }, (_, i) => i),
      { dtype: 'i32', device },
    );
    return {
      call: () => {
        for (const each of sampleTokensOp(logits, seeds, seeds, { temperature: 0.8, topP: 0.95 })) each.dispose();
      },
      close: () => {
        logits.dispose();
        seeds.dispose();
      },
    };
  },
};
