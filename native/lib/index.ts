/** What @tessera/tensor uses of the native side: the addon's loader, the command writer, and an encoder per kernel. */
export type { Addon, DeviceInfo, NativeError } from './addon.js';
export { type BufferRef, CommandWriter, type LivePatch, origin, UnsupportedTypesError } from './command-writer.js';
export * as kernels from './gen/encoders.js';
export { loadAddon } from './loader.js';
