/**
 * How an op is defined: everything a reader wants to know of it at once, under the comment that says what it computes. The
 * registry of definitions drives the conformance tests, gradient checks, benchmarks and the support matrix, so an op has no
 * other home.
 */
import { UnsupportedTypesError } from './backend.js';
import type { DType } from './dtype.js';
import { ArgumentError, DeviceError, DisposedError, DTypeError, formatShape, formatValue } from './errors.js';
import { isGradEnabled } from './grad-mode.js';
import type { NdArray } from './ndarray.js';
import { checkOptions } from './options.js';
import { enter, leave, originOf } from './origin.js';
import { Scope } from './scope.js';
import { type BackwardContext, type BackwardFunction, type Gradients, Node, Tensor } from './tensor.js';

/** An op's results with what its gradient needs. */
export class Differentiable<Out extends Tensor | Tensor[]> {
  constructor(
    readonly output: Out,
    readonly saved: readonly Tensor[],
    readonly backward: BackwardFunction,
  ) {}
}

/**
 * An op's result and its gradient. `backward` gets the upstream gradient and the saved tensors, and returns one
 * gradient per tensor argument, in order, null where there is none. It runs without recording.
 */
export function differentiable(
  output: Tensor,
  saved: readonly Tensor[],
  backward: (gradOutput: Tensor, saved: readonly Tensor[], context: BackwardContext) => Gradients,
): Differentiable<Tensor> {
  return new Differentiable(output, saved, ([g], s, context) => backward(g!, s, context));
}

/** As `differentiable`, for ops with several results; the gradient of a result nobody used is null. */
export function differentiableAll<Outputs extends Tensor[]>(
  outputs: [...Outputs],
  saved: readonly Tensor[],
  backward: BackwardFunction,
): Differentiable<[...Outputs]> {
  return new Differentiable(outputs, saved, backward);
}

/** How a test makes an input: its shape and, where it matters, its dtype and range. */
export interface InputSpec {
  readonly shape: readonly number[];
  /** Default `f32`. */
  readonly dtype?: DType;
  /** No two values along a line of up to 1000 are equal in any dtype: for ops that compare. */
  readonly distinct?: boolean;
  /** These values, in row-major order. */
  readonly values?: readonly number[];
  /** Values are uniform in this range; integers for integer dtypes. Default -2 to 2. */
  readonly range?: readonly [number, number];
}

export interface OpCase {
  /** Tensor arguments in order; a plain array is a shape. */
  readonly inputs: readonly (InputSpec | readonly number[])[];
  readonly options?: Readonly<Record<string, unknown>>;
  /** Relative and absolute tolerance where the default for the dtype does not fit, with the reason beside it. */
  readonly rtol?: number;
  readonly atol?: number;
}

export interface OpCost {
  readonly flops: number;
  /** Bytes that must move to and from memory at least. */
  readonly bytes: number;
}

/** The function of an op: data first, then one options object. */
export type Forward = (...args: never[]) => Tensor | Tensor[] | Differentiable<Tensor> | Differentiable<Tensor[]>;

/** What an op returns: the results without what their gradient needs. */
export type OutputOf<F extends Forward> =
  ReturnType<F> extends infer R ? (R extends Differentiable<infer Out> ? Out : R) : never;

export interface OpDefinition<F extends Forward> {
  readonly name: string;
  readonly forward: F;
  /** The op in float64, from its definition: what conformance tests hold every device to. */
  readonly reference: (...args: ReferenceArgs<Parameters<F>>) => NdArray | NdArray[];
  readonly cases: readonly OpCase[];
  /** The names of its options: any other is refused. */
  readonly options?: Readonly<Record<string, true>>;
  /** Dtypes the op is tested in; default f32 and bf16. */
  readonly dtypes?: readonly DType[];
  /** Whether tensor arguments come as one list (`cat`). */
  readonly inputsAsList?: boolean;
  /** Where trailing tensor arguments may be left out: how many there are at most. Options may then follow the last one given. */
  readonly optionalInputs?: number;
  /** False where the op has no gradient. Default true. */
  readonly hasGradient?: boolean;
  readonly cost?: (...args: Parameters<F>) => OpCost;
}

/** The arguments of a reference: tensors become float64 arrays, options are always given. */
export type ReferenceArgs<Args extends readonly unknown[]> = { [I in keyof Args]-?: ToReference<Args[I]> };
type ToReference<A> = [A] extends [readonly Tensor[]]
  ? readonly NdArray[]
  : [Extract<A, Tensor>] extends [never]
    ? A
    : Exclude<A, Tensor> | NdArray;

/** What a definition must name where its function takes options. */
type NamedOptions<F extends Forward> = [OptionNames<Last<Parameters<F>>>] extends [never]
  ? { readonly options?: never }
  : { readonly options: Readonly<Record<OptionNames<Last<Parameters<F>>>, true>> };
type OptionNames<A> = A extends Tensor | readonly unknown[] | string | number | undefined ? never : keyof A;

/** An op: call it, or look at its definition. Options may follow the last tensor given: `layerNorm(x, { eps })`. */
export type Op<F extends Forward> = ((...args: Parameters<F>) => OutputOf<F>) &
  ((...args: OptionsEarly<Parameters<F>, Last<Parameters<F>>>) => OutputOf<F>) & {
    readonly definition: OpDefinition<Forward>;
  };

type Last<Args extends readonly unknown[]> = Required<Args> extends readonly [...unknown[], infer L] ? L : never;

