// A CUDA device: the driver API behind the runtime's Device interface. One stream; everything is submitted to it in order
// and nothing waits but downloads and `synchronize`. The primary context is used, so that several environments of a
// process share it.
//
// Data that a kernel finds wrong (an index out of range) goes to a record that is looked at wherever the device is waited
// for: that wait fails with the op's name, and the device goes on. A fault of the device shows at a later call. It is
// reported with the commands that were under way, and ends this device: CUDA lets nothing more happen in the context.
// TESSERA_CUDA_SYNC=1 waits after every command, so that either report names the one.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "cuda/cublaslt.h"
#include "cuda/cuda_device.h"
#include "cuda/driver.h"
#include "cuda/graph.h"
#include "cuda/kernel_modules.h"
#include "cuda/kernel_tables.h"
#include "cuda/staging.h"
#include "cuda/under_way.h"
#include "runtime/allocator.h"
#include "runtime/device.h"
#include "runtime/environment_variable.h"
#include "runtime/error.h"

namespace tessera {

namespace {

using namespace tessera::cuda;

CUdeviceptr address(const void* pointer) { return reinterpret_cast<uintptr_t>(pointer); }

class CudaDevice final : public Device, private OperationRunner {
 public:
  explicit CudaDevice(CUdevice device) : device_(device) {
    const char* sync = std::getenv("TESSERA_CUDA_SYNC");
    synchronous_ = sync && std::string(sync) == "1";
  }

  void attach() override {
    const Driver& d = driver();
    guard(d.primaryCtxRetain(&context_, device_), "cuDevicePrimaryCtxRetain");
    retained_ = true;
    guard(d.ctxSetCurrent(context_), "cuCtxSetCurrent");
    guard(d.streamCreate(&stream_, CU_STREAM_NON_BLOCKING), "cuStreamCreate");
    pooled_ = attribute(device_, CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED) != 0;
    staging_.open(stream_);
    void* faults = nullptr;
    guard(d.memHostAlloc(&faults, sizeof(FaultRecord), CU_MEMHOSTALLOC_DEVICEMAP), "cuMemHostAlloc");
    faults_ = new (faults) FaultRecord{};
    properties_ = {.multiprocessors = static_cast<uint32_t>(attribute(device_, CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT)),
                   .computeCapability = capability(device_),
                   .sharedBytesPerBlock =
                       static_cast<uint32_t>(attribute(device_, CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN)),
                   .l2Bytes = static_cast<uint64_t>(attribute(device_, CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE)),
                   .emulated = false};
  }

  void detach() noexcept override {
    const Driver& d = driver();
    if (stream_) d.streamSynchronize(stream_);  // what is freed below is in use no more
    graphs_.clear();
    cublas_.reset();
    if (cublasWorkspace_) d.memFree(cublasWorkspace_);
    staging_.close();
    if (faults_) d.memFreeHost(faults_);
    modules_.close();
    if (stream_) d.streamDestroy(stream_);
    if (retained_) d.primaryCtxRelease(device_);
  }

  // --- memory ---

  // In the order of the stream where the driver can: then memory comes and goes while the device works.
  void* allocate(size_t bytes) override {
    const Driver& d = driver();
    CUdeviceptr pointer = 0;
    const auto take = [&] { return pooled_ ? d.memAllocAsync(&pointer, bytes, stream_) : d.memAlloc(&pointer, bytes); };
    CUresult result = take();
    if (result == CUDA_ERROR_OUT_OF_MEMORY && pooled_) {
      // What was given back may still be in use, or in pieces: when the stream is empty, the pool gives it up.
      d.streamSynchronize(stream_);
      result = take();
    }
    if (result == CUDA_ERROR_OUT_OF_MEMORY) return nullptr;
    guard(result, pooled_ ? "cuMemAllocAsync" : "cuMemAlloc");
    return reinterpret_cast<void*>(static_cast<uintptr_t>(pointer));
  }

  void release(void* data, size_t) noexcept override {
    try {
      submitHeld();
    } catch (const Error&) {
      // What could not be submitted does not use the memory; the next call reports the device.
    }
    const Driver& d = driver();
    if (pooled_) {
      d.memFreeAsync(address(data), stream_);
      return;
    }
    d.streamSynchronize(stream_);
    d.memFree(address(data));
  }

  uint64_t memoryLimit() override {
    if (const auto limit = positiveVariable("TESSERA_CUDA_MEMORY_LIMIT", "bytes")) return *limit;
    size_t free = 0, total = 0;
    guard(driver().memGetInfo(&free, &total), "cuMemGetInfo");
    return total;
  }

  void zero(void* data, size_t bytes) override {
    Operation operation{.kind = Operation::Kind::zero, .command = {"fillZero", origin}};
    operation.to = address(data);
    operation.bytes = bytes;
    submit(operation);
  }

