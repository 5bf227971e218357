/** What every optimizer keeps: its states and nothing else, bits across a resume, no NaN from gradients without news. */
import * as optim from '@tessera/optim';
import { device, scope, Tensor, tensor } from '@tessera/tensor';
import { afterEach, describe, expect, it } from 'vitest';
import { flatOptimizers, matrixOptimizers } from './families.js';
import { flatOf, noise, setGradient } from './support.js';

const side = 16;
const n = side * side;

/** Parameters of the test at hand: freed after it, and not whenever a finalizer runs, which would show in what is live. */
const made: optim.FlatParameters[] = [];

afterEach(() => {
  for (const { data, grad } of made.splice(0)) for (const t of [data, grad]) t.dispose();
});

function matrixFlat(seed: number): optim.FlatParameters {
  made.push(flatOf(noise(n, seed), { shapes: [[side, side]] }));
  return made.at(-1)!;
}

function dispose(value: Tensor | number): void {
  if (value instanceof Tensor) value.dispose();
}

function vectorFlat(seed: number): optim.FlatParameters {
  made.push(flatOf(noise(10, seed), { prefix: 'v' }));
  return made.at(-1)!;
}

async function run(optimizer: optim.Optimizer, steps: readonly number[]): Promise<void> {
  for (const s of steps) {
    for (const [i, { flat }] of optimizer.places.entries()) setGradient(flat, noise(flat.data.numel, 100 + s + 7 * i));
    optimizer.step({ loss: 1 + 0.1 * s });
  }
  await optimizer.synchronize();
}

const groupsOf = (flats: readonly optim.FlatParameters[]) => flats.map((params) => ({ params }));

/** Methods whose estimates are of all parameters together: there a group is no optimizer of its own. */
const together = /^(DAdapt|Prodigy|MoMo|Mechanic|AvaGrad|ScheduleFreePlus|ScheduleFree SGD|Lookahead)/;

describe.each(flatOptimizers.filter(({ name }) => !together.test(name)))('$name', ({ make }) => {
  it('steps a group with options of its own as an optimizer with those options would', async () => {
    const own = { lr: 0.03, weightDecay: 0.3 };
    const [a, b, alone] = [matrixFlat(1), vectorFlat(2), matrixFlat(1)];
    using both = make([{ params: a, ...own }, { params: b }]);
    using one = make([{ params: alone, ...own }]);
    await run(both, [0, 1, 2, 3]);
    await run(one, [0, 1, 2, 3]);
    const [found, expected] = [await a.data.data(), await alone.data.data()];
    for (let i = 0; i < n; i++) expect(Math.abs(found[i]! - expected[i]!)).toBeLessThan(1e-5);
  });
});

const clips = [
  {
    name: 'global norm',
    options: { clipNorm: 0.5 },
    clip: (p: optim.ParametersArgument) => optim.clipGradNorm(p, 0.5).dispose(),
  },
  {
    name: 'norm of tensors',
    options: { clipTensorNorm: 0.5, clipEps: 0 },
    clip: (p: optim.ParametersArgument) => optim.clipTensorNorm(p, 0.5),
  },
  {
    name: 'norm of rows',
    options: { clipAdaptive: 0.1 },
    clip: (p: optim.ParametersArgument) => optim.adaptiveGradientClip(p, 0.1),
  },
  {
    name: 'norm of columns',
    options: { clipAdaptive: { limit: 0.1, units: 'columns', eps: 0.01 } },
    clip: (p: optim.ParametersArgument) => optim.adaptiveGradientClip(p, 0.1, { units: 'columns', eps: 0.01 }),
  },
] as const;

