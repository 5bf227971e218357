// How a thread of this process waits: a short spin where cores are idle, straight to sleep where they are contended.
// A spinning thread on a busy machine takes the core from the very thread it waits for.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#if defined(__x86_64__) || defined(_M_X64)
#include <immintrin.h>
#endif

namespace tessera {

inline int64_t nanoseconds() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

inline void relax() {
#if defined(__x86_64__) || defined(_M_X64)
  _mm_pause();
#elif defined(__aarch64__)
  asm volatile("isb" ::: "memory");
#endif
}

// Process-wide belief about the cores: contended for a while after a thread was seen to lose its core.
bool coresContended(int64_t now);
void reportContention(int64_t now);

// Involuntary context switches of the calling thread so far; 0 where the system does not tell.
int64_t involuntarySwitches();

inline constexpr int64_t kSpinNanoseconds = 20'000;
// No loop below takes this long between two looks at the clock unless the thread was descheduled.
inline constexpr int64_t kDescheduledNanoseconds = 200'000;

// Returns ready(), after waiting for it for kSpinNanoseconds at most.
template <class Ready>
bool spinUntil(Ready ready) {
  if (ready()) return true;
  const int64_t start = nanoseconds();
  if (coresContended(start)) return false;
  int64_t last = start;
  for (;;) {
    for (int i = 0; i < 16; ++i) {
      relax();
      if (ready()) return true;
    }
    const int64_t now = nanoseconds();
    if (now - last > kDescheduledNanoseconds) {
      reportContention(now);
      return ready();
    }
    if (now - start > kSpinNanoseconds) return false;
    last = now;
  }
}

}  // namespace tessera
