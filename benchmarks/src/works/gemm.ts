import { type Device, type DType, matmul, randn } from '@tessera/tensor';
import type { Size } from '../protocol.js';
import type { Case, Contestant, Rival, Work } from '../work.js';

const edges = [512, 1024, 2048];

function cases(bytesPerElement: number, rate: 'f32' | 'bf16', rivals: readonly Rival[]): Case[] {
  return edges.map((n) => ({
    label: `${n}^3`,
    size: { m: n, n, k: n },
    cost: { flops: 2 * n ** 3, bytes: 3 * bytesPerElement * n * n, rate },
    rivals,
  }));
}

const product =
  (dtype: DType) =>
  (size: Size, _method: string, device: Device): Contestant => {
    const a = randn([size.m!, size.k!], { dtype, device });
    const b = randn([size.k!, size.n!], { dtype, device });
    return {
      call: () => matmul(a, b).dispose(),
      close: () => {
        a.dispose();
        b.dispose();
      },
    };
  };

export const gemm: Work = {
  name: 'gemm',
  summary: 'f32 matrix product',
  cases: cases(4, 'f32', [
    { peer: 'onednn', method: '', atLeast: 0.9 },
    { peer: 'torch', method: 'mm', atLeast: 1.8 },
    { peer: 'onnxruntime', method: '' },
    { peer: 'tfjs-wasm', method: '' },
    { peer: 'jax-js', method: '' },
  ]),
  ours: product('f32'),
};

export const bf16Gemm: Work = {
  name: 'bf16-gemm',
  summary: 'bf16 matrix product, f32 accumulation, bf16 result',
  cases: [
    ...cases(2, 'bf16', [
      { peer: 'torch', method: 'mm', atLeast: 0.8 },
      { peer: 'onednn', method: '' },
    ]),
    {
      label: '8192^3',
      device: 'cuda',
      size: { m: 8192, n: 8192, k: 8192 },
      cost: { flops: 2 * 8192 ** 3, rate: 'bf16' },
      rivals: [{ peer: 'torch', method: 'mm', atLeast: 0.97 }],
    },
  ],
  ours: product('bf16'),
};
