/**
 * Progress of several things at once, such as worker processes. On a terminal each has a line of its own below what was
 * said; elsewhere their plain lines follow one another.
 */
import type { ProgressStream } from './progress.js';

const up = (lines: number): string => (lines > 0 ? `\x1b[${lines}A` : '');
const clearBelow = '\r\x1b[J';

export class ProgressBoard {
  readonly #stream: ProgressStream;
  /** What each line under way shows. */
  readonly #lines = new Map<string, string>();

  constructor(stream: ProgressStream = process.stderr) {
    this.#stream = stream;
  }

  /** What a `Progress` called `key` writes: a line, drawn anew; or the end of it, which stays. */
  write(key: string, text: string): void {
    if (!this.#stream.isTTY) {
      this.#stream.write(text);
      return;
    }
    if (text === '\n') {
      const last = this.#lines.get(key);
      this.#redraw(last === undefined ? '' : `${last}\n`, () => this.#lines.delete(key));
    } else {
      const line = text.replace('\r\x1b[2K', '');
      this.#redraw('', () => this.#lines.set(key, line));
    }
  }

  /** Writes a line above those under way. */
  say(line: string): void {
    if (this.#stream.isTTY) this.#redraw(`${line}\n`, () => {});
    else this.#stream.write(`${line}\n`);
  }

  #redraw(above: string, change: () => void): void {
    const before = this.#lines.size;
    change();
    const below = [...this.#lines.values()].map((line) => `${line}\n`).join('');
    this.#stream.write(`${up(before)}${clearBelow}${above}${below}`);
  }
}
