/**
 * Published settings by name, each with its source, and those that were calibrated on the workloads of `tessera optim bench`. They were tuned for the
 * workloads of their source: what carries over to others is measured by that command, not promised here.
 *
 * "AlgoPerf" is mlcommons/submissions_algorithms (self-tuning track: one setting for all workloads), where the horizon is
 * the workload's step hint.
 */
import { ArgumentError } from '@tessera/tensor';
import { checkPositive } from './check.js';
import type { FlatOptimizer } from './flat-optimizer.js';
import { AdEMAMix } from './methods/ademamix.js';
import { Lion } from './methods/lion.js';
import { Muon } from './methods/muon.js';
import { NadamW } from './methods/nadam.js';
import { Prodigy } from './methods/prodigy.js';
import { ScheduleFreeAdamW } from './methods/schedule-free.js';
import type { OptimizerOptions } from './optimizer.js';
import type { ParametersArgument } from './parameters.js';
import { cosine, type Schedule, warmup } from './schedule.js';

export interface Preset {
  /** Where the numbers come from. */
  readonly source: string;
  /** What the source sets beside the optimizer: the model's dropout, label smoothing. */
  readonly regularisation?: { readonly dropout?: number; readonly labelSmoothing?: number };
  /** The optimizer for a run of `steps` steps; `options` come on top. */
  make(params: ParametersArgument, steps: number, options?: OptimizerOptions): FlatOptimizer;
}

/** Steps of linear warmup in a run of `steps` steps. */
function warmupSteps(steps: number, part: number): number {
  return Math.floor(part * checkPositive('preset', 'steps', steps));
}

/** Linear warmup over a part of the steps, then a cosine to 0: AlgoPerf's baseline. */
function baselineSchedule(steps: number, part: number): Schedule {
  const rise = warmupSteps(steps, part);
  return warmup(rise, cosine(Math.max(1, steps - rise)));
}

interface NadamWPoint {
  readonly lr: number;
  readonly oneMinusBeta1: number;
  readonly beta2: number;
  readonly weightDecay: number;
  readonly warmup: number;
  /** Part of the steps that the schedule takes. Default 1. */
  readonly horizon?: number;
}

function nadamw(source: string, point: NadamWPoint, regularisation?: Preset['regularisation']): Preset {
  return {
    source,
    ...(regularisation && { regularisation }),
    make: (params, steps, options = {}) =>
      new NadamW(params, {
        lr: point.lr,
        betas: [1 - point.oneMinusBeta1, point.beta2],
        weightDecay: point.weightDecay,
        schedule: baselineSchedule(steps * (point.horizon ?? 1), point.warmup),
        ...options,
      }),
  };
}

function scheduleFree(source: string, r: number, labelSmoothing: number): Preset {
  return {
    source,
    regularisation: { dropout: 0.1, labelSmoothing },
    make: (params, steps, options = {}) =>
      new ScheduleFreeAdamW(params, {
        lr: 0.0025,
        betas: [0.9, 0.9955159689799007],
        weightDecay: 0.08121616522670176,
        warmupSteps: warmupSteps(steps, 0.02),
        r,
        ...options,
      }),
  };
}

const sequential = 'AlgoPerf v0.5 self-tuning, NadamW Sequential, point';

