/** Vision transformers against transformers, convolutional networks against torchvision, pytorch-fid and fastMRI. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSafetensors } from '@tessera/data';
import { tensorToWrite } from '@tessera/data/tensors';
import {
  Dinov2ForImageClassification,
  Dinov2Model,
  InceptionV3,
  Lpips,
  loadPretrained,
  loadWeights,
  ModelConfigError,
  openWeights,
  parseDinov2Config,
  parseVitConfig,
  ResNet,
  savePretrained,
  UNet,
  VitForImageClassification,
  VitModel,
} from '@tessera/models';
import { init, type Module } from '@tessera/nn';
import { AdamW } from '@tessera/optim';
import { crossEntropy, device, noGrad, ones, ShapeError, scope, type Tensor, tensor, zeros } from '@tessera/tensor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareValues } from '../support/compare.js';
import { compareSampled, fillHashed, image, type Sampled } from './vision-values.js';

type Json = Record<string, unknown>;
const read = (name: string) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
const hugging = read('vision-transformers.json') as Record<string, Record<string, Sampled> & { config: Json }>;
const torch = read('vision-torch.json') as Record<string, Record<string, Sampled>>;
const fixtures = new URL('../fixtures/gigatok/', import.meta.url).pathname;

const python = process.env.TESSERA_PYTHON ?? 'python3';
const probe = "from importlib.util import find_spec as f; exit(0 if f('torch') and f('transformers') else 1)";
const withTransformers = spawnSync(python, ['-c', probe]).status === 0;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tessera-vision-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The values the reference gave a transformer. */
function fillTransformer(model: Module): void {
  fillHashed(model, (name, t) => {
    if (name.endsWith('bias')) return { scale: 0.2 };
    if (t.ndim === 1) return { scale: 0.5, shift: 1 };
    if (t.ndim === 3 || name.endsWith('mask_token')) return { scale: 0.5 };
    return { scale: Math.sqrt(12 / (t.numel / t.shape[0]!)) };
  });
}

/** The values the reference gave a convolutional network. */
function fillNetwork(model: Module): void {
  fillHashed(model, (name, t) => {
    if (name.endsWith('running_var')) return { scale: 0.5, shift: 1 };
    if (name.endsWith('running_mean') || name.endsWith('bias')) return { scale: 0.2 };
    return t.ndim === 1 ? { scale: 0.5, shift: 1 } : { scale: Math.sqrt(24 / (t.numel / t.shape[0]!)) };
  });
}

const square = () => image([2, 3, 24, 24], 98);
const odd = () => image([2, 3, 30, 41], 97);

describe('vision transformers compute what transformers computes', () => {
  test('ViT: hidden states, pooler, interpolated positions', async () => {
    const { config, last, pooler, layer1, interpolated } = hugging.vitModel!;
    using model = new VitModel(parseVitConfig(config)).eval();
    fillTransformer(model);
    const output = model.forward(square());
    await compareSampled('last hidden state', output.lastHiddenState, last!);
    await compareSampled('pooler', output.poolerOutput, pooler!);
    await compareSampled('layer 1', model.hiddenStates(square(), { layers: [1] })[0]!, layer1!);
    const wide = model.forward(odd(), { interpolatePositions: true }).lastHiddenState;
    await compareSampled('interpolated', wide, interpolated!);
    expect(() => model.forward(odd())).toThrow(/vit: images must be 24 by 24; got 30 by 41/);
  });

  test('ViT for classification', async () => {
    const { config, logits } = hugging.vitClassifier!;
    using model = new VitForImageClassification(parseVitConfig(config)).eval();
    fillTransformer(model);
    await compareSampled('logits', model.forward(square()), logits!);
  });

  test('DINOv2 for classification, gated, images of another size', async () => {
    const { config, logits } = hugging.dinov2Classifier!;
    using model = new Dinov2ForImageClassification(parseDinov2Config(config)).eval();
    fillTransformer(model);
    await compareSampled('logits', model.forward(odd()), logits!);
  });

  test('DINOv2: masked patches, normed layers of the backbone, names', async () => {
    const { config, masked, backbone, names } = hugging.dinov2Model! as unknown as {
      config: Json;
      masked: Sampled;
      backbone: Sampled[];
      names: string[];
    };
    using model = new Dinov2Model(parseDinov2Config(config)).eval();
    expect([...model.stateDict().keys()].sort()).toEqual(names);
    fillTransformer(model);
    const mask = tensor([
      Array.from({ length: 16 }, (_, i) => i % 3 === 0),
      Array.from({ length: 16 }, (_, i) => i % 5 === 1),
    ]);
    await compareSampled('masked', model.forward(square(), { maskedPatches: mask }).lastHiddenState, masked);
    const states = model.hiddenStates(square(), { layers: [1, -1], norm: true });
    for (const [i, state] of states.entries()) await compareSampled(`stage ${i + 1}`, state, backbone[i]!);
    expect(() => model.hiddenStates(square(), { layers: [3] })).toThrow(/layers are 0 \(the embedding\) to 2; got 3/);
  });
});

