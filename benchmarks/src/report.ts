/** What a run found, as JSON, as an aligned table for the terminal and as a markdown table to keep. */
import type { Limits, Machine } from './machine.js';

export interface Figure {
  readonly median: number;
  readonly best: number;
  /** Half the interquartile range over the median. */
  readonly spread: number;
  readonly samples: number;
  /** Share of the machine's limit reached, 1 is all of it; more where data stay in the caches. */
  readonly ofLimit?: number;
}

export interface Row {
  readonly work: string;
  readonly case: string;
  /** `time`, `extra memory`, or the name of a value that the work measures. */
  readonly quantity: string;
  readonly unit: string;
  readonly peer?: string;
  readonly ours?: Figure;
  readonly theirs?: Figure;
  readonly oursAbsent?: string;
  readonly theirsAbsent?: string;
  /** Theirs over ours: above 1 we are faster or smaller. */
  readonly ratio?: number;
  readonly ratioOfBest?: number;
  readonly bar?: string;
  readonly met?: boolean;
  /** Cores that other programs used meanwhile. */
  readonly foreignLoad?: number;
}

export interface Report {
  readonly format: 'tessera-benchmarks-1';
  readonly date: string;
  readonly machine: Machine;
  readonly device: string;
  readonly threads: number;
  readonly rounds: number;
  readonly limits?: Limits;
  readonly peers: Readonly<Record<string, { version?: string; absent?: string }>>;
  readonly rows: readonly Row[];
}

const headings = ['work', 'case', 'ours', '+-', 'limit', 'peer', 'theirs', '+-', 'limit', 'ratio', 'bar', ''];
const rightAligned = new Set([2, 3, 4, 6, 7, 8, 9, 10]);

export function cells(row: Row): string[] {
  const { ours, theirs } = row;
  const quantity = row.quantity === 'time' ? '' : ` ${row.quantity}`;
  return [
    row.work,
    row.case + quantity,
    ours ? amount(ours.median, row.unit) : row.oursAbsent === undefined ? '' : 'absent',
    ours ? spreadText(ours) : '',
    ours ? share(ours.ofLimit) : '',
    row.peer ?? '',
    theirs ? amount(theirs.median, row.unit) : row.theirsAbsent === undefined ? '' : 'absent',
    theirs ? spreadText(theirs) : '',
    theirs ? share(theirs.ofLimit) : '',
    row.ratio === undefined ? '' : `${significant(row.ratio)}x`,
    row.bar ?? '',
    row.met === undefined ? '' : row.met ? 'met' : 'missed',
  ];
}

export function amount(value: number, unit: string): string {
  if (unit === 'bytes') return `${significant(value / 1e6)} MB`;
  return `${significant(value)}${unit === '' ? '' : ` ${unit}`}`;
}

const spreadText = ({ spread, samples }: Figure) => (samples > 1 ? `${Math.round(spread * 100)}%` : '');
const share = (value: number | undefined) => (value === undefined ? '' : `${Math.round(value * 100)}%`);

/** Three significant digits, never in scientific notation. */
export function significant(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const digits = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(digits, 6));
}

/** Prints rows as they come, in columns wide enough for `names`, the works and cases that will come. */
export class TablePrinter {
  readonly #widths: number[];
  #last = '';

  constructor(
    names: readonly { work: string; case: string; peers: readonly string[] }[],
    private readonly write: (text: string) => void,
  ) {
    const widest = (texts: readonly string[]) => Math.max(...texts.map((text) => text.length));
    const label = widest(names.map((each) => each.case)) + ' extra memory'.length;
    const peer = widest(['peer', ...names.flatMap(({ peers }) => peers)]);
    this.#widths = [widest(['work', ...names.map(({ work }) => work)]), label, 9, 4, 5, peer, 9, 4, 5, 6, 9, 6];
  }

  header(): void {
    this.#line(headings);
    this.#line(this.#widths.map((width) => '-'.repeat(width)));
  }

