/** What the optimizers of the fixtures are called in @tessera/optim, and how their hyperparameters translate. */
import {
  ACProp,
  ADOPT,
  AdaBelief,
  Adadelta,
  Adafactor,
  Adagrad,
  Adam,
  Adamax,
  AdamC,
  AdamG,
  AdamW,
  Adan,
  AdEMAMix,
  Amos,
  ASGD,
  AvaGrad,
  adaptiveGradientClip,
  BCOS,
  CAME,
  COCOB,
  DAdaptAdaGrad,
  DAdaptAdam,
  DAdaptAdan,
  DAdaptLion,
  DAdaptSGD,
  type Decay,
  DoG,
  DoWG,
  EXAdam,
  type FlatOptimizer,
  Fromage,
  FTRL,
  Grams,
  Kate,
  LAMB,
  LARS,
  LaProp,
  LDoG,
  Lion,
  Lookahead,
  MADGRAD,
  MARS,
  Mechanic,
  MoMo,
  MoMoAdam,
  Muon,
  NAdam,
  NadamW,
  NovoGrad,
  type Optimizer,
  type ParameterGroup,
  type ParametersArgument,
  Prodigy,
  ProdigyPlus,
  polynomialDecay,
  RAdam,
  RMSprop,
  Rprop,
  ScheduleFree,
  ScheduleFreeAdamW,
  ScheduleFreePlus,
  ScheduleFreeRAdam,
  ScheduleFreeSGD,
  SGD,
  SimplifiedAdEMAMix,
  SM3,
  Sophia,
  StableAdamW,
  Tiger,
  Yogi,
} from '@tessera/optim';

type Options = Record<string, unknown>;
export type Make = (groups: readonly ParameterGroup[], options: Options) => Optimizer;

interface Entry {
  readonly make: Make;
  /** Runs before each step. */
  readonly prepare?: (groups: readonly ParameterGroup[], options: Options) => void;
  /** Runs after each step, counted from 0. */
  readonly after?: (optimizer: Optimizer, step: number, options: Options) => void;
  /** Whether gradients of several calls add up before a step. */
  readonly accumulates?: boolean;
  /** The average that the reference evaluates, where it is not the optimizer's own. */
  readonly average?: () => Decay;
  /** Defaults of the reference where ours differ. */
  readonly defaults?: Options;
  /** Hyperparameters of the reference (`name`, or `name=value`) that ours deliberately lacks. */
  readonly declines?: readonly string[];
}

const of =
  <O>(Class: new (groups: readonly ParameterGroup[], options: O) => Optimizer): Make =>
  (groups, options) =>
    new Class(groups, options as O);

/** D-Adaptation's `layer_scale` is a learning rate relative to that of the optimizer. */
const dadapt =
  <O>(Class: new (groups: readonly ParameterGroup[], options: O) => Optimizer): Make =>
  (groups, options) => {
    const scaled = groups.map(({ layerScale, ...group }: ParameterGroup & { layerScale?: number }) =>
      layerScale === undefined ? group : { ...group, lr: layerScale * Number(options.lr ?? 1) },
    );
    return new Class(scaled, { ...options, lr: options.lr ?? 1 } as O);
  };

const inner: Readonly<Record<string, new (groups: readonly ParameterGroup[], options: object) => FlatOptimizer>> = {
  AdamW,
  adamw: AdamW,
  SGD,
  sgd: SGD,
  lion: Lion,
};

function innerOf(name: unknown, groups: readonly ParameterGroup[], options: Options): FlatOptimizer {
  const Class = inner[String(name)];
  if (Class === undefined) throw new Error(`unknown inner optimizer ${String(name)}`);
  return new Class(groups, options);
}

