/** What `tessera optim targets` found, by tier, strictness and workload. */
import type { Tier } from './bench.js';

/** How early the sweep's best run must have got there. */
export type Strictness = 'strict' | 'loose';

export const shipped: Readonly<Partial<Record<Tier, Readonly<Record<Strictness, Readonly<Record<string, number>>>>>>> =
  {
    quick: {
      strict: {
        ctr: 0.518394,
        mri: 0.892605,
        resnet: 0.965333,
        vit: 0.81,
        speech: 0.128356,
        gnn: 0.854379,
        mt: 0.999486,
        lm: 33.5313,
      },
      loose: {
        ctr: 0.534333,
        mri: 0.884606,
        resnet: 0.941333,
        vit: 0.791333,
        speech: 0.166107,
        gnn: 0.840176,
        mt: 0.995546,
        lm: 35.0072,
      },
    },
  };
