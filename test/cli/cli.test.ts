/** The command line: help with examples everywhere, patches and sparsity on model folders, errors as one clear line. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createProgram } from '@tessera/cli';
import { digestFolder, digestWeights, followWeights } from '@tessera/rl';
import { readMetrics } from '@tessera/train';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../data/temporary.js';
import { model, tuned, writeModel } from '../rl/weights.js';
import { tessera } from './run.js';

/** Commands that do something, with their names from the root. */
function leaves(command: Command, path: readonly string[] = []): [string[], Command][] {
  if (command.commands.length === 0) return [[[...path], command]];
  return command.commands.flatMap((sub) => leaves(sub, [...path, sub.name()]));
}

test('every command has help that ends in an example', async () => {
  const commands = leaves(createProgram());
  expect(commands.map(([path]) => path.join(' '))).toEqual(
    expect.arrayContaining([
      'quickstart',
      'rl sparsity',
      'patch diff',
      'patch apply',
      'patch revert',
      'patch verify',
      'patch info',
      'chat',
    ]),
  );
  for (const [path, command] of commands.filter(([[system]]) => system !== 'gigatok')) {
    let text = '';
    command.configureOutput({
      writeOut: (part) => {
        text += part;
      },
    });
    command.outputHelp();
    expect(text, path.join(' ')).toMatch(/^Usage: /);
    expect(text, path.join(' ')).toMatch(new RegExp(`Examples?:\\n.*tessera ${path.join(' ')}`, 's'));
  }
});

test('patches: diff, info, verify, apply, revert; and how sparse the update is', async () => {
  const folder = temporaryFolder();
  const [base, after] = [join(folder, 'base'), join(folder, 'tuned')];
  await writeModel(base, model());
  await writeModel(after, tuned(model()));
  const patch = join(folder, 'p.safetensors');
  const diff = await tessera('patch', 'diff', base, after, patch);
  expect(diff.output).toMatch(/\d+ of 1,344 weights changed/);
  expect((await tessera('patch', 'info', patch, '--tensors')).output).toMatch(
    /base +[0-9a-f]{64}.*self_attn\.q_proj\.weight +bf16 +16 x 16/s,
  );
  expect((await tessera('patch', 'verify', base, patch)).output).toContain('is the base');
  expect(await tessera('patch', 'apply', base, patch)).toMatchObject({ code: 0 });
  expect((await tessera('patch', 'verify', base, patch)).output).toContain('is the result');
  expect(await readFile(join(base, 'model.safetensors'))).toEqual(await readFile(join(after, 'model.safetensors')));
  expect(await tessera('patch', 'revert', base)).toMatchObject({ code: 0 });
  expect((await tessera('patch', 'verify', base, patch)).output).toContain('is the base');

  const json = join(folder, 'sparsity.json');
  const { output, code } = await tessera('rl', 'sparsity', base, after, '--other', after, '--rank', '--json', json);
  expect(code).toBe(0);
  expect(output).toMatch(/By layer.*By matrix.*self_attn\.q_proj.*Mean rank.*Jaccard 100\.00 %/s);
  expect(JSON.parse(await readFile(json, 'utf8'))).toMatchObject({ parameters: 1344, overlap: { o1: 1 } });
});

test('what is wrong is one line without a stack, and the exit code says so', async () => {
  const folder = temporaryFolder();
  const [base, other] = [join(folder, 'base'), join(folder, 'other')];
  await writeModel(base, model());
  await writeModel(other, model('bf16', 2));
  const patch = join(folder, 'p.safetensors');
  await tessera('patch', 'diff', base, base, patch);
  const cases: [string[], RegExp][] = [
    [['rl', 'sparsity', join(folder, 'none'), base], /none: no such file or folder/],
    [['patch', 'apply', other, patch], /not the weights that p\.safetensors was made for/],
    [['patch', 'info', join(base, 'model.safetensors')], /is no patch/],
    [['patch', 'revert', base], /none to revert/],
    [['chat', join(folder, 'none')], /none/],
  ];
  for (const [args, message] of cases) {
    const { code, output, errors } = await tessera(...args);
    expect(code, args.join(' ')).toBe(1);
    expect(errors, args.join(' ')).toMatch(message);
    expect(errors).toMatch(/^tessera: /);
    expect(errors + output).not.toMatch(/\n\s+at /);
  }
  expect((await tessera('patch', 'aply')).errors).toMatch(/unknown command 'aply'.*apply/s);
  expect((await tessera('quickstart', '--seed', 'x')).errors).toMatch(/expected a whole number/);
});

const bin = fileURLToPath(new URL('../../packages/cli/bin/tessera.js', import.meta.url));

test('a reader that has gone ends a command without a crash', async () => {
  const child = spawn(process.execPath, [bin, 'rl', 'train', '--help']);
  child.stdout.destroy();
  let errors = '';
  child.stderr.on('data', (part) => {
    errors += part;
  });
  await new Promise((resolve) => child.on('close', resolve));
  expect(errors).toBe('');
});

