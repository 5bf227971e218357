// The interface between the executor and a machine that computes. A Device does what it is told, in order, and knows
// nothing of handles, poison or JavaScript. It may run ahead (a CUDA stream) as long as its own order holds.
//
// A Device is constructed on the JavaScript thread, where an Error it throws becomes the exception of `open`, and destroyed
// there after its executor has stopped. Every other call comes from its executor thread. All of them report failure by
// throwing Error with code DEVICE (or OUT_OF_MEMORY, UNSUPPORTED).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tessera {

class Scratch;

class Device {
 public:
  Device() = default;
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;
  virtual ~Device() = default;

  // First and last call on the executor thread; the place to make a context current and to let go of it.
  virtual void attach() {}
  virtual void detach() noexcept {}

  // Raw memory behind the caching allocator, at least 64-byte aligned. Null when there is no more.
  virtual void* allocate(size_t bytes) = 0;
  // Waits for whatever still uses the memory.
  virtual void release(void* data, size_t bytes) noexcept = 0;
  // Bytes that the allocator may hold at most.
  virtual uint64_t memoryLimit() = 0;

  virtual void zero(void* data, size_t bytes) = 0;
  // Between two places of this device; the ranges may overlap.
  virtual void copy(void* to, const void* from, size_t bytes) = 0;
  // From host memory, which may be reused as soon as the call returns.
  virtual void upload(void* to, const void* from, size_t bytes) = 0;
  // To host memory; the bytes are there when the call returns.
  virtual void download(void* to, const void* from, size_t bytes) = 0;

  // Runs kernel `op` (an op id of the command words) for one combination of element types. `args` is its argument struct,
  // with pointers that were checked against the kernel's extents; it is gone after the call. Scratch memory lives until
  // the next launch, in stream order.
  virtual void launch(uint32_t op, uint32_t variant, const void* args, Scratch& scratch) = 0;

  // Which call of the program the command that runs now belongs to, for failures that show later. 0: none that is known.
  uint32_t origin = 0;

  // Around a recording that is replayed: between the two, work may be held back and then submitted at once (a CUDA graph).
  // `recording` tells recordings apart; what they do may differ a little from one replay to the next.
  virtual void beginReplay([[maybe_unused]] const void* recording) {}
  virtual void endReplay() {}

  // Returns when everything so far is done.
  virtual void synchronize() = 0;

  // True when device memory is ordinary memory of this process, so that an ArrayBuffer can serve as a buffer.
  virtual bool sharesHostMemory() const { return false; }
};

struct DeviceDescription {
  std::string type;  // "cpu", "cuda", "cuda-emulated"
  int index;
  std::string name;      // "AMD EPYC 9355", "NVIDIA H100"
  std::string features;  // "v4bf16", "sm_90"
  uint64_t memoryBytes;
  std::string unavailable;  // why it cannot be opened; "" when it can
};

// One per device type, in a constant table (devices.cc). For a machine that is absent, `list` says why in `unavailable`.
struct DeviceDriver {
  const char* type;
  std::vector<DeviceDescription> (*list)();
  std::unique_ptr<Device> (*create)(int index);
};

std::vector<DeviceDescription> listDevices();
std::unique_ptr<Device> createDevice(const std::string& type, int index);

}  // namespace tessera
