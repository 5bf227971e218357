/** Decompositions, and the matrix optimizers against what they are defined by, in float64. */
import * as optim from '@tessera/optim';
import { matmul, type Tensor, tensor, zeros } from '@tessera/tensor';
import { eigh, orthogonalize } from '@tessera/tensor/kernels';
import { describe, expect, it } from 'vitest';
import { flatOf, noise, setGradient } from './support.js';

type Matrix = readonly (readonly number[])[];

const rowsOf = (values: ArrayLike<number>, columns: number): Matrix =>
  Array.from({ length: values.length / columns }, (_, i) =>
    Array.from({ length: columns }, (_v, j) => values[i * columns + j]!),
  );
const transpose = (a: Matrix): Matrix => a[0]!.map((_, j) => a.map((row) => row[j]!));
const multiply = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b[0]!.map((_, j) => row.reduce((sum, x, k) => sum + x * b[k]![j]!, 0)));
const read = async (t: Tensor, columns: number) => rowsOf([...(await t.data())], columns);

function close(a: Matrix, b: Matrix, tolerance: number): void {
  for (const [i, row] of a.entries()) {
    for (const [j, x] of row.entries()) expect(Math.abs(x - b[i]![j]!), `${i}, ${j}`).toBeLessThan(tolerance);
  }
}

const identity = (n: number): Matrix =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_v, j) => (i === j ? 1 : 0)));

describe('decompositions', () => {
  it.each([1, 2, 3, 7, 33])('eigenvectors of a symmetric matrix of %i rows', async (n) => {
    const half = rowsOf(noise(n * n, n), n);
    const a = multiply(half, transpose(half));
    const source = tensor(a.flat());
    const [values, vectors] = [zeros([n]), zeros([n * n])];
    eigh({ a: source, values, vectors, n, batch: 1 });
    const v = await read(vectors, n);
    const d = [...(await values.data())];
    close(multiply(transpose(v), v), identity(n), 1e-6);
    close(
      multiply(multiply(transpose(v), a), v),
      identity(n).map((row, i) => row.map((x) => x * d[i]!)),
      1e-5 * n,
    );
    for (let i = 1; i < n; i++) expect(d[i]).toBeLessThanOrEqual(d[i - 1]!);
  });

  it('eigenvectors of a batch, of equal eigenvalues and of a zero matrix', async () => {
    const n = 4;
    const source = tensor([
      ...identity(n)
        .flat()
        .map((x) => 2 * x),
      ...new Array(n * n).fill(0),
    ]);
    const [values, vectors] = [zeros([2 * n]), zeros([2 * n * n])];
    eigh({ a: source, values, vectors, n, batch: 2 });
    expect([...(await values.data())]).toEqual([2, 2, 2, 2, 0, 0, 0, 0]);
    const all = await read(vectors, n);
    for (const v of [all.slice(0, n), all.slice(n)]) close(multiply(transpose(v), v), identity(n), 1e-6);
  });

  it.each([1, 2, 5, 32, 75])(
    'orthogonal factor of %i columns: R is upper triangular with a positive diagonal',
    async (n) => {
      const a = rowsOf(noise(n * n, n + 50), n);
      const [source, q] = [tensor(a.flat()), zeros([n * n])];
      orthogonalize({ a: source, q, n, batch: 1 });
      const factor = await read(q, n);
      close(multiply(transpose(factor), factor), identity(n), 1e-6);
      const r = multiply(transpose(factor), a);
      for (const [i, row] of r.entries()) {
        expect(row[i]).toBeGreaterThan(0);
        for (const x of row.slice(0, i)) expect(Math.abs(x)).toBeLessThan(1e-5);
      }
    },
  );

  it('orthogonal factor of a singular matrix', async () => {
    const [source, q] = [tensor([1, 2, 2, 4]), zeros([4])];
    orthogonalize({ a: source, q, n: 2, batch: 1 });
    const factor = await read(q, 2);
    close(multiply(transpose(factor), factor), identity(2), 1e-6);
  });
});

describe('SOAP', () => {
  it('is Adam in the basis that it keeps', async () => {
    const [m, n] = [3, 5];
    const flat = flatOf(noise(m * n, 1), { shapes: [[m, n]] });
    using optimizer = new optim.SOAP(flat, { lr: 0.01, betas: [0.9, 0.95], weightDecay: 0.1, frequency: 100 });
    const start = await read(flat.data, n);
    setGradient(flat, noise(m * n, 2));
    optimizer.step();
    close(await read(flat.data, n), start, 1e-12);
    const { state } = optimizer.stateDict();
    const left = await read(state.p0!.Q_left as Tensor, m);
    const right = await read(state.p0!.Q_right as Tensor, n);
    const gram = await read(state.p0!.GG_left as Tensor, m);
    const diagonal = multiply(multiply(transpose(left), gram), left);
    for (const [i, row] of diagonal.entries()) {
      for (const [j, x] of row.entries()) if (i !== j) expect(Math.abs(x)).toBeLessThan(1e-6);
    }
    let p = start;
    let [average, square] = [start.map((r) => r.map(() => 0)), start.map((r) => r.map(() => 0))];
    for (let t = 1; t <= 4; t++) {
      const g = noise(m * n, 2 + t);
      setGradient(flat, g);
      optimizer.step();
      const turned = multiply(multiply(transpose(left), rowsOf(g, n)), right);
      average = average.map((r, i) => r.map((x, j) => 0.9 * x + 0.1 * turned[i]![j]!));
      square = square.map((r, i) => r.map((x, j) => 0.95 * x + 0.05 * turned[i]![j]! ** 2));
      const rate = Math.sqrt(1 - 0.95 ** t) / (1 - 0.9 ** t);
      const u = average.map((r, i) => r.map((x, j) => (rate * x) / (Math.sqrt(square[i]![j]!) + 1e-8)));
      const update = multiply(multiply(left, u), transpose(right));
      p = p.map((r, i) => r.map((x, j) => (x - 0.01 * update[i]![j]!) * (1 - 0.01 * 0.1)));
      close(await read(flat.data, n), p, 1e-5);
    }
  });

  it('renews its basis by power iteration', async () => {
    const n = 4;
    const flat = flatOf(noise(n * n, 1), { shapes: [[n, n]] });
    using optimizer = new optim.SOAP(flat, { frequency: 2 });
    for (let t = 0; t < 41; t++) {
      setGradient(flat, noise(n * n, 2 + (t % 3)));
      optimizer.step();
    }
    const { state } = optimizer.stateDict();
    for (const side of ['left', 'right']) {
      const q = await read(state.p0![`Q_${side}`] as Tensor, n);
      const gram = await read(state.p0![`GG_${side}`] as Tensor, n);
      close(multiply(transpose(q), q), identity(n), 1e-5);
      const diagonal = multiply(multiply(transpose(q), gram), q);
      const largest = Math.max(...diagonal.map((row, i) => row[i]!));
      for (const [i, row] of diagonal.entries()) {
        for (const [j, x] of row.entries()) if (i !== j) expect(Math.abs(x)).toBeLessThan(0.05 * largest);
      }
    }
  });
});

