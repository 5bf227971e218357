/**
 * Checkpoints of a run: a folder of folders `step-00000120`, each whole or absent. A checkpoint is written under a temporary name,
 * synced and renamed; its manifest holds size and CRC-32 of every file. `latest` takes the newest that is intact, so a run killed
 * at any moment, or a disk that lost bits, costs at most the steps since the one before.
 */

import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  releaseTemporary,
  removeLeftovers,
  syncDirectory,
  temporaryPath,
  type WrittenFile,
  writeFileAtomic,
} from '../atomic-file.js';
import { checkOptions, checkWhole } from '../check.js';
import { CheckpointError, codeOf } from '../errors.js';
import { makeFolder } from '../folder.js';
import { type Json, stringifyExactly } from '../json.js';
import { type TensorToWrite, writeSafetensors } from '../safetensors/writer.js';
import { Checkpoint } from './checkpoint.js';
import { encodeManifest, manifestName, stateName } from './manifest.js';

export interface CheckpointStoreOptions {
  /** How many of the newest to keep; all where absent. */
  readonly keepLast?: number;
  /** Keep those whose step is a multiple of this, whatever their age. */
  readonly keepEvery?: number;
}

/** What one checkpoint holds. */
export interface CheckpointContent {
  /** Tensors by file: `{ model, optimizer }` become `model.safetensors` and `optimizer.safetensors`. */
  readonly tensors?: Readonly<Record<string, Iterable<TensorToWrite>>>;
  /** Everything else a run needs to go on. Must be exact in JSON: no NaN, no bigint. */
  readonly state: Json;
  /** Further files by name, such as a resolved configuration. */
  readonly files?: Readonly<Record<string, string | ArrayBufferView>>;
}

/** A checkpoint's place, not yet looked into. */
export interface CheckpointEntry {
  readonly step: number;
  readonly path: string;
}

export class CheckpointStore {
  readonly root: string;
  readonly #options: CheckpointStoreOptions;

  private constructor(root: string, options: CheckpointStoreOptions) {
    this.root = root;
    this.#options = options;
  }

  /** Opens the folder of a run's checkpoints, making it where absent, and clears what killed writers left. */
  static async open(root: string, options: CheckpointStoreOptions = {}): Promise<CheckpointStore> {
    checkOptions<CheckpointStoreOptions>('CheckpointStore.open', options, { keepLast: true, keepEvery: true });
    if (options.keepEvery !== undefined) checkWhole('CheckpointStore.open', 'keepEvery', options.keepEvery);
    const { keepLast } = options;
    if (keepLast !== undefined && !(Number.isInteger(keepLast) && keepLast >= 1)) {
      throw new CheckpointError('CHECKPOINT_OPTION', `keepLast must be a whole number from 1 on; got ${keepLast}`, {
        file: root,
      });
    }
    await makeFolder(root);
    await removeLeftovers(root);
    return new CheckpointStore(root, options);
  }

  /** Saves a checkpoint and drops those that are too old. Returns its folder. Saving a step again replaces it, atomically too. */
  async save(step: number, content: CheckpointContent, options: { signal?: AbortSignal } = {}): Promise<string> {
    if (!Number.isSafeInteger(step) || step < 0) {
      throw new CheckpointError('CHECKPOINT_STEP', `a step is a whole number from 0 on; got ${step}`, {
        file: this.root,
      });
    }
    const state = stringifyExactly(content.state, { file: join(this.root, folderName(step, 0)) });
    const before = await this.#scan();
    const revision = Math.max(-1, ...before.filter((found) => found.step === step).map((found) => found.revision)) + 1;
    const path = join(this.root, folderName(step, revision));
    const temporary = temporaryPath(path);
    try {
      await mkdir(temporary);
      const written = await writeContent(temporary, content, state, options.signal);
      await writeFileAtomic(join(temporary, manifestName), encodeManifest(step, written));
      await rename(temporary, path);
      await syncDirectory(this.root);
    } catch (error) {
      await rm(temporary, { recursive: true, force: true });
      throw error;
    } finally {
      releaseTemporary(temporary);
    }
    await this.#prune();
    return path;
  }

