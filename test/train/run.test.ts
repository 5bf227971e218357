/** A run: it stops, is killed, and goes on as if nothing had happened. */
import { spawn } from 'node:child_process';
import { promises } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CheckpointStore, openSafetensors } from '@tessera/data';
import { device, type Tensor, tensor } from '@tessera/tensor';
import { Run, RunError, readCompletions, readMetrics, tensorState } from '@tessera/train';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../data/temporary.js';

const victim = fileURLToPath(new URL('victim.mjs', import.meta.url));

async function train(
  folder: string,
  steps: number,
  { delay = 0, killAfter, signal = 'SIGKILL' }: { delay?: number; killAfter?: number; signal?: NodeJS.Signals } = {},
): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [victim, folder, String(steps), String(delay)]);
  let output = '';
  child.stdout.on('data', (text) => {
    output += text;
  });
  child.stderr.on('data', (text) => {
    output += text;
  });
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
  if (killAfter !== undefined) {
    // counted from the first step on, so that a slow start does not matter
    while (child.exitCode === null && (await readMetrics(join(folder, 'metrics.jsonl'))).length === 0) await wait(20);
    await wait(killAfter);
    child.kill(signal);
  }
  return { code: await ended, output };
}

async function tensorsOf(folder: string): Promise<Record<string, unknown>> {
  const store = await CheckpointStore.open(join(folder, 'checkpoints'));
  const last = (await store.latest())!;
  const all: Record<string, unknown> = { step: last.step, state: last.state };
  for (const file of last.tensorFiles) {
    await using source = await openSafetensors(last.file(`${file}.safetensors`));
    for (const name of source.names) all[`${file}/${name}`] = (await source.read(name)).data;
  }
  return all;
}

/** Metrics without their times. */
async function measured(folder: string): Promise<unknown> {
  return (await readMetrics(join(folder, 'metrics.jsonl'))).map(({ step, metrics }) => ({ step, metrics }));
}

test('a run killed at any moment goes on bit for bit', async () => {
  const whole = temporaryFolder();
  expect(await train(whole, 40)).toEqual({ code: 0, output: '' });
  const killed = temporaryFolder();
  for (const killAfter of [0, 120, 260]) {
    expect((await train(killed, 40, { delay: 15, killAfter })).code).toBe(null);
  }
  expect((await train(killed, 40)).code).toBe(0);
  expect(await tensorsOf(killed)).toEqual(await tensorsOf(whole));
  expect(await measured(killed)).toEqual(await measured(whole));
  expect(await readCompletions(join(killed, 'completions.jsonl'))).toEqual(
    await readCompletions(join(whole, 'completions.jsonl')),
  );
  expect(await measured(whole)).toHaveLength(40);
});

test('an interrupted run finishes its step, saves, and says how to go on', async () => {
  const folder = temporaryFolder();
  const { code, output } = await train(folder, 1000, { delay: 15, killAfter: 100, signal: 'SIGINT' });
  expect(code).toBe(3);
  expect(output).toMatch(/Stopping after this step.*InterruptedError: interrupted/s);
  const store = await CheckpointStore.open(join(folder, 'checkpoints'));
  const records = await readMetrics(join(folder, 'metrics.jsonl'));
  expect((await store.latest())!.step).toBe(records.length);
});

test('steps are measured, evaluated, and leave the memory where they found it', async () => {
  const folder = temporaryFolder();
  const x = tensor([1, 2, 3]).keep();
  await device('cpu').synchronize();
  const live = device('cpu').memory().live;
  await using run = await Run.open({
    folder,
    steps: 5,
    progress: false,
    logEvery: 2,
    state: { x: tensorState(() => [['x', x]]) },
    evaluate: { every: 2, run: async (step) => ({ 'eval/twice': 2 * step }) },
  });
  const seen: unknown[] = [];
  for await (const { step, metrics } of run.steps((step) => {
    x.add_(1);
    return { loss: tensor([step]) };
  })) {
    seen.push([step, metrics]);
  }
  expect(seen).toEqual([
    [1, {}],
    [2, { loss: 1, 'eval/twice': 4 }],
    [3, {}],
    [4, { loss: 3, 'eval/twice': 8 }],
    [5, { loss: 4, 'eval/twice': 10 }],
  ]);
  expect(device('cpu').memory().live).toBe(live);
  expect(run.isDone).toBe(true);
  expect((await tensorsOf(folder))['x/x']).toEqual(Float32Array.from([6, 7, 8]));
});

test('what is measured may be NaN', async () => {
  const folder = temporaryFolder();
  await using run = await Run.open({ folder, steps: 1, progress: false });
  await run.finish(() => ({ loss: Number.NaN, kl: Number.POSITIVE_INFINITY }));
  const [record] = await readMetrics(join(folder, 'metrics.jsonl'));
  expect(record!.metrics).toEqual({ loss: Number.NaN, kl: Number.POSITIVE_INFINITY });
});

test.each([
  [undefined, /a step returns its metrics, \{ loss: 0\.5 \}, or \{\}; got undefined/],
  [{ loss: undefined }, /metric loss must be a number or a tensor; got undefined/],
])('metrics that are none are refused %#', async (metrics, message) => {
  await using run = await Run.open({ steps: 1, progress: false });
  await expect(run.finish(() => metrics as never)).rejects.toThrow(message);
});

