/** What a state dict says of parameters and of what is remembered beside them: made from an optimizer, and taken over by one. */
import { ArgumentError, Tensor } from '@tessera/tensor';
import type { StateDict } from './optimizer.js';
import type { RuleMemory } from './rule.js';
import { restoreState, type StoredEntry } from './state.js';

/** The states of every parameter by its name, as views, beside the numbers of its group. */
export function parameterStates(
  op: string,
  stored: Iterable<StoredEntry>,
  numbersOf: (group: number) => Readonly<Record<string, number>>,
): StateDict['state'] {
  const state: Record<string, Record<string, Tensor | number>> = {};
  for (const { entry, group, parts } of stored) {
    if (Object.hasOwn(state, entry.name)) {
      throw new ArgumentError(`two parameters are called ${entry.name}; a state dict needs names.`, { op });
    }
    state[entry.name] = { ...numbersOf(group), ...Object.fromEntries(parts.map((p) => [p.name, p.view()])) };
  }
  return state;
}

/**
 * Copies saved states over those of an optimizer, which has taken `taken` steps. Returns the steps that they have taken:
 * PyTorch's SGD and Muon do not say; theirs count as one at least, or as many as the optimizer's own.
 */
export function restoreParameterStates(
  op: string,
  stored: Iterable<StoredEntry>,
  state: StateDict['state'],
  taken: number,
): number {
  let steps: number | undefined;
  for (const { entry, parts } of stored) {
    const saved = parts.length === 0 ? (state[entry.name] ?? {}) : state[entry.name];
    if (saved === undefined) throw new ArgumentError(`there is no state for ${entry.name}.`, { op });
    for (const part of parts) restoreState(op, entry, part, saved[part.name]);
    const { step: count = Math.max(1, taken) } = saved;
    const step = count instanceof Tensor ? count.itemSync() : count;
    if (!Number.isSafeInteger(step) || step < 0 || (steps !== undefined && steps !== step)) {
      throw new ArgumentError(`step of ${entry.name} is ${step}; expected one count for all.`, { op });
    }
    steps = step;
  }
  return steps ?? 0;
}

/** Options by PyTorch's names: `lrDecay` as `lr_decay`. */
export function snakeCased(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`), value]),
  );
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
