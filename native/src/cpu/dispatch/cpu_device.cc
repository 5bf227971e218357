// The CPU as a Device: kernels run on the executor thread and the pool, memory is memory of the process.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "cpu/dispatch/isa.h"
#include "runtime/context.h"
#include "runtime/device.h"
#include "runtime/environment_variable.h"
#include "runtime/error.h"
#include "runtime/kernel_table.h"
#include "runtime/thread_pool.h"

#if defined(__linux__) || defined(__APPLE__)
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace tessera {

namespace {

constexpr size_t kHugePage = size_t{2} << 20;
constexpr size_t kCopyChunk = size_t{1} << 20;

uint64_t physicalMemory() {
#if defined(__linux__) || defined(__APPLE__)
  uint64_t bytes = static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<uint64_t>(sysconf(_SC_PAGE_SIZE));
#else
  uint64_t bytes = uint64_t{1} << 46;
#endif
#if defined(__linux__)
  for (const char* path : {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}) {
    FILE* file = std::fopen(path, "r");
    if (file == nullptr) continue;
    unsigned long long limit = 0;
    if (std::fscanf(file, "%llu", &limit) == 1 && limit > 0) bytes = std::min<uint64_t>(bytes, limit);
    std::fclose(file);
  }
#endif
  return bytes;
}

std::string cpuName() {
  std::string name = "CPU";
#if defined(__linux__)
  if (FILE* file = std::fopen("/proc/cpuinfo", "r")) {
    char line[256];
    while (std::fgets(line, sizeof line, file) != nullptr) {
      if (std::strncmp(line, "model name", 10) != 0) continue;
      const char* value = std::strchr(line, ':');
      if (value == nullptr) continue;
      name = value + 1;
      name.erase(0, name.find_first_not_of(' '));
      name.erase(name.find_last_not_of(" \n") + 1);
      break;
    }
    std::fclose(file);
  }
#endif
  return name;
}

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

  void* allocate(size_t bytes) override {
#if defined(__linux__)
    if (bytes >= kHugePage) {
      // Huge pages need an aligned range: map more, then unmap what sticks out.
      if (bytes > SIZE_MAX - 2 * kHugePage) return nullptr;
      const size_t mapped = bytes + kHugePage;
      void* raw = mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      if (raw == MAP_FAILED) return nullptr;
      auto* begin = static_cast<std::byte*>(raw);
      auto* aligned = reinterpret_cast<std::byte*>((reinterpret_cast<uintptr_t>(raw) + kHugePage - 1) & ~(kHugePage - 1));
      const size_t used = pages(bytes);
      if (aligned != begin) munmap(begin, static_cast<size_t>(aligned - begin));
      if (begin + mapped != aligned + used) munmap(aligned + used, static_cast<size_t>(begin + mapped - (aligned + used)));
      madvise(aligned, used, MADV_HUGEPAGE);
      return aligned;
    }
#endif
    return ::operator new(bytes, std::align_val_t{64}, std::nothrow);
  }

  void release(void* data, size_t bytes) noexcept override {
#if defined(__linux__)
    if (bytes >= kHugePage) {
      munmap(data, pages(bytes));
      return;
    }
#endif
    ::operator delete(data, std::align_val_t{64}, std::nothrow);
  }

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
  static size_t pages(size_t bytes) { return (bytes + 4095) & ~size_t{4095}; }

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
