/** The rules of docs/design.md that a reader relies on: who may import whom, and where an op lives. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { registry } from '@tessera/tensor';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Each package may import those before it. */
const order = ['tensor', 'nn', 'optim', 'data', 'models', 'train', 'rl', 'algoperf', 'gigatok', 'cli'];

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' || entry.name === 'dist' ? [] : sources(path);
    return path.endsWith('.ts') ? [path] : [];
  });
}

function importsOf(path: string): string[] {
  return [...readFileSync(path, 'utf8').matchAll(/(?:from|import)\s*\(?'(@tessera\/[^']+)'/g)].map((m) => m[1]!);
}

test('a package imports only packages before it, and only tensor imports native, in one file', () => {
  const wrong: string[] = [];
  for (const name of readdirSync(join(root, 'packages'))) {
    expect(order, `packages/${name} has no place in the order`).toContain(name);
    for (const path of sources(join(root, 'packages', name, 'src'))) {
      for (const imported of importsOf(path)) {
        const target = imported.split('/')[1]!;
        const file = relative(root, path);
        if (
          target === 'native'
            ? file !== join('packages', 'tensor', 'src', 'backend.ts')
            : order.indexOf(target) >= order.indexOf(name)
        ) {
          wrong.push(`${file} imports ${imported}`);
        }
      }
    }
  }
  expect(wrong).toEqual([]);
});

test('no files import each other in a circle, types included', () => {
  const files = readdirSync(join(root, 'packages')).flatMap((name) => sources(join(root, 'packages', name, 'src')));
  const state = new Map<string, 'open' | 'done'>();
  const circles: string[] = [];
  const visit = (path: string, from: readonly string[]): void => {
    if (state.get(path) === 'open') circles.push([...from.slice(from.indexOf(path)), path].map(short).join(' -> '));
    if (state.has(path)) return;
    state.set(path, 'open');
    for (const [, target] of readFileSync(path, 'utf8').matchAll(/\bfrom '(\.[^']+)\.js'/g))
      visit(join(dirname(path), `${target}.ts`), [...from, path]);
    state.set(path, 'done');
  };
  const short = (path: string): string => relative(root, path);
  for (const path of files) visit(path, []);
  expect(circles).toEqual([]);
});

test('an op is where its family says', () => {
  for (const [name, { family }] of registry) {
    const text = readFileSync(join(root, 'packages', 'tensor', 'src', 'ops', `${family}.ts`), 'utf8');
    expect(text, `${name} in ops/${family}.ts`).toMatch(new RegExp(`'${name}'|\\b${name}\\b`));
  }
});

test('every fixture op is in the registry', () => {
  const fixtures = readdirSync(join(root, 'test', 'fixtures', 'ops'));
  expect(fixtures.filter((name) => !registry.has(name))).toEqual([]);
});
