/**
 * What all losses share. A loss is a pure function of log-probabilities and masks, `[rows, positions]`, f32. It is a sum
 * over rows divided by counts: those of the whole batch when the caller gives them, so that micro-batches of any split add
 * up to the loss and the gradient of the batch they were cut from; else those of the rows at hand.
 */
import {
  ArgumentError,
  checkOptions,
  noGrad,
  ShapeError,
  scope,
  stack,
  type Tensor,
  tensor,
  where,
  zeros,
} from '@tessera/tensor';

/** Sizes of the batch that the rows at hand are a part of. */
export interface BatchCounts {
  /** Sequences, or pairs where the loss is about pairs. */
  readonly examples?: number | undefined;
  /** Tokens that are trained on. */
  readonly tokens?: number | undefined;
  /** Tokens that an entropy bonus is about, where those are not all: see GrpoOptions.topEntropyQuantile. */
  readonly entropyTokens?: number | undefined;
}

/** A number about a batch, in a form that adds up over micro-batches. Tensors have one element and no gradient. */
export type Metric =
  | { readonly kind: 'mean'; readonly sum: Tensor | number; readonly count: Tensor | number }
  | { readonly kind: 'min' | 'max'; readonly value: Tensor };

export interface LossResult {
  /** One element. */
  readonly loss: Tensor;
  readonly metrics: Readonly<Record<string, Metric>>;
}

/** A loss and what can be known of it without calling it. */
export interface Loss<Batch, Options extends object> {
  (batch: Batch, options?: Partial<Options>, counts?: BatchCounts): LossResult;
  readonly lossName: string;
  /** Every option with its default, which is that of the reference trainer. */
  readonly defaults: Readonly<Options>;
  /** Where the formula comes from, and what differs from it. */
  readonly source: string;
  /** Throws ArgumentError for options that the loss does not have, and for values that they cannot have. */
  readonly check: (options: Partial<Options> | undefined) => void;
}

interface LossDefinition<Batch, Options extends object> {
  readonly name: string;
  readonly source: string;
  readonly defaults: Options;
  /** What options that are names may be. */
  readonly choices?: { readonly [K in keyof Options]?: readonly string[] };
  readonly forward: (batch: Batch, options: Options, counts: BatchCounts) => LossResult;
}

export function defineLoss<Batch, Options extends object>(
  definition: LossDefinition<Batch, Options>,
): Loss<Batch, Options> {
  const { name, source, defaults, forward } = definition;
  const loss = (batch: Batch, options: Partial<Options> = {}, counts: BatchCounts = {}): LossResult =>
    scope(() => forward(batch, resolved(definition, options), counts));
  const check = (options: Partial<Options> = {}): void => void resolved(definition, options);
  return Object.assign(loss, { lossName: name, defaults, source, check });
}

