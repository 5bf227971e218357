/** The phases of the demonstration, and which results each one needs. */
import type { Json } from '@tessera/data';
import type { Lab } from './lab.js';
import * as phases from './phases.js';

interface Phase {
  readonly title: string;
  /** Phases that must be done before. */
  readonly after: readonly string[];
  readonly run: (lab: Lab) => Promise<Json>;
}

/** In the order in which they are begun, each as soon as what it needs is there. */
export const plan = {
  pretrain: { title: 'Pretraining: lists, answered by two conventions', after: [], run: phases.pretrain },
  dense: { title: 'GRPO on all weights, bf16', after: ['pretrain'], run: phases.dense },
  float32: { title: 'GRPO on all weights, f32 storage', after: ['pretrain'], run: phases.float32 },
  random: { title: 'GRPO on a random 1 % with f32 master values', after: ['pretrain'], run: phases.random },
  supervised: { title: 'SFT at the same learning rate', after: ['pretrain'], run: phases.supervised },
  analysis: { title: 'Which weights moved', after: ['dense'], run: phases.analysis },
  subnetwork: { title: 'GRPO on the subnetwork alone', after: ['analysis'], run: phases.subnetwork },
  replay: { title: 'GRPO on every weight that was ever touched', after: ['dense'], run: phases.replay },
  otherSeed: { title: 'GRPO with another seed', after: ['dense'], run: phases.otherSeed },
  dpo: { title: 'DPO on pairs that the base wrote', after: ['dense'], run: phases.dpo },
  patch: { title: 'The patch: written, applied, verified, reverted', after: ['dense', 'random'], run: phases.patch },
} as const satisfies Readonly<Record<string, Phase>>;

export type PhaseName = keyof typeof plan;

export type Results = { readonly [Name in PhaseName]: Awaited<ReturnType<(typeof plan)[Name]['run']>> };
