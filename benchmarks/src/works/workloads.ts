import { findWorkload, methodOf, Sampler, Training } from '@tessera/algoperf';
import { flatParameters } from '@tessera/nn';
import { type Device, Generator } from '@tessera/tensor';
import type { Size } from '../protocol.js';
import type { Case, Contestant, Work } from '../work.js';

/** A step as the bench takes it: batch, forward, backward, AdamW. */
async function step(_size: Size, name: string, device: Device): Promise<Contestant> {
  const open = await findWorkload(name).open({ device, heldOut: false });
  const model = open.model(new Generator(0));
  const buffers = flatParameters(model);
  const method = methodOf({ name: 'adamw', family: 'adamw' });
  const optimizer = method.create(
    buffers.map((params) => ({ params })),
    1000,
  );
  const training = new Training(model, open, optimizer, new Sampler(0));
  return {
    call: () => training.step(),
    close: () => {
      training[Symbol.dispose]();
      optimizer[Symbol.dispose]();
      for (const buffer of buffers) buffer.dispose();
      model.dispose();
      open.dispose();
    },
  };
}

/** The peer compares the number of parameters with its own. */
const workload = (name: string, parameters: number): Case => ({
  label: name,
  method: name,
  size: { parameters },
  rivals: [{ peer: 'torch', method: name, atLeast: 3 }],
});

export const algoperf: Work = {
  name: 'algoperf',
  summary: 'one training step of each workload of the optimizer bench; meant for --threads 1',
  cases: [
    workload('ctr', 36_649),
    workload('mri', 29_137),
    workload('resnet', 44_230),
    workload('vit', 88_522),
    workload('speech', 67_373),
    workload('gnn', 33_368),
    workload('mt', 137_376),
    workload('lm', 64_320),
  ],
  ours: step,
};
