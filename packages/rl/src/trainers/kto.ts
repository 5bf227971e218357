/** KTO: single answers with a thumb up or down. */
import type { DecoderLM } from '@tessera/models';
import { cat, noGrad, scope, type Tensor, tensor } from '@tessera/tensor';
import { type ChatColumns, type Content, type EncodedRow, encodeCompletion, hasTokens } from '../datasets/encode.js';
import { sequenceSums } from '../losses/dpo.js';
import { type KtoOptions, ktoKl, ktoLoss } from '../losses/kto.js';
import { Scoring } from '../rollouts/scoring.js';
import type { Part } from './learner.js';
import { type Encoded, type OfflineOptions, OfflineTrainer } from './offline.js';
import type { Values } from './options.js';
import type { Reference } from './reference.js';

/** An answer and whether it is desirable. */
export interface UnpairedRow extends ChatColumns {
  readonly prompt: Content;
  readonly completion: Content;
  readonly label: boolean;
}

interface Item extends EncodedRow {
  readonly label: boolean;
}

export interface KtoTrainerOptions extends OfflineOptions<UnpairedRow> {
  readonly loss?: Partial<KtoOptions>;
  /** Default: a copy of the model as it is given; with a subnetwork, the base values of its elements. */
  readonly referenceModel?: DecoderLM;
}

export class KtoTrainer extends OfflineTrainer<UnpairedRow, Item, KtoTrainerOptions> {
  static override readonly optionNames: readonly string[] = [...OfflineTrainer.optionNames, 'loss', 'referenceModel'];

  readonly reference: Reference;

  static override checkValues(op: string, options: Values<KtoTrainerOptions>): void {
    OfflineTrainer.checkValues(op, options);
    ktoLoss.check(options.loss);
  }

  constructor(options: KtoTrainerOptions) {
    super(options, 1e-6);
    this.reference = this.makeReference(options.referenceModel);
  }

  protected override encode(row: UnpairedRow): Encoded<Item> {
    const item = { ...encodeCompletion(row.prompt, row.completion, this.encodingOf(row)), label: row.label };
    return { item, truncated: item.truncated, usable: hasTokens(item) };
  }

  protected override async parts(items: readonly Item[]): Promise<readonly Part[]> {
    const lossType = this.options.loss?.lossType ?? 'kto';
    const kl = lossType === 'kto' ? await this.#estimateKl(items) : 0;
    const counts = { examples: items.length };
    return this.microBatches(items).map(
      (rows): Part =>
        () => {
          const scoring = new Scoring(rows);
          const mask = scoring.mask(this.model);
          const refLogProbs = this.reference.with((model) => scoring.logProbs(model).logProbs);
          const desirable = tensor(
            rows.map(({ label }) => Number(label)),
            { device: this.model.device },
          );
          const { logProbs } = scoring.logProbs(this.model);
          const result = ktoLoss({ logProbs, mask, refLogProbs, desirable, kl }, this.options.loss, counts);
          return { loss: result.loss, metrics: { ...result.metrics, kl: { kind: 'mean', sum: kl, count: 1 } } };
        },
    );
  }

  /** Of each prompt with the answer of its neighbour, over the whole batch. */
  async #estimateKl(items: readonly Item[]): Promise<number> {
    const mismatched = items.map(({ ids, from }, i) => {
      const other = items[(i + 1) % items.length]!;
      const answer = other.ids.subarray(other.from);
      const room = Math.max(1, this.maxLength - from);
      return { ids: Int32Array.from([...ids.subarray(0, from), ...answer.subarray(0, room)]), from };
    });
    const policy: Tensor[] = [];
    const reference: Tensor[] = [];
    for (const rows of this.microBatches(mismatched)) {
      const scoring = new Scoring(rows);
      const sums = (model: DecoderLM) =>
        noGrad(() => scope(() => sequenceSums(scoring.logProbs(model).logProbs, scoring.mask(model))));
      policy.push(sums(this.model));
      reference.push(this.reference.with(sums));
    }
    const kl = scope(() => ktoKl(cat(policy), cat(reference)));
    for (const t of [...policy, ...reference]) t.dispose();
    const value = await kl.item();
    kl.dispose();
    return value;
  }
}
