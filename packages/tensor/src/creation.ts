/** Making tensors: from numbers and typed arrays, filled, counted, or random. */
import { kernels } from './backend.js';
import { type Device, type DeviceName, defaultDevice, device as deviceOf } from './device.js';
import { checkDType, checkFits, type DType, dtypes, encodeNumbers, type TypedArray } from './dtype.js';
import { ArgumentError, DeviceError, DTypeError, formatValue, ShapeError } from './errors.js';
import { Generator } from './generator.js';
import { checkDevices } from './op.js';
import { checkFinite, checkOptions } from './options.js';
import { within } from './origin.js';
import type { NestedArray } from './reading.js';
import { checkShape, contiguousStrides, numel, type Shape } from './shape.js';
import { Storage } from './storage.js';
import { Tensor } from './tensor.js';

export interface CreationOptions {
  /** Default `f32`, or what the data suggests. */
  readonly dtype?: DType;
  /** Default: the default device. */
  readonly device?: Device | DeviceName;
  /** Whether `backward()` should leave a gradient. Default false. */
  readonly requiresGrad?: boolean;
}

export interface RandomOptions extends CreationOptions {
  /** Default: the device's. */
  readonly generator?: Generator;
}

function place(options: CreationOptions): Device {
  return options.device === undefined ? defaultDevice() : deviceOf(options.device);
}

const creationOptions = ['dtype', 'device', 'requiresGrad'] as const;

/** A tensor that `write` fills. `own`: names of options beside the common ones, which the caller has taken out. */
function make(
  op: string,
  shape: Shape,
  options: CreationOptions,
  write: (t: Tensor) => void,
  own: readonly string[] = [],
): Tensor {
  checkOptions(op, options, [...creationOptions, ...own]);
  checkShape(op, shape);
  const dtype = checkDType(op, options.dtype ?? 'f32');
  return within(op, () => {
    const t = Tensor.empty(place(options), shape, dtype);
    write(t);
    return options.requiresGrad ? t.setRequiresGrad() : t;
  });
}

export interface TensorOptions extends CreationOptions {
  /** Shape of flat data. Default: the nesting of the arrays, or one dimension for a typed array. */
  readonly shape?: Shape;
}

/**
 * A tensor with a copy of `data`: a number, nested arrays, or a typed array. The dtype defaults to `f32` for numbers
 * and floats, `bool` for booleans, `i32`, `u8` for integer arrays. A Uint16Array with dtype `bf16` or `f16` is taken as
 * bit patterns.
 * @throws ShapeError when rows differ in length or the data does not fill `shape`.
 */
export function tensor(data: NestedArray | TypedArray, options: TensorOptions = {}): Tensor {
  const op = 'tensor';
  checkOptions(op, options, [...creationOptions, 'shape']);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    throw new ArgumentError(`64-bit integers have no dtype here; got a ${data.constructor.name}. Use an Int32Array.`, {
      op,
    });
  }
  const typed = ArrayBuffer.isView(data);
  const { values, nested, booleans } = typed ? { values: data, nested: [data.length], booleans: false } : flatten(data);
  const dtype = checkDType(op, options.dtype ?? (booleans ? 'bool' : typed ? suggestedDType(data) : 'f32'));
  const shape = options.shape === undefined ? nested : checkShape(op, options.shape);
  if (numel(shape) !== values.length) {
    throw new ShapeError(
      `${values.length} values do not fill the shape [${shape.join(', ')}], which holds ${numel(shape)}.`,
      { op, actual: values.length, expected: numel(shape) },
    );
  }
  const raw = storedAs(data, dtype) ?? encodeNumbers(dtype, checkElements(dtype, values));
  const t = within(op, () => Tensor.empty(place(options), shape, dtype));
  if (raw.byteLength > 0) t.device.write(t.handle, 0, raw);
  return options.requiresGrad ? t.setRequiresGrad() : t;
}

/** The array itself when its bytes are already what a tensor of `dtype` stores. */
function storedAs(data: NestedArray | TypedArray, dtype: DType): TypedArray | null {
  if (dtype === 'f32' && data instanceof Float32Array) return data;
  if (dtype === 'i32' && data instanceof Int32Array) return data;
  if (dtype === 'u8' && data instanceof Uint8Array) return data;
  if ((dtype === 'bf16' || dtype === 'f16') && data instanceof Uint16Array) return data;
  return null;
}

function checkElements(dtype: DType, values: ArrayLike<number>): ArrayLike<number> {
  if (!dtypes[dtype].float) for (let i = 0; i < values.length; i++) checkFits('tensor', dtype, values[i]!, i);
  return values;
}

function suggestedDType(data: TypedArray): DType {
  if (data instanceof Float32Array || data instanceof Float64Array) return 'f32';
  if (data instanceof Uint8Array || data instanceof Uint8ClampedArray) return 'u8';
  return 'i32';
}

