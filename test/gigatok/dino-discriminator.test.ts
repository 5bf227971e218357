/** The discriminator on DINO features: what is trained of it, and that it computes what PyTorch does from a user's weights. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSafetensors } from '@tessera/data';
import { tensorsToWrite } from '@tessera/data/tensors';
import { DinoDiscriminator } from '@tessera/gigatok';
import { openWeights } from '@tessera/models';
import { Scope, type Tensor, tensor } from '@tessera/tensor';
import { afterAll, describe, expect, it } from 'vitest';
import { scenes } from './support.js';

const folder = await mkdtemp(join(tmpdir(), 'dino-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const width = 8;
const small = () =>
  new DinoDiscriminator({ width, depth: 2, heads: 2, imageSize: 32, patchSize: 8, keyDepths: [0, 1], kernelSize: 3 });

/** Values that the name decides; norms' weights are around 1. */
function filled(name: string, shape: readonly number[]): Tensor {
  const centre = /norm[12]\.weight$|heads.*\.1\.weight$/.test(name) ? 1 : 0;
  const length = shape.reduce((a, b) => a * b, 1);
  const values = Float32Array.from({ length }, (_, i) => 0.3 * Math.sin(0.7 * i + name.length) + centre);
  return tensor(values, { shape: [...shape] });
}

/** Shapes of the backbone's parameters, under DINO's names. */
const backbone: Readonly<Record<string, readonly number[]>> = {
  cls_token: [1, 1, width],
  pos_embed: [1, 17, width],
  'patch_embed.proj.weight': [width, 3, 8, 8],
  'patch_embed.proj.bias': [width],
  'norm.weight': [width],
  'norm.bias': [width],
  ...Object.fromEntries(
    [0, 1].flatMap((i) => [
      [`blocks.${i}.norm1.weight`, [width]],
      [`blocks.${i}.norm1.bias`, [width]],
      [`blocks.${i}.attn.qkv.weight`, [3 * width, width]],
      [`blocks.${i}.attn.qkv.bias`, [3 * width]],
      [`blocks.${i}.attn.proj.weight`, [width, width]],
      [`blocks.${i}.attn.proj.bias`, [width]],
      [`blocks.${i}.norm2.weight`, [width]],
      [`blocks.${i}.norm2.bias`, [width]],
      [`blocks.${i}.mlp.fc1.weight`, [4 * width, width]],
      [`blocks.${i}.mlp.fc1.bias`, [4 * width]],
      [`blocks.${i}.mlp.fc2.weight`, [width, 4 * width]],
      [`blocks.${i}.mlp.fc2.bias`, [width]],
    ]),
  ),
};

/** A file of DINO weights without some of its names. */
async function weightsFile(file: string, without: readonly string[] = []): Promise<string> {
  const path = join(folder, file);
  const named = Object.entries(backbone).filter(([name]) => !without.includes(name));
  await writeSafetensors(path, tensorsToWrite(named.map(([name, shape]) => [name, filled(name, shape)] as const)));
  return path;
}

describe('the discriminator on DINO features', () => {
  it('trains its heads alone', () => {
    using _scope = new Scope();
    using discriminator = small();
    const images = scenes(2).setRequiresGrad();
    const logits = discriminator.forward(images);
    expect(logits.shape).toEqual([2, 3 * 16]);
    logits.sum().backward();
    expect(images.grad).not.toBe(null);
    const names = [...discriminator.namedParameters()].map(([name]) => name);
    expect(names).toContain('heads.0.0.0.weight_orig');
    expect(names).toContain('heads.2.1.fn.1.bias');
    expect(names.every((name) => name.startsWith('heads.'))).toBe(true);
  });

  it("gives PyTorch's logits with weights from a file", async () => {
    await using weights = await openWeights(await weightsFile('dino.safetensors'));
    using discriminator = small();
    await discriminator.loadBackbone(weights);
    discriminator.loadStateDict([...discriminator.stateDict()].map(([name, { shape }]) => [name, filled(name, shape)]));
    discriminator.eval();
    const length = 2 * 3 * 32 * 32;
    using images = tensor(
      Float32Array.from({ length }, (_, i) => Math.cos(0.1 * i)),
      { shape: [2, 3, 32, 32] },
    );
    using logits = discriminator.forward(images);
    const values = (await logits.data()) as Float32Array;
    // From PyTorch in float64: layer_norm, scaled_dot_product_attention, gelu(approximate='tanh'), circular conv1d.
    const expected = [
      [0, 6.916334],
      [20, -3.393424],
      [47, -2.261186],
      [48, 6.63195],
      [68, -2.600175],
      [95, -1.24709],
    ] as const;
    for (const [i, value] of expected) expect(values[i]).toBeCloseTo(value, 3);
    expect(Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length)).toBeCloseTo(6.422794, 3);
  });

  it('names the file whose weights do not fit', async () => {
    await using weights = await openWeights(await weightsFile('half.safetensors', ['blocks.1.mlp.fc2.bias']));
    using discriminator = small();
    await expect(discriminator.loadBackbone(weights)).rejects.toThrow(
      /half\.safetensors: tensor "blocks\.1\.mlp\.fc2\.bias": missing/,
    );
  });
});
