/**
 * Matrix products at the edges of the tiles that kernels work in: every height, width and depth around them, every layout of
 * the operands, on whole numbers, whose products and sums are exact in any order. The operands are parts of matrices of
 * NaN, which show when anything beside an operand is used.
 */
import { type DType, linear, matmul, scope, type Tensor, tensor, transpose } from '@tessera/tensor';
import { describe, expect, test } from 'vitest';

const heights = [1, 2, 15, 16, 17, 31, 32, 33, 47, 63, 64, 65, 70, 100];
const depths = [0, 1, 2, 15, 31, 32, 33, 47, 64, 65, 70, 701];

/** rows x cols elements value(i, j), stored by rows or by columns. */
function matrix(
  rows: number,
  cols: number,
  byRows: boolean,
  dtype: DType,
  value: (i: number, j: number) => number,
): Tensor {
  const [outer, inner] = byRows ? [rows, cols] : [cols, rows];
  const around = new Float32Array((outer + 2) * (inner + 3)).fill(Number.NaN);
  for (let i = 0; i < outer; i++) {
    for (let j = 0; j < inner; j++) around[(i + 1) * (inner + 3) + j + 1] = byRows ? value(i, j) : value(j, i);
  }
  const inside = tensor(around, { shape: [outer + 2, inner + 3] })
    .to(dtype)
    .narrow({ dim: 0, start: 1, length: outer })
    .narrow({ dim: 1, start: 1, length: inner });
  return byRows ? inside : transpose(inside);
}

const left = (i: number, j: number): number => ((i * 7 + j * 5) % 4) - 1;
const right = (i: number, j: number): number => ((i * 3 + j * 11) % 5) - 2;

/** The product, rounded as the dtype rounds it. */
async function expected(m: number, n: number, k: number, dtype: DType): Promise<number[]> {
  const c = new Float32Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      const a = left(i, p);
      for (let j = 0; j < n; j++) c[i * n + j]! += a * right(p, j);
    }
  }
  using rounded = scope(() => tensor(c, { shape: [m, n] }).to(dtype));
  return [...(await rounded.data())].map(Number);
}

describe.each(['f32', 'bf16'] as DType[])('%s products', (dtype) => {
  test.each(depths)('of depth %i are exact for whole numbers, whatever lies beside the operands', async (k) => {
    for (const m of heights) {
      for (const n of heights) {
        const want = await expected(m, n, k, dtype);
        for (const [byRowsA, byRowsB] of [
          [true, true],
          [true, false],
          [false, true],
          [false, false],
        ] as const) {
          using product = scope(() => matmul(matrix(m, k, byRowsA, dtype, left), matrix(k, n, byRowsB, dtype, right)));
          const found = [...(await product.data())].map(Number);
          const at = found.findIndex((v, i) => v !== want[i]);
          if (at >= 0) {
            throw new Error(
              `[${m}, ${k}] by ${byRowsA ? 'rows' : 'columns'} times [${k}, ${n}] by ${byRowsB ? 'rows' : 'columns'}: ` +
                `element ${at} is ${found[at]}, expected ${want[at]}`,
            );
          }
        }
      }
    }
  });

  test('of a few rows leave the NaN of one row and one column in them', async () => {
    for (const m of [1, 5, 20, 66]) {
      using y = scope(() => {
        const x = matrix(m, 70, true, dtype, (i, j) => (i === m - 1 && j === 69 ? Number.NaN : left(i, j)));
        return linear(
          x,
          matrix(50, 70, true, dtype, (i, j) => (i === 3 && j === 0 ? Infinity : right(j, i))),
        );
      });
      const found = [...(await y.data())].map(Number);
      for (const [at, value] of found.entries()) {
        expect(Number.isFinite(value), `${m} rows: element ${at} is ${value}`).toBe(at < (m - 1) * 50 && at % 50 !== 3);
      }
    }
  });
});
