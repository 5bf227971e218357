/**
 * Looks for training that has failed while it still runs: values that are not finite end it with a message that names
 * them; a codebook most of which has fallen out of use is warned of.
 */
import type { Metrics } from '@tessera/train';
import { GigatokError } from '../errors.js';

export interface WatchOptions {
  /** Share of the codes below which a warning is given. Default 0.05. */
  readonly leastUsage?: number;
  /** Steps before usage is judged. Default 200. */
  readonly patience?: number;
  /** Default: standard error. */
  readonly warn?: (message: string) => void;
}

export class TrainingWatch {
  readonly #options: Required<WatchOptions>;
  #warned = false;

  constructor(options: WatchOptions = {}) {
    this.#options = { leastUsage: 0.05, patience: 200, warn: (message) => console.warn(message), ...options };
  }

  /** @throws GigatokError where a metric is NaN or infinite. */
  check(step: number, metrics: Metrics): void {
    const broken = Object.entries(metrics).filter(([, value]) => !Number.isFinite(value));
    if (broken.length > 0) {
      const names = broken.map(([name, value]) => `${name} is ${value}`).join(', ');
      throw new GigatokError(
        'NOT_FINITE',
        `step ${step}: ${names}. The last checkpoint is intact. Lower the learning rate, add warm-up, start the discriminator later, or train in f32.`,
      );
    }
    const { leastUsage, patience, warn } = this.#options;
    const usage = metrics.usage;
    if (this.#warned || usage === undefined || step < patience || usage >= leastUsage) return;
    this.#warned = true;
    warn(
      `step ${step}: ${(100 * usage).toFixed(1)} % of the codes are in use: the codebook has collapsed. Set codebook.entropyWeight (0.005 at scale, 0.1 for small tokenizers), or add warm-up.`,
    );
  }
}
