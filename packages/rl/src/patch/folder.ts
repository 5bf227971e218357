/**
 * Patches on model folders. A patch is applied in place, or to a copy. In place, what the patch displaces is kept beside
 * the weights as a patch of its own (`undo-0001.tessera-patch.safetensors`), so that `revert` goes back bit for bit.
 *
 * Every weight file is replaced atomically. A process killed between two shards leaves some tensors before and some after
 * the patch; applying it again finishes the work, as each tensor is recognised by its digest.
 */
import { constants } from 'node:fs';
import { cp, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import {
  makeFolder,
  openSafetensors,
  SafetensorsFile,
  type TensorSource,
  type TensorToWrite,
  writeSafetensors,
} from '@tessera/data';
import { PatchError } from '../errors.js';
import { type StoredWeights, type WeightSource, weightsInMemory } from '../weights.js';
import { stateDigest, tensorDigest, tensorDigests } from './digest.js';
import { Patch, thatDiffer, writeElements, writePatch } from './patch.js';

/** How the weights of a folder stand to a patch. */
export type PatchState = 'base' | 'result' | 'between' | 'other';

export interface Verification {
  readonly state: PatchState;
  /** Tensors that are neither as before nor as after the patch. */
  readonly foreign: readonly string[];
}

/** Compares every tensor of a model (folder or file) with the digests of a patch. */
export async function verifyPatch(model: string, patchPath: string): Promise<Verification> {
  await using patch = await Patch.open(patchPath);
  await using source = await openSafetensors(model);
  return await compareWithPatch(source, patch);
}

/** @internal */
export async function compareWithPatch(weights: WeightSource, patch: Patch): Promise<Verification> {
  const foreign: string[] = [];
  let before = 0;
  let after = 0;
  for (const [name, { base, result }] of Object.entries(patch.header.tensors)) {
    const digest = weights.has(name) ? tensorDigest(await weights.read(name)) : undefined;
    if (digest !== base && digest !== result) foreign.push(name);
    else if (base !== result) digest === base ? before++ : after++;
  }
  foreign.push(...weights.names.filter((name) => !(name in patch.header.tensors)));
  if (foreign.length > 0) return { state: 'other', foreign };
  if (after === 0) return { state: 'base', foreign };
  return { state: before === 0 ? 'result' : 'between', foreign };
}

export interface ApplyOptions {
  /** Leaves `model` alone and makes this folder (or file) instead. It must not exist. */
  readonly out?: string;
}

/**
 * Applies a patch to a model folder, or to a single safetensors file. Throws PatchError `PATCH_BASE` where the weights
 * are not those it was made for; nothing has been touched then.
 */
export async function applyPatch(model: string, patchPath: string, { out }: ApplyOptions = {}): Promise<void> {
  await using patch = await Patch.open(patchPath);
  const verification = await verifyPatch(model, patchPath);
  refuseOther(model, patch, verification);
  if (out === undefined) {
    if (verification.state === 'result' && patch.counts.changed > 0) {
      throw new PatchError('PATCH_BASE', `${model}: the patch is already applied.`);
    }
    // where a killed process left the work half done, its undo file is there already
    if (verification.state === 'base') await writeUndo(model, patch);
    await rewrite(model, patch);
    return;
  }
  if (await exists(out))
    throw new PatchError('PATCH_OUT', `${out} exists; give another place, or leave it out to patch ${model} itself.`);
  const temporary = join(dirname(out), `.${basename(out)}.partial-${process.pid}`);
  try {
    await makeFolder(dirname(out));
    const folder = (await stat(model)).isDirectory();
    await cp(model, temporary, {
      recursive: true,
      mode: constants.COPYFILE_FICLONE,
      filter: (path) => !undoPattern.test(basename(path)),
    });
    if (!folder) await rename(temporary, `${temporary}.safetensors`);
    const place = folder ? temporary : `${temporary}.safetensors`;
    await rewrite(place, patch);
    await rename(place, out);
  } finally {
    await rm(temporary, { recursive: true, force: true });
    await rm(`${temporary}.safetensors`, { force: true });
  }
}

/** Takes back the newest patch that was applied in place. Returns the digest of the weights as they are then. */
export async function revertPatch(model: string): Promise<string> {
  const undo = (await undoFiles(model)).at(-1);
  if (undo === undefined) {
    throw new PatchError('PATCH_MISSING', `${model}: no patch was applied here in place, so there is none to revert.`);
  }
  await using patch = await Patch.open(undo);
  const verification = await verifyPatch(model, undo);
  refuseOther(model, patch, verification);
  await rewrite(model, patch);
  await rm(undo);
  return patch.header.result;
}

const undoPattern = /^undo-\d{4,}\.tessera-patch\.safetensors$/;

async function undoFiles(model: string): Promise<string[]> {
  const folder = await folderOf(model);
  return (await readdir(folder))
    .filter((name) => undoPattern.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/** The way back from the patch: the displaced elements, found without writing anything of the model. */
async function writeUndo(model: string, patch: Patch): Promise<void> {
  const folder = await folderOf(model);
  const last = (await undoFiles(model)).at(-1);
  const number = last === undefined ? 1 : Number.parseInt(basename(last).slice('undo-'.length), 10) + 1;
  await using source = await openSafetensors(model);
  const path = join(folder, `undo-${String(number).padStart(4, '0')}.tessera-patch.safetensors`);
  await writePatch(path, patchedSource(source, patch), source, {
    lineage: [...patch.header.lineage, patch.header.base],
  });
}

/** Weights with a patch applied on the way. Tensors that have it already stay as they are: its values are absolute. */
export function patchedSource(source: WeightSource, patch: Patch): WeightSource {
  return {
    names: source.names,
    has: (name) => source.has(name),
    info: (name) => source.info(name),
    read: async (name) => {
      const tensor = await source.read(name);
      writeElements(tensor.data, tensor.dtype, await patch.read(name));
      return tensor;
    },
  };
}

/** Replaces each weight file that the patch changes; its header stays as it was. */
async function rewrite(model: string, patch: Patch): Promise<void> {
  await using source = await openSafetensors(model);
  const files = new Set(source.names.map((name) => (source as TensorSource).info(name).file));
  for (const path of files) {
    await using file = await SafetensorsFile.open(path);
    if (!file.names.some((name) => patch.header.tensors[name]!.changed > 0)) continue;
    const patched = patchedSource(file, patch);
    const tensors = file.names.map((name): TensorToWrite => {
      const { dtype, shape } = file.info(name);
      return {
        name,
        dtype,
        shape,
        data: async () => {
          const tensor = await patched.read(name);
          checkResult(path, name, tensor, patch);
          return tensor.data;
        },
      };
    });
    await writeSafetensors(path, tensors, { metadata: file.metadata });
  }
}

function checkResult(path: string, name: string, tensor: StoredWeights, patch: Patch): void {
  if (tensorDigest(tensor) === patch.header.tensors[name]!.result) return;
  throw new PatchError(
    'PATCH_DAMAGED',
    `${patch.path}: applied to ${name} of ${path}, it does not give what its digest says.`,
  );
}

function refuseOther(model: string, patch: Patch, { state, foreign }: Verification): void {
  if (state !== 'other') return;
  throw new PatchError(
    'PATCH_BASE',
    `${model}: these are not the weights that ${basename(patch.path)} was made for: ${thatDiffer(foreign)}. It applies to the state ${patch.header.base.slice(0, 16)}.`,
  );
}

async function folderOf(model: string): Promise<string> {
  return (await stat(model)).isDirectory() ? model : dirname(model);
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

/** The digest of a model folder's weights, tensor by tensor and as a whole. */
export async function digestFolder(
  model: string,
): Promise<{ readonly state: string; readonly tensors: Readonly<Record<string, string>> }> {
  await using source = await openSafetensors(model);
  const tensors = await tensorDigests(source);
  return { state: stateDigest(tensors), tensors };
}

/** All weights of a folder or file, read into memory. */
export async function readWeights(model: string): Promise<WeightSource> {
  await using source = await openSafetensors(model);
  const weights = new Map<string, StoredWeights>();
  for (const name of source.names) weights.set(name, await source.read(name));
  return weightsInMemory(weights);
}
