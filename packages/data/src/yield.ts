/** Keeping the event loop alive during long work on the main thread. */

/** How long work may hold the loop, in milliseconds. */
const slice = 8;
let heldSince = 0;

/** Call it between steps of long work: it lets events through when the loop has been held for a while, and costs little otherwise. */
export function yieldToEvents(): Promise<void> | undefined {
  const now = performance.now();
  if (now - heldSince < slice) return undefined;
  return new Promise((resolve) => {
    setImmediate(() => {
      heldSince = performance.now();
      resolve();
    });
  });
}
