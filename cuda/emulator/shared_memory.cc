// A block's shared memory and its asynchronous copies. Variables lie in one arena with guards between them, and hold NaN
// until somebody writes them.
#include <cstring>

#include "runner.h"

#if defined(TESSERA_ASAN)
#include <sanitizer/asan_interface.h>
#define TESSERA_POISON(address, bytes) __asan_poison_memory_region(address, bytes)
#define TESSERA_UNPOISON(address, bytes) __asan_unpoison_memory_region(address, bytes)
#else
#define TESSERA_POISON(address, bytes) ((void)0)
#define TESSERA_UNPOISON(address, bytes) ((void)0)
#endif

namespace tessera::emulator {

namespace {

// What a block's shared memory holds before anybody wrote it: NaN in every float type, -1 in integers.
constexpr unsigned char kUnwritten = 0xff;
// Between shared variables: poisoned under ASan, and compared after every block.
constexpr size_t kGuardBytes = 128;
constexpr unsigned char kGuard = 0xa5;
constexpr size_t kArenaBytes = Limits::kSharedBytes + (64 << 10);  // room for the guards of many small variables

}  // namespace

// Empty but for the dynamic shared memory of a launch.
void Runner::openArena(size_t dynamicBytes) {
  if (!shared_) shared_.reset(static_cast<char*>(operator new(kArenaBytes, kArenaAlignment)));
  variables_.clear();
  TESSERA_UNPOISON(shared_.get(), kArenaBytes);
  std::memset(shared_.get(), kGuard, kGuardBytes);
  sharedUsed_ = kGuardBytes;
  variables_.push_back({nullptr, reserveShared(dynamicBytes), dynamicBytes});
}

void Runner::clearShared() {
  for (const SharedVariable& variable : variables_) {
    std::memset(shared_.get() + variable.offset, kUnwritten, variable.bytes);
  }
}

// Returns the offset of `bytes` fresh bytes with a guard behind them.
size_t Runner::reserveShared(size_t bytes) {
  const size_t offset = sharedUsed_;
  const size_t padded = (bytes + kGuardBytes - 1) / kGuardBytes * kGuardBytes;
  char* guard = shared_.get() + offset + bytes;
  const size_t guardBytes = padded - bytes + kGuardBytes;
  std::memset(guard, kGuard, guardBytes);
  TESSERA_POISON(guard, guardBytes);
  sharedUsed_ = offset + padded + kGuardBytes;
  return offset;
}

void* Runner::sharedVariable(const void* site, size_t bytes) {
  for (const SharedVariable& variable : variables_) {
    if (variable.site == site) return shared_.get() + variable.offset;
  }
  size_t total = bytes;
  for (size_t i = 1; i < variables_.size(); ++i) total += variables_[i].bytes;
  if (total > Limits::kStaticSharedBytes || total + variables_[0].bytes > Limits::kSharedBytes || variables_.size() > 200) {
    failure_ = "too much shared memory; got " + std::to_string(total) + " bytes static and " +
               std::to_string(variables_[0].bytes) + " dynamic; expected at most 49152 static and " +
               std::to_string(Limits::kSharedBytes) + " in all";
    abandon();
  }
  const size_t offset = reserveShared(bytes);
  variables_.push_back({site, offset, bytes});
  std::memset(shared_.get() + offset, kUnwritten, bytes);
  return shared_.get() + offset;
}

void Runner::checkGuards() {
#if !defined(TESSERA_ASAN)
  for (size_t i = 0; i < variables_.size(); ++i) {
    const size_t begin = variables_[i].offset + variables_[i].bytes;
    const size_t end = i + 1 < variables_.size() ? variables_[i + 1].offset : sharedUsed_;
    for (size_t at = begin; at < end; ++at) {
      if (static_cast<unsigned char>(shared_[at]) == kGuard) continue;
      failure_ = "wrote past the end of " + (i == 0 ? "dynamic shared memory" : "shared variable " + std::to_string(i)) +
                 " (" + std::to_string(variables_[i].bytes) + " bytes) at byte " + std::to_string(at - variables_[i].offset) +
                 where();
      return;
    }
  }
#endif
}

void Runner::copyAsync(const PendingCopy& copy) {
  if (!ordered_ && random_.next() % 2) {
    copy.perform();
    return;
  }
  Thread* thread = self();
  thread->copies.push_back(copy);
  thread->copies.back().group = thread->copyGroup;
}

void Runner::copyAsyncWait(uint32_t groupsLeft) {
  Thread* thread = self();
  size_t done = 0;
  while (done < thread->copies.size() && thread->copies[done].group + groupsLeft < thread->copyGroup) {
    thread->copies[done++].perform();
  }
  thread->copies.erase(thread->copies.begin(), thread->copies.begin() + static_cast<ptrdiff_t>(done));
}

}  // namespace tessera::emulator
