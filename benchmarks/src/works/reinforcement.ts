/**
 * Reinforcement beside others: the demonstration of RL subnetworks (`tessera quickstart`) beside the same in plain PyTorch, and
 * GRPO of a model of 10 million parameters beside TRL. Completions have a fixed length, so that both sides do the same.
 */
import { arrayDataset, CounterRandom, type Dataset } from '@tessera/data';
import { DecoderLM, parseDecoderConfig } from '@tessera/models';
import { flatParameters } from '@tessera/nn';
import { Subnetwork } from '@tessera/optim';
import { GrpoTrainer, type PromptRow, perSample, type SftRow, SftTrainer, type Trainer } from '@tessera/rl';
import type { Device } from '@tessera/tensor';
import type { Size } from '../protocol.js';
import type { Contestant, Work } from '../work.js';
import { gpt2, smallLlama } from './language-model.js';

/** The model of `tessera quickstart`. */
const listModel = {
  model_type: 'llama',
  vocab_size: 16,
  hidden_size: 128,
  intermediate_size: 344,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  max_position_embeddings: 32,
};
const [prompt, answer] = [6, 6];
const digits = (random: CounterRandom, count: number) => Array.from({ length: count }, () => random.integer(10));

function rows<Row>(make: (random: CounterRandom) => Row): Dataset<Row> {
  const random = new CounterRandom(1);
  return arrayDataset(Array.from({ length: 4096 }, () => make(random)));
}

/** More steps than are measured. */
const steps = 1_000_000;
const constant = () => 1;

const oddSum = perSample<PromptRow>('odd sum', ({ tokens }) => tokens.reduce((a, b) => a + b, 0) % 2);

function contestant(trainer: Trainer, stepsPerCall = 1): Contestant {
  const run = trainer.steps();
  return {
    call: async () => {
      for (let i = 0; i < stepsPerCall; i++) await run.next();
    },
    close: () => void trainer.close().then(() => trainer.model.dispose()),
  };
}

export const demonstrationGrpo: Work = {
  name: 'rl-grpo',
  summary: 'a GRPO step of the demonstration: 32 prompts of 6 tokens x 8 completions of 6, bf16 parameters',
  cases: [
    {
      label: '0.4M, 32 x 8',
      size: { prompts: 32, group: 8 },
      rivals: [{ peer: 'torch', method: 'plain', atLeast: 2 }],
    },
  ],
  ours: ({ prompts, group }, _method, device) =>
    contestant(
      new GrpoTrainer({
        model: new DecoderLM(parseDecoderConfig(listModel), { device, dtype: 'bf16' }),
        dataset: rows((random) => ({ prompt: digits(random, prompt) })),
        rewards: oddSum,
        steps,
        lr: 5e-5,
        schedule: constant,
        promptsPerStep: prompts!,
        numGenerations: group!,
        maxCompletionLength: answer,
        stopTokens: [],
        onWarning: () => {},
        loss: { lossType: 'dr_grpo' },
      }),
    ),
};

export const demonstrationPretraining: Work = {
  name: 'rl-pretrain',
  summary: 'a pretraining step of the demonstration: 128 sequences of 12 tokens, f32',
  cases: [{ label: '0.4M, 128', size: { batch: 128 }, rivals: [{ peer: 'torch', method: 'plain', atLeast: 1.5 }] }],
  ours: ({ batch }, _method, device) =>
    contestant(
      new SftTrainer({
        model: new DecoderLM(parseDecoderConfig(listModel), { device }),
        dataset: rows<SftRow>((random) => ({ prompt: digits(random, prompt), completion: digits(random, answer) })),
        steps,
        batchSize: batch!,
        lr: 3e-3,
        betas: [0.9, 0.98],
        weightDecay: 0.01,
        schedule: constant,
      }),
    ),
};

export const trlGrpo: Work = {
  name: 'rl-trl-grpo',
  summary: 'two GRPO steps of a 10M Llama, end to end: completions, rewards, update; f32 on both sides',
  cases: [
    {
      label: '10M, 2 x 8, T64 + 64',
      size: { millions: 10, prompts: 2, group: 8, tokens: 64, newTokens: 64 },
      rivals: [{ peer: 'torch', method: 'trl', atLeast: 2 }],
    },
  ],
  ours: ({ prompts, group, tokens, newTokens }, _method, device) =>
    contestant(
      new GrpoTrainer({
        model: new DecoderLM(parseDecoderConfig(smallLlama), { device }),
        dataset: rows((random) => ({ prompt: Array.from({ length: tokens! }, () => random.integer(4096)) })),
        rewards: oddSum,
        steps,
        lr: 1e-6,
        promptsPerStep: prompts!,
        numGenerations: group!,
        maxCompletionLength: newTokens!,
        stopTokens: [],
        onWarning: () => {},
      }),
      2,
    ),
};

/** Peak bytes of parameters, gradients, optimizer state and activations while a model trains, in megabytes. */
async function trainingMemory({ batch, tokens, permille }: Size, device: Device): Promise<Record<string, number>> {
  using model = new DecoderLM(parseDecoderConfig(gpt2), { device, dtype: 'bf16' });
  using flat = permille === 1000 ? null : flatParameters(model, { gradDType: 'f32' })[0];
  using subnetwork = flat && (await Subnetwork.random(flat, permille! / 1000));
  const trainer = new SftTrainer({
    model,
    ...(subnetwork && { subnetwork }),
    dataset: rows<SftRow>((random) => ({ text: Array.from({ length: tokens! }, () => random.integer(50257)) })),
    steps: 2,
    batchSize: batch!,
    precision: 'master',
  });
  await device.synchronize();
  device.resetPeakMemory();
  await trainer.finish();
  await device.synchronize();
  const { peak } = device.memory();
  await trainer.close();
  return { peak: peak / 1e6 };
}

export const sparseTrainingMemory: Work = {
  name: 'rl-training-memory',
  summary:
    'GPT-2 124M in bf16 with f32 master values, AdamW, 2 x 128 tokens: all weights, or a random subnetwork of them',
  unit: 'MB',
  cases: [1000, 200, 50, 10].map((permille) => ({
    label: permille === 1000 ? 'all weights' : `${permille / 10} %`,
    size: { batch: 2, tokens: 128, permille },
    rivals: [],
  })),
  ours: (size, _method, device) => ({ values: () => trainingMemory(size, device) }),
};
