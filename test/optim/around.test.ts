/** What goes around optimizers: clipping, averages, wrappers, accumulation, per-parameter options, presets, embedding. */
import * as optim from '@tessera/optim';
import { tensor } from '@tessera/tensor';
import { describe, expect, it } from 'vitest';
import { fitLine } from '../../packages/optim/dist/examples/embed.js';
import { flatOf, noise, setGradient } from './support.js';

const valuesOf = async (flat: optim.FlatParameters) => [...(await flat.data.data())];

describe('options of every optimizer', () => {
  it('clip each tensor by its own norm, as part of the step', async () => {
    const flat = flatOf(new Float32Array(5), { lengths: [2, 3] });
    using optimizer = new optim.SGD(flat, { lr: 1, clipTensorNorm: 1, clipEps: 0 });
    setGradient(flat, Float32Array.of(3, 4, 0.1, 0.2, 0.2));
    optimizer.step();
    const values = await valuesOf(flat);
    [-0.6, -0.8, -0.1, -0.2, -0.2].forEach((v, i) => void expect(values[i]).toBeCloseTo(v, 6));
    expect([...(await flat.grad.data())][0]).toBe(3);
    expect(() => new optim.SGD(flat, { clipNorm: 1, clipTensorNorm: 1 })).toThrow('exclude each other');
    expect(() => new optim.SGD(flat, { clipAdaptive: 1, clipTensorNorm: 1 })).toThrow(
      'clipTensorNorm and clipAdaptive exclude each other',
    );
    expect(() => new optim.SGD(flat, { clipAdaptive: { limit: 0 } })).toThrow('limit is out of range; got 0');
    expect(() => new optim.SGD(flat, { clipAdaptive: { limit: 1, units: 'heads' as 'rows' } })).toThrow('got heads');
  });

  it('accumulate gradients and step on their mean', async () => {
    const [a, b] = [tensor([1, 2]).keep().setRequiresGrad(), tensor([1, 2]).keep().setRequiresGrad()];
    using often = new optim.SGD([a], { lr: 0.1, accumulate: 2 });
    using once = new optim.SGD([b], { lr: 0.1 });
    for (const factor of [1, 3]) {
      a.mul(factor).sum().backward();
      often.step();
      often.zeroGrad();
      b.mul(factor).sum().backward();
    }
    once.step({ gradFactor: 0.5 });
    expect(often.steps).toBe(1);
    expect(await a.data()).toEqual(await b.data());
    a.sum().backward();
    expect([...(await a.grad!.data())]).toEqual([1, 1]); // the step forgot the old ones
  });

  it('leave out of weight decay what a test says, and scale learning rates by parameter', async () => {
    const flat = flatOf(Float32Array.of(1, 1, 1, 1, 1, 1), { shapes: [[2, 2], [2]] });
    using optimizer = new optim.AdamW(flat, {
      lr: 0.1,
      weightDecay: 1,
      decays: optim.matricesOnly,
      lrFactor: (name) => (name === 'p1' ? 0.5 : 1),
    });
    setGradient(flat, Float32Array.of(0, 0, 0, 0, 1, 1));
    optimizer.step();
    const values = await valuesOf(flat);
    for (const v of values.slice(0, 4)) expect(v).toBeCloseTo(0.9, 6);
    for (const v of values.slice(4)) expect(v).toBeCloseTo(0.95, 6);
  });
});

