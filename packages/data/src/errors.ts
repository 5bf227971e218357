/**
 * The errors of this package. Every one is a DataError with a stable `code`, so that a caller decides by code
 * and a person reads the message: where it happened, what is wrong, what was expected.
 */

/** Where a problem lies: a file, and inside it a tensor, line, entry or column. */
export interface ErrorPlace {
  readonly file?: string;
  readonly tensor?: string;
  /** 1-based line of a text file, or 1-based row of a table. */
  readonly line?: number;
  readonly cause?: unknown;
}

/** Base class of all errors thrown by @tessera/data. */
export class DataError extends Error {
  override readonly name: string = 'DataError';
  /** Stable, machine-readable reason, such as `SAFETENSORS_TRUNCATED`. */
  readonly code: string;
  readonly file?: string;
  readonly tensor?: string;
  readonly line?: number;

  constructor(code: string, problem: string, place: ErrorPlace = {}) {
    super(placed(problem, place), place.cause === undefined ? undefined : { cause: place.cause });
    this.code = code;
    if (place.file !== undefined) this.file = place.file;
    if (place.tensor !== undefined) this.tensor = place.tensor;
    if (place.line !== undefined) this.line = place.line;
  }
}

/** What the system refused: a full disk, a read-only folder. `code` is the system's: `ENOSPC`, `EROFS`. */
export class FileError extends DataError {
  override readonly name = 'FileError';
}

/** A safetensors file, shard index or write request that is not valid. */
export class SafetensorsError extends DataError {
  override readonly name = 'SafetensorsError';
}

/** A checkpoint folder that is incomplete, corrupt or of another run. */
export class CheckpointError extends DataError {
  override readonly name = 'CheckpointError';
}

/** A PyTorch `.pt` file that is damaged, or that holds more than tensors and plain containers. */
export class TorchFileError extends DataError {
  override readonly name = 'TorchFileError';
}

/** A tokenizer, chat template or conversation that cannot be used. */
export class TextError extends DataError {
  override readonly name = 'TextError';
}

/** A dataset, a row of it, or a loader state that cannot be used. */
export class DatasetError extends DataError {
  override readonly name = 'DatasetError';
}

/** An image that cannot be decoded or transformed. */
export class ImageError extends DataError {
  override readonly name = 'ImageError';
}

/** An optional package that this call needs is not installed. */
export class MissingPackageError extends DataError {
  override readonly name = 'MissingPackageError';
}

function placed(problem: string, place: ErrorPlace): string {
  const parts: string[] = [];
  if (place.file !== undefined)
    parts.push(place.line === undefined ? String(place.file) : `${place.file}:${place.line}`);
  if (place.tensor !== undefined) parts.push(`tensor ${JSON.stringify(place.tensor)}`);
  return parts.length === 0 ? problem : `${parts.join(': ')}: ${problem}`;
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The `code` of a system or data error (`ENOENT`, `SAFETENSORS_HEADER`), if it has one. */
export function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : undefined;
}
