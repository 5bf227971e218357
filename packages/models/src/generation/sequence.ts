/** One completion while it grows: its tokens, what of its text is certain, and why it ended. */
import type { Tokenizer, TokenStream } from '@tessera/data';

/** `stop`: a stop token or string; `length`: `maxNewTokens`, or the model's last position. */
export type FinishReason = 'stop' | 'length';

/** A token of a completion, as it is sampled. */
export interface TokenEvent {
  /** Index of the prompt, and of the completion among the prompt's. */
  readonly prompt: number;
  readonly sample: number;
  readonly token: number;
  /**
   * Under the distribution that was sampled from before `topK`, `topP` and `minP` cut it, in nats: what `logProbs` of the model
   * gives for the same temperature, to the bit, unless there is a repetition penalty.
   */
  readonly logProb: number;
  /** Text that is now certain: '' without a tokenizer. A stop string, and what follows it, is left out. */
  readonly text: string;
  /** Not null at the last token. */
  readonly finishReason: FinishReason | null;
}

export interface Completion {
  readonly prompt: number;
  readonly sample: number;
  /** The stop token included. */
  readonly tokens: Int32Array;
  /** See {@link TokenEvent.logProb}. */
  readonly logProbs: Float32Array;
  /** The tokens' text, without special tokens and what a stop string cut off: '' without a tokenizer. */
  readonly text: string;
  readonly finishReason: FinishReason;
}

interface Ends {
  readonly maxNewTokens: number;
  readonly stopTokens: ReadonlySet<number>;
  readonly stopStrings: readonly string[];
  readonly tokenizer: Tokenizer | null;
}

export class Sequence {
  readonly tokens: number[] = [];
  readonly logProbs: number[] = [];
  readonly #ends: Ends;
  readonly #stream: TokenStream | null;
  /** Text that was given out, and text that may be the beginning of a stop string. */
  #text = '';
  #held = '';
  #finishReason: FinishReason | null = null;

  constructor(
    readonly prompt: number,
    readonly sample: number,
    readonly promptIds: Int32Array,
    readonly seed: number,
    ends: Ends,
  ) {
    this.#ends = ends;
    this.#stream = ends.tokenizer?.stream({ skipSpecialTokens: true }) ?? null;
  }

  /** Tokens of prompt and completion. */
  get length(): number {
    return this.promptIds.length + this.tokens.length;
  }

  get finishReason(): FinishReason | null {
    return this.#finishReason;
  }

  /** Takes the next token. */
  push(token: number, logProb: number): TokenEvent {
    const { stopTokens, maxNewTokens } = this.#ends;
    this.tokens.push(token);
    this.logProbs.push(logProb);
    if (stopTokens.has(token)) this.#finishReason = 'stop';
    else if (this.tokens.length >= maxNewTokens) this.#finishReason = 'length';
    const text = this.#stream === null ? '' : this.#take(this.#stream, token);
    return { prompt: this.prompt, sample: this.sample, token, logProb, text, finishReason: this.#finishReason };
  }

  #take(stream: TokenStream, token: number): string {
    this.#held += stream.push(token);
    if (this.#finishReason !== null) this.#held += stream.flush();
    const { stopStrings } = this.#ends;
    const cuts = stopStrings.map((stop) => this.#held.indexOf(stop)).filter((at) => at >= 0);
    let certain = this.#held.length;
    if (cuts.length > 0) {
      this.#finishReason = 'stop';
      certain = Math.min(...cuts);
    } else if (this.#finishReason === null) {
      certain -= Math.max(0, ...stopStrings.map((stop) => beginningLength(this.#held, stop)));
    }
    const text = this.#held.slice(0, certain);
    this.#held = this.#held.slice(certain);
    this.#text += text;
    return text;
  }

  completion(): Completion {
    return {
      prompt: this.prompt,
      sample: this.sample,
      tokens: Int32Array.from(this.tokens),
      logProbs: Float32Array.from(this.logProbs),
      text: this.#text,
      finishReason: this.#finishReason!,
    };
  }
}

/** How long an end of `text` is the beginning of `stop`. */
function beginningLength(text: string, stop: string): number {
  for (let length = Math.min(text.length, stop.length - 1); length > 0; length--)
    if (stop.startsWith(text.slice(-length))) return length;
  return 0;
}
