/**
 * Collections of encoded images with labels, whatever they lie in: class folders (torchvision's ImageFolder), the same inside a tar,
 * webdataset tars, parquet in Hugging Face's form. Classes are numbered in the order of their sorted names.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { concatDatasets, type Dataset, mapDataset, RowDataset } from '../datasets/dataset.js';
import { byName, listFiles } from '../datasets/files.js';
import type { Row } from '../datasets/jsonl.js';
import { ParquetDataset } from '../datasets/parquet.js';
import { TarDataset, type TarSample } from '../datasets/webdataset.js';
import { DatasetError, type ErrorPlace } from '../errors.js';
import { fileProblem, isObject } from '../json.js';

export interface EncodedImage {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Number of the class; undefined in a collection without classes. */
  readonly label: number | undefined;
}

export interface ImageSource {
  readonly images: Dataset<EncodedImage>;
  /** Names of the classes where the collection has them. */
  readonly classes: readonly string[] | undefined;
  /** How many classes there are: reads labels, no images. Undefined in a collection without classes. */
  countClasses(): Promise<number | undefined>;
}

export interface OpenImagesOptions {
  /** Part of the collection: a folder of this name inside a folder or tar, or files whose names begin with it. */
  readonly split?: string;
}

const extensions = ['.jpg', '.jpeg', '.png', '.webp', '.bmp', '.tif', '.tiff', '.gif', '.avif'];
/** Names that mark the parts of a collection. */
const splits = ['train', 'val', 'valid', 'validation', 'test'];
const imageFields = extensions.map((extension) => extension.slice(1));

/** Opens a collection: a folder (of class folders, images, tars or parquet files), a `.tar`, or a `.parquet`. Throws DatasetError. */
export async function openImages(path: string, options: OpenImagesOptions = {}): Promise<ImageSource> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new DatasetError('DATASET_OPEN', fileProblem(cause), { file: path, cause });
  });
  if (!found.isDirectory()) {
    if (path.endsWith('.tar')) return openTarImages([path], options.split);
    if (path.endsWith('.parquet')) return openParquetImages([path]);
    throw new DatasetError('DATASET_OPEN', 'images are read from a folder, a .tar or a .parquet', { file: path });
  }
  const names = await readdir(path);
  const { split } = options;
  const shards = (extension: string): readonly string[] =>
    names
      .filter((name) => name.endsWith(extension) && (split === undefined || name.startsWith(split)))
      .sort(byName)
      .map((name) => join(path, name));
  if (shards('.tar').length > 0) return openTarImages(shards('.tar'), undefined);
  if (shards('.parquet').length > 0) return openParquetImages(shards('.parquet'));
  if (split === undefined) return openFolder(path);
  if (names.includes(split)) return openFolder(join(path, split));
  throw new DatasetError(
    'DATASET_OPEN',
    `it has no split ${split}; it holds ${names.sort(byName).slice(0, 10).join(', ')}`,
    { file: path },
  );
}

/** Class folders with images at any depth; a folder of images alone has no classes. */
async function openFolder(root: string): Promise<ImageSource> {
  const entries = await readdir(root, { withFileTypes: true });
  const classes = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort(byName);
  if (classes.length > 0 && classes.every((name) => splits.includes(name))) {
    throw new DatasetError('DATASET_CLASS', `it holds splits, not classes; name one: ${classes.join(', ')}`, {
      file: root,
    });
  }
  const files: { path: string; label: number | undefined }[] = [];
  if (classes.length === 0) {
    for (const path of await listFiles(root, extensions)) files.push({ path, label: undefined });
  }
  for (const [label, name] of classes.entries()) {
    const inside = await listFiles(join(root, name), extensions, true);
    if (inside.length === 0)
      throw new DatasetError('DATASET_CLASS', `class ${name} has no image (${extensions.join(' ')})`, { file: root });
    for (const path of inside) files.push({ path, label });
  }
  if (files.length === 0)
    throw new DatasetError('DATASET_OPEN', `the folder holds no image (${extensions.join(' ')})`, { file: root });
  return named(new FileImages(root, files), classes);
}

