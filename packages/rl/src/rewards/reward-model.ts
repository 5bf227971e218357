/**
 * Reward models: language models whose head gives one number for a sequence, at its last token. They are read from folders
 * in Hugging Face's layout of sequence classification with one label.
 */
import { join } from 'node:path';
import { makeFolder, openSafetensors, type Tokenizer, writeFileAtomic, writeShardedSafetensors } from '@tessera/data';
import { tensorToWrite } from '@tessera/data/tensors';
import { DecoderLM, loadWeights, PackedTokens, parseDecoderConfig, readModelJson } from '@tessera/models';
import { init, Linear, Module } from '@tessera/nn';
import { ArgumentError, type DType, noGrad, scope, type Tensor, tensor } from '@tessera/tensor';
import type { Scoring } from '../rollouts/scoring.js';
import type { PromptRow } from '../tasks/problem.js';
import type { Reward } from './rewards.js';

/** A language model with a head of one number in place of its own: PPO's value models and reward models. */
export class ScalarModel extends Module {
  readonly body: DecoderLM;
  readonly score: Linear;

  /** Takes over `body`. The head starts at zero: every state is worth nothing until something is learned. */
  constructor(body: DecoderLM) {
    super();
    this.body = this.child('body', body);
    const head = new Linear(body.config.hiddenSize, 1, { bias: false, dtype: body.dtype, device: body.device });
    this.score = this.child('score', head);
    init.zeros(head.weight);
    // Its own output matrix takes no part, unless it is the token embedding.
    if (!body.config.tied) body.headWeight.setRequiresGrad(false);
  }

  /** With a copy of a model's weights. */
  static copyOf(model: DecoderLM): ScalarModel {
    const copy = new DecoderLM(model.config, { dtype: model.dtype, device: model.device });
    copy.loadStateDict(model.stateDict());
    return new ScalarModel(copy);
  }

  /** A number per scored token, from the state before it: `[rows, columns]`, f32. */
  values(scoring: Scoring): Tensor {
    return scoring.perPosition(this.body, (hidden) => this.#head(hidden));
  }

  /** A number per sequence, from the state at its last token: `[rows]`, f32. */
  scores(sequences: readonly ArrayLike<number>[]): Tensor {
    const packed = PackedTokens.of(sequences, this.body);
    const last = tensor(
      Int32Array.from(packed.starts.slice(1), (end) => end - 1),
      { device: this.body.device },
    );
    return this.#head(this.body.hiddenStates(packed, { wanted: last }));
  }

  #head(hidden: Tensor): Tensor {
    return this.score.forward(hidden).to('f32').squeeze({ dim: -1 });
  }
}

/**
 * A reward model from a folder that transformers wrote for sequence classification with one label (Llama, Mistral, Qwen).
 * @throws ArgumentError naming what the folder has instead; ModelConfigError, WeightsError or SafetensorsError for files that
 * are missing, do not fit or are damaged.
 */
export async function loadRewardModel(folder: string, { dtype = 'f32' }: { readonly dtype?: DType } = {}) {
  const op = 'loadRewardModel';
  const file = join(folder, 'config.json');
  const json = await readModelJson(folder);
  const architecture = String((json.architectures as unknown[] | undefined)?.[0]);
  const labels = Object.keys((json.id2label as object | undefined) ?? { 0: '', 1: '' }).length;
  if (!architecture.endsWith('ForSequenceClassification') || labels !== 1 || json.model_type === 'gpt2') {
    throw new ArgumentError(
      `${file}: expected a Llama, Mistral or Qwen model for sequence classification with one label; got ${architecture} with ${labels}.`,
      { op, actual: architecture },
    );
  }
  // There is no language-model head; a tied one needs no weights.
  const { architectures: _, ...rest } = json;
  const body = init.skipInit(
    () => new DecoderLM(parseDecoderConfig({ ...rest, tie_word_embeddings: true }, file), { dtype }),
  );
  const model = new ScalarModel(body);
  try {
    await using source = await openSafetensors(folder);
    await loadWeights(model, source, { optionalPrefix: 'body.', ignored: (name) => name === 'lm_head.weight' });
  } catch (error) {
    model.dispose();
    throw error;
  }
  return model;
}

/**
 * Writes a reward model as a folder that `loadRewardModel` and transformers' sequence classification load.
 * @throws ArgumentError for architectures that have no such form there.
 */
export async function saveRewardModel(
  folder: string,
  model: ScalarModel,
  { tokenizer }: { readonly tokenizer?: Tokenizer } = {},
): Promise<void> {
  const { architecture, json } = model.body.config;
  if (!architecture.endsWith('ForCausalLM') || model.body.config.type === 'gpt2') {
    throw new ArgumentError(`${architecture} has no reward model here; expected Llama, Mistral or Qwen.`, {
      op: 'saveRewardModel',
      actual: architecture,
    });
  }
  const config = {
    ...json,
    architectures: [architecture.replace('ForCausalLM', 'ForSequenceClassification')],
    id2label: { 0: 'reward' },
    label2id: { reward: 0 },
    dtype: model.body.dtype === 'bf16' ? 'bfloat16' : 'float32',
  };
  await makeFolder(folder);
  await writeFileAtomic(join(folder, 'config.json'), `${JSON.stringify(config, null, 2)}\n`);
  await tokenizer?.save(folder);
  const weights = [...model.stateDict()].flatMap(([name, tensor]) =>
    name === 'body.lm_head.weight' ? [] : [tensorToWrite(name.replace(/^body\./, ''), tensor)],
  );
  await writeShardedSafetensors(folder, weights);
}

export interface RewardModelOptions {
  readonly name?: string;
  readonly weight?: number;
  /** Tokens of a sample as the reward model takes them. Default: the prompt's and the completion's, when prompts are token ids. */
  readonly encode?: (row: PromptRow, tokens: Int32Array, text: string) => ArrayLike<number>;
  /** Samples that go through the model at a time. Default 32. */
  readonly batchSize?: number;
}

/** A reward model's score as a reward. */
export function rewardModel(model: ScalarModel, options: RewardModelOptions = {}): Reward<PromptRow> {
  const { name = 'reward_model', weight = 1, batchSize = 32 } = options;
  const encode = options.encode ?? withPromptIds;
  return {
    name,
    weight,
    score: async (samples) => {
      const scores = new Float64Array(samples.length);
      for (let from = 0; from < samples.length; from += batchSize) {
        const part = samples.slice(from, from + batchSize);
        const sequences = part.map(({ row, tokens, text }) => encode(row, tokens, text));
        using values = noGrad(() => scope(() => model.scores(sequences)));
        scores.set(await values.data(), from);
      }
      return scores;
    },
  };
}

function withPromptIds({ prompt }: PromptRow, tokens: Int32Array): ArrayLike<number> {
  if (typeof prompt === 'string' || typeof prompt[0] === 'object') {
    throw new ArgumentError('prompts are text; give `encode` with the reward model’s tokenizer.', {
      op: 'rewardModel',
    });
  }
  return [...Array.from(prompt as ArrayLike<number>), ...tokens];
}
