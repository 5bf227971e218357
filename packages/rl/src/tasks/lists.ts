/**
 * Operations on short lists of digits, in 16 tokens: the smallest task on which a language model can be seen to learn by
 * reinforcement. The prompt is the digits and an operation, the answer the digits in their new order and an end token. The
 * answer in reverse is a second convention: a model pretrained on a mixture of both knows the right one and prefers the
 * wrong one, and reinforcement brings it out.
 */
import { ArgumentError } from '@tessera/tensor';
import type { PromptRow, Task } from './problem.js';

export const listTokens = { end: 12, pad: 13, sort: 14, reverse: 15, vocabSize: 16 } as const;

export type ListOperation = 'sort' | 'reverse';

export interface ListProblem extends PromptRow {
  readonly prompt: Int32Array;
  readonly operation: ListOperation;
  /** Tokens of the right answer, the end token included. */
  readonly answer: Int32Array;
  /** The right answer's digits backwards, then the end token. */
  readonly mirrored: Int32Array;
}

export interface ListTaskOptions {
  /** Digits in a list. Default 5. */
  readonly length?: number;
  /** Default both. */
  readonly operations?: readonly ListOperation[];
}

export function listTask({ length = 5, operations = ['sort', 'reverse'] }: ListTaskOptions = {}): Task<ListProblem> {
  const known = operations.every((o) => o === 'sort' || o === 'reverse');
  if (!(Number.isInteger(length) && length >= 1 && operations.length > 0 && known)) {
    throw new ArgumentError(
      `needs a length from 1 on and operations of sort, reverse; got ${length} and ${operations.join(', ')}.`,
      { op: 'listTask' },
    );
  }
  return {
    name: `lists of ${length}`,
    problem(random) {
      const operation = operations[random.integer(operations.length)]!;
      const digits = Array.from({ length }, () => random.integer(10));
      const result = operation === 'sort' ? [...digits].sort((a, b) => a - b) : [...digits].reverse();
      return {
        prompt: Int32Array.from([...digits, listTokens[operation]]),
        operation,
        answer: Int32Array.from([...result, listTokens.end]),
        mirrored: Int32Array.from([...result.reverse(), listTokens.end]),
      };
    },
  };
}
