/**
 * The generation loop: prompts are prefilled packed, then all active sequences take one token per step; a finished sequence's
 * place goes to the next at once. Every row's numbers are those of the full causal pass over its own sequence, so neither
 * tokens nor log-probabilities depend on what is computed beside them.
 */
import {
  attentionVarlen,
  linearLogits,
  noGrad,
  sampleTokens,
  scope,
  type Tensor,
  tensor,
  where,
} from '@tessera/tensor';
import type { Sight } from '../language/block.js';
import type { DecoderLM } from '../language/decoder.js';
import { PackedTokens } from '../language/tokens.js';
import { bytesPerToken, KeyValueCache } from './cache.js';
import { DecodingPass } from './decoding.js';
import type { GenerationPlan } from './options.js';
import { Sequence, type TokenEvent } from './sequence.js';

/** Tokens of prompts that are prefilled together at most, unless one prompt alone is longer. */
const prefillTokens = 4096;
/** The default batch: so many sequences, or fewer where their cache would be larger than this. */
const defaultBatch = 256;
const cacheBytes = 2 ** 31;
/** Tokens for which the cache has room at first, beside the prompt. */
const firstRoom = 256;

/** A prompt whose completions have not all begun. */
interface Waiting {
  readonly ids: Int32Array;
  readonly sequences: Sequence[];
  /** What its prefill gave, for those that begin later: keys and values of all layers, and the last hidden state `[1, hiddenSize]`. */
  prefix: { readonly cached: Tensor; readonly hidden: Tensor } | null;
}

export class TokenGenerator {
  readonly sequences: readonly Sequence[];
  readonly #model: DecoderLM;
  readonly #plan: GenerationPlan;
  readonly #slots: number;
  readonly #cache: KeyValueCache;
  readonly #waiting: Waiting[];
  /** By slot. */
  readonly #active: Sequence[] = [];
  /** For as many sequences as were active last. */
  #pass: DecodingPass | null = null;

