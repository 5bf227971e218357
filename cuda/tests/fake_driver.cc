// A CUDA driver without a GPU, for tests: the cu* functions that Tessera uses, over host memory, with the emulator as the
// device. TESSERA_CUDA_DRIVER=<this library> makes the addon open it in place of libcuda, so that all of its CUDA code runs:
// loader, allocator, staging, launches, graphs, faults.
//
// It is as late as a driver may be: what is submitted to a stream happens when somebody waits for it, with the arguments
// as they were at submission but pinned memory as it is then.
//
// The environment says what kind of machine it plays, read when it is asked:
//   FAKE_CUDA_DEVICES=1 FAKE_CUDA_MEMORY=<bytes> FAKE_CUDA_CAPABILITY=80 FAKE_CUDA_VERSION=13000
//   FAKE_CUDA_MULTIPROCESSORS=4
//   FAKE_CUDA_INIT=<CUresult>        what cuInit returns
//   FAKE_CUDA_CONTEXT=<CUresult>     what retaining a context returns
//   FAKE_CUDA_FAULT=<symbol>         launching that kernel ends in an illegal address, or in
//   FAKE_CUDA_FAULT_RESULT=<CUresult>
//   FAKE_CUDA_CAPTURE=0              streams cannot be captured
//   FAKE_CUDA_POOLS=0                memory does not come and go in the order of streams
//   FAKE_CUDA_LOG=<file>             a line per call that submits something
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "cuda/driver_api.h"
#include "emulator/scheduler.h"
#include "fake_driver.h"
#include "launch.h"

using namespace tessera::cuda;
using namespace fake;

extern "C" const DeviceKernel* const __start_tessera_kernels[];
extern "C" const DeviceKernel* const __stop_tessera_kernels[];

namespace {

struct Node {
  std::string name{};
  std::function<void()> run{};
  // of kernels, so that a graph's node can be given others
  const DeviceKernel* kernel = nullptr;
  dim3 grid{}, block{};
  size_t sharedBytes = 0;
  std::vector<unsigned char> arguments{};
};

}  // namespace

struct tessera::cuda::CUgraphNode_st : Node {};
struct tessera::cuda::CUgraph_st {
  std::vector<CUgraphNode> nodes;
};
struct tessera::cuda::CUgraphExec_st {
  std::vector<CUgraphNode_st> nodes;
  std::map<CUgraphNode, size_t> index;
};
struct tessera::cuda::CUstream_st {
  std::vector<Node> queue;
  CUgraph capturing = nullptr;
  CUgraphNode last = nullptr;
};
struct tessera::cuda::CUevent_st {
  CUstream stream = nullptr;
};

namespace fake {

std::recursive_mutex mutex;
CUresult sticky = CUDA_SUCCESS;

long long setting(const char* name, long long otherwise) {
  const char* text = std::getenv(name);
  return text && *text ? std::atoll(text) : otherwise;
}

void log(const std::string& line) {
  const char* path = std::getenv("FAKE_CUDA_LOG");
  if (!path) return;
  if (FILE* file = std::fopen(path, "a")) {
    std::fprintf(file, "%s\n", line.c_str());
    std::fclose(file);
  }
}

size_t totalMemory() { return static_cast<size_t>(setting("FAKE_CUDA_MEMORY", 1ll << 30)); }

}  // namespace fake

namespace {

void runKernel(const Node& node) {
  const char* fault = std::getenv("FAKE_CUDA_FAULT");
  if (fault && node.kernel->symbol == std::string(fault)) {
    sticky = static_cast<CUresult>(setting("FAKE_CUDA_FAULT_RESULT", CUDA_ERROR_ILLEGAL_ADDRESS));
    return;
  }
  try {
    tessera::emulator::run({node.kernel->symbol, node.kernel->emulated, node.arguments.data(), node.grid, node.block,
                            node.sharedBytes, node.kernel->maxThreads},
                           tessera::emulator::seedFromEnvironment());
  } catch (const tessera::emulator::Fault& error) {
    std::fprintf(stderr, "fake CUDA driver: %s\n", error.what());
    sticky = CUDA_ERROR_LAUNCH_FAILED;
  }
}

void runNode(const Node& node) {
  if (sticky != CUDA_SUCCESS) return;
  if (node.kernel) {
    runKernel(node);
  } else {
    node.run();
  }
}

CUresult submitNode(CUstream stream, Node node) {
  Lock lock(mutex);
  if (sticky != CUDA_SUCCESS) return sticky;
  if (stream->capturing) {
    auto* captured = new CUgraphNode_st{std::move(node)};
    stream->capturing->nodes.push_back(captured);
    stream->last = captured;
  } else {
    log(node.name);
    stream->queue.push_back(std::move(node));
  }
  return CUDA_SUCCESS;
}

}  // namespace