/** `Args` with any number of optional arguments before the last, the options, left out. */
type OptionsEarly<Args extends readonly unknown[], Options> = number extends Args['length']
  ? Args
  : Args extends readonly []
    ? []
    : Args extends readonly [infer First, ...infer Rest]
      ? [First, ...OptionsEarly<Rest, Options>] | (undefined extends First ? [options: Options] : never)
      : Args extends readonly [(infer First)?, ...infer Rest]
        ? Rest extends readonly []
          ? [options?: Options]
          : [options: Options] | [First, ...OptionsEarly<Rest, Options>]
        : never;

export function defineOp<F extends Forward>(definition: OpDefinition<F> & NamedOptions<F>): Op<F> {
  const { name, optionalInputs = 0 } = definition;
  const known = Object.keys(definition.options ?? {});
  const origin = originOf(name);
  const forward = definition.forward as unknown as (...args: readonly unknown[]) => ReturnType<Forward>;
  const call = (...given: readonly unknown[]): Tensor | Tensor[] => {
    const args = given.length <= optionalInputs ? withOptionsLast(given, optionalInputs) : given;
    const last = args[args.length - 1];
    if (isOptions(last) || (known.length > 0 && isPrimitive(last))) checkOptions(name, last as object, known);
    // Temporaries of the op die with its frame; its results move to the caller's scope.
    const frame = new Scope();
    const outer = enter(origin);
    try {
      const result = forward(...args);
      let output = result instanceof Differentiable ? result.output : result;
      if (result instanceof Differentiable && isGradEnabled() && wantsGradient(args))
        output = record(name, args, result);
      frame.close(output);
      return output;
    } catch (error) {
      frame.close();
      throw withOp(error, name, known, given);
    } finally {
      leave(outer);
    }
  };
  return Object.assign(call, { definition }) as unknown as Op<F>;
}

/** `layerNorm(x, { eps })` becomes `layerNorm(x, undefined, undefined, { eps })`. */
function withOptionsLast(args: readonly unknown[], inputs: number): readonly unknown[] {
  const last = args.at(-1);
  if (!isOptions(last)) return args;
  const padded = args.slice(0, -1);
  while (padded.length < inputs) padded.push(undefined);
  return [...padded, last];
}

function isOptions(arg: unknown): arg is object {
  return typeof arg === 'object' && arg !== null && !(arg instanceof Tensor) && !Array.isArray(arg);
}

/** Puts the op into the graph. Returns its results: an input that is one becomes a tensor of its own. */
function record(
  name: string,
  args: readonly unknown[],
  { output, saved, backward }: Differentiable<Tensor | Tensor[]>,
): Tensor | Tensor[] {
  const inputs = args.flatMap((a) => (a instanceof Tensor || isTensorList(a) ? a : []));
  const outputs = (Array.isArray(output) ? output : [output]).map((t) => (inputs.includes(t) ? t.detach() : t));
  const node = new Node(name, inputs, saved, backward, outputs.length);
  outputs.forEach((t, i) => {
    if (t.dtype !== 'i32' && t.dtype !== 'u8' && t.dtype !== 'bool') t.attach(node, i);
  });
  return Array.isArray(output) ? outputs : outputs[0]!;
}

function wantsGradient(args: readonly unknown[]): boolean {
  for (const a of args) {
    if (a instanceof Tensor ? a.requiresGrad : isTensorList(a) && a.some((t) => t.requiresGrad)) return true;
  }
  return false;
}

function isTensorList(value: unknown): value is Tensor[] {
  return Array.isArray(value) && value[0] instanceof Tensor;
}

function isPrimitive(value: unknown): value is number | string | boolean {
  return typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean';
}

function describe(value: unknown): string {
  if (value instanceof Tensor) return `${value.dtype}${formatShape(value.shape)}`;
  if (isTensorList(value)) return `[${value.map(describe).join(', ')}]`;
  return formatValue(value);
}

/**
 * @internal Errors from below that do not know which op met them get its name. JavaScript's own come from arguments that the
 * types forbid, in programs whose types nobody checks.
 */
export function withOp(error: unknown, name: string, known: readonly string[], given: readonly unknown[]): unknown {
  if (error instanceof TypeError || error instanceof RangeError) {
    const options = known.length === 0 ? '' : ` Its options are { ${known.join(', ')} }.`;
    return new ArgumentError(`the arguments do not fit; got (${given.map(describe).join(', ')}).${options}`, {
      op: name,
      actual: given,
      cause: error,
    });
  }
  if (error instanceof DisposedError && error.op === undefined)
    return new DisposedError(error.message, { op: name, cause: error });
  if (error instanceof UnsupportedTypesError) {
    // Kernels know `bool` as the `u8` that stores it.
    const bool = given.some((t) => t instanceof Tensor && t.dtype === 'bool');
    const got = error.got.map((type) => (type === 'u8' && bool ? 'bool' : type));
    return new DTypeError(`not available in ${got.join(' x ')}; available in ${error.supported}. Convert with to().`, {
      op: name,
      actual: got,
      cause: error,
    });
  }
  return error;
}

/** Throws unless all tensors are on one device. */
export function checkDevices(op: string, ...tensors: readonly (Tensor | undefined)[]): void {
  const first = tensors[0]!;
  if (first === undefined) throw new ArgumentError('expected a tensor; got undefined.', { op });
  for (const t of tensors) {
    if (t !== undefined && !(t instanceof Tensor))
      throw new ArgumentError(`expected a tensor; got ${describe(t)}. Make one with tensor().`, { op, actual: t });
    if (t !== undefined && t.device !== first.device) {
      throw new DeviceError(
        `tensors are on different devices; got ${first.device} and ${t.device}; expected one. Move them with to().`,
        { op },
      );
    }
  }
}
