/** Every optimizer, as tests run through them. */
import * as optim from '@tessera/optim';

/** Bytes that a pass over the parameters reads and writes per f32 parameter. */
export type Pass = readonly [read: number, written: number];

export interface Sample {
  readonly name: string;
  readonly make: (params: optim.ParametersArgument, options?: optim.OptimizerOptions) => optim.Optimizer;
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
  sample('SGD', 0, (p, o) => new optim.SGD(p, { lr: 1e-2, ...o })),
  sample('SGD momentum', 4, (p, o) => new optim.SGD(p, { lr: 1e-2, momentum: 0.9, nesterov: true, ...o })),
  sample('Adam', 8, (p, o) => new optim.Adam(p, o)),
  sample('AdamW amsgrad', 12, (p, o) => new optim.AdamW(p, { amsgrad: true, ...o })),
  sample('NadamW', 8, (p, o) => new optim.NadamW(p, o)),
  sample('NAdam', 8, (p, o) => new optim.NAdam(p, o)),
  sample('RAdam', 8, (p, o) => new optim.RAdam(p, o)),
  sample('Adagrad', 4, (p, o) => new optim.Adagrad(p, o)),
  sample('Adadelta', 8, (p, o) => new optim.Adadelta(p, o)),
  sample('RMSprop', 4, (p, o) => new optim.RMSprop(p, o)),
  sample('RMSprop centered momentum', 12, (p, o) => new optim.RMSprop(p, { centered: true, momentum: 0.9, ...o })),
  sample('Adamax', 8, (p, o) => new optim.Adamax(p, o)),
  sample('Lion', 4, (p, o) => new optim.Lion(p, o)),
  sample('AdEMAMix', 12, (p, o) => new optim.AdEMAMix(p, o)),
  sample('ADOPT', 8, (p, o) => new optim.ADOPT(p, o)),
  sample('ADOPT nesterov', 8, (p, o) => new optim.ADOPT(p, { nesterov: true, clipping: false, ...o })),
  sample('SimplifiedAdEMAMix', 8, (p, o) => new optim.SimplifiedAdEMAMix(p, { alpha: 10, ...o })),
  sample('AdaBelief', 8, (p, o) => new optim.AdaBelief(p, o)),
  sample('ACProp', 8, (p, o) => new optim.ACProp(p, o)),
  sample('Yogi', 8, (p, o) => new optim.Yogi(p, o)),
  sample('LaProp', 8, (p, o) => new optim.LaProp(p, { weightDecay: 0.1, ...o })),
  sample('Grams', 8, (p, o) => new optim.Grams(p, o)),
  sample('Adan', 16, (p, o) => new optim.Adan(p, { weightDecay: 0.1, ...o })),
  sample('AdamG', 12, (p, o) => new optim.AdamG(p, o)),
  sample('EXAdam', 8, (p, o) => new optim.EXAdam(p, o)),
  sample('BCOS', 4, (p, o) => new optim.BCOS(p, o)),
  sample('Kate', 8, (p, o) => new optim.Kate(p, o)),
  sample('FTRL', 8, (p, o) => new optim.FTRL(p, { lambda1: 0.01, beta: 1, ...o })),
  sample('MADGRAD', 12, (p, o) => new optim.MADGRAD(p, o), [[20, 12]]),
  sample('ASGD', 4, (p, o) => new optim.ASGD(p, { t0: 2, ...o })),
  sample('Rprop', 8, (p, o) => new optim.Rprop(p, o)),
  sample('Tiger', 4, (p, o) => new optim.Tiger(p, o)),
  sample('AvaGrad', 8, (p, o) => new optim.AvaGrad(p, o)),
  sample('AdamC', 8, (p, o) => new optim.AdamC(p, { weightDecay: 0.1, ...o })),
  sample('StableAdamW', 8, (p, o) => new optim.StableAdamW(p, o), [
    [8, 0],
    [16, 12],
  ]),
  sample('LAMB', 8, (p, o) => new optim.LAMB(p, { weightDecay: 0.1, ...o }), [
    [16, 0],
    [16, 12],
  ]),
  sample('LARS', 4, (p, o) => new optim.LARS(p, { weightDecay: 0.1, ...o }), [
    [8, 0],
    [12, 8],
  ]),
  sample('Fromage', 0, (p, o) => new optim.Fromage(p, o), [
    [8, 0],
    [8, 4],
  ]),
  sample('NovoGrad', 4, (p, o) => new optim.NovoGrad(p, { weightDecay: 0.1, ...o }), [
    [8, 0],
    [12, 8],
  ]),
  sample('Amos', 4, (p, o) => new optim.Amos(p, { momentum: 0.9, ...o }), [
    [8, 0],
    [12, 8],
  ]),
  sample('Sophia', 8, (p, o) => new optim.Sophia(p, o), [[16, 8]]),
  sample('DoG', 4, (p, o) => new optim.DoG(p, o), [
    [12, 0],
    [8, 4],
  ]),
  sample('LDoG', 4, (p, o) => new optim.LDoG(p, o), [
    [12, 0],
    [8, 4],
  ]),
  sample('DoWG', 4, (p, o) => new optim.DoWG(p, o), [
    [12, 0],
    [8, 4],
  ]),
  sample('DAdaptAdam', 12, (p, o) => new optim.DAdaptAdam(p, { weightDecay: 0.1, ...o })),
  sample('DAdaptAdam optax', 12, (p, o) => new optim.DAdaptAdam(p, { form: 'optax', ...o })),
  sample('DAdaptLion', 8, (p, o) => new optim.DAdaptLion(p, o)),
  sample('DAdaptAdan', 20, (p, o) => new optim.DAdaptAdan(p, { weightDecay: 0.1, ...o })),
  sample('DAdaptSGD', 8, (p, o) => new optim.DAdaptSGD(p, o), [[16, 8]]),
  sample('DAdaptAdaGrad', 12, (p, o) => new optim.DAdaptAdaGrad(p, o), [[20, 12]]),
  sample('Prodigy', 16, (p, o) => new optim.Prodigy(p, { weightDecay: 0.1, ...o }), [[24, 16]]),
  sample('Prodigy optax', 16, (p, o) => new optim.Prodigy(p, { form: 'optax', ...o }), [[24, 16]]),
  sample('Prodigy slice', 10, (p, o) => new optim.Prodigy(p, { slice: 4, biasCorrection: true, ...o }), [[16, 12]]),
  sample('ProdigyPlus slice 4', 8 + 4 / 4, (p, o) => new optim.ProdigyPlus(p, { slice: 4, ...o }), [
    [8, 0],
    [16, 12],
  ]),
  sample(
    'ProdigyPlus cautious',
    8 + 4,
    (p, o) => new optim.ProdigyPlus(p, { cautious: true, slice: 1, weightDecay: 0.1, ...o }),
    [
      [8, 0],
      [12, 0],
      [16, 12],
    ],
  ),
  sample('ProdigyPlus speed', 8 + 2 / 4, (p, o) => new optim.ProdigyPlus(p, { speed: true, slice: 4, ...o }), [
    [8, 0],
    [16, 12],
  ]),
  sample('ProdigyPlus plain', 8 + 4 / 4, (p, o) => new optim.ProdigyPlus(p, { scheduleFree: false, slice: 4, ...o }), [
    [8, 0],
    [16, 12],
  ]),
  sample(
    'ProdigyPlus atan2',
    8 + 4 / 4,
    (p, o) => new optim.ProdigyPlus(p, { eps: 0, biasCorrection: true, slice: 4, ...o }),
    [[16, 12]],
  ),
  sample('MoMo', 4, (p, o) => new optim.MoMo(p, o), [
    [12, 4],
    [8, 4],
  ]),
  sample('MoMoAdam', 8, (p, o) => new optim.MoMoAdam(p, { adaptLowerBound: true, ...o }), [
    [16, 8],
    [12, 4],
  ]),
  sample('COCOB', 20, (p, o) => new optim.COCOB(p, o), [[28, 20]]),
  sample('ScheduleFreeSGD', 4, (p, o) => new optim.ScheduleFreeSGD(p, { lr: 0.1, ...o })),
  sample('ScheduleFreeAdamW', 8, (p, o) => new optim.ScheduleFreeAdamW(p, o)),
  sample('ScheduleFreeAdamW inner', 12, (p, o) => new optim.ScheduleFreeAdamW(p, { innerMomentum: 0.9, ...o })),
  sample('ScheduleFreePlus', 12, (p, o) => new optim.ScheduleFreePlus(p, { polyakBeta: 0.9, aheadSteps: 4, ...o }), [
    [12, 0],
    [20, 16],
  ]),
  sample('ScheduleFreeRAdam', 8, (p, o) => new optim.ScheduleFreeRAdam(p, o)),
  sample('Mechanic SGD', 8, (p, o) => new optim.Mechanic(new optim.SGD(p, { lr: 1, ...o })), [
    [8, 4],
    [16, 4],
    [8, 4],
  ]),
  sample('Mechanic AdamW', 16, (p, o) => new optim.Mechanic(new optim.AdamW(p, { lr: 1, ...o }), { form: 'optax' }), [
    [16, 12],
    [16, 4],
    [8, 4],
  ]),
  sample('ScheduleFree SGD', 4, (p, o) => new optim.ScheduleFree(new optim.SGD(p, { lr: 1e-2, ...o })), [
    [8, 8],
    [8, 4],
    [8, 8],
  ]),
  sample('Lookahead AdamW', 12, (p, o) => new optim.Lookahead(new optim.AdamW(p, o), { period: 2 }), [
    [16, 12],
    [8, 8],
  ]),
];

/** Optimizers that go tensor by tensor; bytes for a 16 x 16 matrix. */
export const matrixOptimizers: readonly Sample[] = [
  sample('Muon', 4, (p, o) => new optim.Muon(p, o)),
  sample('Adafactor', (4 * 32) / 256, (p, o) => new optim.Adafactor(p, o)),
  sample('MARS', 12, (p, o) => new optim.MARS(p, { weightDecay: 0.1, ...o })),
  sample('CAME', 4 + (8 * 32) / 256, (p, o) => new optim.CAME(p, o)),
  sample('SM3', 4 + (4 * 32) / 256, (p, o) => new optim.SM3(p, o)),
  sample('SOAP', 8 + 16, (p, o) => new optim.SOAP(p, { frequency: 2, ...o })),
  sample('Shampoo', 8 + 16, (p, o) => new optim.Shampoo(p, { frequency: 2, ...o })),
];
