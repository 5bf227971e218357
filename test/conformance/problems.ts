/** The problems of the optimizer fixtures: the gradient and the loss of parameters at a step, in float64. */
import type { TensorSource } from '@tessera/data';

export interface Problem {
  readonly kind: string;
  readonly desc: string;
  readonly steps: number;
  readonly params: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly tensors: Readonly<Record<string, readonly number[]>>;
}

export type Values = ReadonlyMap<string, ArrayLike<number>>;
export type Evaluate = (values: Values, step: number) => { loss: number; gradients: Map<string, Float64Array> };

export async function loadProblem(problem: Problem, source: TensorSource): Promise<Evaluate> {
  const data = new Map<string, Float64Array>();
  for (const name of Object.keys(problem.tensors)) {
    const { data: raw } = await source.read(`problem/${name}`);
    data.set(name, Float64Array.from(raw as Float32Array, Number));
  }
  const build = problem.kind.startsWith('gradseq') ? recorded : builders[problem.kind];
  if (build === undefined) throw new Error(`unknown problem '${problem.kind}'`);
  return build(problem, (name) => data.get(name)!);
}

type Build = (problem: Problem, get: (name: string) => Float64Array) => Evaluate;

/** Gradients and losses that were recorded, whatever the parameters. */
const recorded: Build = (problem, get) => (_values, step) => {
  const gradients = new Map<string, Float64Array>();
  for (const { name, shape } of problem.params) {
    const n = shape.reduce((a, b) => a * b, 1);
    gradients.set(name, get(`grad/${name}`).slice(step * n, (step + 1) * n));
  }
  return { loss: problem.tensors.loss === undefined ? 0 : get('loss')[step]!, gradients };
};

const builders: Readonly<Record<string, Build>> = {
  /** 0.5 x'Ax - b'x */
  quad: (_problem, get) => (values) => {
    const x = values.get('x')!;
    const [a, b] = [get('A'), get('b')];
    const gradient = new Float64Array(b.length);
    let loss = 0;
    for (let i = 0; i < b.length; i++) {
      let row = 0;
      for (let j = 0; j < b.length; j++) row += a[i * b.length + j]! * x[j]!;
      gradient[i] = row - b[i]!;
      loss += x[i]! * (0.5 * row - b[i]!);
    }
    return { loss, gradients: new Map([['x', gradient]]) };
  },
  /** mean(log(1 + exp(z)) - y z) + 0.5 l2 |w|^2, z = Xw + b */
  logreg: (problem, get) => {
    const l2 = Number(/l2=([\d.e+-]+)/.exec(problem.desc)![1]);
    return (values) => {
      const [w, b] = [values.get('w')!, values.get('b')!];
      const [x, y] = [get('X'), get('y')];
      const [n, d] = [y.length, w.length];
      const gw = Float64Array.from(w, (v) => l2 * v);
      let gb = 0;
      let loss = 0;
      for (let i = 0; i < n; i++) {
        let z = b[0]!;
        for (let j = 0; j < d; j++) z += x[i * d + j]! * w[j]!;
        loss += (Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - y[i]! * z) / n;
        const r = (1 / (1 + Math.exp(-z)) - y[i]!) / n;
        for (let j = 0; j < d; j++) gw[j]! += r * x[i * d + j]!;
        gb += r;
      }
      for (let j = 0; j < d; j++) loss += 0.5 * l2 * w[j]! ** 2;
      return {
        loss,
        gradients: new Map([
          ['w', gw],
          ['b', Float64Array.of(gb)],
        ]),
      };
    };
  },
  /** 0.5 sum(r^2)/B, r = X[idx] W' + c - Y[idx] */
  lstsq: (problem, get) => (values, step) => {
    const [w, c] = [values.get('W')!, values.get('c')!];
    const [x, y, idx] = [get('X'), get('Y'), get('idx')];
    const [inputs, outputs] = [problem.tensors.X![1]!, problem.tensors.Y![1]!];
    const batch = problem.tensors.idx![1]!;
    const gw = new Float64Array(w.length);
    const gc = new Float64Array(c.length);
    let loss = 0;
    for (let s = 0; s < batch; s++) {
      const row = idx[step * batch + s]!;
      for (let o = 0; o < outputs; o++) {
        let r = c[o]! - y[row * outputs + o]!;
        for (let i = 0; i < inputs; i++) r += x[row * inputs + i]! * w[o * inputs + i]!;
        loss += (0.5 * r * r) / batch;
        gc[o]! += r / batch;
        for (let i = 0; i < inputs; i++) gw[o * inputs + i]! += (r * x[row * inputs + i]!) / batch;
      }
    }
    return {
      loss,
      gradients: new Map([
        ['W', gw],
        ['c', gc],
      ]),
    };
  },
};
