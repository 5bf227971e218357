/** Language models in Hugging Face's layout beside transformers: training step, generation, prefill, loading. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DecoderLM, generate, loadPretrained, PackedTokens, parseDecoderConfig, savePretrained } from '@tessera/models';
import { flatParameters } from '@tessera/nn';
import { AdamW } from '@tessera/optim';
import { type Device, noGrad, scope, tensor } from '@tessera/tensor';
import type { Size } from '../protocol.js';
import type { Case, Work } from '../work.js';

export const gpt2 = {
  model_type: 'gpt2',
  vocab_size: 50257,
  n_embd: 768,
  n_layer: 12,
  n_head: 12,
  n_positions: 1024,
  attn_pdrop: 0,
  embd_pdrop: 0,
  resid_pdrop: 0,
};
export const smallLlama = {
  model_type: 'llama',
  vocab_size: 4096,
  hidden_size: 320,
  intermediate_size: 864,
  num_hidden_layers: 6,
  num_attention_heads: 5,
  max_position_embeddings: 2048,
};

/** The shapes, by millions of parameters: a small Llama, GPT-2, Qwen2.5-0.5B. The peer has the same. */
const configs: Readonly<Record<number, Readonly<Record<string, unknown>>>> = {
  10: smallLlama,
  124: gpt2,
  494: {
    model_type: 'qwen2',
    vocab_size: 151936,
    hidden_size: 896,
    intermediate_size: 4864,
    num_hidden_layers: 24,
    num_attention_heads: 14,
    num_key_value_heads: 2,
    tie_word_embeddings: true,
  },
};

const modelOf = ({ millions, bf16 }: Size, device: Device): DecoderLM =>
  new DecoderLM(parseDecoderConfig(configs[millions!]!), { device, dtype: bf16 ? 'bf16' : 'f32' });

/** `batch` prompts of `tokens` tokens. */
function promptsOf({ batch, tokens }: Size, { config: { vocabSize } }: DecoderLM): number[][] {
  const prompt = (row: number): number[] =>
    Array.from({ length: tokens! }, (_, i) => (row * 7919 + i * 104729) % vocabSize);
  return Array.from({ length: batch! }, (_, row) => prompt(row));
}

/** A case with one rival and, where there is one, the bar. */
function against(label: string, size: Size, cost: Case['cost'], atLeast?: number, memory = false): Case {
  const rival = { peer: 'torch', method: 'transformers' } as const;
  return {
    label,
    size,
    ...(cost && { cost }),
    rivals: [{ ...rival, ...(atLeast !== undefined && { atLeast }), ...(memory && { memoryAtMost: 1 }) }],
    ...(memory && { memory: true }),
  };
}

const matrices: Readonly<Record<number, number>> = { 10: 8.7e6, 124: 123.6e6, 494: 493.9e6 };
const flops = (millions: number, tokens: number, passes = 1) => ({ flops: 2 * passes * tokens * matrices[millions]! });

export const training: Work = {
  name: 'lm-train',
  summary: 'one training step of a language model: forward, backward, AdamW',
  cases: [
    against('10M B8 T128', { millions: 10, batch: 8, tokens: 128 }, flops(10, 1024, 3), 1.5, true),
    against('10M B8 T128 bf16', { millions: 10, batch: 8, tokens: 128, bf16: 1 }, flops(10, 1024, 3), 1, true),
    against('124M B2 T128', { millions: 124, batch: 2, tokens: 128 }, flops(124, 256, 3), 1.5, true),
    against('494M B1 T128', { millions: 494, batch: 1, tokens: 128 }, flops(494, 128, 3), 1.5, true),
  ],
  ours: (size, _method, device) => {
    const model = modelOf(size, device);
    const prompts = promptsOf(size, model);
    const [parameters] = flatParameters(model);
    const optimizer = new AdamW(parameters, { lr: 3e-4, weightDecay: 0.01 });
    return {
      call: () => {
        scope(() => {
          parameters.zeroGrad();
          model.loss(PackedTokens.of(prompts, { device })).backward();
        });
        optimizer.step();
      },
      close: () => {
        optimizer.dispose();
        model.dispose();
      },
    };
  },
};

export const generation: Work = {
  name: 'lm-generate',
  summary: '32 tokens after prompts of 32, greedy, with a key-value cache',
  cases: [
    against('10M B8', { millions: 10, batch: 8, tokens: 32, newTokens: 32 }, flops(10, 8 * 64), 2),
    against('124M B8', { millions: 124, batch: 8, tokens: 32, newTokens: 32 }, flops(124, 8 * 64)),
    against('494M B8', { millions: 494, batch: 8, tokens: 32, newTokens: 32 }, flops(494, 8 * 64), 1.2),
  ],
  ours: (size, _method, device) => {
    const model = modelOf(size, device);
    const prompts = promptsOf(size, model);
    const options = { maxNewTokens: size.newTokens!, temperature: 0, stopTokens: [] };
    return {
      call: async () => {
        await generate(model, prompts, options);
      },
      close: () => model.dispose(),
    };
  },
};

export const prefill: Work = {
  name: 'lm-prefill',
  summary: 'logits of the token after each prompt',
  cases: [
    against('10M B8 T256', { millions: 10, batch: 8, tokens: 256 }, flops(10, 2048), 1.3),
    against('124M B1 T512', { millions: 124, batch: 1, tokens: 512 }, flops(124, 512), 1.3),
    against('494M B1 T512', { millions: 494, batch: 1, tokens: 512 }, flops(494, 512), 1.3),
  ],
  ours: (size, _method, device) => {
    const model = modelOf(size, device);
    const tokens = PackedTokens.of(promptsOf(size, model), { device });
    const last = tensor(
      Int32Array.from(tokens.starts.slice(1), (end) => end - 1),
      { device },
    );
    return {
      call: () => {
        scope(() => {
          noGrad(() => model.logits(model.hiddenStates(tokens, { wanted: last })));
        });
      },
      close: () => {
        last.dispose();
        tokens.dispose();
        model.dispose();
      },
    };
  },
};

export const loading: Work = {
  name: 'lm-load',
  summary: 'loadPretrained of a checkpoint in the page cache',
  cases: [
    { ...against('494M bf16, 0.99 GB', { millions: 494, bf16: 1 }, { bytes: 988e6 }), atMost: { time: 988 } }, // 1 GB/s
  ],
  ours: async (size, _method, device) => {
    const folder = mkdtempSync(join(tmpdir(), 'tessera-load-'));
    {
      using model = modelOf(size, device);
      await savePretrained(folder, model);
    }
    return {
      call: async () => {
        (await loadPretrained(folder, { device })).dispose();
      },
      close: () => rmSync(folder, { recursive: true }),
    };
  },
};
