/** A language model small enough that a training step takes milliseconds, and rows for it. */
import { CounterRandom } from '@tessera/data';
import { type DecoderConfig, DecoderLM, parseDecoderConfig } from '@tessera/models';
import { type ListProblem, listTask, perSample, problemsOf } from '@tessera/rl';
import type { DType, Tensor } from '@tessera/tensor';

export function tinyConfig(): DecoderConfig {
  return parseDecoderConfig({
    model_type: 'llama',
    vocab_size: 16,
    hidden_size: 32,
    intermediate_size: 64,
    num_hidden_layers: 1,
    num_attention_heads: 2,
    num_key_value_heads: 2,
    max_position_embeddings: 24,
    tie_word_embeddings: false,
    eos_token_id: 12,
    initializer_range: 0.15,
  });
}

export function tinyModel(options: { dtype?: DType; seed?: number } = {}): DecoderLM {
  return new DecoderLM(tinyConfig(), { seed: 1, ...options });
}

export const shortLists = listTask({ length: 2, operations: ['reverse'] });

/** Pairs of a right and a wrong answer. */
export function preferences(count: number): { prompt: Int32Array; chosen: Int32Array; rejected: Int32Array }[] {
  return problemsOf(shortLists, count, 5).map(({ prompt, answer }) => ({
    prompt,
    chosen: answer,
    rejected: wrong(answer),
  }));
}

/** Right and wrong answers in turn, of different lengths. */
export function unpaired(count: number): { prompt: Int32Array; completion: Int32Array; label: boolean }[] {
  return problemsOf(shortLists, count, 6).map(({ prompt, answer }, i) => ({
    prompt,
    completion: i % 2 === 0 ? answer : wrong(answer),
    label: i % 2 === 0,
  }));
}

function wrong(answer: ListProblem['answer']): Int32Array {
  const random = new CounterRandom(answer[0]!, answer[1]!);
  return Int32Array.from([(answer[0]! + 1 + random.integer(8)) % 10, 12]);
}

export async function valuesOf(model: DecoderLM): Promise<Float32Array> {
  const parts = await Promise.all([...model.parameters()].map((t: Tensor) => t.data()));
  return Float32Array.from(parts.flatMap((p) => Array.from(p as Float32Array)));
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i]! - b[i]!));
  return most;
}

/** Rewards that a random model gets by degrees: tokens of the answer that are in place. */
export const partly = perSample<{ readonly answer: Int32Array }>('partly', ({ tokens, row }) =>
  row.answer.reduce((n, t, i) => n + Number(tokens[i] === t) / row.answer.length, 0),
);
