// Prints two hashes of the results of many kernels on fixed inputs, large enough to be split over threads: of kernels that
// give the same bits on every level with fused multiply-add, and of products, whose sums are split as a level's registers
// allow, with what is made of them.
import { createHash } from 'node:crypto';
import { Adafactor, AdamW, LAMB, Muon, SparseAdamW, Subnetwork, typedParameters } from '@tessera/optim';
import * as t from '@tessera/tensor';

let hash = createHash('sha256');
const keep = async (...tensors) => {
  for (const x of tensors) {
    const data = await x.data();
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
};
t.manualSeed(7);
const dtypes = ['f32', 'bf16'];
for (const dtype of dtypes) {
  const x = t.randn([300, 517], { dtype });
  const g = t.rand([300, 517], { dtype });
  for (const op of [t.exp, t.log1p, t.tanh, t.erf, t.gelu, t.sin, t.silu, t.softplus]) await keep(op(t.abs(x)));
  await keep(t.pow(t.abs(x), g), t.div(x, g), t.add(x, t.narrow(g, { dim: 0, start: 3, length: 1 })));
  for (const dim of [0, 1]) {
    await keep(t.sum(x, { dim }), t.logsumexp(x, { dim }), t.softmax(x, { dim }), t.logSoftmax(x, { dim }));
    await keep(t.std(x, { dim }), ...t.max(x, { dim }), t.cumsum(x, { dim }));
  }
  const big = t.randn([400_003], { dtype });
  await keep(t.sum(big), t.mean(t.square(big)));
  const weight = t.rand([517], { dtype });
  await keep(t.layerNorm(x, weight, weight), t.rmsNorm(x, weight));
  await keep(t.contiguous(t.transpose(x)), t.flip(x, { dims: [0, 1] }));
  const leaf = t.randn([97, 64], { dtype, requiresGrad: true });
  const index = t.randint(97, [3000]);
  t.sum(t.square(t.embedding(leaf, index))).backward();
  await keep(leaf.grad);
}
console.log(hash.digest('hex'));

hash = createHash('sha256');
for (const dtype of dtypes) {
  const x = t.randn([300, 517], { dtype });
  const weight = t.randn([517, 260], { dtype, requiresGrad: true });
  const y = t.matmul(x, weight);
  t.sum(t.square(y)).backward();
  const heads = t.randn([2, 4, 130, 64], { dtype, requiresGrad: true });
  const attended = t.scaledDotProductAttention(heads, heads, heads, { isCausal: true });
  t.sum(t.square(attended)).backward();
  const image = t.randn([4, 8, 40, 40], { dtype });
  const filters = t.randn([16, 8, 3, 3], { dtype, requiresGrad: true });
  const filtered = t.conv2d(image, filters);
  t.sum(t.square(filtered)).backward();
  const target = t.randint(260, [300]);
  const loss = t.crossEntropy(y.detach(), target);
  await keep(y, weight.grad, attended, heads.grad, filtered, filters.grad, loss);
}
const count = 200_003;
const gradients = await t.randn([count]).data();
const flat = () => typedParameters(Float32Array.from(gradients), Float32Array.from(gradients));
const dense = flat();
const sparse = flat();
const subnetwork = await Subnetwork.random(sparse, 0.05);
const matrix = t.randn([200, 130], { requiresGrad: true });
t.sum(t.square(matrix)).backward();
const optimizers = [
  new AdamW([{ params: dense }]),
  new LAMB([{ params: dense }]),
  new SparseAdamW(subnetwork),
  new Muon([['matrix', matrix]]),
  new Adafactor([['matrix', matrix]], { clipAdaptive: 0.1 }),
  new Adafactor([{ params: dense }]),
];
for (const optimizer of optimizers) for (let step = 0; step < 2; step++) optimizer.step();
await keep(dense.data, sparse.data, matrix);
console.log(hash.digest('hex'));
