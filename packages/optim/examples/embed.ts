/**
 * An optimizer inside another program. The weights and gradients belong to another framework, which keeps them as typed
 * arrays (onnxruntime: `tensor.data`; tfjs: `await tensor.data()`, written back with `variable.assign`); the optimizer steps
 * them where they are, without a copy.
 *
 *     node packages/optim/dist/examples/embed.js
 */
import { pathToFileURL } from 'node:url';
import { type Optimizer, Prodigy, typedParameters } from '@tessera/optim';

/** What the example needs of a framework's tensor; `ort.Tensor` of type float32 is one. */
export interface ForeignTensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** An optimizer over the tensors of another framework. Gradients are written into `gradients` before each step. */
export function optimizerFor(
  weights: Readonly<Record<string, ForeignTensor>>,
  gradients: Readonly<Record<string, ForeignTensor>>,
): Optimizer {
  const groups = Object.entries(weights).map(([name, weight]) => ({
    params: typedParameters(weight.data, gradients[name]!.data, { name, shape: weight.dims }),
  }));
  return new Prodigy(groups, { d0: 1e-3 });
}

/** Fits y = 2 x - 1 with gradients that the other framework would compute. Returns weight and bias. */
export async function fitLine(steps = 200): Promise<readonly [weight: number, bias: number]> {
  const scalar = (value: number): ForeignTensor => ({ dims: [1], data: Float32Array.of(value) });
  const weights = { weight: scalar(0), bias: scalar(0) };
  const gradients = { weight: scalar(0), bias: scalar(0) };
  const optimizer = optimizerFor(weights, gradients);
  const xs = [-1, -0.5, 0, 0.5, 1];
  for (let step = 0; step < steps; step++) {
    gradients.weight.data[0] = 0;
    gradients.bias.data[0] = 0;
    for (const x of xs) {
      const error = weights.weight.data[0]! * x + weights.bias.data[0]! - (2 * x - 1);
      gradients.weight.data[0]! += (2 * error * x) / xs.length;
      gradients.bias.data[0]! += (2 * error) / xs.length;
    }
    optimizer.step();
    await optimizer.synchronize(); // the arrays are the other framework's again
  }
  optimizer.dispose();
  return [weights.weight.data[0]!, weights.bias.data[0]!];
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [weight, bias] = await fitLine();
  console.log(`y = ${weight.toFixed(3)} x + ${bias.toFixed(3)}`);
}
