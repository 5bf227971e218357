/** What the optimizers of the fixtures are called in @tessera/optim, and how their hyperparameters translate. */
import {
  ADOPT,
  Adadelta,
  Adagrad,
  Adam,
  Adamax,
  AdamW,
  AdEMAMix,
  DoG,
  DoWG,
  LDoG,
  Lion,
  NAdam,
  NadamW,
  type Optimizer,
  type ParameterGroup,
  RAdam,
  RMSprop,
  ScheduleFreeAdamW,
  ScheduleFreeRAdam,
  ScheduleFreeSGD,
  SGD,
} from '@tessera/optim';

type Options = Record<string, unknown>;
export type Make = (groups: readonly ParameterGroup[], options: Options) => Optimizer;

interface Entry {
  readonly make: Make;
  /** Defaults of the reference where ours differ. */
  readonly defaults?: Options;
  /** Hyperparameters of the reference that ours deliberately lacks. */
  readonly declines?: readonly string[];
}

const of =
  <O>(Class: new (groups: readonly ParameterGroup[], options: O) => Optimizer): Make =>
  (groups, options) =>
    new Class(groups, options as O);

const scheduleFree =
  <O>(Class: new (groups: readonly ParameterGroup[], options: O) => Optimizer): Make =>
  (groups, { foreach: _, ...options }) =>
    new Class(groups, options as O);

const adamw = { make: of(AdamW), defaults: { weightDecay: 1e-4 } };

/** By the name of the fixture's optimizer. */
export const offered: Readonly<Record<string, Entry>> = {
  'NadamW(AlgoPerf)': { make: of(NadamW) },
  Adadelta: { make: of(Adadelta) },
  Adagrad: { make: of(Adagrad) },
  Adam: { make: of(Adam) },
  AdamW: { make: of(AdamW) },
  Adamax: { make: of(Adamax) },
  NAdam: { make: of(NAdam) },
  RAdam: { make: of(RAdam) },
  RMSprop: { make: of(RMSprop) },
  SGD: { make: of(SGD) },
  DoG: { make: of(DoG) },
  LDoG: { make: of(LDoG) },
  'optax.contrib.dog': {
    make: (groups, { initStep, ...options }) => {
      const [kind, value] = initStep as readonly [string, number];
      const start = { heuristic: 'repsRel', distance: 'initDistance', learning_rate: 'initEta' }[kind]!;
      return new DoG(groups, { ...options, form: 'optax', [start]: value });
    },
  },
  'optax.contrib.dowg': {
    make: (groups, { initEstimSqDist, ...options }) =>
      new DoWG(
        groups,
        initEstimSqDist === undefined ? options : { ...options, initSquaredDistance: Number(initEstimSqDist) },
      ),
  },
  AdamWScheduleFree: { make: scheduleFree(ScheduleFreeAdamW), declines: ['inner_momentum'] },
  RAdamScheduleFree: { make: scheduleFree(ScheduleFreeRAdam) },
  SGDScheduleFree: { make: scheduleFree(ScheduleFreeSGD) },
  'optax.contrib.schedule_free_adamw': { make: scheduleFree(ScheduleFreeAdamW) },
  'optax.contrib.ademamix': {
    make: (groups, { betas, b3, ...options }) =>
      new AdEMAMix(groups, { ...options, betas: [...(betas as [number, number]), Number(b3)] }),
  },
  AdEMAMix: { make: of(AdEMAMix), declines: ['t_alpha_beta3'] }, // its alpha does not rise from zero
  'optax.contrib.adopt': {
    make: (groups, { nesterov: _n, useClipping: _c, ...options }) => new ADOPT(groups, options),
    declines: ['nesterov'],
  },
  'optax.adamw': adamw,
  'optax.lion': { make: of(Lion), defaults: { weightDecay: 1e-3 } },
  'optax.nadamw': {
    make: (groups, options) => new NadamW(groups, { ...options, correction: 'separate' }),
    defaults: { weightDecay: 1e-4 },
  },
};

const renamed: Readonly<Record<string, string>> = { learning_rate: 'lr' };

/** Hyperparameters as options: camel case, and optax's `b1`, `b2` as `betas`. */
export function toOptions(hyperparameters: Readonly<Record<string, unknown>>): Options {
  const options: Options = {};
  const { b1, b2, ...rest } = hyperparameters;
  if (b1 !== undefined || b2 !== undefined) options.betas = [b1 ?? 0.9, b2 ?? 0.999];
  for (const [key, value] of Object.entries(rest)) {
    if (value === null) continue;
    options[renamed[key] ?? key.replace(/_([a-z0-9])/g, (_m, c: string) => c.toUpperCase())] = value;
  }
  return options;
}

/** What of a fixture's optimizer is not offered; null when all of it is. */
export function missing(optimizer: string, hyperparameters: Readonly<Record<string, unknown>>): string | null {
  const entry = offered[optimizer];
  if (entry === undefined) return optimizer;
  const declined = entry.declines?.find((key) => Boolean(hyperparameters[key]));
  return declined === undefined ? null : `${optimizer} with ${declined}`;
}
