import { type DecoderLM, type LoadOptions, loadPretrained } from '@tessera/models';
import { Progress } from '@tessera/train';

/** Runs `body` with a progress line that it tells how far it is. What is over within a second shows none. */
export async function withProgress<T>(
  label: string,
  body: (onProgress: (done: number, total: number) => void) => Promise<T>,
): Promise<T> {
  const progress = new Progress({ label, quietFor: 1 });
  progress.start();
  try {
    return await body((done, total) => progress.update(done, total));
  } finally {
    progress.end();
  }
}

/** The language model of a folder, with progress where that takes long. */
export function loadModel(
  folder: string,
  { dtype, device }: { readonly [K in 'dtype' | 'device']?: LoadOptions[K] | undefined } = {},
): Promise<DecoderLM> {
  return withProgress('loading', (onProgress) =>
    loadPretrained(folder, { onProgress, ...(dtype && { dtype }), ...(device && { device }) }),
  );
}
