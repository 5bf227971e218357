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

// Process-wide belief about the cores: contended for a while after a thread was seen to wait for one.
bool coresContended(int64_t now);
void reportContention(int64_t now);

// No loop below takes this long between two looks at the clock unless the thread was descheduled.
inline constexpr int64_t kDescheduledNanoseconds = 200'000;

// Notices when a thread spends a notable part of its time waiting for a core. A single interruption says nothing: every
// machine has them, and a slice of another thread's is a third of 10 ms. Belongs to the thread that made it.
class CoreWatch {
 public:
  CoreWatch();
  ~CoreWatch();
  CoreWatch(const CoreWatch&) = delete;
  CoreWatch& operator=(const CoreWatch&) = delete;

  // To be called now and then by a thread that is at work.
  void look(int64_t now) {
    if (now - looked_ > kWindow) measure(now);
  }

 private:
  static constexpr int64_t kWindow = 40'000'000;

  void measure(int64_t now);

  int file_ = -1;        // the scheduler's account of this thread
  int64_t waited_ = 0;   // for a core, in all
  int64_t looked_ = 0;
};

inline constexpr int64_t kBriefly = 20'000;     // about what a sleep and a wake-up cost
inline constexpr int64_t kPatiently = 100'000;  // between the kernels of a busy device

// One place where one thread waits for another. Spinning pays when the wait is shorter than a sleep and a wake-up, and
// only when the other thread has a core of its own. How long the last waits were, spun or slept, tells what to expect.
class Spinner {
 public:
  explicit Spinner(int64_t longestNanoseconds) : longest_(longestNanoseconds), budget_(longestNanoseconds) {}

  // Returns when ready() holds: spins for a while, then calls sleep(), which returns when ready() may have changed.
  template <class Ready, class Sleep>
  void wait(Ready ready, Sleep sleep) {
    if (ready()) return;
    const int64_t start = nanoseconds();
    if (!spin(ready, start)) {
      do sleep();
      while (!ready());
    }
    const int64_t waited = nanoseconds() - start;
    budget_ = waited < longest_ ? std::max(budget_, std::min(2 * waited, longest_)) : std::max(budget_ / 2, kShortest);
  }

 private:
  static constexpr int64_t kShortest = 1'000;

  template <class Ready>
  bool spin(Ready ready, int64_t start) {
    if (coresContended(start)) return false;
    for (int64_t last = start;;) {
      for (int i = 0; i < 8; ++i) {
        relax();
        if (ready()) return true;
      }
      const int64_t now = nanoseconds();
      if (now - last > kDescheduledNanoseconds || now - start > budget_) return false;
      last = now;
    }
  }

  const int64_t longest_;
  int64_t budget_;
};

}  // namespace tessera
