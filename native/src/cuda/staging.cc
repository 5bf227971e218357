#include "cuda/staging.h"

#include <algorithm>
#include <cstring>

#include "cuda/driver.h"

namespace tessera::cuda {

void Staging::open(CUstream stream) {
  stream_ = stream;
  const Driver& d = driver();
  if (d.memHostAlloc(&memory_, kSlotBytes * slots_.size(), 0) != CUDA_SUCCESS) {
    memory_ = nullptr;
    return;
  }
  for (size_t i = 0; i < slots_.size(); ++i) {
    slots_[i].data = static_cast<std::byte*>(memory_) + i * kSlotBytes;
    check(d.eventCreate(&slots_[i].done, CU_EVENT_DISABLE_TIMING), "cuEventCreate");
  }
}

void Staging::close() noexcept {
  const Driver& d = driver();
  for (Slot& slot : slots_) {
    if (slot.done) d.eventDestroy(slot.done);
    slot = Slot{};
  }
  if (memory_) d.memFreeHost(memory_);
  memory_ = nullptr;
}

void Staging::wait(Slot& slot) {
  if (!slot.pending) return;
  slot.pending = false;
  check(driver().eventSynchronize(slot.done), "cuEventSynchronize");
}

void Staging::leave(Slot& slot) {
  check(driver().eventRecord(slot.done, stream_), "cuEventRecord");
  slot.pending = true;
}

void Staging::upload(CUdeviceptr to, const void* from, size_t bytes) {
  const Driver& d = driver();
  if (!memory_) {
    check(d.memcpyHtoDAsync(to, from, bytes, stream_), "cuMemcpyHtoDAsync");
    check(d.streamSynchronize(stream_), "cuStreamSynchronize");
    return;
  }
  const auto* source = static_cast<const std::byte*>(from);
  while (bytes > 0) {
    Slot& slot = slots_[slot_];
    if (used_ == 0) wait(slot);
    const size_t part = std::min(bytes, kSlotBytes - used_);
    std::memcpy(slot.data + used_, source, part);
    check(d.memcpyHtoDAsync(to, slot.data + used_, part, stream_), "cuMemcpyHtoDAsync");
    used_ += (part + 63) / 64 * 64;
    to += part;
    source += part;
    bytes -= part;
    if (used_ >= kSlotBytes) {
      leave(slot);
      slot_ = (slot_ + 1) % kUploadSlots;
      used_ = 0;
    }
  }
}

void Staging::download(void* to, CUdeviceptr from, size_t bytes) {
  const Driver& d = driver();
  if (!memory_) {
    check(d.memcpyDtoHAsync(to, from, bytes, stream_), "cuMemcpyDtoHAsync");
    check(d.streamSynchronize(stream_), "cuStreamSynchronize");
    return;
  }
  // Chunk i travels while chunk i - 1 is copied out.
  const size_t chunks = (bytes + kSlotBytes - 1) / kSlotBytes;
  auto* target = static_cast<std::byte*>(to);
  const auto size = [&](size_t chunk) { return std::min(kSlotBytes, bytes - chunk * kSlotBytes); };
  for (size_t chunk = 0; chunk <= chunks; ++chunk) {
    if (chunk < chunks) {
      Slot& slot = slots_[kUploadSlots + chunk % kDownloadSlots];
      check(d.memcpyDtoHAsync(slot.data, from + chunk * kSlotBytes, size(chunk), stream_), "cuMemcpyDtoHAsync");
      leave(slot);
    }
    if (chunk > 0) {
      Slot& slot = slots_[kUploadSlots + (chunk - 1) % kDownloadSlots];
      wait(slot);
      std::memcpy(target + (chunk - 1) * kSlotBytes, slot.data, size(chunk - 1));
    }
  }
}

}  // namespace tessera::cuda
