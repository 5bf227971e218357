/** Recorded steps: the bits of steps that are run as written, through changes of shape and variant; nothing is left behind. */
import { Dropout, GELU, Linear, Sequential } from '@tessera/nn';
import { AdamW, Muon, WeightAverage } from '@tessera/optim';
import {
  defaultDevice,
  Generator,
  manualSeed,
  mseLoss,
  RecordedStep,
  randn,
  scope,
  type Tensor,
} from '@tessera/tensor';
import { describe, expect, it } from 'vitest';

type Inputs = { readonly x: Tensor; readonly y: Tensor };

/** Rows of each step's batch: a size that changes and comes back. */
const sizes = [8, 8, 8, 8, 5, 5, 5, 8, 8, 8];

async function train(kind: 'adamw' | 'muon', recorded: boolean) {
  manualSeed(7);
  const generator = new Generator(3);
  const model = new Sequential(
    new Linear(6, 16, { generator }),
    new GELU(),
    new Dropout(0.2),
    new Linear(16, 4, { generator }),
  );
  const parameters = [...model.namedParameters()];
  const options = { lr: 0.01, clipNorm: 0.5, schedule: (step: number) => 1 / (1 + step) };
  using optimizer = kind === 'adamw' ? new AdamW(parameters, options) : new Muon(parameters, options);
  using average = new WeightAverage([{ params: optimizer.places[0]!.flat }], 0.9);
  let half = false;
  const compute = ({ x, y }: Inputs) => {
    const loss = mseLoss(model.forward(x), y).mul(half ? 0.5 : 1);
    loss.backward();
    optimizer.step();
    optimizer.zeroGrad();
    average.update();
    return { loss: loss.detach(), norm: optimizer.gradientNorm.clone() };
  };
  using step = new RecordedStep(compute);
  const seen: number[] = [];
  for (const [i, size] of sizes.entries()) {
    using x = randn([size, 6], { generator });
    using y = randn([size, 4], { generator });
    half = i >= 9;
    const { loss, norm } = recorded ? step.run({ x, y }, String(half)) : scope(() => compute({ x, y }));
    seen.push(await loss.item(), await norm.item());
    loss.dispose();
    norm.dispose();
  }
  const { data } = optimizer.places[0]!.flat;
  return { seen, weights: await data.data(), average: await average.averages[0]!.data() };
}

describe('a recorded step', () => {
  it.each(['adamw', 'muon'] as const)('gives the bits of the step as it is written (%s)', async (kind) => {
    expect(await train(kind, true)).toEqual(await train(kind, false));
  });

  it('gives results that are the caller’s, and leaves nothing behind', async () => {
    const device = defaultDevice();
    const run = async () => {
      using step = new RecordedStep(({ x }: { readonly x: Tensor }) => ({ y: x.mul(2), same: x.detach() }));
      const kept: Tensor[] = [];
      for (let i = 0; i < 5; i++) {
        using x = randn([3]).fill_(i);
        const { y, same } = step.run({ x });
        kept.push(y);
        same.dispose();
      }
      expect(await Promise.all(kept.map(async (t) => (await t.data())[0]))).toEqual([0, 2, 4, 6, 8]);
      for (const t of kept) t.dispose();
    };
    await run();
    await device.synchronize();
    const { live } = device.memory();
    for (let i = 0; i < 3; i++) await run();
    await device.synchronize();
    expect(device.memory().live).toBe(live);
  });

  it('is run as written again after a step that threw', async () => {
    let fails = true;
    using step = new RecordedStep(({ x }: { readonly x: Tensor }) => {
      if (fails) throw new Error('half-way');
      return { y: x.add(1) };
    });
    using x = randn([2]).fill_(1);
    expect(() => step.run({ x })).toThrow('half-way');
    fails = false;
    for (let i = 0; i < 3; i++) {
      const { y } = step.run({ x });
      expect(await y.toArray()).toEqual([2, 2]);
      y.dispose();
    }
  });
});
