export { removeLeftovers, type WrittenFile, writeFileAtomic } from './atomic-file.js';
export { Checkpoint } from './checkpoint/checkpoint.js';
export {
  type CheckpointContent,
  type CheckpointEntry,
  CheckpointStore,
  type CheckpointStoreOptions,
} from './checkpoint/store.js';
export { bf16ToF32, type ConversionOrigin, convertElements, f16ToF32, f32ToBf16, f32ToF16 } from './convert.js';
export {
  type ColumnOptions,
  checkedRows,
  checkRow,
  type RowFormat,
  type RowFormats,
  type TextOrMessages,
} from './datasets/columns.js';
export {
  arrayDataset,
  concatDatasets,
  type Dataset,
  mapDataset,
  type RowBlocks,
  RowDataset,
  sliceDataset,
  spreadDataset,
} from './datasets/dataset.js';
export { JsonlDataset, type Row } from './datasets/jsonl.js';
export { type Batch, DataLoader, type LoaderOptions, type LoaderState, type SkippedSample } from './datasets/loader.js';
export { openRows } from './datasets/open-rows.js';
export { ParquetDataset, type ParquetOptions } from './datasets/parquet.js';
export { readText, type TokenizeFilesOptions, TokenWindows, tokenizeFiles } from './datasets/text-files.js';
export { openTars, streamTar, TarDataset, type TarSample } from './datasets/webdataset.js';
export * from './dtype.js';
export * from './errors.js';
export { makeFolder } from './folder.js';
export {
  centerCrop,
  type RandomCropOptions,
  randomCrop,
  resizeShortSide,
  shortSideRange,
  tenCrop,
} from './images/crops.js';
export { decodeImage } from './images/decode.js';
export { cropImage, flipImage, type Image } from './images/image.js';
export { type ImageDatasetOptions, openImageDataset } from './images/open-image-dataset.js';
export { type ImagePipeline, type ImageSample, imageDataset, processImage } from './images/pipeline.js';
export { toBytes, toImage, toPixels } from './images/pixels.js';
export { encodePng } from './images/png.js';
export { type ResizeFilter, resizeImage } from './images/resize.js';
export { type EncodedImage, type ImageSource, type OpenImagesOptions, openImages } from './images/sources.js';
export { fileProblem, type Json } from './json.js';
export { NumpyError, NumpyFile } from './numpy-file.js';
export { CounterRandom, philox } from './random.js';
export { SafetensorsFile } from './safetensors/reader.js';
export { openSafetensors, ShardedSafetensors } from './safetensors/sharded.js';
export {
  type TensorBytes,
  type TensorToWrite,
  type WriteOptions,
  type WriteShardedOptions,
  writeSafetensors,
  writeShardedSafetensors,
} from './safetensors/writer.js';
export type { ReadTensorOptions, TensorInfo, TensorSource } from './tensor-source.js';
export { type TrainBpeTokenizerOptions, trainBpeTokenizer } from './text/bpe-trainer.js';
export type { ChatMessage, ChatOptions } from './text/chat-template.js';
export { type PadOptions, padSequences, type Side, type TokenBatch } from './text/token-batch.js';
export type { TokenStream } from './text/token-stream.js';
export { type DecodeOptions, type EncodeOptions, Tokenizer } from './text/tokenizer.js';
export type { SpecialRole } from './text/tokenizer-files.js';
export { type TorchStorage, TorchTensor, type TorchValue } from './torch/tensors.js';
export { TorchFile } from './torch/torch-file.js';
export { type WorkerDatasetOptions, workerDataset } from './workers/worker-dataset.js';
