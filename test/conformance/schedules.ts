/** Fixtures of learning-rate schedules (`schedules.json`): the learning rate of every step. */
import type { Schedule } from '@tessera/optim';
import * as optim from '@tessera/optim';
import { compareValues } from '../support/compare.js';
import { type Handler, runCase } from './runner.js';

type Numbers = Readonly<Record<string, number>>;

interface ScheduleCase {
  readonly name: string;
  readonly hyperparameters: Readonly<Record<string, unknown>>;
  readonly lr: readonly number[];
}

const { constant, cosine, exponential, inverseSqrt, linearDecay, milestones, polynomial, sequence, times, warmup } =
  optim;

/** Warmup, then half a cosine, with the numbers of optax: the factor is relative to the peak. */
const optaxWarmupCosine = (h: Numbers): Schedule => {
  const { init_value: init = 0, peak_value: peak = 1, warmup_steps: rise = 0, decay_steps: steps = 1 } = h;
  const fall = cosine(steps - rise, (h.end_value ?? 0) / peak, { exponent: h.exponent ?? 1 });
  return warmup(rise, fall, init / peak);
};

/** What each schedule is called here. The learning rate it multiplies is `peak`. */
const builders: Readonly<Record<string, (h: Numbers, raw: ScheduleCase['hyperparameters']) => Schedule>> = {
  'algoperf-jax-warmup-cosine': ({ step_hint: n = 0, warmup_factor: part = 0 }) =>
    optim.warmupCosine({ warmup: Math.trunc(part * n), total: n }),
  'algoperf-torch-warmup-cosine': ({ step_hint: n = 0, warmup_factor: part = 0 }) => {
    const rise = Math.max(1, Math.trunc(part * n));
    return warmup(rise, cosine(Math.max(1, n - Math.trunc(part * n))), 1e-10);
  },
  warmup_cosine_decay_schedule: optaxWarmupCosine,
  warmup_exponential_decay_schedule: (h) => {
    const fall = exponential(h.decay_rate!, h.transition_steps!, Boolean(h.staircase));
    const delayed = sequence([
      [constant(), h.transition_begin!],
      [fall, 1],
    ]);
    return warmup(h.warmup_steps!, delayed, h.init_value! / h.peak_value!);
  },
  polynomial_schedule: (h) =>
    warmup(h.transition_begin!, polynomial(h.transition_steps!, h.power, h.end_value! / h.init_value!), 1),
  linear_onecycle_schedule: (h) => {
    const low = 1 / h.div_factor!;
    return optim.piecewiseLinear([
      [0, low],
      [Math.trunc(h.pct_start! * h.transition_steps!), 1],
      [Math.trunc(h.pct_final! * h.transition_steps!), low],
      [h.transition_steps!, low / h.final_div_factor!],
    ]);
  },
  cosine_onecycle_schedule: (h) => {
    const rise = Math.trunc(h.pct_start! * h.transition_steps!);
    const low = 1 / h.div_factor!;
    const up: Schedule = (t) => 1 + low - cosine(rise, low)(t);
    return sequence([
      [up, rise],
      [cosine(h.transition_steps! - rise, low / h.final_div_factor!), 1],
    ]);
  },
  piecewise_constant_schedule: (_h, { boundaries_and_scales: scales }) => {
    const entries = Object.entries(scales as Record<string, number>);
    return milestones(
      entries.map(([step]) => Number(step)),
      entries.map(([, scale]) => scale),
    );
  },
  sgdr_schedule: (_h, { cycles }) => {
    const list = cycles as readonly Numbers[];
    const peak = list[0]!.peak_value!;
    return sequence(
      list.map((cycle) => [times(constant(cycle.peak_value! / peak), optaxWarmupCosine(cycle)), cycle.decay_steps!]),
    );
  },
  'hf-linear': (h) => warmup(h.warmup!, linearDecay(h.total! - h.warmup!)),
  'hf-cosine': (h) => warmup(h.warmup!, cosine(h.total! - h.warmup!, 0, { cycles: h.num_cycles! })),
  'hf-cosine-restarts': (h) =>
    warmup(h.warmup!, optim.restarts((h.total! - h.warmup!) / h.num_cycles!, 1, 0, h.num_cycles!)),
  'hf-polynomial': (h) => warmup(h.warmup!, polynomial(h.total! - h.warmup!, h.power, h.lr_end! / h.lr!)),
  'hf-inverse-sqrt': (h) => warmup(h.warmup!, inverseSqrt(h.timescale ?? h.warmup!)),
  'hf-constant-warmup': (h) => warmup(h.warmup!),
  'hf-wsd-linear': (h) => wsdOf(h, 'linear'),
  'hf-wsd-cosine': (h) => wsdOf(h, 'cosine'),
  'hf-wsd-1-sqrt': (h) => wsdOf(h, 'sqrt'),
  'hf-cosine-min-lr': (h) => optim.warmupCosine({ warmup: h.warmup!, total: h.total!, end: h.min_lr! / h.lr! }),
  'torch-StepLR': (h) => exponential(h.gamma!, h.step_size!, true),
  'torch-MultiStepLR': (h, { milestones: steps }) => milestones(steps as number[], h.gamma),
  'torch-ExponentialLR': (h) => exponential(h.gamma!),
  'torch-PolynomialLR': (h) => polynomial(h.total_iters!, h.power),
  'torch-CosineAnnealingLR': (h) => cosine(h.T_max!, h.eta_min! / h.lr!, { goesOn: true }),
  'torch-CosineWarmRestarts': (h) => optim.restarts(h.T_0!, h.T_mult),
  'torch-OneCycleLR': (h) => optim.oneCycle({ total: h.total_steps! }),
  'torch-CyclicLR-triangular2': (h) =>
    optim.triangular({ up: h.step_size_up!, low: h.base_lr! / h.max_lr!, shrink: 0.5 }),
  'torch-LinearLR': (h) =>
    times(constant(h.start_factor), linearDecay(h.total_iters!, h.end_factor! / h.start_factor!)),
  'torch-ReduceLROnPlateau': (h, { metric }) => {
    const plateau = new optim.Plateau({
      rate: h.factor!,
      patience: h.patience!,
      threshold: h.threshold!,
      cooldown: h.cooldown!,
      least: h.min_lr! / h.lr!,
    });
    return (t) => {
      if (t > 0) plateau.update((metric as number[])[t - 1]!);
      return plateau.schedule(t);
    };
  },
};

