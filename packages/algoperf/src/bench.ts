/**
 * A bench: every method on every workload from every seed, in worker processes of one thread each, with a journal. The
 * order of trials does not change their results.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { ArgumentError, type DeviceName } from '@tessera/tensor';
import { Journal } from './journal.js';
import { type Method, type MethodDefinition, methodOf } from './method.js';
import type { TrialResult } from './trial.js';
import type { Workload } from './workload.js';
import { workloads as allWorkloads } from './workloads/index.js';

/** Budgets: that of the quick tier, or four times as many steps. */
export const tiers = { quick: 1, standard: 4 } as const;
export type Tier = keyof typeof tiers;

export interface BenchOptions {
  readonly methods: readonly Method[];
  readonly seeds: readonly number[];
  /** Names; default all. */
  readonly workloads?: readonly string[];
  /** Default `quick`. */
  readonly tier?: Tier;
  /** Also trains the held-out variant of each workload. Default false. */
  readonly heldOut?: boolean;
  /** Processes at a time. Default 2. */
  readonly workers?: number;
  readonly device?: DeviceName;
  /** Real data of workloads that can use some, by workload. */
  readonly data?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Called at the start and after every trial. */
  readonly onProgress?: (done: number, total: number, last?: TrialResult) => void;
}

/** What a worker is asked to do. */
export interface TrialTask {
  readonly workload: string;
  readonly method: MethodDefinition;
  readonly seed: number;
  readonly heldOut: boolean;
  readonly tier: Tier;
  readonly device: DeviceName;
  readonly data: string | undefined;
}

export function findWorkload(name: string): Workload {
  const found = allWorkloads.find((w) => w.name === name);
  if (found === undefined) {
    const names = allWorkloads.map((w) => w.name).join(', ');
    throw new ArgumentError(`there is no workload '${name}'; expected one of ${names}.`, { op: 'workload' });
  }
  return found;
}

export function budgetOf(workload: Workload, tier: Tier): { steps: number; evalEvery: number } {
  return { steps: workload.steps * tiers[tier], evalEvery: workload.evalEvery * tiers[tier] };
}

/** Runs what the journal at `path` lacks, and returns all of the bench that it then holds. */
export async function runBench(path: string, options: BenchOptions): Promise<Journal> {
  const { methods, seeds, tier = 'quick', workers = 2, device = 'cpu', data = {}, signal } = options;
  const chosen = (options.workloads ?? allWorkloads.map((w) => w.name)).map(findWorkload);
  const journal = await Journal.open(path);
  const tasks: TrialTask[] = [];
  let done = 0;
  for (const workload of chosen) {
    for (const heldOut of options.heldOut ? [false, true] : [false]) {
      for (const seed of seeds) {
        for (const method of methods) {
          const { steps } = budgetOf(workload, tier);
          if (journal.has({ workload: workload.name, seed, heldOut, steps }, method)) done++;
          else tasks.push({ workload: workload.name, method, seed, heldOut, tier, device, data: data[workload.name] });
        }
      }
    }
  }
  const total = done + tasks.length;
  options.onProgress?.(done, total);
  const queue = tasks.map(({ method, ...rest }) => ({ ...rest, method: plainDefinition(method) }));
  const work = async (): Promise<void> => {
    if (queue.length === 0) return;
    const worker = new TrialWorker();
    try {
      for (let task = queue.shift(); task !== undefined; task = queue.shift()) {
        signal?.throwIfAborted();
        const result = await worker.run(task, signal);
        await journal.add(result, methodOf(task.method));
        options.onProgress?.(++done, total, result);
      }
    } finally {
      worker.stop();
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: Math.min(workers, queue.length) }, work));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  return journal;
}

function plainDefinition({ name, family, settings = {} }: MethodDefinition): MethodDefinition {
  return { name, family, settings };
}

/** A process that runs one trial after another and keeps the data of the last workload. */
class TrialWorker {
  readonly #process: ChildProcess = fork(new URL('./bench-worker.js', import.meta.url), {
    env: { ...process.env, TESSERA_NUM_THREADS: '1' },
  });

  run(task: TrialTask, signal: AbortSignal | undefined): Promise<TrialResult> {
    const what = `${task.method.name} on ${task.workload}, seed ${task.seed}`;
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        this.#process.off('message', onMessage).off('exit', onExit);
        signal?.removeEventListener('abort', onAbort);
        settle();
      };
      const onMessage = (message: { result?: TrialResult; error?: string }) =>
        end(() => {
          if (message.result !== undefined) {
            const metric = message.result.metric.map((value) => value ?? Number.NaN);
            resolve({ ...message.result, metric });
          } else reject(new Error(`${what}: ${message.error}`));
        });
      const onExit = (code: number | null, killed: string | null) =>
        end(() => reject(new Error(`${what}: the worker process ended (${killed ?? `exit code ${code}`}).`)));
      const onAbort = () => end(() => reject(signal?.reason));
      this.#process.on('message', onMessage).on('exit', onExit);
      signal?.addEventListener('abort', onAbort);
      this.#process.send(task);
    });
  }

  stop(): void {
    this.#process.kill();
  }
}
