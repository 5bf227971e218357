/**
 * A model that learns: its parameters in flat buffers, the optimizer over them, an average of the weights. An update takes
 * any number of micro-batches, whose losses are parts of one batch's, and ends in one optimizer step.
 */
import type { DecoderLM } from '@tessera/models';
import { flatParameters, type Module } from '@tessera/nn';
import {
  AdamW,
  type FlatOptimizer,
  type FlatParameters,
  Lion,
  NadamW,
  type Precision,
  type Schedule,
  SGD,
  SparseAdamW,
  SparseLion,
  SparseNadamW,
  SparseSGD,
  type Subnetwork,
  WeightAverage,
} from '@tessera/optim';
import { ArgumentError, formatValue, noGrad, type ParameterBuffer, scope } from '@tessera/tensor';
import { averageState, optimizerState, parameterState, type Stateful } from '@tessera/train';
import type { LossResult, MetricSums } from '../losses/common.js';
import { checkChoice, checkFlags, checkRange } from './options.js';
import { type ScheduleOptions, trainingSchedule } from './schedule.js';

const optimizers = {
  adamw: { dense: AdamW, sparse: SparseAdamW, options: ['betas', 'eps'] },
  nadamw: { dense: NadamW, sparse: SparseNadamW, options: ['betas', 'eps'] },
  sgd: { dense: SGD, sparse: SparseSGD, options: ['momentum'] },
  lion: { dense: Lion, sparse: SparseLion, options: ['betas'] },
} as const;

export interface LearnerOptions {
  /** Default `adamw`. */
  readonly optimizer?: keyof typeof optimizers;
  readonly lr?: number;
  /**
   * Factor of the learning rate by optimizer step: a function, or what it is in words. Default: from 1 to 0 in a straight
   * line over the run, as transformers' Trainer.
   */
  readonly schedule?: Schedule | ScheduleOptions;
  /** Default 0. */
  readonly weightDecay?: number;
  readonly betas?: readonly [number, number];
  readonly eps?: number;
  readonly momentum?: number;
  /** Largest norm of the gradient; null for no limit. Default 1. */
  readonly clipNorm?: number | null;
  /** How bf16 parameters are stepped: rounded, or with an f32 master copy. Default `plain`. */
  readonly precision?: Precision;
  /** Train this subnetwork alone, with compact optimizer state. Its flat buffer must be the model's. */
  readonly subnetwork?: Subnetwork | readonly Subnetwork[];
  /** Whose gradients `clipNorm` is about under `subnetwork`. Default `masked`. */
  readonly clipScope?: 'masked' | 'dense';
  /** Remember which parameters ever changed: see `Optimizer.touched`. */
  readonly trackTouched?: boolean;
  /** Decay of an exponential average of the weights, which evaluation and `tessera rl train`'s model use: see `Learner.withAverage`. */
  readonly ema?: number;
  /** Recompute blocks in backward instead of keeping their results. */
  readonly gradientCheckpointing?: boolean;
}

export const learnerOptionNames: readonly (keyof LearnerOptions)[] = [
  'optimizer',
  'lr',
  'schedule',
  'weightDecay',
  'betas',
  'eps',
  'momentum',
  'clipNorm',
  'precision',
  'subnetwork',
  'clipScope',
  'trackTouched',
  'ema',
  'gradientCheckpointing',
];

/** Those of a second model that learns beside the policy, all of it. */
export const ownLearnerOptionNames = learnerOptionNames.filter((name) => !['subnetwork', 'clipScope'].includes(name));

/** Refuses what is wrong whatever the model. `updates`: optimizer steps in all. */
export function checkLearnerOptions(op: string, options: LearnerOptions, updates: number): void {
  const { optimizer = 'adamw', betas } = options;
  checkFlags(op, { gradientCheckpointing: options.gradientCheckpointing, trackTouched: options.trackTouched });
  checkChoice(op, 'optimizer', optimizer, Object.keys(optimizers));
  checkChoice(op, 'clipScope', options.clipScope, ['masked', 'dense']);
  checkChoice(op, 'precision', options.precision, ['plain', 'master', 'compensated', 'stochastic']);
  for (const key of ['betas', 'eps', 'momentum'] as const) {
    if (options[key] === undefined || (optimizers[optimizer].options as readonly string[]).includes(key)) continue;
    throw new ArgumentError(`${optimizer} has no option ${key}.`, { op, actual: key });
  }
  if (betas !== undefined && !(Array.isArray(betas) && betas.length === 2)) {
    throw new ArgumentError(`betas must be two numbers; got ${formatValue(betas)}.`, { op, actual: betas });
  }
  const least = { lr: options.lr, weightDecay: options.weightDecay, eps: options.eps, clipNorm: options.clipNorm ?? 1 };
  for (const [name, value] of Object.entries(least)) if (value !== undefined) checkRange(op, name, value, 0);
  const shares = { ema: options.ema, momentum: options.momentum, 'betas[0]': betas?.[0], 'betas[1]': betas?.[1] };
  for (const [name, value] of Object.entries(shares)) if (value !== undefined) checkRange(op, name, value, 0, 1);
  trainingSchedule(op, options.schedule ?? {}, Math.max(1, updates));
}

/** One micro-batch: its part of the batch's loss. */
export type Part = () => LossResult;

