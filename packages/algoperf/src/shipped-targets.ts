/** What `tessera optim targets` found, by tier, strictness and workload. */
import type { Tier } from './bench.js';
import type { Strictness } from './targets.js';

export const shipped: Readonly<Partial<Record<Tier, Readonly<Record<Strictness, Readonly<Record<string, number>>>>>>> =
  {};
