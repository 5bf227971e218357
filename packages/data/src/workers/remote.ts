/**
 * Calls into a worker thread: work that would hold the event loop (decoding, decompressing) runs there. Calls are made one at a time, so
 * that each has its own time limit; a call that runs over ends the worker, and the next call starts a new one.
 */
import { Worker } from 'node:worker_threads';
import { DataError } from '../errors.js';
import type { Answer, Call, TravellingError } from './serve.js';

export interface CallOptions {
  /** Seconds the call may take; no limit where absent. */
  readonly timeoutSeconds?: number;
}

export class Remote {
  readonly #module: URL;
  readonly #data: unknown;
  #worker: Worker | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #calls = 0;
  #queued = 0;
  #closed = false;

  /** `data` is the `workerData` of every worker that is started. */
  constructor(module: URL, data?: unknown) {
    this.#module = module;
    this.#data = data;
  }

  /** Calls under way or waiting. */
  get load(): number {
    return this.#queued;
  }

  /** Calls a handler of the worker's module (serve.ts). Arguments are copied. Throws DataError. */
  call<T>(name: string, args: readonly unknown[], options: CallOptions = {}): Promise<T> {
    this.#queued++;
    const turn = this.#last.then(() => this.#run(name, args, options)).finally(() => this.#queued--);
    this.#last = turn.catch(() => undefined);
    return turn as Promise<T>;
  }

  /** Ends the worker. Calls that wait are refused. */
  async close(): Promise<void> {
    this.#closed = true;
    const worker = this.#worker;
    this.#worker = undefined;
    // an idle worker is unreferenced: without this the process could end before the worker has
    worker?.ref();
    await worker?.terminate();
  }

  async #run(name: string, args: readonly unknown[], options: CallOptions): Promise<unknown> {
    if (this.#closed) throw new DataError('WORKER_CLOSED', 'it is closed');
    this.#worker ??= this.#start();
    const worker = this.#worker;
    // a waiting call keeps the process alive, an idle worker does not
    worker.ref();
    try {
      return await this.#exchange(worker, { id: this.#calls++, name, args }, options);
    } finally {
      worker.unref();
    }
  }

  #start(): Worker {
    const worker = new Worker(this.#module, { workerData: this.#data });
    // an error between calls has nobody to go to; the worker is gone then, and the next call starts another
    worker.on('error', () => undefined);
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = undefined;
    });
    return worker;
  }

  #exchange(worker: Worker, call: Call, { timeoutSeconds }: CallOptions): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const abandon = (error: TravellingError): void => {
        if (this.#worker === worker) this.#worker = undefined;
        void worker.terminate();
        settle(() => reject(asDataError(error)));
      };
      const onMessage = (answer: Answer): void => {
        if (answer.id !== call.id) return;
        settle(() => ('error' in answer ? reject(asDataError(answer.error)) : resolve(answer.value)));
      };
      const onError = (error: Error): void => abandon({ message: error.message, code: undefined });
      const onExit = (): void => abandon({ message: 'its worker thread ended', code: 'WORKER_EXIT' });
      const onTimeout = (): void =>
        abandon({ message: `no result within ${timeoutSeconds} s`, code: 'WORKER_TIMEOUT' });
      const timer = timeoutSeconds === undefined ? undefined : setTimeout(onTimeout, timeoutSeconds * 1000);
      const settle = (done: () => void): void => {
        clearTimeout(timer);
        worker.off('message', onMessage).off('error', onError).off('exit', onExit);
        done();
      };
      worker.on('message', onMessage).on('error', onError).on('exit', onExit);
      worker.postMessage(call);
    });
  }
}

/** An error of a worker as a DataError, with its own code where it has one. */
function asDataError({ message, code }: TravellingError): DataError {
  return new DataError(code ?? 'WORKER', message);
}