/** By name. */
export const presets = {
  'nadamw-v0.5': nadamw(
    'AlgoPerf v0.5 and v0.6 self-tuning baseline; its point is the one tuned for WMT when the targets were set',
    {
      lr: 0.0017486387539278373,
      oneMinusBeta1: 0.06733926164,
      beta2: 0.9955159689799007,
      weightDecay: 0.08121616522670176,
      warmup: 0.02,
    },
    { dropout: 0.1, labelSmoothing: 0 },
  ),
  'nadamw-v1.0': nadamw(
    'AlgoPerf v1.0 self-tuning baseline (2026)',
    {
      lr: 0.00190834618600756,
      oneMinusBeta1: 0.09090652249,
      beta2: 0.998898321921855,
      weightDecay: 0.08121616522670176,
      warmup: 0.1,
    },
    { dropout: 0, labelSmoothing: 0 },
  ),
  'nadamw-resnet': nadamw(
    'AlgoPerf self-tuning (2026), NadamW tuned for ResNet',
    {
      lr: 0.004126541534675243,
      oneMinusBeta1: 0.00780309833,
      beta2: 0.9966054696718922,
      weightDecay: 0.05371805022820654,
      warmup: 0.05,
    },
    { dropout: 0.1, labelSmoothing: 0 },
  ),
  'nadamw-sequential-1': nadamw(
    `${sequential} 1`,
    {
      lr: 0.0014271957958295392,
      oneMinusBeta1: 0.03380478752,
      beta2: 0.9957304053273589,
      weightDecay: 0.09153141484048229,
      warmup: 0.01,
    },
    { dropout: 0.1 },
  ),
  'nadamw-sequential-2': nadamw(
    `${sequential} 2`,
    {
      lr: 0.001768509931943289,
      oneMinusBeta1: 0.05850208614,
      beta2: 0.9768053375036079,
      weightDecay: 0.0279513959224539,
      warmup: 0.02,
    },
    { dropout: 0 },
  ),
  'nadamw-sequential-3': nadamw(
    `${sequential} 3`,
    {
      lr: 0.0023792566965593815,
      oneMinusBeta1: 0.01990335215,
      beta2: 0.9632738717172477,
      weightDecay: 0.3417568278549717,
      warmup: 0.01,
      horizon: 0.75,
    },
    { dropout: 0.1 },
  ),
  'schedule-free-adamw-v1': scheduleFree('AlgoPerf v0.5 self-tuning, Schedule-Free AdamW', 0.75, 0.2),
  'schedule-free-adamw-v2': scheduleFree(
    'AlgoPerf v0.6 self-tuning, Schedule-Free AdamW v2; recompute batch-norm statistics at the average',
    0,
    0.2,
  ),
  ademamix: {
    source: 'AlgoPerf self-tuning (2026), AdEMAMix: alpha and beta3 rise over 500k steps',
    make: (params, steps, options = {}) =>
      new AdEMAMix(params, {
        lr: 0.002,
        betas: [0.8, 0.995, 0.9995],
        alpha: 8,
        warmup: 500_000,
        weightDecay: 0.1,
        clipNorm: 0.5,
        schedule: baselineSchedule(steps, 0.02),
        ...options,
      }),
  },
  lion: {
    source: 'AlgoPerf self-tuning (2026), Lion',
    regularisation: { dropout: 0.1 },
    make: (params, steps, options = {}) =>
      new Lion(params, {
        lr: 2e-4,
        betas: [0.95, 0.98],
        weightDecay: 0.5,
        schedule: baselineSchedule(steps, 0.02),
        ...options,
      }),
  },
  muon: {
    source:
      'AlgoPerf self-tuning (2026), Muon in PyTorch: learning rates adjusted by spectral norms, AdamW for all that is no matrix',
    regularisation: { dropout: 0.1, labelSmoothing: 0.1 },
    make: (params, steps, options = {}) =>
      new Muon(params, {
        lr: 0.01,
        momentum: 0.9,
        weightDecay: 0,
        schedule: baselineSchedule(steps, 0.05),
        ...options,
      }),
  },
  'nadamw-calibrated': nadamw(
    'the best of 16 points on eight small workloads, searched by a PyTorch prototype of `tessera optim calibrate` (docs/optimizers.md)',
    { lr: 0.0128, oneMinusBeta1: 0.103, beta2: 0.9755, weightDecay: 0.0165, warmup: 0.1 },
  ),
  'prodigy-calibrated': {
    source: '`tessera optim calibrate prodigy`: the best of 16 points on eight small workloads (docs/optimizers.md)',
    make: (params, steps, options = {}) =>
      new Prodigy(params, {
        betas: [0.8139, 0.9918],
        weightDecay: 0.005943,
        biasCorrection: true,
        schedule: baselineSchedule(steps, 0),
        ...options,
      }),
  },
  prodigy: {
    source: "konstmish/prodigy: the authors' advice for a cosine schedule with warmup",
    make: (params, steps, options = {}) =>
      new Prodigy(params, {
        safeguardWarmup: true,
        schedule: baselineSchedule(steps, 0.05),
        ...options,
      }),
  },
} as const satisfies Readonly<Record<string, Preset>>;

export type PresetName = keyof typeof presets;

/** The preset of that name. */
export function preset(name: string): Preset {
  if (Object.hasOwn(presets, name)) return presets[name as PresetName];
  throw new ArgumentError(`there is no preset '${name}'. There are ${Object.keys(presets).join(', ')}.`, {
    op: 'preset',
    actual: name,
  });
}
