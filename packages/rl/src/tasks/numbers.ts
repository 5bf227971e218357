/** Tasks in words whose answers are numbers: arithmetic, countdown, and what a text's final number is. */
import {
  type ChatMessage,
  type Dataset,
  type DatasetError,
  mapDataset,
  type Row,
  DatasetError as RowError,
} from '@tessera/data';
import { ArgumentError } from '@tessera/tensor';
import type { PromptRow, Task } from './problem.js';

export interface AnswerRow extends PromptRow {
  readonly prompt: string | readonly ChatMessage[];
  /** The right answer as text. */
  readonly answer: string;
}

export interface ArithmeticOptions {
  /** Digits of each number at most. Default 2. */
  readonly digits?: number;
  /** Default + - *. */
  readonly operators?: readonly ('+' | '-' | '*')[];
}

/** `12 + 34 =`, whose answer is `46`. */
export function arithmeticTask({ digits = 2, operators = ['+', '-', '*'] }: ArithmeticOptions = {}): Task<AnswerRow> {
  if (!(Number.isInteger(digits) && digits >= 1 && digits <= 7 && operators.length > 0)) {
    throw new ArgumentError(`digits must be from 1 to 7 with an operator; got ${digits}.`, { op: 'arithmeticTask' });
  }
  return {
    name: 'arithmetic',
    problem(random) {
      const [a, b] = [random.integer(10 ** digits), random.integer(10 ** digits)];
      const operator = operators[random.integer(operators.length)]!;
      const answer = operator === '+' ? a + b : operator === '-' ? a - b : a * b;
      return { prompt: `${a} ${operator} ${b} =`, answer: String(answer) };
    },
  };
}

export interface CountdownRow extends PromptRow {
  readonly prompt: string;
  readonly numbers: readonly number[];
  readonly target: number;
}

export interface CountdownOptions {
  /** How many numbers. Default 3. */
  readonly count?: number;
  /** Largest number. Default 20. */
  readonly largest?: number;
}

/** Make a target of numbers, each used once, with + - * /. Every problem has a solution. */
export function countdownTask({ count = 3, largest = 20 }: CountdownOptions = {}): Task<CountdownRow> {
  if (!(Number.isInteger(count) && count >= 2 && Number.isInteger(largest) && largest >= 2)) {
    throw new ArgumentError(`count and largest must be from 2 on; got ${count} and ${largest}.`, {
      op: 'countdownTask',
    });
  }
  return {
    name: 'countdown',
    problem(random) {
      const numbers = Array.from({ length: count }, () => 1 + random.integer(largest));
      let target = numbers[0]!;
      for (const n of numbers.slice(1)) {
        const way = random.integer(4);
        if (way === 0) target += n;
        else if (way === 1) target -= n;
        else if (way === 2 || target % n !== 0) target *= n;
        else target /= n;
      }
      const prompt = `Using each of the numbers ${numbers.join(', ')} once, with + - * / and brackets, make ${target}.`;
      return { prompt, numbers, target };
    },
  };
}

/** Whether `text` is an expression of exactly these numbers that makes the target. */
export function solvesCountdown(text: string, numbers: readonly number[], target: number): boolean {
  const expression = text.split('=')[0]!.trim();
  if (!/^[\d\s+\-*/()]+$/.test(expression)) return false;
  const used = (expression.match(/\d+/g) ?? []).map(Number).sort((a, b) => a - b);
  if (used.join() !== [...numbers].sort((a, b) => a - b).join()) return false;
  const value = new Expression(expression).value();
  return value !== null && Math.abs(value - target) < 1e-9;
}

/** Arithmetic by recursive descent; null where the text is none. */
class Expression {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = text.match(/\d+|[-+*/()]/g) ?? [];
  }

  value(): number | null {
    const value = this.#sum();
    return this.#at === this.#tokens.length && value !== null && Number.isFinite(value) ? value : null;
  }

  #sum(): number | null {
    let left = this.#product();
    while (left !== null && (this.#next() === '+' || this.#next() === '-')) {
      const plus = this.#tokens[this.#at++] === '+';
      const right = this.#product();
      left = right === null ? null : plus ? left + right : left - right;
    }
    return left;
  }

  #product(): number | null {
    let left = this.#factor();
    while (left !== null && (this.#next() === '*' || this.#next() === '/')) {
      const times = this.#tokens[this.#at++] === '*';
      const right = this.#factor();
      left = right === null ? null : times ? left * right : left / right;
    }
    return left;
  }

  #factor(): number | null {
    const token = this.#tokens[this.#at++];
    if (token === undefined) return null;
    if (/^\d/.test(token)) return Number(token);
    if (token === '-') {
      const value = this.#factor();
      return value === null ? null : -value;
    }
    if (token !== '(') return null;
    const value = this.#sum();
    return this.#tokens[this.#at++] === ')' ? value : null;
  }

  #next(): string | undefined {
    return this.#tokens[this.#at];
  }
}

/**
 * The number a text gives as its answer: what follows the last `####`, else what is in the last `\boxed{}`, else its last
 * number. Thousands separators, currency signs and a final dot are read over. Null where there is none.
 */
export function finalNumber(text: string): number | null {
  const marked = text.lastIndexOf('####');
  const boxed = [...text.matchAll(/\\boxed\{([^{}]*)\}/g)].at(-1)?.[1];
  const from = marked >= 0 ? text.slice(marked + 4) : (boxed ?? text);
  const numbers = from.match(/-?\d[\d,]*(?:\.\d+)?/g);
  const chosen = marked >= 0 ? numbers?.[0] : numbers?.at(-1);
  return chosen === undefined ? null : Number(chosen.replaceAll(',', ''));
}

export interface NumericRowsOptions {
  /** Column of the problem: text, or a conversation that asks for it. Default `question`. */
  readonly question?: string;
  /** Column whose `finalNumber` is the answer. Default `answer`. */
  readonly answer?: string;
  /** Makes the prompt of a problem's text. Default: the text itself. Conversations stay as they are. */
  readonly prompt?: (question: string) => string;
}

/** Word problems with numeric answers, such as GSM8K's JSON lines, as rows with `prompt` and `answer`. */
export function numericAnswers(source: Dataset<Row>, options: NumericRowsOptions = {}): Dataset<AnswerRow & Row> {
  const { question = 'question', answer = 'answer', prompt = (text) => text } = options;
  return mapDataset(source, (row, index) => {
    const [text, solution] = [row[question], row[answer]];
    const problem = (column: string, what: string): DatasetError =>
      new RowError('DATASET_COLUMN', `column ${column}: ${what}`, source.place(index));
    for (const column of [question, answer]) {
      if (!(column in row)) throw problem(column, `is missing; this row has ${Object.keys(row).join(', ')}`);
    }
    const messages = Array.isArray(text) && text.every((message) => typeof message?.content === 'string');
    if (typeof text !== 'string' && !messages) {
      throw problem(question, `must be text or messages; got ${JSON.stringify(text)?.slice(0, 80)}`);
    }
    const number = typeof solution === 'number' ? solution : finalNumber(String(solution ?? ''));
    if (number === null) throw problem(answer, `has no number; got ${JSON.stringify(solution)?.slice(0, 80)}`);
    const asked = typeof text === 'string' ? prompt(text) : (text as readonly ChatMessage[]);
    return { ...row, prompt: asked, answer: String(number), solution };
  });
}
