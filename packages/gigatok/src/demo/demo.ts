/**
 * The whole system in minutes on a CPU: tokenizers with and without the entropy loss and semantic regularization, image
 * models on their codes, samples, and probes, on procedural scenes. Settings come from the ablations behind the paper's
 * claims, at a scale where they still show; the stand-in teacher is a small network trained with the scenes' classes,
 * where real use has DINOv2. Distances are in an independent classifier's features, never called FID.
 *
 * What does not depend on each other runs at the same time, each in a process of its own with its share of the cores. A
 * folder holds everything: a demo that was stopped goes on there.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { makeFolder, writeFileAtomic } from '@tessera/data';
import { GigatokError } from '../errors.js';
import { openDemoJudge } from './classifiers.js';
import {
  type DemoJob,
  type DemoResult,
  type DemoSettings,
  demoSettings,
  demoVariants,
  type VariantResult,
} from './settings.js';
import type { DemoTask } from './worker.js';

export interface DemoOptions {
  /** Where everything is written, and where a demo that was stopped goes on. */
  readonly folder: string;
  readonly seed?: number;
  /** Told what is going on. */
  readonly log?: (message: string) => void;
  /** Smaller or larger than the five-minute run. */
  readonly settings?: Partial<DemoSettings>;
  /** Stops after the steps under way. */
  readonly signal?: AbortSignal;
}

export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  const { folder, seed = 0, log = () => {}, signal } = options;
  const settings = { ...demoSettings, ...options.settings };
  const started = performance.now();
  const done = await claim(folder, { seed, settings });
  if (done !== undefined) return done;
  const together = <T>(jobs: readonly DemoJob[]): Promise<T[]> =>
    runTogether(
      jobs.map((job) => ({ job, seed, settings, folder })),
      log,
      signal,
    );
  await together([
    { kind: 'classifier', role: 'teacher' },
    { kind: 'classifier', role: 'judge' },
  ]);
  const variants = await together<VariantResult>(demoVariants.map((variant) => ({ kind: 'variant', variant })));
  const { extractor, accuracy } = await openDemoJudge(folder);
  const result: DemoResult = {
    seed,
    extractor: extractor.name,
    classifierAccuracy: accuracy,
    variants,
    seconds: (performance.now() - started) / 1000,
  };
  await writeFileAtomic(join(folder, 'result.json'), `${JSON.stringify(result, null, 2)}\n`);
  return result;
}

/** Takes a folder for a demo; gives the result where it is done already. @throws GigatokError where it is another demo's. */
async function claim(folder: string, asked: Pick<DemoTask, 'seed' | 'settings'>): Promise<DemoResult | undefined> {
  await makeFolder(folder);
  const read = (name: string) => readFile(join(folder, name), 'utf8').catch(() => undefined);
  const own = `${JSON.stringify(asked, null, 2)}\n`;
  const found = await read('demo.json');
  if (found !== undefined && found !== own)
    throw new GigatokError(
      'DEMO',
      `${folder}: holds a demo of another seed or other settings (demo.json). Give another folder, or remove this one.`,
    );
  if (found === undefined) await writeFileAtomic(join(folder, 'demo.json'), own);
  const result = await read('result.json');
  return result === undefined ? undefined : (JSON.parse(result) as DemoResult);
}

/** Runs tasks side by side; the first that fails, or the signal, stops the others after the step they are at. */
async function runTogether<T>(
  tasks: readonly DemoTask[],
  log: (message: string) => void,
  signal: AbortSignal | undefined,
): Promise<T[]> {
  const failure = new AbortController();
  const either = signal === undefined ? failure.signal : AbortSignal.any([signal, failure.signal]);
  const threads = Math.max(1, Math.floor(availableParallelism() / tasks.length));
  const outcomes = await Promise.allSettled(
    tasks.map((task) =>
      runInProcess<T>(task, threads, log, either).catch((error: unknown) => {
        failure.abort(error);
        throw error;
      }),
    ),
  );
  signal?.throwIfAborted();
  failure.signal.throwIfAborted();
  return outcomes.map((outcome) => (outcome as PromiseFulfilledResult<T>).value);
}

function runInProcess<T>(
  task: DemoTask,
  threads: number,
  log: (message: string) => void,
  signal: AbortSignal,
): Promise<T> {
  const { job } = task;
  const name = job.kind === 'variant' ? job.variant.name : job.role;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const worker: ChildProcess = fork(new URL('./worker.js', import.meta.url), {
      env: { ...process.env, TESSERA_NUM_THREADS: String(threads) },
    });
    const stop = () => void (worker.connected && worker.send({ stop: true }));
    signal.addEventListener('abort', stop);
    worker.on('message', (message: { log?: string; result?: T; error?: string }) => {
      if (message.log !== undefined) return log(`${name}: ${message.log}`);
      if (message.error !== undefined) reject(new GigatokError('DEMO', `${name}: ${message.error}`));
      else resolve(message.result as T);
      worker.disconnect();
    });
    worker.on('exit', (code, killed) => {
      signal.removeEventListener('abort', stop);
      reject(
        signal.aborted
          ? signal.reason
          : new GigatokError('DEMO', `${name}: its process ended (${killed ?? `exit code ${code}`}).`),
      );
    });
    worker.send({ task });
  });
}
