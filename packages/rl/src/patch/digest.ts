/**
 * Fingerprints of weights: SHA-256 over dtype, shape and bytes of a tensor, and over the digests of all tensors in the
 * order of their names. Two states have one digest only where every bit of every tensor is the same.
 */
import { createHash } from 'node:crypto';
import { bytesOf } from '@tessera/data';
import type { StoredWeights, WeightSource } from '../weights.js';

export function tensorDigest({ dtype, shape, data }: StoredWeights): string {
  return createHash('sha256')
    .update(`${dtype} ${JSON.stringify(shape)}\n`)
    .update(bytesOf(data))
    .digest('hex');
}

export function stateDigest(tensors: Readonly<Record<string, string>>): string {
  const hash = createHash('sha256');
  for (const name of Object.keys(tensors).sort()) hash.update(`${JSON.stringify(name)} ${tensors[name]}\n`);
  return hash.digest('hex');
}

/** The digest of each tensor of a source, read one at a time. */
export async function tensorDigests(weights: WeightSource): Promise<Record<string, string>> {
  const tensors: Record<string, string> = {};
  for (const name of weights.names) tensors[name] = tensorDigest(await weights.read(name));
  return tensors;
}

/** The digest of all weights of a source. */
export async function digestWeights(weights: WeightSource): Promise<string> {
  return stateDigest(await tensorDigests(weights));
}
