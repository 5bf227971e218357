/**
 * Tokenizers and image models on disk: a folder with the configuration (`tokenizer.json`, `image-model.json`) and the
 * weights beside it as safetensors under the released names. Released `.pt` files are read too; nothing in them is run.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, type TensorSource, writeFileAtomic, writeSafetensors } from '@tessera/data';
import { loadTensor, tensorsToWrite } from '@tessera/data/tensors';
import { openWeights } from '@tessera/models';
import { init, type Module } from '@tessera/nn';
import type { Tensor } from '@tessera/tensor';
import { type ImageModelConfig, imageModelSize } from '../ar/config.js';
import { ImageModel } from '../ar/model.js';
import { GigatokError } from '../errors.js';
import { type ResolvedTokenizerConfig, type TokenizerConfig, tokenizerConfig } from './config.js';
import { VisualTokenizer } from './tokenizer.js';

async function save(folder: string, name: string, module: Module, config: unknown): Promise<void> {
  await makeFolder(folder);
  await writeSafetensors(join(folder, `${name}.safetensors`), tensorsToWrite(module.stateDict()));
  await writeFileAtomic(join(folder, `${name}.json`), `${JSON.stringify(config, null, 2)}\n`);
}

async function readJson<T>(path: string): Promise<T> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new GigatokError('NO_MODEL', `${path}: cannot be read. Expected a folder that training wrote.`, { cause });
  });
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new GigatokError('BAD_MODEL', `${path}: is not JSON.`, { cause });
  }
}

/** What a resolved configuration was resolved from. */
function given({ grid, tokens, ...config }: ResolvedTokenizerConfig): TokenizerConfig {
  return config;
}

/** Writes `tokenizer.json` and `tokenizer.safetensors`. */
export function saveTokenizer(folder: string, tokenizer: VisualTokenizer): Promise<void> {
  return save(folder, 'tokenizer', tokenizer, given(tokenizer.config));
}

/** Writes `image-model.json` and `image-model.safetensors`. */
export function saveImageModel(folder: string, model: ImageModel): Promise<void> {
  const { hidden, ...config } = model.config;
  return save(folder, 'image-model', model, config);
}

/**
 * What stands before a model's names: the entries of a training state (`ema` and `model` in the released ones), and what data
 * parallelism (`module`) and compilation (`_orig_mod`) put around a model.
 */
const wrapped = /^((ema|model|state_dict|module|_orig_mod)\.)*$/;

/** What stands before the names of a state dict that has `probe`: of averaged weights where there are any. */
function prefixOf(names: readonly string[], probe: string): string | undefined {
  const found = names.filter((name) => name.endsWith(probe)).map((name) => name.slice(0, -probe.length));
  const prefixes = found.filter((prefix) => wrapped.test(prefix));
  return prefixes.find((prefix) => prefix.startsWith('ema.')) ?? prefixes[0];
}

/** Reads a state dict in f32, without what inference has no use for. */
async function stateDict(source: TensorSource, probe: string): Promise<Map<string, Tensor>> {
  const prefix = prefixOf(source.names, probe);
  if (prefix === undefined) {
    throw new GigatokError(
      'BAD_CHECKPOINT',
      `${source.path}: holds no ${probe}; its first names are ${source.names.slice(0, 5).join(', ')}.`,
    );
  }
  const found = new Map<string, Tensor>();
  for (const name of source.names) {
    if (!name.startsWith(prefix)) continue;
    const own = name.slice(prefix.length);
    // The window of used codes, kept as floats by the released code.
    if (own === 'quantize.codebook_used' || (prefix === '' && own.includes('optimizer'))) continue;
    found.set(own, await loadTensor(source, name, { dtype: 'f32' }));
  }
  return found;
}

export interface LoadTokenizerOptions {
  /** The configuration of a checkpoint file, by name or whole; folders have their own. */
  readonly config?: string | TokenizerConfig;
}

/**
 * Opens a tokenizer: a folder that {@link saveTokenizer} wrote, or a checkpoint (`.pt`, `.safetensors`) with a configuration.
 * A checkpoint without the semantic projection gives a tokenizer without one.
 * @throws StateDictError listing missing, unexpected and misshapen parameters.
 */
export async function loadTokenizer(path: string, { config }: LoadTokenizerOptions = {}): Promise<VisualTokenizer> {
  const given = isCheckpoint(path, config) ? config! : await readJson<TokenizerConfig>(join(path, 'tokenizer.json'));
  const chosen = typeof given === 'string' ? tokenizerConfig(given) : given;
  await using source = await openWeights(config === undefined ? join(path, 'tokenizer.safetensors') : path);
  const tensors = await stateDict(source, 'encoder.conv_in.weight');
  const projected = [...tensors.keys()].some((name) => name.includes('.distill_mlp.'));
  const tokenizer = init.skipInit(() => new VisualTokenizer(projected ? chosen : { ...chosen, semantic: null }));
  load(tokenizer, tensors);
  return tokenizer.eval();
}

/**
 * Opens an image model: a folder that {@link saveImageModel} wrote, or a checkpoint with a configuration, whole or (of one with
 * learned positions) the name of its size.
 * @throws StateDictError listing missing, unexpected and misshapen parameters.
 */
export async function loadImageModel(path: string, config?: string | ImageModelConfig): Promise<ImageModel> {
  const given = isCheckpoint(path, config) ? config! : await readJson<ImageModelConfig>(join(path, 'image-model.json'));
  await using source = await openWeights(config === undefined ? join(path, 'image-model.safetensors') : path);
  const tensors = await stateDict(source, 'tok_embeddings.weight');
  const chosen = typeof given === 'string' ? sizedConfig(path, given, tensors) : given;
  const model = init.skipInit(() => new ImageModel(chosen));
  load(model, tensors);
  return model.eval();
}

/** Whether a path names a checkpoint. @throws GigatokError where one comes without a configuration, or a folder with one. */
function isCheckpoint(path: string, config: unknown): boolean {
  const isFile = /\.(pt|pth|bin|ckpt|safetensors)$/.test(path);
  if (isFile && config === undefined)
    throw new GigatokError(
      'NO_CONFIG',
      `${path}: a checkpoint file needs its configuration: a name such as B-L (of an image model, B), or all of it.`,
    );
  if (!isFile && config !== undefined)
    throw new GigatokError(
      'OWN_CONFIG',
      `${path}: a configuration goes with a checkpoint (.pt, .pth, .bin, .ckpt, .safetensors); a folder has its own.`,
    );
  return isFile;
}

/** A named size, with what its parameters say of codes, tokens and classes. */
function sizedConfig(path: string, size: string, tensors: ReadonlyMap<string, Tensor>): ImageModelConfig {
  const [vocabulary, positions, classes] = [
    'tok_embeddings.weight',
    'positional_embedding',
    'cls_embedding.embedding_table.weight',
  ].map((name) => tensors.get(name)?.shape[0]);
  if (vocabulary === undefined || positions === undefined || classes === undefined)
    throw new GigatokError(
      'NO_CONFIG',
      `${path}: has no learned positions, so that the name of a size does not say enough; give the whole configuration.`,
    );
  return { ...imageModelSize(size), vocabulary, tokens: positions - 1, classes: classes - 1 };
}

/** Gives a module made without values all of them; it takes over the memory that they were read into. */
function load(module: Module, tensors: ReadonlyMap<string, Tensor>): void {
  try {
    module.loadStateDict(tensors, { assign: true });
  } finally {
    for (const tensor of tensors.values()) tensor.dispose();
  }
}
