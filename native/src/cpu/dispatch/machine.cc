#include "cpu/dispatch/machine.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <new>

#if defined(_WIN32)
#include <windows.h>
#else
#include <unistd.h>
#endif
#if defined(__linux__)
#include <sys/mman.h>
#endif
#if defined(__APPLE__)
#include <sys/sysctl.h>
#endif
#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace tessera {

#if defined(_WIN32)
uint64_t physicalMemory() {
  MEMORYSTATUSEX status{};
  status.dwLength = sizeof status;
  GlobalMemoryStatusEx(&status);
  return status.ullTotalPhys;
}
#else
uint64_t physicalMemory() {
  uint64_t bytes = static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<uint64_t>(sysconf(_SC_PAGE_SIZE));
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
#endif

std::string cpuName() {
  char brand[128] = "";
#if defined(__x86_64__)
  constexpr unsigned first = 0x80000002, last = 0x80000004;  // 16 characters each
  unsigned words[4];
  if (__get_cpuid_max(0x80000000, nullptr) >= last) {
    for (unsigned leaf = first; leaf <= last; ++leaf) {
      __cpuid(leaf, words[0], words[1], words[2], words[3]);
      std::memcpy(brand + (leaf - first) * sizeof words, words, sizeof words);
    }
  }
#elif defined(__APPLE__)
  size_t size = sizeof brand - 1;
  sysctlbyname("machdep.cpu.brand_string", brand, &size, nullptr, 0);
#endif
  std::string name = brand;
  name.erase(0, name.find_first_not_of(' '));
  name.erase(name.find_last_not_of(' ') + 1);
  return name.empty() ? "CPU" : name;
}

#if defined(__linux__)

namespace {
constexpr size_t kHugePage = size_t{2} << 20;
constexpr size_t pages(size_t bytes) { return (bytes + 4095) & ~size_t{4095}; }
}  // namespace

void* allocateMemory(size_t bytes) noexcept {
  if (bytes < kHugePage) return ::operator new(bytes, std::align_val_t{64}, std::nothrow);
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

void releaseMemory(void* data, size_t bytes) noexcept {
  if (bytes < kHugePage) {
    ::operator delete(data, std::align_val_t{64}, std::nothrow);
  } else {
    munmap(data, pages(bytes));
  }
}

#else

void* allocateMemory(size_t bytes) noexcept { return ::operator new(bytes, std::align_val_t{64}, std::nothrow); }
void releaseMemory(void* data, size_t) noexcept { ::operator delete(data, std::align_val_t{64}, std::nothrow); }

#endif

}  // namespace tessera
