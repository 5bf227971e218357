/**
 * Runs cases side by side: every contender of a case is opened in its own process, then they take turns for several
 * rounds, each turn after the one before has gone quiet. A ratio is the median over rounds of the two medians of the same
 * round, so that slow drift of the machine (heat, other users) touches both sides alike.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Limits, machineBusy } from './machine.js';
import { type PeerName, type PeerOptions, peerCommand } from './peers.js';
import { type Command, Contender } from './process.js';
import type { DeviceType } from './protocol.js';
import { type Figure, type Row, significant } from './report.js';
import { median, spread } from './stats.js';
import { type Case, type Cost, nameOf, type Rival, type Work } from './work.js';

export interface HarnessOptions extends PeerOptions {
  readonly threads: number;
  readonly device: DeviceType;
  readonly rounds: number;
  /** Length of a turn. */
  readonly milliseconds: number;
  /** Seconds that a case may spend on repeating turns during which other programs used the machine. */
  readonly patience: number;
  /** Without: our side alone. */
  readonly peers: boolean;
}

/** One contender of the case that is being measured. */
interface Entrant {
  readonly rival?: Rival;
  readonly contender?: Contender;
  absent?: string;
  /** Milliseconds per call, by round. */
  readonly rounds: number[][];
  readonly values: Record<string, number>[];
  bytes?: number;
}

export class Harness {
  /** Versions of the peers that ran, reasons for those that did not. */
  readonly peers: Record<string, { version?: string; absent?: string }> = {};
  limits: Limits | undefined;
  readonly #started = new Map<string, Promise<Contender>>();

  constructor(private readonly options: HarnessOptions) {}

  /** Measures what the machine can do; `limits` stays undefined where that is not possible. */
  async measureLimits(): Promise<void> {
    const peer = this.options.device === 'cpu' ? 'limits' : 'torch';
    const entrant = await this.#enter({ name: 'limits' }, { peer, method: '' }, 0, {});
    if (entrant.contender === undefined) return;
    await this.#quietTurn(entrant, performance.now() + this.options.patience * 1000);
    await entrant.contender.ask({ do: 'close' });
    this.limits = entrant.values[0] as unknown as Limits | undefined;
  }

  async run(work: Work, case_: Case): Promise<Row[]> {
    const rivals = this.options.peers ? case_.rivals : [];
    const entrants = [await this.#enter(work, undefined, 0, case_.size, case_.method)];
    for (const [i, rival] of rivals.entries()) {
      const nth = rivals.slice(0, i).filter(({ peer }) => peer === rival.peer).length;
      entrants.push(await this.#enter(work, rival, nth, case_.size, rival.method));
    }
    const present = entrants.filter((each) => each.contender !== undefined);
    const deadline = performance.now() + this.options.patience * 1000;
    const loads: number[] = [];
    for (let round = 0; round < this.options.rounds; round++) {
      for (const i of present.keys()) {
        const load = await this.#quietTurn(present[(i + round) % present.length]!, deadline);
        if (load !== undefined) loads.push(load);
      }
    }
    const foreign = loads.length > 0 ? loads.reduce((a, b) => a + b) / loads.length : undefined;
    for (const each of present) {
      if (case_.memory !== undefined || (case_.stateAtMost !== undefined && each.rival === undefined)) {
        const { bytes, stateBytes } = await each.contender!.ask({ do: 'memory' });
        each.bytes = bytes ?? stateBytes;
      }
      await each.contender!.ask({ do: 'close' });
    }
    return rowsOf(work, case_, entrants, this.limits, foreign);
  }

  /** Ends all processes; what runs next starts new ones. */
  async close(): Promise<void> {
    for (const started of this.#started.values()) await (await started.catch(() => undefined))?.stop();
    this.#started.clear();
  }

  /** Opens a case with one contender; `nth` tells apart the processes of a peer that enters several times. */
  async #enter(
    work: Pick<Work, 'name'>,
    rival: Rival | undefined,
    nth: number,
    size: Case['size'],
    method = '',
  ): Promise<Entrant> {
    const entrant = { rounds: [], values: [], ...(rival ? { rival } : {}) };
    try {
      const contender = await this.#contender(rival?.peer, nth);
      const reply = await contender.ask({ do: 'open', work: rival?.work ?? work.name, method, size });
      await contender.quiet();
      return reply.ok ? { ...entrant, contender } : { ...entrant, absent: reply.absent ?? reply.error ?? 'no reason' };
    } catch (error) {
      return { ...entrant, absent: (error as Error).message };
    }
  }

  #contender(peer: PeerName | undefined, nth: number): Promise<Contender> {
    const key = `${peer ?? 'ours'} ${nth}`;
    let started = this.#started.get(key);
    if (started === undefined) {
      started = this.#start(peer);
      this.#started.set(key, started);
      started.catch(() => {});
    }
    return started.then((contender) => {
      if (contender.alive) return contender;
      this.#started.delete(key);
      return this.#contender(peer, nth);
    });
  }

  async #start(peer: PeerName | undefined): Promise<Contender> {
    const { threads, device } = this.options;
    if (peer === undefined) return Contender.start(ours, threads, device);
    if (peer === 'tessera') return this.#start(undefined);
    const command = peerCommand(peer, device, this.options);
    try {
      if ('absent' in command) throw new Error(command.absent);
      const contender = await Contender.start(command, threads, device);
      this.peers[peer] = { version: contender.version };
      return contender;
    } catch (error) {
      this.peers[peer] = { absent: (error as Error).message };
      throw error;
    }
  }