  /** Complete checkpoints, oldest first. They are not verified. */
  async list(): Promise<readonly CheckpointEntry[]> {
    const found = await this.#scan();
    return found.filter(({ step }, i) => found[i + 1]?.step !== step).map(({ step, path }) => ({ step, path }));
  }

  /**
   * The newest intact checkpoint, every file verified; undefined where there is none at all. Damaged ones are skipped and named in
   * `skipped` of the result. Throws CheckpointError `CHECKPOINT_NONE_INTACT` where all are damaged.
   */
  async latest(): Promise<Checkpoint | undefined> {
    const skipped: CheckpointError[] = [];
    for (const { path } of (await this.#scan()).reverse()) {
      try {
        return await Checkpoint.open(path, { skipped });
      } catch (error) {
        if (!(error instanceof CheckpointError)) throw error;
        skipped.push(error);
      }
    }
    if (skipped.length === 0) return undefined;
    const reasons = skipped.map((error) => error.message).join('; ');
    throw new CheckpointError('CHECKPOINT_NONE_INTACT', `none of ${skipped.length} checkpoints is intact: ${reasons}`, {
      file: this.root,
    });
  }

  /** The checkpoint of one step, verified. */
  async at(step: number): Promise<Checkpoint> {
    const entry = (await this.list()).find((found) => found.step === step);
    if (entry !== undefined) return Checkpoint.open(entry.path);
    throw new CheckpointError('CHECKPOINT_MISSING', `no checkpoint of step ${step}`, { file: this.root });
  }

  /** Every folder of a checkpoint's name, by step and, where a step was saved again, by revision. */
  async #scan(): Promise<(CheckpointEntry & { revision: number })[]> {
    const found = [];
    for (const name of await readdir(this.root)) {
      const match = /^step-(\d{8,})(?:-(\d+))?$/.exec(name);
      if (match !== null)
        found.push({ step: Number(match[1]), revision: Number(match[2] ?? 0), path: join(this.root, name) });
    }
    return found.sort((a, b) => a.step - b.step || a.revision - b.revision);
  }

  async #prune(): Promise<void> {
    const { keepLast = Number.POSITIVE_INFINITY, keepEvery } = this.#options;
    const found = await this.#scan();
    const current = new Set((await this.list()).map((entry) => entry.path));
    const newest = new Set([...current].slice(-Math.min(keepLast, current.size)));
    for (const { path, step } of found) {
      const milestone = keepEvery !== undefined && step % keepEvery === 0;
      if (!current.has(path) || !(newest.has(path) || milestone)) await removeCheckpoint(path);
    }
  }
}

/** Renames before it removes, so that a kill on the way leaves no folder that looks complete. */
async function removeCheckpoint(path: string): Promise<void> {
  const trash = temporaryPath(path);
  try {
    await rename(path, trash);
    await rm(trash, { recursive: true, force: true });
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  } finally {
    releaseTemporary(trash);
  }
}

async function writeContent(
  folder: string,
  content: CheckpointContent,
  state: string,
  signal: AbortSignal | undefined,
): Promise<readonly WrittenFile[]> {
  const written: WrittenFile[] = [];
  for (const [name, tensors] of Object.entries(content.tensors ?? {})) {
    const path = join(folder, checkName(`${name}.safetensors`));
    written.push(await writeSafetensors(path, tensors, signal === undefined ? {} : { signal }));
  }
  for (const [name, data] of Object.entries(content.files ?? {})) {
    signal?.throwIfAborted();
    written.push(await writeFileAtomic(join(folder, checkName(name)), data));
  }
  written.push(await writeFileAtomic(join(folder, stateName), state));
  return written;
}

function checkName(name: string): string {
  if (name === basename(name) && !name.startsWith('.') && name !== manifestName && name !== stateName) return name;
  throw new CheckpointError('CHECKPOINT_NAME', `${JSON.stringify(name)} cannot be the name of a file of a checkpoint`);
}

function folderName(step: number, revision: number): string {
  return `step-${String(step).padStart(8, '0')}${revision === 0 ? '' : `-${revision}`}`;
}
