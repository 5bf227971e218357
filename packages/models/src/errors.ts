/** What this package throws, beside the errors of the engine and of files: errors with a stable `code`, as everywhere. */
import { type ErrorDetails, TesseraError } from '@tessera/tensor';

/** A `config.json` that names something this package does not have, or lacks something it needs. */
export class ModelConfigError extends TesseraError {
  constructor(message: string, details?: ErrorDetails) {
    super('MODEL_CONFIG', message, details);
  }
}

/** Weights that do not fit the model of their `config.json`. The message names file, tensor and problem. */
export class WeightsError extends TesseraError {
  constructor(
    message: string,
    readonly file: string,
    readonly tensor?: string,
    details?: ErrorDetails,
  ) {
    super(
      'MODEL_WEIGHTS',
      `${file}: ${tensor === undefined ? '' : `tensor ${JSON.stringify(tensor)}: `}${message}`,
      details,
    );
  }
}

/** A request that a model cannot generate for: a prompt that is empty or too long, an option out of range. */
export class GenerationError extends TesseraError {
  constructor(message: string, details?: ErrorDetails) {
    super('GENERATION', message, { op: 'generate', ...details });
  }
}
