/**
 * Weights from a trainer to other processes, step by step, as files in a folder: an anchor with all weights now and then
 * (`00000020.anchor.safetensors`), a patch for every step between (`00000021.patch.safetensors`). Each file appears whole
 * or not at all, each patch names the state it follows, so any reader can join at an anchor and follow, with nothing but
 * the folder between them. Anchors that no reader should need any more are removed with their patches. A trainer that was
 * killed and goes on from a checkpoint publishes an anchor there; what it had published beyond is removed, and readers go back with it.
 */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { codeOf, makeFolder, SafetensorsFile, type TensorToWrite, writeSafetensors } from '@tessera/data';
import { PatchError } from '../errors.js';
import { type StoredWeights, type WeightSource, weightsInMemory } from '../weights.js';
import { digestWeights, stateDigest, tensorDigest } from './digest.js';
import { Patch, writeElements, writePatch } from './patch.js';

export interface PublisherOptions {
  /** Steps between anchors. Default 10. */
  readonly anchorEvery?: number;
  /** Anchors that are kept, with the patches after them. Default 2. */
  readonly keepAnchors?: number;
}

export interface Published {
  readonly path: string;
  readonly kind: 'anchor' | 'patch';
  readonly bytes: number;
  readonly changed: number;
}

/** Of an anchor's header: the digest of its weights. */
const stateKey = 'tessera.state';

const pattern = /^(\d{8,})\.(anchor|patch)\.safetensors$/;

interface SyncFile {
  readonly step: number;
  readonly kind: 'anchor' | 'patch';
  readonly path: string;
}

async function filesIn(folder: string): Promise<SyncFile[]> {
  const found = (await readdir(folder)).flatMap((name) => {
    const match = pattern.exec(name);
    return match === null
      ? []
      : [{ step: Number(match[1]), kind: match[2] as SyncFile['kind'], path: join(folder, name) }];
  });
  return found.sort((a, b) => a.step - b.step || (a.kind === 'anchor' ? -1 : 1));
}

export class WeightPublisher {
  readonly folder: string;
  readonly #options: PublisherOptions;
  #previous: WeightSource | undefined;
  #step = -1;
  #sinceAnchor = 0;
  #lineage: string[] = [];

  private constructor(folder: string, options: PublisherOptions) {
    this.folder = folder;
    this.#options = options;
  }

  /**
   * Publishes into `folder`. The first state is an anchor. Of an earlier publisher's files, those of steps before it stay
   * until they are too old.
   */
  static async open(folder: string, options: PublisherOptions = {}): Promise<WeightPublisher> {
    await makeFolder(folder);
    return new WeightPublisher(folder, options);
  }

  /** Publishes the weights after a step. Steps must rise. */
  async publish(step: number, weights: WeightSource): Promise<Published> {
    if (!(Number.isSafeInteger(step) && step > this.#step)) {
      const after = this.#step < 0 ? '' : ` after ${this.#step}`;
      throw new PatchError('PATCH_STEP', `publish: steps are whole numbers that rise; got ${step}${after}.`);
    }
    const now = await copyOf(weights);
    const previous = this.#previous;
    if (previous === undefined) await this.#remove((file) => file.step >= step);
    const { anchorEvery = 10 } = this.#options;
    const anchor = previous === undefined || this.#sinceAnchor >= anchorEvery - 1;
    const path = join(this.folder, `${String(step).padStart(8, '0')}.${anchor ? 'anchor' : 'patch'}.safetensors`);
    let published: Published;
    if (anchor) {
      const digest = await digestWeights(now);
      const tensors = now.names.map((name): TensorToWrite => {
        const { dtype, shape } = now.info(name);
        return { name, dtype, shape, data: async () => (await now.read(name)).data };
      });
      const { bytes } = await writeSafetensors(path, tensors, { metadata: { [stateKey]: digest } });
      published = { path, kind: 'anchor', bytes, changed: 0 };
      this.#lineage = [digest];
      this.#sinceAnchor = 0;
    } else {
      const { file, result, tensors } = await writePatch(path, previous, now, {
        lineage: this.#lineage,
        notes: { step: String(step) },
      });
      const changed = Object.values(tensors).reduce((sum, record) => sum + record.changed, 0);
      published = { path, kind: 'patch', bytes: file.bytes, changed };
      this.#lineage.push(result);
      this.#sinceAnchor++;
    }
    this.#previous = now;
    this.#step = step;
    if (anchor) await this.#prune();
    return published;
  }

  async #prune(): Promise<void> {
    const anchors = (await filesIn(this.folder)).filter(({ kind }) => kind === 'anchor');
    const first = anchors.at(-(this.#options.keepAnchors ?? 2));
    if (first !== undefined) await this.#remove(({ step }) => step < first.step);
  }

  async #remove(which: (file: SyncFile) => boolean): Promise<void> {
    for (const file of await filesIn(this.folder)) if (which(file)) await rm(file.path, { force: true });
  }
}

/** A state as a reader receives it. */
export interface WeightUpdate {
  readonly step: number;
  /** All weights; the arrays are the reader's own and change in place with the next update. */
  readonly weights: WeightSource;
  readonly digest: string;
  readonly kind: 'anchor' | 'patch';
}

export interface FollowOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds between looks into the folder. Default 100. */
  readonly every?: number;
}

