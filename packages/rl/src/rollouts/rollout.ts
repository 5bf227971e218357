/**
 * Rollouts: groups of completions of a batch of prompts, sampled by the model that is trained, in the same process and on
 * the same weights. A completion's log-probabilities are those that training computes, to the bit, so they serve as the old
 * policy's, and no second pass is needed.
 */
import { type ChatMessage, CounterRandom, type Tokenizer } from '@tessera/data';
import { type DecoderLM, type GenerateOptions, generate } from '@tessera/models';
import { ArgumentError } from '@tessera/tensor';
import { average, weightedRewards } from '../advantages/group.js';
import { chatOptions } from '../datasets/encode.js';
import { type Reward, type Sample, scoreSamples } from '../rewards/rewards.js';
import type { PromptRow } from '../tasks/problem.js';
import type { ScoredRow } from './scoring.js';

export interface SamplingOptions
  extends Pick<
    GenerateOptions,
    'topK' | 'topP' | 'minP' | 'repetitionPenalty' | 'stopTokens' | 'stopStrings' | 'maxBatch'
  > {
  /** Divides the logits, in rollouts and in training. Default 1. */
  readonly temperature?: number;
  /** Tokens of a completion at most. */
  readonly maxCompletionLength: number;
}

/** A completion, what it is of, and how it can be trained on. */
export interface Rollout<Row> extends Sample<Row>, ScoredRow {
  readonly ids: Int32Array;
  /** Under the sampling distribution. */
  readonly logProbs: Float32Array;
  /** Which prompt of the batch. */
  readonly group: number;
}

export interface RolloutRequest<Row> {
  readonly rows: readonly Row[];
  /** Completions per prompt. */
  readonly groupSize: number;
  /** Completions depend on this and their place alone. */
  readonly seed: number;
  readonly tokenizer?: Tokenizer | undefined;
  /** 0 samples greedily. Default: the sampling options'. */
  readonly temperature?: number | undefined;
}

/** Completions of each row's prompt, group by group. */
export async function rollout<Row extends PromptRow>(
  model: DecoderLM,
  { rows, groupSize, seed, tokenizer, temperature }: RolloutRequest<Row>,
  sampling: SamplingOptions,
): Promise<Rollout<Row>[]> {
  const { maxCompletionLength, ...options } = sampling;
  const prompts = rows.map((row) => promptIds(row, tokenizer));
  for (const [i, ids] of prompts.entries()) checkRoom(ids.length, rows[i]!, maxCompletionLength, model);
  const random = new CounterRandom(seed, 0, 0x5eed);
  const completions = await generate(model, prompts, {
    ...options,
    ...(temperature !== undefined && { temperature }),
    n: groupSize,
    maxNewTokens: maxCompletionLength,
    seeds: Array.from({ length: prompts.length * groupSize }, () => random.next() | 0),
    ...(tokenizer && { tokenizer }),
  });
  return completions.map(({ prompt, tokens, logProbs, text, finishReason }) => {
    const ids = new Int32Array(prompts[prompt]!.length + tokens.length);
    ids.set(prompts[prompt]!);
    ids.set(tokens, prompts[prompt]!.length);
    return {
      row: rows[prompt]!,
      group: prompt,
      text,
      tokens,
      finishReason,
      logProbs,
      ids,
      from: prompts[prompt]!.length,
    };
  });
}

function checkRoom(tokens: number, { prompt }: PromptRow, maxCompletionLength: number, model: DecoderLM): void {
  const { maxPositions } = model.config;
  if (tokens > 0 && tokens + maxCompletionLength <= maxPositions) return;
  const start = JSON.stringify(typeof prompt === 'string' ? prompt : Array.from<unknown>(prompt)).slice(0, 60);
  const fail = (problem: string) =>
    new ArgumentError(`a prompt ${problem} It begins ${start} ...`, { op: 'rollout', actual: tokens });
  if (tokens === 0) throw fail('has no tokens. Leave such rows out of the dataset.');
  const room = maxPositions - tokens;
  const hint = room > 0 ? `Set maxCompletionLength to ${room} at most, or leave` : 'Leave';
  throw fail(
    `has ${tokens} tokens and maxCompletionLength is ${maxCompletionLength}; the model has ${maxPositions} positions. ${hint} such rows out of the dataset.`,
  );
}

function promptIds(row: PromptRow, tokenizer: Tokenizer | undefined): ArrayLike<number> {
  const { prompt } = row;
  if (typeof prompt !== 'string' && typeof prompt[0] !== 'object') return prompt as ArrayLike<number>;
  if (tokenizer === undefined) throw new ArgumentError('prompts are text, which needs a tokenizer.', { op: 'rollout' });
  return typeof prompt === 'string'
    ? tokenizer.encode(prompt)
    : tokenizer.encodeChat(prompt as readonly ChatMessage[], { ...chatOptions(row), addGenerationPrompt: true });
}

/** What a batch of completions looks like, by TRL's names. */
export function completionMetrics(samples: readonly Sample<unknown>[]): Record<string, number> {
  const lengths = samples.map(({ tokens }) => tokens.length);
  const ended = samples.filter(({ finishReason }) => finishReason === 'stop').map(({ tokens }) => tokens.length);
  const mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length;
  return {
    'completions/mean_length': mean(lengths),
    'completions/min_length': Math.min(...lengths),
    'completions/max_length': Math.max(...lengths),
    'completions/clipped_ratio': 1 - ended.length / samples.length,
    ...(ended.length > 0 && { 'completions/mean_terminated_length': mean(ended) }),
  };
}

export interface EvaluateOptions extends Omit<SamplingOptions, 'maxCompletionLength'> {
  readonly maxCompletionLength: number;
  readonly tokenizer?: Tokenizer;
  /** Completions per row. Default 1. */
  readonly samples?: number;
  readonly seed?: number;
}

/** Mean reward, the weighted sum of `rewards`, over completions of every row. At temperature 0 (the default) they are greedy. */
export async function evaluateReward<Row extends PromptRow>(
  model: DecoderLM,
  rows: readonly Row[],
  rewards: Reward<Row> | readonly Reward<Row>[],
  { tokenizer, samples = 1, seed = 0, temperature = 0, ...sampling }: EvaluateOptions,
): Promise<number> {
  const request = { rows, groupSize: samples, seed, tokenizer, temperature };
  const completions = await rollout(model, request, sampling);
  const { scores, weights } = await scoreSamples([rewards].flat() as readonly Reward<Row>[], completions, { step: 0 });
  return average(weightedRewards(scores, weights));
}
