/**
 * A contender in a process of its own. It answers one request at a time, and is waited for until it really idles: a
 * thread that still spins for work would slow down whoever is measured next.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DeviceType, Reply, Request } from './protocol.js';

export interface Command {
  readonly path: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A contender that has not answered by then is hung, and killed. */
const patienceMilliseconds = 600_000;

export class Contender {
  version = '';
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  #lastWords = '';

  private constructor(command: Command, threads: number) {
    const count = String(threads);
    this.#child = spawn(command.path, command.args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {
        ...process.env,
        OMP_NUM_THREADS: count,
        OPENBLAS_NUM_THREADS: count,
        TESSERA_NUM_THREADS: count,
        KMP_BLOCKTIME: '0',
        ...command.env,
      },
    });
    this.#child.on('error', (error) => {
      this.#lastWords = error.message;
    });
    this.#child.stdin!.on('error', () => {});
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-2000);
    });
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
  }

  /** Starts a contender; throws with its last words when it does not answer. */
  static async start(command: Command, threads: number, device: DeviceType): Promise<Contender> {
    const contender = new Contender(command, threads);
    const reply = await contender.ask({ do: 'hello', threads, device });
    if (!reply.ok) {
      await contender.stop();
      throw new Error(reply.absent ?? reply.error);
    }
    contender.version = reply.version ?? '';
    return contender;
  }

  async ask(request: Request): Promise<Reply> {
    this.#child.stdin!.write(`${JSON.stringify(request)}\n`);
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), patienceMilliseconds);
    const { value, done } = await this.#lines.next();
    clearTimeout(timer);
    if (done) return { ok: false, error: `the process ended: ${this.#lastWords.trim().split('\n').at(-1) ?? ''}` };
    try {
      return JSON.parse(value) as Reply;
    } catch {
      return { ok: false, error: `unexpected output: ${value.slice(0, 200)}` };
    }
  }

  get alive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null && this.#child.pid !== undefined;
  }

  /** Nanoseconds of processor time used so far by all threads; undefined where the system does not say. */
  processorTime(): number | undefined {
    const tasks = `/proc/${this.#child.pid}/task`;
    if (!existsSync(tasks)) return undefined;
    let sum = 0;
    for (const task of readdirSync(tasks)) {
      try {
        sum += Number(readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ')[0]);
      } catch {
        // The thread ended in between.
      }
    }
    return sum;
  }

  /** Waits until the process uses under 5 % of a core, at most a second. */
  async quiet(): Promise<void> {
    let before = this.processorTime();
    if (before === undefined) return void (await sleep(100));
    for (let waited = 0; waited < 1000; waited += 4) {
      const start = performance.now();
      await sleep(4);
      const now = this.processorTime();
      if (now === undefined || now - before! < 0.05 * 1e6 * (performance.now() - start)) return;
      before = now;
    }
  }

  async stop(): Promise<void> {
    const child = this.#child;
    child.stdin!.end(`${JSON.stringify({ do: 'quit' })}\n`);
    if (!this.alive) return;
    const timer = setTimeout(() => child.kill('SIGKILL'), 2000);
    await once(child, 'exit');
    clearTimeout(timer);
  }
}
