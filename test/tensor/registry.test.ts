/** Every op of the registry on every device and dtype: values and gradients against its float64 reference. */
import { registry } from '@tessera/tensor';
import { describe, test } from 'vitest';
import { missingCuda, testDevices } from '../support/devices.js';
import { checkOp } from '../support/op-check.js';

for (const device of testDevices) {
  describe(device, () => {
    for (const [name, op] of registry) {
      const { definition } = op;
      for (const dtype of definition.dtypes ?? (['f32', 'bf16'] as const)) {
        test(`${name} ${dtype}`, async ({ skip }) => {
          for (const c of definition.cases) {
            try {
              await checkOp(op, c, { device, dtype });
            } catch (error) {
              // The CPU has every kernel. A kernel that CUDA lacks says so, and is seen in the list of skipped tests.
              const { code, message } = error as Error & { code?: string };
              if (device !== 'cpu' && code === 'UNSUPPORTED') skip(message);
              throw new Error(`${JSON.stringify(c)}: ${message}`, { cause: error });
            }
          }
        });
      }
    }
  });
}

describe('cuda', () => {
  test.skipIf(missingCuda !== null)(`runs on a GPU here${missingCuda === null ? '' : ` (${missingCuda})`}`, () => {});
});
