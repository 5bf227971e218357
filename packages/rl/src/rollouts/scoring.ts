/**
 * Log-probabilities of parts of sequences, as losses take them: a rectangle `[rows, columns]` of the tokens that are
 * scored, first ones first, zero where a row has fewer. Sequences are packed on the way through the model, and only the
 * scored positions go through its head.
 */
import { type DecoderLM, PackedTokens } from '@tessera/models';
import {
  ArgumentError,
  cat,
  linearCrossEntropy,
  linearLogProb,
  noGrad,
  type Tensor,
  tensor,
  zeros,
} from '@tessera/tensor';
import { alignmentLogDenominator } from '../losses/log-probs.js';

export interface ScoredRow {
  readonly ids: ArrayLike<number>;
  /** The first token that is scored; at least 1, for nothing predicts the first of a sequence. */
  readonly from: number;
  /** For each scored token, whether it is trained on. Default: all are. */
  readonly mask?: ArrayLike<number> | undefined;
}

/** The scored positions of rows, laid out for a model. */
export class Scoring {
  readonly rows: readonly ScoredRow[];
  readonly columns: number;
  /** Tokens that are trained on. */
  readonly tokens: number;
  readonly #lengths: readonly number[];
  readonly #maskData: Float32Array;

  /** `columns` may be more than the longest row needs: so that micro-batches of a batch agree. */
  constructor(rows: readonly ScoredRow[], columns = 0) {
    this.rows = rows;
    this.#lengths = rows.map(({ ids, from }, i) => {
      if (!(from >= 1 && from <= ids.length)) {
        throw new ArgumentError(`row ${i} is scored from ${from} of ${ids.length} tokens; expected from 1 on.`, {
          op: 'Scoring',
        });
      }
      return ids.length - from;
    });
    this.columns = this.#lengths.reduce((a, b) => Math.max(a, b), Math.max(1, columns));
    this.#maskData = new Float32Array(rows.length * this.columns);
    let tokens = 0;
    rows.forEach(({ mask }, r) => {
      for (let t = 0; t < this.#lengths[r]!; t++) {
        if (mask !== undefined && !mask[t]) continue;
        this.#maskData[r * this.columns + t] = 1;
        tokens++;
      }
    });
    this.tokens = tokens;
  }

  /** 1 where a token is trained on, as numbers on this side. */
  get maskData(): Float32Array {
    return this.#maskData;
  }

  mask(model: DecoderLM): Tensor {
    return tensor(this.#maskData, { shape: [this.rows.length, this.columns], device: model.device });
  }

  /** Log-probabilities and entropies of the scored tokens. */
  logProbs(
    model: DecoderLM,
    { temperature = 1 }: { readonly temperature?: number } = {},
  ): { logProbs: Tensor; entropies: Tensor } {
    const { hidden, targets } = this.#select(model);
    const [logProbs, entropies] = linearLogProb(hidden, model.headWeight, targets, undefined, { temperature });
    return { logProbs: this.#rectangle(logProbs!), entropies: this.#rectangle(entropies!) };
  }

  /** Cross entropies of the scored tokens, label smoothing included. */
  losses(model: DecoderLM, { labelSmoothing = 0 }: { readonly labelSmoothing?: number } = {}): Tensor {
    const { hidden, targets } = this.#select(model);
    const options = { reduction: 'none', labelSmoothing } as const;
    return this.#rectangle(linearCrossEntropy(hidden, model.headWeight, targets, undefined, options));
  }

  /** WPO's denominators of the scored tokens; these need the logits in memory. No gradient. */
  alignmentDenominators(model: DecoderLM): Tensor {
    return noGrad(() => this.#rectangle(alignmentLogDenominator(model.logits(this.#select(model).hidden).to('f32'))));
  }

  /** A number per scored position from the hidden states that predict it, such as a value head's. */
  perPosition(model: DecoderLM, head: (hidden: Tensor) => Tensor): Tensor {
    return this.#rectangle(head(this.#select(model).hidden));
  }

  /** Hidden states that predict the scored tokens `[tokens, features]`, and those tokens. */
  #select(model: DecoderLM): { hidden: Tensor; targets: Tensor } {
    const { packed, firstRows } = packRows(this.rows, model);
    const count = this.#lengths.reduce((a, b) => a + b, 0);
    const places = new Int32Array(count);
    const targets = new Int32Array(count);
    let at = 0;
    this.rows.forEach(({ ids, from }, r) => {
      const [first, next] = firstRows[r]!;
      for (let t = from; t < ids.length; t++) {
        places[at] = t === from ? first : next + t - from - 1;
        targets[at++] = ids[t]!;
      }
    });
    const { device } = model;
    const hidden = model.hiddenStates(packed, { wanted: tensor(places, { device }) });
    return { hidden, targets: tensor(targets, { device }) };
  }

  #rectangle(values: Tensor): Tensor {
    const { columns } = this;
    const shape = [this.rows.length, columns];
    if (this.#lengths.every((n) => n === columns)) return values.reshape(shape);
    const index = new Int32Array(this.rows.length * columns).fill(values.numel);
    let at = 0;
    this.#lengths.forEach((length, r) => {
      for (let t = 0; t < length; t++) index[r * columns + t] = at++;
    });
    const padded = cat([values.flatten(), zeros([1], { device: values.device })]);
    return padded.indexSelect(tensor(index, { device: values.device }), { dim: 0 }).reshape(shape);
  }
}

