/**
 * Language modelling in the manner of FineWeb-Edu: a Markov source of order two over 64 tokens, with marks that name a
 * token to be recalled later, which takes attention over some distance; or the bytes of the user's text.
 */
import { readFile } from 'node:fs/promises';
import { Embedding, init, LayerNorm, Linear, Module, ModuleList } from '@tessera/nn';
import { crossEntropy, type Device, type Generator, randn, type Tensor, tensor } from '@tessera/tensor';
import { cumulative, Sampler } from '../random.js';
import { Block } from '../transformer.js';
import { defineWorkload, evaluatedScalar, type OpenOptions } from '../workload.js';

const width = 48;
const context = 32;
const batchSize = 24;
const trainCount = 150_000;
const validationCount = 10_000;
const tokens = 64;
/** Token 0 stands for the remembered one; token 1 says that the next is to be remembered. */
const [recall, mark] = [0, 1];

/** `farRecall`: recalls are rarer, so they reach further back. */
function generate(count: number, farRecall: boolean): Int32Array {
  const world = new Sampler(8);
  const kinds = Int32Array.from({ length: tokens }, () => world.integer(0, 8));
  const next = Array.from({ length: 8 }, () =>
    Array.from({ length: tokens }, () => cumulative(Float64Array.from({ length: tokens }, () => world.gamma(0.08)))),
  );
  const sampler = new Sampler(88);
  const text = new Int32Array(count).fill(2);
  let remembered = 2;
  const rate = farRecall ? 0.02 : 0.04;
  for (let i = 2; i < count; i++) {
    const last = text[i - 1]!;
    if (last === recall) {
      text[i] = remembered;
      continue;
    }
    text[i] = sampler.choice(next[kinds[text[i - 2]!]!]![last]!);
    if (last === mark && text[i]! > mark) remembered = text[i]!;
    const what = sampler.uniform();
    if (what < rate) text[i] = recall;
    else if (what < 2 * rate) text[i] = mark;
  }
  return text;
}

interface Corpus {
  readonly train: Int32Array;
  readonly validation: Int32Array;
  readonly vocabulary: number;
}

/** The last sixteenth of a text is for validation. */
async function readCorpus(path: string): Promise<Corpus> {
  const bytes = Int32Array.from(await readFile(path));
  const split = bytes.length - Math.floor(bytes.length / 16);
  return { train: bytes.subarray(0, split), validation: bytes.subarray(split), vocabulary: 256 };
}

async function openCorpus({ data, heldOut }: OpenOptions): Promise<Corpus> {
  if (data !== undefined) return await readCorpus(data);
  const text = generate(trainCount + validationCount, heldOut);
  return { train: text.subarray(0, trainCount), validation: text.subarray(trainCount), vocabulary: tokens };
}

interface Layer {
  readonly device: Device;
  readonly generator: Generator;
}

class LanguageModel extends Module {
  readonly embedding: Embedding;
  readonly position: Tensor;
  readonly blocks: ModuleList<Block>;
  readonly norm: LayerNorm;
  readonly head: Linear;

  constructor(vocabulary: number, layer: Layer) {
    super();
    this.embedding = this.child('embedding', new Embedding(vocabulary, width, layer));
    init.normal(this.embedding.weight, { std: width ** -0.5, generator: layer.generator });
    this.position = this.parameter('position', randn([context, width], layer).mul_(0.02));
    const block = () => new Block({ features: width, heads: 4, ...layer });
    this.blocks = this.child('blocks', new ModuleList([block(), block()]));
    this.norm = this.child('norm', new LayerNorm(width, layer));
    this.head = this.child('head', new Linear(width, vocabulary, { bias: false, ...layer }));
  }

  /** Mean cross entropy of windows `[batch, context + 1]`. */
  loss(windows: Tensor): Tensor {
    const part = (start: number) => windows.narrow({ dim: 1, start, length: context }).contiguous();
    const hidden = this.embedding.forward(part(0)).add(this.position);
    const features = this.norm.forward(this.blocks.run((block, x) => block.forward(x, { isCausal: true }), hidden));
    return crossEntropy(this.head.forward(features), part(1));
  }
}

export const lm = defineWorkload<LanguageModel, Record<'windows', Tensor>>({
  name: 'lm',
  mirrors: 'finewebedu_lm',
  metric: { name: 'perplexity', higherIsBetter: false },
  batchSize,
  steps: 600,
  evalEvery: 20,
  heldOut: 'half as many marks and recalls, so that recalls reach further back',
  async open(options) {
    const { train, validation, vocabulary } = await openCorpus(options);
    const { device } = options;
    const window = context + 1;
    const count = Math.floor(validation.length / window);
    const held = tensor(validation.subarray(0, count * window), { device })
      .reshape([count, window])
      .keep();
    return {
      model: (generator) => new LanguageModel(vocabulary, { device, generator }),
      batch: (sampler) => {
        const windows = new Int32Array(batchSize * window);
        for (let b = 0; b < batchSize; b++) {
          const start = sampler.integer(0, train.length - window + 1);
          windows.set(train.subarray(start, start + window), b * window);
        }
        return { windows: tensor(windows, { device }).reshape([batchSize, window]) };
      },
      loss: (model, { windows }) => model.loss(windows),
      evaluate: async (model) => Math.exp(await evaluatedScalar(() => model.loss(held))),
      dispose: () => held.dispose(),
    };
  },
});
