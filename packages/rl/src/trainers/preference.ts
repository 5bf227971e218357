/** Trainers on pairs of answers: DPO and its relatives, CPO, SimPO, ORPO. */
import type { DecoderLM } from '@tessera/models';
import { ArgumentError, noGrad, type Tensor, tensor } from '@tessera/tensor';
import { type ChatColumns, type Content, type EncodedRow, encodeCompletion, hasTokens } from '../datasets/encode.js';
import { type BatchCounts, type LossResult, type MetricSums, maskedMean } from '../losses/common.js';
import { type DpoOptions, dpoLoss, wpoWeights } from '../losses/dpo.js';
import { type CpoOptions, cpoLoss, type OrpoOptions, orpoLoss, simpoLoss } from '../losses/reference-free.js';
import { Scoring, upload } from '../rollouts/scoring.js';
import type { Part } from './learner.js';
import { type Encoded, type OfflineOptions, OfflineTrainer } from './offline.js';
import { spread } from './on-policy.js';
import { checkCounts, checkFlags, checkNested, checkRange, type Values } from './options.js';
import type { Reference } from './reference.js';

/** A prompt with a better and a worse answer. */
export interface PreferenceRow extends ChatColumns {
  readonly prompt: Content;
  readonly chosen: Content;
  readonly rejected: Content;
  /** Summed log-probabilities under the reference model, computed beforehand: see `DpoTrainerOptions.referenceModel`. */
  readonly ref_chosen_logps?: number;
  readonly ref_rejected_logps?: number;
}

interface Pair {
  readonly chosen: EncodedRow;
  readonly rejected: EncodedRow;
  readonly reference: readonly [chosen: number | undefined, rejected: number | undefined];
}

abstract class PairTrainer<Options extends OfflineOptions<PreferenceRow>> extends OfflineTrainer<
  PreferenceRow,
  Pair,
  Options
> {
  protected override encode(row: PreferenceRow): Encoded<Pair> {
    const { prompt, chosen, rejected } = row;
    const encoding = this.encodingOf(row);
    const item = {
      reference: [row.ref_chosen_logps, row.ref_rejected_logps] as const,
      chosen: encodeCompletion(prompt, chosen, encoding),
      rejected: encodeCompletion(prompt, rejected, encoding),
    };
    return {
      item,
      truncated: item.chosen.truncated || item.rejected.truncated,
      usable: hasTokens(item.chosen) && hasTokens(item.rejected),
    };
  }

  /** Loss of rows that are the chosen answers followed by the rejected. */
  protected abstract pairLoss(rows: readonly EncodedRow[], counts: BatchCounts, pairs: readonly Pair[]): LossResult;

  /** Tokens that a likelihood term is averaged over. */
  protected likelihoodTokens(pairs: readonly Pair[]): number {
    return pairs.reduce((n, { chosen }) => n + chosen.ids.length - chosen.from, 0);
  }

  protected override async parts(pairs: readonly Pair[]): Promise<readonly Part[]> {
    const counts = { examples: pairs.length, tokens: this.likelihoodTokens(pairs) };
    return this.microBatches(pairs).map(
      (part): Part =>
        () => {
          const rows = [...part.map((p) => p.chosen), ...part.map((p) => p.rejected)];
          return this.pairLoss(rows, counts, part);
        },
    );
  }
}

export interface DpoTrainerOptions extends OfflineOptions<PreferenceRow> {
  readonly loss?: Partial<DpoOptions>;
  /**
   * Default: a copy of the model as it is given; with a subnetwork, the base values of its elements. `columns`: none, for
   * the rows have `ref_chosen_logps` and `ref_rejected_logps`.
   */
  readonly referenceModel?: DecoderLM | 'columns';
  /** Weighs pairs by how likely the policy is to give both answers (WPO). Default false. */
  readonly useWeighting?: boolean;
  /** Moves the reference model towards the policy (TR-DPO). Defaults: every 512 steps, by 0.6. */
  readonly syncReference?: { readonly every?: number; readonly alpha?: number };
}

export class DpoTrainer extends PairTrainer<DpoTrainerOptions> {
  static override readonly optionNames: readonly string[] = [
    ...OfflineTrainer.optionNames,
    'loss',
    'referenceModel',
    'useWeighting',
    'syncReference',
  ];

  readonly reference: Reference | null;

  static override checkValues(op: string, options: Values<DpoTrainerOptions>): void {
    PairTrainer.checkValues(op, options);
    dpoLoss.check(options.loss);
    checkFlags(op, { useWeighting: options.useWeighting });
    const { batchSize = 8, microBatchSize = batchSize, syncReference } = options;
    checkNested(op, options, { syncReference: ['every', 'alpha'] });
    checkCounts(op, { 'syncReference.every': syncReference?.every });
    checkRange(op, 'syncReference.alpha', syncReference?.alpha ?? 0, 0, 1);
    const types = [options.loss?.lossType ?? 'sigmoid'].flat();
    if (types.some((type) => type.startsWith('aot')) && microBatchSize < batchSize) {
      throw new ArgumentError('aot sorts the whole batch, which micro-batches do not see. Leave microBatchSize out.', {
        op: op,
      });
    }
  }