  /** A turn, repeated until the machine was ours or the deadline has passed; returns the cores that others used. */
  async #quietTurn(entrant: Entrant, deadline: number): Promise<number | undefined> {
    if (entrant.absent !== undefined) return undefined;
    for (;;) {
      const load = foreignLoad(entrant.contender!);
      const reply = await entrant.contender!.ask({ do: 'run', milliseconds: this.options.milliseconds, samples: 1 });
      const foreign = load();
      await entrant.contender!.quiet();
      if (reply.ok && foreign !== undefined && foreign > tolerableLoad && performance.now() < deadline) {
        await sleep(200);
        continue;
      }
      if (!reply.ok) entrant.absent = reply.absent ?? reply.error ?? 'no reason';
      else if (reply.times) entrant.rounds.push([...reply.times]);
      else if (reply.values) entrant.values.push(reply.values);
      return foreign;
    }
  }
}

const ours: Command = { path: process.execPath, args: [fileURLToPath(new URL('./ours.js', import.meta.url))] };

/** Cores that others may use during a turn before it is repeated. */
const tolerableLoad = 0.15;

/** Starts measuring how many cores other programs use. */
function foreignLoad(contender: Contender): () => number | undefined {
  const used = () => contender.processorTime() ?? 0;
  const [busy, own, start, self] = [machineBusy(), used(), performance.now(), process.cpuUsage()];
  return () => {
    const now = machineBusy();
    const elapsed = (performance.now() - start) * 1e6;
    if (busy === undefined || now === undefined || elapsed < 1e8) return undefined; // ticks are 10 ms
    const { user, system } = process.cpuUsage(self);
    const foreign = now - busy - (used() - own) - (user + system) * 1000;
    return Math.max(0, foreign / elapsed);
  };
}

function rowsOf(
  work: Work,
  case_: Case,
  entrants: readonly Entrant[],
  limits: Limits | undefined,
  foreign: number | undefined,
): Row[] {
  const [own, ...rivals] = entrants as [Entrant, ...Entrant[]];
  const base = { work: work.name, case: case_.label, ...(foreign === undefined ? {} : { foreignLoad: foreign }) };
  const names = [...new Set(entrants.flatMap(({ values }) => values.flatMap((each) => Object.keys(each))))];
  const quantities = names.length > 0 ? names : ['time'];
  const rows: Row[] = [];
  for (const quantity of quantities) {
    const isTime = quantity === 'time';
    const figure = (e: Entrant) => (isTime ? timeFigure(e, limitOf(case_.cost, limits)) : valueFigure(e, quantity));
    const shared = { ...base, quantity, unit: isTime ? 'ms' : (work.unit ?? ''), ...absence('ours', own) };
    const ours = figure(own);
    const bar = case_.atMost?.[quantity];
    if (rivals.length === 0 || bar !== undefined) {
      const judged = bar === undefined ? {} : { bar: `<= ${bar}`, ...(ours ? { met: ours.median <= bar } : {}) };
      rows.push({ ...shared, ...(ours ? { ours } : {}), ...judged });
    }
    const share = case_.ofLimitAtLeast;
    if (isTime && share !== undefined) {
      const reached = ours?.ofLimit;
      const judged = reached === undefined ? {} : { met: reached >= share };
      rows.push({ ...shared, ...(ours ? { ours } : {}), bar: `>= ${share * 100}% of limit`, ...judged });
    }
    for (const rival of rivals) {
      const theirs = figure(rival);
      if (theirs === undefined && !isTime && rival.absent === undefined) continue;
      const ratio = ours && theirs ? (isTime ? ratioOfRounds(own, rival) : theirs.median / ours.median) : undefined;
      const { atLeast } = rival.rival!;
      rows.push({
        ...shared,
        peer: nameOf(rival.rival!),
        ...(ours ? { ours } : {}),
        ...(theirs ? { theirs } : {}),
        ...absence('theirs', rival),
        ...(ratio === undefined ? {} : { ratio, ratioOfBest: theirs!.best / ours!.best }),
        ...(atLeast === undefined || !isTime ? {} : { bar: `>= ${atLeast}x`, ...met(ratio, atLeast) }),
      });
    }
  }
  if (case_.memory !== undefined) rows.push(...memoryRows(base, case_, own, rivals));
  if (case_.stateAtMost !== undefined && own.bytes !== undefined) {
    const ours = bytesFigure(own);
    const bar = `<= ${significant(case_.stateAtMost / 1e6)} MB`;
    rows.push({ ...base, quantity: 'state', unit: 'bytes', ours: ours!, bar, met: own.bytes <= case_.stateAtMost });
  }
  return rows;
}