describe('model folders', () => {
  test.each([
    ['vitModel', VitModel],
    ['vitClassifier', VitForImageClassification],
    ['dinov2Classifier', Dinov2ForImageClassification],
    ['dinov2Model', Dinov2Model],
  ] as const)('%s saved here loads here, bit for bit', async (key, model) => {
    const Model = model as typeof VitModel;
    using first = new Model(Model.parseConfig(hugging[key]!.config), { seed: 3 });
    const path = join(folder, key);
    await savePretrained(path, first);
    const text = readFileSync(join(path, 'config.json'), 'utf8');
    expect(JSON.parse(text)).toEqual(hugging[key]!.config);
    if ('layerscale_value' in hugging[key]!.config) expect(text).toMatch(/"layerscale_value": \d+\.\d/);
    using second = await loadPretrained(path, { model: Model });
    for (const [name, t] of second.stateDict())
      expect(await t.data(), name).toEqual(await first.stateDict().get(name)!.data());
  });

  test('an encoder loads from its classifier, with what else is there left out', async () => {
    using whole = new VitForImageClassification(parseVitConfig(hugging.vitClassifier!.config), { seed: 4 });
    const path = join(folder, 'whole');
    await savePretrained(path, whole);
    using encoder = await loadPretrained(path, { model: VitModel, dtype: 'bf16' });
    expect(encoder.dtype).toBe('bf16');
    const output = noGrad(() => encoder.eval().forward(square()));
    expect(output.poolerOutput.shape).toEqual([2, 24]);
    const expected = await whole.vit.eval().forward(square()).poolerOutput.data();
    const actual = await output.poolerOutput.data();
    for (let i = 0; i < expected.length; i++) expect(Math.abs(actual[i]! - expected[i]!)).toBeLessThan(0.05);
  });

  test('of another kind are errors that say which', async () => {
    const path = join(fixtures, 'dinov2_hf_a', 'model');
    await expect(loadPretrained(path)).rejects.toThrow(
      /model_type "dinov2" is not a language model\. Pass \{ model: Dinov2Model \}/,
    );
    await expect(loadPretrained(path, { model: VitModel })).rejects.toThrow(ModelConfigError);
    await expect(loadPretrained(path, { model: Dinov2ForImageClassification })).rejects.toThrow(
      /"dinov2.embeddings.cls_token": missing; .* \(and \d+ more like it\) .*"embeddings.cls_token": the model has no such tensor/,
    );
  });

  test.each([
    [{ hidden_act: 'quick_gelu' }, /hidden_act "quick_gelu" is not supported/],
    [{ architectures: ['Dinov2WithRegistersModel'] }, /architectures .* is not supported/],
    [{ num_attention_heads: 5 }, /5 attention heads do not divide the hidden size 24/],
    [{ patch_size: 48 }, /image_size \[24,24\] is smaller than patch_size \[48,48\]/],
    [{ hidden_dropout_prob: 1 }, /hidden_dropout_prob 1 is not supported/],
    [{ hidden_size: 'wide' }, /hidden_size must be a number; got "wide"/],
    [{ model_type: 'dinov3' }, /model_type "dinov3" is not supported; available: dinov2/],
  ])('a config this package cannot honour is an error that names it: %j', (change, message) => {
    const config = { ...hugging.dinov2Model!.config, ...change };
    expect(() => parseDinov2Config(config, 'folder/config.json')).toThrow(ModelConfigError);
    expect(() => parseDinov2Config(config, 'folder/config.json')).toThrow(message);
  });
});

