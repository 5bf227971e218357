// Prints a hash of the results of many kernels on fixed inputs, large enough to be split over threads.
import { createHash } from 'node:crypto';
import * as t from '@tessera/tensor';

const hash = createHash('sha256');
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