  void copy(void* to, const void* from, size_t bytes) override { copy({"copy", origin}, to, from, bytes); }

  void upload(void* to, const void* from, size_t bytes) override {
    if (bytes == 0) return;
    expectAlive();
    submitHeld();
    guarded([&] { staging_.upload(address(to), from, bytes); });
    finish({"write", origin});
  }

  void download(void* to, const void* from, size_t bytes) override {
    if (bytes == 0) return;
    expectAlive();
    submitHeld();
    guarded([&] { staging_.download(to, address(from), bytes); });
    arrived();
  }

  void synchronize() override {
    expectAlive();
    submitHeld();
    guard(driver().streamSynchronize(stream_), "cuStreamSynchronize");
    arrived();
  }

  // --- commands ---

  void launch(uint32_t op, uint32_t variant, const void* args, Scratch& scratch) override {
    expectAlive();
    CommandStream stream(*this, op, scratch);
    callKernel(op, variant, args, stream);
  }

  void beginReplay(const void* recording) override {
    expectAlive();
    held_.clear();
    holding_ = !synchronous_;
    recording_ = recording;
  }

  void endReplay() override {
    if (!holding_) return;
    holding_ = false;
    expectAlive();
    Graph& graph = graphs_.of(recording_);
    for (const Operation& operation : held_.operations) underWay_.add(operation.command);
    guarded([&] { graph.launch(held_, stream_, *this); });
  }

 private:
  // What one command's launch code sees.
  class CommandStream final : public Stream {
   public:
    CommandStream(CudaDevice& device, uint32_t op, Scratch& scratch)
        : device_(device), op_(op), command_{kernelTable()[op - kFirstKernelOp].name, device.origin}, scratch_(scratch) {}

    void* workspace(size_t bytes) override { return scratch_.allocate(bytes); }

    void fillZero(void* destination, size_t bytes) override {
      Operation operation{.kind = Operation::Kind::zero, .command = command_};
      operation.to = address(destination);
      operation.bytes = bytes;
      device_.submit(operation);
    }

    void copy(void* destination, const void* source, size_t bytes) override {
      device_.copy(command_, destination, source, bytes);
    }

    const DeviceProperties& properties() const override { return device_.properties_; }
    FaultSink faults() override { return {device_.faults_, op_ | command_.origin << 16}; }
    bool gemm(const Gemm& gemm) override { return device_.gemm(command_, gemm); }
    bool hasGemm(const Gemm& gemm) override { return device_.accepts(gemm); }

   protected:
    void launchKernel(const DeviceKernel& kernel, dim3 grid, dim3 block, size_t sharedBytes, const void* args) override {
      Operation operation{.kind = Operation::Kind::kernel, .command = command_, .kernel = &kernel, .grid = grid, .block = block};
      operation.sharedBytes = static_cast<uint32_t>(sharedBytes);
      operation.argBytes = kernel.argBytes;
      device_.submit(operation, args);
    }

   private:
    CudaDevice& device_;
    uint32_t op_;
    const Command command_;
    Scratch& scratch_;
  };

  // --- faults ---

  // Throws for a failed call. After a fatal one the device is lost.
  void guard(CUresult result, const char* what) {
    if (result == CUDA_SUCCESS) return;
    if (!isFatal(result)) check(result, what);
    lost_ = describe(result);
    throw Error(underWay_.failure("the CUDA device failed: " + lost_, " Set TESSERA_CUDA_SYNC=1 to find out which."));
  }

  // Runs what may throw Error from `check`, and finds out whether the device is lost.
  template <class F>
  void guarded(F&& body) {
    try {
      body();
    } catch (const Error&) {
      guard(driver().streamSynchronize(stream_), "cuStreamSynchronize");
      throw;
    }
  }

  // The stream is empty: all is well so far, unless a kernel found bad data.
  void arrived() {
    underWay_.clear();
    const FaultRecord found = *faults_;
    *faults_ = FaultRecord{};
    throwFault(found);
  }

  void expectAlive() const {
    if (lost_.empty()) return;
    throw Error("DEVICE", "", "the CUDA device was lost earlier: " + lost_ + ". Use it again in a new process.");
  }

  // --- submission ---

  void submit(Operation& operation, const void* args = nullptr) {
    OperationList& list = holding_ ? held_ : single_;
    if (!holding_) single_.clear();
    if (args != nullptr) {
      // Structs of pointers and 64-bit words: each begins where the last one's multiple of 16 ends.
      operation.argOffset = static_cast<uint32_t>(list.arguments.size());
      list.arguments.resize(list.arguments.size() + (operation.argBytes + 15) / 16 * 16);
      std::memcpy(list.argumentsOf(operation), args, operation.argBytes);
    }
    list.operations.push_back(operation);
    if (holding_) return;
    expectAlive();
    underWay_.add(operation.command);
    run(list.operations.back(), list);
    finish(operation.command);
  }

