/** Fixtures of the original tokenizer: activations, codes, images, losses and every gradient, with both estimators. */
import { type TokenizerConfig, VisualTokenizer } from '@tessera/gigatok';
import { cosineSimilarity, mseLoss, noGrad, Scope, type Tensor, zeros } from '@tessera/tensor';
import { type GigatokFixture, handlerOf } from './fixture.js';

interface OriginalConfig {
  readonly codebook_size: number;
  readonly codebook_embed_dim: number;
  readonly codebook_l2_norm: boolean;
  readonly commit_loss_beta: number;
  readonly entropy_loss_ratio: number;
  readonly entropy_temperature: number;
  readonly encoder_ch_mult: readonly number[];
  readonly decoder_ch_mult: readonly number[];
  readonly num_latent_tokens: number;
  readonly z_channels: number;
  readonly dropout_p: number;
  readonly adaptive_gn: boolean;
  readonly d2s_up: boolean;
  readonly use_attn: boolean;
  readonly fea_rec_loss_type: 'mse' | 'cosine';
  readonly fea_rec_loss_weight: number;
  readonly distill_depth: number | null;
  readonly out_inner_dim: number;
  readonly kind: '1d' | '2d';
  readonly image_size: number;
  readonly cnn_ch: number;
  readonly cnn_num_res_blocks: number;
  readonly transformer_width: number;
  readonly transformer_layers: number;
  readonly transformer_heads: number;
  readonly decoder_width?: number;
  readonly decoder_layers?: number;
  readonly decoder_heads?: number;
  readonly mlp_ratio: number;
  readonly multi_level_query_init: boolean;
  readonly learnable_1d_query_init?: boolean;
  readonly last_level_2d_query_init?: boolean;
  readonly multi_level_2d_query_init?: boolean;
  readonly learnable_2d_query_init?: boolean;
  readonly transformer_layer_type: string;
  readonly use_qk_norm: boolean;
  readonly groupnorm_groups: number;
  readonly semantic_weight: number;
}

function configOf(c: OriginalConfig, rotation: boolean): TokenizerConfig {
  const encoder = { width: c.transformer_width, layers: c.transformer_layers, heads: c.transformer_heads };
  return {
    kind: c.kind,
    imageSize: c.image_size,
    encoder,
    decoder: {
      width: c.decoder_width ?? encoder.width,
      layers: c.decoder_layers ?? encoder.layers,
      heads: c.decoder_heads ?? encoder.heads,
    },
    latentTokens: c.num_latent_tokens,
    latentChannels: c.z_channels,
    cnn: {
      channels: c.cnn_ch,
      encoderMultipliers: c.encoder_ch_mult,
      decoderMultipliers: c.decoder_ch_mult,
      resBlocks: c.cnn_num_res_blocks,
      attention: c.use_attn,
      adaptiveGroupNorm: c.adaptive_gn,
      depthToSpace: c.d2s_up,
      normGroups: c.groupnorm_groups,
    },
    codebook: {
      size: c.codebook_size,
      dim: c.codebook_embed_dim,
      l2Norm: c.codebook_l2_norm,
      commitment: c.commit_loss_beta,
      entropyWeight: c.entropy_loss_ratio,
      entropyTemperature: c.entropy_temperature,
      rotation,
    },
    layerType: c.transformer_layer_type === 'TransformerLayer' ? 'plain' : 'decoder',
    encoderQueries: c.multi_level_query_init ? 'multiLevel' : c.learnable_1d_query_init ? 'learned' : 'mean',
    decoderQueries: c.last_level_2d_query_init
      ? 'lastLevel'
      : c.multi_level_2d_query_init
        ? 'multiLevel'
        : c.learnable_2d_query_init
          ? 'learned'
          : 'first',
    qkNorm: c.use_qk_norm,
    mlpRatio: c.mlp_ratio,
    dropout: c.dropout_p,
    semantic: c.distill_depth === null ? null : { layer: c.distill_depth, features: c.out_inner_dim },
    featureLoss: c.fea_rec_loss_type,
  };
}

type TokenizerFixture = GigatokFixture<OriginalConfig>;

async function load(fixture: TokenizerFixture, rotation: boolean): Promise<VisualTokenizer> {
  const tokenizer = new VisualTokenizer(configOf(fixture.config, rotation));
  const parameters = await fixture.tensors('param.');
  parameters.delete('quantize.codebook_used');
  tokenizer.loadStateDict(parameters);
  return tokenizer;
}

/** `[B, L, C]` as `[L, B, C]`. */
const sequenceFirst = (x: Tensor) => x.permute([1, 0, 2]).contiguous();