function defined(options: Options): Options {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** Without pytorch_optimizer's switch between kinds of weight decay: each of ours has one. */
const decoupled =
  (make: Make): Make =>
  (groups, { weightDecouple: _, ...options }) =>
    make(groups, options);

/** The references take a single row for a matrix too. */
const isMatrix = (_name: string, shape: readonly number[]): boolean => shape.length === 2;

const adamw = { make: of(AdamW), defaults: { weightDecay: 1e-4 } };

/** By the name of the fixture's optimizer. */
export const offered: Readonly<Record<string, Entry>> = {
  DAdaptAdam: { make: dadapt(DAdaptAdam), defaults: { decouple: false } },
  DAdaptSGD: { make: dadapt(DAdaptSGD) },
  DAdaptAdaGrad: { make: dadapt(DAdaptAdaGrad) },
  DAdaptLion: { make: dadapt(DAdaptLion) },
  'optax.contrib.dadapt_adamw': { make: dadapt(DAdaptAdam), defaults: { form: 'optax' } },
  Prodigy: { make: of(Prodigy) },
  'optax.contrib.prodigy': { make: of(Prodigy), defaults: { form: 'optax' } },
  Momo: { make: of(MoMo) },
  MomoAdam: {
    make: (groups, { divide: _, ...options }) => new MoMoAdam(groups, options),
    declines: ['divide=false'],
  },
  'optax.contrib.momo': { make: of(MoMo), defaults: { form: 'optax' } },
  'optax.contrib.momo_adam': { make: of(MoMoAdam), defaults: { form: 'optax' } },
  'optax.contrib.cocob': { make: of(COCOB) },
  Mechanic: {
    make: (groups, { base, baseLr, baseBetas, baseMomentum, baseWeightDecay, schedule, betas, ...options }) =>
      new Mechanic(
        innerOf(base, groups, {
          ...defined({ lr: baseLr, betas: baseBetas, momentum: baseMomentum, weightDecay: baseWeightDecay, schedule }),
        }),
        { ...options, ...defined({ betas: betas && tuners(betas as readonly number[]) }) },
      ),
  },
  'optax.contrib.mechanize': {
    make: (groups, { inner, lr, betas, innerWeightDecay = 0, schedule, weightDecay, numBetas, ...options }) =>
      new Mechanic(
        innerOf(inner, groups, {
          ...defined({ lr, schedule, weightDecay: innerWeightDecay, betas: inner === 'sgd' ? undefined : betas }),
        }),
        { ...options, ...defined({ sDecay: weightDecay, betas: numBetas }), form: 'optax' },
      ),
  },
  'optax.lookahead': {
    make: (groups, { inner, syncPeriod, slowStepSize, ...options }) =>
      new Lookahead(innerOf(inner, groups, options), { period: Number(syncPeriod), stepSize: Number(slowStepSize) }),
  },
  'optax.MultiSteps': {
    make: (groups, { inner, everyK, ...options }) => innerOf(inner, groups, { ...options, accumulate: Number(everyK) }),
    accumulates: true,
  },
  Adafactor: {
    make: (groups, { beta2Decay, d, ...options }) =>
      new Adafactor(groups, {
        ...options,
        ...defined({ decay: beta2Decay === undefined ? undefined : -Number(beta2Decay), clipThreshold: d }),
      }),
  },
  'optax.adafactor': {
    make: (groups, options) => {
      const { decayRate, clippingThreshold, multiplyByParameterScale, weightDecayRate, eps, ...rest } = options;
      const renamedOptions = defined({
        decay: decayRate,
        clipThreshold: clippingThreshold,
        scaleByParameter: multiplyByParameterScale,
        weightDecay: weightDecayRate,
        eps: eps === undefined ? undefined : [Number(eps), 1e-3],
      });
      return new Adafactor(groups, { ...rest, ...renamedOptions, form: 'optax' });
    },
  },
  Muon: {
    make: (groups, { adjustLrFn, nsSteps, nsCoefficients, ...options }) =>
      new Muon(groups, {
        ...options,
        ...defined({ steps: nsSteps, coefficients: nsCoefficients }),
        adjust: adjustLrFn === 'match_rms_adamw' ? 'matchRmsAdamW' : 'original',
        dtype: 'bf16',
        matrices: isMatrix,
      }),
    defaults: { lr: 1e-3 },
  },
  'optax.contrib.muon (scale_by_muon branch, all tensors 2D)': {
    make: (groups, { beta, nsSteps, nsCoeffs, consistentRms, ...options }) =>
      new Muon(groups, {
        ...options,
        ...defined({ momentum: beta, steps: nsSteps, coefficients: nsCoeffs, rms: consistentRms }),
        adjust: consistentRms === undefined ? 'original' : 'matchRmsAdamW',
        layout: 'inOut',
        biasCorrection: true,
        matrices: isMatrix,
      }),
    defaults: { weightDecay: 0, eps: 1e-8, momentum: 0.95 },
  },
  'optax.contrib.sophia': {
    make: (groups, { clipThreshold, updateInterval: _, betas, ...options }) =>
      new Sophia(groups, { ...options, betas: betas as [number, number], ...defined({ clip: clipThreshold }) }),
    after: (optimizer, step, { updateInterval }) => {
      if (step % Number(updateInterval) !== 0) return;
      // The fixtures' stand-in for the diagonal of the Hessian.
      const estimates = optimizer.places.map(({ flat }) => flat.grad.abs().mul(0.7).add(0.05));
      (optimizer as Sophia).updateHessian(estimates);
    },
  },
  'optax.chain(clip_by_global_norm, adamw)': {
    make: (groups, { maxNorm, ...options }) =>
      new AdamW(groups, { weightDecay: 1e-4, ...options, clipNorm: Number(maxNorm), clipEps: 0 }),
  },
  'optax.chain(adaptive_grad_clip, sgd)': {
    make: (groups, { clipping: _, ...options }) => new SGD(groups, options),
    prepare: (groups, { clipping }) =>
      adaptiveGradientClip(groups as ParametersArgument, Number(clipping), { units: 'columns' }),
  },
  ScheduleFreeWrapper: {
    make: (groups, { base, baseLr, schedule, ...options }) =>
      new ScheduleFree(innerOf(base, groups, defined({ lr: baseLr, schedule })), options),
  },
  'NadamW(AlgoPerf)': { make: of(NadamW) },
  Adadelta: { make: of(Adadelta) },
  Adagrad: { make: of(Adagrad) },
  Adam: {
    make: (groups, { decoupledWeightDecay, ...options }) =>
      decoupledWeightDecay ? new AdamW(groups, { weightDecay: 0, ...options }) : new Adam(groups, options),
  },
  AdamW: { make: of(AdamW) },
  Adamax: { make: of(Adamax) },
  NAdam: { make: of(NAdam) },
  RAdam: { make: of(RAdam) },
  RMSprop: { make: of(RMSprop) },
  SGD: { make: of(SGD) },
  DoG: { make: of(DoG), average: () => polynomialDecay(8) },
  LDoG: { make: of(LDoG), average: () => polynomialDecay(8) },
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
  AdamWScheduleFree: { make: of(ScheduleFreeAdamW) },
  AdamWScheduleFreePaper: { make: of(ScheduleFreeAdamW), defaults: { paper: true } },
  RAdamScheduleFree: { make: of(ScheduleFreeRAdam) },
  SGDScheduleFree: { make: of(ScheduleFreeSGD) },
  'optax.contrib.schedule_free_adamw': { make: of(ScheduleFreeAdamW), defaults: { form: 'optax' } },
  'optax.contrib.schedule_free_sgd': {
    make: (groups, { betas, ...options }) =>
      new ScheduleFreeSGD(groups, { ...options, momentum: (betas as [number, number])[0], form: 'optax' }),
  },
  'optax.contrib.ademamix': {
    make: (groups, { betas = [0.9, 0.999], b3 = 0.9999, ...options }) =>
      new AdEMAMix(groups, { ...options, betas: [...(betas as [number, number]), Number(b3)] }),
  },
  AdEMAMix: {
    make: decoupled(
      (groups, { tAlphaBeta3, ...options }) =>
        new AdEMAMix(groups, { ...options, ...defined({ warmup: tAlphaBeta3 }) }),
    ),
    defaults: { form: 'pytorch_optimizer' },
  },
  'optax.contrib.simplified_ademamix': { make: of(SimplifiedAdEMAMix) },
  SimplifiedAdEMAMix: { make: decoupled(of(SimplifiedAdEMAMix)), defaults: { form: 'pytorch_optimizer' } },
  ADOPT: { make: decoupled(of(ADOPT)), defaults: { form: 'pytorch_optimizer' } },
  'optax.contrib.adopt': {
    make: (groups, { useClipping, ...options }) =>
      new ADOPT(groups, { ...options, ...defined({ clipping: useClipping }) }),
  },
  AdamCScheduleFreePlus: {
    make: (groups, { sfBeta1 = 0.9, sfBeta1Max = 0.965, sfBeta1AnnealSteps, cWarmup, ...options }) =>
      new ScheduleFreePlus(groups, {
        ...options,
        ahead: [Number(sfBeta1), Number(sfBeta1Max)],
        ...defined({ aheadSteps: sfBeta1AnnealSteps, averagingWarmup: cWarmup }),
      }),
  },
  DAdaptAdan: { make: dadapt(DAdaptAdan) },
  AdamG: { make: decoupled(of(AdamG)), declines: ['weight_decouple=true'] },
  Adan: {
    make: decoupled(
      (groups, { maxGradNorm, ...options }) =>
        new Adan(groups, { ...options, ...defined({ clipNorm: maxGradNorm || undefined }) }),
    ),
    declines: ['weight_decouple=true'],
  },
  'optax.adan': {
    make: (groups, { betas, b3 = 0.99, ...options }) =>
      new Adan(groups, {
        ...options,
        betas: [...((betas as [number, number] | undefined) ?? [0.98, 0.92]), Number(b3)] as [number, number, number],
        form: 'optax',
      }),
  },
  'optax.adabelief': { make: of(AdaBelief) },
  'optax.contrib.acprop': { make: of(ACProp) },
  'optax.yogi': { make: of(Yogi) },
  'optax.contrib.madgrad': { make: of(MADGRAD) },
  AvaGrad: { make: decoupled(of(AvaGrad)) },
  BCOS: { make: decoupled(of(BCOS)) },
  EXAdam: { make: decoupled(of(EXAdam)) },
  FTRL: {
    make: (groups, { lambda2, ...options }) => new FTRL(groups, { ...options, ...defined({ weightDecay: lambda2 }) }),
  },
  Grams: { make: decoupled(of(Grams)), defaults: { form: 'pytorch_optimizer' } },
  Kate: { make: decoupled(of(Kate)) },
  LaProp: { make: decoupled(of(LaProp)) },
  Tiger: { make: decoupled(of(Tiger)) },
  'optax.lamb': { make: of(LAMB) },
  'optax.lars': { make: of(LARS) },
  'optax.fromage': { make: of(Fromage) },
  'optax.novograd': { make: of(NovoGrad) },
  Amos: {
    make: (groups, { extraL2, ...options }) => new Amos(groups, { ...options, ...defined({ weightDecay: extraL2 }) }),
  },
  StableAdamW: {
    make: decoupled((groups, { kahanSum: _, ...options }) => new StableAdamW(groups, options)),
    defaults: { form: 'pytorch_optimizer' },
  },
  ProdigyPlusScheduleFree: {
    // No tensor of the fixtures is long enough to be factored.
    make: (
      groups,
      { factored: _, eps, dLimiter = true, useStableadamw: stable, useSchedulefree, useSpeed, useCautious, ...options },
    ) =>
      new ProdigyPlus(groups, {
        ...options,
        ...defined({
          eps: eps === null ? 0 : eps,
          stable: eps === null ? undefined : stable,
          scheduleFree: useSchedulefree,
          speed: useSpeed,
          cautious: useCautious,
          growthRate: dLimiter ? undefined : Number.POSITIVE_INFINITY,
        }),
      }),
  },
  // The reference has groups of normalised layers, and no such group in the fixtures.
  AdamC: { make: decoupled((groups, options) => new AdamC(groups, { ...options, normalized: () => false })) },
  CAME: { make: decoupled(of(CAME)), defaults: { form: 'pytorch_optimizer' } },
  MARS: {
    make: decoupled(
      (groups, { lr1d, betas1d, ...options }) =>
        new MARS(groups, { ...options, ...defined({ vectorLr: lr1d, vectorBetas: betas1d }) }),
    ),
    defaults: { form: 'pytorch_optimizer' },
  },
  'optax.sm3': { make: of(SM3) },
  ASGD: { make: of(ASGD) },
  Rprop: { make: of(Rprop) },
  'optax.adamw': adamw,
  'optax.lion': { make: of(Lion), defaults: { weightDecay: 1e-3 } },
  'optax.nadamw': {
    make: (groups, options) => new NadamW(groups, { ...options, correction: 'separate' }),
    defaults: { weightDecay: 1e-4 },
  },
};

/** How many tuners of Mechanic have these decays. */
function tuners(decays: readonly number[]): number {
  const other = decays.find((decay, i) => Math.abs(decay - (1 - 10 ** -(i + 1))) > 1e-12);
  if (other === undefined) return decays.length;
  throw new Error(`Mechanic: a tuner's decay is 1 - 10^-i here; got ${other}`);
}

/** Why what has that name is left out. */
const left: Readonly<Record<string, string>> = {
  SOAP: 'its first basis of a null space is what rounding in LAPACK makes it',
  SPlus: 'its first basis of a null space is what rounding in LAPACK makes it',
  Shampoo:
    "pytorch_optimizer's second preconditioner is of a gradient that the first has changed, and its roots are square",
  ScalableShampoo: 'ours has exact roots, and no blocks',
};

/** pytorch_optimizer's switches that go through all of its optimizers. */
const switches = ['weight_decouple=false', 'fixed_decay', 'cautious', 'ams_bound', 'adanorm', 'adam_debias'];

/** Ways to compute the same, and `adam_debias` where it is off. */
const irrelevant = ['foreach', 'fused', 'capturable', 'differentiable', 'logEvery', 'fsdpInUse', 'adamDebias'];

const renamed: Readonly<Record<string, string>> = {
  learning_rate: 'lr',
  estim_lr0: 'd0',
  estim_lr_coef: 'dCoef',
  use_bias_correction: 'biasCorrection',
  slice_p: 'slice',
  lb: 'lowerBound',
  use_fstar: 'adaptLowerBound',
};

/** Hyperparameters as options: camel case, and optax's `b1`, `b2` as `betas`. */
export function toOptions(hyperparameters: Readonly<Record<string, unknown>>): Options {
  const options: Options = {};
  const { b1, b2, ...rest } = hyperparameters;
  if (b1 !== undefined || b2 !== undefined) options.betas = [b1 ?? 0.9, b2 ?? 0.999];
  for (const [key, value] of Object.entries(rest)) {
    if (value === null && key !== 'eps') continue; // eps None is a method of its own
    const name = renamed[key] ?? key.replace(/_([a-z0-9])/g, (_m, c: string) => c.toUpperCase());
    if (!irrelevant.includes(name)) options[name] = value;
  }
  return options;
}

/** What of a fixture's optimizer is not offered; null when all of it is. */
export function missing(optimizer: string, hyperparameters: Readonly<Record<string, unknown>>): string | null {
  const entry = offered[optimizer];
  if (entry === undefined) return optimizer in left ? `${optimizer}: ${left[optimizer]}` : optimizer;
  const declined = [...switches, ...(entry.declines ?? [])].find((wish) => {
    const [key, value] = wish.split('=');
    return value === undefined ? Boolean(hyperparameters[key!]) : String(hyperparameters[key!]) === value;
  });
  return declined === undefined ? null : `${optimizer} with ${declined}`;
}
