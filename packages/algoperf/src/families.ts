/**
 * The families of methods: each makes an optimizer from settings and a horizon, says what its settings mean where they
 * are left out (the literature's defaults), and which range of each a calibration searches.
 */
import {
  AdamW,
  COCOB,
  cosine,
  DAdaptAdam,
  type Decay,
  DoG,
  DoWG,
  exponentialDecay,
  LDoG,
  Mechanic,
  MoMoAdam,
  NadamW,
  type Optimizer,
  type ParametersArgument,
  Prodigy,
  polynomialDecay,
  type Schedule,
  ScheduleFreeAdamW,
  SGD,
  WeightAverage,
  warmup,
} from '@tessera/optim';
import { ArgumentError, type Tensor } from '@tessera/tensor';

export type Setting = number | boolean;
export type Settings = Readonly<Record<string, Setting>>;

/** An optimizer as a trial drives it. */
export interface MethodOptimizer extends Disposable {
  zeroGrad(): void;
  step(loss: Tensor): void;
  /** Puts the weights that are to be evaluated into the model. False where they are those in training. */
  lendEvaluationWeights(): boolean;
  takeTrainingWeightsBack(): void;
}

/** A range to draw from: evenly, evenly in the logarithm, or one of a list. */
export type Range =
  | { readonly low: number; readonly high: number; readonly scale: 'linear' | 'log' }
  | { readonly low: number; readonly high: number; readonly scale: 'complement' }
  | { readonly choices: readonly Setting[] };

export interface Family {
  readonly doc: string;
  readonly defaults: Settings;
  /** What a calibration searches, by setting. `complement` ranges are of 1 - value, evenly in the logarithm. */
  readonly space: Readonly<Record<string, Range>>;
  create(params: ParametersArgument, settings: Settings, steps: number): MethodOptimizer;
}

const betas = { beta1: 0.9, beta2: 0.999 };
const searched = {
  beta1: { low: 0.02, high: 0.2, scale: 'complement' },
  beta2: { low: 1e-3, high: 0.1, scale: 'complement' },
  warmup: { choices: [0.02, 0.05, 0.1] },
} as const satisfies Readonly<Record<string, Range>>;

/** `warmup` is a share of the horizon; then half a cosine to zero. */
function warmupCosine(settings: Settings, steps: number): Schedule {
  const rise = Math.round(number(settings, 'warmup') * steps);
  return warmup(rise, cosine(Math.max(1, steps - rise)));
}

function number(settings: Settings, name: string): number {
  return settings[name] as number;
}

function pair(settings: Settings): readonly [number, number] {
  return [number(settings, 'beta1'), number(settings, 'beta2')];
}

/** Evaluates the weights in training. */
function plain(optimizer: Optimizer, takesLoss = false): MethodOptimizer {
  return {
    zeroGrad: () => optimizer.zeroGrad(),
    step: (loss) => optimizer.step(takesLoss ? { loss } : {}),
    lendEvaluationWeights: () => false,
    takeTrainingWeightsBack: () => {},
    [Symbol.dispose]: () => optimizer.dispose(),
  };
}

/** Evaluates an average of the weights. */
function averaged(optimizer: Optimizer, params: ParametersArgument, decay: Decay): MethodOptimizer {
  const average = new WeightAverage(params, decay);
  return {
    zeroGrad: () => optimizer.zeroGrad(),
    step: () => {
      optimizer.step();
      average.update();
    },
    lendEvaluationWeights: () => {
      average.apply();
      return true;
    },
    takeTrainingWeightsBack: () => average.restore(),
    [Symbol.dispose]: () => {
      average.dispose();
      optimizer.dispose();
    },
  };
}

function common(settings: Settings, steps: number) {
  return { weightDecay: number(settings, 'weightDecay'), schedule: warmupCosine(settings, steps) };
}

