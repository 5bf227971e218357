/** Image models: cached and whole passes agree, guidance, sampling, codes on disk, training and its resumption. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { arrayDataset, SafetensorsFile, writeSafetensors } from '@tessera/data';
import {
  CodeDataset,
  extractCodes,
  generateTokens,
  guidanceScale,
  ImageModel,
  type ImageModelConfig,
  ImageModelTrainer,
  imageModelSizes,
  initializeSmall,
  loadImageModel,
  sampleImages,
  saveImageModel,
  sceneDataset,
  sceneSample,
} from '@tessera/gigatok';
import {
  device,
  Generator,
  manualSeed,
  noGrad,
  ParameterBuffer,
  Scope,
  scope,
  type Tensor,
  tensor,
} from '@tessera/tensor';
import { afterAll, describe, expect, it } from 'vitest';
import { smallTokenizer } from './support.js';

const folder = await mkdtemp(join(tmpdir(), 'gigatok-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const config: ImageModelConfig = {
  width: 16,
  layers: 2,
  heads: 4,
  vocabulary: 32,
  tokens: 16,
  classes: 8,
  multipleOf: 8,
  dropout: 0,
};

/** A model whose output layer is not zero, as it is at first. */
function model(options: Partial<ImageModelConfig> = {}): ImageModel {
  manualSeed(7);
  const made = new ImageModel({ ...config, ...options });
  noGrad(() =>
    scope(() =>
      made.head.add_(
        tensor(
          Array.from({ length: made.head.numel }, (_, i) => Math.sin(i)),
          { shape: made.head.shape },
        ),
      ),
    ),
  );
  return made.eval();
}

const ids = (n: number, length = 16) =>
  tensor(
    Int32Array.from({ length: n * length }, (_, i) => (7 * i) % 32),
    { shape: [n, length] },
  );

describe('an image model', () => {
  it.each([
    {},
    { kvHeads: 2 },
    { positions: 'rope2d' as const },
    { qkNorm: true, modulation: 'block' as const },
    { modulation: 'shared' as const },
  ])('gives token by token what a whole pass gives: %o', async (options) => {
    using _scope = new Scope();
    using net = model(options);
    const classes = tensor(Int32Array.from([3, 8]));
    const codes = ids(2);
    const { whole, steps } = noGrad(() => {
      using cache = net.cache(2);
      const found = [net.start(classes, cache)];
      for (let t = 0; t < 15; t++) found.push(net.step(codes.select({ dim: 1, index: t }).contiguous(), cache));
      return { whole: net.forward(codes, classes), steps: found };
    });
    for (const [t, logits] of steps.entries()) {
      const [worst] = whole.select({ dim: 1, index: t }).sub(logits).abs().max();
      expect(await worst!.item()).toBeLessThan(1e-4);
    }
  });

  it('draws the same images from the same seed, whatever the batch', async () => {
    using _scope = new Scope();
    using net = model();
    const classes = Int32Array.from([0, 1, 2, 3]);
    const draw = async (from: number, to: number) =>
      Array.from(
        await generateTokens(net, tensor(classes.slice(from, to)), {
          scale: 2,
          topK: 20,
          topP: 0.95,
          seed: 5,
          first: from,
        }).data(),
      );
    const whole = await draw(0, 4);
    expect([...(await draw(0, 1)), ...(await draw(1, 4))]).toEqual(whole);
    expect(whole.every((id) => id >= 0 && id < 32)).toBe(true);
    const other = Array.from(await generateTokens(net, tensor(classes), { scale: 2, seed: 6 }).data());
    expect(other).not.toEqual(whole);
  });

  it('leaves no memory behind when it draws', async () => {
    using net = model();
    using classes = tensor(Int32Array.from([1, 2]));
    generateTokens(net, classes, { scale: 2 }).dispose();
    await device('cpu').synchronize();
    const before = device('cpu').memory().live;
    generateTokens(net, classes, { scale: 2 }).dispose();
    await device('cpu').synchronize();
    expect(device('cpu').memory().live).toBe(before);
  });

  it('refuses guidance without a null class, and unknown options', () => {
    using net = model({ classDropout: 0 });
    using classes = tensor(Int32Array.from([1]));
    expect(() => generateTokens(net, classes, { scale: 2 })).toThrow(/needs a null class/);
    expect(() => generateTokens(net, classes, { scale: 0.5 })).toThrow(/scale must be 1 or more; got 0.5/);
    expect(() => generateTokens(net, classes, { topk: 3 } as never)).toThrow(/Did you mean topK/);
    expect(() => generateTokens(net, classes, { schedule: 'step', windowEnd: 0.5 })).toThrow(
      'windowEnd goes with the schedule rectangular; got step',
    );
    expect(() => new ImageModel({ ...config, tokens: 15, positions: 'rope2d' })).toThrow(
      /square map of tokens; got 15/,
    );
    expect(() => new ImageModel({ ...config, heads: 3 })).toThrow(/heads must divide the width/);
  });
});