  constructor(model: DecoderLM, plan: GenerationPlan) {
    this.#model = model;
    this.#plan = plan;
    const { prompts, maxNewTokens, n, seeds, stopTokens, stopStrings, tokenizer } = plan;
    this.#waiting = prompts.map((ids, prompt) => {
      const ends = { maxNewTokens: maxNewTokens[prompt]!, stopTokens, stopStrings, tokenizer };
      const make = (_: unknown, sample: number): Sequence =>
        new Sequence(prompt, sample, ids, seeds[prompt * n + sample]!, ends);
      return { ids, sequences: Array.from({ length: n }, make), prefix: null };
    });
    this.sequences = this.#waiting.flatMap(({ sequences }) => sequences);
    const room = (limit: number): number =>
      Math.max(1, ...prompts.map((ids, i) => ids.length + Math.min(limit, maxNewTokens[i]!)));
    const capacity = room(firstRoom);
    const fitting = Math.floor(cacheBytes / (bytesPerToken(model.config, model.dtype) * capacity));
    const batch = plan.maxBatch ?? Math.min(defaultBatch, fitting);
    this.#slots = Math.max(1, Math.min(batch, this.sequences.length));
    this.#cache = new KeyValueCache(model.config, this.#slots, capacity, model);
  }

  /** The tokens of all active sequences, step by step. Whoever stops early must `dispose()`. */
  async *steps(): AsyncGenerator<TokenEvent[]> {
    while (this.#waiting.length > 0 || this.#active.length > 0) {
      this.#plan.signal?.throwIfAborted();
      const first = this.#active.length;
      const begins = this.#waiting.length > 0 && first < this.#slots;
      const [ids, logProbs] = noGrad(() => scope(() => (begins ? this.#begin() : this.#advance())));
      const sampled = begins ? this.#active.slice(first) : [...this.#active];
      const [tokens, values] = await Promise.all([ids.data(), logProbs.data()]).finally(() => {
        ids.dispose();
        logProbs.dispose();
      });
      yield sampled.map((sequence, i) => sequence.push(tokens[i]!, values[i]!));
      this.#leave();
    }
  }

  dispose(): void {
    for (const { prefix } of this.#waiting) free(prefix);
    this.#pass?.dispose();
    this.#cache.dispose();
  }

  // --- beginning ---

  /** Gives free slots to waiting sequences; the first token of each. */
  #begin(): [Tensor, Tensor] {
    const head = this.#waiting[0]!;
    const first = this.#active.length;
    const hidden = head.prefix === null ? this.#prefill() : this.#resume(head, head.prefix);
    return this.#sample(hidden, this.#active.slice(first));
  }

  /** Takes up to `limit` sequences of a prompt into slots. Returns how many. */
  #admit({ sequences }: Waiting, limit = this.#slots - this.#active.length): number {
    const admitted = sequences.splice(0, limit);
    this.#active.push(...admitted);
    return admitted.length;
  }

  /** Sequences of a prompt that was prefilled before. */
  #resume(waiting: Waiting, { cached, hidden }: NonNullable<Waiting['prefix']>): Tensor {
    const first = this.#active.length;
    const count = this.#admit(waiting);
    for (let slot = first; slot < first + count; slot++) this.#cache.slot(slot, waiting.ids.length).copy_(cached);
    const rows = hidden.expand([count, hidden.shape[1]!]).contiguous();
    if (waiting.sequences.length === 0) {
      free(waiting.prefix);
      this.#waiting.shift();
    }
    return rows;
  }

  /** Runs the next prompts, writes their keys and values into the slots of their sequences; the last hidden state of each. */
  #prefill(): Tensor {
    const batch: Waiting[] = [];
    const counts: number[] = [];
    const firstSlots: number[] = [];
    let total = 0;
    for (const waiting of this.#waiting) {
      const { ids, prefix } = waiting;
      const full = this.#active.length >= this.#slots || (batch.length > 0 && total + ids.length > prefillTokens);
      if (full || prefix !== null) break;
      total += ids.length;
      batch.push(waiting);
      firstSlots.push(this.#active.length);
      counts.push(this.#admit(waiting));
    }
    const tokens = PackedTokens.of(
      batch.map(({ ids }) => ids),
      this.#model,
    );
    // For each row of the cache to be written, the packed row it comes from; several sequences of a prompt share its rows.
    const from: number[] = [];
    const to: number[] = [];
    const prompts: number[] = [];
    batch.forEach(({ ids }, i) => {
      for (let c = 0; c < counts[i]!; c++) {
        for (let p = 0; p < ids.length; p++) {
          from.push(tokens.starts[i]! + p);
          to.push(this.#cache.row(firstSlots[i]! + c, p));
        }
        prompts.push(i);
      }
    });
    const sources = from.length === total ? null : this.#upload(from);
    const wanted = this.#upload(batch.map((_, i) => tokens.starts[i + 1]! - 1));
    const sight = this.#prefillSight(tokens, sources, this.#upload(to));
    const hidden = this.#model.pass(tokens.ids, tokens.positions, { ...sight, wanted });
    batch.forEach((waiting, i) => {
      if (waiting.sequences.length === 0) return;
      const cached = this.#cache.slot(firstSlots[i]!, waiting.ids.length).clone();
      const row = hidden.narrow({ dim: 0, start: i, length: 1 }).clone();
      waiting.prefix = { cached: cached.keep(), hidden: row.keep() };
    });
    this.#waiting.splice(0, batch.filter(({ sequences }) => sequences.length === 0).length);
    return hidden.indexSelect(this.#upload(prompts), { dim: 0 });
  }

  #prefillSight(tokens: PackedTokens, sources: Tensor | null, rows: Tensor): Sight {
    const { cuSeqlens, maxLength } = tokens;
    const active = this.#active.length;
    return {
      training: false,
      rotary: this.#model.rotary(tokens.positions, maxLength),
      attend: (layer, q, k, v, options) => {
        const views = this.#cache.layer(layer, active).rows;
        [k, v].forEach((x, i) => {
          const flat = x.reshape([x.shape[0]!, x.shape[1]! * x.shape[2]!]);
          const source = sources === null ? flat : flat.indexSelect(sources, { dim: 0 });
          views[i]!.indexCopy_(rows, source, { dim: 0 });
        });
        return attentionVarlen(q, k, v, cuSeqlens, { ...options, isCausal: true, maxSeqlen: maxLength });
      },
    };
  }

  // --- one step ---

  /** One more token of every active sequence. */
  #advance(): [Tensor, Tensor] {
    const active = this.#active;
    this.#cache.reserve(active.reduce((most, { length }) => Math.max(most, length), 0));
    if (!this.#pass?.fits(active.length)) {
      this.#pass?.dispose();
      this.#pass = new DecodingPass(this.#model, this.#cache, active.length);
    }
    const rows = active.map(({ tokens, length }) => ({ token: tokens.at(-1)!, length }));
    return this.#sample(this.#pass.run(rows), active);
  }

  /** A token per row of `hidden`, and its log-probability. */
  #sample(hidden: Tensor, sequences: readonly Sequence[]): [Tensor, Tensor] {
    const logits = linearLogits(hidden, this.#model.headWeight);
    if (this.#plan.repetitionPenalty !== 1) this.#penalise(logits, sequences);
    const [seeds, steps] = this.#uploadRows([
      sequences.map(({ seed }) => seed),
      sequences.map(({ tokens }) => tokens.length),
    ]) as [Tensor, Tensor];
    return sampleTokens(logits, seeds, steps, this.#plan.sampling) as [Tensor, Tensor];
  }

  /** Divides positive logits of tokens that a sequence has, and multiplies negative ones, by the penalty, in place. */
  #penalise(logits: Tensor, sequences: readonly Sequence[]): void {
    const vocab = logits.shape[1]!;
    const seen = sequences.flatMap(({ promptIds, tokens }, row) =>
      [...new Set([...promptIds, ...tokens])].map((token) => row * vocab + token),
    );
    const places = this.#upload(seen);
    const flat = logits.reshape([logits.numel]);
    const values = flat.indexSelect(places, { dim: 0 });
    const penalty = this.#plan.repetitionPenalty;
    flat.indexCopy_(places, where(values.gt(0), values.div(penalty), values.mul(penalty)), { dim: 0 });
  }

  #upload(values: readonly number[]): Tensor {
    return tensor(Int32Array.from(values), { device: this.#model.device });
  }

  /** Rows of equal length by one transfer. */
  #uploadRows(rows: readonly (readonly number[])[]): Tensor[] {
    const all = tensor(Int32Array.from(rows.flat()), {
      shape: [rows.length, rows[0]!.length],
      device: this.#model.device,
    });
    return rows.map((_, index) => all.select({ dim: 0, index }));
  }

  // --- leaving ---

  /** Frees the slots of finished sequences: the last active one moves into each gap. */
  #leave(): void {
    const active = this.#active;
    for (let slot = active.length - 1; slot >= 0; slot--) {
      if (active[slot]!.finishReason === null) continue;
      const last = active.pop()!;
      if (slot === active.length) continue;
      active[slot] = last;
      // What the cache holds: all but the token that was just sampled.
      scope(() => {
        this.#cache.slot(slot, last.length - 1).copy_(this.#cache.slot(active.length, last.length - 1));
      });
    }
  }
}

function free(prefix: Waiting['prefix']): void {
  prefix?.cached.dispose();
  prefix?.hidden.dispose();
}
