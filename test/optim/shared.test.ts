/** Several users of one model's parameters: optimizers, clipping, averages; and parameters that nobody may touch. */
import { BatchNorm1d, flatParameters, Linear, ReLU, Sequential } from '@tessera/nn';
import { AdamW, clipGradNorm, LAMB, Muon, Prodigy, ScheduleFreeAdamW, SGD, WeightAverage } from '@tessera/optim';
import { Generator, randn, scope, type Tensor } from '@tessera/tensor';
import { expect, test } from 'vitest';

type Parameters = Iterable<readonly [string, Tensor]>;

function network(): { model: Sequential; loss: () => Tensor } {
  const generator = new Generator(3);
  const model = new Sequential(
    new Linear(4, 8, { generator }),
    new ReLU(),
    new BatchNorm1d(8),
    new Linear(8, 2, { generator }),
  );
  const x = randn([16, 4], { generator });
  return { model, loss: () => model.forward(x).square().mean() };
}

const values = async (model: Sequential): Promise<number[]> =>
  (await Promise.all([...model.parameters()].map((p) => p.data()))).flatMap((data) => [...data]);

test('two optimizers of one model step the same weights, as one does after the other', async () => {
  const results: number[][] = [];
  for (const early of [true, false]) {
    const { model, loss } = network();
    const step = (optimizer: AdamW | SGD) =>
      scope(() => {
        optimizer.zeroGrad();
        loss().backward();
        optimizer.step();
      });
    using first = new SGD(model.namedParameters(), { lr: 0.1 });
    const make = () => new AdamW(model.namedParameters(), { lr: 0.01 });
    const others = early ? [make()] : [];
    step(first);
    if (!early) others.push(make());
    step(others[0]!);
    step(first);
    others[0]!.dispose();
    step(first);
    results.push(await values(model));
  }
  expect(results[0]).toEqual(results[1]);
});

test('an optimizer of the head leaves the rest alone while one of the whole model lives', async () => {
  const { model, loss } = network();
  using _whole = new AdamW(model.namedParameters(), { lr: 0.01 });
  const head = model.at(3)!;
  const [body, before] = [[...model.at(0)!.parameters()], await values(model)];
  using optimizer = new SGD(head.namedParameters(), { lr: 0.1 });
  scope(() => {
    loss().backward();
    optimizer.step();
  });
  const after = await values(model);
  const rest = [...model.parameters()].slice(0, -2).reduce((n, p) => n + p.numel, 0);
  expect(after.slice(0, rest)).toEqual(before.slice(0, rest));
  expect(after.slice(rest)).not.toEqual(before.slice(rest));
  expect(body[0]!.grad).not.toBeNull();
});

test('clipGradNorm takes the parameters an optimizer has, or those of no optimizer', async () => {
  const norms: number[] = [];
  for (const flat of [true, false]) {
    const { model, loss } = network();
    using optimizer = flat ? new AdamW(model.namedParameters(), { lr: 0.01 }) : null;
    loss().backward();
    using norm = clipGradNorm(model.parameters(), 1e-3);
    norms.push(await norm.item());
    const gradients = await Promise.all([...model.parameters()].map((p) => p.grad!.data()));
    expect(Math.hypot(...gradients.flatMap((g) => [...g]))).toBeCloseTo(1e-3, 6);
    optimizer?.step();
    expect((await values(model)).every(Number.isFinite)).toBe(true);
  }
  expect(norms[0]).toBe(norms[1]);
});

test('frozen parameters are left out, and stay frozen', async () => {
  const { model, loss } = network();
  model.at(0)!.setRequiresGrad(false);
  const before = await model.at(0)!.stateDict().get('weight')!.data();
  using optimizer = new AdamW(model.namedParameters(), { lr: 0.1, weightDecay: 0.5 });
  using average = new WeightAverage(model.namedParameters(), 0.9);
  expect(flatParameters(model)[0].entries.map(({ name }) => name)).not.toContain('0.weight');
  scope(() => {
    loss().backward();
    optimizer.step();
    average.update();
  });
  const { weight } = Object.fromEntries(model.at(0)!.namedParameters());
  expect(weight!.requiresGrad).toBe(false);
  expect(await weight!.data()).toEqual(before);
  model.setRequiresGrad(false);
  expect(() => new SGD(model.parameters(), { lr: 1 })).toThrow(
    'SGD: needs at least one parameter that requires gradients; got 6 that do not.',
  );
  expect(() => flatParameters(model)).toThrow('flatParameters: no parameter of the Sequential requires gradients.');
});

test.each([
  ['AdamW', (p: Parameters) => new AdamW(p, { lr: 0.1, weightDecay: 0.1 })],
  ['SGD', (p: Parameters) => new SGD(p, { lr: 0.1, momentum: 0.9, weightDecay: 0.1 })],
  ['Muon', (p: Parameters) => new Muon(p, { lr: 0.1, weightDecay: 0.1 })],
  ['Prodigy', (p: Parameters) => new Prodigy(p, { weightDecay: 0.1 })],
  ['LAMB', (p: Parameters) => new LAMB(p, { lr: 0.1, weightDecay: 0.1 })],
  ['ScheduleFreeAdamW', (p: Parameters) => new ScheduleFreeAdamW(p, { lr: 0.1, weightDecay: 0.1 })],
] as const)('%s leaves alone what is frozen while it is at work, and goes on with it afterwards', async (_, make) => {
  const { model, loss } = network();
  using optimizer = make(model.namedParameters());
  const step = async () => {
    scope(() => {
      optimizer.zeroGrad();
      loss().backward();
      optimizer.step();
    });
    const weights = await Promise.all([0, 3].map((i) => model.stateDict().get(`${i}.weight`)!.data()));
    return weights.map((w) => [...w]);
  };
  const [before] = await step();
  model.at(0)!.setRequiresGrad(false);
  const [still, moved] = await step();
  expect(still).toEqual(before);
  const [again, further] = await step();
  expect(again).toEqual(before);
  expect(further).not.toEqual(moved);
  model.at(0)!.setRequiresGrad(true);
  const [after] = await step();
  expect(after).not.toEqual(before);
});

test('zeroGrad of the module reaches gradients in flat buffers', async () => {
  const { model, loss } = network();
  using _optimizer = new AdamW(model.namedParameters(), { lr: 0.01 });
  const gradient = async () => {
    scope(() => loss().backward());
    return (await model.stateDict().get('0.weight')!.grad!.data())[0]!;
  };
  const once = await gradient();
  model.zeroGrad();
  expect(model.stateDict().get('0.weight')!.grad).toBeNull();
  expect(await gradient()).toBeCloseTo(once, 5);
});
