/** `tessera optim`: score and calibrate optimizers across workloads the AlgoPerf way. */
import { writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  type BenchOptions,
  calibrate,
  defaultMethods,
  families,
  type Method,
  methodOf,
  readJournal,
  runBench,
  type Scores,
  type Strictness,
  scoreJournal,
  setTargets,
  shippedTargets,
  type Target,
  type Tier,
  type TrialResult,
  targetsFrom,
  tuned,
  workloads,
} from '@tessera/algoperf';
import { makeFolder } from '@tessera/data';
import { ArgumentError } from '@tessera/tensor';
import { formatTable, interruptible, loadConfig, Progress, Report, z } from '@tessera/train';
import { Command, InvalidArgumentError, Option } from 'commander';
import { names, wholeNumber, wholeNumbers } from '../arguments.js';

interface Common {
  readonly journal: string;
  readonly workloads?: readonly string[];
  readonly tier: Tier;
  readonly workers: number;
  readonly device: 'cpu' | 'cuda';
  readonly data?: Readonly<Record<string, string>>;
}

interface Scoring {
  readonly targets: string;
  readonly clock: 'steps' | 'seconds';
}

/** `vit=DIR` pairs, collected. */
function dataPath(value: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const [name, ...path] = value.split('=');
  if (!name || path.length === 0) throw new InvalidArgumentError('expected WORKLOAD=PATH, as in vit=images/.');
  return { ...before, [name]: path.join('=') };
}

/** `adamw=adamw-3e-3,adamw-1e-2`, collected. */
function tunedMethod(value: string, before: Readonly<Record<string, string[]>> = {}): Record<string, string[]> {
  const [name, methods] = value.split('=');
  if (!name || !methods) throw new InvalidArgumentError('expected NAME=METHODS, as in adamw=adamw-3e-3,adamw-1e-2.');
  return { ...before, [name]: names(methods) };
}

/** What every command that trains takes. */
function training(command: Command, journal: string): Command {
  return command
    .option('--journal <file>', 'where finished trials are kept; the command goes on from it', journal)
    .option('--workloads <names>', `some of ${workloads.map((w) => w.name).join(', ')}`, names)
    .addOption(new Option('--tier <tier>', 'budget of steps').choices(['quick', 'standard']).default('quick'))
    .option('--workers <number>', 'trials at a time, one thread each', wholeNumber(1), 2)
    .addOption(new Option('--device <name>', 'where to train').choices(['cpu', 'cuda']).default('cpu'))
    .option('--data <workload=path>', 'real data: images for resnet and vit, a text for lm (repeatable)', dataPath);
}

function scoring(command: Command): Command {
  return command
    .option('--targets <which>', 'strict, loose, or a file that `targets` wrote', 'strict')
    .addOption(new Option('--clock <clock>', 'what time is').choices(['steps', 'seconds']).default('steps'));
}

function benchOptions({
  workloads: chosen,
  tier,
  workers,
  device,
  data,
}: Common): Omit<BenchOptions, 'methods' | 'seeds'> {
  return { tier, workers, device, ...(chosen && { workloads: chosen }), ...(data && { data }) };
}

async function targetsOf(which: string, tier: Tier): Promise<ReadonlyMap<string, Target>> {
  if (which === 'strict' || which === 'loose') return shippedTargets(tier, which);
  return targetsFrom(await loadConfig(which, z.record(z.string(), z.number())));
}

const methodSchema = z.array(
  z.strictObject({
    name: z.string(),
    family: z.string(),
    settings: z.record(z.string(), z.union([z.number(), z.boolean()])).optional(),
  }),
);

/** Names of default methods or families, or a file of definitions. */
async function methodsOf(value: string | undefined): Promise<readonly Method[]> {
  if (value === undefined) return defaultMethods;
  if (/\.(json|ya?ml)$/.test(value)) {
    const parsed = await loadConfig(value, methodSchema);
    return parsed.map(({ name, family, settings }) => methodOf({ name, family, ...(settings && { settings }) }));
  }
  return names(value).map((name) => {
    const found = defaultMethods.find((m) => m.name === name);
    if (found === undefined && !Object.hasOwn(families, name)) {
      const known = new Set([...defaultMethods.map((m) => m.name), ...Object.keys(families)]);
      throw new ArgumentError(`there is no method or family '${name}'; expected some of ${[...known].join(', ')}.`, {
        op: '--methods',
      });
    }
    return found ?? methodOf({ name, family: name });
  });
}

/** A progress line over trials. */
function trialProgress(label: string): { onProgress: (done: number, total: number, last?: TrialResult) => void } {
  const progress = new Progress({ label });
  return {
    onProgress: (done, total, last) => {
      if (last === undefined) progress.start(done);
      progress.update(done, total, last ? { last: `${last.method} on ${last.workload}` } : {});
    },
  };
}

