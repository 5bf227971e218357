// The part of the CUDA driver API that Tessera calls, declared here so that building needs no CUDA headers and linking no
// CUDA library. Values and layouts are those of cuda.h; the ABI of the versioned names is fixed.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tessera::cuda {

using CUresult = int;
using CUdevice = int;
using CUdeviceptr = unsigned long long;
using CUcontext = struct CUctx_st*;
using CUmodule = struct CUmod_st*;
using CUfunction = struct CUfunc_st*;
using CUstream = struct CUstream_st*;
using CUevent = struct CUevent_st*;
using CUgraph = struct CUgraph_st*;
using CUgraphNode = struct CUgraphNode_st*;
using CUgraphExec = struct CUgraphExec_st*;

enum : CUresult {
  CUDA_SUCCESS = 0,
  CUDA_ERROR_INVALID_VALUE = 1,
  CUDA_ERROR_OUT_OF_MEMORY = 2,
  CUDA_ERROR_NOT_INITIALIZED = 3,
  CUDA_ERROR_DEVICE_UNAVAILABLE = 46,
  CUDA_ERROR_NO_DEVICE = 100,
  CUDA_ERROR_INVALID_IMAGE = 200,
  CUDA_ERROR_NO_BINARY_FOR_GPU = 209,
  CUDA_ERROR_ECC_UNCORRECTABLE = 214,
  CUDA_ERROR_NVLINK_UNCORRECTABLE = 220,
  CUDA_ERROR_UNSUPPORTED_PTX_VERSION = 222,
  CUDA_ERROR_CONTAINED = 226,
  CUDA_ERROR_NOT_FOUND = 500,
  CUDA_ERROR_ILLEGAL_ADDRESS = 700,
  CUDA_ERROR_LAUNCH_TIMEOUT = 702,
  CUDA_ERROR_CONTEXT_IS_DESTROYED = 709,
  CUDA_ERROR_ASSERT = 710,
  CUDA_ERROR_HARDWARE_STACK_ERROR = 714,
  CUDA_ERROR_ILLEGAL_INSTRUCTION = 715,
  CUDA_ERROR_MISALIGNED_ADDRESS = 716,
  CUDA_ERROR_INVALID_ADDRESS_SPACE = 717,
  CUDA_ERROR_INVALID_PC = 718,
  CUDA_ERROR_LAUNCH_FAILED = 719,
  CUDA_ERROR_SYSTEM_DRIVER_MISMATCH = 803,
  CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED = 900,
};

enum : int {  // CUdevice_attribute
  CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT = 16,
  CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE = 38,
  CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR = 75,
  CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR = 76,
  CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN = 97,
  CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED = 115,
};

enum : unsigned {
  CU_STREAM_NON_BLOCKING = 1,
  CU_EVENT_DISABLE_TIMING = 2,
  CU_STREAM_CAPTURE_MODE_THREAD_LOCAL = 1,
};
inline constexpr unsigned CU_MEMHOSTALLOC_DEVICEMAP = 2;
inline constexpr int CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES = 8;

struct CUDA_KERNEL_NODE_PARAMS {
  CUfunction func;
  unsigned gridDimX, gridDimY, gridDimZ, blockDimX, blockDimY, blockDimZ, sharedMemBytes;
  void** kernelParams;
  void** extra;
  void* kern;
  CUcontext ctx;
};

