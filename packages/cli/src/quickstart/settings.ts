/**
 * What the demonstration does, in numbers. They follow a prototype whose results are known: two conventions of answering
 * are pretrained, the wrong one more often, and reinforcement has to bring the right one out. In bf16 without master
 * values a step of this learning rate moves only small weights, which is what makes the update sparse.
 */

export interface Settings {
  readonly pretrain: { readonly steps: number; readonly batch: number; readonly lr: number };
  readonly grpo: {
    readonly steps: number;
    readonly lr: number;
    readonly prompts: number;
    readonly generations: number;
    /** Reward answers by their share of right tokens: for budgets in which no whole answer is right. */
    readonly graded?: boolean;
  };
  readonly random: { readonly steps: number; readonly lr: number; readonly density: number };
  readonly dpo: { readonly steps: number; readonly lr: number; readonly batch: number; readonly pairs: number };
  /** Problems that are evaluated on. */
  readonly evaluate: number;
  readonly checkpointEvery: number;
}

export const budgets: Readonly<Record<'full' | 'tiny', Settings>> = {
  full: {
    pretrain: { steps: 900, batch: 128, lr: 3e-3 },
    grpo: { steps: 500, lr: 5.5e-5, prompts: 48, generations: 8 },
    random: { steps: 250, lr: 3e-3, density: 0.01 },
    dpo: { steps: 250, lr: 2e-5, batch: 64, pairs: 4000 },
    evaluate: 2000,
    checkpointEvery: 50,
  },
  /** The same phases in seconds: for tests. Nothing is learned. */
  tiny: {
    pretrain: { steps: 12, batch: 16, lr: 3e-3 },
    grpo: { steps: 4, lr: 5e-5, prompts: 4, generations: 4, graded: true },
    random: { steps: 3, lr: 3e-3, density: 0.01 },
    dpo: { steps: 3, lr: 2e-5, batch: 8, pairs: 16 },
    evaluate: 40,
    checkpointEvery: 2,
  },
};

/**
 * A Llama of 0.4 million parameters. Sixteen tokens: digits, an end, padding, two operations. Its matrices begin small, so
 * that more weights are small enough for steps in bf16 to move.
 */
export const modelConfig = {
  model_type: 'llama',
  architectures: ['LlamaForCausalLM'],
  vocab_size: 16,
  hidden_size: 128,
  intermediate_size: 344,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 4,
  max_position_embeddings: 32,
  rms_norm_eps: 1e-6,
  hidden_act: 'silu',
  rope_theta: 10000,
  tie_word_embeddings: false,
  initializer_range: 0.057,
  bos_token_id: null,
  eos_token_id: 12,
  pad_token_id: 13,
};
