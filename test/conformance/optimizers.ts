/** What the optimizers of the fixtures are called in @tessera/optim, and how their hyperparameters translate. */
import {
  Adadelta,
  Adagrad,
  Adam,
  Adamax,
  AdamW,
  Lion,
  NAdam,
  NadamW,
  type Optimizer,
  type ParameterGroup,
  RAdam,
  RMSprop,
  SGD,
} from '@tessera/optim';

type Options = Record<string, unknown>;
export type Make = (groups: readonly ParameterGroup[], options: Options) => Optimizer;

interface Entry {
  readonly make: Make;
  /** Defaults of the reference where ours differ. */
  readonly defaults?: Options;
}

const of =
  <O>(Class: new (groups: readonly ParameterGroup[], options: O) => Optimizer): Make =>
  (groups, options) =>
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
