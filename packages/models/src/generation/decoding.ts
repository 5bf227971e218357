/**
 * The pass that gives each of `count` sequences one more token, kept as commands: the first step records them and every later
 * one runs them by a single call, so that the device never waits for ops to be called one by one.
 */
import { attentionWithCache, type Recording, scope, type Tensor, tensor } from '@tessera/tensor';
import type { Rotary, Sight } from '../language/block.js';
import type { DecoderLM } from '../language/decoder.js';
import type { KeyValueCache } from './cache.js';

/** What one row of the pass is about. */
export interface DecodingRow {
  /** The newest token, whose successor is wanted. */
  readonly token: number;
  /** Tokens of its sequence, itself included. */
  readonly length: number;
}

export class DecodingPass {
  readonly #model: DecoderLM;
  readonly #cache: KeyValueCache;
  readonly #count: number;
  /** Of the cache whose memory the commands name. */
  readonly #capacity: number;
  /** `i32` `[4, count]`: tokens, positions, lengths, and the cache's rows that are written. */
  readonly #inputs: Tensor;
  /** Held so that their memory stays where the commands look for it. */
  readonly #tables: readonly Rotary[];
  #recorded: { readonly recording: Recording; readonly hidden: Tensor } | null = null;

  /** Of the first `count` slots of the cache as it is now. */
  constructor(model: DecoderLM, cache: KeyValueCache, count: number) {
    this.#model = model;
    this.#cache = cache;
    this.#count = count;
    this.#capacity = cache.capacity;
    this.#inputs = tensor(new Int32Array(4 * count), { shape: [4, count], device: model.device }).keep();
    this.#tables = model.rotaryTables(cache.capacity).map(([cos, sin]): Rotary => [cos.keep(), sin.keep()]);
  }

  /** Whether it is the pass for so many sequences and for the memory that the cache has now. */
  fits(count: number): boolean {
    return count === this.#count && this.#cache.capacity === this.#capacity;
  }

  /** The last hidden states `[count, hiddenSize]` of the newest tokens, by slot. They are overwritten by the next call. */
  run(rows: readonly DecodingRow[]): Tensor {
    const values = new Int32Array(4 * this.#count);
    rows.forEach(({ token, length }, slot) => {
      [token, length - 1, length, this.#cache.row(slot, length - 1)].forEach((value, i) => {
        values[i * this.#count + slot] = value;
      });
    });
    scope(() => this.#inputs.copy_(tensor(values, { shape: this.#inputs.shape, device: this.#inputs.device })));
    if (this.#recorded === null) {
      const { recording, result } = this.#model.device.record(() => scope(() => this.#forward()).keep());
      this.#recorded = { recording, hidden: result };
    } else {
      this.#recorded.recording.replay();
    }
    return this.#recorded.hidden;
  }

  #forward(): Tensor {
    const [tokens, positions, lengths, rows] = [0, 1, 2, 3].map((index) => this.#inputs.select({ dim: 0, index })) as [
      Tensor,
      Tensor,
      Tensor,
      Tensor,
    ];
    const turned = (table: Tensor): Tensor => table.indexSelect(positions, { dim: 0 });
    const sight: Sight = {
      training: false,
      rotary: this.#tables.map(([cos, sin]): Rotary => [turned(cos), turned(sin)]),
      attend: (layer, q, k, v, { scale, slidingWindow }) => {
        const views = this.#cache.layer(layer, this.#count);
        [k, v].forEach((x, i) => {
          views.rows[i]!.indexCopy_(rows, x.reshape([x.shape[0]!, x.shape[1]! * x.shape[2]!]), { dim: 0 });
        });
        return attentionWithCache(q.unsqueeze({ dim: 2 }), ...views.heads, lengths, { scale, slidingWindow });
      },
    };
    return this.#model.pass(tokens, positions, sight);
  }

  dispose(): void {
    this.#recorded?.recording.dispose();
    this.#recorded?.hidden.dispose();
    this.#inputs.dispose();
    for (const table of this.#tables.flat()) table.dispose();
  }
}
