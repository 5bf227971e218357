/**
 * What a configuration costs, computed from its shapes alone: nothing is allocated, so that 2.9 billion parameters are
 * counted at once. One part per module of the tokenizer, with the parameters it has, the multiply-adds of a forward pass
 * and the activations a backward pass keeps. A test holds the parameters to the modules'.
 */
import { type ImageModelConfig, resolveImageModelConfig } from '../ar/config.js';
import {
  type ResolvedTokenizerConfig,
  resolveTokenizerConfig,
  type TokenizerConfig,
  type TransformerSize,
} from './config.js';

export interface PartCost {
  readonly name: string;
  readonly parameters: number;
  /** Multiply-adds of one image's forward pass. */
  readonly multiplyAdds: number;
  /** Numbers kept for one image's backward pass. */
  readonly activations: number;
  /** Those that checkpointing keeps: what goes into each block, and what lies outside of blocks. */
  readonly kept: number;
  /** Numbers of the block that has most of them: what a backward pass with checkpointing computes again at a time. */
  readonly largestBlock: number;
}

class Ledger {
  parameters = 0;
  multiplyAdds = 0;
  activations = 0;
  kept = 0;
  largestBlock = 0;

  /** Numbers a backward pass needs. */
  #keep(values: number): void {
    this.activations += values;
    this.kept += values;
  }

  /** Makes all so far one block, of which checkpointing keeps `inputs` numbers. */
  block(inputs: number): this {
    this.largestBlock = this.activations;
    this.kept = inputs;
    return this;
  }

  /** A linear layer over `rows` rows. */
  linear(rows: number, inputs: number, outputs: number, bias = true): this {
    this.parameters += inputs * outputs + (bias ? outputs : 0);
    this.multiplyAdds += rows * inputs * outputs;
    this.#keep(rows * inputs);
    return this;
  }

  /** A convolution with `side²` results. */
  conv(side: number, inputs: number, outputs: number, kernel: number, stride = 1): this {
    this.parameters += inputs * outputs * kernel * kernel + outputs;
    this.multiplyAdds += side * side * inputs * outputs * kernel * kernel;
    this.#keep(side * side * stride * stride * inputs);
    return this;
  }

  /** A norm with scale and shift over `features`, of `values` numbers in all. */
  norm(features: number, values: number): this {
    this.parameters += 2 * features;
    this.#keep(values);
    return this;
  }

  /** An elementwise function that keeps its input. */
  activation(values: number): this {
    this.#keep(values);
    return this;
  }

  /** The products of attention, which keep nothing of queries by keys. */
  attention(queries: number, keys: number, width: number): this {
    this.multiplyAdds += 2 * queries * keys * width;
    this.#keep((2 * queries + 2 * keys) * width);
    return this;
  }

  table(parameters: number): this {
    this.parameters += parameters;
    return this;
  }

  times(count: number): this {
    this.parameters *= count;
    this.multiplyAdds *= count;
    this.activations *= count;
    this.kept *= count;
    return this;
  }

  add(other: Ledger): this {
    this.parameters += other.parameters;
    this.multiplyAdds += other.multiplyAdds;
    this.activations += other.activations;
    this.kept += other.kept;
    this.largestBlock = Math.max(this.largestBlock, other.largestBlock);
    return this;
  }

  as(name: string): PartCost {
    const { parameters, multiplyAdds, activations, kept, largestBlock } = this;
    return { name, parameters, multiplyAdds, activations, kept, largestBlock };
  }
}

function resnetBlock(side: number, inputs: number, outputs: number): Ledger {
  const [a, b] = [side * side * inputs, side * side * outputs];
  const block = new Ledger().norm(inputs, a).activation(a).conv(side, inputs, outputs, 3);
  block.norm(outputs, b).activation(b).conv(side, outputs, outputs, 3);
  if (inputs !== outputs) block.conv(side, inputs, outputs, 1);
  return block.block(a);
}

function attentionBlock(side: number, channels: number): Ledger {
  const block = new Ledger().norm(channels, side * side * channels);
  for (let i = 0; i < 4; i++) block.conv(side, channels, channels, 1);
  return block.attention(side * side, side * side, channels).block(side * side * channels);
}

function middle(side: number, channels: number, attention: boolean): Ledger {
  const blocks = resnetBlock(side, channels, channels).times(2);
  return attention ? blocks.add(attentionBlock(side, channels)) : blocks;
}