test('the bin file runs, and gives the exit codes that commands set', async () => {
  const run = async (...args: string[]): Promise<[number | null, string]> => {
    const child = spawn(process.execPath, [bin, ...args]);
    let text = '';
    child.stdout.on('data', (part) => {
      text += part;
    });
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    return [code, text];
  };
  expect(await run('--help')).toEqual([0, expect.stringContaining('quickstart')]);
  const folder = temporaryFolder();
  const [base, after, foreign] = ['base', 'after', 'foreign'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await writeModel(base, model());
  await writeModel(after, model('bf16', 2));
  await writeModel(foreign, model('bf16', 3));
  const patch = join(folder, 'p.safetensors');
  await tessera('patch', 'diff', base, after, patch);
  expect(await run('patch', 'verify', foreign, patch)).toEqual([1, expect.stringContaining('differ from both')]);
});

test('rl: a model is made, trained by a configuration and asked; what is wrong in one is named', async () => {
  const folder = temporaryFolder();
  const at = (name: string): string => join(folder, name);
  const rows = Array.from({ length: 12 }, (_, i) => ({ question: `What is ${i}+1?`, answer: `#### ${i + 1}` }));
  await writeFile(at('math.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await writeFile(at('empty.jsonl'), '');
  await mkdir(at('shape'));
  const shape = { model_type: 'qwen2', vocab_size: 280, hidden_size: 32, intermediate_size: 32, num_hidden_layers: 1 };
  const heads = {
    num_attention_heads: 2,
    num_key_value_heads: 1,
    max_position_embeddings: 64,
    tie_word_embeddings: true,
  };
  await writeFile(at('shape/config.json'), JSON.stringify({ ...shape, ...heads }));
  const made = await tessera(
    ...['rl', 'init', at('model'), '--config', at('shape'), '--text', at('math.jsonl'), '--columns', 'question,answer'],
  );
  expect(made).toMatchObject({ code: 0, output: expect.stringMatching(/random weights, a tokenizer of \d+ tokens/) });
  await writeFile(
    at('run.yaml'),
    `algorithm: grpo
model: ${at('model')}
output: ${at('run')}
steps: 2
data: { path: ${at('math.jsonl')} }
options: { promptsPerStep: 2, numGenerations: 2, maxCompletionLength: 4 }
`,
  );
  const train = (...set: string[]) => tessera('rl', 'train', at('run.yaml'), ...set.flatMap((pair) => ['--set', pair]));
  const published = at('weights');
  const trained = await train(`publish={ folder: ${published} }`);
  expect(await readdir(published)).toEqual(['00000001.anchor.safetensors', '00000002.patch.safetensors']);
  for await (const { step, weights } of followWeights(published)) {
    if (step < 2) continue;
    expect((await digestFolder(at('run/model'))).state).toBe(await digestWeights(weights));
    break;
  }
  expect(trained).toMatchObject({
    code: 0,
    output: expect.stringMatching(/completions of step 1 .*prompt +completion +reward/s),
  });
  expect(trained.errors).toMatch(/^warning: 100 % of the completions/m);
  expect(await train('checkpointEvery=1')).toMatchObject({ code: 0 });
  // what evaluation looks at is what is saved: the averaged weights, where there are any
  const digestOf = async (output: string, options: string) => {
    const set = ['algorithm=sft', 'data.columns={prompt: question, completion: answer}', `options=${options}`];
    expect(await train(...set, `output=${at(output)}`)).toMatchObject({ code: 0 });
    return (await digestFolder(at(`${output}/model`))).state;
  };
  expect(await digestOf('averaged', '{lr: 0.01, ema: 0.5}')).not.toBe(await digestOf('last', '{lr: 0.01}'));
  const cases: [string, RegExp][] = [
    ['steps=3', /started with another steps \(2; now 3\)/],
    ['options.steps=3', /options\.steps: is the configuration's steps/],
    ['options.shuffle=no', /shuffle must be true or false; got "no"/],
    [`data.path=${at('empty.jsonl')}`, /empty\.jsonl: has no rows/],
    ['data.columns.prompt=problem', /column problem: is missing; this row has question, answer/],
    ['reward=numerik', /reward: expected one of "numeric"\|"exact" or .*; got "numerik"\. Did you mean numeric\?/],
    [`reward={ file: ${at('none.ts')} }`, /none\.ts: no such file\.$/m],
    [`reward={ file: ${at('run.yaml')} }`, /run\.yaml: expected a module \(\.ts,.*got '\.yaml'/],
    ['options.schedule=cosine', /schedule must be a function .*kind.*; got "cosine"/],
  ];
  for (const [set, message] of cases) {
    const { code, errors } = await train(set, ...(set === 'steps=3' ? [] : [`output=${at('other')}`]));
    expect(code, set).toBe(1);
    expect(errors, set).toMatch(message);
    expect(errors, set).not.toMatch(/\n\s+at /);
  }
  // found before the model is read
  expect((await train('options.numGeneration=3', 'model=/nonexistent', `output=${at('other')}`)).errors).toMatch(
    /options\.numGeneration: \S+ has no such option\. Did you mean numGenerations\?/,
  );
  const unread: [string, RegExp][] = [
    ['options.temperature=-1', /^tessera: options: temperature must be above 0; got -1\.$/m],
    ['options.loss={ lossTipe: dapo }', /grpo: there is no option 'lossTipe'\. Did you mean lossType\?/],
    ['options.schedule={ kind: cosin }', /options: schedule\.kind is unknown; got cosin; expected linear, cosine/],
    ['options.evaluate={ evry: 1 }', /options\.evaluate: is the configuration's evaluate/],
  ];
  for (const [set, message] of unread) {
    const { code, errors } = await train(set, 'model=/nonexistent', `output=${at('never')}`);
    expect([code, errors], set).toEqual([1, expect.stringMatching(message)]);
  }
  expect(existsSync(at('never'))).toBe(false);
  // several rewards, one of them the user's own, which sees the row's columns; and a schedule
  await writeFile(
    at('short.ts'),
    'export default (samples: any[]) => samples.map(({ tokens, row }) => tokens.length + row.question.length);',
  );
  const own = [
    `reward=[{ name: numeric, weight: 2 }, { file: ${at('short.ts')}, weight: 0.5 }]`,
    'options.schedule={ kind: constant, warmup: 1 }',
    `output=${at('own')}`,
  ];
  expect(await train(...own)).toMatchObject({ code: 0 });
  const metrics = (await readMetrics(at('own/metrics.jsonl'))).map((record) => record.metrics);
  expect(metrics.map(({ lr }) => lr)).toEqual([0, 1e-6]);
  for (const measured of metrics) {
    expect(measured['rewards/short']).toBeGreaterThan(14);
    expect(measured.reward).toBeCloseTo(2 * measured['rewards/numeric']! + 0.5 * measured['rewards/short']!, 5);
  }
  expect(await tessera('rl', 'init', at('model'), '--config', at('shape'), '--text', at('math.jsonl'))).toMatchObject({
    code: 1,
    errors: expect.stringContaining('there is a model already'),
  });
  expect(await tessera('chat', at('model'), '--system', 'Be brief.', '--prompt', 'hello')).toMatchObject({
    code: 1,
    errors: expect.stringContaining('has no chat template'),
  });
  expect((await tessera('patch', 'diff', at('model'), at('run/model'), folder)).errors).toMatch(
    /cannot be written: EISDIR/,
  );
  // conversations, in TRL's columns
  const template =
    '{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}';
  await writeFile(at('model/chat_template.jinja'), template);
  const talks = rows.map(({ question, answer }) => ({
    prompt: [{ role: 'user', content: question }],
    completion: [{ role: 'assistant', content: answer }],
  }));
  await writeFile(at('talks.jsonl'), talks.map((row) => `${JSON.stringify(row)}\n`).join(''));
  for (const [i, reward] of ['exact', `{ model: ${at('judge/model')} }`].entries()) {
    if (i === 1) {
      const judged = talks.map(({ prompt, completion }) => ({
        prompt,
        chosen: completion,
        rejected: [{ role: 'assistant', content: 'no' }],
      }));
      await writeFile(at('judged.jsonl'), judged.map((row) => `${JSON.stringify(row)}\n`).join(''));
      const judge = [
        'algorithm=reward',
        `data.path=${at('judged.jsonl')}`,
        `output=${at('judge')}`,
        'options={ batchSize: 2 }',
      ];
      expect(await train(...judge)).toMatchObject({ code: 0 });
    }
    const { code, output } = await train(
      `data.path=${at('talks.jsonl')}`,
      `output=${at(`talks${i}`)}`,
      `reward=${reward}`,
    );
    expect(code).toBe(0);
    expect(output).toMatch(/What is \d+\+1\?/);
    expect(output).not.toContain('[object');
  }
  const asked = await tessera(
    'rl',
    'eval',
    at('run/model'),
    '--data',
    at('math.jsonl'),
    '--problems',
    '3',
    '--max-tokens',
    '4',
  );
  const judged = await tessera(
    ...['rl', 'eval', at('run/model'), '--data', at('math.jsonl'), '--reward', at('short.ts'), '--max-tokens', '4'],
  );
  expect(judged.output).toMatch(/mean reward over 12 problems, 1 completions each: \d\d\.\d+/);
  expect(asked.output).toMatch(/mean reward over 3 problems, 1 completions each: 0\.\d+/);
  expect(await tessera('chat', at('run/model'), '--prompt', 'hello', '--max-tokens', '3')).toMatchObject({ code: 0 });
});
