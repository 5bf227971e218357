/**
 * Checks an op of the registry on a device: its values against the float64 reference, and its gradients against
 * central differences of that reference along random directions. Inputs are rounded to the dtype first, so only the
 * op's own error counts.
 */
import {
  type DeviceName,
  type DType,
  NdArray,
  type OpCase,
  type RegisteredOp,
  scope,
  type Tensor,
  tensor,
} from '@tessera/tensor';
import { compare } from './compare.js';
import { Numbers } from './numbers.js';

/** Error allowed when results are f32, and when they are rounded to bf16 (8 bits of mantissa) once or twice. */
const tolerances = { f32: { rtol: 2e-5, atol: 4e-6 }, bf16: { rtol: 1.6e-2, atol: 8e-3 } } as const;
const gradientTolerances = { f32: { rtol: 1e-3, atol: 1e-4 }, bf16: { rtol: 5e-2, atol: 3e-2 } } as const;

interface Input {
  readonly values: NdArray;
  readonly dtype: DType;
}

export interface CheckOptions {
  readonly device: DeviceName;
  readonly dtype: DType;
}

/** Inputs of a case, rounded to what the dtype holds. Only floating-point inputs take the dtype under test. */
async function makeInputs(c: OpCase, dtype: DType, numbers: Numbers): Promise<Input[]> {
  return Promise.all(
    c.inputs.map(async (given) => {
      const spec = 'shape' in given ? given : { shape: given };
      const own = spec.dtype ?? dtype;
      const [low, high] = spec.range ?? (own === 'bool' ? [0, 1] : own === 'i32' || own === 'u8' ? [0, 5] : [-2, 2]);
      const raw = spec.values
        ? new NdArray(spec.shape, Float64Array.from(spec.values))
        : spec.distinct
          ? distinctValues(spec.shape)
          : NdArray.build(spec.shape, () =>
              own === 'f32' || own === 'bf16' ? numbers.uniform(low, high) : numbers.integer(low, high),
            );
      using held = tensor(Float32Array.from(raw.data), { shape: spec.shape, dtype: own, device: 'cpu' });
      return { values: new NdArray(spec.shape, Float64Array.from(await held.data())), dtype: own };
    }),
  );
}

/** Neighbouring bf16 values of both signs, shuffled by a step that is coprime to their number. */
function distinctValues(shape: readonly number[]): NdArray {
  const bits = new Uint32Array(1);
  const value = new Float32Array(bits.buffer);
  let i = 0;
  return NdArray.build(shape, () => {
    const k = (i++ * 389) % 1000;
    bits[0] = (0x3e00 + (k % 500)) << 16;
    return k < 500 ? value[0]! : -value[0]!;
  });
}

function isFloat(dtype: DType): boolean {
  return dtype === 'f32' || dtype === 'bf16';
}

export async function checkOp(op: RegisteredOp, c: OpCase, { device, dtype }: CheckOptions): Promise<void> {
  const { definition } = op;
  const numbers = new Numbers(definition.name.length * 7919 + c.inputs.length);
  const inputs = await makeInputs(c, dtype, numbers);
  const options = c.options ?? {};
  const reference = (values: readonly NdArray[]): NdArray[] => {
    const padded: (NdArray | undefined)[] = [...values];
    while (padded.length < (definition.optionalInputs ?? 0)) padded.push(undefined);
    const call = definition.reference as (...args: unknown[]) => NdArray | NdArray[];
    const result = definition.inputsAsList ? call(values, options) : call(...padded, options);
    return Array.isArray(result) ? result : [result];
  };
  const call = op.call as (...args: unknown[]) => Tensor | Tensor[];
  const tensors = inputs.map(({ values, dtype: own }) =>
    tensor(Float32Array.from(values.data), { shape: values.shape, dtype: own, device }),
  );
  const differentiable = definition.hasGradient !== false && isFloat(dtype);
  if (differentiable) for (const [i, t] of tensors.entries()) if (isFloat(inputs[i]!.dtype)) t.setRequiresGrad();

  const outputs = scope(() => {
    const args = c.options === undefined ? [] : [options];
    const result = definition.inputsAsList ? call(tensors, ...args) : call(...tensors, ...args);
    return Array.isArray(result) ? result : [result];
  });
  const expected = reference(inputs.map((i) => i.values));
  const tolerance = { ...(dtype === 'bf16' ? tolerances.bf16 : tolerances.f32), ...limits(c, dtype) };
  for (const [i, output] of outputs.entries()) await compare(`output ${i}`, output, expected[i]!, tolerance);

  if (differentiable && outputs.some((t) => t.requiresGrad)) {
    const upstream = await upstreamGradients(outputs, expected, device, numbers);
    const roots = outputs.filter((t) => t.requiresGrad);
    roots.forEach((t, i) => {
      t.backward({ gradient: upstream.tensors[outputs.indexOf(t)]!, retainGraph: i < roots.length - 1 });
    });
    for (const [j, input] of inputs.entries()) {
      if (!isFloat(input.dtype)) continue;
      await checkGradient(`gradient of input ${j}`, tensors[j]!, inputs, j, reference, upstream.values, dtype, numbers);
    }
    for (const t of upstream.tensors) t?.dispose();
  }
  for (const t of [...tensors, ...outputs]) {
    t.grad?.dispose();
    t.dispose();
  }
}

