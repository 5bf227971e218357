/**
 * What an optimizer steps: flat buffers of parameters and gradients, cut into named entries. Tensors of a model are
 * moved into a `ParameterBuffer` per dtype; typed arrays of another program are used where they are.
 */
import {
  ArgumentError,
  checkOptions,
  type DType,
  DTypeError,
  ParameterBuffer,
  type Shape,
  ShapeError,
  share,
  Tensor,
} from '@tessera/tensor';

export interface FlatEntry {
  readonly name: string;
  /** The parameter, where it is a tensor of its own. */
  readonly tensor?: Tensor;
  readonly shape: Shape;
  /** First element in the flat buffer. */
  readonly offset: number;
  readonly length: number;
}

/** Parameters and gradients in flat buffers; `ParameterBuffer` is one. */
export interface FlatParameters {
  readonly data: Tensor;
  readonly grad: Tensor;
  readonly entries: readonly FlatEntry[];
  zeroGrad(): void;
  /** Called before a step: `grad` must be valid throughout afterwards. */
  finishGradients(): void;
}

export type ParameterSource = FlatParameters | Iterable<Tensor | readonly [name: string, tensor: Tensor]>;

/** Parameters with hyperparameters of their own. */
export interface ParameterGroup {
  readonly params: ParameterSource;
  readonly lr?: number;
  readonly weightDecay?: number;
}

export type ParametersArgument = ParameterSource | readonly ParameterGroup[];

/** A stretch of a flat buffer whose entries belong to one group. */
export interface GroupedParameters {
  readonly flat: FlatParameters;
  /** Group of each entry. */
  readonly groupOf: readonly number[];
}

function isFlat(source: unknown): source is FlatParameters {
  return typeof source === 'object' && source !== null && 'data' in source && 'grad' in source && 'entries' in source;
}

function isGroup(value: unknown): value is ParameterGroup {
  return typeof value === 'object' && value !== null && !(value instanceof Tensor) && 'params' in value;
}

/** What stands where parameters should, for messages. */
function mistaken(value: unknown): string {
  if (value instanceof Tensor) return 'a tensor; put it into a list';
  if (isGroup(value)) return 'a group among tensors';
  if (isFlat(value)) return 'a flat buffer; give it as { params }';
  if (ArrayBuffer.isView(value)) return `a ${value.constructor.name}; make parameters of it with typedParameters()`;
  if (typeof (value as { namedParameters?: unknown } | undefined)?.namedParameters === 'function')
    return 'a module; pass its parameters() or namedParameters()';
  return typeof value;
}

/** Tensors with their names; unnamed ones count from `first`. */
function named(op: string, source: unknown, first: number): (readonly [string, Tensor])[] {
  if (typeof source !== 'object' || source === null || ArrayBuffer.isView(source) || !(Symbol.iterator in source)) {
    throw new ArgumentError(`parameters come as a list of tensors or of [name, tensor]; got ${mistaken(source)}.`, {
      op,
    });
  }
  return [...(source as Iterable<unknown>)].map((item, i) => {
    if (item instanceof Tensor) return [`${first + i}`, item] as const;
    if (Array.isArray(item) && item[1] instanceof Tensor) return item as unknown as readonly [string, Tensor];
    throw new ArgumentError(`parameter ${first + i} is no tensor; got ${mistaken(item)}.`, { op });
  });
}

/**
 * The flat buffers of `params` and the options of its groups. Tensors that do not require gradients are left out. Unnamed
 * ones are named by their position, as in PyTorch's state dicts. `made` are the buffers that the caller disposes.
 */
export function groupParameters(
  op: string,
  params: ParametersArgument,
): {
  readonly groups: readonly ParameterGroup[];
  readonly places: readonly GroupedParameters[];
  readonly made: readonly ParameterBuffer[];
} {
  const list = !isFlat(params) && Array.isArray(params) && params.every(isGroup) && params.length > 0;
  const groups: readonly ParameterGroup[] = list
    ? (params as readonly ParameterGroup[])
    : [{ params: params as ParameterSource }];
  const given: GroupedParameters[] = [];
  const loose: (readonly [string, Tensor])[] = [];
  const groupOf = new Map<Tensor, number>();
  let count = 0;
  groups.forEach((group, g) => {
    checkOptions(`${op}: groups[${g}]`, group, ['params', 'lr', 'weightDecay']);
    if (isFlat(group.params)) {
      given.push({ flat: group.params, groupOf: group.params.entries.map(() => g) });
      count += group.params.entries.length;
      return;
    }
    for (const [name, tensor] of named(op, group.params, count)) {
      count++;
      const earlier = groupOf.get(tensor);
      if (earlier === g || !tensor.requiresGrad) continue; // a tied weight, a frozen one
      if (earlier !== undefined) {
        throw new ArgumentError(`${name} is in groups ${earlier} and ${g}; a parameter belongs to one.`, { op });
      }
      groupOf.set(tensor, g);
      loose.push([name, tensor]);
    }
  });
  if (given.length === 0 && loose.length === 0) {
    const got = count === 0 ? 'none' : `${count} that do not`;
    throw new ArgumentError(`needs at least one parameter that requires gradients; got ${got}.`, { op });
  }
  const made = ParameterBuffer.over(loose);
  const places = made.map((flat) => ({ flat, groupOf: flat.entries.map(({ tensor }) => groupOf.get(tensor)!) }));
  return { groups, places: [...given, ...places], made };
}

export interface TypedParametersOptions {
  /** Name in the state dict, by which several of them are told apart. Default `params`. */
  readonly name?: string;
  /** For `decays`, `matricesOnly` and optimizers of matrices. Default: a vector. */
  readonly shape?: Shape;
  /** What a `Uint16Array` holds. Default bf16. */
  readonly dtype?: DType;
}

/**
 * Parameters and gradients in the memory of another program: nothing is copied, a step writes `params`. Use 64-byte
 * aligned arrays where you can. Wait with `optimizer.synchronize()` before reading them. Give an optimizer several of
 * them as groups: `[{ params: typedParameters(...) }, ...]`.
 */
export function typedParameters(
  params: Float32Array | Uint16Array,
  grads: Float32Array | Uint16Array,
  options: TypedParametersOptions = {},
): FlatParameters {
  const op = 'typedParameters';
  checkOptions(op, options, ['name', 'shape', 'dtype']);
  for (const array of [params, grads]) {
    if (array instanceof Float32Array || array instanceof Uint16Array) continue;
    const got = (array as object | undefined)?.constructor?.name ?? typeof array;
    throw new DTypeError(`needs arrays of type Float32Array or Uint16Array; got ${got}.`, { op });
  }
  if (params.length !== grads.length) {
    throw new ShapeError(`got ${params.length} parameters and ${grads.length} gradients; expected as many.`, {
      op,
    });
  }
  const { length } = params;
  const { name = 'params', shape = [length], dtype } = options;
  if (shape.reduce((a, b) => a * b, 1) !== length) {
    throw new ShapeError(`shape [${shape.join(', ')}] does not have the ${length} elements of the array.`, {
      op,
    });
  }
  const data = share(params, params instanceof Uint16Array && dtype !== undefined ? { dtype } : {}).keep();
  return {
    data,
    grad: share(grads).keep(),
    entries: [{ name, shape, offset: 0, length }],
    zeroGrad: () => void grads.fill(0),
    finishGradients: () => {
      if (params.length === length && grads.length === length) return;
      throw new ArgumentError(
        `the memory of ${name} is gone: its buffer was transferred, or its WebAssembly memory has grown.`,
        { op },
      );
    },
  };
}
