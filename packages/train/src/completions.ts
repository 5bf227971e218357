/** Texts a model wrote during a run, with what they were worth: `completions.jsonl` in the run's folder, and as a table. */
import { JsonLines, readLines } from './metrics.js';

export interface Completion {
  /** Steps done when it was written. */
  readonly step: number;
  readonly prompt: string;
  readonly completion: string;
  /** Total, and further columns by name. */
  readonly reward: number;
  readonly [column: string]: number | string;
}

export class CompletionsFile {
  readonly #file: JsonLines;

  private constructor(file: JsonLines) {
    this.#file = file;
  }

  /** Opens the file, keeping what was written up to `step`. */
  static async open(path: string, step: number): Promise<CompletionsFile> {
    return new CompletionsFile(await JsonLines.open(path, (line) => Number(line.step) <= step));
  }

  write(completions: readonly Completion[]): void {
    for (const completion of completions) this.#file.write(completion);
  }

  flush(): Promise<void> {
    return this.#file.flush();
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** The completions of a run; none where the file is absent. */
export async function readCompletions(path: string): Promise<readonly Completion[]> {
  return (await readLines(path)).lines as unknown as readonly Completion[];
}

/** On one line, and without what would move a terminal's cursor. */
function printable(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ⏎ ').replace(/\p{Cc}/gu, '·');
}

/** Rows under headings, columns aligned, numbers to the right; long cells are cut to `maxWidth`. */
export function formatTable(
  rows: readonly Readonly<Record<string, number | string>>[],
  { columns, maxWidth = 60 }: { readonly columns?: readonly string[]; readonly maxWidth?: number } = {},
): string {
  const names = columns ?? [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cell = (value: number | string | undefined): string => {
    if (value === undefined) return '';
    const text = typeof value === 'number' ? String(Number(value.toPrecision(5))) : printable(value);
    return text.length > maxWidth ? `${text.slice(0, maxWidth - 1)}…` : text;
  };
  const cells = rows.map((row) => names.map((name) => cell(row[name])));
  const widths = names.map((name, c) => Math.max(name.length, ...cells.map((row) => row[c]!.length)));
  const right = names.map((name) => rows.every((row) => row[name] === undefined || typeof row[name] === 'number'));
  const line = (row: readonly string[]): string =>
    row
      .map((text, c) => (right[c] ? text.padStart(widths[c]!) : text.padEnd(widths[c]!)))
      .join('  ')
      .trimEnd();
  return [line(names), widths.map((w) => '-'.repeat(w)).join('  '), ...cells.map(line)].join('\n');
}
