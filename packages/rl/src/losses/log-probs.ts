/**
 * Log-probabilities of tokens from logits. Trainers go through `linearLogProb`, which never has the logits in memory;
 * these are for programs that have them.
 */
import { crossEntropy, mul, type Tensor } from '@tessera/tensor';
import { column, maskedSum } from './common.js';

export interface TokenLogProbs {
  /** Log-probability of each token. */
  readonly logProbs: Tensor;
  /** Entropy of the distribution each token was drawn from, in nats. */
  readonly entropies: Tensor;
}

/**
 * `logits` `[..., classes]` and the token that follows each, `tokens` `[...]` (i32), to log-probability and entropy
 * `[...]` under `softmax(logits / temperature)`. Rollout and training must use the same temperature.
 */
export function tokenLogProbs(logits: Tensor, tokens: Tensor, options: { temperature?: number } = {}): TokenLogProbs {
  const { temperature = 1 } = options;
  const scaled = temperature === 1 ? logits : logits.div(temperature);
  const logs = scaled.logSoftmax({ dim: -1 });
  return {
    logProbs: logs.gather(column(tokens), { dim: -1 }).squeeze({ dim: -1 }),
    entropies: mul(logs.exp(), logs).sum({ dim: -1 }).neg(),
  };
}

/** Cross entropy of each token, with what label smoothing adds; 0 where the label is -100. */
export function tokenLosses(logits: Tensor, labels: Tensor, options: { labelSmoothing?: number } = {}): Tensor {
  return crossEntropy(logits, labels, { reduction: 'none', ...options });
}

/** `logits` and `inputIds` of whole sequences, moved so that logits stand with the token they predict. */
export function shifted(logits: Tensor, ...perToken: readonly Tensor[]): Tensor[] {
  const length = logits.shape[1]! - 1;
  return [
    logits.narrow({ dim: 1, start: 0, length }),
    ...perToken.map((t) => t.narrow({ dim: 1, start: 1, length }).contiguous()),
  ];
}

/**
 * Log of the summed squares of the next-token distribution, which WPO divides by: `[...]` for logits `[..., classes]`.
 * Source: arXiv 2406.11827, Eq. 2.
 */
export function alignmentLogDenominator(logits: Tensor): Tensor {
  const once = logits.logsumexp({ dim: -1 });
  return logits.mul(2).logsumexp({ dim: -1 }).sub(once.mul(2));
}

/** Share of tokens that are the most likely one, as sum and count. */
export function tokenAccuracy(logits: Tensor, tokens: Tensor, mask: Tensor): { correct: Tensor; count: Tensor } {
  const hits = logits.argmax({ dim: -1 }).eq(tokens).to('f32');
  return { correct: maskedSum(hits, mask), count: mask.sum() };
}
