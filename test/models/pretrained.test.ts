/** Folders in Hugging Face's layout: what is saved loads again with the same bits, here and in transformers; what does not fit is named. */
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type HostTensor, openSafetensors, type TensorToWrite, writeSafetensors } from '@tessera/data';
import { type DecoderLM, loadPretrained, PackedTokens, parseDecoderConfig, savePretrained } from '@tessera/models';
import { noGrad, scope } from '@tessera/tensor';
import { expect, test } from 'vitest';
import { configs, fixtures, makeModel, temporaryFolder, values } from './support.js';

const prompts = [
  [3, 5, 7, 9, 11],
  [2, 4],
];

async function logitsOf(model: DecoderLM): Promise<number[]> {
  using logits = scope(() => noGrad(() => model.forward(PackedTokens.of(prompts))));
  return values(logits);
}

/** A copy of a fixture's model whose file was rewritten by `change`. */
async function changed(fixture: string, change: (tensors: Map<string, HostTensor>) => void): Promise<string> {
  const folder = temporaryFolder();
  cpSync(join(fixtures, fixture, 'model'), folder, { recursive: true });
  const file = join(folder, 'model.safetensors');
  const tensors = new Map<string, HostTensor>();
  {
    await using source = await openSafetensors(file);
    for (const name of source.names) tensors.set(name, await source.read(name));
  }
  change(tensors);
  const all = [...tensors].map(([name, t]): TensorToWrite => ({ name, dtype: t.dtype, shape: t.shape, data: t.data }));
  await writeSafetensors(file, all);
  return folder;
}

test.each(['hf_gpt2', 'hf_qwen2_bf16_sharded', 'hf_qwen3', 'hf_mistral_sliding'])(
  '%s saved and loaded again has the same bits',
  async (fixture) => {
    using model = await loadPretrained(join(fixtures, fixture, 'model'));
    expect(model.dtype).toBe(fixture.includes('bf16') ? 'bf16' : 'f32');
    expect(model.config.eosTokenIds).toEqual([2]);
    const folder = temporaryFolder();
    await savePretrained(folder, model, { maxShardBytes: 50_000 });
    expect(readFileSync(join(folder, 'model.safetensors.index.json'), 'utf8')).toContain('model-00001-of-');
    using again = await loadPretrained(folder);
    expect(again.dtype).toBe(model.dtype);
    expect(await logitsOf(again)).toEqual(await logitsOf(model));
    await using before = await openSafetensors(join(fixtures, fixture, 'model'));
    await using after = await openSafetensors(folder);
    expect([...after.names].sort()).toEqual([...before.names].sort());
    for (const name of before.names) expect(await after.read(name)).toEqual(await before.read(name));
  },
);

test('saving one file over shards leaves no shards', async () => {
  using model = makeModel();
  const folder = temporaryFolder();
  await savePretrained(folder, model, { maxShardBytes: 10_000 });
  await savePretrained(folder, model);
  using again = await loadPretrained(folder);
  expect(await logitsOf(again)).toEqual(await logitsOf(model));
});

test('a bare GPT-2 with stored masks, as the hub has it, loads', async () => {
  const folder = await changed('hf_gpt2', (tensors) => {
    for (const [name, tensor] of [...tensors]) {
      tensors.delete(name);
      tensors.set(name.replace('transformer.', ''), tensor);
    }
    tensors.set('h.0.attn.bias', { dtype: 'f32', shape: [1, 1, 2, 2], data: new Float32Array(4) });
  });
  using model = await loadPretrained(folder);
  using original = await loadPretrained(join(fixtures, 'hf_gpt2/model'));
  expect(await logitsOf(model)).toEqual(await logitsOf(original));
});