function cnnEncoder({ cnn, imageSize, latentChannels }: ResolvedTokenizerConfig): Ledger {
  const total = new Ledger().conv(imageSize, 3, cnn.channels, 3);
  let [side, inputs] = [imageSize, cnn.channels];
  for (const [i, multiplier] of cnn.encoderMultipliers.entries()) {
    const last = i === cnn.encoderMultipliers.length - 1;
    const outputs = cnn.channels * multiplier;
    for (let j = 0; j < cnn.resBlocks; j++) {
      total.add(resnetBlock(side, inputs, outputs));
      if (last && cnn.attention) total.add(attentionBlock(side, outputs));
      inputs = outputs;
    }
    if (last) continue;
    side /= 2;
    total.conv(side, inputs, inputs, 3, 2);
  }
  total.add(middle(side, inputs, cnn.attention));
  const values = side * side * inputs;
  return total.norm(inputs, values).activation(values).conv(side, inputs, latentChannels, 3);
}

function cnnDecoder({ cnn, grid, latentChannels }: ResolvedTokenizerConfig): Ledger {
  let [side, inputs] = [grid, cnn.channels * cnn.decoderMultipliers.at(-1)!];
  const total = new Ledger().conv(side, latentChannels, inputs, 3).add(middle(side, inputs, cnn.attention));
  for (const [i, multiplier] of cnn.decoderMultipliers.toReversed().entries()) {
    const outputs = cnn.channels * multiplier;
    if (cnn.adaptiveGroupNorm) {
      total
        .linear(1, latentChannels, inputs)
        .linear(1, latentChannels, inputs)
        .activation(2 * side * side * inputs);
    }
    for (let j = 0; j <= cnn.resBlocks; j++) {
      total.add(resnetBlock(side, inputs, outputs));
      if (i === 0 && cnn.attention) total.add(attentionBlock(side, outputs));
      inputs = outputs;
    }
    if (i === cnn.decoderMultipliers.length - 1) continue;
    if (cnn.depthToSpace) {
      total.conv(side, inputs, 4 * inputs, 3);
      side *= 2;
    } else {
      side *= 2;
      total.conv(side, inputs, inputs, 3);
    }
  }
  const values = side * side * inputs;
  return total.norm(inputs, values).activation(values).conv(side, inputs, 3, 3);
}

/** One layer: attention of `queries` over themselves, over a memory where there is one, and the feed-forward block. */
function layer(
  { width, heads }: TransformerSize,
  queries: number,
  keys: number | null,
  config: ResolvedTokenizerConfig,
): Ledger {
  const values = queries * width;
  const hidden = Math.trunc(width * config.mlpRatio);
  const project = (over: number) => {
    const part = new Ledger().linear(queries, width, width).linear(over, width, width).linear(over, width, width);
    if (config.qkNorm) part.norm(width / heads, values).norm(width / heads, over * width);
    return part.attention(queries, over, width).linear(queries, width, width);
  };
  const total = new Ledger().norm(width, values).add(project(queries));
  if (keys !== null) total.norm(width, values).add(project(keys));
  total
    .norm(width, values)
    .linear(queries, width, hidden)
    .activation(queries * hidden)
    .linear(queries, hidden, width);
  return total.block(values);
}

function latentEncoder(config: ResolvedTokenizerConfig): Ledger {
  const { grid, latentTokens, latentChannels, kind, encoderQueries, layerType } = config;
  const { width, layers } = config.encoder;
  const cells = grid * grid;
  const total = new Ledger()
    .table(cells * width)
    .norm(latentChannels, cells * latentChannels)
    .linear(cells, latentChannels, width);
  const tokens = kind === '1d' ? latentTokens : cells;
  if (kind === '1d') {
    total.table(latentTokens * width);
    if (encoderQueries === 'learned') total.table(latentTokens * width);
    else total.linear(latentTokens, width, width);
    total.add(layer(config.encoder, tokens, cells, config).times(layers));
  } else total.add(layer(config.encoder, tokens, layerType === 'decoder' ? cells : null, config).times(layers));
  return total.norm(width, tokens * width).linear(tokens, width, latentChannels);
}

function latentDecoder(config: ResolvedTokenizerConfig): Ledger {
  const { grid, latentTokens, latentChannels, kind, decoderQueries, layerType } = config;
  const { width, layers } = config.decoder;
  const cells = grid * grid;
  const tokens = kind === '1d' ? latentTokens : cells;
  const total = new Ledger()
    .table(cells * width)
    .norm(latentChannels, tokens * latentChannels)
    .linear(tokens, latentChannels, width);
  if (kind === '1d') {
    total.table(latentTokens * width);
    if (decoderQueries === 'learned') total.table(cells * width);
  }
  const keys = kind === '1d' ? latentTokens : layerType === 'decoder' ? cells : null;
  total.add(layer(config.decoder, cells, keys, config).times(layers));
  return total.norm(width, cells * width).conv(grid, width, latentChannels, 3);
}

