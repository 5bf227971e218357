/** A run's folder belongs to one process at a time: two that write the same metrics and checkpoints would spoil both. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
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

/** What file systems without links say of one. */
const noLinks: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/**
 * Takes a folder; what is returned gives it back. Waits a little for a process that is about to end. What a killed process
 * of this machine left behind is passed over, and so is another machine's lock, of which nothing can be known.
 * @throws RunError `RUN_LOCKED`.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'run.lock');
  const own: Holder = { pid: process.pid, identity: identityOf(process.pid), host: hostname() };
  const release = async (): Promise<void> => {
    if ((await holderOf(path))?.pid === own.pid) await rm(path, { force: true });
  };
  const deadline = performance.now() + patienceMilliseconds;
  while (!(await create(path, `${JSON.stringify(own)}\n`))) {
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
    await removeLeft(path, holder);
  }
  return release;
}

/**
 * Makes a file that is never seen half-written; false where there is one already. A link is made or refused in one step,
 * which no other way of naming a finished file is. Where there are no links (FAT, many network and cloud mounts), the file is
 * written in its place.
 */
async function create(path: string, text: string): Promise<boolean> {
  const temporary = `${path}.${process.pid}-${randomUUID()}`;
  await writeFile(temporary, text);
  try {
    await link(temporary, path).catch((error: unknown) => {
      if (!noLinks.has(codeOf(error) ?? '')) throw error;
      return writeFile(path, text, { flag: 'wx' });
    });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Removes what `holder` left, unless another process that found it left has already put its own there. */
async function removeLeft(path: string, holder: Holder | undefined): Promise<void> {
  const aside = `${path}.${process.pid}-${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  const found = await holderOf(aside);
  if (found?.pid !== holder?.pid || found?.identity !== holder?.identity) await link(aside, path).catch(() => {});
  await rm(aside, { force: true });
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