async function checkEvaluation(fixture: TokenizerFixture): Promise<void> {
  using _scope = new Scope();
  using tokenizer = (await load(fixture, false)).eval();
  await fixture.checkScalar('num_params', tokenizer.parameterCount());
  const images = await fixture.tensor('in.image');
  const { tensors, ids } = noGrad(() => {
    const { latentEncoder, latentDecoder, quantConv, postQuantConv, decoder } = tokenizer;
    const map = tokenizer.encoder.forward(images);
    const features = latentEncoder.features(map);
    const latents = quantConv.forward(latentEncoder.project(features));
    const quantized = tokenizer.quantizer.forward(latents);
    const expanded = postQuantConv.forward(quantized.quantized);
    const decoded = latentDecoder.forward(expanded).map;
    return {
      ids: quantized.ids,
      tensors: {
        'act.cnn_encoder': map,
        'act.encoder_layer0': sequenceFirst(latentEncoder.tokensAfter(map, 1)),
        'act.transformer_encoder': features,
        'eval.encoder_feat': features,
        'act.quant_conv': latents,
        'eval.quant': quantized.quantized,
        'act.post_quant_conv': expanded,
        'act.decoder_layer0': sequenceFirst(latentDecoder.tokensAfter(expanded, 1)),
        'act.transformer_decoder': decoded,
        'act.cnn_decoder_mid': decoder.middle(decoded),
        'eval.recon': tokenizer.forward(images).image,
        'eval.recon_from_ids': tokenizer.decodeIds(quantized.ids),
      } as Record<string, Tensor>,
    };
  });
  await fixture.checkExact('eval.ids', ids);
  for (const [name, actual] of Object.entries(tensors)) if (fixture.has(name)) await fixture.check(name, actual);
  const mse = noGrad(() => mseLoss(tensors['eval.recon']!, images));
  await fixture.checkScalar('eval.recon_mse', mse);
}

async function checkTraining(fixture: TokenizerFixture, tag: 'ste' | 'rot'): Promise<void> {
  using _scope = new Scope();
  const c = fixture.config;
  using tokenizer = await load(fixture, tag === 'rot');
  const images = await fixture.tensor('in.image');
  const counts = zeros([c.codebook_size], { dtype: 'i32' });
  const semantic = c.distill_depth !== null && fixture.has('in.semantic_feat');
  const out = tokenizer.forward(images, { semantic, shortcuts: true, counts });
  const teacher = semantic ? await fixture.tensor('in.semantic_feat') : undefined;
  const losses: Record<string, Tensor> = {
    rec_l2: mseLoss(out.image, images),
    direct_rec_l2: mseLoss(out.shortcuts!.image, images),
    vq: out.quantizer!.vq,
    commit: out.quantizer!.commitment,
    feature_rec: out.shortcuts!.featureLoss.mul(c.fea_rec_loss_weight),
    ...(out.quantizer!.entropy && { entropy: out.quantizer!.entropy }),
    ...(teacher && { semantic: cosineSimilarity(out.semantic!, teacher, { dim: -1 }).mean().neg() }),
  };
  const total = Object.entries(losses).reduce<Tensor>(
    (sum, [name, loss]) => sum.add(name === 'semantic' ? loss.mul(c.semantic_weight) : loss),
    zeros([]),
  );
  for (const [name, loss] of Object.entries(losses)) await fixture.checkScalar(`train.${tag}.${name}`, loss);
  await fixture.checkScalar(`train.${tag}.total`, total);
  if (fixture.has('train.recon')) await fixture.check('train.recon', out.image);
  if (fixture.has('train.direct_recon')) await fixture.check('train.direct_recon', out.shortcuts!.image);
  if (out.semantic !== undefined && fixture.has('train.inner_feat'))
    await fixture.check('train.inner_feat', out.semantic);
  const seen = await counts.data();
  // The original's window starts as zeros, so code 0 always counts as used.
  const used = seen.filter((count, code) => count > 0 || code === 0).length;
  await fixture.checkScalar(`train.${tag}.codebook_usage`, used / c.codebook_size);
  total.backward();
  const scale = Number(fixture.content.scalars[`train.${tag}.grad_norm`] ?? 0);
  const parameters = new Map(tokenizer.namedParameters());
  for (const prefix of [`grad.${tag}.`, `train.${tag}.grad.`]) {
    for (const name of fixture.names(prefix)) {
      await fixture.checkGradient(
        prefix + name,
        name === 'in.image' ? images.grad : (parameters.get(name)?.grad ?? null),
        scale,
      );
    }
  }
}

export const runTokenizerCase = handlerOf<OriginalConfig>(async (fixture) => {
  await checkEvaluation(fixture);
  for (const tag of ['ste', 'rot'] as const) {
    if (`train.${tag}.total` in fixture.content.scalars) await checkTraining(fixture, tag);
  }
});
