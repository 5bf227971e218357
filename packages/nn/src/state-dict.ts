/** Loading values by name: everything is compared before anything is written, so a state dict fits as a whole or not at all. */
import { formatShape, noGrad, type Tensor, TesseraError } from '@tessera/tensor';

/** Tensors by name. */
export type StateDict = Iterable<readonly [name: string, tensor: Tensor]> | Readonly<Record<string, Tensor>>;

export interface LoadOptions {
  /** Names must be the same on both sides. Default true. */
  readonly strict?: boolean;
  /**
   * Take over the memory, dtype and device of the given tensors instead of copying: loading costs no copy, and no memory
   * for what a module made under `skipInit` had. Default false.
   */
  readonly assign?: boolean;
}

export interface LoadResult {
  /** Names the module has and the state dict lacks. */
  readonly missing: readonly string[];
  /** Names the state dict has and the module lacks. */
  readonly unexpected: readonly string[];
}

/** A state dict that does not fit a module. The message shows a few names of each kind; the lists have all. */
export class StateDictError extends TesseraError {
  constructor(
    message: string,
    op: string,
    readonly missing: readonly string[],
    readonly unexpected: readonly string[],
    /** Names whose shapes differ. */
    readonly mismatched: readonly string[],
  ) {
    super('STATE_DICT', message, { op });
  }
}

/** A line that counts what is wrong and shows the first of it: a foreign checkpoint has hundreds of names. */
function few(problem: string, names: readonly string[], shown = 3): string[] {
  if (names.length === 0) return [];
  const more = names.length > shown ? `, and ${names.length - shown} more` : '';
  return [`  ${names.length} ${problem}: ${names.slice(0, shown).join(', ')}${more}`];
}

export function loadTensors(
  op: string,
  own: ReadonlyMap<string, Tensor>,
  /** Those that keep their dtype, whatever `assign` says. */
  fixed: ReadonlySet<Tensor>,
  dict: StateDict,
  { strict = true, assign = false }: LoadOptions,
): LoadResult {
  const given = new Map(Symbol.iterator in dict ? dict : Object.entries(dict));
  const loaded = new Set([...own].filter(([name]) => given.has(name)).map(([, tensor]) => tensor));
  const missing = [...own].filter(([, tensor]) => !loaded.has(tensor)).map(([name]) => name);
  const unexpected = [...given.keys()].filter((name) => !own.has(name));
  const mismatched = [...own].filter(([name, tensor]) => {
    const source = given.get(name);
    return source !== undefined && source.shape.join() !== tensor.shape.join();
  });
  const shapes = mismatched.map(
    ([name, t]) => `${name} is ${formatShape(given.get(name)!.shape)}, expected ${formatShape(t.shape)}`,
  );
  const problems = [
    ...few('of another shape', shapes),
    ...(strict ? [...few('missing', missing), ...few('unexpected', unexpected)] : []),
  ];
  if (problems.length > 0) {
    const names = mismatched.map(([name]) => name);
    const message = `the state dict does not fit.\n${problems.join('\n')}`;
    throw new StateDictError(message, op, missing, unexpected, names);
  }
  noGrad(() => {
    for (const [name, tensor] of own) {
      const source = given.get(name);
      if (source === undefined) continue;
      if (assign && !fixed.has(tensor)) {
        tensor.setData(source);
        continue;
      }
      const near = source.to({ device: tensor.device });
      tensor.copy_(near);
      if (near !== source) near.dispose();
    }
  });
  return { missing, unexpected };
}
