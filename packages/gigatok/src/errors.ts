/** What this package throws beside the engine's errors: training that went wrong, files and images that do not fit. */
import { TesseraError } from '@tessera/tensor';

export class GigatokError extends TesseraError {
  constructor(code: string, message: string, options: { readonly cause?: unknown } = {}) {
    super(code, message, options);
  }
}
