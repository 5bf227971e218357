/**
 * What this package throws. Every error has a stable `code`; those about one call also say which op it was, what was
 * given and what was expected, in fields and in the message: `op: what is wrong; got ...; expected ....`.
 */

export interface ErrorDetails {
  readonly op?: string;
  readonly actual?: unknown;
  readonly expected?: unknown;
  readonly cause?: unknown;
}

export class TesseraError extends Error {
  readonly op: string | undefined;
  readonly actual: unknown;
  readonly expected: unknown;

  constructor(
    readonly code: string,
    message: string,
    details: ErrorDetails = {},
  ) {
    const { op, cause } = details;
    // A cause of undefined would stand in what is printed.
    super(op === undefined ? message : `${op}: ${message}`, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.op = details.op;
    this.actual = details.actual;
    this.expected = details.expected;
  }
}

/** Shapes that do not fit together or do not fit the op. */
export class ShapeError extends TesseraError {
  constructor(message: string, details?: ErrorDetails) {
    super('SHAPE', message, details);
  }
}

/** A dtype the op does not take, or dtypes that differ where they must agree. */
export class DTypeError extends TesseraError {
  constructor(message: string, details?: ErrorDetails) {
    super('DTYPE', message, details);
  }
}

/** Tensors on different devices, or a device that cannot be used. */
export class DeviceError extends TesseraError {
  constructor(message: string, details?: ErrorDetails) {
    super('DEVICE', message, details);
  }
}

/** A tensor was used after it was disposed. */
export class DisposedError extends TesseraError {
  constructor(message: string, details?: ErrorDetails) {
    super('DISPOSED', message, details);
  }
}

/** An argument or option outside its range: a bad `dim`, a negative size, a non-finite number. */
export class ArgumentError extends TesseraError {
  constructor(message: string, details?: ErrorDetails) {
    super('ARGUMENT', message, details);
  }
}

/** Misuse of autograd: no graph to walk, a graph already freed, a saved tensor changed in place. */
export class AutogradError extends TesseraError {
  constructor(message: string, details?: ErrorDetails) {
    super('AUTOGRAD', message, details);
  }
}

/** The device could not provide the memory a command needed. The tensors it would have made are unusable; all others are fine. */
export class OutOfMemoryError extends TesseraError {
  constructor(message: string, details?: ErrorDetails) {
    super('OUT_OF_MEMORY', message, details);
  }
}

/** A command failed on the device for another reason than memory. */
export class ExecutionError extends TesseraError {
  constructor(code: string, message: string, details?: ErrorDetails) {
    super(code, message, details);
  }
}

/** Anything as it stands in messages: BigInts, symbols and what refuses to be text too. */
export function formatValue(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (ArrayBuffer.isView(value)) return `a ${value.constructor.name} of ${value.byteLength} bytes`;
  if (typeof value !== 'object' || value === null)
    return typeof value === 'string' ? JSON.stringify(value) : typeof value === 'bigint' ? `${value}n` : String(value);
  try {
    const text = JSON.stringify(value);
    return text.length > 100 ? `${text.slice(0, 100)}...` : text;
  } catch {
    return Array.isArray(value) ? `[${value.map(formatValue).join(',')}]` : 'an object';
  }
}

/** `[2, 3]`, as shapes stand in messages. */
export function formatShape(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}
