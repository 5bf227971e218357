/** Every layer against PyTorch (float64): outputs, gradients of inputs and parameters, statistics, and names. */
import { readFileSync } from 'node:fs';
import * as nn from '@tessera/nn';
import { type DType, scope, type Tensor, tensor, zeros } from '@tessera/tensor';
import { expect, test } from 'vitest';
import { compareValues } from '../support/compare.js';

interface Values {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

interface LayerCase {
  readonly name: string;
  readonly layer: string;
  readonly args: readonly unknown[];
  readonly training: boolean;
  readonly state: Readonly<Record<string, Values>>;
  readonly inputs: readonly (Values & { readonly dtype: DType })[];
  readonly output: Values;
  readonly gradOutput: Values;
  readonly gradInputs: readonly (Values | null)[];
  readonly gradParameters: Readonly<Record<string, Values>>;
  readonly after: Readonly<Record<string, Values>>;
  readonly extra: { readonly isCausal?: boolean; readonly mask?: number[][] } | null;
}

type AnyLayer = nn.Module & { forward(...args: unknown[]): Tensor };
const layers = nn as unknown as Readonly<Record<string, new (...args: unknown[]) => AnyLayer>>;
const cases = JSON.parse(readFileSync(new URL('torch-layers.json', import.meta.url), 'utf8')) as readonly LayerCase[];
const tolerance = { rtol: 2e-5, atol: 2e-6 };

test.each(cases.map((c) => [c.name, c] as const))('%s', async (_, c) => {
  const make = ({ data, shape }: Values, dtype: DType = 'f32') => tensor([...data], { shape, dtype });
  using layer = new layers[c.layer]!(...c.args);
  layer.loadStateDict(Object.fromEntries(Object.entries(c.state).map(([name, v]) => [name, make(v)])));
  layer.train(c.training);
  const inputs = c.inputs.map((v) => make(v, v.dtype));
  inputs.forEach((x, i) => {
    if (c.gradInputs[i]) x.setRequiresGrad();
  });
  const output = scope(() => {
    const { mask, ...rest } = c.extra ?? {};
    const options = { ...rest, ...(mask && { mask: tensor(mask, { dtype: 'bool' }) }) };
    const [query, key, value] = inputs;
    return c.extra === null ? layer.forward(...inputs) : layer.forward(query, key, value, options);
  });
  expect(output.shape).toEqual(c.output.shape);
  compareValues('output', await output.data(), c.output.data, tolerance);
  output.backward({ gradient: make(c.gradOutput) });
  for (const [i, expected] of c.gradInputs.entries())
    if (expected) compareValues(`gradient of input ${i}`, await inputs[i]!.grad!.data(), expected.data, tolerance);
  const parameters = new Map(layer.namedParameters());
  expect([...parameters.keys()].sort()).toEqual(Object.keys(c.gradParameters).sort());
  for (const [name, expected] of Object.entries(c.gradParameters))
    compareValues(`gradient of ${name}`, await parameters.get(name)!.grad!.data(), expected.data, tolerance);
  const state = layer.stateDict();
  for (const [name, expected] of Object.entries(c.after))
    compareValues(name, await state.get(name)!.data(), expected.data, tolerance);
});

test('normalisation over images without pixels gives nothing, and gradients of zero', async () => {
  using norm = new nn.BatchNorm2d(3, { trackRunningStats: false });
  using x = zeros([2, 3, 0, 4], { requiresGrad: true });
  using y = norm.forward(x);
  expect(y.shape).toEqual([2, 3, 0, 4]);
  y.sum().backward();
  expect(await norm.weight!.grad!.data()).toEqual(new Float32Array(3));
  expect(await x.grad!.data()).toEqual(new Float32Array(0));
});