CUresult fake::drain(CUstream stream) {
  Lock lock(mutex);
  if (stream->capturing) return CUDA_ERROR_INVALID_VALUE;
  const std::vector<Node> queue = std::move(stream->queue);
  stream->queue.clear();
  for (const Node& node : queue) runNode(node);
  return sticky;
}

CUresult fake::submit(CUstream stream, const char* name, std::function<void()> run) {
  return submitNode(stream, {name, std::move(run)});
}

// --- devices ---

FAKE cuInit(unsigned) { return static_cast<CUresult>(setting("FAKE_CUDA_INIT", 0)); }
FAKE cuDriverGetVersion(int* version) {
  *version = static_cast<int>(setting("FAKE_CUDA_VERSION", 13000));
  return CUDA_SUCCESS;
}
FAKE cuGetErrorName(CUresult error, const char** name) {
  switch (error) {
    case CUDA_ERROR_ILLEGAL_ADDRESS: *name = "CUDA_ERROR_ILLEGAL_ADDRESS"; break;
    case CUDA_ERROR_OUT_OF_MEMORY: *name = "CUDA_ERROR_OUT_OF_MEMORY"; break;
    case CUDA_ERROR_LAUNCH_FAILED: *name = "CUDA_ERROR_LAUNCH_FAILED"; break;
    case CUDA_ERROR_DEVICE_UNAVAILABLE: *name = "CUDA_ERROR_DEVICE_UNAVAILABLE"; break;
    default: *name = "CUDA_ERROR_UNKNOWN";
  }
  return CUDA_SUCCESS;
}
FAKE cuGetErrorString(CUresult, const char** text) {
  *text = "as the test asked";
  return CUDA_SUCCESS;
}
FAKE cuDeviceGetCount(int* count) {
  *count = static_cast<int>(setting("FAKE_CUDA_DEVICES", 1));
  return CUDA_SUCCESS;
}
FAKE cuDeviceGet(CUdevice* device, int ordinal) {
  *device = ordinal;
  return CUDA_SUCCESS;
}
FAKE cuDeviceGetName(char* name, int length, CUdevice device) {
  std::snprintf(name, static_cast<size_t>(length), "Fake GPU %d", device);
  return CUDA_SUCCESS;
}
FAKE cuDeviceTotalMem_v2(size_t* bytes, CUdevice) {
  *bytes = totalMemory();
  return CUDA_SUCCESS;
}
FAKE cuDeviceGetAttribute(int* value, int attribute, CUdevice) {
  const int capability = static_cast<int>(setting("FAKE_CUDA_CAPABILITY", 80));
  switch (attribute) {
    case CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT: *value = static_cast<int>(setting("FAKE_CUDA_MULTIPROCESSORS", 4)); break;
    case CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE: *value = 4 << 20; break;
    case CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR: *value = capability / 10; break;
    case CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR: *value = capability % 10; break;
    case CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN: *value = 163 << 10; break;
    case CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED: *value = static_cast<int>(setting("FAKE_CUDA_POOLS", 1)); break;
    default: return CUDA_ERROR_INVALID_VALUE;
  }
  return CUDA_SUCCESS;
}
FAKE cuDevicePrimaryCtxRetain(CUcontext* context, CUdevice device) {
  *context = reinterpret_cast<CUcontext>(static_cast<uintptr_t>(device) + 1);
  if (const auto refused = setting("FAKE_CUDA_CONTEXT", 0)) return static_cast<CUresult>(refused);
  return sticky;
}
FAKE cuDevicePrimaryCtxRelease_v2(CUdevice) { return CUDA_SUCCESS; }
FAKE cuCtxSetCurrent(CUcontext) { return CUDA_SUCCESS; }

// --- streams and events ---

FAKE cuStreamCreate(CUstream* stream, unsigned) {
  *stream = new CUstream_st;
  return sticky;
}
FAKE cuStreamDestroy_v2(CUstream stream) {
  delete stream;
  return CUDA_SUCCESS;
}
FAKE cuStreamSynchronize(CUstream stream) {
  log("cuStreamSynchronize");
  return drain(stream);
}
FAKE cuEventCreate(CUevent* event, unsigned) {
  *event = new CUevent_st;
  return CUDA_SUCCESS;
}
FAKE cuEventRecord(CUevent event, CUstream stream) {
  event->stream = stream;
  return sticky;
}
FAKE cuEventSynchronize(CUevent event) { return event->stream ? drain(event->stream) : CUDA_SUCCESS; }
FAKE cuEventDestroy_v2(CUevent event) {
  delete event;
  return CUDA_SUCCESS;
}

