#include "runtime/spin.h"

#include <algorithm>
#include <atomic>

#if defined(__linux__)
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#endif

namespace tessera {

namespace {

constexpr int64_t kShortestBelief = 40'000'000;  // as long as what CoreWatch looks at
constexpr int64_t kLongestBelief = 500'000'000;

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

#if defined(__linux__)

namespace {
constexpr int64_t kLately = 200'000'000;
constexpr int64_t kContendedShare = 4;  // one part in so many of a thread's time is lost; an event loop beside it takes a tenth
}  // namespace

CoreWatch::CoreWatch() : file_(open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC)) {}
CoreWatch::~CoreWatch() {
  if (file_ >= 0) close(file_);
}

void CoreWatch::measure(int64_t now) {
  const int64_t elapsed = now - looked_;
  looked_ = now;
  char text[96];  // nanoseconds on a core, nanoseconds ready to run but without one, time slices
  const ssize_t size = file_ < 0 ? -1 : pread(file_, text, sizeof text - 1, 0);
  if (size <= 0) return;
  text[size] = '\0';
  long long waited = 0;
  if (std::sscanf(text, "%*s %lld", &waited) != 1) return;
  // What happened long ago says nothing about now.
  if (elapsed < kLately && waited - waited_ > elapsed / kContendedShare) reportContention(now);
  waited_ = waited;
}

#else

CoreWatch::CoreWatch() = default;
CoreWatch::~CoreWatch() = default;
void CoreWatch::measure(int64_t) {}

#endif

}  // namespace tessera