describe('images that do not fit are errors', () => {
  const config = () => parseDinov2Config(hugging.dinov2Model!.config);
  test.each([
    [[2, 1, 24, 24], /images must be \[batch, 3, height, width\]; got \[2, 1, 24, 24\]/],
    [[3, 24, 24], /got \[3, 24, 24\]/],
    [[1, 3, 5, 24], /images must hold a patch of 6 by 6; got 5 by 24/],
  ])('%j', (shape, message) => {
    using model = new Dinov2Model(config());
    expect(() => model.forward(zeros(shape))).toThrow(ShapeError);
    expect(() => model.forward(zeros(shape))).toThrow(message);
  });

  test('patches left over at the edges are ignored, as a convolution does', () => {
    using model = new Dinov2Model(config());
    expect(model.forward(zeros([1, 3, 29, 26])).lastHiddenState.shape).toEqual([1, 1 + 4 * 4, 24]);
  });
});

test('training a DINOv2 classifier lowers its loss, checkpointed as well, and leaves live bytes where they were', async () => {
  const config = { ...hugging.dinov2Model!.config, drop_path_rate: 0.1, hidden_dropout_prob: 0.1, num_labels: 2 };
  using model = new Dinov2ForImageClassification(parseDinov2Config(config)).setCheckpointing();
  const optimizer = new AdamW(model.namedParameters(), { lr: 3e-3 });
  const x = square();
  const y = tensor([0, 1], { dtype: 'i32' });
  const step = () =>
    scope(() => {
      const loss = crossEntropy(model.forward(x), y);
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
      return loss.detach();
    });
  const first = await step().item();
  const cpu = device('cpu');
  await cpu.synchronize();
  const live = cpu.memory().live;
  for (let i = 0; i < 30; i++) step().dispose();
  await cpu.synchronize();
  expect(cpu.memory().live).toBe(live);
  expect(await step().item()).toBeLessThan(first / 2);
});

