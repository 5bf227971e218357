/** Fixtures of discriminators and of the whole training loss. */
import { type AdversarialLoss, discriminatorLoss, generatorLoss, PatchGan, TokenizerLoss } from '@tessera/gigatok';
import { Lpips } from '@tessera/models';
import { conv2d, Scope, type Tensor, tensor } from '@tessera/tensor';
import { handlerOf } from './fixture.js';

interface PatchGanConfig {
  readonly ndf: number;
  readonly n_layers: number;
  readonly kw: number;
  readonly input_nc: number;
}

export const runPatchGanCase = handlerOf<PatchGanConfig>(async (fixture) => {
  using _scope = new Scope();
  const c = fixture.config;
  using net = new PatchGan({ channels: c.ndf, layers: c.n_layers, kernelSize: c.kw, inputChannels: c.input_nc });
  net.loadStateDict(await fixture.tensors('param.'));
  const real = await fixture.tensor('in.real');
  const fake = (await fixture.tensor('in.fake')).setRequiresGrad();
  const [onReal, onFake] = [net.forward(real), net.forward(fake)];
  await fixture.check('out.logits_real_train', onReal);
  await fixture.check('out.logits_fake_train', onFake);
  await fixture.checkScalar('vanilla_d', discriminatorLoss(onReal, onFake, 'vanilla'));
  const generator = generatorLoss(onFake);
  await fixture.checkScalar('hinge_gen', generator);
  generator.backward({ retainGraph: true });
  await fixture.checkGradient('grad.hinge_gen.in.fake', fake.grad);
  net.zeroGrad();
  fake.grad = null;
  const hinge = discriminatorLoss(onReal, onFake);
  await fixture.checkScalar('hinge_d', hinge);
  hinge.backward();
  const parameters = new Map(net.namedParameters());
  const gradients = fixture.names('grad.hinge_d.');
  const norms = await Promise.all(gradients.map((name) => fixture.values(`grad.hinge_d.${name}`)));
  const scale = Math.sqrt(norms.reduce((sum, values) => values.reduce((s, v) => s + v * v, sum), 0));
  for (const name of gradients) {
    const actual = name === 'in.fake' ? fake.grad : (parameters.get(name)?.grad ?? null);
    await fixture.checkGradient(`grad.hinge_d.${name}`, actual, scale);
  }
  const state = net.stateDict();
  for (const name of fixture.names('after.')) await fixture.check(`after.${name}`, state.get(name)!);
  net.eval();
  await fixture.check('out.logits_real_eval', net.forward(real));
});

interface LossConfig {
  readonly disc_start: number;
  readonly disc_loss: string;
  readonly gen_adv_loss: string;
  readonly disc_dim: number;
  readonly disc_num_layers?: number;
  readonly disc_weight: number;
  readonly disc_adaptive_weight: boolean;
  readonly reconstruction_loss: 'l2' | 'l1';
  readonly reconstruction_weight: number;
  readonly perceptual_weight: number;
  readonly aux_loss_end: number;
  readonly use_direct_rec_loss: boolean;
  readonly kw: number;
  readonly proj_weight: number;
  readonly step: number;
  readonly codebook_terms: readonly [number, number, number];
  readonly feature_rec: number;
  readonly lpips_channels: readonly number[];
}

const adversarial = (name: string): AdversarialLoss => (name === 'hinge' ? 'hinge' : 'vanilla');

export const runTokenizerLossCase = handlerOf<LossConfig>(async (fixture) => {
  using _scope = new Scope();
  const c = fixture.config;
  using discriminator = new PatchGan({ channels: c.disc_dim, layers: c.disc_num_layers ?? 3, kernelSize: c.kw });
  discriminator.loadStateDict(await fixture.tensors('param.discriminator.'));
  using lpips = new Lpips({ channels: c.lpips_channels }).eval();
  lpips.loadStateDict(await fixture.tensors('param.perceptual_loss.'));
  const loss = new TokenizerLoss(
    {
      reconstruction: c.reconstruction_loss,
      reconstructionWeight: c.reconstruction_weight,
      perceptualWeight: c.perceptual_weight,
      adversarialWeight: c.disc_weight,
      adversarialStart: c.disc_start,
      generatorLoss: adversarial(c.gen_adv_loss),
      discriminatorLoss: adversarial(c.disc_loss),
      adaptiveWeight: c.disc_adaptive_weight,
      semanticWeight: c.proj_weight,
      shortcutsEnd: c.aux_loss_end,
    },
    { discriminator, perceptual: (a, b) => lpips.forward(a, b) },
  );
  const images = await fixture.tensor('in.image');
  const weight = (await fixture.tensor('in.last_layer_weight')).setRequiresGrad();
  const bias = (await fixture.tensor('in.last_layer_bias')).setRequiresGrad();
  const inner = (await fixture.tensor('in.inner_feat')).setRequiresGrad();
  const last = (x: Tensor) => conv2d(x, weight, bias, { padding: 1 });
  const image = last(await fixture.tensor('in.last_layer_feature'));
  const [vq, commitment, entropy] = c.codebook_terms.map((value) => tensor(value)) as [Tensor, Tensor, Tensor];
  const featureLoss = tensor(c.feature_rec);
  const direct = c.use_direct_rec_loss ? last(await fixture.tensor('in.direct_last_layer_feature')) : undefined;
  const output = {
    image,
    semantic: inner,
    quantizer: { vq, commitment, entropy },
    shortcuts: direct && { image: direct, featureLoss },
  };
  const teacher = await fixture.tensor('in.semantic_feat');
  const { total, terms } = loss.generator({ images, output, teacher, lastLayer: weight, step: c.step });
  // Without a direct reconstruction the original still adds the feature term until shortcuts end.
  const alone = direct === undefined && c.step < c.aux_loss_end ? total.add(featureLoss) : total;
  await fixture.checkScalar('generator_total', alone);
  const names: Record<string, string> = {
    reconstruction: `rec_${c.reconstruction_loss}`,
    perceptual: 'perceptual',
    semantic: 'semantic',
    adversarial: `gen_adv_${c.gen_adv_loss}`,
    directReconstruction: `direct_rec_${c.reconstruction_loss}`,
    directPerceptual: 'direct_perceptual',
    directAdversarial: `direct_gen_adv_${c.gen_adv_loss}`,
    adaptiveWeight: 'adaptive_weight_if_enabled',
  };
  for (const [term, name] of Object.entries(names))
    if (terms[term] !== undefined) await fixture.checkScalar(name, terms[term]);
  await fixture.check('out.recon', image);
  total.backward({ retainGraph: true });
  await fixture.checkGradient('grad.gen.last_layer_weight', weight.grad);
  await fixture.checkGradient('grad.gen.last_layer_bias', bias.grad);
  await fixture.checkGradient('grad.gen.inner_feat', inner.grad);
  discriminator.zeroGrad();
  const judged = loss.discriminator({ images, output, step: c.step });
  await fixture.checkScalar('discriminator_total', judged?.total ?? 0);
  judged?.total.backward();
  const parameters = new Map(discriminator.namedParameters());
  for (const name of fixture.names('grad.disc.')) {
    await fixture.checkGradient(`grad.disc.${name}`, parameters.get(name)?.grad ?? null);
  }
});
