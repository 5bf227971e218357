/** The command line of `npm run bench`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Harness } from './harness.js';
import { describeMachine } from './machine.js';
import { javaScriptPeers } from './peers.js';
import type { DeviceType } from './protocol.js';
import { describe, markdown, notes, type Report, type Row, TablePrinter } from './report.js';
import type { Work } from './work.js';
import { nameOf } from './work.js';
import { works } from './works/index.js';

const help = `Usage: npm run bench -- [options]

Measures every work side by side with its peers, in turns, each in its own process.

  --only REGEX     works and cases whose "work case" matches, ignoring case
  --quick          fewer and shorter rounds
  --device NAME    cpu (default) or cuda
  --threads N      threads of every contender (default: the cores, at most 2)
  --rounds N       turns of each contender (default 7, quick 3)
  --patience N     seconds per case for repeating turns that other programs disturbed (default 0)
  --python PATH    Python with torch, faiss-cpu, optax (or TESSERA_PYTHON); absent: those peers are left out
  --peers DIR      folder with the JavaScript peers (or TESSERA_PEERS); absent: those peers are left out. To make one:
                   mkdir DIR && cd DIR && npm init -y && ${javaScriptPeers}
  --no-peers       our side alone
  --no-limits      do not measure the machine's limits first
  --json FILE      write the result as JSON ("-": to stdout, the table to stderr)
  --keep NAME      write benchmarks/results/NAME.json and NAME.md
  --list           the works and their cases
  --help

oneDNN is compiled where g++ and libdnnl-dev are installed; the machine's limits where g++ is.
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      quick: { type: 'boolean', default: false },
      device: { type: 'string', default: 'cpu' },
      threads: { type: 'string' },
      rounds: { type: 'string' },
      patience: { type: 'string' },
      python: { type: 'string', default: process.env.TESSERA_PYTHON || undefined },
      peers: { type: 'string', default: process.env.TESSERA_PEERS || undefined },
      'no-peers': { type: 'boolean', default: false },
      'no-limits': { type: 'boolean', default: false },
      json: { type: 'string' },
      keep: { type: 'string' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const device = oneOf('--device', values.device, ['cpu', 'cuda']);
  const only = new RegExp(values.only ?? '', 'i');
  const chosen = works.flatMap((work) =>
    work.cases
      .filter((each) => (each.device ?? 'cpu') === device && only.test(`${work.name} ${each.label}`))
      .map((each) => ({ work, case: each })),
  );
  if (chosen.length === 0) throw new Error(`--only: no work matches; got '${values.only}'; --list shows the works.`);
  if (values.list) {
    let last = '';
    for (const { work, case: each } of chosen) {
      if (work.name !== last) process.stdout.write(`${work.name}: ${work.summary}\n`);
      process.stdout.write(`  ${work.name} ${each.label}\n`);
      last = work.name;
    }
    return 0;
  }
  const machine = describeMachine(device);
  const threads = count('--threads', values.threads, Math.min(2, machine.cores));
  const rounds = count('--rounds', values.rounds, values.quick ? 3 : 7);
  const harness = new Harness({
    threads,
    device,
    rounds,
    milliseconds: values.quick ? 100 : 250,
    patience: values.patience === undefined ? 0 : count('--patience', values.patience, 0),
    peers: !values['no-peers'],
    ...(values.python === undefined
      ? {}
      : { python: values.python.includes('/') ? fromCaller(values.python) : values.python }),
    ...(values.peers === undefined ? {} : { folder: fromCaller(values.peers) }),
  });
  const stdout = values.json === '-' ? process.stderr : process.stdout;
  const print = (text: string) => void stdout.write(text);
  const rows: Row[] = [];
  try {
    if (!values['no-limits']) await harness.measureLimits();
    const limits = harness.limits ? { limits: harness.limits } : {};
    print(`${describe({ machine, device, threads, ...limits })}\n\n`);
    const names = chosen.map(({ work, case: { label, rivals } }) => ({
      work: work.name,
      case: label,
      peers: values['no-peers'] ? [] : rivals.map(nameOf),
    }));
    const table = new TablePrinter(names, print);
    table.header();
    // After every case: a run that is cut short leaves what it measured.
    const save = () => {
      const report: Report = {
        format: 'tessera-benchmarks-1',
        date: new Date().toISOString(),
        machine,
        device,
        threads,
        rounds,
        ...limits,
        peers: harness.peers,
        rows,
      };
      const json = `${JSON.stringify(report, null, 1)}\n`;
      if (values.json !== undefined && values.json !== '-') writeFileSync(fromCaller(values.json), json);
      if (values.keep !== undefined) {
        const folder = fileURLToPath(new URL('../results/', import.meta.url));
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, `${values.keep}.json`), json);
        writeFileSync(join(folder, `${values.keep}.md`), markdown(report));
      }
      return { report, json };
    };
    let last: Work | undefined;
    for (const { work, case: each } of chosen) {
      // New processes for each work: what an earlier one left in memory takes it from the largest models.
      if (work !== last) await harness.close();
      last = work;
      for (const row of await harness.run(work, each)) {
        rows.push(row);
        table.row(row);
      }
      save();
    }
    const { report, json } = save();
    print(`\n${notes(report).join('\n')}\n`);
    if (values.json === '-') process.stdout.write(json);
  } finally {
    await harness.close();
  }
  return 0;
}

/** npm runs this in the folder of the workspace; paths are meant from where the user stands. */
const fromCaller = (path: string) => resolve(process.env.INIT_CWD ?? '.', path);

function oneOf(option: string, value: string, allowed: readonly DeviceType[]): DeviceType {
  const found = allowed.find((each) => each === value);
  if (found === undefined) throw new Error(`${option}: unknown; got '${value}'; expected ${allowed.join(' or ')}.`);
  return found;
}

function count(option: string, text: string | undefined, otherwise: number): number {
  const value = text === undefined ? otherwise : Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`${option}: not a count; got '${text}'; expected 1 or more.`);
  return value;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`bench: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
