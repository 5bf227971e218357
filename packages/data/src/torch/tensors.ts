/**
 * What the pickles of PyTorch files are made of: storages by key, and tensors as strided views of them. A view is checked against
 * its storage when it is made, so that reading it needs no further trust.
 */
import { byteSize, elementCount, type FileDType } from '../dtype.js';
import { Namespace, type PickleHandlers, PickleProblem, type PickleValue } from './pickle.js';

/** A storage: where its bytes lie is found by key. */
export interface TorchStorage {
  readonly key: string;
  readonly dtype: FileDType;
  readonly elements: number;
}

/** A tensor of the file: a strided view of a storage. Strides and offset count elements. */
export class TorchTensor {
  constructor(
    readonly dtype: FileDType,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
    readonly offset: number,
    readonly storage: TorchStorage,
  ) {}

  /** Whether the elements lie in row-major order without holes. */
  get contiguous(): boolean {
    let step = 1;
    for (let d = this.shape.length - 1; d >= 0; d--) {
      if (this.shape[d] !== 1 && this.strides[d] !== step) return false;
      step *= this.shape[d]!;
    }
    return true;
  }

  /** One past the last element touched, relative to `offset`. */
  get span(): number {
    if (elementCount(this.shape) === 0) return 0;
    return this.shape.reduce((last, extent, d) => last + (extent - 1) * this.strides[d]!, 0) + 1;
  }
}

/** Values of a PyTorch file. */
export type TorchValue = PickleValue<TorchTensor | TorchStorage>;

/** Content of a file, and the offset of each storage in it. */
export interface TorchContent {
  readonly value: TorchValue;
  readonly offsets: ReadonlyMap<string, number>;
}

const storageTypes: Record<string, FileDType> = {
  'torch.FloatStorage': 'f32',
  'torch.DoubleStorage': 'f64',
  'torch.HalfStorage': 'f16',
  'torch.BFloat16Storage': 'bf16',
  'torch.LongStorage': 'i64',
  'torch.IntStorage': 'i32',
  'torch.ShortStorage': 'i16',
  'torch.CharStorage': 'i8',
  'torch.ByteStorage': 'u8',
  'torch.BoolStorage': 'bool',
  'torch.UntypedStorage': 'u8',
  'torch.storage.UntypedStorage': 'u8',
};

const torchDTypes: Record<string, FileDType> = {
  'torch.float32': 'f32',
  'torch.float64': 'f64',
  'torch.float16': 'f16',
  'torch.bfloat16': 'bf16',
  'torch.int64': 'i64',
  'torch.int32': 'i32',
  'torch.int16': 'i16',
  'torch.int8': 'i8',
  'torch.uint8': 'u8',
  'torch.uint16': 'u16',
  'torch.uint32': 'u32',
  'torch.uint64': 'u64',
  'torch.bool': 'bool',
  'torch.float8_e4m3fn': 'f8_e4m3',
  'torch.float8_e5m2': 'f8_e5m2',
};

type Args = readonly TorchValue[];

/** A view that repeats elements (stride 0) may stand for at most this many: its size is not bounded by the file. */
const maxRepeated = 1 << 16;

/** Everything a checkpoint may call, by name. */
const constructors: Record<string, (args: Args) => TorchValue> = {
  'collections.OrderedDict': orderedDict,
  'argparse.Namespace': () => new Namespace(),
  'torch._utils._rebuild_tensor': (args) => rebuildTensor(args),
  'torch._utils._rebuild_tensor_v2': (args) => rebuildTensor(args),
  'torch._utils._rebuild_tensor_v3': (args) => rebuildTensor(args, torchDTypes[String(args[6])]),
  'torch._utils._rebuild_parameter': ([tensor]) => {
    if (tensor instanceof TorchTensor) return tensor;
    throw new PickleProblem('a parameter that is no tensor');
  },
  'torch.Size': ([extents]) => {
    if (Array.isArray(extents)) return extents as TorchValue;
    throw new PickleProblem('a torch.Size that is no list');
  },
  'torch.device': (args) => args.map(String).join(':'),
  // how protocol 2 spells bytes
  '_codecs.encode': ([text]) => {
    if (typeof text === 'string') return new Uint8Array(Buffer.from(text, 'latin1'));
    throw new PickleProblem('bytes that are no text');
  },
};

