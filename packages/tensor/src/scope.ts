/**
 * Scopes free tensors deterministically. A tensor belongs to the scope that is open where it is made; when the scope
 * closes it is disposed, unless it was returned from the scope's function or kept. Outside any scope a tensor lives
 * until `dispose()`, with the garbage collector as the safety net.
 */
import type { Tensor } from './tensor.js';

let current: Scope | null = null;

export class Scope {
  readonly #parent: Scope | null = current;
  readonly #tensors: Tensor[] = [];
  #open = true;

  /** Opens a scope that is closed by `using` or `dispose()`. Scopes close in the reverse order of opening. */
  constructor() {
    current = this;
  }

  /** @internal */
  adopt(tensor: Tensor): void {
    this.#tensors.push(tensor);
  }

  dispose(): void {
    this.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** @internal Disposes its tensors, except those in `kept`, which go to the enclosing scope. */
  close(kept?: Tensor | readonly Tensor[] | ReadonlySet<Tensor>): void {
    if (!this.#open) return;
    this.#open = false;
    if (current === this) current = this.#parent;
    const tensors = this.#tensors;
    for (let i = tensors.length - 1; i >= 0; i--) {
      const tensor = tensors[i]!;
      if (tensor.scope !== this) continue;
      const keep =
        tensor === kept || (Array.isArray(kept) ? kept.includes(tensor) : kept instanceof Set && kept.has(tensor));
      if (keep) tensor.moveTo(this.#parent);
      else tensor.dispose();
    }
  }
}

/** @internal */
export function currentScope(): Scope | null {
  return current;
}

/**
 * Runs `body` and frees every tensor it made, except those it returns: a tensor, or tensors in arrays and plain
 * objects. `body` must not be asynchronous; across an `await` use `using scope = new Scope()` or dispose by hand.
 */
export function scope<T>(body: () => T): T {
  const opened = new Scope();
  let result: T;
  try {
    result = body();
  } catch (error) {
    opened.dispose();
    throw error;
  }
  opened.close(tensorsIn(result));
  return result;
}

function tensorsIn(value: unknown, found: Set<Tensor> = new Set()): Set<Tensor> {
  if (value === null || typeof value !== 'object') return found;
  if (isTensor(value)) found.add(value);
  else if (Array.isArray(value)) for (const item of value) tensorsIn(item, found);
  else if (Object.getPrototypeOf(value) === Object.prototype)
    for (const item of Object.values(value)) tensorsIn(item, found);
  return found;
}

function isTensor(value: object): value is Tensor {
  return 'storage' in value && 'moveTo' in value;
}
