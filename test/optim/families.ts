/** Every optimizer, as tests run through them. */
import * as optim from '@tessera/optim';

/** Bytes that a pass over the parameters reads and writes per f32 parameter. */
export type Pass = readonly [read: number, written: number];

export interface Sample {
  readonly name: string;
  readonly make: (params: optim.ParametersArgument) => optim.Optimizer;
  /** Bytes of state per f32 parameter that the file's header names. */
  readonly bytes: number;
  /** The passes of a step that the file's header names. */
  readonly passes: readonly Pass[];
}

/** Without `passes`: one that reads gradient, parameter and states, and writes parameter and states. */
const sample = (
  name: string,
  bytes: number,
  make: Sample['make'],
  passes: readonly Pass[] = [[8 + bytes, 4 + bytes]],
): Sample => ({ name, bytes, make, passes });

/** Optimizers over whole flat buffers; all kinds of state and of rates. */
export const flatOptimizers: readonly Sample[] = [
  sample('SGD', 0, (p) => new optim.SGD(p, { lr: 1e-2 })),
  sample('SGD momentum', 4, (p) => new optim.SGD(p, { lr: 1e-2, momentum: 0.9, nesterov: true })),
  sample('Adam', 8, (p) => new optim.Adam(p)),
  sample('AdamW amsgrad', 12, (p) => new optim.AdamW(p, { amsgrad: true })),
  sample('NadamW', 8, (p) => new optim.NadamW(p)),
  sample('NAdam', 8, (p) => new optim.NAdam(p)),
  sample('RAdam', 8, (p) => new optim.RAdam(p)),
  sample('Adagrad', 4, (p) => new optim.Adagrad(p)),
  sample('Adadelta', 8, (p) => new optim.Adadelta(p)),
  sample('RMSprop', 4, (p) => new optim.RMSprop(p)),
  sample('RMSprop centered momentum', 12, (p) => new optim.RMSprop(p, { centered: true, momentum: 0.9 })),
  sample('Adamax', 8, (p) => new optim.Adamax(p)),
  sample('Lion', 4, (p) => new optim.Lion(p)),
  sample('AdEMAMix', 12, (p) => new optim.AdEMAMix(p)),
  sample('ADOPT', 8, (p) => new optim.ADOPT(p)),
  sample('ADOPT nesterov', 8, (p) => new optim.ADOPT(p, { nesterov: true, clipping: false })),
  sample('SimplifiedAdEMAMix', 8, (p) => new optim.SimplifiedAdEMAMix(p, { alpha: 10 })),
  sample('AdaBelief', 8, (p) => new optim.AdaBelief(p)),
  sample('ACProp', 8, (p) => new optim.ACProp(p)),
  sample('Yogi', 8, (p) => new optim.Yogi(p)),
  sample('LaProp', 8, (p) => new optim.LaProp(p, { weightDecay: 0.1 })),
  sample('Grams', 8, (p) => new optim.Grams(p)),
  sample('Adan', 16, (p) => new optim.Adan(p, { weightDecay: 0.1 })),
  sample('AdamG', 12, (p) => new optim.AdamG(p)),
  sample('EXAdam', 8, (p) => new optim.EXAdam(p)),
  sample('BCOS', 4, (p) => new optim.BCOS(p)),
  sample('Kate', 8, (p) => new optim.Kate(p)),
  sample('FTRL', 8, (p) => new optim.FTRL(p, { lambda1: 0.01, beta: 1 })),
  sample('MADGRAD', 12, (p) => new optim.MADGRAD(p), [[20, 12]]),
  sample('ASGD', 4, (p) => new optim.ASGD(p, { t0: 2 })),
  sample('Rprop', 8, (p) => new optim.Rprop(p)),
  sample('Tiger', 4, (p) => new optim.Tiger(p)),
  sample('AvaGrad', 8, (p) => new optim.AvaGrad(p)),
  sample('AdamC', 8, (p) => new optim.AdamC(p, { weightDecay: 0.1 })),
  sample('StableAdamW', 8, (p) => new optim.StableAdamW(p), [
    [8, 0],
    [16, 12],
  ]),
  sample('LAMB', 8, (p) => new optim.LAMB(p, { weightDecay: 0.1 }), [
    [16, 0],
    [16, 12],
  ]),
  sample('LARS', 4, (p) => new optim.LARS(p, { weightDecay: 0.1 }), [
    [8, 0],
    [12, 8],
  ]),
  sample('Fromage', 0, (p) => new optim.Fromage(p), [
    [8, 0],
    [8, 4],
  ]),
  sample('NovoGrad', 4, (p) => new optim.NovoGrad(p, { weightDecay: 0.1 }), [
    [8, 0],
    [12, 8],
  ]),
  sample('Amos', 4, (p) => new optim.Amos(p, { momentum: 0.9 }), [
    [8, 0],
    [12, 8],
  ]),
  sample('Sophia', 8, (p) => new optim.Sophia(p), [[16, 8]]),
  sample('DoG', 4, (p) => new optim.DoG(p), [
    [12, 0],
    [8, 4],
  ]),
  sample('LDoG', 4, (p) => new optim.LDoG(p), [
    [12, 0],
    [8, 4],
  ]),
  sample('DoWG', 4, (p) => new optim.DoWG(p), [
    [12, 0],
    [8, 4],
  ]),
  sample('DAdaptAdam', 12, (p) => new optim.DAdaptAdam(p, { weightDecay: 0.1 })),
  sample('DAdaptAdam optax', 12, (p) => new optim.DAdaptAdam(p, { form: 'optax' })),
  sample('DAdaptLion', 8, (p) => new optim.DAdaptLion(p)),
  sample('DAdaptAdan', 20, (p) => new optim.DAdaptAdan(p, { weightDecay: 0.1 })),
  sample('DAdaptSGD', 8, (p) => new optim.DAdaptSGD(p), [[16, 8]]),
  sample('DAdaptAdaGrad', 12, (p) => new optim.DAdaptAdaGrad(p), [[20, 12]]),
  sample('Prodigy', 16, (p) => new optim.Prodigy(p, { weightDecay: 0.1 }), [[24, 16]]),
  sample('Prodigy optax', 16, (p) => new optim.Prodigy(p, { form: 'optax' }), [[24, 16]]),
  sample('Prodigy slice', 10, (p) => new optim.Prodigy(p, { slice: 4, biasCorrection: true }), [[16, 12]]),
  sample('ProdigyPlus slice 4', 8 + 4 / 4, (p) => new optim.ProdigyPlus(p, { slice: 4 }), [
    [8, 0],
    [16, 12],
  ]),
  sample(
    'ProdigyPlus cautious',
    8 + 4,
    (p) => new optim.ProdigyPlus(p, { cautious: true, slice: 1, weightDecay: 0.1 }),
    [
      [8, 0],
      [12, 0],
      [16, 12],
    ],
  ),
  sample('ProdigyPlus speed', 8 + 2 / 4, (p) => new optim.ProdigyPlus(p, { speed: true, slice: 4 }), [
    [8, 0],
    [16, 12],
  ]),
  sample('ProdigyPlus plain', 8 + 4 / 4, (p) => new optim.ProdigyPlus(p, { scheduleFree: false, slice: 4 }), [
    [8, 0],
    [16, 12],
  ]),
  sample('ProdigyPlus atan2', 8 + 4 / 4, (p) => new optim.ProdigyPlus(p, { eps: 0, biasCorrection: true, slice: 4 }), [
    [16, 12],
  ]),
  sample('MoMo', 4, (p) => new optim.MoMo(p), [
    [12, 4],
    [8, 4],
  ]),
  sample('MoMoAdam', 8, (p) => new optim.MoMoAdam(p, { adaptLowerBound: true }), [
    [16, 8],
    [12, 4],
  ]),
  sample('COCOB', 20, (p) => new optim.COCOB(p), [[28, 20]]),
  sample('ScheduleFreeSGD', 4, (p) => new optim.ScheduleFreeSGD(p, { lr: 0.1 })),
  sample('ScheduleFreeAdamW', 8, (p) => new optim.ScheduleFreeAdamW(p)),
  sample('ScheduleFreeAdamW inner', 12, (p) => new optim.ScheduleFreeAdamW(p, { innerMomentum: 0.9 })),
  sample('ScheduleFreePlus', 12, (p) => new optim.ScheduleFreePlus(p, { polyakBeta: 0.9, aheadSteps: 4 }), [
    [12, 0],
    [20, 16],
  ]),
  sample('ScheduleFreeRAdam', 8, (p) => new optim.ScheduleFreeRAdam(p)),
  sample('Mechanic SGD', 8, (p) => new optim.Mechanic(new optim.SGD(p, { lr: 1 })), [
    [8, 4],
    [16, 4],
    [8, 4],
  ]),
  sample('Mechanic AdamW', 16, (p) => new optim.Mechanic(new optim.AdamW(p, { lr: 1 }), { form: 'optax' }), [
    [16, 12],
    [16, 4],
    [8, 4],
  ]),
  sample('ScheduleFree SGD', 4, (p) => new optim.ScheduleFree(new optim.SGD(p, { lr: 1e-2 })), [
    [8, 8],
    [8, 4],
    [8, 8],
  ]),
  sample('Lookahead AdamW', 12, (p) => new optim.Lookahead(new optim.AdamW(p), { period: 2 }), [
    [16, 12],
    [8, 8],
  ]),
];

/** Optimizers that go tensor by tensor; bytes for a 16 x 16 matrix. */
export const matrixOptimizers: readonly Sample[] = [
  sample('Muon', 4, (p) => new optim.Muon(p)),
  sample('Adafactor', (4 * 32) / 256, (p) => new optim.Adafactor(p)),
  sample('MARS', 12, (p) => new optim.MARS(p, { weightDecay: 0.1 })),
  sample('CAME', 4 + (8 * 32) / 256, (p) => new optim.CAME(p)),
  sample('SM3', 4 + (4 * 32) / 256, (p) => new optim.SM3(p)),
  sample('SOAP', 8 + 16, (p) => new optim.SOAP(p, { frequency: 2 })),
  sample('Shampoo', 8 + 16, (p) => new optim.Shampoo(p, { frequency: 2 })),
];
