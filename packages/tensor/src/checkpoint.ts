/** Gradient checkpointing: a block's intermediate results are not kept but computed again when its gradient is needed. */
import { backwardAll } from './autograd.js';
import { openDevices } from './device.js';
import { dtypes } from './dtype.js';
import { ArgumentError } from './errors.js';
import type { Generator, Reservation } from './generator.js';
import { enableGrad, isGradEnabled, noGrad } from './grad-mode.js';
import { checkOptions } from './options.js';
import { enterAnew, leave } from './origin.js';
import { checkSynchronous, currentScope, scope } from './scope.js';
import { Node, Tensor } from './tensor.js';

export interface CheckpointOptions {
  /** Generators the block draws from: the recomputation draws the same numbers. Default: those of the devices in use. */
  readonly generators?: readonly Generator[];
}

/**
 * `block(...inputs)`, of which only the inputs and the results (a tensor, or an array of them) are kept for the gradient.
 * The block must give the same results when run again: it may use parameters, and random numbers of `generators`, but must
 * not change anything.
 * @throws ArgumentError when `block` is an `async` function or does not return tensors.
 */
export function checkpoint<Inputs extends readonly Tensor[], Output extends Tensor | readonly Tensor[]>(
  block: (...inputs: Inputs) => Output,
  inputs: Inputs,
  options: CheckpointOptions = {},
): Output {
  checkSynchronous('checkpoint', block as () => unknown, 'Await outside of it.');
  checkOptions('checkpoint', options, ['generators']);
  if (!isGradEnabled()) return block(...inputs);
  const { generators = Array.from(openDevices(), (d) => d.generator) } = options;
  const drawn = generators.map((generator) => ({ generator, reservations: [] as Reservation[] }));
  const drawing = <T>(how: 'collect' | 'repeat', body: () => T): T => {
    const nested = drawn.reduce((run, of) => () => of.generator[how](of.reservations, run), body);
    return nested();
  };
  // Tensors of their own: the block may return what it got, or a parameter.
  const { single, outputs } = scope(() => {
    const result = drawing('collect', () => noGrad(() => block(...inputs)));
    return { single: !Array.isArray(result), outputs: listed(result).map((t) => t.detach()) };
  });
  const wanted = inputs.map((t) => t.requiresGrad);
  const backward = (gradOutputs: readonly (Tensor | null)[], saved: readonly Tensor[]): (Tensor | null)[] => {
    const again = saved.map((t, i) => t.view(t.shape, t.strides, t.offset).setRequiresGrad(wanted[i]!));
    let results: readonly Tensor[];
    const outer = enterAnew(0); // the block's ops are the program's own
    try {
      results = listed(drawing('repeat', () => enableGrad(() => block(...(again as unknown as Inputs)))));
    } finally {
      leave(outer);
    }
    // Nothing in a frozen block asks for a gradient, and a result may have no part in the loss.
    const asked = [...results.keys()].filter((i) => results[i]!.requiresGrad && gradOutputs[i]);
    const [roots, gradients] = [asked.map((i) => results[i]!), asked.map((i) => gradOutputs[i]!)];
    if (roots.length > 0) backwardAll(roots, gradients);
    // A leaf's gradient belongs to nobody until it is disposed; these belong to the pass.
    for (const { grad } of again) grad?.moveTo(currentScope());
    return again.map((t) => t.grad);
  };
  const node = new Node('checkpoint', inputs, inputs, backward, outputs.length, true);
  outputs.forEach((t, i) => {
    if (dtypes[t.dtype].float) t.attach(node, i);
  });
  return (single ? outputs[0] : outputs) as Output;
}

function listed(result: Tensor | readonly Tensor[]): readonly Tensor[] {
  const list = Array.isArray(result) ? result : [result];
  if (list.length > 0 && list.every((t) => t instanceof Tensor)) return list;
  throw new ArgumentError(`the block must return a tensor or an array of them; got ${String(result)}.`, {
    op: 'checkpoint',
  });
}
