/**
 * Scopes free tensors deterministically. A tensor belongs to the scope that is open where it is made; when the scope
 * closes it is disposed, unless it was returned from the scope's function or kept. Outside any scope a tensor lives
 * until `dispose()`, with the garbage collector as the safety net.
 */
import { ArgumentError, formatValue } from './errors.js';

/** What scopes free: tensors. */
export interface Owned {
  /** The scope that will dispose it. */
  scope: Scope | null;
  moveTo(scope: Scope | null): void;
  dispose(): void;
}

let current: Scope | null = null;

export class Scope {
  readonly #parent: Scope | null = current;
  readonly #members: Owned[] = [];
  #open = true;

  /** Opens a scope that is closed by `using` or `dispose()`. Scopes close in the reverse order of opening. */
  constructor() {
    current = this;
  }

  /** @internal */
  adopt(member: Owned): void {
    this.#members.push(member);
  }

  dispose(): void {
    this.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** @internal Disposes its members, except those in `kept`, which go to the enclosing scope. */
  close(kept?: Owned | readonly Owned[] | ReadonlySet<unknown>): void {
    if (!this.#open) return;
    this.#open = false;
    if (current === this) current = this.#parent;
    const members = this.#members;
    for (let i = members.length - 1; i >= 0; i--) {
      const member = members[i]!;
      if (member.scope !== this) continue;
      const keep =
        member === kept || (Array.isArray(kept) ? kept.includes(member) : kept instanceof Set && kept.has(member));
      if (keep) member.moveTo(this.#parent);
      else member.dispose();
    }
  }
}

/** @internal */
export function currentScope(): Scope | null {
  return current;
}

/**
 * Runs `body` and frees every tensor it made, except those it returns: a tensor, or tensors in arrays, maps, sets and plain
 * objects. Across an `await` use `using scope = new Scope()` or dispose by hand.
 * @throws ArgumentError when `body` is an `async` function.
 */
export function scope<T>(body: () => T): T {
  checkSynchronous('scope', body, 'Open one by `using scope = new Scope()` instead.');
  const opened = new Scope();
  try {
    const result = body();
    opened.close(objectsIn(result));
    return result;
  } finally {
    opened.dispose();
  }
}

const AsyncFunction = (async () => {}).constructor;

/** @internal What is set while a function runs is over at its first `await`. */
export function checkSynchronous(op: string, body: () => unknown, hint: string): void {
  if (typeof body !== 'function')
    throw new ArgumentError(`expected a function; got ${formatValue(body)}.`, { op, actual: body });
  if (body instanceof AsyncFunction)
    throw new ArgumentError(`the function must not be async: it would go on after ${op} is over. ${hint}`, { op });
}

function objectsIn(value: unknown, found: Set<unknown> = new Set()): Set<unknown> {
  if (value === null || typeof value !== 'object') return found;
  if (value instanceof Map) for (const item of value.values()) objectsIn(item, found);
  else if (Array.isArray(value) || value instanceof Set) for (const item of value) objectsIn(item, found);
  else if (Object.getPrototypeOf(value) === Object.prototype)
    for (const item of Object.values(value)) objectsIn(item, found);
  else found.add(value);
  return found;
}
