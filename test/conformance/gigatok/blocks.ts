/** Fixtures of the convolutional blocks. */
import {
  AdaptiveGroupNorm,
  AttnBlock,
  type CnnConfig,
  Downsample,
  depthToSpace,
  type FirstSplit,
  multiLevelPool,
  ResnetBlock,
} from '@tessera/gigatok';
import type { Module } from '@tessera/nn';
import { Scope, type Tensor } from '@tessera/tensor';
import { type GigatokFixture, handlerOf } from './fixture.js';

interface BlocksConfig {
  readonly groupnorm_groups: number;
}

async function loaded<M extends Module>(fixture: GigatokFixture<BlocksConfig>, name: string, module: M): Promise<M> {
  module.loadStateDict(await fixture.tensors(`param.${name}.`));
  return module;
}

export const runBlocksCase = handlerOf<BlocksConfig>(async (fixture) => {
  using _scope = new Scope();
  const cnn: Required<CnnConfig> = {
    channels: 1,
    encoderMultipliers: [1],
    decoderMultipliers: [1],
    resBlocks: 1,
    attention: false,
    adaptiveGroupNorm: true,
    depthToSpace: true,
    normGroups: fixture.config.groupnorm_groups,
    normGroupWidth: 1,
  };
  const map = await fixture.tensor('in.map');
  for (const name of fixture.names('out.multi_level_')) {
    const [first, levels] = name.split('_') as [FirstSplit, string];
    await fixture.check(`out.multi_level_${name}`, multiLevelPool(map, Number(levels), first));
  }
  await fixture.check('out.depth_to_space_2', depthToSpace(await fixture.tensor('in.d2s'), 2));
  const [x, style] = [await fixture.tensor('in.adagn_x'), await fixture.tensor('in.adagn_style')];
  using norm = await loaded(fixture, 'adagn', new AdaptiveGroupNorm(style.shape[1]!, x.shape[1]!, cnn));
  await fixture.check('out.adagn', norm.forward(x, style));
  const input = await fixture.tensor('in.down');
  using down = await loaded(fixture, 'down', new Downsample(input.shape[1]!));
  await fixture.check('out.down', down.forward(input));
  const y = await fixture.tensor('in.res');
  const channels = (t: Tensor) => t.shape[1]!;
  const outputs = channels(await fixture.tensor('out.res'));
  using res = await loaded(fixture, 'res', new ResnetBlock(channels(y), outputs, cnn));
  await fixture.check('out.res', res.forward(y));
  using attention = await loaded(fixture, 'attn', new AttnBlock(channels(y), cnn));
  await fixture.check('out.attn', attention.forward(y));
});
