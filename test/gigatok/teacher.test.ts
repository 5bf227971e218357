/** The teacher of a training run: trained once, kept with the run, and only where the settings are right. */
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gridPng, sceneSample, type TrainConfig, trainSchema, trainTokenizer } from '@tessera/gigatok';
import { parseConfig } from '@tessera/train';
import { afterAll, expect, it } from 'vitest';
import { smallConfig } from './support.js';

const folder = await mkdtemp(join(tmpdir(), 'gigatok-teacher-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const images = join(folder, 'images');
for (let i = 0; i < 8; i++) {
  const own = join(images, `class-${i % 2}`);
  await mkdir(own, { recursive: true });
  await writeFile(join(own, `${i}.png`), await gridPng(sceneSample(i, 1).pixels, [32, 32], { columns: 1, scale: 1 }));
}

/** Trains in a folder up to `stop` of four steps; returns what was logged of the teacher. */
async function train(name: string, stop: number, training: Partial<TrainConfig['training']> = {}): Promise<string[]> {
  const { semantic, ...tokenizer } = smallConfig;
  const config = trainSchema.parse({
    output: join(folder, name),
    data: { path: images },
    tokenizer: { ...tokenizer, semantic: { layer: semantic!.layer } },
    init: 'small',
    teacher: { small: { steps: 2 } },
    training: { steps: 4, batch: 4, ...training },
  });
  const messages: string[] = [];
  const stopped = new AbortController();
  const options = {
    progress: false as const,
    signal: stopped.signal,
    log: (message: string) => void (message.startsWith('teacher:') && messages.push(message)),
    onStep: ({ step }: { step: number }) => void (step === stop && stopped.abort(new Error('enough'))),
  };
  const run = trainTokenizer(config, options);
  if (stop < 4) await expect(run).rejects.toThrow('enough');
  else await run;
  return messages;
}

const weights = (name: string) => readFile(join(folder, name, 'tokenizer', 'tokenizer.safetensors'));

it('is trained once; a run goes on with the one it kept, bit for bit', async () => {
  expect(await train('whole', 4)).toHaveLength(1);
  expect(await train('stopped', 2)).toHaveLength(1);
  const kept = join(folder, 'stopped', 'teacher.safetensors');
  const { mtimeMs } = await stat(kept);
  expect(await train('stopped', 4)).toEqual([]);
  expect((await stat(kept)).mtimeMs).toBe(mtimeMs);
  expect(Buffer.compare(await weights('stopped'), await weights('whole'))).toBe(0);
});

it('teaches single crops: ten are refused with the file', () => {
  const given = {
    output: 'x',
    data: { path: images, crop: 'ten' },
    tokenizer: 'tiny',
    training: { steps: 1, batch: 1 },
  };
  expect(() => parseConfig(given, trainSchema, 'file')).toThrow(/data\.crop/);
});

it('is not trained where the settings are wrong, and again where they are others', async () => {
  await expect(train('schedule', 4, { schedule: { warmup: 4 } })).rejects.toThrow(
    /a warm-up of 4 steps must be shorter than the run; got 4 steps/,
  );
  await expect(stat(join(folder, 'schedule', 'teacher.safetensors'))).rejects.toThrow();
  await train('other', 1);
  await rm(join(folder, 'other', 'teacher.safetensors'));
  await expect(train('other', 4, { steps: 5 })).rejects.toThrow(/started with another training\.steps/);
  await expect(stat(join(folder, 'other', 'teacher.safetensors'))).rejects.toThrow();
  await train('other', 4);
  await rm(join(folder, 'other', 'checkpoints'), { recursive: true });
  expect(await train('other', 4, { seed: 1 })).toHaveLength(1);
});
