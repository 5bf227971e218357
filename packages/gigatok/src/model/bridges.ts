/**
 * Between the CNNs' maps and tokens: Q-Formers from a map to a row of tokens and back (1D), transformers over the map
 * itself (2D). Tokens are `[batch, tokens, width]` inside. Source: GigaTok `blocks.py` (MIT), arXiv 2504.08736.
 */
import { Conv2d, init, LayerNorm, Linear, Module, ModuleList, Sequential, SiLU } from '@tessera/nn';
import { ArgumentError, empty, formatShape, ShapeError, type Tensor } from '@tessera/tensor';
import type { ResolvedTokenizerConfig, TransformerSize } from './config.js';
import { lastLevelMap, multiLevelMap, multiLevelPool } from './pyramid.js';
import { TransformerDecoderLayer, TransformerLayer } from './transformer.js';

type Layer = TransformerDecoderLayer | TransformerLayer;

/** `[tokens, 1, width]`, normal with deviation `1 / sqrt(width)`. */
function positions(tokens: number, width: number): Tensor {
  return init.normal(empty([tokens, 1, width]), { std: width ** -0.5 });
}

/** A position parameter as something to add to `[batch, tokens, width]`. */
function rowsOf(parameter: Tensor): Tensor {
  const [tokens, , width] = parameter.shape as [number, number, number];
  return parameter.reshape([1, tokens, width]);
}

/** `[B, C, H, W]` as `[B, H W, C]`. */
function tokensOf(map: Tensor): Tensor {
  return map.flatten({ startDim: 2 }).transpose();
}

/** `[B, H W, C]` as `[B, C, height, width]`. */
function mapOf(tokens: Tensor, height: number, width: number): Tensor {
  const [batch, , channels] = tokens.shape as [number, number, number];
  return tokens.transpose().reshape([batch, channels, height, width]);
}

function layersOf(size: TransformerSize, config: ResolvedTokenizerConfig): ModuleList<Layer> {
  const { kind, layerType, mlpRatio, dropout, qkNorm } = config;
  const own = { ...size, mlpRatio, dropout, qkNorm };
  const Layer = kind === '1d' || layerType === 'decoder' ? TransformerDecoderLayer : TransformerLayer;
  return new ModuleList(Array.from({ length: size.layers }, () => new Layer(own)));
}

/** Where the layers start: the first tokens, what every layer gets beside them, and how a layer is called. */
interface Entry {
  readonly tokens: Tensor;
  readonly rest: readonly Tensor[];
  readonly body: (layer: Layer, x: Tensor, ...rest: Tensor[]) => Tensor;
}

/** Queries over a memory. */
function qFormer(queries: Tensor, memory: Tensor, queryPlaces: Tensor, memoryPlaces: Tensor): Entry {
  return {
    tokens: queries,
    rest: [memory, memory.add(memoryPlaces), queryPlaces],
    body: (layer, h, m, keys, own) => (layer as TransformerDecoderLayer).forward(h, m!, keys!, own!),
  };
}

/** A map that attends to itself alone. */
function overMap(map: Tensor, places: Tensor, layerType: ResolvedTokenizerConfig['layerType']): Entry {
  return layerType === 'plain'
    ? { tokens: map.add(places), rest: [], body: (layer, h) => (layer as TransformerLayer).forward(h) }
    : {
        tokens: map,
        rest: [places],
        body: (layer, h, p) => (layer as TransformerDecoderLayer).forward(h, h, h.add(p!), p!),
      };
}

/** From the CNN encoder's map to what is quantised. */
export class LatentEncoder extends Module {
  readonly layers: ModuleList<Layer>;
  readonly #config: ResolvedTokenizerConfig;
  readonly #embed: Linear;
  readonly #lnPre: LayerNorm;
  readonly #lnPost: LayerNorm;
  readonly #convOut: Conv2d;
  readonly #mapPositions: Tensor;
  readonly #tokenPositions: Tensor | undefined;
  readonly #queries: Tensor | undefined;
  readonly #queryProj: Linear | undefined;

