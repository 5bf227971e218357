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
    // Nothing is asked of the state behind a sequence's last token.
    const packed = PackedTokens.of(
      this.rows.map(({ ids }) => Array.prototype.slice.call(ids, 0, Math.max(1, ids.length - 1))),
      model,
    );
    const count = this.#lengths.reduce((a, b) => a + b, 0);
    const places = new Int32Array(count);
    const targets = new Int32Array(count);
    let at = 0;
    this.rows.forEach(({ ids, from }, r) => {
      for (let t = from; t < ids.length; t++) {
        places[at] = packed.starts[r]! + t - 1;
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

/** A matrix on this side as a tensor for the losses. */
export function upload(data: ArrayLike<number>, rows: number, model: DecoderLM): Tensor {
  return tensor(Float32Array.from(data), { shape: [rows, data.length / rows], device: model.device });
}