/**
 * Follows a folder that a publisher writes: the newest anchor, then patch after patch, each checked against the state it
 * follows and the digest of what it gives. A reader that fell behind, or whose publisher began anew, goes on from the newest
 * anchor, which may be of an earlier step. Ends when `signal` aborts. Throws PatchError `PATCH_CHAIN` where patches do not
 * follow from the newest anchor.
 */
export async function* followWeights(
  folder: string,
  { signal, every = 100 }: FollowOptions = {},
): AsyncGenerator<WeightUpdate, void, undefined> {
  let held: Map<string, StoredWeights> | undefined;
  let tensors: Record<string, string> = {};
  let step = -1;
  let joined = '';
  while (!signal?.aborted) {
    const next = await nextFile(folder, held === undefined ? null : step);
    if (next === undefined) {
      await wait(every, undefined, { signal }).catch(() => undefined);
      continue;
    }
    try {
      if (next.kind === 'anchor') held = await readAnchor(next.path);
      else await follow(next.path, held!, tensors);
    } catch (error) {
      if (isMissing(error)) {
        held = undefined; // removed while it was opened: on from the newest anchor
        continue;
      }
      if ((error as PatchError).code === 'PATCH_CHAIN' && (await newestAnchorId(folder)) !== joined) {
        held = undefined;
        continue;
      }
      throw error;
    }
    if (next.kind === 'anchor') tensors = digestsOf(held!);
    const digest = stateDigest(tensors);
    if (next.kind === 'anchor') joined = `${next.path} ${digest}`;
    step = next.step;
    yield { step, weights: weightsInMemory(held!), digest, kind: next.kind };
  }
}

/** What comes after `step`; the newest anchor for a reader without one, and where the publisher went back behind it. */
async function nextFile(folder: string, step: number | null): Promise<SyncFile | undefined> {
  const files = await filesIn(folder).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  });
  const newest = files.at(-1)?.step ?? -1;
  if (step === null || newest < step) return newestAnchor(files);
  return files.find((file) => file.step > step);
}

/** Whether a file was not there, as the file system says it or what opens files. */
const isMissing = (error: unknown): boolean =>
  codeOf(error) === 'ENOENT' || codeOf((error as Error).cause) === 'ENOENT';

function newestAnchor(files: readonly SyncFile[]): SyncFile | undefined {
  return files.filter(({ kind }) => kind === 'anchor').at(-1);
}

/** Undefined where there is none, or it was removed meanwhile. */
async function newestAnchorId(folder: string): Promise<string | undefined> {
  try {
    const file = newestAnchor(await filesIn(folder));
    if (file === undefined) return undefined;
    await using anchor = await SafetensorsFile.open(file.path);
    return `${file.path} ${anchor.metadata[stateKey]}`;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function readAnchor(path: string): Promise<Map<string, StoredWeights>> {
  await using file = await SafetensorsFile.open(path);
  const held = new Map<string, StoredWeights>();
  for (const name of file.names) held.set(name, await file.read(name));
  const digest = stateDigest(digestsOf(held));
  if (digest !== file.metadata[stateKey])
    throw new PatchError('PATCH_DAMAGED', `${path}: its weights do not match its digest.`);
  return held;
}

async function follow(path: string, held: Map<string, StoredWeights>, tensors: Record<string, string>): Promise<void> {
  await using patch = await Patch.open(path);
  const at = stateDigest(tensors);
  if (patch.header.base !== at) {
    throw new PatchError(
      'PATCH_CHAIN',
      `${path}: it follows the state ${patch.header.base.slice(0, 16)}; this reader is at ${at.slice(0, 16)}.`,
    );
  }
  for (const [name, record] of Object.entries(patch.header.tensors)) {
    if (record.changed === 0) continue;
    const tensor = held.get(name)!;
    writeElements(tensor.data, tensor.dtype, await patch.read(name));
    tensors[name] = tensorDigest(tensor);
    if (tensors[name] !== record.result)
      throw new PatchError('PATCH_DAMAGED', `${path}: ${name} is not what its digest says.`);
  }
}

function digestsOf(held: ReadonlyMap<string, StoredWeights>): Record<string, string> {
  return Object.fromEntries([...held].map(([name, tensor]) => [name, tensorDigest(tensor)]));
}

async function copyOf(weights: WeightSource): Promise<WeightSource> {
  const held = new Map<string, StoredWeights>();
  for (const name of weights.names) {
    const { dtype, shape, data } = await weights.read(name);
    held.set(name, { dtype, shape, data: data.slice() as StoredWeights['data'] });
  }
  return weightsInMemory(held);
}
