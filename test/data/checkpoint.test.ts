import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Checkpoint, CheckpointStore, type TensorToWrite, writeFileAtomic } from '@tessera/data';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from './temporary.js';

const weights = (value: number): readonly TensorToWrite[] => [
  { name: 'w', dtype: 'f32', shape: [4], data: new Float32Array(4).fill(value) },
];
const save = (store: CheckpointStore, step: number): Promise<string> =>
  store.save(step, {
    tensors: { model: weights(step) },
    state: { step, rate: 0.1 + 0.2 },
    files: { 'config.yaml': `step: ${step}` },
  });

async function weightOf(checkpoint: Checkpoint | undefined): Promise<unknown> {
  await using file = await checkpoint!.tensors('model');
  return (await file.read('w')).data[0];
}

describe('CheckpointStore', () => {
  it('gives back tensors, state and files exactly', async () => {
    const root = join(temporaryFolder(), 'run', 'checkpoints');
    const store = await CheckpointStore.open(root);
    expect(await store.latest()).toBeUndefined();
    await save(store, 3);
    const latest = await (await CheckpointStore.open(root)).latest();
    expect(latest).toMatchObject({ step: 3, state: { step: 3, rate: 0.1 + 0.2 }, skipped: [], tensorFiles: ['model'] });
    expect(await weightOf(latest)).toBe(3);
    expect(readFileSync(latest!.file('config.yaml'), 'utf8')).toBe('step: 3');
    expect(() => latest!.file('other')).toThrow('has no file other');
  });

  it('keeps the last few and the milestones', async () => {
    const store = await CheckpointStore.open(temporaryFolder(), { keepLast: 2, keepEvery: 4 });
    for (let step = 1; step <= 7; step++) await save(store, step);
    expect((await store.list()).map((entry) => entry.step)).toEqual([4, 6, 7]);
    expect(readdirSync(store.root).sort()).toEqual(['step-00000004', 'step-00000006', 'step-00000007']);
    expect(await weightOf(await store.at(4))).toBe(4);
    await expect(store.at(5)).rejects.toMatchObject({ code: 'CHECKPOINT_MISSING' });
  });

  it('replaces a step that is saved again', async () => {
    const store = await CheckpointStore.open(temporaryFolder(), { keepLast: 3 });
    await save(store, 1);
    await store.save(1, { tensors: { model: weights(9) }, state: null });
    expect(await weightOf(await store.latest())).toBe(9);
    expect(readdirSync(store.root)).toEqual(['step-00000001-1']);
  });

  const damages: [string, (folder: string) => void, string][] = [
    ['a flipped bit', (f) => flip(join(f, 'model.safetensors'), 70), 'model.safetensors: its content does not match'],
    [
      'a truncated tensor file',
      (f) => truncateSync(join(f, 'model.safetensors'), 70),
      'model.safetensors: it has 70 bytes',
    ],
    ['a missing file', (f) => rmSync(join(f, 'config.yaml')), 'config.yaml: no such file'],
    ['another state', (f) => writeFileSync(join(f, 'state.json'), '{"step": 7}'), 'state.json: it has'],
    ['a changed manifest', (f) => flip(join(f, 'manifest.json'), 60), 'manifest.json'],
    ['no manifest', (f) => rmSync(join(f, 'manifest.json')), 'manifest.json: no such file'],
  ];
  it.each(damages)('passes over a checkpoint with %s and names it', async (_, damage, problem) => {
    const store = await CheckpointStore.open(temporaryFolder());
    await save(store, 1);
    damage(await save(store, 2));
    const latest = await store.latest();
    expect(latest!.step).toBe(1);
    expect(latest!.skipped.map((error) => error.message).join()).toContain(problem);
    await expect(store.at(2)).rejects.toThrow(problem);
    rmSync(join(store.root, 'step-00000001', 'state.json'));
    await expect(store.latest()).rejects.toMatchObject({ code: 'CHECKPOINT_NONE_INTACT' });
  });

  it('leaves nothing of a save that failed, and refuses what JSON would lose', async () => {
    const store = await CheckpointStore.open(temporaryFolder());
    const lost = store.save(1, { state: { loss: [1, Number.NaN] } });
    await expect(lost).rejects.toThrow('state.loss[1] is NaN, which JSON cannot hold');
    const failing = { ...weights(1)[0]!, data: () => Promise.reject(new Error('device lost')) };
    await expect(store.save(1, { tensors: { model: [failing] }, state: null })).rejects.toThrow('device lost');
    await expect(store.save(1, { files: { '../x': '' }, state: null })).rejects.toMatchObject({
      code: 'CHECKPOINT_NAME',
    });
    await expect(store.save(-1, { state: null })).rejects.toMatchObject({ code: 'CHECKPOINT_STEP' });
    expect(readdirSync(store.root)).toEqual([]);
  });

  it('clears what dead writers left and spares the living', async () => {
    const root = temporaryFolder();
    const store = await CheckpointStore.open(root);
    const path = await save(store, 1);
    const dead = join(root, `.step-00000002.partial-${2 ** 22 + 5}-abcd`);
    const ours = join(root, `.step-00000002.partial-${process.pid}-abcd`);
    const living = join(root, `.step-00000002.partial-${process.ppid}-abcd`);
    for (const folder of [dead, ours, living]) mkdirSync(join(folder, 'deep'), { recursive: true });
    renameSync(path, join(root, 'unrelated'));
    await CheckpointStore.open(root);
    expect(readdirSync(root).sort()).toEqual([living.slice(root.length + 1), 'unrelated'].sort());
  });
});

it('a file that is written again clears what a dead writer of it left, and nothing else', async () => {
  const root = temporaryFolder();
  const [own, other] = ['a.txt', 'b.txt'].map((name) => join(root, `.${name}.partial-${2 ** 22 + 5}-abcd`));
  for (const path of [own!, other!]) writeFileSync(path, 'half');
  await writeFileAtomic(join(root, 'a.txt'), 'whole');
  expect(readdirSync(root).sort()).toEqual([basename(other!), 'a.txt']);
});

it('a process killed at any moment leaves its last checkpoint loadable', { timeout: 120_000 }, async () => {
  const root = temporaryFolder();
  let lastReported = 0;
  for (let round = 0; round < 12; round++) {
    const victim = spawn(process.execPath, [fileURLToPath(new URL('checkpoint-victim.mjs', import.meta.url)), root]);
    let output = '';
    let complaints = '';
    victim.stdout.on('data', (chunk) => {
      output += chunk;
      if (!killing) killing = setTimeout(() => victim.kill('SIGKILL'), Math.random() * 60);
    });
    victim.stderr.on('data', (chunk) => {
      complaints += chunk;
    });
    let killing: NodeJS.Timeout | undefined;
    await new Promise((resolve) => victim.on('close', resolve));
    expect(complaints).toBe('');
    lastReported = Math.max(lastReported, ...output.trim().split('\n').map(Number));
    const latest = await (await CheckpointStore.open(root)).latest();
    expect(latest!.skipped).toEqual([]);
    expect(latest!.step).toBeGreaterThanOrEqual(lastReported);
    expect(latest!.state).toMatchObject({ step: latest!.step });
    for (const name of ['model', 'optimizer']) {
      await using file = await latest!.tensors(name);
      const { data } = await file.read(file.names[0]!);
      expect(new Set(data as Float32Array)).toEqual(new Set([latest!.step]));
    }
  }
});

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at]! ^= 1;
  writeFileSync(path, bytes);
}