  constructor(config: ResolvedTokenizerConfig) {
    super();
    const { grid, latentChannels, latentTokens, kind, encoderQueries } = config;
    const { width } = config.encoder;
    this.#config = config;
    this.#mapPositions = this.parameter('positional_embedding', positions(grid * grid, width));
    if (kind === '1d') {
      this.#tokenPositions = this.parameter('latent_token_positional_embedding', positions(latentTokens, width));
      if (encoderQueries === 'learned') this.#queries = this.parameter('query_1d', positions(latentTokens, width));
    }
    this.#embed = this.child('encoder_embed', new Linear(latentChannels, width));
    this.#lnPre = this.child('ln_pre', new LayerNorm(latentChannels));
    if (kind === '1d' && encoderQueries !== 'learned')
      this.#queryProj = this.child('global_proj', new Linear(width, width));
    this.layers = this.child('transformer', layersOf(config.encoder, config));
    this.#lnPost = this.child('ln_post', new LayerNorm(width));
    this.#convOut = this.child('conv_out', new Conv2d(width, latentChannels, 1));
  }

  /** Width-wide features before the last projection: `[B, width, 1, tokens]`, or `[B, width, grid, grid]` in 2D. */
  features(map: Tensor): Tensor {
    const { kind, grid, latentTokens } = this.#config;
    const tokens = this.#lnPost.forward(this.tokensAfter(map, this.layers.length));
    return kind === '2d' ? mapOf(tokens, grid, grid) : mapOf(tokens, 1, latentTokens);
  }