describe.each([...flatOptimizers, ...matrixOptimizers])('$name', ({ make, bytes }) => {
  it('keeps the bytes that its header names, and leaves no more behind in a step', async () => {
    const flat = matrixFlat(1);
    await device('cpu').synchronize();
    const before = device('cpu').memory().live;
    const optimizer = make(flat);
    expect(optimizer.stateBytes).toBe(bytes * n);
    await run(optimizer, [0, 1, 2]);
    const between = device('cpu').memory().live;
    // Beside its states: a few numbers for norms, estimates and rates.
    expect(between - before - bytes * n).toBeLessThan(4096);
    await run(optimizer, [3, 4, 5, 6]);
    expect(device('cpu').memory().live).toBe(between);
    optimizer.dispose();
    await device('cpu').synchronize();
    expect(device('cpu').memory().live).toBe(before);
  });

  it('leaves alone what is frozen while it is at work, and goes on with it afterwards', async () => {
    const matrix = tensor(noise(n, 1), { shape: [side, side] }).setRequiresGrad();
    const vector = tensor(noise(10, 2)).setRequiresGrad();
    const parameters = [matrix, vector];
    const optimizer = make(parameters);
    const run = async (steps: number): Promise<[Float32Array, Float32Array]> => {
      for (let s = 0; s < steps; s++) {
        optimizer.zeroGrad();
        const loss = scope(() => {
          const parts = parameters.filter((p) => p.requiresGrad).map((p) => p.mul(3).sin().square().sum());
          const sum = parts.reduce((a, b) => a.add(b));
          sum.backward();
          return sum.detach();
        });
        optimizer.step({ loss });
        loss.dispose();
      }
      return (await Promise.all(parameters.map((p) => p.data()))) as [Float32Array, Float32Array];
    };
    /** The states of the vector, which is unnamed and comes second, and what is remembered of it. */
    const states = async () => {
      const { state, memory = {} } = optimizer.stateDict();
      const layer = memory['layers.0'];
      const own = layer instanceof Tensor ? [(await layer.data()).slice(2, 4) as Float32Array] : [];
      for (const [name, parts] of Object.entries(state)) {
        for (const part of Object.values(parts)) {
          if (name === '1' && part instanceof Tensor) own.push((await part.data()) as Float32Array);
          dispose(part);
        }
      }
      return own;
    };
    const [, before] = await run(3);
    const statesBefore = await states();
    vector.setRequiresGrad(false);
    const [moved, still] = await run(2);
    expect(still).toEqual(before);
    const [further, again] = await run(2);
    expect(again).toEqual(before);
    expect(await states()).toEqual(statesBefore);
    expect(further).not.toEqual(moved);
    vector.setRequiresGrad(true);
    const [, after] = await run(3);
    expect(after.every(Number.isFinite)).toBe(true);
    optimizer.dispose();
    for (const p of parameters) for (const t of [p.grad, p]) t?.dispose();
  });

  it.each(clips)('clips by $name in its step as the function does before it', async ({ options, clip }) => {
    const [flats, others] = [1, 1].map(() => [matrixFlat(1), vectorFlat(2)] as const);
    using inside = make(groupsOf(flats!), options);
    using outside = make(groupsOf(others!));
    for (const s of [0, 1, 2]) {
      for (const list of [flats!, others!]) {
        list.forEach((flat, i) => void setGradient(flat, noise(flat.data.numel, 50 + s + 7 * i)));
      }
      clip(groupsOf(others!));
      for (const optimizer of [inside, outside]) optimizer.step({ loss: 1 });
    }
    for (const [i, flat] of flats!.entries()) {
      const [found, expected] = [await flat.data.data(), await others![i]!.data.data()];
      found.forEach((x, k) => void expect(Math.abs(x - expected[k]!)).toBeLessThan(2e-5 * (1 + Math.abs(x))));
    }
  });

  it('leaves everything as it was where a gradient is not finite, if asked to', async () => {
    const flats = [matrixFlat(1), vectorFlat(2)];
    using optimizer = make(groupsOf(flats), { skipNonFinite: true });
    await run(optimizer, [0, 1]);
    const snapshot = async () => {
      const { state, memory = {} } = optimizer.stateDict();
      const parts = Object.values(state).flatMap((own) => Object.values(own));
      const all = [...flats.map(({ data }) => data), ...parts, ...Object.values(memory)].filter(
        (x) => x instanceof Tensor,
      );
      const values = await Promise.all(all.map((x) => x.data()));
      for (const part of parts) dispose(part);
      return values;
    };
    const before = await snapshot();
    setGradient(
      flats[1]!,
      Float32Array.from({ length: 10 }, (_, i) => (i === 3 ? Number.NaN : 1)),
    );
    optimizer.step({ loss: 1 });
    expect(await snapshot()).toEqual(before);
  });

  it('goes on from a state dict bit for bit', async () => {
    const one = make([{ params: matrixFlat(1) }, { params: vectorFlat(2) }]);
    await run(one, [0, 1, 2]);
    const two = make([{ params: matrixFlat(3) }, { params: vectorFlat(4) }]);
    const copy = () => two.places.forEach(({ flat }, i) => void flat.data.copy_(one.places[i]!.flat.data));
    copy();
    const saved = one.stateDict();
    two.loadStateDict(saved);
    // Views keep the states they show.
    for (const parts of Object.values(saved.state)) for (const part of Object.values(parts)) dispose(part);
    expect(two.steps).toBe(one.steps);
    await run(one, [3, 4, 5]);
    await run(two, [3, 4, 5]);
    for (const [i, { flat }] of two.places.entries()) {
      expect(await flat.data.rawData()).toEqual(await one.places[i]!.flat.data.rawData());
    }
    one.dispose();
    two.dispose();
  });

  it('stays finite through zero gradients and a warmup from zero', async () => {
    const flat = matrixFlat(1);
    const optimizer = make(flat);
    setGradient(flat, new Float32Array(n));
    for (let i = 0; i < 3; i++) optimizer.step({ loss: 1 });
    await run(optimizer, [0, 1, 2]);
    for (const value of await flat.data.data()) expect(Number.isFinite(value)).toBe(true);
    optimizer.dispose();
  });
});

