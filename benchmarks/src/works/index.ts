/** Every work, in the order of the table. A new work is a file here and a line below. */
import type { Work } from '../work.js';
import { attention, decoding } from './attention.js';
import { codebookEntropyLoss, vqLookup } from './codebook.js';
import { conv2d } from './conv.js';
import { bf16Gemm, gemm } from './gemm.js';
import { gptStep } from './gpt-step.js';
import { generation, loading, prefill, training } from './language-model.js';
import { linearCrossEntropy } from './linear-cross-entropy.js';
import { adamw, optimizers, soap, sparseAdamw } from './optimizer.js';
import { eventLoopStall, opCallCost } from './overhead.js';
import { demonstrationGrpo, demonstrationPretraining, sparseTrainingMemory, trlGrpo } from './reinforcement.js';
import { layerNorm, softmax } from './rowwise.js';
import { sampleTokens } from './sampling.js';
import { imageSampling, quantizerStep, tokenizerStep } from './visual-tokenizer.js';
import { algoperf } from './workloads.js';

export const works: readonly Work[] = [
  gemm,
  bf16Gemm,
  adamw,
  sparseAdamw,
  optimizers,
  soap,
  vqLookup,
  codebookEntropyLoss,
  linearCrossEntropy,
  attention,
  gptStep,
  softmax,
  layerNorm,
  decoding,
  conv2d,
  sampleTokens,
  training,
  generation,
  prefill,
  loading,
  demonstrationGrpo,
  demonstrationPretraining,
  trlGrpo,
  sparseTrainingMemory,
  algoperf,
  tokenizerStep,
  quantizerStep,
  imageSampling,
  opCallCost,
  eventLoopStall,
];