it('guidance follows its schedule over the tokens', () => {
  const over = (options: Parameters<typeof guidanceScale>[0]) =>
    [0, 4, 9].map((i) => guidanceScale({ scale: 3, ...options }, i, 10));
  expect(over({})).toEqual([3, 3, 3]);
  expect(over({ schedule: 'linear' }).map((s) => s!.toFixed(4))).toEqual(['1.2001', '2.0001', '3.0001']);
  expect(over({ schedule: 'linear_re' }).map((s) => s!.toFixed(4))).toEqual(['2.8001', '2.0001', '1.0001']);
  expect(over({ schedule: 'triangular' }).map((s) => s!.toFixed(4))).toEqual(['1.4001', '3.0001', '1.0001']);
  expect(over({ schedule: 'step', windowStart: 0.18 })).toEqual([1.0001, 3, 3]);
  expect(over({ schedule: 'rectangular', windowStart: 0.2, windowEnd: 0.7 })).toEqual([1.0001, 3, 1.0001]);
  expect(over({ schedule: 'cosine' }).map((s) => s!.toFixed(4))).toEqual(['2.9511', '2.0000', '1.0000']);
  expect(over({ interval: 3 })).toEqual([3, null, null]);
  expect(() => guidanceScale({ schedule: 'round' as never }, 0, 1)).toThrow(/unknown guidance schedule; got 'round'/);
});