/** The pickle handlers of PyTorch files; `storages` collects every storage that is mentioned. */
export function torchHandlers(storages: Map<string, TorchStorage>): PickleHandlers<TorchTensor | TorchStorage> {
  return {
    allows: (name) => [constructors, storageTypes, torchDTypes].some((table) => Object.hasOwn(table, name)),
    construct: (callee, args) => {
      if (Object.hasOwn(constructors, callee)) return constructors[callee]!(args);
      throw new PickleProblem(`${callee} cannot be called`);
    },
    persistent: (id) => {
      const storage = parseStorage(id);
      const known = storages.get(storage.key);
      if (known === undefined) storages.set(storage.key, storage);
      else if (known.dtype !== storage.dtype || known.elements !== storage.elements) {
        throw new PickleProblem(`storage ${storage.key} is mentioned with two types or sizes`);
      }
      return known ?? storage;
    },
  };
}

/** `('storage', type, key, location, elements)`, with a view of the storage behind it in files before PyTorch 1.6. */
function parseStorage(id: TorchValue): TorchStorage {
  if (!Array.isArray(id) || id[0] !== 'storage') throw new PickleProblem('a persistent id that is no storage');
  const [, type, key, , elements, view] = id as Args;
  if (typeof type !== 'string' || !Object.hasOwn(storageTypes, type))
    throw new PickleProblem(`a storage of unknown type ${String(type)}`);
  if (typeof key !== 'string' || !isCount(elements)) throw new PickleProblem('a storage without key or size');
  if (view !== undefined && view !== null)
    throw new PickleProblem(`storage ${key} is a view of another; save the file with a newer PyTorch`);
  return { key, dtype: storageTypes[type]!, elements };
}

/** `(storage, offset, size, stride, ...)`. An untyped storage counts bytes and gets its type from the tensor. */
function rebuildTensor(args: Args, asType?: FileDType): TorchTensor {
  const [storage, offset, shape, strides] = args;
  if (!isStorage(storage)) throw new PickleProblem('a tensor without a storage');
  if (!isCount(offset) || !isCountList(shape) || !isCountList(strides) || shape.length !== strides.length) {
    throw new PickleProblem(`a tensor of storage ${storage.key} whose offset, shape or strides are no whole numbers`);
  }
  const dtype = asType ?? storage.dtype;
  const tensor = new TorchTensor(dtype, shape, strides, offset, storage);
  const room = storage.elements * byteSize(storage.dtype);
  const count = elementCount(shape);
  if (!((offset + tensor.span) * byteSize(dtype) <= room)) {
    throw new PickleProblem(
      `a tensor of shape ${JSON.stringify(shape)} reaches beyond its storage ${storage.key} of ${room} bytes`,
    );
  }
  if (!(count <= Math.max(storage.elements, maxRepeated))) {
    throw new PickleProblem(
      `a tensor of shape ${JSON.stringify(shape)} over a storage of ${storage.elements} elements`,
    );
  }
  return tensor;
}

/** `OrderedDict()` or `OrderedDict([[key, value], ...])`. */
function orderedDict([pairs = []]: Args): TorchValue {
  const map = new Map<string | number, TorchValue>();
  if (!Array.isArray(pairs)) throw new PickleProblem('an OrderedDict of something that is no list');
  for (const pair of pairs as Args) {
    const [key, value] = Array.isArray(pair) ? (pair as Args) : [];
    if ((typeof key !== 'string' && typeof key !== 'number') || value === undefined)
      throw new PickleProblem('an OrderedDict of something that is no pair');
    map.set(key, value);
  }
  return map;
}

function isStorage(value: TorchValue | undefined): value is TorchStorage {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'key');
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isCountList(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(isCount);
}
