/** Trains a reward model on pairs of answers: the better one shall score higher. */
import { ArgumentError, formatValue } from '@tessera/tensor';
import { encodeCompletion, hasTokens } from '../datasets/encode.js';
import { type RewardLossOptions, rewardLoss } from '../losses/reward.js';
import { ScalarModel } from '../rewards/reward-model.js';
import type { Part } from './learner.js';
import { type Encoded, type OfflineOptions, OfflineTrainer } from './offline.js';
import type { Values } from './options.js';
import type { PreferenceRow } from './preference.js';

export interface RewardTrainerOptions extends Omit<OfflineOptions<PreferenceRow>, 'model'> {
  /** What is trained, in place: `ScalarModel.copyOf(model)` for a new one. */
  readonly rewardModel: ScalarModel;
  readonly loss?: Partial<RewardLossOptions>;
}

interface ScoredPair {
  readonly chosen: Int32Array;
  readonly rejected: Int32Array;
}

/** Default learning rate 1e-4, as TRL's RewardTrainer. */
export class RewardTrainer extends OfflineTrainer<
  PreferenceRow,
  ScoredPair,
  OfflineOptions<PreferenceRow> & RewardTrainerOptions
> {
  static override readonly optionNames: readonly string[] = [...OfflineTrainer.optionNames, 'rewardModel', 'loss'];

  static override checkValues(op: string, options: Values<RewardTrainerOptions>): void {
    OfflineTrainer.checkValues(op, options);
    rewardLoss.check(options.loss);
  }

  constructor(options: RewardTrainerOptions) {
    const { rewardModel } = options ?? {};
    if (!(rewardModel instanceof ScalarModel)) {
      const got = formatValue(rewardModel);
      throw new ArgumentError(`rewardModel must be a ScalarModel; got ${got}.`, { op: 'RewardTrainer' });
    }
    super({ ...options, model: rewardModel.body }, 1e-4, rewardModel);
  }

  protected override encode(row: PreferenceRow): Encoded<ScoredPair> {
    const encoding = this.encodingOf(row);
    const [better, worse] = [row.chosen, row.rejected].map((answer) => encodeCompletion(row.prompt, answer, encoding));
    return {
      item: { chosen: better!.ids, rejected: worse!.ids },
      truncated: better!.truncated || worse!.truncated,
      usable: hasTokens(better!) && hasTokens(worse!),
    };
  }

  protected override async parts(pairs: readonly ScoredPair[]): Promise<readonly Part[]> {
    const counts = { examples: pairs.length };
    const { rewardModel, loss } = this.options;
    return this.microBatches(pairs).map(
      (part): Part =>
        () => {
          const sequences = [...part.map((p) => p.chosen), ...part.map((p) => p.rejected)];
          return rewardLoss({ scores: rewardModel.scores(sequences) }, loss, counts);
        },
    );
  }
}