describe('codes', () => {
  it('are extracted in shards, go on where they were stopped, and are read again', async () => {
    using tokenizer = smallTokenizer().eval();
    const images = sceneDataset(10, 3);
    const out = join(folder, 'codes');
    const progress: number[] = [];
    const first = await extractCodes(tokenizer, images, {
      folder: out,
      shardSize: 4,
      batchSize: 3,
      rank: 0,
      world: 2,
      onProgress: (done) => progress.push(done),
    });
    expect(first).toBe(undefined);
    expect(progress).toEqual([4, 10]);
    await expect(CodeDataset.open(out)).rejects.toThrow(/not complete. Run it again/);
    const index = await extractCodes(tokenizer, images, {
      folder: out,
      shardSize: 4,
      batchSize: 3,
      onProgress: (done) => progress.push(done),
    });
    expect(progress).toEqual([4, 10, 8]);
    expect(index).toMatchObject({ images: 10, tokens: 16, vocabulary: 32, crops: 1, shards: [4, 4, 2], skipped: [] });
    await using codes = await CodeDataset.open(out);
    using all = noGrad(() =>
      scope(() => tokenizer.encode(tensor(sceneSample(5, 3).pixels, { shape: [1, 3, 32, 32] })).ids),
    );
    const row = await codes.get(5);
    expect(Array.from(row.ids)).toEqual(Array.from(await all.data()));
    expect(row.label).toBe(sceneSample(5, 3).label);
  });

  it('of several crops draw one per epoch', async () => {
    using tokenizer = smallTokenizer().eval();
    initializeSmall(tokenizer, new Generator(1));
    const rows = Array.from({ length: 2 }, (_, i) => {
      const crops = Array.from({ length: 10 }, (_, c) => sceneSample(10 * i + c, 4).pixels);
      const pixels = new Float32Array(10 * crops[0]!.length);
      for (const [c, crop] of crops.entries()) pixels.set(crop, c * crop.length);
      return { name: `${i}`, label: i, pixels, shape: [10, 3, 32, 32] };
    });
    const out = join(folder, 'ten');
    const index = await extractCodes(tokenizer, arrayDataset(rows), { folder: out });
    expect(index).toMatchObject({ crops: 10, images: 2, classes: 2 });
    await using codes = await CodeDataset.open(out, { seed: 1 });
    const seen = new Set<string>();
    for (let epoch = 0; epoch < 20; epoch++) seen.add((await codes.get(0, epoch)).ids.join());
    expect(seen.size).toBeGreaterThan(3);
    expect((await codes.get(0, 3)).ids).toEqual((await codes.get(0, 3)).ids);
  });

  it('that are damaged, mixed, or of nameless images are refused with the file', async () => {
    using tokenizer = smallTokenizer().eval();
    const out = join(folder, 'damaged');
    await extractCodes(tokenizer, sceneDataset(3, 3), { folder: out });
    using other = smallTokenizer().eval();
    await expect(extractCodes(other, sceneDataset(3, 3), { folder: out })).rejects.toThrow(
      /was made by another tokenizer/,
    );
    for (const [images, shardSize] of [
      [sceneDataset(3, 4), 10000],
      [sceneDataset(2, 3), 10000],
      [sceneDataset(3, 3), 2],
    ] as const) {
      const again = extractCodes(tokenizer, images, { folder: out, shardSize });
      await expect(again).rejects.toThrow(/codes-00000\.safetensors: holds codes of 3 .*, not of/);
    }
    const unreadable = {
      ...sceneDataset(3, 3),
      get: () => Promise.reject(Object.assign(new Error('no sharp'), { code: 'MISSING_SHARP' })),
    };
    await expect(extractCodes(tokenizer, unreadable, { folder: out })).rejects.toThrow('no sharp');
    const path = join(out, 'codes-00000.safetensors');
    await using source = await SafetensorsFile.open(path);
    const labels = (await source.read('labels')).data as Int32Array;
    const rewrite = (metadata: Record<string, string>) =>
      writeSafetensors(
        path,
        [
          { name: 'codes', dtype: 'i32', shape: [3, 1, 16], data: new Int32Array(48).fill(32) },
          { name: 'labels', dtype: 'i32', shape: [3], data: labels },
        ],
        { metadata },
      );
    await rewrite({ tokenizer: source.metadata.tokenizer!, skipped: '[]' });
    await expect(extractCodes(tokenizer, sceneDataset(3, 3), { folder: out })).rejects.toThrow(
      /codes-00000\.safetensors: was extracted by an earlier version.*Training takes.*Extract into another folder/,
    );
    await rewrite({});
    await expect(CodeDataset.open(out)).rejects.toThrow(
      /codes-00000\.safetensors: code 32 is out of range; the codebook has 32/,
    );
    await writeFile(join(out, 'index.json'), '{');
    await expect(CodeDataset.open(out)).rejects.toThrow(/index\.json: is not JSON/);
    const nameless = arrayDataset([{ ...sceneSample(0, 1), label: undefined }]);
    await expect(extractCodes(tokenizer, nameless, { folder: join(folder, 'nameless') })).rejects.toThrow(
      /has no class; an image model is conditioned on it/,
    );
  });
});