/** `averaging` is the length of the average that is evaluated, as a share of the horizon; 0 evaluates the weights themselves. */
function adamLike(make: (params: ParametersArgument, settings: Settings, steps: number) => Optimizer) {
  return (params: ParametersArgument, settings: Settings, steps: number) => {
    const optimizer = make(params, settings, steps);
    const length = (settings.averaging === undefined ? 0 : number(settings, 'averaging')) * steps;
    if (length <= 1) return plain(optimizer);
    return averaged(optimizer, params, exponentialDecay(1 - 1 / length, { warmup: true }));
  };
}

export const families: Readonly<Record<string, Family>> = {
  adamw: {
    doc: 'AdamW with warmup and cosine decay.',
    defaults: { lr: 1e-3, ...betas, weightDecay: 0.01, warmup: 0.02 },
    space: {
      lr: { low: 1e-3, high: 2e-2, scale: 'log' },
      ...searched,
      weightDecay: { low: 1e-3, high: 0.5, scale: 'log' },
    },
    create: adamLike(
      (params, s, steps) => new AdamW(params, { lr: number(s, 'lr'), betas: pair(s), ...common(s, steps) }),
    ),
  },
  nadamw: {
    doc: "NadamW as AlgoPerf's baseline computes it, with warmup and cosine decay.",
    defaults: { lr: 1e-3, ...betas, weightDecay: 0.01, warmup: 0.02, averaging: 0 },
    space: {
      lr: { low: 1e-3, high: 2e-2, scale: 'log' },
      ...searched,
      weightDecay: { low: 1e-3, high: 0.5, scale: 'log' },
    },
    create: adamLike(
      (params, s, steps) => new NadamW(params, { lr: number(s, 'lr'), betas: pair(s), ...common(s, steps) }),
    ),
  },
  sgd: {
    doc: 'SGD with Nesterov momentum, warmup and cosine decay.',
    defaults: { lr: 0.1, momentum: 0.9, weightDecay: 1e-4, warmup: 0.02 },
    space: {
      lr: { low: 1e-2, high: 2, scale: 'log' },
      momentum: { low: 0.01, high: 0.2, scale: 'complement' },
      weightDecay: { low: 1e-7, high: 1e-3, scale: 'log' },
      warmup: searched.warmup,
    },
    create: adamLike(
      (params, s, steps) =>
        new SGD(params, { lr: number(s, 'lr'), momentum: number(s, 'momentum'), nesterov: true, ...common(s, steps) }),
    ),
  },
  prodigy: {
    doc: 'Prodigy with warmup and cosine decay of its factor.',
    defaults: { ...betas, weightDecay: 0, warmup: 0.02, biasCorrection: false, safeguardWarmup: false, averaging: 0 },
    space: {
      ...searched,
      weightDecay: { low: 1e-4, high: 0.3, scale: 'log' },
      warmup: { choices: [0, 0.02, 0.05, 0.1] },
      biasCorrection: { choices: [false, true] },
      safeguardWarmup: { choices: [false, true] },
    },
    create: adamLike(
      (params, s, steps) =>
        new Prodigy(params, {
          betas: pair(s),
          biasCorrection: s.biasCorrection === true,
          safeguardWarmup: s.safeguardWarmup === true,
          ...common(s, steps),
        }),
    ),
  },
  dadapt: {
    doc: 'D-Adaptation Adam with warmup and cosine decay of its factor.',
    defaults: { ...betas, weightDecay: 0, warmup: 0.02, biasCorrection: false },
    space: {
      ...searched,
      weightDecay: { low: 1e-4, high: 0.3, scale: 'log' },
      biasCorrection: { choices: [false, true] },
    },
    create: adamLike(
      (params, s, steps) =>
        new DAdaptAdam(params, {
          betas: pair(s),
          decouple: true,
          biasCorrection: s.biasCorrection === true,
          ...common(s, steps),
        }),
    ),
  },
  mechanic: {
    doc: 'Mechanic around AdamW, with warmup and cosine decay.',
    defaults: { lr: 0.01, ...betas, weightDecay: 0, sDecay: 0.01, warmup: 0.02 },
    space: {
      ...searched,
      weightDecay: { low: 1e-4, high: 0.3, scale: 'log' },
      sDecay: { low: 1e-3, high: 0.1, scale: 'log' },
    },
    create: adamLike(
      (params, s, steps) =>
        new Mechanic(new AdamW(params, { lr: number(s, 'lr'), betas: pair(s), ...common(s, steps) }), {
          sDecay: number(s, 'sDecay'),
        }),
    ),
  },
  momo: {
    doc: 'MoMo-Adam, whose learning rate is a cap, with warmup and cosine decay of the cap.',
    defaults: { lr: 1e-2, ...betas, weightDecay: 0, warmup: 0.02 },
    space: {
      lr: { low: 3e-3, high: 0.1, scale: 'log' },
      ...searched,
      weightDecay: { low: 1e-4, high: 0.3, scale: 'log' },
    },
    create: (params, s, steps) =>
      plain(new MoMoAdam(params, { lr: number(s, 'lr'), betas: pair(s), ...common(s, steps) }), true),
  },
  cocob: {
    doc: 'COCOB-Backprop, without a schedule.',
    defaults: { alpha: 100, weightDecay: 0 },
    space: { alpha: { low: 10, high: 1000, scale: 'log' }, weightDecay: { low: 1e-6, high: 1e-2, scale: 'log' } },
    create: adamLike(
      (params, s) => new COCOB(params, { alpha: number(s, 'alpha'), weightDecay: number(s, 'weightDecay') }),
    ),
  },
  dog: {
    doc: 'DoG, evaluated at a polynomial-decay average.',
    defaults: { repsRel: 1e-6, weightDecay: 0 },
    space: { repsRel: { low: 1e-8, high: 1e-3, scale: 'log' }, weightDecay: { low: 1e-6, high: 1e-2, scale: 'log' } },
    create: (params, s) =>
      averaged(
        new DoG(params, { repsRel: number(s, 'repsRel'), weightDecay: number(s, 'weightDecay') }),
        params,
        polynomialDecay(8),
      ),
  },
  ldog: {
    doc: 'L-DoG, evaluated at a polynomial-decay average.',
    defaults: { repsRel: 1e-6, weightDecay: 0 },
    space: { repsRel: { low: 1e-8, high: 1e-3, scale: 'log' }, weightDecay: { low: 1e-6, high: 1e-2, scale: 'log' } },
    create: (params, s) =>
      averaged(
        new LDoG(params, { repsRel: number(s, 'repsRel'), weightDecay: number(s, 'weightDecay') }),
        params,
        polynomialDecay(8),
      ),
  },
  dowg: {
    doc: 'DoWG, evaluated at its last weights.',
    defaults: { weightDecay: 0 },
    space: { weightDecay: { low: 1e-6, high: 1e-2, scale: 'log' } },
    create: adamLike((params, s) => new DoWG(params, { weightDecay: number(s, 'weightDecay') })),
  },
  'schedule-free-adamw': {
    doc: 'Schedule-Free AdamW with warmup, evaluated at its average.',
    defaults: { lr: 0.0025, ...betas, weightDecay: 0, warmup: 0.02 },
    space: {
      lr: { low: 1e-3, high: 2e-2, scale: 'log' },
      ...searched,
      weightDecay: { low: 1e-3, high: 0.5, scale: 'log' },
    },
    create: (params, s, steps) => {
      const optimizer = new ScheduleFreeAdamW(params, {
        lr: number(s, 'lr'),
        betas: pair(s),
        weightDecay: number(s, 'weightDecay'),
        warmupSteps: Math.max(1, Math.round(number(s, 'warmup') * steps)),
      });
      return {
        ...plain(optimizer),
        lendEvaluationWeights: () => {
          optimizer.evaluate();
          return true;
        },
        takeTrainingWeightsBack: () => optimizer.train(),
      };
    },
  },
};

/** The family of that name. */
export function findFamily(op: string, name: string): Family {
  if (Object.hasOwn(families, name)) return families[name]!;
  throw new ArgumentError(`there is no family '${name}'; expected one of ${Object.keys(families).join(', ')}.`, { op });
}
