/**
 * A line that says how far a run is, how long it will take and what it measures. On a terminal one line is rewritten;
 * elsewhere (a file, a pipe) a plain line is written now and then, so that logs stay short.
 */

export interface ProgressOptions {
  readonly label?: string;
  /** Where it goes; standard error where absent. */
  readonly stream?: ProgressStream;
  /** Seconds between plain lines. Default 10. */
  readonly plainEvery?: number;
  /** Seconds in which nothing is shown: what is over by then stays quiet. Default 0. */
  readonly quietFor?: number;
}

/** The part of a terminal or file that is used. */
export interface ProgressStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const redrawEvery = 0.1;
const barWidth = 20;

export class Progress {
  readonly #label: string;
  readonly #stream: ProgressStream;
  readonly #plainEvery: number;
  readonly #quietFor: number;
  #started = 0;
  #first = 0;
  /** Smoothed seconds of a step. */
  #pace: number | undefined;
  #last = { done: 0, time: 0 };
  #shown = Number.NEGATIVE_INFINITY;
  #open = false;

  constructor({ label = '', stream = process.stderr, plainEvery = 10, quietFor = 0 }: ProgressOptions = {}) {
    this.#label = label;
    this.#stream = stream;
    this.#plainEvery = plainEvery;
    this.#quietFor = quietFor;
  }

  /** Starts the clock with `done` steps behind it. */
  start(done = 0): void {
    this.#started = now();
    this.#first = done;
    this.#last = { done, time: this.#started };
    this.#shown = this.#stream.isTTY ? Number.NEGATIVE_INFINITY : this.#started;
    this.#pace = undefined;
  }

  /** Shows `done` of `total`, and `fields` where there is room. The last step is always shown. */
  update(done: number, total: number, fields: Readonly<Record<string, number | string>> = {}): void {
    if (this.#started === 0) this.start(0);
    const time = now();
    if (done > this.#last.done) {
      const pace = (time - this.#last.time) / (done - this.#last.done);
      // the first steps are slower than the rest; a moving average forgets them
      this.#pace = this.#pace === undefined ? pace : 0.9 * this.#pace + 0.1 * pace;
      this.#last = { done, time };
    }
    const every = this.#stream.isTTY ? redrawEvery : this.#plainEvery;
    if (time - this.#shown < every && done < total) return;
    if (time - this.#started < this.#quietFor) return;
    this.#shown = time;
    const line = this.#line(done, total, time, fields);
    if (!this.#stream.isTTY) {
      this.#stream.write(`${line}\n`);
      return;
    }
    const width = this.#stream.columns ?? 80;
    this.#stream.write(`\r\x1b[2K${line.length < width ? line : `${line.slice(0, width - 2)}…`}`);
    this.#open = true;
    if (done >= total) this.end();
  }

  /** Leaves the line as it stands, so that other output starts on a new one. */
  end(): void {
    if (this.#open) this.#stream.write('\n');
    this.#open = false;
  }

  #line(done: number, total: number, time: number, fields: Readonly<Record<string, number | string>>): string {
    const share = total === 0 ? 1 : done / total;
    const filled = Math.round(barWidth * share);
    const bar = `[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}]`;
    const elapsed = time - this.#started;
    const left = done >= total || this.#pace === undefined ? undefined : this.#pace * (total - done);
    const steps = done - this.#first;
    const clock = left === undefined ? `took ${duration(elapsed)}` : `ETA ${duration(left)}`;
    const rate = steps > 0 && elapsed > 0 ? `${counted(steps / elapsed)}/s` : '';
    const shown = Object.entries(fields).map(([name, v]) => `${name} ${typeof v === 'number' ? significant(v) : v}`);
    return [this.#label, bar, `${counted(done)}/${counted(total)}`, clock, rate, ...shown]
      .filter((part) => part !== '')
      .join('  ');
  }
}

/** `8s`, `2m05s`, `1h04m`. */
export function duration(seconds: number): string {
  const s = Math.round(seconds);
  const two = (n: number): string => String(n).padStart(2, '0');
  if (s < 60) return `${s}s`;
  if (s < 3600) return `${Math.floor(s / 60)}m${two(s % 60)}s`;
  return `${Math.floor(s / 3600)}h${two(Math.floor(s / 60) % 60)}m`;
}

/** A count; from a hundred thousand on in thousands, millions or thousand millions: `9.921M`. */
function counted(value: number): string {
  if (value < 1e5) return significant(value);
  const [size, letter] = value < 1e6 ? [1e3, 'k'] : value < 1e9 ? [1e6, 'M'] : [1e9, 'G'];
  return `${significant(value / size)}${letter}`;
}

/** Four significant digits, without trailing zeros. */
function significant(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  const text = value.toPrecision(4);
  return text.includes('e') ? text : text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function now(): number {
  return performance.now() / 1000;
}
