/** Fixtures of metrics, learning-rate schedules and LARS. */
import {
  FeatureStatistics,
  frechetDistance,
  inceptionScore,
  Lars,
  manifoldScores,
  meanSquaredError,
  nearestRadii,
  type Planes,
  psnr,
  ssim,
  trainingSchedule,
} from '@tessera/gigatok';
import { Scope } from '@tessera/tensor';
import { compareValues } from '../../support/compare.js';
import { type Handler, runCase } from '../runner.js';
import { handlerOf } from './fixture.js';

export const runFrechetCase = handlerOf<{ readonly D: number }>(async (fixture) => {
  const { D } = fixture.config;
  const statistics = async (name: string) => new FeatureStatistics(D).add(await fixture.values(name)).finish();
  const [a, b] = [await statistics('in_a'), await statistics('in_b')];
  await fixture.check('out.mu_a', a.mean);
  await fixture.check('out.sigma_a', a.covariance);
  await fixture.checkScalar('fid', frechetDistance(a, b));
  await fixture.checkScalar('fid_self', frechetDistance(a, a));
});

export const runInceptionScoreCase = handlerOf<{ readonly classes: number; readonly split_size: number }>(
  async (fixture) => {
    const { classes, split_size } = fixture.config;
    const probabilities = await fixture.values('in.probs');
    const whole = inceptionScore(probabilities, classes, { splitSize: probabilities.length / classes });
    await fixture.checkScalar('is_single_split', whole.mean);
    const split = inceptionScore(probabilities, classes, { splitSize: split_size });
    await fixture.checkScalar('is_mean_over_splits', split.mean);
    await fixture.checkScalar('is_std_over_splits', split.std);
  },
);

export const runManifoldCase = handlerOf<{ readonly D: number; readonly k: number }>(async (fixture) => {
  const { D, k } = fixture.config;
  const rows = async (name: string) => ({ data: await fixture.values(name), features: D });
  const [reference, samples] = [await rows('in.ref'), await rows('in.sample')];
  const radii = async (name: string, values: Float64Array) =>
    compareValues(name, values, await fixture.values(name), { rtol: 1e-6, atol: 1e-9 });
  await radii('out.radius2_ref', nearestRadii(reference, k));
  await radii('out.radius2_sample', nearestRadii(samples, k));
  for (const [name, value] of Object.entries(manifoldScores(reference, samples, k)))
    await fixture.checkScalar(name, value);
});

export const runImageMetricsCase = handlerOf<{ readonly B: number; readonly h: number; readonly w: number }>(
  async (fixture) => {
    const { B, h, w } = fixture.config;
    const load = async (name: string): Promise<Planes[]> => {
      const data = await fixture.values(name);
      const length = data.length / B;
      const channels = length / (h * w);
      return Array.from({ length: B }, (_, i) => ({
        data: data.subarray(i * length, (i + 1) * length),
        channels,
        height: h,
        width: w,
      }));
    };
    const [a, b] = [await load('in.a'), await load('in.b')];
    const of = (metric: (x: Planes, y: Planes) => number) => a.map((image, i) => metric(image, b[i]!));
    const mean = (values: readonly number[]) => values.reduce((s, v) => s + v, 0) / values.length;
    await fixture.checkScalar('mse_mean', mean(of(meanSquaredError)));
    const results: Record<string, number[]> = {
      psnr: of(psnr),
      ssim_uniform7_L1: of((x, y) => ssim(x, y)),
      ssim_uniform7_L2: of((x, y) => ssim(x, y, { dataRange: 2 })),
      ssim_gauss11_L1: of((x, y) => ssim(x, y, { window: 'gaussian' })),
      ssim_gauss11_reflectpad_L1: of((x, y) => ssim(x, y, { window: 'gaussian', reflect: true })),
    };
    for (const [name, values] of Object.entries(results)) {
      if (fixture.has(`out.${name}`)) await fixture.check(`out.${name}`, values);
      await fixture.checkScalar(`${name}_mean`, mean(values));
    }
  },
);

interface LarsConfig {
  readonly lr: number;
  readonly weight_decay: number;
  readonly momentum: number;
  readonly trust_coefficient: number;
  readonly steps: number;
}

export const runLarsCase = handlerOf<LarsConfig>(async (fixture) => {
  using _scope = new Scope();
  const c = fixture.config;
  const names = fixture.names('in.').filter((name) => /^p\d+$/.test(name));
  const parameters = await Promise.all(
    names.map(async (name) => (await fixture.tensor(`in.${name}`)).setRequiresGrad()),
  );
  using lars = new Lars(parameters, {
    lr: c.lr,
    weightDecay: c.weight_decay,
    momentum: c.momentum,
    trustCoefficient: c.trust_coefficient,
  });
  for (let step = 0; step < c.steps; step++) {
    for (const [i, name] of names.entries())
      parameters[i]!.grad = await fixture.tensor(`in.step${step}.g${name.slice(1)}`);
    lars.step();
    for (const [i, name] of names.entries()) await fixture.check(`out.step${step}.${name}`, parameters[i]!);
  }
});

interface ScheduleCase {
  readonly config: {
    readonly base_lr: number;
    readonly total_steps: number;
    readonly warmup: number;
    readonly end_lr: number;
    readonly fract_decay: number;
  };
  readonly tolerances: { readonly rtol: number };
  readonly steps: readonly number[];
}

export const runScheduleCase: Handler = (fixture, options, report) =>
  runCase(fixture.name, options, report, async () => {
    const { config: c, steps, tolerances } = fixture.content as unknown as ScheduleCase;
    const { warmup } = c;
    const schedules: Record<string, (step: number) => number> = {
      cosine_v2: trainingSchedule(c.total_steps, { warmup, end: c.end_lr / c.base_lr }),
      cosine_to_zero: trainingSchedule(c.total_steps, { warmup, end: 0 }),
      wsd_sqrt: trainingSchedule(c.total_steps, { kind: 'wsd', warmup, decay: c.fract_decay }),
      const: trainingSchedule(c.total_steps, { kind: 'constant', warmup }),
    };
    for (const [name, schedule] of Object.entries(schedules)) {
      const expected = fixture.content[name] as number[] | undefined;
      if (expected === undefined) continue;
      const values = steps.map((step) => c.base_lr * schedule(step));
      compareValues(name, values, expected, { rtol: tolerances.rtol, atol: 1e-18 });
    }
  });
