// The process-wide thread pool. It runs one job at a time: a fixed number of chunks, claimed one by one by the caller and
// the workers. Which thread runs which chunk is free; what a chunk computes is not, so results never depend on the pool.
// A caller that finds the pool taken runs its chunks alone, so callers never wait for one another.
#pragma once

#include <atomic>
#include <cstdint>

#include "runtime/futex.h"
#include "runtime/spin.h"

namespace tessera {

class ThreadPool {
 public:
  using Body = void (*)(void* state, uint32_t chunk, int thread);

  // Lives until the process ends: workers may outlive every environment that used them.
  static ThreadPool& instance();

  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  // Threads that may run one job, the caller included.
  int threads() const { return threads_.load(std::memory_order_relaxed); }
  // Waits for the running job; clamped to [1, maxThreads].
  void setThreads(int count);

  // Returns when every chunk has run. Thread numbers stay below `threads`.
  void run(uint32_t chunks, int threads, void* state, Body body);

  static constexpr int maxThreads = 256;

 private:
  explicit ThreadPool(int threads) : threads_(threads) {}

  struct Job {
    uint32_t chunks;
    void* state;
    Body body;
  };

  uint32_t runAlone(uint32_t chunks, void* state, Body body);
  void publish(const Job& job, uint32_t firstChunk, int threads);
  uint32_t runChunks(int thread);
  void work(int thread);
  void startWorkers();

  std::atomic<int> threads_;
  int started_ = 1;  // threads that exist, counting the caller; guarded by taken_
  std::atomic_flag taken_;

  // Valid while chunks are unclaimed or running: whoever claims a chunk may read it, and run() returns only after all have run.
  Job job_{};
  alignas(64) std::atomic<uint64_t> unclaimed_{0};  // threads that may claim << 32 | chunks left to claim
  alignas(64) std::atomic<uint32_t> running_{0};  // chunks of the job that have not finished
  alignas(64) std::atomic<uint32_t> epoch_{0};    // counts the jobs; idle workers sleep on it
  std::atomic<uint32_t> sleepers_{0};
  Doorbell finished_;  // the caller sleeps here

  // Of the caller; guarded by taken_.
  Spinner spinner_{kPatiently};
  int64_t aloneTime_ = 0;  // spent lately on chunks that others could have run
  int64_t lastJob_ = 0;    // when the last job ended
};

// Cores this process may use, from its affinity and its cgroup.
int availableCores();

}  // namespace tessera
