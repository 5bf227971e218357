// Runs blocks of CUDA threads. One Runner per operating-system thread holds the fibers and the shared memory, and runs
// one block at a time; within a block exactly one CUDA thread runs at any moment.
#include "scheduler.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <numeric>
#include <utility>
#include <vector>

#include "runner.h"

namespace tessera::emulator {

TESSERA_EMULATOR_TLS ThreadView* current = nullptr;

namespace {

thread_local std::unique_ptr<Runner> threadRunner;
TESSERA_EMULATOR_TLS Runner* running = nullptr;

std::string describe(dim3 d) {
  return "(" + std::to_string(d.x) + "," + std::to_string(d.y) + "," + std::to_string(d.z) + ")";
}

std::string hex(uint32_t value) {
  char text[16];
  std::snprintf(text, sizeof text, "0x%08x", value);
  return text;
}

}  // namespace

// --- the life of a block ---

void Runner::shapeBlock(const Launch& launch) {
  const uint32_t count = launch.block.x * launch.block.y * launch.block.z;
  threads_.resize(count);
  warps_.assign((count + 31) / 32, Warp{});
  uint32_t index = 0;
  for (uint32_t z = 0; z < launch.block.z; ++z) {
    for (uint32_t y = 0; y < launch.block.y; ++y) {
      for (uint32_t x = 0; x < launch.block.x; ++x, ++index) {
        Thread& thread = threads_[index];
        thread.threadIdx = dim3(x, y, z);
        thread.index = index;
        thread.lane = index % 32;
        thread.warp = index / 32;
        thread.block = &block_;
        warps_[thread.warp].existing |= 1u << thread.lane;
      }
    }
  }
  order_.resize(count);
  std::iota(order_.begin(), order_.end(), 0u);
  if (!ordered_) {
    for (uint32_t i = count; i > 1; --i) std::swap(order_[i - 1], order_[random_.below(i)]);
  }
}

void Runner::run(const Launch& launch, uint64_t seed) {
  const auto reject = [&](const std::string& why) { throw Fault(std::string(launch.name) + ": " + why); };
  const uint64_t threads = uint64_t{launch.block.x} * launch.block.y * launch.block.z;
  if (threads == 0 || threads > Limits::kThreadsPerBlock || launch.block.z > 64) {
    reject("invalid launch; got a block of " + describe(launch.block) + " threads; expected 1 to 1024, z at most 64");
  }
  if (threads > launch.maxThreads) {
    reject("invalid launch; got " + std::to_string(threads) + " threads per block; expected at most the " +
           std::to_string(launch.maxThreads) + " of its launch bounds");
  }
  if (launch.grid.x == 0 || launch.grid.x > 0x7fffffffu || launch.grid.y == 0 || launch.grid.y > 65535 ||
      launch.grid.z == 0 || launch.grid.z > 65535) {
    reject("invalid launch; got a grid of " + describe(launch.grid) + " blocks; expected x up to 2^31-1, y and z up to 65535");
  }
  if (launch.sharedBytes > Limits::kSharedBytes) {
    reject("invalid launch; got " + std::to_string(launch.sharedBytes) + " bytes of dynamic shared memory; expected at most " +
           std::to_string(Limits::kSharedBytes));
  }

  launch_ = &launch;
  ordered_ = seed == 0;
  random_ = Random(seed);
  block_.blockDim = launch.block;
  block_.gridDim = launch.grid;
  shapeBlock(launch);

  openArena(launch.sharedBytes);

  // Blocks are visited with a stride that shares no factor with their number: every block once, in no natural order.
  const uint64_t blocks = uint64_t{launch.grid.x} * launch.grid.y * launch.grid.z;
  uint64_t stride = 1, offset = 0;
  if (!ordered_) {
    stride = random_.next() % blocks | 1;
    while (std::gcd(stride, blocks) != 1) stride += 2;
    offset = random_.next() % blocks;
  }
  for (uint64_t i = 0; i < blocks; ++i) {
    const uint64_t b = static_cast<uint64_t>((static_cast<unsigned __int128>(i) * stride + offset) % blocks);
    block_.blockIdx = dim3(static_cast<uint32_t>(b % launch.grid.x), static_cast<uint32_t>(b / launch.grid.x % launch.grid.y),
                           static_cast<uint32_t>(b / launch.grid.x / launch.grid.y));
    runBlock(seed ^ (b * 0xbf58476d1ce4e5b9u));
    if (!failure_.empty()) break;
  }
  launch_ = nullptr;
  if (!failure_.empty()) throw Fault(std::string(launch.name) + ": " + std::exchange(failure_, {}));
}

void Runner::runBlock(uint64_t blockSeed) {
  const uint32_t count = static_cast<uint32_t>(threads_.size());
  random_ = Random(blockSeed);
  rotation_ = ordered_ ? 0 : random_.below(count);
  reversed_ = !ordered_ && random_.next() % 2;
  started_ = 0;
  live_ = count;
  barrierCount_ = 0;
  clearShared();
  for (Thread& thread : threads_) {
    thread.fiber = nullptr;
    thread.copyGroup = 0;
    if (!thread.copies.empty()) thread.copies.clear();
  }
  for (Warp& warp : warps_) warp.exited = 0;

  Fiber::transfer(main_, *idleFiber());
  current = nullptr;

  if (!failure_.empty()) {
    // The other threads are left where they stand; their stacks start afresh.
    ready_.clear();
    atBarrier_.clear();
    idle_.clear();
    for (Warp& warp : warps_) warp.meetings.clear();
    for (auto& stack : stacks_) {
      stack->parked = false;
      idle_.push_back(stack.get());
    }
    handover_ = nullptr;
    return;
  }
  checkGuards();
}

void Runner::fiberMain(void* argument) {
  Stack* stack = static_cast<Stack*>(argument);
  Runner* runner = stack->runner;
  stack->parked = true;
  for (;;) {
    Thread* next = runner->handover_ ? std::exchange(runner->handover_, nullptr) : runner->pick();
    if (next && !next->fiber) {
      next->fiber = &stack->fiber;
      current = next;
      runner->launch_->entry(runner->launch_->args);
      runner->exitThread(next);
      continue;
    }
    if (!next && runner->live_ > 0) {
      runner->failure_ = runner->describeDeadlock();
      Fiber::transfer(stack->fiber, runner->main_);
    }
    runner->idle_.push_back(stack);
    current = next;
    Fiber::transfer(stack->fiber, next ? *next->fiber : runner->main_);
  }
}

// The next thread to run: one that was woken, or one that has not begun. Null when neither exists.
Thread* Runner::pick() {
  const uint32_t count = static_cast<uint32_t>(threads_.size());
  const bool fresh = started_ < count;
  if (!ready_.empty() && (!fresh || (!ordered_ && random_.next() % 4 == 0))) {
    Thread* thread = ready_.back();
    ready_.pop_back();
    return thread;
  }
  if (!fresh) return nullptr;
  uint32_t at = started_++ + rotation_;
  if (at >= count) at -= count;
  return &threads_[order_[reversed_ ? count - 1 - at : at]];
}

Fiber* Runner::idleFiber() {
  if (idle_.empty()) {
    stacks_.push_back(std::make_unique<Stack>());
    stacks_.back()->runner = this;
    idle_.push_back(stacks_.back().get());
  }
  Stack* stack = idle_.back();
  idle_.pop_back();
  if (!stack->parked) stack->fiber.prepare(&Runner::fiberMain, stack, static_cast<uint32_t>(stacks_.size()));
  return &stack->fiber;
}

// Leaves the running thread until somebody wakes it.
void Runner::suspend(const char* what, uint32_t mask) {
  Thread* thread = self();
  thread->waitsAt = what;
  thread->waitMask = mask;
  Thread* next = pick();
  if (!next) {
    failure_ = describeDeadlock();
    Fiber::transfer(*thread->fiber, main_);
  } else if (next->fiber) {
    current = next;
    if (next != thread) Fiber::transfer(*thread->fiber, *next->fiber);
  } else {
    handover_ = next;
    Fiber::transfer(*thread->fiber, *idleFiber());
  }
  thread->waitsAt = nullptr;
}

void Runner::exitThread(Thread* thread) {
  for (const PendingCopy& copy : thread->copies) copy.perform();
  Warp& warp = warps_[thread->warp];
  warp.exited |= 1u << thread->lane;
  --live_;
  for (size_t i = warp.meetings.size(); i-- > 0;) {
    const Meeting& meeting = warp.meetings[i];
    if (meeting.arrived == (meeting.mask & liveLanes(warp))) finishMeeting(warp, i, thread->warp, nullptr);
  }
  if (!atBarrier_.empty() && atBarrier_.size() == live_) openBarrier();
}

void Runner::shuffle(std::vector<Thread*>& threads) {
  if (ordered_) {
    std::sort(threads.begin(), threads.end(), [](Thread* a, Thread* b) { return a->index > b->index; });
    return;
  }
  for (uint32_t i = static_cast<uint32_t>(threads.size()); i > 1; --i) std::swap(threads[i - 1], threads[random_.below(i)]);
}

// --- barriers and warps ---

void Runner::openBarrier() {
  barrierResult_ = std::exchange(barrierCount_, 0);
  shuffle(atBarrier_);
  for (Thread* thread : atBarrier_) wake(thread);
  atBarrier_.clear();
}

int Runner::syncThreads(bool predicate) {
  barrierCount_ += predicate;
  if (atBarrier_.size() + 1 == live_) {
    // Among the threads that go on, the last to come is not always the first to leave.
    if (!ordered_ && random_.next() % 2) {
      atBarrier_.push_back(self());
      openBarrier();
      suspend("__syncthreads", 0);
    } else {
      openBarrier();
    }
  } else {
    atBarrier_.push_back(self());
    suspend("__syncthreads", 0);
  }
  return barrierResult_;
}

void Runner::finishMeeting(Warp& warp, size_t index, uint32_t warpIndex, const Thread* except) {
  const Meeting meeting = warp.meetings[index];
  warp.meetings.erase(warp.meetings.begin() + static_cast<ptrdiff_t>(index));
  void* lanes[32];
  for (uint32_t lane = 0; lane < 32; ++lane) lanes[lane] = meeting.arrived >> lane & 1 ? warp.states[lane] : nullptr;
  if (meeting.complete) meeting.complete(lanes, meeting.arrived);
  const uint32_t turn = ordered_ ? 31 : random_.next() % 32;
  for (uint32_t i = 0; i < 32; ++i) {
    const uint32_t lane = ordered_ ? turn - i : (i * 5 + turn) % 32;
    if (!(meeting.arrived >> lane & 1)) continue;
    Thread* thread = &threads_[warpIndex * 32 + lane];
    if (thread != except) wake(thread);
  }
}

void Runner::warpCollective(const char* what, uint32_t mask, void* state, Complete complete) {
  Thread* thread = self();
  Warp& warp = warps_[thread->warp];
  const uint32_t bit = 1u << thread->lane;
  if (!(mask & bit)) {
    failure_ = std::string(what) + " with mask " + hex(mask) + " that lacks the calling lane " + std::to_string(thread->lane);
    abandon();
  }
  size_t index = 0;
  while (index < warp.meetings.size() && warp.meetings[index].mask != mask) ++index;
  if (index == warp.meetings.size()) {
    warp.meetings.push_back({what, complete, mask, 0});
  } else if (warp.meetings[index].complete != complete) {
    failure_ = "lanes of one warp meet in different operations, " + std::string(what) + " and " +
               warp.meetings[index].what + ", with mask " + hex(mask);
    abandon();
  }
  Meeting& meeting = warp.meetings[index];
  meeting.arrived |= bit;
  warp.states[thread->lane] = state;
  if (meeting.arrived == (mask & liveLanes(warp))) {
    finishMeeting(warp, index, thread->warp, thread);
  } else {
    suspend(what, mask);
  }
}

// --- faults ---

std::string Runner::where() const { return " in block " + describe(block_.blockIdx); }

std::string Runner::describeDeadlock() const {
  struct Group {
    const char* what;
    uint32_t mask, count, first;
  };
  std::vector<Group> groups;
  for (const Thread& thread : threads_) {
    if (!thread.fiber || (warps_[thread.warp].exited >> thread.lane & 1)) continue;
    auto group = std::find_if(groups.begin(), groups.end(),
                              [&](const Group& g) { return g.what == thread.waitsAt && g.mask == thread.waitMask; });
    if (group == groups.end()) {
      groups.push_back({thread.waitsAt, thread.waitMask, 1, thread.index});
    } else {
      ++group->count;
    }
  }
  std::string text = "deadlock" + where() + ":";
  for (const Group& group : groups) {
    text += (&group == groups.data() ? " " : ", ") + std::to_string(group.count) + " of " + std::to_string(threads_.size()) +
            " threads wait at " + group.what;
    if (group.mask) text += " with mask " + hex(group.mask);
    text += " (the first is thread " + std::to_string(group.first) + ")";
  }
  return text;
}

void Runner::abandon() {
  Thread* thread = self();
  failure_ += where() + " thread " + describe(thread->threadIdx);
  Fiber::transfer(*thread->fiber, main_);
  __builtin_unreachable();
}

// --- the surface ---

void run(const Launch& launch, uint64_t seed) {
  if (!threadRunner) threadRunner = std::make_unique<Runner>();
  running = threadRunner.get();
  running->run(launch, seed);
}

uint64_t seedFromEnvironment() {
  const char* text = std::getenv("TESSERA_EMULATOR_SEED");
  if (text == nullptr || *text == '\0') return 1;
  if (text[std::strspn(text, "0123456789")] != '\0')
    throw Fault(std::string("wrong TESSERA_EMULATOR_SEED; got '") + text + "'; expected a whole number.");
  return std::strtoull(text, nullptr, 10);
}

int syncThreads(bool predicate) { return running->syncThreads(predicate); }

void warpCollective(const char* what, uint32_t mask, void* state, Complete complete) {
  running->warpCollective(what, mask, state, complete);
}

uint32_t liveLanes() { return running->liveLanes(); }

void* sharedVariable(const void* site, size_t bytes) { return running->sharedVariable(site, bytes); }

void* dynamicSharedMemory() { return running->dynamicSharedMemory(); }

void copyAsync(void* shared, const void* global, uint32_t bytes, uint32_t validBytes) {
  if ((reinterpret_cast<uintptr_t>(shared) | reinterpret_cast<uintptr_t>(global)) % bytes != 0) {
    trap("an asynchronous copy that is not aligned to its size");
  }
  running->copyAsync({static_cast<char*>(shared), static_cast<const char*>(global), bytes, validBytes, 0});
}

void copyAsyncCommit() { ++Runner::self()->copyGroup; }

void copyAsyncWait(uint32_t groupsLeft) { running->copyAsyncWait(groupsLeft); }

void trap(const char* message) {
  running->fail(message);
  running->abandon();
}

}  // namespace tessera::emulator
