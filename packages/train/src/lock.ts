/** A run's folder belongs to one process at a time: two that write the same metrics and checkpoints would spoil both. */
import { readFileSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from '@tessera/data';
import { RunError } from './errors.js';

interface Holder {
  readonly pid: number;
  /** Which of the processes that have had this number. */
  readonly identity: string | null;
  readonly host: string;
}

/** A process that is ending, after a signal or after the one that started it was killed, may still finish a step. */
const patienceMilliseconds = 10_000;

/**
 * Takes a folder; what is returned gives it back. Waits a little for a process that is about to end. What a killed process of this machine left behind is passed over, and so
 * is another machine's lock, of which nothing can be known. Throws RunError `RUN_LOCKED`.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'run.lock');
  const own: Holder = { pid: process.pid, identity: identityOf(process.pid), host: hostname() };
  const release = async (): Promise<void> => {
    if ((await holderOf(path))?.pid === own.pid) await rm(path, { force: true });
  };
  const deadline = performance.now() + patienceMilliseconds;
  while (true) {
    try {
      await writeFile(path, `${JSON.stringify(own)}\n`, { flag: 'wx' });
      return release;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    const holder = await holderOf(path);
    if (holder !== undefined && isOther(holder, own)) {
      if (performance.now() < deadline) {
        await sleep(100);
        continue;
      }
      throw new RunError(
        'RUN_LOCKED',
        `${folder}: process ${holder.pid} is at work in this folder. Stop it first, or give another folder.`,
      );
    }
    await rm(path, { force: true });
  }
}

function isOther(holder: Holder, own: Holder): boolean {
  if (holder.host !== own.host || holder.pid === own.pid) return false;
  const identity = identityOf(holder.pid);
  return identity !== null && identity === holder.identity;
}

/** Of a lock that is there and readable. */
async function holderOf(path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

/** Numbers of processes are used again: on Linux the time of the start tells them apart. Null where none runs. */
function identityOf(pid: number): string | null {
  try {
    if (process.platform !== 'linux') return process.kill(pid, 0) ? 'running' : null;
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? null : (fields[19] ?? null);
  } catch (error) {
    return codeOf(error) === 'EPERM' ? 'running' : null;
  }
}
