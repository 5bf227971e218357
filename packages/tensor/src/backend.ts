/** The one place that imports the native package: kernel encoders, the command writer, and the addon's loader. */
export {
  type Addon,
  type BufferRef,
  CommandWriter,
  type DeviceInfo,
  kernels,
  type LivePatch,
  loadAddon,
  type NativeError,
  origin,
  UnsupportedTypesError,
} from '@tessera/native';