function memoryRows(base: Pick<Row, 'work' | 'case'>, case_: Case, own: Entrant, rivals: readonly Entrant[]): Row[] {
  const ours = bytesFigure(own);
  const shared = { ...base, quantity: 'extra memory', unit: 'bytes', ...(ours ? { ours } : {}) };
  const rows: Row[] = [];
  if (typeof case_.memory === 'number') {
    rows.push({ ...shared, bar: `<= ${case_.memory / 1e6} MB`, ...(ours ? { met: ours.median <= case_.memory } : {}) });
  }
  for (const rival of rivals) {
    const theirs = bytesFigure(rival);
    if (theirs === undefined) continue;
    const { memoryAtMost } = rival.rival!;
    const ratio = ours ? theirs.median / Math.max(1, ours.median) : undefined;
    rows.push({
      ...shared,
      peer: nameOf(rival.rival!),
      theirs,
      ...(ratio === undefined ? {} : { ratio }),
      ...(memoryAtMost === undefined ? {} : { bar: `>= ${round(1 / memoryAtMost)}x`, ...met(ratio, 1 / memoryAtMost) }),
    });
  }
  if (rows.length === 0 && ours) rows.push(shared);
  return rows;
}

const bytesFigure = ({ bytes }: Entrant): Figure | undefined =>
  bytes === undefined ? undefined : { median: bytes, best: bytes, spread: 0, samples: 1 };
const round = (x: number) => Math.round(x * 100) / 100;
const met = (ratio: number | undefined, atLeast: number) => (ratio === undefined ? {} : { met: ratio >= atLeast });
const absence = (side: 'ours' | 'theirs', { absent }: Entrant) =>
  absent === undefined ? {} : side === 'ours' ? { oursAbsent: absent } : { theirsAbsent: absent };

function timeFigure({ rounds }: Entrant, limit: number | undefined): Figure | undefined {
  const times = rounds.flat();
  if (times.length === 0) return undefined;
  const best = Math.min(...times);
  const middle = median(times);
  const shares = limit === undefined ? {} : { ofLimit: limit / middle };
  return { median: middle, best, spread: spread(times), samples: times.length, ...shares };
}

/** Largest values are the largest of all rounds; the rest are medians. */
function valueFigure({ values }: Entrant, name: string): Figure | undefined {
  const all = values.flatMap((each) => (each[name] === undefined ? [] : [each[name]]));
  if (all.length === 0) return undefined;
  const middle = name.startsWith('max') ? Math.max(...all) : median(all);
  return { median: middle, best: Math.min(...all), spread: all.length > 1 ? spread(all) : 0, samples: all.length };
}

function ratioOfRounds(ours: Entrant, theirs: Entrant): number {
  const count = Math.min(ours.rounds.length, theirs.rounds.length);
  return median(Array.from({ length: count }, (_, i) => median(theirs.rounds[i]!) / median(ours.rounds[i]!)));
}

/** Milliseconds below which no program can go: the roofline of the measured rates. */
function limitOf(cost: Cost | undefined, limits: Limits | undefined): number | undefined {
  if (cost === undefined || limits === undefined) return undefined;
  const rate = cost.rate === 'bf16' ? Math.max(limits.flops, limits.bf16Flops) : limits.flops;
  const bandwidth = Math.max(limits.readBytes, limits.copyBytes, limits.updateBytes);
  return 1000 * Math.max((cost.flops ?? 0) / rate, (cost.bytes ?? 0) / bandwidth);
}
