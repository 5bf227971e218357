/** What programs without types may pass: refused at the call, by name, and never kept in silence. */
import * as data from '@tessera/data';
import { Run } from '@tessera/train';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from './temporary.js';

const nothing = null as never;
const odd = (value: unknown) => value as never;
const rows = () => data.arrayDataset([{ text: 'a' }]);
const image = { width: 2, height: 1, data: new Uint8Array(6) };
const tensor = { name: 'w', dtype: 'f32', shape: [1], data: new Float32Array(1) } as const;
const file = () => `${temporaryFolder()}/w.safetensors`;

const cases: [string, () => unknown, RegExp][] = [
  ['DataLoader of nothing', () => new data.DataLoader(nothing, { batchSize: 1 }), /^needs a dataset; rows in an array/],
  [
    'DataLoader without options',
    () => new data.DataLoader(rows(), nothing),
    /^DataLoader: options come as an object of/,
  ],
  [
    'a misspelled option of DataLoader',
    () => new data.DataLoader(rows(), odd({ batchsize: 1 })),
    /^DataLoader: there is no option 'batchsize'; it has batchSize, shuffle,/,
  ],
  ['slices of nothing', () => data.sliceDataset(nothing, 0), /^sliceDataset: needs a dataset; got null/],
  ['maps of an array', () => data.mapDataset(odd([1]), (x) => x), /^mapDataset: .*got an array of 1\. arrayDataset/],
  ['joins of one', () => data.concatDatasets(odd(rows())), /^concatDatasets: sources come as an array; got a /],
  ['rows of no format', () => data.checkedRows(rows(), odd('texts')), /^checkedRows: format is one of text, .*"texts"/],
  [
    'one path of texts',
    () => data.readText(odd('book.txt')).next(),
    /^readText: paths come as an array; got "book.txt"/,
  ],
  ['no paths of rows', () => data.openRows(nothing), /^openRows: paths come as an array; got null/],
  ['one path of tars', () => data.openTars(odd('a.tar')), /^openTars: paths come as an array; got "a.tar"/],
  [
    'a misspelled option of checkpoints',
    () => data.CheckpointStore.open(temporaryFolder(), odd({ keepLst: 1 })),
    /^CheckpointStore\.open: there is no option 'keepLst'; it has keepLast, keepEvery/,
  ],
  [
    "PyTorch's name of a dtype",
    () => data.writeSafetensors(file(), [odd({ ...tensor, dtype: 'float32' })]),
    /w\.safetensors: tensor "w": unknown dtype "float32"; expected one of f32, bf16,/,
  ],
  [
    'tensors by name',
    () => data.writeSafetensors(file(), odd({ w: tensor })),
    /^writeSafetensors: tensors come as a list/,
  ],
  [
    'no tensor',
    () => data.writeShardedSafetensors(file(), [nothing]),
    /^writeShardedSafetensors: a tensor is \{ name,/,
  ],
  [
    'a side of padding',
    () => data.padSequences([[1]], 0, odd({ padding: 'lft' })),
    /^padSequences: padding is left or right; got "lft"/,
  ],
  ['a sequence', () => data.padSequences([[1], nothing], 0), /^padSequences: a sequence is token ids; got null/],
  [
    'a misspelled option of the BPE trainer',
    () => data.trainBpeTokenizer(['a'], odd({ vocabSize: 300, minFreq: 1 })),
    /^trainBpeTokenizer: there is no option 'minFreq'/,
  ],
  [
    'no options of token windows',
    () => new data.TokenWindows(new Int32Array(4), nothing),
    /^TokenWindows: options come/,
  ],
  ['no image', () => data.flipImage(nothing), /^flipImage: needs an image \{ width, height, data \}.*got null/],
  ['an image of another size', () => data.encodePng({ ...image, width: 3 }), /^encodePng: needs an image/],
  ['a size of NaN', () => data.centerCrop(image, Number.NaN), /^resizeShortSide: size must be a whole number/],
  [
    'a filter',
    () => data.resizeImage(image, 1, 1, odd('bilinear')),
    /^resizeImage: filter is box or bicubic; got "bil/,
  ],
  ['bits of nothing', () => data.bf16ToF32(nothing), /^bf16ToF32: bits come as a Uint16Array; got null/],
  ['numbers for halves', () => data.f32ToF16(odd([1])), /^f32ToF16: values come as a Float32Array; got an array of 1/],
  ['pixels of nothing', () => data.toPixels(nothing), /^toPixels: needs an image/],
  [
    'pixels into too little room',
    () => data.toPixels(image, new Float32Array(5)),
    /^toPixels: there are 5 pixels, which do not hold 3 x 1 x 2 from 0 on/,
  ],
  ['an image of nothing', () => data.toImage(nothing, 1, 1), /^toImage: pixels come as a Float32Array; got null/],
  ['an image of too few pixels', () => data.toImage(new Float32Array(6), 2, 2), /^toImage: there are 6 pixels/],
  ['a crop of nothing', () => data.randomCrop(nothing, 1, nothing), /^randomCrop: needs an image/],
  [
    'a crop without chance',
    () => data.randomCrop(image, 1, nothing),
    /^randomCrop: random is a CounterRandom; got null/,
  ],
  [
    'fractions of a crop',
    () => data.randomCrop(image, 1, new data.CounterRandom(0), odd({ fractions: [2, 1] })),
    /^fractions must be two numbers, 0 < low <= high <= 1; got \[2, 1\]/,
  ],
  ['a tokenizer of nothing', () => data.Tokenizer.fromJson(nothing), /tokenizer must be an object; got null/],
  [
    'a misspelled option of a pipeline',
    () => data.imageDataset(odd(rows()), odd({ sise: 8 })),
    /^ImagePipeline: there is no option 'sise'; it has size, crop/,
  ],
  ['no options of a run', () => Run.open(nothing), /^Run\.open: options come as an object of steps, .*got null/],
];

describe('wrong arguments', () => {
  test.each(cases)('%s', async (_, body, message) => {
    const error = await (async () => body())().catch((e: unknown) => e);
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).toMatch(message);
    expect(error).toHaveProperty('code', expect.stringMatching(/^[A-Z_]+$/));
  });
});
