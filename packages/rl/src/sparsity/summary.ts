/** Sparsity of an update by layer, by kind of matrix, and overall, from the counts of `compareWeights`. */
import type { TensorComparison, WeightComparison } from './compare.js';

export interface SparsityRow {
  /** Layer number or kind of matrix. */
  readonly name: string;
  readonly parameters: number;
  /** Unchanged elements over elements. */
  readonly sparsity: number;
  /** Mean of the tensors' sparsities, whatever their sizes (what the paper's own script reports by layer). */
  readonly tensorMean: number;
}

/** Overall share of unchanged parameters under an equality. */
export function sparsity({ parameters, unchanged }: WeightComparison, equality: string): number {
  return unchanged[equality]! / parameters;
}

/** By number of the layer; tensors outside layers (embeddings, head, last norm) are left out. */
export function sparsityByLayer(comparison: WeightComparison, equality: string): readonly SparsityRow[] {
  const rows = grouped(
    comparison,
    equality,
    (name) => /(?:^|\.)(?:layers|layer|h|blocks|block)\.(\d+)\./.exec(name)?.[1],
  );
  return [...rows].sort((a, b) => Number(a.name) - Number(b.name));
}

/** By kind of matrix: the same name in every layer. */
export function sparsityByMatrix(comparison: WeightComparison, equality: string): readonly SparsityRow[] {
  return grouped(comparison, equality, matrixKind);
}

/** A tensor's name without number of layer, prefix and `.weight`: `self_attn.q_proj`. */
export function matrixKind(name: string): string {
  return name
    .replace(/^.*?(?:layers|layer|h|blocks|block)\.\d+\./, '')
    .replace(/^(model|transformer)\./, '')
    .replace(/\.weight$/, '');
}

function grouped(
  { tensors }: WeightComparison,
  equality: string,
  group: (name: string) => string | undefined,
): readonly SparsityRow[] {
  const groups = new Map<string, TensorComparison[]>();
  for (const tensor of tensors) {
    const key = group(tensor.name);
    if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), tensor]);
  }
  return [...groups].map(([name, members]) => {
    const parameters = sum(members, (t) => t.parameters);
    const unchanged = sum(members, (t) => t.unchanged[equality]!);
    const tensorMean = sum(members, (t) => t.unchanged[equality]! / t.parameters) / members.length;
    return { name, parameters, sparsity: unchanged / parameters, tensorMean };
  });
}

/** Mean rank of the matrices' updates, as a share of the largest possible; NaN where no rank was computed. */
export function meanRank({ tensors }: WeightComparison): number {
  const ranks = tensors.flatMap(({ rank }) => (rank === undefined ? [] : [rank.rank / rank.maxRank]));
  return sum(ranks, (r) => r) / ranks.length;
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