/** `options` over the defaults. An option that does not exist is an error; one that is undefined counts as left out. */
function resolved<Batch, Options extends object>(
  { name: op, defaults, choices = {} }: LossDefinition<Batch, Options>,
  options: Partial<Options>,
): Options {
  if (typeof options !== 'object' || options === null) {
    throw new ArgumentError(`options are an object of ${Object.keys(defaults).join(', ')}; got ${options}.`, { op });
  }
  checkOptions(op, options, Object.keys(defaults));
  const result = { ...defaults };
  for (const [key, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const initial = defaults[key as keyof Options];
    const expected = (choices as Readonly<Record<string, readonly string[]>>)[key];
    if (expected !== undefined) {
      const wrong = [value].flat().find((choice) => !expected.includes(choice as string));
      if (wrong !== undefined) throw unknownChoice(op, key, wrong, expected);
    } else if (Number.isNaN(value) || (initial !== null && value !== null && typeof value !== typeof initial)) {
      const got = typeof value === 'string' ? JSON.stringify(value) : String(value);
      throw new ArgumentError(`${key} must be a ${typeof (initial ?? 0)}; got ${got}.`, {
        op,
        actual: value,
        expected: typeof initial,
      });
    }
    Object.assign(result, { [key]: value });
  }
  return result;
}

/** An error for a choice that is none of `expected`. */
export function unknownChoice(op: string, option: string, actual: unknown, expected: readonly string[]): ArgumentError {
  return new ArgumentError(`${option} is unknown; got ${String(actual)}; expected ${expected.join(', ')}.`, {
    op,
    actual,
    expected,
  });
}

/** Checks that tensors are `[rows, positions]` like the first. */
export function checkSameShape(op: string, tensors: Readonly<Record<string, Tensor | undefined>>): void {
  const [[firstName, first], ...rest] = Object.entries(tensors) as [[string, Tensor], ...[string, Tensor][]];
  for (const [name, t] of rest) {
    if (t !== undefined && t.shape.join() !== first.shape.join()) {
      throw new ShapeError(`${name} is [${t.shape}]; expected [${first.shape}] like ${firstName}.`, {
        op,
        actual: t.shape,
        expected: first.shape,
      });
    }
  }
}

/** An input that a choice of options needs. */
export function needed<T>(op: string, name: string, value: T | undefined, why: string): T {
  if (value === undefined) throw new ArgumentError(`needs ${name} ${why}.`, { op });
  return value;
}

// --- masked arithmetic ---

/** Sum of `x` where the mask is 1: of everything, or per row. What is masked may be anything, NaN included. */
export function maskedSum(x: Tensor, mask: Tensor, dim?: number): Tensor {
  const kept = keepWhere(mask, x);
  return dim === undefined ? kept.sum() : kept.sum({ dim });
}

/** `x` where the mask is 1 and 0 elsewhere, broadcast. */
export function keepWhere(mask: Tensor, x: Tensor): Tensor {
  return where(mask.ne(0), x, zeros([], { device: x.device }));
}

/** The count that was given, or the mask's own, at least one. */
export function tokenCount(mask: Tensor, counts: BatchCounts): Tensor | number {
  return counts.tokens ?? noGrad(() => mask.sum().clamp({ min: 1 }));
}

/** `yes` where the condition holds, else `no`, broadcast like the condition. */
export function choose(condition: Tensor, yes: Tensor | number, no: Tensor | number): Tensor {
  const of = (v: Tensor | number) => (typeof v === 'number' ? tensor(v, { device: condition.device }) : v);
  return where(condition, of(yes), of(no));
}

/** 1 where the condition holds, else 0. */
export function indicator(condition: Tensor): Tensor {
  return condition.to('f32');
}

/** `[rows]` to `[rows, 1]`. */
export function column(x: Tensor): Tensor {
  return x.unsqueeze({ dim: -1 });
}

// --- metrics ---

/** Mean of values, one per row. */
export function meanOf(values: Tensor): Metric {
  return noGrad(() => ({ kind: 'mean', sum: values.detach().sum(), count: values.numel }));
}

/** Mean over the rows or positions of a mask. */
export function maskedMean(values: Tensor, mask: Tensor): Metric {
  return noGrad(() => {
    // One value per sequence counts once per sequence.
    if (values.ndim === 2 && values.shape[1] === 1) return meanOf(values);
    return { kind: 'mean', sum: maskedSum(values.detach(), mask), count: mask.sum() };
  });
}

/**
 * Takes in the metrics of micro-batches and reads them in one go: a step waits for the device once.
 * Means over nothing are left out.
 */
export class MetricSums {
  readonly #parts = new Map<string, { kind: Metric['kind']; sums: (Tensor | number)[]; counts: (Tensor | number)[] }>();

  /** Takes over the tensors. */
  add(metrics: Readonly<Record<string, Metric>>): void {
    for (const [name, metric] of Object.entries(metrics)) {
      const part = this.#parts.get(name) ?? { kind: metric.kind, sums: [], counts: [] };
      this.#parts.set(name, part);
      part.sums.push(kept(metric.kind === 'mean' ? metric.sum : metric.value));
      if (metric.kind === 'mean') part.counts.push(kept(metric.count));
    }
  }

  /** Adds to one mean, from numbers on this side. */
  addNumber(name: string, sum: number, count = 1): void {
    this.add({ [name]: { kind: 'mean', sum, count } });
  }

  /** The metrics so far, and an end to them. */
  async read(): Promise<Record<string, number>> {
    const parts = [...this.#parts];
    this.#parts.clear();
    const tensors = parts
      .flatMap(([, { sums, counts }]) => [...sums, ...counts])
      .filter((value): value is Tensor => typeof value !== 'number');
    const numbers = await readScalars(tensors);
    let at = 0;
    const take = (value: Tensor | number): number => (typeof value === 'number' ? value : numbers[at++]!);
    const result: Record<string, number> = {};
    for (const [name, { kind, sums, counts }] of parts) {
      const read = sums.map(take);
      const total = counts.map(take).reduce((a, b) => a + b, 0);
      const sum = read.reduce((a, b) => a + b, 0);
      if (kind !== 'mean') result[name] = kind === 'min' ? Math.min(...read) : Math.max(...read);
      else if (total > 0) result[name] = sum / total;
    }
    return result;
  }
}

function kept(value: Tensor | number): Tensor | number {
  return typeof value === 'number' ? value : value.keep();
}

/** The elements of tensors of one element, by one transfer; the tensors are disposed. */
async function readScalars(tensors: readonly Tensor[]): Promise<ArrayLike<number>> {
  if (tensors.length === 0) return [];
  const joined = scope(() => stack(tensors.map((t) => t.reshape([]).to('f32'))));
  for (const t of tensors) t.dispose();
  const numbers = await joined.data();
  joined.dispose();
  return numbers;
}
