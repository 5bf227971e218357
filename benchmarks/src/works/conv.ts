import { conv2d as conv2dOp, grad, randn, scope } from '@tessera/tensor';
import type { Case, Work } from '../work.js';

const small = { batch: 8, channels: 64, edge: 56, filters: 64, kernel: 3 };
const large = { batch: 64, channels: 256, edge: 28, filters: 256, kernel: 3, bf16: 1 };

const flops = ({ batch, channels, edge, filters, kernel }: typeof small) =>
  2 * batch * edge * edge * filters * channels * kernel * kernel;

const both = (label: string, size: typeof small, rest: Pick<Case, 'device'>, rate: 'f32' | 'bf16'): Case[] => [
  {
    ...rest,
    label: `${label} forward`,
    size,
    method: 'forward',
    cost: { flops: flops(size), rate },
    rivals: [{ peer: 'torch', method: 'forward' }],
  },
  {
    ...rest,
    label: `${label} fwd+bwd`,
    size,
    method: 'backward',
    cost: { flops: 3 * flops(size), rate },
    rivals: [{ peer: 'torch', method: 'backward' }],
  },
];

export const conv2d: Work = {
  name: 'conv2d',
  summary: '3 x 3 convolution with padding, and both gradients',
  cases: [
    ...both('8 x 64 x 56^2', small, {}, 'f32'),
    ...both('64 x 256 x 28^2 bf16', large, { device: 'cuda' }, 'bf16'),
  ],
  ours: ({ batch, channels, edge, filters, kernel, bf16 }, method, device) => {
    const make = (shape: number[]) => randn(shape, { device, dtype: bf16 ? 'bf16' : 'f32' });
    const x = make([batch!, channels!, edge!, edge!]);
    const weight = make([filters!, channels!, kernel!, kernel!]);
    const gradient = make([batch!, filters!, edge!, edge!]);
    const inputs = [x, weight];
    if (method === 'backward') for (const each of inputs) each.setRequiresGrad();
    const call = () =>
      scope(() => {
        const y = conv2dOp(x, weight, undefined, { padding: (kernel! - 1) / 2 });
        if (method === 'backward') grad(y, inputs, { gradient });
      });
    const close = () => {
      for (const each of [...inputs, gradient]) each.dispose();
    };
    return { call, close };
  },
};
