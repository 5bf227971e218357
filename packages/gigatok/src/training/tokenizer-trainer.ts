/**
 * One step of tokenizer training: reconstruction through codes, the loss, the tokenizer's optimizer, then the
 * discriminator's on the same reconstruction, the average of the weights, the window of used codes. The loop, the folder
 * and resuming are `@tessera/train`'s: `state` is all that a run must remember to go on bit for bit.
 */
import { type FlatOptimizer, WeightAverage } from '@tessera/optim';
import { ArgumentError, checkOptions, RecordedStep, scope, type Tensor, tensor } from '@tessera/tensor';
import {
  averageState,
  optimizerState,
  parameterState,
  type Stateful,
  type StepMetrics,
  tensorState,
} from '@tessera/train';
import type { TokenizerLoss } from '../losses/tokenizer-loss.js';
import type { VisualTokenizer } from '../model/tokenizer.js';
import { CodeUsage } from '../model/usage.js';
import { type OptimizerName, trainingOptimizer } from './optimizers.js';
import { type ScheduleOptions, trainingSchedule } from './schedules.js';

export interface TokenizerTrainerOptions {
  /** Steps in all, which schedules need. */
  readonly steps: number;
  /** Of both networks. Default `adamw`. */
  readonly optimizer?: OptimizerName;
  /** Default 1e-4. */
  readonly lr?: number;
  /** Default [0.9, 0.95]. */
  readonly betas?: readonly [number, number];
  /** Of every tensor, as released. Default 1e-4. */
  readonly weightDecay?: number;
  /** Largest norm of a gradient, of each network. Default 10. */
  readonly clipNorm?: number;
  /** Default: half a cosine to a tenth. */
  readonly schedule?: ScheduleOptions;
  /** Decay of an average of the weights; none where absent. */
  readonly ema?: number;
  /** Recent choices over which usage is measured. Default 65536. */
  readonly usageWindow?: number;
}

/** What a step is computed from: images, and the teacher's features of them where there is a semantic layer. */
type StepInputs = { readonly images: Tensor; readonly teacher?: Tensor };

export class TokenizerTrainer {
  readonly optimizer: FlatOptimizer;
  readonly discriminatorOptimizer: FlatOptimizer | undefined;
  readonly average: WeightAverage | undefined;
  usage: CodeUsage;
  readonly #recorded = new RecordedStep((inputs: StepInputs) => this.#compute(inputs));
  /** The step under way. */
  #step = 0;

  constructor(
    readonly tokenizer: VisualTokenizer,
    readonly loss: TokenizerLoss,
    readonly options: TokenizerTrainerOptions,
  ) {
    checkOptions('TokenizerTrainer', options, [
      'steps',
      'optimizer',
      'lr',
      'betas',
      'weightDecay',
      'clipNorm',
      'schedule',
      'ema',
      'usageWindow',
    ]);
    const { lr = 1e-4, betas = [0.9, 0.95], weightDecay = 1e-4, clipNorm = 10, steps, schedule, ema } = options;
    const { optimizer = 'adamw' } = options;
    const bf16 = tokenizer.encoder.convIn.weight.dtype === 'bf16';
    const common = { lr, betas, weightDecay, clipNorm, schedule: trainingSchedule(steps, schedule) };
    this.optimizer = trainingOptimizer(optimizer, tokenizer.namedParameters(), {
      ...common,
      ...(bf16 && { precision: 'master' }),
    });
    const { discriminator } = loss.networks;
    if (discriminator !== undefined)
      this.discriminatorOptimizer = trainingOptimizer(optimizer, discriminator.namedParameters(), common);
    if (ema !== undefined) {
      this.average = new WeightAverage(
        this.#flats.map((params) => ({ params })),
        ema,
      );
    }
    this.usage = this.#freshUsage();
  }

