/** One intact checkpoint, opened for reading: its state, and its tensors by file. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointError } from '../errors.js';
import { type Json, parseJson } from '../json.js';
import { SafetensorsFile } from '../safetensors/reader.js';
import { type Manifest, readManifest, stateName, verifyFile } from './manifest.js';

export class Checkpoint {
  readonly path: string;
  readonly step: number;
  readonly state: Json;
  /** Newer checkpoints that were damaged and passed over. */
  readonly skipped: readonly CheckpointError[];
  readonly #files: Manifest['files'];

  private constructor(path: string, manifest: Manifest, state: Json, skipped: readonly CheckpointError[]) {
    this.path = path;
    this.step = manifest.step;
    this.state = state;
    this.skipped = skipped;
    this.#files = manifest.files;
  }

  /** Opens a checkpoint's folder after verifying every file of it. Throws CheckpointError naming the damaged file. */
  static async open(path: string, options: { skipped?: readonly CheckpointError[] } = {}): Promise<Checkpoint> {
    const manifest = await readManifest(path);
    for (const [name, record] of Object.entries(manifest.files)) await verifyFile(path, name, record);
    const file = join(path, stateName);
    const state = parseJson(
      await readFile(file, 'utf8'),
      (problem, cause) => new CheckpointError('CHECKPOINT_CORRUPT', problem, { file, cause }),
    );
    return new Checkpoint(path, manifest, state as Json, options.skipped ?? []);
  }

  /** Names of the tensor files, as given to `save`. */
  get tensorFiles(): readonly string[] {
    return Object.keys(this.#files).flatMap((name) => /^(.*)\.safetensors$/.exec(name)?.[1] ?? []);
  }

  /** Opens one of the tensor files. The caller closes it. */
  async tensors(name: string): Promise<SafetensorsFile> {
    return SafetensorsFile.open(this.file(`${name}.safetensors`));
  }

  /** Path of one of the checkpoint's files. */
  file(name: string): string {
    if (Object.hasOwn(this.#files, name)) return join(this.path, name);
    const has = Object.keys(this.#files).join(', ');
    throw new CheckpointError('CHECKPOINT_FILE', `the checkpoint has no file ${name}; it has ${has}`, {
      file: this.path,
    });
  }
}
