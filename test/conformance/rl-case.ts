/** What the handlers of RL fixtures share: inputs as tensors, expectations compared under the case's tolerances. */
import { join } from 'node:path';
import { openSafetensors, type TensorSource } from '@tessera/data';
import { type LossResult, type Metric, MetricSums, type Rows, rowsOf } from '@tessera/rl';
import { type DeviceName, type DType, scope, Tensor, tensor } from '@tessera/tensor';
import { compareValues, type Tolerance } from '../support/compare.js';
import { type Handler, type RunOptions, runCase } from './runner.js';

interface CaseContent {
  readonly algorithm: string;
  // biome-ignore lint/suspicious/noExplicitAny: fixtures hold hyperparameters of every kind
  readonly hyperparameters: Readonly<Record<string, any>>;
  readonly expected_scalars: Readonly<Record<string, number>>;
  readonly tolerances: Readonly<Record<string, Tolerance | string>>;
  readonly tensors: Readonly<Record<string, { readonly shape: readonly number[] }>>;
}

export class RlCase {
  readonly #compared = new Set<string>();

  private constructor(
    readonly content: CaseContent,
    readonly folder: string,
    readonly device: DeviceName,
    readonly values: ReadonlyMap<string, Float64Array>,
  ) {}

  static async open(content: CaseContent, folder: string, source: TensorSource, options: RunOptions): Promise<RlCase> {
    const values = new Map<string, Float64Array>();
    for (const name of Object.keys(content.tensors)) {
      values.set(name, Float64Array.from((await source.read(name)).data as ArrayLike<number>, Number));
    }
    return new RlCase(content, folder, options.device as DeviceName, values);
  }

  get hyper(): CaseContent['hyperparameters'] {
    return this.content.hyperparameters;
  }

  get algorithm(): string {
    return this.content.algorithm;
  }

  has(name: string): boolean {
    return this.values.has(name);
  }

  shape(name: string): readonly number[] {
    return this.content.tensors[name]!.shape;
  }

  numbers(name: string): Float64Array {
    const values = this.values.get(name);
    if (values === undefined) throw new Error(`the case has no tensor ${name}`);
    return values;
  }

  rows(name: string): Rows {
    return rowsOf(this.numbers(name), this.shape(name)[0]!);
  }

  tensor(name: string, dtype: DType = 'f32'): Tensor {
    const data = dtype === 'f32' ? Float32Array.from(this.numbers(name)) : Int32Array.from(this.numbers(name));
    return tensor(data, { shape: this.shape(name), dtype, device: this.device }).keep();
  }

  optional(name: string): Tensor | undefined {
    return this.has(name) ? this.tensor(name) : undefined;
  }

  leaf(name: string): Tensor {
    return this.tensor(name).setRequiresGrad();
  }

  /** Notes that an expectation was compared. */
  compared(key: string): void {
    this.#compared.add(key);
  }

  /** Compares with `expected.NAME`, where the case has it. */
  async expect(name: string, actual: Tensor | ArrayLike<number>): Promise<void> {
    const key = `expected.${name}`;
    this.#compared.add(key);
    if (!this.has(key)) return;
    const values = actual instanceof Tensor ? await actual.data() : actual;
    compareValues(name, values, this.numbers(key), this.tolerance(name, 'tensor'));
  }

  /** Compares scalars that the case has by the same names. */
  expectScalars(actual: Readonly<Record<string, number>>): void {
    for (const [name, value] of Object.entries(actual)) {
      this.#compared.add(name);
      const expected = this.content.expected_scalars[name];
      if (expected !== undefined) compareValues(name, [value], [expected], this.tolerance(name, 'scalar'));
    }
  }

  /** Loss and metrics against the case's scalars. */
  async expectLoss(loss: Tensor, metrics: Readonly<Record<string, Metric>>): Promise<void> {
    const sums = new MetricSums();
    sums.add(metrics);
    this.expectScalars({ loss: await loss.item(), ...(await sums.read()) });
  }

  /** The loss, its metrics, and the gradients it leaves in inputs, by the inputs' names. */
  async expectResult(result: LossResult, leaves: Readonly<Record<string, Tensor>>): Promise<void> {
    await this.expectLoss(result.loss, result.metrics);
    scope(() => result.loss.backward());
    for (const [name, leaf] of Object.entries(leaves)) {
      await this.expect(`grad_${name}`, leaf.grad ?? new Float64Array(leaf.numel));
    }
  }

  /** An expectation that nothing was compared with was not met. */
  finish(): void {
    const expected = [
      ...[...this.values.keys()].filter((name) => name.startsWith('expected.')),
      ...Object.keys(this.content.expected_scalars),
    ];
    const missed = expected.filter((name) => !this.#compared.has(name));
    if (missed.length > 0) throw new Error(`not compared: ${missed.join(', ')}`);
  }

  tolerance(name: string, kind: 'tensor' | 'scalar'): Tolerance {
    const given = this.content.tolerances[name] ?? this.content.tolerances[kind];
    return typeof given === 'object' ? given : { rtol: 1e-4, atol: 1e-6 };
  }
}

/** A handler of cases with one `case.json`, of which each `check` compares everything it expects. */
export function rlHandler(checks: Readonly<Record<string, (c: RlCase) => Promise<void>>>): Handler {
  return async (fixture, options, report) => {
    const source = await openSafetensors(join(fixture.folder, 'tensors.safetensors'));
    try {
      await runCase(fixture.name, options, report, async () => {
        const content = fixture.content as unknown as CaseContent;
        const c = await RlCase.open(content, fixture.folder, source, options);
        await checks[c.algorithm]!(c);
        c.finish();
      });
    } finally {
      await source.close();
    }
  };
}
