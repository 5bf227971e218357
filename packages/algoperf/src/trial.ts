/**
 * One trial: a method trains one workload from one seed for a budget of steps and is evaluated now and then. Only steps
 * count as training time; evaluations, and the data they wait for, do not. On the CPU the time is the processor time of
 * this process, which other programs on the machine, pauses and suspensions leave as it is.
 */
import { flatParameters, type Module } from '@tessera/nn';
import { copy_, type Device, Generator, noGrad, scope, type Tensor } from '@tessera/tensor';
import type { MethodOptimizer } from './families.js';
import type { Method } from './method.js';
import { Sampler } from './random.js';
import { Training } from './training.js';
import type { OpenWorkload, Workload } from './workload.js';

export interface Budget {
  /** Steps, and the horizon that schedules are told. */
  readonly steps: number;
  readonly evalEvery: number;
}

/** What a trial measured. NaN values are written as null in journals. */
export interface TrialResult {
  readonly workload: string;
  readonly method: string;
  readonly seed: number;
  readonly heldOut: boolean;
  readonly steps: number;
  /** Steps done at each evaluation. */
  readonly step: readonly number[];
  /** Value of the workload's metric there. A trial that diverged ends with NaN. */
  readonly metric: readonly number[];
  /** Seconds of training until there: of processor time on the CPU, of wall time elsewhere. */
  readonly time: readonly number[];
}

export interface TrialOptions {
  readonly workload: Workload;
  readonly open: OpenWorkload;
  readonly method: Method;
  readonly seed: number;
  readonly heldOut?: boolean;
  readonly budget: Budget;
  readonly device: Device;
  readonly signal?: AbortSignal;
  /** Called after each evaluation. */
  readonly onEvaluation?: (step: number, metric: number) => void;
}

/** Batches that renew batch-norm statistics when averaged weights are evaluated. */
const refreshBatches = 8;

export async function runTrial(options: TrialOptions): Promise<TrialResult> {
  const { workload, open, method, seed, heldOut = false, budget, device, signal } = options;
  using model = open.model(new Generator(seed));
  const parameters = flatParameters(model);
  const groups = parameters.map((params) => ({ params }));
  using optimizer = method.create(groups, budget.steps);
  using training = new Training(model, open, optimizer, new Sampler(1000 + seed));
  const step: number[] = [];
  const metric: number[] = [];
  const time: number[] = [];
  let seconds = 0;
  for (let done = 0; done < budget.steps; ) {
    const until = Math.min(budget.steps, done + budget.evalEvery);
    const started = secondsOf(device);
    for (; done < until; done++) {
      signal?.throwIfAborted();
      training.step();
    }
    const loss = await training.loss();
    seconds += secondsOf(device) - started;
    const value = Number.isFinite(loss) ? await evaluate(model, open, optimizer) : Number.NaN;
    step.push(done);
    metric.push(value);
    time.push(seconds);
    options.onEvaluation?.(done, value);
    if (!Number.isFinite(value)) break;
  }
  for (const buffer of parameters) buffer.dispose();
  return { workload: workload.name, method: method.name, seed, heldOut, steps: budget.steps, step, metric, time };
}

function secondsOf(device: Device): number {
  if (device.type !== 'cpu') return performance.now() / 1000;
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/**
 * With the weights the method is judged by. Where they are averages, batch-norm statistics are those of a few batches
 * under them, and are put back afterwards.
 */
async function evaluate(model: Module, open: OpenWorkload, optimizer: MethodOptimizer): Promise<number> {
  const lent = optimizer.lendEvaluationWeights();
  const kept = lent && open.refresh ? refreshStatistics(model, open, open.refresh) : null;
  model.eval();
  const value = await open.evaluate(model);
  model.train();
  if (kept !== null) {
    for (const [buffer, saved] of kept) {
      copy_(buffer, saved);
      saved.dispose();
    }
  }
  if (lent) optimizer.takeTrainingWeightsBack();
  return value;
}

function refreshStatistics(
  model: Module,
  open: OpenWorkload,
  refresh: NonNullable<OpenWorkload['refresh']>,
): ReadonlyMap<Tensor, Tensor> {
  const kept = new Map([...model.namedBuffers()].map(([, buffer]) => [buffer, buffer.clone().keep()]));
  const batches = new Sampler(5);
  for (let i = 0; i < refreshBatches; i++) scope(() => noGrad(() => refresh(model, open.batch(batches))));
  return kept;
}