function flatten(data: NestedArray): { values: number[]; nested: number[]; booleans: boolean } {
  const nested: number[] = [];
  for (let level: NestedArray | undefined = data; Array.isArray(level); level = level[0]) nested.push(level.length);
  const values: number[] = [];
  let booleans = false;
  const walk = (value: NestedArray, depth: number): void => {
    if (Array.isArray(value)) {
      if (value.length !== nested[depth]) {
        throw new ShapeError(
          `rows differ in length; got ${value.length} where the first has ${nested[depth] ?? 'a number'}.`,
          { op: 'tensor' },
        );
      }
      for (const item of value) walk(item, depth + 1);
      return;
    }
    if (depth !== nested.length) throw new ShapeError('some rows are numbers and some are arrays.', { op: 'tensor' });
    if (typeof value !== 'number' && typeof value !== 'boolean') {
      throw new ArgumentError(`elements must be numbers or booleans; got ${formatValue(value)}.`, {
        op: 'tensor',
        actual: value,
      });
    }
    booleans ||= typeof value === 'boolean';
    values.push(Number(value));
  };
  walk(data, 0);
  return { values, nested, booleans };
}

/**
 * A CPU tensor over the memory of `view` itself: no copy, and changes on either side are seen by the other. The array
 * is kept alive while the tensor needs it. Wait with `synchronize()` before reading in JavaScript what ops wrote.
 */
export function share(view: Float32Array | Int32Array | Uint8Array | Uint16Array, options: TensorOptions = {}): Tensor {
  const op = 'share';
  if (!(ArrayBuffer.isView(view) && 'length' in view)) {
    throw new ArgumentError(
      `expected a Float32Array, Int32Array, Uint8Array or Uint16Array; got ${formatValue(view)}. tensor() copies other data.`,
      { op, actual: view },
    );
  }
  checkOptions(op, options, [...creationOptions, 'shape']);
  const on = options.device === undefined ? deviceOf('cpu') : deviceOf(options.device);
  if (on.type !== 'cpu')
    throw new DeviceError(`only CPU tensors share memory with typed arrays; got ${on}. Use tensor() to copy.`, { op });
  const dtype = checkDType(op, options.dtype ?? (view instanceof Uint16Array ? 'bf16' : suggestedDType(view)));
  if (storedAs(view, dtype) === null && !(dtype === 'bool' && view instanceof Uint8Array)) {
    throw new DTypeError(`a ${view.constructor.name} does not store ${dtype} elements.`, {
      op,
      actual: view.constructor.name,
      expected: dtype,
    });
  }
  const shape = options.shape === undefined ? [view.length] : checkShape(op, options.shape);
  if (numel(shape) !== view.length) {
    throw new ShapeError(
      `${view.length} values do not fill the shape [${shape.join(', ')}], which holds ${numel(shape)}.`,
      { op },
    );
  }
  const t = new Tensor(Storage.adopt(on, view), shape, contiguousStrides(shape), 0, dtype);
  return options.requiresGrad ? t.setRequiresGrad() : t;
}

/** A tensor of unset contents. */
export function empty(shape: Shape, options: CreationOptions = {}): Tensor {
  return make('empty', shape, options, () => {});
}

/** A tensor of `value`s. */
export function full(shape: Shape, value: number, options: CreationOptions = {}): Tensor {
  return filled('full', shape, value, options);
}

export function zeros(shape: Shape, options: CreationOptions = {}): Tensor {
  return filled('zeros', shape, 0, options);
}

export function ones(shape: Shape, options: CreationOptions = {}): Tensor {
  return filled('ones', shape, 1, options);
}

function filled(op: string, shape: Shape, value: number, options: CreationOptions): Tensor {
  return make(op, shape, options, (t) => {
    checkFits(op, t.dtype, value);
    kernels.fill(t.device.commands, { y: t, n: t.numel, value });
  });
}

/** A tensor with the shape of `x` and, unless `options` say otherwise, its dtype and device. */
function filledLike(op: string, x: Tensor, value: number, options: CreationOptions): Tensor {
  checkDevices(op, x);
  return filled(op, x.shape, value, { dtype: x.dtype, device: x.device, ...options });
}

export function zerosLike(x: Tensor, options: CreationOptions = {}): Tensor {
  return filledLike('zerosLike', x, 0, options);
}

export function onesLike(x: Tensor, options: CreationOptions = {}): Tensor {
  return filledLike('onesLike', x, 1, options);
}

export function fullLike(x: Tensor, value: number, options: CreationOptions = {}): Tensor {
  return filledLike('fullLike', x, value, options);
}

export interface RangeOptions extends CreationOptions {
  /** Default 0. */
  readonly start?: number;
  /** Default 1. */
  readonly step?: number;
}

/** Numbers from `start` (default 0) to below `end` in steps of `step`; `i32` when all three are integers, else `f32`. */
export function arange(end: number, given: RangeOptions = {}): Tensor {
  checkOptions('arange', given, [...creationOptions, 'start', 'step']);
  const { start = 0, step = 1, ...options } = given;
  if (![start, end, step].every(Number.isFinite) || step === 0) {
    const [from, to, by] = [start, end, step].map(formatValue);
    throw new ArgumentError(`not a finite range; got start ${from}, end ${to}, step ${by}.`, { op: 'arange' });
  }
  const count = Math.max(0, Math.ceil((end - start) / step));
  const dtype = options.dtype ?? ([start, end, step].every(Number.isInteger) ? 'i32' : 'f32');
  return make('arange', [count], { ...options, dtype }, (t) =>
    kernels.arange(t.device.commands, { y: t, n: count, start, step }),
  );
}

