/** Every op of the registry on every device and dtype: values and gradients against its float64 reference. */
import { registry } from '@tessera/tensor';
import { describe, test } from 'vitest';
import { testDevices } from '../support/devices.js';
import { checkOp } from '../support/op-check.js';

for (const device of testDevices) {
  describe(device, () => {
    for (const [name, op] of registry) {
      const { definition } = op;
      for (const dtype of definition.dtypes ?? (['f32', 'bf16'] as const)) {
        test(`${name} ${dtype}`, async () => {
          for (const c of definition.cases) {
            try {
              await checkOp(op, c, { device, dtype });
            } catch (error) {
              throw new Error(`${JSON.stringify(c)}: ${(error as Error).message}`, { cause: error });
            }
          }
        });
      }
    }
  });
}
