/** Phases in worker processes, several at a time, each begun as soon as what it needs is there. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { ProgressBoard } from '@tessera/train';
import type { Lab, LabSettings } from './lab.js';
import { type PhaseName, plan } from './plan.js';

export interface PhaseTask extends LabSettings {
  readonly name: PhaseName;
  readonly terminal: { readonly isTTY: boolean; readonly columns: number };
}

export type ToWorker = PhaseTask | 'stop';

export interface FromWorker {
  readonly said?: string;
  /** What the progress line writes. */
  readonly progress?: string;
  /** The phase is over: well, where null. */
  readonly ended?: {
    readonly message: string;
    readonly code?: string | undefined;
    readonly stack?: string | undefined;
  } | null;
}

/** No more would have work at the same time. */
const mostWorkers = 4;

/** Runs the phases of the plan that `done` does not name. Rejects with what first went wrong, when all have stopped. */
export async function runPhases(lab: Lab, done: ReadonlySet<PhaseName>): Promise<void> {
  const finished = new Set<string>(done);
  const waiting = (Object.keys(plan) as PhaseName[]).filter((name) => !finished.has(name));
  const cores = Number(process.env.TESSERA_NUM_THREADS) || availableParallelism();
  const count = Math.min(cores, mostWorkers, waiting.length);
  const board = new ProgressBoard();
  const idle = Array.from({ length: count }, () => new Worker(lab, board, Math.floor(cores / count)));
  const workers = [...idle];
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const stop = (): void => {
    for (const worker of workers) worker.stop();
  };
  lab.signal.addEventListener('abort', stop, { once: true });
  try {
    for (;;) {
      while (idle.length > 0 && failures.length === 0 && !lab.signal.aborted) {
        const next = waiting.findIndex((name) => plan[name].after.every((needed) => finished.has(needed)));
        if (next < 0) break;
        const [name] = waiting.splice(next, 1) as [PhaseName];
        const worker = idle.pop()!;
        const job: Promise<void> = worker
          .run(name)
          .then(
            () => {
              finished.add(name);
              idle.push(worker);
            },
            (error) => {
              failures.push(error);
              stop();
            },
          )
          .finally(() => running.delete(job));
        running.add(job);
      }
      if (running.size === 0) break;
      await Promise.race(running);
    }
  } finally {
    lab.signal.removeEventListener('abort', stop);
    for (const worker of workers) worker.end();
  }
  lab.signal.throwIfAborted();
  if (failures.length > 0) throw failures[0];
}

class Worker {
  readonly #lab: Lab;
  readonly #board: ProgressBoard;
  readonly #process: ChildProcess;

  constructor(lab: Lab, board: ProgressBoard, threads: number) {
    this.#lab = lab;
    this.#board = board;
    this.#process = fork(new URL('./worker.js', import.meta.url), {
      env: { ...process.env, TESSERA_NUM_THREADS: String(threads) },
    });
  }

  async run(name: PhaseName): Promise<void> {
    const { folder, seed, settings } = this.#lab;
    const { isTTY = false, columns = 80 } = process.stderr;
    const task: PhaseTask = { name, folder, seed, settings, terminal: { isTTY, columns } };
    const over = new AbortController();
    const ended = new Promise<NonNullable<FromWorker['ended']> | null>((resolve) => {
      this.#process.on('message', ({ said, progress, ended }: FromWorker) => {
        if (said !== undefined) this.#board.say(said);
        if (progress !== undefined) this.#board.write(name, progress);
        if (ended !== undefined) resolve(ended);
      });
    });
    const exit = once(this.#process, 'exit', { signal: over.signal }).then(([code, killed]) => ({
      message: `the process of the phase '${name}' ended (${killed ?? `exit code ${code}`}); the same command goes on from the last checkpoint.`,
      code: 'PHASE_PROCESS',
      stack: undefined,
    }));
    exit.catch(() => {}); // no longer waited for
    this.#process.send(task satisfies ToWorker);
    const failure = await Promise.race([ended, exit]);
    this.#process.removeAllListeners('message');
    over.abort();
    if (failure === null) return;
    throw Object.assign(new Error(failure.message), failure);
  }

  /** Asks for an end of the phase, where it can be gone on from. */
  stop(): void {
    if (this.#process.connected) this.#process.send('stop' satisfies ToWorker);
  }

  end(): void {
    if (this.#process.connected) this.#process.disconnect();
  }
}
