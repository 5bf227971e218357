/** GigaTok beside peers/visual_tokenizer.py, the same models in plain PyTorch: training step, quantizer, sampling. */
import {
  generateTokens,
  ImageModel,
  imageModelSizes,
  TokenizerLoss,
  TokenizerTrainer,
  tokenizerConfigs,
  VectorQuantizer,
  VisualTokenizer,
} from '@tessera/gigatok';
import { grad, rand, randn, scope, tensor } from '@tessera/tensor';
import type { Work } from '../work.js';

/** Forward of the tiny tokenizer on one image, in multiply-adds: `tessera gigatok info tiny`. */
const tinyForward = 0.067e9;

export const tokenizerStep: Work = {
  name: 'tokenizer-step',
  summary: 'one training step of the tiny visual tokenizer: entropy loss, semantic regularization, AdamW',
  cases: [
    {
      label: '32x32 B64',
      size: { batch: 64 },
      cost: { flops: 3 * 2 * tinyForward * 64 },
      rivals: [{ peer: 'torch', method: 'eager', atLeast: 1.3 }],
    },
  ],
  ours: ({ batch }) => {
    const tokenizer = new VisualTokenizer(tokenizerConfigs.tiny);
    const trainer = new TokenizerTrainer(tokenizer, new TokenizerLoss(), { steps: 1e9, lr: 1e-3, clipNorm: 1 });
    const images = scope(() => rand([batch!, 3, 32, 32]).mul(2).sub(1));
    const teacher = randn([batch!, tokenizer.config.grid ** 2, 64]);
    return {
      call: async () => {
        for (const value of Object.values(await trainer.step(0, images, teacher)))
          if (typeof value !== 'number') value.dispose();
      },
      close: () => {
        for (const each of [trainer, tokenizer, images, teacher]) each.dispose();
      },
    };
  },
};

export const quantizerStep: Work = {
  name: 'quantizer-step',
  summary: 'vector quantizer with commitment and entropy loss, forward and both gradients',
  cases: [
    {
      label: '2048 x 16384 x 8',
      size: { vectors: 2048, codes: 16384, dim: 8 },
      cost: { flops: 7 * 2 * 2048 * 16384 * 8 },
      rivals: [{ peer: 'torch', method: 'eager', atLeast: 10 }],
      memory: true,
    },
    {
      label: '4096 x 512 x 8',
      size: { vectors: 4096, codes: 512, dim: 8 },
      cost: { flops: 7 * 2 * 4096 * 512 * 8 },
      rivals: [{ peer: 'torch', method: 'eager' }],
    },
  ],
  ours: ({ vectors, codes, dim }) => {
    const quantizer = new VectorQuantizer({
      size: codes!,
      dim: dim!,
      l2Norm: true,
      commitment: 0.25,
      entropyWeight: 0.1,
      entropyTemperature: 0.01,
      rotation: false,
    });
    const z = randn([1, dim!, 1, vectors!]).setRequiresGrad();
    const call = () =>
      scope(() => {
        const { quantized, losses } = quantizer.forward(z);
        const { vq, commitment, entropy } = losses!;
        const total = quantized.square().sum().add(vq).add(commitment).add(entropy!);
        grad(total, [z, quantizer.codebook]);
      });
    return { call, resultBytes: 4 * (z.numel + codes! * dim!), close: () => z.dispose() };
  },
};

export const imageSampling: Work = {
  name: 'image-sampling',
  summary: 'images of classes drawn token by token with classifier-free guidance and a cache',
  cases: [
    {
      label: 'tiny B64 T64',
      size: { ...imageModelSizes.tiny, batch: 64, tokens: 64, codes: 512, classes: 8 },
      rivals: [{ peer: 'torch', method: 'eager', atLeast: 3 }],
    },
    {
      label: 'tiny B1 T64',
      size: { ...imageModelSizes.tiny, batch: 1, tokens: 64, codes: 512, classes: 8 },
      rivals: [{ peer: 'torch', method: 'eager', atLeast: 3 }],
    },
  ],
  ours: ({ width, layers, heads, tokens, codes, classes, batch }) => {
    const model = new ImageModel({
      width: width!,
      layers: layers!,
      heads: heads!,
      tokens: tokens!,
      vocabulary: codes!,
      classes: classes!,
      multipleOf: 32,
    }).eval();
    const labels = tensor(Int32Array.from({ length: batch! }, (_, i) => i % classes!));
    let seed = 0;
    const call = () => generateTokens(model, labels, { scale: 1.5, seed: seed++ }).dispose();
    return { call, close: () => model.dispose() };
  },
};
