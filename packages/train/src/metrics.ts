/**
 * What a run measures, step by step: `metrics.jsonl` in its folder, a line a step. Lines are appended whole; a line that
 * a killed process left half-written, and steps after the checkpoint a run resumes from, are dropped when it is opened.
 */
import { createWriteStream, type WriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { codeOf, messageOf, writeFileAtomic } from '@tessera/data';
import { RunError } from './errors.js';

/** Measurements by name. Names with a slash are shown as groups: `eval/accuracy`. */
export type Metrics = Readonly<Record<string, number>>;

export interface MetricRecord {
  /** Steps done when it was measured: the first is 1. */
  readonly step: number;
  /** Seconds since the epoch. */
  readonly time: number;
  readonly metrics: Metrics;
}

/** Where metrics go. */
export interface MetricSink {
  write(record: MetricRecord): void;
  /** Resolves when everything written so far is in the hands of the system. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/**
 * @internal A file that is appended to, made by the first write. What goes wrong (a full disk) is thrown by the next call, or
 * by closing.
 */
export class AppendedFile {
  readonly path: string;
  #stream: WriteStream | undefined;
  #reported = false;

  constructor(path: string) {
    this.path = path;
  }

  write(data: string | Uint8Array): void {
    this.#check();
    if (this.#stream === undefined) {
      this.#stream = createWriteStream(this.path, { flags: 'a' });
      this.#stream.on('error', () => undefined); // the stream keeps it
    }
    this.#stream.write(data);
  }

  /** Resolves when everything written so far is in the hands of the system. */
  async flush(): Promise<void> {
    const stream = this.#stream;
    if (stream === undefined) return;
    this.#check();
    await new Promise<void>((resolve) => stream.write('', () => resolve()));
    this.#check();
  }

  async close(): Promise<void> {
    if (this.#stream === undefined) return;
    this.#stream.end();
    await finished(this.#stream).catch(() => undefined);
    if (!this.#reported) this.#check();
  }

  #check(): void {
    const cause = this.#stream?.errored;
    if (cause === undefined || cause === null) return;
    this.#reported = true;
    throw new RunError('RUN_WRITE', `${this.path}: cannot be written: ${messageOf(cause)}`, { cause });
  }
}

/** A file of JSON lines that is appended to. `keep` says which lines of an earlier run stay. */
export class JsonLines {
  readonly #file: AppendedFile;

  private constructor(path: string) {
    this.#file = new AppendedFile(path);
  }

  static async open(path: string, keep: (line: Readonly<Record<string, unknown>>) => boolean): Promise<JsonLines> {
    const before = await readLines(path);
    const kept = before.lines.filter(keep);
    if (kept.length < before.lines.length || before.torn) {
      await writeFileAtomic(path, kept.map((line) => `${JSON.stringify(line)}\n`).join(''));
    }
    return new JsonLines(path);
  }

  write(line: Readonly<Record<string, unknown>>): void {
    this.#file.write(`${JSON.stringify(line, (_key, value) => encodeNumber(value))}\n`);
  }

  flush(): Promise<void> {
    return this.#file.flush();
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

export class MetricsFile implements MetricSink {
  readonly #file: JsonLines;

  private constructor(file: JsonLines) {
    this.#file = file;
  }

  /** Opens `metrics.jsonl`, keeping what was measured up to `step`. */
  static async open(path: string, step: number): Promise<MetricsFile> {
    return new MetricsFile(await JsonLines.open(path, (line) => Number(line.step) <= step));
  }

  write({ step, time, metrics }: MetricRecord): void {
    this.#file.write({ step, time, ...metrics });
  }

  flush(): Promise<void> {
    return this.#file.flush();
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** The metrics of a run, in order of steps; empty where the file is absent. A torn last line is passed over. */
export async function readMetrics(path: string): Promise<readonly MetricRecord[]> {
  const { lines } = await readLines(path);
  return lines.map(({ step, time, ...metrics }) => ({
    step: Number(step),
    time: Number(time),
    metrics: Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, decodeNumber(value)])),
  }));
}

/** @internal */
export async function readLines(path: string): Promise<{ lines: Record<string, unknown>[]; torn: boolean }> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { lines: [], torn: false };
    throw error;
  }
  const rows = text.split('\n');
  const torn = rows.pop() !== '';
  const lines = rows.flatMap((row, i) => {
    if (row === '') return [];
    try {
      return [JSON.parse(row) as Record<string, unknown>];
    } catch (cause) {
      throw new RunError('RUN_LINES', `${path}:${i + 1}: not JSON.`, { cause });
    }
  });
  return { lines, torn };
}

/** JSON has no NaN and no infinities; they are written as text. */
function encodeNumber(value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

function decodeNumber(value: unknown): number {
  return typeof value === 'number' ? value : Number(value);
}