describe('clipping functions', () => {
  it('clip by other norms, values and units', async () => {
    const flat = flatOf(Float32Array.of(3, 4, 0, 1), { shapes: [[2, 2]] });
    setGradient(flat, Float32Array.of(6, 8, 1, 0));
    using largest = optim.clipGradNorm(flat, 4, { normType: Number.POSITIVE_INFINITY, eps: 0 });
    expect(await largest.item()).toBe(8);
    expect([...(await flat.grad.data())]).toEqual([3, 4, 0.5, 0]);
    optim.adaptiveGradientClip(flat, 0.2); // rows: |w| is 5 and 1
    const rows = [...(await flat.grad.data())];
    [0.6, 0.8, 0.2, 0].forEach((v, i) => void expect(rows[i]).toBeCloseTo(v, 6));
    optim.clipGradValue(flat, 0.5);
    expect([...(await flat.grad.data())].map((v) => v.toFixed(4))).toEqual(['0.5000', '0.5000', '0.2000', '0.0000']);
    expect(() => optim.clipGradNorm(flat, 1, { normType: 3 })).toThrow('normType must be 1, 2 or Infinity; got 3');
    expect(() => optim.clipTensorNorm(flat, 0)).toThrow('limit is out of range; got 0');
  });

  it('clip units of any size by what their elements say', async () => {
    const shapes = [[3, 70000], [70000, 3], [5, 2, 3, 4], [200001], [1, 1], [130, 5], [0, 3]];
    const sizes = shapes.map((shape) => shape.reduce((a, b) => a * b, 1));
    const n = sizes.reduce((a, b) => a + b, 0);
    const [values, slopes] = [noise(n, 1), noise(n, 2)];
    for (const units of ['rows', 'columns'] as const) {
      const flat = flatOf(values, { shapes });
      setGradient(flat, slopes);
      optim.adaptiveGradientClip(flat, 0.5, { units });
      const found = await flat.grad.data();
      let first = 0;
      for (const [t, shape] of shapes.entries()) {
        const size = sizes[t]!;
        const vector = shape.filter((d) => d > 1).length < 2;
        const kept = vector ? 1 : units === 'rows' ? shape[0]! : shape.length > 3 ? shape.at(-1)! : size / shape[0]!;
        const unitOf = (i: number) => (units === 'rows' ? Math.floor(i / (size / kept)) : i % kept);
        const sums = new Float64Array(2 * kept);
        for (let i = 0; i < size; i++) {
          sums[2 * unitOf(i)]! += slopes[first + i]! ** 2;
          sums[2 * unitOf(i) + 1]! += values[first + i]! ** 2;
        }
        let worst = 0;
        for (let i = 0; i < size; i++) {
          const [g, w] = [Math.sqrt(sums[2 * unitOf(i)]!), Math.sqrt(sums[2 * unitOf(i) + 1]!)];
          const expected = slopes[first + i]! * Math.min(1, (0.5 * Math.max(w, 1e-3)) / g);
          worst = Math.max(worst, Math.abs(found[first + i]! - expected));
        }
        expect(worst).toBeLessThan(1e-6);
        first += size;
      }
    }
  });

  it("normalise by the norm and optax's 1e-6, so that noise of nothing stays nothing", async () => {
    const flat = flatOf(Float32Array.of(0, 0));
    setGradient(flat, Float32Array.of(3, 4));
    optim.normalizeGradients(flat, 2);
    expect((await flat.grad.data())[0]).toBeCloseTo(1.2, 5);
    setGradient(flat, Float32Array.of(3e-12, 4e-12));
    optim.normalizeGradients(flat);
    expect((await flat.grad.data())[0]).toBeCloseTo(3e-6, 9);
  });
});

describe('averages', () => {
  it('give weights to evaluate without touching those being trained', async () => {
    const flat = flatOf(Float32Array.of(1, 2));
    using optimizer = new optim.ScheduleFreeSGD(flat, { lr: 0.5 });
    for (let i = 0; i < 3; i++) {
      setGradient(flat, Float32Array.of(1, -1));
      optimizer.step();
    }
    const training = await valuesOf(flat);
    const copies = optimizer.evalParams();
    expect(await valuesOf(flat)).toEqual(training);
    optimizer.evaluate();
    expect(await valuesOf(flat)).toEqual([...(await copies.get('p0')!.data())]);
    optimizer.train();
    expect(await valuesOf(flat)).toEqual(training);
    for (const t of copies.values()) t.dispose();
  });

  it('keep the mean of the last weights', async () => {
    const flat = flatOf(Float32Array.of(0));
    using average = new optim.LatestAverage(flat, 2);
    for (const value of [1, 3, 8]) {
      flat.data.fill_(value);
      average.update();
    }
    expect([...(await average.evalParams().get('p0')!.data())]).toEqual([5.5]);
    average.apply();
    expect(await valuesOf(flat)).toEqual([5.5]);
    average.restore();
    expect(await valuesOf(flat)).toEqual([8]);
  });
});

