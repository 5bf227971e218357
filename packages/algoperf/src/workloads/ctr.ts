/**
 * Click-through prediction in the manner of Criteo: eight categorical fields with Zipf-distributed values, five
 * log-normal numbers, and clicks drawn from biases, pairwise interactions of rank 3 and a few non-linear terms. The model
 * is a small DLRM (arXiv 1906.00091). One pass over the training data is about the budget.
 */
import { Embedding, init, Linear, Module, ModuleList } from '@tessera/nn';
import {
  binaryCrossEntropyWithLogits,
  cat,
  type Device,
  type Generator,
  relu,
  stack,
  type Tensor,
  tensor,
} from '@tessera/tensor';
import { cumulative, Sampler } from '../random.js';
import { defineWorkload, evaluatedScalar, Samples } from '../workload.js';

const vocabularies = [2000, 1000, 500, 200, 100, 50, 30, 20] as const;
const numbers = 5;
const trainCount = 420_000;
const validationCount = 8_000;
const width = 8;
const fields = vocabularies.length;

function generate(count: number): { categories: Int32Array; dense: Float32Array; clicked: Float32Array } {
  const world = new Sampler(11);
  const rank = 3;
  const zipf = vocabularies.map((size) => cumulative(Array.from({ length: size }, (_, i) => (i + 1) ** -1.05)));
  const factors = vocabularies.map((size) => Float64Array.from({ length: size * rank }, () => world.normal(0, 0.55)));
  const biases = vocabularies.map((size) => Float64Array.from({ length: size }, () => world.normal(0, 0.35)));
  const rows = new Sampler(11, 1);
  const categories = new Int32Array(count * fields);
  const dense = new Float32Array(count * numbers);
  const clicked = new Float32Array(count);
  const total = new Float64Array(rank);
  for (let i = 0; i < count; i++) {
    let logit = -1.3;
    let squares = 0;
    let first = 0;
    total.fill(0);
    for (let f = 0; f < fields; f++) {
      const value = rows.choice(zipf[f]!);
      categories[i * fields + f] = value;
      logit += biases[f]![value]!;
      for (let r = 0; r < rank; r++) {
        const factor = factors[f]![value * rank + r]!;
        total[r]! += factor;
        squares += factor * factor;
      }
      if (f === 0) first = factors[0]![value * rank]!;
    }
    const x = Array.from({ length: numbers }, () => Math.log1p(Math.exp(rows.normal())));
    dense.set(x, i * numbers);
    logit += 0.4 * (total.reduce((sum, t) => sum + t * t, 0) - squares);
    logit += 0.7 * Math.sin(2 * x[0]!) + 0.6 * x[1]! * (x[2]! - 0.7) - (x[3]! > 1 ? first : 0);
    clicked[i] = rows.chance(1 / (1 + Math.exp(-logit))) ? 1 : 0;
  }
  return { categories, dense, clicked };
}

class Dlrm extends Module {
  readonly embeddings: ModuleList<Embedding>;
  readonly bottom: ModuleList<Linear>;
  readonly top: ModuleList<Linear>;
  readonly #pairs: Tensor;

  constructor(device: Device, generator: Generator, embedScale: number) {
    super();
    const layer = { device, generator };
    this.embeddings = this.child(
      'embeddings',
      new ModuleList(vocabularies.map((size) => new Embedding(size, width, layer))),
    );
    const bound = embedScale / Math.sqrt(width);
    for (const { weight } of this.embeddings) init.uniform(weight, { low: -bound, high: bound, generator });
    this.bottom = this.child('bottom', new ModuleList([new Linear(numbers, 32, layer), new Linear(32, width, layer)]));
    const vectors = fields + 1;
    const pairs = Array.from({ length: vectors }, (_, i) =>
      Array.from({ length: vectors - i - 1 }, (_, j) => i * vectors + i + 1 + j),
    ).flat();
    this.#pairs = this.buffer('pairs', tensor(Int32Array.from(pairs), { device }), { persistent: false });
    this.top = this.child(
      'top',
      new ModuleList([
        new Linear(width + pairs.length, 64, layer),
        new Linear(64, 32, layer),
        new Linear(32, 1, layer),
      ]),
    );
  }

  /** Logits `[batch]`. */
  forward(categories: Tensor, dense: Tensor): Tensor {
    const [b1, b2] = [...this.bottom] as [Linear, Linear];
    const [t1, t2, t3] = [...this.top] as [Linear, Linear, Linear];
    const bottom = relu(b2.forward(relu(b1.forward(dense))));
    const embedded = [...this.embeddings].map((e, f) => e.forward(categories.select({ dim: 1, index: f })));
    const vectors = stack([bottom, ...embedded], { dim: 1 });
    const products = vectors.matmul(vectors.transpose()).flatten({ startDim: 1 });
    const interactions = products.indexSelect(this.#pairs, { dim: 1 });
    const hidden = relu(t2.forward(relu(t1.forward(cat([bottom, interactions], { dim: 1 })))));
    return t3.forward(hidden).squeeze({ dim: 1 });
  }
}

export const ctr = defineWorkload<Dlrm, Record<'categories' | 'dense' | 'clicked', Tensor>>({
  name: 'ctr',
  mirrors: 'criteo1tb',
  metric: { name: 'log loss', higherIsBetter: false },
  batchSize: 512,
  steps: 800,
  evalEvery: 20,
  heldOut: 'embeddings start four times smaller',
  open({ device, heldOut }) {
    const count = trainCount + validationCount;
    const { categories, dense, clicked } = generate(count);
    const part = (start: number, length: number) =>
      new Samples({
        categories: tensor(categories.subarray(start * fields, (start + length) * fields), { device }).reshape([
          length,
          fields,
        ]),
        dense: tensor(dense.subarray(start * numbers, (start + length) * numbers), { device }).reshape([
          length,
          numbers,
        ]),
        clicked: tensor(clicked.subarray(start, start + length), { device }),
      });
    const train = part(0, trainCount);
    const validation = part(trainCount, validationCount);
    return {
      model: (generator) => new Dlrm(device, generator, heldOut ? 0.25 : 1),
      batch: (sampler) => train.draw(sampler, 512),
      loss: (model, batch) => binaryCrossEntropyWithLogits(model.forward(batch.categories, batch.dense), batch.clicked),
      evaluate: (model) =>
        evaluatedScalar(() => {
          const all = validation.slice(0, validation.count);
          return binaryCrossEntropyWithLogits(model.forward(all.categories, all.dense), all.clicked);
        }),
      dispose: () => {
        train.dispose();
        validation.dispose();
      },
    };
  },
});
