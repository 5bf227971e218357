/**
 * The tape. An op on tensors that require gradients leaves a node: where its inputs came from, the tensors its
 * gradient needs, and the function that computes it. `runBackward` walks the nodes from last to first, freeing each
 * one's saved tensors as it goes. Nodes are counted like storages, so that a graph nobody will walk is freed at once.
 */
import { AutogradError, formatShape } from './errors.js';
import { currentScope, Scope } from './scope.js';
import { sameShape } from './shape.js';
import type { Tensor } from './tensor.js';

/** What a gradient function can ask about the pass it runs in. */
export interface BackwardContext {
  /** Whether input `i`'s gradient is wanted. One that is not may be returned as null. */
  needs(i: number): boolean;
  /**
   * Where input `i`'s gradient may be written directly (added to, when `accumulate`), for ops that can; null where
   * the gradient must be returned. After writing, return null for that input.
   */
  into(i: number): { readonly tensor: Tensor; readonly accumulate: boolean } | null;
  /** Whether the saved tensors serve for the last time: those that the op alone has may be overwritten and returned. */
  readonly last: boolean;
}

export type Gradients = readonly (Tensor | null)[];

export type BackwardFunction = (
  gradOutputs: readonly (Tensor | null)[],
  saved: readonly Tensor[],
  context: BackwardContext,
) => Gradients;

/** Where a gradient goes next: the node that made an input, or the input itself when it is a leaf. */
type Source = Node | Tensor | null;

let enabled = true;
let sequence = 0;

export function isGradEnabled(): boolean {
  return enabled;
}

/** Runs `body` without recording: its results require no gradients. */
export function noGrad<T>(body: () => T): T {
  return withGrad(false, body);
}

/** Runs `body` with recording on, also inside `noGrad`. */
export function enableGrad<T>(body: () => T): T {
  return withGrad(true, body);
}

function withGrad<T>(value: boolean, body: () => T): T {
  const before = enabled;
  enabled = value;
  try {
    return body();
  } finally {
    enabled = before;
  }
}

export class Node {
  readonly sequence = sequence++;
  readonly sources: Source[];
  readonly sourceIndices: number[];
  #saved: Tensor[] | null;
  readonly #versions: number[];
  #holders = 0;

  constructor(
    readonly name: string,
    inputs: readonly Tensor[],
    saved: readonly Tensor[],
    readonly backward: BackwardFunction,
    readonly outputs: number,
    /** Runs although no input needs a gradient, because tensors it closes over may. */
    readonly always = false,
  ) {
    this.sources = inputs.map((t) => (t.node !== null ? t.node.retain() : t.requiresGrad ? t : null));
    this.sourceIndices = inputs.map((t) => t.outputIndex);
    this.#saved = saved.map((t) => t.view(t.shape, t.strides, t.offset, true));
    this.#versions = saved.map((t) => t.storage.version);
  }

  retain(): this {
    this.#holders++;
    return this;
  }

  /** Frees what the node holds when nobody can walk to it any more. Long chains are freed without recursion. */
  release(): void {
    const pending: Node[] = [this];
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      if (--node.#holders > 0) continue;
      node.freeSaved();
      for (const source of node.sources.splice(0)) if (source instanceof Node) pending.push(source);
    }
  }

  freeSaved(): void {
    for (const t of this.#saved ?? []) t.dispose();
    this.#saved = null;
  }

  saved(): readonly Tensor[] {
    if (this.#saved === null) {
      throw new AutogradError(
        'the graph was already freed by an earlier backward(). Pass { retainGraph: true } to the first one.',
        { op: this.name },
      );
    }
    this.#saved.forEach((t, i) => {
      if (t.storage.version !== this.#versions[i]) {
        throw new AutogradError(
          `a tensor that its gradient needs, ${t.dtype}${formatShape(t.shape)}, was changed in place after the op used it. Copy it first with clone().`,
          { op: this.name },
        );
      }
    });
    return this.#saved;
  }
}

/** Gradients of a parameter that lives in a flat buffer: where they go, and whether this step wrote any yet. */
export interface GradientSlot {
  readonly tensor: Tensor;
  written: boolean;
  /** Where `tensor` is a vector of some of the gradient's elements: how to take them from a whole one. */
  readonly compact?: {
    /** An unset gradient of the parameter's shape; the caller's. */
    whole(): Tensor;
    /** The elements that are kept; the caller's. */
    gather(whole: Tensor): Tensor;
  };
}

/** Receives the gradients of leaves. */
interface Sink {
  wants(leaf: Tensor): boolean;
  slot(leaf: Tensor): { readonly tensor: Tensor; readonly accumulate: boolean } | null;
  leaf(leaf: Tensor, gradient: Tensor): void;
  /** Called when a node is done with what `slot` gave it. */
  settle(): void;
}

