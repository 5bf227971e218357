// Blocks that add to the same memory one after another, in an order of their choice: sums come out the same every time.
//
// A block that waits must know that those before it will come by, so blocks take their work by ticket: one may wait only for
// blocks whose tickets are lower. These are done or running already, and the one with the lowest ticket waits for nobody.
#pragma once

#include "kernel.cuh"

namespace tessera::cuda {

// The block's ticket, from a counter that began at zero. All threads of the block call it.
__device__ __forceinline__ uint32_t takeTicket(uint32_t* counter) {
  SHARED(uint32_t, ticket);
  if (threadIdx.x == 0) ticket = atomicAdd(counter, 1u);
  __syncthreads();
  return ticket;
}

// Waits until `turn` blocks have passed. Called by one thread; a barrier later, all threads see what those blocks wrote, if
// they read it past the L1 cache (__ldcg).
__device__ __forceinline__ void waitForTurn(const uint32_t* passed, uint32_t turn) {
#if TESSERA_HOST
  // One block runs at a time here: what has not happened yet will not.
  if (*passed != turn) emulator::trap("a block waits for one with a later ticket");
#else
  uint32_t count;
  do {
    asm volatile("ld.acquire.gpu.global.u32 %0, [%1];" : "=r"(count) : "l"(passed) : "memory");
  } while (count != turn);
#endif
}

// Lets the block after `turn` go on. Called by one thread, a barrier after all threads have written.
__device__ __forceinline__ void passTurn(uint32_t* passed, uint32_t turn) {
#if TESSERA_HOST
  *passed = turn + 1;
#else
  asm volatile("st.release.gpu.global.u32 [%0], %1;" : : "l"(passed), "r"(turn + 1) : "memory");
#endif
}

}  // namespace tessera::cuda