describe('learning-rate-free optimizers', () => {
  const adaptive = [
    ['DAdaptAdam', (p: optim.FlatParameters, o: object) => new optim.DAdaptAdam(p, { ...o, form: 'optax' })],
    ['Prodigy', (p: optim.FlatParameters, o: object) => new optim.Prodigy(p, { ...o, form: 'optax' })],
    ['DAdaptSGD', (p: optim.FlatParameters, o: object) => new optim.DAdaptSGD(p, o)],
    ['DAdaptAdaGrad', (p: optim.FlatParameters, o: object) => new optim.DAdaptAdaGrad(p, o)],
  ] as const;

  it.each(adaptive)('%s finds a distance after steps that told it nothing', async (_name, make) => {
    const flat = flatOf(Float32Array.of(3, -4, 5));
    using optimizer = make(flat, { schedule: (t: number) => (t === 0 ? 0 : 1) });
    setGradient(flat, new Float32Array(3));
    optimizer.step();
    for (let i = 0; i < 300; i++) {
      setGradient(flat, Float32Array.from((await flat.data.data()) as Float32Array));
      optimizer.step();
    }
    const d = await optimizer.telemetry().d!.item();
    expect(d).toBeGreaterThan(0.1);
    expect(d).toBeLessThan(100);
    for (const value of await flat.data.data()) expect(Math.abs(value)).toBeLessThan(1);
  });

  it.each([
    ['DAdaptAdam', (p: optim.FlatParameters[]) => new optim.DAdaptAdam(groupsOf(p), { weightDecay: 0.5, d0: 0.1 })],
    ['DAdaptAdan', (p: optim.FlatParameters[]) => new optim.DAdaptAdan(groupsOf(p), { weightDecay: 0.5, d0: 0.1 })],
    ['Prodigy', (p: optim.FlatParameters[]) => new optim.Prodigy(groupsOf(p), { weightDecay: 0.5, d0: 0.1 })],
  ] as const)('%s does not decay before the first gradient, and everything from there on', async (_name, make) => {
    const start = Float32Array.of(1, -2, 3);
    const flats = [flatOf(start), flatOf(start)];
    using optimizer = make(flats);
    optimizer.step();
    for (const { data } of flats) expect([...(await data.data())]).toEqual([...start]);
    setGradient(flats[1]!, Float32Array.of(0, 0, 1));
    optimizer.step();
    const moved = [...(await flats[0]!.data.data())];
    for (const [i, value] of moved.entries()) expect(Math.abs(value)).toBeLessThan(Math.abs(start[i]!));
  });

  it('DAdaptSGD divides by the norm of the first gradient as it is clipped, and without decay', async () => {
    const flat = flatOf(Float32Array.of(3, 4));
    using optimizer = new optim.DAdaptSGD(flat, { d0: 0.1, clipNorm: 0.5, clipEps: 0, weightDecay: 1 });
    setGradient(flat, Float32Array.of(6, 8));
    optimizer.step();
    // x_0 - d/0.5 (g clipped to 0.5, and decay x_0)
    const [a, b] = await flat.data.data();
    expect(a).toBeCloseTo(3 - 0.2 * (0.3 + 3), 5);
    expect(b).toBeCloseTo(4 - 0.2 * (0.4 + 4), 5);
  });

  it('leave a group with a learning rate of 0 out of the estimate', async () => {
    const start = Float32Array.of(3, -4, 5);
    const [a, still, alone] = [flatOf(start), flatOf(start), flatOf(start)];
    const options = { safeguardWarmup: true, weightDecay: 0.1, d0: 1e-3 };
    using both = new optim.Prodigy([{ params: a }, { params: still, lr: 0 }], options);
    using one = new optim.Prodigy(alone, options);
    for (let i = 0; i < 20; i++) {
      for (const flat of [a, still, alone]) setGradient(flat, noise(3, i));
      for (const optimizer of [both, one]) optimizer.step();
    }
    expect(await a.data.rawData()).toEqual(await alone.data.rawData());
    expect([...(await still.data.data())]).toEqual([...start]);
  });

  it('DoG takes its first learning rate until something has moved', async () => {
    const flat = flatOf(Float32Array.of(1, 2));
    using optimizer = new optim.DoG(flat, { initEta: 0.1, lr: 0.5 });
    optimizer.step();
    expect([...(await flat.data.data())]).toEqual([1, 2]);
    setGradient(flat, Float32Array.of(1, 1));
    optimizer.step();
    expect((await flat.data.data())[0]).toBeCloseTo(0.9, 6);
    optimizer.step();
    expect((await flat.data.data())[0]).toBeLessThan(0.9);
  });

  it('lets d grow by no more than the limit', async () => {
    const flat = flatOf(Float32Array.of(3, -4, 5));
    using optimizer = new optim.Prodigy(flat, { d0: 1e-3, growthRate: 1.1, form: 'optax' });
    let last = 1e-3;
    for (let i = 0; i < 30; i++) {
      setGradient(flat, Float32Array.of(1, -1, 1));
      optimizer.step();
      const d = await optimizer.telemetry().d!.item();
      expect(d).toBeLessThanOrEqual(last * 1.1 * (1 + 1e-6));
      last = d;
    }
    expect(last).toBeGreaterThan(1e-3);
  });

  it.each([
    ['Prodigy', (p: optim.FlatParameters, o: object) => new optim.Prodigy(p, { ...o, form: 'optax', betas: [0, 0] })],
    ['DAdaptAdam', (p: optim.FlatParameters, o: object) => new optim.DAdaptAdam(p, o)],
    ['DAdaptAdan', (p: optim.FlatParameters, o: object) => new optim.DAdaptAdan(p, o)],
    [
      'DAdaptAdan, no proximal step',
      (p: optim.FlatParameters, o: object) => new optim.DAdaptAdan(p, { ...o, noProx: true }),
    ],
  ] as const)('decay by d lr weightDecay, also while d is small (%s)', async (_, make) => {
    const [d0, weightDecay, steps] = [1e-6, 0.0894, 100]; // 1 - d0 weightDecay in f32 is 1 - 1.19e-7
    const values = noise(n, 3).map((x) => 0.75 + x / 4);
    const ends = [];
    for (const decay of [0, weightDecay]) {
      const flat = flatOf(values);
      made.push(flat);
      using optimizer = make(flat, { d0, growthRate: 1, weightDecay: decay });
      for (let t = 0; t < steps; t++) {
        setGradient(flat, noise(n, 10 + t));
        optimizer.step();
      }
      ends.push([...(await flat.data.data())].reduce((a, b) => a + b, 0));
    }
    const lost = (ends[0]! - ends[1]!) / values.reduce((a, b) => a + b, 0);
    expect(lost / (steps * d0 * weightDecay)).toBeCloseTo(1, 1);
  });

  it('do not take a gradient that is not finite into their estimates, if asked to skip it', async () => {
    const flat = flatOf(Float32Array.of(1, 2));
    using optimizer = new optim.Prodigy(flat, { skipNonFinite: true });
    setGradient(flat, Float32Array.of(1, Number.NaN));
    optimizer.step();
    expect([...(await flat.data.data())]).toEqual([1, 2]);
    setGradient(flat, Float32Array.of(1, 1));
    optimizer.step();
    expect(await optimizer.telemetry().denominator!.item()).toBeGreaterThan(0);
  });

  it('replay a recorded step as if it were encoded', async () => {
    for (const make of [
      (p: optim.FlatParameters) => new optim.Prodigy(p, { slice: 2, biasCorrection: true }),
      (p: optim.FlatParameters) => new optim.DAdaptSGD(p),
      (p: optim.FlatParameters) => new optim.DoG(p, { initEta: 1e-3 }),
      (p: optim.FlatParameters) => new optim.Muon(p),
    ]) {
      const [a, b] = [matrixFlat(1), matrixFlat(1)];
      using one = make(a);
      using two = make(b);
      for (const flat of [a, b]) setGradient(flat, noise(n, 2));
      for (let i = 0; i < 5; i++) one.step();
      const { recording } = device('cpu').record(() => two.step());
      for (let i = 0; i < 4; i++) recording.replay();
      expect(two.steps).toBe(5);
      expect(await b.data.rawData()).toEqual(await a.data.rawData());
      recording.dispose();
    }
  });

  it('step bf16 parameters, with one estimate for all buffers', async () => {
    const half = flatOf(noise(50, 1), { dtype: 'bf16', gradDType: 'bf16' });
    const full = flatOf(noise(50, 2));
    using optimizer = new optim.Prodigy([{ params: half }, { params: full }], { precision: 'master', d0: 1e-3 });
    const whole = flatOf(Float32Array.from([...((await half.data.data()) as Float32Array), ...noise(50, 2)]));
    using together = new optim.Prodigy(whole, { d0: 1e-3 });
    for (let s = 0; s < 10; s++) {
      setGradient(half, noise(50, 10 + s));
      setGradient(full, noise(50, 30 + s));
      setGradient(whole, Float32Array.from([...((await half.grad.data()) as Float32Array), ...noise(50, 30 + s)]));
      optimizer.step();
      together.step();
    }
    const [d, expected] = [await optimizer.telemetry().d!.item(), await together.telemetry().d!.item()];
    expect(Math.abs(d / expected - 1)).toBeLessThan(1e-4);
  });
});

it('momentum models of the loss need the loss, as a number or on the device', async () => {
  const flat = flatOf(Float32Array.of(1, 2));
  using optimizer = new optim.MoMo(flat);
  setGradient(flat, Float32Array.of(1, 1));
  expect(() => optimizer.step()).toThrow('MoMo: needs the loss; pass step({ loss }).');
  using loss = tensor([0.5]);
  optimizer.step({ loss });
  expect(await optimizer.telemetry().tau!.item()).toBeCloseTo(0.25, 6);
  expect([...(await flat.data.data())]).toEqual([0.75, 1.75]);
});

it('ACProp divides its first gradient by 1 + eps', async () => {
  const flat = flatOf(Float32Array.of(1, 2));
  using optimizer = new optim.ACProp(flat, { lr: 1, eps: 1 });
  setGradient(flat, Float32Array.of(1, -3));
  optimizer.step();
  expect([...(await flat.data.data())]).toEqual([0.5, 3.5]);
});
