/** What JavaScript pays: for an op call, and in turns of the event loop while training. */
import { add, type Device, randn, scope, type Tensor } from '@tessera/tensor';
import type { Size } from '../protocol.js';
import type { Contestant, Work } from '../work.js';
import { trainGpt } from './gpt.js';
import { gptSize } from './gpt-step.js';

const callsPerBatch = 1000;

/**
 * Microseconds per call of an op on tensors of a few elements, the freeing of its result included, while the executor
 * keeps up or is waited for: what a program sees that does nothing but call ops.
 */
function opCall(size: Size, method: string, device: Device): Contestant {
  const a = randn([size.elements!], { device });
  const b = randn([size.elements!], { device });
  if (method === 'autograd') a.setRequiresGrad();
  const batch = () =>
    scope(() => {
      let last: Tensor | undefined;
      for (let i = 0; i < callsPerBatch; i++) last = add(a, b);
      return last!;
    }).dispose();
  return {
    values: async (milliseconds) => {
      const times: number[] = [];
      for (let i = 0; i < 5; i++) batch(); // until the calls are compiled
      await device.synchronize();
      const end = performance.now() + milliseconds;
      while (times.length < 25 || performance.now() < end) {
        const start = performance.now();
        batch();
        times.push(((performance.now() - start) * 1000) / callsPerBatch);
        await device.synchronize();
      }
      return { 'per call': times.sort((x, y) => x - y)[times.length >> 1]! };
    },
    close: () => {
      a.dispose();
      b.dispose();
    },
  };
}

export const opCallCost: Work = {
  name: 'op-call-cost',
  summary: 'add of two one-element tensors, called from the language of the contender',
  unit: 'us',
  cases: [
    {
      label: 'without autograd',
      method: 'no autograd',
      size: { elements: 1 },
      rivals: [
        { peer: 'torch', method: 'no autograd' },
        { peer: 'tfjs-wasm', method: 'no autograd' },
        { peer: 'jax-js', method: 'no autograd' },
      ],
      atMost: { 'per call': 1 },
    },
    {
      label: 'with autograd',
      method: 'autograd',
      size: { elements: 1 },
      rivals: [{ peer: 'torch', method: 'autograd' }],
      atMost: { 'per call': 3 },
    },
  ],
  ours: opCall,
};

/** Delays of a 1 ms timer beyond what it asked for, while steps follow each other as fast as the device takes them. */
async function stall(step: () => void, milliseconds: number, device: Device): Promise<Record<string, number>> {
  step();
  await device.synchronize();
  const delays: number[] = [];
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    delays.push(Math.max(0, now - last - 1));
    last = now;
  }, 1);
  const end = performance.now() + Math.max(milliseconds, 1000);
  while (performance.now() < end) {
    step();
    await device.synchronize();
  }
  clearInterval(timer);
  delays.sort((a, b) => a - b);
  return { p99: delays[Math.ceil(0.99 * delays.length) - 1] ?? 0, max: delays.at(-1) ?? 0 };
}

const products = { m: 2048, n: 2048, k: 2048 };

export const eventLoopStall: Work = {
  name: 'event-loop-stall',
  summary: 'delay of a 1 ms timer: ours while training a GPT flat out, peers while computing 2048^3 products',
  unit: 'ms',
  cases: [
    {
      label: 'flat out',
      size: products,
      rivals: [
        { peer: 'tfjs-wasm', method: '' },
        { peer: 'jax-js', method: '' },
        { peer: 'onnxruntime', method: '' },
      ],
      atMost: { p99: 5, max: 20 },
    },
  ],
  ours: (_size, _method, device) => {
    const { step, dispose } = trainGpt(gptSize, device);
    return { values: (milliseconds) => stall(step, milliseconds, device), close: dispose };
  },
};
