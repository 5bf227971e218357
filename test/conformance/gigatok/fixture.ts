/** What every fixture of the gigatok family has: tensors and scalars by name, and tolerances to compare with. */
import { join } from 'node:path';
import { openSafetensors, type TensorSource } from '@tessera/data';
import { type DeviceName, setDefaultDevice, type Tensor, tensor } from '@tessera/tensor';
import { compareValues } from '../../support/compare.js';
import type { Fixture, Handler, RunOptions } from '../runner.js';
import { runCase } from '../runner.js';

export interface Case<Config> {
  readonly config: Config;
  readonly scalars: Readonly<Record<string, number | boolean>>;
  readonly tolerances: Readonly<Record<string, number | string>>;
  readonly tensors: Readonly<Record<string, { readonly dtype: string }>>;
}

export class GigatokFixture<Config> {
  constructor(
    readonly content: Case<Config>,
    readonly source: TensorSource,
  ) {}

  get config(): Config {
    return this.content.config;
  }

  has(name: string): boolean {
    return this.source.names.includes(name);
  }

  /** Names below `prefix`, without it. */
  names(prefix: string): string[] {
    return this.source.names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
  }

  async tensor(name: string): Promise<Tensor> {
    const { data, shape } = await this.source.read(name);
    const integers = data instanceof Int32Array || data instanceof BigInt64Array;
    return integers
      ? tensor(Int32Array.from(data as Int32Array, Number), { shape })
      : tensor(data as Float32Array, { shape });
  }

  async values(name: string): Promise<Float64Array> {
    return Float64Array.from((await this.source.read(name)).data as Float32Array);
  }

  /** All tensors below `prefix`, by the rest of their names. */
  async tensors(prefix: string): Promise<Map<string, Tensor>> {
    const found = new Map<string, Tensor>();
    for (const name of this.names(prefix)) found.set(name, await this.tensor(prefix + name));
    return found;
  }

  tolerance(name: string, fallback: number): number {
    const value = this.content.tolerances[name];
    return typeof value === 'number' ? value : fallback;
  }

  /** Compares with the tensor `name`, element by element. */
  async check(name: string, actual: Tensor | ArrayLike<number>): Promise<void> {
    const expected = await this.source.read(name);
    if ('storage' in actual && actual.shape.join() !== expected.shape.join())
      throw new Error(`${name}: shape [${actual.shape}], expected [${expected.shape}]`);
    const values = 'storage' in actual ? await actual.data() : actual;
    compareValues(name, values, expected.data as Float32Array, {
      rtol: this.tolerance('rtol', 1e-4),
      atol: this.tolerance('atol', 1e-6),
    });
  }

  /** Integers, one by one. */
  async checkExact(name: string, actual: Tensor | ArrayLike<number>): Promise<void> {
    const expected = await this.values(name);
    const values = 'storage' in actual ? await actual.data() : actual;
    if (values.length !== expected.length)
      throw new Error(`${name}: ${values.length} values, expected ${expected.length}`);
    const wrong = expected.findIndex((value, i) => values[i] !== value);
    if (wrong >= 0) throw new Error(`${name}: element ${wrong} is ${values[wrong]}, expected ${expected[wrong]}`);
  }

  /** A gradient, by the norm of its error over its own norm plus a thousandth of `scale`. */
  async checkGradient(name: string, actual: Tensor | null, scale = 0): Promise<void> {
    const expected = await this.values(name);
    if (actual === null) {
      if (expected.every((v) => v === 0)) return;
      throw new Error(`${name}: no gradient`);
    }
    const values = await actual.data();
    if (values.length !== expected.length)
      throw new Error(`${name}: ${values.length} values, expected ${expected.length}`);
    let error = 0;
    let size = 0;
    for (let i = 0; i < expected.length; i++) {
      error += (values[i]! - expected[i]!) ** 2;
      size += expected[i]! ** 2;
    }
    const allowed = this.tolerance('grad_err_per_tensor', 1e-3) * (Math.sqrt(size) + 1e-3 * scale) + 1e-9;
    if (!(Math.sqrt(error) <= allowed)) throw new Error(`${name}: error ${Math.sqrt(error)}, allowed ${allowed}`);
  }

  /** Compares with the scalar `name`; one that the fixture lacks is skipped. */
  async checkScalar(name: string, actual: Tensor | number): Promise<void> {
    const expected = this.content.scalars[name];
    if (typeof expected !== 'number') return;
    const value = typeof actual === 'number' ? actual : await actual.item();
    const rtol = this.tolerance('scalar_rtol', this.tolerance('rtol', 1e-4));
    compareValues(name, [value], [expected], { rtol, atol: this.tolerance('atol', 1e-6) });
  }
}

/** A handler whose fixture is one case. */
export function handlerOf<Config>(
  check: (fixture: GigatokFixture<Config>, options: RunOptions) => Promise<void>,
): Handler {
  return async (fixture: Fixture, options, report) => {
    await runCase(fixture.name, options, report, async () => {
      setDefaultDevice(options.device as DeviceName);
      await using source = await openSafetensors(join(fixture.folder, 'tensors.safetensors'));
      await check(new GigatokFixture(fixture.content as unknown as Case<Config>, source), options);
    });
  };
}
