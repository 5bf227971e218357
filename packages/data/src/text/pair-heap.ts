/** A heap of pairs: the most frequent first, then the smallest pair. */

export interface PairCount {
  readonly pair: number;
  readonly count: number;
}

export class MaxHeap {
  readonly #items: PairCount[] = [];

  push(item: PairCount): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!comesFirst(item, items[parent]!)) break;
      items[at] = items[parent]!;
      at = parent;
    }
    items[at] = item;
  }

  pop(): PairCount | undefined {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (top === undefined || last === undefined || items.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && comesFirst(items[child + 1]!, items[child]!)) child++;
      if (!comesFirst(items[child]!, last)) break;
      items[at] = items[child]!;
      at = child;
    }
    items[at] = last;
    return top;
  }
}

function comesFirst(a: PairCount, b: PairCount): boolean {
  return a.count > b.count || (a.count === b.count && a.pair < b.pair);
}
