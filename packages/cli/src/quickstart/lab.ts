/**
 * What the phases share: a folder, results that are there already, models on disk, progress lines. A phase that is done
 * leaves `phases/NAME.json` and, where it trained, a model folder `models/NAME`; it is not run again. A phase that was
 * stopped goes on from its own checkpoints in `runs/NAME`.
 */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, type Json, type Tokenizer, writeFileAtomic } from '@tessera/data';
import { type DecoderLM, loadPretrained, savePretrained } from '@tessera/models';
import { readWeights, type Trainer, type WeightSource } from '@tessera/rl';
import { duration, type MetricRecord, Progress, readMetrics } from '@tessera/train';
import { type Accuracy, accuracy, writeTokenizer } from './lists.js';
import type { Settings } from './settings.js';

export interface LabOptions {
  readonly folder: string;
  readonly seed: number;
  readonly settings: Settings;
  readonly signal: AbortSignal;
  /** Told of every line; the console where absent. */
  readonly say?: (line: string) => void;
}

export class Lab {
  readonly folder: string;
  readonly seed: number;
  readonly settings: Settings;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  /** Seconds of each phase, those of earlier starts included. */
  readonly seconds: Record<string, number> = {};

  constructor(options: LabOptions) {
    this.folder = options.folder;
    this.seed = options.seed;
    this.settings = options.settings;
    this.signal = options.signal;
    this.say = options.say ?? ((line) => console.log(line));
  }

  runFolder(name: string): string {
    return join(this.folder, 'runs', name);
  }

  modelFolder(name: string): string {
    return join(this.folder, 'models', name);
  }

  /** Runs a phase, or gives what it gave when it ran. */
  async phase<T extends Json>(name: string, title: string, body: () => Promise<T>): Promise<T> {
    const path = join(this.folder, 'phases', `${name}.json`);
    const done = await readJson(path);
    if (done !== undefined) {
      const { result, seconds } = done as { result: T; seconds: number };
      this.seconds[name] = seconds;
      this.say(`${title}: done before, in ${duration(seconds)}`);
      return result;
    }
    this.signal.throwIfAborted();
    this.say(title);
    const started = performance.now();
    const result = await body();
    const seconds = (performance.now() - started) / 1000;
    this.seconds[name] = seconds;
    await mkdir(join(this.folder, 'phases'), { recursive: true });
    await writeFileAtomic(path, `${JSON.stringify({ seconds, result }, null, 2)}\n`);
    await rm(join(this.runFolder(name), 'checkpoints'), { recursive: true, force: true });
    return result;
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
      progress: new Progress({ label: `  ${name.padEnd(11)}`, plainEvery: 5 }),
      show,
      schedule: () => 1,
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
