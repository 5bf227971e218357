/**
 * The op that each command belongs to. A command may fail long after the call that wrote it has returned, so it carries a
 * number (the native side's `origin`) that gives the op's name back, in recordings too.
 *
 * The outermost op counts: what the program called, not what that is made of.
 */
import { origin } from './backend.js';

/** Numbers are even; the odd ones behind them are the ops' gradients. */
const names: string[] = [''];
const numbers = new Map<string, number>();
const most = 2 ** 15;

/** The number of an op, 0 when there are too many. */
export function originOf(op: string): number {
  const known = numbers.get(op);
  if (known !== undefined) return known;
  const number = names.length < most ? 2 * names.push(op) - 2 : 0;
  numbers.set(op, number);
  return number;
}

/** The number of the gradient of an op. */
export function gradientOf(op: string): number {
  const number = originOf(op);
  return number === 0 ? 0 : number + 1;
}

/** `matmul`, `softmax backward`; undefined where none is known. */
export function originName(number: number): string | undefined {
  if (number === 0) return undefined;
  return names[number >> 1]! + (number % 2 === 0 ? '' : ' backward');
}

/** Commands belong to `number` from now on, unless they belong to an op already. Returns what to {@link leave} with. */
export function enter(number: number): number {
  const outer = origin.current;
  if (outer === 0) origin.current = number;
  return outer;
}

/** As {@link enter}, whatever they belong to. */
export function enterAnew(number: number): number {
  const outer = origin.current;
  origin.current = number;
  return outer;
}

export function leave(outer: number): void {
  origin.current = outer;
}

/** Runs `body` as part of `op`. */
export function within<T>(op: string, body: () => T): T {
  const outer = enter(originOf(op));
  try {
    return body();
  } finally {
    leave(outer);
  }
}
