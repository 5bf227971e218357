/**
 * Initial values for small tokenizers that train for hundreds of steps rather than a million: the released ones (deviation
 * 0.02 everywhere) leave a small network's activations near zero for long. Convolutions keep the scale of activations,
 * residual branches start small, and positions say where a token is: sines and cosines of the cell for maps, their means
 * over the token's region for tokens.
 */
import { Conv2d, init, Linear, MultiheadAttention } from '@tessera/nn';
import { type Generator, noGrad, normal, scope, type Tensor, tensor } from '@tessera/tensor';
import { AdaptiveGroupNorm, ResnetBlock } from './cnn.js';
import { multiLevelPool } from './pyramid.js';
import type { VisualTokenizer } from './tokenizer.js';

/** Overwrites a tokenizer's parameters, the codebook excepted. */
export function initializeSmall(tokenizer: VisualTokenizer, generator: Generator): void {
  for (const module of tokenizer.modules()) {
    // A 1x1 convolution is a linear layer.
    if (module instanceof Linear || (module instanceof Conv2d && module.weight.shape[2] === 1))
      init.xavierUniform(module.weight, { generator });
    else if (module instanceof Conv2d) init.kaimingNormal(module.weight, { nonlinearity: 'relu', generator });
    else if (module instanceof MultiheadAttention) {
      // Each of the three packed projections on its own.
      const bound = Math.sqrt(3 / module.embedDim);
      init.uniform(module.inProjWeight, { low: -bound, high: bound, generator });
    }
    if ((module instanceof Conv2d || module instanceof Linear) && module.bias !== undefined) init.zeros(module.bias);
  }
  noGrad(() =>
    scope(() => {
      for (const module of tokenizer.modules()) {
        if (module instanceof ResnetBlock) module.conv2.weight.mul_(0.3);
        if (!(module instanceof AdaptiveGroupNorm)) continue;
        init.normal(module.gamma.weight, { std: 0.02, generator });
        init.ones(module.gamma.bias!);
        init.normal(module.beta.weight, { std: 0.02, generator });
      }
      init.xavierNormal(tokenizer.lastLayer, { gain: 0.3, generator });
      initializePositions(tokenizer, generator);
    }),
  );
}

function initializePositions(tokenizer: VisualTokenizer, generator: Generator): void {
  const { grid, latentTokens, kind } = tokenizer.config;
  for (const [name, parameter] of tokenizer.namedParameters()) {
    const width = parameter.shape.at(-1)!;
    const map = sinCosMap(grid, width);
    if (name.endsWith('.latent_token_positional_embedding')) {
      const levels = Math.log2(latentTokens);
      if (kind !== '1d' || !Number.isInteger(levels)) continue;
      const pooled = multiLevelPool(map.reshape([grid, grid, width]).permute([2, 0, 1]).unsqueeze({ dim: 0 }), levels);
      const noise = normal(pooled.shape, { std: 0.2, generator });
      parameter.copy_(pooled.add(noise).reshape(parameter.shape));
    } else if (name.endsWith('.positional_embedding')) parameter.copy_(map.reshape(parameter.shape));
  }
}

/** `[side², width]`: sines and cosines of the row, then of the column. */
function sinCosMap(side: number, width: number): Tensor {
  const quarter = Math.floor(width / 4);
  const line = (place: number) => {
    const angles = Array.from({ length: quarter }, (_, i) => place * 1.5 * 30 ** (-i / quarter));
    return [...angles.map(Math.sin), ...angles.map(Math.cos)];
  };
  const rows: number[] = [];
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const cell = [...line(y), ...line(x)];
      rows.push(...cell, ...new Array<number>(width - cell.length).fill(0));
    }
  }
  return tensor(Float32Array.from(rows), { shape: [side * side, width] });
}
