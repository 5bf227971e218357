// Checks every op of the registry on the CPU, at the level that TESSERA_CPU_ISA names. Prints how many and what failed.
import { registry } from '@tessera/tensor';
import { checkOp } from '../../dist/support/op-check.js';

let checked = 0;
for (const [name, { definition }] of registry) {
  for (const dtype of definition.dtypes ?? ['f32', 'bf16']) {
    for (const c of definition.cases) {
      try {
        await checkOp(registry.get(name), c, { device: 'cpu', dtype });
        checked++;
      } catch (error) {
        console.error(`${name} ${dtype} ${JSON.stringify(c)}: ${error.message}`);
      }
    }
  }
}
console.log(checked);