/** `count` numbers from `start` to `end`, both included. */
export function linspace(start: number, end: number, count: number, options: CreationOptions = {}): Tensor {
  checkFinite('linspace', 'start', start);
  checkFinite('linspace', 'end', end);
  const step = count > 1 ? (end - start) / (count - 1) : 0;
  return make('linspace', [count], options, (t) => kernels.arange(t.device.commands, { y: t, n: count, start, step }));
}

/** The identity matrix of size `n`. */
export function eye(n: number, options: CreationOptions = {}): Tensor {
  return make('eye', [n, n], options, (t) => {
    const index = arange(n, { device: t.device });
    kernels.oneHot(t.device.commands, { index, y: t, n, classes: n });
    index.dispose();
  });
}

type Commands = Device['commands'];
type Draw = Pick<Parameters<typeof kernels.uniform>[1], 'y' | 'n' | 'seed' | 'offset'>;

/** A tensor that `write` fills with what is drawn from `options.generator` or the device's. `own`: names of further options. */
function drawn(
  op: string,
  shape: Shape,
  options: RandomOptions,
  write: (commands: Commands, draw: Draw) => void,
  own: readonly string[] = [],
): Tensor {
  const fill = (t: Tensor) => {
    const { generator = t.device.generator } = options;
    if (!(generator instanceof Generator)) {
      throw new ArgumentError(`generator must be a Generator; got ${formatValue(generator)}.`, {
        op,
        actual: generator,
      });
    }
    const { seed, offset } = generator.reserve(t.numel);
    write(t.device.commands, { y: t, n: t.numel, seed, offset });
  };
  return make(op, shape, options, fill, ['generator', ...own]);
}

/** Uniform in [0, 1). */
export function rand(shape: Shape, options: RandomOptions = {}): Tensor {
  return drawn('rand', shape, options, (to, draw) => kernels.uniform(to, { ...draw, low: 0, high: 1 }));
}

export interface UniformOptions extends RandomOptions {
  /** Default 0. */
  readonly low?: number;
  /** Default 1. */
  readonly high?: number;
}

/** Uniform in [low, high). */
export function uniform(shape: Shape, options: UniformOptions = {}): Tensor {
  const { low = 0, high = 1 } = options ?? {};
  checkFinite('uniform', 'low', low);
  checkFinite('uniform', 'high', high, low);
  return drawn('uniform', shape, options, (to, draw) => kernels.uniform(to, { ...draw, low, high }), ['low', 'high']);
}

/** Standard normal. */
export function randn(shape: Shape, options: RandomOptions = {}): Tensor {
  return drawn('randn', shape, options, (to, draw) => kernels.normal(to, { ...draw, mean: 0, std: 1 }));
}

export interface NormalOptions extends RandomOptions {
  /** Default 0. */
  readonly mean?: number;
  /** Default 1. */
  readonly std?: number;
}

/** Normal of the given mean and standard deviation. */
export function normal(shape: Shape, options: NormalOptions = {}): Tensor {
  const { mean = 0, std = 1 } = options ?? {};
  checkFinite('normal', 'mean', mean);
  checkFinite('normal', 'std', std, 0);
  return drawn('normal', shape, options, (to, draw) => kernels.normal(to, { ...draw, mean, std }), ['mean', 'std']);
}

/** Integers from `low` (default 0) to below `high`, `i32`: `randint(10, [2, 3])`. */
export function randint(high: number, shape: Shape, options: RandomOptions & { low?: number } = {}): Tensor {
  const op = 'randint';
  if (typeof shape === 'number') {
    const [low, top] = [formatValue(high), formatValue(shape)];
    throw new ArgumentError(
      `the shape comes second and low is an option; got ${low} and ${top}. Write randint(${top}, shape, { low: ${low} }).`,
      { op, actual: shape },
    );
  }
  const { low = 0 } = options ?? {};
  if (!(Number.isInteger(low) && Number.isInteger(high) && low < high))
    throw new ArgumentError(`needs integers low < high; got ${formatValue(low)} and ${formatValue(high)}.`, { op });
  checkOptions(op, options, [...creationOptions, 'generator', 'low']);
  const write = (to: Commands, draw: Draw) => kernels.randint(to, { ...draw, low, high });
  return drawn(op, shape, { ...options, dtype: 'i32' }, write, ['low']);
}

/** 1 with probability `p`, else 0. */
export function bernoulli(p: number, shape: Shape, options: RandomOptions = {}): Tensor {
  if (!(typeof p === 'number' && p >= 0 && p <= 1))
    throw new ArgumentError(`p must be from 0 to 1; got ${formatValue(p)}.`, { op: 'bernoulli', actual: p });
  return drawn('bernoulli', shape, options, (to, draw) => kernels.bernoulli(to, { ...draw, p }));
}