describe('convolutional networks', () => {
  test('ResNet: basic and bottleneck blocks are those of torchvision', async () => {
    const x = image([2, 3, 48, 40], 98);
    using basic = init.skipInit(() => new ResNet({ layers: [2, 1, 1, 1], classes: 7 })).eval();
    const { logits, count, names } = torch.resnetBasic! as unknown as { logits: Sampled; count: number; names: number };
    expect([basic.parameterCount(), basic.stateDict().size]).toEqual([count, names]);
    fillNetwork(basic);
    await compareSampled(
      'basic',
      noGrad(() => basic.forward(x)),
      logits,
      3e-4,
    );
    using bottleneck = init
      .skipInit(() => new ResNet({ block: 'bottleneck', layers: [1, 2, 1, 1], classes: 5 }))
      .eval();
    expect(bottleneck.parameterCount()).toBe(torch.resnetBottleneck!.count);
    fillNetwork(bottleneck);
    await compareSampled(
      'bottleneck',
      noGrad(() => bottleneck.forward(x)),
      torch.resnetBottleneck!.logits!,
      3e-4,
    );
  });

  test('ResNet for small images learns', async () => {
    using model = new ResNet({ layers: [1, 1], width: 8, stem: 'small', inChannels: 1, classes: 2 });
    expect(model.features(zeros([2, 1, 8, 8])).map((f) => f.shape)).toEqual([
      [2, 8, 8, 8],
      [2, 16, 4, 4],
    ]);
    const x = image([16, 1, 8, 8], 5);
    const y = x
      .mean({ dim: [1, 2, 3] })
      .gt(0)
      .to('i32');
    const optimizer = new AdamW(model.namedParameters(), { lr: 1e-2 });
    const losses: number[] = [];
    for (let i = 0; i < 30; i++) {
      const loss = scope(() => {
        const l = crossEntropy(model.forward(x), y);
        optimizer.zeroGrad();
        l.backward();
        optimizer.step();
        return l.detach();
      });
      losses.push(await loss.item());
      loss.dispose();
    }
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 4);
  });

  test('U-Net is that of fastMRI, for odd sizes too', async () => {
    using model = new UNet({ inChannels: 2, outChannels: 3, channels: 4, poolLayers: 3 }).eval();
    expect([...model.stateDict().keys()].sort()).toEqual(torch.unet!.names);
    fillNetwork(model);
    await compareSampled(
      'output',
      noGrad(() => model.forward(image([1, 2, 23, 37], 97))),
      torch.unet!.output!,
    );
    expect(() => model.forward(zeros([1, 2, 8, 37]))).toThrow(/of at least 16 by 16; got \[1, 2, 8, 37\]/);
  });

  test('InceptionV3 is that of pytorch-fid', async () => {
    using model = init.skipInit(() => new InceptionV3());
    expect(model.training).toBe(false);
    expect(model.stateDict().size).toBe(Number((torch.inception!.names as unknown as string[]).at(-1)));
    fillNetwork(model);
    const { features, spatial } = noGrad(() => model.forward(image([1, 3, 75, 90], 99, { low: 0, range: 1 })));
    await compareSampled('features', features, torch.inception!.features!, 1e-3);
    await compareSampled('spatial', spatial, torch.inception!.spatial!, 1e-3);
    await compareSampled('logits', model.logits(features), torch.inception!.logits!, 1e-3);
  });
});

describe('LPIPS', () => {
  test('has a zero gradient, not NaN, where features are all zero', async () => {
    using lpips = new Lpips({ channels: [4, 4, 4, 4, 4] });
    for (const [name, t] of lpips.stateDict()) if (name.endsWith('.bias')) noGrad(() => t.fill_(-100));
    const b = zeros([1, 3, 16, 16], { requiresGrad: true });
    const distance = lpips.forward(zeros([1, 3, 16, 16]), b);
    distance.sum().backward();
    expect([...(await distance.data())]).toEqual([0]);
    expect(new Set(await b.grad!.data())).toEqual(new Set([0]));
  });

  test('is frozen, and reads the two downloads it is made of', async () => {
    const channels = [4, 4, 6, 4, 4];
    using lpips = new Lpips({ channels });
    fillNetwork(lpips);
    const state = [...lpips.stateDict()];
    const vgg16 = state.flatMap(([name, t]) => {
      const [, part] = /^net\.slice\d\.(.*)$/.exec(name) ?? [];
      return part === undefined ? [] : [tensorToWrite(`features.${part}`, t)];
    });
    const heads = state.filter(([name]) => name.startsWith('lin')).map(([name, t]) => tensorToWrite(name, t));
    const files = { vgg16: join(folder, 'vgg16.safetensors'), heads: join(folder, 'heads.safetensors') };
    await writeSafetensors(files.vgg16, [...vgg16, tensorToWrite('classifier.0.weight', ones([2]))]);
    await writeSafetensors(files.heads, heads);
    using second = await Lpips.load(files, { channels });
    expect([...second.parameters()].some((p) => p.requiresGrad)).toBe(false);
    for (const [name, t] of second.stateDict())
      if (!name.startsWith('scaling_layer.'))
        expect(await t.data(), name).toEqual(await lpips.stateDict().get(name)!.data());
    expect(() => second.forward(zeros([2, 3, 32, 32]), zeros([2, 3, 32, 31]))).toThrow(ShapeError);
    await expect(Lpips.load({ vgg16: files.heads, heads: files.heads }, { channels })).rejects.toThrow(
      /heads\.safetensors: tensor "features\.0\.weight": missing; LPIPS needs it/,
    );
  });
});

