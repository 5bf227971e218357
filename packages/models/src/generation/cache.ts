/**
 * Keys and values of the sequences that are being generated: one tensor `[2 layers, slots, capacity, kvHeads * headDim]` (keys
 * of a layer, then its values), so that a sequence's share of all layers moves by one copy. Active sequences are in the first
 * slots. What lies behind a sequence's length is unset and never read.
 */
import { type Device, type DType, empty, narrow, noGrad, type Tensor } from '@tessera/tensor';
import type { DecoderConfig } from '../language/config.js';

/** Views of one layer. */
interface LayerViews {
  /** `[slots * capacity, kvHeads * headDim]`. */
  readonly rows: readonly [keys: Tensor, values: Tensor];
  /** `[active, kvHeads, capacity, headDim]`. */
  readonly heads: readonly [keys: Tensor, values: Tensor];
}

/** Bytes that a token of one sequence takes. */
export function bytesPerToken({ layers, kvHeads, headDim }: DecoderConfig, dtype: DType): number {
  return 2 * layers * kvHeads * headDim * (dtype === 'f32' ? 4 : 2);
}

export class KeyValueCache {
  readonly #config: DecoderConfig;
  readonly #slots: number;
  #capacity: number;
  #memory: Tensor;
  #views: readonly LayerViews[] = [];
  #active = -1;

  constructor(config: DecoderConfig, slots: number, capacity: number, place: { dtype: DType; device: Device }) {
    this.#config = config;
    this.#slots = slots;
    this.#capacity = capacity;
    this.#memory = this.#allocate(capacity, place);
  }

  /** Tokens that a slot has room for. */
  get capacity(): number {
    return this.#capacity;
  }

  #allocate(capacity: number, { dtype, device }: { dtype: DType; device: Device }): Tensor {
    const { layers, kvHeads, headDim } = this.#config;
    return empty([2 * layers, this.#slots, capacity, kvHeads * headDim], { dtype, device }).keep();
  }

  /** The row of a slot's position in `rows`. */
  row(slot: number, position: number): number {
    return slot * this.#capacity + position;
  }

  /** Makes room for sequences of `length` tokens. */
  reserve(length: number): void {
    if (length <= this.#capacity) return;
    const capacity = Math.min(Math.max(length, 2 * this.#capacity), Math.max(length, this.#config.maxPositions));
    const { dtype, device } = this.#memory;
    const larger = this.#allocate(capacity, { dtype, device });
    using old = narrow(larger, { dim: 2, start: 0, length: this.#capacity });
    old.copy_(this.#memory);
    this.#dropViews();
    this.#memory.dispose();
    this.#memory = larger;
    this.#capacity = capacity;
  }

  /** Views of a layer for the first `active` slots. They stay valid until the next `reserve`. */
  layer(index: number, active: number): LayerViews {
    if (active !== this.#active) this.#makeViews(active);
    return this.#views[index]!;
  }

  #makeViews(active: number): void {
    this.#dropViews();
    const { layers, kvHeads, headDim } = this.#config;
    this.#active = active;
    this.#views = noGrad(() =>
      Array.from({ length: layers }, (_, i) => {
        const both = [2 * i, 2 * i + 1].map((index) => this.#memory.select({ dim: 0, index }));
        const rows = both.map((x) => x.reshape([this.#slots * this.#capacity, kvHeads * headDim]).keep());
        const heads = both.map((x) => {
          const part = x.narrow({ dim: 0, start: 0, length: active });
          return part.reshape([active, this.#capacity, kvHeads, headDim]).permute([0, 2, 1, 3]).keep();
        });
        return { rows: rows as [Tensor, Tensor], heads: heads as [Tensor, Tensor] };
      }),
    );
  }

  #dropViews(): void {
    for (const { rows, heads } of this.#views) for (const view of [...rows, ...heads]) view.dispose();
    this.#views = [];
    this.#active = -1;
  }

  /** The first `length` tokens of a slot, all layers: a view `[2 layers, 1, length, kvHeads * headDim]`. */
  slot(slot: number, length: number): Tensor {
    const own = this.#memory.narrow({ dim: 1, start: slot, length: 1 });
    return own.narrow({ dim: 2, start: 0, length });
  }

  dispose(): void {
    this.#dropViews();
    this.#memory.dispose();
  }
}
