/** Tokenizers as a user meets them: shapes, codes, options, errors, precision, checkpoints on disk. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSafetensors } from '@tessera/data';
import { tensorToWrite } from '@tessera/data/tensors';
import {
  lastLevelMap,
  loadTokenizer,
  multiLevelMap,
  multiLevelPool,
  resolveTokenizerConfig,
  saveTokenizer,
  tokenizerConfig,
  type VisualTokenizer,
} from '@tessera/gigatok';
import { device, noGrad, randn, Scope, scope, tensor, zeros } from '@tessera/tensor';
import { afterAll, describe, expect, it } from 'vitest';
import { scenes, smallConfig, smallTokenizer } from './support.js';

const folder = await mkdtemp(join(tmpdir(), 'gigatok-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a tokenizer', () => {
  it.each([
    ['1D', {}, [2, 16]],
    ['2D', { kind: '2d' }, [2, 64]],
    ['2D with two attentions', { kind: '2d', layerType: 'decoder' }, [2, 64]],
    ['learned queries', { encoderQueries: 'learned', decoderQueries: 'learned' }, [2, 16]],
    ['queries of the last level', { encoderQueries: 'mean', decoderQueries: 'lastLevel' }, [2, 16]],
    ['queries of all levels, normalised', { decoderQueries: 'multiLevel', qkNorm: true }, [2, 16]],
  ] as const)('makes codes and images: %s', async (_name, options, shape) => {
    using _scope = new Scope();
    using tokenizer = smallTokenizer(options).eval();
    const images = scenes(2);
    const { ids } = noGrad(() => tokenizer.encode(images));
    expect(ids.shape).toEqual(shape);
    const direct = noGrad(() => tokenizer.forward(images).image);
    const again = noGrad(() => tokenizer.decodeIds(ids));
    expect(again.shape).toEqual([2, 3, 32, 32]);
    const difference = await again.sub(direct).abs().max();
    expect(await difference[0]!.item()).toBeLessThan(1e-5);
  });

  it('is tied to its size, and says so', () => {
    using tokenizer = smallTokenizer();
    using images = randn([1, 3, 64, 64]);
    expect(() => tokenizer.encode(images)).toThrow(/works at 32x32 alone.*got 64x64.*train a tokenizer at that size/);
    using flat = randn([3, 32, 32]);
    expect(() => tokenizer.encode(flat)).toThrow(/needs images \[batch, 3, 32, 32\]/);
  });

  it('refuses ids of another length, and ids that are no code', async () => {
    using tokenizer = smallTokenizer().eval();
    using short = zeros([1, 8], { dtype: 'i32' });
    expect(() => tokenizer.decodeIds(short)).toThrow(/needs ids \[batch, 16\]; got \[1, 8\]/);
    using wrong = zeros([1, 16], { dtype: 'i32' }).fill_(32);
    const attempt = async () => {
      using images = noGrad(() => scope(() => tokenizer.decodeIds(wrong)));
      await images.data();
    };
    await expect(attempt()).rejects.toThrow(/index|range/i);
  });

  it('leaves live bytes where it found them after a training step', async () => {
    using tokenizer = smallTokenizer();
    using images = scenes(2);
    const step = () =>
      scope(() => {
        const { image, quantizer, semantic, shortcuts } = tokenizer.forward(images, {
          semantic: true,
          shortcuts: true,
        });
        image.square().mean().add(quantizer!.vq).add(semantic!.mean()).add(shortcuts!.featureLoss).backward();
      });
    step();
    await device('cpu').synchronize();
    const before = device('cpu').memory().live;
    for (let i = 0; i < 3; i++) step();
    await device('cpu').synchronize();
    expect(device('cpu').memory().live).toBe(before);
  });

  it('has the same gradients with checkpointing', async () => {
    using _scope = new Scope();
    const images = scenes(2);
    using tokenizer = smallTokenizer();
    const gradients = async () => {
      tokenizer.zeroGrad();
      const { image, semantic } = tokenizer.forward(images, { semantic: true });
      image.square().mean().add(semantic!.square().mean()).backward();
      const found: number[][] = [];
      for (const [, p] of tokenizer.namedParameters())
        found.push(p.grad === null ? [] : Array.from(await p.grad.data()));
      return found;
    };
    const plain = await gradients();
    tokenizer.setCheckpointing();
    const again = await gradients();
    for (const [i, values] of plain.entries()) {
      for (const [j, value] of values.entries())
        expect(Math.abs(value - again[i]![j]!)).toBeLessThan(1e-5 + 1e-3 * Math.abs(value));
    }
  });

  it('computes in bf16 with a quantizer in f32', async () => {
    using _scope = new Scope();
    using tokenizer = smallTokenizer().setDType('bf16');
    expect(tokenizer.quantizer.codebook.dtype).toBe('f32');
    expect(tokenizer.encoder.convIn.weight.dtype).toBe('bf16');
    const { image, quantizer } = tokenizer.forward(scenes(1));
    expect(image.dtype).toBe('bf16');
    expect(quantizer!.vq.dtype).toBe('f32');
    image.to('f32').square().mean().add(quantizer!.vq).backward();
    expect(Number.isFinite(await tokenizer.lastLayer.grad!.to('f32').sum().item())).toBe(true);
  });
});

describe('queries', () => {
  it('are means over halves, quarters, ...: the first level splits the width', async () => {
    using _scope = new Scope();
    const map = tensor([1, 2, 3, 4], { shape: [1, 1, 2, 2] });
    expect(Array.from(await multiLevelPool(map, 2).data())).toEqual([2.5, 2.5, 2, 3]);
    expect(Array.from(await multiLevelPool(map, 2, 'col').data())).toEqual([2.5, 2.5, 1.5, 3.5]);
  });

  it('spread over a map, the last level or the mean of levels that all start at the first token', async () => {
    using _scope = new Scope();
    const tokens = tensor([1, 2, 3, 4], { shape: [1, 4, 1] });
    expect(Array.from(await lastLevelMap(tokens, 2).data())).toEqual([3, 4, 3, 4]);
    expect(Array.from(await multiLevelMap(tokens, 2).data())).toEqual([1.25, 1.75, 1.25, 1.75]);
    expect(Array.from(await multiLevelMap(tokens, 2, 'col').data())).toEqual([1.25, 1.25, 1.75, 1.75]);
  });
});

describe('a configuration', () => {
  it.each([
    [{ ...smallConfig, latentTokens: 12 }, /power of two as latentTokens; got 12/],
    [{ ...smallConfig, imageSize: 30 }, /multiple of 4.*got 30/],
    [{ ...smallConfig, semantic: { layer: 3, features: 4 } }, /semantic.layer is 3, but the decoder has 2 layers/],
    [{ ...smallConfig, encoder: { width: 16, layers: 1, heads: 3 } }, /heads must divide the width/],
    [{ ...smallConfig, encoder: 'huge' }, /unknown size; got 'huge'; expected one of tiny, small/],
    [{ ...smallConfig, latentToken: 8 }, /no option 'latentToken'. Did you mean latentTokens\?/],
    [{ ...smallConfig, codebook: { entropyWait: 1 } }, /no option 'entropyWait'. Did you mean entropyWeight\?/],
    [{ ...smallConfig, latentTokens: 512 }, /split the map/],
  ])('is refused by name: %#', (config, message) => {
    expect(() => resolveTokenizerConfig(config as never)).toThrow(message);
  });

  it('of an unknown name lists the known ones', () => {
    expect(() => tokenizerConfig('S-XL')).toThrow(/no tokenizer 'S-XL'; expected one of S-S, S-B/);
  });
});

describe('files', () => {
  it('give back the same tokenizer', async () => {
    using tokenizer = smallTokenizer().eval();
    await saveTokenizer(join(folder, 'a'), tokenizer);
    using again = await loadTokenizer(join(folder, 'a'));
    expect(again.config).toEqual(tokenizer.config);
    using images = scenes(2);
    const ids = async (t: VisualTokenizer) => {
      using found = noGrad(() => scope(() => t.encode(images).ids));
      return Array.from(await found.data());
    };
    expect(await ids(again)).toEqual(await ids(tokenizer));
  });

  it('may be a checkpoint with a training window, an average, and no projection', async () => {
    using tokenizer = smallTokenizer({ semantic: null }).eval();
    const path = join(folder, 'released.safetensors');
    using window = zeros([8]);
    const tensors = [...tokenizer.stateDict()].map(([name, t]) => tensorToWrite(`ema.${name}`, t));
    await writeSafetensors(path, [
      ...tensors,
      tensorToWrite('ema.quantize.codebook_used', window),
      tensorToWrite('steps', window),
    ]);
    using again = await loadTokenizer(path, { config: smallConfig });
    expect(again.config.semantic).toBe(null);
    await expect(loadTokenizer(path)).rejects.toThrow(/needs its configuration/);
  });

  it.each([
    ['of data parallelism', 'module.'],
    ['of a compiled model', '_orig_mod.'],
    ['of both, in a training state', 'model.module._orig_mod.'],
    ["of Lightning's", 'state_dict.model.'],
  ])('may have the names %s; an average goes first', async (_name, prefix) => {
    using tokenizer = smallTokenizer().eval();
    using other = smallTokenizer().eval();
    const path = join(folder, 'wrapped.safetensors');
    const write = (...parts: [prefix: string, of: VisualTokenizer][]) =>
      writeSafetensors(
        path,
        parts.flatMap(([before, of]) => [...of.stateDict()].map(([name, t]) => tensorToWrite(before + name, t))),
      );
    const codebook = async (t: VisualTokenizer) => t.stateDict().get('quantize.embedding.weight')!.data();
    await write([prefix, tokenizer]);
    using again = await loadTokenizer(path, { config: smallConfig });
    expect(await codebook(again)).toEqual(await codebook(tokenizer));
    await write([prefix, other], ['ema.module.', tokenizer]);
    using averaged = await loadTokenizer(path, { config: smallConfig });
    expect(await codebook(averaged)).toEqual(await codebook(tokenizer));
  });

  it('of another architecture name what is missing, unexpected and misshapen', async () => {
    using tokenizer = smallTokenizer();
    const path = join(folder, 'other.safetensors');
    await writeSafetensors(
      path,
      [...tokenizer.stateDict()].map(([name, t]) => tensorToWrite(name, t)),
    );
    const deeper = { ...smallConfig, encoder: { width: 16, layers: 2, heads: 2 }, codebook: { size: 16, dim: 4 } };
    await expect(loadTokenizer(path, { config: deeper })).rejects.toThrow(
      /quantize\.embedding\.weight is \[32, 4\], expected \[16, 4\].*missing: s2to1encoder\.transformer\.1\./s,
    );
    await expect(loadTokenizer(join(folder, 'nowhere'))).rejects.toThrow(/nowhere.tokenizer\.json: cannot be read/);
  });
});