// name, exported symbol, parameters
#define TESSERA_DRIVER_FUNCTIONS(X)                                                                                    \
  X(init, cuInit, (unsigned flags))                                                                                    \
  X(driverGetVersion, cuDriverGetVersion, (int* version))                                                              \
  X(getErrorName, cuGetErrorName, (CUresult error, const char** name))                                                 \
  X(getErrorString, cuGetErrorString, (CUresult error, const char** text))                                             \
  X(deviceGetCount, cuDeviceGetCount, (int* count))                                                                    \
  X(deviceGet, cuDeviceGet, (CUdevice * device, int ordinal))                                                          \
  X(deviceGetName, cuDeviceGetName, (char* name, int length, CUdevice device))                                         \
  X(deviceTotalMem, cuDeviceTotalMem_v2, (size_t * bytes, CUdevice device))                                            \
  X(deviceGetAttribute, cuDeviceGetAttribute, (int* value, int attribute, CUdevice device))                            \
  X(primaryCtxRetain, cuDevicePrimaryCtxRetain, (CUcontext * context, CUdevice device))                                \
  X(primaryCtxRelease, cuDevicePrimaryCtxRelease_v2, (CUdevice device))                                                \
  X(ctxSetCurrent, cuCtxSetCurrent, (CUcontext context))                                                               \
  X(memGetInfo, cuMemGetInfo_v2, (size_t * free, size_t* total))                                                       \
  X(memAlloc, cuMemAlloc_v2, (CUdeviceptr * pointer, size_t bytes))                                                    \
  X(memFree, cuMemFree_v2, (CUdeviceptr pointer))                                                                      \
  X(memAllocAsync, cuMemAllocAsync, (CUdeviceptr * pointer, size_t bytes, CUstream stream))                            \
  X(memFreeAsync, cuMemFreeAsync, (CUdeviceptr pointer, CUstream stream))                                              \
  X(memHostAlloc, cuMemHostAlloc, (void** pointer, size_t bytes, unsigned flags))                                      \
  X(memFreeHost, cuMemFreeHost, (void* pointer))                                                                       \
  X(memcpyHtoDAsync, cuMemcpyHtoDAsync_v2, (CUdeviceptr to, const void* from, size_t bytes, CUstream stream))          \
  X(memcpyDtoHAsync, cuMemcpyDtoHAsync_v2, (void* to, CUdeviceptr from, size_t bytes, CUstream stream))                \
  X(memcpyDtoDAsync, cuMemcpyDtoDAsync_v2, (CUdeviceptr to, CUdeviceptr from, size_t bytes, CUstream stream))          \
  X(memsetD8Async, cuMemsetD8Async, (CUdeviceptr to, unsigned char value, size_t count, CUstream stream))              \
  X(streamCreate, cuStreamCreate, (CUstream * stream, unsigned flags))                                                 \
  X(streamDestroy, cuStreamDestroy_v2, (CUstream stream))                                                              \
  X(streamSynchronize, cuStreamSynchronize, (CUstream stream))                                                         \
  X(eventCreate, cuEventCreate, (CUevent * event, unsigned flags))                                                     \
  X(eventRecord, cuEventRecord, (CUevent event, CUstream stream))                                                      \
  X(eventSynchronize, cuEventSynchronize, (CUevent event))                                                             \
  X(eventDestroy, cuEventDestroy_v2, (CUevent event))                                                                  \
  X(moduleLoadData, cuModuleLoadData, (CUmodule * module, const void* image))                                          \
  X(moduleUnload, cuModuleUnload, (CUmodule module))                                                                   \
  X(moduleGetFunction, cuModuleGetFunction, (CUfunction * function, CUmodule module, const char* name))                \
  X(funcSetAttribute, cuFuncSetAttribute, (CUfunction function, int attribute, int value))                             \
  X(launchKernel, cuLaunchKernel,                                                                                      \
    (CUfunction function, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned blockX, unsigned blockY,            \
     unsigned blockZ, unsigned sharedBytes, CUstream stream, void** params, void** extra))                             \
  X(streamBeginCapture, cuStreamBeginCapture_v2, (CUstream stream, unsigned mode))                                     \
  X(streamEndCapture, cuStreamEndCapture, (CUstream stream, CUgraph * graph))                                          \
  X(graphInstantiate, cuGraphInstantiateWithFlags, (CUgraphExec * exec, CUgraph graph, unsigned long long flags))      \
  X(graphExecKernelNodeSetParams, cuGraphExecKernelNodeSetParams_v2,                                                   \
    (CUgraphExec exec, CUgraphNode node, const CUDA_KERNEL_NODE_PARAMS* params))                                       \
  X(graphLaunch, cuGraphLaunch, (CUgraphExec exec, CUstream stream))                                                   \
  X(graphExecDestroy, cuGraphExecDestroy, (CUgraphExec exec))                                                          \
  X(graphDestroy, cuGraphDestroy, (CUgraph graph))

// The same for what Tessera can do without.
#define TESSERA_OPTIONAL_DRIVER_FUNCTIONS(X)                                                                           \
  X(streamGetCaptureInfo, cuStreamGetCaptureInfo_v2,                                                                   \
    (CUstream stream, int* status, uint64_t* id, CUgraph* graph, const CUgraphNode** dependencies, size_t* count))

#if defined(_WIN32)
#define TESSERA_CUDA_CALL __stdcall
#else
#define TESSERA_CUDA_CALL
#endif

// The functions, once the library is open.
struct DriverFunctions {
#define TESSERA_FIELD(name, symbol, parameters) CUresult(TESSERA_CUDA_CALL* name) parameters;
  TESSERA_DRIVER_FUNCTIONS(TESSERA_FIELD)
  TESSERA_OPTIONAL_DRIVER_FUNCTIONS(TESSERA_FIELD)
#undef TESSERA_FIELD
};

}  // namespace tessera::cuda
