/** What a state dict says of parameters and of what is remembered beside them: made from an optimizer, and taken over by one. */
import { ArgumentError, Tensor } from '@tessera/tensor';
import type { StateDict } from './optimizer.js';
import type { RuleMemory } from './rule.js';
import { restoreState, type StoredEntry } from './state.js';

/** The states of every parameter by its name, as views. */
export function parameterStates(op: string, stored: Iterable<StoredEntry>, step: number): StateDict['state'] {
  const state: Record<string, Record<string, Tensor | number>> = {};
  for (const { entry, parts } of stored) {
    if (entry.name in state) {
      throw new ArgumentError(`two parameters are called ${entry.name}; a state dict needs names.`, { op });
    }
    state[entry.name] = { step, ...Object.fromEntries(parts.map((p) => [p.name, p.view()])) };
  }
  return state;
}

/** Copies saved states over those of an optimizer. Returns the steps that they have taken. */
export function restoreParameterStates(op: string, stored: Iterable<StoredEntry>, state: StateDict['state']): number {
  let steps: number | undefined;
  for (const { entry, parts } of stored) {
    const saved = state[entry.name];
    if (saved === undefined) throw new ArgumentError(`there is no state for ${entry.name}.`, { op });
    for (const part of parts) restoreState(op, entry, part, saved[part.name]);
    const step = Number(saved.step instanceof Tensor ? saved.step.itemSync() : saved.step);
    if (!Number.isSafeInteger(step) || step < 0 || (steps !== undefined && steps !== step)) {
      throw new ArgumentError(`step of ${entry.name} is ${step}; expected one count for all.`, { op });
    }
    steps = step;
  }
  return steps ?? 0;
}

/** Takes over named vectors and what the rule itself remembers. */
export function restoreMemory(
  op: string,
  vectors: readonly (readonly [name: string, vector: Tensor])[],
  own: RuleMemory | undefined,
  memory: StateDict['memory'],
): void {
  if (own === undefined && vectors.length === 0) return;
  if (memory === undefined) throw new ArgumentError('the state dict has no memory.', { op });
  for (const [name, vector] of vectors) {
    const saved = memory[name];
    if (!(saved instanceof Tensor) || saved.numel !== vector.numel) {
      throw new ArgumentError(`the memory has no ${name} of ${vector.numel} numbers.`, { op });
    }
    vector.copy_(saved);
  }
  own?.load(memory);
}
