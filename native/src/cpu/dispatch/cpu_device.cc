// The CPU as a Device: kernels run on the executor thread and the pool, memory is memory of the process.
#include <algorithm>
#include <cstring>
#include <thread>

#include "cpu/dispatch/isa.h"
#include "cpu/dispatch/machine.h"
#include "runtime/context.h"
#include "runtime/device.h"
#include "runtime/environment_variable.h"
#include "runtime/error.h"
#include "runtime/kernel_table.h"
#include "runtime/thread_pool.h"

namespace tessera {

namespace {

constexpr size_t kCopyChunk = size_t{1} << 20;

// Splits a large range over the pool.
template <class F>
void inChunks(size_t bytes, F body) {
  const auto chunks = static_cast<uint32_t>((bytes + kCopyChunk - 1) / kCopyChunk);
  if (chunks <= 1) {
    body(0, bytes);
    return;
  }
  struct State {
    F& body;
    size_t bytes;
  } state{body, bytes};
  ThreadPool& pool = ThreadPool::instance();
  pool.run(chunks, pool.threads(), &state, [](void* opaque, uint32_t chunk, int) {
    State& s = *static_cast<State*>(opaque);
    const size_t begin = chunk * kCopyChunk;
    s.body(begin, std::min(kCopyChunk, s.bytes - begin));
  });
}

class CpuDevice final : public Device {
 public:
  CpuDevice() {
    const IsaLevel& isa = chosenIsa();
    for (const KernelInfo& kernel : kernelTable()) {
      const CpuKernel* family = isa.tables[kernel.family];
      kernels_.push_back(family == nullptr ? nullptr : family + kernel.entry);
    }
  }

  void* allocate(size_t bytes) override { return allocateMemory(bytes); }
  void release(void* data, size_t bytes) noexcept override { releaseMemory(data, bytes); }

  // All of the machine's memory would mean the kernel's out-of-memory killer rather than an error.
  uint64_t memoryLimit() override {
    return positiveVariable("TESSERA_CPU_MEMORY_LIMIT", "bytes").value_or(physicalMemory() / 20 * 19);
  }

  void zero(void* data, size_t bytes) override {
    inChunks(bytes, [data](size_t begin, size_t count) { std::memset(static_cast<std::byte*>(data) + begin, 0, count); });
  }

  void copy(void* to, const void* from, size_t bytes) override {
    auto* target = static_cast<std::byte*>(to);
    auto* source = static_cast<const std::byte*>(from);
    if (target < source + bytes && source < target + bytes) {
      std::memmove(target, source, bytes);
    } else {
      inChunks(bytes, [=](size_t begin, size_t count) { std::memcpy(target + begin, source + begin, count); });
    }
  }

  void upload(void* to, const void* from, size_t bytes) override { copy(to, from, bytes); }
  void download(void* to, const void* from, size_t bytes) override { copy(to, from, bytes); }

  void launch(uint32_t op, uint32_t variant, const void* args, Scratch& scratch) override {
    const CpuKernel* kernel = kernels_[op - kFirstKernelOp];
    if (kernel == nullptr) throw Error("UNSUPPORTED", "", "this build has no CPU kernel of that name");
    Context context(scratch);
    kernel[variant](args, context);
  }

  void synchronize() override {}
  bool sharesHostMemory() const override { return true; }

 private:
  std::vector<const CpuKernel*> kernels_;  // variant 0 of each op
};

std::vector<DeviceDescription> list() {
  DeviceDescription cpu{"cpu", 0, cpuName(), "", physicalMemory(), ""};
  try {
    cpu.features = chosenIsa().name;
  } catch (const Error& error) {
    cpu.unavailable = error.what();
  }
  return {cpu};
}

std::unique_ptr<Device> create(int index) {
  if (index != 0) {
    throw Error("INVALID_ARGUMENT", "open", "open: there is one CPU device; got index " + std::to_string(index) + "; expected 0.");
  }
  return std::make_unique<CpuDevice>();
}

}  // namespace

extern const DeviceDriver cpuDriver;
const DeviceDriver cpuDriver{"cpu", list, create};

}  // namespace tessera
