/** Fixtures of kind `op`: outputs and gradients of one op of @tessera/tensor. */
import { join } from 'node:path';
import { openSafetensors, type TensorSource } from '@tessera/data';
import { type DeviceName, type DType, registry, scope, type Tensor, tensor } from '@tessera/tensor';
import { compare } from '../support/compare.js';
import { type Handler, runCase } from './runner.js';

interface OpCase {
  readonly op: string;
  readonly options: Record<string, unknown>;
  readonly inputs: readonly { readonly tensor: string; readonly dtype: DType }[];
  readonly outputs: readonly string[];
  readonly gradOutputs: readonly (string | null)[];
  readonly gradInputs: readonly (string | null)[];
  readonly inputsAsList: boolean;
  readonly rtol: number;
  readonly atol: number;
}

export const runOpCases: Handler = async (fixture, options, report) => {
  const source = await openSafetensors(join(fixture.folder, 'tensors.safetensors'));
  try {
    const cases = fixture.content.cases as readonly OpCase[];
    for (const [i, c] of cases.entries()) {
      const name = `${fixture.name}/${c.op}#${i} ${JSON.stringify(c.options)}`;
      await runCase(name, options, report, () => checkCase(c, source, options.device as DeviceName));
    }
  } finally {
    await source.close();
  }
};

async function checkCase(c: OpCase, source: TensorSource, device: DeviceName): Promise<void> {
  const call = registry.get(c.op)?.call as ((...args: unknown[]) => Tensor | Tensor[]) | undefined;
  if (call === undefined) throw new Error(`@tessera/tensor has no op '${c.op}'`);
  const load = async (name: string, dtype: DType): Promise<Tensor> => {
    const { data, shape } = await source.read(name);
    return tensor(data as Float32Array, { dtype, shape, device });
  };
  const inputs = await Promise.all(c.inputs.map((i) => load(i.tensor, i.dtype)));
  const upstream = await Promise.all(c.gradOutputs.map((g) => (g === null ? null : load(g, 'f32'))));
  c.gradInputs.forEach((g, j) => {
    if (g !== null) inputs[j]!.setRequiresGrad();
  });
  const outputs = scope(() => {
    const result = c.inputsAsList ? call(inputs, c.options) : call(...inputs, c.options);
    return Array.isArray(result) ? result : [result];
  });
  for (const [i, name] of c.outputs.entries()) {
    const expected = await source.read(name);
    const actual = outputs[i];
    if (actual === undefined) throw new Error(`output ${i} is missing`);
    await compare(`output ${i}`, actual, expected, { rtol: c.rtol, atol: c.atol });
  }
  const pairs = outputs.flatMap((output, i) => (upstream[i] ? [{ output, gradient: upstream[i]! }] : []));
  pairs.forEach(({ output, gradient }, i) => {
    output.backward({ gradient, retainGraph: i < pairs.length - 1 });
  });
  for (const [j, name] of c.gradInputs.entries()) {
    if (name === null) continue;
    const expected = await source.read(name);
    const actual = inputs[j]!.grad;
    if (actual === null) throw new Error(`input ${j} got no gradient`);
    await compare(`gradient of input ${j}`, actual, expected, { rtol: c.rtol, atol: c.atol });
  }
  for (const t of [...inputs, ...outputs, ...upstream]) t?.dispose();
}
