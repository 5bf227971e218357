/** What is no option is refused: a misspelled one, or PyTorch's `sum(1)`, must not silently keep the defaults. */
import { ArgumentError, formatValue } from './errors.js';

/**
 * @throws ArgumentError when `options` is no object, or has a name that is not among `known`, with the one that was likely
 * meant.
 */
export function checkOptions(op: string, options: object, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) {
    throw new ArgumentError(
      `options come as an object; got ${formatValue(options)}; expected { ${known.join(', ')} }.`,
      { op, actual: options },
    );
  }
  for (const name in options) if (!known.includes(name)) throw unknownOption(op, name, known);
}

/** @throws ArgumentError unless `value` is a finite number, not below `least` where that is given. */
export function checkFinite(op: string, name: string, value: number, least?: number): void {
  if (Number.isFinite(value) && (least === undefined || value >= least)) return;
  const expected = least === undefined ? 'a finite number' : `a finite number, at least ${least}`;
  throw new ArgumentError(`${name} is out of range; got ${formatValue(value)}; expected ${expected}.`, {
    op,
    actual: value,
  });
}

/** @throws ArgumentError unless `value` is an integer of 32 bits. */
export function checkInteger(op: string, name: string, value: number): void {
  if (value === (value | 0)) return;
  throw new ArgumentError(`${name} must be an integer of 32 bits; got ${formatValue(value)}.`, { op, actual: value });
}

function unknownOption(op: string, name: string, known: readonly string[]): ArgumentError {
  const meant = nearestName(name, known);
  const has = known.length === 0 ? 'It takes no options.' : `It has ${known.join(', ')}.`;
  const hint = meant === undefined ? has : `Did you mean ${meant}?`;
  return new ArgumentError(`there is no option '${name}'. ${hint}`, { op, actual: name, expected: known });
}

/** The known name a wrong one was most likely meant to be: same letters in other case or form, or few edits away. */
export function nearestName(wrong: string, known: readonly string[]): string | undefined {
  const plain = (name: string): string => name.toLowerCase().replace(/[_-]/g, '');
  let best: { name: string; edits: number } | undefined;
  for (const name of known) {
    const edits = editDistance(plain(wrong), plain(name));
    if (best === undefined || edits < best.edits) best = { name, edits };
  }
  return best !== undefined && best.edits <= Math.max(1, Math.floor(wrong.length / 3)) ? best.name : undefined;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