/** Sharing what comes before the scored tokens pays where it spares this part of all tokens: it costs a copy of the keys. */
const worthSharing = 1 / 16;

/**
 * Rows packed for a model, without their last tokens, of whose states nothing is asked. Rows that agree in all before the
 * scored tokens, as completions of a prompt do, share it. `firstRows`: for each row the packed rows of the states that predict
 * its first and its second scored token.
 */
function packRows(
  rows: readonly ScoredRow[],
  model: DecoderLM,
): { packed: PackedTokens; firstRows: (readonly [number, number])[] } {
  const part = (ids: ArrayLike<number>, start: number, end: number): number[] =>
    Array.prototype.slice.call(ids, start, Math.max(start, end));
  const groups = new Map<string, number[]>();
  rows.forEach(({ ids, from }, r) => {
    const key = part(ids, 0, from).join();
    groups.set(key, [...(groups.get(key) ?? []), r]);
  });
  const total = rows.reduce((sum, { ids }) => sum + ids.length, 0);
  const spared = [...groups.values()].reduce((sum, group) => sum + (group.length - 1) * rows[group[0]!]!.from, 0);
  const firstRows = new Array<readonly [number, number]>(rows.length);
  if (spared < worthSharing * total) {
    const packed = PackedTokens.of(
      rows.map(({ ids, from }) => part(ids, 0, Math.max(from, ids.length - 1))),
      model,
    );
    rows.forEach(({ from }, r) => {
      const start = packed.starts[r]!;
      firstRows[r] = [start + from - 1, start + from];
    });
    return { packed, firstRows };
  }
  const members = [...groups.values()];
  const packed = PackedTokens.ofBranches(
    members.map((group) => ({
      prefix: part(rows[group[0]!]!.ids, 0, rows[group[0]!]!.from),
      continuations: group.map((r) => part(rows[r]!.ids, rows[r]!.from, rows[r]!.ids.length - 1)),
    })),
    model,
  );
  let sequence = 0;
  for (const group of members) {
    const last = packed.starts[++sequence]! - 1;
    for (const r of group) firstRows[r] = [last, packed.starts[sequence++]!];
  }
  return { packed, firstRows };
}

/** A matrix on this side as a tensor for the losses. */
export function upload(data: ArrayLike<number>, rows: number, model: DecoderLM): Tensor {
  return tensor(Float32Array.from(data), { shape: [rows, data.length / rows], device: model.device });
}
