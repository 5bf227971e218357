// The device `cuda-emulated`: the CUDA kernels with their own launch code, run by the emulator on the executor thread.
// Memory is memory of the process, so that AddressSanitizer watches the kernels.
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>

#include "cuda/kernel_tables.h"
#include "emulator/scheduler.h"
#include "runtime/allocator.h"
#include "runtime/device.h"

namespace tessera {

namespace {

using cuda::DeviceKernel;
using cuda::DeviceProperties;

// Few multiprocessors: kernels that loop over a grid of limited size then do loop.
constexpr DeviceProperties kProperties{.multiprocessors = 4,
                                       .computeCapability = 80,
                                       .sharedBytesPerBlock = emulator::Limits::kSharedBytes,
                                       .l2Bytes = 4 << 20,
                                       .emulated = true};

class EmulatedStream final : public cuda::Stream {
 public:
  EmulatedStream(Scratch& scratch, uint64_t seed, cuda::FaultSink faults) : scratch_(scratch), seed_(seed), faults_(faults) {}

  void* workspace(size_t bytes) override { return scratch_.allocate(bytes); }
  void fillZero(void* destination, size_t bytes) override { std::memset(destination, 0, bytes); }
  void copy(void* destination, const void* source, size_t bytes) override { std::memmove(destination, source, bytes); }
  const DeviceProperties& properties() const override { return kProperties; }
  cuda::FaultSink faults() override { return faults_; }

 protected:
  void launchKernel(const DeviceKernel& kernel, dim3 grid, dim3 block, size_t sharedBytes, const void* args) override {
    emulator::run({kernel.symbol, kernel.emulated, args, grid, block, sharedBytes, kernel.maxThreads}, seed_);
  }

 private:
  Scratch& scratch_;
  uint64_t seed_;
  cuda::FaultSink faults_;
};

class EmulatedDevice final : public Device {
 public:
  explicit EmulatedDevice(uint64_t seed) : seed_(seed) {}

  void* allocate(size_t bytes) override { return ::operator new(bytes, std::align_val_t{256}, std::nothrow); }
  void release(void* data, size_t) noexcept override { ::operator delete(data, std::align_val_t{256}, std::nothrow); }
  uint64_t memoryLimit() override { return uint64_t{4} << 30; }

  void zero(void* data, size_t bytes) override { std::memset(data, 0, bytes); }
  void copy(void* to, const void* from, size_t bytes) override { std::memmove(to, from, bytes); }
  void upload(void* to, const void* from, size_t bytes) override { std::memcpy(to, from, bytes); }
  void download(void* to, const void* from, size_t bytes) override { std::memcpy(to, from, bytes); }

  void launch(uint32_t op, uint32_t variant, const void* args, Scratch& scratch) override {
    cuda::FaultRecord faults{};
    EmulatedStream stream(scratch, seed_, {&faults, op | origin << 16});
    cuda::callKernel(op, variant, args, stream);
    cuda::throwFault(faults);
  }

  void synchronize() override {}
  bool sharesHostMemory() const override { return true; }

 private:
  const uint64_t seed_;
};

std::vector<DeviceDescription> list() {
  DeviceDescription device{"cuda-emulated", 0, "CUDA emulator", "sm_80", uint64_t{4} << 30, ""};
  try {
    device.features += ", seed " + std::to_string(emulator::seedFromEnvironment());
  } catch (const emulator::Fault& error) {
    device.unavailable = error.what();
  }
  return {device};
}

std::unique_ptr<Device> create(int index) {
  if (index != 0) {
    throw Error("INVALID_ARGUMENT", "open",
                "open: there is one emulated CUDA device; got index " + std::to_string(index) + "; expected 0.");
  }
  try {
    return std::make_unique<EmulatedDevice>(emulator::seedFromEnvironment());
  } catch (const emulator::Fault& error) {
    throw Error("INVALID_ARGUMENT", "open", std::string("open: ") + error.what());
  }
}

}  // namespace

extern const DeviceDriver cudaEmulatedDriver;
const DeviceDriver cudaEmulatedDriver{"cuda-emulated", list, create};

}  // namespace tessera