function wsdOf(h: Numbers, shape: 'sqrt' | 'linear' | 'cosine'): Schedule {
  const least = h.min_lr_ratio ?? 0;
  return optim.wsd({ warmup: h.warmup!, total: h.total!, decay: h.decay!, start: least, end: least, shape });
}

function peakOf(h: ScheduleCase['hyperparameters']): number {
  const cycles = h.cycles as readonly Numbers[] | undefined;
  const first = [h.lr, h.learning_rate, h.peak_value, h.max_lr, h.init_value, cycles?.[0]?.peak_value];
  return Number(first.find((value) => typeof value === 'number'));
}

export const runSchedules: Handler = async ({ name, content }, options, report) => {
  for (const item of content.schedules as readonly ScheduleCase[]) {
    const build = builders[item.name];
    if (build === undefined) {
      report({ name: `${name}/${item.name}`, failure: null, notOffered: item.name });
      continue;
    }
    await runCase(`${name}/${item.name}`, options, report, async () => {
      const raw = Object.fromEntries(Object.entries(item.hyperparameters).filter(([, value]) => value !== null));
      const schedule = build(raw as Numbers, raw);
      const peak = peakOf(item.hyperparameters);
      const seen = item.lr.map((_, t) => schedule(t) * peak);
      compareValues('lr', seen, item.lr, { rtol: 1e-9, atol: 1e-12 * peak });
    });
  }
};
