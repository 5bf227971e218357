/** What this package throws beside the errors of the packages below. Codes are stable; messages are for people. */

export class RlError extends Error {
  override readonly name: string = 'RlError';

  constructor(
    /** Stable, machine-readable reason. */
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * A patch that cannot be read, made or applied. Codes: `PATCH_FORMAT`, `PATCH_BASE` (not the weights it was made for),
 * `PATCH_DAMAGED`, `PATCH_LAYOUT` (other tensors, shapes or types), `PATCH_MISSING`, `PATCH_CHAIN`, `PATCH_STEP`, `PATCH_NAME`,
 * `PATCH_OUT`.
 */
export class PatchError extends RlError {
  override readonly name = 'PatchError';
}