function scoreRows(scores: Scores): Record<string, string | number>[] {
  return [...scores.score]
    .sort(([, a], [, b]) => b - a)
    .map(([method, score]) => ({
      method,
      score: Number(score.toFixed(3)),
      trained: scores.trained.get(method)!,
      'per seed': [...scores.perSeed.values()].map((s) => s.get(method)!.toFixed(3)).join(' '),
      ...Object.fromEntries(
        [...scores.times.get(method)!]
          .filter(([, time]) => !Number.isNaN(time))
          .map(([workload, time]) => [workload, Number.isFinite(time) ? Number(time.toPrecision(6)) : '-']),
      ),
    }));
}

async function present(scores: Scores, clock: string, options: { json?: string; report?: string }): Promise<void> {
  const rows = scoreRows(scores);
  console.log(formatTable(rows));
  if (scores.perSeed.size > 1)
    console.log(`\nKendall tau between the rankings of the seeds, mean: ${scores.stability.toFixed(2)}`);
  console.log('Scores depend on the methods compared; publish them together.');
  if (options.json !== undefined) {
    const plain = {
      clock,
      pool: rows.map((row) => row.method),
      rows,
      tau: scores.tau,
      profile: Object.fromEntries(rows.map(({ method }) => [method, scores.profile.get(String(method))!])),
      stability: scores.stability,
    };
    await save(options.json, `${JSON.stringify(plain, null, 2)}\n`);
  }
  if (options.report !== undefined) {
    const report = new Report('Optimizers across workloads')
      .text(
        'Share of the workloads that each method solves within tau times the time of the fastest method, and the area under that curve (AlgoPerf). Scores depend on the methods compared.',
      )
      .curves(
        'Performance profiles',
        scores.tau,
        [...scores.profile].map(([label, y]) => ({ label, y })),
        { xLabel: 'tau' },
      )
      .bars(
        'Scores',
        rows.map((row) => ({ label: String(row.method), value: Number(row.score), text: String(row.score) })),
      )
      .table(`Time to target (${clock}), median over seeds`, rows);
    await report.write(options.report);
  }
}

async function save(path: string, text: string): Promise<void> {
  await makeFolder(dirname(path));
  await writeFile(path, text);
}

