/** Ctrl-C as an AbortSignal: the first asks the run to stop where it can go on later, a second ends the process. */

/** Why a run stopped: the user asked. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
  readonly code = 'INTERRUPTED';

  constructor({ resumes = true }: InterruptOptions = {}) {
    super(resumes ? 'interrupted; the same command goes on from the last checkpoint.' : 'interrupted.');
  }
}

export interface InterruptOptions {
  /** Whether what is stopped can go on later, which the user is then told. Default true. */
  readonly resumes?: boolean;
}

/**
 * Runs `body` with a signal that SIGINT and SIGTERM abort with an InterruptedError. The second of them exits with the
 * code shells give to an interrupted program.
 */
export async function interruptible<T>(
  body: (signal: AbortSignal) => Promise<T>,
  { resumes = true }: InterruptOptions = {},
): Promise<T> {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(130);
    if (resumes) process.stderr.write('\nStopping after this step; press Ctrl-C again to stop at once.\n');
    controller.abort(new InterruptedError({ resumes }));
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const name of signals) process.on(name, onSignal);
  try {
    return await body(controller.signal);
  } finally {
    for (const name of signals) process.off(name, onSignal);
  }
}
