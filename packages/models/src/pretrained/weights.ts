/**
 * Weights between files and modules. Names, shapes and dtypes are compared as a whole before anything is read, so a model
 * gets all of its weights or none; then tensors are read straight into the memory that the parameters keep, a few at once.
 */
import { basename, extname } from 'node:path';
import { type FileDType, openSafetensors, type TensorSource, TorchFile } from '@tessera/data';
import { loadTensor } from '@tessera/data/tensors';
import type { Module } from '@tessera/nn';
import { formatShape, noGrad, scope, type Tensor } from '@tessera/tensor';
import { WeightsError } from '../errors.js';

/** How a kind of checkpoint differs from the state dict of its module. */
export interface WeightLayout {
  /** Prefix that a checkpoint may leave out of the names that have it (one of the bare model). */
  readonly optionalPrefix?: string;
  /** Prefix of this model's names in a checkpoint of a larger one (a classifier's encoder). What else is in it is ignored. */
  readonly basePrefix?: string;
  /** Names in a file that hold no weights: masks and tables that older versions stored. */
  readonly ignored?: (name: string) => boolean;
}

/** Told while weights are read: parameters that have been, and those there are. */
export type LoadProgress = (done: number, total: number) => void;

/**
 * Opens named tensors: safetensors (a file, an index, or a folder), or what `torch.save` wrote (`.pt`, `.pth`, `.bin`, `.ckpt`).
 */
export function openWeights(path: string): Promise<TensorSource> {
  return ['.pt', '.pth', '.bin', '.ckpt'].includes(extname(path)) ? TorchFile.open(path) : openSafetensors(path);
}

/** Batch norm's count of batches: an integer in files, absent from old ones, and of no use to a result. */
const isCount = (name: string): boolean => name.endsWith('.num_batches_tracked');

/** Tensors that are read at once: as many as libuv has threads. */
const readers = 4;

const floats: readonly FileDType[] = ['f32', 'bf16', 'f16', 'f64'];

/**
 * Fills the parameters and buffers of a module from a file. Stored dtypes are converted to the module's on its device.
 * @throws WeightsError naming file, tensor and problem for a missing, unexpected, or mis-shaped tensor.
 */
export async function loadWeights(
  module: Module,
  source: TensorSource,
  layout: WeightLayout = {},
  onProgress?: LoadProgress,
): Promise<void> {
  const own = module.stateDict();
  const { optionalPrefix = '', basePrefix = '', ignored = () => false } = layout;
  const holds = (prefix: string) => prefix !== '' && source.names.some((name) => name.startsWith(prefix));
  const bare = optionalPrefix !== '' && !holds(optionalPrefix);
  const base = holds(basePrefix) ? basePrefix : '';
  const stored = (name: string): string =>
    bare && name.startsWith(optionalPrefix) ? name.slice(optionalPrefix.length) : `${base}${name}`;
  const unfit: WeightsError[] = [];
  for (const [name, tensor] of own) {
    const key = stored(name);
    if (!source.has(key)) {
      if (isCount(name)) continue;
      unfit.push(new WeightsError('missing; the model needs it.', basename(source.path), key));
      continue;
    }
    const { shape, dtype } = source.info(key);
    if (formatShape(shape) !== formatShape(tensor.shape)) {
      const problem = `has the shape ${formatShape(shape)}; the model's is ${formatShape(tensor.shape)}.`;
      unfit.push(new WeightsError(problem, fileOf(source, key), key));
    } else if (!floats.includes(dtype) && !isCount(name)) {
      unfit.push(new WeightsError(`is ${dtype}; weights are ${floats.join(', ')}.`, fileOf(source, key), key));
    }
  }
  const expected = new Set([...own.keys()].map(stored));
  const unexpected = source.names
    .filter((name) => !expected.has(name) && name.startsWith(base) && !ignored(name.slice(base.length)))
    .map((name) => new WeightsError('the model has no such tensor.', fileOf(source, name), name));
  if (unfit.length + unexpected.length > 0) throw summary(unfit, unexpected);
  // Each reader takes the next tensor. When one fails, the others finish theirs before the module is given up.
  const queue = own.entries();
  const total = [...own.values()].reduce((n, { numel }) => n + numel, 0);
  let done = 0;
  let failed = false;
  const read = async (): Promise<void> => {
    for (const [name, tensor] of queue) {
      if (failed || !source.has(stored(name))) continue;
      try {
        assign(tensor, await loadTensor(source, stored(name), { device: tensor.device }));
        done += tensor.numel;
        onProgress?.(done, total);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: readers }, read));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

/** Makes `target` hold `read`, converted; no copy where nothing changes. */
function assign(target: Tensor, read: Tensor): void {
  noGrad(() => scope(() => target.setData(read.to(target.dtype))));
  read.dispose();
}

function fileOf(source: TensorSource, name: string): string {
  return basename(source.info(name).file);
}

/** One error for all problems, about the first, with some of each kind: a checkpoint of another model has hundreds of both. */
function summary(...kinds: readonly (readonly WeightsError[])[]): WeightsError {
  const first = kinds.flat()[0]!;
  const others = kinds.flatMap((problems) => {
    const rest = problems.filter((problem) => problem !== first);
    const shown = rest.slice(0, 4).map(({ message }) => message);
    return rest.length > 4 ? [...shown, `(and ${rest.length - 4} more like it)`] : shown;
  });
  if (others.length === 0) return first;
  const error = new WeightsError('', first.file, first.tensor);
  error.message = `${first.message} Also: ${others.join(' ')}`;
  return error;
}
