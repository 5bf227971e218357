/**
 * The steps of a trial. Every step computes the same on other data, so it is recorded once and replayed: the batch is
 * copied to where the recorded step reads it. The first step is not the recorded one, because gradients are made in it.
 */
import type { Module } from '@tessera/nn';
import { copy_, type Device, type Recording, scope, type Tensor } from '@tessera/tensor';
import type { MethodOptimizer } from './families.js';
import type { Sampler } from './random.js';
import type { Batch, OpenWorkload } from './workload.js';

export class Training implements Disposable {
  readonly #compute: () => Tensor;
  readonly #device: Device;
  readonly #draw: () => Batch;
  readonly #batch: Batch;
  #steps = 0;
  #recording: Recording | null = null;
  #loss: Tensor | null = null;

  constructor(model: Module, open: OpenWorkload, optimizer: MethodOptimizer, batches: Sampler) {
    this.#draw = () => open.batch(batches);
    this.#batch = keepAll(scope(() => this.#draw()));
    this.#device = Object.values(this.#batch)[0]!.device;
    this.#compute = () =>
      scope(() => {
        const loss = open.loss(model, this.#batch);
        optimizer.zeroGrad();
        loss.backward();
        const value = loss.detach();
        optimizer.step(value);
        return value.keep();
      });
  }

  step(): void {
    if (this.#steps > 0) scope(() => this.#copy(this.#draw()));
    this.#steps++;
    if (this.#recording !== null) this.#recording.replay();
    else {
      this.#loss?.dispose();
      if (this.#steps === 1) this.#loss = this.#compute();
      else ({ recording: this.#recording, result: this.#loss } = this.#device.record(this.#compute));
    }
  }

  /** Of the last step; waits for it. */
  async loss(): Promise<number> {
    return (await this.#loss?.item()) ?? Number.NaN;
  }

  #copy(batch: Batch): void {
    for (const [name, tensor] of Object.entries(this.#batch)) copy_(tensor, batch[name]!);
  }

  [Symbol.dispose](): void {
    this.#recording?.dispose();
    this.#loss?.dispose();
    for (const tensor of Object.values(this.#batch)) tensor.dispose();
  }
}

function keepAll(batch: Batch): Batch {
  for (const tensor of Object.values(batch)) tensor.keep();
  return batch;
}
