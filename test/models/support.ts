/** Small models and folders for the tests of @tessera/models. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DecoderLM, type DecoderOptions, parseDecoderConfig } from '@tessera/models';
import { device, type Tensor } from '@tessera/tensor';

export const fixtures = fileURLToPath(new URL('../fixtures/rl/', import.meta.url));

/** Contents of a small `config.json`. */
export const configs = {
  llama: {
    model_type: 'llama',
    vocab_size: 61,
    hidden_size: 32,
    intermediate_size: 48,
    num_hidden_layers: 2,
    num_attention_heads: 4,
    num_key_value_heads: 2,
    max_position_embeddings: 512,
    initializer_range: 0.3,
  },
  gemma: {
    model_type: 'gemma3_text',
    vocab_size: 61,
    hidden_size: 32,
    intermediate_size: 48,
    num_hidden_layers: 2,
    num_attention_heads: 4,
    num_key_value_heads: 2,
    head_dim: 16,
    max_position_embeddings: 512,
    sliding_window: 3,
    sliding_window_pattern: 2,
    initializer_range: 0.3,
  },
  gpt2: {
    model_type: 'gpt2',
    vocab_size: 61,
    n_embd: 32,
    n_layer: 2,
    n_head: 4,
    n_positions: 64,
    initializer_range: 0.3,
    attn_pdrop: 0,
    embd_pdrop: 0,
    resid_pdrop: 0,
  },
} as const;

export function makeModel(
  json: Readonly<Record<string, unknown>> = configs.llama,
  options?: DecoderOptions,
): DecoderLM {
  return new DecoderLM(parseDecoderConfig(json), options);
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'tessera-models-'));
}

export async function liveBytes(): Promise<number> {
  await device('cpu').synchronize();
  return device('cpu').memory().live;
}

export async function values(x: Tensor): Promise<number[]> {
  return [...(await x.data())];
}
