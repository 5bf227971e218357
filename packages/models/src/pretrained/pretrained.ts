/** Folders in Hugging Face's layout: `config.json`, `generation_config.json` and safetensors, read and written as they are. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  fileProblem,
  makeFolder,
  openSafetensors,
  type Tokenizer,
  writeFileAtomic,
  writeShardedSafetensors,
} from '@tessera/data';
import { tensorsToWrite } from '@tessera/data/tensors';
import { init, Module } from '@tessera/nn';
import { ArgumentError, type DType, formatValue } from '@tessera/tensor';
import { ModelConfigError } from '../errors.js';
import { type DecoderConfig, parseDecoderConfig } from '../language/config.js';
import { DecoderLM, type DecoderOptions } from '../language/decoder.js';
import { Fields, type Json } from '../language/fields.js';
import { type LoadProgress, loadWeights, type WeightLayout } from './weights.js';

export interface LoadOptions extends Pick<DecoderOptions, 'device'> {
  /** `f32` or `bf16`. Default: what the config says, `f32` where that is neither. */
  readonly dtype?: DType;
  readonly onProgress?: LoadProgress;
}

/** A model other than a decoder language model that folders hold; see {@link PretrainedClass}. */
export interface PretrainedModel extends Module {
  readonly config: { readonly json: Json };
  /** Name of the class in transformers. */
  readonly architecture: string;
  readonly dtype: DType;
  readonly weightLayout: WeightLayout;
}

/** The class of such a model: `VitModel`, `Dinov2Model`, ... */
export interface PretrainedClass<M extends PretrainedModel> {
  new (config: M['config'], options: Pick<LoadOptions, 'device' | 'dtype'>): M;
  parseConfig(json: Json, file: string): M['config'];
  /** Options of the constructor that follow from which tensors there are. */
  optionsFor?(names: readonly string[]): object;
}

export interface SaveOptions {
  /** Largest number of data bytes in one file. Default 5 GB. */
  readonly maxShardBytes?: number;
  /** Written beside the weights. */
  readonly tokenizer?: Tokenizer;
}

function layoutOf(model: DecoderLM | PretrainedModel): WeightLayout {
  return model instanceof DecoderLM ? decoderLayout(model.config) : model.weightLayout;
}

/** How checkpoints of a decoder may differ from its state dict. */
function decoderLayout(config: DecoderConfig): WeightLayout {
  return {
    optionalPrefix: config.type === 'gpt2' ? 'transformer.' : 'model.',
    ignored: (name) =>
      /(^|\.)(attn\.(masked_)?bias|rotary_emb\.inv_freq)$/.test(name) || (config.tied && name === 'lm_head.weight'),
  };
}

/** Names of dtypes in a `config.json`. */
const configDTypes: Readonly<Record<string, DType>> = { float32: 'f32', bfloat16: 'bf16' };

/** The config of a model folder; ids in its `generation_config.json` go before those of `config.json`. */
export async function loadModelConfig(folder: string): Promise<DecoderConfig> {
  const file = join(folder, 'config.json');
  const json = await readModelJson(folder);
  const vision = { vit: 'VitModel', dinov2: 'Dinov2Model' }[String(json.model_type)];
  if (vision !== undefined) {
    throw new ModelConfigError(
      `${file}: model_type "${json.model_type}" is not a language model. Pass { model: ${vision} } to loadPretrained.`,
      { actual: json.model_type },
    );
  }
  const config = parseDecoderConfig(json, file);
  const generationFile = join(folder, 'generation_config.json');
  const generationJson = await readJson(generationFile, null);
  if (generationJson === null) return config;
  const eosTokenIds = new Fields(generationJson, generationFile).ids('eos_token_id');
  return { ...config, generationJson, ...(eosTokenIds.length > 0 && { eosTokenIds }) };
}

/** The `config.json` of a model folder, whatever it describes. */
export function readModelJson(folder: string): Promise<Json> {
  return readJson(join(folder, 'config.json'));
}

