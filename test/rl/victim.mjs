// A run that its parent kills: node victim.mjs FOLDER. Prints each step, and at the end a digest of the weights.
import { createHash } from 'node:crypto';
import { DecoderLM, parseDecoderConfig } from '@tessera/models';
import { GrpoTrainer, listTask, perSample, taskDataset } from '@tessera/rl';

const config = parseDecoderConfig({
  model_type: 'llama',
  vocab_size: 16,
  hidden_size: 32,
  intermediate_size: 64,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  num_key_value_heads: 2,
  max_position_embeddings: 24,
  eos_token_id: 12,
  initializer_range: 0.15,
});
const model = new DecoderLM(config, { dtype: 'bf16', seed: 1 });
const partly = perSample('partly', ({ tokens, row }) => row.answer.filter((t, i) => tokens[i] === t).length);
const trainer = new GrpoTrainer({
  model,
  dataset: taskDataset(listTask({ length: 2 }), { seed: 3 }),
  rewards: partly,
  promptsPerStep: 4,
  numGenerations: 4,
  maxCompletionLength: 4,
  steps: 8,
  lr: 1e-2,
  folder: process.argv[2],
  checkpointEvery: 2,
  onWarning: () => {},
});
for await (const { step } of trainer.steps()) console.log(`step ${step}`);
await trainer.close();
const hash = createHash('sha256');
for (const parameter of model.parameters()) hash.update(new Uint8Array((await parameter.rawData()).buffer));
console.log(`digest ${hash.digest('hex')}`);
