import { type Device, codebookEntropyLoss as entropyLoss, grad, vqLookup as lookup, randn } from '@tessera/tensor';
import type { Size } from '../protocol.js';
import type { Contestant, Work } from '../work.js';

const codes = 16384;
const dim = 8;
/** 128 images of 256 tokens. */
const images = 128 * 256;

function vectors({ vectors, codes, dim }: Size, device: Device) {
  const z = randn([vectors!, dim!], { device });
  const codebook = randn([codes!, dim!], { device });
  const close: Contestant['close'] = () => {
    z.dispose();
    codebook.dispose();
  };
  return { z, codebook, close };
}

export const vqLookup: Work = {
  name: 'vq-lookup',
  summary: 'nearest code by L2 distance',
  cases: [
    {
      label: `8192 x ${codes} x ${dim}`,
      size: { vectors: 8192, codes, dim },
      cost: { flops: 2 * 8192 * codes * dim },
      rivals: [
        { peer: 'torch', method: 'matmul+argmax', atLeast: 25 },
        { peer: 'torch', method: 'l2' },
        { peer: 'faiss', method: 'IndexFlatL2', atLeast: 25 },
        { peer: 'faiss', method: 'IndexFlatIP' },
      ],
      memory: true,
    },
    {
      label: `${images} x ${codes} x ${dim}`,
      device: 'cuda',
      size: { vectors: images, codes, dim },
      cost: { flops: 2 * images * codes * dim },
      rivals: [
        { peer: 'torch', method: 'l2', atLeast: 5 },
        { peer: 'torch', method: 'compile', atLeast: 2 },
      ],
      memory: true,
    },
  ],
  ours: (size, _method, device) => {
    const { z, codebook, close } = vectors(size, device);
    return { call: () => lookup(z, codebook).dispose(), resultBytes: 4 * size.vectors!, close };
  },
};

export const codebookEntropyLoss: Work = {
  name: 'codebook-entropy-loss',
  summary: 'mean entropy of the soft assignment minus entropy of its mean, with both gradients',
  cases: [
    {
      label: `2048 x ${codes} x ${dim}`,
      size: { vectors: 2048, codes, dim },
      // Scores for the row sums, the mean assignment and each of the two gradients, which need two products more.
      cost: { flops: 6 * 2 * 2048 * codes * dim },
      rivals: [
        { peer: 'torch', method: 'eager', atLeast: 20 },
        { peer: 'torch', method: 'compile' },
      ],
      memory: 4e6,
    },
    {
      label: `${images} x ${codes} x ${dim}`,
      device: 'cuda',
      size: { vectors: images, codes, dim },
      cost: { flops: 6 * 2 * images * codes * dim },
      rivals: [{ peer: 'torch', method: 'eager', atLeast: 5 }],
      memory: true,
    },
  ],
  ours: (size, _method, device) => {
    const { z, codebook, close } = vectors(size, device);
    const inputs = [z.setRequiresGrad(), codebook.setRequiresGrad()];
    const call = () => {
      const loss = entropyLoss(z, codebook, { temperature: 0.01 });
      for (const each of grad(loss, inputs)) each?.dispose();
      loss.dispose();
    };
    return { call, resultBytes: 4 * (z.numel + codebook.numel), close };
  },
};
