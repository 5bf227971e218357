/** topk of rows of every length and order, against a stable sort: ties go to the first, NaN counts as the largest. */
import { tensor, topk } from '@tessera/tensor';
import { expect, test } from 'vitest';

const rank = (x: number): number => (Number.isNaN(x) ? Number.POSITIVE_INFINITY : x);

function expected(row: readonly number[], k: number, largest: boolean): number[] {
  const compare = (i: number, j: number): number => {
    const [a, b] = [row[i]!, row[j]!];
    // NaN is above Infinity
    return Number(Number.isNaN(a)) - Number(Number.isNaN(b)) || rank(a) - rank(b) || 0;
  };
  const sorted = row.map((_, i) => i).sort((i, j) => (largest ? compare(j, i) : compare(i, j)) || i - j);
  return sorted.slice(0, k);
}

const rows: Record<string, (i: number, n: number) => number> = {
  scattered: (i) => Math.fround(Math.sin(i * 12.9898) * 43758.5453),
  'with many ties': (i) => (i * 7919) % 13,
  ascending: (i) => i,
  descending: (i, n) => n - i,
  equal: () => 3,
  'with NaN and Infinity': (i) => (i % 5 === 0 ? Number.NaN : i % 7 === 0 ? Number.NEGATIVE_INFINITY : i % 11),
};

for (const [name, value] of Object.entries(rows)) {
  for (const [n, k] of [
    [1, 1],
    [33, 33],
    [300, 10],
    [1500, 1],
    [1500, 40],
    [3001, 1400],
  ] as const) {
    test(`${k} of ${n}, ${name}`, async () => {
      const row = Array.from({ length: n }, (_, i) => value(i, n));
      for (const largest of [true, false]) {
        const [values, indices] = topk(tensor([row]), { k, largest });
        const wanted = expected(row, k, largest);
        expect(Array.from(await indices.data())).toEqual(wanted);
        expect(Array.from(await values.data())).toEqual(wanted.map((i) => row[i]));
      }
    });
  }
}
