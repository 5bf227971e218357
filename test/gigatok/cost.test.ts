/** Counts from shapes alone, against the modules and against the numbers of the paper. */
import {
  ImageModel,
  imageModelCost,
  imageModelSizes,
  type TokenizerConfig,
  tokenizerConfig,
  tokenizerConfigs,
  tokenizerCost,
  trainingPlan,
  VisualTokenizer,
} from '@tessera/gigatok';
import { describe, expect, it } from 'vitest';

const parameters = (parts: readonly { parameters: number }[]) => parts.reduce((n, part) => n + part.parameters, 0);
const millions = (n: number) => (n / 1e6).toFixed(2);

describe('parameters of named configurations', () => {
  it.each([
    ['S-S', '136.07'],
    ['S-B', '232.40'],
    ['S-L', '532.85'],
    ['B-L', '621.64'],
    ['XL-XXL', '2893.97'],
    ['S-S-2D', '135.55'],
    ['S-B-2D', '197.13'],
    ['B-L-2D', '491.41'],
  ])('%s has %s million', (name, expected) => {
    expect(millions(parameters(tokenizerCost(tokenizerConfig(name))))).toBe(expected);
  });

  it('splits S-S as the paper does', () => {
    const parts = new Map(tokenizerCost(tokenizerConfig('S-S')).map((part) => [part.name, millions(part.parameters)]));
    expect(parts.get('CNN encoder')).toBe('26.14');
    expect(parts.get('CNN decoder')).toBe('50.16');
    expect(parts.get('encoder transformer')).toBe('26.01');
    expect(parts.get('semantic projection (training only)')).toBe('6.82');
  });

  it.each([
    ['B', '111.09'],
    ['L', '343.17'],
    ['XL', '775.03'],
    ['XXL', '1411.37'],
  ] as const)('image model %s has %s million', (name, expected) => {
    const config = { ...imageModelSizes[name], vocabulary: 16384, tokens: 256, classes: 1000 };
    expect(millions(parameters(imageModelCost(config)))).toBe(expected);
  });
});

describe('counts and modules', () => {
  const small: TokenizerConfig = {
    ...tokenizerConfigs.tiny,
    imageSize: 16,
    latentTokens: 16,
    cnn: { ...tokenizerConfigs.tiny.cnn, channels: 4, normGroups: 2 },
  };
  const variants: [string, TokenizerConfig][] = [
    ['tiny', tokenizerConfigs.tiny],
    ['tiny-2D', tokenizerConfigs['tiny-2D']],
    ['without semantic layer', { ...small, semantic: null }],
    [
      'attention, plain norms, nearest upsampling',
      { ...small, cnn: { ...small.cnn, attention: true, adaptiveGroupNorm: false, depthToSpace: false } },
    ],
    [
      'normalised queries and learned ones',
      { ...small, qkNorm: true, encoderQueries: 'learned', decoderQueries: 'learned' },
    ],
    ['2D with two attentions', { ...small, kind: '2d', layerType: 'decoder' }],
  ];

  it.each(variants)('agree: %s', (_name, config) => {
    using tokenizer = new VisualTokenizer(config);
    expect(parameters(tokenizerCost(config))).toBe(tokenizer.parameterCount());
  });

  it.each(['none', 'block', 'shared'] as const)('agree for image models with modulation %s', (modulation) => {
    const config = {
      width: 16,
      layers: 2,
      heads: 4,
      kvHeads: 2,
      vocabulary: 20,
      tokens: 9,
      classes: 3,
      multipleOf: 8,
      qkNorm: true,
      modulation,
    };
    using model = new ImageModel(config);
    expect(parameters(imageModelCost(config))).toBe(model.parameterCount());
  });
});

it('plans memory: states of bf16 parameters, sharing, checkpointing', () => {
  const parts = [{ name: 'a', parameters: 100, multiplyAdds: 10, activations: 1000, kept: 100, largestBlock: 50 }];
  const plan = trainingPlan(parts, { batch: 2, dtype: 'bf16', checkpointing: false });
  expect(plan).toMatchObject({ parameters: 200, gradients: 200, optimizer: 1200, activations: 4000, flops: 120 });
  const shared = trainingPlan(parts, { batch: 2, dtype: 'bf16', checkpointing: true, shards: 2 });
  expect(shared.parameters).toBe(100);
  expect(shared.activations).toBe((2 * 2 * 150) / 2);
  expect(shared.flops).toBe(160);
});
