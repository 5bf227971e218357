// Sleeping on a 32-bit word until another thread wakes its sleepers. std::atomic::wait would do, but the library yields
// the core several times before it sleeps, which on a busy machine costs a time slice. Neither side may count on being
// woken only by the other: callers look at their condition again.
#pragma once

#include <atomic>
#include <cstdint>

#if defined(__linux__)
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <climits>
#elif defined(_WIN32)
#include <windows.h>
#endif

namespace tessera {

// Sleeps unless `word` has changed from `expected`.
inline void futexWait(std::atomic<uint32_t>& word, uint32_t expected) {
#if defined(__linux__)
  syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, expected, nullptr, nullptr, 0);
#elif defined(_WIN32)
  WaitOnAddress(&word, &expected, sizeof expected, INFINITE);
#else
  word.wait(expected);
#endif
}

// Wakes up to `count` sleepers. `word` may be gone by now, as long as nobody sleeps on it.
inline void futexWake(std::atomic<uint32_t>& word, uint32_t count) {
#if defined(__linux__)
  syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, count > INT_MAX ? INT_MAX : static_cast<int>(count), nullptr, nullptr, 0);
#elif defined(_WIN32)
  if (count == 1) {
    WakeByAddressSingle(&word);
  } else {
    WakeByAddressAll(&word);
  }
#else
  if (count == 1) {
    word.notify_one();
  } else {
    word.notify_all();
  }
#endif
}

// One thread waits for an event that another announces, any number of times. Announcing costs a system call only when
// somebody sleeps.
class Doorbell {
 public:
  // Returns when ready() holds, or after a ring. ready() reads with sequentially consistent loads what the other thread
  // stores so before it rings.
  template <class Ready>
  void wait(Ready ready) {
    asleep_.store(1, std::memory_order_seq_cst);
    if (!ready()) futexWait(asleep_, 1);
    asleep_.store(0, std::memory_order_relaxed);
  }

  void ring() {
    if (asleep_.load(std::memory_order_seq_cst) == 0) return;
    asleep_.store(0, std::memory_order_seq_cst);
    futexWake(asleep_, 1);
  }

 private:
  std::atomic<uint32_t> asleep_{0};
};

}  // namespace tessera
