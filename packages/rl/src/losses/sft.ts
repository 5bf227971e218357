/** Supervised finetuning. */
import type { Tensor } from '@tessera/tensor';
import { defineLoss, maskedSum, tokenCount } from './common.js';

export interface SftBatch {
  /** Cross entropy of each token `[rows, positions]`, label smoothing included: from `linearCrossEntropy` or `tokenLosses`. */
  readonly tokenLosses: Tensor;
  /** 1 where a token is trained on. */
  readonly mask: Tensor;
}

export const sftLossTypes = ['nll', 'dft'] as const;

export interface SftOptions {
  /** `dft` weights each token by its own probability. */
  lossType: (typeof sftLossTypes)[number];
}

/** Summed over tokens and divided by their number in the whole batch. */
export const sftLoss = defineLoss<SftBatch, SftOptions>({
  name: 'sft',
  source: 'nll: transformers ForCausalLMLoss with num_items_in_batch. dft: arXiv 2508.05629, TRL SFTTrainer.',
  defaults: { lossType: 'nll' },
  choices: { lossType: sftLossTypes },
  forward({ tokenLosses, mask }, { lossType }, counts) {
    const weighted = lossType === 'dft' ? tokenLosses.mul(tokenLosses.detach().neg().exp()) : tokenLosses;
    return { loss: maskedSum(weighted, mask).div(tokenCount(mask, counts)), metrics: {} };
  },
});
