/**
 * The row formats of language-model training, in TRL's column names. A text column holds a string or, in conversational datasets, a
 * list of messages; which of the two, all text columns of a row agree on.
 */
import { checkOptions, refused, shown } from '../check.js';
import { DatasetError, type ErrorPlace } from '../errors.js';
import { type ChatMessage, conversationProblem } from '../text/chat-template.js';
import { type Dataset, mapDataset } from './dataset.js';
import type { Row } from './jsonl.js';

export type TextOrMessages = string | readonly ChatMessage[];

/** What each format's rows hold. */
export interface RowFormats {
  /** Plain text, as for pretraining. */
  text: { readonly text: string };
  /** Whole conversations. */
  conversation: { readonly messages: readonly ChatMessage[] };
  /** Prompts alone, as for rollouts. */
  prompt: { readonly prompt: TextOrMessages };
  promptCompletion: { readonly prompt: TextOrMessages; readonly completion: TextOrMessages };
  /** Pairs of answers. A prompt that is absent is the common start of both. */
  preference: { readonly prompt: TextOrMessages; readonly chosen: TextOrMessages; readonly rejected: TextOrMessages };
  /** Single answers with a thumb up or down. */
  unpaired: { readonly prompt: TextOrMessages; readonly completion: TextOrMessages; readonly label: boolean };
}

export type RowFormat = keyof RowFormats;

type ColumnKind = 'string' | 'messages' | 'text' | 'label';

const columnsOf: Record<RowFormat, Readonly<Record<string, ColumnKind>>> = {
  text: { text: 'string' },
  conversation: { messages: 'messages' },
  prompt: { prompt: 'text' },
  promptCompletion: { prompt: 'text', completion: 'text' },
  preference: { prompt: 'text', chosen: 'text', rejected: 'text' },
  unpaired: { prompt: 'text', completion: 'text', label: 'label' },
};

export interface ColumnOptions {
  /** Where a column goes by another name: `{ prompt: 'question', completion: 'answer' }`. */
  readonly columns?: Readonly<Record<string, string>>;
}

/** A dataset whose rows are checked against a format when they are read. Further columns are kept. */
export function checkedRows<F extends RowFormat>(
  source: Dataset<Row>,
  format: F,
  options: ColumnOptions = {},
): Dataset<RowFormats[F] & Row> {
  checkOptions<ColumnOptions>('checkedRows', options, { columns: true });
  if (!Object.hasOwn(columnsOf, format))
    throw refused('checkedRows', `format is one of ${Object.keys(columnsOf).join(', ')}; got ${shown(format)}`);
  return mapDataset(source, (row, index) => checkRow(row, format, source.place(index), options));
}

/** Checks one row. Throws DatasetError `DATASET_COLUMN` naming place, column and problem. */
export function checkRow<F extends RowFormat>(
  row: Row,
  format: F,
  place: ErrorPlace = {},
  options: ColumnOptions = {},
): RowFormats[F] & Row {
  const renamed = rename(row, options.columns ?? {});
  const complete =
    format === 'preference' && renamed.prompt === undefined ? { ...renamed, ...splitPrompt(renamed, place) } : renamed;
  let form: 'string' | 'messages' | undefined;
  for (const [column, kind] of Object.entries(columnsOf[format])) {
    const value = complete[column];
    if (value === undefined || value === null) throw missing(column, format, row, place, options);
    const problem = columnProblem(value, kind);
    if (problem !== undefined) throw new DatasetError('DATASET_COLUMN', `column ${column}: ${problem}`, place);
    if (kind !== 'text') continue;
    const own = typeof value === 'string' ? 'string' : 'messages';
    if (form !== undefined && own !== form) {
      throw new DatasetError('DATASET_COLUMN', `column ${column} is ${own}, the columns before it are ${form}`, place);
    }
    form = own;
  }
  return complete as RowFormats[F] & Row;
}

function rename(row: Row, columns: Readonly<Record<string, string>>): Row {
  const names = Object.entries(columns);
  if (names.length === 0) return row;
  const renamed: Record<string, unknown> = { ...row };
  for (const [, from] of names) delete renamed[from];
  for (const [to, from] of names) renamed[to] = row[from];
  return renamed;
}

function columnProblem(value: unknown, kind: ColumnKind): string | undefined {
  if (kind === 'label')
    return typeof value === 'boolean' ? undefined : `must be true or false; got ${JSON.stringify(value)}`;
  if (kind === 'string')
    return typeof value === 'string' ? undefined : `must be text; got ${JSON.stringify(value)?.slice(0, 60)}`;
  if (kind === 'text' && typeof value === 'string') return undefined;
  return conversationProblem(value);
}

function missing(
  column: string,
  format: RowFormat,
  row: Row,
  place: ErrorPlace,
  { columns }: ColumnOptions,
): DatasetError {
  const named = columns?.[column] === undefined ? column : `${columns[column]} (as ${column})`;
  const wanted = Object.keys(columnsOf[format]).join(', ');
  const has = Object.keys(row).join(', ') || 'none';
  return new DatasetError(
    'DATASET_COLUMN',
    `no column ${named}; ${format} rows need ${wanted}; this row has ${has}`,
    place,
  );
}

/** The prompt that chosen and rejected answers share: their common messages, or their common text up to the last space. */
function splitPrompt(row: Row, place: ErrorPlace): { prompt: unknown; chosen: unknown; rejected: unknown } | undefined {
  const { chosen, rejected } = row;
  if (chosen === undefined || rejected === undefined) return undefined;
  const both = typeof chosen === 'string' && typeof rejected === 'string' ? ([chosen, rejected] as const) : undefined;
  const lists = Array.isArray(chosen) && Array.isArray(rejected) ? ([chosen, rejected] as const) : undefined;
  const [a, b] = both ?? lists ?? [[], []];
  let same = 0;
  while (same < a.length && same < b.length && JSON.stringify(a[same]) === JSON.stringify(b[same])) same++;
  if (both !== undefined && same > 0 && both[0][same - 1] === ' ') same--;
  if (same === 0)
    throw new DatasetError('DATASET_COLUMN', 'no column prompt, and chosen and rejected have no common start', place);
  return { prompt: a.slice(0, same), chosen: a.slice(same), rejected: b.slice(same) };
}
