/**
 * Anything that holds named tensors on disk: one safetensors file, a sharded set, a PyTorch file.
 * Loaders take a TensorSource and need not know which it is.
 */
import type { FileDType, HostTensor } from './dtype.js';

/** What is known of a tensor without reading it. */
export interface TensorInfo {
  readonly name: string;
  readonly dtype: FileDType;
  readonly shape: readonly number[];
  readonly byteLength: number;
  /** The file that holds it. */
  readonly file: string;
}

export interface ReadTensorOptions {
  /** Element type of the result; the file's own where absent. */
  readonly dtype?: FileDType;
  /** Where to put the elements; its byte length must be exactly what is read. A new buffer where absent. */
  readonly into?: ArrayBufferView<ArrayBuffer>;
  /** `[start, end)` for each leading dimension; `null` or absent takes the whole dimension. */
  readonly slice?: readonly (readonly [start: number, end: number] | null)[];
}

export interface TensorSource extends AsyncDisposable {
  /** File or folder, for messages. */
  readonly path: string;
  readonly names: readonly string[];
  has(name: string): boolean;
  info(name: string): TensorInfo;
  read(name: string, options?: ReadTensorOptions): Promise<HostTensor>;
  close(): Promise<void>;
}