// --- modules: a function is a kernel of this library ---

FAKE cuModuleLoadData(CUmodule* module, const void* image) {
  if (*static_cast<const uint32_t*>(image) != 0xba55ed50u) return CUDA_ERROR_INVALID_IMAGE;
  *module = reinterpret_cast<CUmodule>(const_cast<void*>(image));
  return sticky;
}
FAKE cuModuleUnload(CUmodule) { return CUDA_SUCCESS; }
FAKE cuModuleGetFunction(CUfunction* function, CUmodule, const char* name) {
  for (auto kernel = __start_tessera_kernels; kernel != __stop_tessera_kernels; ++kernel) {
    if (std::strcmp((*kernel)->symbol, name) != 0) continue;
    *function = reinterpret_cast<CUfunction>(const_cast<DeviceKernel*>(*kernel));
    return CUDA_SUCCESS;
  }
  return CUDA_ERROR_NOT_FOUND;
}
FAKE cuFuncSetAttribute(CUfunction, int, int) { return CUDA_SUCCESS; }

namespace {

Node kernelNode(CUfunction function, dim3 grid, dim3 block, size_t sharedBytes, void** params) {
  Node node;
  node.kernel = reinterpret_cast<const DeviceKernel*>(function);
  node.name = std::string("launch ") + node.kernel->symbol;
  node.grid = grid;
  node.block = block;
  node.sharedBytes = sharedBytes;
  const auto* bytes = static_cast<const unsigned char*>(params[0]);
  node.arguments.assign(bytes, bytes + node.kernel->argBytes);
  return node;
}

}  // namespace

FAKE cuLaunchKernel(CUfunction function, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned blockX, unsigned blockY,
                    unsigned blockZ, unsigned sharedBytes, CUstream stream, void** params, void**) {
  return submitNode(stream, kernelNode(function, dim3(gridX, gridY, gridZ), dim3(blockX, blockY, blockZ), sharedBytes, params));
}

// --- graphs ---

FAKE cuStreamBeginCapture_v2(CUstream stream, unsigned) {
  if (setting("FAKE_CUDA_CAPTURE", 1) == 0) return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
  stream->capturing = new CUgraph_st;
  stream->last = nullptr;
  return sticky;
}
FAKE cuStreamEndCapture(CUstream stream, CUgraph* graph) {
  *graph = stream->capturing;
  stream->capturing = nullptr;
  return sticky;
}
FAKE cuStreamGetCaptureInfo_v2(CUstream stream, int* status, uint64_t* id, CUgraph* graph, const CUgraphNode** dependencies,
                               size_t* count) {
  *status = stream->capturing != nullptr;
  *id = 1;
  *graph = stream->capturing;
  *dependencies = &stream->last;
  *count = stream->last ? 1 : 0;
  return CUDA_SUCCESS;
}
FAKE cuGraphInstantiateWithFlags(CUgraphExec* exec, CUgraph graph, unsigned long long) {
  *exec = new CUgraphExec_st;
  for (const CUgraphNode node : graph->nodes) {
    (*exec)->index[node] = (*exec)->nodes.size();
    (*exec)->nodes.push_back(*node);
  }
  log("cuGraphInstantiate " + std::to_string(graph->nodes.size()));
  return sticky;
}
FAKE cuGraphExecKernelNodeSetParams_v2(CUgraphExec exec, CUgraphNode node, const CUDA_KERNEL_NODE_PARAMS* params) {
  const auto found = exec->index.find(node);
  if (found == exec->index.end()) return CUDA_ERROR_INVALID_VALUE;
  static_cast<Node&>(exec->nodes[found->second]) =
      kernelNode(params->func, dim3(params->gridDimX, params->gridDimY, params->gridDimZ),
                 dim3(params->blockDimX, params->blockDimY, params->blockDimZ), params->sharedMemBytes, params->kernelParams);
  log("cuGraphExecKernelNodeSetParams");
  return CUDA_SUCCESS;
}
FAKE cuGraphLaunch(CUgraphExec exec, CUstream stream) {
  std::vector<Node> nodes(exec->nodes.begin(), exec->nodes.end());
  return submitNode(stream, {"cuGraphLaunch " + std::to_string(nodes.size()), [nodes] {
                           for (const Node& node : nodes) runNode(node);
                         }});
}
FAKE cuGraphExecDestroy(CUgraphExec exec) {
  delete exec;
  return CUDA_SUCCESS;
}
FAKE cuGraphDestroy(CUgraph graph) {
  for (const CUgraphNode node : graph->nodes) delete node;
  delete graph;
  return CUDA_SUCCESS;
}
