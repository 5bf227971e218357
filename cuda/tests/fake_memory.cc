// The memory of the fake CUDA driver: the host's, poisoned when it is taken, with checks of every copy.
#include <cstdlib>
#include <cstring>
#include <map>

#include "cuda/driver_api.h"
#include "fake_driver.h"

using namespace tessera::cuda;
using namespace fake;

namespace {

std::map<CUdeviceptr, size_t> allocations;
std::map<const char*, size_t> pinned;
size_t used = 0;

void* memoryAt(CUdeviceptr pointer) { return reinterpret_cast<void*>(static_cast<uintptr_t>(pointer)); }

bool isPinned(const void* pointer) {
  const char* at = static_cast<const char*>(pointer);
  auto range = pinned.upper_bound(at);
  return range != pinned.begin() && (--range, at < range->first + range->second);
}

bool inDevice(CUdeviceptr pointer, size_t bytes) {
  auto range = allocations.upper_bound(pointer);
  return range != allocations.begin() && (--range, pointer + bytes <= range->first + range->second);
}

CUresult take(CUdeviceptr* pointer, size_t bytes) {
  Lock lock(mutex);
  if (bytes == 0 || bytes > totalMemory() - used) return bytes == 0 ? CUDA_ERROR_INVALID_VALUE : CUDA_ERROR_OUT_OF_MEMORY;
  void* memory = std::aligned_alloc(512, (bytes + 511) / 512 * 512);
  if (!memory) return CUDA_ERROR_OUT_OF_MEMORY;
  std::memset(memory, 0xff, bytes);
  *pointer = reinterpret_cast<uintptr_t>(memory);
  allocations[*pointer] = bytes;
  used += bytes;
  return sticky;
}

CUresult giveBack(CUdeviceptr pointer) {
  Lock lock(mutex);
  const auto found = allocations.find(pointer);
  if (found == allocations.end()) return CUDA_ERROR_INVALID_VALUE;
  used -= found->second;
  allocations.erase(found);
  std::free(memoryAt(pointer));
  return CUDA_SUCCESS;
}

}  // namespace

FAKE cuMemGetInfo_v2(size_t* free, size_t* total) {
  Lock lock(mutex);
  *total = totalMemory();
  *free = *total - used;
  return sticky;
}
FAKE cuMemAlloc_v2(CUdeviceptr* pointer, size_t bytes) {
  log("cuMemAlloc");
  return take(pointer, bytes);
}
FAKE cuMemAllocAsync(CUdeviceptr* pointer, size_t bytes, CUstream) {
  log("cuMemAllocAsync");
  return take(pointer, bytes);
}
FAKE cuMemFree_v2(CUdeviceptr pointer) {
  log("cuMemFree");
  return giveBack(pointer);
}
FAKE cuMemFreeAsync(CUdeviceptr pointer, CUstream stream) {
  return submit(stream, "cuMemFreeAsync", [=] { giveBack(pointer); });
}
FAKE cuMemHostAlloc(void** pointer, size_t bytes, unsigned) {
  Lock lock(mutex);
  *pointer = std::aligned_alloc(4096, (bytes + 4095) / 4096 * 4096);
  if (!*pointer) return CUDA_ERROR_OUT_OF_MEMORY;
  pinned[static_cast<const char*>(*pointer)] = bytes;
  return CUDA_SUCCESS;
}
FAKE cuMemFreeHost(void* pointer) {
  Lock lock(mutex);
  pinned.erase(static_cast<const char*>(pointer));
  std::free(pointer);
  return CUDA_SUCCESS;
}
FAKE cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void* from, size_t bytes, CUstream stream) {
  Lock lock(mutex);
  if (!inDevice(to, bytes)) return CUDA_ERROR_INVALID_VALUE;
  void* target = memoryAt(to);
  if (isPinned(from)) return submit(stream, "cuMemcpyHtoDAsync", [=] { std::memcpy(target, from, bytes); });
  const CUresult result = drain(stream);
  std::memcpy(target, from, bytes);
  return result;
}
FAKE cuMemcpyDtoHAsync_v2(void* to, CUdeviceptr from, size_t bytes, CUstream stream) {
  Lock lock(mutex);
  if (!inDevice(from, bytes)) return CUDA_ERROR_INVALID_VALUE;
  const void* source = memoryAt(from);
  return submit(stream, "cuMemcpyDtoHAsync", [=] { std::memcpy(to, source, bytes); });
}
FAKE cuMemcpyDtoDAsync_v2(CUdeviceptr to, CUdeviceptr from, size_t bytes, CUstream stream) {
  Lock lock(mutex);
  if (!inDevice(from, bytes) || !inDevice(to, bytes)) return CUDA_ERROR_INVALID_VALUE;
  if (to < from + bytes && from < to + bytes) return CUDA_ERROR_INVALID_VALUE;  // the driver promises nothing
  return submit(stream, "cuMemcpyDtoDAsync", [=] { std::memcpy(memoryAt(to), memoryAt(from), bytes); });
}
FAKE cuMemsetD8Async(CUdeviceptr to, unsigned char value, size_t count, CUstream stream) {
  Lock lock(mutex);
  if (!inDevice(to, count)) return CUDA_ERROR_INVALID_VALUE;
  return submit(stream, "cuMemsetD8Async", [=] { std::memset(memoryAt(to), value, count); });
}
