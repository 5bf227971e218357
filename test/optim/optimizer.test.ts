import { readFileSync } from 'node:fs';
import {
  Adagrad,
  Adam,
  AdamW,
  ASGD,
  cosine,
  DoG,
  exponential,
  inverseSqrt,
  Lookahead,
  linearDecay,
  MARS,
  matricesOnly,
  milestones,
  NAdam,
  oneCycle,
  polynomial,
  RMSprop,
  type Schedule,
  SGD,
  typedParameters,
  WeightAverage,
  warmup,
  warmupCosine,
  wsd,
} from '@tessera/optim';
import { device, randn, tensor } from '@tessera/tensor';
import { describe, expect, it } from 'vitest';
import { flatOf, noise, setGradient } from './support.js';

const constructors = [
  () => new AdamW(flatOf(noise(10, 1)), { amsgrad: true }),
  () => new NAdam(flatOf(noise(10, 1))),
  () => new RMSprop(flatOf(noise(10, 1)), { centered: true, momentum: 0.9 }),
  () => new SGD(flatOf(noise(10, 1)), { momentum: 0.9 }),
  () => new Adagrad(flatOf(noise(10, 1)), { lrDecay: 0.1 }),
];

describe('an optimizer', () => {
  it('goes on from a state dict as if nothing had happened', async () => {
    for (const make of constructors) {
      using one = make();
      const flat = one.places[0]!.flat;
      const run = (optimizer: typeof one, steps: readonly number[]) => {
        for (const s of steps) {
          setGradient(optimizer.places[0]!.flat, noise(10, 100 + s));
          optimizer.step();
        }
      };
      run(one, [0, 1, 2]);
      using two = make();
      two.places[0]!.flat.data.copy_(flat.data);
      two.loadStateDict(one.stateDict());
      expect(two.steps).toBe(3);
      run(one, [3, 4]);
      run(two, [3, 4]);
      expect(await two.places[0]!.flat.data.rawData()).toEqual(await flat.data.rawData());
    }
  });

  it('names states as PyTorch does', () => {
    using optimizer = new AdamW(flatOf(noise(4, 1)), { amsgrad: true });
    const { state, param_groups } = optimizer.stateDict();
    expect(Object.keys(state.p0!)).toEqual(['step', 'exp_avg', 'exp_avg_sq', 'max_exp_avg_sq']);
    expect(param_groups[0]).toMatchObject({ lr: 1e-3, weight_decay: 0.01, params: ['p0'] });
    using adagrad = new Adagrad(flatOf(noise(4, 1)), { lrDecay: 0.1 });
    expect(adagrad.stateDict().param_groups[0]).toMatchObject({ lr_decay: 0.1, initial_accumulator_value: 0 });
    // Numbers that follow from the step, which PyTorch keeps beside it.
    using nadam = new NAdam(flatOf(noise(4, 1)));
    using asgd = new ASGD(flatOf(noise(4, 1)), { lr: 0.1, t0: 0 });
    for (const o of [nadam, asgd]) for (let i = 0; i < 2; i++) o.step();
    const mu = (t: number) => 0.9 * (1 - 0.5 * 0.96 ** (t * 4e-3));
    expect(nadam.stateDict().state.p0!.mu_product).toBeCloseTo(mu(1) * mu(2), 12);
    expect(asgd.stateDict().state.p0).toMatchObject({ eta: 0.1 / (1 + 1e-4 * 0.1 * 2) ** 0.75, mu: 0.5 });
  });

  it("takes PyTorch's state dicts, of SGD too, which counts no steps", async () => {
    const flat = flatOf(Float32Array.of(1, 1));
    using optimizer = new SGD(flat, { lr: 1, momentum: 0.5, dampening: 0.5 });
    const group = { lr: 0.1, weight_decay: 0, momentum: 0.5, params: [0] };
    optimizer.loadStateDict({ state: { p0: { momentum_buffer: tensor([2, 4]) } }, param_groups: [group] });
    setGradient(flat, Float32Array.of(1, 1));
    optimizer.step(); // buffer 0.5 b + 0.5 g: not the first step, which would take all of g
    const values = [...(await flat.data.data())];
    [1 - 0.1 * 1.5, 1 - 0.1 * 2.5].forEach((v, i) => void expect(values[i]).toBeCloseTo(v, 6));
    using plain = new SGD(flatOf(Float32Array.of(1, 1)));
    plain.loadStateDict({ state: {}, param_groups: [group] });
    expect(plain.lr).toBe(0.1);
    expect(() => plain.loadStateDict({ state: {}, param_groups: [group, group] })).toThrow(
      'the state dict has 2 parameter groups; expected 1',
    );
  });

  it('names bad hyperparameters and unknown options', () => {
    const flat = flatOf(noise(4, 1));
    expect(() => new AdamW(flat, { lr: -1 })).toThrow('AdamW: lr is out of range; got -1; expected a finite number');
    expect(() => new AdamW(flat, { lr: Number.NaN })).toThrow('got NaN');
    expect(() => new AdamW(flat, { betas: [0.9, 1] })).toThrow('betas[1] is out of range; got 1');
    expect(() => new Adam(flat, { weight_decay: 0.1 } as object)).toThrow("'weight_decay'. Did you mean weightDecay?");
    expect(() => new SGD(flat, { nesterov: true })).toThrow('nesterov needs momentum');
    expect(() => new AdamW([{ params: flat, lr: -2 }])).toThrow('groups[0].lr is out of range; got -2');
    expect(() => new AdamW([])).toThrow('needs at least one parameter');
    expect(() => new AdamW(flat, { seed: -1 })).toThrow('seed must be a whole number from 0; got -1');
    expect(() => new AdamW(flat, { decays: true } as object)).toThrow('decays must be a function; got true');
    expect(() => new AdamW(flat, { schedule: 3 } as object)).toThrow('schedule must be a function; got 3');
    expect(() => new AdamW([{ params: flat, weight_decay: 0 }] as never)).toThrow(
      "AdamW: groups[0]: there is no option 'weight_decay'. Did you mean weightDecay?",
    );
    expect(() => new AdamW([flat, flat] as never)).toThrow('got a flat buffer; give it as { params }');
    const module = { namedParameters: () => [] } as never;
    for (const wrong of [module, [module], [{ params: module }]]) {
      expect(() => new AdamW(wrong as never)).toThrow('got a module; pass its parameters() or namedParameters()');
    }
    expect(() => new AdamW(undefined as never)).toThrow('parameters come as a list of tensors');
    expect(() => new DoG(flat, { form: 'torch' } as object)).toThrow('form is unknown; got torch');
    expect(() => new Lookahead(flat as never)).toThrow('goes around an optimizer');
    using optimizer = new AdamW(flat, { schedule: () => Number.NaN });
    expect(() => optimizer.step()).toThrow('schedule at step 0 is out of range; got NaN');
    expect(() => optimizer.step({ gradfactor: 2 } as object)).toThrow('Did you mean gradFactor?');
    expect(() => optimizer.setGroup(0, { weight_decay: 0 } as object)).toThrow('Did you mean weightDecay?');
    expect(() => optimizer.loadStateDict({} as never)).toThrow('expected what stateDict gave');
  });

  it('steps the tensors of a model, each group with its own learning rate', async () => {
    const [a, b] = [randn([3, 4]).keep().setRequiresGrad(), randn([5]).keep().setRequiresGrad()];
    const before = [await a.data(), await b.data()].map((v) => [...v]);
    using optimizer = new SGD([
      { params: [['a', a]], lr: 0.1 },
      { params: [['b', b]], lr: 0.01 },
    ]);
    a.sum().add(b.sum()).backward();
    optimizer.step();
    const moved = (values: ArrayLike<number>, from: number[]) => Array.from(values, (v, i) => from[i]! - v);
    for (const v of moved(await a.data(), before[0]!)) expect(v).toBeCloseTo(0.1, 5);
    for (const v of moved(await b.data(), before[1]!)) expect(v).toBeCloseTo(0.01, 5);
    optimizer.lr = 0.2;
    optimizer.step();
    for (const v of moved(await a.data(), before[0]!)) expect(v).toBeCloseTo(0.3, 5);
    for (const v of moved(await b.data(), before[1]!)) expect(v).toBeCloseTo(0.03, 5);
  });

  it('with a learning rate of 0 moves the groups that have another, from the start or later', async () => {
    const [moving, still] = [flatOf(Float32Array.of(1, 2)), flatOf(Float32Array.of(3, 4))];
    using optimizer = new SGD([{ params: moving, lr: 0.5 }, { params: still }], { lr: 0 });
    using zero = new MARS(flatOf(noise(4, 1)), { lr: 0 });
    const step = async () => {
      for (const { flat } of [...optimizer.places, ...zero.places])
        setGradient(flat, new Float32Array(flat.data.numel).fill(1));
      optimizer.step();
      zero.step();
      return [await moving.data.toArray(), await still.data.toArray()];
    };
    expect(await step()).toEqual([
      [0.5, 1.5],
      [3, 4],
    ]);
    optimizer.setGroup(1, { lr: 0.25 });
    expect(await step()).toEqual([
      [0, 1],
      [2.75, 3.75],
    ]);
    expect(await zero.places[0]!.flat.data.data()).toEqual(noise(4, 1));
    zero.setGroup(0, { lr: 0.1 });
    await step();
    for (const x of await zero.places[0]!.flat.data.data()) expect(x).toBeLessThan(10);
  });

  it('gives many small groups what each of them would get alone', async () => {
    const count = 37;
    const length = 27;
    const values = noise(count * length, 1);
    const g = noise(count * length, 2);
    const cut = (from: Float32Array, i: number) => from.slice(length * i, length * (i + 1));
    const tensors = Array.from({ length: count }, (_, i) => tensor(cut(values, i)).keep().setRequiresGrad());
    using together = new AdamW(
      tensors.map((t, i) => ({ params: [[`${i}`, t] as const], lr: 1e-3 * (i + 1), weightDecay: 0.01 * i })),
    );
    tensors.forEach(
      (t, i) =>
        void t
          .mul(tensor(cut(g, i)))
          .sum()
          .backward(),
    );
    together.step();
    for (const [i, t] of tensors.entries()) {
      const flat = flatOf(cut(values, i));
      using alone = new AdamW(flat, { lr: 1e-3 * (i + 1), weightDecay: 0.01 * i });
      setGradient(flat, cut(g, i));
      alone.step();
      const [seen, expected] = [await t.data(), await flat.data.data()];
      for (let k = 0; k < length; k++) expect(seen[k]).toBeCloseTo(expected[k]!, 6);
    }
  });

  it('clips by the global norm of all buffers, without waiting', async () => {
    const [a, b] = [flatOf(new Float32Array(3)), flatOf(new Float32Array(2))];
    using optimizer = new SGD([{ params: a }, { params: b }], { lr: 1, clipNorm: 1 });
    setGradient(a, Float32Array.of(2, 4, 4));
    setGradient(b, Float32Array.of(0, 8));
    optimizer.step();
    expect(await optimizer.gradientNorm.item()).toBeCloseTo(10, 5);
    expect([...(await a.data.data())].map((v) => v.toFixed(5))).toEqual(['-0.20000', '-0.40000', '-0.40000']);
    optimizer.step({ gradFactor: 0.01 });
    expect([...(await b.data.data())][1]).toBeCloseTo(-0.8 - 0.08, 5);
  });

  it('leaves everything as it was where a gradient is not finite, if asked to', async () => {
    const flat = flatOf(Float32Array.of(1, 2));
    using optimizer = new AdamW(flat, { skipNonFinite: true });
    setGradient(flat, Float32Array.of(1, Number.POSITIVE_INFINITY));
    optimizer.step();
    expect([...(await flat.data.data())]).toEqual([1, 2]);
    setGradient(flat, Float32Array.of(1, 1));
    optimizer.step();
    expect((await flat.data.data())[0]).toBeLessThan(1);
  });

  it('replays a recorded step with a new learning rate and step count', async () => {
    const n = 50;
    const start = noise(n, 1);
    const [a, b] = [flatOf(start), flatOf(start)];
    const schedule: Schedule = (t) => 1 / (t + 1);
    using one = new AdamW(a, { schedule, clipNorm: 1 });
    using two = new AdamW(b, { schedule, clipNorm: 1 });
    for (const flat of [a, b]) setGradient(flat, noise(n, 2));
    for (let i = 0; i < 5; i++) one.step();
    const { recording } = device('cpu').record(() => two.step());
    for (let i = 0; i < 4; i++) recording.replay();
    expect(two.steps).toBe(5);
    expect(await b.data.rawData()).toEqual(await a.data.rawData());
    recording.dispose();
  });

  it('steps the typed arrays of another program where they are', async () => {
    const params = Float32Array.of(1, 2, 3);
    const grads = Float32Array.of(1, 0, -1);
    using optimizer = new SGD(typedParameters(params, grads), { lr: 0.5 });
    optimizer.step();
    await optimizer.synchronize();
    expect([...params]).toEqual([0.5, 2, 3.5]);
  });

  it('takes matrices of another program for matrices', async () => {
    const arrays = [0, 1].map(() => Float32Array.of(1, 2, 3, 4, 5, 6));
    const grads = new Float32Array(6);
    using optimizer = new AdamW(
      [
        { params: typedParameters(arrays[0]!, grads, { name: 'matrix', shape: [2, 3] }) },
        { params: typedParameters(arrays[1]!, grads, { name: 'vector' }) },
      ],
      { lr: 0.1, weightDecay: 0.5, decays: matricesOnly },
    );
    optimizer.step();
    await optimizer.synchronize();
    expect(arrays[0]![0]).toBeCloseTo(0.95, 6);
    expect([...arrays[1]!]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(() => typedParameters(arrays[0]!, grads, { shape: [2, 2] })).toThrow('shape [2, 2] does not have the 6');
    expect(() => typedParameters([1] as never, [1] as never)).toThrow('Float32Array or Uint16Array; got Array');
    const moved = new Float32Array(4);
    using orphan = new SGD(typedParameters(moved, new Float32Array(4)));
    structuredClone(moved, { transfer: [moved.buffer] });
    expect(() => orphan.step()).toThrow('the memory of params is gone');
  });

  it('keeps bf16 parameters moving by small steps with a master copy, compensation or stochastic rounding', async () => {
    for (const precision of ['plain', 'master', 'compensated', 'stochastic'] as const) {
      const flat = flatOf(new Float32Array(1000).fill(1), { dtype: 'bf16' });
      using optimizer = new SGD(flat, { lr: 1e-3, precision });
      setGradient(flat, new Float32Array(1000).fill(1));
      for (let i = 0; i < 100; i++) optimizer.step();
      const values = await flat.data.data();
      const mean = [...values].reduce((s, v) => s + Number(v), 0) / 1000;
      if (precision === 'plain') expect(mean).toBe(1);
      else expect(Math.abs(mean - 0.9)).toBeLessThan(0.003);
    }
  });

  it('refuses options where the decay of an average comes', () => {
    const flat = flatOf(Float32Array.of(0));
    expect(() => new WeightAverage(flat, { decay: 0.9 } as never)).toThrow(
      'WeightAverage: the second argument is the decay, a number or a function such as exponentialDecay(); got {"decay":0.9}.',
    );
    expect(() => new AdamW(flat, { lr: [0.1] as never })).toThrow(/got \[0\.1\]/);
  });

  it('averages weights and lends the average', async () => {
    const flat = flatOf(Float32Array.of(0, 0));
    using average = new WeightAverage(flat, 0.5);
    flat.data.fill_(8);
    average.update();
    average.apply();
    expect([...(await flat.data.data())]).toEqual([4, 4]);
    average.restore();
    expect([...(await flat.data.data())]).toEqual([8, 8]);
  });
});

interface ScheduleFixture {
  readonly name: string;
  readonly hyperparameters: Record<string, number>;
  readonly lr: readonly number[];
}

describe('schedules', () => {
  const path = new URL('../fixtures/optim/schedules.json', import.meta.url);
  const { schedules } = JSON.parse(readFileSync(path, 'utf8')) as { schedules: readonly ScheduleFixture[] };
  const peak = 0.003;
  const make: Record<string, (h: Record<string, number>) => Schedule> = {
    'algoperf-jax-warmup-cosine': (h) => warmupCosine({ warmup: 12, total: h.step_hint! }),
    warmup_cosine_decay_schedule: (h) => warmupCosine({ warmup: h.warmup_steps!, total: h.decay_steps!, end: 0.1 }),
    polynomial_schedule: () => warmup(10, polynomial(100, 2, 0.01), 1),
    'hf-linear': (h) => warmup(h.warmup!, linearDecay(h.total! - h.warmup!)),
    'hf-cosine': (h) => warmupCosine({ warmup: h.warmup!, total: h.total! }),
    'hf-inverse-sqrt': (h) => warmup(h.warmup!, inverseSqrt(h.warmup!)),
    'hf-constant-warmup': (h) => warmup(h.warmup!),
    'hf-wsd-linear': (h) => wsd({ warmup: 12, total: h.total!, decay: h.decay!, shape: 'linear' }),
    'hf-wsd-1-sqrt': (h) => wsd({ warmup: 12, total: h.total!, decay: h.decay! }),
    'torch-StepLR': (h) => exponential(h.gamma!, h.step_size!, true),
    'torch-MultiStepLR': () => milestones([20, 50, 90]),
    'torch-ExponentialLR': (h) => exponential(h.gamma!),
    'torch-PolynomialLR': (h) => polynomial(h.total_iters!, h.power!),
    'torch-OneCycleLR': (h) => oneCycle({ total: h.total_steps! }),
    'hf-cosine-min-lr': (h) => warmupCosine({ warmup: h.warmup!, total: h.total!, end: h.min_lr! / peak }),
  };
  for (const { name, hyperparameters, lr } of schedules) {
    const build = make[name];
    if (build === undefined) continue;
    it(`${name} as its reference computes it`, () => {
      const schedule = build(hyperparameters);
      lr.forEach((expected, t) => {
        expect(Math.abs(schedule(t) * peak - expected), `step ${t}`).toBeLessThan(1e-9);
      });
    });
  }

  it('name what is wrong with their numbers', () => {
    expect(() => warmupCosine({ warmup: 1 } as never)).toThrow('warmupCosine: total is out of range; got undefined');
    expect(() => warmupCosine({ warmpup: 1, total: 2 } as never)).toThrow('Did you mean warmup?');
    expect(() => wsd({ warmup: 10, total: 5, decay: 3 })).toThrow('wsd: warmup is out of range; got 10');
    expect(() => cosine(10, Number.NaN)).toThrow('cosine: end is out of range; got NaN');
    expect(() => oneCycle({ total: 10, divStart: 0 })).toThrow('oneCycle: divStart is out of range; got 0');
  });

  it('rise at once, or for longer than there is', () => {
    const rising = oneCycle({ total: 10, rise: 0.1 });
    expect(rising(0)).toBe(1);
    expect(rising(9)).toBeCloseTo(1 / 25e4, 10);
    const late = warmupCosine({ warmup: 20, total: 10 });
    expect([late(10), late(20)]).toEqual([0.5, 1]);
  });

  it('cosine ends where it says', () => {
    expect(cosine(10, 0.1)(10)).toBeCloseTo(0.1);
    expect(cosine(10, 0.1)(20)).toBeCloseTo(0.1);
  });
});
