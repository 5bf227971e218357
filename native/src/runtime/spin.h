// How a thread of this process waits: a short spin where cores are idle, straight to sleep where they are contended.
// A spinning thread on a busy machine takes the core from the very thread it waits for.
#pragma once

#include <algorithm>
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

// No loop below takes this long between two looks at the clock unless the thread was descheduled.
inline constexpr int64_t kDescheduledNanoseconds = 200'000;

// Notices when a working thread loses its core.
class SwitchWatch {
 public:
  // The thread worked from start to end. Looks closer only at work long enough to have been interrupted.
  void worked(int64_t start, int64_t end) {
    if (end - start > kDescheduledNanoseconds) look(end);
  }

 private:
  void look(int64_t now);

  int64_t switches_ = 0;
  int64_t looked_ = 0;
};

inline constexpr int64_t kBriefly = 20'000;     // about what a sleep and a wake-up cost
inline constexpr int64_t kPatiently = 100'000;  // between the kernels of a busy device

// One place where one thread waits for another. Spinning pays when the wait is shorter than a sleep and a wake-up, and
// only when the other thread has a core of its own; both show in how the last waits went, so the budget follows them.
class Spinner {
 public:
  explicit Spinner(int64_t longestNanoseconds) : longest_(longestNanoseconds), budget_(longestNanoseconds) {}

  // Returns ready(), after having waited for it for a while at most.
  template <class Ready>
  bool spinUntil(Ready ready) {
    if (ready()) return true;
    const int64_t start = nanoseconds();
    if (coresContended(start)) return false;
    const int64_t budget = ++waits_ % kProbe == 0 ? longest_ : budget_;
    int64_t last = start;
    for (;;) {
      for (int i = 0; i < 8; ++i) {
        relax();
        if (ready()) {
          budget_ = std::max(budget_, std::min(2 * (last - start), longest_));
          return true;
        }
      }
      const int64_t now = nanoseconds();
      if (now - last > kDescheduledNanoseconds) {
        reportContention(now);
        return ready();
      }
      if (now - start > budget) {
        budget_ = std::max(budget_ / 2, kShortest);
        return false;
      }
      last = now;
    }
  }

 private:
  static constexpr int64_t kShortest = 1'000;
  static constexpr uint32_t kProbe = 32;  // every so many waits try the longest budget again

  const int64_t longest_;
  int64_t budget_;
  uint32_t waits_ = 0;
};

}  // namespace tessera