async function readJson<T = never>(file: string, absent?: T): Promise<Json | T> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    if (absent !== undefined && (cause as NodeJS.ErrnoException).code === 'ENOENT') return absent;
    throw new ModelConfigError(
      `${file}: ${fileProblem(cause)}. A model is a folder as downloaded from Hugging Face; nothing is downloaded here.`,
      { cause },
    );
  }
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Json;
  } catch (cause) {
    throw new ModelConfigError(`${file}: not JSON: ${(cause as Error).message}`, { cause });
  }
  throw new ModelConfigError(`${file}: not a JSON object.`);
}

/**
 * A model from a folder downloaded from Hugging Face: one safetensors file, or shards with their index. A decoder language
 * model, or one of the class that `model` names. Tensors are read a few at a time, into the memory the parameters keep (on the
 * CPU) or through it (on other devices). The model is in evaluation mode.
 * @throws ModelConfigError for an architecture or option this package does not have; WeightsError or SafetensorsError naming
 * file, tensor and problem.
 */
export function loadPretrained(folder: string, options?: LoadOptions): Promise<DecoderLM>;
export function loadPretrained<M extends PretrainedModel>(
  folder: string,
  options: LoadOptions & { readonly model: PretrainedClass<M> },
): Promise<M>;
export async function loadPretrained(
  folder: string,
  { dtype, device, onProgress, model: kind }: LoadOptions & { readonly model?: PretrainedClass<PretrainedModel> } = {},
): Promise<DecoderLM | PretrainedModel> {
  const file = join(folder, 'config.json');
  const config =
    kind === undefined ? await loadModelConfig(folder) : kind.parseConfig(await readModelJson(folder), file);
  const stored = config.json.dtype ?? config.json.torch_dtype;
  await using source = await openSafetensors(folder);
  const options = {
    dtype: dtype ?? configDTypes[String(stored)] ?? 'f32',
    ...(device !== undefined && { device }),
    ...kind?.optionsFor?.(source.names),
  };
  const model = init.skipInit(() =>
    kind === undefined ? new DecoderLM(config as DecoderConfig, options) : new kind(config, options),
  );
  try {
    await loadWeights(model.eval(), source, layoutOf(model), onProgress);
  } catch (error) {
    model.dispose();
    throw error;
  }
  return model;
}

/**
 * Writes a folder that `loadPretrained` and transformers load. Every file is atomic; the weights come last.
 * A tied head is not written twice.
 */
export async function savePretrained(
  folder: string,
  model: DecoderLM | PretrainedModel,
  options: SaveOptions = {},
): Promise<void> {
  if (typeof folder !== 'string')
    throw new ArgumentError(`folder is a path; got ${formatValue(folder)}.`, { op: 'savePretrained' });
  if (!(model instanceof Module) || !('config' in model))
    throw new ArgumentError(`needs a model of this package; got ${formatValue(model)}.`, { op: 'savePretrained' });
  await makeFolder(folder);
  const { torch_dtype: _old, ...json } = model.config.json;
  const dtype = Object.entries(configDTypes).find(([, own]) => own === model.dtype)![0];
  const architecture = model instanceof DecoderLM ? model.config.architecture : model.architecture;
  await writeJson(join(folder, 'config.json'), { ...json, architectures: [architecture], dtype });
  if (model instanceof DecoderLM && model.config.generationJson !== null)
    await writeJson(join(folder, 'generation_config.json'), model.config.generationJson);
  await options.tokenizer?.save(folder);
  const { maxShardBytes } = options;
  await writeShardedSafetensors(folder, tensorsToWrite(model.stateDict()), {
    ...(maxShardBytes !== undefined && { maxShardBytes }),
  });
}

/** Fields that transformers refuses unless they are written as fractions: 1 would be an integer there, and 1.0 is not. */
const fractions =
  /"(layerscale_value|initializer_range|layer_norm_eps|layer_norm_epsilon|rms_norm_eps)": -?\d+(?=,?$)/gm;

async function writeJson(file: string, json: Json): Promise<void> {
  await writeFileAtomic(file, `${JSON.stringify(json, null, 2).replace(fractions, '$&.0')}\n`);
}
