/**
 * Parameters that are told, after their optimizer was made, to ask for no gradient. They and their states stay as they are from
 * the next step on. A learning rate of zero does not see to that: averages, decay and estimated distances move parameters
 * without it, and states move anyway. So frozen ones are put back after each step; a model without any pays nothing.
 */
import { copy_, type Tensor } from '@tessera/tensor';
import type { FlatEntry, GroupedParameters } from './parameters.js';

/** Whether a parameter has been told, after its optimizer was made, to ask for no gradient. */
export function isFrozen({ tensor }: FlatEntry): boolean {
  return tensor !== undefined && !tensor.requiresGrad;
}

/** Which entries of a buffer are frozen. Every step asks, of what may be thousands of tensors: a loop that makes nothing. */
function frozenIn({ flat: { entries } }: GroupedParameters): readonly number[] {
  const indices: number[] = [];
  for (let i = 0; i < entries.length; i++) if (isFrozen(entries[i]!)) indices.push(i);
  return indices;
}

/** A stretch of a flat tensor. */
export interface Stretch {
  readonly flat: Tensor;
  readonly start: number;
  readonly length: number;
}

/** Which parameters were frozen when they were looked at last. */
export class FrozenEntries<Place extends GroupedParameters> {
  readonly #frozen = new Map<Place, readonly number[]>();

  /** Looks, and tells whether some have been frozen or thawed since. */
  look(places: readonly Place[]): boolean {
    let changed = false;
    for (const place of places) {
      const [before, now] = [this.#frozen.get(place) ?? [], frozenIn(place)];
      if (now.length === before.length && now.every((index, i) => index === before[i])) continue;
      this.#frozen.set(place, now);
      changed = true;
    }
    return changed;
  }

  /**
   * Copies what `stretchesOf` names for each frozen parameter, given by its place among the entries. What it returns puts the
   * copies back and frees them.
   */
  hold(stretchesOf: (place: Place, index: number) => readonly Stretch[]): () => void {
    const held = [...this.#frozen].flatMap(([place, indices]) =>
      joined(indices.flatMap((index) => stretchesOf(place, index))).map((stretch) => {
        using view = viewOf(stretch);
        return { stretch, copy: view.clone().keep() };
      }),
    );
    return () => {
      for (const { stretch, copy } of held) {
        using view = viewOf(stretch);
        copy_(view, copy);
        copy.dispose();
      }
    };
  }
}

function viewOf({ flat, start, length }: Stretch): Tensor {
  return flat.view([length], [1], flat.offset + start);
}

/** Those that lie one after another are one. */
function joined(stretches: readonly Stretch[]): Stretch[] {
  const last = new Map<Tensor, number>();
  const result: Stretch[] = [];
  for (const stretch of stretches) {
    const { flat, start, length } = stretch;
    const at = last.get(flat);
    const before = at === undefined ? undefined : result[at]!;
    if (at !== undefined && before!.start + before!.length === start) {
      result[at] = { flat, start: before!.start, length: before!.length + length };
    } else {
      last.set(flat, result.push(stretch) - 1);
    }
  }
  return result;
}
