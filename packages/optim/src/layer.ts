/**
 * Rates that each tensor has for itself, made on the device: sums over the tensor (`terms`), a rate from them (`rates`), and a
 * step that takes it. See native/kernels/layer.ts.
 */
import { ArgumentError, Tensor, tensor, zeros } from '@tessera/tensor';
import type { adamTerms, lambRates } from '@tessera/tensor/kernels';
import type { FlatEntry } from './parameters.js';
import type { Arguments, Place, Rule } from './rule.js';
import { EntryTables } from './segments.js';

type Live = number | (() => number);

/** Numbers of `terms` and `rates`; those that a formula does not read are left out. */
export interface LayerNumbers {
  readonly beta1?: Live;
  readonly beta2?: Live;
  readonly eps?: Live;
  readonly momentWeight?: Live;
  readonly rootScale?: Live;
  /** For the rates. */
  readonly rates?: {
    readonly beta?: number;
    readonly eps?: number;
    readonly factor?: number;
    readonly coefficient?: number;
    readonly correction?: Live;
    readonly first?: Live;
  };
}

export interface LayerFormula {
  readonly op: string;
  readonly terms: typeof adamTerms;
  /** The states that the terms look at, by the names of the rule's. */
  readonly looksAt?: readonly string[];
  /** Whether decay counts as part of the gradient. */
  readonly coupled?: boolean;
  readonly rates: typeof lambRates;
  /** Whether the rates remember two numbers of each tensor. */
  readonly remembers?: boolean;
  /** A number of each tensor that the rates read. */
  readonly size?: (entry: FlatEntry) => number;
  /** The numbers of a step, from those of the rule as its kernels get them. */
  readonly numbers: (args: Readonly<Record<string, () => number>>) => LayerNumbers;
  /** The arguments of the step, from the rates. */
  readonly use: (rate: Tensor, decay: Tensor, args: Readonly<Record<string, () => number>>) => Arguments;
}

interface Layer {
  readonly sums: Tensor;
  readonly rate: Tensor;
  readonly decay: Tensor;
  readonly state?: Tensor;
  readonly size?: Tensor;
}

/** What a rule adds to its step. */
export function layerRates(formula: LayerFormula): Pick<Rule, 'attach' | 'before' | 'dispose' | 'memory' | 'memoryOf'> {
  const { op, terms, looksAt = [], coupled = false, rates, remembers = false, size, numbers, use } = formula;
  const tables = new EntryTables();
  const layers = new Map<Place, Layer>();
  const attach = (places: readonly Place[]): void => {
    for (const place of places) {
      const { data, entries } = place.flat;
      const { device } = data;
      const vector = (n: number) => zeros([n], { device }).keep();
      layers.set(place, {
        sums: vector(2 * entries.length),
        rate: vector(entries.length),
        decay: vector(entries.length),
        ...(remembers && { state: vector(2 * entries.length) }),
        ...(size && { size: tensor(Float32Array.from(entries, size), { device }).keep() }),
      });
    }
  };
  const before: Rule['before'] = (place, args, begin) => {
    const layer = layers.get(place)!;
    const live = args as Readonly<Record<string, () => number>>;
    const { beta1 = 0, beta2 = 0, eps = 0, momentWeight = 1, rootScale = 1, rates: own = {} } = numbers(live);
    const [s0, s1] = looksAt.map((name) => place.states.get(name));
    const table = tables.of(place);
    terms({
      ...(args as unknown as Parameters<typeof terms>[0]),
      ...table,
      ...(s0 && { s0 }),
      ...(s1 && { s1 }),
      sums: layer.sums,
      lr: begin(live.lr!),
      beta1,
      beta2,
      eps,
      momentWeight,
      rootScale,
      rate: 1,
      variant: 0,
      decoupled: coupled ? 0 : 1,
    });
    const { gradScale, skip } = args as { gradScale?: Tensor; skip?: Tensor };
    rates({
      ...table,
      ...layer,
      ...(gradScale && { gradScale }),
      ...(skip && { skip }),
      lr: live.lr!,
      beta: own.beta ?? 0,
      eps: own.eps ?? 0,
      factor: own.factor ?? 0,
      coefficient: own.coefficient ?? 0,
      correction: own.correction ?? 0,
      first: own.first ?? 0,
    });
    const { segments, segmentStarts, segmentLr, segmentDecay } = table;
    return { segments, segmentStarts, segmentLr, segmentDecay, ...use(layer.rate, layer.decay, live) };
  };
  const dispose = (): void => {
    tables.dispose();
    for (const layer of layers.values()) for (const t of Object.values(layer) as Tensor[]) t.dispose();
  };
  if (!remembers) return { attach, before, dispose };
  const named = () => [...layers.values()].map(({ state }, i) => [`layers.${i}`, state!] as const);
  const memory: Rule['memory'] = {
    save: () => Object.fromEntries(named()),
    load: (saved) => {
      for (const [name, state] of named()) {
        const value = saved[name];
        if (!(value instanceof Tensor) || value.numel !== state.numel) {
          throw new ArgumentError(`the memory has no ${name} of ${state.numel} numbers.`, { op });
        }
        state.copy_(value);
      }
    },
  };
  const memoryOf = (place: Place, index: number) => ({ flat: layers.get(place)!.state!, start: 2 * index, length: 2 });
  return { attach, before, dispose, memory, memoryOf };
}
