/** Supervised finetuning on text, conversations, or prompts with completions. */
import type { ChatMessage } from '@tessera/data';
import { noGrad } from '@tessera/tensor';
import {
  type ChatColumns,
  type Content,
  type EncodedRow,
  encodeCompletion,
  encodeConversation,
  encodeText,
  hasTokens,
} from '../datasets/encode.js';
import { type SftOptions, sftLoss } from '../losses/sft.js';
import { Scoring } from '../rollouts/scoring.js';
import type { Part } from './learner.js';
import { type Encoded, type OfflineOptions, OfflineTrainer } from './offline.js';
import { checkFlags, checkRange, type Values } from './options.js';

/** `{ text }`, `{ messages }`, or `{ prompt, completion }`; each may be token ids instead of text. */
export type SftRow = ChatColumns &
  (
    | { readonly text: Content }
    | { readonly messages: readonly ChatMessage[] }
    | { readonly prompt: Content; readonly completion: Content }
  );

export interface SftTrainerOptions extends OfflineOptions<SftRow> {
  readonly loss?: Partial<SftOptions>;
  readonly labelSmoothing?: number;
  /** Trains on the completions of rows with prompts alone. Default true. */
  readonly completionOnlyLoss?: boolean;
  /** Trains on what the assistant says in conversations alone. Default false. */
  readonly assistantOnlyLoss?: boolean;
}

export class SftTrainer extends OfflineTrainer<SftRow, EncodedRow, SftTrainerOptions> {
  static override readonly optionNames: readonly string[] = [
    ...OfflineTrainer.optionNames,
    'loss',
    'labelSmoothing',
    'completionOnlyLoss',
    'assistantOnlyLoss',
  ];

  static override checkValues(op: string, options: Values<SftTrainerOptions>): void {
    OfflineTrainer.checkValues(op, options);
    sftLoss.check(options.loss);
    const { completionOnlyLoss, assistantOnlyLoss } = options;
    checkFlags(op, { completionOnlyLoss, assistantOnlyLoss });
    checkRange(op, 'labelSmoothing', options.labelSmoothing ?? 0, 0, 1);
  }

  constructor(options: SftTrainerOptions) {
    super(options, 2e-5);
  }

  protected override encode(row: SftRow): Encoded<EncodedRow> {
    const item = this.#encodeRow(row);
    return { item, truncated: item.truncated, usable: hasTokens(item) };
  }

  #encodeRow(row: SftRow): EncodedRow {
    const { completionOnlyLoss = true, assistantOnlyLoss } = this.options;
    const encoding = this.encodingOf(row);
    if ('messages' in row) {
      return encodeConversation(row.messages, { ...encoding, assistantOnly: assistantOnlyLoss });
    }
    if ('text' in row) return encodeText(row.text, encoding);
    const encoded = encodeCompletion(row.prompt, row.completion, encoding);
    return completionOnlyLoss ? encoded : { ...encoded, from: 1 };
  }

  protected override async parts(items: readonly EncodedRow[]): Promise<readonly Part[]> {
    const counts = { tokens: new Scoring(items).tokens };
    const { labelSmoothing = 0, loss } = this.options;
    return this.microBatches(items).map(
      (rows): Part =>
        () => {
          const scoring = new Scoring(rows);
          const mask = scoring.mask(this.model);
          const tokenLosses = scoring.losses(this.model, { labelSmoothing });
          const result = sftLoss({ tokenLosses, mask }, loss, counts);
          const count = noGrad(() => mask.sum());
          return { ...result, metrics: { ...result.metrics, num_tokens: { kind: 'mean', sum: count, count: 1 } } };
        },
    );
  }
}