test('InceptionV3 loads weights that count batches as integers or not at all', async () => {
  using model = init.skipInit(() => new InceptionV3());
  fillNetwork(model);
  const path = join(folder, 'inception.safetensors');
  const tensors = [...model.stateDict()].map(([name, t]) => tensorToWrite(name, t));
  const count = (name: string) => name.endsWith('num_batches_tracked');
  const counts = tensors.filter(({ name }) => name.startsWith('Mixed_7') && count(name));
  await writeSafetensors(path, [
    ...tensors.filter(({ name }) => !count(name)),
    ...counts.map(({ name }) => ({ name, dtype: 'i64' as const, shape: [], data: BigInt64Array.of(5n) })),
  ]);
  using second = init.skipInit(() => new InceptionV3());
  await using source = await openWeights(path);
  await loadWeights(second, source);
  const state = second.stateDict();
  expect(await state.get('fc.bias')!.data()).toEqual(await model.stateDict().get('fc.bias')!.data());
  expect(await state.get('Mixed_7c.branch1x1.bn.num_batches_tracked')!.item()).toBe(5);
});

test("TensorFlow's preprocessing reads from the corner", async () => {
  using model = init.skipInit(() => new InceptionV3({ preprocessing: 'tensorflow' }));
  fillNetwork(model);
  using other = init.skipInit(() => new InceptionV3());
  fillNetwork(other);
  // At the network's own size neither resizes: what is left are the two ways to [-1, 1].
  const x = image([1, 3, 299, 299], 7, { low: 0, range: 1 });
  const adjusted = x.mul(255 / 256);
  const [a, b] = noGrad(() => [model.forward(x).features, other.forward(adjusted).features]);
  const [actual, expected] = [await a.data(), await b.data()];
  for (let i = 0; i < expected.length; i++) expect(Math.abs(actual[i]! - expected[i]!)).toBeLessThan(1e-3);
});

test.skipIf(!withTransformers)(
  'transformers loads vision models saved here and computes the same',
  async () => {
    const script = `
import json, sys, torch, transformers
image = torch.tensor(json.loads(sys.argv[1])).reshape(1, 3, 24, 24)
for kind, folder in json.loads(sys.argv[2]):
    model = getattr(transformers, kind).from_pretrained(folder, dtype=torch.float32).eval()
    with torch.no_grad():
        out = model(image)
    print(json.dumps((out.logits if 'logits' in out else out.last_hidden_state).flatten().tolist()))`;
    const x = image([1, 3, 24, 24], 3);
    const actual: Float64Array[] = [];
    const saved: [kind: string, folder: string][] = [];
    for (const [key, model] of [
      ['vitModel', VitModel],
      ['vitClassifier', VitForImageClassification],
      ['dinov2Classifier', Dinov2ForImageClassification],
      ['dinov2Model', Dinov2Model],
    ] as const) {
      const Model = model as typeof VitModel;
      using own = new Model(Model.parseConfig(hugging[key]!.config), { seed: 3 }).eval();
      const path = join(folder, `python-${key}`);
      await savePretrained(path, own);
      const output = noGrad(() => own.forward(x)) as unknown as Tensor | { lastHiddenState: Tensor };
      actual.push(Float64Array.from(await ('lastHiddenState' in output ? output.lastHiddenState : output).data()));
      saved.push([own.architecture, path]);
    }
    const args = [JSON.stringify([...(await x.data())]), JSON.stringify(saved)];
    const { stdout, stderr, status } = spawnSync(python, ['-c', script, ...args], { encoding: 'utf8' });
    expect(status, stderr).toBe(0);
    for (const [m, line] of stdout.trim().split('\n').entries())
      compareValues(saved[m]![0], actual[m]!, JSON.parse(line) as number[], { rtol: 1e-4, atol: 1e-5 });
  },
  300_000,
);