function limits(c: OpCase, dtype: DType): { rtol?: number; atol?: number } {
  if (dtype !== 'f32') return {};
  return { ...(c.rtol === undefined ? {} : { rtol: c.rtol }), ...(c.atol === undefined ? {} : { atol: c.atol }) };
}

async function upstreamGradients(
  outputs: readonly Tensor[],
  expected: readonly NdArray[],
  device: DeviceName,
  numbers: Numbers,
) {
  const values: (NdArray | null)[] = [];
  const tensors: (Tensor | null)[] = [];
  for (const [i, output] of outputs.entries()) {
    if (!output.requiresGrad) {
      values.push(null);
      tensors.push(null);
      continue;
    }
    const raw = expected[i]!.map(() => numbers.uniform(-1, 1));
    const t = tensor(Float32Array.from(raw.data), { shape: output.shape, dtype: output.dtype, device });
    tensors.push(t);
    values.push(new NdArray(output.shape, Float64Array.from(await t.data())));
  }
  return { values, tensors };
}

/** The device's gradient along a random direction against the difference quotient of the reference. */
async function checkGradient(
  what: string,
  input: Tensor,
  inputs: readonly Input[],
  j: number,
  reference: (values: readonly NdArray[]) => NdArray[],
  upstream: readonly (NdArray | null)[],
  dtype: DType,
  numbers: Numbers,
): Promise<void> {
  const size = inputs[j]!.values.data.length;
  if (size === 0) return;
  const gradient = input.grad === null ? new Float64Array(size) : await input.grad.data();
  const h = 1e-6;
  for (let trial = 0; trial < 3; trial++) {
    const direction = Float64Array.from({ length: size }, () =>
      trial === 0 ? numbers.uniform(-1, 1) : Math.sign(numbers.uniform(-1, 1)),
    );
    const moved = (step: number): number => {
      const values = inputs.map((input, i) =>
        i === j ? input.values.map((v, k) => v + step * direction[k]!) : input.values,
      );
      return reference(values).reduce((sum, out, i) => {
        const g = upstream[i];
        return g === null || g === undefined ? sum : sum + out.data.reduce((s, v, k) => s + v * g.data[k]!, 0);
      }, 0);
    };
    const expected = (moved(h) - moved(-h)) / (2 * h);
    const actual = direction.reduce((sum, d, k) => sum + d * gradient[k]!, 0);
    const scale = Math.sqrt(direction.reduce((sum, d, k) => sum + (d * gradient[k]!) ** 2, 0));
    const { rtol, atol } = dtype === 'bf16' ? gradientTolerances.bf16 : gradientTolerances.f32;
    const allowed = atol + rtol * Math.max(Math.abs(expected), scale);
    if (!(Math.abs(actual - expected) <= allowed)) {
      throw new Error(`${what}: directional derivative is ${actual}, expected ${expected} (allowed error ${allowed})`);
    }
  }
}