export class Learner {
  readonly flats: readonly FlatParameters[];
  readonly optimizer: FlatOptimizer;
  readonly average: WeightAverage | null;

  /** `module` holds what is trained: the model, or a model with a head. */
  constructor(op: string, module: Module, model: DecoderLM, options: LearnerOptions, lr: number, updates: number) {
    if (options.gradientCheckpointing !== undefined) model.setCheckpointing(options.gradientCheckpointing);
    const { subnetwork } = options;
    const subnetworks = subnetwork === undefined ? null : Array.isArray(subnetwork) ? subnetwork : [subnetwork];
    if (subnetworks?.every(({ active }) => active === 0)) {
      throw new ArgumentError('the subnetwork has no parameters, so there is nothing to train.', { op });
    }
    this.#ownFlats = subnetworks === null ? flatParameters(module, { gradDType: 'f32' }) : [];
    this.flats = subnetworks?.map(({ flat }) => flat as FlatParameters) ?? this.#ownFlats;
    checkHolds(op, module, this.flats);
    const kind = optimizers[options.optimizer ?? 'adamw'];
    const own: Record<string, unknown> = {
      lr: options.lr ?? lr,
      schedule: trainingSchedule(op, options.schedule ?? {}, Math.max(1, updates)),
      weightDecay: options.weightDecay ?? 0,
    };
    for (const key of ['betas', 'eps', 'momentum'] as const) {
      if (options[key] !== undefined) own[key] = options[key];
    }
    for (const key of ['precision', 'trackTouched'] as const) if (options[key] !== undefined) own[key] = options[key];
    const { clipNorm = 1 } = options;
    if (clipNorm !== null) own.clipNorm = clipNorm;
    if (subnetworks === null) {
      this.optimizer = new kind.dense(
        this.flats.map((flat) => ({ params: flat })),
        own,
      );
    } else {
      if (options.clipScope !== undefined) own.clipScope = options.clipScope;
      // The norm of all gradients needs them all; nothing else does.
      const needsAll = clipNorm !== null && options.clipScope === 'dense';
      if (!needsAll) for (const subnetwork of subnetworks) subnetwork.compactGradients();
      this.optimizer = new kind.sparse(subnetworks as readonly Subnetwork[], own);
    }
    this.average = options.ema === undefined ? null : new WeightAverage(this.optimizerFlats, options.ema);
    this.#clips = clipNorm !== null;
  }

  readonly #clips: boolean;
  /** Flat buffers that were made here, and end here: the parameters keep their values. */
  readonly #ownFlats: readonly ParameterBuffer[];

  private get optimizerFlats() {
    return this.flats.map((flat) => ({ params: flat }));
  }

  /** One optimizer step on the summed gradients of the parts; of none they are zero. Nothing is waited for. */
  update(parts: readonly Part[], sums: MetricSums, prefix = ''): void {
    this.optimizer.zeroGrad();
    if (parts.length === 0) sums.addNumber(`${prefix}loss`, 0);
    for (const part of parts) {
      const { loss, metrics } = scope(() => {
        const result = part();
        result.loss.backward();
        return { loss: result.loss.detach(), metrics: result.metrics };
      });
      // The parts add up to the loss of the batch.
      const own: LossResult['metrics'] = { loss: { kind: 'mean', sum: loss, count: 1 / parts.length }, ...metrics };
      sums.add(Object.fromEntries(Object.entries(own).map(([name, metric]) => [prefix + name, metric])));
    }
    const rate = this.optimizer.currentLr;
    this.optimizer.step();
    sums.addNumber(`${prefix}lr`, rate);
    if (this.#clips) {
      const norm = noGrad(() => scope(() => this.optimizer.gradientNorm.clone()));
      sums.add({ [`${prefix}grad_norm`]: { kind: 'mean', sum: norm, count: 1 } });
    }
    this.average?.update();
  }

  /** Runs `body` with the averaged weights in place, where there is an average. */
  async withAverage<T>(body: () => Promise<T>): Promise<T> {
    this.average?.apply();
    try {
      return await body();
    } finally {
      this.average?.restore();
    }
  }

  /** What a checkpoint keeps, under names with this prefix. */
  states(prefix = ''): Record<string, Stateful> {
    const parts: Record<string, Stateful> = { [`${prefix}optimizer`]: optimizerState(this.optimizer) };
    this.flats.forEach((flat, i) => {
      parts[`${prefix}model${i === 0 ? '' : i}`] = parameterState(flat);
    });
    if (this.average !== null) parts[`${prefix}average`] = averageState(this.average);
    return parts;
  }

  dispose(): void {
    this.optimizer.dispose();
    this.average?.dispose();
    for (const flat of this.#ownFlats) flat.dispose();
  }
}

/** The flat buffers must be where the module's parameters live, or the model would not change as it is trained. */
function checkHolds(op: string, module: Module, flats: readonly FlatParameters[]): void {
  for (const [name, tensor] of module.namedParameters()) {
    if (!tensor.requiresGrad) continue;
    if (flats.some(({ data }) => data.storage === tensor.storage)) continue;
    throw new ArgumentError(
      `${name} is not in the subnetwork's flat buffer. Make the subnetwork over flatParameters(model) of this model.`,
      { op },
    );
  }
}
