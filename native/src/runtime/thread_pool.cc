#include "runtime/thread_pool.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "runtime/spin.h"

#if defined(__linux__)
#include <pthread.h>
#include <sched.h>
#endif

namespace tessera {

namespace {

// On contended cores a job starts alone and calls for help only when it turns out to be worth a context switch.
constexpr int64_t kAloneNanoseconds = 200'000;

#if defined(__linux__)
// Cores granted by a cgroup CPU quota; 0 when there is none.
double quotaCores() {
  double quota = 0;
  double period = 0;
  if (FILE* file = std::fopen("/sys/fs/cgroup/cpu.max", "r")) {
    if (std::fscanf(file, "%lf %lf", &quota, &period) != 2) quota = 0;
    std::fclose(file);
  } else {
    const char* const paths[] = {"/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "/sys/fs/cgroup/cpu/cpu.cfs_period_us"};
    double* const values[] = {&quota, &period};
    for (int i = 0; i < 2; ++i) {
      FILE* part = std::fopen(paths[i], "r");
      if (part == nullptr) return 0;
      if (std::fscanf(part, "%lf", values[i]) != 1) *values[i] = 0;
      std::fclose(part);
    }
  }
  return quota > 0 && period > 0 ? quota / period : 0;
}
#endif

int configuredThreads() {
  if (const char* text = std::getenv("TESSERA_NUM_THREADS")) {
    const int count = std::atoi(text);
    if (count > 0) return std::min(count, ThreadPool::maxThreads);
  }
  return std::min(availableCores(), ThreadPool::maxThreads);
}

}  // namespace

int availableCores() {
  int cores = static_cast<int>(std::thread::hardware_concurrency());
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) cores = CPU_COUNT(&set);
  if (const double quota = quotaCores(); quota > 0) cores = std::min(cores, static_cast<int>(std::ceil(quota)));
#endif
  return std::max(cores, 1);
}

ThreadPool& ThreadPool::instance() {
  static ThreadPool* pool = new ThreadPool(configuredThreads());
  return *pool;
}

void ThreadPool::setThreads(int count) {
  while (taken_.test_and_set(std::memory_order_acquire)) std::this_thread::yield();
  threads_.store(std::clamp(count, 1, maxThreads), std::memory_order_relaxed);
  taken_.clear(std::memory_order_release);
}

void ThreadPool::run(uint32_t chunks, int threads, void* state, Body body) {
  const bool alone = threads == 1 || taken_.test_and_set(std::memory_order_acquire);
  if (alone) {
    for (uint32_t chunk = 0; chunk < chunks; ++chunk) body(state, chunk, 0);
    return;
  }

  uint32_t first = 0;
  const int64_t start = nanoseconds();
  if (coresContended(start)) {
    while (first < chunks && nanoseconds() - start < kAloneNanoseconds) body(state, first++, 0);
  }
  if (chunks - first == 1) body(state, first++, 0);
  if (first < chunks) {
    startWorkers();
    publish({chunks, state, body}, first, threads);
    runChunks(0);
    const auto done = [this] { return running_.load(std::memory_order_acquire) == 0; };
    if (!spinUntil(done)) {
      for (uint32_t left; (left = running_.load(std::memory_order_acquire)) != 0;) running_.wait(left);
    }
  }
  taken_.clear(std::memory_order_release);
}

void ThreadPool::publish(const Job& job, uint32_t firstChunk, int threads) {
  const uint32_t count = job.chunks - firstChunk;
  job_ = job;
  running_.store(count, std::memory_order_relaxed);
  unclaimed_.store(static_cast<uint64_t>(threads) << 32 | count, std::memory_order_release);
  epoch_.fetch_add(1, std::memory_order_seq_cst);
  // The caller takes a share, so one chunk fewer than there are calls for a helper.
  const auto helpers = std::min<uint32_t>(count - 1, static_cast<uint32_t>(started_ - 1));
  if (helpers == static_cast<uint32_t>(started_ - 1)) {
    epoch_.notify_all();
  } else {
    for (uint32_t i = 0; i < helpers; ++i) epoch_.notify_one();
  }
}

// Runs chunks of the current job until none is left to claim. Returns how many.
uint32_t ThreadPool::runChunks(int thread) {
  uint32_t ran = 0;
  uint64_t ticket = unclaimed_.load(std::memory_order_acquire);
  for (;;) {
    const auto left = static_cast<uint32_t>(ticket);
    if (left == 0 || static_cast<uint64_t>(thread) >= ticket >> 32) return ran;
    // Success means the job lives: run() cannot return, nor job_ change, before this chunk has finished.
    if (!unclaimed_.compare_exchange_weak(ticket, ticket - 1, std::memory_order_acq_rel, std::memory_order_acquire)) continue;
    const Job job = job_;
    job.body(job.state, job.chunks - left, thread);
    ++ran;
    if (running_.fetch_sub(1, std::memory_order_acq_rel) == 1) running_.notify_one();
    ticket = unclaimed_.load(std::memory_order_acquire);
  }
}

void ThreadPool::work(int thread) {
#if defined(__linux__)
  pthread_setname_np(pthread_self(), "tessera-pool");
#endif
  int64_t switches = involuntarySwitches();
  for (;;) {
    const uint32_t seen = epoch_.load(std::memory_order_seq_cst);
    const int64_t start = nanoseconds();
    if (runChunks(thread) > 0) {
      const int64_t now = nanoseconds();
      if (now - start > kDescheduledNanoseconds) {
        const int64_t lately = involuntarySwitches();
        if (lately > switches) reportContention(now);
        switches = lately;
      }
    }
    const auto called = [this, seen] { return epoch_.load(std::memory_order_acquire) != seen; };
    if (!spinUntil(called)) epoch_.wait(seen);
  }
}

// Called by the owner of taken_. A thread that cannot be had is done without.
void ThreadPool::startWorkers() {
  while (started_ < threads()) {
    try {
      std::thread(&ThreadPool::work, this, started_).detach();
    } catch (const std::exception&) {
      threads_.store(started_, std::memory_order_relaxed);
      return;
    }
    ++started_;
  }
}

}  // namespace tessera