export function optimCommand(): Command {
  const command = new Command('optim').description('Score and calibrate optimizers across eight small workloads.');

  scoring(training(command.command('bench'), 'runs/optim/bench.jsonl'))
    .description('Train every method on every workload from every seed, then score them.')
    .option('--methods <names>', 'default methods or families, or a YAML or JSON file of {name, family, settings}')
    .option('--seeds <list>', 'training seeds, as in 0-2', wholeNumbers, [0, 1, 2])
    .option('--held-out', 'also train the held-out variant of each workload; methods that miss it lose the workload')
    .option('--json <file>', 'write the scores as JSON')
    .option('--report <file>', 'write an HTML report')
    .addHelpText(
      'after',
      `
Methods: ${defaultMethods.map((m) => m.name).join(', ')}
Families: ${Object.keys(families).join(', ')}

Examples:
  tessera optim bench
  tessera optim bench --methods nadamw-calibrated,prodigy --workloads lm,gnn --seeds 0
  tessera optim bench --data vit=images/ --workloads vit --targets my-targets.json`,
    )
    .action(
      async (
        options: Common &
          Scoring & { methods?: string; seeds: number[]; heldOut?: true; json?: string; report?: string },
      ) => {
        const methods = await methodsOf(options.methods);
        const targets = await targetsOf(options.targets, options.tier);
        await makeFolder(dirname(options.journal));
        const journal = await interruptible((signal) =>
          runBench(options.journal, {
            ...benchOptions(options),
            methods,
            seeds: options.seeds,
            heldOut: options.heldOut === true,
            signal,
            ...trialProgress('trials'),
          }),
        );
        const compared = new Set(methods.map((m) => m.name));
        const own = journal.entries.filter((e) => compared.has(e.method) && options.seeds.includes(e.seed));
        await present(scoreJournal(own, { targets, clock: options.clock }), options.clock, options);
      },
    );

  scoring(command.command('score'))
    .description(
      'Score the trials of journals: performance profiles and the area under them, as AlgoPerf computes them.',
    )
    .argument('<journals...>', 'files that `bench` wrote')
    .addOption(new Option('--tier <tier>', 'whose targets').choices(['quick', 'standard']).default('quick'))
    .option('--methods <names>', 'only these', names)
    .option('--json <file>', 'write the scores as JSON')
    .option('--report <file>', 'write an HTML report')
    .option(
      '--tuned <name=methods>',
      'add a method of which each trial is the best of others (repeatable)',
      tunedMethod,
    )
    .addHelpText(
      'after',
      `
Examples:
  tessera optim score runs/optim/bench.jsonl --report runs/optim/report.html
  tessera optim score runs/optim/bench.jsonl --tuned adamw-tuned=adamw-3e-3,adamw-1e-2`,
    )
    .action(
      async (
        files: string[],
        options: Scoring & {
          tier: Tier;
          methods?: string[];
          tuned?: Record<string, string[]>;
          json?: string;
          report?: string;
        },
      ) => {
        const all = (await Promise.all(files.map(readJournal))).flat();
        const { methods: wanted = [...new Set(all.map((e) => e.method))] } = options;
        const absent = wanted.find((name) => !all.some((e) => e.method === name));
        if (absent !== undefined)
          throw new ArgumentError(`there are no trials of '${absent}' in ${files.join(', ')}.`, { op: '--methods' });
        const chosen = all.filter((e) => wanted.includes(e.method));
        const entries = [
          ...chosen,
          ...Object.entries(options.tuned ?? {}).flatMap(([name, methods]) => tuned(all, name, methods)),
        ];
        const targets = await targetsOf(options.targets, options.tier);
        await present(scoreJournal(entries, { targets, clock: options.clock }), options.clock, options);
      },
    );

  scoring(training(command.command('calibrate'), 'runs/optim/calibrate.jsonl'))
    .description('Search one setting of a family for all workloads at once; re-run the best from fresh seeds.')
    .argument('<family>', Object.keys(families).join(', '))
    .option('--points <number>', 'settings to try', wholeNumber(1), 16)
    .option('--best <number>', 'settings to re-run', wholeNumber(1), 3)
    .option('--pool <file>', 'trials of other methods to score against')
    .option('--json <file>', 'write the result as JSON')
    .addHelpText('after', '\nExample:\n  tessera optim calibrate nadamw --points 16 --pool runs/optim/bench.jsonl')
    .action(
      async (
        family: string,
        options: Common & Scoring & { points: number; best: number; pool?: string; json?: string },
      ) => {
        const targets = await targetsOf(options.targets, options.tier);
        const pool = options.pool === undefined ? [] : await readJournal(options.pool);
        await makeFolder(dirname(options.journal));
        const result = await interruptible((signal) =>
          calibrate(options.journal, {
            ...benchOptions(options),
            family,
            points: options.points,
            best: options.best,
            targets,
            pool,
            signal,
            ...trialProgress('trials'),
          }),
        );
        console.log(
          formatTable(
            result.points.map(({ name, score, trained, freshScore, settings }) => ({
              point: name,
              score: Number(score.toFixed(3)),
              trained,
              'fresh seeds': freshScore === undefined ? '' : Number(freshScore.toFixed(3)),
              ...Object.fromEntries(
                Object.entries(settings).map(([n, v]) => [
                  n,
                  typeof v === 'number' ? Number(v.toPrecision(4)) : String(v),
                ]),
              ),
            })),
          ),
        );
        console.log(
          '\nLeaving one workload out: time of the point that the others choose over that of the best point.',
        );
        console.log(formatTable(result.leaveOneOut.map((row) => ({ ...row, ratio: row.ratio?.toFixed(2) ?? '-' }))));
        if (options.json !== undefined) await save(options.json, `${JSON.stringify(result, null, 2)}\n`);
      },
    );

  training(command.command('targets'), 'runs/optim/targets.jsonl')
    .description('Set the targets of the workloads from a small sweep of AdamW.')
    .option('--held-out', 'also those of the held-out variants')
    .option('--output <folder>', 'where strict.json and loose.json are written', 'runs/optim/targets')
    .addHelpText('after', '\nExample:\n  tessera optim targets --tier standard --held-out')
    .action(async (options: Common & { heldOut?: true; output: string }) => {
      await makeFolder(dirname(options.journal));
      const targets = await interruptible((signal) =>
        setTargets(options.journal, {
          ...benchOptions(options),
          heldOut: options.heldOut === true,
          signal,
          ...trialProgress('trials'),
        }),
      );
      for (const strictness of ['strict', 'loose'] satisfies Strictness[])
        await save(`${options.output}/${strictness}.json`, `${JSON.stringify(targets[strictness], null, 2)}\n`);
      console.log(
        formatTable(
          Object.keys(targets.strict).map((workload) => ({
            workload,
            strict: targets.strict[workload]!,
            loose: targets.loose[workload]!,
          })),
        ),
      );
    });

  return command;
}
