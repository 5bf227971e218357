#include "runtime/thread_pool.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <thread>

#include "runtime/environment_variable.h"
#include "runtime/spin.h"

#if defined(__linux__)
#include <pthread.h>
#include <sched.h>
#endif

namespace tessera {

namespace {

// To wake a sleeping worker takes some microseconds of the caller's time and more until it helps, so a caller starts
// alone and calls for help when there turns out to be enough work. On contended cores a helper costs somebody a context switch.
constexpr int64_t kAlone = 30'000;
constexpr int64_t kAloneContended = 200'000;
// Jobs that follow one another closer than this count together where cores are idle.
constexpr int64_t kLately = 100'000;

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
  const auto wanted = positiveVariable("TESSERA_NUM_THREADS", "threads");
  return static_cast<int>(std::min<uint64_t>(wanted.value_or(availableCores()), ThreadPool::maxThreads));
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

  startWorkers();
  uint32_t first = runAlone(chunks, state, body);
  if (chunks - first == 1) body(state, first++, 0);
  if (first < chunks) {
    publish({chunks, state, body}, first, threads);
    runChunks(0);
    const auto done = [this] { return running_.load(std::memory_order_seq_cst) == 0; };
    spinner_.wait(done, [&] { finished_.wait(done); });
  }
  lastJob_ = nanoseconds();
  taken_.clear(std::memory_order_release);
}

// Runs the first chunks while all workers sleep and it does not pay to wake them. Returns how many.
uint32_t ThreadPool::runAlone(uint32_t chunks, void* state, Body body) {
  if (sleepers_.load(std::memory_order_relaxed) + 1 < static_cast<uint32_t>(started_)) return 0;
  const int64_t start = nanoseconds();
  const bool contended = coresContended(start);
  if (contended || start - lastJob_ > kLately) aloneTime_ = 0;
  const int64_t patience = (contended ? kAloneContended : kAlone) - aloneTime_;
  uint32_t ran = 0;
  int64_t elapsed = 0;
  for (; ran < chunks && elapsed < patience; elapsed = nanoseconds() - start) body(state, ran++, 0);
  aloneTime_ += elapsed;
  return ran;
}

void ThreadPool::publish(const Job& job, uint32_t firstChunk, int threads) {
  const uint32_t count = job.chunks - firstChunk;
  job_ = job;
  running_.store(count, std::memory_order_relaxed);
  unclaimed_.store(static_cast<uint64_t>(threads) << 32 | count, std::memory_order_release);
  epoch_.fetch_add(1, std::memory_order_seq_cst);
  // The caller takes a share, so one chunk fewer than there are calls for a helper.
  if (sleepers_.load(std::memory_order_seq_cst) > 0) futexWake(epoch_, std::min(count, static_cast<uint32_t>(threads)) - 1);
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
    if (running_.fetch_sub(1, std::memory_order_seq_cst) == 1) finished_.ring();
    ticket = unclaimed_.load(std::memory_order_acquire);
  }
}

void ThreadPool::work(int thread) {
#if defined(__linux__)
  pthread_setname_np(pthread_self(), "tessera-pool");
#endif
  Spinner spinner(kPatiently);
  CoreWatch watch;
  for (;;) {
    const uint32_t seen = epoch_.load(std::memory_order_seq_cst);
    if (runChunks(thread) > 0) watch.look(nanoseconds());
    const auto called = [this, seen] { return epoch_.load(std::memory_order_acquire) != seen; };
    spinner.wait(called, [this, seen] {
      sleepers_.fetch_add(1, std::memory_order_seq_cst);
      futexWait(epoch_, seen);
      sleepers_.fetch_sub(1, std::memory_order_relaxed);
    });
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
