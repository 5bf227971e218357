/**
 * The journal of a bench: one JSON line per finished trial, written at once, so that a bench that is stopped goes on where
 * it was. A line that a killed process left unfinished is dropped.
 */
import { appendFile, readFile, truncate } from 'node:fs/promises';
import { fileProblem } from '@tessera/data';
import { ArgumentError } from '@tessera/tensor';
import type { Settings } from './families.js';
import type { Method } from './method.js';
import type { TrialResult } from './trial.js';

/** A trial with the settings it ran under. */
export interface JournalEntry extends TrialResult {
  readonly family: string;
  readonly settings: Settings;
}

/** The trials of a file. NaN, which JSON does not have, is null there. */
export async function readJournal(path: string): Promise<readonly JournalEntry[]> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new ArgumentError(`${fileProblem(cause)}.`, { op: path, cause });
  });
  return parseJournal(path, text);
}

function parseJournal(path: string, text: string): readonly JournalEntry[] {
  const lines = text.split('\n');
  const complete = lines.slice(0, -1);
  return complete.map((line, i) => {
    try {
      const entry = JSON.parse(line) as JournalEntry & { metric: (number | null)[] };
      return { ...entry, metric: entry.metric.map((value) => value ?? Number.NaN) };
    } catch (cause) {
      throw new ArgumentError(
        `line ${i + 1} is no trial: ${(cause as Error).message}. Remove it, or use another file.`,
        {
          op: path,
          cause,
        },
      );
    }
  });
}

export class Journal {
  readonly entries: JournalEntry[];
  readonly #path: string;

  private constructor(path: string, entries: readonly JournalEntry[]) {
    this.#path = path;
    this.entries = [...entries];
  }

  /** Opens the file, or starts it; what a killed process left unfinished is cut off. */
  static async open(path: string): Promise<Journal> {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    const complete = text.slice(0, text.lastIndexOf('\n') + 1);
    const entries = parseJournal(path, complete);
    if (complete !== text) await truncate(path, Buffer.byteLength(complete));
    return new Journal(path, entries);
  }

  async add(result: TrialResult, method: Method): Promise<void> {
    const entry = { ...result, family: method.family, settings: method.settings };
    await appendFile(this.#path, `${JSON.stringify(entry)}\n`);
    this.entries.push(entry);
  }

  /** Whether a trial is there. Throws where it ran under other settings of a method of this name. */
  has(trial: Pick<TrialResult, 'workload' | 'seed' | 'heldOut' | 'steps'>, method: Method): boolean {
    const same = this.entries.filter((e) => e.method === method.name);
    const other = same.find((e) => e.family !== method.family || !sameSettings(e.settings, method.settings));
    if (other !== undefined) {
      throw new ArgumentError(
        `it holds trials of ${method.name} under other settings (${JSON.stringify(other.settings)}); use another journal or another name.`,
        { op: this.#path },
      );
    }
    return same.some(
      (e) =>
        e.workload === trial.workload &&
        e.seed === trial.seed &&
        e.heldOut === trial.heldOut &&
        e.steps === trial.steps,
    );
  }
}

function sameSettings(a: Settings, b: Settings): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => a[name] === b[name]);
}
