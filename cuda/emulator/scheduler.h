// What a kernel sees of the machine that the emulator pretends to be: its own indices, barriers, warp collectives,
// shared memory and asynchronous copies. shim.h and the *.cuh wrappers give these their CUDA names.
//
// One fiber per CUDA thread that ever waits; threads that never wait run one after another on a single stack. Threads,
// blocks and wake-ups are taken in an order drawn from a seed, so that code which relies on an order it was not promised
// goes wrong for most seeds. Seed 0 keeps everything in index order, for debugging.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>

#include "fiber.h"
#include "vector_types.h"

namespace tessera::emulator {

// A kernel broke a rule that the hardware punishes: deadlock, wrong mask, out of bounds in shared memory, trap.
struct Fault : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The limits of compute capability 8.0.
struct Limits {
  static constexpr uint32_t kThreadsPerBlock = 1024;
  static constexpr size_t kStaticSharedBytes = 48 << 10;
  static constexpr size_t kSharedBytes = 163 << 10;
};

struct Launch {
  const char* name;
  void (*entry)(const void* args);
  const void* args;
  dim3 grid;
  dim3 block;
  size_t sharedBytes;  // dynamic
  uint32_t maxThreads; // what __launch_bounds__ promised
};

// Runs the whole grid before it returns, on the calling thread. Throws Fault; the process stays usable.
void run(const Launch& launch, uint64_t seed);

// TESSERA_EMULATOR_SEED, or 1. Throws Fault where it is no whole number.
uint64_t seedFromEnvironment();

// --- for kernels, on a fiber ---

struct BlockView {
  dim3 blockIdx, blockDim, gridDim;
};

struct ThreadView {
  dim3 threadIdx;
  uint32_t lane;
  const BlockView* block;
};

extern TESSERA_EMULATOR_TLS ThreadView* current;

// Waits for every thread of the block that has not exited, as compute capability 7.0 and later do.
// Returns how many of them passed a true predicate.
int syncThreads(bool predicate);

// The lanes of `mask` (those that have not exited) meet. The last to arrive calls `complete` once for all of them:
// lanes[i] is what lane i passed as `state`, or null where lane i takes no part. `what` names the operation; lanes that
// meet with different operations are a fault.
using Complete = void (*)(void* const lanes[32], uint32_t present);
void warpCollective(const char* what, uint32_t mask, void* state, Complete complete);

uint32_t liveLanes();

// The same memory for all threads of the block that pass the same `site`; filled with 0xff when a block starts.
void* sharedVariable(const void* site, size_t bytes);
void* dynamicSharedMemory();

// Asynchronous copies to shared memory. The bytes land at a moment drawn from the seed: at once, or not before the wait.
// Bytes from `validBytes` on are zeroed.
void copyAsync(void* shared, const void* global, uint32_t bytes, uint32_t validBytes);
void copyAsyncCommit();
void copyAsyncWait(uint32_t groupsLeft);

[[noreturn]] void trap(const char* message);

}  // namespace tessera::emulator
