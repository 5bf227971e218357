/** The worker's side of remote.ts: answers calls by name, one after another. */
import { parentPort } from 'node:worker_threads';
import { DataError } from '../errors.js';

/** A call, as it travels to the worker. */
export interface Call {
  readonly id: number;
  readonly name: string;
  readonly args: readonly unknown[];
}

/** What comes back: a value, or an error taken apart (classes do not survive the way). */
export type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: TravellingError };

export interface TravellingError {
  readonly message: string;
  readonly code: string | undefined;
}

/** A result whose buffers move to the other thread instead of being copied: only for what this thread keeps no hold of. */
export class Moved {
  constructor(readonly value: unknown) {}
}

/** Answers the calls of this worker's parent. */
export function serve(handlers: Readonly<Record<string, (...args: never[]) => unknown>>): void {
  const port = parentPort;
  if (port === null) throw new DataError('WORKER', 'this module only runs in a worker thread');
  port.on('message', async ({ id, name, args }: Call) => {
    try {
      const result = await handlers[name]!(...(args as never[]));
      const value = result instanceof Moved ? result.value : result;
      port.postMessage({ id, value } satisfies Answer, result instanceof Moved ? ownedBuffers(value) : []);
    } catch (error) {
      const code = error instanceof DataError ? error.code : undefined;
      const message = error instanceof Error ? error.message : String(error);
      port.postMessage({ id, error: { message, code } } satisfies Answer);
    }
  });
}

/** Buffers that views in a value fill wholly. */
function ownedBuffers(value: unknown, found = new Set<ArrayBuffer>()): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) {
    // Node's own pool must stay; it is never filled by one view
    if (value.buffer instanceof ArrayBuffer && value.byteLength === value.buffer.byteLength) found.add(value.buffer);
  } else if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) ownedBuffers(item, found);
  }
  return [...found];
}
