/** Handlers of the gigatok family, by kind. */
import type { Handler } from '../runner.js';
import { runImageModelCase } from './ar.js';
import { runBlocksCase } from './blocks.js';
import { runPatchGanCase, runTokenizerLossCase } from './losses.js';
import {
  runFrechetCase,
  runImageMetricsCase,
  runInceptionScoreCase,
  runLarsCase,
  runManifoldCase,
  runScheduleCase,
} from './metrics.js';
import { runEntropyCase, runQuantizerCase, runUsageCase } from './quantizer.js';
import { runDinov2Case, runLpipsCase } from './vision.js';

export { runTokenizerCase as runVisualTokenizerCase } from './tokenizer.js';

export const gigatokHandlers: Readonly<Record<string, Handler>> = {
  ar_transformer: runImageModelCase,
  blocks: runBlocksCase,
  vector_quantizer: runQuantizerCase,
  entropy_large: runEntropyCase,
  codebook_usage: runUsageCase,
  dinov2_hf: runDinov2Case,
  lpips_vgg: runLpipsCase,
  discriminator_patchgan: runPatchGanCase,
  vq_loss: runTokenizerLossCase,
  fid: runFrechetCase,
  inception_score: runInceptionScoreCase,
  precision_recall_knn: runManifoldCase,
  image_metrics: runImageMetricsCase,
  lars: runLarsCase,
  lr_schedules: runScheduleCase,
};
