// The workloads: what they promise to a bench, on short budgets.
import {
  averagePrecision,
  defaultMethods,
  editDistance,
  families,
  halton,
  methodOf,
  runTrial,
  Sampler,
  spacePoint,
  workloads,
} from '@tessera/algoperf';
import { device, Generator, manualSeed, scope } from '@tessera/tensor';
import { describe, expect, it } from 'vitest';

const cpu = device('cpu');

/** Parameters of the models, as published with the design of the suite. */
const parameterCounts: Record<string, number> = {
  ctr: 36_649,
  mri: 29_137,
  resnet: 44_230,
  vit: 88_522,
  speech: 67_373,
  gnn: 33_368,
  mt: 137_376,
  lm: 64_320,
};

// Those whose data is made in well under a second.
describe.each(['gnn', 'lm', 'mt'])('%s', (name) => {
  const workload = workloads.find((w) => w.name === name)!;

  it('trains: the same numbers from the same seed, other ones from another, no memory left', async () => {
    const open = await workload.open({ device: cpu, heldOut: false });
    const trial = (seed: number) =>
      runTrial({
        workload,
        open,
        method: methodOf({ name: 'adamw', family: 'adamw', settings: { lr: 3e-3 } }),
        seed,
        budget: { steps: 6, evalEvery: 3 },
        device: cpu,
      });
    manualSeed(1);
    const first = await trial(0);
    await cpu.synchronize();
    const live = cpu.memory().live;
    manualSeed(2); // nothing may depend on the device's generator
    const again = await trial(0);
    expect(again.metric).toEqual(first.metric);
    expect(first.step).toEqual([3, 6]);
    expect(first.metric.every(Number.isFinite)).toBe(true);
    expect((await trial(1)).metric).not.toEqual(first.metric);
    await cpu.synchronize();
    expect(cpu.memory().live).toBeLessThanOrEqual(live);
    open.dispose();
  });

  it('has the published number of parameters, and a variant that differs', async () => {
    const open = await workload.open({ device: cpu, heldOut: false });
    using model = open.model(new Generator(0));
    expect(model.parameterCount()).toBe(parameterCounts[name]);
    open.dispose();
    const heldOut = await workload.open({ device: cpu, heldOut: true });
    using variant = heldOut.model(new Generator(0));
    const loss = scope(() => heldOut.loss(variant, heldOut.batch(new Sampler(0))).itemSync());
    expect(Number.isFinite(loss)).toBe(true);
    heldOut.dispose();
  });
});

describe('methods', () => {
  it('of every family train and are evaluated', async () => {
    const workload = workloads.find((w) => w.name === 'lm')!;
    const open = await workload.open({ device: cpu, heldOut: false });
    for (const family of Object.keys(families)) {
      const method = methodOf({ name: family, family });
      const result = await runTrial({
        workload,
        open,
        method,
        seed: 0,
        budget: { steps: 3, evalEvery: 3 },
        device: cpu,
      });
      expect(result.metric.every(Number.isFinite), family).toBe(true);
    }
    open.dispose();
  });

  it('evaluated at an average of their weights train as without it', async () => {
    const workload = workloads.find((w) => w.name === 'lm')!;
    const open = await workload.open({ device: cpu, heldOut: false });
    const trial = (averaging: number, evalEvery: number) =>
      runTrial({
        workload,
        open,
        method: methodOf({ name: 'nadamw', family: 'nadamw', settings: { lr: 1e-2, warmup: 0, averaging } }),
        seed: 0,
        budget: { steps: 8, evalEvery },
        device: cpu,
      });
    const plain = await trial(0, 4);
    const averaged = await trial(0.5, 4);
    expect(averaged.metric[1]).not.toBe(plain.metric[1]);
    expect((await trial(0.5, 8)).metric[0]).toBe(averaged.metric[1]); // an evaluation on the way changes nothing
    open.dispose();
  });

  it('end where they diverge, with NaN', async () => {
    const workload = workloads.find((w) => w.name === 'lm')!;
    const open = await workload.open({ device: cpu, heldOut: false });
    const method = methodOf({ name: 'wild', family: 'sgd', settings: { lr: 1e30, warmup: 0 } });
    const result = await runTrial({ workload, open, method, seed: 0, budget: { steps: 9, evalEvery: 3 }, device: cpu });
    expect(result.step.at(-1)).toBeLessThan(9);
    expect(result.metric.at(-1)).toBeNaN();
    open.dispose();
  });

  it('name the family or setting that does not exist', () => {
    expect(() => methodOf({ name: 'x', family: 'adam' })).toThrow(/no family 'adam'; expected one of adamw/);
    expect(() => methodOf({ name: 'x', family: 'adamw', settings: { rate: 1 } })).toThrow(/rate: 1 is no setting.*lr/);
    expect(() => methodOf({ name: 'x', family: 'prodigy', settings: { biasCorrection: 1 } })).toThrow(/boolean/);
  });

  it('of the default pool have names of their own', () => {
    expect(new Set(defaultMethods.map((m) => m.name)).size).toBe(defaultMethods.length);
  });
});

describe('calibration points', () => {
  it('are well spread, and the same each time', () => {
    expect([0, 1, 2, 3].map((i) => halton(i, 2))).toEqual([0.5, 0.25, 0.75, 0.125]);
    expect(halton(0, 3)).toBeCloseTo(1 / 3, 15);
    const points = Array.from({ length: 32 }, (_, i) => spacePoint(families.nadamw!, i));
    const rates = points.map((p) => p.lr as number);
    expect(Math.min(...rates)).toBeGreaterThanOrEqual(1e-3);
    expect(Math.max(...rates)).toBeLessThanOrEqual(2e-2);
    expect(rates.filter((lr) => lr < Math.sqrt(1e-3 * 2e-2)).length).toBe(16);
    expect(points.every((p) => (p.beta1 as number) >= 0.8 && (p.beta1 as number) <= 0.98)).toBe(true);
  });
});

describe('metrics', () => {
  it('edit distance', () => {
    expect(editDistance([1, 2, 3], [1, 3])).toBe(1);
    expect(editDistance([], [1, 2])).toBe(2);
    expect(editDistance([1, 2], [2, 1])).toBe(2);
    expect(editDistance([], [])).toBe(0);
  });

  it('average precision', () => {
    expect(averagePrecision([0.9, 0.8, 0.7], [1, 0, 1])).toBeCloseTo((1 + 2 / 3) / 2, 12);
    expect(averagePrecision([0.1, 0.2], [0, 0])).toBe(0);
  });
});