test('tensors that do not fit are named with their file, and nothing is loaded', async () => {
  const norm = 'model.norm.weight';
  const missing = await changed('hf_qwen3', (tensors) => tensors.delete(norm));
  await expect(loadPretrained(missing)).rejects.toThrow(
    `model.safetensors: tensor "${norm}": missing; the model needs it.`,
  );
  const unexpected = await changed('hf_qwen3', (tensors) => tensors.set('model.extra', tensors.get(norm)!));
  await expect(loadPretrained(unexpected)).rejects.toThrow('tensor "model.extra": the model has no such tensor.');
  const renamed = await changed('hf_qwen3', (tensors) => {
    tensors.set('model.extra', tensors.get(norm)!);
    tensors.delete(norm);
  });
  await expect(loadPretrained(renamed)).rejects.toThrow(/^[^"]*"model.norm.weight": missing.* Also: .*"model.extra"/);
  const shaped = await changed('hf_qwen3', (tensors) => {
    tensors.set(norm, { ...tensors.get(norm)!, shape: [8, 8] });
    tensors.delete('model.embed_tokens.weight');
  });
  const error: Error = await loadPretrained(shaped).then(
    () => new Error('was loaded'),
    (caught: Error) => caught,
  );
  expect(error).toMatchObject({ code: 'MODEL_WEIGHTS' });
  expect(error.message).toContain(`tensor "${norm}": has the shape [8, 8]; the model's is [64].`);
  expect(error.message).toContain('tensor "model.embed_tokens.weight": missing');
  const integers = await changed('hf_qwen3', (tensors) =>
    tensors.set(norm, { dtype: 'i32', shape: [64], data: new Int32Array(64) }),
  );
  await expect(loadPretrained(integers)).rejects.toThrow(`tensor "${norm}": is i32`);
});

test('a folder that lacks a file, or whose config is no JSON, is named', async () => {
  const folder = temporaryFolder();
  await expect(loadPretrained(folder)).rejects.toThrow(/config.json: no such file/);
  writeFileSync(join(folder, 'config.json'), '{"model_type": ');
  await expect(loadPretrained(folder)).rejects.toThrow(/config.json: not JSON/);
  writeFileSync(join(folder, 'config.json'), JSON.stringify(configs.llama));
  await expect(loadPretrained(folder)).rejects.toMatchObject({ code: 'SAFETENSORS_OPEN' });
  cpSync(join(fixtures, 'hf_qwen2_bf16_sharded/model'), folder, { recursive: true });
  rmSync(join(folder, 'model-00003-of-00004.safetensors'));
  await expect(loadPretrained(folder)).rejects.toMatchObject({ code: 'SAFETENSORS_MISSING_SHARD' });
});

test('no folder, no model and no configuration are refused by name', async () => {
  using model = makeModel(configs.llama);
  await expect(savePretrained(5 as never, model)).rejects.toThrow(/savePretrained: folder is a path; got 5/);
  await expect(savePretrained(temporaryFolder(), {} as never)).rejects.toThrow(/savePretrained: needs a model/);
  expect(() => parseDecoderConfig(null as never)).toThrow(/a configuration is an object; got null/);
});

test('the end tokens of generation_config.json go before those of config.json', async () => {
  using model = makeModel({ ...configs.llama, eos_token_id: 1 });
  const folder = temporaryFolder();
  await savePretrained(folder, model);
  writeFileSync(join(folder, 'generation_config.json'), JSON.stringify({ eos_token_id: [4, 5] }));
  using again = await loadPretrained(folder, { dtype: 'bf16' });
  expect(again.config.eosTokenIds).toEqual([4, 5]);
  expect(again.dtype).toBe('bf16');
});

const python = process.env.TESSERA_PYTHON ?? 'python3';
const probe = "from importlib.util import find_spec as f; exit(0 if f('torch') and f('transformers') else 1)";
const withTransformers = spawnSync(python, ['-c', probe]).status === 0;

test.skipIf(!withTransformers)(
  'transformers loads what is saved here and computes the same logits',
  async () => {
    const script = `
import json, sys, torch
from transformers import AutoModelForCausalLM
prompts, folders = json.loads(sys.argv[1]), sys.argv[2:]
stored = [str(AutoModelForCausalLM.from_pretrained(folder, dtype='auto').dtype) for folder in folders]
models = [AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32) for folder in folders]
with torch.no_grad():
    logits = [[model(torch.tensor([ids])).logits[0].flatten().tolist() for ids in prompts] for model in models]
print(json.dumps({'stored': stored, 'logits': logits}))`;
    const base = { ...configs.llama, eos_token_id: 2 };
    const yarn = { rope_type: 'yarn', factor: 4, original_max_position_embeddings: 64, rope_theta: 10000 };
    const models = [
      configs.gpt2,
      { ...base, mlp_bias: true, attention_bias: true, rope_parameters: yarn },
      { ...base, model_type: 'qwen2', tie_word_embeddings: true },
      { ...base, model_type: 'qwen3', head_dim: 16 },
      { ...base, model_type: 'mistral', sliding_window: 3 },
      configs.gemma,
    ].flatMap((json) => [makeModel(json), makeModel(json, { dtype: 'bf16' })]);
    const folders = models.map(() => temporaryFolder());
    for (const [i, folder] of folders.entries()) await savePretrained(folder, models[i]!, { maxShardBytes: 20_000 });
    const { stdout, stderr, status } = spawnSync(python, ['-c', script, JSON.stringify(prompts), ...folders], {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    });
    expect(status, stderr).toBe(0);
    const { stored, logits } = JSON.parse(stdout) as { stored: string[]; logits: number[][][] };
    for (const [m, expected] of logits.entries()) {
      expect(stored[m]).toBe({ f32: 'torch.float32', bf16: 'torch.bfloat16' }[models[m]!.dtype as 'f32' | 'bf16']);
      models[m]!.dispose();
      // In f32 on both sides: what is compared is every weight, not how either rounds.
      using again = await loadPretrained(folders[m]!, { dtype: 'f32' });
      const actual = await logitsOf(again);
      expect(actual.length).toBe(expected.flat().length);
      for (const [i, value] of expected.flat().entries())
        expect(Math.abs(actual[i]! - value)).toBeLessThan(2e-4 + 1e-4 * Math.abs(value));
    }
  },
  300_000,
);
