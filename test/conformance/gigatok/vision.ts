/** Pretrained vision models: DINOv2 from a model folder, and LPIPS over VGG16. */
import { dirname, join } from 'node:path';
import { Dinov2Model, Lpips, loadPretrained } from '@tessera/models';
import { noGrad, scope, type Tensor } from '@tessera/tensor';
import { handlerOf } from './fixture.js';

/** Every `in.pixels_SIZE`, and whatever is expected of images of that size. */
export const runDinov2Case = handlerOf(async (fixture) => {
  using model = await loadPretrained(join(dirname(fixture.source.path), 'model'), { model: Dinov2Model });
  model.eval();
  for (const size of fixture.names('in.pixels_')) {
    using pixels = await fixture.tensor(`in.pixels_${size}`);
    const { output, states } = noGrad(() =>
      scope(() => ({ output: model.forward(pixels), states: model.hiddenStates(pixels) })),
    );
    const results: Record<string, Tensor> = {
      last_hidden_state: output.lastHiddenState,
      pooler_output: output.poolerOutput,
      ...Object.fromEntries(states.map((state, i) => [`hidden_state_${i}`, state])),
    };
    for (const name of fixture.names('out.').filter((name) => name.endsWith(`_${size}`))) {
      const result = results[name.slice(0, -size.length - 1)];
      if (result === undefined) throw new Error(`unknown expectation out.${name}`);
      await fixture.check(`out.${name}`, result);
    }
    for (const t of Object.values(results)) t.dispose();
  }
});

/** Distances both ways, features of `in.a`, and the gradient of the sum of distances. */
export const runLpipsCase = handlerOf<{ readonly channels: readonly number[] }>(async (fixture) => {
  using lpips = new Lpips({ channels: fixture.config.channels });
  lpips.loadStateDict(await fixture.tensors('param.'));
  lpips.eval();
  const a = await fixture.tensor('in.a');
  const b = (await fixture.tensor('in.b')).setRequiresGrad();
  const distance = lpips.forward(a, b);
  await fixture.check('out.distance', distance);
  await fixture.checkScalar('mean', distance.mean());
  if (fixture.has('out.distance_swapped')) await fixture.check('out.distance_swapped', lpips.forward(b, a));
  distance.sum().backward();
  await fixture.checkGradient('grad.in.b', b.grad);
  const features = lpips.features(a);
  for (const [i, depth] of ['relu1_2', 'relu2_2', 'relu3_3', 'relu4_3', 'relu5_3'].entries())
    if (fixture.has(`act.${depth}`)) await fixture.check(`act.${depth}`, features[i]!);
});