/** Adds `gradient` to `total`, in place. Set by the arithmetic ops, which this file cannot import. */
export const gradientOps = {
  addInto: (_total: Tensor, _gradient: Tensor): void => {},
  add: (a: Tensor, _b: Tensor): Tensor => a,
  copyInto: (_target: Tensor, _gradient: Tensor): void => {},
  onesLike: (like: Tensor): Tensor => like,
  /** A contiguous tensor of dtype `dtype` that shares nothing with others. */
  own: (gradient: Tensor, _like: Tensor): Tensor => gradient,
};

/** Whole gradients of the node that runs, of which slots keep some elements. */
const unsettled: { readonly slot: GradientSlot; readonly whole: Tensor }[] = [];

const accumulateIntoLeaves: Sink = {
  wants: () => true,
  slot(leaf) {
    const slot = leaf.gradientSlot;
    if (slot === null) return null;
    if (slot.compact !== undefined) {
      const whole = slot.compact.whole();
      unsettled.push({ slot, whole });
      return { tensor: whole, accumulate: false };
    }
    const accumulate = slot.written;
    slot.written = true;
    leaf.grad = slot.tensor;
    return { tensor: slot.tensor, accumulate };
  },
  leaf(leaf, gradient) {
    const slot = this.slot(leaf);
    if (slot !== null) {
      if (slot.accumulate) gradientOps.addInto(slot.tensor, gradient);
      else gradientOps.copyInto(slot.tensor, gradient);
    } else if (leaf.grad !== null) {
      gradientOps.addInto(leaf.grad, gradient);
    } else {
      leaf.grad = gradientOps.own(gradient, leaf).keep();
    }
  },
  settle() {
    for (const { slot, whole } of unsettled.splice(0)) {
      const kept = slot.compact!.gather(whole);
      if (slot.written) gradientOps.addInto(slot.tensor, kept);
      else gradientOps.copyInto(slot.tensor, kept);
      slot.written = true;
      kept.dispose();
      whole.dispose();
    }
  },
};

let currentSink: Sink = accumulateIntoLeaves;

/** `tensor.backward()`. Inside a checkpoint's recomputation, gradients go where the outer pass sends them. */
export function runBackward(root: Tensor, options: { gradient?: Tensor; retainGraph?: boolean }): void {
  walk([root], [rootGradient(root, options.gradient)], options.retainGraph ?? false, currentSink, null);
}

/** @internal Backward from several tensors at once, for checkpoints. */
export function runBackwardAll(roots: readonly Tensor[], gradients: readonly Tensor[]): void {
  walk(roots, gradients, false, currentSink, null);
}

/**
 * Gradients of `output` with respect to `inputs` (leaves or not), without touching any `grad`. Only the part of the
 * graph between them is walked. An input that `output` does not depend on is an error unless `allowUnused`.
 */
export function grad(
  output: Tensor,
  inputs: readonly Tensor[],
  options: { gradient?: Tensor; retainGraph?: boolean; allowUnused?: boolean } = {},
): (Tensor | null)[] {
  const found: (Tensor | null)[] = inputs.map(() => null);
  const caller = currentScope();
  const add = (i: number, gradient: Tensor) => {
    const before = found[i]!;
    const sum =
      before === null
        ? gradient.view(gradient.shape, gradient.strides, gradient.offset)
        : gradientOps.add(before, gradient);
    before?.dispose();
    // Made inside the scope of a gradient function, which closes before `grad` returns.
    if (sum.scope !== caller) sum.moveTo(caller);
    found[i] = sum;
  };
  const targets = new Targets(inputs, add);
  walk([output], [rootGradient(output, options.gradient)], options.retainGraph ?? false, targets, targets);
  inputs.forEach((t, i) => {
    if (found[i] === null && !options.allowUnused) {
      throw new AutogradError(
        `input ${i}, ${t.dtype}${formatShape(t.shape)}, has no part in the output or does not require gradients. Pass { allowUnused: true } to get null for it.`,
        { op: 'grad' },
      );
    }
  });
  return found;
}

class Targets implements Sink {
  constructor(
    private readonly inputs: readonly Tensor[],
    private readonly add: (i: number, gradient: Tensor) => void,
  ) {}

  wants(leaf: Tensor): boolean {
    return this.inputs.includes(leaf);
  }

  slot(): null {
    return null;
  }

  settle(): void {}

  leaf(leaf: Tensor, gradient: Tensor): void {
    this.inputs.forEach((t, i) => {
      if (t === leaf) this.add(i, gradient);
    });
  }

  holds(node: Node): boolean {
    return this.inputs.some((t) => t.node === node);
  }

  visit(node: Node, gradients: readonly (Tensor | null)[]): void {
    this.inputs.forEach((t, i) => {
      const gradient = t.node === node ? gradients[t.outputIndex] : null;
      if (gradient) this.add(i, gradient);
    });
  }
}

