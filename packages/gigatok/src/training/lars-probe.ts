/**
 * The linear probe of the paper and MAE: a batch norm without scale, a linear layer from deviation 0.01, LARS with momentum
 * 0.9 and no weight decay, 10 epochs of warm-up and 80 of half a cosine to 0, learning rate 0.1 per 256 images of a batch.
 * Source: arXiv 2504.08736, appendix; GigaTok `linear_probe`, MAE `main_linprobe.py`.
 */
import { BatchNorm1d, init, Linear } from '@tessera/nn';
import { ArgumentError, crossEntropy, Generator, noGrad, rand, scope, tensor } from '@tessera/tensor';
import { Lars } from './lars.js';
import { type LabelledFeatures, shareRight } from './probe.js';

export interface LarsProbeOptions {
  /** Default 90, of which the first ninth is warm-up. */
  readonly epochs?: number;
  /** Images of a batch; all where there are fewer. Default 8192. */
  readonly batch?: number;
  /** Per 256 images of a batch. Default 0.1. */
  readonly lr?: number;
  /** Decides the order of the images. Default 0. */
  readonly seed?: number;
}

/** Share of `test` that a linear layer trained on `train` gets right. */
export async function larsProbe(
  train: LabelledFeatures,
  test: LabelledFeatures,
  { epochs = 90, batch = 8192, lr = 0.1, seed = 0 }: LarsProbeOptions = {},
): Promise<number> {
  const { features } = train;
  if (features !== test.features)
    throw new ArgumentError(`both sets must have the same features; got ${features} and ${test.features}.`, {
      op: 'larsProbe',
    });
  const rows = train.labels.length;
  const size = Math.min(batch, rows);
  const generator = new Generator(seed);
  using norm = new BatchNorm1d(features, { affine: false, eps: 1e-6 });
  using head = new Linear(features, train.labels.reduce((most, label) => Math.max(most, label), 0) + 1);
  init.truncNormal(head.weight, { std: 0.01, generator });
  init.zeros(head.bias!);
  using lars = new Lars(head.parameters(), { lr: 0 });
  using x = tensor(train.data, { shape: [rows, features] });
  using y = tensor(train.labels);
  const warmup = epochs / 9;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = shuffled(rows, generator);
    for (let start = 0; start + size <= rows; start += size) {
      const at = epoch + start / rows;
      const rise = 0.5 * (1 + Math.cos((Math.PI * (at - warmup)) / (epochs - warmup)));
      lars.lr = ((lr * size) / 256) * (at < warmup ? at / warmup : rise);
      scope(() => {
        const chosen = tensor(order.slice(start, start + size));
        const logits = head.forward(norm.forward(x.indexSelect(chosen, { dim: 0 })));
        crossEntropy(logits, y.indexSelect(chosen, { dim: 0 })).backward();
        lars.step();
        for (const p of head.parameters()) p.grad = null;
      });
    }
  }
  norm.eval();
  return shareRight(test, (given) => noGrad(() => head.forward(norm.forward(given))));
}

function shuffled(rows: number, generator: Generator): Int32Array {
  const keys = scope(() => rand([rows], { generator }).dataSync());
  return Int32Array.from({ length: rows }, (_, i) => i).sort((a, b) => keys[a]! - keys[b]!);
}
