/** What the trainers on datasets share: batches, encoding, rows without anything to learn from, evaluation by the loss. */
import { DataLoader, type Dataset } from '@tessera/data';
import type { Module } from '@tessera/nn';
import { ArgumentError, noGrad, scope } from '@tessera/tensor';
import { loaderState, type Stateful } from '@tessera/train';
import { type ChatColumns, chatOptions, type EncodeRowOptions } from '../datasets/encode.js';
import { type LossResult, MetricSums } from '../losses/common.js';
import type { Part } from './learner.js';
import { checkCounts, checkDataset, checkFlags, type Values } from './options.js';
import { Trainer, type TrainerOptions } from './trainer.js';

export interface OfflineOptions<Row> extends TrainerOptions {
  readonly dataset: Dataset<Row>;
  /** Rows of an optimizer step. Default 8. */
  readonly batchSize?: number;
  /** Default true. */
  readonly shuffle?: boolean;
  /** Tokens of a sequence at most. Default 1024. */
  readonly maxLength?: number;
  /** Told once of what deserves attention, such as rows that are cut off. Default: process warnings. */
  readonly onWarning?: (message: string) => void;
}

/** Share of rows that are cut off, of the first hundred, that is warned of. */
const truncatedShare = 0.1;

/** An encoded row. */
export interface Encoded<Item> {
  readonly item: Item;
  readonly truncated: boolean;
  /** False where nothing of it is trained on. */
  readonly usable: boolean;
}

export abstract class OfflineTrainer<
  Row,
  Item,
  Options extends OfflineOptions<Row> = OfflineOptions<Row>,
> extends Trainer<Options> {
  static override readonly optionNames: readonly string[] = [
    ...Trainer.optionNames,
    'dataset',
    'batchSize',
    'shuffle',
    'maxLength',
    'onWarning',
  ];

  readonly #loader: DataLoader<Row>;
  #batches: AsyncIterator<{ readonly samples: readonly Row[] }> | null = null;
  #seen = 0;
  #truncated = 0;
  #unusable = 0;
  #warned = false;

  static override checkValues(op: string, options: Values<OfflineOptions<unknown>>): void {
    Trainer.checkValues(op, options);
    checkCounts(op, { batchSize: options.batchSize, maxLength: options.maxLength });
    checkFlags(op, { shuffle: options.shuffle });
  }

  protected constructor(options: Options, lr: number, module: Module = options?.model) {
    super(options, lr, { module });
    const { batchSize = 8, shuffle = true, dataset } = options;
    checkDataset(this.op, dataset);
    if (dataset.length === 0) throw new ArgumentError(`the dataset ${dataset.name} has no rows.`, { op: this.op });
    this.#loader = new DataLoader(dataset, {
      batchSize: Math.min(batchSize, dataset.length),
      shuffle,
      seed: this.seed,
      epochs: Number.POSITIVE_INFINITY,
      lastBatch: 'drop',
    });
  }

  protected abstract encode(row: Row): Encoded<Item>;

  /** The micro-batches of a batch. */
  protected abstract parts(items: readonly Item[]): Promise<readonly Part[]>;

  /** Tokens of a sequence at most. */
  protected get maxLength(): number {
    return Math.min(this.options.maxLength ?? 1024, this.model.config.maxPositions);
  }

  protected encodingOf(row: ChatColumns): EncodeRowOptions {
    return { tokenizer: this.options.tokenizer, maxLength: this.maxLength, chat: chatOptions(row) };
  }

  protected override states(): Record<string, Stateful> {
    return { ...super.states(), rows: loaderState(this.#loader) };
  }

  protected override async trainStep(_step: number, sums: MetricSums): Promise<void> {
    this.#batches ??= this.#loader[Symbol.asyncIterator]();
    const next = await this.#batches.next();
    if (next.done) throw new ArgumentError('the dataset has no more rows.', { op: this.op });
    const items = this.#encodeAll(next.value.samples);
    if (items.length === 0) return;
    this.learner.update(await this.parts(items), sums);
    sums.addNumber('rows', items.length);
  }

  /** Loss and metrics over a dataset (its first `rows`), without learning; names begin with `eval_`. */
  async evaluateLoss(dataset: Dataset<Row>, rows = dataset.length): Promise<Record<string, number>> {
    const { batchSize = 8 } = this.options;
    const sums = new MetricSums();
    const count = Math.min(rows, dataset.length);
    for (let from = 0; from < count; from += batchSize) {
      const indices = Array.from({ length: Math.min(batchSize, count - from) }, (_, i) => from + i);
      const items = this.#encodeAll(await Promise.all(indices.map((i) => dataset.get(i))));
      if (items.length === 0) continue;
      const parts = await this.parts(items);
      for (const part of parts) sums.add(evaluated(part, items.length / parts.length, items.length));
    }
    const read = await sums.read();
    return Object.fromEntries(Object.entries(read).map(([name, value]) => [`eval_${name}`, value]));
  }

  #encodeAll(rows: readonly Row[]): Item[] {
    const encoded = rows.map((row) => this.encode(row));
    this.#seen += encoded.length;
    this.#truncated += encoded.filter((e) => e.truncated).length;
    this.#unusable += encoded.filter((e) => !e.usable).length;
    if (!this.#warned && this.#seen >= Math.min(100, this.options.dataset.length)) {
      if (this.#unusable === this.#seen) {
        throw new ArgumentError(
          `none of ${this.#seen} rows has a token to train on: within maxLength ${this.maxLength} there is no room for completions, or they are empty.`,
          { op: this.op },
        );
      }
      if (this.#truncated > truncatedShare * this.#seen || this.#unusable > 0) {
        this.#warned = true;
        const share = (n: number) => `${Math.round((100 * n) / this.#seen)} %`;
        const message = `${share(this.#truncated)} of the rows are longer than maxLength ${this.maxLength} and cut off; ${share(this.#unusable)} have no token left to train on and are left out.`;
        const warn = this.options.onWarning ?? ((text: string) => process.emitWarning(text, { code: 'RL_TRUNCATED' }));
        warn(message);
      }
    }
    return encoded.flatMap(({ item, usable }) => (usable ? [item] : []));
  }
}

/** A part's metrics without its graph; its loss weighs as the batch it is a part of. */
function evaluated(part: Part, share: number, total: number): LossResult['metrics'] {
  return noGrad(() =>
    scope(() => {
      const { loss, metrics } = part();
      return { ...metrics, loss: { kind: 'mean', sum: loss.mul(total), count: share } as const };
    }),
  );
}