test('leaving the loop saves; a step that throws does not', async () => {
  const folder = temporaryFolder();
  const x = tensor([0]).keep();
  const options = { folder, steps: 10, progress: false, state: { x: tensorState(() => [['x', x]]) } } as const;
  const body = (step: number) => {
    x.add_(1);
    if (step === 6) throw new Error('broken');
    return {};
  };
  await using first = await Run.open(options);
  for await (const { step } of first.steps(body)) if (step === 4) break;
  x.fill_(100);
  await using second = await Run.open(options);
  expect([second.step, await x.item()]).toEqual([4, 4]);
  await expect(second.finish(body)).rejects.toThrow('broken');
  await using third = await Run.open(options);
  expect([third.step, await x.item()]).toEqual([4, 4]);
});

test('another configuration, a missing part, another shape and unknown options are refused by name', async () => {
  const folder = temporaryFolder();
  const part = (t: Tensor) => tensorState(() => [['x', t]]);
  await using run = await Run.open({
    folder,
    steps: 1,
    progress: false,
    config: { optimizer: { betas: [0.9, 0.99] } },
    state: { x: part(tensor([1])) },
  });
  await run.finish(() => ({}));
  const open = (more: object) => Run.open({ folder, steps: 1, progress: false, ...more });
  await expect(open({ config: { optimizer: { betas: [0.9, 0.98] } } })).rejects.toThrow(
    /another optimizer\.betas\[1\]/,
  );
  await expect(open({ state: { y: part(tensor([1])) } })).rejects.toThrow(/no part y/);
  await expect(open({ state: { x: part(tensor([1, 2])) } })).rejects.toThrow(/x is Tensor\(f32\[1\].*expected.*\[2\]/);
  await expect(open({ step: 1 })).rejects.toThrow(/no option 'step'/);
  await expect(open({ steps: -1 })).rejects.toThrow(RunError);
});

test('a torn last line is dropped, a broken one inside is named', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'metrics.jsonl');
  await writeFile(path, '{"step":1,"time":0,"a":1}\n{"step":2,"ti');
  expect(await readMetrics(path)).toHaveLength(1);
  await writeFile(path, '{"step":1,"time":0,"a":1}\nnonsense\n{"step":3}\n');
  await expect(readMetrics(path)).rejects.toThrow(/metrics\.jsonl:2: not JSON/);
  expect(await readFile(path, 'utf8')).toContain('nonsense');
});

test('a folder in which another process is at work is refused, and free again when that is gone', async () => {
  const folder = temporaryFolder();
  const child = spawn(process.execPath, [victim, folder, '1000', '60'], { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  while (child.exitCode === null && (await readMetrics(join(folder, 'metrics.jsonl'))).length === 0) await wait(20);
  const second = await train(folder, 3);
  expect(second.code).not.toBe(0);
  expect(second.output).toMatch(new RegExp(`process ${child.pid} is at work in this folder`));
  child.kill('SIGKILL');
  await ended;
  expect(await readdir(folder)).toContain('run.lock');
  await using run = await Run.open({ folder, steps: 1000 });
  await run.close();
  expect(await readdir(folder)).not.toContain('run.lock');
});

test("a lock appears whole, beside nothing else, and one that cannot be read is nobody's", async () => {
  const folder = temporaryFolder();
  await writeFile(join(folder, 'run.lock'), '{"pid":1');
  const run = await Run.open({ folder, steps: 1, progress: false });
  const locks = async () => (await readdir(folder)).filter((name) => name.startsWith('run.lock'));
  expect(await locks()).toEqual(['run.lock']);
  expect(JSON.parse(await readFile(join(folder, 'run.lock'), 'utf8'))).toMatchObject({ pid: process.pid });
  await run.close();
  expect(await locks()).toEqual([]);
});

test('a file system without links has locks too', async () => {
  const { link } = promises;
  promises.link = () => Promise.reject(Object.assign(new Error('no links'), { code: 'EPERM' }));
  syncBuiltinESMExports();
  try {
    const folder = temporaryFolder();
    await using run = await Run.open({ folder, steps: 1, progress: false });
    const locks = async () => (await readdir(folder)).filter((name) => name.startsWith('run.lock'));
    expect(await locks()).toEqual(['run.lock']);
    await run.close();
    expect(await locks()).toEqual([]);
  } finally {
    promises.link = link;
    syncBuiltinESMExports();
  }
});

test('what cannot be a folder is named', async () => {
  const path = join(temporaryFolder(), 'file');
  await writeFile(path, '');
  await expect(Run.open({ folder: join(path, 'run'), steps: 1 })).rejects.toThrow(
    /file\/run: the folder cannot be made/,
  );
});

test('metrics that cannot be written end the run with their file, once', async () => {
  const folder = temporaryFolder();
  const run = await Run.open({ folder, steps: 1000, checkpointEvery: 3, progress: false });
  await mkdir(join(folder, 'metrics.jsonl'));
  await expect(run.finish(() => ({ loss: 1 }))).rejects.toThrow(/metrics\.jsonl: cannot be written: EISDIR/);
  await run.close();
});
