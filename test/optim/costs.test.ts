/** What a step costs, said three times: by the list of optimizers (whose states families.test.ts measures), by headers and by docs. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { flatOptimizers, type Sample } from './families.js';

const root = new URL('../../', import.meta.url);
const folder = new URL('packages/optim/src/methods/', root);
const files = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'));
const classOf = ({ name }: Sample) => name.split(' ')[0]!;

/** Numbers of the paragraphs about memory in the header of the file that has the class. */
function numbersOf(sample: Sample): Set<number> {
  const text = files.find((file) => file.includes(`export class ${classOf(sample)} `))!;
  const header = text.slice(0, text.indexOf('*/'));
  const memory = header.slice(header.indexOf('Memory:'));
  return new Set([...memory.matchAll(/\d+/g)].map(([digits]) => Number(digits)));
}

/** Methods by themselves, in the way that a new one gives: variants and wrappers stand beside their header only. */
const plain = flatOptimizers.filter(({ name }) => !name.includes(' ') || name === 'SGD momentum');

const total = ({ passes }: Sample, column: 0 | 1) => passes.reduce((sum, pass) => sum + pass[column], 0);

/** Rows of methods that cost the same, by bytes moved. */
function table(): string {
  const rows = new Map<string, Sample[]>();
  for (const sample of plain) {
    const key = JSON.stringify([sample.bytes, sample.passes]);
    rows.set(key, [...(rows.get(key) ?? []), sample]);
  }
  const moved = (s: Sample) => total(s, 0) + total(s, 1);
  const cells = [...rows.values()]
    .sort(([a], [b]) => moved(a!) - moved(b!) || a!.bytes - b!.bytes)
    .map(([first, ...rest]) => [
      [first!, ...rest].map(({ name }) => name).join(', '),
      String(first!.bytes),
      `${total(first!, 0)} + ${total(first!, 1)}`,
      String(first!.passes.length),
    ]);
  const lines = [['method', 'state', 'read + written', 'passes'], ['---', '---', '---', '---'], ...cells];
  return lines.map((line) => line.join('|')).join('\n');
}

/** The lines of a table without the spaces that align it. */
function withoutSpaces(markdown: string): string {
  return markdown
    .split('\n')
    .map((line) =>
      line
        .replace(/^\||\|$/g, '')
        .split('|')
        .map((cell) => cell.trim().replace(/^-+$/, '---'))
        .join('|'),
    )
    .join('\n');
}

describe('the cost of a step', () => {
  it.each(flatOptimizers.filter(({ name }) => !name.includes('slice')))('of $name is in its header', (sample) => {
    const numbers = numbersOf(sample);
    const inHeader = plain.includes(sample) ? [sample.bytes, ...sample.passes.flat()] : [];
    for (const n of inHeader.filter((x) => x > 0 && Number.isInteger(x))) expect([...numbers]).toContain(n);
  });

  it('is in docs/optimizers.md', () => {
    const docs = readFileSync(new URL('docs/optimizers.md', root), 'utf8');
    expect(withoutSpaces(docs)).toContain(table());
  });
});
