/** One step of training an image model on codes. The loop, the folder and resuming are `@tessera/train`'s. */
import type { FlatOptimizer } from '@tessera/optim';
import { checkOptions, type Generator, RecordedStep, type Tensor } from '@tessera/tensor';
import {
  generatorState,
  optimizerState,
  parameterState,
  type Stateful,
  type StepMetrics,
  tensorState,
} from '@tessera/train';
import type { ImageModel } from '../ar/model.js';
import { type OptimizerName, trainingOptimizer } from './optimizers.js';
import { type ScheduleOptions, trainingSchedule } from './schedules.js';

export interface ImageModelTrainerOptions {
  readonly steps: number;
  /** Default `adamw`. */
  readonly optimizer?: OptimizerName;
  /** Default 1e-4. */
  readonly lr?: number;
  /** Default [0.9, 0.95]. */
  readonly betas?: readonly [number, number];
  /** Of tensors of two dimensions or more. Default 0.05. */
  readonly weightDecay?: number;
  /** Default 1. */
  readonly clipNorm?: number;
  /** Default: hold, then fall over the last fifth. AR probing holds throughout: `{ kind: 'constant' }`. */
  readonly schedule?: ScheduleOptions;
  /** Draws class dropout. Dropout draws from the device's. */
  readonly generator: Generator;
}

export class ImageModelTrainer {
  readonly optimizer: FlatOptimizer;
  readonly #step = new RecordedStep(({ ids, classes }: { readonly ids: Tensor; readonly classes: Tensor }) => {
    const loss = this.model.loss(ids, classes, { generator: this.options.generator });
    loss.backward();
    this.optimizer.step();
    this.optimizer.zeroGrad();
    return { loss: loss.detach(), gradientNorm: this.optimizer.gradientNorm.clone() };
  });

  constructor(
    readonly model: ImageModel,
    readonly options: ImageModelTrainerOptions,
  ) {
    checkOptions('ImageModelTrainer', options, [
      'steps',
      'optimizer',
      'lr',
      'betas',
      'weightDecay',
      'clipNorm',
      'schedule',
      'generator',
    ]);
    const { lr = 1e-4, betas = [0.9, 0.95], weightDecay = 0.05, clipNorm = 1, steps } = options;
    const { schedule = { kind: 'wsd' }, optimizer = 'adamw' } = options;
    const parameters = [...model.namedParameters()];
    this.optimizer = trainingOptimizer(
      optimizer,
      [
        { params: parameters.filter(([, p]) => p.ndim >= 2), weightDecay },
        { params: parameters.filter(([, p]) => p.ndim < 2), weightDecay: 0 },
      ],
      {
        lr,
        betas,
        clipNorm,
        schedule: trainingSchedule(steps, schedule),
        ...(model.head.dtype === 'bf16' && { precision: 'master' }),
      },
    );
  }

  /** Trains on codes `i32` `[B, tokens]` of images of the given classes (`i32` `[B]`). */
  step(ids: Tensor, classes: Tensor): StepMetrics {
    this.model.train();
    return this.#step.run({ ids, classes });
  }

  state(): Record<string, Stateful> {
    const { places } = this.optimizer;
    return {
      model: places.length === 1 ? parameterState(places[0]!.flat) : tensorState(() => this.model.stateDict()),
      optimizer: optimizerState(this.optimizer),
      generator: generatorState(this.options.generator),
    };
  }

  dispose(): void {
    this.#step.dispose();
    this.optimizer.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