/** Costs of a tokenizer's parts, in the order of its data flow. */
export function tokenizerCost(given: TokenizerConfig): PartCost[] {
  const config = resolveTokenizerConfig(given);
  const { codebook, latentChannels, tokens, semantic, decoder, grid } = config;
  const parts = [
    cnnEncoder(config).as('CNN encoder'),
    latentEncoder(config).as('encoder transformer'),
    new Ledger()
      .linear(tokens, latentChannels, codebook.dim)
      .table(codebook.size * codebook.dim)
      .linear(tokens, codebook.dim, latentChannels)
      .as('quantizer'),
    latentDecoder(config).as('decoder transformer'),
    cnnDecoder(config).as('CNN decoder'),
  ];
  if (semantic === null) return parts;
  const [cells, wide] = [grid * grid, 4 * decoder.width];
  const mlp = new Ledger().linear(cells, decoder.width, wide).activation(cells * wide);
  mlp
    .linear(cells, wide, wide)
    .activation(cells * wide)
    .linear(cells, wide, semantic.features);
  return [...parts, mlp.as('semantic projection (training only)')];
}

/** Costs of an image model's parts. */
export function imageModelCost(given: ImageModelConfig): PartCost[] {
  const c = resolveImageModelConfig(given);
  const { width, tokens, vocabulary, kvHeads, heads, hidden } = c;
  const kv = (kvHeads * width) / heads;
  const block = new Ledger().table(2 * width).activation(2 * tokens * width);
  block
    .linear(tokens, width, width + 2 * kv, false)
    .attention(tokens, tokens / 2, width)
    .linear(tokens, width, width, false);
  block
    .linear(tokens, width, hidden, false)
    .linear(tokens, width, hidden, false)
    .activation(tokens * hidden);
  block.linear(tokens, hidden, width, false);
  if (c.qkNorm) block.table((4 * width) / heads);
  if (c.modulation === 'block') block.linear(1, width, 6 * width);
  if (c.modulation === 'shared') block.table(6 * width);
  const embeddings = new Ledger().table((c.classes + (c.classDropout > 0 ? 1 : 0) + vocabulary) * width);
  if (c.positions === 'learned') embeddings.table((tokens + 1) * width);
  const head = new Ledger().table(width).linear(tokens, width, vocabulary, false);
  if (c.modulation !== 'none') head.linear(1, width, 2 * width);
  if (c.modulation === 'shared') head.linear(1, width, 6 * width);
  block.block(tokens * width);
  return [embeddings.as('embeddings'), block.times(c.layers).as('blocks'), head.as('output')];
}

export interface MemoryOptions {
  readonly batch: number;
  /** Of parameters, gradients and activations. */
  readonly dtype: 'f32' | 'bf16';
  /** Whether layers are computed again in the backward pass. Then about the inputs of layers are kept. */
  readonly checkpointing: boolean;
  /** Devices that parameters, gradients and optimizer states are spread over. */
  readonly shards?: number;
}

export interface MemoryPlan {
  /** Bytes per device. */
  readonly parameters: number;
  readonly gradients: number;
  /** AdamW's moments in f32, and f32 master values of bf16 parameters. */
  readonly optimizer: number;
  readonly activations: number;
  readonly total: number;
  /** Floating-point operations of one training step of the whole batch. */
  readonly flops: number;
}

/** Memory and work of a training step. A plan to choose by, not a measurement: buffers of libraries and fragments come on top. */
export function trainingPlan(parts: readonly PartCost[], options: MemoryOptions): MemoryPlan {
  const { batch, dtype, checkpointing, shards = 1 } = options;
  const sum = (of: (part: PartCost) => number) => parts.reduce((total, part) => total + of(part), 0);
  const bytes = dtype === 'bf16' ? 2 : 4;
  const count = sum((part) => part.parameters) / shards;
  const again = parts.reduce((most, part) => Math.max(most, part.largestBlock), 0);
  const values = checkpointing ? sum((part) => part.kept) + again : sum((part) => part.activations);
  const plan = {
    parameters: bytes * count,
    gradients: bytes * count,
    optimizer: (dtype === 'bf16' ? 12 : 8) * count,
    activations: (bytes * batch * values) / shards,
  };
  const total = plan.parameters + plan.gradients + plan.optimizer + plan.activations;
  return { ...plan, total, flops: 2 * (checkpointing ? 4 : 3) * batch * sum((part) => part.multiplyAdds) };
}