  // Ends holding back: what follows needs the work to be on its way.
  void submitHeld() {
    if (!holding_) return;
    holding_ = false;
    for (const Operation& operation : held_.operations) {
      underWay_.add(operation.command);
      run(operation, held_);
    }
    held_.clear();
  }

  void finish(const Command& command) {
    if (!synchronous_) return;
    underWay_.clear();
    underWay_.add(command);
    guard(driver().streamSynchronize(stream_), "cuStreamSynchronize");
    arrived();
  }

  void run(const Operation& operation, OperationList& list) override {
    const Driver& d = driver();
    switch (operation.kind) {
      case Operation::Kind::kernel: {
        void* params[] = {list.argumentsOf(operation)};
        guard(d.launchKernel(function(operation), operation.grid.x, operation.grid.y, operation.grid.z, operation.block.x,
                             operation.block.y, operation.block.z, operation.sharedBytes, stream_, params, nullptr),
              operation.kernel->symbol);
        break;
      }
      case Operation::Kind::zero:
        if (operation.bytes > 0) guard(d.memsetD8Async(operation.to, 0, operation.bytes, stream_), "cuMemsetD8Async");
        break;
      case Operation::Kind::copy:
        if (operation.bytes > 0) {
          guard(d.memcpyDtoDAsync(operation.to, operation.from, operation.bytes, stream_), "cuMemcpyDtoDAsync");
        }
        break;
      case Operation::Kind::gemm:
        cublas_->run(list.gemms[operation.gemm], stream_);
        break;
    }
  }

  void copy(const Command& command, void* to, const void* from, size_t bytes) {
    const auto target = static_cast<std::byte*>(to);
    const auto source = static_cast<const std::byte*>(from);
    if (target == source || bytes == 0) return;
    Operation operation{.kind = Operation::Kind::copy, .command = command};
    const size_t distance = target > source ? static_cast<size_t>(target - source) : static_cast<size_t>(source - target);
    // Overlapping ranges go in pieces that do not overlap, from the end that is not overwritten.
    const size_t piece = std::min(bytes, distance);
    const size_t pieces = (bytes + piece - 1) / piece;
    for (size_t i = 0; i < pieces; ++i) {
      const size_t at = (target < source ? i : pieces - 1 - i) * piece;
      operation.to = address(target + at);
      operation.from = address(source + at);
      operation.bytes = std::min(piece, bytes - at);
      submit(operation);
    }
  }

  bool accepts(const Gemm& gemm) {
    if (!cublasTried_) {
      cublasTried_ = true;
      submitHeld();
      if (driver().memAlloc(&cublasWorkspace_, CublasLt::kWorkspaceBytes) != CUDA_SUCCESS) cublasWorkspace_ = 0;
      cublas_ = CublasLt::create(reinterpret_cast<void*>(static_cast<uintptr_t>(cublasWorkspace_)), CublasLt::kWorkspaceBytes);
    }
    return cublas_ && cublas_->accepts(gemm);
  }

  bool gemm(const Command& command, const Gemm& gemm) {
    if (!accepts(gemm)) return false;
    OperationList& list = holding_ ? held_ : single_;
    if (!holding_) single_.clear();
    Operation operation{.kind = Operation::Kind::gemm, .command = command};
    operation.gemm = static_cast<uint32_t>(list.gemms.size());
    list.gemms.push_back(gemm);
    list.operations.push_back(operation);
    if (!holding_) {
      underWay_.add(command);
      guarded([&] { run(list.operations.back(), list); });
      finish(command);
    }
    return true;
  }

  CUfunction function(const Operation& operation) override {
    CUfunction found = nullptr;
    guarded([&] { found = modules_.function(*operation.kernel, operation.sharedBytes); });
    return found;
  }

  const CUdevice device_;
  bool synchronous_ = false;
  bool retained_ = false;
  bool pooled_ = false;  // memory comes and goes in the order of the stream
  CUcontext context_ = nullptr;
  CUstream stream_ = nullptr;
  DeviceProperties properties_{};
  Staging staging_;
  FaultRecord* faults_ = nullptr;  // pinned memory of the host, which kernels write

  KernelModules modules_;

  bool cublasTried_ = false;
  CUdeviceptr cublasWorkspace_ = 0;
  std::unique_ptr<CublasLt> cublas_;

  OperationList single_;  // the operation that is being submitted
  OperationList held_;    // those of the recording that is being replayed
  bool holding_ = false;
  const void* recording_ = nullptr;
  Graphs graphs_;

  UnderWay underWay_;
  std::string lost_;
};

}  // namespace

std::unique_ptr<Device> makeCudaDevice(cuda::CUdevice device) { return std::make_unique<CudaDevice>(device); }

}  // namespace tessera
