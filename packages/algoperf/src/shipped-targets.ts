/** What `tessera optim targets --held-out` found, by tier, strictness and workload (`/held-out`: its held-out variant). */
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
        'ctr/held-out': 0.478707,
        'mri/held-out': 0.80545,
        'resnet/held-out': 0.960667,
        'vit/held-out': 0.854667,
        'speech/held-out': 0.127517,
        'gnn/held-out': 0.865395,
        'mt/held-out': 0.998287,
        'lm/held-out': 35.4795,
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
        'ctr/held-out': 0.486069,
        'mri/held-out': 0.788962,
        'resnet/held-out': 0.944,
        'vit/held-out': 0.820667,
        'speech/held-out': 0.162752,
        'gnn/held-out': 0.855526,
        'mt/held-out': 0.97619,
        'lm/held-out': 36.9401,
      },
    },
  };
