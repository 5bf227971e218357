/**
 * Verifiable problems: a prompt and what a right answer must be. A task makes a problem from a random stream; a dataset of
 * a task makes problem `index` from seed and index alone, so it needs no storage and a resumed run sees what it would have.
 */
import { CounterRandom, type Dataset, mapDataset } from '@tessera/data';
import type { Prompt } from '@tessera/models';
import { ArgumentError } from '@tessera/tensor';
import type { ChatColumns } from '../datasets/encode.js';

/** A row that can be rolled out: a prompt, and columns that rewards look at. */
export interface PromptRow extends ChatColumns {
  /** Text, a conversation, or token ids. */
  readonly prompt: Prompt;
}

export interface Task<Row extends PromptRow> {
  readonly name: string;
  problem(random: CounterRandom): Row;
}

export interface TaskDatasetOptions {
  readonly seed?: number;
  /** Problems in all. Default 2^31 - 1: more than a run will see. */
  readonly length?: number;
}

/** Problems of a task as a dataset. */
export function taskDataset<Row extends PromptRow>(task: Task<Row>, options: TaskDatasetOptions = {}): Dataset<Row> {
  const { seed = 0, length = 2 ** 31 - 1 } = options;
  const numbers: Dataset<number> = {
    name: task.name,
    length,
    get: async (index) => index,
    place: (index) => ({ file: task.name, line: index + 1 }),
    close: async () => {},
    [Symbol.asyncDispose]: async () => {},
  };
  return mapDataset(numbers, (index) => task.problem(new CounterRandom(seed, index)));
}

/** `count` problems at once: for evaluation, and for making a corpus. */
export function problemsOf<Row extends PromptRow>(task: Task<Row>, count: number, seed = 0): Row[] {
  if (!(Number.isInteger(count) && count >= 0)) {
    throw new ArgumentError(`count must be a whole number from 0 on; got ${count}.`, { op: 'problemsOf' });
  }
  return Array.from({ length: count }, (_, index) => task.problem(new CounterRandom(seed, index)));
}
