/**
 * Between files and tensors of the engine. An entry of its own (`@tessera/data/tensors`): everything else in this package works
 * without the native runtime.
 */
import {
  type CreationOptions,
  type DType,
  defaultDevice,
  device as deviceOf,
  share,
  type Tensor,
  tensor,
} from '@tessera/tensor';
import type { FileDType } from './dtype.js';
import type { TensorToWrite } from './safetensors/writer.js';
import type { ReadTensorOptions, TensorSource } from './tensor-source.js';

/** The engine's type for each type of a file: wider ones are narrowed, whole numbers with their range checked. */
const engineTypes: Readonly<Record<FileDType, DType>> = {
  f32: 'f32',
  bf16: 'bf16',
  f16: 'f16',
  i32: 'i32',
  u8: 'u8',
  bool: 'bool',
  f64: 'f32',
  f8_e4m3: 'f32',
  f8_e5m2: 'f32',
  i64: 'i32',
  u64: 'i32',
  u32: 'i32',
  i16: 'i32',
  u16: 'i32',
  i8: 'i32',
};

export interface LoadTensorOptions extends CreationOptions {
  /** `[start, end)` for each leading dimension; `null` or absent takes the whole dimension. */
  readonly slice?: ReadTensorOptions['slice'];
}

/**
 * Reads a tensor, or a slice of it, onto a device. On the CPU the memory that was read is the tensor's own: no copy. The dtype is the
 * file's where the engine has it, else the nearest it has.
 */
export async function loadTensor(source: TensorSource, name: string, options: LoadTensorOptions = {}): Promise<Tensor> {
  const { slice, ...creation } = options;
  const device = options.device === undefined ? defaultDevice() : deviceOf(options.device);
  const dtype = options.dtype ?? engineTypes[source.info(name).dtype];
  const { data, shape } = await source.read(name, slice === undefined ? { dtype } : { dtype, slice });
  const place = { ...creation, device, dtype, shape };
  const elements = data as Float32Array<ArrayBuffer>; // or another array that stores elements of the dtype
  return device.type === 'cpu' && elements.length > 0 ? share(elements, place) : tensor(elements, place);
}

/** Every tensor of a file by name, as `module.loadStateDict` takes them. Dispose them, unless that assigned them. */
export async function loadTensors(source: TensorSource, options: CreationOptions = {}): Promise<Map<string, Tensor>> {
  const found = new Map<string, Tensor>();
  for (const name of source.names) found.set(name, await loadTensor(source, name, options));
  return found;
}

/** A tensor as something to write. Its elements are read from the device when its turn comes. */
export function tensorToWrite(name: string, source: Tensor): TensorToWrite {
  return { name, dtype: source.dtype, shape: source.shape, data: () => source.rawData() };
}

/** Named tensors, a module's state dict for one, as something to write. */
export function tensorsToWrite(named: Iterable<readonly [name: string, tensor: Tensor]>): TensorToWrite[] {
  return Array.from(named, ([name, t]) => tensorToWrite(name, t));
}
