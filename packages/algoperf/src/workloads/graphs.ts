/**
 * Graph property prediction in the manner of OGBG: random trees with chords, atoms of six and bonds of three kinds, and
 * eight motifs to find (triangles, squares, a bond between two kinds, ...), with noisy and missing labels. The model passes
 * messages along each kind of bond.
 */
import { Embedding, LayerNorm, Linear, Module, ModuleList } from '@tessera/nn';
import {
  binaryCrossEntropyWithLogits,
  cat,
  type Device,
  type Generator,
  relu,
  stack,
  type Tensor,
  tensor,
} from '@tessera/tensor';
import { cumulative, Sampler } from '../random.js';
import { defineWorkload, evaluated, Samples } from '../workload.js';

const nodes = 14;
const atoms = 6;
const bonds = 3;
const motifs = 8;
const trainCount = 6000;
const validationCount = 800;

/** Which motifs a graph has; `bond[a * nodes + b]` is 0 to 3, `atom[a]` 0 (none) to 6. */
function motifsOf(atom: ArrayLike<number>, bond: ArrayLike<number>, count: number): boolean[] {
  const linked = (a: number, b: number) => bond[a * nodes + b]! > 0;
  const degree = Array.from({ length: count }, (_, a) => {
    let sum = 0;
    for (let b = 0; b < count; b++) if (linked(a, b)) sum++;
    return sum;
  });
  let triangle = false;
  let square = false;
  let doubleBond = false;
  let path = false;
  let tripleBonds = 0;
  for (let a = 0; a < count; a++) {
    for (let b = 0; b < a; b++) {
      if (bond[a * nodes + b] === 3) tripleBonds++;
      if (bond[a * nodes + b] === 2 && Math.min(atom[a]!, atom[b]!) === 1 && Math.max(atom[a]!, atom[b]!) === 2)
        doubleBond = true;
      let shared = 0;
      for (let c = 0; c < count; c++) if (linked(a, c) && linked(b, c)) shared++;
      if (shared > 0 && linked(a, b)) triangle = true;
      if (shared > 1) square = true;
      if (shared > 0 && Math.min(atom[a]!, atom[b]!) === 3 && Math.max(atom[a]!, atom[b]!) === 4) path = true;
    }
  }
  const leaves = degree.filter((d, a) => d === 1 && atom[a] === 1).length;
  const twoNeighbours = degree.some((_, a) => {
    let twos = 0;
    for (let b = 0; b < count; b++) if (linked(a, b) && atom[b] === 2) twos++;
    return twos >= 2;
  });
  return [triangle, doubleBond, degree.some((d) => d >= 4), square, path, tripleBonds >= 2, leaves >= 2, twoNeighbours];
}

interface Graphs {
  readonly samples: Samples<'bond' | 'atom' | 'label' | 'known'>;
  readonly labels: Float32Array;
  readonly known: Float32Array;
}

function generate(count: number, stream: number, device: Device): Graphs {
  const sampler = new Sampler(66, stream);
  const atomShares = cumulative([0.4, 0.2, 0.15, 0.1, 0.1, 0.05]);
  const bondShares = cumulative([0.7, 0.2, 0.1]);
  const bond = new Uint8Array(count * nodes * nodes);
  const atom = new Int32Array(count * nodes);
  const labels = new Float32Array(count * motifs);
  const known = new Float32Array(count * motifs);
  for (let i = 0; i < count; i++) {
    const size = sampler.integer(7, nodes + 1);
    const own = bond.subarray(i * nodes * nodes, (i + 1) * nodes * nodes);
    const kinds = atom.subarray(i * nodes, (i + 1) * nodes);
    const link = (a: number, b: number) => {
      const kind = sampler.choice(bondShares) + 1;
      own[a * nodes + b] = kind;
      own[b * nodes + a] = kind;
    };
    for (let a = 0; a < size; a++) kinds[a] = sampler.choice(atomShares) + 1;
    for (let a = 1; a < size; a++) link(a, sampler.integer(Math.max(0, a - 4), a));
    for (let chords = sampler.integer(0, 4); chords > 0; chords--) {
      const [a, b] = [sampler.integer(0, size), sampler.integer(0, size)];
      if (a !== b) link(a, b);
    }
    motifsOf(kinds, own, size).forEach((has, m) => {
      labels[i * motifs + m] = has !== sampler.chance(0.03) ? 1 : 0;
      known[i * motifs + m] = sampler.chance(0.15) ? 0 : 1;
    });
  }
  const samples = new Samples({
    bond: tensor(bond, { device }).reshape([count, nodes, nodes]),
    atom: tensor(atom, { device }).reshape([count, nodes]),
    label: tensor(labels, { device }).reshape([count, motifs]),
    known: tensor(known, { device }).reshape([count, motifs]),
  });
  return { samples, labels, known };
}

interface Layer {
  readonly device: Device;
  readonly generator: Generator;
}

