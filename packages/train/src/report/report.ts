/**
 * A report: one HTML file with curves, tables, bars and pictures, everything in it, so that it opens anywhere, without a
 * network, and can be mailed. Its content policy forbids every request. What is given is text: nothing is read as HTML.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { encodePng, type Image, makeFolder, writeFileAtomic } from '@tessera/data';
import type { MetricRecord } from '../metrics.js';
import { script, style } from './page.js';

export interface Series {
  readonly label: string;
  /** A value for each x; null or not finite where there is none. */
  readonly y: readonly (number | null)[];
}

export interface CurvesOptions {
  readonly xLabel?: string;
  /** Logarithmic y. */
  readonly log?: boolean;
  /** Text under the heading. */
  readonly note?: string;
}

export interface TableOptions {
  readonly note?: string;
  /** Columns that hold code or texts of a model, shown as they are. */
  readonly code?: readonly string[];
}

export interface Bar {
  readonly label: string;
  /** From 0 to 1. */
  readonly value: number;
  /** Shown beside it; the value in percent where absent. */
  readonly text?: string;
}

export interface Picture {
  readonly image: Image;
  readonly caption: string;
  /** Width on the page, in pixels. */
  readonly width?: number;
}

type Cell = number | string | null | undefined;

export class Report {
  readonly title: string;
  readonly #sections: string[] = [];

  constructor(title: string) {
    this.title = title;
  }

  /** Paragraphs, under a heading where one is given. */
  text(paragraphs: string | readonly string[], { title }: { readonly title?: string } = {}): this {
    return this.#add(title, [paragraphs].flat());
  }

  /** A few numbers or words in large letters. */
  facts(facts: Readonly<Record<string, number | string>>): this {
    const items = Object.entries(facts).map(
      ([name, v]) => `<div><dt>${escaped(name)}</dt><dd>${escaped(shown(v))}</dd></div>`,
    );
    return this.#add(undefined, [], `<dl>${items.join('')}</dl>`);
  }

  /** Curves over a common x. */
  curves(title: string, x: readonly number[], series: readonly Series[], options: CurvesOptions = {}): this {
    const { xLabel = 'step', log = false, note } = options;
    const clean = series.map(({ label, y }) => ({ label, y: y.map((v) => finite(v, log)) }));
    const data = JSON.stringify({ xLabel, log, x, series: clean }).replace(/</g, '\\u003c');
    const chart = `<div class="chart"><script type="application/json">${data}</script></div>`;
    return this.#add(title, note === undefined ? [] : [note], chart);
  }

  /** Curves of metrics, those of `names` that were measured. */
  metrics(title: string, records: readonly MetricRecord[], names: readonly string[], options?: CurvesOptions): this {
    const measured = names.filter((name) => records.some(({ metrics }) => name in metrics));
    const kept = records.filter(({ metrics }) => measured.some((name) => name in metrics));
    if (kept.length === 0) return this;
    const series = measured.map((label) => ({ label, y: kept.map(({ metrics }) => metrics[label] ?? null) }));
    return this.curves(
      title,
      kept.map(({ step }) => step),
      series,
      options,
    );
  }

  table(title: string, rows: readonly Readonly<Record<string, Cell>>[], { note, code = [] }: TableOptions = {}): this {
    const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    const numeric = new Set(names.filter((n) => rows.every((row) => isNumber(row[n]))));
    const kind = (name: string): string =>
      numeric.has(name) ? ' class="n"' : code.includes(name) ? ' class="code"' : '';
    const head = names.map((name) => `<th${kind(name)}>${escaped(name)}</th>`).join('');
    const body = rows.map(
      (row) => `<tr>${names.map((n) => `<td${kind(n)}>${escaped(shown(row[n]))}</td>`).join('')}</tr>`,
    );
    const html = `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
    return this.#add(title, note === undefined ? [] : [note], html);
  }

  /** A bar for each row. */
  bars(title: string, bars: readonly Bar[], { note }: { readonly note?: string } = {}): this {
    const rows = bars.map(({ label, value, text }) => {
      const width = (100 * Math.min(1, Math.max(0, value))).toFixed(2);
      const track = `<div class="track"><span style="width:${width}%"></span></div>`;
      return `<tr><td>${escaped(label)}</td><td>${track}</td><td class="n">${escaped(text ?? `${(100 * value).toFixed(1)} %`)}</td></tr>`;
    });
    return this.#add(
      title,
      note === undefined ? [] : [note],
      `<table class="bars"><tbody>${rows.join('')}</tbody></table>`,
    );
  }

  async pictures(
    title: string,
    pictures: readonly Picture[],
    { note }: { readonly note?: string } = {},
  ): Promise<this> {
    const figures = await Promise.all(
      pictures.map(async ({ image, caption, width = image.width }) => {
        const png = (await encodePng(image)).toString('base64');
        const alt = escaped(caption);
        return `<figure><img src="data:image/png;base64,${png}" width="${width}" alt="${alt}"><figcaption>${alt}</figcaption></figure>`;
      }),
    );
    return this.#add(title, note === undefined ? [] : [note], `<div class="images">${figures.join('')}</div>`);
  }

  /** Writes the file, whole or not at all, and makes its folder where there is none. */
  async write(path: string): Promise<void> {
    const uplot = dirname(createRequire(import.meta.url).resolve('uplot'));
    const [library, look] = await Promise.all(
      ['uPlot.iife.min.js', 'uPlot.min.css'].map((name) => readFile(join(uplot, name), 'utf8')),
    );
    const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'";
    await makeFolder(dirname(path));
    await writeFileAtomic(
      path,
      `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="icon" href="data:,">
<title>${escaped(this.title)}</title>
<style>${look}${style}</style>
</head>
<body>
<h1>${escaped(this.title)}</h1>
${this.#sections.join('\n')}
<script>${library}</script>
<script>${script}</script>
</body>
</html>
`,
    );
  }

  #add(title: string | undefined, paragraphs: readonly string[], html = ''): this {
    const heading = title === undefined ? '' : `<h2>${escaped(title)}</h2>`;
    this.#sections.push(
      `<section>${heading}${paragraphs.map((p) => `<p>${escaped(p)}</p>`).join('')}${html}</section>`,
    );
    return this;
  }
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

/** Numbers stand under one another: nothing, a number, or one as text with its unit. */
function isNumber(value: Cell): boolean {
  return value == null || typeof value === 'number' || /^([-+]?[\d.,]+( ?(%|[kMG]?B|s|dB))?)?$/.test(value);
}

function shown(value: Cell): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  return Number.isInteger(value) ? value.toLocaleString('en') : String(Number(value.toPrecision(4)));
}

/** JSON has no NaN, and a logarithm nothing below zero. */
function finite(value: number | null, log: boolean): number | null {
  return value !== null && Number.isFinite(value) && !(log && value <= 0) ? value : null;
}
