/**
 * @packageDocumentation
 * The run around a training step: a loop as an async iterable that stops and resumes bit for bit, configuration from
 * files, metrics as JSON lines and TensorBoard events, a progress line, and a report that opens without a network.
 */
export { type Completion, CompletionsFile, formatTable, readCompletions } from './completions.js';
export { type LoadConfigOptions, loadConfig, parseConfig, z } from './config.js';
export { ConfigError, type ConfigProblem, RunError } from './errors.js';
export { InterruptedError, type InterruptOptions, interruptible } from './interrupt.js';
export { type MetricRecord, type MetricSink, type Metrics, readMetrics } from './metrics.js';
export { isModule, loadDefaultExport } from './module.js';
export { duration, Progress, type ProgressOptions, type ProgressStream } from './progress.js';
export { ProgressBoard } from './progress-board.js';
export { type Bar, type CurvesOptions, type Picture, Report, type Series, type TableOptions } from './report/report.js';
export { Run, type RunOptions, type StepMetrics, type StepReport } from './run.js';
export {
  averageState,
  generatorState,
  loaderState,
  optimizerState,
  parameterState,
  type RestoredState,
  type SavedState,
  type SavedTensor,
  type Stateful,
  tensorState,
  valueState,
} from './state.js';
export { TensorBoardWriter } from './tensorboard.js';