class FileImages extends RowDataset<EncodedImage> {
  constructor(
    readonly name: string,
    readonly files: readonly { readonly path: string; readonly label: number | undefined }[],
  ) {
    super();
  }

  get length(): number {
    return this.files.length;
  }

  async get(index: number): Promise<EncodedImage> {
    const { path, label } = this.files[index]!;
    const bytes = await readFile(path).catch((cause: unknown) => {
      throw new DatasetError('DATASET_ROW', fileProblem(cause), { file: path, cause });
    });
    return { name: relative(this.name, path).split(sep).join('/'), bytes, label };
  }

  place(index: number): ErrorPlace {
    return { file: this.files[index]!.path };
  }
}

/** Tars: labelled by `cls` or `json` fields, else by the folder of each image. */
async function openTarImages(paths: readonly string[], split: string | undefined): Promise<ImageSource> {
  const tars: TarDataset[] = [];
  try {
    for (const path of paths) tars.push(await TarDataset.open(path));
    const rows: TarRow[] = tars.flatMap((tar) => rowsOf(tar, split));
    if (rows.length === 0) {
      throw new DatasetError('DATASET_OPEN', `no image${split === undefined ? '' : ` of split ${split}`} in it`, {
        file: paths[0] ?? '',
      });
    }
    const labelled = rows.some(({ tar, index }) =>
      tar.fieldsOf(index).some((field) => field === 'cls' || field === 'json'),
    );
    const folders = labelled ? [] : [...new Set(rows.flatMap(({ folder }) => folder ?? []))].sort(byName);
    const images = new TarImages(tars, rows, folders);
    if (!labelled) return named(images, folders);
    return { images, classes: undefined, countClasses: () => countLabels(rows.length, (row) => images.labelOf(row)) };
  } catch (error) {
    await Promise.all(tars.map((tar) => tar.close()));
    throw error;
  }
}

interface TarRow {
  readonly tar: TarDataset;
  readonly index: number;
  /** First folder of the sample's path below the split. */
  readonly folder: string | undefined;
}

function rowsOf(tar: TarDataset, split: string | undefined): readonly TarRow[] {
  const prefix = split === undefined ? '' : `${split}/`;
  return Array.from({ length: tar.length }, (_, index) => index)
    .filter(
      (index) =>
        tar.keyOf(index).startsWith(prefix) && tar.fieldsOf(index).some((field) => imageFields.includes(field)),
    )
    .map((index) => {
      const [folder, ...rest] = tar.keyOf(index).slice(prefix.length).split('/');
      return { tar, index, folder: rest.length === 0 ? undefined : folder };
    });
}

class TarImages extends RowDataset<EncodedImage> {
  readonly name: string;
  readonly #tars: readonly TarDataset[];
  readonly #rows: readonly TarRow[];
  readonly #folders: ReadonlyMap<string, number>;

  constructor(tars: readonly TarDataset[], rows: readonly TarRow[], folders: readonly string[]) {
    super();
    this.name = tars.map((tar) => tar.name).join('+');
    this.#tars = tars;
    this.#rows = rows;
    this.#folders = new Map(folders.map((folder, label) => [folder, label]));
  }

  get length(): number {
    return this.#rows.length;
  }

  async get(index: number): Promise<EncodedImage> {
    const { tar, index: at, folder } = this.#rows[index]!;
    const sample = await tar.get(at);
    const field = Object.keys(sample.fields).find((name) => imageFields.includes(name))!;
    const byFolder = folder === undefined ? undefined : this.#folders.get(folder);
    return {
      name: `${sample.key}.${field}`,
      bytes: sample.fields[field]!,
      label: byFolder ?? labelOf(sample, this.place(index)),
    };
  }

  /** The label in a row's own fields, without its image. */
  async labelOf(index: number): Promise<number | undefined> {
    const { tar, index: at } = this.#rows[index]!;
    return labelOf(await tar.read(at, ['cls', 'json']), this.place(index));
  }

