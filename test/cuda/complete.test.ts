/** Every kernel of the schema, in every combination of element types, exists for CUDA devices. */
import { expect, it } from 'vitest';
import { families } from '../../native/kernels/index.js';
import { layout } from '../../native/lib/layout.js';
import { addon, alloc, fillZero, handleOf, kernel } from '../native/commands.js';

it('has a CUDA implementation of every kernel', async () => {
  const device = addon.open('cuda-emulated');
  const buffer = handleOf(1);
  const missing: string[] = [];
  for (const { name, variants, buffers, paramWords } of layout(families).kernels) {
    for (const [index, types] of variants.entries()) {
      // Nothing to do: every size is 0. A kernel that is absent is not looked into before it is missed.
      const command = kernel(
        name,
        buffers.map(() => buffer),
        new Array(paramWords).fill(0),
        index,
      );
      const words = Uint32Array.from([...alloc(buffer, 256), ...fillZero(buffer, 0, 256), ...command, 2, 3, buffer]);
      addon.submit(device, words, words.length);
      await addon.synchronize(device).catch((error: Error & { code?: string }) => {
        missing.push(`${name}<${types}>: ${error.code} ${error.message}`);
      });
    }
  }
  addon.close(device);
  expect(missing).toEqual([]);
});
