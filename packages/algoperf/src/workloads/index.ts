/** The eight workloads, in the order of AlgoPerf's list. */
import type { Workload } from '../workload.js';
import { ctr } from './ctr.js';
import { gnn } from './graphs.js';
import { resnet, vit } from './images.js';
import { lm } from './language.js';
import { mri } from './mri.js';
import { speech } from './speech.js';
import { mt } from './translation.js';

export const workloads: readonly Workload[] = [ctr, mri, resnet, vit, speech, gnn, mt, lm];