  /** The tokens `[B, tokens, width]` after the first `count` layers. */
  tokensAfter(map: Tensor, count: number): Tensor {
    const memory = this.#embed.forward(this.#lnPre.forward(tokensOf(map)));
    const places = rowsOf(this.#mapPositions);
    const { kind, layerType } = this.#config;
    const { tokens, rest, body } =
      kind === '2d'
        ? overMap(memory, places, layerType)
        : qFormer(this.#queriesFor(memory), memory, rowsOf(this.#tokenPositions!), places);
    return this.layers.runPart([0, count], body, tokens, ...rest);
  }

  /** `[B, latentChannels, grid, grid]` to `[B, latentChannels, 1, tokens]`, or `[B, latentChannels, grid, grid]` in 2D. */
  forward(map: Tensor): Tensor {
    return this.project(this.features(map));
  }

  project(features: Tensor): Tensor {
    return this.#convOut.forward(features);
  }

  #queriesFor(memory: Tensor): Tensor {
    const { encoderQueries, grid, latentTokens } = this.#config;
    const [batch, , width] = memory.shape as [number, number, number];
    const shape = [batch, latentTokens, width];
    if (encoderQueries === 'learned') return rowsOf(this.#queries!).expand(shape);
    if (encoderQueries === 'mean') {
      return this.#queryProj!.forward(memory.mean({ dim: 1, keepdim: true })).expand(shape);
    }
    return this.#queryProj!.forward(multiLevelPool(mapOf(memory, grid, grid), Math.log2(latentTokens)));
  }
}

export interface Decoded {
  /** `[B, latentChannels, grid, grid]`. */
  readonly map: Tensor;
  /** What the aligned layer made, `[B, grid², width]`; undefined where nothing is aligned. */
  readonly inner: Tensor | undefined;
}

/** From quantised tokens (after `post_quant_conv`) to the CNN decoder's map. */
export class LatentDecoder extends Module {
  readonly layers: ModuleList<Layer>;
  /** The projection to the teacher's features; needed in training only. */
  readonly distillMlp: Sequential | undefined;
  readonly #config: ResolvedTokenizerConfig;
  readonly #embed: Linear;
  readonly #lnPre: LayerNorm;
  readonly #lnPost: LayerNorm;
  readonly #convOut: Conv2d;
  readonly #mapPositions: Tensor;
  readonly #tokenPositions: Tensor | undefined;
  readonly #queries: Tensor | undefined;

  constructor(config: ResolvedTokenizerConfig) {
    super();
    const { grid, latentChannels, latentTokens, kind, decoderQueries, semantic } = config;
    const { width } = config.decoder;
    this.#config = config;
    if (kind === '1d' && decoderQueries === 'learned')
      this.#queries = this.parameter('q_2d', positions(grid * grid, width));
    this.#mapPositions = this.parameter('positional_embedding', positions(grid * grid, width));
    if (kind === '1d') {
      this.#tokenPositions = this.parameter('latent_token_positional_embedding', positions(latentTokens, width));
    }
    this.#embed = this.child('decoder_embed', new Linear(latentChannels, width));
    this.#lnPre = this.child('ln_pre', new LayerNorm(latentChannels));
    this.layers = this.child('transformer', layersOf(config.decoder, config));
    this.#lnPost = this.child('ln_post', new LayerNorm(width));
    this.#convOut = this.child('conv_out', new Conv2d(width, latentChannels, 3, { padding: 1 }));
    if (semantic !== null) {
      this.distillMlp = this.child(
        'distill_mlp',
        new Sequential(
          new Linear(width, 4 * width),
          new SiLU(),
          new Linear(4 * width, 4 * width),
          new SiLU(),
          new Linear(4 * width, semantic.features),
        ),
      );
    }
  }

  /** `latents` is `[B, latentChannels, 1, tokens]`, or `[B, latentChannels, grid, grid]` in 2D. */
  forward(latents: Tensor): Decoded {
    const { grid, semantic } = this.#config;
    const { tokens, rest, body } = this.#enter(latents);
    const aligned = semantic?.layer ?? 0;
    const inner = this.layers.runPart([0, aligned], body, tokens, ...rest);
    const last = this.layers.runPart([aligned, this.layers.length], body, inner, ...rest);
    return {
      map: this.#convOut.forward(mapOf(this.#lnPost.forward(last), grid, grid)),
      inner: semantic === null ? undefined : inner,
    };
  }

  /** The tokens `[B, grid², width]` after the first `count` layers. */
  tokensAfter(latents: Tensor, count: number): Tensor {
    const { tokens, rest, body } = this.#enter(latents);
    return this.layers.runPart([0, count], body, tokens, ...rest);
  }

  #enter(latents: Tensor): Entry {
    const { kind, layerType } = this.#config;
    const memory = this.#embed.forward(this.#lnPre.forward(tokensOf(latents)));
    const own = rowsOf(this.#mapPositions);
    return kind === '2d'
      ? overMap(memory, own, layerType)
      : qFormer(this.#queriesFor(memory), memory, own, this.#keyPositions(memory));
  }

  /** The aligned layer's features in the teacher's space: `[B, grid², features]`. */
  distill(inner: Tensor | undefined): Tensor {
    if (inner === undefined || this.distillMlp === undefined) {
      throw new ArgumentError('this tokenizer has no semantic layer; set `semantic` in its configuration.', {
        op: 'distill',
      });
    }
    return this.distillMlp.forward(inner);
  }

  #keyPositions(memory: Tensor): Tensor {
    const { latentTokens } = this.#config;
    if (memory.shape[1] !== latentTokens) {
      throw new ShapeError(`needs ${latentTokens} tokens an image; got ${formatShape(memory.shape)}.`, {
        op: 'LatentDecoder',
        actual: memory.shape[1],
        expected: latentTokens,
      });
    }
    return rowsOf(this.#tokenPositions!);
  }

  #queriesFor(memory: Tensor): Tensor {
    const { decoderQueries, grid } = this.#config;
    const [batch, , width] = memory.shape as [number, number, number];
    const shape = [batch, grid * grid, width];
    if (decoderQueries === 'learned') return rowsOf(this.#queries!).expand(shape);
    if (decoderQueries === 'first') return memory.narrow({ dim: 1, start: 0, length: 1 }).expand(shape);
    return tokensOf((decoderQueries === 'lastLevel' ? lastLevelMap : multiLevelMap)(memory, grid));
  }
}
