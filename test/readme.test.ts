/** The TypeScript in the READMEs compiles: the blocks of one file in order, each seeing what those before it declared. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What a README takes as given. */
const given: Readonly<Record<string, string>> = {
  data: `
    declare const tensors: Iterable<import('@tessera/data').TensorToWrite>;
    declare const net: import('@tessera/nn').Module;
    declare const step: number, loader: import('@tessera/data').DataLoader<unknown>;
    declare const texts: string[];`,
  models: `
    declare const tokenizer: import('@tessera/data').Tokenizer;
    declare const prompt: string, signal: AbortSignal;
    declare const images: import('@tessera/tensor').Tensor, a: typeof images, b: typeof images;`,
  optim: `
    declare const model: import('@tessera/nn').Module;
    declare const loss: import('@tessera/tensor').Tensor;`,
  rl: `
    declare const options: import('@tessera/rl').GrpoTrainerOptions<import('@tessera/rl').PromptRow>;
    declare const rewards: number[], other: import('@tessera/data').TensorSource;
    declare const logProbs: import('@tessera/tensor').Tensor, mask: typeof logProbs;
    declare const serve: (step: number, weights: unknown) => void;`,
  train: `
    declare const model: import('@tessera/nn').Module;
    declare const optimizer: import('@tessera/optim').Optimizer;
    declare const generator: import('@tessera/tensor').Generator;
    declare const trainStep: () => import('@tessera/tensor').Tensor, accuracy: () => Promise<number>;`,
  gigatok: `
    declare const images: import('@tessera/tensor').Tensor, classes: typeof images;`,
};

const imports = /^import .*? from '.*?';\n/gms;

/** One module: all imports first, then the blocks, each in the scope of the one before. */
function moduleOf(readme: string, context: string): string {
  const blocks = [...readme.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code]) =>
    code!
      .replace(/^import type \{ (\w+) \}/gm, 'import { type $1 }') // joined with others, in a module of blocks
      .replace(/^export default (\w+;)$/gm, '$1'),
  );
  const names = new Map<string, Set<string>>();
  for (const [line] of blocks.flatMap((code) => [...code.matchAll(imports)])) {
    const [, list, from] = /^import \{(.*)\} from '(.*)';/s.exec(line)!;
    const set = names.get(from!) ?? names.set(from!, new Set()).get(from!)!;
    for (const name of list!.split(',')) if (name.trim() !== '') set.add(name.trim());
  }
  const head = [...names].map(([from, set]) => `import { ${[...set].join(', ')} } from '${from}';`).join('\n');
  const body = blocks.map((code) => `{\n${code.replace(imports, '')}`).join('');
  return `${head}\n${context}\n${body}${'}'.repeat(blocks.length)}\nexport {};\n`;
}

test('the TypeScript in the READMEs compiles', () => {
  const folder = join(root, 'test', 'dist', 'readme');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const packages = readdirSync(join(root, 'packages'));
  for (const [name, path] of [['tessera', ''] as const, ...packages.map((p) => [p, join('packages', p)] as const)]) {
    const readme = readFileSync(join(root, path, 'README.md'), 'utf8');
    writeFileSync(join(folder, `${name}.ts`), moduleOf(readme, given[name] ?? ''));
  }
  const compilerOptions = { noEmit: true, composite: false, declaration: false, declarationMap: false };
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: '../../../tsconfig.base.json',
      compilerOptions: { ...compilerOptions, noUnusedLocals: false, noUnusedParameters: false },
    }),
  );
  const { stdout } = spawnSync('npx', ['tsc', '-p', folder], {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  expect(stdout).toBe('');
});
