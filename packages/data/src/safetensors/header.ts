/**
 * The header of a safetensors file: 8 bytes of length, JSON, then the data. Parsing trusts nothing: it decides on the
 * header's bytes and the file's size alone, so that a lying header is refused before any tensor is read or allocated.
 * Layout: https://github.com/huggingface/safetensors#format. As there, every data byte must belong to exactly one tensor.
 */
import { byteSize, type FileDType, isFileDType } from '../dtype.js';
import { SafetensorsError } from '../errors.js';

/** Where one tensor lies. `begin` and `end` count from the start of the file. */
export interface HeaderEntry {
  readonly name: string;
  readonly dtype: FileDType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  /** In the order of the file. */
  readonly entries: ReadonlyMap<string, HeaderEntry>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Bytes before the header's JSON. */
export const prefixBytes = 8;
/** The format's limit on the header's JSON. */
export const maxHeaderBytes = 100_000_000;

/** Checks the length prefix against the format's limit and the file's size; returns the length of the JSON. */
export function headerLength(prefix: Uint8Array, fileBytes: number, file: string): number {
  if (fileBytes < prefixBytes || prefix.length < prefixBytes) {
    throw new SafetensorsError(
      'SAFETENSORS_TRUNCATED',
      `the file has ${fileBytes} bytes, fewer than the 8 of the length prefix`,
      { file },
    );
  }
  const length = new DataView(prefix.buffer, prefix.byteOffset).getBigUint64(0, true);
  if (length > BigInt(maxHeaderBytes)) {
    throw new SafetensorsError(
      'SAFETENSORS_HEADER_LENGTH',
      `the header claims ${length} bytes; the format allows ${maxHeaderBytes}. Is this a safetensors file?`,
      { file },
    );
  }
  if (prefixBytes + Number(length) > fileBytes) {
    throw new SafetensorsError(
      'SAFETENSORS_TRUNCATED',
      `the header claims ${length} bytes, but the file ends after ${fileBytes - prefixBytes} of them`,
      { file },
    );
  }
  return Number(length);
}

/** Parses and validates the JSON of a header of a file of `fileBytes` bytes. */
export function parseHeader(json: Uint8Array, fileBytes: number, file: string): Header {
  const text = decodeText(json, file);
  const object = parseObject(text, file);
  refuseDuplicates(text, file);
  const dataStart = prefixBytes + json.length;
  const entries: HeaderEntry[] = [];
  let metadata: Readonly<Record<string, string>> = {};
  for (const [name, value] of Object.entries(object)) {
    if (name === '__metadata__') metadata = checkMetadata(value, file);
    else entries.push(checkEntry(name, value, dataStart, fileBytes, file));
  }
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkCoverage(entries, dataStart, fileBytes, file);
  return { entries: new Map(entries.map((entry) => [entry.name, entry])), metadata };
}

function decodeText(json: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(json);
  } catch (cause) {
    throw new SafetensorsError('SAFETENSORS_HEADER_JSON', 'the header is not UTF-8', { file, cause });
  }
}

function parseObject(text: string, file: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new SafetensorsError('SAFETENSORS_HEADER_JSON', `the header is not JSON: ${(cause as Error).message}`, {
      file,
      cause,
    });
  }
  if (!isObject(value)) {
    throw new SafetensorsError('SAFETENSORS_HEADER_JSON', 'the header is not a JSON object', { file });
  }
  return value;
}

/** JSON.parse keeps the last of two equal keys in silence; this walks the (valid) text and compares the keys. */
function refuseDuplicates(text: string, file: string): void {
  const open: Set<string>[] = [];
  let tensor = '';
  for (let at = 0; at < text.length; at++) {
    const c = text[at];
    if (c === '{') open.push(new Set());
    else if (c === '}') open.pop();
    if (c !== '"') continue;
    const start = at;
    for (at++; text[at] !== '"'; at++) if (text[at] === '\\') at++;
    let next = at + 1;
    while (' \n\r\t'.includes(text[next] ?? '.')) next++;
    if (text[next] !== ':') continue; // a string that is a value
    const key = JSON.parse(text.slice(start, at + 1)) as string;
    if (open.length === 1) tensor = key;
    const keys = open.at(-1)!;
    if (keys.has(key)) {
      const what = open.length === 1 ? 'the name occurs twice' : `the field ${JSON.stringify(key)} occurs twice`;
      throw new SafetensorsError('SAFETENSORS_DUPLICATE', what, { file, tensor });
    }
    keys.add(key);
  }
}

