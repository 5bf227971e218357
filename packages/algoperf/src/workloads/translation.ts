/**
 * Translation in the manner of WMT, between two invented languages: phrases of a determiner, adjectives and a noun become
 * noun-first phrases in another vocabulary; one determiner reverses the order of the phrases, another shifts the words of
 * its phrase. The model is an encoder-decoder transformer with tied output weights.
 */
import { Embedding, init, LayerNorm, Module, ModuleList } from '@tessera/nn';
import { crossEntropy, type Device, type Generator, linear, randn, stack, type Tensor, tensor } from '@tessera/tensor';
import { Sampler } from '../random.js';
import { Block } from '../transformer.js';
import { defineWorkload, evaluated, Samples } from '../workload.js';

const width = 48;
const sourceLength = 12;
const targetLength = sourceLength + 2;
const words = 30;
const vocabulary = 40;
const trainCount = 16_000;
const validationCount = 600;
/** Words 30 to 32 are determiners; tokens are words plus three, after padding, start and end. */
const [pad, start, end, firstWord] = [0, 1, 2, 3];
const [plainDeterminer, reversing, shifting] = [30, 31, 32];

function generate(count: number, stream: number, device: Device): Samples<'source' | 'target'> {
  const lexicon = new Sampler(70).permutation(words);
  const sampler = new Sampler(77, stream);
  const source = new Int32Array(count * sourceLength).fill(pad);
  const target = new Int32Array(count * targetLength).fill(pad);
  for (let i = 0; i < count; i++) {
    const phrases = Array.from({ length: sampler.integer(2, 4) }, () => {
      const adjectives = Array.from({ length: sampler.integer(1, 3) }, () => sampler.integer(0, 15));
      return [sampler.integer(plainDeterminer, shifting + 1), ...adjectives, sampler.integer(15, 30)];
    });
    const ordered = phrases.some(([determiner]) => determiner === reversing) ? [...phrases].reverse() : phrases;
    const translated = ordered.flatMap(([determiner, ...rest]) => {
      const shift = determiner === shifting ? 3 : 0;
      return [...rest.reverse().map((word) => (lexicon[word]! + shift) % words), determiner!];
    });
    phrases.flat().forEach((word, j) => {
      source[i * sourceLength + j] = word + firstWord;
    });
    const tokens = [start, ...translated.map((word) => word + firstWord), end];
    target.set(tokens, i * targetLength);
  }
  return new Samples({
    source: tensor(source, { device }).reshape([count, sourceLength]),
    target: tensor(target, { device }).reshape([count, targetLength]),
  });
}

interface Layer {
  readonly device: Device;
  readonly generator: Generator;
}

class Translator extends Module {
  readonly sourceEmbedding: Embedding;
  readonly targetEmbedding: Embedding;
  readonly sourcePosition: Tensor;
  readonly targetPosition: Tensor;
  readonly encoder: ModuleList<Block>;
  readonly decoder: ModuleList<Block>;
  readonly memoryNorm: LayerNorm;
  readonly norm: LayerNorm;

  constructor(postNorm: boolean, layer: Layer) {
    super();
    const embedding = (name: string) => {
      const made = this.child(name, new Embedding(vocabulary, width, layer));
      init.normal(made.weight, { std: width ** -0.5, generator: layer.generator });
      return made;
    };
    const block = (cross: boolean) => new Block({ features: width, heads: 4, cross, postNorm, ...layer });
    this.sourceEmbedding = embedding('source_embedding');
    this.targetEmbedding = embedding('target_embedding');
    this.sourcePosition = this.parameter('source_position', randn([sourceLength, width], layer).mul_(0.1));
    this.targetPosition = this.parameter('target_position', randn([targetLength, width], layer).mul_(0.1));
    this.encoder = this.child('encoder', new ModuleList([block(false), block(false)]));
    this.decoder = this.child('decoder', new ModuleList([block(true), block(true)]));
    this.memoryNorm = this.child('memory_norm', new LayerNorm(width, layer));
    this.norm = this.child('norm', new LayerNorm(width, layer));
  }

  /** Logits `[batch, rows, vocabulary]` of the token after each of `target` `[batch, rows]`. */
  forward(source: Tensor, target: Tensor): Tensor {
    const rows = target.size(1);
    const encoded = this.encoder.run(
      (block, x) => block.forward(x),
      this.sourceEmbedding.forward(source).add(this.sourcePosition),
    );
    const position = this.targetPosition.narrow({ dim: 0, start: 0, length: rows });
    const decoded = this.decoder.run(
      (block, x, memory) => block.forward(x, { isCausal: true, memory }),
      this.targetEmbedding.forward(target).add(position),
      this.memoryNorm.forward(encoded),
    );
    return linear(this.norm.forward(decoded), this.targetEmbedding.weight);
  }
}

/** What the decoder reads, and what it is to say after each token. */
function teacherForced(target: Tensor): { input: Tensor; next: Tensor } {
  const length = targetLength - 1;
  return {
    input: target.narrow({ dim: 1, start: 0, length }).contiguous(),
    next: target.narrow({ dim: 1, start: 1, length }).contiguous(),
  };
}

export const mt = defineWorkload<Translator, Record<'source' | 'target', Tensor>>({
  name: 'mt',
  mirrors: 'wmt',
  metric: { name: 'token accuracy', higherIsBetter: true },
  batchSize: 64,
  steps: 500,
  evalEvery: 20,
  heldOut: 'norms after the residual sums',
  open({ device, heldOut }) {
    const train = generate(trainCount, 0, device);
    const validation = generate(validationCount, 1, device);
    return {
      model: (generator) => new Translator(heldOut, { device, generator }),
      batch: (sampler) => train.draw(sampler, 64),
      loss: (model, { source, target }) => {
        const { input, next } = teacherForced(target);
        return crossEntropy(model.forward(source, input), next, { ignoreIndex: pad });
      },
      async evaluate(model) {
        const [right, all] = await evaluated(() => {
          const { source, target } = validation.slice(0, validationCount);
          const { input, next } = teacherForced(target);
          const counted = next.ne(pad).to('f32');
          const hits = model.forward(source, input).argmax({ dim: -1 }).eq(next).to('f32');
          return stack([hits.mul(counted).sum(), counted.sum()], { dim: 0 });
        });
        return right! / all!;
      },
      dispose: () => {
        train.dispose();
        validation.dispose();
      },
    };
  },
});