  row(row: Row): void {
    const texts = cells(row);
    const key = `${texts[0]} ${texts[1]}`;
    this.#line(key === this.#last ? ['', '', '', '', '', ...texts.slice(5)] : texts);
    this.#last = key;
  }

  #line(texts: readonly string[]): void {
    const padded = texts.map((text, i) =>
      rightAligned.has(i) ? text.padStart(this.#widths[i]!) : text.padEnd(this.#widths[i]!),
    );
    this.write(`${padded.join('  ').trimEnd()}\n`);
  }
}

/** One line about the machine, one about its limits. */
export function describe({
  machine,
  limits,
  device,
  threads,
}: Omit<Report, 'rows' | 'peers' | 'format' | 'date' | 'rounds'>): string {
  const memory = `${Math.round(machine.memoryBytes / 2 ** 30)} GiB`;
  const lines = [
    `${machine.cpu}, ${machine.cores} cores, ${machine.isa.join(' ')}, ${memory}, ${machine.system}, Node ${machine.node}`,
    `device ${device}${machine.gpu === undefined ? '' : ` (${machine.gpu})`}, ${threads} threads, load ${machine.load.toFixed(2)} at start`,
  ];
  if (limits) {
    const { flopsPerCore } = limits;
    const perCore = flopsPerCore === undefined ? '' : ` (${significant(flopsPerCore / 1e9)} per core)`;
    const giga = (value: number) => significant(value / 1e9);
    lines.push(
      `limits: ${giga(limits.flops)} GFLOP/s f32${perCore}, ${giga(limits.bf16Flops)} bf16; ` +
        `${giga(limits.readBytes)} GB/s read, ${giga(limits.copyBytes)} copy, ` +
        `${giga(limits.updateBytes)} update in place`,
    );
  }
  return lines.join('\n');
}

/** What a reader must know to trust the table: absences, and how busy the machine was. */
export function notes({ peers, rows }: Pick<Report, 'peers' | 'rows'>): string[] {
  const found = Object.entries(peers).map(
    ([name, { version, absent }]) => `${name} ${version ?? `absent (${absent})`}`,
  );
  const reasons = new Map<string, Set<string>>(); // who and why -> where
  const absent = (who: string, why: string | undefined, row: Row) => {
    if (why === undefined || Object.values(peers).some((peer) => peer.absent === why)) return;
    const key = `${who} absent (${why}): `;
    reasons.set(key, (reasons.get(key) ?? new Set()).add(row.work));
  };
  for (const row of rows) {
    absent('ours is', row.oursAbsent, row);
    absent(`${row.peer} is`, row.theirsAbsent, row);
  }
  const busy = Math.max(0, ...rows.map(({ foreignLoad }) => foreignLoad ?? 0));
  const judged = rows.filter(({ met }) => met !== undefined);
  return [
    ...(found.length > 0 ? [`peers: ${found.join(', ')}`] : []),
    ...[...reasons].map(([reason, where]) => reason + [...where].join(', ')),
    ...(busy > 0.1 ? [`other programs used up to ${busy.toFixed(1)} cores: times are too long, ratios less sure`] : []),
    `${judged.filter(({ met }) => met).length} of ${judged.length} bars met`,
  ];
}

export function markdown(report: Report): string {
  const line = (texts: readonly string[]) => `| ${texts.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = headings.map((_, i) => (rightAligned.has(i) ? '---:' : '---'));
  const table = [line(headings), line(rule), ...report.rows.map((row) => line(cells(row)))];
  return [
    `# Benchmarks, ${report.date.slice(0, 10)}`,
    describe(report).split('\n').join('  \n'),
    'Medians; `+-` is half the interquartile range; `limit` is the share of the machine limit reached; `ratio` is theirs over ours.',
    table.join('\n'),
    notes(report)
      .map((note) => `- ${note}`)
      .join('\n'),
    '',
  ].join('\n\n');
}