  get #flats() {
    return this.optimizer.places.map((place) => place.flat);
  }

  #freshUsage(): CodeUsage {
    const { usageWindow = 65536 } = this.options;
    return new CodeUsage(this.tokenizer.config.codebook.size, { window: usageWindow });
  }

  /** Trains on images `[B, 3, size, size]` and the teacher's features of them, where there is a semantic layer. */
  async step(step: number, images: Tensor, teacher?: Tensor): Promise<StepMetrics> {
    const { tokenizer, loss } = this;
    const semantic = tokenizer.config.semantic !== null && loss.options.semanticWeight > 0;
    if (semantic && teacher === undefined)
      throw new ArgumentError('the tokenizer has a semantic layer: a teacher is needed, or semanticWeight 0.', {
        op: 'TokenizerTrainer',
      });
    tokenizer.train();
    this.#step = step;
    const inputs: StepInputs = { images, ...(semantic && { teacher: teacher! }) };
    const parts = [loss.shortcutsAt(step), loss.adversarialAt(step), loss.entropyAt(step)];
    // Augmentation draws in JavaScript.
    const augmented = loss.networks.augment !== undefined && loss.adversarialAt(step);
    const computed = augmented ? scope(() => this.#compute(inputs)) : this.#recorded.run(inputs, parts.join());
    const { ids, ...metrics } = computed;
    this.usage.add(await ids!.data());
    ids!.dispose();
    return { ...metrics, usage: this.usage.usage, perplexity: this.usage.perplexity };
  }

  #compute({ images, teacher }: StepInputs): Record<string, Tensor> {
    const { tokenizer, loss } = this;
    const step = this.#step;
    const semantic = teacher !== undefined;
    const output = tokenizer.forward(images, { semantic, shortcuts: loss.shortcutsAt(step) });
    const { total, terms } = loss.generator({ images, output, teacher, lastLayer: tokenizer.lastLayer, step });
    total.backward();
    this.optimizer.step();
    this.optimizer.zeroGrad();
    this.average?.update();
    const found: Record<string, Tensor> = { loss: total.detach(), gradientNorm: this.optimizer.gradientNorm.clone() };
    for (const [name, term] of Object.entries(terms)) found[name] = term.detach();
    return { ids: output.ids, ...found, ...this.#discriminate(step, images, output) };
  }

  #discriminate(step: number, images: Tensor, output: Parameters<TokenizerLoss['discriminator']>[0]['output']) {
    const { discriminator } = this.loss.networks;
    if (discriminator === undefined || this.discriminatorOptimizer === undefined) return {};
    // What the tokenizer's loss left in the discriminator's gradients is not its own.
    this.discriminatorOptimizer.zeroGrad();
    const judged = this.loss.discriminator({ images, output, step });
    if (judged === undefined) return {};
    judged.total.backward();
    this.discriminatorOptimizer.step();
    this.discriminatorOptimizer.zeroGrad();
    return Object.fromEntries(Object.entries(judged.terms).map(([name, term]) => [name, term.detach()]));
  }

  /** Everything the next step depends on beside the images. */
  state(): Record<string, Stateful> {
    const { discriminator } = this.loss.networks;
    const flats = this.#flats;
    const parts: Record<string, Stateful> = {
      tokenizer: flats.length === 1 ? parameterState(flats[0]!) : tensorState(() => this.tokenizer.stateDict()),
      optimizer: optimizerState(this.optimizer),
      usage: this.#usageState(),
    };
    if (discriminator !== undefined) {
      parts.discriminator = tensorState(() => discriminator.stateDict());
      parts.discriminatorOptimizer = optimizerState(this.discriminatorOptimizer!);
    }
    if (this.average !== undefined) parts.average = averageState(this.average);
    return parts;
  }

  #usageState(): Stateful {
    return {
      save: () => ({ tensors: [{ name: 'window', tensor: tensor(this.usage.save()), temporary: true }] }),
      restore: async (saved) => {
        using window = await saved.load('window', this.tokenizer.quantizer.codebook);
        this.usage = this.#freshUsage();
        this.usage.add(await window.data());
      },
    };
  }

  dispose(): void {
    this.#recorded.dispose();
    this.optimizer.dispose();
    this.discriminatorOptimizer?.dispose();
    this.average?.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
