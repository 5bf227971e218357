/**
 * Trains a small network to tell two interleaved spirals apart: tensors, autograd, scopes, and a step recorded once and
 * replayed. `npm start` runs it.
 */
import {
  add_,
  argmax,
  crossEntropy,
  defaultDevice,
  eq,
  linear,
  manualSeed,
  noGrad,
  ParameterBuffer,
  randn,
  scope,
  type Tensor,
  tensor,
} from '@tessera/tensor';

const points = 1000;
const hidden = 128;
const steps = 2000;
const learningRate = 0.3;

/** Points on two arms, with their arm as the label. */
function spirals(): { x: Tensor; y: Tensor } {
  const coordinates = new Float32Array(2 * points);
  const labels = new Int32Array(points);
  for (let i = 0; i < points; i++) {
    const arm = i % 2;
    const t = i / points;
    const angle = 3 * Math.PI * t + arm * Math.PI;
    coordinates[2 * i] = 2 * t * Math.cos(angle);
    coordinates[2 * i + 1] = 2 * t * Math.sin(angle);
    labels[i] = arm;
  }
  return { x: tensor(coordinates, { shape: [points, 2] }), y: tensor(labels) };
}

/** Weights `[out, in]` with He's initialisation. */
function weight(out: number, input: number): Tensor {
  return randn([out, input])
    .mul_(Math.sqrt(2 / input))
    .setRequiresGrad();
}

manualSeed(1);
const { x, y } = spirals();
const layers = [weight(hidden, 2), weight(hidden, hidden), weight(2, hidden)] as const;
const biases = [hidden, hidden, 2].map((n) => randn([n]).mul_(0.1).setRequiresGrad());
const parameters = new ParameterBuffer([...layers, ...biases].map((t, i) => [`parameter${i}`, t] as const));

function logits(): Tensor {
  const first = linear(x, layers[0], biases[0], { activation: 'relu' });
  const second = linear(first, layers[1], biases[1], { activation: 'relu' });
  return linear(second, layers[2], biases[2]);
}

/** One step of gradient descent. Everything it makes but the loss is freed when it returns. */
function step(): Tensor {
  return scope(() => {
    const loss = crossEntropy(logits(), y);
    parameters.zeroGrad();
    loss.backward();
    noGrad(() => add_(parameters.data, parameters.grad, { alpha: -learningRate }));
    return loss.detach();
  });
}

const { recording, result: loss } = defaultDevice().record(step);
const started = performance.now();
for (let i = 1; i < steps; i++) {
  recording.replay();
  if ((i + 1) % 200 === 0) {
    const value = await loss.item();
    const rate = ((i + 1) / (performance.now() - started)) * 1000;
    const bar = '#'.repeat(Math.round((20 * (i + 1)) / steps)).padEnd(20, '.');
    console.log(`[${bar}] step ${i + 1}/${steps}  loss ${value.toFixed(4)}  ${rate.toFixed(0)} steps/s`);
  }
}
const correct = scope(() =>
  noGrad(() =>
    eq(argmax(logits(), { dim: -1 }), y)
      .to('f32')
      .mean(),
  ),
);
console.log(`accuracy ${(100 * (await correct.item())).toFixed(1)} %`);
recording.dispose();
