// Tells V8 how many bytes of a device hang on JavaScript objects, so that the collector runs when forgotten tensors pile
// up. What counts is the low water between two waits: a training step that frees its activations returns to the same
// mark each time, and to report its peaks would make V8 collect in every step.
#pragma once

#include <napi.h>

#include <algorithm>
#include <cstdint>

#include "runtime/allocator.h"
#include "runtime/spin.h"

namespace tessera {

class ExternalMemory {
 public:
  ExternalMemory(Napi::Env env, MemoryStatistics& statistics) : env_(env), statistics_(statistics) {}
  ExternalMemory(const ExternalMemory&) = delete;
  ExternalMemory& operator=(const ExternalMemory&) = delete;
  ~ExternalMemory() { report(0); }

  // At a submission. Reports only for a program that has not waited for long, or whose memory grows as never before.
  void submitted() {
    const uint64_t live = statistics_.live.load(std::memory_order_relaxed);
    if (live < reported_ + kStep) return;
    const bool record = live > record_ + std::max(4 * kStep, record_ / 2);
    if (record) {
      record_ = live;
      report(live);
    } else if (nanoseconds() - windowStart_ > kLongWindow) {
      closeWindow();
    }
  }

  // At a wait, where a program that lets the event loop turn is between two pieces of work.
  void awaited() {
    if (nanoseconds() - windowStart_ > kShortWindow) closeWindow();
  }

 private:
  static constexpr uint64_t kStep = uint64_t{64} << 20;
  static constexpr uint64_t kGranularity = uint64_t{8} << 20;
  static constexpr int64_t kShortWindow = 50'000'000;
  static constexpr int64_t kLongWindow = 1'000'000'000;

  void closeWindow() {
    windowStart_ = nanoseconds();
    const uint64_t live = statistics_.live.load(std::memory_order_relaxed);
    const uint64_t low = std::min(live, statistics_.low.exchange(UINT64_MAX, std::memory_order_relaxed));
    if (low > reported_ + kGranularity || low + kGranularity < reported_) report(low);
  }

  void report(uint64_t bytes) {
    const auto change = static_cast<int64_t>(bytes - reported_);
    reported_ = bytes;
    if (change != 0) Napi::MemoryManagement::AdjustExternalMemory(env_, change);
  }

  Napi::Env env_;
  MemoryStatistics& statistics_;
  uint64_t reported_ = 0;
  uint64_t record_ = 0;
  int64_t windowStart_ = 0;
};

}  // namespace tessera