function checkMetadata(value: unknown, file: string): Record<string, string> {
  if (!isObject(value) || !Object.values(value).every((v) => typeof v === 'string')) {
    throw new SafetensorsError('SAFETENSORS_METADATA', '__metadata__ must map strings to strings', { file });
  }
  return value as Record<string, string>;
}

function checkEntry(tensor: string, value: unknown, dataStart: number, fileBytes: number, file: string): HeaderEntry {
  const place = { file, tensor };
  if (!isObject(value)) throw new SafetensorsError('SAFETENSORS_FIELD', 'its header entry is not an object', place);
  const { dtype: dtypeName, shape, data_offsets: offsets } = value;
  if (typeof dtypeName !== 'string') throw new SafetensorsError('SAFETENSORS_FIELD', 'dtype must be a string', place);
  const dtype = dtypeName.toLowerCase();
  if (!isFileDType(dtype) || dtypeName !== dtypeName.toUpperCase()) {
    throw new SafetensorsError('SAFETENSORS_DTYPE', `unknown dtype ${JSON.stringify(dtypeName)}`, place);
  }
  if (!isExtentList(shape)) {
    throw new SafetensorsError(
      'SAFETENSORS_SHAPE',
      `shape must be a list of whole numbers; got ${short(shape)}`,
      place,
    );
  }
  if (!isExtentList(offsets) || offsets.length !== 2) {
    throw new SafetensorsError(
      'SAFETENSORS_FIELD',
      `data_offsets must be two whole numbers; got ${short(offsets)}`,
      place,
    );
  }
  const [begin, end] = [offsets[0]! + dataStart, offsets[1]! + dataStart];
  const room = fileBytes - dataStart;
  if (begin > end || end > fileBytes) {
    const code = begin > end || offsets[0]! > room ? 'SAFETENSORS_RANGE' : 'SAFETENSORS_TRUNCATED';
    throw new SafetensorsError(
      code,
      `its bytes [${offsets}) do not lie within the file's ${room} bytes of data`,
      place,
    );
  }
  let bytes = byteSize(dtype);
  for (const extent of shape) bytes *= extent;
  if (bytes !== end - begin) {
    const found = `${dtypeName} ${JSON.stringify(shape)} takes ${bytes} bytes, data_offsets give ${end - begin}`;
    throw new SafetensorsError('SAFETENSORS_SHAPE', found, place);
  }
  return { name: tensor, dtype, shape, begin, end };
}

function checkCoverage(entries: readonly HeaderEntry[], dataStart: number, fileBytes: number, file: string): void {
  let covered = dataStart;
  let previous = '';
  for (const { name, begin, end } of entries) {
    const from = begin - dataStart;
    if (begin < covered) {
      throw new SafetensorsError(
        'SAFETENSORS_OVERLAP',
        `its bytes from ${from} on overlap those of ${JSON.stringify(previous)}`,
        { file, tensor: name },
      );
    }
    if (begin > covered) {
      throw new SafetensorsError(
        'SAFETENSORS_GAP',
        `${begin - covered} bytes before offset ${from} belong to no tensor`,
        { file, tensor: name },
      );
    }
    covered = end;
    previous = name;
  }
  if (covered !== fileBytes) {
    throw new SafetensorsError(
      'SAFETENSORS_GAP',
      `${fileBytes - covered} bytes at the end of the file belong to no tensor`,
      { file },
    );
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isExtentList(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