  constructor(options: DpoTrainerOptions) {
    super(options, 1e-6);
    const { referenceModel } = options;
    this.reference = referenceModel === 'columns' ? null : this.makeReference(referenceModel);
  }

  protected override pairLoss(rows: readonly EncodedRow[], counts: BatchCounts, pairs: readonly Pair[]): LossResult {
    const scoring = new Scoring(rows);
    const refLogProbs = this.reference?.with((model) => scoring.logProbs(model).logProbs) ?? this.#fromColumns(pairs);
    const { logProbs, entropies } = scoring.logProbs(this.model);
    const mask = scoring.mask(this.model);
    const pairWeights = this.options.useWeighting
      ? wpoWeights(logProbs, scoring.alignmentDenominators(this.model), mask)
      : undefined;
    const result = dpoLoss({ logProbs, mask, refLogProbs, pairWeights }, this.options.loss, counts);
    const entropy = noGrad(() => maskedMean(entropies, mask));
    return { loss: result.loss, metrics: { ...result.metrics, entropy } };
  }

  #fromColumns(pairs: readonly Pair[]): Tensor {
    const values = [0, 1].flatMap((side) => pairs.map(({ reference }) => reference[side]));
    if (!values.every((v) => typeof v === 'number' && Number.isFinite(v))) {
      throw new ArgumentError(
        'a row lacks ref_chosen_logps or ref_rejected_logps, which referenceModel: columns needs.',
        {
          op: this.op,
        },
      );
    }
    return tensor(values as number[], { device: this.model.device });
  }

  protected override async trainStep(step: number, sums: MetricSums): Promise<void> {
    await super.trainStep(step, sums);
    const { syncReference } = this.options;
    if (syncReference === undefined) return;
    const { every = 512, alpha = 0.6 } = syncReference;
    if ((step + 1) % every === 0) this.reference?.sync(alpha);
  }
}

export interface CpoTrainerOptions extends OfflineOptions<PreferenceRow> {
  readonly loss?: Partial<CpoOptions>;
}

export class CpoTrainer extends PairTrainer<CpoTrainerOptions> {
  static override readonly optionNames: readonly string[] = [...OfflineTrainer.optionNames, 'loss'];

  static override checkValues(op: string, options: Values<CpoTrainerOptions>): void {
    PairTrainer.checkValues(op, options);
    cpoLoss.check(options.loss);
  }

  constructor(options: CpoTrainerOptions) {
    super(options, 1e-6);
  }

  protected override pairLoss(rows: readonly EncodedRow[], counts: BatchCounts): LossResult {
    const scoring = new Scoring(rows);
    return cpoLoss(
      { logProbs: scoring.logProbs(this.model).logProbs, mask: scoring.mask(this.model) },
      this.options.loss,
      counts,
    );
  }
}

export class SimpoTrainer extends PairTrainer<CpoTrainerOptions> {
  static override readonly optionNames: readonly string[] = [...OfflineTrainer.optionNames, 'loss'];

  static override checkValues(op: string, options: Values<CpoTrainerOptions>): void {
    PairTrainer.checkValues(op, options);
    simpoLoss.check(options.loss);
  }

  constructor(options: CpoTrainerOptions) {
    super(options, 1e-6);
  }

  protected override pairLoss(rows: readonly EncodedRow[], counts: BatchCounts): LossResult {
    const scoring = new Scoring(rows);
    return simpoLoss(
      { logProbs: scoring.logProbs(this.model).logProbs, mask: scoring.mask(this.model) },
      this.options.loss,
      counts,
    );
  }
}

export interface OrpoTrainerOptions extends OfflineOptions<PreferenceRow> {
  readonly loss?: Partial<OrpoOptions>;
}

export class OrpoTrainer extends PairTrainer<OrpoTrainerOptions> {
  static override readonly optionNames: readonly string[] = [...OfflineTrainer.optionNames, 'loss'];

  static override checkValues(op: string, options: Values<OrpoTrainerOptions>): void {
    PairTrainer.checkValues(op, options);
    orpoLoss.check(options.loss);
  }

  constructor(options: OrpoTrainerOptions) {
    super(options, 1e-6);
  }

  /** The likelihood term is over prompts too. */
  protected override likelihoodTokens(pairs: readonly Pair[]): number {
    return pairs.reduce((n, { chosen }) => n + chosen.ids.length - 1, 0);
  }

  protected override pairLoss(rows: readonly EncodedRow[], counts: BatchCounts): LossResult {
    const scoring = new Scoring(rows.map((row) => ({ ...row, from: 1 })));
    const completions = rows.map(({ ids, from }) => Array.from({ length: ids.length - 1 }, (_, t) => +(t >= from - 1)));
    const { logProbs } = scoring.logProbs(this.model);
    const mask = upload(spread(completions, scoring.columns), rows.length, this.model);
    return orpoLoss({ logProbs, mask, attended: scoring.mask(this.model) }, this.options.loss, counts);
  }
}
