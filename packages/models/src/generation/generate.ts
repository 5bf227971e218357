/** Generation as users call it: all at once, or token by token. */
import type { DecoderLM } from '../language/decoder.js';
import { TokenGenerator } from './generator.js';
import { type GenerateOptions, type Prompt, planGeneration } from './options.js';
import type { Completion, TokenEvent } from './sequence.js';

/**
 * Completions of prompts: `n` per prompt, prompt by prompt. Tokens and log-probabilities depend on prompt, seed and weights,
 * never on the other prompts or on `maxBatch`. The model's weights must not change meanwhile.
 * @throws GenerationError for a prompt or an option that cannot be honoured; the signal's reason when aborted.
 */
export async function generate(
  model: DecoderLM,
  prompts: readonly Prompt[],
  options: GenerateOptions = {},
): Promise<Completion[]> {
  const generator = new TokenGenerator(model, planGeneration(model, prompts, options));
  try {
    for await (const _ of generator.steps());
    return generator.sequences.map((sequence) => sequence.completion());
  } finally {
    generator.dispose();
  }
}

/** As `generate`, but gives each token as it is sampled. Leaving the loop early ends generation and frees its memory. */
export async function* generateStream(
  model: DecoderLM,
  prompts: readonly Prompt[],
  options: GenerateOptions = {},
): AsyncGenerator<TokenEvent> {
  const generator = new TokenGenerator(model, planGeneration(model, prompts, options));
  try {
    for await (const events of generator.steps()) yield* events;
  } finally {
    generator.dispose();
  }
}