function rootGradient(root: Tensor, gradient: Tensor | undefined): Tensor {
  if (!root.requiresGrad) {
    throw new AutogradError(
      'nothing to differentiate: the tensor does not require gradients and was not made from one that does.',
      { op: 'backward' },
    );
  }
  if (gradient === undefined) {
    if (root.numel !== 1) {
      throw new AutogradError(
        `only a one-element tensor has an implied gradient; got ${formatShape(root.shape)}. Reduce it first or pass { gradient }.`,
        { op: 'backward', actual: root.shape },
      );
    }
    return gradientOps.onesLike(root);
  }
  if (!sameShape(gradient.shape, root.shape)) {
    throw new AutogradError(
      `the gradient's shape differs from the tensor's; got ${formatShape(gradient.shape)}; expected ${formatShape(root.shape)}.`,
      { op: 'backward' },
    );
  }
  return gradient.view(gradient.shape, gradient.strides, gradient.offset);
}

/** Nodes reachable from the roots that lead to a wanted gradient, latest first. */
function plan(roots: readonly Tensor[], sink: Sink, targets: Targets | null): Node[] {
  const needed = new Map<Node, boolean>();
  const stack: Node[] = roots.flatMap((t) => t.node ?? []);
  const order: Node[] = [];
  while (stack.length > 0) {
    const node = stack.pop()!;
    if (needed.has(node)) continue;
    needed.set(node, false);
    order.push(node);
    for (const source of node.sources) if (source instanceof Node) stack.push(source);
  }
  order.sort((a, b) => a.sequence - b.sequence);
  for (const node of order) {
    const wanted =
      node.always ||
      node.sources.some((s) => (s instanceof Node ? needed.get(s)! || targets?.holds(s) : s !== null && sink.wants(s)));
    needed.set(node, wanted);
  }
  return order.filter((node) => needed.get(node) || targets?.holds(node)).reverse();
}

function walk(
  roots: readonly Tensor[],
  rootGradients: readonly Tensor[],
  retainGraph: boolean,
  sink: Sink,
  targets: Targets | null,
): void {
  const nodes = plan(roots, sink, targets);
  const reachable = new Set(nodes);
  const pending = new Map<Node, (Tensor | null)[]>();
  const outerSink = currentSink;
  currentSink = sink;

  /** Takes over `gradient`. */
  const deliver = (source: Source, index: number, gradient: Tensor): void => {
    if (source instanceof Node) {
      if (!reachable.has(source)) {
        gradient.dispose();
        return;
      }
      let slots = pending.get(source);
      if (slots === undefined) {
        slots = new Array<Tensor | null>(source.outputs).fill(null);
        pending.set(source, slots);
      }
      slots[index] = combine(slots[index]!, gradient);
      return;
    }
    if (source !== null && sink.wants(source)) sink.leaf(source, gradient);
    gradient.dispose();
  };

  const runNode = (node: Node): void => {
    const gradients = pending.get(node);
    if (gradients === undefined) return;
    pending.delete(node);
    targets?.visit(node, gradients);
    const context: BackwardContext = {
      needs: (i) => {
        const source = node.sources[i] ?? null;
        return source instanceof Node ? reachable.has(source) : source !== null && sink.wants(source);
      },
      into: (i) => {
        const source = node.sources[i] ?? null;
        return source === null || source instanceof Node ? null : sink.slot(source);
      },
      last: !retainGraph,
    };
    const inner = new Scope();
    try {
      const results = node.backward(gradients, node.saved(), context);
      results.forEach((result, i) => {
        if (result === null || !context.needs(i)) return;
        // What the gradient function made is handed on; what it passed through is shared.
        const taken = result.scope === inner ? result : result.view(result.shape, result.strides, result.offset);
        taken.scope = null;
        deliver(node.sources[i]!, node.sourceIndices[i]!, taken);
      });
      sink.settle();
    } finally {
      inner.dispose();
    }
    for (const gradient of gradients) gradient?.dispose();
    if (!retainGraph) node.freeSaved();
  };

  try {
    withGrad(false, () => {
      roots.forEach((root, i) => {
        const gradient = rootGradients[i]!;
        gradient.scope = null;
        deliver(root.node ?? root, root.outputIndex, gradient);
      });
      sink.settle();
      for (const node of nodes) runNode(node);
    });
  } finally {
    currentSink = outerSink;
    for (const slots of pending.values()) for (const gradient of slots) gradient?.dispose();
  }
}

/** The sum of two gradients; takes over both. */
function combine(a: Tensor | null, b: Tensor): Tensor {
  if (a === null) return b;
  if (a.storage.exclusive && a.isContiguous && a.dtype === b.dtype) {
    gradientOps.addInto(a, b);
    b.dispose();
    return a;
  }
  const sum = gradientOps.add(a, b);
  sum.scope = null;
  a.dispose();
  b.dispose();
  return sum;
}
