// The inside of the scheduler: threads, warps and the Runner that takes them through a block. For the files of this folder.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "scheduler.h"

namespace tessera::emulator {

inline constexpr std::align_val_t kArenaAlignment{1024};

struct Random {
  uint64_t state;
  explicit Random(uint64_t seed) : state((seed + 1) * 0x9e3779b97f4a7c15u) {}
  uint32_t next() {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return static_cast<uint32_t>((state * 0x2545f4914f6cdd1du) >> 32);
  }
  uint32_t below(uint32_t n) { return static_cast<uint32_t>((uint64_t{next()} * n) >> 32); }
};

struct PendingCopy {
  char* shared;
  const char* global;
  uint32_t bytes, validBytes, group;
  void perform() const {
    std::memcpy(shared, global, validBytes);
    std::memset(shared + validBytes, 0, bytes - validBytes);
  }
};

struct Thread : ThreadView {
  uint32_t index, warp;
  Fiber* fiber = nullptr;         // null until the thread first runs
  const char* waitsAt = nullptr;  // for the report of a deadlock
  uint32_t waitMask = 0;
  uint32_t copyGroup = 0;         // cp.async groups committed so far
  std::vector<PendingCopy> copies;
};

// Lanes of one warp on their way to a collective.
struct Meeting {
  const char* what;
  Complete complete;
  uint32_t mask, arrived;
};

struct Warp {
  uint32_t existing = 0, exited = 0;
  std::vector<Meeting> meetings;
  void* states[32] = {};
};

struct SharedVariable {
  const void* site;
  size_t offset, bytes;
};

class Runner {
 public:
  void run(const Launch& launch, uint64_t seed);

  int syncThreads(bool predicate);
  void warpCollective(const char* what, uint32_t mask, void* state, Complete complete);
  uint32_t liveLanes() { return liveLanes(warps_[self()->warp]); }
  void* sharedVariable(const void* site, size_t bytes);
  void* dynamicSharedMemory() { return shared_.get() + variables_[0].offset; }
  void copyAsync(const PendingCopy& copy);
  void copyAsyncWait(uint32_t groupsLeft);
  // Ends the launch because of the running thread. `failure_` says why; strings must not be alive on the fiber, whose
  // stack is dropped.
  [[noreturn]] void abandon();
  void fail(const char* message) { failure_ = message; }

  static Thread* self() { return static_cast<Thread*>(current); }

 private:
  static void fiberMain(void* fiber);
  void shapeBlock(const Launch& launch);
  void runBlock(uint64_t blockSeed);
  Thread* pick();
  Fiber* idleFiber();
  void suspend(const char* what, uint32_t mask);
  void exitThread(Thread* thread);
  void wake(Thread* thread) { ready_.push_back(thread); }
  void shuffle(std::vector<Thread*>& threads);
  void openBarrier();
  void finishMeeting(Warp& warp, size_t meeting, uint32_t warpIndex, const Thread* except);
  static uint32_t liveLanes(const Warp& warp) { return warp.existing & ~warp.exited; }
  void openArena(size_t dynamicBytes);
  size_t reserveShared(size_t bytes);
  void clearShared();
  void checkGuards();
  std::string describeDeadlock() const;
  std::string where() const;

  struct Stack {
    Fiber fiber;
    Runner* runner = nullptr;
    bool parked = false;  // waits in fiberMain for a thread to run
  };

  const Launch* launch_ = nullptr;
  bool ordered_ = false;
  BlockView block_;
  Random random_{0};
  std::vector<Thread> threads_;
  std::vector<Warp> warps_;
  std::vector<uint32_t> order_;  // a permutation of the threads, drawn once per launch
  uint32_t started_ = 0, rotation_ = 0, live_ = 0;
  bool reversed_ = false;
  std::vector<Thread*> ready_, atBarrier_;
  int barrierCount_ = 0, barrierResult_ = 0;

  Fiber main_;
  std::vector<std::unique_ptr<Stack>> stacks_;
  std::vector<Stack*> idle_;
  Thread* handover_ = nullptr;
  std::string failure_;

  struct FreeArena {
    void operator()(char* arena) const { operator delete(arena, kArenaAlignment); }
  };
  std::unique_ptr<char[], FreeArena> shared_;
  size_t sharedUsed_ = 0;
  std::vector<SharedVariable> variables_;
};

}  // namespace tessera::emulator
