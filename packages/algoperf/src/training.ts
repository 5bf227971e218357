/** The steps of a trial. Every step computes the same on other data, so it is recorded and replayed. */
import type { Module } from '@tessera/nn';
import { RecordedStep, scope, type Tensor } from '@tessera/tensor';
import type { MethodOptimizer } from './families.js';
import type { Sampler } from './random.js';
import type { Batch, OpenWorkload } from './workload.js';

export class Training implements Disposable {
  readonly #step: RecordedStep<Batch, { readonly loss: Tensor }>;
  readonly #draw: () => Batch;
  #loss: Tensor | null = null;

  constructor(model: Module, open: OpenWorkload, optimizer: MethodOptimizer, batches: Sampler) {
    this.#draw = () => open.batch(batches);
    this.#step = new RecordedStep((batch) => {
      const loss = open.loss(model, batch);
      optimizer.zeroGrad();
      loss.backward();
      const value = loss.detach();
      optimizer.step(value);
      return { loss: value };
    });
  }

  step(): void {
    this.#loss?.dispose();
    this.#loss = scope(() => this.#step.run(this.#draw()).loss);
  }

  /** Of the last step; waits for it. */
  async loss(): Promise<number> {
    return (await this.#loss?.item()) ?? Number.NaN;
  }

  [Symbol.dispose](): void {
    this.#step.dispose();
    this.#loss?.dispose();
  }
}