class MessageLayer extends Module {
  readonly message: Linear;
  readonly update1: Linear;
  readonly updateNorm: LayerNorm;
  readonly update2: Linear;
  readonly norm: LayerNorm;

  constructor(width: number, layer: Layer) {
    super();
    this.message = this.child('message', new Linear(width, bonds * width, { bias: false, ...layer }));
    this.update1 = this.child('update1', new Linear(2 * width, width, layer));
    this.updateNorm = this.child('update_norm', new LayerNorm(width, layer));
    this.update2 = this.child('update2', new Linear(width, width, layer));
    this.norm = this.child('norm', new LayerNorm(width, layer));
  }

  /** `hidden` `[batch, nodes, width]`, `adjacency` `[batch, bonds, nodes, nodes]`, `present` `[batch, nodes, 1]`. */
  forward(hidden: Tensor, adjacency: Tensor, present: Tensor): Tensor {
    const [batch, count, width] = hidden.shape as [number, number, number];
    const outgoing = this.message.forward(hidden).reshape([batch, count, bonds, width]).permute([0, 2, 1, 3]);
    const received = adjacency.matmul(outgoing).sum({ dim: 1 });
    const update = relu(this.updateNorm.forward(this.update1.forward(cat([hidden, received], { dim: -1 }))));
    return this.norm.forward(hidden.add(this.update2.forward(update))).mul(present);
  }
}

class GraphNetwork extends Module {
  readonly embedding: Embedding;
  readonly layers: ModuleList<MessageLayer>;
  readonly head1: Linear;
  readonly head2: Linear;

  constructor(width: number, layer: Layer) {
    super();
    this.embedding = this.child('embedding', new Embedding(atoms + 1, width, { paddingIdx: 0, ...layer }));
    this.layers = this.child('layers', new ModuleList(Array.from({ length: 3 }, () => new MessageLayer(width, layer))));
    this.head1 = this.child('head1', new Linear(2 * width, width, layer));
    this.head2 = this.child('head2', new Linear(width, motifs, layer));
  }

  /** Logits `[batch, motifs]`. */
  forward(bond: Tensor, atom: Tensor): Tensor {
    const present = atom.gt(0).to('f32').unsqueeze({ dim: 2 });
    const adjacency = stack(
      [1, 2, 3].map((kind) => bond.eq(kind).to('f32')),
      { dim: 1 },
    );
    let hidden = this.embedding.forward(atom);
    for (const layer of this.layers) hidden = layer.forward(hidden, adjacency, present);
    const [largest] = hidden.maskedFill(present.eq(0), { value: -1e4 }).max({ dim: 1 }) as [Tensor, Tensor];
    const pooled = cat([hidden.sum({ dim: 1 }).mul(0.25), largest], { dim: 1 });
    return this.head2.forward(relu(this.head1.forward(pooled)));
  }
}

/** Area under the precision-recall curve of one motif: the mean precision at each true sample, by falling score. */
export function averagePrecision(scores: readonly number[], labels: readonly number[]): number {
  const order = scores.map((_, i) => i).sort((a, b) => scores[b]! - scores[a]!);
  let found = 0;
  let sum = 0;
  order.forEach((sample, rank) => {
    if (labels[sample] !== 1) return;
    found++;
    sum += found / (rank + 1);
  });
  return found === 0 ? 0 : sum / found;
}

export const gnn = defineWorkload<GraphNetwork, Record<'bond' | 'atom' | 'label' | 'known', Tensor>>({
  name: 'gnn',
  mirrors: 'ogbg',
  metric: { name: 'mean average precision', higherIsBetter: true },
  batchSize: 64,
  steps: 600,
  evalEvery: 20,
  heldOut: 'one and a half times the width',
  open({ device, heldOut }) {
    const train = generate(trainCount, 0, device);
    const validation = generate(validationCount, 1, device);
    return {
      model: (generator) => new GraphNetwork(heldOut ? 60 : 40, { device, generator }),
      batch: (sampler) => train.samples.draw(sampler, 64),
      loss: (model, { bond, atom, label, known }) => {
        const losses = binaryCrossEntropyWithLogits(model.forward(bond, atom), label, { reduction: 'none' });
        return losses.mul(known).sum().div(known.sum());
      },
      async evaluate(model) {
        const scores = await evaluated(() => {
          const { bond, atom } = validation.samples.slice(0, validationCount);
          return model.forward(bond, atom);
        });
        let sum = 0;
        for (let m = 0; m < motifs; m++) {
          const seen = Array.from({ length: validationCount }, (_, i) => i * motifs + m).filter(
            (i) => validation.known[i] === 1,
          );
          sum += averagePrecision(
            seen.map((i) => scores[i]!),
            seen.map((i) => validation.labels[i]!),
          );
        }
        return sum / motifs;
      },
      dispose: () => {
        train.samples.dispose();
        validation.samples.dispose();
      },
    };
  },
});
