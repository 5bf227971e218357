/** Fixtures of kind `torch_checkpoint`: every `.pt` file of the folder holds the tensors beside it, bit for bit. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openSafetensors, TorchFile } from '@tessera/data';
import { type Handler, runCase } from './runner.js';

/** PyTorch's names of element types, as the fixtures write them. */
const dtypes: Readonly<Record<string, string>> = {
  float32: 'f32',
  bfloat16: 'bf16',
  float16: 'f16',
  float64: 'f64',
  int64: 'i64',
  int32: 'i32',
};

export const runTorchCheckpointCases: Handler = async (fixture, options, report) => {
  const described = Object.entries(fixture.content.tensors as Record<string, { dtype: string }>);
  const files = (await readdir(fixture.folder)).filter((name) => name.endsWith('.pt'));
  await using expected = await openSafetensors(join(fixture.folder, 'tensors.safetensors'));
  for (const name of files.sort()) {
    await runCase(`${fixture.name}/${name}`, options, report, async () => {
      await using file = await TorchFile.open(join(fixture.folder, name));
      for (const [tensor, { dtype }] of described) {
        const found = file.info(tensor).dtype;
        if (found !== dtypes[dtype]) throw new Error(`${tensor}: dtype ${found}, expected ${dtype}`);
        const [got, want] = [await file.read(tensor, { dtype: 'f64' }), await expected.read(tensor, { dtype: 'f64' })];
        if (got.shape.join() !== want.shape.join())
          throw new Error(`${tensor}: shape [${got.shape}], expected [${want.shape}]`);
        const wrong = got.data.findIndex((value, i) => !Object.is(value, want.data[i]));
        if (wrong >= 0)
          throw new Error(`${tensor}: element ${wrong} is ${got.data[wrong]}, expected ${want.data[wrong]}`);
      }
    });
  }
};
