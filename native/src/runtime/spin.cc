#include "runtime/spin.h"

#include <algorithm>
#include <atomic>

#if defined(__linux__)
#include <sys/resource.h>
#endif

namespace tessera {

namespace {

constexpr int64_t kShortestBelief = 10'000'000;
constexpr int64_t kLongestBelief = 500'000'000;
constexpr int64_t kLately = 50'000'000;

std::atomic<int64_t> contendedUntil{0};
std::atomic<int64_t> belief{kShortestBelief};

}  // namespace

bool coresContended(int64_t now) { return now < contendedUntil.load(std::memory_order_relaxed); }

// Seen again soon after the last belief ran out, contention is believed for twice as long.
void reportContention(int64_t now) {
  const int64_t until = contendedUntil.load(std::memory_order_relaxed);
  if (now < until) return;
  const int64_t last = belief.load(std::memory_order_relaxed);
  const int64_t next = now - until < 2 * last ? std::min(2 * last, kLongestBelief) : kShortestBelief;
  belief.store(next, std::memory_order_relaxed);
  contendedUntil.store(now + next, std::memory_order_relaxed);
}

void SwitchWatch::look([[maybe_unused]] int64_t now) {
#if defined(__linux__)
  rusage usage;
  if (getrusage(RUSAGE_THREAD, &usage) != 0) return;
  // A switch that happened long ago says nothing about now.
  if (usage.ru_nivcsw > switches_ && now - looked_ < kLately) reportContention(now);
  switches_ = usage.ru_nivcsw;
  looked_ = now;
#endif
}

}  // namespace tessera
