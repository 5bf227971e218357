/** Whether ops on tensors that require gradients leave a node on the tape. */
import { checkSynchronous } from './scope.js';

let enabled = true;

export function isGradEnabled(): boolean {
  return enabled;
}

/**
 * Runs `body` without recording: its results require no gradients.
 * @throws ArgumentError when `body` is an `async` function.
 */
export function noGrad<T>(body: () => T): T {
  return withGrad('noGrad', false, body);
}

/**
 * Runs `body` with recording on, also inside `noGrad`.
 * @throws ArgumentError when `body` is an `async` function.
 */
export function enableGrad<T>(body: () => T): T {
  return withGrad('enableGrad', true, body);
}

function withGrad<T>(op: string, value: boolean, body: () => T): T {
  checkSynchronous(op, body, 'Await outside of it.');
  const before = enabled;
  enabled = value;
  try {
    return body();
  } finally {
    enabled = before;
  }
}