  place(index: number): ErrorPlace {
    const { tar, index: at } = this.#rows[index]!;
    return tar.place(at);
  }

  override async close(): Promise<void> {
    await Promise.all(this.#tars.map((tar) => tar.close()));
  }
}

/** The label in a `cls` field, or as `label` or `cls` of a `json` field. */
function labelOf({ fields }: TarSample, place: ErrorPlace): number | undefined {
  const text = (bytes: Uint8Array): string =>
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString().trim();
  const { cls, json } = fields;
  if (cls === undefined && json === undefined) return undefined;
  let value: unknown = Number.NaN;
  try {
    const parsed: unknown = cls === undefined ? JSON.parse(text(json!)) : Number(text(cls));
    value = isObject(parsed) ? (parsed.label ?? parsed.cls) : parsed;
  } catch {
    // the check below names it
  }
  return checkLabel(value, place);
}

/** Parquet: `image` as bytes or as a struct with `bytes`, `label` as a number. */
async function openParquetImages(paths: readonly string[]): Promise<ImageSource> {
  const tables: ParquetDataset[] = [];
  try {
    for (const path of paths) tables.push(await ParquetDataset.open(path));
    const image = columnOf(tables[0]!, ['image', 'img', 'jpg', 'png', 'webp']);
    if (image === undefined) {
      const { name, columns } = tables[0]!;
      throw new DatasetError(
        'DATASET_COLUMN',
        `no column image (or img, jpg, png, webp); it has ${columns.join(', ')}`,
        { file: name },
      );
    }
    const label = columnOf(tables[0]!, ['label', 'labels', 'cls', 'class']);
    const rows = concatDatasets<Row>(tables);
    return {
      images: mapDataset(rows, (row, index) => parquetImage(row, image, label, rows.place(index))),
      classes: undefined,
      countClasses: () => countColumn(paths, label),
    };
  } catch (error) {
    await Promise.all(tables.map((table) => table.close()));
    throw error;
  }
}

async function countColumn(paths: readonly string[], label: string | undefined): Promise<number | undefined> {
  if (label === undefined) return undefined;
  let most: number | undefined;
  for (const path of paths) {
    await using table = await ParquetDataset.open(path, { columns: [label] });
    const own = await countLabels(table.length, async (row) =>
      checkLabel((await table.get(row))[label], table.place(row)),
    );
    if (own !== undefined) most = Math.max(most ?? 0, own);
  }
  return most;
}

function columnOf(table: ParquetDataset, names: readonly string[]): string | undefined {
  return names.find((name) => table.columns.includes(name));
}

function parquetImage(row: Row, image: string, label: string | undefined, place: ErrorPlace): EncodedImage {
  const value = row[image];
  const bytes = isObject(value) && !(value instanceof Uint8Array) ? value.bytes : value;
  if (!(bytes instanceof Uint8Array)) throw new DatasetError('DATASET_COLUMN', `column ${image} holds no bytes`, place);
  const path = isObject(value) && typeof value.path === 'string' ? basename(value.path) : `${place.line ?? 0}`;
  return { name: path, bytes, label: label === undefined ? undefined : checkLabel(row[label], place) };
}

/** A collection whose classes have names, or that has none. */
function named(images: Dataset<EncodedImage>, classes: readonly string[]): ImageSource {
  const some = classes.length === 0 ? undefined : classes;
  return { images, classes: some, countClasses: async () => some?.length };
}

/** One more than the largest label. Labels that cannot be read are left out, as their images are. */
async function countLabels(
  rows: number,
  labelOf: (row: number) => Promise<number | undefined>,
): Promise<number | undefined> {
  let most: number | undefined;
  for (let row = 0; row < rows; row++) {
    const label = await labelOf(row).catch(() => undefined);
    if (label !== undefined) most = Math.max(most ?? 0, label + 1);
  }
  return most;
}

function checkLabel(value: unknown, place: ErrorPlace): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw new DatasetError(
    'DATASET_CLASS',
    `its class must be a whole number from 0 on; got ${JSON.stringify(value) ?? 'nothing'}`,
    place,
  );
}
