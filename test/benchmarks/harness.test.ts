import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const bench = fileURLToPath(new URL('../../benchmarks/dist/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tessera-bench-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Row {
  readonly work: string;
  readonly quantity: string;
  readonly peer?: string;
  readonly ours?: { readonly median: number };
  readonly theirsAbsent?: string;
}

function run(...args: string[]): { table: string; rows: Row[] } {
  const json = join(folder, 'result.json');
  const env = { ...process.env, TESSERA_PYTHON: '', TESSERA_PEERS: '' };
  const all = [bench, '--quick', '--no-limits', '--rounds', '1', '--json', json, ...args];
  const table = execFileSync(process.execPath, all, { encoding: 'utf8', env });
  const report = JSON.parse(readFileSync(json, 'utf8'));
  expect(report).toMatchObject({ format: 'tessera-benchmarks-1', rounds: 1, machine: { node: process.version } });
  return { table, rows: report.rows };
}

describe('npm run bench', { timeout: 120_000 }, () => {
  it('measures our side alone and writes the table and the JSON', () => {
    const { table, rows } = run('--only', '^softmax .*forward$', '--no-peers');
    expect(rows).toHaveLength(1);
    expect(rows[0]!.ours!.median).toBeGreaterThan(0);
    expect(table).toMatch(/^softmax +4096\^2 forward +[\d.]+ ms/m);
  });

  it('reports a peer that cannot be had as absent, with the reason', () => {
    const { table, rows } = run('--only', '^attention .*forward$', '--python', join(folder, 'no-python'));
    expect(rows.map(({ peer }) => peer)).toEqual(['torch forward']);
    expect(rows[0]!.theirsAbsent).toMatch(/ENOENT/);
    expect(table).toMatch(/torch absent \(.*ENOENT/);
  });

  it('names the option that is wrong', () => {
    const wrong = () => execFileSync(process.execPath, [bench, '--only', 'no such work'], { stdio: 'pipe' });
    expect(wrong).toThrow(/--only: no work matches/);
  });
});