describe('wrappers', () => {
  it('SAM takes the gradient where the loss is highest nearby, and moves from where it was', async () => {
    const flat = flatOf(Float32Array.of(1, 0));
    using sam = new optim.SAM(new optim.SGD(flat, { lr: 0.1 }), { rho: 0.5 });
    expect(() => sam.step()).toThrow('ascend() comes before step()');
    setGradient(flat, Float32Array.of(3, 4));
    sam.ascend();
    const away = await valuesOf(flat);
    expect(away[0]).toBeCloseTo(1.3, 6);
    expect(away[1]).toBeCloseTo(0.4, 6);
    setGradient(flat, Float32Array.of(1, 1));
    sam.step();
    const values = await valuesOf(flat);
    expect(values[0]).toBeCloseTo(0.9, 6);
    expect(values[1]).toBeCloseTo(-0.1, 6);
  });

  it("Mechanic goes on when a group of its base's has changed", async () => {
    const [a, b] = [flatOf(Float32Array.of(1, 2)), flatOf(Float32Array.of(3, 4))];
    const base = new optim.SGD([
      { params: a, lr: 0.1 },
      { params: b, lr: 0.2 },
    ]);
    using optimizer = new optim.Mechanic(base, { sInit: 1e-2 });
    for (const lr of [0.2, 0.3, 0.4]) {
      base.setGroup(1, { lr });
      for (const flat of [a, b]) setGradient(flat, Float32Array.of(1, -1));
      optimizer.step();
    }
    expect((await b.data.data())[0]).toBeLessThan(3);
  });

  it('Mechanic finds a scale that the base lacks', async () => {
    const flat = flatOf(noise(20, 1));
    using optimizer = new optim.Mechanic(new optim.SGD(flat, { lr: 1 }), { sInit: 1e-4 });
    const norm = async () => Math.hypot(...(await valuesOf(flat)));
    const first = await norm();
    for (let i = 0; i < 300; i++) {
      setGradient(
        flat,
        Float32Array.from(await valuesOf(flat)).map((v) => v * 0.01),
      );
      optimizer.step();
    }
    expect(await optimizer.telemetry().s!.item()).toBeGreaterThan(1e-3);
    expect(await norm()).toBeLessThan(0.5 * first);
  });

  it('refuse bf16 parameters and unknown options by name', () => {
    const half = flatOf(noise(4, 1), { dtype: 'bf16' });
    expect(() => new optim.Lookahead(new optim.SGD(half))).toThrow('Lookahead: needs f32 parameters; got bf16');
    const flat = flatOf(noise(4, 1));
    expect(() => new optim.Mechanic(new optim.SGD(flat), { s_init: 1 } as object)).toThrow('Did you mean sInit?');
    expect(() => new optim.Prodigy(flat, { form: 'torch' as 'optax' })).toThrow('form is unknown; got torch');
  });
});

it('presets build what their source names, and unknown names are listed', async () => {
  const flat = flatOf(noise(8, 1), { shapes: [[2, 4]] });
  for (const [name, { make, source }] of Object.entries(optim.presets)) {
    expect(source.length, name).toBeGreaterThan(10);
    using optimizer = make(flat, 100);
    setGradient(flat, noise(8, 2));
    optimizer.step();
    await optimizer.synchronize();
  }
  expect(optim.preset('nadamw-v1.0').make(flat, 100).lr).toBe(0.00190834618600756);
  for (const name of ['nadamw', 'toString'])
    expect(() => optim.preset(name)).toThrow(`there is no preset '${name}'. There are nadamw-v0.5`);
});

it('a plateau lowers the factor after its patience, and waits', () => {
  const plateau = new optim.Plateau({ rate: 0.5, patience: 1, cooldown: 1, least: 0.3 });
  const factors = [1, 1, 1, 1, 1, 1, 1, 1].map((metric) => {
    plateau.update(metric);
    return plateau.schedule(0);
  });
  expect(factors).toEqual([1, 1, 0.5, 0.5, 0.5, 0.3, 0.3, 0.3]);
});

it('an optimizer trains the weights of another framework in place', async () => {
  const [weight, bias] = await fitLine();
  expect(weight).toBeCloseTo(2, 2);
  expect(bias).toBeCloseTo(-1, 2);
});
