/**
 * A training step whose commands are recorded and replayed by one native call, so that JavaScript pays for its ops twice and
 * then no more: what counts where the ops are small. Bits are those of the step run as it is written.
 */
import { copy_ } from './ops/in-place.js';
import type { Recording } from './recording.js';
import { scope } from './scope.js';
import type { Tensor } from './tensor.js';

type Tensors = Readonly<Record<string, Tensor>>;

interface Recorded<Inputs, Outputs> {
  readonly recording: Recording;
  readonly inputs: Inputs;
  readonly outputs: Outputs;
}

export class RecordedStep<Inputs extends Tensors, Outputs extends Tensors> implements Disposable {
  readonly #compute: (inputs: Inputs) => Outputs;
  /** What the last step was: steps that are alike are replayed. */
  #kind: string | null = null;
  #recorded: Recorded<Inputs, Outputs> | null = null;

  /**
   * `compute` does a step, optimizers included, and returns tensors that it made. It must not read from the device, and
   * what it does may depend on the shapes and dtypes of the inputs and on the `variant` that `run` is given alone; learning
   * rates, random numbers and averages that change from step to step are read anew in each.
   */
  constructor(compute: (inputs: Inputs) => Outputs) {
    this.#compute = compute;
  }

  /** A step on `inputs`, which stay the caller's; so do the results. `variant` names what else the step's ops follow from. */
  run(inputs: Inputs, variant = ''): Outputs {
    const kind = [variant, ...Object.entries(inputs).map(([name, t]) => `${name} ${t.dtype} ${t.shape}`)].join(', ');
    if (kind !== this.#kind) {
      this.dispose();
      // Gradients and states are made in the first step, which makes it another than those after it.
      const outputs = scope(() => this.#compute(inputs));
      this.#kind = kind;
      return outputs;
    }
    if (this.#recorded === null) this.#recorded = this.#record(inputs);
    else {
      for (const [name, tensor] of Object.entries(this.#recorded.inputs)) copy_(tensor, inputs[name]!);
      this.#recorded.recording.replay();
    }
    return mapped(this.#recorded.outputs, (t) => t.clone());
  }

  #record(given: Inputs): Recorded<Inputs, Outputs> {
    const inputs = mapped(given, (t) => t.clone().keep());
    const { device } = Object.values(inputs)[0]!;
    const { recording, result } = device.record(() => scope(() => this.#compute(inputs)));
    return { recording, inputs, outputs: mapped(result, (t) => t.keep()) };
  }

  /** Forgets the recording; the next step is run as it is written. */
  dispose(): void {
    this.#kind = null;
    if (this.#recorded === null) return;
    const { recording, inputs, outputs } = this.#recorded;
    this.#recorded = null;
    recording.dispose();
    for (const tensor of [...Object.values(inputs), ...Object.values(outputs)]) tensor.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

function mapped<T extends Tensors>(tensors: T, to: (tensor: Tensor) => Tensor): T {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, to(tensor)])) as T;
}