describe('training an image model', () => {
  it('learns codes that follow from the class', async () => {
    manualSeed(2);
    using net = new ImageModel({ ...config, dropout: 0.1 });
    using trainer = new ImageModelTrainer(net, { steps: 60, lr: 1e-2, generator: new Generator(1) });
    using classes = tensor(Int32Array.from({ length: 16 }, (_, i) => i % 8));
    using codes = tensor(
      Int32Array.from({ length: 256 }, (_, i) => (3 * (Math.floor(i / 16) % 8) + (i % 16)) % 32),
      { shape: [16, 16] },
    );
    let last = 0;
    let first = 0;
    for (let step = 0; step < 60; step++) {
      const metrics = trainer.step(codes, classes);
      last = await (metrics.loss as Tensor).item();
      if (step === 0) first = last;
      for (const value of Object.values(metrics)) if (typeof value !== 'number') value.dispose();
    }
    expect(first).toBeCloseTo(Math.log(32), 3);
    expect(last).toBeLessThan(1.2);
    using drawn = generateTokens(net, classes, { temperature: 0, scale: 1.5 });
    const [a, b] = [await drawn.data(), await codes.data()];
    expect(a.filter((id, i) => id === b[i]).length / 256).toBeGreaterThan(0.8);
  });

  it('trains and draws in bf16, with f32 copies in the optimizer', async () => {
    using net = new ImageModel(config).to('bf16').setCheckpointing();
    using trainer = new ImageModelTrainer(net, { steps: 60, lr: 1e-2, generator: new Generator(1) });
    using classes = tensor(Int32Array.from([0, 1]));
    using codes = tensor(
      Int32Array.from({ length: 32 }, (_, i) => i),
      { shape: [2, 16] },
    );
    let last = 0;
    for (let step = 0; step < 60; step++) last = await (trainer.step(codes, classes).loss as Tensor).item();
    expect(last).toBeLessThan(0.5);
    using drawn = generateTokens(net, classes, { temperature: 0, scale: 1.5 });
    expect([...(await drawn.data())]).toEqual([...(await codes.data())]);
    expect(trainer.optimizer.stateBytes).toBe(12 * net.parameterCount());
  });

  it('keeps all parameters in checkpoints, wherever they live', () => {
    using net = model();
    const parameters = [...net.namedParameters()];
    using _part = new ParameterBuffer(parameters.slice(0, 2));
    using trainer = new ImageModelTrainer(net, { steps: 1, generator: new Generator(1) });
    using _ = new Scope();
    const saved = trainer
      .state()
      .model!.save()
      .tensors!.map(({ name }) => name);
    expect(saved).toEqual(expect.arrayContaining(parameters.map(([name]) => name)));
  });

  it('loads a checkpoint by the name of its size', async () => {
    using net = new ImageModel({ ...imageModelSizes.tiny, vocabulary: 32, tokens: 16, classes: 3 });
    await saveImageModel(join(folder, 'sized'), net);
    const file = join(folder, 'sized', 'image-model.safetensors');
    using again = await loadImageModel(file, 'tiny');
    expect(again.config).toEqual(net.config);
    await expect(loadImageModel(file)).rejects.toThrow('a checkpoint file needs its configuration');
    await expect(loadImageModel(file, 'huge')).rejects.toThrow("'huge'");
    await expect(loadImageModel(join(folder, 'sized'), 'tiny')).rejects.toThrow('a folder has its own');
  });

  it('saves and loads, and samples through a tokenizer that fits', async () => {
    using net = model();
    await saveImageModel(join(folder, 'model'), net);
    using again = await loadImageModel(join(folder, 'model'));
    expect(again.config).toEqual(net.config);
    using tokenizer = smallTokenizer().eval();
    const shapes: (readonly number[])[] = [];
    for await (const images of sampleImages(again, tokenizer, { classes: Int32Array.from([0, 1, 2]), batch: 2 })) {
      shapes.push(images.shape);
      images.dispose();
    }
    expect(shapes).toEqual([
      [2, 3, 32, 32],
      [1, 3, 32, 32],
    ]);
    const drawn = sampleImages(again, tokenizer, { classes: Int32Array.from([9]) });
    await expect(drawn.next()).rejects.toThrow(/class 9: the image model has classes 0 to 7/);
    using wrong = smallTokenizer({ codebook: { size: 64, dim: 4 } });
    await expect(sampleImages(again, wrong, { classes: Int32Array.from([0]) }).next()).rejects.toThrow(
      /16 tokens of 32 codes, the tokenizer has 16 of 64/,
    );
  });
});
