/** Ops over the rows of a matrix: bound by memory, so the cost is their bytes. */
import {
  type Device,
  grad,
  layerNorm as layerNormOp,
  ones,
  randn,
  softmax as softmaxOp,
  type Tensor,
  zeros,
} from '@tessera/tensor';
import type { Size } from '../protocol.js';
import type { Case, Contestant, Work } from '../work.js';

const size = { rows: 4096, columns: 4096 };
const matrix = 4 * size.rows * size.columns;

const forward: Case = {
  label: '4096^2 forward',
  size,
  method: 'forward',
  cost: { bytes: 2 * matrix },
  rivals: [
    { peer: 'torch', method: 'eager', atLeast: 1 },
    { peer: 'torch', method: 'out' },
    { peer: 'tfjs-wasm', method: '', atLeast: 5 },
    { peer: 'jax-js', method: '' },
    { peer: 'onnxruntime', method: '' },
  ],
};

const backward: Case = {
  label: '4096^2 forward+backward',
  size,
  method: 'backward',
  cost: { bytes: 5 * matrix }, // read x, write y; read y and its gradient, write the gradient of x
  rivals: [{ peer: 'torch', method: 'backward' }],
};

const large = { rows: 32_768, columns: 4096 };
const onGpu: readonly Case[] = [forward, backward].map((each, i) => ({
  label: `32768 x 4096 ${i === 0 ? 'forward' : 'forward+backward'}`,
  device: 'cuda',
  size: large,
  method: each.method!,
  cost: { bytes: (i === 0 ? 2 : 5) * 4 * large.rows * large.columns },
  rivals: [{ peer: 'torch', method: i === 0 ? 'eager' : 'backward', atLeast: 1 }],
}));

function contestant(
  op: (x: Tensor) => Tensor,
  parameters: readonly Tensor[],
  size: Size,
  method: string,
  device: Device,
): Contestant {
  const shape = [size.rows!, size.columns!];
  const x = randn(shape, { device });
  const gradient = randn(shape, { device });
  const inputs = [x, ...parameters];
  const all = [...inputs, gradient];
  if (method === 'backward') for (const input of inputs) input.setRequiresGrad();
  return {
    call: () => {
      const y = op(x);
      if (method === 'backward') for (const each of grad(y, inputs, { gradient })) each?.dispose();
      y.dispose();
    },
    close: () => {
      for (const each of all) each.dispose();
    },
  };
}

export const softmax: Work = {
  name: 'softmax',
  summary: 'softmax of each row',
  cases: [forward, backward, ...onGpu],
  ours: (size, method, device) => contestant((x) => softmaxOp(x, { dim: 1 }), [], size, method, device),
};

export const layerNorm: Work = {
  name: 'layer-norm',
  summary: 'LayerNorm of each row, with weight and bias',
  cases: [forward, backward, ...onGpu],
  ours: (size, method, device) => {
    const weight = ones([size.columns!], { device });
    const bias = zeros([size.columns!], { device });
    return contestant((x) => layerNormOp(x, weight, bias), [weight, bias], size, method, device);
  },
};
