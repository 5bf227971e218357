// Pinned host memory between the program's memory and the device's. Uploads go through a ring of slots, so that a call
// returns as soon as its bytes are copied into one; downloads are pipelined through two slots and wait for the bytes.
// Where pinned memory is not to be had, the driver's own staging serves, more slowly.
#pragma once

#include <array>
#include <cstddef>

#include "cuda/driver_api.h"

namespace tessera::cuda {

class Staging {
 public:
  // The context must be current for all of these.
  void open(CUstream stream);
  void close() noexcept;

  void upload(CUdeviceptr to, const void* from, size_t bytes);
  void download(void* to, CUdeviceptr from, size_t bytes);

 private:
  static constexpr size_t kSlotBytes = size_t{2} << 20;
  static constexpr size_t kUploadSlots = 8;
  static constexpr size_t kDownloadSlots = 2;

  struct Slot {
    std::byte* data = nullptr;
    CUevent done = nullptr;
    bool pending = false;  // `done` was recorded and not yet waited for
  };

  void wait(Slot& slot);
  void leave(Slot& slot);

  CUstream stream_ = nullptr;
  void* memory_ = nullptr;
  std::array<Slot, kUploadSlots + kDownloadSlots> slots_;
  size_t slot_ = 0, used_ = 0;  // where the next upload goes
};

}  // namespace tessera::cuda
