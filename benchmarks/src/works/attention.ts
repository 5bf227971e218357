import { attentionWithCache, grad, randn, scaledDotProductAttention, scope, tensor } from '@tessera/tensor';
import type { Work } from '../work.js';

const size = { batch: 4, heads: 8, tokens: 512, dim: 64 };
const large = { batch: 4, heads: 32, tokens: 4096, dim: 128, bf16: 1 };

/** FLOPs of one T x T x D product per head under the causal mask; forward has two, backward five. */
const product = ({ batch, heads, tokens, dim }: typeof size) => batch * heads * tokens * tokens * dim;

export const attention: Work = {
  name: 'attention',
  summary: 'causal scaled dot-product attention',
  cases: [
    {
      label: 'B4 H8 T512 D64 forward',
      size,
      method: 'forward',
      cost: { flops: 2 * product(size) },
      rivals: [{ peer: 'torch', method: 'forward' }],
    },
    {
      label: 'B4 H8 T512 D64 fwd+bwd',
      size,
      method: 'backward',
      cost: { flops: 7 * product(size) },
      rivals: [{ peer: 'torch', method: 'backward', atLeast: 1 }],
    },
    {
      label: 'B4 H32 T4096 D128 bf16 forward',
      device: 'cuda',
      size: large,
      method: 'forward',
      cost: { flops: 2 * product(large), rate: 'bf16' },
      rivals: [{ peer: 'torch', method: 'forward', atLeast: 0.6 }],
    },
    {
      label: 'B4 H32 T4096 D128 bf16 fwd+bwd',
      device: 'cuda',
      size: large,
      method: 'backward',
      cost: { flops: 7 * product(large), rate: 'bf16' },
      rivals: [{ peer: 'torch', method: 'backward', atLeast: 0.6 }],
    },
  ],
  ours: ({ batch, heads, tokens, dim, bf16 }, method, device) => {
    const make = () => randn([batch!, heads!, tokens!, dim!], { device, dtype: bf16 ? 'bf16' : 'f32' });
    const [q, k, v, gradient] = [make(), make(), make(), make()];
    const inputs = [q, k, v];
    if (method === 'backward') for (const each of inputs) each.setRequiresGrad();
    const call = () =>
      scope(() => {
        const y = scaledDotProductAttention(q, k, v, undefined, { isCausal: true });
        if (method === 'backward') grad(y, inputs, { gradient });
      });
    const close = () => {
      for (const each of [...inputs, gradient]) each.dispose();
    };
    return { call, resultBytes: 3 * (bf16 ? 2 : 4) * q.numel, close };
  },
};

const cache = { batch: 16, heads: 32, kvHeads: 8, tokens: 8192, dim: 128 };

export const decoding: Work = {
  name: 'decoding',
  summary: 'attention of one new token per sequence over its cache of keys and values',
  cases: [
    {
      label: 'B16 H32 KV8 T8192 D128 bf16',
      device: 'cuda',
      size: cache,
      cost: { bytes: 2 * 2 * cache.batch * cache.kvHeads * cache.tokens * cache.dim },
      rivals: [{ peer: 'torch', method: '', atLeast: 1 }],
    },
  ],
  ours: ({ batch, heads, kvHeads, tokens, dim }, _method, device) => {
    const make = (count: number, rows: number) => randn([batch!, count, rows, dim!], { device, dtype: 'bf16' });
    const [q, k, v] = [make(heads!, 1), make(kvHeads!, tokens!), make(kvHeads!, tokens!)];
    const lengths = tensor(Array<number>(batch!).fill(tokens!), { dtype: 'i32', device });
    return {
      call: () => attentionWithCache(q, k, v, lengths).dispose(),
      close: () => {
        for (const each of [q, k, v, lengths]) each.dispose();
      },
    };
  },
};