describe('Shampoo', () => {
  it('moves by L^(-1/4) G R^(-1/4)', async () => {
    const n = 3;
    const flat = flatOf(new Float32Array(n * n), { shapes: [[n, n]] });
    using optimizer = new optim.Shampoo(flat, { lr: 1, betas: [0, 0.5], weightDecay: 0, graft: 'none', frequency: 1 });
    const g = noise(n * n, 3);
    setGradient(flat, g);
    optimizer.step();
    // After one corrected step L = G G' and R = G' G: with G = U S V', the step is U V'.
    const moved = (await read(flat.data, n)).map((row) => row.map((x) => -x));
    close(multiply(moved, transpose(moved)), identity(n), 1e-3);
    const polar = multiply(transpose(rowsOf(g, n)), moved); // V S V': symmetric
    close(polar, transpose(polar), 1e-3);
  });

  it('takes the size of the step from what it is grafted to', async () => {
    const flat = flatOf(new Float32Array(12), { shapes: [[3, 4]] });
    using optimizer = new optim.Shampoo(flat, { lr: 1, betas: [0, 0.5], weightDecay: 0, graft: 'sgd' });
    const g = noise(12, 3);
    setGradient(flat, g);
    optimizer.step();
    expect(Math.hypot(...(await flat.data.data()))).toBeCloseTo(Math.hypot(...g), 3);
  });
});

describe('Muon', () => {
  it('orthogonalises matrices of both orientations and gives AdamW to the rest', async () => {
    const flat = flatOf(new Float32Array(6 * 4 + 3 * 5 + 4), { shapes: [[6, 4], [3, 5], [4]] });
    using optimizer = new optim.Muon(flat, { lr: 1, weightDecay: 0, steps: 12, coefficients: [1.5, -0.5, 0] });
    setGradient(flat, noise(43, 1));
    optimizer.step();
    const values = [...(await flat.data.data())];
    const tall = rowsOf(values.slice(0, 24), 4);
    const wide = rowsOf(values.slice(24, 39), 5);
    const scaled = tall.map((row) => row.map((x) => x / Math.sqrt(6 / 4)));
    close(multiply(transpose(scaled), scaled), identity(4), 2e-2);
    close(multiply(wide, transpose(wide)), identity(3), 2e-2);
    for (const x of values.slice(39)) expect(Math.abs(x)).toBeCloseTo(1, 3);
  });

  // The time is for instrumented products.
  it('orthogonalises matrices of several blocks of rows, in f32 and in bf16', { timeout: 240_000 }, async () => {
    const [rows, columns] = [600, 610];
    for (const [dtype, tolerance] of [
      ['f32', 1e-4],
      ['bf16', 5e-2],
    ] as const) {
      const shapes = [
        [rows, columns],
        [rows, columns],
      ];
      const flat = flatOf(new Float32Array(2 * rows * columns), { shapes });
      using optimizer = new optim.Muon(flat, { lr: 1, weightDecay: 0, dtype, steps: 25, coefficients: [1.5, -0.5, 0] });
      setGradient(flat, noise(2 * rows * columns, 1));
      optimizer.step();
      const x = flat.data.view([rows, columns], [columns, 1], rows * columns);
      const gram = await matmul(x, x.transpose()).data();
      for (const i of [0, 1, 255, 256, 511, 512, 599]) {
        for (const j of [0, 255, 256, 300, 512, 599]) {
          expect(Math.abs(gram[i * rows + j]! - (i === j ? 1 : 0))).toBeLessThan(tolerance);
        }
      }
    }
  });

  it('leaves to AdamW what is no matrix to the caller, and says what it cannot do', async () => {
    const flat = flatOf(new Float32Array(8), { shapes: [[2, 4]] });
    using optimizer = new optim.Muon(flat, { lr: 0.1, weightDecay: 0, matrices: () => false });
    setGradient(flat, noise(8, 1));
    optimizer.step();
    for (const x of await flat.data.data()) expect(Math.abs(x)).toBeCloseTo(0.1, 4);
    expect(() => new optim.Muon(flat, { trackTouched: true })).toThrow('trackTouched');
    expect(() => new optim.Adafactor(flat, { eps: [Number.NaN, 1e-3] })).toThrow('eps[0]');
  });
});
