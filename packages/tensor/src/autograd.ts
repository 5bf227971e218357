/**
 * Walking the graph: from the last node to the first, handing gradients from each to those that made its inputs, and
 * freeing what the nodes saved on the way.
 */
import { kernels } from './backend.js';
import { ArgumentError, AutogradError, DTypeError, formatShape, formatValue } from './errors.js';
import { noGrad } from './grad-mode.js';
import { add } from './ops/binary.js';
import { add_, copy_ } from './ops/in-place.js';
import { cast } from './ops/movement.js';
import { checkOptions } from './options.js';
import { enterAnew, gradientOf, leave, originOf, within } from './origin.js';
import { currentScope, Scope } from './scope.js';
import { sameShape } from './shape.js';
import { type BackwardContext, type GradientSlot, Node, type Source, Tensor } from './tensor.js';

/** Receives the gradients of leaves. */
interface Sink {
  wants(leaf: Tensor): boolean;
  slot(leaf: Tensor): { readonly tensor: Tensor; readonly accumulate: boolean } | null;
  leaf(leaf: Tensor, gradient: Tensor): void;
  /** Called when a node is done with what `slot` gave it. */
  settle(): void;
}

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
    return { tensor: slot.tensor, accumulate };
  },
  leaf(leaf, gradient) {
    const slot = this.slot(leaf);
    if (slot !== null) {
      if (slot.accumulate) add_(slot.tensor, gradient);
      else copy_(slot.tensor, gradient);
    } else if (leaf.grad !== null) {
      add_(leaf.grad, gradient);
    } else {
      leaf.grad = ownGradient(gradient, leaf);
    }
  },
  settle() {
    for (const { slot, whole } of unsettled.splice(0)) {
      const kept = slot.compact!.gather(whole);
      if (slot.written) add_(slot.tensor, kept);
      else copy_(slot.tensor, kept);
      slot.written = true;
      kept.dispose();
      whole.dispose();
    }
  },
};

let currentSink: Sink = accumulateIntoLeaves;

export interface BackwardOptions {
  /** The upstream gradient, of the tensor's shape; only a one-element tensor can omit it, for ones. */
  readonly gradient?: Tensor;
  /** Keeps the graph for another pass. Default false: it is freed on the way. */
  readonly retainGraph?: boolean;
}

/**
 * Gradients of `root` with respect to every leaf that requires one, added to their `grad`. Inside a checkpoint's
 * recomputation, they go where the outer pass sends them.
 */
export function backward(root: Tensor, options: BackwardOptions = {}): void {
  checkOptions('backward', options, ['gradient', 'retainGraph']);
  walk([root], [rootGradient(root, options.gradient)], options.retainGraph ?? false, currentSink, null);
}

/** @internal Backward from several tensors at once, for checkpoints. */
export function backwardAll(roots: readonly Tensor[], gradients: readonly Tensor[]): void {
  walk(roots, gradients, false, currentSink, null);
}

export interface GradOptions extends BackwardOptions {
  /** Gives null for an input that the output does not depend on, instead of an error. Default false. */
  readonly allowUnused?: boolean;
}

/**
 * Gradients of `output` with respect to `inputs` (leaves or not), without touching any `grad`. Only the part of the
 * graph between them is walked. An input that `output` does not depend on is an error unless `allowUnused`.
 */
export function grad(output: Tensor, inputs: readonly Tensor[], options: GradOptions = {}): (Tensor | null)[] {
  checkOptions('grad', options, ['gradient', 'retainGraph', 'allowUnused']);
  if (!Array.isArray(inputs)) {
    throw new ArgumentError(`the inputs come as an array; got ${formatValue(inputs)}.`, { op: 'grad', actual: inputs });
  }
  const found: (Tensor | null)[] = inputs.map(() => null);
  const caller = currentScope();
  const collect = (i: number, gradient: Tensor) => {
    const before = found[i]!;
    const sum =
      before === null ? gradient.view(gradient.shape, gradient.strides, gradient.offset) : add(before, gradient);
    before?.dispose();
    // Made inside the scope of a gradient function, which closes before `grad` returns.
    if (sum.scope !== caller) sum.moveTo(caller);
    found[i] = sum;
  };
  const targets = new Targets(inputs, collect);
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
    private readonly collect: (i: number, gradient: Tensor) => void,
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
      if (t === leaf) this.collect(i, gradient);
    });
  }

  holds(node: Node): boolean {
    return this.inputs.some((t) => t.node === node);
  }

  visit(node: Node, gradients: readonly (Tensor | null)[]): void {
    this.inputs.forEach((t, i) => {
      const gradient = t.node === node ? gradients[t.outputIndex] : null;
      if (gradient) this.collect(i, gradient);
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
    return within('backward', () => onesLike(root));
  }
  if (!sameShape(gradient.shape, root.shape)) {
    throw new AutogradError(
      `the gradient's shape differs from the tensor's; got ${formatShape(gradient.shape)}; expected ${formatShape(root.shape)}.`,
      { op: 'backward' },
    );
  }
  if (gradient.dtype !== root.dtype) {
    throw new DTypeError(
      `the gradient's dtype differs from the tensor's; got ${gradient.dtype}; expected ${root.dtype}. Convert it with to('${root.dtype}').`,
      { op: 'backward', actual: gradient.dtype, expected: root.dtype },
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
    const outer = enterAnew(gradientOf(node.name));
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
      leave(outer);
      inner.dispose();
      for (const gradient of gradients) gradient?.dispose();
    }
    if (!retainGraph) node.freeSaved();
  };

  const outer = enterAnew(originOf('backward'));
  try {
    noGrad(() => {
      roots.forEach((root, i) => {
        const gradient = rootGradients[i]!;
        gradient.scope = null;
        deliver(root.node ?? root, root.outputIndex, gradient);
      });
      sink.settle();
      for (const node of nodes) runNode(node);
    });
  } finally {
    leave(outer);
    currentSink = outerSink;
    for (const { whole } of unsettled.splice(0)) whole.dispose(); // of a node that failed
    for (const slots of pending.values()) for (const gradient of slots) gradient?.dispose();
  }
}

/** The sum of two gradients; takes over both. */
function combine(a: Tensor | null, b: Tensor): Tensor {
  if (a === null) return b;
  if (a.storage.exclusive && a.isContiguous && a.dtype === b.dtype) {
    add_(a, b);
    b.dispose();
    return a;
  }
  const sum = add(a, b);
  sum.scope = null;
  a.dispose();
  b.dispose();
  return sum;
}

function onesLike(like: Tensor): Tensor {
  const t = Tensor.empty(like.device, like.shape, like.dtype);
  kernels.fill(like.device.commands, { y: t, n: t.numel, value: 1 });
  return t;
}

/** A contiguous tensor of `like`'s dtype with the elements of `gradient`, whose memory nobody else has. */
function ownGradient(gradient: Tensor, like: Tensor): Tensor {
  if (gradient.dtype === like.dtype && gradient.isContiguous && gradient.storage.exclusive) {
    return gradient.view(gradient.shape, gradient.strides, gradient.offset);
  }
  const typed = cast(gradient, { dtype: like.dtype });
  return typed === gradient ? gradient.copyDense() : typed;
}
