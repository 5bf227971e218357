/** Configuration: what is wrong is named, with what was meant. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, loadConfig, parseConfig, z } from '@tessera/train';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../data/temporary.js';

const schema = z.strictObject({
  model: z.string(),
  steps: z.int().min(1),
  optimizer: z.strictObject({
    lr: z.number().positive().default(1e-6),
    betas: z.tuple([z.number(), z.number()]).default([0.9, 0.999]),
  }),
  storage: z.enum(['bf16', 'f32']).default('bf16'),
  data: z.array(z.strictObject({ path: z.string() })).optional(),
  rewards: z
    .array(z.discriminatedUnion('type', [z.strictObject({ type: z.literal('exact'), weight: z.number().optional() })]))
    .optional(),
});

function problems(value: unknown): readonly { key: string; problem: string }[] {
  try {
    parseConfig(value, schema, 'run.yaml');
  } catch (error) {
    return (error as ConfigError).problems;
  }
  return [];
}

test('YAML, JSON and TypeScript say the same', async () => {
  const folder = temporaryFolder();
  const expected = {
    model: 'tiny',
    steps: 3,
    optimizer: { lr: 0.00004, betas: [0.9, 0.999] },
    storage: 'bf16',
  };
  await writeFile(join(folder, 'a.yaml'), 'model: tiny\nsteps: 3\noptimizer:\n  lr: 4.0e-5 # measured\n');
  await writeFile(join(folder, 'a.json'), '{"model": "tiny", "steps": 3, "optimizer": {"lr": 4e-5}}');
  await writeFile(
    join(folder, 'a.ts'),
    'type C = { steps: number };\nconst c: C = { steps: 3 };\nexport default { model: "tiny", ...c, optimizer: { lr: 4e-5 } };\n',
  );
  for (const name of ['a.yaml', 'a.json', 'a.ts']) {
    expect(await loadConfig(join(folder, name), schema)).toEqual(expected);
  }
});

test('command-line values take precedence', async () => {
  const path = join(temporaryFolder(), 'a.yaml');
  await writeFile(path, 'model: tiny\nsteps: 3\noptimizer: { lr: 1 }\n');
  const config = await loadConfig(path, schema, { set: ['optimizer.betas=[0.5, 0.6]', 'steps=7', 'storage=f32'] });
  expect(config).toMatchObject({ steps: 7, storage: 'f32', optimizer: { lr: 1, betas: [0.5, 0.6] } });
  await expect(loadConfig(path, schema, { set: ['steps.x=1'] })).rejects.toThrow(/steps\.x: steps is a value/);
  await expect(loadConfig(path, schema, { set: ['steps'] })).rejects.toThrow(/not of the form key=value/);
});

test('an unknown key is named with the nearest known one', () => {
  expect(problems({ model: 'm', steps: 1, optimizer: { learning_rate: 1, beta: [1, 2] } })).toEqual([
    { key: 'optimizer.learning_rate', problem: 'there is no such key. Known: lr, betas.' },
    { key: 'optimizer.beta', problem: 'there is no such key. Did you mean betas?' },
  ]);
  expect(problems({ model: 'm', step: 1, steps: 1, optimizer: {} })[0]!.problem).toMatch(/Did you mean steps/);
  expect(
    problems({ model: 'm', steps: 1, optimizer: {}, data: [{ path: 'a' }, { file: 'b', path: 'b' }] })[0]!.key,
  ).toBe('data[1].file');
});

test('wrong values are named with what was expected and what was given', () => {
  const found = problems({ steps: 0, optimizer: { lr: 'fast', betas: [1] }, storage: 'fp8' });
  expect(found.map(({ key }) => key)).toEqual(['model', 'steps', 'optimizer.lr', 'optimizer.betas', 'storage']);
  const text = found.map(({ key, problem }) => `${key}: ${problem}`).join('\n');
  expect(text).toMatch(/model: is missing; expected string/);
  expect(text).toMatch(/optimizer\.lr: expected number.*got "fast"/);
  expect(text).toMatch(/storage: .*"bf16"\|"f32"; got "fp8"/);
});

test('of alternatives, what was most likely meant is spoken of', () => {
  const choice = z.strictObject({
    part: z.union([
      z.strictObject({ patch: z.string() }),
      z.strictObject({ random: z.number().max(1) }),
      z.strictObject({ smallest: z.number(), scope: z.enum(['global', 'tensor']).default('global') }),
    ]),
    reward: z.union([z.enum(['numeric', 'exact']), z.strictObject({ model: z.string() })]).default('numeric'),
  });
  const said = (value: unknown): string => {
    try {
      return JSON.stringify(parseConfig(value, choice, 'a.yaml'));
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(said({ part: { randm: 0.1 } })).toBe('a.yaml: part.randm: there is no such key. Did you mean random?');
  expect(said({ part: { q: 1 } })).toMatch(/part\.q: there is no such key\. Known: patch, random, smallest, scope/);
  expect(said({ part: { random: 2 } })).toMatch(/part\.random: .*<=1; got 2/);
  expect(said({ part: { random: 0.1, scope: 'tensor' } })).toBe(
    'a.yaml: part.scope: does not go with the other keys of its section.',
  );
  expect(said({ part: null })).toBe('a.yaml: part: expected object; got null.');
  expect(said({ part: { patch: 'p' }, reward: 'numerik' })).toMatch(
    /reward: expected one of "numeric"\|"exact" or object; got "numerik"/,
  );
  expect(said({ part: { patch: 'p' }, reward: { model: 3 } })).toMatch(/reward\.model: expected string.*got 3/);
});

test('files that cannot be read say why', async () => {
  const folder = temporaryFolder();
  await writeFile(join(folder, 'twice.yaml'), 'a: 1\na: 2\n');
  await writeFile(join(folder, 'broken.ts'), 'export default {');
  await writeFile(join(folder, 'a.toml'), '');
  await expect(loadConfig(join(folder, 'none.yaml'), schema)).rejects.toThrow(/none\.yaml: no such file/);
  await expect(loadConfig(join(folder, 'twice.yaml'), schema)).rejects.toThrow(/keys must be unique at line 2/);
  await expect(loadConfig(join(folder, 'broken.ts'), schema)).rejects.toThrow(/broken\.ts: cannot be loaded/);
  await expect(loadConfig(join(folder, 'a.toml'), schema)).rejects.toThrow(ConfigError);
  await writeFile(join(folder, 'text.yaml'), 'hello\n');
  await expect(loadConfig(join(folder, 'text.yaml'), schema, { set: ['a=1'] })).rejects.toThrow(
    /expected keys with values; got "hello"/,
  );
});
