import { Progress } from '@tessera/train';

/** Runs `body` with a progress line that it tells how far it is. */
export async function withProgress<T>(
  label: string,
  body: (onProgress: (done: number, total: number) => void) => Promise<T>,
): Promise<T> {
  const progress = new Progress({ label });
  try {
    return await body((done, total) => progress.update(done, total));
  } finally {
    progress.end();
  }
}
