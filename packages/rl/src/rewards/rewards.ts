/**
 * Rewards: functions from samples to numbers, synchronous or not, each with a name and a weight. A reward that is null or
 * NaN does not apply to its sample, which is something else than 0.
 */
import { messageOf } from '@tessera/data';
import type { FinishReason } from '@tessera/models';
import { ArgumentError } from '@tessera/tensor';
import { RlError } from '../errors.js';
import { finalNumber, solvesCountdown } from '../tasks/numbers.js';

/** One completion of a row's prompt. */
export interface Sample<Row> {
  readonly row: Row;
  /** Text of the completion; '' without a tokenizer. */
  readonly text: string;
  readonly tokens: Int32Array;
  readonly finishReason: FinishReason;
}

export interface RewardContext {
  /** Training steps done before this one. */
  readonly step: number;
}

/** One number per sample, or null where it does not apply. */
export type RewardFunction<Row> = (
  samples: readonly Sample<Row>[],
  context: RewardContext,
) => ArrayLike<number | null> | Promise<ArrayLike<number | null>>;

export interface Reward<Row> {
  readonly name: string;
  /** Default 1. */
  readonly weight?: number;
  readonly score: RewardFunction<Row>;
}

/** A reward from a function of a single sample. */
export function perSample<Row>(
  name: string,
  score: (sample: Sample<Row>, context: RewardContext) => number | null | Promise<number | null>,
  options: { readonly weight?: number } = {},
): Reward<Row> {
  return { name, ...options, score: (samples, context) => Promise.all(samples.map((s) => score(s, context))) };
}

/** 1 where the tokens are those of the row's answer, to the last one. */
export function exactTokens(options: { readonly weight?: number } = {}): Reward<{ readonly answer: Int32Array }> {
  return perSample(
    'exact',
    ({ tokens, row }) => (tokens.length === row.answer.length && tokens.every((t, i) => t === row.answer[i]) ? 1 : 0),
    options,
  );
}

/** 1 where the text is the row's answer, space around it apart. */
export function exactText(options: { readonly weight?: number } = {}): Reward<{ readonly answer: string }> {
  return perSample('exact', ({ text, row }) => (text.trim() === row.answer.trim() ? 1 : 0), options);
}

/** 1 where the text's final number is the row's answer: see `finalNumber`. */
export function numericAnswer(options: { readonly weight?: number } = {}): Reward<{ readonly answer: string }> {
  return perSample(
    'numeric',
    ({ text, row }) => {
      const [given, right] = [finalNumber(text), Number(row.answer)];
      return given !== null && Math.abs(given - right) <= 1e-6 * Math.max(1, Math.abs(right)) ? 1 : 0;
    },
    options,
  );
}

/** 1 where the text solves the row's countdown problem. */
export function countdownSolved(
  options: { readonly weight?: number } = {},
): Reward<{ readonly numbers: readonly number[]; readonly target: number }> {
  return perSample('countdown', ({ text, row }) => (solvesCountdown(text, row.numbers, row.target) ? 1 : 0), options);
}

export interface OverlongOptions {
  /** Tokens from which the penalty is full. */
  readonly maxLength: number;
  /** Width of the ramp before it. */
  readonly buffer: number;
  readonly weight?: number;
}

/**
 * DAPO's soft overlong punishment: 0 up to `maxLength - buffer` tokens, then linearly down to -1 at `maxLength`.
 * Source: arXiv 2503.14476, Eq. 13.
 */
export function overlongPenalty({ maxLength, buffer, ...options }: OverlongOptions): Reward<unknown> {
  if (!(buffer > 0 && buffer <= maxLength)) {
    throw new ArgumentError(`buffer must be from 1 to maxLength; got ${buffer} of ${maxLength}.`, {
      op: 'overlongPenalty',
    });
  }
  const penalty = (length: number) => -Math.min(1, Math.max(0, (length - (maxLength - buffer)) / buffer));
  return perSample('overlong', ({ tokens }) => penalty(tokens.length), options);
}

export interface ScoredSamples {
  /** By reward, then by sample; NaN where it does not apply. */
  readonly scores: readonly Float64Array[];
  readonly weights: readonly number[];
}

/** @internal Checks rewards before anything is sampled for them. */
export function checkRewards(op: string, rewards: readonly Reward<never>[]): void {
  for (const [i, reward] of rewards.entries()) {
    if (typeof reward?.score !== 'function' || typeof reward.name !== 'string' || reward.name === '') {
      throw new ArgumentError(`reward ${i} is none: expected { name, score }; perSample(name, function) makes one.`, {
        op,
      });
    }
    if (reward.weight !== undefined && !Number.isFinite(reward.weight)) {
      throw new ArgumentError(`the weight of reward ${reward.name} must be a number; got ${reward.weight}.`, { op });
    }
  }
  const names = rewards.map(({ name }) => name);
  if (names.length === 0 || new Set(names).size < names.length) {
    throw new ArgumentError(`needs rewards with names of their own; got ${names.join(', ') || 'none'}.`, { op });
  }
}

/**
 * Runs every reward on the samples, all at once. Throws RlError `REWARD_FAILED` with the cause where one throws, and
 * ArgumentError naming one that gives too few or no numbers.
 */
export async function scoreSamples<Row>(
  rewards: readonly Reward<Row>[],
  samples: readonly Sample<Row>[],
  context: RewardContext,
): Promise<ScoredSamples> {
  const scores = await Promise.all(
    rewards.map(async ({ name, score }) => {
      const given = await Promise.resolve()
        .then(() => score(samples, context))
        .catch((cause: unknown) => {
          throw new RlError('REWARD_FAILED', `reward ${name} failed: ${messageOf(cause)}`, { cause });
        });
      if (given?.length !== samples.length) {
        throw new ArgumentError(`reward ${name} gave ${given?.length ?? 'no'} numbers for ${samples.length} samples.`, {
          op: 'scoreSamples',
          actual: given?.length,
          expected: samples.length,
        });
      }
      return Float64Array.from({ length: samples.length }, (_, i) => {
        const value = given[i];
        if (value === null) return Number.NaN;
        if (typeof value === 'number' && Math.abs(value) !== Number.POSITIVE_INFINITY) return value;
        throw new ArgumentError(
          `reward ${name} gave ${typeof value === 'string' ? JSON.stringify(value) : String(value)} for sample ${i}; expected a number or null.`,
          {
            op: 'scoreSamples',
            actual: value,
          },
        );
      });
    }),
  );
  return { scores, weights: rewards.map(({ weight = 1 }) => weight) };
}
