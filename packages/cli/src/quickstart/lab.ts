/**
 * What the phases share: a folder, results that are there already, models on disk, progress lines. A phase that is done
 * leaves `phases/NAME.json` and, where it trained, a model folder `models/NAME`; it is not run again. A phase that was
 * stopped goes on from its own checkpoints in `runs/NAME`.
 */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, type Json, makeFolder, type Tokenizer, writeFileAtomic } from '@tessera/data';
import { type DecoderLM, loadPretrained, savePretrained } from '@tessera/models';
import { readWeights, type Trainer, type WeightSource } from '@tessera/rl';
import { type MetricRecord, Progress, type ProgressStream, RunError, readMetrics } from '@tessera/train';
import { type Accuracy, accuracy, writeTokenizer } from './lists.js';
import type { Settings } from './settings.js';

/** What makes two demonstrations the same. */
export interface LabSettings {
  readonly folder: string;
  readonly seed: number;
  readonly settings: Settings;
}

export interface LabOptions extends LabSettings {
  readonly signal: AbortSignal;
  /** Told of every line; the console where absent. */
  readonly say?: (line: string) => void;
  /** Where progress lines go; standard error where absent. */
  readonly screen?: ProgressStream;
}

export class Lab {
  readonly folder: string;
  readonly seed: number;
  readonly settings: Settings;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  readonly #screen: ProgressStream;
  /** Seconds of each phase, those of earlier starts included. */
  readonly seconds: Record<string, number> = {};

  /** @throws RunError where the folder holds the demonstration by other settings. */
  static async open(options: LabOptions): Promise<Lab> {
    const { folder, seed, settings } = options;
    const path = join(folder, 'settings.json');
    const before = (await readJson(path)) as { readonly seed: number } | undefined;
    if (before === undefined) {
      await makeFolder(folder);
      await writeFileAtomic(path, `${JSON.stringify({ seed, settings }, null, 2)}\n`);
    } else if (JSON.stringify(before) !== JSON.stringify({ seed, settings })) {
      const what = before.seed === seed ? 'another budget' : `seed ${before.seed}`;
      throw new RunError(
        'RUN_CONFIG_CHANGED',
        `${folder} was started with ${what}. Give --output another folder, or remove it.`,
      );
    }
    return new Lab(options);
  }

  constructor(options: LabOptions) {
    this.folder = options.folder;
    this.seed = options.seed;
    this.settings = options.settings;
    this.signal = options.signal;
    this.say = options.say ?? ((line) => console.log(line));
    this.#screen = options.screen ?? process.stderr;
  }

  runFolder(name: string): string {
    return join(this.folder, 'runs', name);
  }

  modelFolder(name: string): string {
    return join(this.folder, 'models', name);
  }

  /** What a phase gave, where it is done. */
  async done(name: string): Promise<{ readonly result: Json; readonly seconds: number } | undefined> {
    const done = (await readJson(this.#phaseFile(name))) as { result: Json; seconds: number } | undefined;
    if (done !== undefined) this.seconds[name] = done.seconds;
    return done;
  }

  /** Runs a phase that is not done. */
  async phase(name: string, title: string, body: () => Promise<Json>): Promise<void> {
    if ((await this.done(name)) !== undefined) return;
    this.signal.throwIfAborted();
    this.say(title);
    const started = performance.now();
    const result = await body();
    const seconds = (performance.now() - started) / 1000;
    this.seconds[name] = seconds;
    await makeFolder(join(this.folder, 'phases'));
    await writeFileAtomic(this.#phaseFile(name), `${JSON.stringify({ seconds, result }, null, 2)}\n`);
    await rm(join(this.runFolder(name), 'checkpoints'), { recursive: true, force: true });
  }

  #phaseFile(name: string): string {
    return join(this.folder, 'phases', `${name}.json`);
  }

  /** Trains to the end with a progress line; returns when the last step is done. */
  async train(name: string, trainer: Trainer): Promise<void> {
    await trainer.finish({ signal: this.signal });
    await this.saveModel(name, trainer.model);
    await trainer.close();
  }

  /** What every trainer of a phase is given. */
  common(name: string, show: readonly string[]) {
    return {
      folder: this.runFolder(name),
      checkpointEvery: this.settings.checkpointEvery,
      keepLast: 1,
      progress: new Progress({ label: `  ${name.padEnd(11)}`, stream: this.#screen, plainEvery: 5 }),
      show,
      schedule: () => 1,
      onWarning: this.say,
    };
  }

  async saveModel(name: string, model: DecoderLM): Promise<void> {
    const folder = this.modelFolder(name);
    const tokenizer: Tokenizer = await writeTokenizer(folder);
    await savePretrained(folder, model, { tokenizer });
  }

  loadModel(name: string, dtype: 'bf16' | 'f32' = 'bf16'): Promise<DecoderLM> {
    return loadPretrained(this.modelFolder(name), { dtype });
  }

  weights(name: string): Promise<WeightSource> {
    return readWeights(this.modelFolder(name));
  }

  metrics(name: string): Promise<readonly MetricRecord[]> {
    return readMetrics(join(this.runFolder(name), 'metrics.jsonl'));
  }

  async accuracy(name: string): Promise<Accuracy> {
    const model = await this.loadModel(name, name === 'float32' ? 'f32' : 'bf16');
    try {
      return await accuracy(model, this.settings.evaluate);
    } finally {
      model.dispose();
    }
  }
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
