/** Gradient checkpointing: a block's intermediate results are not kept but computed again when its gradient is needed. */
import { backwardAll } from './autograd.js';
import { openDevices } from './device.js';
import type { Generator } from './generator.js';
import { enableGrad, isGradEnabled, noGrad } from './grad-mode.js';
import { currentScope, scope } from './scope.js';
import { Node, type Tensor } from './tensor.js';

export interface CheckpointOptions {
  /** Generators the block draws from; they are rewound for the recomputation. Default: those of the devices in use. */
  readonly generators?: readonly Generator[];
}

/**
 * `block(...inputs)`, of which only the inputs and the result are kept for the gradient. The block must give the same
 * result when run again: it may use parameters, and random numbers of `generators`, but must not change anything.
 */
export function checkpoint<Inputs extends readonly Tensor[]>(
  block: (...inputs: Inputs) => Tensor,
  inputs: Inputs,
  { generators = Array.from(openDevices(), (d) => d.generator) }: CheckpointOptions = {},
): Tensor {
  if (!isGradEnabled()) return block(...inputs);
  const states = generators.map((g) => g.state);
  // A tensor of its own: the block may return what it got, or a parameter.
  const output = scope(() => noGrad(() => block(...inputs)).detach());
  const wanted = inputs.map((t) => t.requiresGrad);
  const backward = (gradOutputs: readonly (Tensor | null)[], saved: readonly Tensor[]): (Tensor | null)[] => {
    const after = generators.map((g) => g.state);
    generators.forEach((g, i) => {
      g.state = states[i]!;
    });
    const again = saved.map((t, i) => t.view(t.shape, t.strides, t.offset).setRequiresGrad(wanted[i]!));
    let result: Tensor;
    try {
      result = enableGrad(() => block(...(again as unknown as Inputs)));
    } finally {
      generators.forEach((g, i) => {
        g.state = after[i]!;
      });
    }
    // Nothing in a frozen block asks for a gradient.
    if (result.requiresGrad) backwardAll([result], [gradOutputs[0]!]);
    // A leaf's gradient belongs to nobody until it is disposed; these belong to the pass.
    for (const { grad } of again) grad?.moveTo(currentScope());
    return again.map((t) => t.grad);
  };
  output.attach(new Node('checkpoint', inputs, inputs, backward, 1, true), 0);
  return output;
}
