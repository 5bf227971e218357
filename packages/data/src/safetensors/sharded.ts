/**
 * A model's weights in several safetensors files. The index says which shard holds which tensor; the shards' own headers are
 * the truth it is checked against, before anything is read.
 */
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { HostTensor } from '../dtype.js';
import { codeOf, messageOf, SafetensorsError } from '../errors.js';
import type { ReadTensorOptions, TensorInfo, TensorSource } from '../tensor-source.js';
import { SafetensorsFile } from './reader.js';

/** File names of Hugging Face's layout. */
export const singleFileName = 'model.safetensors';
export const indexFileName = 'model.safetensors.index.json';

export class ShardedSafetensors implements TensorSource {
  readonly path: string;
  readonly #files: readonly SafetensorsFile[];
  readonly #holder: ReadonlyMap<string, SafetensorsFile>;

  private constructor(path: string, files: readonly SafetensorsFile[], holder: ReadonlyMap<string, SafetensorsFile>) {
    this.path = path;
    this.#files = files;
    this.#holder = holder;
  }

  /** Opens every shard of an index file and checks names against places. */
  static async open(indexPath: string): Promise<ShardedSafetensors> {
    const weightMap = await readIndex(indexPath);
    const files: SafetensorsFile[] = [];
    try {
      for (const shard of [...new Set(weightMap.values())].sort())
        files.push(await openShard(indexPath, shard, weightMap));
      return new ShardedSafetensors(indexPath, files, locate(indexPath, files, weightMap));
    } catch (error) {
      await Promise.all(files.map((file) => file.close()));
      throw error;
    }
  }

  get names(): readonly string[] {
    return [...this.#holder.keys()];
  }

  has(name: string): boolean {
    return this.#holder.has(name);
  }

  info(name: string): TensorInfo {
    return this.#file(name).info(name);
  }

  async read(name: string, options?: ReadTensorOptions): Promise<HostTensor> {
    return this.#file(name).read(name, options);
  }

  async close(): Promise<void> {
    await Promise.all(this.#files.map((file) => file.close()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #file(name: string): SafetensorsFile {
    const file = this.#holder.get(name);
    if (file !== undefined) return file;
    const problem = `no such tensor among ${this.#holder.size} in ${this.#files.length} shards`;
    throw new SafetensorsError('SAFETENSORS_UNKNOWN_TENSOR', problem, { file: this.path, tensor: name });
  }
}

/**
 * Opens weights: a `.safetensors` file, an index file, or a folder that holds `model.safetensors.index.json` or `model.safetensors`.
 */
export async function openSafetensors(path: string): Promise<TensorSource> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new SafetensorsError('SAFETENSORS_OPEN', 'no such file or folder', { file: path, cause });
  });
  if (!found.isDirectory()) return path.endsWith('.json') ? ShardedSafetensors.open(path) : SafetensorsFile.open(path);
  for (const name of [indexFileName, singleFileName]) {
    const inside = join(path, name);
    if (await stat(inside).catch(() => undefined)) return openSafetensors(inside);
  }
  throw new SafetensorsError('SAFETENSORS_OPEN', `the folder holds neither ${indexFileName} nor ${singleFileName}`, {
    file: path,
  });
}

async function readIndex(path: string): Promise<ReadonlyMap<string, string>> {
  let weightMap: unknown;
  try {
    weightMap = (JSON.parse(await readFile(path, 'utf8')) as { weight_map?: unknown } | null)?.weight_map;
  } catch (cause) {
    throw new SafetensorsError('SAFETENSORS_INDEX', `not a readable index: ${messageOf(cause)}`, { file: path, cause });
  }
  if (typeof weightMap !== 'object' || weightMap === null || Array.isArray(weightMap)) {
    throw new SafetensorsError('SAFETENSORS_INDEX', 'weight_map must be an object of tensor name to shard file', {
      file: path,
    });
  }
  const entries = Object.entries(weightMap as Record<string, unknown>);
  for (const [tensor, shard] of entries) {
    if (typeof shard !== 'string' || shard === '' || shard !== basename(shard) || shard.includes('\\')) {
      throw new SafetensorsError(
        'SAFETENSORS_INDEX',
        `its shard must be a file beside the index; got ${JSON.stringify(shard)}`,
        { file: path, tensor },
      );
    }
  }
  return new Map(entries as [string, string][]);
}

async function openShard(
  indexPath: string,
  shard: string,
  weightMap: ReadonlyMap<string, string>,
): Promise<SafetensorsFile> {
  try {
    return await SafetensorsFile.open(join(dirname(indexPath), shard));
  } catch (error) {
    if (codeOf(error) !== 'SAFETENSORS_OPEN') throw error;
    const [tensor] = [...weightMap].find(([, holder]) => holder === shard)!;
    throw new SafetensorsError('SAFETENSORS_MISSING_SHARD', `its shard ${shard} is missing`, {
      file: indexPath,
      tensor,
      cause: error,
    });
  }
}

function locate(
  indexPath: string,
  files: readonly SafetensorsFile[],
  weightMap: ReadonlyMap<string, string>,
): ReadonlyMap<string, SafetensorsFile> {
  const holder = new Map<string, SafetensorsFile>();
  for (const file of files) {
    for (const tensor of file.names) {
      const other = holder.get(tensor);
      if (other !== undefined) {
        const both = `${basename(other.path)} and ${basename(file.path)}`;
        throw new SafetensorsError('SAFETENSORS_DUPLICATE', `it is in two shards, ${both}`, {
          file: indexPath,
          tensor,
        });
      }
      holder.set(tensor, file);
    }
  }
  for (const [tensor, shard] of weightMap) {
    const file = holder.get(tensor);
    if (file !== undefined && basename(file.path) === shard) continue;
    const found = file === undefined ? 'no shard holds it' : `it is in ${basename(file.path)}`;
    throw new SafetensorsError('SAFETENSORS_INDEX', `the index places it in ${shard}, but ${found}`, {
      file: indexPath,
      tensor,
    });
  }
  return holder;
}
