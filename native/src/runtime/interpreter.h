// Executes command words on one device: resolves handles, checks extents, keeps poison and the first failure. It trusts
// nothing in the words. Executor thread only; no member throws.
//
// A command that fails poisons the buffers it would have written; a kernel that touches a poisoned buffer is skipped and
// passes the poison on. A buffer heals when it is freed, allocated anew, or overwritten from end to end by a write, a
// copy or a fill.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include "runtime/allocator.h"
#include "runtime/device.h"
#include "runtime/error.h"
#include "runtime/kernel_info.h"
#include "runtime/slot_table.h"

namespace tessera {

struct FreeMemory {
  void operator()(void* memory) const { std::free(memory); }
};
using HostMemory = std::unique_ptr<void, FreeMemory>;

enum BuiltinOp : uint32_t { kAlloc = 1, kFree = 2, kCopy = 3, kFillZero = 4 };

// Words of the longest command a program can need. Longer ones are malformed.
inline constexpr uint32_t kMaxCommandWords = 2 + 3 * kMaxBuffers + kMaxParamWords;

// Words of a command, as its second word says in the lower half; the upper half is its origin.
inline uint32_t wordsOf(const uint32_t* command) { return command[1] & 0xffff; }

class Interpreter {
 public:
  explicit Interpreter(Device& device) : device_(device), allocator_(device), scratch_(allocator_) {}

  // One command of `available` words or fewer.
  void execute(const uint32_t* words, size_t available) noexcept;

  void write(uint32_t handle, uint64_t offset, const void* from, uint64_t bytes) noexcept;
  void adopt(uint32_t handle, void* data, uint64_t bytes, std::shared_ptr<void> owner) noexcept;

  // These return, and forget, the first failure since the last one they returned; null when there was none. Reading a
  // poisoned buffer always fails.
  FailurePointer read(uint32_t handle, uint64_t offset, uint64_t bytes, HostMemory& to) noexcept;
  FailurePointer synchronize() noexcept;

  void beginReplay(const void* recording) noexcept;
  void endReplay() noexcept;

  void emptyCache() noexcept;
  void resetPeak() noexcept { allocator_.resetPeak(); }

  MemoryStatistics& statistics() { return allocator_.statistics(); }

 private:
  struct Range {
    Slot* slot;
    uint64_t offset;
    uint64_t bytes;

    std::byte* data() const { return slot->data + offset; }
    bool whole() const { return offset == 0 && bytes == slot->bytes; }
  };

  void kernel(const uint32_t* words, uint32_t op, uint32_t variant, uint32_t count);
  void alloc(uint32_t handle, uint64_t bytes);
  void free(uint32_t handle);
  void copy(const uint32_t* words);
  void fillZero(const uint32_t* words);
  Range resolve(const char* op, uint32_t handle, uint64_t offset, uint64_t bytes);
  void overwritten(const Range& range);
  FailurePointer takeFailure() { return std::move(first_); }

  template <class F>
  FailurePointer attempt(const char* op, F&& body) noexcept;
  void record(const FailurePointer& failure);

  Device& device_;
  Allocator allocator_;
  Scratch scratch_;
  SlotTable slots_;
  FailurePointer first_;
};

}  // namespace tessera
